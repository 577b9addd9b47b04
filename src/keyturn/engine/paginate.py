"""Pages of any source: a round reads one and says how the next one is asked for, until there is none."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .context import Visit
from .inputs import NO_NAMES
from .rounds import Given, Rounds

if TYPE_CHECKING:
    from .executor import Executor

_OBJECT, _SECRET, _KEYS = "object", "secret", "keys"  # in the state of the checkpoint
_USUAL = "records"
_MOST_KEYS = 12


async def paginate(executor: Executor, visit: Visit) -> Values:
    """Carry out the body again and again, each time with what it gave before, while that has a certain key.

    What it gave under another key is collected. Each round is passed by a checkpoint, so that a resumed run asks for no
    page again.

    Raises:
        CardError: a round failed, there are more pages than are allowed or they go in a circle, or none had what is
            collected.
    """
    run_id, given = visit.context.run.id, visit.given
    key, collected, most = visit.text("next"), visit.text("collect"), int(visit.number("most"))
    has_more = _has_value if visit.step.options.get("ends") == "without a value" else _has_key
    results = executor.session.results(run_id, visit.path, visit.step.key)
    trail = _Trail(key, collected)

    def keep(number: int, round_given: Given) -> None:
        found = _object_of(round_given)
        trail.passed(found)
        rounds.progress.state[_OBJECT] = found
        rounds.progress.state[_KEYS] = _keys_with(rounds.progress.state.get(_KEYS), found)
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
    if number:
        visit.warnings += _looked_over(progress.state.get(_KEYS), key, collected)
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


@dataclass(slots=True)
class _Trail:
    """The pages that were read, by what asks for the next one: a source that leads in a circle is not followed for
    ever. What nothing is collected of may be asked again and again until something is so."""

    key: str
    collected: str
    _seen: set[int] = field(default_factory=set[int])

    def passed(self, found: Values) -> None:
        """A page was read. Raises CardError if what asks for the next one did so before."""
        value = found.get(self.key)
        named = isinstance(value, int | float | str) and not isinstance(value, bool) and value != ""
        if not named or not self.collected or found.get(self.collected) is None:
            return
        asks = {name: one for name, one in found.items() if name != self.collected}
        mark = hash(json.dumps(asks, sort_keys=True, default=str))
        if mark in self._seen:
            raise CardError(
                ErrorDetail(
                    "The next page is one that was there before, so that the pages would never end.",
                    code="pages-in-a-circle",
                    field="next",
                    why="The source names the same next page again, or the round asks for the same page each time.",
                    mend="Have the round ask for the page that item names.",
                )
            )
        self._seen.add(mark)


def _keys_with(known: JSON, found: Values) -> list[JSON]:
    """The keys that rounds gave, in order."""
    return [
        *dict.fromkeys([*(one for one in (known if isinstance(known, list) else []) if isinstance(one, str)), *found])
    ]


def _looked_over(keys: JSON, key: str, collected: str) -> tuple[str, ...]:
    """Warnings for keys that no round gave.

    Raises:
        CardError: nothing could be collected, and what was to be is named by the author.
    """
    given = [str(one) for one in keys] if isinstance(keys, list) else []
    listed = ", ".join(given[:_MOST_KEYS]) + (", ..." if len(given) > _MOST_KEYS else "")
    told: list[str] = []
    if collected and collected not in given:
        what = f"No round gave {collected!r}, which is collected; they gave {listed or 'nothing'}."
        if collected != _USUAL:
            mend = "Correct the key of the records, or leave it empty to collect nothing."
            raise CardError(ErrorDetail(what, code="no-records", field="collect", mend=mend))
        told += [what] if given else []
    if key not in given and {*given} - {collected}:
        told.append(f"No round gave {key!r}, by which there would be a next page; they gave {listed}.")
    return tuple(told)
