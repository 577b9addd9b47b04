"""The guided form of OAuth connections, for each vendor: what to create there, which address to paste, which scopes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support_server import Site

from keyturn.connectors.guides import filled

API = "/api/v1/connections"
CALLBACK = "https://keyturn.example/oauth/callback"
GOOGLE = "https://www.googleapis.com/auth/admin."
ASKED = {"base_url": "https://northwind.okta.example", "tenant": "contoso.example"}


@dataclass(frozen=True)
class Vendor:
    """A vendor: what is created there, a card of its connector, and the scope that the card needs.

    Attributes:
        host: where people sign in.
        asked: scopes that are asked for beside those of flows.
    """

    connector: str
    created: tuple[str, ...]
    card: str
    inputs: dict[str, Any]
    scope: str
    host: str
    asked: tuple[str, ...] = ()


VENDORS = [
    Vendor(
        "okta",
        ("Okta Admin Console", "Create App Integration", "OIDC, Web Application"),
        "read_group",
        {"group": "00g1"},
        "okta.groups.read",
        "northwind.okta.example",
        ("offline_access",),
    ),
    Vendor(
        "office365",
        ("Microsoft Entra admin centre", "New registration", "Web under Redirect URI"),
        "search_devices",
        {"display_name": "x"},
        "Device.Read.All",
        "login.microsoftonline.com",
        ("offline_access",),
    ),
    Vendor(
        "google_workspace",
        ("Google Cloud console", "Create client", "Web application"),
        "list_transfer_apps",
        {},
        f"{GOOGLE}datatransfer.readonly",
        "accounts.google.com",
    ),
    Vendor(
        "slack",
        ("api.slack.com/apps", "Create New App", "From scratch"),
        "list_user_groups",
        {},
        "usergroups:read",
        "slack.com",
    ),
]
EACH = pytest.mark.parametrize("vendor", [pytest.param(one, id=one.connector) for one in VENDORS])


async def guide_of(site: Site, vendor: Vendor) -> dict[str, Any]:
    rows = (await site.client().get("/api/v1/connectors?limit=200")).json["rows"]
    [connector] = [row for row in rows if row["name"] == vendor.connector]
    [kind] = [kind for kind in connector["kinds"] if kind["kind"] == "oauth_code"]
    return kind["guide"]


async def connect(site: Site, vendor: Vendor, guide: dict[str, Any], scope: str) -> None:
    """Fill in the form as the guide says."""
    asked = ASKED if vendor.connector == "okta" else {**ASKED, "base_url": f"https://{vendor.host}"}
    settings = {name: filled(text, asked) for name, text in guide["settings"].items()}
    form = {
        "connector": vendor.connector,
        "kind": "oauth_code",
        "base_url": ASKED["base_url"] if vendor.connector == "okta" else "",
        "settings": {**settings, "client_id": "me", "scope": scope},
        "secrets": {"client_secret": "s3cret-of-the-app"},
    }
    made = await site.client().put(f"{API}/app", form)
    assert made.status == 200, made.body


async def with_flow(site: Site, vendor: Vendor) -> None:
    card = {
        "id": "ask",
        "card": f"{vendor.connector}.{vendor.card}",
        "connection": "app",
        "inputs": vendor.inputs,
    }
    flow = {"id": "asks", "name": "Asks", "event": {"card": "manual"}, "cards": [card]}
    answer = await site.client().post("/api/v1/flows", {"documents": [flow]})
    assert answer.status == 200, answer.body


async def scopes_for(site: Site, vendor: Vendor) -> dict[str, Any]:
    return (await site.client().get(f"/api/v1/connectors/{vendor.connector}/scopes?kind=oauth_code")).json


@EACH
async def test_the_form_says_what_to_create_which_address_to_paste_and_which_scopes(site: Site, vendor: Vendor) -> None:
    guide = await guide_of(site, vendor)
    text = " ".join(guide["steps"])
    assert all(words in text for words in vendor.created)
    assert [step for step in guide["steps"] if CALLBACK in step], "the address of this server, to be pasted"
    assert [step for step in guide["steps"] if "{scopes}" in step]
    assert {"client_id", "client_secret"} <= guide["fields"].keys()
    assert set(guide["asks"]) == ({"tenant"} if vendor.connector == "office365" else set())
    usual = await scopes_for(site, vendor)
    assert usual["usual"] is True
    assert set(vendor.asked) < set(usual["setting"].replace(",", " ").split())


@EACH
async def test_scopes_are_those_of_the_flows_and_what_is_missing_is_told_for_each(site: Site, vendor: Vendor) -> None:
    guide = await guide_of(site, vendor)
    await connect(site, vendor, guide, "something.else")
    await with_flow(site, vendor)
    wanted = await scopes_for(site, vendor)
    assert (wanted["usual"], wanted["needed"]) == (False, [vendor.scope])
    assert wanted["setting"].replace(",", " ").split() == [vendor.scope, *vendor.asked]
    told = (await site.client().get(f"{API}/app/scopes")).json
    [row] = told["rows"]
    assert (row["flow"], row["missing"], told["missing"]) == ("asks", [vendor.scope], [vendor.scope])
    assert guide["where"] == told["where"] != ""
    await connect(site, vendor, guide, wanted["setting"])
    told = (await site.client().get(f"{API}/app/scopes")).json
    assert (told["rows"][0]["missing"], told["missing"]) == ([], [])


@EACH
async def test_the_form_as_it_is_filled_in_leads_to_the_vendors_page(site: Site, vendor: Vendor) -> None:
    guide, setting = await guide_of(site, vendor), (await scopes_for(site, vendor))["setting"]
    await connect(site, vendor, guide, setting)
    made = await site.client().post(f"{API}/app/sign-in")
    assert made.json["callback"] == CALLBACK
    link = urlsplit(made.json["address"])
    answer = await site.client(None).get(f"{link.path}?{link.query}")
    there = urlsplit(answer.headers["location"])
    query = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert (answer.status, there.scheme, there.netloc) == (303, "https", vendor.host)
    assert "{" not in answer.headers["location"]
    assert (query["client_id"], query["redirect_uri"], query["scope"]) == ("me", CALLBACK, setting)
    assert (query["response_type"], query["code_challenge_method"]) == ("code", "S256")
    assert b"s3cret" not in answer.body
    assert "s3cret" not in answer.headers["location"]
