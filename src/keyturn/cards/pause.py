"""The cards that pause a run until somebody resumes it."""

from __future__ import annotations

from keyturn.flows.spec import BadInput, CardKind, CardSpec, Choice, Example, FieldSpec, OnNull
from keyturn.flows.types import ANY, BOOLEAN, DATETIME, NUMBER, SECRET, TEXT

from .declare import example, fails

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
    examples=(example({}, {"address": "[secret]"}, "What the history shows of it:"),),
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
            bad=BadInput(OnNull.VALUE, note="What no Resume Address card of this run gave is an error."),
        ),
        FieldSpec(
            "limit",
            NUMBER,
            "Limit",
            "How long it pauses at most, in the unit: above 0, up to 30 days.",
            default=30,
            bad=BadInput(OnNull.ERROR, least=0, note="0 is an error, and so are over 30 days."),
        ),
        FieldSpec(
            "unit",
            TEXT,
            "Unit",
            "The unit of the limit.",
            default="day",
            choices=tuple(Choice(u, u) for u in _UNITS),
            bad=BadInput(OnNull.DEFAULT),
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
    examples=(
        Example(
            {"limit": 2, "unit": "day"},
            {"approved": True, "resumed": True, "body": {"approved": True}, "by": "ada", "at": "..."},
            'Ada sends {"approved": true}.',
            free_outputs={"approved": "boolean"},
        ),
        fails({"limit": 31}, "bad-input", "No pause is longer than 30 days."),
    ),
)

PAUSE_CARDS = (RESUME_ADDRESS, PAUSE)
