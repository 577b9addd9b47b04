"""What a card can refer to where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .document import Card
from .interface import read_type
from .spec import CardKind, CardSpec
from .types import ANY, DATETIME, NUMBER, OBJECT, TEXT, Type

Path = tuple[str | int, ...]

RESERVED = frozenset({"event", "run", "flow", "item", "index", "record", "memo", "error"})


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one root.

    Attributes:
        known: names and types.
        open: there may be others.
        whole: what the root is without a path.
        inside: the fields of those fields whose fields are known.
        table: the table whose row this is, or whose rows where the whole is a list; empty for one that only a run
            knows, None for what is no row.
    """

    known: Mapping[str, Type] = field(default_factory=dict[str, Type])
    open: bool = False
    whole: Type = OBJECT
    inside: Mapping[str, Fields] = field(default_factory=dict[str, "Fields"])
    table: str | None = None


ANYTHING = Fields(open=True, whole=ANY)
POSITION = Fields(whole=NUMBER)
RUN = Fields({"id": TEXT, "root_id": TEXT, "started_at": DATETIME})
FLOW = Fields({"id": TEXT, "name": TEXT, "version": NUMBER})
ERROR = Fields(
    dict.fromkeys(("message", "code", "mend", "why", "field", "card", "title", "flow", "run"), TEXT)
    | {"status": NUMBER, "body": ANY}
    | {"statusCode": NUMBER, "method": TEXT, "flo": TEXT, "execution": TEXT}  # as Okta Workflows names them
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Roots in scope, and where the other cards of the flow stand.

    Attributes:
        roots: what may be referred to here.
        places: the path of each card of the flow, for telling why it cannot be referred to.
        titles: what people call each card of the flow; problems name cards so.
    """

    roots: Mapping[str, Fields]
    places: Mapping[str, Path]
    titles: Mapping[str, str] = field(default_factory=dict[str, str])

    def named(self, root: str) -> str:
        """A card by its title, in quotes; anything else as it is written."""
        return repr(self.titles.get(root, root))

    def having(self, root: str, fields: Fields) -> Scope:
        """The scope with one more root."""
        return replace(self, roots={**self.roots, root: fields})


def outputs_of(card: Card, spec: CardSpec | None) -> Fields:
    """The fields that a card gives to those after it."""
    if spec is None:
        return ANYTHING
    known = {output.name: output.type for output in spec.signature(card.options).outputs}
    known |= {name: read_type(text) for name, text in card.outputs.items()}
    if spec.free_inputs and spec.free_outputs:
        known = dict.fromkeys(card.inputs, ANY) | known
    inside: dict[str, Fields] = {}
    if card.on_error is not None and card.on_error.then == "continue":
        known |= {name: ANY for name in card.on_error.values if name not in known}
        known["error"] = OBJECT
        inside["error"] = ERROR
    # What a helper or a branch gives and nobody declared is not there for the cards that follow.
    called = card.on_error is not None and card.on_error.then == "continue" and card.on_error.call is not None
    return Fields(known, open=called or (spec.kind is CardKind.EFFECT and not known), inside=inside)
