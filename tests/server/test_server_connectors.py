"""Connectors by the API: shown, begun, checked, kept, tried and taken away."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from support_client import Client
from support_server import Site, make_site

from keyturn.access.permissions import Permission
from keyturn.flows.json import Values

ACME = """connector: acme
title: Acme
about: People of Acme.
base_url: https://api.acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: get_person
    title: Get Person
    summary: Reads a person.
    effect: {effect: read, repeatable: true}
    inputs: [{name: id, title: ID, required: true}]
    request: {method: GET, path: "/people/{{ inputs.id }}"}
    outputs: [{name: name, type: text, title: Name, value: "{{ body.name }}"}]
  - key: drop_person
    title: Drop Person
    summary: Removes a person.
    effect: {effect: destroy, person: id}
    inputs: [{name: id, title: ID, required: true}]
    request: {method: DELETE, path: "/people/{{ inputs.id }}"}
"""
BEARER = {"connector": "acme", "kind": "bearer", "base_url": "https://api.acme.example", "secrets": {"token": "t"}}
FLOW = """id: reads
name: Reads a person
event: {card: manual}
cards:
  - {id: person, card: acme.get_person, connection: acme, inputs: {id: "7"}}
"""
OPENAPI: Values = {
    "openapi": "3.1.0",
    "info": {"title": "Acme"},
    "servers": [{"url": "https://api.acme.example/v1"}],
    "paths": {
        "/people": {"get": {"operationId": "listPeople", "summary": "List people", "tags": ["people"]}},
        "/people/{id}": {"delete": {"operationId": "dropPerson", "tags": ["people"]}},
    },
}


async def keep(client: Client, source: str = ACME, follows: str = "") -> str:
    answer = await client.put("/api/v1/connectors/acme", {"source": source, "follows": follows})
    assert answer.status == 200, answer.body
    return answer.json["digest"]


async def test_a_connector_is_made_changed_used_and_taken_away(site: Site) -> None:
    client = site.client()
    digest = await keep(client)
    assert await keep(client) == digest
    shown = (await client.get("/api/v1/connectors/acme")).json
    assert (shown["own"], shown["author"], shown["source"]) == (True, "operator", ACME)
    assert [(one["card"], one["effect"], one["operation"]) for one in shown["actions"]] == [
        ("acme.get_person", "read", None),
        ("acme.drop_person", "destroy", None),
    ]
    listed = {row["name"]: row for row in (await client.get("/api/v1/connectors?limit=200")).json["rows"]}
    assert (listed["acme"]["own"], listed["acme"]["unverified"], listed["okta"]["own"]) == (True, 2, False)
    assert (await client.get("/api/v1/cards/acme.get_person")).status == 200
    assert (await client.put("/api/v1/connections/acme", BEARER)).status == 200
    assert (await client.post("/api/v1/flows", {"documents": [FLOW]})).status == 200
    in_use = await client.call("DELETE", "/api/v1/connectors/acme")
    assert (in_use.status, in_use.problem["code"]) == (409, "connector-in-use")
    assert "Reads a person" in in_use.problem["what"]
    assert "connections: acme" in in_use.problem["what"]

    changed = await keep(client, ACME.replace("key: drop_person", "key: remove_person"), digest)
    assert changed != digest
    stale = await client.put("/api/v1/connectors/acme", {"source": ACME + "# more\n", "follows": digest})
    assert (stale.status, stale.problem["code"]) == (409, "connector-changed")
    assert (await client.get("/api/v1/cards/acme.drop_person")).status == 404

    assert (await client.call("DELETE", "/api/v1/flows/reads")).status == 204
    assert (await client.call("DELETE", "/api/v1/connections/acme")).status == 204
    assert (await client.call("DELETE", "/api/v1/connectors/acme")).status == 204
    for gone in (await client.get("/api/v1/connectors/acme"), await client.call("DELETE", "/api/v1/connectors/acme")):
        assert (gone.status, gone.problem["code"]) == (404, "unknown-connector")


async def test_a_version_is_compiled_with_the_manifest_that_it_was_published_with(site: Site) -> None:
    client = site.client()
    digest = await keep(client)
    await client.put("/api/v1/connections/acme", BEARER)
    await client.post("/api/v1/flows", {"documents": [FLOW]})
    await keep(client, ACME.replace("key: get_person", "key: read_person"), digest)
    assert (await client.post("/api/v1/flows/reads/runs", {})).status == 202
    refused = await client.post("/api/v1/flows", {"documents": [FLOW.replace("7", "8")]})
    assert refused.problem["code"] == "unknown-card"


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("connector: acme\ntitle: [", 2, ""),
        (ACME.replace("title: Acme\n", ""), None, "title"),
        (ACME.replace("effect: {effect: read,", "effect: {effect: reads,"), 12, "effect"),
        (ACME.replace("{{ inputs.id }}", "{{ inputs.ident }}", 1), 14, "ident"),
        (ACME.replace("connector: acme", "connector: other"), 1, "other"),
        ("[]", 1, "no manifest"),
        (
            ACME.replace("    outputs:", '    paging: {records: "{{ body }}", sets: []}\n    outputs:', 1),
            15,
            "at least 1",
        ),
    ],
)
async def test_what_is_wrong_is_told_with_its_line(site: Site, source: str, line: int | None, what: str) -> None:
    answer = await site.client().put("/api/v1/connectors/acme", {"source": source})
    assert answer.status == 422
    problems = answer.json["problems"]
    assert any((line is None or one["line"] == line) and what in one["what"] for one in problems), problems
    assert (await site.client().get("/api/v1/connectors/acme")).status == 404


async def test_names_of_what_came_along_are_taken(site: Site) -> None:
    source = ACME.replace("connector: acme", "connector: okta")
    put = await site.client().put("/api/v1/connectors/okta", {"source": source})
    for answer in (put, await site.client().call("DELETE", "/api/v1/connectors/okta")):
        assert (answer.status, answer.problem["code"]) == (409, "connector-taken")
    shown = (await site.client().get("/api/v1/connectors/okta")).json
    assert (shown["own"], shown["source"]) == (False, None)


async def test_one_in_the_folder_that_has_mistakes_is_shown_with_them_and_the_others_work(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(ACME.replace("auth:", "oauth:"), encoding="utf-8")
    client = (await make_site(connectors=tmp_path)).client()
    first = (await client.get("/api/v1/connectors?limit=2")).json
    [left_out] = first["unusable"]
    assert (left_out["name"], left_out["file"]) == ("acme", str(file))
    line = ACME.partition("auth:")[0].count("\n") + 1
    assert line in [problem["line"] for problem in left_out["problems"]]
    assert (await client.get(f"/api/v1/connectors?limit=2&after={first['next']}")).json["unusable"] == []
    place = f"{file}:"
    shown = await client.get("/api/v1/connectors/acme")
    assert (shown.status, place in shown.problem["what"]) == (404, True)
    connection = await client.put("/api/v1/connections/acme", BEARER)
    assert (connection.status, place in connection.problem["what"]) == (422, True)
    flow = await client.post("/api/v1/flows", {"documents": [FLOW]})
    assert (flow.status, place in flow.problem["what"]) == (422, True)
    made_here = await client.put("/api/v1/connectors/acme", {"source": ACME})
    assert (made_here.status, made_here.problem["code"]) == (409, "connector-taken")


async def test_a_manifest_is_looked_at_without_keeping_it(site: Site) -> None:
    client = site.client()
    good = (await client.post("/api/v1/connectors/check", {"source": ACME})).json
    assert (good["problems"], good["name"], len(good["actions"])) == ([], "acme", 2)
    bad = (await client.post("/api/v1/connectors/check", {"source": ACME.replace("method: GET", "method: FETCH")})).json
    assert {one["line"] for one in bad["problems"]} == {6, 14}
    assert (await client.get("/api/v1/connectors/acme")).status == 404


async def test_one_is_begun_from_an_openapi_file(site: Site) -> None:
    client = site.client()
    headers = {"Content-Type": "application/octet-stream"}

    async def send(path: str, body: bytes):
        return await client.call("POST", f"/api/v1/connectors/openapi{path}", body=body, headers=headers)

    file = orjson.dumps(OPENAPI)
    read = (await send("", file)).json
    offered = read["operations"]
    assert (read["title"], read["left_out"]) == (OPENAPI["info"]["title"], [])
    assert [(one["id"], one["method"], one["path"]) for one in offered] == [
        ("listPeople", "GET", "/people"),
        ("dropPerson", "DELETE", "/people/{id}"),
    ]
    begun = await send("/manifest?connector=acme&title=Acme&operation=people", file)
    checked = (await client.post("/api/v1/connectors/check", {"source": begun.json["source"]})).json
    assert (checked["problems"], [one["effect"] for one in checked["actions"]]) == ([], ["read", "destroy"])
    assert (await send("/manifest?connector=acme&operation=nothing", file)).problem["code"] == "unknown-operation"
    servers: Values = {"servers": [{"url": "https://[tenant].acme.example"}]}
    told = await send("/manifest?connector=acme&operation=people", orjson.dumps({**OPENAPI, **servers}))
    assert "# Left out of the address https://[tenant].acme.example: it cannot be read." in told.json["source"]
    broken = orjson.dumps({**OPENAPI, "paths": {**OPENAPI["paths"], "/teams": {"get": "foo"}}})
    read = (await send("", broken)).json
    why = "GET /teams: it is a text, and an object belongs there."
    assert [(one["what"], one["severity"]) for one in read["left_out"]] == [(why, "warning")]
    assert [one["id"] for one in read["operations"]] == ["listPeople", "dropPerson"]
    told = await send("/manifest?connector=acme&operation=people", broken)
    assert f"# Left out of {why}" in told.json["source"]
    chosen = await send("/manifest?connector=acme&operation=get_teams", broken)
    assert (chosen.status, chosen.problem["code"], chosen.problem["what"]) == (422, "bad-openapi", why)
    nameless = await send("/manifest?connector=acme&operation=dropPerson", file.replace(b"{id}", b"{}"))
    assert (nameless.status, nameless.problem["code"]) == (422, "bad-openapi")
    for body, line in ((b"{\n no", 2), (b"openapi: 3\nopenapi: 4", 2), (b"{}", None), (b"", None), (b"\xff\xfe", None)):
        refused = await send("", body)
        assert (refused.status, refused.problem["code"]) == (422, "bad-openapi"), body
        assert line is None or refused.problem["line"] == line
    large = await send("", b"a: " + b"x" * 10_000_000)
    assert "as JSON" in large.problem["mend"]


async def test_operations_of_a_file_are_named_by_its_name(site: Site) -> None:
    client = site.client()
    headers = {"Content-Type": "application/octet-stream"}
    path = "/api/v1/connectors/openapi"

    async def send(query: str, body: bytes):
        return await client.call("POST", f"{path}{query}", body=body, headers=headers)

    chosen = "/manifest?connector=acme&operation=listPeople"
    named = await send(f"{chosen}&file=acme%20v2.json", orjson.dumps(OPENAPI))
    assert "spec: acme v2.json" in named.json["source"]
    assert "spec: openapi.json" in (await send(chosen, orjson.dumps(OPENAPI))).json["source"]
    told = await send("?file=acme.yaml", b"{")
    assert told.problem["what"].startswith("acme.yaml is no JSON")
    for name in ("", "a/b.json", "..%5Cb.json", "a%0Ab"):
        assert (await send(f"{chosen}&file={name}", orjson.dumps(OPENAPI))).status == 422, name


async def test_a_description_that_is_too_large_is_told_what_helps(site: Site) -> None:
    headers = {"Content-Type": "application/octet-stream", "content-length": "40000001"}
    for path in ("", "/manifest?connector=acme&operation=a"):
        call = site.client().call("POST", f"/api/v1/connectors/openapi{path}", chunks=[b"x"], headers=headers)
        refused = await call
        assert (refused.status, refused.problem["code"]) == (413, "too-large")
        assert "Cut the description down" in refused.problem["mend"]
        assert "keyturn connectors new" in refused.problem["mend"]


async def test_one_is_begun_by_hand(site: Site) -> None:
    client = site.client()
    wishes = [
        {"title": "Get Person", "method": "GET", "path": "/people/{personId}", "effect": "read"},
        {"title": "Get Person", "method": "POST", "path": "/people", "effect": "change"},
        {"title": "3 things", "method": "DELETE", "path": "/things", "effect": "destroy"},
    ]
    said = {"connector": "acme", "title": "Acme: us", "base_url": "https://a.example", "kinds": ["bearer"]}
    begun = (await client.post("/api/v1/connectors/begin", {**said, "actions": wishes})).json["source"]
    checked = (await client.post("/api/v1/connectors/check", {"source": begun})).json
    assert checked["problems"] == []
    cards = [one["card"] for one in checked["actions"]]
    assert cards == ["acme.get_person", "acme.get_person_2", "acme.x_3_things"]
    assert "title: Get Person (2)" in begun
    assert "/people/{{ inputs.person_id }}" in begun


async def test_an_action_is_tried_and_one_that_acts_wants_a_word(site: Site) -> None:
    client = site.client()
    await keep(client)
    await client.put("/api/v1/connections/acme", BEARER)
    tried = await client.post(
        "/api/v1/connectors/acme/actions/get_person/runs", {"connection": "acme", "inputs": {"id": "{{ event.x }}"}}
    )
    assert tried.status == 202
    run = (await client.get(f"/api/v1/runs/{tried.json['id']}")).json
    assert run["flow_id"] == "try-acme-get-person"
    assert (await client.get("/api/v1/flows/try-acme-get-person")).status == 404
    drop = "/api/v1/connectors/acme/actions/drop_person/runs"
    asked = await client.post(drop, {"connection": "acme", "inputs": {"id": "7"}})
    assert (asked.status, asked.problem["code"]) == (409, "needs-confirmation")
    assert (await client.post(drop, {"connection": "acme", "inputs": {"id": "7"}, "confirm": True})).status == 202
    for body, code in (({"connection": "none"}, "unknown-connection"), ({"connection": "acme"}, "missing-input")):
        refused = await client.post("/api/v1/connectors/acme/actions/get_person/runs", body)
        assert (refused.status, code in {one["code"] for one in refused.json["problems"]}) == (422, True), refused.body
    starter = await site.client_with(Permission.RUNS_START)
    assert (await starter.post(drop, {"connection": "acme", "confirm": True})).status == 403


async def test_kept_secrets_do_not_go_where_a_changed_default_leads(site: Site) -> None:
    """Who may change connections alone must not have a secret sent to a server that a connector's author has named."""
    client = site.client()
    source = ACME.replace(
        "auth: [bearer]", "auth: [oauth_client_credentials]\ndefaults: {token_url: https://api.acme.example/t}"
    )
    digest = await keep(client, source)
    form = {"connector": "acme", "kind": "oauth_client_credentials", "settings": {"client_id": "me"}}
    put = await client.put("/api/v1/connections/acme", {**form, "secrets": {"client_secret": "pass-word-1"}})
    assert put.status == 200, put.body
    assert (await client.put("/api/v1/connections/acme", form)).status == 200
    await keep(client, source.replace("https://api.acme.example/t", "https://elsewhere.example/t"), digest)
    answer = await client.put("/api/v1/connections/acme", form)
    assert (answer.status, answer.problem["field"]) == (422, "client_secret")


def of_servers(**variables: Values) -> Values:
    url = "https://" + "".join(f"{{{name}}}." for name in variables) + "acme.example/v1"
    return {**OPENAPI, "servers": [{"url": url, "variables": variables}]}


@pytest.mark.parametrize(
    ("variables", "address", "status"),
    [
        (
            {"api": {"default": "eu"}, "site": {"default": "s1", "enum": ["s1", "s2"]}},
            "https://eu.s1.acme.example",
            200,
        ),
        ({"site": {"default": "s1", "enum": ["s1", "s2"]}}, "https://s2.acme.example/", 200),
        ({"domain": {"default": "your-domain"}}, "https://your-domain.acme.example", 422),
        ({"domain": {"default": "subdomain"}}, "https://subdomain.acme.example/", 422),
        ({"tenant": {"default": "tenant"}}, "https://northwind.acme.example", 200),
        ({"site": {"default": "s1", "enum": ["s1", "s2"]}}, "", 422),
    ],
)
async def test_the_defaults_of_a_servers_variables_are_an_address_unless_they_are_nobodys(
    site: Site, variables: dict[str, Values], address: str, status: int
) -> None:
    client = site.client()
    path = "/api/v1/connectors/openapi/manifest?connector=acme&title=Acme&operation=people"
    headers = {"Content-Type": "application/octet-stream"}
    begun = await client.call("POST", path, body=orjson.dumps(of_servers(**variables)), headers=headers)
    assert begun.status == 200, begun.body
    await keep(client, begun.json["source"])
    answer = await client.put("/api/v1/connections/acme", {**BEARER, "base_url": address})
    assert answer.status == status, answer.body
    if status == 422:
        assert ("there is none here" in str(answer.body)) is not bool(address)
        assert ("example_serves: true" in str(answer.body)) is bool(address)


@pytest.mark.parametrize("connector", ["okta", "scim"])
async def test_nobody_is_told_to_change_the_manifest_of_a_connector_that_came_along(site: Site, connector: str) -> None:
    example = {"okta": "https://your-org.okta.com", "scim": "https://your-app.example/scim/v2"}[connector]
    form = {**BEARER, "connector": connector, "base_url": example}
    answer = await site.client().put("/api/v1/connections/mine", form)
    assert answer.status == 422, answer.body
    [problem] = answer.json["problems"]
    assert "may be nobody's" in problem["what"]
    assert problem["mend"] == "Give yours."
