"""The path that a request of the author's own may have, for example: of a connector's plainest action that reads."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.conversion import to_text
from keyturn.flows.values import Name, Reference, Static, Template, parse_text, references

from .manifest import ActionModel, ManifestModel

_NOTHING_KNOWN = "..."


def plain_path(manifest: ManifestModel) -> str | None:
    """The shortest path by which one of its actions reads, of a person if there is such a one; None if none reads.

    What is put into it is what the action's fields have for an example.
    """
    found = list(_read(manifest))
    of_people = [(action, path) for action, path in found if _names_person(action, path)]
    if not found:
        return None
    action, path = min(of_people or found, key=lambda one: len(one[1]))
    return _filled(action, path)


def _read(manifest: ManifestModel) -> Iterator[tuple[ActionModel, str]]:
    """What is read below the connection's own address."""
    for action in manifest.actions:
        for request in action.steps:
            if request.method == "GET" and not request.whole and request.base is None:
                yield action, request.path


def _names_person(action: ActionModel, path: str) -> bool:
    names = {_input(reference) for reference in references(parse_text(path))}
    return action.effect.person is not None and action.effect.person in names


def _filled(action: ActionModel, path: str) -> str:
    match parse_text(path):
        case Static(value):
            return to_text(value)
        case Template(parts):
            return "".join(part if isinstance(part, str) else _example(action, part) for part in parts)
        case Reference() as alone:
            return _example(action, alone)


def _example(action: ActionModel, reference: Reference) -> str:
    name = _input(reference)
    given = next((field.example for field in action.fields if field.name == name), None)
    return _NOTHING_KNOWN if given is None else to_text(given)


def _input(reference: Reference) -> str | None:
    """The input of the action that it names."""
    match reference:
        case Reference(root="inputs", path=(Name(name), *_)):
            return name
        case _:
            return None
