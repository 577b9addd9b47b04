"""The event of a flow that has an address of its own, called by GET or POST.

It is the API Endpoint of Okta Workflows, whose callers wait 60 seconds at most.
"""

from __future__ import annotations

from keyturn.flows.spec import CardKind, CardSpec, Choice, Example, FieldFormat, FieldSpec
from keyturn.flows.types import BOOLEAN, NUMBER, OBJECT, TEXT

ENDPOINT = CardSpec(
    key="endpoint",
    title="API Endpoint",
    category="Events",
    kind=CardKind.EVENT,
    summary="Starts when its address is called with the client token; Return gives the answer. Outputs that name no "
    "source come from the JSON body's key of their name, or for a GET from the query parameter.",
    options=(
        FieldSpec(
            "method",
            TEXT,
            "Method",
            "By which methods it is called.",
            default="POST",
            choices=(Choice("POST", "POST"), Choice("GET", "GET"), Choice("any", "GET and POST")),
            beyond=True,
        ),
        FieldSpec(
            "answer",
            TEXT,
            "Answer",
            "Whether callers wait for the end of the run, or are told at once where to ask for it.",
            default="wait",
            choices=(Choice("wait", "At the end"), Choice("asynchronous", "At once, with the address of the run")),
            beyond=True,
        ),
        FieldSpec(
            "wait",
            NUMBER,
            "Wait",
            "How many seconds callers wait; then they are told where to ask for the outcome.",
            default=30,
            beyond=True,
        ),
        FieldSpec(
            "token_in_query",
            BOOLEAN,
            "Token in the address",
            "Take the client token as query parameter clientToken too. Addresses end up in logs; headers do not.",
            default=False,
            beyond=True,
        ),
        FieldSpec(
            "query",
            OBJECT,
            "From the query",
            "Output and name of the query parameter.",
            format=FieldFormat.OUTPUT_SOURCES,
        ),
        FieldSpec(
            "headers", OBJECT, "From headers", "Output and name of the header.", format=FieldFormat.OUTPUT_SOURCES
        ),
        FieldSpec(
            "whole",
            OBJECT,
            "Whole parts",
            "Output and the part that it takes whole. Headers that prove who calls are left out.",
            choices=(
                Choice("body", "The body"),
                Choice("query", "All query parameters"),
                Choice("headers", "All headers"),
                Choice("method", "The method"),
            ),
            format=FieldFormat.OUTPUT_SOURCES,
        ),
    ),
    outputs=(FieldSpec("execution_id", TEXT, "Execution ID", "The id of the run."),),
    free_outputs=True,
    examples=(
        Example(
            {"name": "Ada", "age": "36"},
            {"name": "Ada", "age": 36, "execution_id": "..."},
            "This JSON is sent by POST.",
            free_outputs={"name": "text", "age": "number"},
        ),
        Example(
            {},
            {"id": "7", "trace": "t1", "execution_id": "..."},
            "One output comes from the query and one from a header.",
            options={"method": "GET", "headers": {"trace": "X-Trace"}},
            free_outputs={"id": "text", "trace": "text"},
            more={"method": "GET", "query": "id=7", "headers": {"x-trace": "t1"}},
        ),
    ),
    synonyms=("http", "webhook", "rest", "form", "url", "call"),
    okta="http:accept",
)
