"""One check tells everything: a mistake of form hides no other mistake, and what is wrong once is told once."""

from __future__ import annotations

import pytest
from test_connectors_sense import GOOD

from keyturn.connectors.reading import ManifestFile, read_files, read_manifest
from keyturn.flows.problems import Problem, ProblemError

ANCHORED = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: a
    title: A
    summary: Does it.
    effect: &effect {effect: read, repeatable: true}
    request: &asked
      method: GET
      path: /a//b
      qery: {all: true}
  - {key: b, title: B, summary: Does it., effect: *effect, request: *asked}
  - {key: c, title: A, summary: Does it., effect: *effect, request: *asked}
"""
# What is wrong in form, and what is wrong beside it.
FORMS = [
    ("scopes: {includes: {people: [people.read]}}", "scopes: {includes: {people: people.read}}"),
    ("needs: [org]", "needs: org"),
    ('next: "{{ body.next }}"', 'nxt: "{{ body.next }}"'),
    ("title: Find\n", "sets: [first]\n    title: Find\n"),
    ('records: ["{{ body.properties }}"]', "records: properties"),
    ("beyond: true", "beyond: perhaps"),
    ("already: [{status: 409", "already: [{stats: 409"),
    ("event_type: joined", "event_kind: joined"),
    ("hooks: okta", "hooks: slack"),
]
SENSES = [
    ("path: /me}", "path: '/me#top'}", "behind # reaches no app"),
    ('code: "{{ body.code }}"', 'code: "{{ bdy.code }}"', "{{ bdy.code }} begins with what is not there"),
    ('label: "{{ record.name }}"', 'label: "{{ rec.name }}"', "{{ rec.name }} begins with what is not there"),
    ("- {name: org, title", "- {name: why}\n      - {name: org, title", "nothing refers to the input 'why'"),
    ('value: "{{ found.status }}"', 'value: "{{ later.status }}"', "{{ later.status }} begins with what is not there"),
    ("undo: unblock}", "undo: unblok}", "undo names 'unblok', which is no action"),
    ("title: Unblock", "title: Block", "is called 'Block' already"),
]


def told(*files: str) -> list[Problem]:
    with pytest.raises(ProblemError) as refused:
        read_files([ManifestFile(f"{number}.yaml", text) for number, text in enumerate(files)])
    return list(refused.value.problems)


@pytest.mark.parametrize(("old", "new"), FORMS, ids=[new for _, new in FORMS])
def test_a_mistake_of_form_hides_no_mistake_of_sense(old: str, new: str) -> None:
    text = GOOD
    for right, wrong, _ in SENSES:
        assert right in text
        text = text.replace(right, wrong, 1)
    alone = [one.what for one in told(text)]
    assert len(alone) == len(SENSES)
    assert old in text
    text = text.replace(old, new, 1)
    found = told(text)
    assert [words for _, _, words in SENSES if not any(words in one.what for one in found)] == []
    assert any(one.what not in alone for one in found)
    assert [one.line for one in found] == sorted(one.line or 0 for one in found)


@pytest.mark.parametrize(("old", "new"), FORMS, ids=[new for _, new in FORMS])
def test_a_mistake_of_form_brings_no_others_with_it(old: str, new: str) -> None:
    line = GOOD.partition(old)[0].count("\n") + 1
    found = told(GOOD.replace(old, new, 1))
    assert [one.what for one in found if not line - 3 <= (one.line or 0) <= line + 1] == []
    assert len(found) <= 2  # what is there, and what should be


SUSPENDS = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
fields:
  attributes:
    request: {method: GET, path: /schema}
    records: ["{{ body.properties }}"]
    name: "{{ key }}"
    title: "{{ record.title }}"
    choices: ["{{ record.values }}"]
    choice: "{{ choice.id }}"
actions:
  - key: suspend
    title: Suspend
    summary: Suspends somebody.
    effect: {effect: change, person: person}
    inputs: [{name: person, required: true}, {name: more, type: object, fields_from: attributes}]
    request: {method: POST, path: "/people/{{ inputs.person }}/suspend", body: {more: "{{ inputs.more }}"}}
    state:
      request: {method: GET, path: "/people/{{ inputs.person }}"}
      so: {value: "{{ body.status }}", among: [SUSPENDED]}
"""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (
            'GET, path: "/people/{{ inputs.person }}"',
            'GET, path: "/people/{{ inputs.persn }}"',
            "names none of the inp",
        ),
        ('POST, path: "/people/{{ inputs.person }}/s', 'POST, path: "/people/{{ inputs.persn }}/s', "names none of"),
        ('choices: ["{{ record.values }}"]', 'choices: "{{ record.values }}"', "a list belongs here"),
        ('choices: ["{{ record.values }}"]', "choices: {values: record.values}", "a list belongs here"),
    ],
)
def test_what_goes_away_with_a_mistake_is_not_told_beside_it(old: str, new: str, what: str) -> None:
    assert read_manifest(SUSPENDS, "acme.yaml")
    assert old in SUSPENDS
    found = [one.what for one in told(SUSPENDS.replace(old, new, 1))]
    assert [what in one for one in found] == [True], found


def test_what_an_anchor_names_is_told_once_and_the_rest_with_it() -> None:
    found = [(one.line, one.what) for one in told(ANCHORED)]
    assert found == [
        (12, "Anchors and aliases are not used in manifests; what is named here is used in lines 17, 18."),
        (13, "Anchors and aliases are not used in manifests; what is named here is used in lines 17, 18."),
        (15, "actions.0.request.path: there is nothing between two of its slashes."),
        (16, "actions.0.request.qery: there is no 'qery' here."),
        (18, "actions.2.title: 'a' is called 'A' already, and nobody can tell one card from the other."),
    ]


def test_anchors_that_multiply_are_told_and_nothing_is_made_of_them() -> None:
    more = "".join(f"x{n}: &x{n} [{', '.join([f'*x{n - 1}'] * 9)}]\n" for n in range(1, 12))
    found = told(ANCHORED.partition("actions:")[0] + "x0: &x0 [a, a]\n" + more)
    assert [one.code for one in found] == ["no-anchors"] * 12


@pytest.mark.parametrize("alias", ["auth: *nowhere", "auth: &a [*a]"])
def test_an_alias_of_nothing_or_of_itself_is_told(alias: str) -> None:
    assert [(one.code, one.line) for one in told(f"connector: acme\n{alias}\n")][:1] in (
        [("no-anchors", 2)],
        [("bad-yaml", 2)],
    )


def test_a_file_that_cannot_be_read_hides_nothing_of_the_others() -> None:
    main = GOOD.replace("title: Acme\n", 'title: ""\n').replace("undo: unblock}", "undo: elsewhere}")
    found = told(main, "actions: [\n", "actions: []\nevnts: []\n")
    assert [(one.file, one.line) for one in found] == [("0.yaml", 2), ("1.yaml", 2), ("2.yaml", 2)]


def test_the_example_is_right() -> None:
    assert read_manifest(GOOD, "acme.yaml").actions


@pytest.mark.parametrize(
    ("old", "new", "what", "mend"),
    [
        ("people: [people.read]", "people: people.read", "a list belongs here", "Correct"),
        ("{busy: 429}", "[busy]", "names with values belong here", "Correct"),
        ("check: {method: GET, path: /me}", "check: /me", "a section of names with values belongs here", "Correct"),
        ("title: Acme\n", "title: 5\n", "a text belongs here", "Correct"),
        ("beyond: true", "beyond: perhaps", "true or false belongs here", "Correct"),
        ("{status: 404}", "{status: gone}", "a whole number belongs here", "Correct"),
        ("{status: 404}", "{status: 40}", "a number from 100 belongs here", "Correct"),
        ("key: find", "key: Find It", "small letters, digits and _", "Correct"),
        ("hooks: okta", "hooks: slack", "one of these belongs here: 'okta'", "Correct"),
        ("hooks: okta", "hooks: okta\nfailed: {}", "there is no 'failed' here", "It stands under errors."),
        ("hooks: okta", "hooks: okta\ntitel: A", "there is no 'titel' here", "Did you mean 'title'?"),
        ("hooks: okta", "hooks: okta\nextra: A", "there is no 'extra' here", "See docs/connector.schema.json."),
    ],
)
def test_mistakes_of_form_are_told_in_words_of_yaml(old: str, new: str, what: str, mend: str) -> None:
    assert old in GOOD
    found = told(GOOD.replace(old, new, 1))
    assert [one for one in found if what in one.what and one.mend.startswith(mend)], [str(one) for one in found]
    assert not [
        one for one in found if any(word in one.what for word in ("tuple", "dictionary", "pattern", "input sh"))
    ]
