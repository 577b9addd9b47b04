"""Connections by API: secrets go in and never come out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support_client import Client
from support_server import OKTA, Site

from keyturn.connections.model import Connection
from keyturn.http import NotSent
from keyturn.triggers.subscribe import Answer

API = "/api/v1/connections"


async def test_secrets_never_come_out(site: Site) -> None:
    client = site.client()
    answers = [await client.put(f"{API}/okta", OKTA), await client.get(f"{API}/okta"), await client.get(API)]
    assert [answer.status for answer in answers] == [200, 200, 200]
    for answer in answers:
        assert b"okta-secret-token" not in answer.body
        assert b"secret" not in answer.body
        assert b"sealed" not in answer.body
    assert answers[1].json["settings"] == {"prefix": "SSWS"}


async def test_secrets_that_are_not_given_stay(site: Site) -> None:
    client = site.client()
    await client.put(f"{API}/okta", OKTA)
    changed = await client.put(f"{API}/okta", {**OKTA, "name": "Northwind", "secrets": {}})
    assert (changed.status, changed.json["name"]) == (200, "Northwind")


async def test_what_is_only_to_be_made_replaces_nothing(client: Client) -> None:
    made = await client.put(f"{API}/okta?only_new=true", OKTA)
    assert (made.status, made.json["name"]) == (200, "okta")
    again = await client.put(f"{API}/okta?only_new=true", {**OKTA, "name": "Another"})
    assert (again.status, again.problem["code"]) == (409, "connection-taken")
    assert (await client.get(f"{API}/okta")).json["name"] == "okta"


async def test_every_wrong_field_is_named(client: Client) -> None:
    answer = await client.put(f"{API}/okta", {"connector": "okta", "kind": "bearer", "base_url": "ftp://x"})
    assert answer.status == 422
    assert {problem["field"] for problem in answer.problems} == {"token", "base_url"}
    unknown = await client.put(f"{API}/okta", {**OKTA, "connector": "otka"})
    assert "okta" in unknown.problem["mend"]
    badly_named = await client.put(f"{API}/Not%20An%20Id", OKTA)
    assert badly_named.problem["field"] == "id"


async def test_deleting(client: Client) -> None:
    await client.put(f"{API}/okta", OKTA)
    assert (await client.call("DELETE", f"{API}/okta")).status == 204
    gone = await client.call("DELETE", f"{API}/okta")
    assert (gone.status, gone.problem["code"]) == (404, "unknown-connection")


async def test_testing_tells_what_the_app_said(site: Site) -> None:
    client = site.client()
    await client.put(f"{API}/okta", OKTA)
    assert (await client.post(f"{API}/okta/test")).json["works"] is True
    refused = Answer(401, {"errorCode": "E0000011", "errorSummary": "Invalid token provided"})
    site.okta.answers["GET", "/api/v1/users?limit=1"] = refused
    answer = await client.post(f"{API}/okta/test")
    assert answer.status == 200
    assert answer.json["works"] is False
    assert "Invalid token provided" in answer.json["what"]
    assert answer.json["mend"].startswith("Make a new API token")


async def test_a_test_that_asks_for_nothing_special_tells_nothing_of_the_credentials(site: Site) -> None:
    client = site.client()
    hr = {"connector": "workday", "kind": "basic", "base_url": "https://hr.example/ccx", "settings": {"user": "u"}}
    made = await client.put(f"{API}/hr", {**hr, "secrets": {"password": "x"}})
    for answer, works in ((Answer(404, None), True), (Answer(404, {"errorCode": "E0000022"}), False)):
        site.okta.answers["GET", "/"] = answer
        told = (await client.post(f"{API}/hr/test")).json
        assert (told["works"], told["told"]) == (works, not works)
        assert ("a request shows" in told["mend"]) is works
        state = (await client.get(f"{API}/hr")).json["state"]
        assert state["name"] == ("unused" if works else "failing")
        assert ("a request shows" in state["what"]) is works
    assert made.json["state"]["name"] == "unused"


async def test_a_test_tells_since_when_it_fails_however_often_it_is_tested(site: Site) -> None:
    client = site.client()
    await client.put(f"{API}/okta", OKTA)
    asked = ("GET", "/api/v1/users?limit=1")
    well = site.okta.answers[asked]
    site.okta.answers[asked] = Answer(401, {"errorCode": "E0000011"})
    first = (await client.post(f"{API}/okta/test")).json["state"]
    assert first["name"] == "failing"
    assert (await client.post(f"{API}/okta/test")).json["state"] == first
    site.okta.answers[asked] = well
    assert (await client.post(f"{API}/okta/test")).json["state"]["name"] == "works"


async def test_new_credentials_are_as_unused(site: Site) -> None:
    client = site.client()

    async def state_after(**changed: object) -> str:
        await client.post(f"{API}/okta/test")
        assert (await client.get(f"{API}/okta")).json["state"]["name"] == "works"
        form = {**OKTA, **changed}
        return str((await client.put(f"{API}/okta", form)).json["state"]["name"])

    await client.put(f"{API}/okta", OKTA)
    kept = {"secrets": {}}
    assert await state_after(**kept, name="Okta of all", per_minute=600) == "works"
    assert await state_after(secrets={"token": "another"}) == "unused"
    assert await state_after(base_url="https://other.okta.example") == "unused"


async def test_subscribing_registers_the_events_of_active_flows(offboarding: Site) -> None:
    answer = await offboarding.client().post(f"{API}/okta/subscribe")
    assert answer.json == {
        "id": "who1",
        "uri": "https://keyturn.example/hooks/okta/okta",
        "event_types": ["user.lifecycle.suspend"],
    }
    assert ("POST", "/api/v1/eventHooks/who1/lifecycle/verify") in [asked[:2] for asked in offboarding.okta.asked]


async def test_subscribing_without_an_event_flow_says_what_to_do(client: Client) -> None:
    await client.put(f"{API}/okta", OKTA)
    answer = await client.post(f"{API}/okta/subscribe")
    assert (answer.status, answer.problem["code"]) == (409, "subscribe-failed")
    assert "Publish" in answer.problem["mend"]


async def test_the_apps_that_one_can_connect_to_say_what_they_need(site: Site) -> None:
    rows = (await site.client().get("/api/v1/connectors?limit=200")).json["rows"]
    assert [row["title"] for row in rows] == sorted(row["title"] for row in rows)
    okta = next(row for row in rows if row["name"] == "okta")
    usual = dict(okta["kinds"][0])
    guide = usual.pop("guide")
    assert usual == {
        "kind": "bearer",
        "settings": {"prefix": False},
        "secrets": ["token"],
        "optional": [],
        "long": [],
        "choices": {},
    }
    assert (guide["where"], guide["fields"]["token"]) == ("", "The API token.")
    signed_in = next(kind for kind in okta["kinds"] if kind["kind"] == "oauth_code")["guide"]
    assert any("https://keyturn.example/oauth/callback" in step for step in signed_in["steps"])
    assert signed_in["settings"]["token_url"] == "{base_url}/oauth2/v1/token"
    assert okta["defaults"] == {"prefix": "SSWS"}
    assert okta["actions"] > 0
    first = (await site.client().get("/api/v1/connectors?limit=1")).json
    rest = (await site.client().get(f"/api/v1/connectors?limit=200&after={first['next']}")).json
    assert first["rows"] + rest["rows"] == rows


async def test_the_flows_that_use_a_connection(offboarding: Site) -> None:
    client = offboarding.client()
    for connection, flows in (
        ("okta", ["offboard-suspended-user"]),
        ("office365", ["office-365-offboarding"]),
        ("x", []),
    ):
        rows = (await client.get(f"/api/v1/flows?connection={connection}")).json["rows"]
        assert [row["id"] for row in rows] == flows


async def test_the_address_of_a_mail_server_is_none_of_the_web(client: Client) -> None:
    mail = {"connector": "smtp", "kind": "basic", "settings": {"user": "it"}, "secrets": {"password": "pass-word-1"}}
    refused = await client.put(f"{API}/mail", {**mail, "base_url": "https://mail.example"})
    assert (refused.status, refused.problem["field"]) == (422, "base_url")
    assert "smtp://" in refused.problem["mend"]
    assert (await client.put(f"{API}/mail", {**mail, "base_url": "smtps://mail.example:465"})).status == 200
    assert (await client.put(f"{API}/okta", {**OKTA, "base_url": "smtp://mail.example"})).status == 422


class Unreached:
    """A mail server with which no connection comes about."""

    async def check(self, connection: Connection) -> None:
        raise NotSent("mail.example offers no encryption.", "Use smtps:// or another port.")


async def test_what_to_do_about_a_mail_server_is_said_once(offboarding: Site) -> None:
    client = offboarding.client()
    offboarding.services.connections._mail = Unreached()  # type: ignore[assignment]
    mail = {"connector": "smtp", "kind": "none", "base_url": "smtp://mail.example:25"}
    assert (await client.put(f"{API}/mail", mail)).status == 200
    told = (await client.post(f"{API}/mail/test")).json
    assert told["what"] == "mail.example offers no encryption."
    assert told["mend"] == "Use smtps:// or another port."


READ: dict[str, Any] = {
    "id": "reads",
    "name": "Reads",
    "event": {"card": "manual"},
    "cards": [{"id": "who", "card": "okta.read_user", "connection": "okta", "inputs": {"user": "eva"}}],
}
CHOICES = f"{API}/okta/choices/okta.read_group/group"


async def test_a_connection_may_be_for_some_people_only(site: Site) -> None:
    ines, ravi = await site.client_of("ines"), await site.client_of("ravi")
    made = await site.client().put(f"{API}/okta", {**OKTA, "users": ["ines"]})
    assert (made.status, made.json["users"]) == (200, ["ines"])
    refused = await ravi.post("/api/v1/flows", {"documents": [READ]})
    assert (refused.status, refused.problem["code"]) == (422, "connection-of-others")
    assert (refused.problem["flow"], refused.problem["card"], refused.problem["field"]) == (
        "reads",
        "who",
        "connection",
    )
    assert "ravi" in refused.problem["what"]
    for client, codes in ((ravi, ["connection-of-others"]), (ines, [])):
        checked = (await client.post("/api/v1/flows/check", {"documents": [READ]})).json["problems"]
        assert [(one["code"], one["card"]) for one in checked if one["code"] == "connection-of-others"] == [
            (code, "who") for code in codes
        ]
    trial = {"connection": "okta", "inputs": {"user": "eva"}, "options": {}, "confirm": False}
    tried = await ravi.post("/api/v1/connectors/okta/actions/read_user/runs", trial)
    assert (tried.status, tried.problem["code"]) == (422, "connection-of-others")
    loaded = await ravi.get(CHOICES)
    assert (loaded.status, loaded.problem["code"]) == (403, "connection-of-others")
    assert loaded.problem["mend"]
    assert (await ines.post("/api/v1/flows", {"documents": [READ]})).status == 200
    assert (await ravi.post("/api/v1/flows/reads/runs", {})).status == 202, "what is published runs"
    changed = await ravi.post("/api/v1/flows", {"documents": [{**READ, "name": "Reads on"}]})
    assert changed.status == 422
    assert (await site.client().put(f"{API}/okta", {**OKTA, "secrets": {}})).json["users"] == ["ines"]
    await site.client().put(f"{API}/okta", {**OKTA, "users": []})
    assert (await ravi.post("/api/v1/flows", {"documents": [{**READ, "name": "Reads on"}]})).status == 200


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"base_url": "https://elsewhere.example"}, ["token"]),
        ({"base_url": "http://northwind.okta.example"}, ["token"]),
        ({"settings": {"proxy": "http://proxy.example:3128"}}, ["token"]),
        ({"base_url": "https://NORTHWIND.okta.example/"}, []),
        ({"name": "Another"}, []),
    ],
)
async def test_secrets_are_given_again_before_they_are_sent_elsewhere(
    site: Site, changes: dict[str, Any], missing: list[str]
) -> None:
    client = site.client()
    await client.put(f"{API}/okta", OKTA)
    answer = await client.put(f"{API}/okta", {**OKTA, "secrets": {}, **changes})
    assert answer.status == (422 if missing else 200), answer.body
    assert [problem["field"] for problem in answer.json.get("problems", [])] == missing
    assert (await client.put(f"{API}/okta", {**OKTA, **changes})).status == 200


async def test_where_secrets_may_go_is_noted_when_they_are_given(site: Site) -> None:
    client = site.client()
    form = {"connector": "google_workspace", "kind": "bearer", "secrets": {"token": "google-secret"}}
    await client.put(f"{API}/google", form)
    assert site.connections.known["google"].reaches == ("https://licensing.googleapis.com",)
    site.connections.known["google"] = replace(site.connections.known["google"], reaches=())
    await client.put(f"{API}/google", {**form, "secrets": {}, "name": "Google"})
    assert site.connections.known["google"].reaches == (), "nobody gave them for that address"
    await client.put(f"{API}/google", form)
    assert site.connections.known["google"].reaches == ("https://licensing.googleapis.com",)


@pytest.mark.parametrize(
    ("connector", "base_url", "derived"),
    [
        (
            "okta",
            "https://northwind.okta.example/",
            {
                "authorize_url": "https://northwind.okta.example/oauth2/v1/authorize",
                "token_url": "https://northwind.okta.example/oauth2/v1/token",
                "revoke_url": "https://northwind.okta.example/oauth2/v1/revoke",
            },
        ),
        (
            "slack",
            "",
            {
                "authorize_url": "https://slack.com/oauth/v2/authorize",
                "token_url": "https://slack.com/api/oauth.v2.access",
                "revoke_url": "https://slack.com/api/auth.revoke",
            },
        ),
        (
            "google_workspace",
            "",
            {
                "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
                "token_url": "https://oauth2.googleapis.com/token",
                "revoke_url": "https://oauth2.googleapis.com/revoke",
                "authorize_parameters": "access_type=offline&prompt=consent",
            },
        ),
    ],
)
async def test_addresses_of_a_sign_in_that_the_form_fills_in_need_not_be_given(
    site: Site, connector: str, base_url: str, derived: dict[str, str]
) -> None:
    client = site.client()
    form = {"connector": connector, "kind": "oauth_code", "base_url": base_url, "settings": {"client_id": "me"}}
    answer = await client.put(f"{API}/new", form)
    assert answer.status == 200, answer.json
    assert answer.json["settings"] == {**derived, "client_id": "me"}
    mine = {"authorize_url": "https://a.example/a", "token_url": "https://a.example/t", "client_id": "me"}
    kept = await client.put(f"{API}/new", {**form, "settings": mine})
    assert kept.json["settings"].get("revoke_url") is None, "what is one's own is not mixed with the vendor's"
    cleared = await client.put(f"{API}/new", {**form, "settings": {"client_id": "me", "revoke_url": ""}})
    assert cleared.json["settings"]["revoke_url"] == ""


@pytest.mark.parametrize(
    ("connector", "kind", "base_url", "told"),
    [
        (
            "office365",
            "oauth_code",
            "",
            "it is https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token, where tenant is the Directory",
        ),
        ("google_workspace", "oauth_code", "https://elsewhere.example", "it is https://oauth2.googleapis.com/token"),
        ("api_connector", "oauth_code", "https://elsewhere.example", "needs it."),
    ],
)
async def test_addresses_that_have_to_be_given_are_told(
    site: Site, connector: str, kind: str, base_url: str, told: str
) -> None:
    form = {"connector": connector, "kind": kind, "base_url": base_url, "settings": {"client_id": "me"}}
    answer = await site.client().put(f"{API}/new", form)
    wrong = {problem["field"]: problem["mend"] for problem in answer.json["problems"]}
    assert (answer.status, sorted(wrong)) == (422, ["authorize_url", "token_url"])
    assert told in wrong["token_url"]


async def test_a_secret_that_may_be_left_out_is_not_lost_without_a_word(site: Site) -> None:
    client = site.client()
    signed_in = {
        "connector": "okta",
        "kind": "oauth_code",
        "base_url": "https://northwind.okta.example",
        "settings": {
            "authorize_url": "https://northwind.okta.example/oauth2/v1/authorize",
            "token_url": "https://northwind.okta.example/oauth2/v1/token",
            "client_id": "me",
        },
    }
    await client.put(f"{API}/okta", {**signed_in, "secrets": {"client_secret": "pass-word-1"}})
    elsewhere = {**signed_in, "settings": {**signed_in["settings"], "token_url": "https://elsewhere.example/token"}}
    answer = await client.put(f"{API}/okta", elsewhere)
    assert (answer.status, answer.problem["field"]) == (422, "client_secret")
    assert (await client.put(f"{API}/okta", {**elsewhere, "secrets": {"client_secret": "again"}})).status == 200


@pytest.mark.parametrize(
    ("settings", "secrets", "wrong"),
    [
        ({"header": "A-Key", "header_2": "B-Key"}, {"value": "a", "value_2": "b"}, []),
        ({"header": "A-Key"}, {"value": "a", "value_2": "b"}, ["header_2"]),
        ({"header": "A-Key", "header_3": "C-Key"}, {"value": "a"}, ["value_3"]),
        ({"header": "A-Key", "header_2": "a-key"}, {"value": "a", "value_2": "b"}, ["header"]),
        ({"header": "A Key"}, {"value": "a"}, ["header"]),
        ({"header": "Host"}, {"value": "a"}, ["header"]),
        ({"header": "Authorization"}, {"value": "a"}, []),
    ],
)
async def test_an_app_with_several_keys_has_each_in_a_header_of_its_own(
    site: Site, settings: dict[str, str], secrets: dict[str, str], wrong: list[str]
) -> None:
    form = {"connector": "api_connector", "kind": "header", "base_url": "https://app.example"}
    answer = await site.client().put(f"{API}/app", {**form, "settings": settings, "secrets": secrets})
    assert [one["field"] for one in answer.json.get("problems", [])] == wrong, answer.body
    assert answer.status == (422 if wrong else 200)


async def test_how_a_clients_secret_is_shown_is_one_of_two_ways(site: Site) -> None:
    settings = {"token_url": "https://app.example/token", "client_id": "me"}
    form = {"connector": "api_connector", "kind": "oauth_client_credentials", "base_url": "https://app.example"}
    for way, status in (("basic", 200), ("form", 200), ("post", 422)):
        given = {**form, "settings": {**settings, "client_auth": way}, "secrets": {"client_secret": "s"}}
        assert (await site.client().put(f"{API}/app", given)).status == status
    rows = (await site.client().get("/api/v1/connectors?limit=200")).json["rows"]
    choices = {kind["kind"]: kind["choices"] for row in rows for kind in row["kinds"]}
    ways = {"client_auth": ["form", "basic"]}
    assert {kind: said for kind, said in choices.items() if said} == {
        "oauth_client_credentials": ways,
        "oauth_code": ways,
    }
