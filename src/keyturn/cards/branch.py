"""Branching and Error Handling cards: declarations; the engine carries them out."""

from __future__ import annotations

from keyturn.flows.spec import CardKind, CardSpec, Choice, FieldFormat, FieldSpec
from keyturn.flows.types import ANY, NUMBER, OBJECT, TEXT

_WHEN = FieldSpec(
    "when",
    OBJECT,
    "Condition",
    "A comparison {a, is, b}, or a group of them: all, any or none.",
    required=True,
    format=FieldFormat.CONDITION,
)
_STATUS_ABOUT = "A status for callers, for example 404."
_STATUS = FieldSpec("status_code", NUMBER, "Status code", _STATUS_ABOUT, default=500, okta="statusCode")

IF = CardSpec(
    key="branch.if",
    title="If/Else",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="Takes the first branch whose condition holds, or the one that is marked otherwise.",
    free_outputs=True,
    lanes="when",
    synonyms=("condition", "else if", "switch", "case", "choose"),
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
    beyond=True,
)

CONTINUE_IF = CardSpec(
    key="branch.continue_if",
    title="Continue If",
    category="Branching",
    kind=CardKind.CONTROL,
    summary="Goes on only if a condition holds; else it stops, which is no error.",
    inputs=(
        _WHEN,
        FieldSpec("message", ANY, "Otherwise: message", "Given to the caller when it stops."),
    ),
    options=(
        FieldSpec(
            "leave",
            TEXT,
            "Leave",
            "What is left when it stops: the innermost branch or loop round, or the whole flow.",
            default="branch",
            choices=(Choice("branch", "The branch"), Choice("flow", "The flow")),
        ),
    ),
    synonyms=("filter", "guard", "stop", "only if"),
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
    okta="control:tryCatch",
)

RETURN_ERROR = CardSpec(
    key="error.return_error",
    title="Return Error",
    category="Error Handling",
    kind=CardKind.CONTROL,
    summary="Ends the flow with an error, also from inside a branch. Further inputs become the body of the error.",
    inputs=(FieldSpec("message", TEXT, "Message", "What went wrong.", required=True), _STATUS),
    free_inputs=True,
    synonyms=("throw", "fail", "raise", "error"),
    okta="control:throw",
)

RETURN_ERROR_IF = CardSpec(
    key="error.return_error_if",
    title="Return Error If",
    category="Error Handling",
    kind=CardKind.CONTROL,
    summary="Ends the flow with an error if a condition holds.",
    inputs=(
        _WHEN,
        FieldSpec("message", TEXT, "Message", "What went wrong.", required=True),
        FieldSpec("status_code", NUMBER, "Status code", _STATUS_ABOUT, okta="statusCode"),
    ),
    free_inputs=True,
    synonyms=("throw if", "fail if", "assert"),
    okta="control:throwIf",
)

BRANCH_CARDS = (IF, IF_ELSEIF, TOGETHER, CONTINUE_IF, IF_ERROR, RETURN_ERROR, RETURN_ERROR_IF)
