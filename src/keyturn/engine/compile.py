"""Compiles a checked flow into a plan. Done once per version; runs only read the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from keyturn.flows.conversion import converter
from keyturn.flows.document import Branch, Call, Card, OnError
from keyturn.flows.functions import ControlRules, Functions
from keyturn.flows.json import JSON
from keyturn.flows.resolve import Resolver, compile_relative_url, compile_value
from keyturn.flows.rows import Roots, given_by, item_of, record_of, told_columns
from keyturn.flows.scope import Fields
from keyturn.flows.spec import CardKind, CardSpec, Catalogue, FieldFormat, Signature
from keyturn.flows.types import Kind, Type
from keyturn.flows.values import Name, Reference, Template, Value, ValueSyntaxError, parse_value

from .inputs import NO_INPUTS, NO_NAMES, Converter, Inputs, compile_inputs, defaults_of
from .masking import is_open
from .plan import CallPlan, ErrorPlan, LanePlan, Plan, StepPlan
from .ports import PublishedFlow
from .secret_inputs import secret_sources, secret_ways
from .secrets import Head, heads_of
from .told import TOLD, names_told

_COMPOSE = "text.compose"


class PlanError(Exception):
    """A stored version cannot be compiled: it was not checked, or was made by another release."""


@dataclass(slots=True)
class _Compiler:
    catalogue: Catalogue
    functions: Functions
    order: dict[str, int] = field(default_factory=dict[str, int])
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    templates: dict[str, Template] = field(default_factory=dict[str, Template])
    roots: Roots = field(default_factory=dict[str, Fields])

    def steps(self, cards: tuple[Card, ...]) -> tuple[StepPlan, ...]:
        return tuple(self.step(card) for card in cards)

    def step(self, card: Card) -> StepPlan:
        spec = self.catalogue.get(card.card)
        if spec is None:
            raise PlanError(f"card {card.id}: there is no card {card.card!r} in this installation")
        order = self.order[card.id] = len(self.order)
        signature = spec.signature(card.options)
        given = {name: self._value(raw) for name, raw in card.inputs.items()}
        self._remember_template(card, given)
        compute = self.functions.compute(card.card) if spec.kind is CardKind.PURE else None
        warn, inputs = self.functions.warn(card.card), self._inputs(card, signature, given)
        on_error = self._on_error(card.on_error or OnError())
        secret = _declared_secret(card, spec) | self.sources.get(card.id, NO_NAMES)
        secret_inputs = secret_ways(signature.inputs)
        names_tell_all = all(map(is_open, (*inputs.base, *(output.name for output in spec.outputs))))
        is_plain = (
            warn is None and not spec.free_outputs and not (secret or secret_inputs) and on_error.then != "continue"
        )
        lanes = tuple(self._lane(branch) for branch in card.branches)
        call, body = self._inside(card, spec)
        self.roots = {**self.roots, card.id: given_by(card, spec, None)}
        return StepPlan(
            id=card.id,
            key=card.card,
            title=card.title,
            spec=spec,
            order=order,
            inputs=inputs,
            options={option.name: option.default for option in spec.options} | card.options,
            free_outputs=tuple(card.outputs),
            convert_outputs=_output_converters(card),
            compute=compute,
            warn=warn,
            effect_compute=self.functions.effect(card.card) if spec.kind is CardKind.EFFECT else None,
            rules=self._rules(spec, signature),
            effect=signature.effect,
            connection=card.connection,
            lanes=lanes,
            call=call,
            body=body,
            on_error=on_error,
            streams=signature.streams,
            secret=secret,
            secret_inputs=secret_inputs,
            plain=compute if is_plain and names_tell_all else None,
        )

    def _inside(self, card: Card, spec: CardSpec) -> tuple[CallPlan | None, tuple[StepPlan, ...]]:
        """What is carried out for each item or record; it sees rows of a table as such."""
        around = self.roots
        inner = {"item": item_of(card, spec, around), "record": record_of(card, spec, None)}
        self.roots = {**around, **{root: fields for root, fields in inner.items() if fields is not None}}
        made = self._call(card.call), self.steps(card.do)
        self.roots = around
        return made

    def _value(self, raw: JSON) -> Value:
        return told_columns(parse_value(raw), self.roots)

    def _rules(self, spec: CardSpec, signature: Signature) -> ControlRules | None:
        if spec.kind is CardKind.EFFECT:
            return self.functions.action(spec, signature.inputs)
        return self.functions.control(spec.key) if spec.kind is CardKind.CONTROL else None

    def _inputs(self, card: Card, signature: Signature, given: Mapping[str, Value]) -> Inputs:
        types = {spec.name: spec.type for spec in signature.inputs}
        if card.card == "flow.assign":
            types |= {name: Type.parse(text) for name, text in card.outputs.items() if name in given}
        special: dict[str, Resolver] = {
            spec.name: self._relative_url(given[spec.name])
            for spec in signature.inputs
            if spec.format in (FieldFormat.RELATIVE_URL, FieldFormat.URL) and spec.name in given
        }
        titles = {spec.name: spec.title for spec in signature.inputs if spec.title}
        return compile_inputs(given, types, defaults_of(signature.inputs), special, titles)

    def _relative_url(self, value: Value) -> Resolver:
        """An address made by a Compose card is encoded as if it were written in the field itself."""
        if isinstance(value, Reference) and value.path == (Name("output"),) and value.root in self.templates:
            return compile_relative_url(self.templates[value.root])
        return compile_relative_url(value)

    def _remember_template(self, card: Card, given: Mapping[str, Value]) -> None:
        text = given.get("text")
        if card.card == _COMPOSE and isinstance(text, Template):
            self.templates[card.id] = text

    def _lane(self, branch: Branch) -> LanePlan:
        when = compile_value(self._value(branch.when)) if branch.when is not None else None
        steps, given = self.steps(branch.cards), self._plain_inputs(branch.set)
        return LanePlan(branch.mark or "otherwise", when, steps, given, branch.lane or "")

    def _call(self, call: Call | None) -> CallPlan | None:
        return CallPlan(call.flow, self._plain_inputs(call.with_)) if call else None

    def _on_error(self, on_error: OnError) -> ErrorPlan:
        return ErrorPlan(
            retry=on_error.retry,
            repeat_unknown=on_error.unknown == "repeat",
            then=on_error.then,
            values=self._plain_inputs(on_error.values),
            call=self._call(on_error.call),
        )

    def _plain_inputs(self, raw: Mapping[str, JSON]) -> Inputs:
        if not raw:
            return NO_INPUTS
        return compile_inputs({name: self._value(value) for name, value in raw.items()}, {}, {})


def _declared_secret(card: Card, spec: CardSpec) -> frozenset[str]:
    """The outputs that are secret by their type, whatever the card is given."""
    types = {output.name: output.type for variant in spec.variants for output in variant.outputs}
    types |= {output.name: output.type for output in spec.outputs}
    types |= {name: Type.parse(text) for name, text in card.outputs.items()}
    return frozenset(name for name, kind in types.items() if kind.kind is Kind.SECRET)


def _output_converters(card: Card) -> tuple[tuple[str, Converter], ...]:
    pairs = ((name, converter(Type.parse(text))) for name, text in card.outputs.items())
    return tuple((name, convert) for name, convert in pairs if convert is not None)


def compile_plan(published: PublishedFlow, catalogue: Catalogue, functions: Functions) -> Plan:
    """Compile a published flow.

    Raises:
        PlanError: it uses a card that is not there, or has not passed the checker.
    """
    flow = published.flow
    event_spec = catalogue.get(flow.event.card)
    if event_spec is None:
        raise PlanError(f"event: there is no event card {flow.event.card!r} in this installation")
    own = {output.name: output.type for output in event_spec.signature(flow.event.options).outputs}
    declared = {name: Type.parse(text) for name, text in flow.event.outputs.items()}
    told = TOLD & own.keys() - declared.keys()
    fields = {name: kind for name, kind in (own | declared).items() if name not in told}
    secret_fields = frozenset(name for name, kind in fields.items() if kind.kind is Kind.SECRET)
    try:
        sources = secret_sources(flow.walk(), catalogue)
        compiler = _Compiler(catalogue, functions, sources=sources)
        steps = compiler.steps(flow.cards)
        about = told_columns(parse_value(flow.about), compiler.roots) if flow.about else None
        told = names_told(flow, told)
    except ValueSyntaxError as error:
        raise PlanError(str(error)) from error
    about_heads = heads_of(about) if about else frozenset[Head]()
    return Plan(
        flow=flow,
        version=published.version,
        steps=steps,
        event_fields=fields,
        told=told,
        secret_fields=secret_fields | (sources.get("event", NO_NAMES) & fields.keys()),
        about=compile_value(about) if about else None,
        about_roots=frozenset(root for root, _ in about_heads),
        about_heads=about_heads,
        manifests=published.manifests,
        order=compiler.order,
    )
