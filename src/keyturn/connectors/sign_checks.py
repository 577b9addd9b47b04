"""What must hold of signs: each looks at something, and where that nothing stands somewhere counts, one has to tell
whose answer that is.

Manifests that were kept earlier are not held to it: these rules came later than they.
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.problems import Problem
from keyturn.flows.values import Name, Reference, parse_value, references

from .conditions import ChangedModel, SignModel
from .findings import Path, Told, problems_of
from .manifest import ActionModel, ManifestModel
from .request_models import PagingModel, RequestModel

_ANYBODYS = "that nothing stands there would be said by any program's answer."
_SAY_SIGN = "Say sign: what each answer of the app's has, for example {value: '{{ body.kind }}', empty: false}."


def check_signs(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    return problems_of(_of_manifest(manifest))


def _of_manifest(manifest: ManifestModel) -> Told:
    yield from _looks(manifest.sign, ("sign",))
    yield from _looks(manifest.check.sign, ("check", "sign"))
    yield from _names(manifest.changed, ("changed",))
    signed = manifest.sign is not None
    for name, one in manifest.choices.items():
        path: Path = ("choices", name)
        yield from _request(one.request, signed, (*path, "request"))
        yield from _left_out(one.paging, signed or one.request.sign is not None, (*path, "paging"))
    for name, fields in manifest.fields.items():
        yield from _request(fields.request, signed, ("fields", name, "request"))
    for number, action in enumerate(manifest.actions):
        yield from _action(action, signed, ("actions", number))


def _action(action: ActionModel, signed: bool, path: Path) -> Told:
    known: dict[str, bool] = {}
    for number, step in enumerate(action.steps):
        here = (*path, "request") if action.request is not None else (*path, "requests", number)
        yield from _request(step, signed, here)
        over = _root(step.each) if isinstance(step.each, str) else None
        if step.empty_left_out and over in known and not known[over]:
            yield (*here, "empty_left_out"), _ANYBODYS, _SAY_SIGN
        for place, condition in enumerate(step.when):
            if condition.empty is not None and any(not known.get(root, True) for root in _read(condition.value)):
                yield (*here, "when", place), _ANYBODYS, _SAY_SIGN
        if step.name is not None:
            known[step.name] = signed or step.sign is not None
    if action.paging is not None and action.steps:
        tells = signed or all(step.sign is not None for step in action.steps)
        yield from _left_out(action.paging, tells, (*path, "paging"))
    if action.state is not None:
        yield from _request(action.state.request, signed, (*path, "state", "request"))
        if action.state.then is not None:
            yield from _request(action.state.then.request, signed, (*path, "state", "then", "request"))


def _request(request: RequestModel, signed: bool, path: Path) -> Told:
    yield from _looks(request.sign, (*path, "sign"))
    yield from _names(request.changed, (*path, "changed"))
    if request.changed is not None and (request.method == "GET" or request.sign is not None):
        yield (*path, "changed"), "it counts for what changes something, and beside no sign.", "Leave it out."
    if request.pages is not None:
        yield from _left_out(request.pages, signed or request.sign is not None, (*path, "pages"))


def _left_out(paging: PagingModel, signed: bool, path: Path) -> Told:
    if not (paging.always or signed or paging.offset is not None):
        yield (*path, "always"), _ANYBODYS, _SAY_SIGN


def _looks(sign: SignModel | None, path: Path) -> Told:
    if sign is not None and not [*references(parse_value(sign.value))]:
        yield (*path, "value"), f"{sign.value!r} refers to nothing.", "Write for example '{{ body.kind }}'."


def _names(changed: ChangedModel | None, path: Path) -> Told:
    for number, name in enumerate(changed.one_of if changed is not None else ()):
        if not name.strip() or "{{" in name:
            yield (*path, "one_of", number), f"{name!r} is no name of an entry.", "Write it alone, for example id."


def _read(value: str) -> Iterator[str]:
    """The names of answers in which a condition looks for something; what a shape makes says itself what it lacks."""
    for reference in references(parse_value(value)):
        match reference:
            case Reference(root=root, path=(Name(name="body"), *_)):
                yield root
            case _:
                pass


def _root(each: str) -> str | None:
    value = parse_value(each)
    return value.root if isinstance(value, Reference) else None
