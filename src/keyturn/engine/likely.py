"""Why a card failed, likely, where its error does not say: where that came from which it was given."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from keyturn.flows.document import Flow, walk_cards
from keyturn.flows.errors import CardError, ErrorDetail

from .secrets import WHOLE, Head

if TYPE_CHECKING:
    from .context import Visit

_MOST = 3
_ROOTS: Mapping[str, str] = {
    "event": "the event",
    "item": "the item of the loop",
    "index": "the number of the loop's round",
    "record": "the record of the list",
    "memo": "what the loop has gathered so far",
    "error": "the error of the branch",
    "run": "the run itself",
    "flow": "the flow itself",
}
_AWAY = "The app is away, the way there is closed, or the address is wrong. Nothing was sent."
_CODES: Mapping[str, str] = {
    "bad-input": "What the card was given is not what it can work with.",
    "returned-error": "The flow was built to end with this error here.",
    "not-reached": _AWAY,
    "not-sent": _AWAY,
    "no-token": "The sign-in service of the app is away or slow, or does not take the credentials of the connection.",
    "no-such-flow": "The flow was switched off or deleted after this one was published.",
    "unknown-card": "The flow was published by another version of Keyturn.",
    "stopped-by-person": "Somebody was asked what became of the card, and decided so.",
    "stack-limit": "A flow calls itself, or two call one another, and nothing ends it.",
}
_OTHERWISE = "It lies in what the card was given or in its settings."


def explained(visit: Visit, error: CardError) -> CardError:
    """The error of a card with the likely cause, if it has none yet.

    Values are not repeated in it: they stand beside the card, and may be secret.
    """
    detail = error.detail
    if detail.why or detail.card is not None:
        return error
    return CardError(replace(detail, why=_of_field(visit, detail) or _CODES.get(detail.code, _OTHERWISE)))


def _of_field(visit: Visit, detail: ErrorDetail) -> str:
    """Where the value of the field at fault came from; empty if no field of the card is at fault."""
    step = visit.step
    if detail.field == "connection" and step.connection and detail.code not in _CODES:
        return f"The connection {step.connection!r} is not as it was when the flow was built."
    given, heads = visit.inputs or step.inputs.base, dict(step.inputs.heads)
    name = next((name for name in _names(detail.field) if name in given or name in heads), None)
    if name is None:
        return ""
    title = next((field.title for field in step.spec.inputs if field.name == name), None) or name
    if name not in heads:
        how = "is empty" if given.get(name) in (None, "") else "is as it is written"
        return f"{title} {how} in the flow itself: no event or card gives it."
    nothing = ", and that gave nothing" if name in given and given[name] in (None, "") else ""
    return f"{title} comes from {_sources(heads[name], visit.context.plan.flow)}{nothing}."


def _names(field: str | None) -> Iterator[str]:
    """A field, and the one in which it is."""
    if field:
        yield field
        yield field.partition(".")[0]


def _sources(heads: frozenset[Head], flow: Flow) -> str:
    """What references refer to, as people call it."""
    found = sorted({_source(root, name, flow) for root, name in heads})
    return " and ".join([*found[:_MOST], *(["others"] if len(found) > _MOST else [])])


def _source(root: str, name: str, flow: Flow) -> str:
    whole = _ROOTS.get(root)
    if whole is None:
        title = next((card.title for card in walk_cards(flow.cards) if card.id == root), None)
        whole = f"the card {title or root!r}"
    return whole if name == WHOLE else f"{name!r} of {whole}"
