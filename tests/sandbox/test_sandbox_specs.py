"""The sandbox's answers against the vendors' machine-readable descriptions.

The descriptions are not part of the repository. They are looked for in ``shared/specs`` beside the checkout, or in
the folder that KEYTURN_VENDOR_SPECS names; without them these tests are skipped.
"""

from __future__ import annotations

import json

from support_sandbox import Tenants, hook_endpoint
from support_specs import complaints, description, google_complaints, openapi_validator, without_nulls

EVA = "eva.horvat@northwind.example"


async def test_okta_users(tenants: Tenants) -> None:
    validator = openapi_validator(description("okta-management.json"), "User")
    for user in (await tenants.okta("GET", "/api/v1/users")).json:
        assert complaints(validator, user) == []
    profile = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@x.example", "login": "ada@x.example"}
    created = await tenants.okta("POST", "/api/v1/users?activate=false", json={"profile": profile})
    assert complaints(validator, without_nulls(created.json)) == []


async def test_okta_log_events_and_hooks(tenants: Tenants) -> None:
    document = description("okta-management.json")
    async with hook_endpoint() as endpoint:
        await tenants.verified_hook(endpoint)
        await tenants.suspend(EVA)
        await tenants.deliveries()
        event = endpoint.received[0][1]["data"]["events"][0]
    log = (await tenants.okta("GET", "/api/v1/logs")).json
    validator = openapi_validator(document, "LogEvent")
    for each in [event, *log]:
        assert complaints(validator, without_nulls(each)) == []
    known = set(document["components"]["schemas"]["LogEvent"]["properties"])
    assert set(event) <= known
    hooks = (await tenants.okta("GET", "/api/v1/eventHooks")).json
    assert complaints(openapi_validator(document, "EventHook"), without_nulls(hooks[0])) == []


async def test_okta_errors(tenants: Tenants) -> None:
    validator = openapi_validator(description("okta-management.json"), "Error")
    for path in ("/api/v1/users/nobody", "/api/v1/users?limit=x", "/api/v1/nothing"):
        assert complaints(validator, (await tenants.okta("GET", path)).json) == []


async def test_okta_event_types_can_be_delivered(tenants: Tenants) -> None:
    known = json.dumps(description("okta-event-types.json"))
    user = f"/api/v1/users/{tenants.key(EVA)}"
    await tenants.suspend(EVA)
    await tenants.okta("POST", f"{user}/lifecycle/unsuspend")
    await tenants.okta("DELETE", f"{user}/sessions")
    await tenants.okta("POST", f"{user}/lifecycle/deactivate")
    types = [row["eventType"] for row in (await tenants.okta("GET", "/api/v1/logs")).json]
    assert len(types) == 4
    assert [name for name in types if f'"{name}"' not in known] == []


async def test_graph_users_and_errors(tenants: Tenants) -> None:
    document = description("graph-v1.json")
    validator = openapi_validator(document, "microsoft.graph.user")
    for user in (await tenants.graph("GET", "/v1.0/users")).json["value"]:
        assert complaints(validator, user) == []
    chosen = "id,accountEnabled,userType,createdDateTime,signInSessionsValidFromDateTime,department"
    one = await tenants.graph("GET", f"/v1.0/users/{tenants.key(EVA)}?$select={chosen}")
    assert complaints(validator, one.json) == []
    refused = (await tenants.graph("GET", "/v1.0/users/nobody")).json
    assert complaints(openapi_validator(document, "ODataError"), refused) == []
    assert complaints(validator, {**one.json, "accountEnabled": "yes"}) != []


async def test_graph_messages(tenants: Tenants) -> None:
    document = description("graph-v1.json")
    validator = openapi_validator(document, "microsoft.graph.message")
    body = {"message": {"subject": "x", "toRecipients": [{"emailAddress": {"address": EVA}}]}}
    for content in ({}, {"body": {"contentType": "HTML", "content": "<p>x</p>"}, "importance": "high"}):
        sent = await tenants.graph(
            "POST", f"/v1.0/users/{tenants.key(EVA)}/sendMail", json={"message": body["message"] | content}
        )
        assert str(sent.status) in document["paths"]["/users/{user-id}/sendMail"]["post"]["responses"]
    listed = (await tenants.graph("GET", f"/v1.0/users/{tenants.key(EVA)}/messages")).json["value"]
    assert len(listed) == 4
    for message in listed:
        assert complaints(validator, message) == []
    assert complaints(validator, {**listed[0], "subject": 5}) != []


async def test_google_users(tenants: Tenants) -> None:
    schemas = description("google-directory-v1.json")["schemas"]
    suspended = await tenants.google("PUT", f"/admin/directory/v1/users/{tenants.key(EVA)}", json={"suspended": True})
    listed = await tenants.google("GET", "/admin/directory/v1/users?customer=my_customer")
    assert list(google_complaints(schemas, "User", suspended.json)) == []
    assert list(google_complaints(schemas, "Users", listed.json)) == []
    tokens = await tenants.google("GET", f"/admin/directory/v1/users/{tenants.key(EVA)}/tokens")
    assert tokens.json["items"]
    assert list(google_complaints(schemas, "Tokens", tokens.json)) == []
