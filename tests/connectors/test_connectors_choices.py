"""Choices and fields that are loaded from an app."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support.scripted import Said, Scripted, Silence
from support_connectors import NOW, TOKEN, Clock

from keyturn.connections.alone import MemoryBudgets, MemoryConnections, MemoryHealth, authoriser_alone
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.choices import ChoiceLoader, Loaded, LoadFailed, NothingToLoad
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.json import JSON

GROUPS = "GET /api/v1/groups"
NEXT = '<https://okta.example/api/v1/groups?after=2>; rel="next"'


class MovedClock(Clock):
    seconds = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds


class Desk:
    def __init__(self) -> None:
        self.app, self.store, self.clock = Scripted(), MemoryConnections(), MovedClock()
        self.authoriser = authoriser_alone(self.app, self.store, Vault(bytes(32)), self.clock)
        self.health = MemoryHealth()
        self.notes = HealthNotes(self.health, self.clock)
        self.loader = ChoiceLoader(
            ConnectorRegistry(),
            self.authoriser,
            self.app,
            self.clock,
            self.notes,
            RateBudgets(MemoryBudgets(self.clock), self.clock),
        )

    async def load(self, field: str, card: str = "okta.read_group", refresh: bool = False, **given: JSON) -> Loaded:
        return await self.loader.load("okta", card, field, given, refresh=refresh)

    async def connection(self) -> Connection:
        found = await self.store.get("okta")
        assert found
        return found

    async def failing(self) -> str | None:
        """By what the connection is noted to be failing; None if it works."""
        await self.notes.written()
        noted = (await self.health.of(["okta"]))["okta"]
        return noted.trouble.code if noted.trouble else None


@pytest.fixture
async def desk() -> Desk:
    made = Desk()
    sealed = made.authoriser.seal("okta", {"token": TOKEN})
    base = "https://okta.example"
    await made.store.put(Connection("okta", "okta", "Okta", AuthKind.BEARER, base, {}, sealed, NOW, NOW))
    return made


def group(number: int) -> JSON:
    return {"id": f"g{number}", "profile": {"name": f"Group {number}"}}


async def test_choices_come_page_by_page_and_are_kept(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(200, [group(1)], {"Link": NEXT}), Said(200, [group(2)]))
    loaded = await desk.load("group")
    assert [(one.value, one.label) for one in loaded.choices] == [("g1", "Group 1"), ("g2", "Group 2")]
    assert not loaded.more
    await desk.load("group", card="okta.list_group_members")
    assert len(desk.app.seen) == 2, "the same choices serve every card"


async def test_an_app_that_says_later_is_asked_again_a_little_later(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(429, {}, {"Retry-After": "2"}), Said(503), Said(200, [group(1)]))
    assert len((await desk.load("group")).choices) == 1
    assert (len(desk.app.seen), desk.clock.seconds >= 2.5) == (3, True)
    for said, requests in ((Said(503), 3), (Said(429, {}, {"Retry-After": "60"}), 1)):
        desk.app.seen.clear()
        desk.app.on(GROUPS, said)
        with pytest.raises(LoadFailed):
            await desk.load("group", refresh=True)
        assert len(desk.app.seen) == requests


async def test_pages_that_lead_in_a_circle_are_not_followed_for_ever(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(200, [], {"Link": NEXT}))
    with pytest.raises(LoadFailed, match="before"):
        await desk.load("group")
    assert len(desk.app.seen) == 2


async def test_they_are_asked_for_anew_when_told_when_old_and_when_the_connection_changed(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(200, [group(1)]))
    await desk.load("group")
    await desk.load("group", refresh=True)
    assert len(desk.app.seen) == 2
    desk.clock.seconds += 601
    await desk.load("group")
    assert len(desk.app.seen) == 3
    await desk.store.put(replace(desk.store.rows["okta"], updated_at=desk.clock.now()))
    await desk.load("group")
    assert len(desk.app.seen) == 4


async def test_who_asks_for_what_is_on_its_way_waits_for_it(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(500, {}), Said(200, [group(1)]))
    first = await asyncio.gather(*(desk.load("group") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in first] == [LoadFailed] * 3, "a failure is everybody's, and is not kept"
    again = await asyncio.gather(*(desk.load("group") for _ in range(3)))
    assert [len(one.choices) for one in again] == [1, 1, 1]
    assert len(desk.app.seen) == 2


async def test_what_a_card_gives_has_the_apps_fields_too(desk: Desk) -> None:
    body: JSON = {"definitions": {"custom": {"properties": {"badge": {"title": "Badge", "type": "integer"}}}}}
    desk.app.on("GET /api/v1/meta/schemas/user/default", Said(200, body))
    loaded = await desk.load("profile", card="okta.read_user")
    assert [(one.name, str(one.type)) for one in loaded.fields] == [("badge", "number")]
    spec = ConnectorRegistry().get("okta.read_app_user")
    assert spec is not None
    profile = next(output for output in spec.outputs if output.name == "profile")
    assert (profile.fields_from, profile.needs) == ("app_user_profile", ("app",))


async def test_the_customers_own_attributes_are_fields(desk: Desk) -> None:
    base = {"login": {"title": "Username", "type": "string", "required": True}}
    custom = {"badge": {"title": "Badge", "type": "integer", "description": "Number of the badge."}, "odd": {}}
    body: JSON = {"definitions": {"base": {"properties": base}, "custom": {"properties": custom}}}
    desk.app.on("GET /api/v1/meta/schemas/user/default", Said(200, body))
    loaded = await desk.load("profile", card="okta.create_user")
    shown = [(one.name, str(one.type), one.title, one.required) for one in loaded.fields]
    assert shown == [
        ("login", "text", "Username", True),
        ("badge", "number", "Badge", False),
        ("odd", "any", "", False),
    ]


async def test_an_attribute_s_list_and_choices_are_those_of_the_schema(desk: Desk) -> None:
    custom: JSON = {
        "level": {"type": "string", "enum": ["L1"], "oneOf": [{"const": "L1", "title": "One"}, {"const": "L2"}]},
        "grade": {"type": "integer", "enum": [1, 2], "oneOf": []},
        "sites": {"type": "array", "items": {"type": "string", "enum": ["a"]}},
        "odd": {"type": "array"},
    }
    body: JSON = {"definitions": {"custom": {"properties": custom}}}
    desk.app.on("GET /api/v1/meta/schemas/user/default", Said(200, body))
    loaded = await desk.load("profile", card="okta.create_user")
    shown = {one.name: (str(one.type), [(each.value, each.label) for each in one.choices]) for one in loaded.fields}
    assert shown == {
        "level": ("text", [("L1", "One"), ("L2", "L2")]),
        "grade": ("number", [(1, "1"), (2, "2")]),
        "sites": ("list of text", []),
        "odd": ("list of any", []),
    }


async def test_an_attribute_of_microsoft_365_may_hold_several_values(desk: Desk) -> None:
    sealed = desk.authoriser.seal("ms", {"token": TOKEN})
    base = "https://graph.example"
    await desk.store.put(Connection("ms", "office365", "ms", AuthKind.BEARER, base, {}, sealed, NOW, NOW))
    found: JSON = [
        {"name": "extension_1_sites", "dataType": "String", "isMultiValued": True},
        {"name": "extension_1_badge", "dataType": "Integer", "isMultiValued": False},
    ]
    path = "POST /v1.0/directoryObjects/getAvailableExtensionProperties"
    desk.app.on(path, Said(200, {"value": found}))
    loaded = await desk.loader.load("ms", "office365.create_user", "profile", {})
    assert [(one.name, str(one.type)) for one in loaded.fields] == [
        ("extension_1_sites", "list of text"),
        ("extension_1_badge", "number"),
    ]


async def test_what_depends_on_another_input_wants_it_and_is_kept_by_it(desk: Desk) -> None:
    with pytest.raises(LoadFailed, match="depends on app"):
        await desk.load("profile", card="okta.assign_user_to_app")
    for name in ("a1", "a2"):
        path = f"GET /api/v1/meta/schemas/apps/{name}/default"
        desk.app.on(path, Said(200, {"definitions": {"base": {"properties": {name: {"type": "string"}}}}}))
        loaded = await desk.load("profile", card="okta.assign_user_to_app", app=name)
        assert [one.name for one in loaded.fields] == [name]


@pytest.mark.parametrize(("card", "field"), [("okta.nothing", "x"), ("nobody.x", "x"), ("okta.read_user", "user")])
async def test_where_nothing_is_loaded_that_is_said(desk: Desk, card: str, field: str) -> None:
    with pytest.raises(NothingToLoad) as found:
        await desk.load(field, card=card)
    assert found.value.mend
    assert desk.app.seen == []


async def test_what_the_app_refuses_is_told_without_secrets(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(403, {"errorCode": "E0000006", "errorSummary": f"no permission for {TOKEN}"}))
    with pytest.raises(LoadFailed) as found:
        await desk.load("group")
    assert "no permission" in found.value.detail.message
    assert found.value.detail.mend
    assert TOKEN not in repr(found.value.detail)
    desk.app.on(GROUPS, Silence())
    with pytest.raises(LoadFailed) as silent:
        await desk.load("group")
    assert (silent.value.detail.why, silent.value.detail.mend) == ("", "Ask again.")
    with pytest.raises(LoadFailed, match="one of okta"):
        await desk.loader.load("okta", "office365.read_group", "group", {})
    with pytest.raises(LoadFailed, match="no connection"):
        await desk.loader.load("nobody", "okta.read_group", "group", {})


@pytest.mark.parametrize(
    ("connector", "card", "field", "asked", "scope", "body"),
    [
        (
            "office365",
            "office365.assign_license",
            "sku",
            "GET /v1.0/subscribedSkus",
            "LicenseAssignment.Read.All",
            {"error": {"code": "Authorization_RequestDenied"}},
        ),
        (
            "okta",
            "okta.create_user",
            "profile",
            "GET /api/v1/meta/schemas/user/default",
            "okta.schemas.read",
            {"errorCode": "E0000006"},
        ),
    ],
)
async def test_a_refusal_names_the_scope_and_where_it_is_granted(
    desk: Desk, connector: str, card: str, field: str, asked: str, scope: str, body: JSON
) -> None:
    sealed = desk.authoriser.seal("s", {"client_secret": "s3cret", "private_key": "x"})
    base, token = "https://app.example", {"token_url": "https://idp.example/token", "client_id": "me", "scope": "a"}
    kind = AuthKind.OAUTH_CLIENT_CREDENTIALS
    await desk.store.put(Connection("s", connector, "s", kind, base, token, sealed, NOW, NOW))
    desk.app.on("POST /token", Said(200, {"access_token": "t", "expires_in": 900, "scope": "other.read"}))
    desk.app.on(asked, Said(403, body))
    with pytest.raises(LoadFailed) as found:
        await desk.loader.load("s", card, field, {})
    assert found.value.detail.mend.startswith(f"It needs {scope}. The connection lacks {scope}.")
    assert found.value.detail.why == "The connection lacks a scope."


@pytest.mark.parametrize(
    ("said", "mend"),
    [
        (Said(500, {"errorCode": "E0000009"}), "Ask again in a while."),
        (Said(429, {"errorCode": "E0000047"}, {"Retry-After": "60"}), "Ask again in a while."),
        (Said(200, '{"a'), "Ask again. If the app answers so each time"),
        (Said(200, {"no": "list"}), "Ask again. If the app answers so each time"),
    ],
)
async def test_who_asks_for_choices_is_told_nothing_of_runs(desk: Desk, said: Said, mend: str) -> None:
    desk.app.on(GROUPS, said)
    with pytest.raises(LoadFailed) as found:
        await desk.load("group")
    assert found.value.detail.mend.startswith(mend)
    assert not any(word in repr(found.value.detail) for word in ("history", "Run again", "let the card"))


async def test_loading_notes_whether_the_app_took_the_connection(desk: Desk) -> None:
    desk.app.on(GROUPS, Said(200, [group(1)]), Said(401, {"errorCode": "E0000011"}), Said(500, {}), Said(200, []))
    await desk.load("group")
    assert await desk.failing() is None
    with pytest.raises(LoadFailed):
        await desk.load("group", refresh=True)
    assert await desk.failing() == "refused"
    with pytest.raises(LoadFailed):  # that is the app's trouble, and tells nothing of the connection
        await desk.load("group", refresh=True)
    assert await desk.failing() == "refused"
    await desk.load("group", refresh=True)
    assert await desk.failing() is None
    await desk.store.put(replace(await desk.connection(), sealed=b"not to be opened"))
    with pytest.raises(LoadFailed):
        await desk.load("group", refresh=True)
    assert await desk.failing() == "cannot-decrypt"
