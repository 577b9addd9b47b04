"""The cards of a connector, made from its manifest.

Every connector has requests of the author's own: a Custom API Action, or a card for each method.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from keyturn.flows.json import JSON
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
from keyturn.flows.values import Name, Reference, parse_value, references

from .example_paths import plain_path
from .mail_cards import mail_cards
from .manifest import ActionModel, ChoiceModel, EventModel, FieldModel, ManifestModel, OutputModel
from .own_requests import ANSWER, IN_FILE, own_request_cards
from .request_models import PagingModel

CUSTOM = "custom_api_action"
RESULTS, STREAM, ENSURE, LIMIT = "results", "stream", "ensure", "record_limit"
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_WITH_BODY = ("POST", "PUT", "PATCH")
_HEADERS = "Further request headers. One that is null is left out."
_ANSWER = "The answer: parsed if it is JSON, else text; null if it is empty."


_SET_LABELS = {"first": "First record", "page": "", "all": "All records", STREAM: "Stream records"}
_ENSURE_FIELD = FieldSpec(
    ENSURE,
    BOOLEAN,
    "Ensure",
    "Already so, or nobody there, is a success, and the output tells which; else it is an error.",
    default=False,
    choices=(Choice(False, "No"), Choice(True, "Yes")),
)
_OUTCOME = FieldSpec(
    "outcome",
    TEXT,
    "Outcome",
    "changed, already (it was so before), absent (there is nobody by this name), or done (whether it was so before is "
    "not known: the app does not say, or an answer was lost).",
)
_MORE = FieldSpec("more", BOOLEAN, "More", "Whether there are more than were read.")
_FAILED = FieldSpec("failed", NUMBER, "Failed", "How many of these helper flows failed.")
_LIMIT = FieldSpec(
    LIMIT,
    NUMBER,
    "Record Limit",
    "For how many records the helper flow runs at most; for all of them if empty.",
    group="Streaming",
    okta="Streaming.Record Limit",
)


def cards_of(manifest: ManifestModel) -> list[CardSpec]:
    """All cards of a connector: actions, the Custom API Action, events."""
    return [replace(card, app_synonyms=manifest.synonyms) for card in _cards(manifest)]


def _cards(manifest: ManifestModel) -> list[CardSpec]:
    if manifest.protocol == "smtp":
        return mail_cards(manifest)
    actions = [_action(manifest, action) for action in manifest.actions]
    own = own_request_cards(manifest) if manifest.own_requests else [_custom(manifest)]
    return [*actions, *own, *(_event(manifest, event) for event in manifest.events)]


def undeclared(manifest: ManifestModel) -> list[CardSpec]:
    """Cards that the program has for a connector beyond the actions of its manifest; the Custom API Action aside, which
    every app has."""
    if not manifest.own_requests and manifest.protocol == "http":
        return []
    declared = {f"{manifest.connector}.{one.key}" for one in (*manifest.actions, *manifest.events)}
    return [card for card in cards_of(manifest) if card.key not in declared]


def _action(manifest: ManifestModel, action: ActionModel) -> CardSpec:
    options = [_field(option, manifest) for option in action.options]
    variants = _depending(manifest, action)
    outputs = tuple(_output(output, manifest) for output in action.gives)
    if action.paging is not None:
        options.append(_results(action.paging))
        variants += _result_variants(action.paging, outputs, _ways(action.gives))
    if action.ensure is not None:
        options.append(_ENSURE_FIELD)
        sure = replace(_effect(action), effect=EffectClass.ENSURE, repeatable=True)
        variants.append(Variant(((ENSURE, (True,)),), outputs=(_OUTCOME,), effect=sure))
    return CardSpec(
        key=f"{manifest.connector}.{action.key}",
        title=action.title,
        category=manifest.title,
        kind=CardKind.EFFECT,
        summary=action.summary,
        inputs=tuple(_field(field, manifest) for field in action.fields if not field.when),
        outputs=() if action.paging else outputs,
        options=tuple(options),
        variants=tuple(variants),
        connector=manifest.connector,
        effect=_effect(action),
        synonyms=(*action.synonyms, *((STREAM,) if action.paging and STREAM in action.paging.sets else ())),
        okta=_address(manifest, action.okta),
        beyond=action.beyond,
    )


def _effect(action: ActionModel) -> EffectSpec:
    looked = action.state.request if action.state is not None else None
    return EffectSpec(
        action.effect.effect,
        person=action.effect.person,
        repeatable=action.effect.repeatable or action.idempotency is not None,
        read_back=f"{looked.method} {looked.path}" if looked is not None else None,
        undo=action.effect.undo,
    )


def _address(manifest: ManifestModel, method: str | None) -> str | None:
    """The address of the card in Okta Workflows."""
    return f"channels:http:{manifest.okta}:{method}" if manifest.okta and method else None


def _depending(manifest: ManifestModel, action: ActionModel) -> list[Variant]:
    """Inputs that exist only with some options."""
    found: dict[tuple[tuple[str, tuple[JSON, ...]], ...], list[FieldSpec]] = {}
    for field in action.fields:
        if field.when:
            found.setdefault(tuple(field.when.items()), []).append(_field(field, manifest))
    return [Variant(when, inputs=tuple(fields)) for when, fields in found.items()]


def _results(paging: PagingModel) -> FieldSpec:
    return FieldSpec(
        RESULTS,
        TEXT,
        "Result set",
        "The first record, the first page, all of them as a list, or a helper flow for each of any number.",
        default="page" if "page" in paging.sets else paging.sets[0],
        choices=tuple(Choice(name, _SET_LABELS[name] or paging.page) for name in paging.sets),
        okta="parameters.resultSet",
    )


def _ways(outputs: Sequence[OutputModel]) -> tuple[tuple[str, ...], ...]:
    """What is in a record of the app's, as far as outputs are read from it: its own names, where theirs are others."""
    found: dict[tuple[str, ...], None] = {}
    for output in outputs:
        for reference in references(parse_value(output.value)):
            if reference.root == "record" and (way := _way(reference)):
                found[way] = None
    return tuple(found)


def _way(reference: Reference) -> tuple[str, ...]:
    """The names that it begins with, up to a position of a list."""
    way: list[str] = []
    for step in reference.path:
        if not isinstance(step, Name):
            break
        way.append(step.name)
    return tuple(way)


def _result_variants(
    paging: PagingModel, outputs: tuple[FieldSpec, ...], inside: tuple[tuple[str, ...], ...]
) -> list[Variant]:
    lists = tuple(name for name in ("page", "all") if name in paging.sets)
    record = FieldSpec(
        "record", OBJECT, "Record", "The whole record; null if there is none.", okta=paging.okta_record, inside=inside
    )
    records = FieldSpec("records", LIST, "Records", "The records, in the app's order.", okta=paging.okta, inside=inside)
    counted = f"{paging.okta.partition('.')[0]}.Records Streamed" if paging.okta else ""
    count = FieldSpec("count", NUMBER, "Records streamed", "For how many records the helper flow ran.", okta=counted)
    made = [Variant(((RESULTS, ("first",)),), outputs=(*outputs, record))] if "first" in paging.sets else []
    made += [Variant(((RESULTS, lists),), outputs=(records, _MORE))] if lists else []
    if STREAM in paging.sets:
        made.append(Variant(((RESULTS, (STREAM,)),), inputs=(_LIMIT,), outputs=(count, _FAILED), streams=True))
    return made


def _event(manifest: ManifestModel, event: EventModel) -> CardSpec:
    return CardSpec(
        key=f"{manifest.connector}.{event.key}",
        title=event.title,
        category=manifest.title,
        kind=CardKind.EVENT,
        summary=event.summary,
        outputs=tuple(_output(output, manifest) for output in event.gives),
        connector=manifest.connector,
        person=event.person,
        okta=_address(manifest, event.okta),
    )


def _field(field: FieldModel, manifest: ManifestModel) -> FieldSpec:
    choices, fields = field.choices_from or "", field.fields_from or ""
    return FieldSpec(
        field.name,
        Type.parse(field.type),
        field.title,
        field.about,
        required=field.required,
        nullable=field.nullable,
        default=field.default,
        choices=tuple(_choice(choice) for choice in field.choices),
        okta=field.okta,
        group=field.group,
        fields=tuple(_field(inner, manifest) for inner in field.fields),
        choices_from=choices,
        fields_from=fields,
        needs=_needs(manifest, choices, fields),
        example=field.example if not field.choices else None,
    )


def _needs(manifest: ManifestModel, choices: str, fields: str) -> tuple[str, ...]:
    """Inputs without which these choices or fields cannot be loaded."""
    loaded = manifest.choices.get(choices) or manifest.fields.get(fields)
    return loaded.needs if loaded is not None else ()


def _choice(choice: str | ChoiceModel) -> Choice:
    return Choice(choice, choice) if isinstance(choice, str) else Choice(choice.value, choice.label)


def _output(output: OutputModel, manifest: ManifestModel) -> FieldSpec:
    loaded = output.fields_from or ""
    return FieldSpec(
        output.name,
        Type.parse(output.type),
        output.title,
        output.about,
        okta=output.okta,
        group=output.group,
        fields_from=loaded,
        needs=_needs(manifest, "", loaded),
        inside=tuple((name,) for name in output.value) if isinstance(output.value, dict) else (),
    )


def _custom(manifest: ManifestModel) -> CardSpec:
    """A request of the author's own, below the connection's base."""
    about = "An object or list is sent as JSON; text that is JSON is sent as it is."
    body = FieldSpec("body", ANY, "Body", about, okta="Request.Body")
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
                okta="parameters.requestType",
            ),
            ANSWER,
        ),
        inputs=(
            FieldSpec(
                "url",
                TEXT,
                "Relative URL",
                "The path below the connection's address; values put into it are encoded.",
                required=True,
                format=FieldFormat.RELATIVE_URL,
                okta="Request.Relative URL",
                example=plain_path(manifest),
            ),
            FieldSpec(
                "query", OBJECT, "Query", "Names and values that are added to the address.", okta="Request.Query"
            ),
            FieldSpec("headers", OBJECT, "Headers", _HEADERS, okta="Request.Headers"),
        ),
        outputs=(
            FieldSpec("status", NUMBER, "Status code", "The status of the answer.", okta="Response.Status Code"),
            FieldSpec(
                "headers", OBJECT, "Headers", "The headers of the answer, names in lower case.", okta="Response.Headers"
            ),
            FieldSpec("body", ANY, "Body", _ANSWER, okta="Response.Body"),
        ),
        variants=(
            Variant((("method", ("GET",)),), effect=EffectSpec(EffectClass.READ, repeatable=True)),
            Variant((("method", _WITH_BODY),), inputs=(body,)),
            Variant((("method", ("DELETE",)),), effect=EffectSpec(EffectClass.DESTROY)),
            IN_FILE,
        ),
        effect=EffectSpec(EffectClass.CHANGE),
        connector=manifest.connector,
        synonyms=("http", "rest", "api call", "raw request"),
        okta=_address(manifest, manifest.okta_custom),
    )
