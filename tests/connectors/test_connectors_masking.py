"""What an app repeats of a connection's secret is masked, and the rest can be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support_connectors import App

from keyturn.connections.model import AuthKind
from keyturn.flows.actions import Failed
from keyturn.flows.json import Values


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("4170", {"number": "***", "text": "no ***", "***": [None, True, 7]}),
        ("417", {"number": 941701, "text": "no 4170", "4170": [None, True, 7]}),
        ("170", {"number": 941701, "text": "no 4170", "4170": [None, True, 7]}),
        ("no", {"number": 941701, "text": "*** 4170", "4170": [None, True, 7]}),
        ("7", {"number": 941701, "text": "no 4170", "4170": [None, True, "***"]}),
    ],
)
async def test_a_number_in_which_a_secret_occurs_is_masked(app: App, key: str, said: Values) -> None:
    known = app.store.rows["own"]
    await app.store.put(replace(known, kind=AuthKind.HEADER, settings={"header": "X-Key"}, sealed=app.seal("own", key)))
    app.says(400, {"number": 941701, "text": "no 4170", "4170": [None, True, 7]})
    failed = await app.act("api_connector.get", {}, {"url": "/x"}, connection="own")
    assert isinstance(failed, Failed)
    assert failed.error.body == said
