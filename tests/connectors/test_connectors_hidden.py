"""Of a part of an action whose form is wrong nobody knows what it says: that hides no reference to what is nowhere, and
tells nothing wrong of the other parts."""

from __future__ import annotations

import pytest

from keyturn.connectors.reading import ManifestFile, read_files
from keyturn.flows.problems import ProblemError

ACTIONS = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
choices:
  orgs:
    request: {method: GET, path: /orgs}
    paging: {records: "{{ body.orgs }}", next: link}
    value: "{{ record.id }}"
    label: "{{ record.name }}"
actions:
  - key: list
    title: List
    summary: Lists people.
    effect: {effect: read, repeatable: true}
    inputs: [{name: org, required: true, choices_from: orgs}]
    options: [{name: kind, choices: [all, some], default: all}]
    request: {method: GET, path: "/orgs/{{ inputs.org }}", query: {kind: "{{ options.kind }}"}}
    paging: {records: "{{ body.people }}", next: "{{ body.next }}", query: page}
    outputs:
      - {name: id, type: text, value: "{{ record.id }}"}
      - {name: name, type: text, value: "{{ record.name }}"}
  - key: block
    title: Block
    summary: Blocks somebody.
    effect: {effect: change, person: user}
    inputs: [{name: user, required: true, example: id}, {name: org, required: true, choices_from: orgs, title: Org}]
    options: [{name: kind, choices: [all, some], default: all}]
    requests:
      - {name: found, method: GET, path: "/orgs/{{ inputs.org }}/{{ inputs.user }}"}
      - {method: POST, path: "/people/{{ found.body.id }}", body: {kind: "{{ options.kind }}"}}
    state:
      request: {method: GET, path: "/people/{{ inputs.user }}"}
      so: {value: "{{ body.status }}", among: [BLOCKED]}
      belongs: true
    ensure: {already: [{status: 409, look: true}], absent: [{status: 404}]}
    outputs: [{name: id, type: text, value: "{{ body.id }}"}]
"""
LIST, BLOCK = ACTIONS.index("  - key: list"), ACTIONS.index("  - key: block")
# Parts whose form is wrong, by the action.
BROKEN = {
    "list": [
        ("choices_from: orgs", "choices_from: {action: orgs, value: id, label: name}"),
        ("choices_from: orgs", "about: [id, nothing]"),
        ("name: org,", "name: [org],"),
        ("[all, some]", "{all: id}"),
        ("default: all", "when: kind"),
        ("name: kind,", "name: {kind: id},"),
        ("next: link", "next: [link]"),
        ("query: page", "query: [id, page]"),
        ("query: page", "quer: page"),
        ('next: "{{ body.next }}"', 'next: {id: "{{ body.next }}"}'),
        ('{records: "{{ body.people }}", next: "{{ body.next }}", query: page}', "{id: people}"),
        ('{records: "{{ body.people }}", next: "{{ body.next }}", query: page}', "body"),
    ],
    "block": [
        ("choices_from: orgs", "choices_from: {action: orgs, value: id, label: name}"),
        ("example: id", "requird: id"),
        ("title: Org", "title: {id: Org}"),
        ("name: org,", "name: [org],"),
        ("name: org,", ""),
        ("[all, some]", "{all: id}"),
        ("name: kind,", "name: {kind: id},"),
        ("status: 409", "status: [id]"),
        ("[{status: 409, look: true}]", "{id: 409}"),
        ("{already: [{status: 409, look: true}], absent: [{status: 404}]}", "[id]"),
        ("among: [BLOCKED]", "among: {id: BLOCKED}"),
        ("belongs: true", "belongs: [id]"),
        ('so: {value: "{{ body.status }}", among: [BLOCKED]}', "so: id"),
        ('request: {method: GET, path: "/people/{{ inputs.user }}"}', "request: id"),
        ("effect: change, ", "effect: id, "),
        ("{effect: change, person: user}", "{effect: change, person: [id]}"),
        ("name: found,", "name: [id],"),
    ],
}
NOWHERE = [
    ('{name: id, type: text, value: "{{ ', '{name: id, type: text, value: "{{ nothing.id }}{{ ', "nothing.id"),
    ('path: "/orgs/{{ inputs.org }}', 'path: "/orgs/{{ inputs.org }}{{ nobody.id }}', "nobody.id"),
    ('path: "/orgs/{{ inputs.org }}', 'path: "/orgs/{{ inputs.org }}{{ options.id }}', "options.id"),
]
# What the name that is broken may be, and whatever might stand behind it.
OF_THEM = {("name: kind,", "options.id"), ("name: found,", "nothing.id"), ("name: found,", "nobody.id")}


def told(text: str) -> list[str]:
    try:
        read_files([ManifestFile("acme.yaml", text)])
    except ProblemError as refused:
        return [one.what for one in refused.problems]
    return []


def changed(text: str, action: str, old: str, new: str) -> str:
    begin = 0 if old == "next: link" else LIST if action == "list" else text.index("  - key: block")
    assert old in text[begin:]
    return text[:begin] + text[begin:].replace(old, new, 1)


CASES = [(action, *one) for action, ones in BROKEN.items() for one in ones]


@pytest.mark.parametrize(("old", "new", "named"), NOWHERE, ids=[named for *_, named in NOWHERE])
@pytest.mark.parametrize(("action", "broken", "by"), CASES)
def test_a_mistake_of_form_hides_no_reference_to_what_is_nowhere(
    action: str, broken: str, by: str, old: str, new: str, named: str
) -> None:
    if (broken, named) in OF_THEM:
        return
    text = changed(ACTIONS, action, old, new)
    assert any(f"{{{{ {named} }}}}" in what for what in told(text))
    found = told(changed(text, action, broken, by))
    assert any(f"{{{{ {named} }}}}" in what for what in found), found


@pytest.mark.parametrize(("action", "broken", "by"), CASES)
def test_a_mistake_of_form_tells_nothing_wrong_of_other_parts(action: str, broken: str, by: str) -> None:
    found = told(changed(ACTIONS, action, broken, by))
    assert found
    assert len(found) <= 2
