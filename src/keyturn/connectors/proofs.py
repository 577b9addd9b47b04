"""What in an answer shows whether a condition of a manifest holds: for people who must decide by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from keyturn.flows.actions import Proof
from keyturn.flows.json import Values
from keyturn.flows.values import Index, Name, Reference, parse_value

from .conditions import ConditionModel
from .templates import compile_raw, lists

Prove: TypeAlias = Callable[[Values], Proof]


def compile_proof(model: ConditionModel) -> Prove | None:
    """A closure that gives the field that a condition looks at, and what stands there; None if it is no one field."""
    field = place_in_answer(model.value)
    if field is None:
        return None
    value = compile_raw(model.value)
    item = model.has if model.has is not None else model.lacks
    if item is None:
        return lambda roots: Proof(field, value(roots))
    wanted, any_case = compile_raw(item), model.any_case

    def listed(roots: Values) -> Proof:
        found, one = value(roots), wanted(roots)
        return Proof(field, one, lists(found, one, any_case=any_case))

    return listed


def place_in_answer(text: str) -> str | None:
    """Where a reference leads, as it stands in the answer: ``{{ body.profile.name }}`` gives ``profile.name``."""
    match parse_value(text):
        case Reference(root=("body" | "record"), path=(Name() | Index(), *_)) as reference:
            return str(replace(reference, convert=None)).removeprefix(reference.root).removeprefix(".")
        case _:
            return None
