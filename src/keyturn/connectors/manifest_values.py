"""What must hold of the values in a manifest: names can be used, defaults, choices and examples fit their fields, one
request is sent where one is meant, and changes nothing where it only looks, headers are headers.

Manifests that were kept earlier are not held to it: these rules came later than they.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from keyturn.flows.conversion import ConversionError, converter, to_text
from keyturn.flows.json import JSON
from keyturn.flows.problems import Problem
from keyturn.flows.types import Kind, Type, TypeSyntaxError
from keyturn.flows.values import Reference, Template, ValueSyntaxError, parse_value

from .findings import Path, Told, problems_of
from .manifest import ActionModel, ChoiceModel, FieldModel, ManifestModel, OutputModel
from .manifest_checks import put_in
from .outgoing import MULTIPART
from .paging import LINK
from .request_models import PagingModel, RequestModel
from .templates import SPREAD

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.6.2
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NO_DIGITS = re.compile(r"[^0-9+\-.eE\s]")
_OF_LISTS = frozenset({"record", "records"})
_KINDS: Mapping[Kind, tuple[type, ...]] = {
    Kind.TEXT: (str,),
    Kind.SECRET: (str,),
    Kind.NUMBER: (int, float),
    Kind.BOOLEAN: (bool,),
    Kind.OBJECT: (dict,),
}


def check_values(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    return problems_of(_of_manifest(manifest))


def _of_manifest(manifest: ManifestModel) -> Told:
    yield from _headers(manifest.headers, ("headers",))
    for name, fields in manifest.shared_inputs.items():
        for number, one in enumerate(fields):
            yield from _field(one, ("shared_inputs", name, number))
    for name, outputs in manifest.shared_outputs.items():
        yield from _outputs(outputs, ("shared_outputs", name))
    for part, loaded in (("choices", manifest.choices), ("fields", manifest.fields)):
        for name, one in loaded.items():
            yield from _alone(one.request, (part, name, "request"))
            yield from _looks(one.request, (part, name, "request", "method"))
    for name, one in manifest.choices.items():
        yield from _paging(one.paging, ("choices", name, "paging"))
    for number, action in enumerate(manifest.actions):
        yield from _action(action, manifest, ("actions", number))
    for number, event in enumerate(manifest.events):
        yield from _outputs(event.outputs, ("events", number, "outputs"))
    yield from _titles(manifest.actions)


def _titles(actions: Sequence[ActionModel]) -> Told:
    """People choose cards by their titles."""
    first: dict[str, str] = {}
    for number, action in enumerate(actions):
        title = " ".join(action.title.split())
        if title and title in first:
            what = f"{first[title]!r} is called {title!r} already, and nobody can tell one card from the other."
            yield ("actions", number, "title"), what, "Call it otherwise."
        first.setdefault(title, action.key)


def _action(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    options = {option.name: option for option in action.options}
    for part, given in (("inputs", action.inputs), ("options", action.options)):
        for number, one in enumerate(given):
            if isinstance(one, FieldModel):
                yield from _field(one, (*path, part, number))
            for field in put_in([one], manifest.shared_inputs):
                yield from _when(field, options, (*path, part, number))
    yield from _outputs(action.outputs, (*path, "outputs"))
    for number, step in enumerate(action.steps):
        here = (*path, "request") if action.request is not None else (*path, "requests", number)
        yield from _request(step, here)
        if action.paging is not None:
            yield from _once(step, here)
    if action.state is not None:
        yield from _alone(action.state.request, (*path, "state", "request"))
        if action.state.then is not None:
            yield from _alone(action.state.then.request, (*path, "state", "then", "request"))
    if action.paging is not None:
        yield from _paging(action.paging, (*path, "paging"))
    yield from _taken(action, manifest, path)


def _taken(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    """Names that the program gives to fields of its own stand for nothing else."""
    outputs = _OF_LISTS if action.paging is not None else frozenset[str]()
    outputs |= frozenset({"outcome"}) if action.ensure is not None else frozenset[str]()
    inputs = frozenset({"record_limit"}) if action.paging is not None else frozenset[str]()
    shared_in, shared_out = manifest.shared_inputs, manifest.shared_outputs
    names = [("outputs", n, one.name) for n, given in enumerate(action.outputs) for one in put_in([given], shared_out)]
    names += [("inputs", n, one.name) for n, given in enumerate(action.inputs) for one in put_in([given], shared_in)]
    for part, number, name in names:
        if name in (outputs if part == "outputs" else inputs):
            yield (*path, part, number), f"{name!r} is made by itself.", "Name it otherwise."


def _outputs(given: Iterable[str | OutputModel], path: Path) -> Told:
    for number, one in enumerate(given):
        if isinstance(one, OutputModel):
            yield from _name(one.name, (*path, number))
            yield from _given(one, (*path, number, "value"))


def _given(one: OutputModel, path: Path) -> Told:
    """What an output gives can be of its type. What stands behind a reference nobody knows yet."""
    try:
        kind, value = Type.parse(one.type), parse_value(one.value)
    except (TypeSyntaxError, ValueSyntaxError):  # that is told already
        return
    if isinstance(value, Reference):
        return
    if isinstance(value, Template):
        if not _may_be(value, kind):
            what = f"a text with a reference in it is no {kind}."
            yield path, what, f"Write the reference alone, or say type: text of {one.name!r}."
    elif not _holds(one.value, kind):
        yield path, f"{to_text(one.value)!r} is no {kind}.", "Write one of that type, or where it stands."


def _holds(value: JSON, kind: Type) -> bool:
    """Whether a fixed value, in which references may be, can be of a type."""
    if kind.depth or kind.kind is Kind.OBJECT:
        return value is None or isinstance(value, list if kind.depth else dict)
    if kind.kind in (Kind.NUMBER, Kind.BOOLEAN):
        return _is(value, kind)
    return kind.kind is Kind.ANY or not isinstance(value, dict | list)


def _may_be(value: Template, kind: Type) -> bool:
    """Whether a text that is put together can be of a type."""
    if kind.kind is Kind.NUMBER and not kind.depth:
        return not any(_NO_DIGITS.search(part) for part in value.parts if isinstance(part, str))
    return not kind.depth and kind.kind not in (Kind.OBJECT, Kind.FILE, Kind.BOOLEAN)


def _name(name: str, path: Path) -> Told:
    if not name.strip() or _CONTROL.search(name):
        yield path, f"{name!r} is no name.", "Give it one that people can read."


def _field(one: FieldModel, path: Path) -> Told:
    yield from _name(one.name, path)
    for number, inner in enumerate(one.fields):
        yield from _field(inner, (*path, "fields", number))
    try:
        kind = Type.parse(one.type)
    except TypeSyntaxError:  # that is told already
        return
    values = _values(one)
    for value in dict.fromkeys(to_text(value) for value in values):
        if [to_text(other) for other in values].count(value) > 1:
            yield (*path, "choices"), f"the choice {value!r} is there twice.", "Take one of them away."
    strange = [value for value in values if not _is(value, kind.item if kind.depth else kind)]
    if not _is(one.example, kind):
        yield (*path, "example"), f"the example {to_text(one.example)!r} is no {kind}.", "Write one of that type."
    for value in strange:
        what = f"the choice {to_text(value)!r} is no {kind.item if kind.depth else kind}."
        yield (*path, "choices"), what, "Write it as {value: ..., label: ...}, with a value of the field's type."
    if one.default is None or strange:
        return
    if not _is(one.default, kind):
        yield (*path, "default"), f"the default {to_text(one.default)!r} is no {kind}.", "Write one of that type."
    elif values and one.choices_from is None and not _chosen(one.default, values):
        listed = ", ".join(map(to_text, values))
        yield (
            (*path, "default"),
            f"the default {to_text(one.default)!r} is none of the choices.",
            f"They are: {listed}.",
        )


def _chosen(default: JSON, values: list[JSON]) -> bool:
    return all(item in values for item in default) if isinstance(default, list) else default in values


def _values(one: FieldModel) -> list[JSON]:
    return [choice.value if isinstance(choice, ChoiceModel) else choice for choice in one.choices]


def _is(value: JSON, kind: Type) -> bool:
    """Whether a value is of a type as it stands, without a conversion; null is of any."""
    if value is None:
        return True
    if kind.depth:
        return isinstance(value, list) and all(_is(item, kind.item) for item in value)
    wanted = _KINDS.get(kind.kind)
    if wanted is not None:
        return isinstance(value, wanted) and (isinstance(value, bool) is (bool in wanted))
    convert = converter(kind) if kind.kind is Kind.DATETIME else None
    try:
        return convert is None or convert(value) is not None
    except ConversionError:
        return False


def _when(one: FieldModel, options: Mapping[str, FieldModel], path: Path) -> Told:
    """What a field depends on can be chosen."""
    for name, wanted in one.when.items():
        option = options.get(name)
        values = _values(option) if option is not None and option.choices_from is None else []
        for value in wanted:
            if values and value not in values:
                what = f"{to_text(value)!r} is none of the choices of {name!r}."
                yield (*path, "when", name), what, f"They are: {', '.join(map(to_text, values))}."


def _request(request: RequestModel, path: Path) -> Told:
    yield from _headers(request.headers, (*path, "headers"))
    for part in (request.query, request.filters):
        if "" in part:
            yield (*path, "query"), "a parameter has no name.", "Write its name."
    if request.part_types:
        yield from _part_types(request, (*path, "part_types"))


def _part_types(request: RequestModel, path: Path) -> Told:
    """They are of parts that the form has."""
    if not request.is_form:
        what = "the body is no form with parts."
        yield path, what, f"Write headers: {{Content-Type: {MULTIPART}}}, or take it away."
        return
    body = request.body if isinstance(request.body, dict) else {}
    spread = SPREAD in body or isinstance(request.body, str)  # of these nobody knows here what they have
    for name in request.part_types:
        if name in request.files:
            what = f"{name!r} is a file, and goes by the type that it has."
            yield (*path, name), what, "Take it away."
        elif not spread and name not in body and name not in request.links:
            yield (*path, name), f"body has no {name!r}.", "Name an entry of body."


def _alone(request: RequestModel, path: Path) -> Told:
    yield from _request(request, path)
    yield from _once(request, path)


def _looks(request: RequestModel, path: Path) -> Told:
    """It is sent whenever somebody opens a list."""
    if request.method != "GET" and not (request.method == "POST" and request.repeatable):
        what = f"looking changes nothing, and {request.method} may."
        yield path, what, "Use GET, or say repeatable: true of a POST that only reads."


def _once(request: RequestModel, path: Path) -> Told:
    if request.each is not None:
        what = "here one request is sent, and each stands for several."
        yield (*path, "each"), what, "Take each away, or have it in an action without pages."


def _headers(headers: Mapping[str, str], path: Path) -> Told:
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            yield (*path, name), f"{name!r} is no name of a header.", "Use letters, digits and hyphens."
        elif _CONTROL.search(value):
            yield (*path, name), "a header is one line.", "Take the line break out of it."


def _paging(paging: PagingModel, path: Path) -> Told:
    if paging.next == LINK and paging.query is not None:
        what = "a link is the whole address of the next page, and query takes a token."
        yield (*path, "query"), what, "Take query away, or say under next where the token stands."
    if len(set(paging.sets)) < len(paging.sets):
        yield (*path, "sets"), "a result set is there twice.", "Name each once."
