"""Actions against the running sandbox, over the network: what manifests say, and what pretend tenants do with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from support_connectors import NOW, Clock

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import ActionCall, Done, Failed, PageAsked, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.http import HttpClient, HttpSettings
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA = "eva.horvat@northwind.example"
TENANTS = {"okta": "okta", "office365": "graph", "google_workspace": "google", "slack": "slack"}
SURE: Values = {"ensure": True}


class Apps:
    """The pretend tenants, by way of connections."""

    def __init__(self, actions: ConnectorActions) -> None:
        self._actions = actions

    async def act(
        self,
        card: str,
        inputs: Values,
        options: Values | None = None,
        *,
        look: bool = False,
        sent_at: datetime | None = None,
        page: PageAsked | None = None,
    ) -> Done | Failed | Unknown:
        run, connection = UUID(int=7), card.partition(".")[0]
        given = options or {}
        call = ActionCall(run, run, "flow", "card", "card", card, connection, given, inputs, 1, lambda: None, look=look)
        call.page, call.sent_at = page, sent_at
        return await self._actions.perform(call)

    async def done(self, card: str, inputs: Values, options: Values | None = None) -> Values:
        outcome = await self.act(card, inputs, options)
        assert isinstance(outcome, Done), outcome
        return outcome.outputs


@pytest.fixture
async def apps() -> AsyncIterator[Apps]:
    async with Sandbox(SandboxConfig(hook_timeout=0.2)) as running:
        store = MemoryConnections()
        hosts = tuple(urlsplit(one["base_url"]).netloc for one in running.urls.values())
        http = HttpClient(HttpSettings(allow=hosts))
        authoriser = authoriser_alone(http, store, Vault(bytes(32)), Clock())
        for connector, tenant in TENANTS.items():
            there = running.urls[tenant]
            sealed = authoriser.seal(connector, {"token": there["token"]})
            settings = {"prefix": "SSWS"} if connector == "okta" else {}
            base = there["base_url"]
            await store.put(
                Connection(connector, connector, connector, AuthKind.BEARER, base, settings, sealed, NOW, NOW)
            )
        there = running.urls["graph"]
        sealed = authoriser.seal("api_connector", {"token": there["token"]})
        own = ("api_connector", "api_connector", "api_connector", AuthKind.BEARER, there["base_url"])
        await store.put(Connection(*own, {}, sealed, NOW, NOW))
        yield Apps(actions_alone(ConnectorRegistry(), authoriser, http, Clock()))
        await http.aclose()


async def test_a_user_of_okta_from_the_first_day_to_the_last(apps: Apps) -> None:
    profile: Values = {"login": "ada@x.example", "email": "ada@x.example", "firstName": "Ada", "lastName": "Byron"}
    inputs: Values = {"profile": profile, "activate": True, "password": "Correct-Horse-7"}
    begun = datetime.now(UTC)
    made = await apps.done("okta.create_user", inputs, {"option": "getInputswithPW"})
    ada = made["id"]
    assert made["status"] == "ACTIVE"
    found = await apps.act("okta.create_user", {"profile": profile, "activate": True}, look=True, sent_at=begun)
    assert isinstance(found, Done)
    assert found.outputs["id"] == ada
    undated = await apps.act("okta.create_user", {"profile": profile, "activate": True}, look=True)
    assert isinstance(undated, Unknown)
    again = await apps.done("okta.create_user", {"profile": profile, "activate": True}, SURE)
    assert (again["id"], again["outcome"]) == (ada, "already")
    search: Values = {"login": "ada@x.example", "limit": 200}
    assert (await apps.done("okta.list_users_with_search", search, {"results": "first"}))["id"] == ada
    for expected in ("changed", "already"):
        assert (await apps.done("okta.suspend_user", {"user": ada}, SURE))["outcome"] == expected
    assert (await apps.done("okta.read_user", {"user": "ada@x.example"}))["status"] == "SUSPENDED"
    looked = await apps.act("okta.suspend_user", {"user": ada}, look=True)
    assert isinstance(looked, Done)
    assert isinstance(await apps.act("okta.suspend_user", {"user": ada}), Failed)
    assert (await apps.done("okta.unsuspend_user", {"user": ada}, SURE))["outcome"] == "changed"
    await apps.done("okta.clear_user_sessions", {"user": ada, "oauth_tokens": True, "forget_devices": False})
    assert (await apps.done("okta.deactivate_user", {"user": ada}, SURE))["outcome"] == "changed"
    assert (await apps.done("okta.read_user", {"user": ada}))["status"] == "DEPROVISIONED"
    assert (await apps.done("okta.suspend_user", {"user": ada}, SURE))["outcome"] == "already"
    assert (await apps.done("okta.suspend_user", {"user": "nobody"}, SURE))["outcome"] == "absent"


async def test_a_channel_in_the_archive_is_not_there_already(apps: Apps) -> None:
    made = await apps.done("slack.create_channel", {"name": "launch", "private": False}, SURE)
    assert isinstance(made["channel"], dict)
    channel: Values = {"channel": made["channel"]["id"]}
    assert (await apps.done("slack.archive_channel", channel, SURE))["outcome"] == "changed"
    failed = await apps.act("slack.create_channel", {"name": "launch", "private": False}, SURE)
    assert isinstance(failed, Failed)
    assert failed.error.why.startswith("The channel launch is there, and archived")
    assert f"Unarchive Channel with its id, {channel['channel']}," in failed.error.mend
    for expected in ("changed", "already"):
        assert (await apps.done("slack.unarchive_channel", channel, SURE))["outcome"] == expected
    assert isinstance(await apps.act("slack.unarchive_channel", channel), Failed)
    again = await apps.done("slack.create_channel", {"name": "launch", "private": False}, SURE)
    assert isinstance(again["channel"], dict)
    assert (again["channel"]["id"], again["outcome"]) == (channel["channel"], "already")


async def test_searches_put_their_conditions_together(apps: Apps) -> None:
    inputs: Values = {"status": "ACTIVE", "search": 'profile.lastName eq "Horvat"', "limit": 200}
    found = await apps.done("okta.list_users_with_search", inputs, {"results": "all"})
    rows = found["records"]
    assert isinstance(rows, list)
    assert len(rows) == 1
    inputs = {"search": "", "login": 'x" or status eq "ACTIVE', "limit": 200}
    assert (await apps.done("okta.list_users_with_search", inputs, {"results": "all"}))["records"] == []
    page = await apps.act("okta.search_system_logs", {"order": "ASCENDING"}, {"results": "stream"}, page=PageAsked())
    assert isinstance(page, Done)


async def test_all_of_many_people_come_by_streaming_once_each() -> None:
    """By far more of them: ``python -m bench.people``, which measures memory too."""
    people = 3_000
    async with Sandbox(SandboxConfig(people=people)) as running:
        there, store = running.urls["okta"], MemoryConnections()
        http = HttpClient(HttpSettings(allow=(urlsplit(there["base_url"]).netloc,)))
        authoriser = authoriser_alone(http, store, Vault(bytes(32)), Clock())
        sealed, base = authoriser.seal("okta", {"token": there["token"]}), there["base_url"]
        await store.put(Connection("okta", "okta", "okta", AuthKind.BEARER, base, {"prefix": "SSWS"}, sealed, NOW, NOW))
        many = Apps(actions_alone(ConnectorRegistry(), authoriser, http, Clock()))
        logins: list[str] = []
        token: str | None = None
        while token is not None or not logins:
            inputs: Values = {"limit": 200}
            page = await many.act("okta.list_users_with_search", inputs, {"results": "stream"}, page=PageAsked(token))
            assert isinstance(page, Done)
            records, following = page.outputs["records"], page.outputs["next"]
            assert isinstance(records, list)
            assert 0 < len(records) <= 200
            logins += [str(record["profile"]["login"]) for record in records]  # type: ignore[index,call-overload]
            token = str(following) if following else None
        await http.aclose()
    assert (len(logins), len(set(logins))) == (people, people)


async def test_an_account_of_microsoft_365_is_closed_and_opened(apps: Apps) -> None:
    enabled: Values = {"url": f"/v1.0/users/{EVA}", "query": {"$select": "accountEnabled"}}
    assert (await apps.done("office365.disable_user", {"user": EVA}, SURE))["outcome"] == "changed"
    read = (await apps.done("office365.custom_api_action", enabled, {"method": "GET"}))["body"]
    assert isinstance(read, dict)
    assert read["accountEnabled"] is False
    assert (await apps.done("office365.revoke_sessions", {"user": EVA}))["revoked"] is True
    await apps.done("office365.enable_user", {"user": EVA})
    assert (await apps.done("office365.disable_user", {"user": "nobody@x.example"}, SURE))["outcome"] == "absent"
    mail: Values = {"sender": EVA, "to": EVA, "subject": "Hi", "body": "<p>x</p>", "type": "html", "save": True}
    await apps.done("office365.send_mail", mail)


async def test_a_person_of_google_is_made_whole_once_the_unit_is_right(apps: Apps) -> None:
    """Google refuses a creation as a whole: a second try with Ensure finds nobody who is half made."""
    ada: Values = {"email": "ada@northwind.example", "first_name": "Ada", "last_name": "Byron", "password": "Xw9!Xw9!"}
    refused = await apps.act("google_workspace.create_user", {**ada, "org_unit": "/New Hires"}, SURE)
    assert isinstance(refused, Failed), refused
    assert isinstance(await apps.act("google_workspace.read_user", {"user": "ada@northwind.example"}), Failed)
    made = await apps.done("google_workspace.create_user", {**ada, "org_unit": "/Finance"}, SURE)
    assert made["outcome"] == "changed"
    found = await apps.done("google_workspace.read_user", {"user": "ada@northwind.example"})
    assert (found["first_name"], found["org_unit"]) == ("Ada", "/Finance"), found


async def test_an_account_of_google_workspace_is_closed_with_all_that_lets_in(apps: Apps) -> None:
    assert (await apps.done("google_workspace.read_user", {"user": EVA}))["suspended"] is False
    assert (await apps.done("google_workspace.suspend_user", {"user": EVA}, SURE))["outcome"] == "changed"
    await apps.done("google_workspace.sign_out_user", {"user": EVA})
    assert (await apps.done("google_workspace.list_tokens", {"user": EVA}))["tokens"]
    await apps.done("google_workspace.delete_all_tokens", {"user": EVA})
    assert not (await apps.done("google_workspace.list_tokens", {"user": EVA}))["tokens"]
    await apps.done("google_workspace.activate_user", {"user": EVA})
    gone = await apps.done("google_workspace.sign_out_user", {"user": "nobody@x.example"}, SURE)
    assert gone["outcome"] == "absent"


async def test_more_consents_than_a_page_shows_are_all_revoked(apps: Apps) -> None:
    async def asked(method: str, url: str, body: JSON = None) -> Values:
        done = await apps.done("office365.custom_api_action", {"url": url, "body": body}, {"method": method})
        found = done["body"]
        return found if isinstance(found, dict) else {}

    eva = (await asked("GET", f"/v1.0/users/{EVA}"))["id"]
    listed = (await asked("GET", "/v1.0/servicePrincipals"))["value"]
    assert isinstance(listed, list)
    known = [one["id"] for one in listed if isinstance(one, dict)]
    for number in range(110):
        app = await asked("POST", "/v1.0/applications", {"displayName": f"App {number}"})
        principal = await asked("POST", "/v1.0/servicePrincipals", {"appId": app["appId"]})
        grant: Values = {"clientId": principal["id"], "consentType": "Principal", "principalId": eva}
        await asked("POST", "/v1.0/oauth2PermissionGrants", {**grant, "resourceId": known[0], "scope": "User.Read"})
    done = await apps.done("office365.revoke_all_consents", {"user": EVA})
    assert isinstance(done["revoked"], list)
    assert len(done["revoked"]) >= 110
    left = await asked("GET", f"/v1.0/users/{EVA}/oauth2PermissionGrants")
    assert left["value"] == []


@pytest.mark.parametrize(
    ("card", "options"), [("office365.custom_api_action", {"method": "GET"}), ("api_connector.get", {})]
)
async def test_a_usage_report_is_read_where_it_is_sent_on_to(apps: Apps, card: str, options: Values) -> None:
    asked: Values = {"url": "/v1.0/reports/getOffice365ActiveUserDetail(period='D7')"}
    outcome = await apps.act(card, asked, options)
    assert isinstance(outcome, Done), outcome
    assert (outcome.outputs["status"], EVA in str(outcome.outputs["body"])) == (200, True)
    [exchange] = outcome.exchanges
    assert isinstance(exchange, dict)
    assert exchange["hops"] == 1
    assert "/downloads/reports/getOffice365ActiveUserDetail/D7/" in str(exchange["final_url"])


async def test_a_user_of_okta_is_made_with_the_provider_and_gets_a_password_and_back(apps: Apps) -> None:
    profile: Values = {"login": "ada@x.example", "email": "ada@x.example", "firstName": "Ada", "lastName": "Byron"}
    inputs: Values = {"profile": profile, "activate": True, "provider_type": "FEDERATION"}
    made = await apps.done("okta.create_user", inputs, {"option": "getInputsAuthProv"})
    federated = {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}
    ada: Values = {"user": made["id"]}

    async def proved() -> JSON:
        return (await apps.done("okta.read_user", ada))["credentials"]

    assert (made["status"], await proved()) == ("ACTIVE", federated)
    reset = await apps.done("okta.reset_password", {**ada, "send_email": False}, {"convert": "No"})
    assert reset["url"]
    assert (await proved()) == {"provider": {"type": "OKTA", "name": "OKTA"}}


async def test_a_user_of_okta_is_converted_to_a_federated_one(apps: Apps) -> None:
    converted = await apps.done("okta.reset_password", {"user": EVA}, {"convert": "Yes"})
    assert (converted["status"], converted["url"]) == (200, None)
    read = await apps.done("okta.read_user", {"user": EVA})
    assert (read["status"], read["credentials"]) == (
        "ACTIVE",
        {"provider": {"type": "FEDERATION", "name": "FEDERATION"}},
    )
