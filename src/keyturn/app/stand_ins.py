"""Which connections lead to the sandbox that runs here."""

from __future__ import annotations

from keyturn.flows.paging import MAX_PAGE, PageRequest
from keyturn.library.stand_ins import StandIns

from .connections import ConnectionDesk
from .sandbox import SandboxDesk


class StandInDesk:
    """Finds the connections whose address is one of the sandbox's."""

    def __init__(self, connections: ConnectionDesk, sandbox: SandboxDesk) -> None:
        self._connections = connections
        self._sandbox = sandbox

    async def find(self) -> StandIns:
        """All connections to the sandbox, and the first by id of each connector. Raises SandboxAway."""
        tenants = (await self._sandbox.state()).tenants
        addresses = [f"{tenant.base_url.rstrip('/')}/" for tenant in tenants if tenant.base_url]
        ids: set[str] = set()
        by_connector: dict[str, str] = {}
        page: PageRequest | None = PageRequest(MAX_PAGE)
        while page is not None:
            found = await self._connections.list(page)
            for view in found.rows:
                if f"{view.base_url.rstrip('/')}/".startswith(tuple(addresses)):
                    ids.add(view.id)
                    by_connector.setdefault(view.connector, view.id)
            page = PageRequest(MAX_PAGE, found.next) if found.next else None
        return StandIns(frozenset(ids), by_connector)
