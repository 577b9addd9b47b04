"""Answers that arrive and are of no use for another reason than their shape, and what people are told to do."""

from __future__ import annotations

import pytest
from support.scripted import Scripted
from support_one_action import act

from keyturn.flows.actions import Failed, Unknown
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
