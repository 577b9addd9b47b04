"""Who proves a person of the pretend Okta org: the examples of createUser in Okta's description, and what follows."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Answer, Tenants
from support_specs import description

ISAAC = {"firstName": "Isaac", "lastName": "Brock", "email": "isaac@northwind.example"}
FEDERATED = {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}
HASH = {"algorithm": "BCRYPT", "workFactor": 10, "salt": "rwh3vH166HCH/NT9XV5FYu", "value": "qaMqvAPULkbiQzkTCWo5XDcvz"}
# what the examples are called in the description, and the query that they are meant for: by their text, or by what they
# answer; https://github.com/okta/okta-developer-docs has provider=true for the one with a provider
EXAMPLES = {
    "without credentials": "activate=false",
    "with recovery question": "activate=false",
    "with password": "activate=true",
    "with imported hashed password": "activate=true",
    "with password import inline hook": "activate=true",
    "with password and recovery question": "activate=false",
    "with authentication provider": "activate=true&provider=true",
    "in group": "activate=false",
    "with non-default user type": "activate=false",
}


async def made(tenants: Tenants, query: str, credentials: Any) -> Answer:
    body = {"profile": {**ISAAC, "login": "isaac@northwind.example"}, "credentials": credentials}
    return await tenants.okta("POST", f"/api/v1/users?{query}", json=body)


async def post(tenants: Tenants, path: str, body: Any = None) -> Answer:
    return await tenants.okta("POST", f"/api/v1/users/isaac@northwind.example{path}", json=body or {})


async def provider(tenants: Tenants) -> tuple[str, str]:
    user = (await tenants.okta("GET", "/api/v1/users/isaac@northwind.example")).json
    return user["status"], user["credentials"]["provider"]["type"]


@pytest.mark.parametrize("name", EXAMPLES)
async def test_people_are_made_as_the_examples_of_the_description_say(tenants: Tenants, name: str) -> None:
    document = description("okta-management.json")
    operation, kept = document["paths"]["/api/v1/users"]["post"], document["components"]["examples"]

    def example(of: Any) -> Any:
        found = of["content"]["application/json"]["examples"][f"Create user {name}"]
        return kept[found["$ref"].rpartition("/")[2]]["value"]

    body, expected = example(operation["requestBody"]), example(operation["responses"]["200"])
    if "groupIds" in body:
        groups = (await tenants.okta("GET", "/api/v1/groups?filter=type%20eq%20%22OKTA_GROUP%22")).json
        body = {**body, "groupIds": [group["id"] for group in groups[:2]]}
    if "type" in body:
        kind = {"name": "contractor", "displayName": "Contractor"}
        kind = (await tenants.okta("POST", "/api/v1/meta/types/user", json=kind)).json
        body, expected = {**body, "type": {"id": kind["id"]}}, {**expected, "type": {"id": kind["id"]}}
    answer = await tenants.okta("POST", f"/api/v1/users?{EXAMPLES[name]}", json=body)
    assert answer.status == 200, answer.raw
    user = answer.json
    question = body.get("credentials", {}).get("recovery_question", {}).get("question")
    credentials = {**expected["credentials"], **({"recovery_question": {"question": question}} if question else {})}
    assert (user["status"], user["credentials"]) == (expected["status"], credentials)
    assert (user["passwordChanged"] is None) == (expected["passwordChanged"] is None)
    assert user["profile"].items() >= body["profile"].items()
    assert user["type"]["id"] == expected.get("type", user["type"])["id"]
    held = [group["id"] for group in (await tenants.okta("GET", f"/api/v1/users/{user['id']}/groups")).json]
    assert set(held) >= set(body.get("groupIds", []))


def test_the_examples_are_all_that_there_are() -> None:
    found = description("okta-management.json")["paths"]["/api/v1/users"]["post"]["requestBody"]
    assert set(found["content"]["application/json"]["examples"]) == {f"Create user {name}" for name in EXAMPLES}


@pytest.mark.parametrize(
    ("query", "credentials", "status", "expected"),
    [
        ("activate=true&provider=true", FEDERATED, "ACTIVE", ("FEDERATION", "FEDERATION")),
        ("activate=false&provider=true", FEDERATED, "STAGED", ("FEDERATION", "FEDERATION")),
        ("provider=true", {"provider": {"type": "SOCIAL"}}, "ACTIVE", ("SOCIAL", "SOCIAL")),
        ("provider=true", {"provider": {"type": "OKTA", "name": "OKTA"}}, "PROVISIONED", ("OKTA", "OKTA")),
        (
            "provider=true",
            {"provider": {"type": "ACTIVE_DIRECTORY", "name": "corp.northwind.example"}},
            "PROVISIONED",
            ("ACTIVE_DIRECTORY", "corp.northwind.example"),
        ),
        ("provider=true", {"provider": {"type": "LDAP", "name": "ldap"}}, "PROVISIONED", ("LDAP", "ldap")),
        (
            "provider=true",
            {"provider": {"type": "IMPORT"}, "password": {"hash": HASH}},
            "ACTIVE",
            ("IMPORT", "IMPORT"),
        ),
        ("activate=false", {"password": {"hook": {"type": "default"}}}, "STAGED", ("IMPORT", "IMPORT")),
        # without provider=true nobody else is asked for
        ("activate=true", FEDERATED, "PROVISIONED", ("OKTA", "OKTA")),
    ],
)
async def test_the_provider_is_the_one_that_was_asked_for(
    tenants: Tenants, query: str, credentials: Any, status: str, expected: tuple[str, str]
) -> None:
    answer = await made(tenants, query, credentials)
    assert answer.status == 200, answer.raw
    shown = {"type": expected[0], "name": expected[1]}
    assert (answer.json["status"], answer.json["credentials"]["provider"]) == (status, shown)
    search = f"credentials.provider.type%20eq%20%22{expected[0]}%22%20and%20profile.lastName%20eq%20%22Brock%22"
    assert len((await tenants.okta("GET", f"/api/v1/users?search={search}")).json) == 1
    note = (await tenants.ledger())[-2]["note"]
    assert (note or "") == (
        "credentials.provider is for provider=true: FEDERATION was ignored, it is OKTA."
        if query == "activate=true"
        else ""
    )


@pytest.mark.parametrize(
    ("credentials", "named"),
    [
        ({"provider": {"type": "NOPE", "name": "NOPE"}}, "provider"),
        ({"provider": {"name": "FEDERATION"}}, "provider"),
        ({"provider": {"type": "LDAP"}}, "provider"),
        ({**FEDERATED, "password": {"value": "Tr0ub4dor&3"}}, "password"),
        ({**FEDERATED, "password": {"hash": HASH}}, "password"),
        ({**FEDERATED, "recovery_question": {"question": "Which town?", "answer": "Porto"}}, "recovery_question"),
        ({"password": {"hook": {"type": "own"}}}, "password"),
        ({"password": {"hash": {**HASH, "algorithm": "ROT13"}}}, "password"),
        ({"password": {"hash": {"algorithm": "MD5"}}}, "password"),
    ],
)
async def test_credentials_that_there_are_not_are_refused(tenants: Tenants, credentials: Any, named: str) -> None:
    answer = await made(tenants, "provider=true", credentials)
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000001")
    assert answer.json["errorSummary"] == f"Api validation failed: {named}"
    assert answer.json["errorCauses"][0]["errorSummary"].startswith(f"{named}: ")
    assert (await tenants.okta("GET", "/api/v1/users/isaac@northwind.example")).status == 404


async def test_a_change_leaves_the_provider_which_is_read_only(tenants: Tenants) -> None:
    await made(tenants, "", {})
    for method in ("POST", "PUT"):
        user = (await tenants.okta("GET", "/api/v1/users/isaac@northwind.example")).json
        body = {"profile": user["profile"], "credentials": FEDERATED}
        answer = await tenants.okta(method, f"/api/v1/users/{user['id']}", json=body)
        assert (answer.status, answer.json["credentials"]["provider"]["type"]) == (200, "OKTA")
        note = (await tenants.ledger())[-1]["note"]
        assert note == "credentials.provider is read-only: FEDERATION was ignored, it is OKTA."


async def test_a_hash_is_for_people_who_are_staged_and_a_password_in_clear_is_oktas_own(tenants: Tenants) -> None:
    await made(tenants, "activate=false", {})
    assert (await post(tenants, "", {"credentials": {"password": {"hash": HASH}}})).status == 200
    assert await provider(tenants) == ("STAGED", "IMPORT")
    assert (await post(tenants, "/lifecycle/activate")).status == 200
    assert await provider(tenants) == ("ACTIVE", "IMPORT")
    refused = await post(tenants, "", {"credentials": {"password": {"hash": HASH}}})
    assert (refused.status, refused.json["errorSummary"]) == (400, "Api validation failed: password")
    assert (await post(tenants, "", {"credentials": {"password": {"value": "Tr0ub4dor&3"}}})).status == 200
    assert await provider(tenants) == ("ACTIVE", "OKTA")


async def test_who_is_federated_has_no_password(tenants: Tenants) -> None:
    await made(tenants, "activate=false&provider=true", FEDERATED)
    assert (await post(tenants, "/lifecycle/activate?sendEmail=false")).status == 200
    assert await provider(tenants) == ("ACTIVE", "FEDERATION")
    password, question = {"value": "Tr0ub4dor&3"}, {"question": "Which town?", "answer": "Porto"}
    for path, body, status, code in (
        ("", {"credentials": {"password": password}}, 400, "E0000001"),
        ("", {"credentials": {"recovery_question": question}}, 400, "E0000001"),
        ("/credentials/change_password", {"oldPassword": password, "newPassword": password}, 403, "E0000035"),
        (
            "/credentials/change_recovery_question",
            {"password": password, "recovery_question": question},
            403,
            "E0000036",
        ),
        ("/credentials/forgot_password", None, 403, "E0000034"),
    ):
        answer = await post(tenants, path, body)
        assert (path, answer.status, answer.json["errorCode"]) == (path, status, code)
    for verb, status in (("suspend", "SUSPENDED"), ("unsuspend", "ACTIVE"), ("deactivate", "DEPROVISIONED")):
        assert (await post(tenants, f"/lifecycle/{verb}")).status == 200
        assert await provider(tenants) == (status, "FEDERATION")
    assert (await post(tenants, "/lifecycle/activate")).status == 200
    assert await provider(tenants) == ("ACTIVE", "FEDERATION")


async def test_resetting_the_password_converts_to_a_federated_user_and_back(tenants: Tenants) -> None:
    secret = {"password": {"value": "Tr0ub4dor&3"}, "recovery_question": {"question": "Which town?", "answer": "Porto"}}
    await made(tenants, "", secret)
    reset = "/lifecycle/reset_password?provider="
    for query in ("FEDERATION&sendEmail=true", "SOCIAL", "NOPE"):
        refused = await post(tenants, f"{reset}{query}")
        assert (refused.status, refused.json["errorCode"]) == (400, "E0000001")
    converted = await post(tenants, f"{reset}FEDERATION&sendEmail=false")
    assert (converted.status, converted.json) == (200, {})
    assert await provider(tenants) == ("ACTIVE", "FEDERATION")
    user = (await tenants.okta("GET", "/api/v1/users/isaac@northwind.example")).json
    assert user["credentials"] == FEDERATED
    back = await post(tenants, "/lifecycle/reset_password?sendEmail=false")
    assert (back.status, list(back.json)) == (200, ["resetPasswordUrl"])
    assert await provider(tenants) == ("PROVISIONED", "OKTA")
    assert (await post(tenants, "/lifecycle/reactivate?sendEmail=false")).status == 200


async def test_whoever_is_of_a_directory_is_not_unlocked_or_converted(tenants: Tenants) -> None:
    there = {"provider": {"type": "LDAP", "name": "ldap"}, "password": {"value": "Tr0ub4dor&3"}}
    assert (await made(tenants, "provider=true", there)).json["status"] == "ACTIVE"
    refused = await post(tenants, "/lifecycle/reset_password?provider=FEDERATION")
    words = "Api validation failed: Cannot convert user from LDAP to FEDERATION credential provider"
    assert (refused.status, refused.json["errorSummary"]) == (400, words)
    wrong = {"username": "isaac@northwind.example", "password": "wrong"}
    for _ in range(10):
        await tenants.okta("POST", "/api/v1/authn", json=wrong)
    assert await provider(tenants) == ("LOCKED_OUT", "LDAP")
    unlocked = await post(tenants, "/lifecycle/unlock")
    assert (unlocked.status, unlocked.json["errorCode"]) == (403, "E0000032")
