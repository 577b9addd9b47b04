"""The cards of a connector, made from its manifest.

Every connector has requests of the author's own: a Custom API Action, or a card for each method.
"""

from __future__ import annotations

from keyturn.flows.spec import (
    CardKind,
    CardSpec,
    Choice,
    EffectClass,
    EffectSpec,
    FieldFormat,
    FieldSpec,
    Variant,
)
from keyturn.flows.types import ANY, BOOLEAN, LIST, NUMBER, OBJECT, TEXT, Type

from .manifest import ActionModel, EventModel, FieldModel, ManifestModel, OutputModel
from .own_requests import own_request_cards

CUSTOM = "custom_api_action"
RESULTS, STREAM = "results", "stream"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITH_BODY = ("POST", "PUT", "PATCH")


_RESULTS = FieldSpec(
    RESULTS,
    TEXT,
    "Result set",
    "The first record, the first page, all of them as a list, or a helper flow for each of any number.",
    default="page",
    choices=(
        Choice("first", "First record"),
        Choice("page", "First page"),
        Choice("all", "All records"),
        Choice(STREAM, "Stream records"),
    ),
)
_RESULT_VARIANTS = (
    Variant(((RESULTS, ("first",)),), outputs=(FieldSpec("record", OBJECT, "Record", "Null if there is none."),)),
    Variant(
        ((RESULTS, ("page", "all")),),
        outputs=(
            FieldSpec("records", LIST, "Records", "The records, in the app's order."),
            FieldSpec("more", BOOLEAN, "More", "Whether there are more than were read."),
        ),
    ),
    Variant(
        ((RESULTS, (STREAM,)),),
        outputs=(
            FieldSpec("count", NUMBER, "Records streamed", "For how many records the helper flow ran."),
            FieldSpec("failed", NUMBER, "Failed", "How many of these helper flows failed."),
        ),
        streams=True,
    ),
)


def cards_of(manifest: ManifestModel) -> list[CardSpec]:
    """All cards of a connector: actions, the Custom API Action, events."""
    actions = [_action(manifest, action) for action in manifest.actions]
    own = own_request_cards(manifest) if manifest.own_requests else [_custom(manifest)]
    return [*actions, *own, *(_event(manifest, event) for event in manifest.events)]


def _action(manifest: ManifestModel, action: ActionModel) -> CardSpec:
    effect = EffectSpec(
        action.effect.effect,
        person=action.effect.person,
        repeatable=action.effect.repeatable,
        undo=action.effect.undo,
    )
    return CardSpec(
        key=f"{manifest.connector}.{action.key}",
        title=action.title,
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary=action.summary,
        inputs=tuple(_input(field) for field in action.inputs),
        outputs=tuple(_output(output) for output in action.outputs),
        options=(_RESULTS,) if action.paging else (),
        variants=_RESULT_VARIANTS if action.paging else (),
        connector=manifest.connector,
        effect=effect,
    )


def _event(manifest: ManifestModel, event: EventModel) -> CardSpec:
    return CardSpec(
        key=f"{manifest.connector}.{event.key}",
        title=event.title,
        category=manifest.title,
        kind=CardKind.EVENT,
        summary=event.summary,
        outputs=tuple(_output(output) for output in event.outputs),
        connector=manifest.connector,
    )


def _input(field: FieldModel) -> FieldSpec:
    return FieldSpec(
        field.name,
        Type.parse(field.type),
        field.title,
        field.about,
        required=field.required,
        default=field.default,
        choices=tuple(Choice(choice, choice) for choice in field.choices),
    )


def _output(output: OutputModel) -> FieldSpec:
    names = tuple(output.value) if isinstance(output.value, dict) else ()
    return FieldSpec(output.name, Type.parse(output.type), output.title, output.about, inside=names)


def _custom(manifest: ManifestModel) -> CardSpec:
    """A request of the author's own, below the connection's base."""
    body = FieldSpec("body", ANY, "Body", "An object or list is sent as JSON; text that is JSON is sent as it is.")
    return CardSpec(
        key=f"{manifest.connector}.{CUSTOM}",
        title="Custom API Action",
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary=f"Sends a request of your own to {manifest.title}, with the connection's credentials.",
        options=(
            FieldSpec(
                "method",
                TEXT,
                "Request type",
                "What the request does: GET reads, the others change.",
                default="GET",
                choices=tuple(Choice(method, method) for method in _METHODS),
            ),
        ),
        inputs=(
            FieldSpec(
                "url",
                TEXT,
                "Relative URL",
                "The path below the connection's address; values put into it are encoded.",
                required=True,
                format=FieldFormat.RELATIVE_URL,
            ),
            FieldSpec("query", OBJECT, "Query", "Names and values that are added to the address."),
            FieldSpec("headers", OBJECT, "Headers", "Further request headers."),
        ),
        outputs=(
            FieldSpec("status", NUMBER, "Status code", "The status of the answer."),
            FieldSpec("headers", OBJECT, "Headers", "The headers of the answer, names in lower case."),
            FieldSpec("body", ANY, "Body", "The answer: parsed if it is JSON, else text; null if it is empty."),
        ),
        variants=(
            Variant((("method", ("GET",)),), effect=EffectSpec(EffectClass.READ, repeatable=True)),
            Variant((("method", _WITH_BODY),), inputs=(body,)),
            Variant((("method", ("DELETE",)),), effect=EffectSpec(EffectClass.DESTROY)),
        ),
        effect=EffectSpec(EffectClass.CHANGE),
        connector=manifest.connector,
        synonyms=("http", "rest", "api call", "raw request"),
    )
