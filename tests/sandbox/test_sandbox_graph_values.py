"""What the pretend Microsoft 365 tenant takes as the value of a property: what its description says that it is."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import aiohttp
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_sandbox import Answer, Tenants
from support_specs import complaints, description, openapi_complaints, plain

from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"
USER = f"/users/{EVA}"
METHODS = f"{USER}/authentication"
PASS, PHONE, EMAIL = (f"{METHODS}/{kind}Methods" for kind in ("temporaryAccessPass", "phone", "email"))
RULES = f"{USER}/mailFolders/inbox/messageRules"
SETTINGS = f"{USER}/mailboxSettings"
GROUP = {"displayName": "Sailors", "mailEnabled": False, "mailNickname": "sailors", "securityEnabled": True}
RULE = {"displayName": "Away", "actions": {"delete": True}}
EVENT = {"subject": "Welcome", "start": {"dateTime": "2026-12-01T09:00:00", "timeZone": "Europe/Berlin"}}


async def call(tenants: Tenants, method: str, path: str, body: Any) -> Answer:
    return await tenants.graph(method, f"/v1.0{await place(tenants, path)}", json=body)


async def place(tenants: Tenants, path: str) -> str:
    """A path with the first of a list where its name is in capitals."""
    lists = {"GROUP": "/groups", "DEVICE": "/devices", "MANAGED": "/deviceManagement/managedDevices"}
    lists |= {"APP": "/applications", "TEAM": "/teams", "PRINCIPAL": "/servicePrincipals"}
    for word, listed in lists.items():
        if f"/{word}" in path:
            rows = (await tenants.graph("GET", f"/v1.0{listed}")).json["value"]
            path = path.replace(f"/{word}", f"/{rows[0]['id']}")
    return path


@pytest.mark.parametrize(
    ("method", "path", "body", "told"),
    [
        ("PATCH", USER, {"employeeHireDate": "tomorrow"}, "'tomorrow' to the expected type 'Edm.DateTimeOffset'"),
        ("PATCH", USER, {"employeeHireDate": "2026-12-01"}, "Edm.DateTimeOffset"),
        ("PATCH", USER, {"employeeHireDate": "2026-12-01T00:00:00"}, "Edm.DateTimeOffset"),
        ("PATCH", USER, {"employeeHireDate": "2026-13-01T00:00:00Z"}, "Edm.DateTimeOffset"),
        ("PATCH", USER, {"displayName": ""}, "A value is required for property 'displayName' of resource 'User'."),
        ("PATCH", USER, {"displayName": None}, "A value is required"),
        ("PATCH", USER, {"displayName": "x" * 257}, "more than 256 characters"),
        ("PATCH", USER, {"employeeId": "x" * 17}, "more than 16 characters"),
        ("PATCH", USER, {"jobTitle": 5}, "'5' to the expected type 'Edm.String'"),
        ("PATCH", USER, {"businessPhones": "+1 5550100"}, "A 'StartArray' node was expected."),
        ("PATCH", USER, {"businessPhones": [5]}, "Edm.String"),
        (
            "PATCH",
            USER,
            {"businessPhones": None},
            "'Collection(Edm.String)[Nullable=False]' does not allow null values",
        ),
        ("PATCH", USER, {"mail": "not an address"}, "Invalid value specified for property 'mail' of resource 'User'"),
        ("PATCH", USER, {"otherMails": ["x@y.example", "x"]}, "property 'otherMails'"),
        ("PATCH", USER, {"ageGroup": "Old"}, "property 'ageGroup'"),
        ("PATCH", USER, {"passwordPolicies": "Weak"}, "property 'passwordPolicies'"),
        ("PATCH", USER, {"employeeOrgData": "7"}, "A 'StartObject' node was expected."),
        ("PATCH", USER, {"employeeOrgData": {"costCenter": 7}}, "Edm.String"),
        ("PATCH", USER, {"passwordProfile": {"forceChangePasswordNextSignIn": "yes"}}, "Edm.Boolean"),
        ("PATCH", USER, {"@odata.type": "#microsoft.graph.nothing", "jobTitle": 5}, "Edm.String"),
        ("POST", "/groups", {**GROUP, "displayName": "x" * 257}, "resource 'Group'"),
        ("POST", "/groups", {**GROUP, "mailNickname": "all sailors"}, "property 'mailNickname'"),
        ("POST", "/groups", {**GROUP, "groupTypes": "Unified"}, "StartArray"),
        ("PATCH", "/groups/GROUP", {"description": ["x"]}, "A 'PrimitiveValue' node was expected."),
        ("POST", PASS, {"lifetimeInMinutes": "60"}, "'60' to the expected type 'Edm.Int32'"),
        ("POST", PASS, {"lifetimeInMinutes": 60.5}, "Edm.Int32"),
        ("POST", PASS, {"lifetimeInMinutes": True}, "Edm.Int32"),
        ("POST", PASS, {"lifetimeInMinutes": -5}, "between 10 and 43200"),
        ("POST", PASS, {"lifetimeInMinutes": 43_201}, "between 10 and 43200"),
        ("POST", PASS, {"isUsableOnce": "yes"}, "Edm.Boolean"),
        ("POST", PASS, {"startDateTime": "soon"}, "Edm.DateTimeOffset"),
        ("POST", PHONE, {"phoneNumber": "0151", "phoneType": "office"}, "property 'phoneNumber'"),
        ("POST", PHONE, {"phoneNumber": "+15550100", "phoneType": "office"}, "like +1 5555551234"),
        ("POST", PHONE, {"phoneNumber": "+1 5550100", "phoneType": "pager"}, "authenticationPhoneType"),
        ("POST", EMAIL, {"emailAddress": "not an address"}, "property 'emailAddress'"),
        ("PATCH", SETTINGS, {"delegateMeetingMessageDeliveryOptions": "bogus"}, "Options'"),
        ("PATCH", SETTINGS, {"workingHours": {"daysOfWeek": ["funday"]}}, "'funday' to the expected type"),
        ("PATCH", SETTINGS, {"workingHours": {"startTime": "25:00"}}, "Edm.TimeOfDay"),
        ("PATCH", SETTINGS, {"workingHours": {"timeZone": {"name": "Nope/Zone"}}}, "no such time zone"),
        ("PATCH", SETTINGS, {"timeZone": "Nope/Zone"}, "no such time zone"),
        ("PATCH", SETTINGS, {"automaticRepliesSetting": {"scheduledEndDateTime": {"dateTime": "late"}}}, "no time"),
        ("POST", RULES, {**RULE, "sequence": "one"}, "Edm.Int32"),
        ("POST", RULES, {**RULE, "sequence": 2**31}, "Edm.Int32"),
        ("POST", RULES, {**RULE, "isEnabled": "yes"}, "Edm.Boolean"),
        ("POST", RULES, {**RULE, "actions": {"markImportance": "urgent"}}, "importance"),
        ("POST", RULES, {**RULE, "actions": {"forwardTo": [{"emailAddress": {"address": "x"}}]}}, "isn't resolved"),
        ("POST", "/deviceManagement/managedDevices/MANAGED/wipe", {"keepUserData": "maybe"}, "Edm.Boolean"),
        ("POST", f"{USER}/assignLicense", {"addLicenses": [{"skuId": "E5"}], "removeLicenses": []}, "Edm.Guid"),
        ("POST", f"{USER}/assignLicense", {"addLicenses": [], "removeLicenses": ["E5"]}, "Edm.Guid"),
        ("POST", f"{USER}/assignLicense", {"addLicenses": {}, "removeLicenses": []}, "StartArray"),
        ("POST", "/applications/APP/addPassword", {"passwordCredential": {"endDateTime": "never"}}, "DateTimeOffset"),
        ("POST", "/servicePrincipals/PRINCIPAL/addPassword", {"passwordCredential": "x"}, "StartObject"),
        ("POST", "/applications", {"displayName": "x", "web": {"redirectUris": "https://x"}}, "StartArray"),
        ("POST", "/applications", {"displayName": "x", "tags": [5]}, "Edm.String"),
        ("POST", "/applications", {"displayName": "x", "web": {"uris": []}}, "does not exist on type"),
        ("PATCH", "/devices/DEVICE", {"accountEnabled": "no"}, "Edm.Boolean"),
        ("PATCH", "/teams/TEAM", {"visibility": "secret"}, "teamVisibilityType"),
        ("PATCH", "/teams/TEAM", {"funSettings": {"allowGiphy": 1}}, "Edm.Boolean"),
        ("POST", "/teams/TEAM/channels", {"displayName": "x" * 51}, "more than 50 characters"),
        ("POST", "/chats", {"chatType": "party", "members": []}, "chatType"),
        ("POST", "/directoryRoles", {"roleTemplateId": 5}, "Edm.String"),
        ("POST", "/roleManagement/directory/roleAssignments", {"principalId": ["x"]}, "PrimitiveValue"),
        ("POST", "/subscriptions", {"includeResourceData": "yes"}, "Edm.Boolean"),
        ("POST", "/subscriptions", {"expirationDateTime": "tomorrow"}, "Edm.DateTimeOffset"),
        ("POST", f"{USER}/events", {**EVENT, "isAllDay": "no"}, "Edm.Boolean"),
        ("POST", f"{USER}/events", {**EVENT, "end": {"dateTime": "noon", "timeZone": "UTC"}}, "it is no time"),
        ("POST", f"{USER}/events", {**EVENT, "showAs": "hidden"}, "freeBusyStatus"),
        ("POST", f"{USER}/events", {**EVENT, "sbuject": "x"}, "does not exist on type 'microsoft.graph.event'"),
        ("POST", f"{USER}/contacts", {"givenName": "x", "birthday": "May"}, "Edm.DateTimeOffset"),
        ("POST", f"{USER}/contacts", {"givenName": "x", "homeAddress": "x"}, "StartObject"),
        ("POST", f"{USER}/messages", {"subject": "x", "isRead": "no"}, "Edm.Boolean"),
        (
            "POST",
            "/invitations",
            {"invitedUserEmailAddress": "x", "inviteRedirectUrl": "https://x"},
            "no e-mail address",
        ),
    ],
)
async def test_a_value_of_another_kind_is_refused(
    tenants: Tenants, method: str, path: str, body: Any, told: str
) -> None:
    answer = await call(tenants, method, path, body)
    assert answer.status == 400, answer.raw
    assert answer.json["error"]["code"] in (
        "Request_BadRequest",
        "BadRequest",
        "RequestBodyRead",
        "ErrorInvalidRecipients",
    )
    assert told in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", USER, {"employeeHireDate": "2026-12-01T00:00:00Z", "employeeLeaveDateTime": None}),
        ("PATCH", USER, {"employeeHireDate": "2026-12-01T00:00:00.0000000+02:00"}),
        ("PATCH", USER, {"displayName": "x" * 256, "jobTitle": None, "businessPhones": [], "mail": "e@x.example"}),
        ("PATCH", USER, {"passwordPolicies": "DisablePasswordExpiration, DisableStrongPassword", "ageGroup": None}),
        ("POST", "/groups", {**GROUP, "description": None, "mailNickname": "all.sailors-1_x"}),
        ("POST", PASS, {"lifetimeInMinutes": 43_200, "isUsableOnce": True, "startDateTime": "2026-12-01T00:00:00Z"}),
        ("POST", PASS, {"lifetimeInMinutes": 10}),
        ("POST", PHONE, {"phoneNumber": "+49 151 55501-00x123", "phoneType": "Office"}),
        ("POST", EMAIL, {"emailAddress": "eva@home.example"}),
        ("PATCH", SETTINGS, {"timeZone": "Egypt Standard Time", "workingHours": {"startTime": "08:30:00"}}),
        ("PATCH", SETTINGS, {"timeZone": "Europe/Zagreb", "workingHours": {"timeZone": {"name": "UTC"}}}),
        ("POST", RULES, {**RULE, "sequence": 2, "conditions": {"withinSizeRange": {"minimumSize": 1}}}),
        ("POST", RULES, {**RULE, "actions": {"forwardTo": [{"emailAddress": {"address": "x@y.example"}}]}}),
        ("POST", "/deviceManagement/managedDevices/MANAGED/wipe", {"keepUserData": False, "macOsUnlockCode": None}),
        ("POST", "/applications/APP/addPassword", {"passwordCredential": {"endDateTime": "2027-01-01T00:00:00Z"}}),
        ("POST", "/applications", {"displayName": "x", "web": {"redirectUris": ["https://x"]}, "tags": ["a"]}),
        ("POST", f"{USER}/events", {**EVENT, "attendees": [{"type": "required", "emailAddress": {"address": EVA}}]}),
        ("POST", f"{USER}/contacts", {"givenName": "x", "birthday": "2000-05-01T00:00:00Z", "businessPhones": ["1"]}),
    ],
)
async def test_a_value_of_the_kind_is_taken(tenants: Tenants, method: str, path: str, body: Any) -> None:
    answer = await call(tenants, method, path, body)
    assert answer.status in (200, 201, 204), answer.raw


@pytest.mark.parametrize(
    "body",
    [
        {"members": [{"displayName": "Nobody"}]},
        {"MEMBERS": []},
        {"channels": [{"displayName": "x"}]},
        {"primaryChannel": {"displayName": "x"}},
        {"members@odata.bind": ["https://graph.microsoft.com/v1.0/users/x"]},
    ],
)
async def test_what_a_team_is_linked_to_is_no_property_that_a_change_sets(tenants: Tenants, body: Any) -> None:
    before = (await call(tenants, "GET", "/teams/TEAM", None)).json
    refused = await call(tenants, "PATCH", "/teams/TEAM", {"description": "New", **body})
    assert (refused.status, refused.json["error"]["code"]) == (400, "BadRequest")
    assert f"Property '{next(iter(body))}' does not exist".lower() in refused.json["error"]["message"].lower()
    assert (await call(tenants, "GET", "/teams/TEAM", None)).json == before


async def test_fixed_values_are_told_as_the_type_spells_them(tenants: Tenants) -> None:
    hours = {"daysOfWeek": ["Monday", "FRIDAY"]}
    changed = await call(tenants, "PATCH", SETTINGS, {"workingHours": hours})
    assert changed.json["workingHours"]["daysOfWeek"] == ["monday", "friday"]
    rule = await call(tenants, "POST", RULES, {**RULE, "actions": {"markImportance": "High"}})
    assert rule.json["actions"] == {"markImportance": "high"}


# any value in any property

Target = tuple[str, str, str, dict[str, Any]]
# how something is written, where, of which type, and what else has to be given
TARGETS: list[Target] = [
    ("PATCH", USER, "user", {}),
    ("PATCH", "/groups/GROUP", "group", {}),
    ("POST", "/groups", "group", GROUP),
    ("PATCH", SETTINGS, "mailboxSettings", {}),
    ("POST", RULES, "messageRule", RULE),
    ("POST", f"{USER}/messages", "message", {"subject": "x"}),
    ("PATCH", "/devices/DEVICE", "device", {}),
    ("PATCH", "/teams/TEAM", "team", {}),
    ("POST", "/teams/TEAM/channels", "channel", {"displayName": "x"}),
    ("POST", PHONE, "phoneAuthenticationMethod", {"phoneNumber": "+1 5550100", "phoneType": "office"}),
    ("POST", EMAIL, "emailAuthenticationMethod", {"emailAddress": "x@y.example"}),
    ("POST", PASS, "temporaryAccessPassAuthenticationMethod", {}),
    ("POST", "/directory/administrativeUnits", "administrativeUnit", {"displayName": "x"}),
]
TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?")
VALUES = st.one_of(
    st.sampled_from(
        [None, True, False, 0, 5, -1, 60, 1.5, 2**31, 2**63, "", "x", "5", "true", "Monday", "high", "HIGH"]
    ),
    st.sampled_from(["2026-12-01", "2026-12-01T00:00:00Z", "25:00", "08:00:00", "UTC", "x@y.example", "+1 5550100"]),
    st.sampled_from([[], [None], [5], ["x"], [[]], {}, {"x": 1}, [{}], [{"x": 1}]]),
    st.text(max_size=3),
)


def described(document: Any, schema: Any) -> dict[str, Any]:
    """The properties of a type, each with the schema of its own."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = {}
    for part in schema.get("allOf", []):
        found |= described(document, part)
    return found | {name: each for name, each in schema.get("properties", {}).items() if "@" not in name}


def written(document: Any, schema: Any, depth: int = 2) -> st.SearchStrategy[Any]:
    """Values for a property: anything, or of a type within something for one of its properties."""
    inner = described(document, schema.get("items", schema))
    if not inner or not depth:
        return VALUES
    names = st.sampled_from(sorted(inner))
    one = names.flatmap(lambda name: written(document, inner[name], depth - 1).map(lambda value: {name: value}))
    return st.one_of(VALUES, one.map(lambda value: [value]) if "items" in schema else one)


class Asked:
    """A running sandbox that is asked from outside of its loop, and how what it answers is described."""

    def __init__(self, runner: asyncio.Runner, tenants: Tenants) -> None:
        self._runner = runner
        self._tenants = tenants
        self.document = description("graph-v1.json")
        self._validators: dict[str, jsonschema_rs.Validator] = {}

    def write(self, method: str, path: str, body: Any) -> tuple[Answer, Any]:
        """The answer, and what is there then."""
        at = self._runner.run(place(self._tenants, path))
        answer = self._runner.run(self._tenants.graph(method, f"/v1.0{at}", json=body))
        if answer.status == 201 or answer.status >= 400:
            return answer, answer.json
        chosen = f"?$select={','.join(body)}" if path.startswith(("/users", "/groups")) and "/" not in path[8:] else ""
        return answer, self._runner.run(self._tenants.graph("GET", f"/v1.0{at}{chosen}")).json

    def clear(self) -> None:
        self._runner.run(self._tenants.control("POST", "/reset"))

    def wrong(self, kind: str, value: Any) -> list[str]:
        """What is not as described, at any depth."""
        root = {"$ref": f"#/components/schemas/microsoft.graph.{kind}"}
        if kind not in self._validators:
            whole = {**root, "components": {"schemas": plain(self.document["components"]["schemas"])}}
            formats = {"time": lambda text: TIME.fullmatch(text) is not None, "base64url": lambda text: True}
            validator = jsonschema_rs.validator_for(whole, validate_formats=True, formats=formats)
            self._validators[kind] = validator
        return complaints(self._validators[kind], value) + list(openapi_complaints(self.document, root, value))


@pytest.fixture(scope="module")
def asked() -> Iterator[Asked]:
    async def opened() -> tuple[Sandbox, aiohttp.ClientSession]:
        sandbox = await Sandbox(SandboxConfig()).__aenter__()
        return sandbox, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))

    with asyncio.Runner() as runner:
        sandbox, http = runner.run(opened())
        yield Asked(runner, Tenants(sandbox.urls, http))
        runner.run(http.close())
        runner.run(sandbox.__aexit__(None, None, None))


@settings(max_examples=150, deadline=None)
@given(data=st.data(), target=st.sampled_from(TARGETS))
def test_what_is_read_is_as_described_whatever_was_written(asked: Asked, data: st.DataObject, target: Target) -> None:
    method, path, kind, needed = target
    schema = {"$ref": f"#/components/schemas/microsoft.graph.{kind}"}
    names = described(asked.document, schema)
    name = data.draw(st.sampled_from(sorted(names)))
    value = data.draw(written(asked.document, names[name]))
    answer, there = asked.write(method, path, {**needed, name: value})
    assert answer.status < 500, answer.raw
    if answer.status < 400:
        assert asked.wrong(kind, there) == []
        asked.clear()
