"""Answers that arrive and are of no use for another reason than their shape, and what people are told to do."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.flows.actions import Failed, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.http import AnswerTooLarge, AnswerTruncated, AnswerUnreadable, EgressDenied, HttpError, RedirectFailed


@pytest.mark.parametrize(
    ("error", "why", "mend", "never"),
    [
        (
            AnswerTooLarge("The answer is larger than 20 bytes.", "Ask for less.", status=200),
            "more than Keyturn reads",
            "KEYTURN_ANSWER_BYTES",
            "Custom API Action",
        ),
        (
            RedirectFailed("x", "Use it.", status=302, reason=EgressDenied("10.0.0.1 is private.", "Allow it.")),
            "sends the request on",
            "KEYTURN_EGRESS_ALLOW",
            "Custom API Action",
        ),
        (RedirectFailed("x", "Use the final one.", status=302), "sends the request on", "the final one", "history"),
        (AnswerTruncated("It broke off.", "Read it again.", status=200), "broke off", "Read it again", "history"),
        (AnswerUnreadable("It is not HTTP.", "Look in the app.", host="a"), "was sent", "Ask again", "Look in"),
    ],
)
async def test_what_to_do_fits_what_was_wrong_with_an_answer_to_a_read(
    error: HttpError, why: str, mend: str, never: str
) -> None:
    said = await act(Scripted().on("GET /api/v1/users/eva", error), "okta.read_user", {"user": "eva"})
    assert isinstance(said, Failed | Unknown), said
    assert why in said.error.why
    assert mend in said.error.mend
    assert never not in said.error.mend


async def test_after_a_change_it_is_looked_for_whatever_was_wrong_with_the_answer() -> None:
    error = AnswerTooLarge("The answer is larger than 20 bytes.", "Ask for less.", status=200)
    app = Scripted().on("POST /api/v1/users/eva/lifecycle/suspend", error)
    failed = await act(app, "okta.suspend_user", {"user": "eva"})
    assert isinstance(failed, Failed), failed
    assert "Look in the app" in failed.error.mend
    assert "KEYTURN_ANSWER_BYTES" in failed.error.mend


@pytest.mark.parametrize(
    ("card", "inputs", "app", "told"),
    [
        (
            "office365.remove_user_from_group",
            {"user": "eva", "group": "g1"},
            Scripted().on("GET /v1.0/users/eva", Said(200, {"objectId": "77"})),
            "it should say id, and there is nothing",
        ),
        (
            "office365.remove_role",
            {"user": "eva", "role": "r1"},
            Scripted().on("GET /v1.0/users/eva", Said(200, {"id": ""})),
            "it should say id, and there is nothing",
        ),
        (
            "okta.remove_user",
            {"user": "eva", "send_email": False},
            Scripted().on("GET /api/v1/users/eva", Said(200, {"id": "1", "state": "ACTIVE"})),
            "it is not as Okta answers, by what stands at status",
        ),
        (
            "slack.send_direct_message",
            {"user": "U1", "text": "Hello"},
            Scripted().on("POST /api/conversations.open", Said(200, {"ok": True, "conversation": {"id": "D1"}})),
            "by what stands at channel.id",
        ),
        (
            "scim.read_user",
            {"user": "7"},
            Scripted().on("GET /Users/7", Said(200, {"identifier": "7", "userName": "eva"})),
            "it should say id",
        ),
        (
            "scim.read_group",
            {"group": "7"},
            Scripted().on("GET /Groups/7", Said(200, {"identifier": "7", "displayName": "Sales"})),
            "it should say id",
        ),
    ],
)
async def test_an_id_that_an_answer_lacks_is_the_apps_and_not_what_the_card_was_given(
    card: str, inputs: Values, app: Scripted, told: str
) -> None:
    failed = await act(app, card, inputs)
    assert isinstance(failed, Failed), failed
    assert failed.error.code == "answer-unusable"
    assert told in failed.error.message
    assert "the card is given" not in failed.error.mend
    assert failed.error.field == "connection"
    assert len(app.seen) == 1


async def test_what_an_entry_of_a_list_lacks_that_was_given_is_the_lists() -> None:
    licences: JSON = [{"productid": "Google-Apps", "skuid": "1"}, {"productid": "Google-Apps", "name": "Vault"}]
    app = Scripted()
    failed = await act(
        app, "google_workspace.unassign_license", {"user": "eva@x.example", "licenses": licences}, {"how": "list"}
    )
    assert isinstance(failed, Failed), failed
    assert (failed.error.field, failed.not_sent, app.seen) == ("licenses", True, [])
    assert "an entry has nothing at skuid" in failed.error.message
