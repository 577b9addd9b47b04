"""The codes of problems in flows: what each means and how it is mended.

``python -m keyturn.flows.problem_codes docs/problems.md`` writes the page for people. Tests keep the code, this
catalogue and the page together.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """What all problems of one code have in common.

    Attributes:
        what: what is wrong, one sentence.
        mend: what to do about it, one sentence.
        warning: it keeps no flow from being published.
    """

    what: str
    mend: str
    warning: bool = False


PROBLEM_CODES: Mapping[str, ProblemCode] = {
    "bad-address": ProblemCode(
        "A relative address could lead away from the connection's address, or is empty.",
        "Give the path below the connection's address.",
    ),
    "bad-branch": ProblemCode(
        "A branch is marked wrongly, or stands in the wrong place.",
        "Mark it by when, otherwise, try, catch or lane, as its card wants; otherwise comes last.",
    ),
    "bad-condition": ProblemCode(
        "A condition is no comparison and no group.", "Write {a, is, b}, or all, any, none with a list of them."
    ),
    "bad-cron": ProblemCode(
        "The cron text of a schedule cannot be read.", "Write minute, hour, day of the month, month, day of the week."
    ),
    "bad-id": ProblemCode("An id has characters that ids do not have.", "Small letters, digits and _; flows also -."),
    "bad-input": ProblemCode("An input of a run that is started does not fit.", "Give what the event declares."),
    "bad-key": ProblemCode("A key of the document is no text, or a merge.", "Put it into quotes; write merges out."),
    "bad-number": ProblemCode(
        "A number cannot be held exactly, or is infinite.", "Put it into quotes: as text it keeps all digits."
    ),
    "bad-on-error": ProblemCode(
        "Parts of on_error contradict each other.", "values go with return and continue, call goes with call."
    ),
    "bad-option": ProblemCode(
        "An option is a reference.", "Options are chosen when the flow is written; use If/Else with a card each."
    ),
    "bad-reference": ProblemCode(
        "A reference cannot be read.", "Write {{ card.output }}, {{ event.name }}, {{ rows.list[0].id as number }}."
    ),
    "bad-schedule": ProblemCode(
        "The options of a schedule say nothing, too much, or something that it cannot be.",
        "Give cron, or unit with every, and what goes with the unit.",
    ),
    "bad-text": ProblemCode("A text holds half a character, which can be neither stored nor sent.", "Take it out."),
    "bad-type": ProblemCode(
        "A declared type is none.", "Write text, number, boolean, datetime, object, file, any, secret, or list of them."
    ),
    "bad-value": ProblemCode("A value does not fit where it stands.", "Correct the value."),
    "bad-wait": ProblemCode(
        "A length of time cannot be read, is upside down, or over a year.", "Write 5s, 500ms, or a range 1s..30s."
    ),
    "bad-yaml": ProblemCode("The file is not YAML.", "Check indentation, colons and quotes at that line."),
    "body-no-json": ProblemCode(
        "The body of a request begins as JSON does and is none.",
        "Correct the JSON, or set the header Content-Type.",
        warning=True,
    ),
    "call-and-do": ProblemCode("A loop has a helper flow and cards of its own.", "Take one of them away."),
    "connection-of-others": ProblemCode(
        "The connection is for others than who publishes to build with.",
        "Ask one of those whom it is for; whoever may change connections may add a name.",
    ),
    "conversion-may-fail": ProblemCode(
        "A conversion depends on the value.", "Make sure that it always fits.", warning=True
    ),
    "duplicate-flow": ProblemCode("Two flows have one id.", "Give one of them another id."),
    "duplicate-id": ProblemCode("Two cards have one id.", "Give one of them another id."),
    "duplicate-key": ProblemCode("A key stands twice in one place.", "Keep one of the two."),
    "empty-comparison": ProblemCode(
        "A comparison has no first value, so that it compares nothing.",
        "Give it the value that is to be compared, or take the comparison away.",
        warning=True,
    ),
    "helper-circle": ProblemCode("Helper flows call each other in a circle.", "Make sure that it ends.", warning=True),
    "interval-too-short": ProblemCode("The interval of a schedule is below 1.", "Give 1 or more."),
    "missing-call": ProblemCode("A card that calls a flow names none.", "Add call:."),
    "missing-column": ProblemCode(
        "A card of a table has a place for a column, and none is chosen.", "Choose one, or take the place away."
    ),
    "missing-connection": ProblemCode("A card of an app has no connection.", "Add connection:."),
    "missing-input": ProblemCode("A required input is not given; for helper flows a warning.", "Give it."),
    "missing-key": ProblemCode("Something that every flow or card has is missing.", "Add it."),
    "missing-option": ProblemCode("A required option is not chosen.", "Choose one."),
    "mixed-comparison": ProblemCode(
        "Text is compared with a number, which is done as text.",
        "Convert one of them: {{ ... as number }}.",
        warning=True,
    ),
    "needless-body": ProblemCode("A card has do: and no use for it.", "Take it away."),
    "needless-branches": ProblemCode("A card has branches and no use for them.", "Take them away."),
    "needless-call": ProblemCode("A card has call: and no use for it.", "Take it away."),
    "needless-connection": ProblemCode("A card has a connection and no use for it.", "Take it away."),
    "never-due": ProblemCode("A schedule has no due time at all.", "Correct its days and months, start and end."),
    "never-there": ProblemCode(
        "A reference leads to something that values of its type never have.",
        "Correct the path; for lists write [] or [0].",
        warning=True,
    ),
    "no-anchors": ProblemCode("The file uses anchors or aliases.", "Write it out."),
    "no-conversion": ProblemCode("A value cannot become what the input needs.", "Give a value of the right type."),
    "no-tags": ProblemCode("The file uses tags or directives.", "Take them away; put text into quotes."),
    "not-a-flow": ProblemCode("The document is no flow.", "A flow begins with id, name and event."),
    "not-a-helper": ProblemCode(
        "The called flow is started by an event of its own.", "Call a flow whose event is helper."
    ),
    "not-returned": ProblemCode(
        "An output is declared that the helper flow does not return.",
        "Use one of those named, or return it there.",
        warning=True,
    ),
    "one-item": ProblemCode(
        "The list of a loop is one text, which is one item: there is one round.",
        "Give a list, or make one of the text by Split.",
        warning=True,
    ),
    "output-not-set": ProblemCode(
        "A branch does not set an output, or no branch is taken that could.",
        "Set it, or leave it so if null is meant.",
        warning=True,
    ),
    "outputs-not-free": ProblemCode("A card's outputs are fixed.", "Take outputs: away."),
    "reference-into-branch": ProblemCode(
        "A reference to a card inside a branch or loop that this card is not in.",
        "Hand the value on with set and outputs of the branch.",
    ),
    "reference-to-itself": ProblemCode(
        "A card refers to its own outputs, or to those of a card that it is part of.", "Refer to a card before it."
    ),
    "reference-to-later-card": ProblemCode("A reference to a card that comes later.", "Move this card behind it."),
    "reserved-id": ProblemCode("A card's id means something else in references.", "Choose another id."),
    "reserved-output": ProblemCode(
        "An output has the name of one that the card has anyway, as error on a card that goes on after errors.",
        "Choose another name.",
    ),
    "too-deep": ProblemCode("The document is nested too deep.", "Use helper flows."),
    "too-large": ProblemCode("The document is too large.", "Split it."),
    "two-sources": ProblemCode(
        "An output of an event, or of lanes that go at once, comes from two places.", "Take one of them away."
    ),
    "not-unique": ProblemCode(
        "Rows are to be found by a column that is not unique.", "Name a unique column, or make this one unique."
    ),
    "unknown-card": ProblemCode("There is no such card.", "List them: keyturn cards."),
    "unknown-choice": ProblemCode("A value is none of the choices.", "Choose one of those named."),
    "unknown-column": ProblemCode("The table has no such column.", "Use one of those named."),
    "unknown-connection": ProblemCode(
        "There is no such connection.", "Make it, or choose another: keyturn connections list."
    ),
    "unknown-flow": ProblemCode("There is no such flow.", "Publish it together with this one."),
    "unknown-input": ProblemCode("A card or flow has no such input.", "Use one of those named."),
    "unknown-key": ProblemCode("A key that means nothing here.", "Use one of those named."),
    "unknown-option": ProblemCode("A card has no such option.", "Use one of those named."),
    "unknown-output": ProblemCode("A card gives no such output.", "Use one of those named."),
    "unknown-reference": ProblemCode("A reference to nothing that is there.", "Correct the name."),
    "unknown-table": ProblemCode("There is no such table.", "Make it, or choose another: keyturn tables list."),
    "unknown-zone": ProblemCode("There is no such time zone.", "Use a name of the tz database, like Europe/Berlin."),
    "unreadable-file": ProblemCode("The file cannot be read.", "Check that it is there, yours, small, and UTF-8."),
    "wrong-connection": ProblemCode(
        "The connection belongs to another connector.", "Choose one of the right connector."
    ),
}

_HEAD = """\
# Problems

What `keyturn check`, publishing and the API find wrong with flows. Each is told with file, line, flow, card and field
where they apply, and always with how to mend it. Errors keep a flow from being published, warnings do not. The codes
stay the same; scripts may rely on them.

| code | what is wrong | how to mend it |
| --- | --- | --- |
"""


def problems_page() -> str:
    """The page of the docs that lists them."""
    rows = [
        f"| `{code}` | {known.what}{' (warning)' if known.warning else ''} | {known.mend} |\n"
        for code, known in sorted(PROBLEM_CODES.items())
    ]
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(problems_page(), encoding="utf-8")
