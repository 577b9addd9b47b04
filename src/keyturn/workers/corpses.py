"""Every kind of row that claims to be alive, and what is done with those that are not: the one list.

A new kind of row that claims to be alive comes with an entry here and a statement in the store (``sweep`` kinds
are the leases' own); a test holds that each kind has a corpse that is planted, found and mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of corpse.

    Attributes:
        name: in the words of the doctor.
        what: what is wrong with it.
        mend: what was done about it, or what a person has to do.
        sweep: it is looked for every second; all others when the doctor is asked, and every hour.
        person: only a person can mend it.
    """

    name: str
    what: str
    mend: str
    sweep: bool = False
    person: bool = False


ABANDONED = Kind(
    "abandoned runs", "They run by their status, and their worker's lease has ended.", "Queued again.", sweep=True
)
DUE = Kind(
    "runs that are due", "They wait, and their time has come or a person has decided.", "Queued again.", sweep=True
)
JOBLESS = Kind("runs without a job", "They have their turn in the queue, and no job.", "Given a job.", sweep=True)
NEEDLESS = Kind("needless jobs", "Their run has ended, is in hand, or is not known.", "Removed.", sweep=True)
UNSERVED = Kind(
    "cancels not served", "A person asked to cancel them, and nobody has them in hand.", "Cancelled.", sweep=True
)
FORGOTTEN = Kind("runs that wait for nothing", "They wait without a time and without a question.", "Queued again.")
UNASKED = Kind("attention without a question", "They need attention, and nothing is asked.", "Queued: they ask again.")
ORPHANS = Kind("helper runs without a root", "They are alive, and their root run has ended or is gone.", "Cancelled.")
LEASED = Kind("leases of nobody", "A run that nobody carries out has an owner or a lease.", "Lease removed.")
ENDLESS_LEASES = Kind(
    "leases without an end",
    "They last longer than any lease does, as when the database's clock was set back.",
    "Cut to ten minutes from now; a worker that is alive renews them as usual.",
)
ENDLESS_HOLDS = Kind(
    "tokens held without an end",
    "Somebody was about to renew them, and holds them longer than anybody does.",
    "Free to be renewed by others.",
)
DEAD_JOBS = Kind(
    "jobs of dead workers", "They were taken, and their worker gave no sign for a minute.", "Put back or removed."
)
LOST_KEYS = Kind("keys of lost runs", "An Idempotency-Key stands for a run that is not there.", "Removed.")
LOST_CALLS = Kind(
    "calls with lost runs",
    "An endpoint's Idempotency-Key stands for a run that is not in the database any more; who calls again is told so.",
    "Look whether a backup was restored in part; have the calls made again with new keys where that is right.",
    person=True,
)
LOST_EVENT_RUNS = Kind(
    "events with lost runs",
    "They started runs that are not in the database any more.",
    "Look whether a backup was restored in part; start the flows by hand where that is right.",
    person=True,
)
LOST_FIRINGS = Kind(
    "schedules with lost runs",
    "They started runs that are not in the database any more.",
    "Look whether a backup was restored in part; start the flows by hand where that is right.",
    person=True,
)
LOST_CHECKPOINTS = Kind("checkpoints of lost runs", "They say how far a loop is whose run is not there.", "Removed.")
IDLE_ENDPOINT_TOKENS = Kind(
    "endpoint tokens that open nothing",
    "Their flow is not an endpoint any more.",
    "Removed; make a new one if it is again.",
)
LOST_VERSIONS = Kind(
    "lost versions",
    "A flow or a live run has a version that is not there.",
    "Publish the flow again, and cancel runs of the lost version.",
    person=True,
)
LOST_MANIFESTS = Kind(
    "lost manifests",
    "A version that may still run was published with a connector's manifest that is not there.",
    "Publish the flow again.",
    person=True,
)
DEAF_FLOWS = Kind(
    "flows without their connection",
    "They are switched on, and a connection that they listen to or use is not there.",
    "Make the connection, publish the flow with another one, or switch it off.",
    person=True,
)
EMPTY_TOKENS = Kind(
    "tokens without permissions", "They are known, and may do nothing.", "Give them permissions.", person=True
)
UNWOKEN = Kind("pauses that were resumed", "Somebody has resumed them, and their run waits still.", "Queued again.")
OLD_PAUSES = Kind("pauses of runs that have ended", "They are listed, and nobody can resume them any more.", "Removed.")
OLD_RESUMES = Kind(
    "what was said to runs that have ended", "It is stored for over 31 days, and no run will ask for it.", "Removed."
)
OLD_SESSIONS = Kind("sessions that have ended", "They are stored, and open nothing any more.", "Removed.")
OLD_FILES = Kind("files that have expired", "They are listed, and nobody can read them any more.", "Removed.")
OLD_LINKS = Kind("sign-in links that nobody opened", "They have expired.", "Removed.")

KINDS: tuple[Kind, ...] = (
    ABANDONED,
    DUE,
    JOBLESS,
    NEEDLESS,
    UNSERVED,
    FORGOTTEN,
    UNASKED,
    ORPHANS,
    LEASED,
    ENDLESS_LEASES,
    ENDLESS_HOLDS,
    DEAD_JOBS,
    LOST_KEYS,
    LOST_CALLS,
    LOST_EVENT_RUNS,
    LOST_FIRINGS,
    LOST_CHECKPOINTS,
    IDLE_ENDPOINT_TOKENS,
    LOST_VERSIONS,
    LOST_MANIFESTS,
    DEAF_FLOWS,
    EMPTY_TOKENS,
    UNWOKEN,
    OLD_PAUSES,
    OLD_RESUMES,
    OLD_SESSIONS,
    OLD_LINKS,
    OLD_FILES,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: the names of the rows (ids, as a person would look for them)."""

    kind: Kind
    names: Sequence[str] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.names and self.kind.person)


class Corpses(Protocol):
    """Looks for those that the sweep does not."""

    async def look(self) -> Sequence[Found]:
        """Every kind that is not of the sweep, found and mended. Raises StoreUnavailable."""
        ...
