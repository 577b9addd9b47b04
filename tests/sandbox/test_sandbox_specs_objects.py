"""Everything else that the tenants show, against the vendors' descriptions (where they are; see support_specs)."""

from __future__ import annotations

from typing import Any

import pytest
from support_sandbox import Tenants
from support_scopes import google_methods
from support_specs import (
    complaints,
    description,
    google_complaints,
    openapi_complaints,
    openapi_validator,
    without_nulls,
)

EVA = "eva.horvat@northwind.example"

# path, and the schema of each row
OKTA = [
    ("/groups", "Group"),
    ("/groups/rules", "GroupRule"),
    ("/devices", "Device"),
    ("/users/USER/groups", "Group"),
    ("/users/USER/appLinks", "AssignedAppLink"),
    ("/users/USER/factors", "UserFactor"),
    ("/users/USER/factors/catalog", "UserFactorSupported"),
    ("/users/USER/devices", "UserDevice"),
    ("/users/ADMIN/roles", "StandardRole"),
    ("/roles/SUPER_ADMIN/subscriptions", "Subscription"),
    ("/apps/APP/users", "AppUser"),
    ("/apps/APP/groups", "ApplicationGroupAssignment"),
    ("/groups/GROUP/users", "User"),
    ("/groups/GROUP/owners", "GroupOwner"),
    ("/meta/types/user", "UserType"),
    ("/mappings", "ListProfileMappings"),
    ("/users", "User"),
]
MODES = {
    "AUTO_LOGIN": "AutoLoginApplication",
    "BOOKMARK": "BookmarkApplication",
    "OPENID_CONNECT": "OpenIdConnectApplication",
    "SAML_2_0": "SamlApplication",
}
GRAPH = [
    ("/groups", "microsoft.graph.group"),
    ("/devices", "microsoft.graph.device"),
    ("/subscribedSkus", "microsoft.graph.subscribedSku"),
    ("/directoryRoles", "microsoft.graph.directoryRole"),
    ("/roleManagement/directory/roleDefinitions", "microsoft.graph.unifiedRoleDefinition"),
    ("/roleManagement/directory/roleAssignments", "microsoft.graph.unifiedRoleAssignment"),
    ("/deviceManagement/managedDevices", "microsoft.graph.managedDevice"),
    ("/servicePrincipals", "microsoft.graph.servicePrincipal"),
    ("/oauth2PermissionGrants", "microsoft.graph.oAuth2PermissionGrant"),
    (f"/users/{EVA}/oauth2PermissionGrants", "microsoft.graph.oAuth2PermissionGrant"),
    ("/organization", "microsoft.graph.organization"),
    (f"/users/{EVA}/mailFolders", "microsoft.graph.mailFolder"),
    ("/users/sam.okafor@northwind.example/ownedObjects/graph.group", "microsoft.graph.group"),
    ("/teams", "microsoft.graph.team"),
    ("/domains", "microsoft.graph.domain"),
    (f"/users/{EVA}/licenseDetails", "microsoft.graph.licenseDetails"),
    (f"/users/{EVA}/authentication/phoneMethods", "microsoft.graph.phoneAuthenticationMethod"),
    (f"/users/{EVA}/memberOf/graph.group", "microsoft.graph.group"),
    ("/users?$select=id,assignedLicenses,identities,proxyAddresses,otherMails", "microsoft.graph.user"),
]
D = "/admin/directory/v1"
GOOGLE = [
    ("directory", f"{D}/users?customer=my_customer", "Users"),
    ("directory", f"{D}/groups?customer=my_customer", "Groups"),
    ("directory", f"{D}/groups/sales%40northwind.example/members", "Members"),
    ("directory", f"{D}/users/{EVA}/aliases", "Aliases"),
    ("directory", f"{D}/users/{EVA}/tokens", "Tokens"),
    ("directory", f"{D}/users/chidi.eze%40northwind.example/asps", "Asps"),
    ("directory", f"{D}/customer/my_customer/orgunits", "OrgUnits"),
    ("directory", f"{D}/customer/my_customer/devices/mobile", "MobileDevices"),
    ("directory", f"{D}/customer/my_customer/devices/chromeos", "ChromeOsDevices"),
    ("directory", f"{D}/customer/my_customer/roles", "Roles"),
    ("directory", f"{D}/customer/my_customer/roleassignments", "RoleAssignments"),
    ("directory", f"{D}/customer/my_customer/domains", "Domains2"),
    ("directory", f"{D}/customers/my_customer", "Customer"),
    ("licensing", "/apps/licensing/v1/product/Google-Apps/users?customerId=my_customer", "LicenseAssignmentList"),
    ("datatransfer", "/admin/datatransfer/v1/applications", "ApplicationsListResponse"),
    ("reports", "/admin/reports/v1/activity/users/all/applications/login", "Activities"),
]


def within(document: Any, schema: str, value: Any) -> list[str]:
    """Names, types and what is wanted, at any depth."""
    return list(openapi_complaints(document, {"$ref": f"#/components/schemas/{schema}"}, value))


async def okta_path(tenants: Tenants, path: str) -> str:
    async def first(listed: str, name: str) -> str:
        rows = (await tenants.okta("GET", f"/api/v1{listed}")).json
        return next(row["id"] for row in rows if name in (row.get("label"), row.get("profile", {}).get("name")))

    names = {
        "USER": tenants.key(EVA),
        "ADMIN": tenants.key("sam.okafor@northwind.example"),
        "APP": await first("/apps", "Salesforce") if "APP" in path else "",
        "GROUP": await first("/groups", "Finance") if "GROUP" in path else "",
    }
    for word, key in names.items():
        path = path.replace(f"/{word}", f"/{key}")
    return path


FILLED = {
    "{userId}": EVA,
    "{id}": EVA,
    "{user-id}": EVA,
    "{userKey}": EVA,
    "{groupKey}": "sales%40northwind.example",
    "{customer}": "my_customer",
    "{customerId}": "my_customer",
}


# described as one, though the operation is called a list
LISTS = ("/api/v1/users/{userId}/authenticator-enrollments",)


def filled(path: str) -> str | None:
    """A path of a description with what there is in its places; None if it has others."""
    for word, name in FILLED.items():
        path = path.replace(word, name)
    return None if "{" in path else path


def answers(operation: Any) -> Any:
    content = operation["responses"].get("200", operation["responses"].get("2XX", {})).get("content", {})
    return content.get("application/json", {}).get("schema")


@pytest.mark.parametrize("name", ["okta-management", "graph-v1"])
async def test_all_that_is_read_is_as_described_at_any_depth(tenants: Tenants, name: str) -> None:
    """Every operation of a description that reads, where its path has no ids that only the tenant knows."""
    document = description(f"{name}.json")
    ask, start = (tenants.okta, "") if name.startswith("okta") else (tenants.graph, "/v1.0")
    await tenants.suspend(EVA)
    told: dict[str, list[str]] = {}
    seen = 0
    for path, methods in document["paths"].items():
        asked, schema = filled(path), answers(methods["get"]) if "get" in methods else None
        if asked is None or schema is None or path == "/api/v1/apps":  # applications have a test of their own
            continue
        answer = await ask("GET", start + asked)
        if answer.status == 200:
            seen += 1
            value = without_nulls(answer.json) if name.startswith("okta") else answer.json
            rows = value if path in LISTS else [value]
            if wrong := [each for row in rows for each in openapi_complaints(document, schema, row)]:
                told[path] = wrong[:5]
    assert seen > 20
    assert told == {}


@pytest.mark.parametrize(("api", "many"), [("directory", 15), ("datatransfer", 1)])
async def test_all_that_google_reads_is_as_described_at_any_depth(tenants: Tenants, api: str, many: int) -> None:
    document = description(f"google-{api}-v1.json")
    told: dict[str, list[str]] = {}
    seen = 0
    for method in google_methods(document):
        asked = filled(method["path"].replace("{+", "{"))
        if method["httpMethod"] != "GET" or asked is None or "response" not in method:
            continue
        answer = await tenants.google("GET", f"/{asked}?customer=my_customer")
        if answer.status == 200:
            seen += 1
            if wrong := list(google_complaints(document["schemas"], method["response"]["$ref"], answer.json)):
                told[method["path"]] = wrong[:5]
    assert seen > many
    assert told == {}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"id": "x", "profile": {"login": 5}}, "/profile/login is no string: 5"),
        ({"id": "x", "credentials": {"provider": {"nmae": "OKTA"}}}, "/credentials/provider has no nmae"),
        ({"id": "x", "_links": {"self": {}}}, "/_links/self lacks href"),
    ],
)
def test_what_is_not_as_described_is_seen_at_any_depth(value: Any, told: str) -> None:
    assert told in within(description("okta-management.json"), "User", value)


@pytest.mark.parametrize(("path", "schema"), OKTA)
async def test_okta(tenants: Tenants, path: str, schema: str) -> None:
    document = description("okta-management.json")
    validator = openapi_validator(document, schema)
    answer = await tenants.okta("GET", f"/api/v1{await okta_path(tenants, path)}")
    assert answer.status == 200
    assert answer.json
    for row in answer.json:
        assert complaints(validator, without_nulls(row)) == []
        assert within(document, schema, without_nulls(row)) == []


async def test_okta_applications(tenants: Tenants) -> None:
    document = description("okta-management.json")
    for app in (await tenants.okta("GET", "/api/v1/apps")).json:
        validator = openapi_validator(document, MODES[app["signOnMode"]])
        assert (app["label"], complaints(validator, without_nulls(app))) == (app["label"], [])
        # each app of Okta's catalogue has settings of its own, which are not in the description
        plain = {**app, "settings": {name: held for name, held in app["settings"].items() if name != "app"}}
        assert (app["label"], within(document, MODES[app["signOnMode"]], without_nulls(plain))) == (app["label"], [])


async def test_okta_events_are_events_that_okta_has(tenants: Tenants) -> None:
    from keyturn.sandbox.okta.log import MESSAGES

    known = {row["id"] for row in description("okta-event-types.json")["event_types"]}
    assert set(MESSAGES) - known == set()


@pytest.mark.parametrize(("path", "schema"), GRAPH)
async def test_graph(tenants: Tenants, path: str, schema: str) -> None:
    document = description("graph-v1.json")
    validator = openapi_validator(document, schema)
    answer = await tenants.graph("GET", f"/v1.0{path}")
    assert answer.status == 200, answer.raw
    assert answer.json["value"]
    for row in answer.json["value"]:
        assert complaints(validator, row) == []
        assert within(document, schema, row) == []


@pytest.mark.parametrize(("api", "path", "schema"), GOOGLE)
async def test_google(tenants: Tenants, api: str, path: str, schema: str) -> None:
    version = {"reports": "v1", "datatransfer": "v1", "licensing": "v1", "directory": "v1"}[api]
    schemas = description(f"google-{api}-{version}.json")["schemas"]
    answer = await tenants.google("GET", path)
    assert answer.status == 200, answer.raw
    assert list(google_complaints(schemas, schema, answer.json)) == []
    assert len(answer.json) > 2


async def test_what_leavers_knew_and_wrote(tenants: Tenants) -> None:
    """Keys of clients, targets of admin roles, drafts: there are none before somebody makes them."""
    document = description("okta-management.json")
    apps = (await tenants.okta("GET", "/api/v1/apps")).json
    client = next(app["id"] for app in apps if app["label"] == "Status Dashboard")
    key = {"kty": "RSA", "kid": "k1", "e": "AQAB", "n": "AQAB"}
    made = await tenants.okta("POST", f"/api/v1/apps/{client}/credentials/jwks", json=key)
    assert complaints(openapi_validator(document, "OAuth2ClientJsonSigningKeyResponse"), made.json) == []
    admin, group = tenants.key("sam.okafor@northwind.example"), (await tenants.okta("GET", "/api/v1/groups")).json[0]
    roles = f"/api/v1/users/{admin}/roles"
    role = (await tenants.okta("POST", roles, json={"type": "HELP_DESK_ADMIN"})).json["id"]
    await tenants.okta("PUT", f"{roles}/{role}/targets/groups/{group['id']}", data=b"")
    [target] = (await tenants.okta("GET", f"{roles}/{role}/targets")).json
    assert complaints(openapi_validator(document, "RoleTarget"), target) == []
    written = {"subject": "Bye", "body": {"contentType": "text", "content": "Thank you"}}
    draft = (await tenants.graph("POST", f"/v1.0/users/{EVA}/messages", json=written)).json
    assert complaints(openapi_validator(description("graph-v1.json"), "microsoft.graph.message"), draft) == []
