"""The flow document: one model for YAML in git, JSON in the database and cards in the designer.

Every model refuses unknown keys, so that a misspelt word is a problem and not silence. Values (anything under
``inputs``, ``set``, ``with``, ``values`` and ``when``) stay raw JSON here; ``values.parse_value`` reads the
references in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints, WithJsonSchema

from .json import JSON
from .types import Kind

FLOW_ID = re.compile(r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")
CARD_ID = re.compile(r"^[a-z][a-z0-9_]*$")

FlowId = Annotated[str, StringConstraints(pattern=FLOW_ID.pattern, max_length=120)]
CardId = Annotated[str, StringConstraints(pattern=CARD_ID.pattern, max_length=80)]
LaneName = Annotated[str, StringConstraints(min_length=1, max_length=80)]
# What is no type is told by the checker, in its words; the pattern is for editors.
_TYPE_SCHEMA = {"type": "string", "pattern": f"^(list of )*({'|'.join(Kind)})$"}
TypeName = Annotated[str, StringConstraints(min_length=1), WithJsonSchema(_TYPE_SCHEMA)]
Wait = Annotated[str, StringConstraints(pattern=r"^\d+(?:\.\d+)?(?:ms|s|m|h|d)(?:\.\.\d+(?:\.\d+)?(?:ms|s|m|h|d))?$")]


KINDS = ("4xx", "5xx", "any")


def _status_rule(value: object) -> int | str:
    """Raises ValueError where it is neither a status nor a kind of statuses."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value in KINDS:
        return value
    raise ValueError("a status (for example 503), 4xx, 5xx or any")


StatusRule = Annotated[
    int | str,
    PlainValidator(_status_rule),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"enum": list(KINDS)}]}),
]


def matches(rule: int | str, status: int | None) -> bool:
    """Whether a status is the one, or of the kind, that a rule names."""
    if status is None:
        return False
    return rule in ("any", status, str(status), f"{status // 100}xx")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Call(_Model):
    """Which helper flow a card calls, and with which values."""

    flow: FlowId = Field(description="Id of the helper flow.")
    with_: dict[str, JSON] = Field(default_factory=dict, alias="with", description="Its inputs: name and value.")


class Retry(_Model):
    """How often and when a failed card is tried again."""

    times: int = Field(ge=1, le=20, description="Tries after the first one.")
    wait: Wait = Field(default="1s..30s", description="Time between tries: '5s', or a range '1s..30s' that grows.")
    on: tuple[StatusRule, ...] = Field(
        default=(429, 503),
        description="Statuses that are tried again, also 4xx, 5xx or any; refused connections always are.",
    )
    waits: dict[str, Wait] = Field(
        default_factory=dict, description="Other waits for some of the statuses: '429': 60s..180s."
    )

    def covers(self, status: int | None) -> bool:
        """Whether an answer with this status is tried again."""
        return any(matches(rule, status) for rule in self.on)

    def wait_for(self, status: int | None) -> str:
        """The wait after an answer with this status: for the status itself, for its kind, or the general one."""
        kinds = (rule for rule in (str(status), *KINDS) if matches(rule, status))
        return next((self.waits[kind] for kind in kinds if kind in self.waits), self.wait)


class OnError(_Model):
    """What happens when a card fails or its outcome is unknown."""

    retry: Retry | None = None
    unknown: Literal["ask", "repeat"] = Field(
        default="ask", description="Outcome unknown (no answer came): ask a person, or send it again."
    )
    then: Literal["halt", "return", "call", "continue"] = Field(
        default="halt", description="Fail the flow, end it with values, end it by another flow, or go on."
    )
    values: dict[str, JSON] = Field(default_factory=dict, description="Values for 'return' and 'continue'.")
    call: Call | None = Field(
        default=None, description="The flow that 'call' ends with, or 'continue' takes values from."
    )


class Branch(_Model):
    """One lane of a card that has lanes: ``when``, ``otherwise``, ``try``, ``catch`` or ``lane``."""

    when: dict[str, JSON] | None = Field(default=None, description="A comparison, or a group of them.")
    otherwise: Literal[True] | None = Field(default=None, description="The lane taken when no other is.")
    try_: Literal[True] | None = Field(default=None, alias="try", description="The lane whose errors are caught.")
    catch: Literal[True] | None = Field(default=None, description="The lane taken on an error; it sees 'error'.")
    lane: LaneName | None = Field(default=None, description="The name of a lane that goes together with others.")
    cards: tuple[Card, ...] = ()
    set: dict[str, JSON] = Field(default_factory=dict, description="The values that this lane hands on.")

    @property
    def mark(self) -> str:
        """Which kind of lane it is; empty where it is not marked, or more than once."""
        marks = {
            "when": self.when is not None,
            "otherwise": self.otherwise is not None,
            "try": self.try_ is not None,
            "catch": self.catch is not None,
            "lane": self.lane is not None,
        }
        chosen = [name for name, marked in marks.items() if marked]
        return chosen[0] if len(chosen) == 1 else ""


class Card(_Model):
    """A card: one shape for all kinds."""

    id: CardId = Field(description="Never changes; references use it.")
    title: str | None = Field(default=None, description="The author's words for what this card does here.")
    card: str = Field(description="What the card is, for example text.compose or okta.custom_api_action.")
    connection: str | None = Field(default=None, description="Which authorised account an action uses.")
    options: dict[str, JSON] = Field(default_factory=dict, description="Choices that decide which fields exist.")
    inputs: dict[str, JSON] = Field(default_factory=dict)
    outputs: dict[str, TypeName] = Field(default_factory=dict, description="Name and type, on free-form cards.")
    branches: tuple[Branch, ...] = ()
    call: Call | None = None
    do: tuple[Card, ...] = Field(default=(), description="Cards of a loop body that runs in place.")
    on_error: OnError | None = None
    note: str | None = Field(default=None, description="A note for readers.")


class Event(_Model):
    """What starts the flow."""

    card: str = Field(description="helper, manual, okta.user_suspended, ...")
    title: str | None = None
    connection: str | None = None
    options: dict[str, JSON] = Field(default_factory=dict)
    outputs: dict[str, TypeName] = Field(default_factory=dict, description="Name and type of what the event gives.")
    note: str | None = None


class Limits(_Model):
    """What a flow may do at once."""

    at_once: int | None = Field(
        default=None, ge=1, le=10_000, description="Runs of this flow at once, all workers together; the rest wait."
    )


class Flow(_Model):
    """A flow: an event and the cards that it starts, in order."""

    id: FlowId = Field(description="Other flows call it by this; it never changes.")
    name: str = Field(min_length=1, max_length=200)
    about: str | None = Field(default=None, description="The person concerned; history is found by it.")
    folder: FlowId | None = Field(
        default=None, description="Id of the folder that publishing puts it in; it is made if it is not there."
    )
    note: str | None = None
    save_data: bool = Field(default=True, description="Keep the values of each card in the history.")
    limits: Limits | None = Field(default=None, description="How many runs at once; without it the installation's.")
    event: Event
    cards: tuple[Card, ...] = ()

    def walk(self) -> Iterator[Card]:
        """Every card, in document order, those in branches and loop bodies included."""
        yield from walk_cards(self.cards)


def walk_cards(cards: tuple[Card, ...]) -> Iterator[Card]:
    """Every card of a list of cards and of what is nested in it, in document order."""
    for card in cards:
        yield card
        for branch in card.branches:
            yield from walk_cards(branch.cards)
        yield from walk_cards(card.do)


Branch.model_rebuild()
Card.model_rebuild()
