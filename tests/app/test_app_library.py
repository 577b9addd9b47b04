"""Publishing: together or not at all, once per change, pinned."""

from __future__ import annotations

import pytest
from support_app import LOGIN, World, examples

from keyturn.engine.ports import RunStatus
from keyturn.flows.problems import ProblemError
from keyturn.library.difference import difference


async def test_publishing_the_same_again_makes_no_new_version(world: World) -> None:
    again = await world.services.library.publish(examples(), "test")
    assert {version.version for version in again.versions} == {1}


async def test_one_bad_flow_keeps_all_from_being_published(world: World) -> None:
    flows = examples()
    changed = [flows[0].model_copy(update={"name": "Another name"}), flows[1].model_copy(update={"cards": ()})]
    bad = flows[2].model_copy(update={"about": "{{ nobody.x }}"})
    with pytest.raises(ProblemError):
        await world.services.library.publish([*changed, bad], "test")
    assert (await world.services.library.version(flows[0].id)).version == 1  # type: ignore[union-attr]


async def test_a_version_pins_the_manifests_of_its_connectors(world: World) -> None:
    stored = await world.services.library.version("office-365-offboarding")
    assert stored is not None
    assert set(stored.manifests) == {"office365"}


async def test_a_flow_that_is_off_is_not_started(world: World) -> None:
    await world.services.library.set_active("google-workspace-offboarding", False)
    with pytest.raises(Exception, match="no active flow"):
        await world.start("google-workspace-offboarding", Username=LOGIN)
    await world.services.library.set_active("google-workspace-offboarding", True)
    run = await world.settled(await world.start("google-workspace-offboarding", Username=LOGIN))
    assert run.status is RunStatus.SUCCEEDED


def test_differences_are_told_in_words() -> None:
    flow = next(flow for flow in examples() if flow.id == "office-365-offboarding")
    cards = (flow.cards[1].model_copy(update={"title": "Where"}), *flow.cards[2:])
    lines = difference(flow, flow.model_copy(update={"name": "New", "cards": cards}))
    assert "name: Office 365 offboarding -> New" in lines
    assert any(line.startswith("Where (account_url), title") for line in lines)
    assert any(line.startswith("removed Why in this order") for line in lines)
