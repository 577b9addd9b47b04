"""Faults on demand: what a tenant does wrong, to which requests, how often.

A fault is written `tenant:kind`, several with commas between. `=S` after the kinds slow, 429 and 503 says how many
seconds it takes, or is to be waited; `xN` after that limits it to the first N requests; `@text` limits it to requests
whose method and path contain the text, `@=OPERATION` to those of one operation, called as the tenant's list of
operations has it:
`graph:500@revokeSignInSessions,okta:429=30x2,google:drop@DELETE /admin/directory/v1/groups,slack:403@=/api/users.list`.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from keyturn.sandbox.config import SandboxError
from keyturn.sandbox.values import TENANTS, JsonObject, Tenant

FaultKind: TypeAlias = Literal[
    "500",  # refused in the vendor's words, nothing is done
    "401",
    "403",
    "404",
    "429",  # the same, with Retry-After: 1, or as many seconds as it says
    "503",  # the same, with Retry-After: 1, or as many seconds as it says
    "garbage",  # performed, answered 200 with text that says it is JSON and is not
    "huge",  # performed, answered 200 with a very long body
    "slow",  # performed, answered after as many seconds as it says; without, never: closed when it is turned off
    "drop",  # performed, connection closed without an answer
    "dropbefore",  # not performed, connection closed without an answer
]
KINDS: tuple[FaultKind, ...] = get_args(FaultKind)
TIMED: tuple[FaultKind, ...] = ("slow", "429", "503")
MOST_SECONDS = 3_600
# Another fault behind a blank, which no part of a path looks like.
_ANOTHER = re.compile(rf"\s(?:{'|'.join(TENANTS)}):(?:{'|'.join(KINDS)})(?![^\s@=x])")
_SHAPE = re.compile(
    r"(?P<tenant>[^:@]*):(?P<kind>[^@]*?)(?:=(?P<seconds>[0-9]+))?(?:x(?P<times>[0-9]+))?(?:@(?P<operation>.+))?"
)


class FaultTextError(SandboxError):
    """A fault was asked for in words that are not understood."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(
            f"The fault {text!r} is not understood: {why}. Write tenant:kind, for example graph:500 or "
            f"okta:429x2@lifecycle; tenants are {', '.join(TENANTS)}; kinds are {', '.join(KINDS)}."
        )


@dataclass(frozen=True)
class Fault:
    """One fault.

    times: None means always; seconds: how long it takes, or is to be waited; None means as long as usual.
    operation: a part of `METHOD /decoded/path`, or `=` and an operation; empty for all.
    """

    tenant: Tenant
    kind: FaultKind
    times: int | None = None
    operation: str = ""
    seconds: int | None = None

    def __str__(self) -> str:
        seconds = "" if self.seconds is None else f"={self.seconds}"
        times = "" if self.times is None else f"x{self.times}"
        operation = f"@{self.operation}" if self.operation else ""
        return f"{self.tenant}:{self.kind}{seconds}{times}{operation}"

    @property
    def named(self) -> str | None:
        """The one operation that it is for; None if it goes by a part of method and path."""
        return self.operation[1:] if self.operation.startswith("=") else None

    @property
    def width(self) -> tuple[bool, bool]:
        """How much it is for: the smaller, the fewer requests."""
        return not self.operation, self.times is None

    def meets(self, written: str, operation: str) -> bool:
        """Whether a request is of those that it is for; the tenant is not looked at."""
        return self.operation in written if self.named is None else self.named == operation


def parse_fault(text: str) -> Fault:
    """Read one fault. Raises FaultTextError."""
    found = _SHAPE.fullmatch(text.strip())
    if found is None:
        raise FaultTextError(text, "there is no colon between a tenant and a kind")
    tenant, kind, times, seconds = found["tenant"], found["kind"], found["times"], found["seconds"]
    if _ANOTHER.search(found["operation"] or ""):
        raise FaultTextError(text, "faults have commas between them, and no blanks")
    if tenant not in TENANTS:
        raise FaultTextError(text, f"there is no tenant {tenant!r}")
    if kind not in KINDS:
        raise FaultTextError(text, f"there is no kind {kind!r}")
    if times is not None and int(times) < 1:
        raise FaultTextError(text, "x must be followed by a number from 1 up")
    if seconds is not None and (kind not in TIMED or (tenant == "mail" and kind != "slow")):
        raise FaultTextError(text, f"{kind} of {tenant} takes no seconds; slow does, and 429 and 503 but for mail do")
    if seconds is not None and not 1 <= int(seconds) <= MOST_SECONDS:
        raise FaultTextError(text, f"= must be followed by seconds from 1 to {MOST_SECONDS}")
    return Fault(
        tenant=tenant,
        kind=kind,
        times=None if times is None else int(times),
        operation=found["operation"] or "",
        seconds=None if seconds is None else int(seconds),
    )


def parse_faults(text: str) -> tuple[Fault, ...]:
    """Read several faults with commas between; empty text is none. Raises FaultTextError."""
    return tuple(parse_fault(part) for part in text.split(",") if part.strip())


@dataclass
class _On:
    fault: Fault
    met: int = 0

    @property
    def is_over(self) -> bool:
        return self.fault.times is not None and self.met >= self.fault.times


class FaultBoard:
    """The faults that are on, and how many requests each has met. A request meets the first one that is for it."""

    def __init__(self, faults: tuple[Fault, ...] = ()) -> None:
        self._on = [_On(fault) for fault in faults]
        self._others_now = asyncio.Event()

    def take(self, tenant: Tenant, written: str, operation: str = "", *, only_named: bool = False) -> Fault | None:
        """The fault that this request meets, counted; None if it meets none.

        written: method and decoded path, with a space between; operation: which one it is of, as the tenant's list
        of operations has it.
        only_named: meet a fault only if it names its operation (for token endpoints, which in the real world
        are another service than the tenant).
        """
        for on in self._on:
            if on.fault.tenant != tenant or on.is_over or not on.fault.meets(written, operation):
                continue
            if only_named and not on.fault.operation:
                continue
            on.met += 1
            return on.fault
        return None

    @property
    def any_named(self) -> bool:
        """Whether a fault is for one operation, so that those of requests are wanted."""
        return any(on.fault.named is not None for on in self._on)

    def set_for(self, tenant: Tenant, faults: tuple[Fault, ...]) -> None:
        """Give a tenant these faults in place of those it had; counting begins anew."""
        kept = [on.fault for on in self._on if on.fault.tenant != tenant]
        self.set_all((*kept, *faults))

    def set_all(self, faults: tuple[Fault, ...]) -> None:
        """Turn on these faults and no other; counting begins anew."""
        self._change([_On(fault) for fault in faults])

    def add(self, fault: Fault) -> None:
        """Turn on one more, before those that are for more requests; the others go on counting.

        One that is on already counts anew.
        """
        others = [on for on in self._on if on.fault != fault]
        place = next((at for at, on in enumerate(others) if on.fault.width >= fault.width), len(others))
        self._change([*others[:place], _On(fault), *others[place:]])

    def end(self, fault: Fault) -> bool:
        """Turn off one; the others go on counting. False if it is not on."""
        others = [on for on in self._on if on.fault != fault]
        ended = len(others) < len(self._on)
        self._change(others)
        return ended

    def _change(self, on: list[_On]) -> None:
        self._on = on
        self._others_now.set()
        self._others_now = asyncio.Event()

    async def lifted(self, fault: Fault) -> None:
        """Wait until a fault is on no more."""
        while any(on.fault == fault for on in self._on):
            await self._others_now.wait()

    def rows(self) -> list[JsonObject]:
        """Each fault with the number of requests that met it."""
        return [
            {
                "fault": str(on.fault),
                "tenant": on.fault.tenant,
                "kind": on.fault.kind,
                "seconds": on.fault.seconds,
                "times": on.fault.times,
                "operation": on.fault.operation,
                "met": on.met,
            }
            for on in self._on
        ]
