"""The pretend Google Workspace account over HTTP."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from support_sandbox import Tenants
from support_shapes import SHAPES, shapes, written_shapes
from support_specs import folder

EVA = "eva.horvat@northwind.example"
ADMIN = "priya.raman@northwind.example"
USERS = "/admin/directory/v1/users"


async def test_the_list_is_paged_by_tokens(tenants: Tenants) -> None:
    token, seen, pages = "", [], 0
    while token is not None:
        path = f"{USERS}?customer=my_customer&maxResults=25" + (f"&pageToken={token}" if token else "")
        answer = await tenants.google("GET", path)
        seen += [row["primaryEmail"] for row in answer.json["users"]]
        pages += 1
        token = answer.json.get("nextPageToken")
    assert (pages, len(set(seen))) == (3, 60)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_suspending_ends_all_sessions_and_keeps_the_rest(tenants: Tenants, method: str) -> None:
    path = f"{USERS}/{tenants.key(EVA)}"
    before = (await tenants.google("GET", path)).json
    answer = await tenants.google(method, path, json={"suspended": True})
    assert (answer.status, answer.json["suspended"]) == (200, True)
    assert answer.json["name"] == before["name"]
    after = (await tenants.person(EVA))["google"]
    assert (after["suspended"], after["sessions"]) == (True, 0)
    restored = await tenants.google(method, path, json={"suspended": False})
    assert "suspensionReason" not in restored.json
    assert (await tenants.person(EVA))["google"]["suspended"] is False


async def test_a_user_is_addressed_by_id_address_or_alias(tenants: Tenants) -> None:
    user = (await tenants.google("GET", f"{USERS}/{tenants.key(EVA)}")).json
    for key in (user["id"], user["aliases"][0], EVA.upper()):
        assert (await tenants.google("GET", f"{USERS}/{tenants.key(key)}")).json["id"] == user["id"]


async def test_sign_out(tenants: Tenants) -> None:
    answer = await tenants.google("POST", f"{USERS}/{tenants.key(EVA)}/signOut")
    assert (answer.status, answer.raw) == (204, b"")
    assert (await tenants.person(EVA))["google"] | {"id": ""} == {
        "id": "",
        "suspended": False,
        "sessions": 0,
        "tokens": 1,
    }


async def test_third_party_tokens_are_listed_and_deleted(tenants: Tenants) -> None:
    path = f"{USERS}/{tenants.key(EVA)}/tokens"
    items = (await tenants.google("GET", path)).json["items"]
    client = f"{path}/{items[0]['clientId']}"
    assert [(await tenants.google("DELETE", client)).status for _ in range(2)] == [204, 404]
    assert "items" not in (await tenants.google("GET", path)).json


async def test_an_admin_cannot_be_suspended(tenants: Tenants) -> None:
    answer = await tenants.google("PUT", f"{USERS}/{tenants.key(ADMIN)}", json={"suspended": True})
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (403, "forbidden")
    assert (await tenants.person(ADMIN))["google"]["suspended"] is False


async def test_an_update_changes_what_it_names(tenants: Tenants) -> None:
    path = f"{USERS}/{tenants.key(EVA)}"
    body = {"name": {"familyName": "Novotna"}, "orgUnitPath": "/Leavers", "phones": None, "id": "ignored"}
    answer = (await tenants.google("PUT", path, json=body)).json
    assert answer["name"] == {"givenName": "Eva", "familyName": "Novotna", "fullName": "Eva Novotna"}
    assert (answer["orgUnitPath"], "phones" in answer) == ("/Leavers", False)
    assert answer["id"] != "ignored"


@pytest.mark.parametrize(
    ("method", "path", "options", "status", "reason"),
    [
        ("GET", f"{USERS}/nobody%40x.example", {}, 404, "notFound"),
        ("POST", f"{USERS}/nobody/signOut", {}, 404, "notFound"),
        ("GET", "/admin/directory/v1/nonsense", {}, 404, "notFound"),
        ("GET", USERS, {}, 400, "badRequest"),
        ("GET", f"{USERS}?customer=my_customer&maxResults=501", {}, 400, "invalid"),
        ("GET", f"{USERS}?customer=other", {}, 404, "notFound"),
        ("PUT", f"{USERS}/EVA", {"json": {"suspended": "yes"}}, 400, "invalid"),
        ("PUT", f"{USERS}/EVA", {"json": {"primaryEmail": "x@y.example"}}, 400, "invalid"),
        (
            "PUT",
            f"{USERS}/EVA",
            {"data": b"{", "headers": {"Content-Type": "application/json"}},
            400,
            "parseError",
        ),
        (
            "PUT",
            f"{USERS}/EVA",
            {"data": b"{}", "headers": {"Content-Type": "text/plain"}},
            400,
            "badContent",
        ),
        ("POST", f"{USERS}/EVA", {"json": {}}, 405, "httpMethodNotAllowed"),
    ],
)
async def test_refusals(
    tenants: Tenants, method: str, path: str, options: dict[str, object], status: int, reason: str
) -> None:
    answer = await tenants.google(method, path.replace("EVA", tenants.key(EVA)), **options)
    error = answer.json["error"]
    assert (answer.status, error["code"], error["errors"][0]["reason"]) == (status, status, reason)
    assert error["message"]


@pytest.mark.parametrize(("token", "reason"), [("", "required"), ("Bearer wrong", "authError")])
async def test_a_bad_token_is_refused(tenants: Tenants, token: str, reason: str) -> None:
    answer = await tenants.google("PUT", f"{USERS}/{tenants.key(EVA)}", token=token, json={"suspended": True})
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (401, reason)
    assert (await tenants.person(EVA))["google"]["suspended"] is False


def assertion(lasts: int = 3_000, **changes: object) -> str:
    """A service account's claim that is made now, and lasts for some seconds."""
    claims = {
        "iss": "robot@project.example",
        "sub": ADMIN,
        "scope": "https://www.googleapis.com/auth/admin.directory.user",
        **changes,
    }
    claims.setdefault("exp", int(time.time()) + lasts)
    parts = [{"alg": "RS256"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


async def ask_token(tenants: Tenants, text: str) -> object:
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": text}
    return await tenants.google("POST", "/token", token="", data=form)


async def test_a_service_account_gets_a_token_that_works(tenants: Tenants) -> None:
    answer = await ask_token(tenants, assertion())
    assert (answer.status, answer.json["expires_in"]) == (200, 3599)
    token = f"Bearer {answer.json['access_token']}"
    assert (await tenants.google("GET", f"{USERS}/{tenants.key(EVA)}", token=token)).status == 200
    assert (await tenants.graph("GET", "/v1.0/users", token=token)).status == 401


@pytest.mark.parametrize(
    ("made", "status", "error"),
    [
        (lambda: "", 400, "invalid_grant"),
        (lambda: "a.b.c", 400, "invalid_grant"),
        (lambda: assertion(exp=1), 400, "invalid_grant"),
        (lambda: assertion(lasts=90_000), 400, "invalid_grant"),
        (lambda: assertion(sub=""), 401, "unauthorized_client"),
        (lambda: assertion(scope=""), 400, "invalid_scope"),
    ],
    ids=["none", "not JSON", "ended", "too long", "for nobody", "no scope"],
)
async def test_token_refusals(tenants: Tenants, made: Callable[[], str], status: int, error: str) -> None:
    answer = await ask_token(tenants, made())
    assert (answer.status, answer.json["error"]) == (status, error)


AUTH = "https://www.googleapis.com/auth/"


@pytest.mark.parametrize(
    "strange", ["admin.directory.groups", "nope", "admin.directory.user/", "openid", "ADMIN.directory.user", ""]
)
async def test_a_service_account_gets_nothing_if_one_of_its_scopes_does_not_exist(
    tenants: Tenants, strange: str
) -> None:
    answer = await ask_token(tenants, assertion(scope=f"{AUTH}admin.directory.user {AUTH}{strange}"))
    assert (answer.status, answer.json["error"]) == (401, "unauthorized_client")
    assert answer.json["error_description"].endswith("or client not authorized for any of the scopes requested.")
    note = (await tenants.control("GET", "/ledger")).json[-1]["note"]
    assert note == f"Google has no scope {AUTH}{strange}, as far as is known here."


@pytest.mark.parametrize(
    "scopes",
    [
        f"openid email profile {AUTH}userinfo.email {AUTH}userinfo.profile",
        "https://mail.google.com/",
        f"{AUTH}drive {AUTH}spreadsheets {AUTH}documents {AUTH}calendar {AUTH}gmail.settings.sharing",
        f"{AUTH}cloud-platform {AUTH}cloud-identity.groups.readonly {AUTH}apps.licensing {AUTH}apps.groups.settings",
        f"{AUTH}admin.contact.delegation {AUTH}admin.directory.device.chromebrowsers https://www.google.com/m8/feeds",
        f"{AUTH}spreadsheets.currentonly https://spreadsheets.google.com/feeds",
    ],
)
async def test_scopes_of_other_services_of_google_are_given(tenants: Tenants, scopes: str) -> None:
    answer = await ask_token(tenants, assertion(scope=scopes))
    assert (answer.status, answer.json.get("error")) == (200, None)
    allowed = {"tenant": "google", "scopes": scopes.split()}
    assert (await tenants.control("POST", "/consents", json=allowed)).status == 200


def batch(*requests: str) -> tuple[dict[str, str], str]:
    """Headers and body of a batch, written by hand."""
    parts = [
        f"--x\r\nContent-Type: application/http\r\nContent-ID: <{number}>\r\n\r\n{text}\r\n"
        for number, text in enumerate(requests)
    ]
    return {"Content-Type": "multipart/mixed; boundary=x"}, "".join(parts) + "--x--"


async def test_each_request_of_a_batch_is_answered_for_itself_and_has_to_prove_who_sends_it(tenants: Tenants) -> None:
    eva = f"GET {USERS}/{EVA} HTTP/1.1\r\n"
    token = f"Authorization: Bearer {tenants.urls['google']['token']}\r\n"
    suspend = f"PUT {USERS}/{EVA} HTTP/1.1\r\nContent-Type: application/json\r\n{token}\r\n"
    nobody = f"GET {USERS}/nobody HTTP/1.1\r\n\r\n"
    headers, body = batch(eva + "\r\n", eva + token + "\r\n", suspend + '{"suspended": true}', nobody)
    answer = await tenants.google("POST", "/batch/admin/directory_v1", token="", headers=headers, data=body)
    assert answer.status == 200
    lines = answer.raw.decode().split("\r\n")
    assert [line for line in lines if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 401 Unauthorized",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 401 Unauthorized",
    ]
    assert [line for line in lines if line.startswith("Content-ID")] == [
        f"Content-ID: <response-{number}>" for number in range(4)
    ]
    assert (await tenants.person(EVA))["google"]["suspended"] is True
    answer = await tenants.google("POST", "/batch", headers=headers, data=body)
    assert answer.raw.count(b"HTTP/1.1 200 OK") == 3
    assert answer.raw.count(b"HTTP/1.1 404 Not Found") == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/mixed; boundary=x", b""),
        ("application/json", b"{}"),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: text/plain\r\n\r\nGET / HTTP/1.1\r\n--x--"),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: application/http\r\n\r\npotato\r\n--x--"),
        ("multipart/mixed; boundary=x", b"--x\r\nContent-Type: application/http\r\n\r\nPOST /batch HTTP/1.1\r\n--x--"),
    ],
)
async def test_what_is_no_batch_is_refused(tenants: Tenants, kind: str, body: bytes) -> None:
    answer = await tenants.google("POST", "/batch", headers={"Content-Type": kind}, data=body)
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (400, "badRequest")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("users(primaryEmail,name/fullName)", {"users": [{"primaryEmail": EVA, "name": {"fullName": "Eva Horvat"}}]}),
        ("kind", {"kind": "admin#directory#users"}),
        ("users/name(givenName, familyName)", {"users": [{"name": {"givenName": "Eva", "familyName": "Horvat"}}]}),
    ],
)
async def test_an_answer_has_the_fields_that_are_asked_for(tenants: Tenants, fields: str, expected: object) -> None:
    path = f"/admin/directory/v1/users?customer=my_customer&query=email:eva*&fields={tenants.key(fields)}"
    assert (await tenants.google("GET", path)).json == expected


@pytest.mark.parametrize("fields", ["users(", "users//name", ",", "users)", "users(primaryEmail))", "a b"])
async def test_fields_that_cannot_be_read_are_refused(tenants: Tenants, fields: str) -> None:
    path = f"/admin/directory/v1/users?customer=my_customer&fields={tenants.key(fields)}"
    answer = await tenants.google("GET", path)
    assert (answer.status, answer.json["error"]["errors"][0]["reason"]) == (400, "invalidParameter")


@pytest.mark.parametrize(
    ("fields", "unknown"),
    [
        ("users(nope)", "nope"),
        ("nope", "nope"),
        ("users/name/nope", "nope"),
        ("users(primaryEmail/x)", "x"),
        ("users(archived,customSchemas/HR/grade,phones/value),nextPageToken", None),  # known, though there are none
        ("users/*", None),
    ],
)
async def test_fields_that_an_answer_cannot_have_are_refused(
    tenants: Tenants, fields: str, unknown: str | None
) -> None:
    answer = await tenants.google("GET", f"/admin/directory/v1/users?customer=my_customer&fields={tenants.key(fields)}")
    assert answer.status == (200 if unknown is None else 400), answer.raw
    if unknown is not None:
        assert answer.json["error"]["message"] == f"Invalid field selection {unknown}"


def test_the_fields_of_answers_are_those_of_the_descriptions() -> None:
    specs = folder()
    if not specs.is_dir():
        pytest.skip(f"the vendors' descriptions are not in {specs}")
    assert SHAPES.read_text(encoding="utf-8") == written_shapes(shapes(specs))


@pytest.mark.parametrize("path", ["usage/users/all/dates/{}", "usage/dates/{}"])
async def test_usage_is_counted_two_days_after(tenants: Tenants, path: str) -> None:
    today = datetime.now(UTC).date()
    for days, status in ((3, 200), (-30, 400), (0, 400)):
        day = (today - timedelta(days=days)).isoformat()
        answer = await tenants.google("GET", f"/admin/reports/v1/{path.format(day)}")
        assert answer.status == status, answer.raw
        if status == 400:
            assert answer.json["error"]["message"].startswith("Data for dates later than ")
            assert answer.json["error"]["errors"][0]["reason"] == "invalid"
    for wrong in ("20260105", "2026-02-30", "yesterday"):
        assert (await tenants.google("GET", f"/admin/reports/v1/{path.format(wrong)}")).status == 400


@pytest.mark.parametrize("order", ["email", "givenName", "familyName"])
async def test_users_are_sorted_also_those_with_one_name(tenants: Tenants, order: str) -> None:
    path = f"/admin/directory/v1/users?customer=my_customer&maxResults=500&orderBy={order}"
    up = [row["id"] for row in (await tenants.google("GET", path)).json["users"]]
    down = [row["id"] for row in (await tenants.google("GET", f"{path}&sortOrder=DESCENDING")).json["users"]]
    assert len(up) > 50
    assert up[0] != down[0]
