"""Where things are used: told before one is deleted, and what is in use stays."""

from __future__ import annotations

import pytest
from support_server import Site

from keyturn.flows.json import Values

TABLE: Values = {"name": "People", "columns": [{"name": "Login", "unique": True}]}
COUNTS = """
id: counts-people
name: Counts people
event: {card: manual}
cards:
  - {id: count, card: table.search_rows, inputs: {table: people}}
"""


@pytest.fixture
async def used(offboarding: Site) -> Site:
    """The offboarding flows, a flow that uses a table, and folders."""
    client = offboarding.client()
    assert (await client.put("/api/v1/tables/people", TABLE)).status == 200
    assert (await client.put("/api/v1/folders/leavers", {"name": "Leavers"})).status == 200
    assert (await client.put("/api/v1/folders/old", {"name": "Old", "parent": "leavers"})).status == 200
    published = await client.post("/api/v1/flows", {"documents": [COUNTS]})
    assert published.status == 200, published.body
    await client.put("/api/v1/flows/counts-people/folder", {"folder": "leavers"})
    return offboarding


@pytest.mark.parametrize(
    ("address", "users"),
    [
        ("connections/office365", ["flow Office 365 offboarding"]),
        ("tables/people", ["flow Counts people"]),
        ("flows/office-365-offboarding", ["flow Offboard suspended user"]),
        ("flows/offboard-suspended-user", []),
        ("folders/leavers", ["folder Old", "flow Counts people"]),
        ("folders/old", []),
        ("connectors/office365", ["flow Office 365 offboarding", "connection office365"]),
    ],
)
async def test_it_is_told_where_something_is_used(used: Site, address: str, users: list[str]) -> None:
    answer = (await used.client().get(f"/api/v1/{address}/uses")).json
    assert [f"{use['kind']} {use['name']}" for use in answer["rows"]] == users
    assert (answer["count"], answer["next"]) == (len(users), None)


async def test_uses_come_page_by_page(used: Site) -> None:
    client = used.client()
    first = (await client.get("/api/v1/folders/leavers/uses?limit=1")).json
    second = (await client.get(f"/api/v1/folders/leavers/uses?limit=1&after={first['next']}")).json
    assert [row["id"] for row in first["rows"] + second["rows"]] == ["old", "counts-people"]
    assert (first["count"], second["next"]) == (2, None)
    assert (await client.get("/api/v1/folders/leavers/uses?after=x")).status == 400


DRAFT: Values = {
    "id": "drawn",
    "name": "Drawn",
    "event": {"card": "manual", "outputs": {"who": "text"}},
    "cards": [
        {
            "id": "disable",
            "card": "office365.custom_api_action",
            "connection": "office365",
            "options": {"method": "PATCH"},
            "inputs": {"url": "/users/{{ event.who }}"},
        },
        {"id": "count", "card": "table.search_rows", "inputs": {"table": "people"}},
        {"id": "go", "card": "flow.call", "call": {"flow": "offboard-suspended-user"}},
    ],
}


@pytest.mark.parametrize("shape", ["right", "wrong somewhere"])
@pytest.mark.parametrize(
    ("address", "published"),
    [
        ("connections/office365", 1),
        ("tables/people", 1),
        ("flows/offboard-suspended-user", 0),
        ("connectors/office365", 2),
    ],
)
async def test_drafts_that_use_something_are_told_as_drafts(
    used: Site, address: str, published: int, shape: str
) -> None:
    client, document = used.client(), DRAFT if shape == "right" else {**DRAFT, "made_by_a_later_release": 1}
    for flow_id, body in (("drawn", document), ("counts-people", {**DRAFT, "id": "counts-people"})):
        version = 1 if flow_id == "counts-people" else 0
        kept = await client.put(
            f"/api/v1/flows/{flow_id}/draft", {"document": body, "follows": 0, "base_version": version}
        )
        assert kept.status == 200, kept.body
    answer = (await client.get(f"/api/v1/{address}/uses")).json
    drafts = [use["id"] for use in answer["rows"] if use["draft"]]
    assert drafts == (["drawn"] if address == "tables/people" else ["counts-people", "drawn"])
    assert (answer["count"], answer["drafts"]) == (published + len(drafts), len(drafts))


async def test_a_draft_does_not_keep_what_it_uses_from_being_deleted(used: Site) -> None:
    client = used.client()
    assert (await client.call("DELETE", "/api/v1/flows/counts-people")).status == 204
    body = {"document": DRAFT, "follows": 0, "base_version": 0}
    assert (await client.put("/api/v1/flows/drawn/draft", body)).status == 200
    assert (await client.get("/api/v1/tables/people/uses")).json["drafts"] == 1
    assert (await client.call("DELETE", "/api/v1/tables/people")).status == 204


@pytest.mark.parametrize("address", ["connections/no", "tables/no", "folders/no", "connectors/no"])
async def test_of_what_is_not_there_nothing_is_told(used: Site, address: str) -> None:
    assert (await used.client().get(f"/api/v1/{address}/uses")).status == 404


@pytest.mark.parametrize(
    ("address", "user"), [("connections/office365", "Office 365 offboarding"), ("tables/people", "Counts people")]
)
async def test_what_is_in_use_is_deleted_only_if_one_says_so(used: Site, address: str, user: str) -> None:
    client = used.client()
    refused = await client.call("DELETE", f"/api/v1/{address}")
    assert (refused.status, refused.problem["code"]) == (409, "in-use")
    assert user in refused.problem["what"]
    assert (await client.get(f"/api/v1/{address}")).status == 200
    assert (await client.call("DELETE", f"/api/v1/{address}?even_if_used=true")).status == 204
    assert (await client.get(f"/api/v1/{address}")).status == 404


async def test_a_connection_in_use_is_made_one_of_another_app_only_if_one_says_so(used: Site) -> None:
    client = used.client()
    address = "/api/v1/connections/office365"
    slack = {"connector": "slack", "kind": "bearer", "secrets": {"token": "xoxb-1"}}
    refused = await client.put(address, slack)
    assert (refused.status, refused.problem["code"]) == (409, "in-use")
    assert "Office 365 offboarding" in refused.problem["what"]
    assert "be one of slack instead of office365 all the same: even_if_used=true" in refused.problem["mend"]
    assert (await client.get(address)).json["connector"] == "office365"
    own = {"connector": "office365", "kind": "bearer", "secrets": {"token": "t"}}
    assert (await client.put(address, own)).status == 200, "of the same app it is replaced"
    assert (await client.put("/api/v1/connections/new", slack)).status == 200
    assert (await client.put(f"{address}?even_if_used=true", slack)).status == 200
    assert (await client.get(address)).json["connector"] == "slack"


READS = """
id: reads-people
name: Reads people
event: {card: manual}
cards:
  - {id: find, card: table.search_rows, options: {results: one}, inputs: {table: people, sort: Login}}
  - {id: say, title: Greet, card: text.compose, inputs: {text: "Dear {{ find.fields.Name }}"}}
  - {id: put, card: table.upsert_row, inputs: {table: people, match: Login, fields: {Login: ada}}}
"""
COLUMNS: list[Values] = [{"name": "Login", "unique": True}, {"name": "Name"}, {"name": "Team"}]


@pytest.fixture
async def read(used: Site) -> Site:
    """A flow whose cards name columns of the table."""
    client = used.client()
    assert (await client.put("/api/v1/tables/people", {"name": "People", "columns": [*COLUMNS]})).status == 200
    published = await client.post("/api/v1/flows", {"documents": [READS]})
    assert published.status == 200, published.body
    return used


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (
            [{"name": "User", "was": "Login", "unique": True}, *COLUMNS[1:]],
            "The column 'Login' is used by Reads people (Search Rows, Upsert Row).",
        ),
        (
            [COLUMNS[0], {"name": "Full name", "was": "Name"}, COLUMNS[2]],
            "The column 'Name' is used by Reads people (Greet).",
        ),
        ([COLUMNS[0], COLUMNS[2]], "The column 'Name' is used by Reads people (Greet)."),
        (
            [COLUMNS[0], {"name": "Team", "was": "Name"}, {"name": "Name", "was": "Team"}],
            "The column 'Name' is used by Reads people (Greet).",
        ),
        ([{"name": "Login"}, *COLUMNS[1:]], "That 'Login' is unique is used by Reads people (Upsert Row)."),
    ],
    ids=["renamed", "renamed where a value is read", "removed", "names changed about", "not unique any more"],
)
async def test_columns_that_cards_use_change_only_if_one_says_so(read: Site, columns: list[Values], told: str) -> None:
    client = read.client()
    body: Values = {"name": "People", "columns": [*columns], "remove_columns": True}
    refused = await client.put("/api/v1/tables/people", body)
    assert (refused.status, refused.problem["code"], refused.problem["what"]) == (409, "columns-in-use", told)
    kept = (await client.get("/api/v1/tables/people")).json
    assert [column["name"] for column in kept["columns"]] == ["Login", "Name", "Team"]
    assert (await client.put("/api/v1/tables/people?even_if_used=true", body)).status == 200


async def test_a_flow_whose_column_got_another_name_has_a_problem(read: Site) -> None:
    client, columns = read.client(), [{**COLUMNS[0]}, {"name": "Full name", "was": "Name"}, {**COLUMNS[2]}]
    body: Values = {"name": "People", "columns": [*columns]}
    assert (await client.put("/api/v1/tables/people?even_if_used=true", body)).status == 200
    [problem] = (await client.post("/api/v1/flows/check", {"documents": [READS]})).json["problems"]
    assert (problem["code"], problem["card"]) == ("unknown-column", "say")


async def test_columns_that_no_card_uses_change_as_one_likes(read: Site) -> None:
    columns: list[Values] = [*COLUMNS[:2], {"name": "Group", "was": "Team"}, {"name": "New"}]
    changed = await read.client().put("/api/v1/tables/people", {"name": "People", "columns": [*columns]})
    assert changed.status == 200, changed.body


async def test_a_folder_with_a_draft_alone_is_not_empty(used: Site) -> None:
    client = used.client()
    document: Values = {"id": "made", "name": "Made", "event": {"card": "manual"}, "folder": "old"}
    kept = await client.put("/api/v1/flows/made/draft", {"document": document, "follows": 0, "base_version": 0})
    assert kept.status == 200, kept.body
    uses = (await client.get("/api/v1/folders/old/uses")).json["rows"]
    assert [(use["kind"], use["id"], use["draft"]) for use in uses] == [("flow", "made", True)]
