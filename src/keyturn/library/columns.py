"""Cards of flows that a change of a table's columns breaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.interface import FlowInterface, TableInterface
from keyturn.flows.spec import Catalogue

_OF_COLUMNS = frozenset({"unknown-column", "not-unique"})


@dataclass(frozen=True, slots=True)
class Loss:
    """What of a column is not any more.

    Attributes:
        table: the table with it.
        gone: nothing is called so, or it is another column; else it is not unique any more.
    """

    table: TableInterface
    column: str
    gone: bool

    @property
    def after(self) -> TableInterface:
        """The table without it."""
        unique = self.table.unique - {self.column}
        columns = self.table.columns - {self.column} if self.gone else self.table.columns
        return replace(self.table, columns=columns, unique=unique)


@dataclass(frozen=True, slots=True)
class _OneTable:
    """What a flow is checked against: a table, and nothing of anything else."""

    known: TableInterface

    def flow(self, flow_id: str) -> FlowInterface | None:
        return None

    def connection(self, connection_id: str) -> str | None:
        return None

    def knows_connections(self) -> bool:
        return False

    def table(self, table_id: str) -> TableInterface | None:
        return self.known if table_id == self.known.id else None

    def knows_tables(self) -> bool:
        return True


def cards_losing(loss: Loss, flow: Flow, catalogue: Catalogue) -> list[str]:
    """The titles of the cards that use what is lost."""
    before = set(_places(flow, catalogue, loss.table))
    lost = {card for card, place in _places(flow, catalogue, loss.after) if (card, place) not in before}
    found: list[str] = []
    for card in flow.walk():
        if card.id in lost:
            spec = catalogue.get(card.card)
            found.append(card.title or (spec.title if spec else card.id))
    return found


def _places(flow: Flow, catalogue: Catalogue, table: TableInterface) -> Iterator[tuple[str | None, object]]:
    for problem in check(flow, catalogue, _OneTable(table)):
        if problem.code in _OF_COLUMNS:
            yield problem.card, (problem.path, problem.what)
