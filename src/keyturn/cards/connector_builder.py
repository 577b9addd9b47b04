"""Cards that Okta Workflows has for those who build connectors; here any flow may have them.

In Okta a flow that polls an app keeps with Cursor how far it has read, and gives what it found with Return Outputs
(https://help.okta.com/wf/en-us/content/topics/workflows/connector-builder/event-polling-monitor.htm). Here a scheduled
flow does the same.
"""

from __future__ import annotations

from keyturn.flows.spec import BadInput, CardKind, CardSpec, EffectClass, EffectSpec, Example, FieldSpec, OnNull
from keyturn.flows.types import ANY, OBJECT, Kind, Type

from .declare import example

_CATEGORY = "Flow Control"
LARGEST_CURSOR = 10 * 1024  # bytes, as in Okta Workflows

CURSOR = CardSpec(
    key="flow.cursor",
    title="Cursor",
    category=_CATEGORY,
    kind=CardKind.EFFECT,
    summary="Keeps a value for the next run of this flow, for example up to when an app was read, and gives what was "
    "kept before. Each flow has one such value; it goes when the flow is deleted.",
    inputs=(
        FieldSpec(
            "properties",
            ANY,
            "Properties",
            "What is kept: a date, number, text or object, of 10 KB at most. Without it what was kept stays.",
            bad=BadInput(
                OnNull.VALUE,
                note="Null keeps nothing new. Over 10 KB of JSON, lists, true and false, and secrets are errors.",
            ),
        ),
    ),
    outputs=(
        FieldSpec(
            "cursor", ANY, "Cursor", "What was kept before; null at first. In Okta the event gives it.", beyond=True
        ),
    ),
    effect=EffectSpec(EffectClass.ENSURE, repeatable=True, in_commit=True),
    synonyms=("state", "poll", "since", "last run", "remember", "polling monitor", "persistent"),
    examples=(
        example({"properties": "2026-11-24T12:00:00.000Z"}, {"cursor": None}, "The first run."),
        example({}, {"cursor": None}, "Nothing is given: the card only tells what was kept."),
    ),
)

_GROUP = FieldSpec(
    "group",
    OBJECT,
    "Group",
    "a group of outputs: an object with its fields.",
    bad=BadInput(OnNull.EMPTY, note="What is no object is an error."),
)

RETURN_OUTPUTS = CardSpec(
    key="flow.return_outputs",
    title="Return Outputs",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Ends the flow and gives records, or groups of fields, to the flow that called it; For Each, or any list "
    "card, takes the records one by one.",
    inputs=(
        FieldSpec(
            "collection",
            Type(Kind.OBJECT, 1),
            "Collection",
            "The records that were found.",
            bad=BadInput(OnNull.VALUE, note="Null is not given on. A record that is no object is an error."),
        ),
    ),
    free_inputs=True,
    free_input=_GROUP,
    synonyms=("result", "records", "polling monitor", "end"),
    examples=(
        example({"collection": [{"id": 7}]}, {"collection": [{"id": 7}]}),
        Example({"User": {"ID": 7}}, {"User": {"ID": 7}}, "A group of fields."),
    ),
)

CARDS = (CURSOR, RETURN_OUTPUTS)
