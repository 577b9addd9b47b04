"""What a manifest says of the state that an action brings about: how to look for it, and which refusals tell of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from keyturn.flows.json import JSON

from .conditions import ConditionModel
from .request_models import Key, RequestModel, Status


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ThenModel(_Model):
    """What a look asks besides, where its first answer does not tell all: by what that one has."""

    request: RequestModel = Field(
        description="It sees what the state's condition sees. By its name in_the_way sees its answer."
    )
    when: tuple[ConditionModel, ...] = Field(default=(), description="It is asked only if all of these hold.")
    so: ConditionModel = Field(description="It is so only if this holds, too; body is that of its own answer.")
    otherwise: Literal["not", "unknown"] = Field(default="not", description="What it says if the condition fails.")


class StateModel(_Model):
    """How to look whether what an action does is so: after an unknown outcome, and for its ensure form."""

    request: RequestModel
    first: bool = Field(
        default=False,
        description="The app does the same again without a word: the ensure form looks before it sends.",
    )
    records: str | None = Field(
        default=None,
        description="Where a list stands that may have others: the first record for which the condition holds is it.",
    )
    so: ConditionModel | None = Field(default=None, description="Without it any 2xx says that it is so.")
    found: JSON = Field(
        default=None,
        description="What the action itself would have answered; if left out the record, or else the whole answer.",
    )
    then: ThenModel | None = Field(default=None, description="What is asked besides, where it is so by the condition.")
    missing: Literal["so", "not", "unknown"] = Field(default="unknown", description="What a 404 says.")
    missing_code: str | None = Field(
        default=None,
        description="The app's code of such a 404, or '*' for any code of the app's; one without it may come from "
        "somewhere else.",
    )
    created: str | None = Field(
        default=None,
        description="When the thing was made, as the app tells, for example '{{ body.created }}': after a request "
        "without an answer one that had been there before is not taken for what it made.",
    )
    may_be_older: bool = Field(
        default=False,
        description="One like it may have been there before, and the app does not tell when it was made: that it is "
        "there does not tell that it was made, and a person decides. The ensure form takes it all the same.",
    )
    anew: bool = Field(
        default=False,
        description="It may be done again and again, as sessions are ended: it is so only if created is since the "
        "request went out. Else otherwise says what it is.",
    )
    belongs: bool = Field(
        default=False,
        description="What a POST brings about belongs to what the inputs name, as a membership, a licence or a role "
        "does: that it is so is all that was wanted, whoever did it.",
    )
    otherwise: Literal["not", "unknown"] = Field(
        default="not", description="What it says if the condition fails, or what is done anew was done before."
    )
    always: bool = Field(
        default=False,
        description="The list that is looked at is in each answer, also where it is empty: without it the answer says "
        "nothing of what is not there. A list that goes on, or is none, never does.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="Without always: other lists of objects that may stand where the list would be. Any other there "
        "is taken for the list by another name, and the answer says nothing of what is not there.",
    )
    hides: bool = Field(
        default=False, description="The app may show nothing of the list: an empty one says nothing of what is in it."
    )


class RefusalModel(_Model):
    """An answer of the app that is no success."""

    status: Status
    code: str | None = None
    says: str | None = Field(default=None, description="Only where what the app says has this text in it.")
    of: tuple[Key, ...] = Field(
        default=(),
        description="Of several requests those, by name, whose refusal it is. Without it the last one that is sent; "
        "and of absent an earlier one, too, whose path has the person for its only input.",
    )
    look: bool = Field(default=False, description="It may say so: the state is looked at.")
    sure: str = Field(
        default="",
        description="Why it says so and nothing else: of one under already that is believed, though there is a state.",
    )
    when: tuple[ConditionModel, ...] = Field(
        default=(), description="It says so only if all of these hold of the inputs, for example of what is asked for."
    )


class HolderModel(_Model):
    """What somebody is taken out of, where the app says the same of one that it does not show."""

    request: RequestModel = Field(
        description="How to look for it: best by what the app shows only to those who may change it."
    )
    called: str = Field(description="What it is, for example 'team {{ inputs.team }}'.")


class ObstacleModel(_Model):
    """What a look shows to stand in the way: the refusal stands, and this says why."""

    when: tuple[ConditionModel, ...] = Field(
        default=(),
        description="It stands in the way if all of these hold of what the look found, though that is so. Without any "
        "it does wherever the look shows that it is not so.",
    )
    why: str = Field(description="For example '{{ inputs.email }} is an alias of {{ body.email }}.'")
    mend: str = Field(description="What to do about it.")


class EnsureModel(_Model):
    """The form of an action that brings about a state: already so, or nobody there, is a success."""

    already: tuple[RefusalModel, ...] = ()
    absent: tuple[RefusalModel, ...] = ()
    who: RequestModel | None = Field(
        default=None,
        description="How to look for the person, where the app says the same of nobody and of what they have not got: "
        "if there is somebody, it is so already. Nothing else rests on it: it may ask for more than the action may.",
    )
    gives: str = Field(
        default="",
        description="What is given, for example 'group {{ inputs.group }}': if the person is there, it is this that is "
        "missing, and the refusal stands. It needs who.",
    )
    holder: HolderModel | None = Field(
        default=None,
        description="What somebody is taken out of, where the app says the same of one that it does not show to this "
        "connection: unless it is there, the refusal stands.",
    )
    in_the_way: tuple[ObstacleModel, ...] = Field(
        default=(),
        description="What the look after a refusal, or with first the one before, may show to stand in the way: the "
        "first that does is told.",
    )
    tells: bool = Field(
        default=True, description="No: the app answers the same whether it was so before, and nobody can look."
    )
