"""The routes of tables: shapes, statuses, and what goes wrong."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

import orjson
import pytest
from support_server import Site, make_site

from keyturn.access.permissions import Permission
from keyturn.flows.json import JSON, Values

PEOPLE: Values = {
    "name": "People",
    "columns": [
        {"name": "Login", "unique": True},
        {"name": "Age", "type": "number", "default": 18},
        {"name": "Tags", "type": "list of text"},
    ],
}
ROW = f"/api/v1/tables/people/rows/{UUID(int=7)}"


@pytest.fixture
async def site() -> Site:
    made = await make_site()
    assert (await made.client().put("/api/v1/tables/people", PEOPLE)).status == 200
    return made


async def test_a_table_is_made_shown_listed_and_removed(site: Site) -> None:
    client = site.client()
    shown = (await client.get("/api/v1/tables/people")).json
    assert [column["name"] for column in shown["columns"]] == ["Login", "Age", "Tags"]
    assert shown["columns"][0] == {"name": "Login", "type": "text", "unique": True, "indexed": True, "default": None}
    assert shown["columns"][2]["indexed"] is False
    assert (await client.put("/api/v1/tables/people", PEOPLE)).json["revision"] == 1
    assert [row["id"] for row in (await client.get("/api/v1/tables")).json["rows"]] == ["people"]
    assert (await client.call("DELETE", "/api/v1/tables/people")).status == 204
    for answer in (await client.get("/api/v1/tables/people"), await client.call("DELETE", "/api/v1/tables/people")):
        assert (answer.status, answer.json["problems"][0]["code"]) == (404, "unknown-table")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"columns": []}, "columns"),
        ({"columns": [{"name": "a"}, {"name": "A"}]}, "columns"),
        ({"columns": [{"name": "Row ID"}]}, "name"),
        ({"columns": [{"name": " a"}]}, "name"),
        ({"columns": [{"name": "a", "type": "file"}]}, "type"),
        ({"columns": [{"name": "a", "type": "words"}]}, "type"),
        ({"columns": [{"name": "a", "type": "object", "unique": True}]}, "unique"),
        ({"columns": [{"name": "a", "type": "number", "default": "many"}]}, "default"),
        ({"columns": [{"name": "a", "was": "b"}]}, "was"),
    ],
)
async def test_a_definition_that_is_wrong_is_refused(site: Site, body: JSON, field: str) -> None:
    answer = await site.client().put("/api/v1/tables/other", body)
    assert answer.status == 422
    assert [problem["field"] for problem in answer.json["problems"]] == [field]


async def test_a_table_changes_and_loses_no_column_by_mistake(site: Site) -> None:
    client = site.client()
    without: Values = {"columns": [{"name": "Person", "was": "Login", "unique": True}, {"name": "Level"}]}
    refused = await client.put("/api/v1/tables/people", without)
    assert refused.status == 422
    assert "'Age', 'Tags'" in refused.json["problems"][0]["what"]
    changed = (await client.put("/api/v1/tables/people", {**without, "remove_columns": True})).json
    assert ([c["name"] for c in changed["columns"]], changed["revision"]) == (["Person", "Level"], 2)
    retyped = await client.put("/api/v1/tables/people", {"columns": [{"name": "Person", "type": "number"}]})
    assert "type" in [problem["field"] for problem in retyped.json["problems"]]


async def test_rows(site: Site) -> None:
    client = site.client()
    made = await client.put(ROW, {"values": {"Login": "ada", "Tags": ["x"]}})
    assert made.json["values"] == {"Login": "ada", "Age": 18, "Tags": ["x"]}
    again = await client.put(ROW, {"values": {"Age": 36}})
    assert again.json["values"] == {"Login": "ada", "Age": 36, "Tags": ["x"]}
    assert (await client.call("PATCH", ROW, json={"values": {"Age": 37}})).json == {"updated": True}
    unless: Values = {"values": {"Age": 38}, "only_if": {"column": "Age", "is": "=", "b": 36}}
    assert (await client.call("PATCH", ROW, json=unless)).json == {"updated": False}
    assert (await client.get(ROW)).json["values"]["Age"] == 37
    assert len((await client.get("/api/v1/tables/people/rows")).json["rows"]) == 1
    assert (await client.post("/api/v1/tables/people/count", {})).json == {"count": 1}
    assert (await client.call("DELETE", ROW)).json == {"deleted": True}
    assert (await client.call("DELETE", ROW)).json == {"deleted": False}
    assert (await client.get(ROW)).status == 404
    assert (await client.post("/api/v1/tables/people/clear")).json == {"cleared": 0}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"where": {"column": "Nothing", "is": "=", "b": 1}}, "where"),
        ({"where": {"column": "Age", "is": "like", "b": 1}}, "where"),
        ({"where": {"column": "Age", "is": "=", "b": "old"}}, "Age"),
        ({"sort": "Tags"}, "sort"),
    ],
)
async def test_a_search_that_cannot_be_is_refused(site: Site, body: JSON, field: str) -> None:
    answer = await site.client().post("/api/v1/tables/people/search", body)
    assert (answer.status, answer.json["problems"][0]["field"]) == (422, field)


async def test_rows_are_read_from_a_number_on(site: Site) -> None:
    client = site.client()
    for number in range(1, 6):
        await client.put(f"/api/v1/tables/people/rows/{UUID(int=number)}", {"values": {"Login": f"p{number}"}})
    found = (await client.post("/api/v1/tables/people/search", {"skip": 3, "limit": 1})).json
    assert ([row["values"]["Login"] for row in found["rows"]], found["next"]) == (["p4"], None)
    assert (await client.post("/api/v1/tables/people/search", {"skip": 5})).json["rows"] == []
    both = await client.post("/api/v1/tables/people/search", {"skip": 1, "after": "x"})
    assert (both.status, both.json["problems"][0]["code"]) == (422, "bad-request")


async def test_csv_goes_in_and_out(site: Site) -> None:
    client = site.client()
    text = 'login,Age,tags\r\nada,36,"[""x""]"\r\nbob,many,\r\n"e\nve",,\r\nkim\r\n'
    answer = await client.call(
        "POST", "/api/v1/tables/people/import", body=text.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.status == 200
    [told] = [orjson.loads(line) for line in answer.body.splitlines()]
    assert (told["read"], told["created"], told["refused"], told["done"]) == (4, 2, 2, True)
    assert [(problem["line"], problem["column"]) for problem in told["problems"]] == [(3, "Age"), (6, None)]
    exported = await client.get("/api/v1/tables/people/export")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    assert exported.body.decode() == 'Login,Age,Tags\r\nada,36,"[""x""]"\r\n"e\nve",,\r\n'
    some = await client.get("/api/v1/tables/people/export?column=Age&column=Row%20ID&delimiter=;")
    assert some.body.decode().startswith("Age;Row ID\r\n36;")
    for where in ("nothing", '{"column": "Height", "is": "is empty"}', '{"column": "Age"}'):
        odd = await client.get(f"/api/v1/tables/people/export?where={quote(where)}")
        assert (odd.status, odd.problem["code"]) == (422, "bad-input"), where


async def test_a_file_that_comes_in_pieces_is_read_whole(site: Site) -> None:
    chunks = [b"Login\n", *(f"login{number}\n".encode() for number in range(2_500))]
    answer = await site.client().call(
        "POST", "/api/v1/tables/people/import", chunks=chunks, headers={"Content-Type": "text/csv"}
    )
    told = [orjson.loads(line) for line in answer.body.splitlines()]
    assert [line["read"] for line in told] == [1000, 2000, 2500]
    assert told[-1]["done"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "bad-csv"),
        (b"Nothing\n1\n", "bad-input"),
        (b"Login,Login\na,b\n", "bad-csv"),
        (b"\xff\xfe\n", "bad-csv"),
        (b"Row ID\nx\n", "bad-csv"),
    ],
)
async def test_a_file_that_does_not_fit_is_refused_at_once(site: Site, text: bytes, code: str) -> None:
    answer = await site.client().call(
        "POST", "/api/v1/tables/people/import", body=text, headers={"Content-Type": "text/csv"}
    )
    assert (answer.status, answer.json["problems"][0]["code"]) == (422, code)


async def test_each_route_asks_for_its_permission(site: Site) -> None:
    reader, writer = [await site.client_with(p) for p in (Permission.TABLES_READ, Permission.TABLES_WRITE)]
    assert (await reader.get("/api/v1/tables")).status == 200
    assert (await writer.get("/api/v1/tables")).status == 403
    assert (await reader.put(ROW, {"values": {}})).status == 403
    assert (await writer.put(ROW, {"values": {}})).status == 200
    assert (await reader.post("/api/v1/tables/people/search", {})).status == 200
    assert (await writer.get("/api/v1/tables/people/export")).status == 403
