"""The ensure forms, of a thing that is not there: what gives something tells no success where nothing was given."""

from __future__ import annotations

from typing import Any

import pytest
from support.scripted import Said, Scripted
from support_first_day import NOBODY, Given
from test_connectors_ensure import SURE, act
from test_connectors_every_action import model_of
from test_connectors_over_the_network import (
    REGISTRY,
    TENANTS,
    Apps,
    actions,
    apps,
    carried_out,
    company,
    http,
)

from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import EffectClass

__all__ = ["apps", "company", "http"]  # pytest finds these fixtures here

# What no tenant has, of whatever kind it is.
NOTHING = {**NOBODY, "okta": "00gnothing0000000000", "slack": "C0NOTHING", "google": "nothing@northwind.example"}
# These take something away without being a deletion: of what is not there, nobody has anything.
TAKES = {
    "github.remove_user_from_repository",
    "github.remove_user_from_team",
    "google_workspace.remove_user_from_group",
    "google_workspace.unassign_license",
    "office365.disable_device",
    "office365.remove_group_owner",
    "office365.remove_license",
    "office365.remove_role",
    "office365.remove_user_from_group",
    "okta.deactivate_application",
    "okta.deactivate_group_rule",
    "okta.remove_group_owner",
    "okta.update_push_mapping",  # which is given INACTIVE here
    "okta.remove_user_from_group",
    "okta_devices.suspend_device",
    "scim.remove_user_from_group",
    "slack.remove_from_workspace",
    "slack.remove_user",
}
# What is found in no tenant, and by whose absence nothing is kept from anybody: it is made, or is only a text.
MADE = {"name", "email", "username", "title", "description", "sha", "branch", "topic", "internal", "text"}

PUSH = "PATCH /api/v1/apps/a/group-push/mappings/m"
MOBILE = "POST /admin/directory/v1/customer/my_customer/devices/mobile/d/action"
CHROME = "POST /admin/directory/v1/customer/my_customer/devices/chromeos/d/action"


def things() -> list[Any]:
    """Each ensure form with each input that names a thing beside the person."""
    found: list[Any] = []
    for one in actions():
        card, chosen = one.values
        connector, _, key = card.partition(".")
        manifest = REGISTRY.connector(connector)
        assert manifest is not None
        action = next((action for action in manifest.model.actions if action.key == key), None)
        if action is None or action.ensure is None or connector not in TENANTS or "create_" in key:
            continue
        for field in action.fields:
            named = field.required and field.type == "text" and not field.choices
            if named and field.name not in MADE | {action.effect.person}:
                found.append(pytest.param(card, chosen, field.name, id=f"{one.id}-{field.name}"))
    return found


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(("card", "chosen", "thing"), things())
async def test_of_a_thing_that_is_not_there_nothing_is_given(apps: Apps, card: str, chosen: Given, thing: str) -> None:
    tenant = TENANTS[card.partition(".")[0]]
    await carried_out(apps, card, tenant, chosen)
    given, options = apps.last
    wrong: JSON = "999" if isinstance(given.get(thing), str) and str(given[thing]).isdecimal() else NOTHING[tenant]
    outcome, _, _ = await apps.act(card, tenant, {**given, thing: wrong}, {**options, "ensure": True})
    model = model_of(card)
    if model.effect.effect is EffectClass.DESTROY or card in TAKES:
        there = model.effect.person is not None
        if isinstance(outcome, Done):
            assert outcome.outputs["outcome"] in (("already", "changed") if there else ("already", "absent"))
        return
    assert isinstance(outcome, Failed), (thing, outcome)
    if outcome.status == 404 and model.ensure is not None and model.ensure.who is not None:
        assert wrong in outcome.error.why or outcome.error.field == thing
        assert outcome.error.field != model.effect.person


@pytest.mark.parametrize(
    ("card", "inputs", "path", "absent"),
    [
        ("okta.update_push_mapping", {"app": "a", "mapping": "m", "status": "INACTIVE"}, PUSH, True),
        ("okta.update_push_mapping", {"app": "a", "mapping": "m", "status": "ACTIVE"}, PUSH, False),
        ("google_workspace.perform_device_action", {"device": "d", "action": "block"}, MOBILE, True),
        ("google_workspace.perform_device_action", {"device": "d", "action": "approve"}, MOBILE, False),
        ("google_workspace.chrome_device_action", {"device": "d", "action": "disable"}, CHROME, True),
        ("google_workspace.chrome_device_action", {"device": "d", "action": "reenable"}, CHROME, False),
    ],
)
async def test_it_goes_by_what_is_asked_for_whether_nothing_is_a_success(
    card: str, inputs: Values, path: str, absent: bool
) -> None:
    app = Scripted().on(path, Said(404)).on(f"GET {path.partition(' ')[2].removesuffix('/action')}", Said(404))
    outcome = await act(app, card, inputs, SURE)
    assert isinstance(outcome, Done if absent else Failed), outcome


async def test_nobody_with_a_mailbox_is_somebody() -> None:
    """Microsoft says 404 of who has no mailbox, too."""
    path, inputs = "/v1.0/users/eva/mailboxSettings", {"user": "eva", "internal": "x", "audience": "all"}
    app = Scripted().on(f"PATCH {path}", Said(404)).on(f"GET {path}", Said(404))
    app.on("GET /v1.0/users/eva", Said(200, {"id": "1"}))
    outcome = await act(app, "office365.set_automatic_reply", {**inputs}, SURE)
    assert isinstance(outcome, Failed)
    assert "a mailbox for eva" in outcome.error.why
    stopped = await act(app, "office365.stop_automatic_reply", {"user": "eva"}, SURE)
    assert isinstance(stopped, Done)
    assert stopped.outputs["outcome"] == "already"


GITHUB: Values = {"user": "eva", "org": "northwind", "team": "it", "role": "member", "permission": "push"}
OF_GITHUB: dict[str, tuple[str, str]] = {
    "add_user_to_team": ("/orgs/northwind/teams/it/memberships/eva", "team"),
    "set_membership": ("/orgs/northwind/memberships/eva", "org"),
    "add_user_to_repository": ("/repos/northwind/infra/collaborators/eva", "repo"),
}


@pytest.mark.parametrize(("card", "path", "field"), [(card, *rest) for card, rest in OF_GITHUB.items()])
@pytest.mark.parametrize(
    ("person", "absent"),
    [(Said(200, {"login": "eva"}), False), (Said(404), True), (Said(403), False), (Said(500), False)],
)
async def test_github_gives_nothing_where_there_is_no_team(
    card: str, path: str, field: str, person: Said, absent: bool
) -> None:
    """Only an answer that says so tells that it is the person who is missing."""
    app = Scripted().on(f"PUT {path}", Said(404, {"message": "Not Found"})).on("GET /users/eva", person)
    for looked in (path, f"{path}/permission"):
        app.on(f"GET {looked}", Said(404))
    inputs: Values = {**GITHUB, "owner": "northwind", "repo": "infra"}
    outcome = await act(app, f"github.{card}", inputs, SURE)
    if absent:
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "absent"
    else:
        assert isinstance(outcome, Failed), outcome
        assert outcome.status == 404
        assert (outcome.error.field == field) is (person.status == 200)


OWNER = "DELETE /api/v1/groups/g/owners/o"


@pytest.mark.parametrize(
    ("kind", "owner", "group", "outcome"),
    [
        ("users", 200, 200, "already"),
        ("groups", 200, 200, "already"),
        ("users", 404, 200, "absent"),
        ("groups", 404, 200, "absent"),
        ("users", 200, 404, ""),
        ("groups", 200, 404, ""),
    ],
)
async def test_an_owner_is_taken_away_from_a_group_that_is_there_alone(
    kind: str, owner: int, group: int, outcome: str
) -> None:
    app = (
        Scripted().on(OWNER, Said(404, {"errorCode": "E0000007"})).on("GET /api/v1/groups/g", Said(group, {"id": "g"}))
    )
    app.on(f"GET /api/v1/{kind}/o", Said(owner, {"id": "o"}))
    given: Values = {"group": "g", "owner": "o", "type": kind}
    done = await act(app, "okta.remove_group_owner", given, SURE)
    if outcome:
        assert isinstance(done, Done), done
        assert done.outputs["outcome"] == outcome
    else:
        assert isinstance(done, Failed), done
        assert "group g is not there" in done.error.why
