"""Templates: flows that come along, to be taken over with connections of one's own.

A template is a folder of flow files with a README.md, whose first heading is its title and whose first paragraph
says what it is for. The ids of connections in its flows are places that somebody fills.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyturn.flows.document import Branch, Card, Flow
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.spec import Catalogue

from .files import find, read
from .library import Library, Published
from .ports import StaleVersion

_ABOUT = "README.md"
# Flows that begin only where others or people begin them.
_CALLED = frozenset({"helper", "manual"})


class NoSuchTemplate(Exception):
    """There is no template with this id."""

    mend = "List the templates."


class TemplateTaken(Exception):
    """Another flow has the id of one of the template's flows."""

    mend = "Duplicate that flow under another id and delete it, or take the template over by hand as YAML."

    def __init__(self, flow_ids: Sequence[str]) -> None:
        super().__init__(f"There are other flows with these ids already: {', '.join(flow_ids)}.")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a connection.

    Attributes:
        name: the connection's id in the template.
        connector: the app that it must be a connection of.
    """

    name: str
    connector: str


@dataclass(frozen=True, slots=True)
class Template:
    """Flows that come along.

    Attributes:
        flows: in the order of their files.
        slots: the connections that they need, by name.
    """

    id: str
    title: str
    about: str
    flows: Sequence[Flow]
    slots: Sequence[Slot]


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What came of taking a template over.

    Attributes:
        resting: ids of the flows that are switched off: those that begin by themselves.
    """

    published: Published
    resting: Sequence[str]


class Templates:
    """Finds templates in a folder, and makes flows of them.

    Args:
        folder: has a folder for each template; None where none came along.
    """

    def __init__(self, folder: Path | None, catalogue: Catalogue, library: Library) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._library = library
        self._read: Mapping[str, Template] | None = None

    def list(self, page: PageRequest) -> Page[Template]:
        """Templates by id."""
        rest = [known for name, known in sorted(self._all().items()) if page.after is None or name > page.after]
        rows = rest[: page.limit]
        return Page(rows, rows[-1].id if len(rest) > page.limit else None)

    def get(self, template_id: str) -> Template:
        """A template. Raises NoSuchTemplate."""
        found = self._all().get(template_id)
        if found is None:
            raise NoSuchTemplate(f"There is no template {template_id[:60]!r}.")
        return found

    async def take_over(self, template_id: str, connections: Mapping[str, str], author: str) -> TakenOver:
        """Publish the flows of a template together; those that begin by themselves are switched off at first.

        Doing it again changes nothing.

        Args:
            connections: a connection for each place, by its name.

        Raises:
            NoSuchTemplate: there is none with this id.
            TemplateTaken: flows with these ids are there already, and are others.
            ProblemError: a connection is missing or of another app.
        """
        template = self.get(template_id)
        flows = [hooked_up(flow, connections) for flow in template.flows]
        resting = [flow.id for flow in flows if flow.event.card not in _CALLED]
        try:
            published = await self._library.publish(
                flows, author, follows={flow.id: 0 for flow in flows}, resting=frozenset(resting)
            )
        except StaleVersion as error:
            there = await self._library.names({flow.id for flow in flows})
            raise TemplateTaken(sorted(there)) from error
        return TakenOver(published, resting)

    def _all(self) -> Mapping[str, Template]:
        if self._read is None:
            folders = sorted(self._folder.iterdir()) if self._folder else []
            found = (self._template(folder) for folder in folders if (folder / _ABOUT).is_file())
            self._read = {template.id: template for template in found}
        return self._read

    def _template(self, folder: Path) -> Template:
        title, about = _said((folder / _ABOUT).read_text(encoding="utf-8"))
        flows = [flow for path in find([folder]) if (flow := read(path).flow)]
        return Template(folder.name, title, about, flows, self._slots(flows))

    def _slots(self, flows: Sequence[Flow]) -> list[Slot]:
        found: dict[str, str] = {}
        for key, connection in _uses(flows):
            spec = self._catalogue.get(key)
            if spec is not None and spec.connector is not None:
                found.setdefault(connection, spec.connector)
        return [Slot(name, found[name]) for name in sorted(found)]


def hooked_up(flow: Flow, connections: Mapping[str, str]) -> Flow:
    """A flow with other connections; those that are not named stay."""
    event = flow.event
    if event.connection is not None:
        event = event.model_copy(update={"connection": connections.get(event.connection, event.connection)})
    cards = tuple(_hooked_up(card, connections) for card in flow.cards)
    return flow.model_copy(update={"event": event, "cards": cards})


def _hooked_up(card: Card, connections: Mapping[str, str]) -> Card:
    def within(cards: Sequence[Card]) -> tuple[Card, ...]:
        return tuple(_hooked_up(inner, connections) for inner in cards)

    def lane(branch: Branch) -> Branch:
        return branch.model_copy(update={"cards": within(branch.cards)})

    update: dict[str, object] = {"branches": tuple(lane(branch) for branch in card.branches), "do": within(card.do)}
    if card.connection is not None:
        update["connection"] = connections.get(card.connection, card.connection)
    return card.model_copy(update=update)


def _uses(flows: Sequence[Flow]) -> Iterator[tuple[str, str]]:
    for flow in flows:
        if flow.event.connection is not None:
            yield flow.event.card, flow.event.connection
        for card in flow.walk():
            if card.connection is not None:
                yield card.card, card.connection


def _said(text: str) -> tuple[str, str]:
    """The first heading of a page and the paragraph below it."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    title = blocks[0].lstrip("# ") if blocks else ""
    about = " ".join(blocks[1].split()) if len(blocks) > 1 else ""
    return title, about
