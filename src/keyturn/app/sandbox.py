"""The sandbox for people: its company, what its people can be made to do, and what is broken in it.

The sandbox is a program of its own; where it is stands in the file that it writes. Nothing else in the product knows
that a tenant is pretended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from keyturn.flows.json import Values
from keyturn.flows.paging import BadCursor, Page, PageRequest
from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls
from keyturn.sandbox.values import Tenant

Result = TypeVar("Result")
Step = Literal["suspend", "unsuspend"]


class SandboxAway(Exception):
    """No sandbox runs here, or it does not answer."""

    mend = "Start it: keyturn sandbox serve. The demo brings one along."


class SandboxRefused(Exception):
    """The sandbox refused what it was asked for."""

    mend = "Look at the person's status, and at the faults that are on: they hold for this page too."


@dataclass(frozen=True, slots=True)
class SandboxState:
    """The sandbox as a whole.

    Attributes:
        tenants: name and address.
        faults: as they are written, ``graph:500x2``.
    """

    tenants: Sequence[tuple[str, str]]
    faults: Sequence[str]


class SandboxDesk:
    """Looks at the sandbox and acts on it. Every method raises SandboxAway, those that change also SandboxRefused."""

    def __init__(self, urls: Path) -> None:
        """
        Args:
            urls: the file in which a running sandbox says where it is.
        """
        self._urls = urls

    async def state(self) -> SandboxState:
        """Where its tenants are, and what is broken."""
        urls = await self._ask(lambda client: read_urls(self._urls))
        faults = await self._ask(SandboxClient.faults)
        tenants = [(name, fields.get("base_url", "")) for name, fields in urls.items() if name != "control"]
        return SandboxState(tenants, [str(fault.get("fault", "")) for fault in faults])

    async def people(self, page: PageRequest, search: str = "") -> Page[Values]:
        """The company's people by login, with their accounts and open sessions; ``search`` matches login and name."""
        everybody = await self._ask(SandboxClient.details)
        wanted = search.strip().lower()
        found = sorted(
            (one for one in everybody if wanted in f"{one.get('login')} {one.get('name')}".lower()),
            key=lambda one: str(one.get("login")),
        )
        begin = _place(page.after)
        shown = found[begin : begin + page.limit]
        more = begin + len(shown) < len(found)
        return Page([cast("Values", one) for one in shown], str(begin + len(shown)) if more else None)

    async def act(self, login: str, step: Step) -> None:
        """Suspend a person in Okta, or undo it, by Okta's own API: events follow."""
        await self._ask(lambda client: client.suspend(login) if step == "suspend" else client.unsuspend(login))

    async def break_tenant(self, tenant: Tenant, fault: str) -> None:
        """Give a tenant a fault in place of those it had; none for an empty text."""
        if fault:
            await self._ask(lambda client: client.set_fault(tenant, fault))
            return
        kept = [str(row.get("fault")) for row in await self._ask(SandboxClient.faults) if row.get("tenant") != tenant]
        await self._ask(lambda client: client.set_faults(",".join(kept)))

    async def reset(self) -> None:
        """Put everybody back to the first day and turn faults off; event hooks stay."""
        await self._ask(lambda client: client.reset())

    async def _ask(self, question: Callable[[SandboxClient], Result]) -> Result:
        """Its client waits for answers, so it is asked in a thread."""
        try:
            return await asyncio.to_thread(lambda: question(SandboxClient(read_urls(self._urls))))
        except SandboxCallError as error:
            if error.status is None:
                raise SandboxAway("No sandbox answers here.") from error
            raise SandboxRefused(f"The sandbox answered {error.status}: {error.body[:300]}") from error


def _place(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 9):
        raise BadCursor
    return int(after)
