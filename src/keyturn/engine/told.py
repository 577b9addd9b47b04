"""What a flow is told of its run and its call, beside the values that it is given.

These are the fields that the Helper Flow card of Okta Workflows has in its group *context* (reference, 2.5): the
position in the list when a card with rounds calls it, the caller, the error where it is called because of one, and the
run's id. A flow that refers to none of them is told nothing, so that its runs keep nothing more. An input of the flow's
own by one of these names counts in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from keyturn.flows.document import Card, Flow
from keyturn.flows.json import JSON, Values
from keyturn.flows.values import parse_value

from .secrets import WHOLE, heads_of

if TYPE_CHECKING:
    from .context import RunContext

EXECUTION_ID = "execution_id"
OF_CALL = frozenset({"index", "parent", "error"})
TOLD = OF_CALL | {EXECUTION_ID}

_HANDLER = "/on_error"
_ROUND = re.compile(r"\[([0-9]+)\]$")


def names_told(flow: Flow, own: frozenset[str]) -> frozenset[str]:
    """Which of its event's own fields a flow refers to, or all of them where it refers to the event as a whole.

    Raises:
        ValueSyntaxError: a value of the flow cannot be read.
    """
    if not own:
        return own
    named = {name for raw in _values(flow) for root, name in heads_of(parse_value(raw)) if root == "event"}
    return own if WHOLE in named else own & named


def of_call(wanted: frozenset[str], caller: RunContext, path: str, error: Values | None) -> Values:
    """What a called flow is told.

    Args:
        wanted: the names that it refers to.
        path: of the call, as its run is stored with.
        error: why it is called, where it deals with an error.
    """
    if not wanted & OF_CALL:
        return {}
    run, place = caller.run, path.removesuffix(_HANDLER)
    round_ = _ROUND.search(place)
    told: Values = {
        "index": int(round_[1]) if round_ else None,
        "parent": {
            "id": run.flow_id,
            "method": _ROUND.sub("", place).rpartition("/")[2],
            "name": caller.plan.flow.name,
            "execution_id": str(run.id),
            "wf_id": run.flow_id,
            "root_execution_id": str(run.root_id),
            "root_wf_id": run.flow_id,
        },
        "error": error,
    }
    return {name: value for name, value in told.items() if name in wanted}


def _values(flow: Flow) -> Iterator[JSON]:
    """Every value of a document that may refer to something."""
    yield flow.about
    for card in flow.walk():
        yield from _values_of(card)


def _values_of(card: Card) -> Iterator[JSON]:
    yield from card.inputs.values()
    for branch in card.branches:
        yield from branch.set.values()
        yield branch.when
    if card.call is not None:
        yield from card.call.with_.values()
    if card.on_error is not None:
        yield from card.on_error.values.values()
        yield from card.on_error.call.with_.values() if card.on_error.call else ()
