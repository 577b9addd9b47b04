"""Flows by API: published together or not at all, read back as JSON and YAML, compared, switched."""

from __future__ import annotations

import asyncio

from support_client import Client
from support_server import Site, example_texts

from keyturn.flows.yaml_format import load

API = "/api/v1/flows"
GREET = """
id: greet
name: Greet
event: {card: manual, outputs: {name: text}}
cards:
  - {id: hello, card: text.compose, inputs: {text: "Hello {{ event.name }}"}}
"""
BROKEN = """
id: broken
name: Broken
event: {card: manual}
cards:
  - {id: a, card: text.compse, inputs: {text: hi}}
  - {id: b, card: text.compose, inputs: {text: "{{ nobody.output }}"}}
"""


async def test_publishing_makes_versions_and_the_same_again_makes_none(client: Client) -> None:
    first = (await client.post(API, {"documents": [GREET]})).json
    assert [(v["flow_id"], v["version"], v["author"]) for v in first["versions"]] == [("greet", 1, "operator")]
    assert first["warnings"] == []
    again = (await client.post(API, {"documents": [GREET]})).json
    assert again["versions"][0]["version"] == 1
    changed = (await client.post(API, {"documents": [GREET.replace("Hello", "Good day")]})).json
    assert changed["versions"][0]["version"] == 2


async def test_json_and_yaml_are_the_same_flow(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    document = (await client.get(f"{API}/greet")).json["document"]
    again = (await client.post(API, {"documents": [document]})).json
    assert again["versions"][0]["version"] == 1


async def test_one_bad_flow_keeps_the_whole_set_from_being_published(client: Client) -> None:
    answer = await client.post(API, {"documents": [GREET, BROKEN]})
    assert answer.status == 422
    found = {(problem["flow"], problem["card"], problem["code"]) for problem in answer.problems}
    assert found == {("broken", "a", "unknown-card"), ("broken", "b", "unknown-reference")}
    assert all(problem["mend"] for problem in answer.problems)
    assert (await client.get(API)).json["rows"] == []


async def test_documents_that_cannot_be_read_are_told_apart_by_number_and_line(client: Client) -> None:
    answer = await client.post(API, {"documents": [GREET, "id: x\nname: [", {"id": "y"}]})
    assert answer.status == 422
    yaml = next(problem for problem in answer.problems if problem["code"] == "bad-yaml")
    assert (yaml["file"], yaml["line"]) == ("document 2", 2)
    assert any(problem["flow"] == "y" for problem in answer.problems)


async def test_checking_tells_all_problems_and_publishes_nothing(client: Client) -> None:
    answer = await client.post(f"{API}/check", {"documents": [GREET, BROKEN]})
    assert answer.status == 200
    assert {problem["card"] for problem in answer.json["problems"]} == {"a", "b"}
    assert (await client.post(f"{API}/check", {"documents": [GREET]})).json["problems"] == []
    assert (await client.get(f"{API}/greet")).status == 404


async def test_an_unknown_connection_is_a_problem_when_publishing(client: Client) -> None:
    answer = await client.post(API, {"documents": example_texts()})
    assert answer.status == 422
    assert {problem["code"] for problem in answer.json["problems"]} == {"unknown-connection"}


async def test_a_flow_comes_as_yaml_by_query_or_by_accept(offboarding: Site) -> None:
    client = offboarding.client()
    path = f"{API}/office-365-offboarding"
    by_query = await client.get(f"{path}?format=yaml")
    by_accept = await client.get(path, headers={"Accept": "application/yaml"})
    assert by_query.headers["content-type"].startswith("application/yaml")
    assert by_query.body == by_accept.body
    read = load(by_query.body.decode()).flow
    assert read is not None
    assert read.id == "office-365-offboarding"
    as_json = await client.get(f"{path}?format=json", headers={"Accept": "application/yaml"})
    assert as_json.json["document"]["id"] == "office-365-offboarding"


async def test_listing_pages_and_searches(offboarding: Site) -> None:
    client = offboarding.client()
    first = (await client.get(f"{API}?limit=2")).json
    assert [row["id"] for row in first["rows"]] == ["google-workspace-offboarding", "offboard-suspended-user"]
    rest = (await client.get(f"{API}?limit=2&after={first['next']}")).json
    assert [row["id"] for row in rest["rows"]] == ["office-365-offboarding"]
    assert rest["next"] is None
    found = (await client.get(f"{API}?search=OFFICE")).json
    assert [row["id"] for row in found["rows"]] == ["offboard-suspended-user", "office-365-offboarding"]


async def test_versions_and_what_changed_between_them(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    await client.post(API, {"documents": [GREET.replace("Hello", "Good day")]})
    versions = (await client.get(f"{API}/greet/versions")).json
    assert [row["version"] for row in versions["rows"]] == [2, 1]
    old = (await client.get(f"{API}/greet/versions/1")).json
    assert "Hello" in old["document"]["cards"][0]["inputs"]["text"]
    lines = (await client.get(f"{API}/greet/versions/1/difference/2")).json["lines"]
    assert len(lines) == 1
    assert "Good day" in lines[0]
    missing = await client.get(f"{API}/greet/versions/1/difference/9")
    assert missing.problem["what"] == "There is no version 9 of 'greet'."


async def test_a_flow_that_is_off_cannot_be_started(client: Client) -> None:
    await client.post(API, {"documents": [GREET]})
    assert (await client.put(f"{API}/greet/active", {"active": False})).json["active"] is False
    refused = await client.post(f"{API}/greet/runs", {"inputs": {"name": "Ada"}})
    assert refused.status == 404
    assert "switch on" in refused.problem["mend"]
    assert (await client.put(f"{API}/greet/active", {"active": True})).json["active"] is True
    assert (await client.post(f"{API}/greet/runs", {"inputs": {"name": "Ada"}})).status == 202
    assert (await client.put(f"{API}/none/active", {"active": True})).status == 404


async def test_two_servers_in_one_process_share_nothing(site: Site, offboarding: Site) -> None:
    empty, full = await asyncio.gather(site.client().get(API), offboarding.client().get(API))
    assert (len(empty.json["rows"]), len(full.json["rows"])) == (0, 3)


async def test_a_document_of_wrong_shape_hides_nothing_and_each_problem_has_its_document_and_line(
    client: Client,
) -> None:
    wrong = "id: one\nnmae: One\nname: One\nevent: {card: manual}\ncards:\n  - {id: a, card: nope}\n"
    other = "id: two\nname: Two\nevent: {card: manual}\ncards:\n  - {id: b, card: neither}\n"
    for path, status in (("/api/v1/flows", 422), ("/api/v1/flows/check", 200)):
        answer = await client.post(path, {"documents": [wrong, other, other]})
        assert answer.status == status
        told = [(row["file"], row["line"], row["code"]) for row in answer.json["problems"]]
        assert told == [
            ("document 1", 2, "unknown-key"),
            ("document 1", 6, "unknown-card"),
            ("document 2", 5, "unknown-card"),
            ("document 3", 1, "duplicate-flow"),
            ("document 3", 5, "unknown-card"),
        ]
