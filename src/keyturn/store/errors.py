"""What can go wrong between the product and its database.

::

    MigrationError           the database has a shape that this program does not know
    ValueError
      DatabaseUrlError       the address of the database cannot be used
    StoreUnavailable         (engine.ports) the database is away or too slow; nothing is known to be committed
      Burdened               it is there, and time, disk or memory did not suffice; one row may be the reason
    CommitRefused            the database is there and does not take this content; trying again is of no use
"""

from __future__ import annotations

from keyturn.engine.ports import StoreUnavailable

from .driver import code_of, is_closed_link, is_wrong_argument


class MigrationError(Exception):
    """The database has a shape that this program does not know."""


class Burdened(StoreUnavailable):
    """The database is there, and time, disk or memory did not suffice for what was asked. One row may be the reason."""


class DatabaseUrlError(ValueError):
    """The address of the database cannot be used; says what is wrong and how one looks."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"The database address cannot be used: {problem}. "
            "It looks like postgresql://user:password@host:5432/name (setting KEYTURN_DATABASE_URL)."
        )


_AWAY_CLASSES = ("08", "53")  # connection exceptions; insufficient resources
_AWAY_CODES = frozenset(
    {
        "25006",  # read-only: a standby, in the middle of a failover
        "25P03",  # nothing was said in a transaction for too long: this process stood still
        "28000",  # not allowed in
        "28P01",  # wrong password
        "3D000",  # no such database
        "57014",  # statement time-out
        "57P01",  # server is stopping
        "57P02",  # server crashed
        "57P03",  # server is starting
        "57P05",  # idle session ended
        "58030",  # input/output error of the server
    }
)
# Among them what no waiting changes: somebody has to mend the address.
_LOCKED_OUT = frozenset({"28000", "28P01", "3D000"})
_REFUSAL_CLASSES = ("22", "23", "54")  # data exception; integrity constraint; program limit
# The server is there and could not do it: too much to do in the time, no room, no memory. One row may be the reason.
_BURDENS = frozenset({"57014", "53100", "53200"})
_TIMED_OUT = "57014"
_CONFLICTS = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock not available


def is_away(error: BaseException) -> bool:
    """Whether this error says that the database is not there, or not able to answer now."""
    if isinstance(error, (OSError, TimeoutError)) or is_closed_link(error):
        return True
    code = code_of(error)
    return code is not None and (code.startswith(_AWAY_CLASSES) or code in _AWAY_CODES)


def is_locked_out(error: BaseException | None) -> bool:
    """Whether the server is there and will not let us in however long one waits."""
    return error is not None and code_of(error) in _LOCKED_OUT


def is_conflict(error: BaseException) -> bool:
    """Whether the statement met another one and is to be sent again as it was."""
    return code_of(error) in _CONFLICTS


def is_burden(error: BaseException) -> bool:
    """Whether it was too much for a server that is there: time, disk or memory did not suffice."""
    return code_of(error) in _BURDENS


def is_timed_out(error: BaseException) -> bool:
    """Whether the server gave the statement up because it took too long."""
    return code_of(error) == _TIMED_OUT


def is_refusal(error: BaseException) -> bool:
    """Whether the database is there and does not take this content."""
    code = code_of(error)
    return is_wrong_argument(error) if code is None else code.startswith(_REFUSAL_CLASSES)


def unavailable(error: BaseException) -> StoreUnavailable:
    """The typed error for one of ``is_away``."""
    words = str(error).strip() or type(error).__name__
    if is_burden(error):
        return Burdened(f"The database could not do it: {words}.")
    return StoreUnavailable(f"The database did not answer: {words}. Is it running and reachable?")
