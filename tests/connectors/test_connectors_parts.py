"""What an action of several requests says where it ends in the middle: what the app had carried out before."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted, Silence
from support_one_action import act

from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import Values
from keyturn.http import ConnectFailed

TOKENS = "/admin/directory/v1/users/eva/tokens"
METHODS = "/v1.0/users/eva/authentication"
AWAY = ConnectFailed("the connection was refused", "Start it.")
EVA: Values = {"user": "eva"}


def tokens(*names: str) -> Scripted:
    app = Scripted().on(f"GET {TOKENS}", Said(200, {"items": [{"clientId": name} for name in names]}))
    for name in names:
        app.on(f"DELETE {TOKENS}/{name}", Said(204))
    return app


async def test_what_was_taken_away_before_the_app_went_away_is_told() -> None:
    app = tokens("a", "b", "c", "d", "e").on(f"DELETE {TOKENS}/e", AWAY)
    failed = await act(app, "google_workspace.delete_all_tokens", EVA)
    assert isinstance(failed, Failed), failed
    assert (failed.not_sent, failed.try_again, failed.began) == (False, True, True)
    gone = ", ".join(f"DELETE {TOKENS}/{name}" for name in "abc")
    assert f"Before that it had carried out {gone} and 1 more." in failed.error.message
    assert "does no harm if it is done again" in failed.error.mend
    assert "Nothing was sent" not in failed.error.why


async def test_where_nothing_was_carried_out_before_nothing_is_said() -> None:
    for app in (tokens("a").on(f"DELETE {TOKENS}/a", AWAY), Scripted().on(f"GET {TOKENS}", AWAY)):
        failed = await act(app, "google_workspace.delete_all_tokens", EVA)
        assert isinstance(failed, Failed), failed
        assert (failed.not_sent, failed.began) == (True, False)
        assert "Before that" not in failed.error.message


@pytest.mark.parametrize("later", [AWAY, Said(403), Said(429), Said(503), Said(200, "<html>"), Said(200, {"x": 1})])
async def test_a_look_in_the_middle_that_fails_does_not_hide_what_was_done(later: Said | ConnectFailed) -> None:
    app = Scripted().on(f"GET {METHODS}/phoneMethods", Said(200, {"value": [{"id": "p1"}]}))
    app.on(f"DELETE {METHODS}/phoneMethods/p1", Said(204)).on(f"GET {METHODS}/emailMethods", later)
    failed = await act(app, "office365.delete_all_auth_methods", EVA)
    assert isinstance(failed, Failed), failed
    assert not failed.not_sent
    assert failed.began
    assert f"had carried out DELETE {METHODS}/phoneMethods/p1." in failed.error.message


async def test_an_unknown_outcome_tells_it_too() -> None:
    app = tokens("a", "b").on(f"DELETE {TOKENS}/b", Silence())
    unknown = await act(app, "google_workspace.delete_all_tokens", EVA)
    assert isinstance(unknown, Unknown), unknown
    assert f"had carried out DELETE {TOKENS}/a." in unknown.error.message


async def test_a_message_is_not_said_to_have_been_sent_by_what_came_before_it() -> None:
    open_, post = "POST /api/conversations.open", "POST /api/chat.postMessage"
    opened = Said(200, {"ok": True, "channel": {"id": "D1"}})
    inputs: Values = {"user": "U1", "text": "Hello"}
    limited = await act(Scripted().on(open_, opened).on(post, Said(429)), "slack.send_direct_message", inputs)
    assert isinstance(limited, Failed), limited
    assert (limited.status, limited.taken, limited.began) == (429, False, True)
    assert "had carried out POST /api/conversations.open." in limited.error.message
    silent = await act(Scripted().on(open_, Silence()), "slack.send_direct_message", inputs)
    assert isinstance(silent, Failed), silent
    assert silent.error.code == "part-sent"
    assert "what comes behind it was not sent" in silent.error.why
    assert (silent.not_sent, silent.try_again, silent.began) == (False, True, True)


async def test_what_was_done_by_an_attempt_that_ended_in_the_middle_is_not_said_to_have_been_so_before() -> None:
    """The engine tells the next attempt that the one before may have done it: it began."""
    done = await act(tokens(), "google_workspace.delete_all_tokens", EVA, {"ensure": True}, past=Past(unanswered=True))
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == "done"
