"""What makes no sense in a manifest is told, with its line. Each case puts one mistake into what is right."""

from __future__ import annotations

import pytest

from keyturn.cards.catalogue import BuiltInCards
from keyturn.connectors.reading import ManifestFile, read_files, read_manifest
from keyturn.flows.problems import ProblemError
from keyturn.flows.spec import OWN_GROUPS

GOOD = """\
connector: acme
title: Acme
synonyms: [Acme Cloud]
about: People of Acme.
base_url: https://acme.example
auth: [bearer, oauth_code]
defaults: {prefix: Token}
headers: {Accept: application/json}
guides: {bearer: {steps: [Make a token.], usual: [people]}}
scopes: {includes: {people: [people.read]}}
check: {method: GET, path: /me}
errors:
  code: "{{ body.code }}"
  message: "{{ body.message }}"
  means: {busy: 429}
  needed: ["{{ body.needed }}"]
hints:
  - {status: 403, why: A scope is missing., mend: Add it.}
  - {code: busy, why: It is busy., mend: Wait.}
choices:
  teams:
    needs: [org]
    request: {method: GET, path: "/orgs/{{ inputs.org }}/teams"}
    paging: {records: "{{ body.items }}", next: "{{ body.next }}", query: after, page: First 100}
    value: "{{ record.id }}"
    label: "{{ record.name }}"
fields:
  attributes:
    request: {method: GET, path: /schema}
    records: ["{{ body.properties }}"]
    name: "{{ key }}"
    title: "{{ record.title }}"
actions:
  - key: find
    title: Find
    summary: Finds people.
    effect: {effect: read, repeatable: true}
    scopes: [people]
    inputs:
      - {name: org, title: Organisation, group: Where}
      - {name: team, choices_from: teams, fields: [], when: {by: [team]}}
      - {name: more, type: object, fields_from: attributes}
    options:
      - {name: by, default: team, choices: [team, {value: name, label: Name}]}
    request:
      method: GET
      path: /people
      query: {team: "{{ inputs.team }}"}
      filters: {filter: {clauses: ['name eq "{{ inputs.org }}"'], equal: {entries: "{{ inputs.more }}"}}}
    paging:
      records: "{{ body.items }}"
      offset: {query: start, first: 0, total: "{{ body.total }}"}
    outputs:
      - {name: id, title: ID, value: "{{ record.id }}"}
  - key: block
    title: Block
    summary: Blocks a person.
    effect: {effect: change, person: user, undo: unblock}
    beyond: true
    synonyms: [suspend]
    inputs: [{name: user, required: true}]
    requests:
      - {name: found, method: GET, path: "/people/{{ inputs.user }}", fine: [404], operation: {spec: a, id: b}}
      - {method: DELETE, path: /x, each: "{{ found.body.tokens }}", repeatable: true}
      - {method: POST, path: /block, when: [{value: "{{ found.status }}", among: [200]}]}
    state:
      belongs: true
      request: {method: GET, path: "/people/{{ inputs.user }}"}
      so: {value: "{{ body.status }}", among: [BLOCKED]}
    ensure: {already: [{status: 409, code: blocked, look: true}], absent: [{status: 404}]}
    outputs:
      - {name: fixed, value: 1}
      - {name: status, value: "{{ status }}"}
  - key: unblock
    title: Unblock
    summary: Takes the block away.
    effect: {effect: change, person: user}
    inputs: [{name: user, required: true}, {name: picture, type: file}]
    request: {method: POST, path: "/people/{{ inputs.user }}/unblock", file: "{{ inputs.picture }}"}
hooks: okta
events:
  - key: joined
    title: Joined
    summary: Starts when somebody joins.
    event_type: joined
    person: "{{ event.who }}"
    outputs:
      - {name: who, value: "{{ event.who }}"}
      - {name: team, value: 1}
"""

FILE = 'file: "{{ inputs.picture }}"'
FORM = 'body: {user: "{{ inputs.user }}"}, files: {picture: "{{ inputs.picture }}"}, part_types: '
LOST = "  - {{key: lost, title: Lost, summary: Does it., effect: {{effect: {}}}{}}}\nhooks: okta"
CASES = [
    # parts of a form
    (FILE, f"{FORM}{{who: application/json}}", "body has no 'who'"),
    (FILE, f"{FORM}{{picture: image/png}}", "'picture' is a file, and goes by the type that it has"),
    (FILE, f"{FORM}{{user: json}}", "a media type belongs here"),
    (FILE, f'{FORM}{{user: "text/plain\\r\\nX: y"}}', "a media type belongs here"),
    (FILE, f"{FILE}, part_types: {{user: text/csv}}", "the body is no form with parts"),
    # what may have been there before
    ("state:\n      belongs: true\n", "state:\n", "one like it may have been there before"),
    ("state:\n      belongs", "state:\n      may_be_older: true\n      belongs", "cannot both be true"),
    ("belongs: true", "created: yesterday", "'yesterday' refers to nothing"),
    # the connector, and how to connect
    ("connector: acme", "connector: list", "group of Keyturn's own cards"),
    ("title: Acme\n", 'title: " "\n', "title is blank"),
    ("about: People of Acme.", 'about: ""', "about is blank"),
    ("[Acme Cloud]", '[Acme Cloud, ""]', "it is blank"),
    ("[bearer, oauth_code]", "[bearer, oauth_code, bearer]", "bearer is there twice"),
    ("[bearer, oauth_code]\ndefaults: {prefix: Token}", "[]", "nobody can connect"),
    ("{prefix: Token}", "{user: Token}", "no connection of it has a setting 'user'"),
    ("application/json}", '"{{ inputs.x }}"}', "refer to nothing"),
    ("steps: [Make a token.]", 'steps: [""]', "it is blank"),
    ("usual: [people]", 'usual: [people], separator: ""', "run together"),
    ("people: [people.read]", "people: [people]", "comes with itself"),
    ("path: /me}", 'path: "/me/{{ inputs.x }}"}', "tested with nothing given"),
    ("path: /me}", "path: /me too}", "there is a space in it"),
    ("path: /me}", "path: '/me#top'}", "behind # reaches no app"),
    ("{Accept: application/json}", "{Host: other.example}", "'Host' is a header that Keyturn sets itself"),
    ("{Accept: application/json}", "{Keyturn-Run: a}", "'Keyturn-Run' is a header that Keyturn sets itself"),
    ("{Accept: application/json}", "{authorization: a}", "credentials stand in this header"),
    ("path: /people\n", "headers: {Authorization: a}\n      path: /people\n", "credentials stand in this header"),
    ("path: /people\n", "headers: {content-length: a}\n      path: /people\n", "that Keyturn sets itself"),
    ("path: /schema}", "path: /schema, headers: {Host: a}}", "that Keyturn sets itself"),
    ('inputs.user }}"}\n      so', 'inputs.user }}", headers: {TE: a}}\n      so', "that Keyturn sets itself"),
    (
        "absent: [{status: 404}]}",
        "absent: [], who: {method: GET, path: /x, headers: {Host: a}}}",
        "Keyturn sets itself",
    ),
    # errors and hints
    ('"{{ body.code }}"', "body.code", "'body.code' refers to nothing"),
    ('"{{ body.message }}"', "failed", "'failed' refers to nothing"),
    ("busy: 429", "busy: 200", "no status of an error"),
    ('["{{ body.needed }}"]', "[body.needed]", "'body.needed' refers to nothing"),
    ("status: 403, why", "status: 200, why", "200 is a success"),
    ("status: 403, why", "why", "it is of no error"),
    ("code: busy, why", "status: 403, why", "tells of 403 already"),
    ("code: busy, why", "status: 403, kinds: [bearer], why", "tells of 403 already"),
    ("code: busy, why", "code: busy, kinds: [basic], why", "no connection of it is of kind 'basic'"),
    ("scopes: {includes", "scopes: {before: [' '], includes", "it is blank"),
    ("mend: Wait.", 'mend: ""', "mend is blank"),
    ("mend: Wait.", "mend: Wait., about: [usr]", "no action has an input 'usr'"),
    # what is loaded
    ("needs: [org]", "needs: [orgs, org]", "no action has an input 'orgs'"),
    ("inputs: [{name: user, req", "inputs: [{name: user, choices_from: teams, req", "'user' loads from the app needs"),
    ("org }}/teams", "organisation }}/teams", "which it does not need"),
    ('"{{ record.name }}"', "record.name", "'record.name' refers to nothing"),
    ('next: "{{ body.next }}"', "next: links", "'links' refers to nothing"),
    ('next: "{{ body.next }}", ', "", "where the token stands"),
    ("query: after", 'query: ""', "query is blank"),
    ("page: First 100", 'page: " "', "page is blank"),
    ('["{{ body.properties }}"]', "[]", "nothing would be loaded"),
    ('["{{ body.properties }}"]', "[body.properties]", "'body.properties' refers to nothing"),
    ('"{{ key }}"', "key", "'key' refers to nothing"),
    # inputs, options and outputs
    ("title: Organisation", 'title: " "', "title is blank"),
    ("group: Where", 'group: " "', "group is blank"),
    ("by: [team]", "by: []", "never be there"),
    ("label: Name", 'label: ""', "label is blank"),
    ("default: team, choices", "default: team, when: {by: [team]}, choices", "an option is always there"),
    ("fields_from: attributes}", "fields: [{name: a}, {name: a}]}", "'a' is there twice"),
    ("fields_from: attributes}", "fields: [{name: a, when: {by: [name]}}]}", "in an object is always there"),
    ('"{{ record.id }}"}\n  - key', "record.id}\n  - key", "'record.id' is a text and no reference"),
    ("{name: fixed, value", "{name: fixed, required: true, value", "a fixed value is always there"),
    ("{name: who, value", "{name: who, required: true, value", "what an event brings is not asked for"),
    ("value: 1}", "value: {a: [found.body.x]}}", "'found.body.x' is a text and no reference"),
    # requests and pages
    ('records: "{{ body.items }}"\n', "records: body.items\n", "'body.items' refers to nothing"),
    ('"{{ body.total }}"', "body.total", "'body.total' refers to nothing"),
    ("query: start", 'query: ""', "query is blank"),
    ("first: 0", "first: -1", "numbered from 0 or 1"),
    ("filters: {filter: {", "filters: {team: {", "'team' is in query, too"),
    ('clauses: [\'name eq "{{ inputs.org }}"\'], equal: {entries: "{{ inputs.more }}"}', "", "it compares nothing"),
    ('entries: "{{ inputs.more }}"', "entries: inputs.more", "'inputs.more' refers to nothing"),
    ("path: /people\n", "path: /all people\n", "there is a space in it"),
    ("path: /people\n", "path: /people?all=1\n", "behind ? is no path"),
    ("path: /people\n", "path: '/people#all'\n", "behind # reaches no app"),
    ("{name: found, method", "{name: status, method", "stands for something else"),
    ("{method: DELETE, path", "{name: found, method: DELETE, path", "an earlier request is named 'found'"),
    ("{method: DELETE, path", "{shape: own_licenses, method: DELETE, path", "nothing can refer to what it makes"),
    ("fine: [404]", "fine: [204]", "204 is fine by itself"),
    ("fine: [404]", "fine: [404], all_answers: true", "one request has one answer"),
    ("fine: [404]", "fine: [404], empty_left_out: true", "there is no list"),
    ('each: "{{ found.body.tokens }}"', "each: [a], empty_left_out: true", "is always there"),
    ("fine: [404]", "fine: [404], beside: [links]", "its list is always there"),
    ("page: First 100", "page: First 100, beside: [links]", "its list is in each answer"),
    ("belongs: true", "beside: [links]\n      always: true\n      belongs: true", "its list is in each answer"),
    ("spec: a", 'spec: ""', "spec is blank"),
    ('each: "{{ found.body.tokens }}"', "each: found.body.tokens", "'found.body.tokens' refers to nothing"),
    ('value: "{{ found.status }}"', "value: found.status", "'found.status' refers to nothing"),
    ("among: [200]", "among: []", "compares with nothing"),
    ('file: "{{ inputs.picture }}"', "file: inputs.picture", "'inputs.picture' refers to nothing"),
    ('file: "{{ inputs.picture }}"', "files: {f: picture}", "'picture' refers to nothing"),
    ("path: /people\n", "body: {a: 1}\n      path: /people\n", "GET sends no body"),
    ("path: /people\n", "links: {a: /x}\n      path: /people\n", "GET sends no body"),
    ("path: /schema}", "path: /schema, body: {}}", "GET sends no body"),
    ('teams"}\n', 'teams", body: x}\n', "GET sends no body"),
    ('inputs.user }}"}\n      so', 'inputs.user }}", body: x}\n      so', "GET sends no body"),
    ("absent: [{status: 404}]}", "absent: [], who: {method: GET, path: /x, body: x}}", "GET sends no body"),
    (
        "absent: [{status: 404}]}",
        "absent: [], holder: {request: {method: GET, path: /x}, called: the team}}",
        "'the team' refers to nothing",
    ),
    (
        "absent: [{status: 404}]}",
        'absent: [], holder: {request: {method: DELETE, path: /x}, called: "{{ inputs.user }}"}}',
        "one request that changes nothing",
    ),
    (
        "absent: [{status: 404}]}",
        "absent: [{status: 404, when: [{value: '{{ inputs.user }}', among: []}]}]}",
        "compares with nothing",
    ),
    # what is asked whenever a list is opened
    ('method: GET, path: "/orgs', 'method: DELETE, path: "/orgs', "looking changes nothing, and DELETE may"),
    ('method: GET, path: "/orgs', 'method: DELETE, repeatable: true, path: "/orgs', "and DELETE may"),
    ("method: GET, path: /schema", "method: POST, path: /schema", "looking changes nothing, and POST may"),
    # values that cannot be of their type
    ("{name: org,", "{name: org, type: number, example: hello,", "the example 'hello' is no number"),
    ("{name: org,", "{name: org, example: 5,", "the example '5' is no text"),
    ("{name: org,", "{name: org, type: list of text, example: a,", "the example 'a' is no list of text"),
    ("fields_from: attributes}", "fields: [{name: a, type: boolean, example: x}]}", "the example 'x' is no boolean"),
    (
        '{name: id, title: ID, value: "{{',
        '{name: id, type: number, value: "is {{',
        "with a reference in it is no number",
    ),
    ('{name: id, title: ID, value: "{{', '{name: id, type: object, value: "{{ key }}{{', "in it is no object"),
    ("{name: fixed, value: 1", "{name: fixed, type: number, value: one", "'one' is no number"),
    ("{name: fixed, value: 1", "{name: fixed, type: list of text, value: one", "'one' is no list of text"),
    ("{name: team, value: 1", "{name: team, type: boolean, value: {a: 1}", "is no boolean"),
    # cards that look the same
    ("title: Unblock", "title: Block ", "'block' is called 'Block' already"),
    # paths by which nothing can be asked
    ("path: /me}", "path: //me}", "nothing between two of its slashes"),
    ("path: /schema}", "path: /schema/../x}", ".. in it would lead out"),
    ("path: /people\n", "path: /people//all\n", "nothing between two of its slashes"),
    ("path: /people\n", "path: /people/./all\n", ". in it would lead out"),
    ('inputs.user }}/unblock"', 'inputs.user }}/../unblock"', ".. in it would lead out"),
    ("path: /block", 'path: "/block//{{ found.body.id }}"', "nothing between two of its slashes"),
    ('inputs.user }}"}\n      so', 'inputs.user }}//x"}\n      so', "nothing between two of its slashes"),
    ("path: /people\n", 'path: "/people/{{ inputs.org }}"\n', "without the input 'org' there is no path"),
    ("path: /people\n", 'path: "/people/{{ inputs.org }}/all"\n', "without the input 'org' there is no path"),
    # inputs and options that nothing refers to
    ("inputs: [{name: user, req", "inputs: [{name: why}, {name: user, req", "refers to the input 'why'"),
    ("{name: picture,", "{name: why, required: true}, {name: picture,", "refers to the input 'why'"),
    ("    beyond: true", "    options: [{name: how}]\n    beyond: true", "refers to the option 'how'"),
    ("- {name: by,", "- {name: how}\n      - {name: by,", "refers to the option 'how'"),
    # actions whose request was forgotten
    ("hooks: okta", LOST.format("read", ""), "it asks the app for nothing"),
    ("hooks: okta", LOST.format("change", ""), "it asks the app for nothing"),
    ("hooks: okta", LOST.format("read", ", outputs: [{name: a, value: '{{ body.a }}'}]"), "asks the app for nothing"),
    # what an action does, and how one looks
    ("title: Block", 'title: ""', "title is blank"),
    ("summary: Blocks a person.", 'summary: " "', "summary is blank"),
    ("[suspend]", "[suspend, suspend]", "'suspend' is there twice"),
    ("scopes: [people]", 'scopes: [""]', "it is blank"),
    ("undo: unblock", "undo: block", "undo names the action itself"),
    ("undo: unblock", "undo: find", "'find', which only reads"),
    ("read, repeatable: true}", "read, repeatable: true, undo: block}", "cannot be taken back"),
    ("beyond: true", "beyond: true\n    okta: block", "which one it is"),
    ("scopes: [people]", "state: {request: {method: GET, path: /x}}", "never looked after"),
    ('so: {value: "{{ body.status }}"', "so: {value: body.status", "'body.status' refers to nothing"),
    ("      so: {", "      found: body\n      so: {", "'body' refers to nothing"),
    ("status: 409, code", "status: 200, code", "200 is no refusal"),
    ("status: 409, code", "status: 500, code", "500 is a fault of the app"),
    ("{status: 404}", "{status: 503}", "503 is a fault of the app"),
    ("{effect: change, person: user, undo", "{effect: ensure, person: user, undo", "does no harm if it is sent twice"),
    ("code: blocked", 'code: ""', "code is blank"),
    ("{status: 404}", "{status: 409, code: blocked}", "the same refusal is there before"),
    ("blocked, look: true}", "blocked}", "it is believed, and there is a state to look at"),
    ("blocked, look: true}", "blocked, sure: ' '}", "it is believed, and there is a state to look at"),
    ("blocked, look: true}", "blocked, look: true, sure: It says so}", "it is looked at"),
    ("{status: 404}", "{status: 404, sure: It says so}", "sure is of what is so already"),
    # what a look shows to stand in the way
    ("look: true}]", "look: true}], in_the_way: [{why: '', mend: Wait.}]", "why is blank"),
    ("look: true}]", "look: true}], in_the_way: [{why: It is, mend: ' '}]", "mend is blank"),
    (
        "look: true}]",
        "look: true}], in_the_way: [{why: '{{ record.x }}', mend: Wait.}]",
        "begins with what is not there",
    ),
    ("look: true}]", "look: true}], in_the_way: [{why: a, mend: b}, {why: c, mend: d}]", "behind it is never told"),
    (
        "look: true}]",
        "look: true}], in_the_way: [{when: [{value: body.a, empty: true}], why: a, mend: b}]",
        "'body.a' refers to nothing",
    ),
    (", look: true}]", "}], in_the_way: [{why: a, mend: b}]", "nobody looks what stands in the way"),
    ("among: [BLOCKED]", "includes: {a: b}, any_case: true", "it compares no texts"),
    # events
    ("title: Joined", 'title: ""', "title is blank"),
    ("event_type: joined", 'event_type: ""', "event_type is blank"),
    ('person: "{{ event.who }}"', "person: event.who", "'event.who' refers to nothing"),
    ('{name: who, value: "{{ event.who }}"}', "{name: who, value: event.who}", "is a text and no reference"),
    ("{name: team, value: 1}", "{name: who, value: 1}", "'who' is there twice"),
]


@pytest.mark.parametrize(("old", "new", "words"), CASES, ids=[f"{new}: {words}" for _, new, words in CASES])
def test_what_makes_no_sense_is_told_with_its_line(old: str, new: str, words: str) -> None:
    before, there, _ = GOOD.partition(old)
    assert there
    line = before.count("\n") + 1
    with pytest.raises(ProblemError) as found:
        read_manifest(GOOD.replace(old, new, 1), "acme.yaml")
    told = [one for one in found.value.problems if words in one.what and one.mend]
    assert told, [str(one) for one in found.value.problems]
    assert line in [one.line for one in told]


def test_the_example_is_right() -> None:
    assert len(read_manifest(GOOD, "acme.yaml").actions) == 3


RIGHT = [
    ("hints by kind", "status: 403, why", "status: 403, kinds: [bearer], why: A., mend: B.}\n  - {status: 403, why"),
    ("an input that choices need", "clauses: ['name eq \"{{ inputs.org }}\"'], equal", "equal"),
    ("what is only looked at", '      so: {value: "{{ body.status }}"', '      so: {value: "{{ inputs.user }}"'),
    ("who is concerned", "person: user}\n    inputs: [", "person: who}\n    inputs: [{name: who}, "),
    ("what a function sees", "inputs: [{name: user", "shape: own_licenses\n    inputs: [{name: why}, {name: user"),
    (
        "an ensured state",
        "{effect: change, person: user, undo",
        "{effect: ensure, repeatable: true, person: user, undo",
    ),
    ("one with a key", "change, person: user}", "ensure, person: user}\n    idempotency: {header: Key}"),
    ("fields that a POST reads", "{method: GET, path: /schema}", "{method: POST, repeatable: true, path: /schema}"),
    ("an address that ends so", "path: /people\n", "path: /people/\n"),
    ("the root", "path: /schema}", "path: /}"),
    ("a part of a segment", "path: /people\n", 'path: "/people{{ inputs.org }}"\n'),
    ("a number of two parts", 'title: ID, value: "{{', 'type: number, value: "{{ record.whole }}.{{'),
    ("a list of references", "{name: fixed, value: 1", "{name: fixed, type: list of text, value: ['{{ body.a }}']"),
    ("the type of a part", FILE, f"{FORM}{{user: text/csv; charset=utf-8}}"),
    ("the type of a part that comes of an object", FILE, f"{FORM}{{own: text/csv}}".replace("user:", "...:", 1)),
    ("a body of DELETE", "{method: DELETE, path: /x", "{method: DELETE, path: /x, body: {a: 1}"),
]


@pytest.mark.parametrize(("old", "new"), [case[1:] for case in RIGHT], ids=[case[0] for case in RIGHT])
def test_what_makes_sense_is_taken(old: str, new: str) -> None:
    assert old in GOOD
    assert len(read_manifest(GOOD.replace(old, new, 1), "acme.yaml").actions) == 3


def test_an_input_in_a_path_needs_no_value_where_it_has_a_default_or_is_looked_for() -> None:
    old = "      path: /people\n"
    given = GOOD.replace(old, '      path: "/{{ inputs.org }}/x"\n', 1)
    assert read_manifest(given.replace("title: Organisation", "default: us"), "acme.yaml").actions
    looked = "      when: [{value: '{{ inputs.org }}', empty: false}]\n      path: \"/{{ inputs.org }}/x\"\n"
    assert read_manifest(GOOD.replace(old, looked, 1), "acme.yaml").actions


def test_a_reference_that_cannot_be_read_hides_no_other_mistake() -> None:
    old = 'query: {team: "{{ inputs.team }}"'
    assert old in GOOD
    wrong = GOOD.replace(old, 'query: {team: "{{ inputs.team", why: "{{ inputs.why }}", is: "{{ nowhere.x }}"', 1)
    wrong = wrong.replace("inputs:\n      - {name: org,", "inputs:\n      - {name: idle}\n      - {name: org,", 1)
    with pytest.raises(ProblemError) as caught:
        read_manifest(wrong, "acme.yaml")
    told = " ".join(problem.what for problem in caught.value.problems)
    for part in ("not closed", "inputs.why }} names none", "nowhere.x }} begins with what", "the input 'idle'"):
        assert part in told
    assert "the input 'team'" not in told  # that is what could not be read


@pytest.mark.parametrize("wrong", ['files: "{{ inputs.picture }}"', 'fils: {picture: "{{ inputs.picture }}"}'])
def test_of_files_that_are_wrong_it_is_not_said_that_the_body_is_no_form(wrong: str) -> None:
    form = FORM.replace('files: {picture: "{{ inputs.picture }}"}', wrong) + "{user: text/csv}"
    assert wrong in form
    with pytest.raises(ProblemError) as caught:
        read_manifest(GOOD.replace(FILE, form, 1), "acme.yaml")
    assert [problem.path[-1] for problem in caught.value.problems] == [wrong.partition(":")[0]]


def test_one_that_was_kept_is_held_to_none_of_it() -> None:
    kept = read_files([ManifestFile("acme.yaml", GOOD)]).content.replace('"title":"Block"', '"title":""')
    assert read_manifest(kept, "acme").actions[1].title == ""
    believing = kept.replace('"look":true,', "").replace(',"look":true', "")
    assert believing != kept
    ensure = read_manifest(believing, "acme").actions[1].ensure
    assert ensure is not None
    assert not ensure.already[0].look


def test_no_connector_is_named_like_a_group_of_function_cards() -> None:
    groups = {spec.key.partition(".")[0] for spec in BuiltInCards().all() if "." in spec.key}
    assert groups - {"api_connector"} == OWN_GROUPS  # that one has its Close card from here
