"""Okta event hooks of the sandbox: verification, delivery, retry."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import web
from support_sandbox import Tenants, hook_endpoint

EVA = "eva.horvat@northwind.example"


async def test_a_hook_is_registered_unverified_and_never_shows_its_secret(tenants: Tenants) -> None:
    created = await tenants.hook("http://127.0.0.1:9/hook")
    assert (created.status, created.json["status"]) == (200, "ACTIVE")
    assert created.json["verificationStatus"] == "UNVERIFIED"
    one = await tenants.okta("GET", f"/api/v1/eventHooks/{created.json['id']}")
    every = await tenants.okta("GET", "/api/v1/eventHooks")
    assert every.json == [one.json]
    assert b"hook-secret" not in created.raw + one.raw + every.raw


async def test_the_challenge_is_sent_by_get_with_the_auth_header_and_verifies(tenants: Tenants) -> None:
    async with hook_endpoint() as endpoint:
        hook = await tenants.hook(endpoint.uri)
        path = f"/api/v1/eventHooks/{hook.json['id']}"
        answer = await tenants.okta("POST", f"{path}/lifecycle/verify")
        assert (answer.status, answer.json["verificationStatus"]) == (200, "VERIFIED")
        assert len(endpoint.challenges) == 1
        assert (await tenants.okta("GET", path)).json["verificationStatus"] == "VERIFIED"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda value: web.json_response({"verification": value + "x"}),
        lambda value: web.json_response({"other": value}),
        lambda value: web.Response(text=value),
        lambda value: web.json_response({"verification": value}, status=201),
        lambda value: web.Response(status=500),
        lambda value: web.Response(status=599),  # never answers
    ],
    ids=["wrong value", "wrong field", "not JSON", "wrong status", "failing", "silent"],
)
async def test_a_challenge_that_is_not_met_is_repeated_once_and_refused(tenants: Tenants, wrong: Any) -> None:
    async with hook_endpoint() as endpoint:
        endpoint.challenge = wrong
        hook = await tenants.hook(endpoint.uri)
        answer = await tenants.okta("POST", f"/api/v1/eventHooks/{hook.json['id']}/lifecycle/verify")
        assert (answer.status, answer.json["errorCode"]) == (400, "E0000001")
        assert len(endpoint.challenges) == 2
        shown = await tenants.okta("GET", f"/api/v1/eventHooks/{hook.json['id']}")
        assert shown.json["verificationStatus"] == "UNVERIFIED"


async def test_verification_of_an_unreachable_endpoint_is_refused(tenants: Tenants) -> None:
    hook = await tenants.hook("http://127.0.0.1:1/hook")
    answer = await tenants.okta("POST", f"/api/v1/eventHooks/{hook.json['id']}/lifecycle/verify")
    assert answer.status == 400
    assert answer.json["errorCauses"]


async def test_a_suspension_is_delivered_in_full_shape(tenants: Tenants) -> None:
    async with hook_endpoint() as endpoint:
        hook_id = await tenants.verified_hook(endpoint)
        await tenants.suspend(EVA)
        deliveries = await tenants.deliveries()
        assert [(row["attempt"], row["status"]) for row in deliveries] == [(1, 204)]
        headers, envelope = endpoint.received[0]
        assert headers["Authorization"] == "hook-secret"
        assert headers["X-Extra"] == "more"
        assert headers["Content-Type"] == "application/json"
        event = envelope["data"]["events"][0]
        assert envelope["eventType"] == "com.okta.event_hook"
        assert envelope["source"].endswith(f"/api/v1/eventHooks/{hook_id}")
        assert (event["eventType"], event["outcome"]["result"]) == ("user.lifecycle.suspend", "SUCCESS")
        target = event["target"][0]
        assert (target["type"], target["alternateId"]) == ("User", EVA)
        assert event["debugContext"]["debugData"]["eventHookId"] == hook_id
        log = await tenants.okta("GET", "/api/v1/logs")
        logged = [row for row in log.json if row["eventType"] == "user.lifecycle.suspend"]
        assert [row["uuid"] for row in logged] == [event["uuid"]]


@pytest.mark.parametrize(
    ("answers", "statuses"),
    [([500], [500, 204]), ([503, 502], [503, 502]), ([400], [400]), ([302], [302]), ([0], [None, 204])],
    ids=["one failure", "two failures", "refused", "redirected", "silent"],
)
async def test_one_retry_after_a_failure_and_none_after_a_refusal(
    tenants: Tenants, answers: list[int], statuses: list[int | None]
) -> None:
    async with hook_endpoint() as endpoint:
        await tenants.verified_hook(endpoint)
        endpoint.answers = list(answers)
        await tenants.suspend(EVA)
        deliveries = await tenants.deliveries()
        assert [row["status"] for row in deliveries] == statuses
        assert len({row["event_id"] for row in deliveries}) == 1
        assert len({body["eventId"] for _, body in endpoint.received}) == 1


async def test_a_failed_delivery_is_in_the_system_log(tenants: Tenants) -> None:
    async with hook_endpoint() as endpoint:
        hook_id = await tenants.verified_hook(endpoint)
        endpoint.answers = [400]
        await tenants.suspend(EVA)
        await tenants.deliveries()
        log = (await tenants.okta("GET", "/api/v1/logs")).json
        failed = [row for row in log if row["eventType"] == "event_hook.delivery"]
        assert [row["target"][0]["id"] for row in failed] == [hook_id]
        assert failed[0]["outcome"] == {"result": "FAILURE", "reason": "answered with status 400"}


async def test_only_active_verified_and_subscribed_hooks_are_delivered_to(tenants: Tenants) -> None:
    async with hook_endpoint() as endpoint:
        await tenants.hook(endpoint.uri)  # never verified
        paused = await tenants.verified_hook(endpoint)
        await tenants.okta("POST", f"/api/v1/eventHooks/{paused}/lifecycle/deactivate")
        await tenants.suspend(EVA)
        assert await tenants.deliveries() == []
        await tenants.okta("POST", f"/api/v1/eventHooks/{paused}/lifecycle/activate")
        await tenants.okta("POST", f"/api/v1/users/{tenants.key(EVA)}/lifecycle/unsuspend")  # not subscribed
        assert await tenants.deliveries() == []
        await tenants.suspend(EVA)
        assert [row["hook_id"] for row in await tenants.deliveries()] == [paused]


async def test_an_active_hook_is_deleted_only_after_deactivation(tenants: Tenants) -> None:
    hook = await tenants.hook("http://127.0.0.1:9/hook")
    path = f"/api/v1/eventHooks/{hook.json['id']}"
    assert (await tenants.okta("DELETE", path)).status == 400
    assert (await tenants.okta("POST", f"{path}/lifecycle/deactivate")).json["status"] == "INACTIVE"
    assert (await tenants.okta("DELETE", path)).status == 204
    assert (await tenants.okta("GET", path)).status == 404


@pytest.mark.parametrize("uri", ["", "ftp://x.example/", "http://", "http://[::1", "/path", "http://x:99999/"])
async def test_a_hook_needs_an_address_that_can_be_called(tenants: Tenants, uri: str) -> None:
    answer = await tenants.hook(uri)
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000001")


FILTER = "event.target.?[type eq 'UserGroup'].size()>0 && event.target.?[displayName eq 'Finance'].size()>0"


def filtered(expression: str, event: str = "group.user_membership.add") -> dict[str, Any]:
    rows = [{"event": event, "condition": {"expression": expression}}]
    subscribed = {"type": "EVENT_TYPE", "items": ["group.user_membership.add"]}
    return {**subscribed, "filter": {"type": "EXPRESSION_LANGUAGE", "eventFilterMap": rows}}


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        (FILTER, ["Finance"]),
        ("event.target.?[displayName eq 'Finance' || displayName == \"Sales\"].size() ge 1", ["Finance", "Sales"]),
        ("!(event.target.?[displayName eq 'Finance'].size() > 0)", ["Sales"]),
        ("event.target.?[type eq 'UserGroup' and displayName ne 'Finance'].size() == 1", ["Sales"]),
        ("event.outcome.result eq 'FAILURE'", []),
    ],
)
async def test_a_hook_is_told_of_what_its_filter_lets_pass(tenants: Tenants, expression: str, told: list[str]) -> None:
    async with hook_endpoint() as endpoint:
        hook = await tenants.hook(endpoint.uri, events=filtered(expression))
        [shown] = hook.json["events"]["filter"]["eventFilterMap"]
        assert shown["condition"]["expression"] == expression
        path = f"/api/v1/eventHooks/{hook.json['id']}"
        assert (await tenants.okta("POST", f"{path}/lifecycle/verify")).status == 200
        user = (await tenants.okta("GET", f"/api/v1/users/{EVA}")).json["id"]
        for name in ("Finance", "Sales"):
            groups = (await tenants.okta("GET", f"/api/v1/groups?q={name}")).json
            group = next(row["id"] for row in groups if row["profile"]["name"] == name)
            await tenants.okta("DELETE", f"/api/v1/groups/{group}/users/{user}")
            assert (await tenants.okta("PUT", f"/api/v1/groups/{group}/users/{user}")).status == 204
        await tenants.deliveries()
        targets = [body["data"]["events"][0]["target"] for _, body in endpoint.received]
        named = [each["displayName"] for target in targets for each in target if each["type"] == "UserGroup"]
        assert sorted(named) == told


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (filtered("event.target.?[type eq"), "Invalid expression"),
        (filtered("target eq 'x'"), "Invalid expression"),
        (filtered(FILTER, "user.lifecycle.suspend"), "is no event type that the hook is subscribed to"),
        ({"type": "EVENT_TYPE", "items": ["user.lifecycle.bogus"]}, "Invalid event type specified"),
        ({"type": "EVENT_TYPE", "items": ["event_hook.delivery"]}, "Invalid event type specified"),
    ],
    ids=["broken", "no event", "not subscribed", "unknown", "not for hooks"],
)
async def test_a_hook_that_could_never_be_told_is_refused(tenants: Tenants, events: Any, said: str) -> None:
    answer = await tenants.hook("http://127.0.0.1:9/hook", events=events)
    assert (answer.status, answer.json["errorCode"]) == (400, "E0000001")
    assert said in answer.json["errorCauses"][0]["errorSummary"]
    assert (await tenants.okta("GET", "/api/v1/eventHooks")).json == []
