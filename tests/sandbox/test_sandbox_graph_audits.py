"""What the pretend Microsoft 365 tenant logs of what was done: names, categories, targets and changes as Entra has them
(https://learn.microsoft.com/en-us/entra/identity/monitoring-health/reference-audit-activities)."""

from __future__ import annotations

import json
from typing import Any, TypeAlias
from urllib.parse import quote

import pytest
from support_graph import call, get
from support_sandbox import Tenants

EVA = "eva.horvat@northwind.example"
AUDITS = "/auditLogs/directoryAudits"
ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"
PERSON = {"displayName": "Joe New", "mailNickname": "joe", "userPrincipalName": "joe.new@northwind.example"}
SECRET = {"password": "Correct-Horse-7"}
# activity | category | each target by type and name
Row: TypeAlias = tuple[str, str, list[tuple[str, str | None]]]
# method | path | body
Step: TypeAlias = tuple[str, str, Any]


async def audits(tenants: Tenants) -> list[Any]:
    """Newest first."""
    return (await get(tenants, f"{AUDITS}?$top=400"))["value"]


async def stage(tenants: Tenants) -> dict[str, str]:
    """Ids of what is there, and of what is made for a test."""

    async def made(path: str, body: Any) -> Any:
        answer = await call(tenants, "POST", path, body)
        assert answer.status == 201, answer.raw
        return answer.json

    group = {"mailEnabled": False, "mailNickname": "x", "securityEnabled": True}
    app = await made("/applications", {"displayName": "Leavers"})
    found = {
        "eva": (await get(tenants, f"/users/{EVA}"))["id"],
        "group": (await made("/groups", {**group, "displayName": "Movers"}))["id"],
        "team": (
            await made("/groups", {**group, "displayName": "Team", "groupTypes": ["Unified"], "mailEnabled": True})
        )["id"],
        "role": (await call(tenants, "GET", f"/directoryRoles/roleTemplateId={ADMINISTRATOR}")).json["id"],
        "app": app["id"],
        "principal": (await made("/servicePrincipals", {"appId": app["appId"]}))["id"],
        "device": (await get(tenants, f"/users/{EVA}/ownedDevices"))["value"][0]["id"],
        "unit": (await made("/directory/administrativeUnits", {"displayName": "North"}))["id"],
    }
    apps = (await get(tenants, "/servicePrincipals"))["value"]
    found |= {
        row["displayName"].rpartition(" ")[2].lower(): row["id"] for row in apps if row["displayName"][:1] in "NM"
    }
    skus = {row["skuPartNumber"]: row["skuId"] for row in (await get(tenants, "/subscribedSkus"))["value"]}
    return {**found, "sku": skus["VISIOCLIENT"]}


def filled(value: Any, found: dict[str, str]) -> Any:
    """A path or body with ids in the place of `<name>`."""
    text = json.dumps(value)
    for name, key in found.items():
        text = text.replace(f"<{name}>", key)
    return json.loads(text)


def ref(name: str) -> dict[str, str]:
    return {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/<{name}>"}


GRANT = {"principalId": "<eva>", "resourceId": "<wiki>", "appRoleId": "00000000-0000-0000-0000-000000000000"}
LICENCE = {"addLicenses": [{"skuId": "<sku>", "disabledPlans": []}], "removeLicenses": []}
ELIGIBLE = {"action": "adminAssign", "principalId": "<eva>", "roleDefinitionId": ADMINISTRATOR, "directoryScopeId": "/"}
CONSENT = {"clientId": "<principal>", "consentType": "AllPrincipals", "resourceId": "<graph>", "scope": "User.Read"}
IN_ROLE = ("POST", "/directoryRoles/<role>/members/$ref", ref("eva"))
IN_GROUP = ("POST", "/groups/<group>/members/$ref", ref("eva"))
USERS, GROUPS, ROLES, APPS = "UserManagement", "GroupManagement", "RoleManagement", "ApplicationManagement"
UNITS = "AdministrativeUnit"
WHO = [("User", "Eva Horvat")]
MOVERS, TEAM, DEVICE = [("Group", "Movers")], [("Group", "Team")], [("Device", "<device>")]
ADMINS, APP, NORTH = [("Role", "User Administrator")], [("Application", "Leavers")], [("AdministrativeUnit", "North")]
PRINCIPAL, WIKI = [("ServicePrincipal", "Leavers")], [("ServicePrincipal", "Northwind Wiki")]

# what comes first | the step that is looked at | what is logged of it, oldest first
TABLE: list[tuple[list[Step], Step, list[Row]]] = [
    (
        [],
        ("POST", "/users", {**PERSON, "accountEnabled": True, "passwordProfile": SECRET}),
        [("Add user", USERS, [("User", "Joe New")])],
    ),
    ([], ("PATCH", "/users/<eva>", {"jobTitle": "Auditor"}), [("Update user", USERS, WHO)]),
    (
        [],
        ("PATCH", "/users/<eva>", {"accountEnabled": False}),
        [("Disable account", USERS, WHO), ("Update user", USERS, WHO)],
    ),
    (
        [("PATCH", "/users/<eva>", {"accountEnabled": False})],
        ("PATCH", "/users/<eva>", {"accountEnabled": True}),
        [("Enable account", USERS, WHO), ("Update user", USERS, WHO)],
    ),
    ([], ("PATCH", "/users/<eva>", {"passwordProfile": SECRET}), [("Reset user password", USERS, WHO)]),
    (
        [],
        ("POST", f"/users/<eva>/authentication/methods/{PASSWORD}/resetPassword", {}),
        [("Reset user password", USERS, WHO)],
    ),
    (
        [],
        ("POST", "/users/<eva>/changePassword", {"currentPassword": "Old-Horse-7", "newPassword": "New-Horse-77"}),
        [("Change user password", USERS, WHO)],
    ),
    (
        [],
        ("POST", "/users/<eva>/revokeSignInSessions", None),
        [("Update StsRefreshTokenValidFrom Timestamp", USERS, WHO), ("Update user", USERS, WHO)],
    ),
    ([], ("DELETE", "/users/<eva>", None), [("Delete user", USERS, WHO)]),
    (
        [("DELETE", "/users/<eva>", None)],
        ("POST", "/directory/deletedItems/<eva>/restore", None),
        [("Restore user", USERS, WHO)],
    ),
    (
        [("DELETE", "/users/<eva>", None)],
        ("DELETE", "/directory/deletedItems/<eva>", None),
        [("Hard Delete user", USERS, WHO)],
    ),
    ([], ("PUT", "/users/<eva>/manager/$ref", ref("eva")), [("Set user manager", USERS, WHO)]),
    (
        [],
        ("POST", "/users/<eva>/assignLicense", LICENCE),
        [("Change user license", USERS, WHO), ("Update user", USERS, WHO)],
    ),
    (
        [],
        ("POST", "/users/<eva>/authentication/temporaryAccessPassMethods", {}),
        [("Admin registered security info", USERS, WHO)],
    ),
    (
        [],
        ("DELETE", "/users/<eva>/authentication/phoneMethods/3179e48a-750b-4051-897c-87b9720928f7", None),
        [("Admin deleted security info", USERS, WHO)],
    ),
    # groups
    (
        [],
        (
            "POST",
            "/groups",
            {"displayName": "New", "mailEnabled": False, "mailNickname": "n", "securityEnabled": True}
            | {"members@odata.bind": [ref("eva")["@odata.id"]]},
        ),
        [
            ("Add group", GROUPS, [("Group", "New")]),
            ("Add member to group", GROUPS, [*WHO, ("Group", "New")]),
        ],
    ),
    ([], ("PATCH", "/groups/<group>", {"description": "x"}), [("Update group", GROUPS, MOVERS)]),
    ([], ("DELETE", "/groups/<team>", None), [("Delete group", GROUPS, TEAM)]),
    (
        [("DELETE", "/groups/<team>", None)],
        ("POST", "/directory/deletedItems/<team>/restore", None),
        [("Restore group", GROUPS, TEAM)],
    ),
    (
        [("DELETE", "/groups/<team>", None)],
        ("DELETE", "/directory/deletedItems/<team>", None),
        [("Hard Delete group", GROUPS, TEAM)],
    ),
    ([], IN_GROUP, [("Add member to group", GROUPS, [*WHO, *MOVERS])]),
    (
        [IN_GROUP],
        ("DELETE", "/groups/<group>/members/<eva>/$ref", None),
        [("Remove member from group", GROUPS, [*WHO, *MOVERS])],
    ),
    (
        [],
        ("POST", "/groups/<group>/owners/$ref", ref("eva")),
        [("Add owner to group", GROUPS, [*WHO, *MOVERS])],
    ),
    (
        [],
        ("POST", "/groups/<group>/members/$ref", ref("principal")),
        [("Add member to group", GROUPS, [*PRINCIPAL, *MOVERS])],
    ),
    ([], ("POST", "/groups/<group>/assignLicense", LICENCE), [("Set group license", GROUPS, MOVERS)]),
    # roles
    ([], IN_ROLE, [("Add member to role", ROLES, [*WHO, *ADMINS])]),
    (
        [IN_ROLE],
        ("DELETE", "/directoryRoles/<role>/members/<eva>/$ref", None),
        [("Remove member from role", ROLES, [*WHO, *ADMINS])],
    ),
    (
        [],
        (
            "POST",
            "/roleManagement/directory/roleAssignments",
            {"principalId": "<eva>", "roleDefinitionId": ADMINISTRATOR, "directoryScopeId": "/"},
        ),
        [("Add member to role", ROLES, [*WHO, *ADMINS])],
    ),
    (
        [],
        ("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", ELIGIBLE),
        [("Add eligible member to role", ROLES, [*WHO, *ADMINS])],
    ),
    (
        [("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", ELIGIBLE)],
        ("POST", "/roleManagement/directory/roleEligibilityScheduleRequests", {**ELIGIBLE, "action": "adminRemove"}),
        [("Remove eligible member from role", ROLES, [*WHO, *ADMINS])],
    ),
    # applications
    (
        [],
        ("POST", "/applications", {"displayName": "Joiners"}),
        [("Add application", APPS, [("Application", "Joiners")])],
    ),
    ([], ("PATCH", "/applications/<app>", {"notes": "x"}), [("Update application", APPS, APP)]),
    (
        [],
        ("POST", "/applications/<app>/addPassword", {}),
        [("Update application - Certificates and secrets management", APPS, APP)],
    ),
    (
        [],
        ("POST", "/servicePrincipals/<principal>/addPassword", {}),
        [("Add service principal credentials", APPS, PRINCIPAL)],
    ),
    (
        [],
        ("POST", "/applications/<app>/owners/$ref", ref("eva")),
        [("Add owner to application", APPS, [*WHO, *APP])],
    ),
    (
        [],
        ("DELETE", "/applications/<app>", None),
        [("Delete application", APPS, APP), ("Remove service principal", APPS, PRINCIPAL)],
    ),
    (
        [("DELETE", "/applications/<app>", None)],
        ("POST", "/directory/deletedItems/<app>/restore", None),
        [("Restore application", APPS, APP)],
    ),
    (
        [("DELETE", "/applications/<app>", None)],
        ("POST", "/directory/deletedItems/<principal>/restore", None),
        [("Restore service principal", APPS, PRINCIPAL)],
    ),
    (
        [("DELETE", "/applications/<app>", None)],
        ("DELETE", "/directory/deletedItems/<app>", None),
        [("Hard Delete application", APPS, APP)],
    ),
    (
        [("DELETE", "/servicePrincipals/<principal>", None)],
        ("POST", "/servicePrincipals", {"appId": "<appId>"}),
        [("Add service principal", APPS, PRINCIPAL)],
    ),
    (
        [],
        ("POST", "/users/<eva>/appRoleAssignments", GRANT),
        [("Add app role assignment grant to user", USERS, [*WIKI, *WHO])],
    ),
    (
        [],
        ("POST", "/groups/<group>/appRoleAssignments", {**GRANT, "principalId": "<group>"}),
        [("Add app role assignment to group", GROUPS, [*WIKI, *MOVERS])],
    ),
    (
        [],
        ("POST", "/oauth2PermissionGrants", CONSENT),
        [("Add delegated permission grant", APPS, [("ServicePrincipal", "Microsoft Graph"), *PRINCIPAL])],
    ),
    # devices and administrative units
    ([], ("PATCH", "/devices/<device>", {"accountEnabled": False}), [("Update device", "Device", DEVICE)]),
    ([], ("DELETE", "/devices/<device>", None), [("Delete device", "Device", DEVICE)]),
    (
        [],
        ("DELETE", "/devices/<device>/registeredOwners/<eva>/$ref", None),
        [("Remove registered owner from device", "Device", [*WHO, *DEVICE])],
    ),
    (
        [],
        ("POST", "/directory/administrativeUnits/<unit>/members/$ref", ref("eva")),
        [("Add member to administrative unit", UNITS, [*WHO, *NORTH])],
    ),
    (
        [],
        ("DELETE", "/directory/administrativeUnits/<unit>", None),
        [("Delete administrative unit", UNITS, NORTH)],
    ),
]


@pytest.mark.parametrize(
    ("first", "step", "rows"), [pytest.param(*line, id=f"{line[2][0][0]}-{at}") for at, line in enumerate(TABLE)]
)
async def test_what_is_done_is_logged_by_its_name(
    tenants: Tenants, first: list[Step], step: Step, rows: list[Row]
) -> None:
    found = await stage(tenants)
    found["appId"] = (await get(tenants, f"/applications/{found['app']}"))["appId"]
    device = (await get(tenants, f"/devices/{found['device']}"))["displayName"]
    for each in first:
        answer = await call(tenants, *filled(each, found))
        assert answer.status < 300, answer.raw
    known = {row["id"] for row in await audits(tenants)}
    answer = await call(tenants, *filled(step, found))
    assert answer.status < 300, answer.raw
    told = [row for row in reversed(await audits(tenants)) if row["id"] not in known]
    assert [
        (
            row["activityDisplayName"],
            row["category"],
            [(target["type"], target["displayName"]) for target in row["targetResources"]],
        )
        for row in told
    ] == [(name, kind, names(targets, device)) for name, kind, targets in rows]
    assert len({row["correlationId"] for row in told}) <= (2 if rows[0][0] == "Add group" else 1)
    for row in told:
        assert (row["result"], row["initiatedBy"]["user"]) == ("success", None)
        assert row["loggedByService"] == (
            "Authentication Methods" if "security info" in row["activityDisplayName"] else "Core Directory"
        )


def names(targets: list[tuple[str, str | None]], device: str) -> list[tuple[str, str | None]]:
    return [(kind, device if name == "<device>" else name) for kind, name in targets]


async def test_who_was_given_a_role_is_found_by_the_name_of_it(tenants: Tenants) -> None:
    found = await stage(tenants)
    await call(tenants, *filled(IN_ROLE, found))
    wanted = f"activityDisplayName eq 'Add member to role' and targetResources/any(t:t/id eq '{found['eva']}')"
    [row] = (await get(tenants, f"{AUDITS}?$filter={quote(wanted)}"))["value"]
    person, role = row["targetResources"]
    assert (person["id"], person["userPrincipalName"], role["id"]) == (found["eva"], EVA, found["role"])
    assert row["operationType"] == "Assign"
    assert changes(person) == {
        "Role.ObjectID": (None, found["role"]),
        "Role.DisplayName": (None, "User Administrator"),
        "Role.TemplateId": (None, ADMINISTRATOR),
        "Role.WellKnownObjectName": (None, "UserAccountAdmins"),
    }
    assert (await get(tenants, f"{AUDITS}/{row['id']}"))["targetResources"] == row["targetResources"]


def changes(target: Any) -> dict[str, tuple[Any, Any]]:
    """Old and new values, which are JSON in a text."""
    return {
        row["displayName"]: tuple(value and json.loads(value) for value in (row["oldValue"], row["newValue"]))  # type: ignore[misc]
        for row in target["modifiedProperties"]
    }


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            ("PATCH", "/users/<eva>", {"jobTitle": "Auditor", "officeLocation": "B2", "city": None}),
            {
                "JobTitle": (["<title>"], ["Auditor"]),
                "PhysicalDeliveryOfficeName": ([], ["B2"]),
                "Included Updated Properties": (None, "JobTitle, PhysicalDeliveryOfficeName"),
            },
        ),
        (
            ("PATCH", "/users/<eva>", {"accountEnabled": False}),
            {"AccountEnabled": ([True], [False]), "Included Updated Properties": (None, "AccountEnabled")},
        ),
        (
            ("POST", "/users/<eva>/revokeSignInSessions", None),
            {
                "StsRefreshTokensValidFrom": (["<before>"], ["<after>"]),
                "Included Updated Properties": (None, "StsRefreshTokensValidFrom"),
            },
        ),
    ],
)
async def test_what_was_changed_is_logged(tenants: Tenants, step: Step, expected: dict[str, Any]) -> None:
    found = await stage(tenants)
    chosen = f"/users/{EVA}?$select=jobTitle,signInSessionsValidFromDateTime"
    before = await get(tenants, chosen)
    await call(tenants, *filled(step, found))
    after = await get(tenants, chosen)
    moments = {"before": before["signInSessionsValidFromDateTime"], "after": after["signInSessionsValidFromDateTime"]}
    newest = (await audits(tenants))[0]
    told = {name: list(values) for name, values in changes(newest["targetResources"][0]).items()}
    assert told == filled(expected, {**moments, "title": before["jobTitle"]})
    assert SECRET["password"] not in json.dumps(await audits(tenants))


async def test_licences_that_were_changed_are_logged(tenants: Tenants) -> None:
    found = await stage(tenants)
    await call(tenants, *filled(("POST", "/users/<eva>/assignLicense", LICENCE), found))
    for row in (await audits(tenants))[:2]:
        old, new = changes(row["targetResources"][0])["AssignedLicense"]
        [given] = [one for one in new if one not in old]
        assert given.startswith("[SkuName=VISIOCLIENT, AccountId=")
        assert given.endswith(f"SkuId={found['sku']}, DisabledPlans=[]]")


async def test_no_password_is_logged(tenants: Tenants) -> None:
    body = {**PERSON, "accountEnabled": True, "passwordProfile": SECRET}
    assert (await call(tenants, "POST", "/users", body)).status == 201
    [row, *_] = await audits(tenants)
    assert changes(row["targetResources"][0])["DisplayName"] == ([], ["Joe New"])
    assert SECRET["password"] not in json.dumps(row)


async def test_an_application_is_assigned_to_no_device(tenants: Tenants) -> None:
    found = await stage(tenants)
    for path in ("/users/<device>/appRoleAssignments", "/servicePrincipals/<wiki>/appRoleAssignedTo"):
        step = ("POST", path, {**GRANT, "principalId": "<device>"})
        assert (await call(tenants, *filled(step, found))).status == 404


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("Add group", "Add"),
        ("Add application", "Add"),
        ("Update group", "Update"),
        ("Delete group", "Delete"),
        ("Add member to group", "Assign"),
        ("Remove member from group", "Unassign"),
    ],
)
async def test_the_type_of_operation_is_told(tenants: Tenants, name: str, operation: str) -> None:
    found = await stage(tenants)
    for step in (
        IN_GROUP,
        ("DELETE", "/groups/<group>/members/<eva>/$ref", None),
        ("PATCH", "/groups/<group>", {"description": "x"}),
        ("DELETE", "/groups/<group>", None),
    ):
        assert (await call(tenants, *filled(step, found))).status == 204
    wanted = f"activityDisplayName eq '{name}'"
    rows = (await get(tenants, f"{AUDITS}?$filter={quote(wanted)}"))["value"]
    assert {row["operationType"] for row in rows} == {operation}
