"""Whatever the API's description allows is answered as the description says: no crash, no undeclared status, the
declared content type, and bodies of the declared shape."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

import hypothesis
import pytest
from support.scripted import Said, Scripted
from support_server import TOKEN, Site, make_site, with_examples

from keyturn.engine.ports import JournalRecord, JournalState, Run, RunStatus, TraceEntry

if TYPE_CHECKING:  # it takes a second to import: only the process that carries these tests out does
    import schemathesis

NOUNS = [
    "uses",  # of what others delete
    "flows",
    "folders",
    "files",
    "runs",
    "delegated",
    "schedules",
    "connections",
    "connectors",
    "cards",
    "events",
    "endpoints",
    "tables",
    "tokens",
    "admin",
    "health",
    "hooks",
    "session",
    "sandbox",
]
KNOWN = {
    "flow_id": "office-365-offboarding",
    "run_id": str(UUID(int=1)),
    "connection_id": "okta",
    "connector": "okta",
    "action": "suspend_user",
    "login": "nobody",
    "version": "1",
    "other": "1",
    "key": "text.compose",
    "table_id": "people",
    "folder_id": "people",
    "file_id": str(UUID(int=3)),
    "row_id": str(UUID(int=2)),
    "template_id": "offboarding",
}
CHOICES = "/api/v1/connections/{connection_id}/choices/{card}/{field}"
FIELDS = "/api/v1/connections/{connection_id}/fields/{card}/{field}"
# What stands for other things at other addresses.
PLACES = {
    "/api/v1/flows/{name}/uses": {"name": "office-365-offboarding"},
    "/api/v1/tables/{name}/uses": {"name": "people"},
    "/api/v1/folders/{name}/uses": {"name": "people"},
    "/api/v1/connections/{name}/uses": {"name": "okta"},
    "/api/v1/connectors/{name}/uses": {"name": "okta"},
    CHOICES: {"card": "okta.read_group", "field": "group"},
    FIELDS: {"card": "okta.create_user", "field": "profile"},
}
# What a query must name to find something.
ASKED: dict[str, dict[str, str]] = {
    "/api/v1/runs/{run_id}/value": {"path": "a", "part": "outputs", "field": "output"},
    "/api/v1/connectors/{connector}/scopes": {"kind": "bearer"},
    CHOICES: {},
    FIELDS: {},
}
NIGHTLY = "id: nightly\nname: Nightly\nevent: {card: schedule, options: {cron: 0 2 * * *}}\n"
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")


async def _site() -> Site:
    """The offboarding flows, one with a schedule, one run with a trace and a question, one event."""
    app = Scripted().on("GET /api/v1/groups", Said(200, [{"id": "g1", "profile": {"name": "Sales"}}]))
    app.on("GET /api/v1/meta/schemas/user/default", Said(200, {"definitions": {"base": {"properties": {"a": {}}}}}))
    site = await with_examples(await make_site(network=app))
    assert (await site.client().post("/api/v1/flows", {"documents": [NIGHTLY]})).status == 200
    draft = {"document": {"id": KNOWN["flow_id"], "name": "Half done"}, "follows": 0, "base_version": 1}
    assert (await site.client().put(f"/api/v1/flows/{KNOWN['flow_id']}/draft", draft)).status == 200
    people = {"columns": [{"name": "Login", "unique": True}, {"name": "Age", "type": "number"}]}
    assert (await site.client().put("/api/v1/tables/people", people)).status == 200
    assert (await site.client().put("/api/v1/folders/people", {"name": "People"})).status == 200
    file = f"/api/v1/files/{KNOWN['file_id']}?name=a.txt"
    assert (await site.client().call("PUT", file, body=b"hello", headers={"Content-Type": "text/plain"})).status == 200
    row = f"/api/v1/tables/people/rows/{KNOWN['row_id']}"
    assert (await site.client().put(row, {"values": {"Login": "ada"}})).status == 200
    run_id = UUID(KNOWN["run_id"])
    site.runs.add(Run(run_id, run_id, "office-365-offboarding", 1, RunStatus.NEEDS_ATTENTION, {"Username": "ada"}))
    site.runs.entries.append(
        TraceEntry(run_id, "a", "a", "text.compose", "done", site.services.clock.now(), 1.0, {}, {"output": "x"})
    )
    site.runs.journal.append(JournalRecord(run_id, "a", 1, JournalState.UNKNOWN, "okta.suspend_user", "d", {}))
    return site


@pytest.fixture(scope="module")
def api() -> schemathesis.BaseSchema:
    import schemathesis

    return schemathesis.openapi.from_asgi("/openapi.json", asyncio.run(_site()).app)


def operations(api: schemathesis.BaseSchema) -> list[schemathesis.APIOperation[object]]:
    return [found.ok() for found in api.get_all_operations()]


def tags_of(operation: schemathesis.APIOperation[object]) -> list[str]:
    return operation.definition.raw["tags"]


def test_every_operation_is_under_a_noun(api: schemathesis.BaseSchema) -> None:
    assert {tag for operation in operations(api) for tag in tags_of(operation)} == set(NOUNS)


@pytest.mark.parametrize("noun", NOUNS)
def test_answers_are_as_described(api: schemathesis.BaseSchema, noun: str) -> None:
    # what is looked at is looked at before it is removed
    for operation in sorted(operations(api), key=lambda found: (found.method != "get") + (found.method == "delete")):
        if noun in tags_of(operation):
            _try(operation, {})
            _try(operation, KNOWN | ({"flow_id": "nightly"} if noun == "schedules" else {}))


def _try(operation: schemathesis.APIOperation[object], known: dict[str, str]) -> None:
    from schemathesis import checks

    statuses: set[int] = set()
    wanted = [getattr(checks, name) for name in CHECKS]

    @hypothesis.settings(max_examples=8, deadline=None, derandomize=True, database=None)
    @hypothesis.given(case=operation.as_strategy())
    def answers(case: schemathesis.Case) -> None:
        here = known | PLACES.get(operation.path, {}) if known else known
        for name in case.path_parameters or {}:
            case.path_parameters[name] = here.get(name, case.path_parameters[name])
        if known and operation.path in ASKED:
            case.query = ASKED[operation.path]
        answer = case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, checks=wanted)
        statuses.add(answer.status_code)

    answers()
    if operation.method == "get" and known and not operation.path.startswith(("/hooks/", "/api/v1/sandbox")):
        assert 200 in statuses, (operation.label, statuses)
    assert not statuses & {401, 403} or operation.path.startswith("/hooks/"), (operation.label, statuses)
