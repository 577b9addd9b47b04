"""After a request to make something that got no answer: is what is found the new thing, or an older one?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.scripted import Said, Scripted
from support_one_action import REGISTRY, act

from keyturn.connectors.making import check_making
from keyturn.connectors.manifest import ActionModel
from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import JSON, Values

EVA = "eva@northwind.example"
DAY = timedelta(days=1)
# what the card is given, where it looks, what is there (the place of its date is AT), and what the card gives of it
AT = "when it was made"
MADE: dict[str, tuple[Values, str, JSON, tuple[str, JSON]]] = {
    "okta.create_user": (
        {"profile": {"login": EVA}, "activate": True},
        f"/api/v1/users/{EVA}",
        {"id": "00u1", "status": "ACTIVE", "created": AT, "profile": {"login": EVA}},
        ("id", "00u1"),
    ),
    "okta.create_group": (
        {"name": "Leavers"},
        "/api/v1/groups",
        [{"id": "00g1", "created": AT, "profile": {"name": "Leavers"}}],
        ("id", "00g1"),
    ),
    "okta.create_group_rule": (
        {"name": "Sales", "expression": "x", "groups": ["g1"]},
        "/api/v1/groups/rules",
        [{"id": "0pr0", "name": "Sales people", "created": AT}, {"id": "0pr1", "name": "Sales", "created": AT}],
        ("id", "0pr1"),
    ),
    "okta.create_push_mapping": (
        {"app": "0oa1", "source": "00g1"},
        "/api/v1/apps/0oa1/group-push/mappings",
        [{"id": "gPm1", "sourceGroupId": "00g1", "created": AT}],
        ("id", "gPm1"),
    ),
    "google_workspace.create_user": (
        {"email": EVA, "first_name": "Eva", "last_name": "Horvat", "password": "Correct-Horse-7"},
        f"/admin/directory/v1/users/{EVA}",
        {"id": "110", "primaryEmail": EVA, "creationTime": AT},
        ("id", "110"),
    ),
    "office365.create_user": (
        {"username": EVA, "display_name": "Eva", "nickname": "eva", "password": "Correct-Horse-7"},
        f"/v1.0/users/{EVA}",
        {"id": "u1", "userPrincipalName": EVA, "createdDateTime": AT},
        ("id", "u1"),
    ),
    "scim.create_user": (
        {"username": EVA},
        "/Users",
        {"totalResults": 1, "Resources": [{"id": "s1", "userName": EVA, "meta": {"created": AT}}]},
        ("id", "s1"),
    ),
    "github.create_pull_request": (
        {"owner": "o", "repo": "r", "title": "Say more", "head": "next", "base": "main"},
        "/repos/o/r/pulls",
        [{"number": 7, "id": 7, "created_at": AT, "head": {"ref": "next"}, "base": {"ref": "main"}}],
        ("number", 7),
    ),
}


def with_date(value: JSON, at: JSON) -> JSON:
    match value:
        case dict():
            return {name: with_date(one, at) for name, one in value.items()}
        case list():
            return [with_date(one, at) for one in value]
        case _:
            return at if value == AT else value


async def looked(
    card: str, made: timedelta | None, *, clock: timedelta | None = timedelta(), begun: bool = True
) -> Done | Failed | Unknown:
    """A look a minute after the request went out.

    Args:
        made: how long after that the thing was made; None if the app does not say.
        clock: how far the app's clock is ahead of ours; None if it does not tell its time.
        begun: it was written down when the request went out.
    """
    now = datetime.now(UTC)
    sent, ahead = now - timedelta(minutes=1), clock or timedelta()
    inputs, path, body, _ = MADE[card]
    at = None if made is None else (sent + made + ahead).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    headers = {} if clock is None else {"Date": format_datetime((now + ahead).astimezone(UTC), usegmt=True)}
    app = Scripted().on(f"GET {path}", Said(200, with_date(body, at), headers))
    return await act(app, card, inputs, look=True, past=Past(True, sent_at=sent if begun else None))


@pytest.mark.parametrize("card", MADE)
async def test_what_was_made_since_is_the_new_one(card: str) -> None:
    name, value = MADE[card][3]
    for clock in (timedelta(), timedelta(hours=3), -timedelta(minutes=7)):
        for after in (0.1, 1, 20):
            done = await looked(card, timedelta(seconds=after), clock=clock)
            assert isinstance(done, Done), done
            assert str(done.outputs[name]) == str(value)


@pytest.mark.parametrize("card", MADE)
@pytest.mark.parametrize("clock", [timedelta(), timedelta(hours=3), -timedelta(minutes=7)])
@pytest.mark.parametrize("before", [timedelta(seconds=4), timedelta(minutes=2), 400 * DAY])
async def test_what_was_there_before_is_somebody_elses(card: str, clock: timedelta, before: timedelta) -> None:
    failed = await looked(card, -before, clock=clock)
    assert isinstance(failed, Failed), failed
    assert failed.not_there
    assert "before the request was sent" in failed.error.message
    assert failed.proof is not None
    assert "create" in failed.proof.field.lower() or "creation" in failed.proof.field.lower()


@pytest.mark.parametrize("card", MADE)
async def test_where_it_cannot_be_told_a_person_decides(card: str) -> None:
    for told in (
        await looked(card, None),
        await looked(card, timedelta(seconds=1), begun=False),
        await looked(card, timedelta(seconds=1), clock=None),
        await looked(card, -timedelta(minutes=2), clock=None),
    ):
        assert isinstance(told, Unknown), told
        assert "may have been there before" in told.error.message


@pytest.mark.parametrize("card", MADE)
async def test_what_is_much_older_is_so_by_any_clock(card: str) -> None:
    failed = await looked(card, -DAY, clock=None)
    assert isinstance(failed, Failed), failed
    assert failed.not_there


NO_TIME: dict[str, tuple[Values, str, JSON]] = {
    "google_workspace.create_group": ({"email": EVA}, f"/admin/directory/v1/groups/{EVA}", {"id": "g1", "email": EVA}),
    "github.create_branch": (
        {"owner": "o", "repo": "r", "branch": "next", "sha": "aa"},
        "/repos/o/r/git/ref/heads/next",
        {"ref": "refs/heads/next", "object": {"sha": "aa"}},
    ),
    "slack.invite_to_workspace": (
        {"team": "T1", "email": EVA, "channels": "C1"},
        "/api/users.lookupByEmail",
        {"ok": True, "user": {"id": "U1", "profile": {"email": EVA}}},
    ),
}


@pytest.mark.parametrize("card", NO_TIME)
async def test_where_the_app_does_not_tell_when_it_was_made_a_person_decides(card: str) -> None:
    inputs, path, body = NO_TIME[card]
    now = datetime.now(UTC)
    app = Scripted().on(f"GET {path}", Said(200, body, {"Date": format_datetime(now, usegmt=True)}))
    told = await act(app, card, inputs, look=True, past=Past(True, sent_at=now - timedelta(minutes=1)))
    assert isinstance(told, Unknown), told
    assert "may have been there before" in told.error.message


@pytest.mark.parametrize(("made", "outcome"), [(timedelta(seconds=3), "changed"), (-DAY, "already"), (None, "done")])
async def test_the_ensure_form_tells_whose_doing_it_was(made: timedelta | None, outcome: str) -> None:
    now = datetime.now(UTC)
    sent = now - timedelta(minutes=1)
    at = (sent + made).isoformat() if made is not None else None
    taken = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed: login"})
    there = Said(
        200, {"id": "00u1", "created": at, "profile": {"login": EVA}}, {"Date": format_datetime(now, usegmt=True)}
    )
    app = Scripted().on("POST /api/v1/users", taken).on(f"GET /api/v1/users/{EVA}", there)
    inputs: Values = {"profile": {"login": EVA}, "activate": True}
    done = await act(app, "okta.create_user", inputs, {"ensure": True}, past=Past(True, sent_at=sent))
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == outcome


# What a manifest has to say


def check_of(one: ActionModel) -> list[tuple[str, str]]:
    return [*check_making(one, {field.name for field in one.fields})]


def action(state: str, request: str = "{method: POST, path: /people}", effect: str = "effect: change") -> ActionModel:
    import yaml

    head = f"key: make, title: Make, summary: Makes., effect: {{{effect}}}, inputs: [{{name: email}}]"
    text = f"{{{head}, request: {request}, state: {state}}}"
    return ActionModel.model_validate(yaml.safe_load(text))


LOOK = "{request: {method: GET, path: '/people/{{ inputs.email }}'}, missing: not"


@pytest.mark.parametrize(
    ("state", "wrong"),
    [
        (LOOK + "}", "nothing says how to tell it"),
        (LOOK + ", created: '{{ body.made }}'}", ""),
        (LOOK + ", may_be_older: true}", ""),
        (LOOK + ", belongs: true}", ""),
        (LOOK + ", belongs: true, may_be_older: true}", "cannot both be true"),
        (LOOK + ", created: '{{ body.made }}', may_be_older: true}", "cannot both be true"),
        (LOOK + ", created: '{{ body.made }}', anew: true}", ""),
        (LOOK + ", belongs: true, anew: true}", "anew, and nothing says when it was done last"),
        (LOOK + ", created: '{{ body.made }}', anew: true, first: true}", "anew is never so before"),
    ],
)
def test_an_action_that_makes_something_says_how_to_tell_it_from_what_was_there(state: str, wrong: str) -> None:
    told = [what for what, _ in check_of(action(state))]
    assert [wrong in what for what in told] == ([True] if wrong else [])


@pytest.mark.parametrize(
    ("request_", "effect"),
    [
        ("{method: POST, path: '/people/{{ inputs.email }}/suspend'}", "effect: change"),
        ("{method: PUT, path: '/people'}", "effect: change"),
        ("{method: POST, path: /people}", "effect: change, repeatable: true"),
        ("{method: POST, path: /people}", "effect: destroy"),
    ],
)
def test_what_makes_nothing_has_nothing_to_say(request_: str, effect: str) -> None:
    assert not check_of(action(LOOK + "}", request_, effect))


def test_every_built_in_action_says_it() -> None:
    for name in REGISTRY.names():
        manifest = REGISTRY.connector(name)
        assert manifest is not None
        for one in manifest.model.actions:
            assert not check_of(one), f"{name}.{one.key}"
