"""Declares the cards of a category, each with its code beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keyturn.flows.functions import Warn
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, EffectClass, EffectSpec, Example, FieldSpec

from .function import EffectFunction, Function


def example(inputs: Values, outputs: Values, about: str = "", **more: JSON) -> Example:
    """A worked example; ``more`` is what the card has besides its inputs."""
    return Example(inputs, outputs, about, more=more)


def fails(inputs: Values, error: str, about: str = "", **more: JSON) -> Example:
    """A worked example that ends with an error, told by its code."""
    return Example(inputs, {}, about, more=more, error=error)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of cards.

    Attributes:
        prefix: the first part of its cards' keys.
        title: as people see it.
    """

    prefix: str
    title: str

    def card(
        self,
        name: str,
        title: str,
        summary: str,
        call: Callable[..., JSON],
        *,
        inputs: tuple[FieldSpec, ...] = (),
        outputs: tuple[FieldSpec, ...] = (),
        free_inputs: bool = False,
        free_input: FieldSpec | None = None,
        free_outputs: bool = False,
        compares: bool = False,
        mixes: Callable[[Values], bool] | None = None,
        okta: str | None = None,
        beyond: bool = False,
        synonyms: tuple[str, ...] = (),
        examples: tuple[Example, ...] = (),
        limited: bool = False,
        composes: bool = False,
        warn: Warn | None = None,
    ) -> Function:
        """A pure card; see ``CardSpec`` and ``Function`` for the words."""
        spec = CardSpec(
            key=f"{self.prefix}.{name}",
            title=title,
            category=self.title,
            kind=CardKind.PURE,
            summary=summary,
            inputs=inputs,
            outputs=outputs,
            free_inputs=free_inputs or free_input is not None,
            free_input=free_input,
            free_outputs=free_outputs,
            compares=compares,
            mixes=mixes,
            synonyms=synonyms,
            examples=examples,
            okta=okta,
            beyond=beyond,
        )
        return Function(spec, call, limited, composes, warn)

    def chance(
        self,
        name: str,
        title: str,
        summary: str,
        call: Callable[..., JSON],
        *,
        inputs: tuple[FieldSpec, ...] = (),
        outputs: tuple[FieldSpec, ...] = (),
        free_inputs: bool = False,
        okta: str | None = None,
        beyond: bool = False,
        synonyms: tuple[str, ...] = (),
        examples: tuple[Example, ...] = (),
    ) -> EffectFunction:
        """A card that is not repeatable: what it gave is in the journal, and a resumed run keeps it."""
        spec = CardSpec(
            key=f"{self.prefix}.{name}",
            title=title,
            category=self.title,
            kind=CardKind.EFFECT,
            summary=summary,
            inputs=inputs,
            outputs=outputs,
            free_inputs=free_inputs,
            effect=EffectSpec(EffectClass.READ, repeatable=True),
            synonyms=synonyms,
            examples=examples,
            okta=okta,
            beyond=beyond,
        )
        return EffectFunction(spec, call)
