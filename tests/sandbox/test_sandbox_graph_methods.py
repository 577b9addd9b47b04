"""How people of the pretend Microsoft 365 tenant prove themselves, and the policy of that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support_sandbox import Tenants
from test_sandbox_graph_directory import call, get

EVA, FINN = "eva.horvat@northwind.example", "finn.murphy@northwind.example"


async def test_sign_in_methods(tenants: Tenants) -> None:
    user = f"/users/{tenants.key(EVA)}/authentication"
    kinds = {row["@odata.type"].rpartition(".")[2] for row in (await get(tenants, f"{user}/methods"))["value"]}
    assert "passwordAuthenticationMethod" in kinds
    phone = (await get(tenants, f"{user}/phoneMethods"))["value"][0]["id"]
    assert [(await call(tenants, "DELETE", f"{user}/phoneMethods/{phone}")).status for _ in range(2)] == [204, 404]
    added = await call(tenants, "POST", f"{user}/phoneMethods", {"phoneNumber": "+1 5550100", "phoneType": "mobile"})
    assert (added.status, added.json["id"]) == (201, phone)
    again = await call(tenants, "POST", f"{user}/phoneMethods", {"phoneNumber": "+1 5550101", "phoneType": "mobile"})
    assert (again.status, "of the type mobile" in again.json["error"]["message"]) == (400, True)
    for kind, key in (("alternateMobile", "b6332ec1"), ("office", "e37fc753")):
        added = await call(tenants, "POST", f"{user}/phoneMethods", {"phoneNumber": "+1 5550102", "phoneType": kind})
        assert (added.status, added.json["id"][:8]) == (201, key)
    moved = await call(tenants, "PATCH", f"{user}/phoneMethods/{added.json['id']}", {"phoneType": "mobile"})
    assert moved.status == 400
    assert (await call(tenants, "POST", f"{user}/phoneMethods", {"phoneNumber": "+1 5550103"})).status == 400
    issued = await call(tenants, "POST", f"{user}/temporaryAccessPassMethods", {"isUsableOnce": True})
    assert len(issued.json["temporaryAccessPass"]) == 8
    kept = (await get(tenants, f"{user}/temporaryAccessPassMethods"))["value"][0]
    assert "temporaryAccessPass" not in kept
    password = "28c10230-6103-485e-b985-444c60001490"
    reset = await call(tenants, "POST", f"{user}/methods/{password}/resetPassword", {})
    assert (reset.status, bool(reset.json["newPassword"]), "Location" in reset.headers) == (202, True, True)


POLICY = "/policies/authenticationMethodsPolicy"
CONFIGURATION = f"{POLICY}/authenticationMethodConfigurations/TemporaryAccessPass"


@pytest.mark.parametrize(
    ("starts", "usable"),
    [
        (timedelta(), (True, "EnabledByPolicy")),
        (timedelta(minutes=-59), (True, "EnabledByPolicy")),
        (timedelta(days=365), (False, "NotYetValid")),
        (timedelta(minutes=-61), (False, "Expired")),
    ],
)
async def test_a_pass_can_be_used_in_its_time(tenants: Tenants, starts: timedelta, usable: tuple[bool, str]) -> None:
    passes = f"/users/{tenants.key(EVA)}/authentication/temporaryAccessPassMethods"
    body = {"lifetimeInMinutes": 60, "startDateTime": (datetime.now(UTC) + starts).isoformat()}
    issued = (await call(tenants, "POST", passes, body)).json
    [kept] = (await get(tenants, passes))["value"]
    one = await get(tenants, f"{passes}/{issued['id']}")
    assert [(row["isUsable"], row["methodUsabilityReason"]) for row in (issued, kept, one)] == [usable] * 3
    another = await call(tenants, "POST", passes, {})
    assert another.status == (201 if usable[1] == "Expired" else 400)
    assert len((await get(tenants, passes))["value"]) == 1


async def test_the_policy_says_by_which_methods_people_prove_themselves(tenants: Tenants) -> None:
    passes = f"/users/{tenants.key(EVA)}/authentication/temporaryAccessPassMethods"
    assert (await call(tenants, "POST", passes, {})).status == 201
    kind = {"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration"}
    shown = await get(tenants, CONFIGURATION)
    assert (shown["id"], shown["state"], shown["maximumLifetimeInMinutes"]) == (
        "TemporaryAccessPass",
        "enabled",
        43_200,
    )
    assert kind.items() <= shown.items()
    for body in ({"state": "disabled"}, {**kind, "state": "off"}, {**kind, "isUsableOnce": "no"}, {**kind, "nope": 1}):
        assert (await call(tenants, "PATCH", CONFIGURATION, body)).status == 400
    assert (await call(tenants, "PATCH", CONFIGURATION, {**kind, "state": "disabled"})).status == 204
    listed = (await get(tenants, POLICY))["authenticationMethodConfigurations"]
    assert listed == (await get(tenants, f"{POLICY}/authenticationMethodConfigurations"))["value"]
    assert {row["id"]: row["state"] for row in listed}["TemporaryAccessPass"] == "disabled"
    [kept] = (await get(tenants, passes))["value"]
    assert (kept["isUsable"], kept["methodUsabilityReason"]) == (False, "DisabledByPolicy")
    refused = await call(tenants, "POST", passes.replace(tenants.key(EVA), tenants.key(FINN)), {})
    assert refused.status == 400
    assert (await call(tenants, "PATCH", POLICY, {"reconfirmationInDays": 7})).status == 204
    assert (await get(tenants, POLICY))["reconfirmationInDays"] == 7
    assert (await call(tenants, "GET", f"{POLICY}/authenticationMethodConfigurations/Nothing")).status == 404
