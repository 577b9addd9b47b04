"""People of Slack by their usernames, which its API does not look up: the list of all is gone through."""

from __future__ import annotations

import json

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values

LISTED = "GET /api/users.list"
OPENED, SENT = "POST /api/conversations.open", "POST /api/chat.postMessage"


def page(*people: Values, cursor: str = "") -> Said:
    members: list[JSON] = [*people]
    return Said(200, {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}})


def workspace() -> Scripted:
    gone: Values = {"id": "U0", "name": "eva.horvat", "deleted": True}
    app = Scripted().on(
        LISTED, page(gone, {"id": "U1", "name": "mia"}, cursor="c2"), page({"id": "U2", "name": "eva.horvat"})
    )
    app.on("GET /api/users.info", Said(200, {"ok": True, "user": {"id": "U2", "name": "eva.horvat", "profile": {}}}))
    app.on(OPENED, Said(200, {"ok": True, "channel": {"id": "D1"}}))
    return app.on(SENT, Said(200, {"ok": True, "ts": "1.2", "channel": "D1"}))


@pytest.mark.parametrize("username", ["eva.horvat", "@Eva.Horvat "])
async def test_somebody_is_found_on_any_page_and_who_has_left_comes_last(username: str) -> None:
    app = workspace()
    done = await act(app, "slack.read_user", {"username": username}, {"by": "Username"})
    assert isinstance(done, Done), done
    assert done.outputs["id"] == "U2"
    assert app.seen[-1] == "GET /api/users.info?user=U2"


async def test_they_are_written_to() -> None:
    app = workspace()
    given: Values = {"username": "eva.horvat", "text": "Hello"}
    done = await act(app, "slack.send_direct_message", given, {"by": "Username"})
    assert isinstance(done, Done), done
    bodies = [json.loads(request.body) for request in app.requests if isinstance(request.body, bytes)]
    assert bodies == [{"users": "U2"}, {"channel": "D1", "text": "Hello"}]
    again = workspace()
    assert isinstance(await act(again, "slack.send_direct_message", {"user": "U9", "text": "Hello"}), Done)
    assert [one.split(" ")[1] for one in again.seen] == ["/api/conversations.open", "/api/chat.postMessage"]


@pytest.mark.parametrize("card", ["slack.read_user", "slack.send_direct_message"])
async def test_nobody_is_told_before_anything_is_sent(card: str) -> None:
    app = workspace()
    failed = await act(app, card, {"username": "nobody", "text": "Hello"}, {"by": "Username"})
    assert isinstance(failed, Failed), failed
    assert (failed.error.code, failed.error.field) == ("bad-input", "username")
    assert "'nobody'" in failed.error.message
    assert {one.partition("?")[0] for one in app.seen} == {LISTED}
