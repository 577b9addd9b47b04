"""What the pretend Microsoft 365 tenant finds objects of the directory by, and what it refuses, as Microsoft says."""

from __future__ import annotations

from typing import Any

import pytest
from support_filters import FILTERS, filters
from support_sandbox import Answer, Tenants
from support_shapes import written_shapes
from support_specs import folder
from yarl import URL

EVA = "eva.horvat@northwind.example"
EVENTUAL = {"ConsistencyLevel": "eventual"}


async def found(tenants: Tenants, place: str, text: str, *, advanced: bool = True) -> Answer:
    more: dict[str, Any] = {"headers": EVENTUAL} if advanced else {}
    query = f"$filter={text}" + ("&$count=true" if advanced else "")
    return await tenants.graph("GET", str(URL(f"/v1.0/{place}?{query}").update_query({})), **more)


@pytest.mark.parametrize(
    ("place", "text", "name", "of"),
    [
        ("users", "contains(displayName,'eva')", "displayName", "User"),
        ("users", "contains(userPrincipalName,'eva')", "userPrincipalName", "User"),
        ("users", "endswith(displayName,'a')", "displayName", "User"),
        ("users", "aboutMe eq 'x'", "aboutMe", "User"),
        ("users", "skills/any(s:s eq 'x')", "skills", "User"),
        ("users", "accountEnabled eq true and (displayName eq 'x' or city gt 'x')", "city", "User"),
        ("users", "employeeHireDate eq null", "employeeHireDate", "User"),
        ("users", "assignedLicenses/$count eq 2", "assignedLicenses", "User"),
        ("users", "not(identities/any(i:i/issuer eq 'x'))", "identities", "User"),
        ("users", "proxyAddresses/any(p:contains(p,'eva'))", "proxyAddresses", "User"),
        ("groups", "contains(displayName,'Fin')", "displayName", "Group"),
        ("groups", "createdDateTime ge 2020-01-01T00:00:00Z", "createdDateTime", "Group"),
        ("devices", "contains(displayName,'a')", "displayName", "Device"),
        ("devices", "model eq 'x'", "model", "Device"),
        ("applications", "contains(displayName,'a')", "displayName", "Application"),
        ("servicePrincipals", "contains(displayName,'a')", "displayName", "ServicePrincipal"),
        ("directoryRoles", "startswith(displayName,'a')", "displayName", "DirectoryRole"),
        ("directory/administrativeUnits", "contains(displayName,'a')", "displayName", "AdministrativeUnit"),
        (f"users/{EVA}/memberOf", "contains(displayName,'a')", "displayName", "DirectoryObject"),
        (f"users/{EVA}/memberOf/graph.group", "contains(displayName,'a')", "displayName", "Group"),
    ],
)
@pytest.mark.parametrize("advanced", [True, False])
async def test_what_microsoft_cannot_filter_by_is_refused(
    tenants: Tenants, place: str, text: str, name: str, of: str, advanced: bool
) -> None:
    answer = await found(tenants, place, text, advanced=advanced)
    said = f"Unsupported or invalid query filter clause specified for property '{name}' of resource '{of}'."
    assert (answer.status, answer.json["error"]["code"]) == (400, "Request_UnsupportedQuery"), answer.raw
    assert answer.json["error"]["message"] == said


@pytest.mark.parametrize(
    ("place", "text", "plainly"),
    [
        ("users", "startswith(displayName,'Eva')", True),
        ("users", "displayName in ('Eva Horvat', 'x')", True),
        ("users", "createdDateTime ge 2020-01-01T00:00:00Z", True),
        ("users", "mail eq null", False),
        ("users", "mail ne null", False),
        ("users", "not(department eq 'x')", False),
        ("users", "endswith(userPrincipalName,'northwind.example')", False),
        ("users", "proxyAddresses/any(p:endswith(p,'northwind.example'))", False),
        ("users", "assignedLicenses/$count ne 0", False),
        ("users", "passwordPolicies ne 'DisablePasswordExpiration'", False),
        ("users", "isResourceAccount eq true", True),
        ("groups", "groupTypes/any(c:c eq 'Unified')", True),
        ("groups", "not(groupTypes/any(c:c eq 'Unified'))", False),
        ("groups", "startswith(mail,'s')", True),
        ("devices", "accountEnabled eq false", True),
        ("applications", "appId eq 'x'", True),
        ("servicePrincipals", "servicePrincipalType eq 'Application'", True),
        ("directoryRoles", "roleTemplateId eq 'x'", True),
        (f"users/{EVA}/memberOf", "startswith(displayName,'a')", True),
    ],
)
async def test_what_microsoft_filters_by_is_taken(tenants: Tenants, place: str, text: str, plainly: bool) -> None:
    answer = await found(tenants, place, text)
    assert answer.status == 200, answer.raw
    answer = await found(tenants, place, text, advanced=False)
    assert answer.status == (200 if plainly else 400), answer.raw
    assert plainly or "ConsistencyLevel" in answer.json["error"]["message"]


async def test_what_stands_behind_the_directory_knows_contains(tenants: Tenants) -> None:
    for place, text in (
        (f"users/{EVA}/messages", "contains(subject,'x')"),
        ("deviceManagement/managedDevices", "contains(deviceName,'x')"),
    ):
        answer = await found(tenants, place, text, advanced=False)
        assert answer.status == 200, answer.raw


def test_the_filters_are_those_of_the_description() -> None:
    specs = folder()
    if not specs.is_dir():
        pytest.skip(f"the vendors' descriptions are not in {specs}")
    assert FILTERS.read_text(encoding="utf-8") == written_shapes(filters(specs))
