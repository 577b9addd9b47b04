"""Flow Control cards, and the events that are Keyturn's own."""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, CardKind, CardSpec, Choice, Example, FieldSpec, OnNull
from keyturn.flows.types import ANY, DATETIME, NUMBER, OBJECT, TEXT, Kind, Type

from .branch import WHEN
from .declare import example, fails
from .endpoint import ENDPOINT
from .function import Function

_CATEGORY = "Flow Control"
_LEAVE_ABOUT = "What is left: the innermost branch or loop round, or the whole flow."


def _leave(default: str) -> FieldSpec:
    choices = (Choice("branch", "The branch"), Choice("flow", "The flow"))
    return FieldSpec("leave", TEXT, "Leave", _LEAVE_ABOUT, default=default, choices=choices, beyond=True)


def _assign(values: Values, outputs: tuple[str, ...]) -> JSON:
    return {**dict.fromkeys(outputs), **values}


ASSIGN = CardSpec(
    key="flow.assign",
    title="Assign",
    category=_CATEGORY,
    kind=CardKind.PURE,
    summary="Gives names to values, for the cards that follow.",
    free_inputs=True,
    free_outputs=True,
    synonyms=("variable", "set", "constant", "let"),
    examples=(
        Example({"limit": 10}, {"limit": 10}, free_outputs={"limit": "number"}),
        Example({"name": "Ada"}, {"name": "Ada"}, "Outputs that are not declared are of any type."),
    ),
    okta="control:let",
)

FUNCTIONS = (Function(ASSIGN, _assign),)

RETURN = CardSpec(
    key="flow.return",
    title="Return",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Ends the flow and gives values to the flow that called it.",
    options=(_leave("flow"),),
    free_inputs=True,
    synonyms=("result", "output", "end"),
    examples=(
        example({"name": "Ada"}, {"name": "Ada"}),
        example({}, {}, "It ends the flow and gives nothing."),
    ),
    okta="control:return",
)

RETURN_IF = CardSpec(
    key="flow.return_if",
    title="Return If",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Ends the flow and gives values to the flow that called it, if a condition holds; else it goes on.",
    inputs=(WHEN,),
    options=(_leave("flow"),),
    free_inputs=True,
    synonyms=("early exit", "guard", "result", "end if"),
    examples=(
        example({"when": {"a": "", "is": "is empty"}, "found": False}, {"found": False}),
        example({"when": {"a": "ada", "is": "is empty"}, "found": False}, {}, "It goes on."),
    ),
    beyond=True,
)

_STATUS = FieldSpec(
    "status_code",
    NUMBER,
    "Status code",
    "200 to 599. With 204, 205 and 304 no body is sent.",
    default=200,
    okta="statusCode",
    bad=BadInput(OnNull.ERROR, whole=True, least=200, most=599),
)
_HEADERS = FieldSpec(
    "headers",
    OBJECT,
    "Headers",
    "Names and values; cookies, and what frames or protects the answer, are not the author's.",
    bad=BadInput(OnNull.EMPTY, note="What cannot be sent as a header, and what is not the author's, is an error."),
)

RETURN_RAW = CardSpec(
    key="flow.return_raw",
    title="Return Raw",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Ends the flow with an HTTP answer of its own: status, headers and body as text, for the caller of its "
    "endpoint. A flow that calls it gets the three as values.",
    inputs=(
        _STATUS,
        replace(_HEADERS, default={"Content-Type": "application/json"}),
        FieldSpec("body", TEXT, "Body", "Sent as it is.", default="", bad=BadInput(OnNull.EMPTY)),
    ),
    synonyms=("http", "response", "answer", "html", "redirect", "end"),
    examples=(
        example(
            {"status_code": 404, "body": '{"found":false}'},
            {"status_code": 404, "headers": {"Content-Type": "application/json"}, "body": '{"found":false}'},
        ),
        example(
            {"headers": {"Content-Type": "text/html"}, "body": "<p>Done</p>"},
            {"status_code": 200, "headers": {"Content-Type": "text/html"}, "body": "<p>Done</p>"},
        ),
    ),
    okta="control:returnRaw",
)

CLOSE = CardSpec(
    key="api_connector.close",
    title="Close",
    category="API Connector",
    kind=CardKind.CONTROL,
    summary="Answers the caller of the flow's endpoint at once, and the flow goes on. The first Close of a run counts; "
    "where nobody waits for an answer nothing happens.",
    inputs=(
        _STATUS,
        _HEADERS,
        FieldSpec("body", ANY, "Body", "Text is sent as it is, all else as JSON.", bad=BadInput(OnNull.VALUE)),
    ),
    synonyms=("http", "response", "answer", "early", "release"),
    examples=(
        example({"status_code": 202}, {}, "The caller gets 202, and the flow goes on."),
        example({"body": {"ok": True}}, {}, "It is sent as JSON."),
    ),
    okta="channels:http:httpfunctions:close",
)

CALL = CardSpec(
    key="flow.call",
    title="Call Flow",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Runs a helper flow and waits for what it returns.",
    free_outputs=True,
    calls=True,
    synonyms=("helper", "subflow", "child flow", "run flow"),
    examples=(
        Example(
            {},
            {"said": "Hello Ada"},
            "The flow greet takes a name and returns what it said.",
            free_outputs={"said": "text"},
            more={"call": {"flow": "greet", "with": {"name": "Ada"}}},
        ),
        Example(
            {},
            {"other": None},
            "What it does not return is null.",
            free_outputs={"other": "text"},
            more={"call": {"flow": "greet", "with": {"name": "Ada"}}},
        ),
    ),
    okta="control:spawn",
)

CALL_ASYNC = CardSpec(
    key="flow.call_async",
    title="Call Flow Async",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Queues a helper flow and goes on at once; its failure never reaches this flow.",
    outputs=(FieldSpec("run_id", TEXT, "Run", "The id of the run.", beyond=True),),
    calls=True,
    synonyms=("background", "fire and forget", "queue"),
    examples=(
        example({}, {"run_id": "..."}, call={"flow": "greet", "with": {"name": "Ada"}}),
        fails({}, "no-such-flow", "There is no such flow.", call={"flow": "nobody"}),
    ),
    okta="control:run",
)

_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")

WAIT = CardSpec(
    key="flow.wait",
    title="Wait For",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Pauses the run; a restart of the program changes nothing. A month is 30 days, a year 365.",
    inputs=(
        FieldSpec(
            "delay",
            NUMBER,
            "Delay",
            "How long, in the unit.",
            required=True,
            bad=BadInput(OnNull.ERROR, least=0, note="Over 366 days is an error."),
        ),
        FieldSpec(
            "unit",
            TEXT,
            "Unit",
            "The unit of time.",
            default="second",
            choices=tuple(Choice(u, u) for u in _UNITS),
            bad=BadInput(OnNull.DEFAULT),
        ),
    ),
    synonyms=("pause", "sleep", "delay", "timer"),
    examples=(
        example({"delay": 5, "unit": "second"}, {}),
        example({"delay": 0}, {}, "It goes on at once."),
    ),
    okta="control:wait",
)

WAIT_UNTIL = CardSpec(
    key="flow.wait_until",
    title="Wait Until",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="Pauses the run to an instant; a restart of the program changes nothing. One that has passed is no wait.",
    inputs=(
        FieldSpec(
            "date",
            DATETIME,
            "Date & time",
            "The instant; 366 days ahead at most.",
            required=True,
            bad=BadInput(OnNull.ERROR, note="Over 366 days ahead is an error."),
        ),
    ),
    synonyms=("pause", "sleep", "delay", "timer", "date", "wait delay duration"),
    examples=(
        example({"date": "2020-01-01T00:00:00.000Z"}, {}, "What has passed is no wait."),
        fails({"date": None}, "bad-input"),
    ),
    okta="control:until",
)

COMMENT = CardSpec(
    key="flow.comment",
    title="Comment",
    category=_CATEGORY,
    kind=CardKind.CONTROL,
    summary="A note for readers; it does nothing.",
    synonyms=("note", "remark"),
    examples=(example({}, {}, note="Ask Ada before you change this."),),
    okta="control:comment",
)

HELPER = CardSpec(
    key="helper",
    title="Helper Flow",
    category="Events",
    kind=CardKind.EVENT,
    summary="Starts when another flow calls this one. Its outputs are what the caller gives, and what is told of the "
    "call; an output that you declare by one of these names takes its place.",
    outputs=(
        FieldSpec(
            "index", NUMBER, "Index", "The position in the list, from 0, where a card with rounds calls it; else null."
        ),
        FieldSpec(
            "parent",
            OBJECT,
            "Caller",
            "The caller: id and name of its flow, method (the id of the card), execution_id of its run, "
            "root_execution_id of the run at the top; null if no flow calls it.",
        ),
        FieldSpec(
            "error",
            OBJECT,
            "Error",
            "Why it is called, where a card calls it on an error: message, statusCode, method, flo, execution, and "
            "what error has everywhere; else null.",
        ),
        FieldSpec("execution_id", TEXT, "Execution ID", "The id of the run."),
    ),
    free_outputs=True,
    synonyms=("child flow", "subflow", "function"),
    examples=(
        Example(
            {"name": "Ada", "age": "36"},
            {"name": "Ada", "age": 36, "index": None, "parent": "...", "error": None, "execution_id": "..."},
            "Call Flow gives a text where the flow declares a number.",
            free_outputs={"name": "text", "age": "number"},
        ),
        Example(
            {"item": "Ada"},
            {"item": "Ada", "index": 0, "parent": "...", "error": None, "execution_id": "..."},
            "Map calls it, here for the first item of the list.",
            free_outputs={"item": "text"},
            more={"by": "list.map"},
        ),
    ),
    okta="control:callable",
)

MANUAL = CardSpec(
    key="manual",
    title="By Hand",
    category="Events",
    kind=CardKind.EVENT,
    summary="Starts when a person or a program starts it. Its outputs are what they give.",
    free_outputs=True,
    synonyms=("button", "run", "start", "no event", "noop"),
    examples=(
        Example({"login": "ada"}, {"login": "ada"}, free_outputs={"login": "text"}),
        Example({}, {"login": None}, "What is not given is null.", free_outputs={"login": "text"}),
    ),
    okta="control:noop",
)

DELEGATED = CardSpec(
    key="delegated",
    title="Delegated Flow",
    category="Events",
    kind=CardKind.EVENT,
    summary="Starts when somebody runs it who may run delegated flows, and need not see anything else here. Its "
    "outputs are what they give.",
    outputs=(
        FieldSpec("user_id", TEXT, "User ID", "Who runs it: name of the token or session.", okta="okta-user-id"),
        FieldSpec("execution_id", TEXT, "Execution ID", "The id of the run."),
    ),
    free_outputs=True,
    synonyms=("help desk", "admin", "button", "portal"),
    examples=(
        Example(
            {"reason": "left"},
            {"reason": "left", "user_id": "kim", "execution_id": "..."},
            "Kim runs it.",
            free_outputs={"reason": "text"},
            more={"who": "kim"},
        ),
    ),
    okta="http:delegated",
)

SCHEDULE = CardSpec(
    key="schedule",
    title="Scheduled Flow",
    category="Events",
    kind=CardKind.EVENT,
    summary="Starts at its due times, each once: by an interval, or by cron text.",
    options=(
        FieldSpec("cron", TEXT, "Cron text", "Five fields: minute, hour, day of the month, month, day of the week."),
        FieldSpec("every", NUMBER, "Run every", "How many units lie between two due times; 1 if it is not given."),
        FieldSpec(
            "unit",
            TEXT,
            "Unit",
            "The unit of an interval.",
            choices=tuple(Choice(u, u) for u in ("minutes", "hours", "days", "weeks", "months")),
        ),
        FieldSpec("at", TEXT, "Time of day", "For days, weeks and months: 09:00; else that of the start, or midnight."),
        FieldSpec("weekdays", Type(Kind.TEXT, 1), "Days of the week", "For weeks: monday, friday; else the start's."),
        FieldSpec("day", NUMBER, "Day of the month", "For months: 1 to 31; shorter months take their last day."),
        FieldSpec("zone", TEXT, "Time zone", "A name of the tz database, for example Europe/Berlin.", default="UTC"),
        FieldSpec("start", TEXT, "Start", "Nothing is due before; an interval counts from here: 2026-12-01T09:00."),
        FieldSpec("end", TEXT, "End", "Nothing is due after it."),
    ),
    outputs=(
        FieldSpec("execution_id", TEXT, "Execution ID", "The id of the run."),
        FieldSpec("execution_time", DATETIME, "Current Time", "When it was started, by the database's clock."),
        FieldSpec("due_time", DATETIME, "Due time", "The time that it was due at.", beyond=True),
        FieldSpec(
            "skipped",
            NUMBER,
            "Skipped",
            "How many due times before it were missed and passed over, up to 1000.",
            beyond=True,
        ),
    ),
    synonyms=("cron", "timer", "interval", "recurring", "daily", "weekly"),
    examples=(
        Example(
            {},
            {
                "execution_id": "...",
                "execution_time": "2026-11-24T12:00:00.250Z",
                "due_time": "2026-11-24T12:00:00.000Z",
                "skipped": 0,
            },
            "It starts a quarter of a second after its time.",
            options={"every": 15, "unit": "minutes"},
            more={"due": "2026-11-24T12:00:00.000Z", "now": "2026-11-24T12:00:00.250Z"},
        ),
        Example(
            {},
            {
                "execution_id": "...",
                "execution_time": "2026-11-24T12:05:00.000Z",
                "due_time": "2026-11-24T12:00:00.000Z",
                "skipped": 2,
            },
            "Keyturn was away for half an hour: the last due time counts.",
            options={"cron": "*/15 * * * *"},
            more={"due": "2026-11-24T11:30:00.000Z", "now": "2026-11-24T12:05:00.000Z"},
        ),
    ),
    okta="control:callable",
)

CONTROL_CARDS = (RETURN, RETURN_IF, RETURN_RAW, CLOSE, CALL, CALL_ASYNC, WAIT, WAIT_UNTIL, COMMENT)
EVENT_CARDS = (HELPER, MANUAL, ENDPOINT, SCHEDULE, DELEGATED)
