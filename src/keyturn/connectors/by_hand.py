"""Begins a manifest from what somebody says of an app: where it is, how one signs in, and which requests there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from keyturn.flows.json import JSON, Values
from keyturn.flows.yaml_writer import document

from .first_check import check_of, with_reservation

_NAMED = re.compile(r"\{([^{}]*)\}")
_BODIES = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Wish:
    """An action that a connector is to have.

    Attributes:
        path: below the app's address; names in braces become inputs.
        effect: read, ensure, change or destroy.
    """

    title: str
    method: str
    path: str
    effect: str


def begun(connector: str, title: str, base_url: str, kinds: Sequence[str], wishes: Sequence[Wish]) -> str:
    """A manifest to go on with, as YAML. It is not checked: what was said may be wrong."""
    actions = [_action(wish) for wish in wishes]
    reads = [wish.path for wish in wishes if wish.method == "GET" and "{" not in wish.path]
    made: Values = {
        "connector": connector,
        "title": title,
        "about": f"Requests to {title}.",
        "base_url": base_url,
        "auth": [*kinds],
        "check": check_of(reads),
        "errors": {"code": "{{ body.code }}", "message": "{{ body.message }}"},
        "actions": _apart(actions),
    }
    return with_reservation(document(made, frozenset({"actions"})), reads)


def _action(wish: Wish) -> Values:
    each = _names(wish)
    named = list(dict.fromkeys(each))
    inputs: list[JSON] = [
        {"name": name, "type": "text", "title": name.replace("_", " ").capitalize(), "required": True} for name in named
    ]
    following = iter(each)
    path = _NAMED.sub(lambda found: "{{ inputs." + next(following) + " }}", wish.path)
    request: Values = {"method": wish.method, "path": path}
    if wish.method in _BODIES:
        inputs.append({"name": "body", "type": "object", "title": "Body"})
        request["body"] = "{{ inputs.body }}"
    effect: Values = {"effect": wish.effect}
    if wish.effect in ("read", "ensure"):
        effect["repeatable"] = True
    return {
        "key": name_of(wish.title),
        "title": wish.title,
        "summary": f"{wish.title}.",
        "effect": effect,
        **({"inputs": inputs} if inputs else {}),
        "request": request,
        "outputs": [
            {"name": "status", "type": "number", "title": "Status code", "value": "{{ status }}"},
            {"name": "body", "type": "any", "title": "Body", "value": "{{ body }}"},
        ],
    }


def _names(wish: Wish) -> list[str]:
    """The input for each name in braces, in order: the same name is the same input, and what has no name, or another
    that would be spelt alike, is one of its own."""
    known: dict[str, str] = {}
    used = {"body"} if wish.method in _BODIES else set[str]()
    found: list[str] = []
    for raw in map(str.strip, _NAMED.findall(wish.path)):
        name = known.get(raw, "") if raw else ""
        if not name:
            first = name_of(raw) if raw else "value"
            later = (f"{first}_{number}" for number in count(2))
            name = first if first not in used else next(one for one in later if one not in used)
            known[raw] = name
            used.add(name)
        found.append(name)
    return found


def _apart(actions: Sequence[Values]) -> list[JSON]:
    """Keys and titles that come twice get a number."""
    seen: dict[tuple[str, JSON], int] = {}
    made: list[JSON] = []
    for action in actions:
        apart = dict(action)
        for part, numbered in (("key", "{}_{}"), ("title", "{} ({})")):
            number = seen[part, action[part]] = seen.get((part, action[part]), 0) + 1
            if number > 1:
                apart[part] = numbered.format(action[part], number)
        made.append(apart)
    return made


def name_of(words: str) -> str:
    """A name of ours."""
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", words)
    made = re.sub(r"[^a-z0-9]+", "_", parted.lower()).strip("_")
    return made if made[:1].isalpha() else f"x_{made}".rstrip("_")
