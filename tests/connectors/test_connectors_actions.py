"""Actions against a real server that answers as told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from multidict import CIMultiDict
from support_connectors import NOW, TOKEN, App

from keyturn.connections.model import AuthKind, Connection
from keyturn.engine.ports import LeaseLost
from keyturn.flows.actions import Done, Failed, PageAsked, Unknown
from keyturn.flows.document import Retry
from keyturn.flows.json import JSON, Values


async def test_a_custom_request_is_sent_as_written(app: App) -> None:
    before = datetime.now(UTC)
    outcome = await app.custom(
        "POST", query={"a": "1 2", "b": [1, 2], "c": None}, headers={"X-Mine": "y"}, body={"n": 1}
    )
    assert isinstance(outcome, Done)
    assert outcome.outputs["status"] == 200
    assert outcome.outputs["body"] == {"ok": True}
    request = app.seen[0]
    assert (request.method, request.raw_path) == ("POST", "/base/api/v1/users?a=1%202&b=1&b=2")
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["X-Mine"] == "y"
    assert request.headers["Content-Type"] == "application/json"
    assert (request.headers["Keyturn-Card"], request.headers["Keyturn-Attempt"]) == ("each[3]/card", "2")
    assert app.bodies == [b'{"n":1}']
    [exchange] = outcome.exchanges
    assert isinstance(exchange, dict)
    assert before <= datetime.fromisoformat(str(exchange["at"])) <= datetime.now(UTC)
    assert ["Keyturn-Attempt", "2"] in exchange["request_headers"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ('{"accountEnabled": false}', b'{"accountEnabled": false}'),
        ([1, "ż"], '[1,"ż"]'.encode()),
        (None, b""),
        ("", b""),
    ],
)
async def test_bodies_are_sent_as_json(app: App, body: JSON, sent: bytes) -> None:
    await app.custom("PATCH", body=body)
    assert app.bodies == [sent]


@pytest.mark.parametrize(
    ("inputs", "field"),
    [
        ({"url": "https://evil.example/x"}, "url"),
        ({"url": "//evil.example/x"}, "url"),
        ({"url": "/a/../../x"}, "url"),
        ({"url": "/a/%2e%2e/x"}, "url"),
        ({"url": ""}, "url"),
        ({"url": "/x", "headers": {"authorization": "Bearer mine"}}, "headers"),
        ({"url": "/x", "headers": {"Host": "evil.example"}}, "headers"),
        ({"url": "/x", "body": "not json"}, "body"),
    ],
)
async def test_what_could_lead_elsewhere_is_never_sent(app: App, inputs: Values, field: str) -> None:
    outcome = await app.act("okta.custom_api_action", {"method": "POST"}, inputs)
    assert isinstance(outcome, Failed)
    assert (outcome.not_sent, outcome.error.field) == (True, field)
    assert outcome.error.mend
    assert app.seen == []


@pytest.mark.parametrize(
    ("status", "body", "words", "why", "field"),
    [
        (
            401,
            {"errorCode": "E0000011", "errorSummary": "Invalid token provided"},
            "E0000011: Inv",
            "token",
            "connection",
        ),
        (403, {"errorCode": "E0000006", "errorSummary": "no permission"}, "no permission", "permission", "connection"),
        (404, {"errorCode": "E0000007", "errorSummary": "Not found"}, "Not found", "nothing by this name", "url"),
        (409, {}, "answered 409", "clashes", "body"),
        (500, None, "answered 500", "fault", "connection"),
        (302, None, "answered 302", "no success", "connection"),
    ],
)
async def test_refusals_have_three_parts_and_a_field_to_look_at(
    app: App, status: int, body: JSON, words: str, why: str, field: str
) -> None:
    app.says(status, body)
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.not_sent, outcome.error.field) == (status, False, field)
    assert words in outcome.error.message
    assert why in outcome.error.why
    assert outcome.error.mend


async def test_the_app_says_when_to_try_again(app: App) -> None:
    app.says(429, {"errorCode": "E0000047"}, **{"Retry-After": "7"})
    outcome = await app.custom()
    assert isinstance(outcome, Failed)
    assert outcome.retry_after == 7


async def test_a_token_endpoint_says_when_to_try_again(app: App) -> None:
    settings = {"token_url": f"{app.base}/token", "client_id": "me"}
    signing_in = replace(app.store.rows["okta"], kind=AuthKind.OAUTH_CLIENT_CREDENTIALS, settings=settings)
    await app.store.put(signing_in)
    app.says(429, {"error": "slow_down"}, **{"Retry-After": "240"})
    outcome = await app.custom("POST")
    assert isinstance(outcome, Failed)
    assert (outcome.not_sent, outcome.try_again, outcome.retry_after) == (True, True, 240)


@pytest.mark.parametrize(
    ("status", "on", "words"),
    [
        (429, (), "Let the card try again on 429."),
        (429, (503,), "Let the card try again on 429."),
        (429, (429, 503), "The card tried again as often as it says."),
        (503, ("5xx",), "The card tried again as often as it says."),
        (403, (403,), "permission"),
    ],
)
async def test_nobody_is_told_to_try_again_what_was_tried_again(
    app: App, status: int, on: tuple[int | str, ...], words: str
) -> None:
    app.says(status, {})
    retry = Retry.model_validate({"times": 1, "on": on}) if on else None
    outcome = await app.act("okta.custom_api_action", {"method": "GET"}, {"url": "/x"}, retry=retry)
    assert isinstance(outcome, Failed)
    assert words in outcome.error.mend


async def test_garbage_with_a_good_status_is_told(app: App) -> None:
    app.says(200, text="<html>hello</html>")
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Failed)
    assert (outcome.status, outcome.error.code, outcome.taken) == (200, "answer-unusable", True)
    assert "announced as JSON" in outcome.error.message


async def test_an_answer_that_is_too_large_is_not_read_to_its_end(app: App) -> None:
    app.says(200, {"x": "y" * 200_000})
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.taken) == ("answer-unusable", True)
    app.says(500, {"x": "y" * 200_000})
    refused = await app.custom("POST", body={})
    assert isinstance(refused, Failed)
    assert not refused.taken


async def test_no_answer_is_unknown(app: App) -> None:
    async def drop(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    app.answer = drop
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Unknown)
    assert outcome.error.code == "no-answer"


async def test_an_app_that_is_not_there_was_not_reached(app: App) -> None:
    known = app.store.rows["okta"]
    gone = Connection("okta", "okta", "o", known.kind, "http://127.0.0.1:1", {}, known.sealed, NOW, NOW)
    await app.store.put(gone)
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Failed)
    assert outcome.not_sent
    assert "not allowed" in outcome.error.message or "not reached" in outcome.error.message
    await asyncio.sleep(0)  # notes are written beside the work
    noted = (await app.health.of(["okta"]))["okta"]
    assert (noted.failing_since is not None, noted.trouble and noted.trouble.code) == (True, "not-reached")


async def test_what_is_refused_before_sending_tells_nothing_of_the_connection(app: App) -> None:
    await app.store.put(replace(app.store.rows["okta"], base_url="http://169.254.169.254"))
    outcome = await app.custom("POST", body={})
    assert isinstance(outcome, Failed)
    assert "Keyturn itself does not send" in outcome.error.why


async def test_another_address_that_is_not_there_says_nothing_of_the_connection(app: App) -> None:
    """A command is answered where it came from, without the connection's credentials."""
    gone = "http://127.0.0.1:1"
    await app.store.put(replace(app.store.rows["slack"], base_url=gone))
    given: Values = {"url": f"{gone}/commands/1", "text": "x"}
    outcome = await app.act("slack.respond_to_command", {}, given, connection="slack")
    await asyncio.sleep(0)
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, await app.health.of(["slack"])) == ("not-sent", {})


async def test_a_lost_lease_sends_nothing(app: App) -> None:
    def lost() -> None:
        raise LeaseLost("gone")

    with pytest.raises(LeaseLost):
        await app.act("okta.custom_api_action", {"method": "POST"}, {"url": "/x"}, guard=lost)
    assert app.seen == []


@pytest.mark.parametrize(
    ("connection", "code"),
    [("nobody", "unknown-connection"), ("office365", "wrong-connection"), (None, "missing-connection")],
)
async def test_connections_that_do_not_fit_are_told(app: App, connection: str | None, code: str) -> None:
    outcome = await app.act("okta.custom_api_action", {"method": "GET"}, {"url": "/x"}, connection)
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.not_sent) == (code, True)


@pytest.mark.parametrize(
    ("card", "connection", "method", "path", "body"),
    [
        ("okta.suspend_user", "okta", "POST", "/base/api/v1/users/a%23b@x/lifecycle/suspend", b""),
        ("okta.read_user", "okta", "GET", "/base/api/v1/users/a%23b@x", b""),
        ("office365.disable_user", "office365", "PATCH", "/base/v1.0/users/a%23b@x", b'{"accountEnabled":false}'),
        ("office365.revoke_sessions", "office365", "POST", "/base/v1.0/users/a%23b@x/revokeSignInSessions", b""),
    ],
)
async def test_actions_send_what_their_manifest_says(
    app: App, card: str, connection: str, method: str, path: str, body: bytes
) -> None:
    app.says(200, {"id": "1", "status": "ACTIVE", "profile": {}})
    outcome = await app.act(card, {}, {"user": "a#b@x"}, connection)
    assert isinstance(outcome, Done)
    assert (app.seen[0].method, app.seen[0].raw_path, app.bodies[0]) == (method, path, body)


async def test_an_empty_person_is_never_sent(app: App) -> None:
    outcome = await app.act("okta.suspend_user", {}, {"user": ""})
    assert isinstance(outcome, Failed)
    assert (outcome.error.field, app.seen) == ("user", [])


async def test_secrets_stay_out_of_what_is_recorded(app: App) -> None:
    app.says(403, {"errorCode": "x", "errorSummary": f"token {TOKEN} is bad"})
    outcome = await app.custom("POST", body={"password": "hunter22"})
    assert isinstance(outcome, Failed)
    recorded = repr((outcome.exchanges, outcome.error))
    assert "errorSummary" in recorded
    assert "is bad" in outcome.error.message
    for secret in (TOKEN, "hunter22"):
        assert secret not in recorded


# Lists that come in pages


def people(first: int, count: int) -> JSON:
    return [{"id": number} for number in range(first, first + count)]


def pages_of(app: App, *sizes: int, link: str = "") -> None:
    """The app lists people in pages of these sizes, with the Link header that Okta sends."""

    async def answer(request: web.Request) -> web.StreamResponse:
        number = int(request.query.get("after", "0"))
        headers = CIMultiDict({"Link": f'<{request.url}>; rel="self"'})
        if number + 1 < len(sizes):
            target = link or str(request.url.update_query(after=str(number + 1)))
            headers.add("Link", f'<{target}>; title="n, ext"; rel="next"')
        return web.json_response(people(sum(sizes[:number]), sizes[number]), headers=headers)

    app.answer = answer


LIST = "okta.list_users_with_search"


async def listed(app: App, results: str, **inputs: JSON) -> Done:
    done = await app.act(LIST, {"results": results}, {"limit": 2, **inputs})
    assert isinstance(done, Done)
    return done


async def test_a_list_gives_its_first_record_its_first_page_or_all(app: App) -> None:
    pages_of(app, 2, 2, 1)
    first = (await listed(app, "first", search='status eq "ACTIVE"')).outputs
    assert (first["record"], first["id"], first["login"]) == ({"id": 0}, "0", None)
    assert (await listed(app, "page")).outputs == {"records": people(0, 2), "more": True}
    everything = await listed(app, "all", search="x & y")
    assert everything.outputs == {"records": people(0, 5), "more": False}
    assert len(everything.exchanges) == 3
    assert [dict(request.query) for request in app.seen[-2:]] == [
        {"search": "x & y", "limit": "2", "after": "1"},
        {"search": "x & y", "limit": "2", "after": "2"},
    ]
    assert all(TOKEN in request.headers["Authorization"] for request in app.seen)
    pages_of(app, 0, 1, 0, 2, 1)
    assert (await listed(app, "page")).outputs == {"records": people(0, 2), "more": True}, "pages may be short"


async def test_a_list_with_nothing_in_it(app: App) -> None:
    pages_of(app, 0)
    assert set((await listed(app, "first")).outputs.values()) == {None}
    assert (await listed(app, "all")).outputs == {"records": [], "more": False}
    app.says(200, {"kind": "admin#directory#users"})  # Google leaves out a list that is empty
    done = await app.act("google_workspace.search_users", {"results": "all"}, {}, connection="google")
    assert isinstance(done, Done)
    assert done.outputs == {"records": [], "more": False}


async def test_a_stream_asks_for_one_page_by_the_token_of_the_one_before(app: App) -> None:
    pages_of(app, 2, 1)
    first = await app.act(LIST, {"results": "stream"}, {"limit": 2}, page=PageAsked())
    assert isinstance(first, Done)
    assert first.outputs == {"records": people(0, 2), "next": "/api/v1/users?limit=2&after=1"}
    second = await app.act(LIST, {"results": "stream"}, {"limit": 2}, page=PageAsked(str(first.outputs["next"])))
    assert isinstance(second, Done)
    assert second.outputs == {"records": people(2, 1), "next": None}


@pytest.mark.parametrize(("limit", "expected"), [(None, [2, 2, 1]), (3, [2, 1]), (4, [2, 2]), (9, [2, 2, 1]), (1, [1])])
async def test_a_stream_gives_as_many_records_as_are_wanted(app: App, limit: int | None, expected: list[int]) -> None:
    pages_of(app, 2, 2, 1)
    sizes, records, token, more = list[int](), list[JSON](), None, True
    while more:
        page = await app.act(LIST, {"results": "stream"}, {"limit": 2, "record_limit": limit}, page=PageAsked(token))
        assert isinstance(page, Done)
        found = page.outputs["records"]
        assert isinstance(found, list)
        sizes.append(len(found))
        records += found
        more = page.outputs["next"] is not None
        token = str(page.outputs["next"])
    assert sizes == expected
    assert records == people(0, sum(expected))


@pytest.mark.parametrize("place", ["https://elsewhere.example", "//elsewhere.example/base"])
async def test_a_next_page_is_never_asked_for_elsewhere(app: App, place: str) -> None:
    pages_of(app, 2, 1, link=f"{place}/api/v1/users?after=1")
    assert (await listed(app, "all")).outputs == {"records": people(0, 3), "more": False}
    assert [request.path for request in app.seen] == ["/base/api/v1/users"] * 2


async def test_a_next_page_above_the_base_is_refused(app: App) -> None:
    pages_of(app, 2, 1, link="https://elsewhere.example/base/../../admin?after=1")
    refused = await app.act(LIST, {"results": "all"}, {})
    assert isinstance(refused, Failed)
    assert (refused.not_sent, refused.error.field) == (True, "url")
    assert len(app.seen) == 1


async def test_a_page_that_fails_fails_the_list(app: App) -> None:
    app.says(403, {"errorCode": "E0000006", "errorSummary": "no"})
    failed = await app.act(LIST, {"results": "all"}, {})
    assert isinstance(failed, Failed)
    assert failed.status == 403


async def test_further_attributes_are_conditions_of_a_search_and_cannot_be_more(app: App) -> None:
    pages_of(app, 1)
    await listed(app, "page", status="ACTIVE", attributes={"city": 'O"slo', "badge": 7, "remote": True, "x": None})
    search = 'status eq "ACTIVE" and profile.city eq "O\\"slo" and profile.badge eq 7 and profile.remote eq true'
    assert app.seen[-1].query["search"] == search
    refused = await app.act(LIST, {"results": "page"}, {"attributes": {'city eq "x" or id': "1"}})
    assert isinstance(refused, Failed)
    assert refused.not_sent


async def test_people_are_made_ready_for_an_import_by_what_the_app_knows_of_them(app: App) -> None:
    properties = {"base": {"properties": {"userName": {}, "badge": {}}}, "custom": {"properties": {"city": {}}}}
    app.says(200, {"definitions": properties})
    people: JSON = [{"badge": 7, "userName": "ada@x.example", "city": None, "shoe": 38}, {"badge": "8", "city": "Oslo"}]
    given: Values = {"app": "0oa1", "id_key": "badge", "users": people}
    made = await app.act("okta.map_profile_source_attributes", {"operation": "UPSERT"}, given)
    assert isinstance(made, Done)
    assert made.outputs["users"] == [
        {"externalId": "7", "profile": {"badge": 7, "userName": "ada@x.example"}},
        {"externalId": "8", "profile": {"badge": "8", "city": "Oslo"}},
    ]
    asked = len(app.seen)
    gone = await app.act("okta.map_profile_source_attributes", {"operation": "DELETE"}, given)
    assert isinstance(gone, Done)
    assert gone.outputs["users"] == [{"externalId": "7"}, {"externalId": "8"}]
    assert len(app.seen) == asked, "who is to go needs no attributes"
    nameless = await app.act("okta.map_profile_source_attributes", {}, {**given, "id_key": "nothing"})
    assert isinstance(nameless, Failed)
    assert nameless.error.field == "users"


async def test_several_licences_are_given_and_each_is_told_of(app: App) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({"kind": "licence"}, status=409 if "1010020026" in request.path else 200)

    app.answer = answer
    licenses: JSON = [
        {"name": "Plus", "productid": "Google-Apps", "skuid": "1010020025"},
        {"productid": "Google-Apps", "skuid": "1010020026"},
    ]
    given: Values = {"licenses": licenses, "user": "eva@x.example"}
    done = await app.act("google_workspace.assign_license", {"how": "list"}, given, connection="google")
    assert isinstance(done, Done), done
    assert done.outputs["results"] == [
        {"License Name": "Plus", "Status Code": "200"},
        {"License Name": "1010020026", "Status Code": "409"},
    ]
    assert [request.method for request in app.seen] == ["POST", "POST"]


async def test_a_command_is_answered_where_it_came_from_and_nowhere_else_and_without_the_token(app: App) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(text="ok")

    app.answer = answer
    given: Values = {"url": f"{app.base}/commands/T1/2/abc", "text": "Done", "visible": "in_channel"}
    assert isinstance(await app.act("slack.respond_to_command", {}, given, connection="slack"), Done)
    assert app.seen[0].path == "/base/commands/T1/2/abc"
    assert "Authorization" not in app.seen[0].headers
    assert json.loads(app.bodies[0]) == {"text": "Done", "response_type": "in_channel"}
    for url in ("https://elsewhere.example/commands/T1", f"{app.base}@elsewhere.example/x", "//elsewhere.example/x"):
        refused = await app.act("slack.respond_to_command", {}, {**given, "url": url}, connection="slack")
        assert isinstance(refused, Failed), url
        assert refused.not_sent
    assert len(app.seen) == 1


@pytest.mark.parametrize("results", ["first", "page", "all", "stream"])
@pytest.mark.parametrize(
    ("card", "connection", "body", "told"),
    [
        (LIST, "okta", {"users": [{"id": 1}]}, "an object"),
        (LIST, "okta", "maintenance", "no list"),
        ("office365.search_users", "office365", {"users": [{"id": 1}]}, "nothing, but a list at 'users'"),
        ("office365.search_users", "office365", [{"id": 1}], "nothing"),
        ("office365.search_users", "office365", {"value": None}, "nothing"),
        ("office365.search_users", "office365", None, "nothing"),
        ("okta.list_admins", "okta", {"users": []}, "nothing"),
        ("github.search_users", "github", {"total_count": 0}, "nothing"),
        ("google_workspace.search_users", "google", {"kind": "users", "users": {"id": 1}}, "an object"),
        ("scim.search_users", "scim", {"schemas": [], "totalResults": 3}, "nothing"),
        ("workday.read_report", "workday", {"Entries": []}, "nothing"),
    ],
)
async def test_an_app_that_answers_otherwise_is_no_empty_list(
    app: App, card: str, connection: str, body: JSON, told: str, results: str
) -> None:
    app.says(200, body)
    page = PageAsked() if results == "stream" else None
    inputs: Values = {"owner": "ada", "report": "Leavers"} if connection == "workday" else {}
    failed = await app.act(card, {"results": results}, inputs, connection=connection, page=page)
    assert isinstance(failed, Failed), failed
    assert failed.error.code == "answer-unusable"
    assert f"and there is {told}." in failed.error.message
    assert failed.error.mend


@pytest.mark.parametrize(
    ("results", "circle", "requests"),
    [
        ("first", 1, 2),
        ("first", 3, 4),
        ("first", None, 200),
        ("all", 1, 2),
        ("all", 3, 4),
        ("all", None, 200),
        ("stream", 1, 1),
    ],
)
async def test_pages_that_never_end_are_no_list(app: App, results: str, circle: int | None, requests: int) -> None:
    """They are empty and lead on: each to itself, in a circle of three, or to ever new ones."""

    async def answer(request: web.Request) -> web.StreamResponse:
        number = int(request.query.get("$skiptoken", "0")) + 1
        following = f"{app.base}/v1.0/users?$skiptoken={number % circle if circle else number}"
        return web.json_response({"value": [], "@odata.nextLink": following})

    app.answer = answer
    page = PageAsked("/v1.0/users?$skiptoken=0") if results == "stream" else None
    failed = await app.act("office365.search_users", {"results": results}, {}, connection="office365", page=page)
    assert isinstance(failed, Failed)
    assert (failed.error.code, len(app.seen)) == ("answer-unusable", requests)


async def test_an_app_that_repeats_the_credentials_does_not_spread_them(app: App) -> None:
    app.says(200, {"seen": {"Authorization": f"Bearer {TOKEN}"}, "others": [1, "ż"]})
    done = await app.custom()
    assert isinstance(done, Done)
    assert done.outputs["body"] == {"seen": {"Authorization": "Bearer ***"}, "others": [1, "ż"]}
    assert TOKEN not in str(done)


USER = {"id": "00u1", "status": "ACTIVE", "profile": {"login": "a@b.example"}}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (["x"], "user should be an object, and there is a list."),
        ("maintenance", "user should be an object, and there is a text."),
        ({"user": USER}, "and there is an object without any of it"),
        ({**USER, "profile": "gone"}, "profile should be an object, and there is a text."),
        ({**USER, "status": {"a": 1}}, "status should be a text, and there is an object."),
        ({**USER, "id": ["1"]}, "id should be a text, and there is a list."),
    ],
)
async def test_an_app_that_answers_otherwise_is_no_record_of_nulls(app: App, body: JSON, told: str) -> None:
    app.says(200, body)
    failed = await app.act("okta.read_user", {}, {"user": "a"})
    assert isinstance(failed, Failed), failed
    assert failed.error.code == "answer-unusable"
    assert told in failed.error.message
    assert "history" in failed.error.mend


@pytest.mark.parametrize("results", ["first", "page", "all", "stream"])
@pytest.mark.parametrize(
    ("card", "connection", "record", "told"),
    [
        (LIST, "okta", {"user": USER}, "it should say id, and there is an object without it."),
        (LIST, "okta", "eva", "it should be an object, and there is a text."),
        (LIST, "okta", None, "it should be an object, and there is nothing."),
        (LIST, "okta", {**USER, "profile": "gone"}, "profile should be an object, and there is a text."),
        (LIST, "okta", {**USER, "id": {"a": 1}}, "id should be a text, and there is an object."),
        ("office365.list_direct_reports", "office365", {"name": "Eva"}, "it should say id, and there is"),
        ("slack.list_members", "slack", {"id": "U1"}, "member should be a text, and there is an object."),
        ("slack.list_members", "slack", None, "it should say member, and there is nothing without it."),
    ],
)
async def test_records_of_another_shape_are_no_records_of_nulls(
    app: App, card: str, connection: str, record: JSON, told: str, results: str
) -> None:
    listed: dict[str, JSON] = {
        "okta": [record],
        "office365": {"value": [record]},
        "slack": {"ok": True, "members": [record]},
    }
    app.says(200, listed[connection])
    page = PageAsked() if results == "stream" else None
    inputs: Values = {"user": "a", "channel": "C1"}
    failed = await app.act(card, {"results": results}, inputs, connection=connection, page=page)
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.status) == ("answer-unusable", 200)
    assert f"its first record: {told}" in failed.error.message
    assert "history" in failed.error.mend


@pytest.mark.parametrize("results", ["first", "all", "stream"])
async def test_records_of_the_shape_that_is_declared_are_given(app: App, results: str) -> None:
    app.says(200, [{**USER, "id": 5}, {}])
    page = PageAsked() if results == "stream" else None
    done = await app.act(LIST, {"results": results}, {}, page=page)
    assert isinstance(done, Done), done
    if results == "first":
        assert (done.outputs["id"], done.outputs["status"]) == ("5", "ACTIVE")
    else:
        assert done.outputs["records"] == [{**USER, "id": 5}, {}], "only the first is looked at"


@pytest.mark.parametrize(
    ("card", "connection", "inputs", "body", "told"),
    [
        ("okta.list_user_roles", "okta", {"user": "u"}, None, "roles"),
        ("office365.list_roles", "office365", {}, {"roles": []}, "roles"),
        ("slack.read_channel", "slack", {"channel": "C1"}, {"ok": True}, "channel"),
        ("okta.read_user_schema", "okta", {"schema": "default"}, {"schemas": []}, "base"),
    ],
)
async def test_an_answer_without_what_it_is_asked_for_is_no_null(
    app: App, card: str, connection: str, inputs: Values, body: JSON, told: str
) -> None:
    app.says(200, body)
    failed = await app.act(card, {}, inputs, connection=connection)
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.status) == ("answer-unusable", 200)
    assert f"it should say {told}" in failed.error.message


async def test_a_number_where_a_text_is_declared_becomes_its_text(app: App) -> None:
    app.says(200, {**USER, "id": 5})
    done = await app.act("okta.read_user", {}, {"user": "a"})
    assert isinstance(done, Done)
    assert done.outputs["id"] == "5"
