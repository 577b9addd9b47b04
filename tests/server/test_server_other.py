"""Cards, events, doctor, health, the start page, headers and the API's description."""

from __future__ import annotations

import re

from support_client import Client
from support_server import Site
from support_stores import START

from keyturn.app.services import Finding
from keyturn.cards.describe import describe
from keyturn.flows.json import JSON, Values
from keyturn.triggers.ports import EventRecord

FOUND_BY = (
    ("foreach", "list.for_each"),
    ("pagination", "flow.paginate"),
    ("math", "number.add"),
    ("group%20membership", "okta.add_user_to_group"),
    ("stream", "github.search_users"),
)


async def test_cards_are_paged_searched_and_described(site: Site) -> None:
    client = site.client()
    keys: list[str] = []
    after = ""
    while True:
        page = (await client.get(f"/api/v1/cards?limit=7{after}")).json
        keys += [row["key"] for row in page["rows"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert keys == sorted(spec.key for spec in site.services.catalogue.all())
    found = (await client.get("/api/v1/cards?search=COMPOSE")).json["rows"]
    assert "text.compose" in [row["key"] for row in found]
    for words, key in FOUND_BY:
        assert key in [row["key"] for row in (await client.get(f"/api/v1/cards?search={words}")).json["rows"]], words
    named = (await client.get("/api/v1/cards?key=text.compose&key=of.another.version&key=text.upper")).json["rows"]
    assert [row["key"] for row in named] == ["text.compose", "text.upper"]
    hidden = [spec for spec in site.services.catalogue.all() if spec.hidden]
    assert hidden
    for spec in hidden:  # it is told of, and nobody who searches is offered it
        rows = (await client.get(f"/api/v1/cards?search={spec.key}")).json["rows"]
        assert spec.key not in [row["key"] for row in rows]


async def test_the_shape_of_cards_leaves_nothing_out(site: Site) -> None:
    client = site.client()
    for spec in site.services.catalogue.all():
        answer = await client.get(f"/api/v1/cards/{spec.key}")
        assert answer.json == describe(spec), spec.key


async def test_events_newest_first_with_what_they_started(site: Site) -> None:
    users: list[JSON] = [{"type": "User", "alternateId": "ada@example.com"}, {"type": "UserGroup", "alternateId": "g"}]
    payload: Values = {"actor": {"type": "User", "alternateId": "admin@example.com"}, "target": users}
    for number in (1, 2, 3):
        record = EventRecord(
            number, "okta", f"u{number}", "user.lifecycle.suspend", START, payload, [], "nothing starts"
        )
        site.events.records.append(record)
    page = (await site.client().get("/api/v1/events?limit=2")).json
    assert [row["id"] for row in page["rows"]] == [3, 2]
    assert (page["rows"][0]["note"], page["rows"][0]["started"]) == ("nothing starts", [])
    assert page["rows"][0]["people"] == ["ada@example.com"]
    rest = (await site.client().get(f"/api/v1/events?after={page['next']}")).json
    assert [row["id"] for row in rest["rows"]] == [1]


async def test_the_doctor_is_good_only_if_all_is(site: Site) -> None:
    assert (await site.client().post("/api/v1/doctor")).json["good"] is True
    site.findings.append(Finding("connection okta", False, "Its secrets cannot be opened.", "Enter them again."))
    answer = (await site.client().post("/api/v1/doctor")).json
    assert answer["good"] is False
    assert [finding["name"] for finding in answer["findings"]] == ["database", "connection okta"]


async def test_health_and_readiness(client: Client) -> None:
    assert (await client.get("/healthz")).json == {"status": "alive"}
    assert (await client.get("/readyz")).json == {"status": "ready"}


async def test_without_the_web_app_a_page_says_how_to_build_it(site: Site) -> None:
    client = site.client(None)
    page = await client.get("/")
    html = page.body.decode()
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in html
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html)
    assert "prefers-color-scheme: dark" in html
    assert "KEYTURN_TOKEN" in html
    assert "make setup" in html
    links = re.findall(r'href="(/[^"]*)"', html)
    assert {"/openapi.json", "/healthz", "/readyz"} <= set(links)
    for link in links:
        assert (await client.get(link)).status == 200


async def test_every_answer_has_security_headers(client: Client) -> None:
    for path in ("/", "/healthz", "/nowhere", "/api/v1/flows", "/api/v1/flows/%00"):
        headers = (await client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]


async def test_the_description_says_which_calls_need_a_token(client: Client) -> None:
    description = (await client.get("/openapi.json")).json
    assert description["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operations in description["paths"].items():
        for operation in operations.values():
            assert bool(operation.get("security")) == path.startswith("/api/v1"), path
            assert operation["summary"]
            assert operation["description"], path


async def test_about_tells_settings_and_no_secrets(site: Site) -> None:
    told = (await site.client().get("/api/v1/about")).json
    assert told["address"] == "http://127.0.0.1:8450"
    assert told["settings"]["KEYTURN_RUNS_AT_ONCE"] == "64"
    assert told["settings"]["KEYTURN_PUBLIC_URL"] == ""
    assert not {"KEYTURN_DATABASE_URL", "KEYTURN_SECRET_KEY", "KEYTURN_ADMIN_TOKEN"} & told["settings"].keys()
