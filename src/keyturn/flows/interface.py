"""A flow as its callers see it, and what the checker knows of the world around a flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .document import Flow
from .spec import Catalogue
from .types import ANY, Type, TypeSyntaxError


@dataclass(frozen=True, slots=True)
class FlowInterface:
    """What a caller must know of a flow.

    Attributes:
        callable: its event is one that other flows start (helper, manual).
        inputs: what its event takes.
        outputs: names that it may return: by Return cards, and by cards that return when they fail.
        calls: flows that it calls.
    """

    id: str
    callable: bool
    inputs: Mapping[str, Type]
    outputs: frozenset[str]
    calls: frozenset[str]


@dataclass(frozen=True, slots=True)
class TableInterface:
    """What a card must know of a table.

    Attributes:
        columns: their names; what every row has besides (its id and times) included.
        unique: names of the columns that are unique.
    """

    id: str
    columns: frozenset[str]
    unique: frozenset[str] = frozenset()


class World(Protocol):
    """What is around a flow."""

    def flow(self, flow_id: str) -> FlowInterface | None:
        """A flow that can be called, or None if there is none."""
        ...

    def connection(self, connection_id: str) -> str | None:
        """The connector of a connection, or None if there is no such connection."""
        ...

    def knows_connections(self) -> bool:
        """Whether unknown connections are problems (they are not when files are checked on their own)."""
        ...

    def table(self, table_id: str) -> TableInterface | None:
        """A table, or None if there is none."""
        ...

    def knows_tables(self) -> bool:
        """As ``knows_connections``, for tables."""
        ...


_CALLABLE = frozenset({"helper", "manual"})
_RETURNS = frozenset({"flow.return", "flow.return_outputs"})


def interface_of(flow: Flow, catalogue: Catalogue) -> FlowInterface:
    """A flow as its callers see it."""
    spec, callable_ = catalogue.get(flow.event.card), flow.event.card in _CALLABLE
    # What the event of a helper flow gives of its own is told by the engine, and no caller's to give.
    own = spec.signature(flow.event.options).outputs if spec and not callable_ else ()
    inputs = {output.name: output.type for output in own}
    inputs |= {name: read_type(text) for name, text in flow.event.outputs.items()}
    cards = tuple(flow.walk())
    outputs = {name for card in cards if card.card in _RETURNS for name in card.inputs}
    outputs |= {name for card in cards if card.card == "flow.return_if" for name in card.inputs if name != "when"}
    outputs |= {name for card in cards if card.card == "flow.return_raw" for name in ("status_code", "headers", "body")}
    handlers = [card.on_error for card in cards if card.on_error]
    outputs |= {name for handler in handlers if handler.then == "return" for name in handler.values}
    calls = {card.call.flow for card in cards if card.call}
    calls |= {handler.call.flow for handler in handlers if handler.call}
    return FlowInterface(flow.id, callable_, inputs, frozenset(outputs), frozenset(calls))


def read_type(text: str) -> Type:
    """A declared type; any where it cannot be read (which is a problem of its own)."""
    try:
        return Type.parse(text)
    except TypeSyntaxError:
        return ANY
