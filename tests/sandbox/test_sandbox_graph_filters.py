"""What the pretend Microsoft 365 tenant finds objects of the directory by, and what it refuses, as Microsoft says."""

from __future__ import annotations

from typing import Any

import pytest
from support_filters import FILTER_TYPES, FILTERS, filter_types, filters
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


LICENCE = "00000000-0000-0000-0000-000000000000"
SOME_DAY = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("place", "text", "types", "kind"),
    [
        ("users", "accountEnabled eq 'true'", "'Edm.Boolean' and 'Edm.String'", "Equal"),
        ("users", "accountEnabled ne 'false'", "'Edm.Boolean' and 'Edm.String'", "NotEqual"),
        ("users", "accountEnabled eq 1", "'Edm.Boolean' and 'Edm.Int32'", "Equal"),
        ("users", "displayName eq 'x' or not(accountEnabled eq 'true')", "'Edm.Boolean' and 'Edm.String'", "Equal"),
        ("users", "createdDateTime ge '2020-01-01'", "'Edm.DateTimeOffset' and 'Edm.String'", "GreaterThanOrEqual"),
        ("users", f"createdDateTime le '{SOME_DAY}'", "'Edm.DateTimeOffset' and 'Edm.String'", "LessThanOrEqual"),
        ("users", "department eq 7", "'Edm.String' and 'Edm.Int32'", "Equal"),
        ("users", "department eq 7.5", "'Edm.String' and 'Edm.Double'", "Equal"),
        ("users", "department eq true", "'Edm.String' and 'Edm.Boolean'", "Equal"),
        ("users", f"id eq {LICENCE}", "'Edm.String' and 'Edm.Guid'", "Equal"),
        ("users", f"assignedLicenses/any(x:x/skuId eq '{LICENCE}')", "'Edm.Guid' and 'Edm.String'", "Equal"),
        ("users", "assignedLicenses/$count eq '0'", "'Edm.Int32' and 'Edm.String'", "Equal"),
        ("users", "proxyAddresses/any(p:p eq 7)", "'Edm.String' and 'Edm.Int32'", "Equal"),
        ("users", "onPremisesExtensionAttributes/extensionAttribute1 eq 7", "'Edm.String' and 'Edm.Int32'", "Equal"),
        ("groups", "securityEnabled eq 1", "'Edm.Boolean' and 'Edm.Int32'", "Equal"),
        ("groups", "mailEnabled eq 'false'", "'Edm.Boolean' and 'Edm.String'", "Equal"),
        ("devices", "accountEnabled eq 'false'", "'Edm.Boolean' and 'Edm.String'", "Equal"),
        ("applications", f"appId eq {LICENCE}", "'Edm.String' and 'Edm.Guid'", "Equal"),
        ("servicePrincipals", f"appId eq {LICENCE}", "'Edm.String' and 'Edm.Guid'", "Equal"),
        ("auditLogs/signIns", "createdDateTime lt '2020'", "'Edm.DateTimeOffset' and 'Edm.String'", "LessThan"),
        ("deviceManagement/managedDevices", f"id eq {LICENCE}", "'Edm.String' and 'Edm.Guid'", "Equal"),
        (f"users/{EVA}/appRoleAssignments", f"resourceId eq '{LICENCE}'", "'Edm.Guid' and 'Edm.String'", "Equal"),
        (f"users/{EVA}/memberOf", "securityEnabled eq 'true'", "'Edm.Boolean' and 'Edm.String'", "Equal"),
    ],
)
async def test_a_value_of_another_type_than_the_property_is_refused(
    tenants: Tenants, place: str, text: str, types: str, kind: str
) -> None:
    for advanced in (True, False):
        answer = await found(tenants, place, text, advanced=advanced)
        assert (answer.status, answer.json["error"]["code"]) == (400, "BadRequest"), answer.raw
        told = "Invalid filter clause: A binary operator with incompatible types was detected. Found operand types"
        assert answer.json["error"]["message"] == f"{told} {types} for operator kind '{kind}'."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("accountEnabled in ('true')", "Cannot convert the literal 'true' to the expected type 'Edm.Boolean'."),
        ("displayName in ('x', 7)", "Cannot convert the literal '7' to the expected type 'Edm.String'."),
        (
            "startswith(displayName,7)",
            "No function signature for the function with name 'startswith' matches the specified arguments. The "
            "function signatures considered are: startswith(Edm.String Nullable=true, Edm.String Nullable=true).",
        ),
    ],
)
async def test_a_list_and_a_function_take_values_of_their_type(tenants: Tenants, text: str, why: str) -> None:
    answer = await found(tenants, "users", text)
    assert (answer.status, answer.json["error"]["code"]) == (400, "BadRequest"), answer.raw
    assert answer.json["error"]["message"] == f"Invalid filter clause: {why}"


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("users", "accountEnabled eq true"),
        ("users", "accountEnabled in (true, false)"),
        ("users", f"id eq '{LICENCE}'"),
        ("users", f"id in ('{LICENCE}')"),
        ("users", f"assignedLicenses/any(x:x/skuId eq {LICENCE})"),
        ("users", f"assignedPlans/any(x:x/servicePlanId eq {LICENCE} and x/capabilityStatus eq 'Enabled')"),
        ("users", "onPremisesSyncEnabled ne null"),
        ("users", "employeeId eq '7'"),
        ("users", "department eq 'true'"),
        ("groups", "securityEnabled eq true"),
        ("applications", f"appId eq '{LICENCE}'"),
        ("auditLogs/signIns", f"createdDateTime gt {SOME_DAY}"),
        ("identityProtection/riskyUsers", "riskLevel eq 'high'"),
        (f"users/{EVA}/memberOf", "securityEnabled eq true"),
    ],
)
async def test_a_value_of_the_type_of_the_property_is_taken(tenants: Tenants, place: str, text: str) -> None:
    answer = await found(tenants, place, text)
    assert answer.status == 200, answer.raw


async def test_the_filter_of_messages_knows_types_too(tenants: Tenants) -> None:
    answer = await found(tenants, f"users/{EVA}/messages", "isRead eq 'true'", advanced=False)
    assert (answer.status, answer.json["error"]["code"]) == (400, "ErrorInvalidUrlQueryFilter"), answer.raw
    assert "'Edm.Boolean' and 'Edm.String' for operator kind 'Equal'" in answer.json["error"]["message"]


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
    assert FILTER_TYPES.read_text(encoding="utf-8") == written_shapes(filter_types(specs))
