"""After requests without an answer: were sessions ended since, as the app tells of what may be done again and again?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import JSON, Values

EVA = "eva@northwind.example"
SURE: Values = {"ensure": True}
SECOND = timedelta(seconds=1)
# where each card looks, what it finds there of a moment (a list of records is empty before the first time), and whether
# what it finds tells at once: logs come late
AT = "when they were ended"
ENDED: dict[str, tuple[str, JSON, bool]] = {
    "office365.revoke_sessions": (f"/v1.0/users/{EVA}", {"signInSessionsValidFromDateTime": AT}, True),
    "okta.clear_user_sessions": (
        "/api/v1/logs",
        [{"eventType": "user.session.clear", "outcome": {"result": "SUCCESS"}, "published": AT}],
        False,
    ),
    "google_workspace.sign_out_user": (
        "/admin/reports/v1/activity/users/all/applications/admin",
        {"items": [{"id": {"time": AT}, "events": [{"name": "RESET_SIGNIN_COOKIES"}]}]},
        False,
    ),
}


def there() -> Scripted:
    """An app that has the person."""
    app = Scripted()
    for path in (f"/api/v1/users/{EVA}", f"/admin/directory/v1/users/{EVA}"):
        app.on(f"GET {path}", Said(200, {"id": "1"}))
    return app


def at(value: JSON, moment: str) -> JSON:
    match value:
        case dict():
            return {name: at(one, moment) for name, one in value.items()}
        case list():
            return [at(one, moment) for one in value]
        case _:
            return moment if value == AT else value


async def looked(
    card: str, options: Values, ended: timedelta, *, begun: bool = True, clock: bool = True
) -> Done | Failed | Unknown:
    """A look a minute after the first request went out; sessions were ended ``ended`` after that."""
    now = datetime.now(UTC)
    sent = now - timedelta(minutes=1)
    path, body, _ = ENDED[card]
    headers = {"Date": format_datetime(now, usegmt=True)} if clock else {}
    app = there().on(f"GET {path}", Said(200, at(body, (sent + ended).isoformat()), headers))
    past = Past(True, sent_at=sent if begun else None)
    return await act(app, card, {"user": EVA}, options, look=True, past=past)


@pytest.mark.parametrize("card", ENDED)
@pytest.mark.parametrize("options", [{}, SURE])
async def test_sessions_that_were_ended_since_are_ended(card: str, options: Values) -> None:
    """Whether there were any nobody knows: it is never said that they were, nor that there were none."""
    done = await looked(card, options, SECOND)
    assert isinstance(done, Done), done
    assert done.outputs.get("outcome") == ("done" if options else None)
    assert done.outputs["status"] == 200
    assert done.outputs.get("revoked", True) is True


@pytest.mark.parametrize("card", ENDED)
@pytest.mark.parametrize("options", [{}, SURE])
async def test_what_was_ended_before_the_request_is_not_its_doing(card: str, options: Values) -> None:
    told = await looked(card, options, -timedelta(minutes=2))
    if ENDED[card][2]:
        assert isinstance(told, Failed), told
        assert told.not_there
        assert "did not happen" in told.error.message
    else:
        assert isinstance(told, Unknown), told


@pytest.mark.parametrize("card", ENDED)
@pytest.mark.parametrize("options", [{}, SURE])
async def test_where_it_cannot_be_told_nothing_is_claimed(card: str, options: Values) -> None:
    for told in (await looked(card, options, SECOND, begun=False), await looked(card, options, SECOND, clock=False)):
        assert isinstance(told, Unknown), told


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("okta.clear_user_sessions", Said(200, [])),
        ("okta.clear_user_sessions", Said(403, {"errorCode": "E0000006"})),
        ("google_workspace.sign_out_user", Said(200, {})),
        ("google_workspace.sign_out_user", Said(403, {"error": {"code": 403}})),
        ("office365.revoke_sessions", Said(200, {})),
        ("office365.revoke_sessions", Said(403, {"error": {"code": "Authorization_RequestDenied"}})),
    ],
)
async def test_a_look_that_is_refused_or_shows_nothing_tells_nothing(card: str, said: Said) -> None:
    app = there().on(f"GET {ENDED[card][0]}", said)
    past = Past(True, sent_at=datetime.now(UTC))
    assert isinstance(await act(app, card, {"user": EVA}, SURE, look=True, past=past), Unknown)


async def test_a_clearing_that_okta_says_has_failed_is_none() -> None:
    path, _, _ = ENDED["okta.clear_user_sessions"]
    now = datetime.now(UTC)
    row: JSON = {"eventType": "user.session.clear", "outcome": {"result": "FAILURE"}, "published": now.isoformat()}
    app = there().on(f"GET {path}", Said(200, [row], {"Date": format_datetime(now, usegmt=True)}))
    past = Past(True, sent_at=now - SECOND)
    told = await act(app, "okta.clear_user_sessions", {"user": EVA}, SURE, look=True, past=past)
    assert isinstance(told, Unknown), told
