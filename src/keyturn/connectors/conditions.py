"""The forms of a manifest for what is compared, and for what tells that an answer is the app's."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from keyturn.flows.json import JSON

ValueKind = Literal["text", "number", "boolean", "list", "object"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ConditionModel(_Model):
    """A comparison; exactly one of the others says with what its value is compared."""

    value: str = Field(description="What is looked at, for example '{{ body.status }}'.")
    among: tuple[JSON, ...] | None = Field(default=None, description="It is one of these.")
    not_among: tuple[JSON, ...] | None = Field(default=None, description="It is none of these.")
    has: JSON = Field(default=None, description="It is a list with this item, or with all items of this list.")
    lacks: JSON = Field(default=None, description="It is no list with this item, or not with all items of this list.")
    empty: bool | None = Field(default=None, description="It is null, an empty text, list or object; or, false: not.")
    includes: JSON = Field(
        default=None,
        description="It is an object with these entries, at any depth; lists have the same items, in any order. What "
        "refers to an input that is not given is not compared.",
    )
    items: JSON = Field(
        default=None,
        description="It is a list of just these texts, in any order; a text has them with commas between.",
    )
    ends: str | None = Field(default=None, description="It is a text that ends so.")
    kind: ValueKind | None = Field(default=None, description="It is of this kind, whatever is in it.")
    any_case: bool = Field(
        default=False,
        description="Small letters and capitals count as the same, as in addresses; with among, not_among, has, lacks.",
    )


class SignModel(ConditionModel):
    """What each answer of the app with 2xx has, by which one knows that it is the app's."""

    always: bool = Field(
        default=False, description="Also where something is changed; else such an answer may have nothing in it."
    )


class ChangedModel(_Model):
    """What the answer with 2xx to a request that changes something has, if it has a body: another program may answer
    so, too."""

    one_of: tuple[str, ...] = Field(
        min_length=1, description="Names of entries of the body, for example [id, _links]: it has at least one of them."
    )
    bare: bool = Field(default=False, description="An object with nothing in it is an answer of the app's, too.")
