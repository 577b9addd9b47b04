"""Registering the event hook at Okta."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from keyturn.flows.json import JSON, Values
from keyturn.triggers.subscribe import Answer, OktaSubscriber, SubscribeFailed

URI = "https://keyturn.example/hooks/okta/okta"


class Okta:
    """Answers as told and remembers the calls."""

    def __init__(self, hooks: JSON = None, register: int = 200, verify: int = 200) -> None:
        self.calls: list[tuple[str, str, JSON]] = []
        self._hooks: JSON = [] if hooks is None else hooks
        self._register = register
        self._verify = verify

    async def call(
        self, connection_id: str, method: str, path: str, body: JSON = None, scopes: Sequence[str] = ()
    ) -> Answer:
        self.calls.append((method, path, body))
        if method == "GET":
            return Answer(200, self._hooks)
        if path.endswith("/verify"):
            return Answer(self._verify, {"errorSummary": "no route to you"})
        return Answer(self._register, {"id": "who1", "errorSummary": "no permission"})


def existing(uri: str) -> Values:
    return {"id": "who7", "channel": {"config": {"uri": uri}}}


async def test_a_new_hook_is_registered_and_verified() -> None:
    okta = Okta()
    hook = await OktaSubscriber(okta).subscribe("okta", URI, "s3cret", ["user.lifecycle.suspend"])
    assert [(method, path) for method, path, _ in okta.calls] == [
        ("GET", "/api/v1/eventHooks"),
        ("POST", "/api/v1/eventHooks"),
        ("POST", "/api/v1/eventHooks/who1/lifecycle/verify"),
    ]
    sent = okta.calls[1][2]
    assert isinstance(sent, dict)
    assert sent["events"] == {"type": "EVENT_TYPE", "items": ["user.lifecycle.suspend"]}
    assert hook.id == "who1"


async def test_the_hook_that_is_there_is_updated() -> None:
    okta = Okta(hooks=[existing("https://other.example"), existing(URI)])
    await OktaSubscriber(okta).subscribe("okta", URI, "s3cret", ["a", "b"])
    assert okta.calls[1][:2] == ("PUT", "/api/v1/eventHooks/who7")


@pytest.mark.parametrize(
    ("okta", "words"),
    [(Okta(register=403), "no permission"), (Okta(verify=400), "no route to you"), (Okta(hooks={"odd": 1}), "200")],
)
async def test_refusals_say_what_and_how_to_mend(okta: Okta, words: str) -> None:
    with pytest.raises(SubscribeFailed, match=words) as failed:
        await OktaSubscriber(okta).subscribe("okta", URI, "s3cret", ["a"])
    assert failed.value.mend
    assert "s3cret" not in str(failed.value)
