"""What a manifest says of ways to connect: guides, step by step, and how scopes go together.

Texts of a guide have places in braces: ``{callback}``, ``{scopes}``, and what the guide asks for. Settings have the
latter and ``{base_url}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_PLACE = re.compile(r"\{([a-z][a-z0-9_]*)\}")
BASE_URL = "base_url"
OF_TEXTS = frozenset({"callback", "scopes", BASE_URL})
_Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class GuideModel(_Model):
    """How to come to a connection of one kind."""

    about: str = Field(default="", description="When this way is the right one.")
    steps: tuple[str, ...] = Field(
        default=(), description="What to do at the vendor, in order; {callback} and {scopes} are put in."
    )
    asks: dict[_Name, str] = Field(
        default_factory=dict[str, str], description="What is asked for to fill settings, and how: tenant, domain."
    )
    settings: dict[str, str] = Field(
        default_factory=dict[str, str], description="Settings, with places in braces for what is asked for."
    )
    fields: dict[str, str] = Field(
        default_factory=dict[str, str], description="What to put into a setting or secret, and where it is found."
    )
    usual: tuple[str, ...] = Field(default=(), description="Scopes to begin with, where no flow says which it needs.")
    always: tuple[str, ...] = Field(default=(), description="Scopes that are asked for whatever flows need.")
    separator: str = Field(default=" ", description="What stands between scopes.")
    asked: bool = Field(
        default=True, description="The setting scope takes scopes; else they are granted at the vendor alone."
    )
    where: str = Field(
        default="", description="Where a scope is added at the vendor; empty for a kind that has no scopes."
    )


class ScopesModel(_Model):
    """How the app's scopes go together."""

    includes: dict[str, tuple[str, ...]] = Field(
        default_factory=dict[str, tuple[str, ...]],
        description="A scope and those that come with it; a star stands for the same text in both.",
    )
    before: tuple[str, ...] = Field(
        default=(), description="What may stand before a scope and makes no other of it: the API's own address."
    )
    any_case: bool = Field(default=False, description="Capitals make no other scope.")
    events: tuple[str, ...] = Field(default=(), description="What it takes to have the app send its events.")


def places(text: str) -> list[str]:
    """The names of a text's places."""
    return _PLACE.findall(text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known put in; places of which nothing is known stay."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), text)
