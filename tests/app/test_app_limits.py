"""The largest values of cards are settings of the installation."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from keyturn.app.settings import Settings
from keyturn.app.tryout import try_out
from keyturn.flows.json import JSON, Values

DEEP: JSON = "[" * 11 + "]" * 11


@pytest.mark.parametrize(
    ("setting", "most", "card", "inputs", "field"),
    [
        ("largest_text", 1_000, "text.repeat", {"text": "x", "times": 1_001}, "times"),
        ("largest_text", 1_000, "text.length", {"text": "x" * 1_001}, "text"),
        ("largest_text", 1_000, "error.return_error", {"message": "x" * 1_001}, "message"),
        ("largest_list", 100, "list.range", {"end": 101}, "end"),
        ("largest_list", 100, "list.for_each", {"list": [0] * 101}, "list"),
        ("deepest_value", 10, "json.parse", {"text": DEEP}, "text"),
    ],
)
async def test_a_setting_is_what_a_card_allows(
    tmp_path: Path, setting: str, most: int, card: str, inputs: Values, field: str
) -> None:
    body: JSON = {"do": [{"id": "inside", "card": "flow.comment"}]} if card == "list.for_each" else {}
    cards: JSON = [{"id": "it", "card": card, "inputs": inputs, **body}]
    file = tmp_path / "main.yaml"
    file.write_bytes(orjson.dumps({"id": "main", "name": "Main", "event": {"card": "manual"}, "cards": cards}))
    for allowed, fails in ((most, True), (2 * most, card == "error.return_error")):
        settings = Settings(data=tmp_path, **{setting: allowed})
        run = (await try_out(settings, file, {}, {}, bytes(32))).run
        assert (run.error is not None) is fails
        if run.error is not None and allowed == most:
            assert (run.error["card"], run.error["field"]) == ("it", field)
            assert str(run.error["mend"])
