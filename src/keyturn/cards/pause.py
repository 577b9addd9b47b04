"""The cards that pause a run until somebody resumes it."""

from __future__ import annotations

from keyturn.flows.spec import CardKind, CardSpec, Choice, FieldSpec
from keyturn.flows.types import ANY, BOOLEAN, DATETIME, NUMBER, SECRET, TEXT

_CATEGORY = "Flow Control"
_UNITS = ("second", "minute", "hour", "day")

RESUME_ADDRESS = CardSpec(
    key="flow.resume_address",
    title="Resume Address",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Gives an address at which the run is resumed once it comes to its Pause card, so that it can be sent "
    "before. Whoever has it may use it, once, by POST: it is secret, and masked in the history.",
    outputs=(FieldSpec("address", SECRET, "Address", "For the Pause card, and for who is to resume the run."),),
    synonyms=("resume url", "callback", "webhook", "approval", "link"),
    beyond=True,
)

PAUSE = CardSpec(
    key="flow.pause",
    title="Pause",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Pauses the run until somebody calls its resume address or resumes it in Keyturn, or its time is over; a "
    "restart of the program changes nothing. What is sent to the address as JSON, or as a form, is given as body, and "
    "its fields as the outputs that are declared here.",
    inputs=(
        FieldSpec(
            "address",
            SECRET,
            "Address",
            "What a Resume Address card before gave; without one the run is resumed in Keyturn only.",
        ),
        FieldSpec(
            "limit", NUMBER, "Limit", "How long it pauses at most, in the unit: above 0, up to 30 days.", default=30
        ),
        FieldSpec(
            "unit", TEXT, "Unit", "The unit of the limit.", default="day", choices=tuple(Choice(u, u) for u in _UNITS)
        ),
    ),
    outputs=(
        FieldSpec("resumed", BOOLEAN, "Resumed", "True if somebody resumed it, false if its time was over."),
        FieldSpec("body", ANY, "Body", "What was sent; null if nothing was."),
        FieldSpec("by", TEXT, "By", "Who resumed it: the address, or the name of the token or session."),
        FieldSpec("at", DATETIME, "At", "When it was resumed."),
    ),
    free_outputs=True,
    synonyms=("resume", "callback", "wait for", "approval", "human", "webhook"),
)

PAUSE_CARDS = (RESUME_ADDRESS, PAUSE)
