"""The loop cards: what each makes of its rounds (``rounds``), whose results are in ``results``."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from keyturn.flows.content import content_key, sort_key
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.flows.types import BOOLEAN

from .context import Visit
from .inputs import NO_NAMES
from .results import Results
from .rounds import Given, Rounds, at_once_of, pairs_of
from .secrets import WHOLE

if TYPE_CHECKING:
    from .executor import Executor

_to_boolean = converter(BOOLEAN)
_SECRET, _MEMO = "secret", "memo"  # in the state of a checkpoint
_CIRCLE = "The app named a next page that was there before, so that its list would never end."
_WHY = "Its pages lead in a circle: something changed while they were read, or the app answers wrongly."
_MOST_EMPTY = 200  # pages in a row
_EMPTY = f"{_MOST_EMPTY} pages in a row were empty, and each named a next one."
_WHY_EMPTY = "The app searches without finding anything, or answers wrongly: such a list may have no end."
_MOST_PAGES = 100_000
_ENDLESS = f"{_MOST_PAGES:,} pages were read, and the last one named a next one."
_WHY_ENDLESS = "The app names ever new pages: such a list may have no end."
_MEND_ENDLESS = (
    "Look at the pages in the run's history. If the list is that long, ask for larger pages, or for a part of it."
)
_FROM_THE_FIRST = "Run again from this card, it begins with the first record: all are worked on once more."
_MEND = "Look at the pages in the run's history, then run again from this card. Ask for fewer or smaller pages."


async def for_each(executor: Executor, visit: Visit) -> Values:
    """Carry out the body for each item, ``at_once`` at a time; stops at the first error.

    Rounds that are under way when one fails are finished; further ones are not begun.
    """
    items = _items(visit)
    await Rounds(executor, visit).carry_out(items, at_once=at_once_of(visit))
    return {"count": len(items)}


async def for_each_ignoring(executor: Executor, visit: Visit) -> Values:
    """Carry out the body for each item, whatever fails; failed rounds are counted."""
    items = _items(visit)
    rounds = Rounds(executor, visit, stops=False)
    await rounds.carry_out(items, at_once=at_once_of(visit))
    return {"count": len(items), "failed": rounds.progress.failed}


async def repeat(executor: Executor, visit: Visit) -> Values:
    """Carry out the body so many times; a round sees its number as ``index``."""
    numbers = range(int(visit.number("count")))
    await Rounds(executor, visit, "").carry_out(numbers, at_once=at_once_of(visit))
    return {"count": len(numbers)}


async def for_each_record(executor: Executor, visit: Visit) -> Values:
    """Carry out the body for each record of an action that reads page after page.

    A record whose helper flow fails is counted and does not stop the others.

    A page is in the journal before any of its records is worked on: a run that is resumed works on the same
    records, whatever the app would answer by then.
    """
    rounds = Rounds(executor, visit, "record", stops=False)
    progress = rounds.progress
    while True:
        first = _number(progress.state.get("first"))
        try:
            page = await executor.page(visit, progress.page, progress.state.get("token"))
        except CardError as error:
            raise CardError(_behind(error.detail, progress.page, first)) from error
        records = page.get("records")
        records = records if isinstance(records, list) else []
        await rounds.carry_out(records, first)
        token = page.get("next")
        if token is None:
            return {"count": first + len(records), "failed": progress.failed}
        executor.session.forget_path(visit.context.run.id, f"{visit.path}@{progress.page}")
        if progress.page + 1 >= _MOST_PAGES:
            raise CardError(ErrorDetail(_ENDLESS, code="answer-unusable", why=_WHY_ENDLESS, mend=_MEND_ENDLESS))
        mark = _mark(progress.page, token, progress.state.get("mark"))
        empty = _empty(records, progress.state.get("empty"))
        progress.turn({"first": first + len(records), "token": token, "mark": mark, "empty": empty})


def _behind(error: ErrorDetail, pages: int, records: int) -> ErrorDetail:
    """The error of a page with how far the stream had come: what was worked on stays so."""
    if not pages:
        return error
    had = f"all records before it, {records:,}, have been worked on" if records else "those before it were empty"
    mend = f"{error.mend} {_FROM_THE_FIRST if records else ''}".strip()
    return replace(error, message=f"{error.message} That was page {pages + 1:,}; {had}.", mend=mend)


def _mark(page: int, token: JSON, mark: JSON) -> JSON:
    """The page that is compared with those to come: an app that leads in a circle comes by it again.

    It is set anew after 1, 2, 4, 8 and so on pages (R. P. Brent, An improved Monte Carlo factorization algorithm,
    1980), so that one token finds circles of any length.

    Raises CardError if the next page is the marked one.
    """
    if token == mark:
        raise CardError(ErrorDetail(_CIRCLE, code="answer-unusable", why=_WHY, mend=_MEND))
    number = page + 1
    return token if number & (number - 1) == 0 else mark


def _empty(records: Sequence[JSON], before: JSON) -> int:
    """How many pages in a row had nothing in them, with this one; ``before`` is how many without it.

    Raises CardError if there were so many that there is no sense in asking for the next.
    """
    if records:
        return 0
    count = _number(before) + 1
    if count >= _MOST_EMPTY:
        raise CardError(ErrorDetail(_EMPTY, code="answer-unusable", why=_WHY_EMPTY, mend=_MEND))
    return count


async def list_map(executor: Executor, visit: Visit) -> Values:
    """A list of what the rounds gave, in the order of the items."""
    items = _items(visit)
    given = await _collect(executor, visit, items, _single)
    return {"list": [given[number] for number in range(len(items))]}


async def list_filter(executor: Executor, visit: Visit) -> Values:
    """The items whose rounds gave true, in their order."""
    items = _items(visit)
    given = await _collect(executor, visit, items, _true_or_nothing, sparse=True)
    return {"list": [items[number] for number in sorted(given)]}


async def list_find(executor: Executor, visit: Visit) -> Values:
    """The first item whose round gives true, and its position; no round begins after one was found."""
    items = _items(visit)
    given = await _collect(executor, visit, items, _true_or_nothing, sparse=True, until_found=True)
    if not given:
        return {"item": None, "index": -1}
    index = min(given)
    return {"item": items[index], "index": index}


async def list_sort(executor: Executor, visit: Visit) -> Values:
    """The items in the order of what their rounds gave, as Sort orders values; null comes last."""
    items = _items(visit)
    given = await _collect(executor, visit, items, _single)
    with_key = [number for number in range(len(items)) if given[number] is not None]
    without = [items[number] for number in range(len(items)) if given[number] is None]
    with_key.sort(key=lambda number: sort_key(given[number]), reverse=visit.given.get("descending") is True)
    return {"list": [*(items[number] for number in with_key), *without]}


async def list_unique(executor: Executor, visit: Visit) -> Values:
    """The first of the items whose rounds gave the same."""
    items = _items(visit)
    given = await _collect(executor, visit, items, _single)
    kept: dict[Hashable, JSON] = {}
    for number, item in enumerate(items):
        kept.setdefault(content_key(given[number]), item)
    return {"list": list(kept.values())}


async def object_map_to_list(executor: Executor, visit: Visit) -> Values:
    """A list of what the rounds gave, one for each key; a round sees ``{key, value}`` as its item."""
    pairs = _pairs(visit)
    given = await _collect(executor, visit, pairs, _single)
    return {"list": [given[number] for number in range(len(pairs))]}


async def object_map(executor: Executor, visit: Visit) -> Values:
    """An object with the same keys, and what the rounds gave as their values."""
    given_object = _object(visit)
    given = await _collect(executor, visit, _pairs(visit), _single)
    return {"output": {key: given[number] for number, key in enumerate(given_object)}}


async def list_reduce(executor: Executor, visit: Visit) -> Values:
    """Carry a value through the rounds, one after another: each sees it as ``memo`` and gives the next one.

    A round that gives nothing leaves it as it is.
    """
    state = executor.session.progress(visit.context.run.id, visit.path).state
    state.setdefault(_MEMO, visit.given.get("memo"))

    def note(secret: bool) -> None:
        if secret:
            state[_SECRET] = True
            visit.context.secrets.add(_MEMO, (WHOLE,))

    def keep(_: int, given: Given) -> None:
        if given.values:
            state[_MEMO] = given.single
        note(given.secret)

    note(_is_secret(visit) or state.get(_SECRET) is True)
    await Rounds(executor, visit, keep=keep, extra=lambda: {_MEMO: state[_MEMO]}).carry_out(_items(visit))
    visit.secret = frozenset({"item"}) if state.get(_SECRET) else NO_NAMES
    return {"item": state[_MEMO]}


async def _collect(
    executor: Executor,
    visit: Visit,
    items: Sequence[JSON],
    read: Callable[[Given], JSON],
    *,
    sparse: bool = False,
    until_found: bool = False,
) -> dict[int, JSON]:
    """Carry out the rounds and give what each gave, by its number.

    Args:
        read: what is kept of what a round gave.
        sparse: null is not kept.
        until_found: begin no round once something was kept.
    """
    results: Results = executor.session.results(visit.context.run.id, visit.path, visit.step.key)

    def keep(number: int, given: Given) -> None:
        value = read(given)
        if value is None and sparse:
            return
        results.put(number, value)
        if until_found:
            rounds.found()
        if given.secret:
            rounds.progress.state[_SECRET] = True

    rounds = Rounds(executor, visit, keep=keep)
    if until_found and results.values:
        rounds.found()
    await rounds.carry_out(items, at_once=at_once_of(visit))
    secret = _is_secret(visit) or rounds.progress.state.get(_SECRET) is True
    visit.secret = frozenset(output.name for output in visit.step.spec.outputs) if secret else NO_NAMES
    return results.close()


def _is_secret(visit: Visit) -> bool:
    """Whether the card is given something that is made from secrets."""
    return visit.step.inputs.made_from(visit.context.secrets) != NO_NAMES


def _single(given: Given) -> JSON:
    return given.single


def _true_or_nothing(given: Given) -> JSON:
    """True, or null for false. Raises CardError where it is neither."""
    value = given.single
    if value is None or isinstance(value, bool):
        return value or None
    try:
        return (_to_boolean(value) if _to_boolean else None) or None
    except ConversionError as error:
        raise CardError.bad_input(
            "call",
            f"A round gave what is neither true nor false: {error}.",
            "Let the helper flow return one field of type boolean.",
        ) from error


def _items(visit: Visit) -> list[JSON]:
    items = visit.given["list"]
    assert isinstance(items, list)
    return items


def _object(visit: Visit) -> Values:
    found = visit.given["object"]
    assert isinstance(found, dict)
    return found


def _pairs(visit: Visit) -> list[JSON]:
    return pairs_of(_object(visit))


def _number(value: JSON) -> int:
    return value if isinstance(value, int) else 0
