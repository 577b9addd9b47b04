"""Lifecycle workflows and access reviews of the pretend Microsoft 365 tenant."""

from __future__ import annotations

from typing import Any

import pytest
from support_graph import call
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
WORKFLOWS = "/identityGovernance/lifecycleWorkflows/workflows"
REVIEWS = "/identityGovernance/accessReviews/definitions"
LEAVER: dict[str, Any] = {
    "displayName": "Last day",
    "category": "leaver",
    "executionConditions": {
        "@odata.type": "#microsoft.graph.identityGovernance.triggerAndScopeBasedConditions",
        "scope": {"@odata.type": "#microsoft.graph.identityGovernance.ruleBasedSubjectSet", "rule": "(x)"},
    },
    "tasks": [{"displayName": "Disable", "taskDefinitionId": "1dfdfcc7-52fa-4c2e-bf3a-e3919cc12950", "arguments": []}],
}


async def test_a_workflow_is_made_and_run_for_somebody(tenants: Tenants) -> None:
    made = await call(tenants, "POST", WORKFLOWS, LEAVER)
    assert (made.status, made.json["isEnabled"], made.json["version"]) == (201, True, 1)
    one = f"{WORKFLOWS}/{made.json['id']}"
    listed = await call(tenants, "GET", f"{WORKFLOWS}?$filter=category%20eq%20'leaver'&$select=id,displayName")
    assert [row["displayName"] for row in listed.json["value"]] == ["Last day"]
    eva = (await call(tenants, "GET", f"/users/{EVA}")).json["id"]
    subjects = {"subjects": [{"id": eva}]}
    run = await call(tenants, "POST", f"{one}/microsoft.graph.identityGovernance.activate", subjects)
    assert run.status == 204
    [told] = (await call(tenants, "GET", f"{one}/runs")).json["value"]
    assert (told["processingStatus"], told["successfulUsersCount"]) == ("completed", 1)
    [result] = (await call(tenants, "GET", f"{one}/runs/{told['id']}/userProcessingResults")).json["value"]
    assert result["subject"] == {"id": eva}
    assert (await call(tenants, "PATCH", one, {"tasks": []})).status == 400
    version = await call(
        tenants,
        "POST",
        f"{one}/microsoft.graph.identityGovernance.createNewVersion",
        {"workflow": {"displayName": "Last hour"}},
    )
    assert (version.json["version"], version.json["displayName"]) == (2, "Last hour")
    assert (await call(tenants, "PATCH", one, {"isEnabled": False})).status == 204
    assert (await call(tenants, "POST", f"{one}/microsoft.graph.identityGovernance.activate", subjects)).status == 400
    assert (await call(tenants, "DELETE", one)).status == 204
    assert (await call(tenants, "GET", one)).status == 404


@pytest.mark.parametrize(
    "change",
    [{"category": "guest"}, {"tasks": []}, {"tasks": [{}]}, {"executionConditions": None}, {"displayName": ""}],
)
async def test_a_workflow_that_lacks_something_is_refused(tenants: Tenants, change: Any) -> None:
    assert (await call(tenants, "POST", WORKFLOWS, {**LEAVER, **change})).status == 400


async def test_who_is_denied_in_a_review_leaves_the_group(tenants: Tenants) -> None:
    groups = (await call(tenants, "GET", "/groups?$filter=displayName%20eq%20'Finance'")).json["value"]
    group = groups[0]["id"]
    scope = {"query": f"/groups/{group}/transitiveMembers", "queryType": "MicrosoftGraph"}
    body = {"displayName": "Who is still in Finance", "scope": scope, "settings": {"instanceDurationInDays": 3}}
    made = await call(tenants, "POST", REVIEWS, body)
    assert (made.status, made.json["status"]) == (201, "InProgress")
    one = f"{REVIEWS}/{made.json['id']}"
    assert (await call(tenants, "PUT", one, {**body, "displayName": "Finance"})).status == 204
    assert (await call(tenants, "GET", one)).json["displayName"] == "Finance"
    [instance] = (await call(tenants, "GET", f"{one}/instances")).json["value"]
    way = f"{one}/instances/{instance['id']}"
    members = (await call(tenants, "GET", f"/groups/{group}/members")).json["value"]
    decisions = (await call(tenants, "GET", f"{way}/decisions")).json["value"]
    assert [row["principal"]["id"] for row in decisions] == [row["id"] for row in members]
    denied = {"decision": "Deny", "justification": "Left."}
    assert (await call(tenants, "PATCH", f"{way}/decisions/{decisions[0]['id']}", denied)).status == 204
    assert (await call(tenants, "PATCH", f"{way}/decisions/{decisions[0]['id']}", {"decision": "No"})).status == 400
    assert (await call(tenants, "POST", f"{way}/applyDecisions")).status == 400
    assert (await call(tenants, "POST", f"{one}/stop")).status == 204
    assert (await call(tenants, "POST", f"{way}/applyDecisions")).status == 204
    left = (await call(tenants, "GET", f"/groups/{group}/members")).json["value"]
    assert [row["id"] for row in left] == [row["id"] for row in members[1:]]
    assert (await call(tenants, "DELETE", one)).status == 204
    assert (await call(tenants, "GET", REVIEWS)).json["value"] == []
    assert (await call(tenants, "POST", REVIEWS, {"displayName": "x"})).status == 400
