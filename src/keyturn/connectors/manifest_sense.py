"""What makes no sense in a manifest: texts that say nothing, or stand where only a reference tells anything, names that
lead back to themselves, and what is never looked at or never sent.

Manifests that were kept earlier are not held to it: these rules came later than they.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from keyturn.connections.model import AUTH_FIELDS, AuthKind
from keyturn.flows.json import JSON
from keyturn.flows.problems import Problem
from keyturn.flows.spec import OWN_GROUPS, EffectClass
from keyturn.flows.values import Name, Reference, Template, ValueSyntaxError, parse_value

from .findings import Path, Told, problems_of
from .making import check_making
from .manifest import (
    ActionModel,
    ConditionModel,
    ErrorsModel,
    EventModel,
    FieldModel,
    HintModel,
    ManifestModel,
    OutputModel,
)
from .manifest_checks import ANSWER, put_in
from .manifest_paths import requests_of
from .paging import LINK, number_in
from .readable import readable, texts
from .request_models import PagingModel, RequestModel
from .state_models import StateModel

_Loaded: TypeAlias = Mapping[str, tuple[str, ...]]
"""Choices or fields by name, and the inputs that each needs."""
_OF_ACTIONS = frozenset({"inputs", "options", "record", "shaped", "item", "key"}) | ANSWER
_OF_EVENTS = frozenset({"event", "envelope", "headers", "targets"})
_WITHOUT_AUTHORIZATION = (AuthKind.NONE, AuthKind.HEADER)
_MARKS = "keyturn-"
_LIKE_A_PATH = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:[.\[]\S*)?")


def check_sense(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    return problems_of(_of_manifest(manifest))


def _of_manifest(manifest: ManifestModel) -> Told:
    if manifest.connector in OWN_GROUPS:
        what = f"{manifest.connector!r} is a group of Keyturn's own cards, which would hide those of the app."
        yield ("connector",), what, "Name it otherwise."
    yield from _blank({"title": manifest.title, "about": manifest.about}, ())
    yield from _words(manifest.synonyms, ("synonyms",))
    yield from _ways_to_connect(manifest)
    if "{{" in manifest.check.path:
        yield ("check", "path"), "a connection is tested with nothing given.", "Write a path without references."
    yield from _spaces(manifest.check.path, ("check", "path"))
    yield from _marks(manifest.check.path, ("check", "path"), "#")
    for name, text in manifest.headers.items():
        if "{{" in text:
            yield (
                ("headers", name),
                "headers of every request refer to nothing.",
                "Write it under headers of a request.",
            )
    proved = any(kind not in _WITHOUT_AUTHORIZATION for kind in manifest.auth)
    yield from _headers(manifest.headers, ("headers",), proved=proved)
    yield from _errors(manifest.errors)
    inputs = {one.name for action in manifest.actions for one in put_in(action.inputs, manifest.shared_inputs)}
    yield from _hints(manifest.hints, inputs, manifest.auth, refuses_with_2xx=manifest.errors.failed is not None)
    for name, fields in manifest.shared_inputs.items():
        for number, one in enumerate(fields):
            yield from _field(one, ("shared_inputs", name, number))
    for name, outputs in manifest.shared_outputs.items():
        for number, one in enumerate(outputs):
            yield from _output(one, _OF_ACTIONS | _OF_EVENTS, ("shared_outputs", name, number))
    for request, path in requests_of(manifest):
        yield from _headers(request.headers, (*path, "headers"), proved=proved and not request.open)
    yield from _loaded(manifest, inputs)
    choices = {name: one.needs for name, one in manifest.choices.items()}
    fields_of = {name: one.needs for name, one in manifest.fields.items()}
    for number, action in enumerate(manifest.actions):
        yield from _action(action, manifest, ("actions", number))
        yield from _needs(action, manifest, (choices, fields_of), inputs, ("actions", number))
    for number, event in enumerate(manifest.events):
        yield from _event(event, manifest, ("events", number))


def _ways_to_connect(manifest: ManifestModel) -> Told:
    if not manifest.auth:
        yield ("auth",), "nobody can connect.", "Name a kind of connection; none is one, too."
    for number, kind in enumerate(manifest.auth):
        if kind in manifest.auth[:number]:
            yield ("auth", number), f"{kind.value} is there twice.", "Take one of them away."
    known = {name for kind in manifest.auth for name in AUTH_FIELDS[kind].settings}
    for name in manifest.defaults:
        if manifest.auth and name not in known:
            listed = ", ".join(sorted(known)) or "none"
            yield ("defaults", name), f"no connection of it has a setting {name!r}.", f"There are: {listed}."
    for kind, guide in manifest.guides.items():
        path: Path = ("guides", kind.value)
        for part in ("steps", "usual", "always"):
            yield from _words(getattr(guide, part), (*path, part))
        if not guide.separator:
            yield (*path, "separator"), "scopes would run together.", "Write what stands between them, a space mostly."
    for scope, others in manifest.scopes.includes.items():
        if scope in others:
            yield ("scopes", "includes", scope), f"{scope!r} comes with itself.", "Name what else comes with it."
    yield from _words(manifest.scopes.events, ("scopes", "events"))
    yield from _words(manifest.scopes.before, ("scopes", "before"))


def _headers(names: Iterable[str], path: Path, *, proved: bool) -> Told:
    """Headers that Keyturn sets.

    Args:
        proved: the connection's credentials stand in Authorization.
    """
    from keyturn.http import is_clients_own  # here only: who checks flows of built-in connectors needs no HTTP client

    for name in names:
        if is_clients_own(name) or name.lower().startswith(_MARKS):
            yield (*path, name), f"{name!r} is a header that Keyturn sets itself.", "Take it away."
        elif proved and name.lower() == "authorization":
            mend = "Take it away; a request that says open: true is sent without the connection's credentials."
            yield (*path, name), "the connection's credentials stand in this header.", mend


def _errors(errors: ErrorsModel) -> Told:
    path: Path = ("errors",)
    for name, raw in (("code", errors.code), ("message", errors.message)):
        if raw:  # an app may have none
            yield from _refers(raw, (*path, name), "{{ body.error }}")
    if errors.details is not None:
        yield from _refers(errors.details, (*path, "details"), "{{ body.causes[].message }}")
    for number, raw in enumerate(errors.needed):
        yield from _refers(raw, (*path, "needed", number), "{{ body.needed }}")
    if errors.failed is not None:
        yield from _condition(errors.failed, (*path, "failed"))
    for number, condition in enumerate(errors.limited):
        yield from _condition(condition, (*path, "limited", number))
    for code, status in errors.means.items():
        if status < 400:
            yield (*path, "means", code), f"{status} is no status of an error.", "Write one from 400 to 599."


def _hints(
    hints: Sequence[HintModel], inputs: Collection[str], auth: Sequence[AuthKind], *, refuses_with_2xx: bool
) -> Told:
    seen: set[tuple[str | int, str | None, AuthKind | None]] = set()
    for number, hint in enumerate(hints):
        path: Path = ("hints", number)
        says = {} if hint.says is None else {"says": hint.says}
        yield from _blank({"why": hint.why, "mend": hint.mend, **says}, path)
        for name in (name for name in hint.about if name not in inputs):
            yield (*path, "about"), f"no action has an input {name!r}.", "Name an input of those that it is about."
        for kind in (kind for kind in hint.kinds if kind not in auth):
            yield (*path, "kinds"), f"no connection of it is of kind {kind.value!r}.", "Name kinds that auth has."
        of = hint.code if hint.code is not None else hint.status
        if of is None:
            yield path, "it is of no error.", "Write the code or the status that it tells of."
            continue
        if hint.code is None and hint.status is not None and 200 <= hint.status < 300 and not refuses_with_2xx:
            yield (*path, "status"), f"{hint.status} is a success.", "Write the status of an error."
        kinds = hint.kinds or (None,)
        if all({(of, says, known) for says in (None, hint.says) for known in (None, kind)} & seen for kind in kinds):
            yield path, f"an earlier one tells of {of} already.", "Make one of both, or write what says more before it."
        seen |= {(of, hint.says, kind) for kind in kinds}


def _loaded(manifest: ManifestModel, inputs: Collection[str]) -> Told:
    """Choices and fields that come from the app."""
    for part, loaded in (("choices", manifest.choices), ("fields", manifest.fields)):
        for name, one in loaded.items():
            for need in (need for need in one.needs if need not in inputs):
                yield (part, name, "needs"), f"no action has an input {need!r}.", "Name an input of those that use it."
    for name, choices in manifest.choices.items():
        path: Path = ("choices", name)
        yield from _request(choices.request, (*path, "request"))
        yield from _given(choices.request, choices.needs, path)
        yield from _paging(choices.paging, (*path, "paging"))
        for part in ("value", "label"):
            yield from _refers(getattr(choices, part), (*path, part), "{{ record.id }}")
    for name, fields in manifest.fields.items():
        path = ("fields", name)
        yield from _request(fields.request, (*path, "request"))
        yield from _given(fields.request, fields.needs, path)
        if not fields.records:
            yield (
                (*path, "records"),
                "nothing would be loaded.",
                "Write where they stand: {{ body.properties }}.",
            )
        for number, raw in enumerate(fields.records):
            yield from _refers(raw, (*path, "records", number), "{{ body.properties }}")
        for part in ("name", "title"):
            yield from _refers(getattr(fields, part), (*path, part), "{{ key }}")
        for number, raw in enumerate(fields.choices):
            yield from _refers(raw, (*path, "choices", number), "{{ record.values }}")
        if (fields.choice or fields.choice_label) and not fields.choices:
            yield path, "it says what a choice is, and none are loaded.", "Write choices: where they stand."


def _given(request: RequestModel, needs: Sequence[str], path: Path) -> Told:
    """What is loaded is loaded with the inputs that it needs, and no others."""
    wanted = {
        reference.path[0].name
        for reference in _references(request.model_dump(mode="json", exclude_defaults=True)) or ()
        if reference.root == "inputs" and reference.path and isinstance(reference.path[0], Name)
    }
    for name in sorted(wanted - {*needs}):
        what = f"its request refers to the input {name!r}, which it does not need."
        yield (*path, "request"), what, f"Write needs: [{', '.join([*needs, name])}]."


def _needs(
    action: ActionModel, manifest: ManifestModel, loaded: tuple[_Loaded, _Loaded], inputs: Collection[str], path: Path
) -> Told:
    """What an action's choices and fields need of all inputs are some that it has."""
    there = {one.name for one in put_in(action.inputs, manifest.shared_inputs)}
    choices, fields = loaded

    def of(one: FieldModel | OutputModel, place: Path) -> Told:
        needs = {*fields.get(one.fields_from or "", ())}
        if isinstance(one, FieldModel):
            needs |= {*choices.get(one.choices_from or "", ())}
            for inner in one.fields:
                yield from of(inner, place)
        for name in sorted(needs.intersection(inputs) - there):
            what = f"what {one.name!r} loads from the app needs the input {name!r}, which the action has not."
            yield place, what, "Add that input, or take it out of needs."

    for part, given in (("inputs", action.inputs), ("options", action.options)):
        for number, named in enumerate(given):
            for field in put_in([named], manifest.shared_inputs):
                yield from of(field, (*path, part, number))
    for number, output in enumerate(action.outputs):
        for one in put_in([output], manifest.shared_outputs):
            yield from of(one, (*path, "outputs", number))


def _action(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    yield from _blank({"title": action.title, "summary": action.summary}, path)
    yield from _words(action.synonyms, (*path, "synonyms"))
    yield from _words(action.scopes, (*path, "scopes"))
    yield from _words(action.look_scopes, (*path, "look_scopes"))
    if action.look_scopes and action.state is None:
        what = "it says which scopes its look needs, and nothing says how to look."
        yield (*path, "look_scopes"), what, "Leave them out, or say under state how to look."
    yield from _undo(action, manifest.actions, (*path, "effect"))
    if action.beyond and action.okta is not None:
        what = "it says that Okta Workflows has no such card, and which one it is."
        yield (*path, "beyond"), what, "Take one of beyond and okta away."
    for part, given in (("inputs", action.inputs), ("options", action.options)):
        for number, one in enumerate(given):
            if isinstance(one, FieldModel):
                yield from _field(one, (*path, part, number))
    for number, option in enumerate(action.options):
        if option.when:
            yield (*path, "options", number, "when"), "an option is always there.", "Take when away."
    names: set[str] = set()
    for number, step in enumerate(action.steps):
        here = (*path, "request") if action.request is not None else (*path, "requests", number)
        yield from _request(step, here)
        if step.name in names:
            yield (*here, "name"), f"an earlier request is named {step.name!r}.", "Name it otherwise."
        names |= {step.name} if step.name else set()
    for number, output in enumerate(action.outputs):
        if isinstance(output, OutputModel):
            yield from _output(output, _OF_ACTIONS | names, (*path, "outputs", number))
    if action.paging is not None:
        yield from _paging(action.paging, (*path, "paging"))
    yield from _asks_nothing(action, manifest, path)
    yield from _unused(action, manifest, path)
    if action.effect.effect is EffectClass.ENSURE and not (action.effect.repeatable or action.idempotency):
        what = "what brings a state about does no harm if it is sent twice."
        yield (*path, "effect"), what, "Say repeatable: true, or that it is a change."
    inputs = {one.name for one in put_in(action.inputs, manifest.shared_inputs)}
    yield from _looking(action, inputs, path, refuses_with_2xx=manifest.errors.failed is not None)


def _asks_nothing(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    """An action without requests may give what is fixed; anything else says that its request was forgotten."""
    if action.steps or action.shape is not None or action.paging is not None or not _reads(action):
        return
    outputs = put_in(action.outputs, manifest.shared_outputs)
    if not outputs or any(one.root in ANSWER for one in _references([one.value for one in outputs]) or ()):
        yield path, "it asks the app for nothing.", "Write request: or requests:."


def _reads(action: ActionModel) -> bool:
    return action.effect.effect is EffectClass.READ


def _unused(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    """Inputs and options that people would fill for nothing. What a function is given is all of them."""
    inputs, outputs = put_in(action.inputs, manifest.shared_inputs), put_in(action.outputs, manifest.shared_outputs)
    sent = action.model_dump(
        mode="json", include={"request", "requests", "paging", "state", "ensure"}, exclude_defaults=True
    )
    found = readable([sent, *(one.value for one in outputs)])
    if any(one.shape is not None for one in (action, *action.steps)):  # which sees all inputs
        return
    used = {(one.root, one.path[0].name) for one in found.references if one.path and isinstance(one.path[0], Name)}
    used |= {("inputs", name) for name in _needed((*inputs, *action.options, *outputs), manifest)}
    used |= {("inputs", action.effect.person)} if action.effect.person else set()
    used |= {("options", name) for one in inputs for name in one.when}
    for part, given in (("inputs", action.inputs), ("options", action.options)):
        for number, named in enumerate(given):
            for one in put_in([named], manifest.shared_inputs):
                meant = any(f"{part}.{one.name}" in text for text in found.odd)
                if (part, one.name) not in used and not meant:
                    what = f"nothing refers to the {part[:-1]} {one.name!r}."
                    mend = f"Write {{{{ {part}.{one.name} }}}} where it is sent, or take it away."
                    yield (*path, part, number), what, mend


def _needed(fields: Iterable[FieldModel | OutputModel], manifest: ManifestModel) -> Iterator[str]:
    """Inputs with which choices and fields are loaded."""
    for one in fields:
        if one.fields_from in manifest.fields:
            yield from manifest.fields[one.fields_from].needs
        if isinstance(one, FieldModel):
            if one.choices_from in manifest.choices:
                yield from manifest.choices[one.choices_from].needs
            yield from _needed(one.fields, manifest)


def _undo(action: ActionModel, actions: Iterable[ActionModel], path: Path) -> Told:
    undo = action.effect.undo
    if undo == action.key:
        yield path, "undo names the action itself.", "Name the action that takes it back."
    elif undo is not None and action.effect.effect is EffectClass.READ:
        yield path, "what reads cannot be taken back.", "Take undo away."
    elif any(one.key == undo and one.effect.effect is EffectClass.READ for one in actions):
        yield path, f"undo names {undo!r}, which only reads.", "Name the action that takes it back."


def _looking(action: ActionModel, inputs: Collection[str], path: Path, *, refuses_with_2xx: bool) -> Told:
    """How to look, and what refusals mean."""
    if action.state is not None:
        if action.effect.effect is EffectClass.READ:
            yield (*path, "state"), "what reads is never looked after.", "Take state away."
        yield from _state(action.state, (*path, "state"))
        yield from (((*path, "state"), what, mend) for what, mend in check_making(action, inputs))
    if action.ensure is None:
        return
    if action.ensure.who is not None:
        yield from _request(action.ensure.who, (*path, "ensure", "who"))
    if action.ensure.holder is not None:
        here = (*path, "ensure", "holder")
        yield from _request(action.ensure.holder.request, (*here, "request"))
        yield from _refers(action.ensure.holder.called, (*here, "called"), "team {{ inputs.team }}")
    for number, obstacle in enumerate(action.ensure.in_the_way):
        here = (*path, "ensure", "in_the_way", number)
        yield from _blank({"why": obstacle.why, "mend": obstacle.mend}, here)
        for place, condition in enumerate(obstacle.when):
            yield from _condition(condition, (*here, "when", place))
        if not obstacle.when and number < len(action.ensure.in_the_way) - 1:
            yield here, "what stands behind it is never told.", "Put it last, or say under when: what it is told of."
    seen: set[tuple[int, str | None, tuple[str, ...]]] = set()
    for part, refusals in (("already", action.ensure.already), ("absent", action.ensure.absent)):
        for number, one in enumerate(refusals):
            here = (*path, "ensure", part, number)
            if one.status < 300 and not refuses_with_2xx:
                yield here, f"{one.status} is no refusal.", "Write the status by which the app refuses."
            if one.status >= 500:
                mend = "Write the status by which it refuses; of a code, one that errors.means gives it."
                yield here, f"{one.status} is a fault of the app, and says nothing of what is so.", mend
            if one.code is not None:
                yield from _blank({"code": one.code}, here)
            for place, condition in enumerate(one.when):
                yield from _condition(condition, (*here, "when", place))
            for name in (name for name in one.of if name not in {step.name for step in action.steps}):
                yield (*here, "of"), f"no request is named {name!r}.", "Name a request of the action under name."
            if (one.status, one.code, one.of) in seen:
                yield here, "the same refusal is there before.", "Say once what it means."
            seen.add((one.status, one.code, one.of))


def _state(state: StateModel, path: Path) -> Told:
    yield from _request(state.request, (*path, "request"), read=True)
    if state.so is not None:
        yield from _condition(state.so, (*path, "so"))
    if state.then is not None:
        yield from _request(state.then.request, (*path, "then", "request"))
        yield from _condition(state.then.so, (*path, "then", "so"))
        for number, condition in enumerate(state.then.when):
            yield from _condition(condition, (*path, "then", "when", number))
    if state.beside and state.always:
        yield (*path, "beside"), "its list is in each answer.", "Take it away, or say always: false."
    for part, raw in (("records", state.records), ("found", state.found), ("created", state.created)):
        if isinstance(raw, str):
            yield from _refers(raw, (*path, part), "{{ body }}" if part != "created" else "{{ body.created }}")


def _event(event: EventModel, manifest: ManifestModel, path: Path) -> Told:
    yield from _blank({"title": event.title, "summary": event.summary, "event_type": event.event_type}, path)
    if event.person:
        yield from _refers(event.person, (*path, "person"), "{{ event.user }}")
    seen: set[str] = set()
    for number, output in enumerate(event.outputs):
        for one in put_in([output], manifest.shared_outputs):
            if one.name in seen:
                yield (*path, "outputs", number), f"{one.name!r} is there twice.", "Name one of them otherwise."
            seen.add(one.name)
        if isinstance(output, OutputModel):
            yield from _output(output, _OF_EVENTS, (*path, "outputs", number))


def _field(one: FieldModel, path: Path) -> Told:
    yield from _spoken({"title": one.title, "group": one.group}, path)
    for name, values in one.when.items():
        if not values:
            yield (*path, "when", name), "it would never be there.", f"Write the values of {name!r} with which it is."
    for number, choice in enumerate(one.choices):
        label = choice if isinstance(choice, str) else choice.label
        yield from _blank({"label": label}, (*path, "choices", number))
    names: set[str] = set()
    for number, inner in enumerate(one.fields):
        if inner.name in names:
            yield (*path, "fields", number), f"{inner.name!r} is there twice.", "Name one of them otherwise."
        if inner.when:
            yield (*path, "fields", number, "when"), "what is in an object is always there.", "Take when away."
        names.add(inner.name)
        yield from _field(inner, (*path, "fields", number))


def _output(one: OutputModel, roots: frozenset[str], path: Path) -> Told:
    """An output may be a fixed value, but none that was meant to be a reference."""
    yield from _spoken({"title": one.title, "group": one.group}, path)
    if one.required and roots is _OF_EVENTS:
        yield (*path, "required"), "what an event brings is not asked for.", "Take required away."
    elif one.required and _references(one.value) == []:
        yield (*path, "required"), "a fixed value is always there.", "Take required away."
    if one.empty_left_out and not one.type.startswith("list"):
        yield (*path, "empty_left_out"), "it is no list.", "Take it away, or say type: list of what it is."
    for text in texts(one.value):
        found = _LIKE_A_PATH.fullmatch(text)
        if found is not None and found[1] in roots:
            yield (*path, "value"), f"{text!r} is a text and no reference.", f"Write {{{{ {text} }}}}."


def _request(request: RequestModel, path: Path, *, read: bool = False) -> Told:
    """Args: read: what its answer is made into is read at its own place, where it is looked."""
    if request.pages is not None:
        yield from _paging(request.pages, (*path, "pages"))
    if request.name in _OF_ACTIONS:
        yield (*path, "name"), f"{request.name!r} stands for something else in references.", "Name it otherwise."
    if request.shape is not None and request.name is None and not read:
        yield (*path, "shape"), "nothing can refer to what it makes.", "Give the request a name."
    if request.all_answers and request.each is None:
        yield (*path, "all_answers"), "one request has one answer.", "Take it away, or say each."
    if request.empty_left_out and request.each is None:
        yield (*path, "empty_left_out"), "there is no list that it goes over.", "Take it away, or say each."
    if request.empty_left_out and request.each is not None and _references(request.each) == []:
        yield (*path, "empty_left_out"), "the list that it goes over is always there.", "Take it away."
    if request.beside and not request.empty_left_out:
        yield (*path, "beside"), "its list is always there.", "Take it away, or say empty_left_out: true."
    for part, there in (("body", request.body is not None), ("links", bool(request.links))):
        if there and request.method == "GET":
            yield (*path, part), "GET sends no body.", "Use POST, PUT or PATCH, or write it under query."
    for status in request.fine:
        if 200 <= status < 300:
            yield (*path, "fine"), f"{status} is fine by itself.", "Name statuses beyond 2xx."
    if request.operation is not None:
        yield from _blank({"spec": request.operation.spec, "id": request.operation.id}, (*path, "operation"))
    if not request.whole:
        yield from _spaces(request.path, (*path, "path"))
        yield from _marks(request.path, (*path, "path"), "?#")
    wholes: dict[str, JSON] = {"each": request.each, "file": request.file}
    for part, raw in wholes.items():
        if isinstance(raw, str):
            yield from _refers(raw, (*path, part), "{{ inputs.people }}")
    for name, raw in request.files.items():
        yield from _refers(raw, (*path, "files", name), "{{ inputs.file }}")
    for name, one in request.filters.items():
        here = (*path, "filters", name)
        if name in request.query:
            yield here, f"{name!r} is in query, too.", "Take one of them away."
        if not one.clauses and one.equal is None and not one.also:
            yield here, "it compares nothing.", "Write clauses, equal or also."
        if one.equal is not None:
            yield from _refers(one.equal.entries, (*here, "equal", "entries"), "{{ inputs.attributes }}")
    for number, condition in enumerate(request.when):
        yield from _condition(condition, (*path, "when", number))


def _condition(condition: ConditionModel, path: Path) -> Told:
    yield from _refers(condition.value, (*path, "value"), "{{ body.status }}")
    for name in ("among", "not_among"):
        if getattr(condition, name) == ():
            yield (*path, name), "it compares with nothing.", "Name the values."
    if condition.any_case and not {"among", "not_among", "has", "lacks"} & condition.model_fields_set:
        yield (*path, "any_case"), "it compares no texts.", "Take it away."


def _paging(paging: PagingModel, path: Path) -> Told:
    yield from _refers(paging.records, (*path, "records"), "{{ body.items }}")
    if paging.next not in ("", LINK):
        yield from _refers(paging.next, (*path, "next"), "{{ body.next }}")
    if paging.query is not None:
        yield from _blank({"query": paging.query}, path)
        if not paging.next and paging.offset is None:
            yield (*path, "query"), "nothing says where the token stands.", "Write next: with a reference to it."
    if paging.offset is not None:
        yield from _blank({"query": paging.offset.query}, (*path, "offset"))
        yield from _refers(paging.offset.total, (*path, "offset", "total"), "{{ body.total }}")
        if paging.offset.first < 0:
            yield (*path, "offset", "first"), "records are numbered from 0 or 1.", "Write the number of the first."
    yield from _blank({"page": paging.page}, path)
    number = number_in(paging.page)
    if number == 0:
        yield (*path, "page"), "the first page would have no records.", "Write a number from 1, or none."
    if paging.size:
        yield from _refers(paging.size, (*path, "size"), "{{ inputs.limit }}")
        if number is None:
            yield (*path, "size"), "page says no number, so the first page is as the app gives it.", "Take it away."
    if paging.beside and paging.always:
        yield (*path, "beside"), "its list is in each answer.", "Take it away, or say always: false."


def _blank(texts: Mapping[str, str], path: Path) -> Told:
    """Texts that have to say something."""
    for name, text in texts.items():
        if not text.strip():
            yield (*path, name), f"{name} is blank.", "Write what people are to read."


def _spoken(texts: Mapping[str, str], path: Path) -> Told:
    """Texts that may be left out, and that say something if they are there."""
    yield from _blank({name: text for name, text in texts.items() if text}, path)


def _words(texts: Sequence[str], path: Path) -> Told:
    for number, text in enumerate(texts):
        if not text.strip():
            yield (*path, number), "it is blank.", "Write something, or take it away."
        elif text in texts[:number]:
            yield (*path, number), f"{text!r} is there twice.", "Take one of them away."


def _spaces(address: str, path: Path) -> Told:
    """Spaces in a path are mistakes; those around the names of references are not in it."""
    if any(re.search(r"\s", part) for part in _fixed_parts(address)):
        yield path, "there is a space in it.", "Take it out, or write %20."


def _marks(address: str, path: Path, marks: str) -> Told:
    """What begins a query or a fragment stands in a path by mistake; what is put into it is encoded."""
    told = {
        "?": ("what stands behind ? is no path.", "Write it under query."),
        "#": ("what stands behind # reaches no app.", "Take it away; one that belongs to a name is %23."),
    }
    for mark in (mark for mark in marks if any(mark in part for part in _fixed_parts(address))):
        yield path, *told[mark]


def _fixed_parts(address: str) -> list[str]:
    """The texts of an address between its references; none of one that cannot be read, which is told already."""
    try:
        value = parse_value(address)
    except ValueSyntaxError:
        return []
    parts = value.parts if isinstance(value, Template) else () if isinstance(value, Reference) else (address,)
    return [part for part in parts if isinstance(part, str)]


def _refers(raw: JSON, path: Path, example: str) -> Told:
    """Something without a reference is the same always, where only what was given or answered says anything."""
    if _references(raw) != []:
        return
    like = isinstance(raw, str) and _LIKE_A_PATH.fullmatch(raw) is not None and ("." in raw or raw in ANSWER)
    mend = f"Write {{{{ {raw} }}}}." if like else f"Write where it stands, for example {example}."
    yield path, f"{raw!r} refers to nothing.", mend


def _references(raw: JSON) -> list[Reference] | None:
    """What a value refers to; None if it cannot be read, which is told already."""
    found = readable(raw)
    return None if found.faults else found.references
