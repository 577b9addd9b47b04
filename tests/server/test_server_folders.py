"""The routes of folders, and moving flows between them."""

from __future__ import annotations

import pytest
from support_client import Client
from support_server import Site

from keyturn.flows.json import JSON

FLOW = "id: small\nname: Small\nfolder: leavers\nevent: {card: manual}\n"


async def test_folders_are_made_listed_changed_and_removed(client: Client) -> None:
    assert (await client.put("/api/v1/folders/people", {"name": "People"})).json["parent"] is None
    made = await client.put("/api/v1/folders/leavers", {"parent": "people", "about": "Who goes"})
    assert (made.json["name"], made.json["about"], made.json["parent"]) == ("leavers", "Who goes", "people")
    assert [row["id"] for row in (await client.get("/api/v1/folders")).json["rows"]] == ["leavers", "people"]
    assert [row["id"] for row in (await client.get("/api/v1/folders?parent=")).json["rows"]] == ["people"]
    assert [row["id"] for row in (await client.get("/api/v1/folders?parent=people")).json["rows"]] == ["leavers"]
    assert (await client.get("/api/v1/folders/people")).json["folders"] == 1
    refused = await client.call("DELETE", "/api/v1/folders/people")
    assert (refused.status, refused.problem["code"]) == (409, "folder-in-use")
    assert "leavers" in str(refused.problem["what"])
    for name in ("leavers", "people", "people"):
        assert (await client.call("DELETE", f"/api/v1/folders/{name}")).status == 204
    gone = await client.get("/api/v1/folders/people")
    assert (gone.status, gone.problem["code"]) == (404, "unknown-folder")


@pytest.mark.parametrize(
    ("folder", "body", "status", "code"),
    [
        ("Big Name", {}, 422, "bad-id"),
        ("people", {"name": "  "}, 422, "bad-value"),
        ("people", {"parent": "nobody"}, 404, "unknown-folder"),
        ("top", {"parent": "top"}, 409, "folder-misplaced"),
    ],
)
async def test_a_folder_that_cannot_be_is_refused(
    client: Client, folder: str, body: JSON, status: int, code: str
) -> None:
    assert (await client.put("/api/v1/folders/top", {})).status == 200
    answer = await client.put(f"/api/v1/folders/{folder}", body)
    assert (answer.status, answer.problem["code"]) == (status, code)


async def test_a_flow_is_published_into_a_folder_and_moved(site: Site) -> None:
    client = site.client()
    assert (await client.post("/api/v1/flows", {"documents": [FLOW]})).status == 200
    assert (await client.get("/api/v1/flows?folder=leavers")).json["rows"][0]["folder"] == "leavers"
    assert (await client.get("/api/v1/flows?folder=")).json["rows"] == []
    moved = await client.put("/api/v1/flows/small/folder", {"folder": None})
    assert (moved.status, moved.json["folder"], moved.json["version"]) == (200, None, 1)
    assert [row["id"] for row in (await client.get("/api/v1/flows?folder=")).json["rows"]] == ["small"]
    for flow, folder, code in (("nobody", None, "not-there"), ("small", "nobody", "unknown-folder")):
        refused = await client.put(f"/api/v1/flows/{flow}/folder", {"folder": folder})
        assert (refused.status, refused.problem["code"]) == (404, code)
