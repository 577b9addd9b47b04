"""The routes of files."""

from __future__ import annotations

import hashlib
from uuid import UUID

from support_client import Client
from support_server import Site

from keyturn.access.permissions import Permission

FILE = f"/api/v1/files/{UUID(int=7)}"
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


async def test_a_file_is_sent_shown_listed_read_and_removed(client: Client) -> None:
    made = await client.call("PUT", f"{FILE}?name=a%2Fb.txt", body=b"hello", headers=TEXT)
    assert made.status == 200
    assert (made.json["name"], made.json["size"], made.json["made_by"]) == ("a_b.txt", 5, "operator")
    assert made.json["sha256"] == hashlib.sha256(b"hello").hexdigest()
    value = {"file": str(UUID(int=7)), "name": "a_b.txt", "size": 5, "type": "text/plain; charset=utf-8"}
    assert made.json["value"] == value
    assert (await client.get(FILE)).json == made.json
    assert [row["id"] for row in (await client.get("/api/v1/files")).json["rows"]] == [made.json["id"]]
    content = await client.get(f"{FILE}/content")
    assert (content.status, content.body) == (200, b"hello")
    assert content.headers["content-disposition"] == "attachment; filename*=utf-8''a_b.txt"
    assert content.headers["etag"] == f'"{made.json["sha256"]}"'
    assert content.headers["content-type"] == "text/plain; charset=utf-8"
    for _ in range(2):
        assert (await client.call("DELETE", FILE)).status == 204
    for address in (FILE, f"{FILE}/content"):
        gone = await client.get(address)
        assert (gone.status, gone.problem["code"]) == (404, "unknown-file")


async def test_a_file_that_is_sent_again_is_one(client: Client) -> None:
    first = await client.call("PUT", f"{FILE}?name=a", body=b"hello", headers=TEXT)
    again = await client.call("PUT", f"{FILE}?name=a", body=b"hello", headers=TEXT)
    assert again.json == first.json
    other = await client.call("PUT", f"{FILE}?name=a", body=b"other", headers=TEXT)
    assert (other.status, other.problem["code"]) == (409, "file-taken")
    assert (await client.get(f"{FILE}/content")).body == b"hello"


async def test_a_file_that_is_too_large_is_not_taken(client: Client) -> None:
    refused = await client.call("PUT", FILE, body=b"x" * 1_000_001, headers=TEXT)
    assert (refused.status, refused.problem["code"]) == (413, "file-too-large")
    assert (await client.get(FILE)).status == 404
    assert (await client.call("PUT", FILE, body=b"x" * 1_000_000, headers=TEXT)).status == 200
    assert len((await client.get(f"{FILE}/content")).body) == 1_000_000


async def test_an_empty_file_is_a_file(client: Client) -> None:
    assert (await client.call("PUT", FILE, body=b"", headers=TEXT)).json["size"] == 0
    assert (await client.get(f"{FILE}/content")).body == b""


async def test_contents_that_are_lost_are_told(site: Site) -> None:
    client = site.client()
    await client.call("PUT", FILE, body=b"hello", headers=TEXT)
    site.contents.kept.clear()
    lost = await client.get(f"{FILE}/content")
    assert (lost.status, lost.problem["code"]) == (409, "file-lost")
    for content in ("jello", "hell"):
        await client.call("DELETE", FILE)
        await client.call("PUT", FILE, body=b"hello", headers=TEXT)
        site.contents.kept = dict.fromkeys(site.contents.kept, content.encode())
        damaged = await client.get(f"{FILE}/content")
        assert (damaged.status, damaged.problem["code"]) == (409, "file-damaged")


async def test_files_are_listed_by_page(client: Client) -> None:
    for number in (1, 2, 3):
        await client.call("PUT", f"/api/v1/files/{UUID(int=number)}?name={number}", body=b"x", headers=TEXT)
    page = (await client.get("/api/v1/files?limit=2")).json
    rest = (await client.get(f"/api/v1/files?limit=2&after={page['next']}")).json
    assert [row["name"] for row in (*page["rows"], *rest["rows"])] == ["3", "2", "1"]


async def test_each_route_asks_for_its_permission(site: Site) -> None:
    reader, writer = [await site.client_with(p) for p in (Permission.FILES_READ, Permission.FILES_WRITE)]
    assert (await reader.call("PUT", FILE, body=b"x", headers=TEXT)).status == 403
    assert (await writer.call("PUT", FILE, body=b"x", headers=TEXT)).status == 200
    assert (await writer.get(f"{FILE}/content")).status == 403
    assert (await reader.get(f"{FILE}/content")).status == 200
