"""The first day and the way back in at the pretend Okta org: recovery by an answer, temporary access codes, what goes
to apps by itself, identity providers that somebody signs in by."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from support_specs import description, openapi_complaints, without_nulls

EVA = "eva.horvat@northwind.example"
NEW = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@northwind.example", "login": "ada@northwind.example"}
QUESTION = {"question": "Which town?", "answer": "Zagreb"}


async def call(tenants: Tenants, method: str, path: str, body: Any = None) -> Answer:
    return await tenants.okta(method, f"/api/v1{path}", **({} if body is None else {"json": body}))


async def got(tenants: Tenants, path: str) -> Any:
    answer = await call(tenants, "GET", path)
    assert answer.status == 200, answer.raw
    return answer.json


async def of_the_schema(document: Any, name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}"}
    assert list(openapi_complaints(document, schema, without_nulls(value))) == []


async def signs_in(tenants: Tenants, login: str, password: str) -> bool:
    return (await call(tenants, "POST", "/authn", {"username": login, "password": password})).status == 200


async def test_a_password_is_set_by_who_knows_the_answer(tenants: Tenants) -> None:
    wanted = {"profile": NEW, "credentials": {"password": {"value": "Tr0ub4dor"}, "recovery_question": QUESTION}}
    user = (await call(tenants, "POST", "/users", wanted)).json["id"]
    path = f"/users/{user}/credentials/forgot_password_recovery_question"

    async def ask(answer: str | None, password: str | None = "Correct-h0rse") -> tuple[int, str]:
        found = await call(
            tenants, "POST", path, {"password": {"value": password}, "recovery_question": {"answer": answer}}
        )
        return found.status, found.json.get("errorCode", "")

    assert await ask("Split") == (403, "E0000087")
    assert await ask(None) == (400, "E0000001")
    assert await ask("Zagreb", "short") == (403, "E0000080")
    assert await ask("Zagreb", None) == (400, "E0000001")
    assert await signs_in(tenants, NEW["login"], "Tr0ub4dor")
    assert await ask(" zagreb") == (200, "")
    assert not await signs_in(tenants, NEW["login"], "Tr0ub4dor")
    assert await signs_in(tenants, NEW["login"], "Correct-h0rse")
    changed = {
        "password": {"value": "Correct-h0rse"},
        "recovery_question": {"question": "Which pet?", "answer": "Rex1"},
    }
    assert (await call(tenants, "POST", f"/users/{user}/credentials/change_recovery_question", changed)).status == 200
    assert await ask("Zagreb") == (403, "E0000087")
    again = await call(
        tenants, "POST", path, {"password": {"value": "Another-0ne"}, "recovery_question": {"answer": "Rex1"}}
    )
    assert again.json["recovery_question"] == {"question": "Which pet?"}
    await of_the_schema(description("okta-management.json"), "UserCredentials", again.json)
    other = {"credentials": {"recovery_question": {"question": "Which street?", "answer": "Ilica"}}}
    assert (await call(tenants, "POST", f"/users/{user}", other)).status == 200
    assert await ask("Ilica", "The-th1rd") == (200, "")
    await call(tenants, "POST", f"/users/{user}/lifecycle/suspend")
    assert await ask("Ilica", "The-f0urth") == (403, "E0000034")


async def test_nobody_recovers_without_a_question(tenants: Tenants) -> None:
    path = f"/users/{tenants.key(EVA)}/credentials/forgot_password_recovery_question"
    body = {"password": {"value": "Correct-h0rse"}, "recovery_question": {"answer": "Zagreb"}}
    refused = await call(tenants, "POST", path, body)
    assert (refused.status, refused.json["errorCode"]) == (403, "E0000034")


async def test_a_temporary_access_code_is_shown_once_and_the_next_ends_it(tenants: Tenants) -> None:
    document = description("okta-management.json")
    own = f"/users/{tenants.key(EVA)}/authenticator-enrollments"
    before = await got(tenants, own)
    [tac] = [row["id"] for row in await got(tenants, "/authenticators") if row["key"] == "tac"]
    first = await call(tenants, "POST", f"{own}/tac", {"authenticatorId": tac, "profile": {"ttl": "60"}})
    assert first.status == 200, first.raw
    await of_the_schema(document, "TacAuthenticatorEnrollment", first.json)
    assert (first.json["type"], first.json["profile"]["multiUse"], len(first.json["profile"]["tac"])) == (
        "tac",
        False,
        16,
    )
    second = await call(tenants, "POST", f"{own}/tac", {"authenticatorId": tac, "profile": {"multiUse": True}})
    assert second.json["profile"]["tac"] != first.json["profile"]["tac"]
    listed = await got(tenants, own)
    assert [row["id"] for row in listed] == [*(row["id"] for row in before), second.json["id"]]
    assert second.json["profile"]["tac"] not in str(listed)
    one = await got(tenants, f"{own}/{second.json['id']}")
    await of_the_schema(document, "AuthenticatorEnrollment", one)
    assert (await call(tenants, "GET", f"{own}/{first.json['id']}")).status == 404
    assert (await call(tenants, "DELETE", f"{own}/{second.json['id']}")).status == 204
    assert await got(tenants, own) == before


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "authenticatorId"),
        ({"authenticatorId": "aut1"}, "authenticatorId"),
        ({"profile": {"ttl": 9}}, "ttl"),
        ({"profile": {"ttl": "14401"}}, "ttl"),
        ({"profile": {"ttl": "soon"}}, "ttl"),
    ],
)
async def test_what_is_no_wish_for_a_temporary_access_code(tenants: Tenants, body: Any, word: str) -> None:
    [tac] = [row["id"] for row in await got(tenants, "/authenticators") if row["key"] == "tac"]
    given = {"authenticatorId": tac, **body} if "profile" in body else body
    refused = await call(tenants, "POST", f"/users/{tenants.key(EVA)}/authenticator-enrollments/tac", given)
    assert (refused.status, refused.json["errorCode"], word in str(refused.json)) == (400, "E0000001", True)


async def test_a_leaver_has_no_temporary_access_code(tenants: Tenants) -> None:
    own = f"/users/{tenants.key(EVA)}/authenticator-enrollments"
    [tac] = [row["id"] for row in await got(tenants, "/authenticators") if row["key"] == "tac"]
    await call(tenants, "POST", f"{own}/tac", {"authenticatorId": tac})
    await call(tenants, "POST", f"/users/{tenants.key(EVA)}/lifecycle/deactivate")
    assert await got(tenants, own) == []
    refused = await call(tenants, "POST", f"{own}/tac", {"authenticatorId": tac})
    assert (refused.status, refused.json["errorCode"]) == (403, "E0000038")


async def app_named(tenants: Tenants, label: str) -> Any:
    return next(app for app in await got(tenants, "/apps") if app["label"] == label)


async def test_what_goes_to_an_app_is_what_the_app_says(tenants: Tenants) -> None:
    document, app = description("okta-management.json"), (await app_named(tenants, "Slack"))["id"]
    [feature] = await got(tenants, f"/apps/{app}/features")
    await of_the_schema(document, "UserProvisioningApplicationFeature", feature)
    assert feature["name"] == "USER_PROVISIONING"
    can = feature["capabilities"]
    assert can["create"] == {"lifecycleCreate": {"status": "ENABLED"}}
    assert (can["update"]["lifecycleDeactivate"], can["update"]["profile"]) == (
        {"status": "ENABLED"},
        {"status": "DISABLED"},
    )
    change = {
        "create": {"lifecycleCreate": {"status": "DISABLED"}},
        "update": {"password": {"status": "ENABLED", "seed": "OKTA", "change": "CHANGE"}},
    }
    changed = await call(tenants, "PUT", f"/apps/{app}/features/USER_PROVISIONING", change)
    assert changed.status == 200, changed.raw
    assert changed.json == await got(tenants, f"/apps/{app}/features/USER_PROVISIONING")
    assert changed.json["capabilities"]["create"]["lifecycleCreate"]["status"] == "DISABLED"
    assert changed.json["capabilities"]["update"]["lifecycleDeactivate"]["status"] == "ENABLED"
    assert changed.json["capabilities"]["update"]["password"] == change["update"]["password"]
    own = (await app_named(tenants, "Slack"))["features"]
    assert sorted(own) == ["GROUP_PUSH", "PUSH_PASSWORD_UPDATES", "PUSH_USER_DEACTIVATION"]
    assert (await got(tenants, f"/apps/{app}/connections/default"))["status"] == "ENABLED"


async def test_what_comes_from_an_app_is_a_feature_of_those_that_import(tenants: Tenants) -> None:
    document = description("okta-management.json")
    wanted = {"label": "HR", "signOnMode": "AUTO_LOGIN", "features": ["IMPORT_NEW_USERS", "PUSH_NEW_USERS"]}
    app = (await call(tenants, "POST", "/apps", wanted)).json["id"]
    assert [row["name"] for row in await got(tenants, f"/apps/{app}/features")] == [
        "USER_PROVISIONING",
        "INBOUND_PROVISIONING",
    ]
    rules = {"userCreateAndMatch": {"exactMatchCriteria": "USERNAME", "autoActivateNewUsers": True}}
    timed = {"schedule": {"status": "ENABLED", "fullImport": {"expression": "0 0 * * 0"}}}
    path = f"/apps/{app}/features/INBOUND_PROVISIONING"
    changed = await call(tenants, "PUT", path, {"importRules": rules, "importSettings": timed})
    await of_the_schema(document, "InboundProvisioningApplicationFeature", changed.json)
    held = (await got(tenants, path))["capabilities"]
    assert held["importRules"]["userCreateAndMatch"]["exactMatchCriteria"] == "USERNAME"
    assert held["importRules"]["userCreateAndMatch"]["allowPartialMatch"] is False
    assert held["importSettings"]["schedule"]["fullImport"] == {"expression": "0 0 * * 0"}


async def test_an_app_that_is_not_provisioned_has_no_features(tenants: Tenants) -> None:
    payroll, slack = (await app_named(tenants, "Payroll"))["id"], (await app_named(tenants, "Slack"))["id"]
    push = {"create": {"lifecycleCreate": {"status": "ENABLED"}}}
    for method, name, body in (
        ("GET", "", None),
        ("GET", "/USER_PROVISIONING", None),
        ("PUT", "/USER_PROVISIONING", push),
    ):
        refused = await call(tenants, method, f"/apps/{payroll}/features{name}", body)
        assert (refused.status, refused.json["errorCode"]) == (400, "E0000001")
        assert "Provisioning is not enabled for the app instance." in str(refused.json["errorCauses"])
    connected = {"profile": {"authScheme": "TOKEN", "token": "t"}}
    await call(tenants, "POST", f"/apps/{payroll}/connections/default?activate=true", connected)
    assert (await call(tenants, "PUT", f"/apps/{payroll}/features/USER_PROVISIONING", push)).status == 200
    assert (await app_named(tenants, "Payroll"))["features"] == ["PUSH_NEW_USERS"]
    for name in ("INBOUND_PROVISIONING", "TELEPATHY"):
        assert (await call(tenants, "GET", f"/apps/{slack}/features/{name}")).status == 404
    wrong = {"create": {"lifecycleCreate": {"status": "on"}}}
    assert (await call(tenants, "PUT", f"/apps/{slack}/features/USER_PROVISIONING", wrong)).status == 400
    await call(tenants, "POST", f"/apps/{slack}/connections/default/lifecycle/deactivate")
    assert (await call(tenants, "GET", f"/apps/{slack}/features")).status == 400


async def provider(tenants: Tenants, name: str, kind: str) -> str:
    wanted = {"name": name, "type": kind, "protocol": {"type": "OIDC"}, "policy": {"subject": {}}}
    return (await call(tenants, "POST", "/idps", wanted)).json["id"]


async def test_people_are_linked_to_identity_providers(tenants: Tenants) -> None:
    idp, saml = await provider(tenants, "Google", "GOOGLE"), await provider(tenants, "Partner", "SAML2")
    eva = await got(tenants, f"/users/{tenants.key(EVA)}")
    linked = await call(tenants, "POST", f"/idps/{idp}/users/{eva['id']}", {"externalId": "1099"})
    assert (linked.status, linked.json["id"], linked.json["externalId"]) == (200, eva["id"], "1099")
    assert [row["id"] for row in await got(tenants, f"/users/{eva['id']}/idps")] == [idp]
    assert [row["id"] for row in await got(tenants, f"/idps/{idp}/users")] == [eva["id"]]
    [shown] = await got(tenants, f"/idps/{idp}/users?expand=user")
    assert shown["_embedded"]["user"]["profile"]["login"] == EVA
    assert await got(tenants, f"/idps/{idp}/users?q=nobody") == []
    assert await got(tenants, f"/idps/{idp}/users/{eva['id']}") == linked.json
    assert (await call(tenants, "POST", f"/idps/{saml}/users/{eva['id']}", {"externalId": "1"})).status == 400
    assert (await call(tenants, "POST", f"/idps/{idp}/users/{eva['id']}", {})).status == 400
    taken = await call(tenants, "POST", f"/idps/{idp}/users/chidi.eze%40northwind.example", {"externalId": "1099"})
    assert taken.status == 400
    assert (await call(tenants, "DELETE", f"/idps/{idp}/users/{eva['id']}")).status == 204
    assert (await call(tenants, "DELETE", f"/idps/{idp}/users/{eva['id']}")).status == 404
    assert await got(tenants, f"/users/{eva['id']}/idps") == []
    await call(tenants, "POST", f"/idps/{idp}/users/{eva['id']}", {"externalId": "1099"})
    await call(tenants, "DELETE", f"/idps/{idp}")
    assert await got(tenants, f"/users/{eva['id']}/idps") == []


async def test_whoever_is_deleted_is_linked_to_nothing(tenants: Tenants) -> None:
    idp = await provider(tenants, "Google", "GOOGLE")
    await call(tenants, "POST", f"/idps/{idp}/users/{tenants.key(EVA)}", {"externalId": "1099"})
    for _ in range(2):
        await call(tenants, "DELETE", f"/users/{tenants.key(EVA)}")
    assert await got(tenants, f"/idps/{idp}/users") == []


@pytest.mark.parametrize(("query", "found"), [("qqb", 1), ("Eva", 1), ("hORV", 1), ("eva.hor", 1), ("orvat", 0)])
async def test_who_has_an_app_is_found_by_names_and_addresses(tenants: Tenants, query: str, found: int) -> None:
    app = (await app_named(tenants, "Status Dashboard"))["id"]
    user = (await got(tenants, f"/users/{tenants.key(EVA)}"))["id"]
    await call(tenants, "POST", f"/apps/{app}/users", {"id": user, "credentials": {"userName": "qqbee"}})
    rows = await got(tenants, f"/apps/{app}/users?q={query}")
    assert [row["id"] for row in rows if row["id"] == user] == [user] * found


async def test_groups_are_pushed_to_apps_that_take_them(tenants: Tenants) -> None:
    apps = {app["label"]: app["id"] for app in (await tenants.okta("GET", "/api/v1/apps")).json}
    [group] = (await tenants.okta("GET", "/api/v1/groups?q=Finance")).json
    body = {"sourceGroupId": group["id"], "targetGroupName": "Money"}
    refused = await tenants.okta("POST", f"/api/v1/apps/{apps['Expense Portal']}/group-push/mappings", json=body)
    assert (refused.status, refused.json["errorCode"]) == (400, "E0000001")
    taken = await tenants.okta("POST", f"/api/v1/apps/{apps['Slack']}/group-push/mappings", json=body)
    assert (taken.status, taken.json["sourceGroupId"]) == (201, group["id"])
