"""What becomes of bad values of options, as the checker treats all of them (``flows/check_card.py``).

Options decide which fields a card has, so that they are looked at when a flow is checked and not when it runs.
"""

from __future__ import annotations

import orjson

from keyturn.flows.spec import BadInput, FieldFormat, FieldSpec, OnNull

_WHEN = "It is looked at when the flow is checked."


def bad_option(option: FieldSpec) -> BadInput:
    """What a declaration says of bad values of an option."""
    left_out = "" if option.default is None else f" Left out, it counts as `{orjson.dumps(option.default).decode()}`."
    if option.format is FieldFormat.OUTPUT_SOURCES:
        null, said = OnNull.ERROR, "What names no output, or no place where one comes from, is an error."
    elif option.choices:
        null, said = OnNull.ERROR, "What is none of its choices is an error."
    else:
        null = OnNull.ERROR if option.required and option.default is None else OnNull.EMPTY
        said = f"What cannot become a {option.type} is an error."
    return BadInput(null, note=f"{said}{left_out} {_WHEN}")
