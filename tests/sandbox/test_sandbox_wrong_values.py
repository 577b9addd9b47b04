"""Values that Okta and Google do not take are refused in their words, and leave nothing behind."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
API, DIRECTORY = "/api/v1", "/admin/directory/v1"
ADA = {"firstName": "Ada", "lastName": "Byron", "login": "ada@northwind.example", "email": "ada@northwind.example"}
SHORT = {"recovery_question": {"question": "Which town?", "answer": "a"}}
QUESTION = {"question": "Which town?", "answer": "Zagreb"}


def answering(text: str) -> dict[str, Any]:
    return {"credentials": {"recovery_question": {**QUESTION, "answer": text}}}


def app(**client: Any) -> dict[str, Any]:
    return {"label": "Web", "name": "oidc_client", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": client}}


def role(*permissions: str) -> dict[str, Any]:
    return {"label": "R", "description": "R", "permissions": [*permissions]}


def people(kind: str, key: str) -> dict[str, Any]:
    conditions = {"people": {kind: {"include": [key]}}}
    return {"name": "P", "type": "OKTA_SIGN_ON", "conditions": conditions}


WEB = {"application_type": "web", "grant_types": ["authorization_code"], "redirect_uris": ["https://x.example/back"]}
OKTA: list[tuple[str, str, dict[str, Any], str]] = [
    ("POST", f"/users/{EVA}", {"realmId": "guoNope"}, "realmId"),
    ("POST", "/users", {"profile": ADA, "realmId": "guoNope"}, "realmId"),
    ("POST", f"/users/{EVA}", answering("abc"), "recovery_question"),
    ("POST", f"/users/{EVA}", answering(""), "recovery_question"),
    ("POST", "/users", {"profile": ADA, **answering("")}, "recovery_question"),
    (
        "POST",
        f"/users/{EVA}/credentials/change_recovery_question",
        {"recovery_question": QUESTION | {"answer": "a"}},
        "",
    ),
    ("POST", "/apps", app(), "settings.oauthClient.redirect_uris"),
    ("POST", "/apps", app(**{**WEB, "redirect_uris": []}), "settings.oauthClient.redirect_uris"),
    ("POST", "/apps", app(**{**WEB, "redirect_uris": ["bad"]}), "settings.oauthClient.redirect_uris"),
    ("POST", "/apps", app(**{**WEB, "grant_types": ["nope"]}), "settings.oauthClient.grant_types"),
    ("POST", "/apps", app(**{**WEB, "response_types": ["nope"]}), "settings.oauthClient.response_types"),
    ("POST", "/apps", app(**{**WEB, "application_type": "nope"}), "settings.oauthClient.application_type"),
    ("POST", "/iam/roles", role("okta.nope"), "permissions"),
    ("POST", "/iam/roles", role("okta.users.nope"), "permissions"),
    ("POST", "/iam/roles", role(), "permissions"),
    ("POST", "/iam/resource-sets", {"label": "S", "description": "", "resources": ["nope"]}, "resources"),
    ("POST", "/iam/resource-sets", {"label": "S", "resources": ["orn:okta:directory:o:users:00uNope"]}, "resources"),
    ("POST", "/iam/resource-sets", {"label": "S", "resources": ["https://o.okta.com/api/v1/groups/00g"]}, "resources"),
    ("POST", "/policies", people("groups", "00gnope"), "conditions.people.groups.include"),
    ("POST", "/policies", people("users", "00unope"), "conditions.people.users.include"),
]


@pytest.mark.parametrize(("method", "path", "body", "place"), OKTA)
async def test_okta_says_which_value_is_wrong(
    tenants: Tenants, method: str, path: str, body: dict[str, Any], place: str
) -> None:
    listed = f"{API}{path}?type=OKTA_SIGN_ON" if path == "/policies" else f"{API}{path}"
    before = (await tenants.okta("GET", listed)).raw if "credentials" not in path else b""
    answer = await tenants.okta(method, f"{API}{path}", json=body)
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000001"), answer.raw
    assert answer.json["errorCauses"][0]["errorSummary"].startswith(place)
    assert "credentials" in path or (await tenants.okta("GET", listed)).raw == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/users/{EVA}", answering("Zagreb")),
        ("/apps", app(**WEB)),
        ("/apps", app(application_type="service", grant_types=["client_credentials"])),
        ("/apps", app(**{**WEB, "application_type": "native", "redirect_uris": ["com.example.app:/back"]})),
        ("/iam/roles", role("okta.users.lifecycle.unlock", "okta.realms.manage")),
        ("/iam/resource-sets", {"label": "S", "resources": ["orn:okta:directory:o:groups", "https://o/api/v1/apps"]}),
        ("/policies", people("groups", "EVERYONE")),
    ],
)
async def test_okta_takes_what_is_right(tenants: Tenants, path: str, body: dict[str, Any]) -> None:
    assert (await tenants.okta("POST", f"{API}{path}", json=body)).status == 200


async def test_a_permission_that_there_is_not_is_added_to_no_role(tenants: Tenants) -> None:
    made = (await tenants.okta("POST", f"{API}/iam/roles", json=role("okta.users.read"))).json["id"]
    assert (await tenants.okta("POST", f"{API}/iam/roles/{made}/permissions/okta.nope")).status == 400


def schema(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"schemaName": "Own", "fields": [*fields]}


BADGE = {"fieldName": "badge", "fieldType": "STRING"}
SCHEMAS = f"{DIRECTORY}/customer/my_customer/schemas"
LONG = "N" * 70
GOOGLE: list[tuple[str, str, dict[str, Any], str]] = [
    ("PATCH", f"{DIRECTORY}/users/{EVA}", {"name": {"givenName": LONG}}, "givenName"),
    ("PUT", f"{DIRECTORY}/users/{EVA}", {"name": {"familyName": LONG}}, "familyName"),
    ("POST", SCHEMAS, schema({**BADGE, "fieldType": "ZZ"}), "fieldType"),
    ("POST", SCHEMAS, schema(BADGE, {**BADGE, "fieldType": "BOOL"}), "duplicate"),
    ("POST", SCHEMAS, schema({"fieldType": "BOOL"}), "fieldName"),
]


@pytest.mark.parametrize(("method", "path", "body", "words"), GOOGLE)
async def test_google_says_which_value_is_wrong(
    tenants: Tenants, method: str, path: str, body: dict[str, Any], words: str
) -> None:
    before = (await tenants.google("GET", path)).raw
    answer = await tenants.google(method, path, json=body)
    assert (answer.status, words in answer.json["error"]["message"]) == (400, True), answer.raw
    assert (await tenants.google("GET", path)).raw == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"whoCanJoin": "NOPE"}, 400),
        ({"name": "Other", "isArchived": "perhaps"}, 400),
        ({"whoCanJoin": "ANYONE_CAN_JOIN", "replyTo": "REPLY_TO_LIST", "includeCustomFooter": "true"}, 200),
    ],
)
async def test_settings_of_googles_groups_have_the_values_that_google_has(
    tenants: Tenants, body: dict[str, str], status: int
) -> None:
    listed = await tenants.google("GET", f"{DIRECTORY}/groups?customer=my_customer")
    path = f"/groups/v1/groups/{listed.json['groups'][0]['email']}"
    before = (await tenants.google("GET", path)).json
    assert (await tenants.google("PATCH", path, json=body)).status == status
    assert (await tenants.google("GET", path)).json == {**before, **(body if status == 200 else {})}


async def test_slacks_team_has_one_name(tenants: Tenants) -> None:
    told = (await tenants.call("slack", "POST", "/api/auth.test")).json["team"]
    assert told == (await tenants.call("slack", "POST", "/api/team.info")).json["team"]["name"]
    there = tenants.urls["slack"]
    form = {"client_id": there["web_client_id"], "redirect_uri": "https://k.example/b", "scope": "users:read"}
    async with tenants.http.post(
        there["authorize_url"], data={**form, "answer": "allow"}, allow_redirects=False
    ) as gone:
        code = gone.headers["Location"].partition("code=")[2].partition("&")[0]
    fields = {**form, "client_secret": there["client_secret"], "code": code}
    async with tenants.http.post(there["token_url"], data=fields) as given:
        assert (await given.json())["team"]["name"] == told
