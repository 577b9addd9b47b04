"""What is noted of how connections do."""

from __future__ import annotations

import pytest
from support_connections import Clock

from keyturn.connections.alone import MemoryHealth
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import Trouble


@pytest.mark.parametrize("code", ["refused", ""])
async def test_a_refusal_right_after_a_success_is_noted_whatever_its_code(code: str) -> None:
    store, clock = MemoryHealth(), Clock()
    notes = HealthNotes(store, clock)
    notes.worked("c")
    await notes.written()
    notes.failed("c", Trouble(code, "It said no.", "Ask again."))
    await notes.written()
    assert (await store.of(["c"]))["c"].failing_since == clock.now()


async def test_what_is_wrong_now_is_noted_at_once_whatever_was_wrong_before() -> None:
    store = MemoryHealth()
    notes = HealthNotes(store, Clock())
    for what in ("It answered 401.", "It answered 403.", "It answered 403."):
        notes.failed("c", Trouble("app-answered", what, "Ask again."))
        await notes.written()
    trouble = (await store.of(["c"]))["c"].trouble
    assert trouble is not None
    assert trouble.what == "It answered 403."
