"""What a card can refer to where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .document import Card
from .interface import read_type
from .spec import CardKind, CardSpec
from .types import ANY, DATETIME, NUMBER, OBJECT, TEXT, Type

RESERVED = frozenset({"event", "run", "flow", "item", "index", "record", "memo", "error"})
RUN_FIELDS: Mapping[str, Type] = {"id": TEXT, "root_id": TEXT, "started_at": DATETIME}
FLOW_FIELDS: Mapping[str, Type] = {"id": TEXT, "name": TEXT, "version": NUMBER}


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one root.

    Attributes:
        known: names and types.
        open: there may be others.
        whole: the root is a value of its own and not an object with these fields.
    """

    known: Mapping[str, Type] = field(default_factory=dict[str, Type])
    open: bool = False
    whole: Type = OBJECT


ANYTHING = Fields(open=True, whole=ANY)
POSITION = Fields(whole=NUMBER)


@dataclass(frozen=True, slots=True)
class Scope:
    """Roots in scope, and where the other cards of the flow stand.

    Attributes:
        roots: what may be referred to here.
        later: ids of all cards of the flow, for telling "later" from "unknown".
    """

    roots: Mapping[str, Fields]
    later: frozenset[str]

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
    if card.on_error is not None and card.on_error.then == "continue":
        known |= {name: ANY for name in card.on_error.values if name not in known}
        known["error"] = OBJECT
    # The outputs of a helper or a branch that are not declared are not there for the cards that follow.
    return Fields(known, open=spec.kind is CardKind.EFFECT and not known)
