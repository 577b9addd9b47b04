"""The sandbox for people: its company, what its people can be made to do, and what is broken in it.

The sandbox is a program of its own; where it is stands in the file that it writes. Nothing else in the product knows
that a tenant is pretended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar, cast

from keyturn.flows.json import Values
from keyturn.flows.paging import BadCursor, Page, PageRequest
from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls
from keyturn.sandbox.values import Tenant

Result = TypeVar("Result")
Row = TypeVar("Row", Values, str)
Step = Literal["suspend", "unsuspend"]
# What is no secret of what the sandbox says of a tenant.
_TOLD = ("token_url", "authorize_url", "revoke_url", "tenant_id", "client_id", "web_client_id")


class SandboxAway(Exception):
    """No sandbox runs here, or it does not answer."""

    mend = "Start it: keyturn sandbox serve. The demo brings one along."


class SandboxRefused(Exception):
    """The sandbox refused what it was asked for."""

    mend = "Look at the person's status, and at the faults that are on: they hold for this page too."


@dataclass(frozen=True, slots=True)
class SandboxTenant:
    """A pretend tenant, without its secrets.

    Attributes:
        told: what else a connection to it is made with: addresses and client ids.
    """

    name: str
    base_url: str
    told: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SandboxFault:
    """What a tenant does wrong.

    Attributes:
        fault: as it is written, ``graph:500x2@users``.
        times: how many requests meet it at most; None for all.
        operation: a part of method and path, or ``=`` and an operation; empty for all.
        seconds: how long it takes, or is to be waited; None for as long as usual.
        met: how many requests have met it.
    """

    fault: str
    tenant: str
    kind: str
    times: int | None
    operation: str
    met: int
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class SandboxState:
    """The sandbox as a whole."""

    tenants: Sequence[SandboxTenant]
    faults: Sequence[SandboxFault]


class SandboxDesk:
    """Looks at the sandbox and acts on it. Every method raises SandboxAway, those that change also SandboxRefused."""

    def __init__(self, urls: Path, ca_file: Path | None = None) -> None:
        """
        Args:
            urls: the file in which a running sandbox says where it is.
            ca_file: certificates that are trusted beside the one that it names there.
        """
        self._urls = urls
        self._ca_file = ca_file

    async def state(self) -> SandboxState:
        """Where its tenants are, and what is broken."""
        urls = await self._ask(lambda client: read_urls(self._urls))
        faults = await self._ask(SandboxClient.faults)
        tenants = [
            SandboxTenant(name, fields.get("base_url", ""), {one: fields[one] for one in _TOLD if one in fields})
            for name, fields in urls.items()
            if name != "control"
        ]
        return SandboxState(tenants, [_fault(cast("Values", row)) for row in faults])

    async def told_of(self, tenant: Tenant) -> Mapping[str, str]:
        """What it says of one tenant, its secrets included: for connections, and for nobody's eyes."""
        urls = await self._ask(lambda client: read_urls(self._urls))
        if "base_url" not in urls.get(tenant, {}):
            raise SandboxAway(f"The sandbox that runs here has no {tenant}.")
        return urls[tenant]

    async def people(self, page: PageRequest, search: str = "") -> Page[Values]:
        """The company's people by login, with their accounts and open sessions; ``search`` matches login and name."""
        everybody = await self._ask(SandboxClient.details)
        wanted = search.strip().lower()
        found = sorted(
            (one for one in everybody if wanted in f"{one.get('login')} {one.get('name')}".lower()),
            key=lambda one: str(one.get("login")),
        )
        return _paged([cast("Values", one) for one in found], page)

    async def person(self, login: str) -> Values:
        """One person, with all that the tenants know."""
        return cast("Values", await self._ask(lambda client: client.state(login)))

    async def ledger(self, page: PageRequest) -> Page[Values]:
        """The requests that the tenants received, newest first."""
        before = _place(page.after) or None
        found = await self._ask(lambda client: client.newest(page.limit + 1, before))
        shown = [cast("Values", row) for row in found[: page.limit]]
        return Page(shown, str(shown[-1]["seq"]) if len(found) > page.limit else None)

    async def letters(self, page: PageRequest) -> Page[Values]:
        """The letters that were sent, newest first: by SMTP, and from the Microsoft 365 tenant."""

        def read(client: SandboxClient) -> list[Values]:
            by_smtp = [_letter_by_smtp(cast("Values", row)) for row in client.mailbox()]
            return [*by_smtp, *(_letter_by_graph(cast("Values", row)) for row in client.mail())]

        return _paged(sorted(await self._ask(read), key=lambda row: str(row["sent"]), reverse=True), page)

    async def messages(self, page: PageRequest) -> Page[Values]:
        """The messages in the Slack workspace, newest first."""
        found = await self._ask(SandboxClient.messages)
        return _paged([cast("Values", row) for row in reversed(found)], page)

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

    async def add_fault(self, fault: str) -> None:
        """Have one more fault on, as it is written; the others stay."""
        await self._ask(lambda client: client.add_fault(fault))

    async def end_fault(self, fault: str) -> None:
        """Turn one fault off, as it is written; the others stay."""
        await self._ask(lambda client: client.end_fault(fault))

    async def operations(self, tenant: Tenant, page: PageRequest, search: str = "") -> Page[str]:
        """What a tenant can do, as faults name it; ``search`` finds those with all of its words."""
        found = await self._ask(lambda client: client.operations(tenant))
        wanted = search.lower().split()
        return _paged([one for one in found if all(word in one.lower() for word in wanted)], page)

    async def teach(self, manifest: str) -> None:
        """Have the recorder answer by a connector's manifest, which is JSON, from now on."""
        await self._ask(lambda client: client.add_connector(manifest))

    async def reset(self) -> int:
        """Put everybody back to the first day and turn faults off; event hooks stay.

        Gives how many deliveries waited, and were dropped.
        """
        return await self._ask(lambda client: client.reset())

    async def _ask(self, question: Callable[[SandboxClient], Result]) -> Result:
        """Its client waits for answers, so it is asked in a thread."""
        try:
            return await asyncio.to_thread(
                lambda: question(SandboxClient(read_urls(self._urls), ca_file=self._ca_file))
            )
        except SandboxCallError as error:
            if error.status is None:
                raise SandboxAway("No sandbox answers here.") from error
            raise SandboxRefused(f"The sandbox answered {error.status}: {error.body[:300]}") from error


def _paged(rows: Sequence[Row], page: PageRequest) -> Page[Row]:
    begin = _place(page.after)
    shown = rows[begin : begin + page.limit]
    more = begin + len(shown) < len(rows)
    return Page(shown, str(begin + len(shown)) if more else None)


def _fault(row: Values) -> SandboxFault:
    times, met, seconds = row.get("times"), row.get("met"), row.get("seconds")
    return SandboxFault(
        str(row.get("fault")),
        str(row.get("tenant")),
        str(row.get("kind")),
        times if isinstance(times, int) else None,
        str(row.get("operation") or ""),
        met if isinstance(met, int) else 0,
        seconds if isinstance(seconds, int) else None,
    )


def _letter_by_smtp(row: Values) -> Values:
    return {
        "by": "mail",
        "from": row.get("from"),
        "to": row.get("to"),
        "sent": row.get("received"),
        "subject": row.get("subject"),
        "text": row.get("text") or row.get("html"),
    }


def _letter_by_graph(row: Values) -> Values:
    message = row.get("message")
    told: Values = message if isinstance(message, dict) else {}
    body = told.get("body")
    return {
        "by": "graph",
        "from": row.get("from"),
        "to": row.get("to"),
        "sent": row.get("sent"),
        "subject": told.get("subject"),
        "text": body.get("content") if isinstance(body, dict) else None,
    }


def _place(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 9):
        raise BadCursor
    return int(after)
