"""Tells people which scopes flows need of a connection, which of them are granted, and which are missing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace

from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.authorise import Authoriser, granted_scopes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.ports import ConnectionStore
from keyturn.connections.problems import ConnectionProblem
from keyturn.connectors.guides import GuideModel
from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.own import NoSuchConnector
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.scopes import FlowNeeds, compared, covered, fewest, missing, needs_of
from keyturn.flows.document import Flow
from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.library.ports import FlowFilter, FlowStore, VersionRecord

from .connections import NoSuchConnection

_NO_GUIDE = GuideModel()


@dataclass(frozen=True, slots=True)
class ScopeNeed:
    """A scope that a flow needs.

    Attributes:
        cards: ids of the cards that need it; ``event`` for what starts the flow.
        look: they work without it, and what got no answer is then not read back.
        granted: whether the connection has it; None where nobody knows.
    """

    scope: str
    cards: Sequence[str]
    look: bool = False
    granted: bool | None = None


@dataclass(frozen=True, slots=True)
class FlowScopes:
    """What one flow needs.

    Attributes:
        missing: what it needs and the connection has not, but what is wanted to look only.
        unsaid: cards of which nobody has said what they need: requests of the author's own.
    """

    flow: str
    name: str
    needs: Sequence[ScopeNeed]
    missing: Sequence[str]
    unsaid: Sequence[str]


@dataclass(frozen=True, slots=True)
class ScopesView:
    """The scopes of a connection.

    Attributes:
        has_scopes: whether connections of this kind have scopes at all.
        granted: what the connection has; None where nobody knows.
        needed: what to ask for: without scopes that come with others.
        usual: no flow says what is needed; ``needed`` is what one begins with.
        missing: what flows need and the connection has not.
        setting: what to write into the setting ``scope``; empty where scopes are granted at the vendor alone.
        where: where a scope is added at the vendor.
        flows: by id.
    """

    connector: str
    kind: str
    has_scopes: bool
    granted: Sequence[str] | None
    needed: Sequence[str]
    usual: bool
    missing: Sequence[str]
    setting: str
    where: str
    flows: Sequence[FlowScopes]


class ScopeDesk:
    """Looks scopes up."""

    def __init__(
        self,
        store: ConnectionStore,
        registry: ConnectorRegistry,
        flows: FlowStore,
        authoriser: Authoriser,
        tokens: AccessTokens,
    ) -> None:
        self._store = store
        self._registry = registry
        self._flows = flows
        self._authoriser = authoriser
        self._tokens = tokens

    async def of_connection(self, connection_id: str) -> ScopesView:
        """The scopes of a connection, and what the published flows that use it need.

        Raises:
            NoSuchConnection, NoSuchConnector
        """
        connection = await self._store.get(connection_id)
        if connection is None:
            raise NoSuchConnection(f"There is no connection {connection_id!r}.")
        model = self._model(connection.connector)
        flows = [flow async for flow in self._using(connection_id)]
        found = self._view(model, connection.kind, flows, lambda name: name == connection_id)
        if not found.has_scopes:
            return found
        return _judged(found, await self._granted(connection), model)

    async def of_connector(self, connector: str, kind: str) -> ScopesView:
        """What a connection of this kind would need for all published flows that use the connector.

        Raises:
            NoSuchConnector
        """
        model = self._model(connector)
        if kind not in [one.value for one in model.auth]:
            raise NoSuchConnector(f"The connector {connector!r} has no connections of kind {kind!r}.")
        return self._view(model, AuthKind(kind), [flow async for flow in self._all()], lambda name: True)

    def _model(self, connector: str) -> ManifestModel:
        manifest = self._registry.connector(connector)
        if manifest is None:
            raise NoSuchConnector(self._registry.absence(connector)[0])
        return manifest.model

    async def _using(self, connection_id: str) -> AsyncIterator[Flow]:
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._flows.list(page, FlowFilter(connection=connection_id))
            for record in found.rows:
                version = await self._flows.version(record.id, None)
                if version is not None:
                    yield _flow(version)
            page = PageRequest(MAX_PAGE, found.next) if found.next else None

    async def _all(self) -> AsyncIterator[Flow]:
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._flows.current(page)
            for version in found.rows:
                yield _flow(version)
            page = PageRequest(MAX_PAGE, found.next) if found.next else None

    async def _granted(self, connection: Connection) -> tuple[str, ...] | None:
        try:
            secrets = self._authoriser.secrets(connection)
        except ConnectionProblem:
            return None
        kept = await self._tokens.look(connection, secrets)
        return granted_scopes(connection, kept, secrets.get("token", ""))

    def _view(
        self, model: ManifestModel, kind: AuthKind, flows: Sequence[Flow], is_meant: Callable[[str | None], bool]
    ) -> ScopesView:
        guide = model.guides.get(kind, _NO_GUIDE)
        rows = [(flow, needs_of(flow, model, is_meant)) for flow in flows]
        shown = [_of_flow(flow, needs) for flow, needs in rows if needs.scopes or needs.unsaid]
        needed = fewest({scope for _, needs in rows for scope in (*needs.scopes, *needs.looks)}, model.scopes)
        asked = [*(needed or guide.usual), *guide.always]
        return ScopesView(
            connector=model.connector,
            kind=kind.value,
            has_scopes=bool(guide.where) if kind in model.guides else any(action.scopes for action in model.actions),
            granted=None,
            needed=needed or guide.usual,
            usual=not needed,
            missing=(),
            setting=guide.separator.join(asked) if guide.asked else "",
            where=guide.where,
            flows=sorted(shown, key=lambda row: row.flow),
        )


def _flow(version: VersionRecord) -> Flow:
    return Flow.model_validate(version.document)


def _of_flow(flow: Flow, needs: FlowNeeds) -> FlowScopes:
    rows = [ScopeNeed(scope, cards) for scope, cards in needs.scopes.items()]
    rows += [ScopeNeed(scope, cards, look=True) for scope, cards in needs.looks.items() if scope not in needs.scopes]
    return FlowScopes(flow.id, flow.name, rows, (), needs.unsaid)


def _judged(view: ScopesView, granted: tuple[str, ...] | None, model: ManifestModel) -> ScopesView:
    """The view, with what is granted and what is missing."""
    if granted is None:
        return view
    rules = model.scopes
    has = covered(granted, rules)
    flows = [
        replace(
            row,
            needs=[replace(need, granted=compared(need.scope, rules) in has) for need in row.needs],
            missing=missing((need.scope for need in row.needs if not need.look), granted, rules),
        )
        for row in view.flows
    ]
    lacking = sorted({scope for row in flows for scope in row.missing})
    return replace(view, granted=sorted(granted), missing=fewest(lacking, rules), flows=flows)
