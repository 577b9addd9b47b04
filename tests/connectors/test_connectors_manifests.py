"""Manifests: the built-in ones keep the house rules, and mistakes are told, all of them, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.connectors.reading import ManifestFile, read_files, read_manifest
from keyturn.connectors.registry import ConnectorRegistry, built_in, read_folder
from keyturn.flows.problems import ProblemError
from keyturn.flows.spec import CardKind, EffectClass

GOOD = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
shared_inputs:
  user:
    - {name: user, title: ID, required: true}
shared_outputs:
  status:
    - {name: status, type: number, value: "{{ status }}"}
choices:
  groups:
    request: {method: GET, path: /groups}
    paging: {records: "{{ body }}", next: link}
    value: "{{ record.id }}"
    label: "{{ record.name }}"
actions:
  - key: suspend
    title: Suspend
    summary: Suspends.
    effect: {effect: change, person: user, undo: resume}
    inputs: [user]
    request: {method: POST, path: "/users/{{ inputs.user }}/suspend"}
    state:
      request: {method: GET, path: "/users/{{ inputs.user }}"}
      so: {value: "{{ body.status }}", among: [SUSPENDED]}
    ensure: {already: [{status: 400, look: true}], absent: [{status: 404}]}
    outputs: [status]
  - key: resume
    title: Resume
    summary: Resumes.
    effect: {effect: change, person: user}
    inputs:
      - user
      - {name: group, title: Group, choices_from: groups}
    requests:
      - {name: found, method: GET, path: "/users/{{ inputs.user }}"}
      - {method: POST, path: "/users/{{ found.body.id }}/resume", body: {group: "{{ inputs.group }}"}}
    outputs: [status]
events:
  - key: joined
    title: Joined
    summary: Starts when somebody joins.
    event_type: joined
    person: "{{ event.who }}"
    outputs:
      - {name: who, type: text, value: "{{ event.who }}"}
hooks: okta
"""


def refused(text: str, name: str = "acme.yaml") -> ProblemError:
    with pytest.raises(ProblemError) as found:
        read_manifest(text, name)
    return found.value


def test_the_example_is_right() -> None:
    model = read_manifest(GOOD, "acme.yaml")
    assert [field.name for field in model.actions[0].fields] == ["user"]
    assert [output.name for output in model.actions[0].gives] == ["status"]


MISTAKES: list[tuple[str, str, str, int]] = [
    ("connector: acme", "connector: Acme!", "connector", 1),
    ("title: Acme\n", "titel: Acme\n", "titel", 2),
    ('method: POST, path: "/users/{{ inputs.user }}/suspend"', "method: SHOUT, path: /x", "method", 26),
    ('"{{ body.code }}"', '"{{ body.code"', "errors.code", 7),
    ("type: number, value", "type: numbre, value", "numbre", 13),
    ("undo: resume", "undo: nothing", "undo", 24),
    ("person: user, undo", "person: nobody, undo", "nobody", 24),
    ("inputs: [user]\n    request", "inputs: [usr]\n    request", "usr", 25),
    ("{{ inputs.user }}/suspend", "{{ inputs.usr }}/suspend", "usr", 26),
    ("{{ inputs.user }}/suspend", "{{ nobody.user }}/suspend", "begins with what is not there", 26),
    ("{{ found.body.id }}/resume", "{{ sought.body.id }}/resume", "sought", 41),
    ("choices_from: groups", "choices_from: teams", "teams", 38),
    ("among: [SUSPENDED]}", "among: [SUSPENDED], has: x}", "exactly one comparison", 29),
    ("outputs: [status]\n  - key", "outputs: [state]\n  - key", "state", 31),
    ('so: {value: "{{ body.status }}"', 'so: {value: "{{ record.status }}"', "begins with what is not there", 29),
    ("key: resume", "key: suspend", "already", 32),
    ("path: /groups", "path: groups", "slash", 16),
    ('value: "{{ event.who }}"', 'value: "{{ body.who }}"', "body.who", 50),
    ('person: "{{ event.who }}"', 'person: "{{ event.whom }}"', "the event gives no 'whom'", 48),
    (
        'method: GET, path: "/users/{{ inputs.user }}"}\n      - {method: POST',
        'method: POST, path: "/users"}\n      - {method: POST',
        "last request",
        40,
    ),
    ("effect: {effect: change, person: user}", "effect: {effect: read, person: user}", "says that it reads", 35),
    ("actions:\n", "actions: [\n", "YAML", 22),
    ("https://acme.example", "ftp://acme.example", "no address of an app", 4),
    ("https://acme.example", "https://acme.example/?x=1", "no address of an app", 4),
    ("https://acme.example", "https://acme.example:x", "no address of an app", 4),
    ("base_url: https://acme.example", "base_url: smtp://acme.example", "no address of an app", 4),
    ("auth: [bearer]", "auth: [bearer]\nbases: {other: acme}", "'acme' is no address", 6),
    ("path: /me}", "path: me}", "slash", 6),
    ("absent: [{status: 404}]}", "absent: [{status: 404}], who: {method: POST, path: /x}}", "changes nothing", 30),
    ("absent: [{status: 404}]}", 'absent: [{status: 404}], who: {method: GET, path: "/{{ x }}"}}', "{{ x }}", 30),
    ("absent: [{status: 404}]}", "absent: [{status: 404}], gives: a group}", "nobody looks whether", 30),
    (
        "absent: [{status: 404}]}",
        'absent: [{status: 404}], who: {method: GET, path: /x}, gives: "{{ inputs.x }}"}',
        "names none of the inputs",
        30,
    ),
    (
        "absent: [{status: 404}]}",
        'absent: [{status: 404, when: [{value: "{{ inputs.x }}", among: [a]}]}]}',
        "names none of the inputs",
        30,
    ),
    ('suspend"}\n    state', 'suspend", file: "{{ inputs.x }}"}\n    state', "names none of the inputs", 26),
    ('suspend"}\n    state', 'suspend", file: "{{ inputs.user }}", body: {a: 1}}\n    state', "the whole body", 26),
    ('suspend"}\n    state', 'suspend", files: {f: "{{ inputs.user }}"}, body: x}\n    state', "it is a form", 26),
    ('suspend"}\n    state', 'suspend", links: {f: "/{{ inputs.x }}"}}\n    state', "names none of the inputs", 26),
    ('{{ body.message }}"}', '{{ body.message }}", needed: ["{{ x }}"]}', "{{ x }}", 7),
    ('{{ body.message }}"}', '{{ body.message }}", limited: [{value: "{{ body.x }}"}]}', "exactly one comparison", 7),
    ("hooks: okta", "", "nothing brings this app's events here", 43),
    ("next: link}", "next: link, sets: []}", "at least 1 item", 17),
    ("next: link}", "next: link, sets: [all, all]}", "result set is there twice", 17),
    ("next: link}", "next: link, query: after}", "query takes a token", 17),
    ("path: /groups}", 'path: /groups, each: "{{ inputs.all }}"}', "stands for several", 16),
    (
        'method: GET, path: "/users/{{ inputs.user }}"}\n      so',
        'method: GET, path: /x, each: "{{ inputs.user }}"}\n      so',
        "stands for several",
        28,
    ),
    ("title: Group,", "title: Group, type: number, default: abc,", "is no number", 38),
    ("title: Group, choices_from: groups", "title: Group, choices: [a, b], default: c", "none of the choices", 38),
    ("title: Group, choices_from: groups", "title: Group, choices: [a, a]", "choice 'a' is there twice", 38),
    ("title: Group, choices_from: groups", "title: Group, type: number, choices: [one]", "choice 'one' is no", 38),
    ("name: user, title", 'name: " ", title', "is no name", 10),
    ("name: status, type", 'name: "", type', "is no name", 13),
    ("outputs: [status]\n  - key", "outputs: [{name: outcome, value: 1}]\n  - key", "made by itself", 31),
    ("auth: [bearer]", 'auth: [bearer]\nheaders: {X: "a\\nb"}', "one line", 6),
    ("auth: [bearer]", "auth: [bearer]\nheaders: {X Y: a}", "no name of a header", 6),
    ("auth: [bearer]", "auth: [bearer]\nhints: [{status: 4030, why: x, mend: y}]", "4030", 6),
]


@pytest.mark.parametrize(("old", "new", "words", "line"), MISTAKES, ids=[words for _, _, words, _ in MISTAKES])
def test_each_mistake_is_told_with_its_line(old: str, new: str, words: str, line: int) -> None:
    assert old in GOOD
    problems = refused(GOOD.replace(old, new, 1)).problems
    told = [problem for problem in problems if words in problem.what]
    assert told, [str(problem) for problem in problems]
    assert {problem.file for problem in problems} == {"acme.yaml"}
    assert all(problem.mend for problem in problems)
    if words != "YAML":
        assert line in [problem.line for problem in told]


def test_all_mistakes_are_told_at_once() -> None:
    text = GOOD.replace("type: number", "type: numbre").replace("undo: resume", "undo: nothing")
    text = text.replace("choices_from: groups", "choices_from: teams")
    assert sorted(problem.line or 0 for problem in refused(text).problems) == [13, 24, 38]


LINES = GOOD.count("\n")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "A manifest begins with connector"),
        (GOOD + "---\n" + GOOD, LINES + 1, "Keep each manifest in a file of its own"),
        ("%YAML 1.1\n---\n" + GOOD, 1, "are not used in manifests"),
        (GOOD.replace("title: Acme", "title: &name Acme", 1), 2, "Anchors and aliases are not used in manifests"),
        (GOOD.replace("title: Acme", "title: !!str Acme", 1), 2, "Tags are not used in manifests"),
        (GOOD.replace("title: Acme", "title: Acme\n<<: {}", 1), 3, "Merges (<<) are not used in manifests"),
        (GOOD.replace("title: Acme", "title: .inf", 1), 2, ".inf is no number that a manifest can hold"),
        (GOOD + "more: " + "[" * 101 + "]" * 101, LINES + 1, "Nest it less deep"),
        (GOOD + "# " + "x" * 5_000_000, None, "Make a folder of it"),
        (GOOD.replace("title: Acme", "title: 'Acme", 1), None, "This is not YAML"),
    ],
)
def test_a_text_that_cannot_be_read_is_told_as_a_manifest(text: str, line: int | None, words: str) -> None:
    [told] = [problem for problem in refused(text).problems if words in f"{problem.what} {problem.mend}"]
    assert "flow" not in f"{told.what} {told.mend} {told.code}".replace("bad-yaml", "")
    assert (told.file, line is None or told.line == line) == ("acme.yaml", True), told


def test_a_further_file_that_is_empty_is_not_asked_for_the_beginning_of_a_manifest() -> None:
    for text in ("", "5\n"):
        with pytest.raises(ProblemError) as found:
            read_files([ManifestFile("acme.yaml", GOOD), ManifestFile("more.yaml", text)])
        [problem] = found.value.problems
        assert (problem.file, problem.line, "actions or events" in problem.mend) == ("more.yaml", 1, True)


MANY = """\
connector: acme
title: Acme
base_url: ftp://x
auth: [bearer, oaut]
check: {method: GET, path: me}
hints:
  - {status: 4030, why: The token lacks a scope., mend: Make one.}
actions:
  - key: find person
    title: Search People
    effect: {effect: read, repeatable: maybe}
    inputs:
      - {name: email, title: Email}
      - {name: email, title: Email}
      - {name: who, title: W, choices_from: nope}
      - {name: age, typ: number}
    request: {method: FETCH, path: "/people/{{ inputs.nobody }}"}
    paging: {records: "{{ bdy }}", next: link}
    outputs:
      - {name: id, type: txt, value: "{{ record.id }}"}
  - key: kill
    title: Kill
    summary: x
    effect: {effect: change, person: nobody, undo: resurrect}
    request: {method: POST, path: "/people/{{ inputs.email }"}
    strange: 1
  - nothing
"""


def test_mistakes_of_shape_hide_no_others() -> None:
    told = sorted((problem.line, problem.what.partition(": ")[0]) for problem in refused(MANY).problems)
    assert told == [
        (1, "about"),
        (1, "errors"),
        (3, "base_url"),
        (4, "auth.1"),
        (5, "check.path"),
        (7, "hints.0.status"),
        (9, "actions.0.key"),
        (9, "actions.0.summary"),
        (11, "actions.0.effect.repeatable"),
        (12, "actions.0.inputs"),
        (13, "actions.0.inputs.0"),
        (14, "actions.0.inputs.1"),
        (15, "actions.0.inputs.2"),
        (15, "actions.0.inputs.2"),
        (16, "actions.0.inputs.3"),
        (16, "actions.0.inputs.3.typ"),
        (17, "actions.0.request.method"),
        (17, "actions.0.request.path"),
        (18, "actions.0.paging.records"),
        (20, "actions.0.outputs.0.type"),
        (24, "actions.1.effect"),
        (24, "actions.1.effect"),
        (25, "actions.1.request.path"),
        (26, "actions.1.strange"),
        (27, "actions.2"),
    ]


LISTS = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: list
    title: List
    summary: Lists.
    effect: {effect: read, repeatable: true}
    options:
      - {name: by, default: name, choices: [name, age]}
    inputs:
      - {name: age, type: number, when: {by: [age]}}
    requests:
      - {name: one, method: GET, path: /one}
      - {method: GET, path: /people, query: {age: "{{ inputs.age }}"}}
    paging: {records: "{{ body }}", next: link}
    outputs:
      - {name: id, value: "{{ record.id }}"}
"""


@pytest.mark.parametrize(
    ("old", "new", "words", "line"),
    [
        ("path: /one}", 'path: /one, each: "{{ inputs.age }}"}', "stands for several", 18),
        ("when: {by: [age]}", "when: {by: [size]}", "none of the choices of 'by'", 16),
        ("default: name", "default: size", "none of the choices", 14),
        ("name: id, value", "name: record, value", "made by itself", 22),
        ("name: age, type", "name: record_limit, type", "made by itself", 16),
        ('{age: "{{', '{"": "{{', "has no name", 19),
    ],
)
def test_mistakes_in_lists_and_options_are_told(old: str, new: str, words: str, line: int) -> None:
    assert read_manifest(LISTS, "acme.yaml").actions
    told = refused(LISTS.replace(old, new, 1)).problems
    assert (line, True) in [(one.line, words in one.what) for one in told]


@pytest.mark.parametrize(
    ("old", "new", "only"),
    [
        ("    inputs: [user]\n    request", "    inpts: [user]\n    request", "inpts"),
        ("{name: found, method: GET", "{name: Found!, method: GET", "name"),
        ("undo: resume}\n    inputs: [user]\n", "undo: resume}\n    inputs: [user]\n    sumary: x\n", "sumary"),
        ("    effect: {effect: change, person: user, undo", "    effect: {effect: chnge, person: user, undo", "effect"),
        ('so: {value: "{{ body.status }}", among: [SUSPENDED]}', 'so: {value: "{{ body.status }}", amng: [X]}', "amng"),
        ("shared_inputs:\n  user:", "shared_inputs:\n  The User:", "shared_inputs.The User"),
        ("type: number, value", "value: 1, value", "'value'"),
        ('method: POST, path: "/users/{{ inputs.user }}/suspend"', "method: SHOUT, path: /x, body: {a: 1}", "method"),
        ('request: {method: POST, path: "/users/{{ inputs.user }}/suspend"}', "reqest: {method: POST}", "reqest"),
        ("change, person: user, undo: resume", "ensure, repeatabel: true, person: user, undo: resume", "repeatabel"),
        ("change, person: user, undo: resume", "ensure, repeatable: maybe, person: user, undo: resume", "repeatable"),
    ],
)
def test_what_only_follows_from_a_mistake_is_not_told(old: str, new: str, only: str) -> None:
    assert old in GOOD
    assert [only in problem.what for problem in refused(GOOD.replace(old, new, 1)).problems] == [True]


def test_what_was_kept_is_held_to_no_rule_that_came_since() -> None:
    old = read_files([ManifestFile("acme.yaml", GOOD)]).content.replace("https://acme.example", "ftp://acme.example")
    assert read_manifest(old, "acme").base_url == "ftp://acme.example"


def test_one_that_was_kept_and_cannot_be_used_is_passed_over() -> None:
    """By an earlier release, say: it must not keep the program from its start."""
    registry, empty = ConnectorRegistry({}), '"next":"link","sets":[]'
    good = read_files([ManifestFile("acme.yaml", LISTS)]).content
    bad = good.replace('"next":"link"', empty).replace('"acme"', '"bad"')
    assert empty in bad
    registry.take({"acme": good, "bad": bad})
    assert registry.names() == ["acme"]
    assert [card.key for card in registry.all()] == ["acme.list", "acme.custom_api_action"]


def test_a_file_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(GOOD.replace("People of", "Bj\xf6rn of").encode("latin-1"))
    (tmp_path / "wide.yaml").write_bytes(GOOD.replace("acme", "wide").encode("utf-16"))
    (tmp_path / "marked.yaml").write_bytes(GOOD.replace("acme", "marked").encode("utf-8-sig"))
    with pytest.raises(ProblemError) as found:
        read_folder(tmp_path)
    told = [(Path(str(one.file)).name, one.line, "UTF-8" in one.what) for one in found.value.problems]
    assert told == [("latin.yaml", 3, True), ("wide.yaml", 1, True)]


def test_problems_of_a_further_file_name_that_file_and_its_line() -> None:
    more = (
        "actions:\n  - key: more\n    title: More\n    summary: More.\n    effect: {effect: read, repeatable: true}\n"
    )
    good = more + "    request: {method: GET, path: /more}\n    outputs: [status]\n"
    read = read_files([ManifestFile("acme.yaml", GOOD), ManifestFile("more.yaml", good)])
    assert [action.key for action in read.model.actions] == ["suspend", "resume", "more"]
    bad = more + '    request: {method: GET, path: "/{{ nothing }}"}\n    outputs: [statis]\n'
    with pytest.raises(ProblemError) as found:
        read_files([ManifestFile("acme.yaml", GOOD), ManifestFile("more.yaml", bad)])
    assert [(problem.file, problem.line) for problem in found.value.problems] == [("more.yaml", 6), ("more.yaml", 7)]
    with pytest.raises(ProblemError, match="main file only"):
        read_files([ManifestFile("acme.yaml", GOOD), ManifestFile("more.yaml", "title: Twice\n")])


def test_what_was_read_is_read_again_from_its_json() -> None:
    read = read_files([ManifestFile("acme.yaml", GOOD)])
    assert read_manifest(read.content, "acme") == read.model


@pytest.mark.parametrize("text", ["", "- a\n", "{", "[]", "a: 1\na: 2\n"])
def test_what_is_no_manifest_is_refused_kindly(text: str) -> None:
    assert all(problem.what and problem.mend for problem in refused(text).problems)


# A folder of one's own


def test_a_folder_of_connectors_is_read(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(GOOD, encoding="utf-8")
    inside = tmp_path / "other"
    inside.mkdir()
    (inside / "manifest.yaml").write_text(GOOD.replace("connector: acme", "connector: other"), encoding="utf-8")
    (inside / "more.yaml").write_text(
        "events:\n  - {key: left, title: Left, summary: Leaves., event_type: left, outputs: []}\n", encoding="utf-8"
    )
    registry = ConnectorRegistry(folder=tmp_path)
    assert {"okta", "acme", "other"} <= set(registry.names())
    assert registry.get("acme.suspend") is not None
    assert registry.get("other.left") is not None
    assert ConnectorRegistry(folder=tmp_path / "nowhere").get("acme.suspend") is None


def test_all_mistakes_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("type: number", "type: numbre"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.replace("connector: acme", "connector: okta"), encoding="utf-8")
    with pytest.raises(ProblemError) as found:
        read_folder(tmp_path, ["okta"])
    assert [Path(problem.file or "").name for problem in found.value.problems] == ["a.yaml", "b.yaml"]
    assert "already" in found.value.problems[1].what
    assert found.value.problems[1].line == 1


def test_a_connector_with_mistakes_is_left_out_and_all_others_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD.replace("type: number", "type: numbre"), encoding="utf-8")
    (tmp_path / "b.yaml").write_text(GOOD.replace("connector: acme", "connector: okta"), encoding="utf-8")
    (tmp_path / "c.yaml").write_text("connector: [", encoding="utf-8")
    (tmp_path / "d.yaml").write_text(GOOD.replace("connector: acme", "connector: good"), encoding="utf-8")
    (tmp_path / "e.yaml").write_bytes(GOOD.replace("Acme", "Acm\xe9").encode("latin-1"))
    registry = ConnectorRegistry(folder=tmp_path)
    assert [one.name for one in registry.unusable()] == ["acme", "okta", "c", "acme"]
    assert registry.get("good.suspend") is not None
    assert registry.get("okta.suspend_user") is not None
    assert registry.get("acme.suspend") is None
    registry.take({"acme": read_files([ManifestFile("acme.yaml", GOOD)]).content})
    assert "acme" not in registry.names(), "one made here does not stand in for it unasked"
    what, mend = registry.absence("acme")
    assert f"{tmp_path / 'a.yaml'}:" in what
    assert "start Keyturn again" in mend
    assert registry.why_missing("acme.suspend") == (what, mend)
    assert registry.why_missing("okta.suspend") is None


# The connectors that come along


def test_every_connector_has_a_custom_api_action_that_declares_its_effects() -> None:
    registry = ConnectorRegistry()
    for name in registry.names():
        if name in ("api_connector", "smtp"):  # a card for each method; and what is no HTTP has no requests
            continue
        card = registry.get(f"{name}.custom_api_action")
        assert card is not None
        read, change, destroy = (card.signature({"method": m}).effect for m in ("GET", "PATCH", "DELETE"))
        assert read is not None
        assert (read.effect, read.repeatable) == (EffectClass.READ, True)
        assert change is not None
        assert (change.effect, change.repeatable) == (EffectClass.CHANGE, False)
        assert destroy is not None
        assert destroy.effect is EffectClass.DESTROY
        assert card.signature({"method": "GET"}).input("body") is None
        assert card.signature({"method": "PUT"}).input("body") is not None


def test_who_is_concerned_is_said_where_an_account_is_brought_back() -> None:
    manifest = ConnectorRegistry().connector("office365")
    assert manifest is not None
    assert {action.key: action.effect.person for action in manifest.model.actions}["restore_user"] == "id"


def test_every_read_may_be_repeated() -> None:
    for card in ConnectorRegistry().all():
        if card.kind is CardKind.EFFECT and card.effect is not None and card.effect.is_read:
            assert card.effect.repeatable, card.key


def test_what_may_not_be_repeated_can_mostly_be_looked_up() -> None:
    """Those that cannot are listed, so that a new one is thought about."""
    asked = {
        card.key
        for card in ConnectorRegistry().all()
        if card.kind is CardKind.EFFECT
        and card.connector != "api_connector"
        and card.effect is not None
        and not card.effect.repeatable
        and card.effect.read_back is None
        and not card.key.endswith(".custom_api_action")
    }
    assert asked == {
        "office365.create_temporary_access_pass",
        "office365.send_mail",
        "okta.expire_password_temporary",
        "okta.reactivate_user",
        "okta.reset_password",
        "slack.respond_to_command",
        "slack.send_direct_message",
        "slack.send_message",
        "smtp.send_email",
    }


def test_an_okta_address_stands_for_one_card() -> None:
    for name in ConnectorRegistry().names():
        manifest = ConnectorRegistry().connector(name)
        assert manifest is not None
        addresses = [card.okta for card in manifest.cards.values() if card.okta]
        assert len(addresses) == len(set(addresses)), name


async def test_a_pinned_manifest_is_found_by_its_digest() -> None:
    class Older:
        async def content_of(self, digest: str) -> str | None:
            return GOOD.replace("title: Acme\n", "title: Old Acme\n") if digest == "old" else None

    registry = ConnectorRegistry({"acme": GOOD}, older=Older())
    current = await registry.pinned("acme", registry.digest("acme"))
    assert current is not None
    assert current.model.title == "Acme"
    old = await registry.pinned("acme", "old")
    assert old is not None
    assert old.model.title == "Old Acme"
    assert await registry.pinned("acme", "never") is None


def test_the_built_in_ones_are_read_by_need() -> None:
    assert {"okta", "office365", "google_workspace", "scim", "slack", "github"} <= set(built_in())
    with pytest.raises(ProblemError):
        ConnectorRegistry({"broken": "{}"}).connector("broken")
    assert ConnectorRegistry({"broken": "{}"}).names() == ["broken"]


@pytest.mark.parametrize(
    ("search", "keys"),
    [
        ("microsoft disable", {"office365.disable_user"}),
        ("m365", {"office365.revoke_sessions"}),
        ("entra", {"office365.disable_user"}),
        ("azure", {"office365.disable_user"}),
        ("gmail", {"google_workspace.suspend_user"}),
        ("logout", {"okta.clear_user_sessions", "office365.revoke_sessions", "google_workspace.sign_out_user"}),
        ("log out", {"okta.clear_user_sessions", "office365.revoke_sessions", "google_workspace.sign_out_user"}),
        ("licence", {"office365.remove_all_licenses", "google_workspace.unassign_license"}),
        ("block user", {"okta.suspend_user", "office365.disable_user", "google_workspace.suspend_user"}),
        ("disable", {"okta.suspend_user", "google_workspace.suspend_user"}),
        ("Office 365 Disable User", {"office365.disable_user"}),
        ("list members of group", {"okta.list_group_members", "google_workspace.list_members"}),
        ("reset mfa", {"okta.reset_factors", "google_workspace.turn_off_2sv", "office365.delete_all_auth_methods"}),
        ("deprovision", {"scim.deactivate_user", "scim.delete_user", "google_workspace.delete_user"}),
        ("list groups", {"okta.search_groups", "google_workspace.search_groups"}),
        ("new hire", {"okta.create_user", "office365.create_user", "google_workspace.create_user", "scim.create_user"}),
        ("remove from all groups", {"okta.remove_user_from_group", "office365.remove_user_from_group"}),
        ("dm user", {"slack.send_direct_message"}),
        ("out of office", {"office365.set_automatic_reply", "office365.stop_automatic_reply"}),
    ],
)
def test_cards_are_found_by_other_words_for_app_and_action(search: str, keys: set[str]) -> None:
    found = {card.key for card in ConnectorRegistry().all() if card.found_by(search)}
    assert keys <= found
    assert "workday.run_report" not in found


@pytest.mark.parametrize(
    ("search", "keys"),
    [
        ("dm user", {"slack.send_direct_message"}),
        ("dm", {"slack.send_direct_message"}),
        ("out of office", {"office365.set_automatic_reply", "office365.stop_automatic_reply"}),
    ],
)
def test_short_words_are_found_where_a_word_is_meant(search: str, keys: set[str]) -> None:
    assert {card.key for card in ConnectorRegistry().all() if card.found_by(search)} == keys


def test_an_event_says_whom_it_concerns() -> None:
    cards = {card.key: card for card in ConnectorRegistry().all()}
    assert cards["okta.user_suspended"].person == '{{ event["Okta User"]["Alternate ID"] }}'
    assert cards["okta.group_created"].person == ""
