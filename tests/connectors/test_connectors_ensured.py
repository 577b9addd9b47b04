"""The ensure forms against the sandbox: what they bring about, twice, and who is absent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from support_first_day import DELETES, MAKES, NOBODY, REFUSED
from test_connectors_every_action import model_of
from test_connectors_over_the_network import REGISTRY, TENANTS, Apps, apps, company, http, prepared, sure_actions

from keyturn.connectors.performing import Past
from keyturn.flows.actions import Done, Failed, Unknown
from keyturn.flows.json import Values
from keyturn.sandbox.accounts import ALIAS_DOMAIN

__all__ = ["apps", "company", "http"]  # pytest finds these fixtures here


def test_what_brings_a_state_of_a_person_about_says_what_it_is_of_nobody() -> None:
    """All connectors, those without a tenant too. That it is so of those with one, ``done_again`` tries."""
    without = {
        f"{name}.{action.key}"
        for name in REGISTRY.names()
        if (manifest := REGISTRY.connector(name)) is not None
        for action in manifest.model.actions
        if action.ensure is not None and action.effect.person is not None and not action.ensure.absent
    }
    assert without == set(MAKES)


def test_what_brings_a_state_about_says_how_it_is_read_back() -> None:
    without: set[str] = set()
    for spec in REGISTRY.all():
        sure = spec.signature({"ensure": True}).effect if any(one.name == "ensure" for one in spec.options) else None
        if sure is not None and sure.read_back is None:
            without.add(spec.key)
        assert sure is None or sure.repeatable
    assert not without


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", sure_actions())
async def test_what_was_not_so_before_is_changed_and_then_it_is_so(apps: Apps, card: str) -> None:
    tenant = TENANTS[card.partition(".")[0]]
    given, options = await prepared(apps, card, tenant, {})
    for expected in (("changed",), ("already", "absent") if card in DELETES or given_by_id(card) else ("already",)):
        outcome, _, _ = await apps.act(card, tenant, given, {**options, "ensure": True})
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] in expected


def given_by_id(card: str) -> bool:
    """Whether it is about a thing, or about what somebody has, which is gone afterwards."""
    return model_of(card).effect.person is None


@pytest.mark.asyncio(loop_scope="module")
async def test_who_is_from_outside_is_absent_from_nothing_that_is_not_there(apps: Apps) -> None:
    """Google says of a member and of a group alike that they are not there, and shows nobody from outside."""
    given, _ = await prepared(apps, "google_workspace.add_user_to_group", "google", {})
    sure: Values = {"ensure": True}
    outsider: Values = {**given, "user": "someone@elsewhere.example"}
    nobody: Values = {**given, "user": f"nobody@{ALIAS_DOMAIN}"}
    for inputs, expected in ((outsider, "changed"), (outsider, "already"), (nobody, "absent")):
        outcome, _, _ = await apps.act("google_workspace.add_user_to_group", "google", inputs, sure)
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == expected
    missing: Values = {**outsider, "group": "nothing@northwind.example"}
    outcome, _, _ = await apps.act("google_workspace.add_user_to_group", "google", missing, sure)
    assert isinstance(outcome, Failed), outcome
    assert outcome.error.field == "group"


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", ["set_member_role", "remove_user_from_group"])
async def test_a_group_that_is_not_there_is_told_of_who_is_not_shown_either(apps: Apps, card: str) -> None:
    """From outside, whom Google never shows, or nobody at all: what is wrong is the group."""
    name = f"google_workspace.{card}"
    given, _ = await prepared(apps, name, "google", {})
    for user in ("nobody@elsewhere.example", f"nobody@{ALIAS_DOMAIN}"):
        nobody: Values = {**given, "user": user}
        outcome, _, _ = await apps.act(name, "google", nobody, {"ensure": True})
        assert isinstance(outcome, Done), outcome
        assert outcome.outputs["outcome"] == "absent"
        missing: Values = {**nobody, "group": "nothing@northwind.example"}
        for options in (Values(), Values(ensure=True)):
            outcome, _, _ = await apps.act(name, "google", missing, options)
            assert isinstance(outcome, Failed), outcome
            assert (outcome.status, outcome.error.field) == (404, "group")


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", sure_actions())
async def test_what_was_brought_about_without_an_answer_is_seen(apps: Apps, card: str) -> None:
    """What the engine asks once no attempt got an answer, with what it knows then."""
    tenant = TENANTS[card.partition(".")[0]]
    given, options = await prepared(apps, card, tenant, {})
    sure: Values = {**options, "ensure": True}
    outcome, _, _ = await apps.act(card, tenant, given, sure)
    assert isinstance(outcome, Done), outcome
    seen, _, _ = await apps.act(card, tenant, given, sure, look=True, past=Past(unanswered=True))
    if model_of(card).state is None:
        assert isinstance(seen, Unknown)
        return
    assert isinstance(seen, Done), seen
    assert seen.outputs["outcome"] in ("changed", "done", "absent")
    assert seen.outputs.keys() == outcome.outputs.keys()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize(
    "card", ["okta.clear_user_sessions", "office365.revoke_sessions", "google_workspace.sign_out_user"]
)
@pytest.mark.parametrize("options", [{}, {"ensure": True}])
async def test_sessions_that_were_ended_without_an_answer_are_seen(apps: Apps, card: str, options: Values) -> None:
    """Nobody shows whether there are any; each vendor tells, in its way, when they were ended last."""
    tenant, begun = TENANTS[card.partition(".")[0]], datetime.now(UTC)
    given, options = await prepared(apps, card, tenant, options)
    outcome, _, _ = await apps.act(card, tenant, given, options)
    assert isinstance(outcome, Done), outcome
    past = Past(unanswered=True, sent_at=begun)
    seen, complaints, _ = await apps.act(card, tenant, given, options, look=True, past=past)
    assert isinstance(seen, Done), seen
    assert not complaints
    assert seen.outputs.get("outcome") == outcome.outputs.get("outcome")
    assert seen.outputs.keys() == outcome.outputs.keys()
    later = Past(unanswered=True, sent_at=begun + timedelta(minutes=5))
    seen, _, _ = await apps.act(card, tenant, given, options, look=True, past=later)
    assert not isinstance(seen, Done), seen


# What is looked at says of nobody and of who is in no risk the same.
RISKY = {"office365.dismiss_risky_user", "office365.confirm_compromised"}


def of_people() -> list[str]:
    """The ensured cards that know of nobody, and have a way to look."""
    return [
        f"{name}.{action.key}"
        for name in TENANTS
        if (manifest := REGISTRY.connector(name)) is not None
        for action in manifest.model.actions
        if action.ensure is not None and action.ensure.absent and action.effect.person is not None
        if action.state is not None and f"{name}.{action.key}" not in {*REFUSED, *RISKY}
    ]


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("card", of_people())
async def test_nobody_is_absent_where_no_answer_came_too(apps: Apps, card: str) -> None:
    """What is looked at last shows that there is nobody; and it is not taken for a doing of one's own but where it is
    the person that is taken away."""
    tenant, begun = TENANTS[card.partition(".")[0]], datetime.now(UTC)
    given, options = await prepared(apps, card, tenant, {})
    person = model_of(card).effect.person
    assert person is not None
    nobody: Values = {**given, person: NOBODY[tenant]}
    past, sure = Past(unanswered=True, sent_at=begun), {**options, "ensure": True}
    mine = card in DELETES
    looked, _, _ = await apps.act(card, tenant, nobody, sure, look=True, past=past)
    assert isinstance(looked, Done), looked
    assert looked.outputs["outcome"] == ("done" if mine else "absent")
    again, _, _ = await apps.act(card, tenant, nobody, sure, past=past)
    assert isinstance(again, Done), again
    assert again.outputs["outcome"] == ("done" if mine else "absent")
