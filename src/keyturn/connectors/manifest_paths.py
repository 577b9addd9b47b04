"""What must hold of the paths in a manifest: an app can be asked by them, whatever is given.

Manifests that were kept earlier are not held to it: these rules came later than they.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from keyturn.flows.problems import Problem
from keyturn.flows.values import Name, Reference, Template, ValueSyntaxError, parse_value, references

from .findings import Path, Told, problems_of
from .manifest import ActionModel, ManifestModel
from .manifest_checks import put_in
from .request_models import RequestModel

_ASTRAY = (".", "..")
_PUT_IN = "\x00"  # stands for what a reference puts in: that is never one of these segments


def check_paths(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    return problems_of(_of_manifest(manifest))


def requests_of(manifest: ManifestModel) -> Iterator[tuple[RequestModel, Path]]:
    """Every request of a manifest, with its place."""
    for part, loaded in (("choices", manifest.choices), ("fields", manifest.fields)):
        for name, one in loaded.items():
            yield one.request, (part, name, "request")
    for number, action in enumerate(manifest.actions):
        yield from _requests_of_action(action, ("actions", number))


def _requests_of_action(action: ActionModel, path: Path) -> Iterator[tuple[RequestModel, Path]]:
    for place, step in enumerate(action.steps):
        yield step, (*path, "request") if action.request is not None else (*path, "requests", place)
    if action.state is not None:
        yield action.state.request, (*path, "state", "request")
        if action.state.then is not None:
            yield action.state.then.request, (*path, "state", "then", "request")
    if action.ensure is not None and action.ensure.who is not None:
        yield action.ensure.who, (*path, "ensure", "who")
    if action.ensure is not None and action.ensure.holder is not None:
        yield action.ensure.holder.request, (*path, "ensure", "holder", "request")


def segments_astray(path: str) -> str:
    """What is wrong with the segments of a path, a sentence without its end; empty if nothing is."""
    segments = _filled(path).partition("?")[0].split("/")
    if "" in segments[1:-1] or (len(segments) > 2 and segments[1:] == ["", ""]):
        return "there is nothing between two of its slashes"
    strange = next((one for one in segments if one in _ASTRAY), None)
    return "" if strange is None else f"{strange} in it would lead out of its place"


def _of_manifest(manifest: ManifestModel) -> Told:
    if manifest.protocol == "http":
        yield from _segments(manifest.check.path, ("check", "path"))
    for request, path in requests_of(manifest):
        if not request.whole:
            yield from _segments(request.path, (*path, "path"))
    for number, action in enumerate(manifest.actions):
        fields = put_in(action.inputs, manifest.shared_inputs)
        needed = {one.name for one in fields if not one.required and one.default in (None, "")}
        told: set[str] = set()
        for request, path in _requests_of_action(action, ("actions", number)):
            for name in _whole_segments(request.path):
                if name in needed - told - _looked_at(request):
                    told.add(name)
                    what = f"without the input {name!r} there is no path."
                    yield (*path, "path"), what, "Say required: true of the input, or give it a default."


def _segments(address: str, path: Path) -> Told:
    if said := segments_astray(address):
        yield path, f"{said}.", "Write the path as the app has it: no address with this is sent."


def _filled(address: str) -> str:
    """An address with something for each of its references; as it is where they cannot be read."""
    return "".join(part if isinstance(part, str) else _PUT_IN for part in _parts(address))


def _parts(address: str) -> Sequence[str | Reference]:
    try:
        value = parse_value(address)
    except ValueSyntaxError:  # that is told already
        return ()
    if isinstance(value, Template):
        return value.parts
    return [value] if isinstance(value, Reference) else [address]


def _whole_segments(address: str) -> Iterator[str]:
    """The inputs that are a whole segment of a path: without them it would be another."""
    parts = _parts(address)
    for number, part in enumerate(parts):
        if not isinstance(part, Reference) or part.root != "inputs" or not part.path:
            continue
        before = parts[number - 1] if number else ""
        after = parts[number + 1] if number + 1 < len(parts) else "/"
        whole = isinstance(before, str) and before.endswith("/") and isinstance(after, str) and after[:1] in ("/", "?")
        if whole and isinstance(part.path[0], Name):
            yield part.path[0].name


def _looked_at(request: RequestModel) -> set[str]:
    """The inputs by which it goes whether a request is sent."""
    found: set[str] = set()
    for condition in request.when:
        try:
            named = list(references(parse_value(condition.value)))
        except ValueSyntaxError:
            continue
        found |= {
            one.path[0].name for one in named if one.root == "inputs" and one.path and isinstance(one.path[0], Name)
        }
    return found
