"""Checks flow files against each other and the cards of this installation, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from keyturn.flows.checker import check, check_rest
from keyturn.flows.interface import FlowInterface, TableInterface, interface_of
from keyturn.flows.problems import Problem
from keyturn.flows.spec import Catalogue
from keyturn.flows.yaml_format import locate_all

from .files import read
from .library import same_id


class FilesWorld:
    """What is around flows that stand in files: each other, and connections where they are known.

    Args:
        connectors: connector of each connection; None if they are not to be judged.
        tables: the tables that there are; None if they are not to be judged.
    """

    def __init__(
        self,
        interfaces: Mapping[str, FlowInterface],
        connectors: Mapping[str, str] | None = None,
        tables: Mapping[str, TableInterface] | None = None,
    ) -> None:
        self._interfaces = interfaces
        self._connectors = connectors
        self._tables = tables

    def flow(self, flow_id: str) -> FlowInterface | None:
        """A flow among the files."""
        return self._interfaces.get(flow_id)

    def connection(self, connection_id: str) -> str | None:
        """The connector of a connection."""
        return self._connectors.get(connection_id) if self._connectors is not None else None

    def knows_connections(self) -> bool:
        """Whether connections are judged."""
        return self._connectors is not None

    def table(self, table_id: str) -> TableInterface | None:
        """A table."""
        return self._tables.get(table_id) if self._tables is not None else None

    def knows_tables(self) -> bool:
        """Whether tables are judged."""
        return self._tables is not None


def check_files(
    files: Sequence[Path],
    catalogue: Catalogue,
    connectors: Mapping[str, str] | None = None,
    tables: Mapping[str, TableInterface] | None = None,
) -> list[Problem]:
    """All problems of all files, each with its file and line.

    Args:
        connectors: connector of each connection that there is; without them connections are not judged.
        tables: the tables that there are; without them tables are not judged.
    """
    read_files = [read(path) for path in files]
    flows = [flow for file in read_files if (flow := file.flow or file.loaded.rest)]
    world = FilesWorld({flow.id: interface_of(flow, catalogue) for flow in flows}, connectors, tables)
    places: dict[str, Path] = {}
    problems: list[Problem] = []
    for file in read_files:
        found = check(file.flow, catalogue, world) if file.flow else check_rest(file.loaded, catalogue, world)
        flow_id = file.loaded.flow_id
        if flow_id is not None and places.setdefault(flow_id, file.path) is not file.path:
            found.insert(0, same_id(flow_id, str(places[flow_id])))
        every = [*file.problems, *locate_all(file.text, found, str(file.path))]
        problems += sorted(every, key=lambda problem: problem.line or 0)
    return problems
