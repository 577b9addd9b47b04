"""Pages of any source: a round reads one and says how the next one is asked for, until there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .context import Visit
from .inputs import NO_NAMES
from .rounds import Given, Rounds

if TYPE_CHECKING:
    from .executor import Executor

_OBJECT, _SECRET = "object", "secret"  # in the state of the checkpoint


async def paginate(executor: Executor, visit: Visit) -> Values:
    """Carry out the body again and again, each time with what it gave before, while that has a certain key.

    What it gave under another key is collected. Each round is passed by a checkpoint, so that a resumed run asks for no
    page again.

    Raises:
        CardError: a round failed, or there are more pages than are allowed.
    """
    run_id, given = visit.context.run.id, visit.given
    key, collected, most = visit.text("next"), visit.text("collect"), int(visit.number("most"))
    has_more = _has_value if visit.step.options.get("ends") == "without a value" else _has_key
    results = executor.session.results(run_id, visit.path, visit.step.key)

    def keep(number: int, round_given: Given) -> None:
        found = _object_of(round_given)
        rounds.progress.state[_OBJECT] = found
        if round_given.secret:
            rounds.progress.state[_SECRET] = True
        if collected and found.get(collected) is not None:
            results.put(number, found[collected])

    rounds = Rounds(executor, visit, keep=keep)
    progress = rounds.progress
    progress.state.setdefault(_OBJECT, given.get("object"))
    number = min(progress.open, default=progress.next)
    while number == 0 or has_more(progress.state[_OBJECT], key):
        if number == most:
            raise _too_many(most)
        await rounds.carry_out([progress.state[_OBJECT]], number)
        number += 1
    secret = visit.step.inputs.made_from(visit.context.secrets) != NO_NAMES or progress.state.get(_SECRET) is True
    visit.secret = frozenset({"list", "object"}) if secret else NO_NAMES
    pages = results.close()
    records: list[JSON] = []
    for page in (pages[position] for position in sorted(pages)):
        records += page if isinstance(page, list) else [page]
    return {"list": records, "object": progress.state[_OBJECT], "count": number}


def _object_of(given: Given) -> Values:
    """What a round gave, as an object: its only field where that is one, else its fields."""
    single = given.single
    return single if len(given.values) == 1 and isinstance(single, dict) else given.values


def _has_key(found: JSON, key: str) -> bool:
    """Whether the key is there, as Okta's Connector Builder asks. A reference to what is not there gives null, so that
    null is no key."""
    return isinstance(found, dict) and found.get(key) is not None


def _has_value(found: JSON, key: str) -> bool:
    """Whether the key is there and holds something."""
    return isinstance(found, dict) and found.get(key) not in (None, "", False, [], {})


def _too_many(most: int) -> CardError:
    return CardError(
        ErrorDetail(
            f"There are more than {most:,} pages.",
            code="too-many-pages",
            field="most",
            why="The source says that there is a next page each time; it may say so for ever.",
            mend="Allow more pages, or look at how the next page is asked for.",
        )
    )
