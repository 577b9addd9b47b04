"""A connection is signed in by a browser: the link, the way to the app, and the way back."""

from __future__ import annotations

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.scripted import Said, Scripted
from support_server import Site, make_site

SLACK: dict[str, Any] = {
    "connector": "api_connector",
    "kind": "oauth_code",
    "base_url": "https://app.example",
    "settings": {
        "authorize_url": "https://app.example/authorize",
        "token_url": "https://app.example/token",
        "client_id": "me",
        "revoke_url": "https://app.example/revoke",
    },
}
API = "/api/v1/connections"


async def link_of(site: Site, form: dict[str, Any] = SLACK) -> str:
    """The path and query of a sign-in link."""
    client = site.client()
    assert (await client.put(f"{API}/app", form)).status == 200
    made = await client.post(f"{API}/app/sign-in")
    assert made.status == 200, made.body
    assert made.json["callback"] == "https://keyturn.example/oauth/callback"
    parts = urlsplit(made.json["address"])
    assert f"{parts.scheme}://{parts.netloc}" == "https://keyturn.example"
    return f"{parts.path}?{parts.query}"


async def test_a_link_leads_to_the_app_with_a_cookie_for_the_way_back(site: Site) -> None:
    answer = await site.client(None).get(await link_of(site))
    assert answer.status == 303
    where = urlsplit(answer.headers["location"])
    assert (where.netloc, where.path) == ("app.example", "/authorize")
    cookie = SimpleCookie(answer.headers["set-cookie"])["keyturn_sign_in"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", "/oauth/callback")
    assert cookie.value not in answer.headers["location"]


async def test_what_comes_back_wrong_is_a_page_with_a_way_out(site: Site) -> None:
    client = site.client(None)
    gone = await client.get(await link_of(site))
    state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
    cookie = SimpleCookie(gone.headers["set-cookie"])["keyturn_sign_in"].value
    for query, headers, words in (
        (f"state={state}&code=x", {}, "another browser"),
        ("state=potato", {}, "no sign-in that was begun here"),
        ("", {}, "no sign-in that was begun here"),
        (
            f"state={state}&error=%3Cscript%3E",
            {"Cookie": f"keyturn_sign_in={cookie}"},
            "&lt;script&gt;",
        ),
    ):
        answer = await client.get(f"/oauth/callback?{query}", headers=headers)
        assert answer.status == 409
        assert answer.headers["content-type"].startswith("text/html")
        page = answer.body.decode()
        assert words in page
        assert "<script" not in page


async def test_who_opens_the_last_page_again_is_told_that_it_is_over(site: Site) -> None:
    client = site.client(None)
    gone = await client.get(await link_of(site))
    state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
    cookie = SimpleCookie(gone.headers["set-cookie"])["keyturn_sign_in"].value
    back = f"/oauth/callback?state={state}&error=access_denied"
    first = await client.get(back, headers={"Cookie": f"keyturn_sign_in={cookie}"})
    assert b"access_denied" in first.body
    held = SimpleCookie(first.headers["set-cookie"])["keyturn_sign_in"].value
    for _ in range(2):
        again = await client.get(back, headers={"Cookie": f"keyturn_sign_in={held}"})
        assert (again.status, b"This sign-in has ended already." in again.body) == (409, True)
        assert b"another browser" not in again.body


@pytest.mark.parametrize("target", ["/oauth/start", "/oauth/start?ticket=potato"])
async def test_without_a_ticket_nothing_begins(site: Site, target: str) -> None:
    assert (await site.client(None).get(target)).status in (409, 422)


async def test_a_browser_that_goes_there_gets_no_page_of_the_web_app(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<title>Keyturn</title>")
    site = await make_site(tmp_path)
    navigating = {"Accept": "text/html,application/xhtml+xml"}
    client = site.client(None)
    assert (await client.get(await link_of(site), headers=navigating)).status == 303
    back = await client.get("/oauth/callback?state=potato", headers=navigating)
    assert (back.status, b"no sign-in that was begun here" in back.body) == (409, True)


async def test_only_connections_of_that_kind_are_signed_in(offboarding: Site) -> None:
    client = offboarding.client()
    for method in ("POST", "DELETE"):
        answer = await client.call(method, f"{API}/okta/sign-in")
        assert (answer.status, answer.problem["code"]) == (409, "connection-sign-in-refused")
    assert (await client.post(f"{API}/nobody/sign-in")).status == 404


TOKEN = Said(200, {"access_token": "a1", "refresh_token": "r1", "expires_in": 3600})


async def signed_in(site: Site, form: dict[str, Any] = SLACK) -> None:
    """Somebody signs the connection in."""
    gone = await site.client(None).get(await link_of(site, form))
    state = parse_qs(urlsplit(gone.headers["location"]).query)["state"][0]
    cookie = SimpleCookie(gone.headers["set-cookie"])["keyturn_sign_in"].value
    back = f"/oauth/callback?state={state}&code=x"
    assert (await site.client(None).get(back, headers={"Cookie": f"keyturn_sign_in={cookie}"})).status == 200


async def test_the_state_of_a_connection_follows_those_who_sign_it_in_and_out() -> None:
    site = await make_site(network=Scripted().on("POST /token", TOKEN).on("POST /revoke", Said(200)))
    client, states = site.client(), list[str]()

    async def look() -> None:
        states.append((await client.get(f"{API}/app")).json["state"]["name"])

    await client.put(f"{API}/app", SLACK)
    await look()
    await signed_in(site)
    await look()
    await client.put(f"{API}/app", {**SLACK, "name": "Another name"})
    await look()
    await client.put(f"{API}/app", {**SLACK, "settings": {**SLACK["settings"], "client_id": "another"}})
    await look()
    await signed_in(site)
    await client.call("DELETE", f"{API}/app/sign-in")
    await look()
    assert states == ["needs sign-in", "works", "works", "needs sign-in", "needs sign-in"]
    assert "signed out" in (await client.get(f"{API}/app")).json["state"]["what"]


async def test_what_a_change_of_a_connection_does_to_its_sign_in_is_told() -> None:
    site = await make_site(network=Scripted().on("POST /token", TOKEN).on("GET /api/v1/groups", Said(200, [])))
    client, okta = site.client(), {**SLACK, "connector": "okta", "secrets": {"client_secret": "s3cret"}}
    await signed_in(site, okta)
    kept = await client.put(f"{API}/app", {**okta, "secrets": {"client_secret": "n3w"}})
    assert kept.json["state"]["name"] == "unused"
    assert (await client.get(f"{API}/app/choices/okta.read_group/group")).status == 200
    moved = {**okta, "secrets": {}, "settings": {**SLACK["settings"], "client_id": "another"}}
    ended = await client.put(f"{API}/app", moved)
    for state in (ended.json["state"], (await client.put(f"{API}/app", {**moved, "name": "New"})).json["state"]):
        assert state["name"] == "needs sign-in"
        assert "its client_id changed after the sign-in" in state["what"]
    refused = await client.get(f"{API}/app/choices/okta.read_group/group")
    assert "its client_id changed after the sign-in" in refused.problem["what"]


async def test_another_name_leaves_what_is_known_of_a_sign_in_that_has_ended() -> None:
    gone = Said(400, {"error": "invalid_grant", "error_description": "Consent was revoked."})
    site = await make_site(network=Scripted().on("POST /token", TOKEN, gone).on("GET /api/v1/groups", Said(401)))
    client, okta = site.client(), {**SLACK, "connector": "okta"}
    await signed_in(site, okta)
    await client.get(f"{API}/app/choices/okta.read_group/group")
    named = await client.put(f"{API}/app", {**okta, "name": "Another name"})
    assert "Consent was revoked." in named.json["state"]["what"]


async def test_why_the_app_ended_a_sign_in_is_told_until_somebody_signs_in_again() -> None:
    gone = Said(400, {"error": "invalid_grant", "error_description": "Consent was revoked."})
    app = Scripted().on("POST /token", TOKEN, gone, TOKEN).on("GET /api/v1/groups", Said(401))
    site = await make_site(network=app)
    client = site.client()
    okta = {**SLACK, "connector": "okta"}
    await signed_in(site, okta)
    told = [(await client.get(f"{API}/app/choices/okta.read_group/group")).problem["what"] for _ in range(3)]
    assert all("invalid_grant Consent was revoked." in what for what in told), told
    assert all("has not taken the sign-in since" in what for what in told[1:]), told
    state = (await client.get(f"{API}/app")).json["state"]
    assert state["name"] == "needs sign-in"
    assert "invalid_grant Consent was revoked." in state["what"]
    await signed_in(site, okta)
    assert (await client.get(f"{API}/app")).json["state"]["name"] == "works"


async def test_signing_out_forgets(site: Site) -> None:
    await link_of(site)
    assert (await site.client().call("DELETE", f"{API}/app/sign-in")).status == 204


@pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])
async def test_a_connection_is_deleted_once_its_sign_in_is_ended_at_the_app(told: bool) -> None:
    app = Scripted().on("POST /token", TOKEN)
    site = await make_site(network=app)
    client = site.client()
    await signed_in(site)
    app.on("POST /revoke", Said(400, {"error": "invalid_client"}))
    kept = await client.call("DELETE", f"{API}/app")
    assert (kept.status, kept.problem["code"]) == (409, "connection-not-revoked")
    assert "invalid_client" in kept.problem["what"]
    assert "even_if_signed_in=true" in kept.problem["mend"]
    assert (await client.call("DELETE", f"{API}/app?even_if_used=true")).status == 409, "that says something else"
    assert (await client.get(f"{API}/app")).status == 200
    if told:
        app.on("POST /revoke", Said(200))
    assert (await client.call("DELETE", f"{API}/app{'' if told else '?even_if_signed_in=true'}")).status == 204
    assert app.seen == ["POST /token", *["POST /revoke"] * len(app.seen[1:])]

    assert (await client.put(f"{API}/app", SLACK)).status == 200
    seen = len(app.seen)
    assert (await client.call("DELETE", f"{API}/app")).status == 204, "nobody was signed in"
    assert len(app.seen) == seen
