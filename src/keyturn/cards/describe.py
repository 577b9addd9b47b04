"""A card's declaration as JSON: for the API, the command line and the docs."""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import BadInput, CardSpec, EffectSpec, Example, FieldSpec

from .cases import shipped_counts
from .options import bad_option


def describe(spec: CardSpec) -> Values:
    """Everything that a declaration says."""
    return {
        "key": spec.key,
        "title": spec.title,
        "category": spec.category,
        "kind": spec.kind.value,
        "summary": spec.summary,
        "connector": spec.connector,
        "inputs": _fields(spec.inputs),
        "outputs": _fields(spec.outputs),
        "options": _fields(tuple(replace(option, bad=bad_option(option)) for option in spec.options)),
        "variants": [
            {
                "when": {name: list(values) for name, values in variant.when},
                "inputs": _fields(variant.inputs),
                "outputs": _fields(variant.outputs),
                "effect": _effect(variant.effect),
                "streams": variant.streams,
            }
            for variant in spec.variants
        ],
        "free_inputs": spec.free_inputs,
        "free_input": _fields((spec.free_input,))[0] if spec.free_input else None,
        "free_outputs": spec.free_outputs,
        "compares": spec.compares,
        "branches": spec.lanes or None,
        "calls": spec.calls,
        "body": spec.body,
        "rounds": {"sees": list(spec.rounds.sees), "takes": spec.rounds.takes.value} if spec.rounds else None,
        "effect": _effect(spec.effect),
        "synonyms": list(spec.synonyms),
        "app_synonyms": list(spec.app_synonyms),
        "person": spec.person,
        "examples": [_example(example) for example in spec.examples],
        "okta": spec.okta,
        "okta_also": list(spec.okta_also),
        "beyond": spec.beyond,
        "hidden": spec.hidden,
        "cases": {**shipped_counts().get(spec.key, {})} or None,
    }


def _fields(fields: tuple[FieldSpec, ...]) -> list[JSON]:
    return [
        {
            "name": field.name,
            "type": str(field.type),
            "title": field.title or field.name,
            "about": field.about,
            "example": field.example,
            "required": field.required,
            "default": field.default,
            "choices": [
                {"value": choice.value, "label": choice.label, "beyond": choice.beyond} for choice in field.choices
            ],
            "format": field.format.value,
            "okta": field.okta or None,
            "bad": _bad(field.bad),
            "group": field.group,
            "fields": _fields(field.fields),
            "choices_from": field.choices_from or None,
            "fields_from": field.fields_from or None,
            "needs": list(field.needs),
            "inside": [list(way) for way in field.inside],
            "beyond": field.beyond,
        }
        for field in fields
    ]


def _bad(bad: BadInput | None) -> JSON:
    if bad is None:
        return None
    return {
        "null": bad.null.value,
        "empty": bad.empty.value if bad.empty else None,
        "whole": bad.whole,
        "least": bad.least,
        "most": bad.most,
        "outside": bad.outside.value,
        "note": bad.note,
    }


def _effect(effect: EffectSpec | None) -> JSON:
    if effect is None:
        return None
    return {
        "effect": effect.effect.value,
        "person": effect.person,
        "repeatable": effect.repeatable,
        "read_back": effect.read_back,
        "undo": effect.undo,
        "in_commit": effect.in_commit,
    }


def _example(example: Example) -> JSON:
    outputs: Values = {**example.free_outputs}
    return {
        "about": example.about,
        "options": example.options,
        "inputs": example.inputs,
        "outputs": example.outputs,
        "free_outputs": outputs,
        "more": example.more,
        "error": example.error or None,
    }
