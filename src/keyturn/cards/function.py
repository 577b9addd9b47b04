"""A function card: its declaration and its code, side by side.

The code of a card is a small function over clean values: it gets its inputs in the order of the declaration, each of
its declared type and within its bounds (``reading.py`` sees to that), then the free inputs as one object, then the
names of the free outputs, where the card has such. It gives the value of its only output, or an object of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keyturn.flows.conversion import ConversionError
from keyturn.flows.errors import CardError
from keyturn.flows.functions import Compute, EffectCompute, EffectPorts, Warn
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec

from .limits import Limits
from .looking import Look
from .reading import GivesNull, compile_reader


@dataclass(frozen=True, slots=True)
class Function:
    """A pure card before it is bound to the limits of an installation.

    Attributes:
        call: the code. It raises ``CardError`` alone (``ConversionError`` is turned into one) and never changes
            what it is given.
        limited: the limits come first among its arguments, for code that must refuse before it makes something large.
        composes: what it gives may be nested deeper, or hold a longer text or list, than what it is given, so that all
            of it is looked at.
        warn: what the history says of inputs that work and are seldom meant.
    """

    spec: CardSpec
    call: Callable[..., JSON]
    limited: bool = False
    composes: bool = False
    warn: Warn | None = None


@dataclass(frozen=True, slots=True)
class EffectFunction:
    """A card that is not repeatable (chance, the clock): its ports come first among the arguments of its code."""

    spec: CardSpec
    call: Callable[..., JSON]


def bind(function: Function, limits: Limits, look: Look) -> Compute:
    """The card as the engine calls it: inputs and names of free outputs to outputs. It raises CardError alone."""
    spec, call = function.spec, function.call
    read, finish = compile_reader(spec, limits, look), _finisher(spec, limits, look if function.composes else None)
    first: tuple[Limits, ...] = (limits,) if function.limited else ()

    def run(inputs: Values, outputs: tuple[str, ...] = ()) -> Values:
        try:
            arguments = read(inputs)
            if spec.free_outputs:
                arguments.append(outputs)
            return finish(call(*first, *arguments))
        except GivesNull:
            return {output.name: None for output in spec.outputs}
        except (ConversionError, UnicodeError) as error:
            raise _unusable(spec, error) from error

    return run


def bind_effect(function: EffectFunction, limits: Limits, look: Look) -> EffectCompute:
    """As ``bind``, for cards that use ports."""
    spec, call = function.spec, function.call
    read, finish = compile_reader(spec, limits, look), _finisher(spec, limits, look)

    def run(inputs: Values, ports: EffectPorts) -> Values:
        try:
            return finish(call(ports, *read(inputs)))
        except GivesNull:
            return {output.name: None for output in spec.outputs}
        except (ConversionError, UnicodeError) as error:
            raise _unusable(spec, error) from error

    return run


def _unusable(spec: CardSpec, error: ValueError) -> CardError:
    field = spec.inputs[0].name if spec.inputs else ""
    return CardError.bad_input(
        field, f"The card {spec.title} cannot use what it is given: {error}.", "Check its inputs."
    )


def _finisher(spec: CardSpec, limits: Limits, look: Look | None) -> Callable[[JSON], Values]:
    """Names the result and keeps it within the limits; all of it is looked at where there is what looks."""
    field = spec.inputs[0].name if spec.inputs else "inputs"
    only = spec.outputs[0].name if len(spec.outputs) == 1 and not spec.free_outputs else None

    def finish(result: JSON) -> Values:
        outputs: Values
        if only is not None:
            outputs = {only: result}
            if isinstance(result, str) and len(result) <= limits.text:
                return outputs  # the usual one
        else:
            assert isinstance(result, dict), f"{spec.key} gives an object of its outputs"
            outputs = result
        for value in outputs.values():
            if look is not None:
                look(field, value)
            elif isinstance(value, str):
                if len(value) > limits.text:
                    limits.check_text(field, len(value))
            elif isinstance(value, list):
                limits.check_items(field, len(value))
        return outputs

    return finish
