"""Branching and Error Handling cards: declarations; the engine carries them out."""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.json import JSON
from keyturn.flows.spec import BadInput, CardKind, CardSpec, Choice, Example, FieldFormat, FieldSpec, OnNull
from keyturn.flows.types import ANY, NUMBER, OBJECT, TEXT

from .declare import example, fails

WHEN = FieldSpec(
    "when",
    OBJECT,
    "Condition",
    "A comparison {a, is, b}, or a group of them: all, any or none.",
    required=True,
    format=FieldFormat.CONDITION,
    bad=BadInput(OnNull.ERROR, note="What is no condition is an error."),
)
_STATUS = FieldSpec(
    "status_code",
    NUMBER,
    "Status code",
    "A status for callers, for example 404.",
    okta="statusCode",
    bad=BadInput(OnNull.VALUE, whole=True, least=100, most=599),
)
_STATUS_500 = replace(_STATUS, default=500, bad=BadInput(OnNull.DEFAULT, whole=True, least=100, most=599))
_MESSAGE = FieldSpec(
    "message",
    TEXT,
    "Message",
    "What went wrong.",
    required=True,
    bad=BadInput(OnNull.EMPTY, note="Instead of an empty one a general sentence stands there."),
)

_LEVEL = {"level": "text"}
_HIGH: JSON = {"when": {"a": 12, "is": "greater than", "b": 10}, "set": {"level": "high"}}
_LOW: JSON = {"otherwise": True, "set": {"level": "low"}}
_NEW: JSON = {
    "when": {"any": [{"a": "", "is": "is empty"}, {"a": 1, "is": "equal to", "b": 2}]},
    "set": {"level": "new"},
}
_NOBODY: JSON = {"id": "fail", "card": "error.return_error", "inputs": {"message": "Nobody."}}


def _takes(about: str, level: str, *branches: JSON) -> Example:
    return Example({}, {"level": level}, about, free_outputs=_LEVEL, more={"branches": [*branches]})


IF = CardSpec(
    key="branch.if",
    title="If/Else",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="Takes the first branch whose condition holds, or the one that is marked otherwise.",
    free_outputs=True,
    lanes="when",
    synonyms=("condition", "else if", "switch", "case", "choose"),
    examples=(
        _takes("12 is greater than 10.", "high", _HIGH, _LOW),
        _takes("A group of comparisons.", "new", _NEW, _LOW),
    ),
    okta="control:if",
)

IF_ELSEIF = CardSpec(
    key="branch.if_elseif",
    title="If/ElseIf",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="As If/Else: takes the first branch whose condition holds, or the one that is marked otherwise.",
    free_outputs=True,
    lanes="when",
    synonyms=("condition", "else if", "switch", "case", "choose"),
    examples=(
        _takes("The first that holds is taken.", "high", _HIGH, _NEW, _LOW),
        _takes("No other holds.", "low", {"when": {"a": 1, "is": "equal to", "b": 2}, "set": {"level": "one"}}, _LOW),
    ),
    okta="control:branch",
)

TOGETHER = CardSpec(
    key="branch.together",
    title="Together",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="Carries out several lanes at once, each to its own end, whatever becomes of the others.",
    options=(
        FieldSpec(
            "failures",
            TEXT,
            "Failures",
            "Whether the errors are handed on, or the card fails once all lanes have ended.",
            default="hand on",
            choices=(Choice("hand on", "Hand on the errors"), Choice("fail", "Fail when all have ended")),
        ),
    ),
    outputs=(
        FieldSpec("failed", NUMBER, "Failed", "How many lanes failed; what they would have set is null."),
        FieldSpec("errors", OBJECT, "Errors", "Lane and its error; null for a lane that went well."),
    ),
    free_outputs=True,
    lanes="lane",
    synonyms=("parallel", "at once", "concurrent", "fork", "join", "all"),
    examples=(
        Example(
            {},
            {"a": 1, "b": 2, "failed": 0, "errors": {"okta": None, "mail": None}},
            free_outputs={"a": "number", "b": "number"},
            more={"branches": [{"lane": "okta", "set": {"a": 1}}, {"lane": "mail", "set": {"b": 2}}]},
        ),
        Example(
            {},
            {},
            "All end, and then the card fails.",
            options={"failures": "fail"},
            more={"branches": [{"lane": "okta", "cards": [_NOBODY]}, {"lane": "mail"}]},
            error="returned-error",
        ),
    ),
    beyond=True,
)

CONTINUE_IF = CardSpec(
    key="branch.continue_if",
    title="Continue If",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="Goes on only if a condition holds; else it stops, which is no error.",
    inputs=(
        WHEN,
        FieldSpec(
            "message",
            ANY,
            "Message",
            "Given to the caller when it stops.",
            bad=BadInput(OnNull.VALUE),
            group="Otherwise",
        ),
    ),
    options=(
        FieldSpec(
            "leave",
            TEXT,
            "Leave",
            "What is left when it stops: the innermost branch or loop round, or the whole flow.",
            default="branch",
            choices=(Choice("branch", "The branch"), Choice("flow", "The flow")),
            beyond=True,
        ),
    ),
    synonyms=("filter", "guard", "stop", "only if"),
    examples=(
        example({"when": {"a": 1, "is": "equal to", "b": 1}}, {}, "It goes on."),
        example(
            {"when": {"a": "", "is": "is not empty"}, "message": "No user."},
            {"message": "No user."},
            "The flow ends well, and its caller gets the message.",
        ),
    ),
    okta="control:continueIf",
)

IF_ERROR = CardSpec(
    key="branch.if_error",
    title="If Error",
    category="Error Handling",
    kind=CardKind.CONTROL,
    summary="Carries out a branch, and another one if a card of the first fails. The flow then goes on.",
    free_outputs=True,
    lanes="try",
    synonyms=("try", "catch", "exception"),
    examples=(
        Example(
            {},
            {"said": "Nobody."},
            "A card of the first branch fails.",
            free_outputs={"said": "text"},
            more={
                "branches": [
                    {"try": True, "cards": [_NOBODY]},
                    {"catch": True, "set": {"said": "{{ error.message }}"}},
                ]
            },
        ),
        Example(
            {},
            {"said": "fine"},
            "Nothing fails.",
            free_outputs={"said": "text"},
            more={"branches": [{"try": True, "set": {"said": "fine"}}, {"catch": True, "set": {"said": "no"}}]},
        ),
    ),
    okta="control:tryCatch",
)

RETURN_ERROR = CardSpec(
    key="error.return_error",
    title="Return Error",
    category="Error Handling",
    kind=CardKind.CONTROL,
    summary="Ends the flow with an error, also from inside a branch. Further inputs become the body of the error.",
    inputs=(_MESSAGE, _STATUS_500),
    free_inputs=True,
    synonyms=("throw", "fail", "raise", "error"),
    examples=(
        fails({"message": "Nobody has this address.", "status_code": 404}, "returned-error", "Callers get 404."),
        fails({"message": "No.", "id": 7}, "returned-error", "The body of the error is then {id: 7}."),
    ),
    okta="control:throw",
)

RETURN_ERROR_IF = CardSpec(
    key="error.return_error_if",
    title="Return Error If",
    category="Error Handling",
    kind=CardKind.CONTROL,
    summary="Ends the flow with an error if a condition holds.",
    inputs=(WHEN, _MESSAGE, _STATUS),
    free_inputs=True,
    synonyms=("throw if", "fail if", "assert"),
    examples=(
        fails({"when": {"a": 0, "is": "equal to", "b": 0}, "message": "None left."}, "returned-error"),
        example({"when": {"a": 1, "is": "equal to", "b": 0}, "message": "None left."}, {}, "It goes on."),
    ),
    okta="control:throwIf",
)

BRANCH_CARDS = (IF, IF_ELSEIF, TOGETHER, CONTINUE_IF, IF_ERROR, RETURN_ERROR, RETURN_ERROR_IF)
