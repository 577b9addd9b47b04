"""Connections: made, shown, tested, sealed."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr
from support_app import LOGIN, World, examples, until

from keyturn.app.connections import ConnectionForm, NoSuchConnection
from keyturn.app.services import Finding
from keyturn.app.settings import Settings
from keyturn.app.wiring import open_app
from keyturn.engine.ports import RunStatus
from keyturn.flows.problems import ProblemError
from keyturn.triggers.subscribe import SubscribeFailed

TOKEN = "0123456789-very-secret"


def form(**changes: object) -> ConnectionForm:
    fields = {"connector": "okta", "kind": "bearer", "base_url": "https://x.okta.com", "secrets": {"token": TOKEN}}
    return ConnectionForm(**{**fields, **changes})  # type: ignore[arg-type]


async def test_secrets_go_in_and_never_come_out(world: World) -> None:
    made = await world.services.connections.put("mine", form())
    assert TOKEN not in repr(made)
    assert TOKEN not in repr(await world.services.connections.get("mine"))
    assert made.settings == {"prefix": "SSWS"}


async def test_spaces_around_addresses_are_taken_off(world: World) -> None:
    settings = {"token_url": "\thttps://x.okta.com/oauth2/v1/token ", "client_id": "0oa1"}
    key = {"kind": "oauth_client_assertion", "secrets": {"private_key": "x"}, "settings": settings}
    made = await world.services.connections.put("copied", form(base_url=" https://x.okta.com/ \n", **key))
    assert made.base_url == "https://x.okta.com"
    assert made.settings["token_url"] == "https://x.okta.com/oauth2/v1/token"


@pytest.mark.parametrize(
    ("kind", "given", "scope"),
    [
        ("oauth_code", {}, "https://graph.microsoft.com/.default offline_access"),
        ("oauth_code", {"scope": "User.Read.All"}, "User.Read.All"),
        ("oauth_client_credentials", {}, "https://graph.microsoft.com/.default"),
    ],
)
async def test_a_sign_in_by_default_asks_for_what_keeps_it(
    world: World, kind: str, given: dict[str, str], scope: str
) -> None:
    """Microsoft gives a refresh token to those only that ask for offline_access."""
    at = "https://login.microsoftonline.com/contoso/oauth2/v2.0"
    settings = {"token_url": f"{at}/token", "client_id": "me", **given}
    settings |= {"authorize_url": f"{at}/authorize"} if kind == "oauth_code" else {}
    secrets = {"client_secret": TOKEN}
    graph = form(connector="office365", kind=kind, base_url="", settings=settings, secrets=secrets)
    assert (await world.services.connections.put("graph", graph)).settings["scope"] == scope


@pytest.mark.parametrize(
    ("pasted", "prefix"),
    [
        (f"SSWS {TOKEN}", "SSWS"),
        (f" ssws  {TOKEN}\n", "SSWS"),
        (f"Bearer {TOKEN}", "SSWS"),
        (f"Token {TOKEN}", "Token"),
        (f"{TOKEN} ", "SSWS"),
    ],
)
async def test_the_word_before_a_token_that_comes_along_is_taken_off(world: World, pasted: str, prefix: str) -> None:
    made = form(secrets={"token": pasted}, settings={"prefix": prefix}).trimmed()
    assert made.secrets == {"token": TOKEN}
    await world.services.connections.put("copied", form(secrets={"token": pasted}, settings={"prefix": prefix}))
    authorised = await world.services.connections._authoriser.authorise("copied")  # type: ignore[attr-defined]
    assert authorised.headers == {"Authorization": f"{prefix} {TOKEN}"}


def test_a_token_of_one_word_stays() -> None:
    assert form(secrets={"token": "Bearer"}).trimmed().secrets == {"token": "Bearer"}
    assert form(secrets={"token": ""}).trimmed().secrets == {"token": ""}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"connector": "potato"}, "connector"),
        ({"kind": "potato"}, "kind"),
        ({"secrets": {}}, "token"),
        ({"secrets": {"token": "a\nb"}}, "token"),
        ({"base_url": "ftp://x"}, "base_url"),
        ({"base_url": "https://user:pw@x"}, "base_url"),
        ({"base_url": "https://x.okta .com"}, "base_url"),
        ({"base_url": "https://x.okta.com/a b"}, "base_url"),
        ({"base_url": "https://x.okta.com\\a"}, "base_url"),
        ({"base_url": "https://x.okta.com:port"}, "base_url"),
        ({"base_url": "https://[x"}, "base_url"),
        (
            {"kind": "oauth_client_assertion", "settings": {"token_url": "https://x.okta.com/oauth2 /v1"}},
            "token_url",
        ),
        ({"settings": {"odd": "1"}}, "odd"),
        ({"kind": "oauth_client_credentials", "secrets": {"client_secret": "x"}}, "kind"),
        ({"kind": "oauth_client_assertion", "secrets": {"private_key": "x"}}, "client_id"),
        ({"base_url": ""}, "base_url"),
        ({"base_url": "https://your-org.okta.com"}, "base_url"),
        ({"base_url": "https://Your-Org.okta.com/api/v1/"}, "base_url"),
    ],
)
async def test_each_mistake_names_its_field(world: World, changes: dict[str, object], field: str) -> None:
    with pytest.raises(ProblemError) as refused:
        await world.services.connections.put("mine", form(**changes))
    assert field in [problem.field for problem in refused.value.problems]
    assert all(problem.mend for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("address", "what"),
    [("https://it:hunter2@x.example", "a user or a password"), ("https://x.example/?tenant=1", "holds a query")],
)
async def test_an_address_that_holds_too_much_says_so_and_no_password(world: World, address: str, what: str) -> None:
    with pytest.raises(ProblemError, match=what) as refused:
        await world.services.connections.put("mine", form(base_url=address))
    assert "hunter2" not in str(refused.value)


async def test_a_connection_is_tested_against_the_app(world: World) -> None:
    assert (await world.services.connections.test("okta")).works
    okta = await world.services.connections.get("okta")
    wrong = form(base_url=okta.base_url, secrets={"token": "wrong-token"})
    await world.services.connections.put("okta", wrong)
    result = await world.services.connections.test("okta")
    assert not result.works
    assert "E0000011" in result.what
    assert result.mend


async def test_unknown_connections_are_told(world: World) -> None:
    for act in (world.services.connections.get, world.services.connections.test, world.services.connections.delete):
        with pytest.raises(NoSuchConnection):
            await act("nobody")


async def test_a_connection_that_flows_need_is_missed_when_they_are_published(world: World) -> None:
    await world.services.connections.delete("office365")
    with pytest.raises(ProblemError) as refused:
        await world.services.library.publish(examples(), "test")
    found = [(p.flow, p.card, p.code) for p in refused.value.problems if p.severity.value == "error"]
    assert ("office-365-offboarding", "disable", "unknown-connection") in found


async def test_no_flow_starts_with_an_event_of_it(world: World) -> None:
    with pytest.raises(SubscribeFailed, match="No active flow"):
        await world.services.connections.subscribe("google_workspace")


async def test_another_key_opens_nothing_and_says_so(world: World, database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        data=tmp_path / "other",
        database_url=SecretStr(database_url),
        secret_key=SecretStr(secrets.token_hex(32)),
    )
    async with open_app(settings) as other:
        findings = {finding.name: finding for finding in await other.services.doctor()}
        result = await other.services.connections.test("okta")
    assert not findings["connection okta"].good
    assert "key" in findings["connection okta"].what
    assert not result.works
    assert "sealed with the key" in result.what
    assert result.mend


async def test_a_run_with_a_connection_that_cannot_be_opened_says_so(world: World) -> None:
    authoriser = world.services.connections
    stored = await authoriser._store.get("google_workspace")  # type: ignore[attr-defined]
    await authoriser._store.put(replace(stored, sealed=stored.sealed[:-1] + b"x"))  # type: ignore[attr-defined]
    run = await world.settled(await world.start("google-workspace-offboarding", Username=LOGIN))
    assert run.status is RunStatus.FAILED
    assert run.error is not None
    assert (run.error["code"], run.error["card"], run.error["field"]) == ("cannot-decrypt", "suspend", "connection")
    assert run.error["mend"]


async def test_an_example_of_an_address_that_was_stored_before_is_told_and_never_used(world: World) -> None:
    connections = world.services.connections
    stored = await connections._store.get("okta")  # type: ignore[attr-defined]
    await connections._store.put(replace(stored, base_url="https://your-org.okta.com"))  # type: ignore[attr-defined]
    finding = {one.name: one for one in await world.services.doctor()}["connection okta"]
    assert not finding.good
    assert "'https://your-org.okta.com'" in finding.what
    assert "base_url" in finding.mend
    result = await connections.test("okta")
    assert (result.works, result.mend, result.code) == (False, finding.mend, "example-address")


async def test_a_key_is_replaced_and_nothing_is_entered_again(database_url: str, tmp_path: Path) -> None:
    def settings(key: str, former: str | None = None) -> Settings:
        return Settings(
            data=tmp_path,
            database_url=SecretStr(database_url),
            secret_key=SecretStr(key),
            former_secret_keys=SecretStr(former) if former else None,
        )

    old, new = secrets.token_hex(32), secrets.token_hex(32)
    async with open_app(settings(old)) as app:
        await app.services.connections.put("mine", form())
    async with open_app(settings(new)) as app:
        found = {finding.name: finding for finding in await app.services.doctor()}
        assert not found["connection mine"].good
        assert "KEYTURN_FORMER_SECRET_KEYS" in found["connection mine"].mend
        assert not (await app.services.connections.test("mine")).works
    async with open_app(settings(new, former=old)) as app:
        found = {finding.name: finding for finding in await app.services.doctor()}
        assert found["connection mine"].good, found["connection mine"].what
        assert found["connection mine"].what == "Its secrets can be opened. They could not when it was used last."
        assert (await app.services.connections.get("mine")).state.name == "unused"
        assert found["former keys"].what.startswith("1 ")
    async with open_app(settings(new)) as app:
        found = {finding.name: finding for finding in await app.services.doctor()}
        assert found["connection mine"].good


async def test_a_connection_that_cannot_be_opened_is_known_to_fail(database_url: str, tmp_path: Path) -> None:
    def settings() -> Settings:
        key = SecretStr(secrets.token_hex(32))
        return Settings(data=tmp_path, database_url=SecretStr(database_url), secret_key=key)

    async with open_app(settings()) as app:
        await app.services.connections.put("mine", form())
    async with open_app(settings()) as app:
        tested = await app.services.connections.test("mine")
        state = (await app.services.connections.get("mine")).state
        assert (tested.works, state.name) == (False, "failing")
        assert "KEYTURN_FORMER_SECRET_KEYS" in state.mend


@pytest.mark.parametrize(
    "more",
    [
        {},
        {
            "kind": "oauth_code",
            "settings": {
                "authorize_url": "https://x.okta.com/a",
                "token_url": "https://x.okta.com/t",
                "client_id": "me",
            },
            "secrets": {"client_secret": TOKEN},
        },
    ],
    ids=["bearer", "oauth_code"],
)
async def test_a_connection_that_cannot_be_opened_is_renamed_and_else_stays_as_it_is(
    more: dict[str, object], database_url: str, tmp_path: Path
) -> None:
    def settings(key: str, former: str = "") -> Settings:
        former_keys = SecretStr(former) if former else None
        url, secret = SecretStr(database_url), SecretStr(key)
        return Settings(data=tmp_path, database_url=url, secret_key=secret, former_secret_keys=former_keys)

    old, new = secrets.token_hex(32), secrets.token_hex(32)
    async with open_app(settings(old)) as app:
        made = await app.services.connections.put("mine", form(**more, users=["ines"], at_once=3))
    async with open_app(settings(new)) as app:
        connections = app.services.connections
        kept = {**more, "secrets": {}}
        named = await connections.put("mine", form(**kept, name="New name", per_minute=30))
        assert (named.name, named.per_minute, named.at_once, named.users) == ("New name", 30, None, ("ines",))
        for change in ({"base_url": "https://y.okta.com"}, {"settings": {**made.settings, "proxy": "direct"}}):
            with pytest.raises(ProblemError) as refused:
                await connections.put("mine", form(**{**kept, **change}))
            (problem,) = refused.value.problems
            assert problem.field == "secrets"
            assert "cannot be opened: The secrets were sealed with the key" in problem.what
            assert "KEYTURN_FORMER_SECRET_KEYS" in (problem.mend or "")
        with pytest.raises(ProblemError) as refused:
            await connections.put("mine", form(**kept, per_minute=-1))
        assert [problem.field for problem in refused.value.problems] == ["per_minute"]
        after = await connections.get("mine")
        assert (after.name, after.base_url, after.settings) == ("New name", made.base_url, made.settings)
    async with open_app(settings(new, old)) as app:
        found = {finding.name: finding for finding in await app.services.doctor()}
        assert found["former keys"].what.startswith("1 "), "what was sealed is still there"
        changed = await app.services.connections.put("mine", form(**kept, name="Newer"))
        assert changed.name == "Newer"


async def test_the_state_of_a_connection_is_noted_as_it_is_used(world: World) -> None:
    connections = world.services.connections
    assert (await connections.get("office365")).state.name == "unused"
    await connections.test("office365")
    assert (await connections.get("office365")).state.name == "works"
    known = await connections.get("office365")
    wrong = form(connector="office365", base_url=known.base_url, secrets={"token": "wrong-token"})
    await connections.put("office365", wrong)
    await world.settled(await world.start("office-365-offboarding", Username=LOGIN))

    async def noted() -> bool:
        return (await connections.get("office365")).state.name == "failing"

    await until(noted)
    state = (await connections.get("office365")).state
    assert "401" in state.what
    assert state.since
    assert state.mend
    assert "wrong-token" not in repr(state)
    (told,) = [finding for finding in await world.services.doctor() if finding.name == "connection office365"]
    assert not told.good
    assert "It has failed since" in told.what
    assert told.mend


async def test_the_doctor_finds_a_connection_whose_events_reach_nobody(world: World) -> None:
    known = await world.services.connections.get("okta")

    async def told(**secret: str) -> Finding:
        deaf = form(base_url=known.base_url, secrets={"token": "t", **secret})
        await world.services.connections.put("okta", deaf)
        return next(finding for finding in await world.services.doctor() if finding.name == "connection okta")

    found = await told()
    assert not found.good
    assert "offboard-suspended-user" in found.what
    assert "keyturn connections subscribe okta" in found.mend
    assert (await told(event_hook_secret="s")).good
