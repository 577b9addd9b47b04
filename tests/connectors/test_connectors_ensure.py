"""Actions that bring about a state, several requests of one action, and looking after an unknown outcome."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from support.scripted import Said, Scripted, Silence
from support_connectors import NOW
from support_one_action import ELSEWHERE, REGISTRY, act

from keyturn.connectors.own import read_own
from keyturn.connectors.performing import Past
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed, Proof, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import EffectClass
from keyturn.http import ConnectFailed

EVA = "/api/v1/users/eva"
NOT_ACTIVE = Said(400, {"errorCode": "E0000001", "errorSummary": "Api validation failed"})
GONE = Said(404, {"errorCode": "E0000007", "errorSummary": "Not found"})


def user(status: str) -> Said:
    return Said(200, {"id": "00u1", "status": status, "profile": {"login": "eva"}})


def suspended(answer: Said | Silence, state: Said | None = None) -> Scripted:
    app = Scripted().on(f"POST {EVA}/lifecycle/suspend", answer)
    return app.on(f"GET {EVA}", state) if state else app


SURE: Values = {"ensure": True}


@pytest.mark.parametrize(
    ("app", "outcome", "status", "requests"),
    [
        (suspended(Said(200)), "changed", 200, 1),
        (suspended(NOT_ACTIVE, user("SUSPENDED")), "already", 200, 2),
        (suspended(NOT_ACTIVE, user("DEPROVISIONED")), "already", 200, 2),
        (suspended(GONE), "absent", 404, 1),
    ],
)
async def test_ensure_tells_which_it_was(app: Scripted, outcome: str, status: int, requests: int) -> None:
    done = await act(app, "okta.suspend_user", {"user": "eva"}, SURE)
    assert isinstance(done, Done)
    assert done.outputs == {"status": status, "outcome": outcome}
    assert len(app.seen) == len(done.exchanges) == requests


@pytest.mark.parametrize(
    "app",
    [
        suspended(NOT_ACTIVE, user("STAGED")),
        suspended(NOT_ACTIVE, GONE),
        suspended(NOT_ACTIVE, Said(500)),
        suspended(Said(403, {"errorCode": "E0000006"})),
        suspended(Said(500)),
    ],
)
async def test_ensure_takes_nothing_else_for_a_success(app: Scripted) -> None:
    failed = await act(app, "okta.suspend_user", {"user": "eva"}, SURE)
    assert isinstance(failed, Failed)
    assert failed.status in (400, 403, 500)


@pytest.mark.parametrize("answer", [NOT_ACTIVE, GONE])
async def test_without_ensure_a_refusal_is_an_error(answer: Said) -> None:
    app = suspended(answer, user("SUSPENDED"))
    failed = await act(app, "okta.suspend_user", {"user": "eva"})
    assert isinstance(failed, Failed)
    assert len(app.seen) == 1


def test_the_ensure_form_declares_that_it_may_be_repeated() -> None:
    for card in REGISTRY.all():
        if any(option.name == "ensure" for option in card.options):
            effect = card.signature({"ensure": True}).effect
            assert effect is not None
            assert (effect.effect, effect.repeatable) == (EffectClass.ENSURE, True), card.key
            assert card.signature({"ensure": True}).output("outcome") is not None
            assert card.signature({}).output("outcome") is None


async def test_somebody_who_is_there_already_is_given_whole() -> None:
    app = Scripted().on("POST /api/v1/users", NOT_ACTIVE).on(f"GET {EVA}", user("ACTIVE"))
    done = await act(app, "okta.create_user", {"profile": {"login": "eva"}, "activate": True}, SURE)
    assert isinstance(done, Done)
    assert (done.outputs["id"], done.outputs["outcome"]) == ("00u1", "already")


# Looking


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (user("SUSPENDED"), Done),
        (user("ACTIVE"), Failed),
        (GONE, Unknown),
        (Said(500), Unknown),
        (Silence(), Unknown),
    ],
)
async def test_looking_tells_whether_it_happened_and_changes_nothing(state: Said | Silence, kind: type) -> None:
    app = Scripted().on(f"GET {EVA}", state)
    outcome = await act(app, "okta.suspend_user", {"user": "eva"}, look=True)
    assert isinstance(outcome, kind)
    assert app.seen == [f"GET {EVA}"]
    if isinstance(outcome, Failed):
        assert outcome.not_there
    # the field that tells is named; an answer without it tells by its status alone
    told = {"SUSPENDED": Proof("status", "SUSPENDED"), "ACTIVE": Proof("status", "ACTIVE")}
    stands = state.body.get("status") if isinstance(state, Said) and isinstance(state.body, dict) else None
    assert outcome.proof == told.get(str(stands))


async def test_somebody_whose_creation_got_no_answer_is_found_by_login() -> None:
    inputs: Values = {"profile": {"login": "eva"}, "activate": True}
    now = datetime.now(UTC)
    body: JSON = {"id": "00u1", "created": now.isoformat(), "profile": {"login": "eva"}}
    there = Said(200, body, {"date": format_datetime(now, usegmt=True)})
    past = Past(True, sent_at=now)
    done = await act(Scripted().on(f"GET {EVA}", there), "okta.create_user", inputs, look=True, past=past)
    assert isinstance(done, Done)
    assert done.outputs["id"] == "00u1"
    missing = await act(Scripted().on(f"GET {EVA}", GONE), "okta.create_user", inputs, look=True)
    assert isinstance(missing, Failed)
    assert missing.not_there


async def test_where_looking_itself_fails_it_tells_nothing() -> None:
    for app in (Scripted().on(f"GET {EVA}", ConnectFailed("refused", "Start it.")), Scripted()):
        inputs: Values = {"user": "eva"} if app.answers else {"user": ""}
        outcome = await act(app, "okta.suspend_user", inputs, look=True)
        assert not isinstance(outcome, Done)
        assert isinstance(outcome, Unknown) or not outcome.not_there


@pytest.mark.parametrize(("state", "kind"), [(GONE, Done), (user("DEPROVISIONED"), Unknown), (user("ACTIVE"), Unknown)])
async def test_a_deletion_that_means_more_the_second_time_is_never_guessed(state: Said, kind: type) -> None:
    app, seen = Scripted().on(f"GET {EVA}", state), Past(unanswered=True, was_otherwise=True)
    outcome = await act(app, "okta.delete_user", {"user": "eva"}, look=True, past=seen)
    assert isinstance(outcome, kind)


@pytest.mark.parametrize(("groups", "kind"), [(["g1", "g2"], Done), (["g2"], Failed), ([], Failed)])
async def test_membership_is_looked_up_among_the_groups_of_a_user(groups: list[str], kind: type) -> None:
    body: JSON = {"value": [{"id": one} for one in groups]}
    app = Scripted().on("GET /v1.0/users/eva/memberOf/graph.group", Said(200, body))
    inputs: Values = {"user": "eva", "group": "g1"}
    outcome = await act(app, "office365.add_user_to_group", inputs, look=True)
    assert isinstance(outcome, kind)
    assert outcome.proof == Proof("value[].id", "g1", has="g1" in groups)


NEXT = {"link": '<https://app.example/api/v1/users/eva/groups?after=g200>; rel="next"'}


@pytest.mark.parametrize(
    ("card", "inputs", "looked", "answer", "outcome"),
    [
        pytest.param("okta.remove_user_from_group", {"user": "eva", "group": "g1"}, look, Said(204), told, id=name)
        for name, look, told in (
            ("in none", Said(200, [{"id": "g2"}]), "already"),
            ("in it", Said(200, [{"id": "g1"}]), "changed"),
            ("on a later page", Said(200, [{"id": "g2"}], NEXT), "done"),
            ("no list", Said(200, {"groups": [{"id": "g1"}]}), "done"),
            ("nothing", Said(200), "done"),
            ("groups by another name", Said(200, [{"group": "g1"}]), "done"),
            ("one by another name", Said(200, [{"id": "g2"}, {"group": "g1"}]), "done"),
        )
    ]
    + [
        pytest.param(
            "slack.reset_sessions", {"user": "U1"}, Said(200, {"ok": True, **look}), Said(200, {"ok": True}), told
        )
        for look, told in (({"active_sessions": []}, "already"), ({"sessions": [1]}, "done"))
    ]
    + [
        pytest.param("google_workspace.invalidate_codes", {"user": "eva"}, Said(200, look), Said(204), told)
        for look, told in (({"kind": "x"}, "already"), ({"items": []}, "already"), ([], "done"))
    ],
)
async def test_what_does_not_tell_of_all_keeps_nothing_from_being_sent(
    card: str, inputs: Values, looked: Said, answer: Said, outcome: str
) -> None:
    """The app says on one page, or in another shape than usual, that something is not there: that is no proof."""
    paths = {
        "okta": ("/api/v1/users/eva/groups", "DELETE /api/v1/groups/g1/users/eva"),
        "slack": ("/api/admin.users.session.list", "POST /api/admin.users.session.reset"),
        "google_workspace": (
            "/admin/directory/v1/users/eva/verificationCodes",
            "POST /admin/directory/v1/users/eva/verificationCodes/invalidate",
        ),
    }
    look, act_path = paths[card.partition(".")[0]]
    app = Scripted().on(f"GET {look}", looked).on(act_path, answer)
    app.on("GET /api/v1/groups/g1", Said(200, {"id": "g1"}))
    done = await act(app, card, inputs, {"ensure": True})
    assert isinstance(done, Done), done
    assert (act_path in app.seen) is (outcome != "already")
    assert done.outputs["outcome"] == outcome


ONE_IN = "/admin/directory/v1/groups/leavers/members"


@pytest.mark.parametrize(
    ("state", "already", "looked"),
    [
        (Said(200, {"role": "OWNER"}), True, Done),
        (Said(200, {"role": "MEMBER"}), False, Failed),
        (Said(404), False, Failed),
        (Said(500), False, Unknown),
    ],
)
async def test_who_is_in_a_group_by_another_role_has_not_got_it(state: Said, already: bool, looked: type) -> None:
    inputs: Values = {"user": "eva", "group": "leavers", "role": "OWNER"}
    app = Scripted().on(f"POST {ONE_IN}", Said(409)).on(f"GET {ONE_IN}/eva", state)
    outcome = await act(app, "google_workspace.add_user_to_group", inputs, SURE)
    assert app.seen == [f"POST {ONE_IN}", f"GET {ONE_IN}/eva"]
    if already:
        assert isinstance(outcome, Done)
        assert outcome.outputs["outcome"] == "already"
    else:
        assert isinstance(outcome, Failed)
        assert outcome.status == 409
    assert isinstance(await act(app, "google_workspace.add_user_to_group", inputs, look=True), looked)


RULES_MADE = (NOW + timedelta(seconds=1)).isoformat()
OTHER_RULE: JSON = {
    "id": "0pr1",
    "created": RULES_MADE,
    "name": "Sales people abroad",
    "conditions": {"expression": {"value": "1"}},
}
OWN_RULE: JSON = {
    "id": "0pr2",
    "created": RULES_MADE,
    "name": "Sales people",
    "conditions": {"expression": {"value": "2"}},
}


@pytest.mark.parametrize(
    ("rules", "found"),
    [([OTHER_RULE, OWN_RULE], "0pr2"), ([OWN_RULE], "0pr2"), ([OTHER_RULE], None), ([], None)],
)
async def test_of_several_that_a_search_finds_the_one_is_told(rules: list[JSON], found: str | None) -> None:
    app = Scripted().on("GET /api/v1/groups/rules", Said(200, rules, {"date": format_datetime(NOW, usegmt=True)}))
    inputs: Values = {"name": "Sales people", "expression": "x", "groups": ["g1"]}
    past = Past(True, sent_at=datetime.now(UTC))
    outcome = await act(app, "okta.create_group_rule", inputs, look=True, past=past)
    if found is None:
        assert isinstance(outcome, Failed)
        assert outcome.not_there
    else:
        assert isinstance(outcome, Done)
        assert (outcome.outputs["id"], outcome.outputs["name"]) == (found, "Sales people")


async def test_a_transfer_of_another_application_is_none_of_it() -> None:
    def transfer(key: str, application: str) -> JSON:
        return {"id": key, "applicationDataTransfers": [{"applicationId": application}]}

    inputs: Values = {"user": "1", "to": "2", "application": "55"}
    rows: list[JSON] = [transfer("a", "99"), transfer("b", "55")]
    app = Scripted().on("GET /admin/datatransfer/v1/transfers", Said(200, {"dataTransfers": rows}))
    found = await act(app, "google_workspace.transfer_data", inputs, look=True)
    assert isinstance(found, Unknown)
    assert found.proof == Proof("applicationDataTransfers[].applicationId", "55", has=True)
    app.on("GET /admin/datatransfer/v1/transfers", Said(200, {"dataTransfers": rows[:1]}))
    other = await act(app, "google_workspace.transfer_data", inputs, look=True)
    assert isinstance(other, Unknown)
    assert other.proof is None


USER_404, NOBODY = Said(404, {"message": "Not Found"}), Said(404, {"message": "Not Found"})
OF_TEAM: Values = {"user": "eva", "org": "northwind", "team": "it", "role": "member"}
OF_ORG: Values = {"user": "eva", "org": "northwind", "role": "member"}
OF_REPO: Values = {"user": "eva", "owner": "northwind", "repo": "infra", "permission": "push"}
OCTO = "GET /users/eva"


HOLDERS = {
    "remove_user_from_team": "/orgs/northwind/teams/it",
    "remove_member": "/orgs/northwind/invitations",
    "remove_user_from_repository": "/repos/northwind/infra/invitations",
    "remove_outside_collaborator": "/orgs/northwind/invitations",
}


@pytest.mark.parametrize(
    ("card", "inputs", "called"),
    [
        ("remove_user_from_team", OF_TEAM, "team it of northwind"),
        ("remove_member", OF_ORG, "organisation northwind"),
        ("remove_outside_collaborator", OF_ORG, "organisation northwind"),
        ("remove_user_from_repository", OF_REPO, "repository infra of northwind"),
    ],
)
@pytest.mark.parametrize("holder", [Said(404), Said(403), Said(500), Silence(), Said(200, "<html>")])
@pytest.mark.parametrize("who", [Said(200, {"login": "eva"}), Said(403)])
async def test_who_is_in_what_github_does_not_show_is_not_said_to_be_out_of_it(
    card: str, inputs: Values, called: str, holder: Said | Silence, who: Said
) -> None:
    app = Scripted().on(OCTO, who).on(f"GET {HOLDERS[card]}", holder)  # all else is 404
    failed = await act(app, f"github.{card}", inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert failed.status == 404
    assert f"whether eva is gone: {called} is not there, or not shown" in failed.error.why
    assert failed.error.field != "user"
    nobody = await act(Scripted().on(OCTO, NOBODY), f"github.{card}", inputs, SURE)
    assert isinstance(nobody, Done), nobody
    assert nobody.outputs["outcome"] == "absent"


@pytest.mark.parametrize(
    ("card", "inputs", "path"),
    [
        ("slack.delete_message", {"channel": "C1", "timestamp": "1.2"}, "/api/chat.delete"),
        ("slack.archive_channel", {"channel": "C1"}, "/api/conversations.archive"),
    ],
)
async def test_a_channel_that_slack_does_not_show_is_not_said_to_be_gone(card: str, inputs: Values, path: str) -> None:
    said = Said(200, {"ok": False, "error": "channel_not_found"})
    failed = await act(Scripted().on(f"POST {path}", said), card, inputs, SURE)
    assert isinstance(failed, Failed), failed
    assert "private one that the app is not in" in failed.error.why


@pytest.mark.parametrize(
    ("card", "inputs", "answers", "outcome", "sent"),
    [
        ("add_user_to_team", OF_TEAM, {"GET": Said(200, {"role": "member", "state": "active"})}, "already", False),
        ("add_user_to_team", OF_TEAM, {"GET": Said(200, {"role": "maintainer"})}, "changed", True),
        ("add_user_to_team", OF_TEAM, {"GET": USER_404}, "changed", True),
        ("add_user_to_team", OF_TEAM, {"GET": USER_404, "PUT": NOBODY}, "absent", True),
        ("set_membership", OF_ORG, {"GET": Said(200, {"role": "member", "state": "pending"})}, "already", False),
        ("set_membership", OF_ORG, {"GET": USER_404}, "changed", True),
        ("add_user_to_repository", OF_REPO, {"GET": Said(200, {"role_name": "write"})}, "already", False),
        ("add_user_to_repository", OF_REPO, {"GET": Said(200, {"role_name": "read"})}, "changed", True),
        ("add_user_to_repository", OF_REPO, {"GET": USER_404, "PUT": NOBODY}, "absent", True),
        ("remove_user_from_team", OF_TEAM, {"DELETE": Said(204)}, "changed", True),
        ("remove_user_from_team", OF_TEAM, {"DELETE": NOBODY, OCTO: Said(200, {"login": "eva"})}, "already", True),
        ("remove_user_from_team", OF_TEAM, {"DELETE": NOBODY, OCTO: NOBODY}, "absent", True),
        ("remove_member", OF_ORG, {"DELETE": NOBODY, OCTO: Said(200, {"login": "eva"})}, "already", True),
        ("remove_member", OF_ORG, {"DELETE": NOBODY, OCTO: Said(403)}, "absent", True),
        ("remove_user_from_repository", OF_REPO, {"DELETE": NOBODY, OCTO: Said(200, {})}, "already", True),
    ],
)
async def test_ensure_at_github_tells_which_it_was(
    card: str, inputs: Values, answers: dict[str, Said], outcome: str, sent: bool
) -> None:
    """There is no tenant of GitHub's in the sandbox: what it answers is told here."""
    paths = {
        "add_user_to_team": "/orgs/northwind/teams/it/memberships/eva",
        "remove_user_from_team": "/orgs/northwind/teams/it/memberships/eva",
        "set_membership": "/orgs/northwind/memberships/eva",
        "remove_member": "/orgs/northwind/memberships/eva",
        "add_user_to_repository": "/repos/northwind/infra/collaborators/eva",
        "remove_user_from_repository": "/repos/northwind/infra/collaborators/eva",
    }
    app = Scripted().on(f"PUT {paths[card]}", Said(200, {"state": "active"}))
    app.on(f"GET {HOLDERS[card]}" if card in HOLDERS else "GET /", Said(200, []))
    for verb, answer in answers.items():
        looked = f"{paths[card]}/permission" if card == "add_user_to_repository" and verb == "GET" else paths[card]
        app.on(verb if verb == OCTO else f"{verb} {looked}", answer)
    done = await act(app, f"github.{card}", inputs, SURE)
    assert isinstance(done, Done), done
    assert done.outputs["outcome"] == outcome
    assert any(one.startswith(("PUT", "DELETE")) for one in app.seen) is sent


@pytest.mark.parametrize(
    ("card", "action", "status", "so"),
    [
        ("perform_device_action", "block", "BLOCKED", True),
        ("perform_device_action", "block", "APPROVED", False),
        ("perform_device_action", "admin_remote_wipe", "WIPING", True),
        ("perform_device_action", "admin_remote_wipe", "ACCOUNT_WIPING", False),
        ("perform_device_action", "admin_account_wipe", "ACCOUNT_WIPED", True),
        ("chrome_device_action", "disable", "DISABLED", True),
        ("chrome_device_action", "reenable", "DISABLED", False),
        ("chrome_device_action", "deprovision", "DEPROVISIONED", True),
    ],
)
async def test_a_state_may_go_by_what_is_asked_for(card: str, action: str, status: str, so: bool) -> None:
    kind = "mobile" if card == "perform_device_action" else "chromeos"
    place = f"/admin/directory/v1/customer/my_customer/devices/{kind}/d1"
    app = Scripted().on(f"GET {place}", Said(200, {"status": status})).on(f"POST {place}/action", Said(204))
    done = await act(app, f"google_workspace.{card}", {"device": "d1", "action": action}, SURE)
    assert isinstance(done, Done), done
    assert (done.outputs["outcome"], len(app.seen)) == (("already", 1) if so else ("changed", 2))


async def test_a_search_that_finds_nothing_gives_nothing_and_one_for_nothing_is_not_sent() -> None:
    found: JSON = {"totalResults": 0, "Resources": []}
    app = Scripted().on("GET /Users", Said(200, found))
    done = await act(app, "scim.find_user", {"username": "nobody"}, {"by": "User name"})
    assert isinstance(done, Done), done
    assert done.outputs == {"id": None, "username": None, "active": None, "user": None}
    for by, name in (("User name", "username"), ("External ID", "external_id")):
        empty = await act(app, "scim.find_user", {name: ""}, {"by": by})
        assert isinstance(empty, Failed)
        assert (empty.not_sent, empty.error.field) == (True, name)
    assert len(app.seen) == 1, "without a filter it would be the first of all people"


# Several requests


async def test_a_user_who_is_active_is_deactivated_and_then_deleted() -> None:
    app = Scripted().on(f"GET {EVA}", user("ACTIVE")).on(f"POST {EVA}/lifecycle/deactivate", Said(200))
    done = await act(app.on(f"DELETE {EVA}", Said(204)), "okta.remove_user", {"user": "eva"})
    assert isinstance(done, Done)
    assert done.outputs == {"status": 204, "was": "ACTIVE"}
    assert [one.split()[0] for one in app.seen] == ["GET", "POST", "DELETE"]


async def test_a_request_whose_condition_fails_is_left_out() -> None:
    app = Scripted().on(f"GET {EVA}", user("DEPROVISIONED")).on(f"DELETE {EVA}", Said(204))
    assert isinstance(await act(app, "okta.remove_user", {"user": "eva"}), Done)
    assert [one.split()[0] for one in app.seen] == ["GET", "DELETE"]
    gone = await act(Scripted(), "okta.remove_user", {"user": "eva"}, SURE)
    assert isinstance(gone, Done)
    assert gone.outputs["outcome"] == "absent"


async def test_a_forerunner_without_an_answer_leaves_no_doubt() -> None:
    """The message was certainly not sent if only the channel's opening got no answer."""
    inputs: Values = {"user": "U1", "text": "hello"}
    opened = Said(200, {"ok": True, "channel": {"id": "D1"}})
    silent = Scripted().on("POST /api/conversations.open", Silence())
    failed = await act(silent, "slack.send_direct_message", inputs)
    assert isinstance(failed, Failed)
    assert (failed.not_sent, failed.began, failed.try_again) == (False, True, True)
    lost = Scripted().on("POST /api/conversations.open", opened).on("POST /api/chat.postMessage", Silence())
    assert isinstance(await act(lost, "slack.send_direct_message", inputs), Unknown)
    refused = Scripted().on("POST /api/conversations.open", ConnectFailed("refused", "Start it."))
    unreached = await act(refused, "slack.send_direct_message", inputs)
    assert isinstance(unreached, Failed)
    assert unreached.not_sent


# What apps say


@pytest.mark.parametrize(
    ("error", "status"),
    [("missing_scope", 403), ("user_not_found", 404), ("ratelimited", 429), ("not_in_channel", 200)],
)
async def test_an_error_that_comes_with_200_is_an_error(error: str, status: int) -> None:
    app = Scripted().on("POST /api/chat.postMessage", Said(200, {"ok": False, "error": error, "needed": "chat:write"}))
    failed = await act(app, "slack.send_message", {"channel": "C1", "text": "x"})
    assert isinstance(failed, Failed)
    assert failed.status == status
    assert error in failed.error.message


async def test_a_limit_that_comes_as_403_counts_as_429() -> None:
    body: JSON = {"error": {"message": "slow", "errors": [{"reason": "userRateLimitExceeded"}]}}
    app = Scripted().on("PUT /admin/directory/v1/users/eva", Said(403, body))
    failed = await act(app, "google_workspace.suspend_user", {"user": "eva"})
    assert isinstance(failed, Failed)
    assert failed.status == 429


async def test_a_missing_permission_is_named() -> None:
    app = Scripted().on("POST /v1.0/users/eva/revokeSignInSessions", Said(403, {"error": {"code": "x"}}))
    failed = await act(app, "office365.revoke_sessions", {"user": "eva"})
    assert isinstance(failed, Failed)
    assert "It needs User.RevokeSessions.All." in failed.error.mend
    failed = await act(suspended(Said(403, {"errorCode": "E0000006"})), "okta.suspend_user", {"user": "eva"})
    assert isinstance(failed, Failed)
    assert "okta.users.manage" not in failed.error.mend, "an administrator's token has no scopes"


@pytest.mark.parametrize(
    ("base", "host"),
    [("https://admin.googleapis.com", "licensing.googleapis.com"), ("https://sandbox.example", "sandbox.example")],
)
async def test_another_address_of_an_app_is_used_only_beside_its_usual_one(base: str, host: str) -> None:
    path = "/apps/licensing/v1/product/Google-Apps/sku/1/user"
    app = Scripted().on(f"POST {path}", Said(200, {}))
    inputs: Values = {"product": "Google-Apps", "sku": "1", "user": "eva@x.example"}
    assert isinstance(await act(app, "google_workspace.assign_license", inputs, base=base), Done)
    assert app.requests[0].url.startswith(f"https://{host}/")


@pytest.mark.parametrize(("reaches", "sent"), [((), False), (("https://files.elsewhere.example",), True)])
async def test_a_changed_connector_does_not_have_secrets_sent_elsewhere(reaches: tuple[str, ...], sent: bool) -> None:
    made = read_own(ELSEWHERE)
    registry = ConnectorRegistry()
    registry.take({"badges": made.content})
    app = Scripted().on("GET /badges", Said(200, {}))
    outcome = await act(app, "badges.list", {}, registry=registry, reaches=reaches)
    assert [request.url for request in app.requests] == (["https://files.elsewhere.example/badges"] if sent else [])
    assert isinstance(outcome, Done if sent else Failed)
    if isinstance(outcome, Failed):
        assert outcome.not_sent
        assert (outcome.error.code, outcome.error.field) == ("secrets-elsewhere", "connection")
        assert "https://files.elsewhere.example" in outcome.error.message


@pytest.mark.parametrize(
    ("card", "base", "settings", "field"),
    [
        ("okta.suspend_user", "https://your-org.okta.com", {}, "base_url"),
        ("okta.custom_api_action", "https://your-org.okta.com/", {}, "base_url"),
        ("okta_devices.suspend_device", "https://YOUR-ORG.okta.com/api/v1", {}, "base_url"),
        ("workday.run_report", "https://services1.myworkday.com/ccx/service/customreport2/your-tenant", {}, "base_url"),
        ("scim.deactivate_user", "https://your-app.example/scim/v2", {}, "base_url"),
        ("smtp.send_email", "smtp://mail.your-company.example:587", {}, "base_url"),
        ("okta.suspend_user", "https://acme.okta.com", {"token_url": "https://your-org.okta.com/oauth2"}, "token_url"),
    ],
)
async def test_an_example_of_an_address_is_never_sent_to(
    card: str, base: str, settings: dict[str, str], field: str
) -> None:
    app = Scripted()
    failed = await act(app, card, {}, base=base, settings=settings)
    assert isinstance(failed, Failed)
    assert (failed.not_sent, failed.try_again, app.seen) == (True, False, [])
    assert (failed.error.code, failed.error.field) == ("example-address", "connection")
    assert f"its {field} is the example" in failed.error.message
    assert field in failed.error.mend


async def test_an_address_that_only_looks_like_the_example_is_used() -> None:
    app = suspended(Said(200))
    assert isinstance(await act(app, "okta.suspend_user", {"user": "eva"}, base="https://your-org.okta.com.evil"), Done)
    assert len(app.seen) == 1


PAGE = "<!DOCTYPE html><html><title>Nothing here</title></html>"


@pytest.mark.parametrize("status", [200, 302, 404])
@pytest.mark.parametrize("options", [{}, SURE])
async def test_a_web_page_from_a_wrong_address_is_no_answer_and_no_absence(status: int, options: Values) -> None:
    """Where no tenant is, all is answered alike: nobody is taken for suspended, or for gone."""
    failed = await act(suspended(Said(status, PAGE)), "okta.suspend_user", {"user": "eva"}, options)
    assert isinstance(failed, Failed), failed
    assert "Check the address of the connection, https://app.example." in failed.error.mend
    nobody_knows = await act(suspended(Silence(), Said(404, PAGE)), "okta.delete_user", {"user": "eva"}, look=True)
    assert isinstance(nobody_knows, Unknown)


async def test_a_field_of_an_object_is_converted_and_named_if_it_cannot_be() -> None:
    app = Scripted().on("POST /v1.0/users", Said(201, {"id": "1"}))
    inputs: Values = {
        "username": "a@x.example",
        "display_name": "A",
        "nickname": "a",
        "password": "secret-1",
        "profile": {"businessPhones": "123", "extension_1": 5},
    }
    assert isinstance(await act(app, "office365.create_user", inputs), Done)
    assert b'"businessPhones":["123"]' in (app.requests[0].body or b"")
    assert b'"extension_1":5' in (app.requests[0].body or b"")
