"""Reading dates: no format and no text makes it slow."""

from __future__ import annotations

from time import process_time

import pytest
from support_cards import Expected, outcome, run

from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values

PARSE = BuiltInCards().get("date.parse")


def parsed(text: str, form: str = "") -> JSON | Expected:
    assert PARSE is not None
    return outcome(PARSE, {"text": text, "format": form})


@pytest.mark.parametrize(
    "blanks",
    [" " * 150, "[ ]" * 60, "[ ][]" * 35, "\\ " * 90, " \t\n" * 50],
    ids=["plain", "in", "empty", "sign", "all"],
)
def test_runs_of_blanks_are_one(blanks: str) -> None:
    form = f"YYYY{blanks}M"
    begun = process_time()
    for text in (f"2026{' ' * 490}x", f"2026{' ' * 490}", "2026" + "\t " * 240 + "11x"):
        assert parsed(text, form) == Expected("text")
    assert process_time() - begun < 1, "linear in the text; it was beyond any patience"
    for text in ("2026 11", f"2026{' ' * 490}11"):
        assert parsed(text, form) == {"output": "2026-11-01T00:00:00.000Z"}
    assert parsed("202611", form) == Expected("text")


@pytest.mark.parametrize("form", ["", "YYYY M"])
def test_a_text_that_is_too_long_for_a_date(form: str) -> None:
    assert PARSE is not None
    inputs: Values = {"text": f"2026{' ' * 495}11", "format": form}
    with pytest.raises(CardError) as told:
        run(PARSE, inputs)
    assert (told.value.detail.field, told.value.detail.message) == ("text", "The text has over 500 characters.")
    assert told.value.detail.mend == "Take the part out of it that is the date."
    assert parsed(f"2026{' ' * 494}11" + " " * 1_000, "YYYY M") == {"output": "2026-11-01T00:00:00.000Z"}
    assert parsed(" " * 1_000, form) == {"output": None}
