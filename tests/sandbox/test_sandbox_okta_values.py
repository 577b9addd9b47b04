"""Values that the pretend Okta org does not take: types that there are not, addresses of zones, links of bookmarks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from support_sandbox import Answer, Tenants


async def call(tenants: Tenants, method: str, path: str, body: Any = None) -> Answer:
    return await tenants.okta(method, f"/api/v1{path}", **({"json": body} if body is not None else {}))


def own(declared: Any) -> Any:
    return {"definitions": {"custom": {"properties": {"own": declared}}}}


def zone(**more: Any) -> Any:
    return {"name": "Porto", "type": "IP", **more}


def bookmark(url: Any) -> Any:
    return {"label": "Wiki", "signOnMode": "BOOKMARK", "settings": {"app": {"url": url}}}


USERS, GROUPS = "/meta/schemas/user/default", "/meta/schemas/group/default"
# path, body, and what is named; nothing where it is taken
CASES: list[tuple[str, Any, str]] = [
    *((path, own({"type": "bogus"}), "own") for path in (USERS, GROUPS, "/meta/schemas/apps/@app/default")),
    *((path, own({"type": "number"}), "") for path in (USERS, GROUPS, "/meta/schemas/apps/@app/default")),
    (USERS, own({"type": 5}), "own"),
    (USERS, own({"type": ["string"]}), "own"),
    (USERS, own({"type": "array", "items": {"type": "bogus"}}), "own"),
    (USERS, own({"type": "array", "items": {"type": "integer"}}), ""),
    (USERS, own({"title": "Own"}), ""),
    ("/zones", zone(type="BOGUS"), "type"),
    ("/zones", zone(type=["IP"]), "type"),
    ("/zones", zone(type="DYNAMIC", locations=[{"country": "PT"}]), ""),
    ("/zones", zone(gateways=[{"type": "CIDR", "value": "bad"}]), "gateways[0].value"),
    ("/zones", zone(gateways=[{"type": "CIDR", "value": "203.0.113.7"}]), "gateways[0].value"),
    ("/zones", zone(gateways=[{"type": "CIDR", "value": "203.0.113.0/33"}]), "gateways[0].value"),
    ("/zones", zone(gateways=[{"type": "CIDR", "value": "203.0.113.7/24"}, {"type": "BOGUS"}]), "gateways[1].type"),
    ("/zones", zone(proxies=[{"type": "RANGE", "value": "203.0.113.9-203.0.113.7"}]), "proxies[0].value"),
    ("/zones", zone(proxies=[{"type": "RANGE", "value": "203.0.113.9"}]), "proxies[0].value"),
    ("/zones", zone(proxies="203.0.113.0/24"), "proxies"),
    ("/zones", zone(gateways=[{"type": "CIDR", "value": "2001:db8::/32"}], proxies=None), ""),
    ("/zones", zone(gateways=[{"type": "RANGE", "value": "203.0.113.7-203.0.113.9"}]), ""),
    ("/policies", {"name": "Strict", "type": "BOGUS"}, "type"),
    ("/policies", {"name": "Strict", "type": "PASSWORD"}, ""),
    *(
        ("/apps", bookmark(url), "settings.app.url")
        for url in ("not a url", "", None, 5, "ftp://x.example", "https://")
    ),
    ("/apps", bookmark("https://wiki.example/a?b=c"), ""),
    ("/apps", {"label": "Wiki", "signOnMode": "BOOKMARK"}, ""),
]


@pytest.mark.parametrize(("path", "body", "named"), CASES)
async def test_what_there_is_not_is_refused(tenants: Tenants, path: str, body: Any, named: str) -> None:
    app = (await call(tenants, "GET", "/apps")).json[0]["id"]
    answer = await call(tenants, "POST", path.replace("@app", app), body)
    assert answer.status == (400 if named else 200), answer.raw
    if named:
        assert answer.json["errorCode"] == "E0000001"
        assert answer.json["errorSummary"] == f"Api validation failed: {named}"
        assert answer.json["errorCauses"][0]["errorSummary"].startswith(f"{named}: ")


@pytest.mark.parametrize(
    ("path", "right", "wrong"),
    [
        ("/zones", zone(), zone(gateways=[{"type": "CIDR", "value": "bad"}])),
        ("/policies", {"name": "Strict", "type": "PASSWORD"}, {"name": "Strict", "type": "BOGUS"}),
        ("/apps", bookmark("https://wiki.example"), bookmark("not a url")),
    ],
)
async def test_nor_does_a_change_take_it(tenants: Tenants, path: str, right: Any, wrong: Any) -> None:
    one = f"{path}/{(await call(tenants, 'POST', path, right)).json['id']}"
    before = (await call(tenants, "GET", one)).json
    refused = await call(tenants, "PUT", one, wrong)
    assert (refused.status, refused.json["errorCode"]) == (400, "E0000001")
    assert (await call(tenants, "GET", one)).json == before
    assert (await call(tenants, "PUT", one, right)).status == 200


@pytest.mark.parametrize(("schema", "path"), [(USERS, "/users"), (GROUPS, "/groups?filter=type+eq+%22OKTA_GROUP%22")])
async def test_an_attribute_that_is_taken_away_is_nobodys_any_more(tenants: Tenants, schema: str, path: str) -> None:
    assert (await call(tenants, "POST", schema, own({"type": "string"}))).status == 200
    found = (await call(tenants, "GET", path)).json[0]
    one, profile = f"{path.partition('?')[0]}/{found['id']}", {**found["profile"], "own": "x"}
    changed = await call(tenants, "PUT", one, {"profile": profile})
    assert (changed.status, changed.json["profile"]["own"]) == (200, "x")
    assert (await call(tenants, "POST", schema, own(None))).status == 200
    left = (await call(tenants, "GET", one)).json["profile"]
    assert left == {name: value for name, value in profile.items() if name != "own"}
    assert (await call(tenants, "PUT", one, {"profile": left})).status == 200


async def test_the_access_of_oktas_support_is_extended_by_a_day(tenants: Tenants) -> None:
    support = "/org/privacy/oktaSupport"
    assert (await call(tenants, "POST", f"{support}/extend")).status == 400
    granted = (await call(tenants, "POST", f"{support}/grant")).json
    ends = [datetime.fromisoformat(granted["expiration"])]
    for _ in range(2):
        ends.append(datetime.fromisoformat((await call(tenants, "POST", f"{support}/extend")).json["expiration"]))
    assert [after - before for before, after in pairwise(ends)] == [timedelta(hours=24)] * 2
