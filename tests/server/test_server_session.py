"""Signing in and out, and what the cookie of a session opens."""

from __future__ import annotations

from http.cookies import SimpleCookie

import pytest
from support_server import Site

from keyturn.access.permissions import Permission
from keyturn.server.access import CSRF_HEADER


def cookie_in(header: str) -> tuple[str, SimpleCookie]:
    cookies = SimpleCookie(header)
    ((name, morsel),) = cookies.items()
    return f"{name}={morsel.value}", cookies


async def code_of(site: Site, *permissions: Permission) -> str:
    maker = await site.client_with(Permission.ADMIN, *permissions) if permissions else site.client()
    made = await maker.post("/api/v1/sign-in-links")
    assert made.status == 200
    address, _, code = made.json["address"].partition("#")
    assert address == "http://127.0.0.1:8450/sign-in"
    return code


async def signed_in(site: Site, *permissions: Permission) -> dict[str, str]:
    """The headers of a page that is signed in."""
    opened = await site.client(None).post("/session", {"code": await code_of(site, *permissions)})
    assert opened.status == 200, opened.body
    cookie, _ = cookie_in(opened.headers["set-cookie"])
    return {"Cookie": cookie, CSRF_HEADER: opened.json["csrf"]}


async def test_the_cookie_is_kept_from_scripts_and_other_sites(site: Site) -> None:
    opened = await site.client(None).post("/session", {"code": await code_of(site)})
    _, cookies = cookie_in(opened.headers["set-cookie"])
    morsel = cookies["keyturn_session_8450"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "strict", "/")
    assert morsel.value not in opened.body.decode()


async def test_a_link_signs_in_once(site: Site) -> None:
    code = await code_of(site)
    assert (await site.client(None).post("/session", {"code": code})).status == 200
    again = await site.client(None).post("/session", {"code": code})
    assert (again.status, again.problem["code"]) == (409, "sign-in-refused")
    assert "keyturn sign-in" in again.problem["mend"]
    assert "set-cookie" not in again.headers


async def test_who_is_signed_in(site: Site) -> None:
    client = site.client(None)
    assert (await client.get("/session")).json["name"] is None
    headers = await signed_in(site)
    told = (await client.get("/session", headers=headers)).json
    assert (told["name"], told["permissions"], told["csrf"]) == ("administrator", ["*"], headers[CSRF_HEADER])


async def test_the_cookie_opens_the_api_for_reading_and_with_the_second_value_for_writing(site: Site) -> None:
    client, headers = site.client(None), await signed_in(site)
    only_cookie = {"Cookie": headers["Cookie"]}
    assert (await client.get("/api/v1/flows", headers=only_cookie)).status == 200
    refused = await client.post("/api/v1/doctor", headers=only_cookie)
    assert (refused.status, refused.problem["code"]) == (403, "forged-write")
    assert (await client.post("/api/v1/doctor", headers=headers)).status == 200


async def test_a_token_goes_before_a_cookie(site: Site) -> None:
    headers = await signed_in(site)
    assert (await site.client("kt_wrong").get("/api/v1/flows", headers=headers)).status == 401
    assert (await site.client().post("/api/v1/doctor", headers={"Cookie": "keyturn_session_8450=x"})).status == 200


async def test_a_session_has_the_permissions_of_who_made_its_link(site: Site) -> None:
    headers = await signed_in(site, Permission.RUNS_READ)
    client = site.client(None)
    assert (await client.get("/api/v1/runs", headers=headers)).status == 200
    assert (await client.get("/api/v1/flows", headers=headers)).status == 403
    assert (await client.get("/session", headers=headers)).json["permissions"] == ["admin", "runs.read"]


async def test_what_a_session_decides_carries_its_name(offboarding: Site) -> None:
    headers = await signed_in(offboarding)
    texts = ["id: mine\nname: Mine\nevent: {card: manual}\n"]
    published = await offboarding.client(None).post("/api/v1/flows", {"documents": texts}, headers=headers)
    assert published.json["versions"][0]["author"] == "administrator"


@pytest.mark.parametrize("cookie", ["keyturn_session_8450=", "keyturn_session_8450=unknown", "keyturn_session_1=x"])
async def test_a_session_that_is_not_known_is_none(site: Site, cookie: str) -> None:
    client = site.client(None)
    answer = await client.get("/api/v1/flows", headers={"Cookie": cookie})
    assert answer.status == 401
    assert (await client.get("/session", headers={"Cookie": cookie})).json["name"] is None


async def test_an_ended_session_is_told_how_to_go_on(site: Site) -> None:
    answer = await site.client(None).get("/api/v1/flows", headers={"Cookie": "keyturn_session_8450=ended"})
    assert answer.problem["what"] == "Your session has ended."
    assert "keyturn sign-in" in answer.problem["mend"]


async def test_signing_out_ends_the_session_and_takes_the_cookie_away(site: Site) -> None:
    client, headers = site.client(None), await signed_in(site)
    forged = await client.call("DELETE", "/session", headers={"Cookie": headers["Cookie"]})
    assert forged.status == 403
    gone = await client.call("DELETE", "/session", headers=headers)
    assert gone.status == 204
    assert "Max-Age=0" in gone.headers["set-cookie"]
    assert (await client.get("/api/v1/flows", headers=headers)).status == 401
