"""What inputs may not put into an address, told at the input before anything is sent."""

from __future__ import annotations

import pytest
from support.scripted import Scripted
from test_connectors_ensure import SURE, act

from keyturn.flows.actions import Failed
from keyturn.flows.json import Values


@pytest.mark.parametrize(
    ("card", "inputs", "options", "name"),
    [
        ("okta.update_user", {"user": "eva\n", "profile": {"title": "Chief"}}, {}, "user"),
        ("okta.suspend_user", {"user": "\r\neva"}, SURE, "user"),
        ("okta.add_user_to_group", {"user": "00u1", "group": "00g\t1"}, SURE, "group"),
        ("scim.add_user_to_group", {"user": "u1", "group": "g1\n"}, {}, "group"),
    ],
)
async def test_a_break_in_an_id_is_told_at_the_input_that_has_it(
    card: str, inputs: Values, options: Values, name: str
) -> None:
    app = Scripted()
    failed = await act(app, card, inputs, options)
    assert isinstance(failed, Failed), failed
    assert failed.error.field == name
    assert failed.error.message.startswith(f"{name} holds a ")
    assert "Take it out" in failed.error.mend
    assert (failed.not_sent, app.seen) == (True, [])
