"""What a declaration says about bad values of options is what the checker does."""

from __future__ import annotations

from support.every_card import every_card

from keyturn.cards.options import bad_option
from keyturn.flows.check_card import CardCheck
from keyturn.flows.json import JSON
from keyturn.flows.said import code_of
from keyturn.flows.spec import CardSpec, FieldFormat, OnNull


def test_options_treat_bad_values_as_declared() -> None:
    """By the checker, for all of them."""
    for spec in every_card():
        for option in spec.options:
            told: list[str] = []

            def say(said: str, what: str, mend: str, *rest: object, told: list[str] = told, **parts: object) -> None:
                assert what
                assert mend
                told.append(code_of(said))

            def refused(value: JSON, spec: CardSpec = spec, name: str = option.name, told: list[str] = told) -> bool:
                told.clear()
                CardCheck(say, None).options(spec, {name: value}, (), "a")
                return bool(set(told) & {"unknown-choice", "bad-value", "missing-option"})

            bad = bad_option(option)
            assert refused(None) == (bad.null is OnNull.ERROR), (spec.key, option.name)
            if option.choices and option.format is not FieldFormat.OUTPUT_SOURCES:
                wrong: list[JSON] = ["none of them", 7, 1, 1.5, [], {}, [None]]
                assert all(map(refused, wrong)), (spec.key, option.name)
                assert not any(refused(choice.value) for choice in option.choices)
            elif str(option.type) in ("number", "boolean", "object"):
                assert refused("neither")
