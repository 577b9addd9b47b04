"""keyturn connectors: list, show, check, new."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support_cli import Keyturn

from keyturn.connectors import registry
from keyturn.connectors.reading import read_manifest

SPECS = Path(os.environ.get("KEYTURN_VENDOR_SPECS", Path(__file__).parents[3] / "shared" / "specs"))
ACME = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: read_me
    title: Read Me
    summary: Reads.
    effect: {effect: read, repeatable: true}
    request: {method: GET, path: /me}
"""


def test_list_show_and_check(offline: Keyturn) -> None:
    rows = {row["connector"]: row for row in offline("connectors", "list", "--json").json}
    assert rows["okta"]["actions"] > 80
    assert rows["okta"]["unverified"] == 0
    shown = offline("connectors", "show", "okta")
    assert "okta.suspend_user" in shown.out
    assert "suspendUser" in shown.out
    assert "To connect with oauth_code: An administrator signs in" in shown.out
    assert "/oauth/callback" in shown.out
    assert "grant: okta.users.manage, okta.groups.manage" in shown.out
    checked = offline("connectors", "check")
    assert checked.code == 0
    assert "0 problems" in checked.out
    assert "okta: " in checked.out
    assert "smtp: 1 actions, 1 unverified: send_email" in checked.out
    assert "api_connector: " in checked.out
    assert " unverified: get, post, put, patch, delete, raw" in checked.out
    assert "not compared with it: say --specs" in checked.out
    assert (rows["smtp"]["actions"], rows["smtp"]["unverified"]) == (1, 1)
    for card in ("smtp.send_email", "api_connector.get"):
        assert card in offline("connectors", "show", card.partition(".")[0]).out
    assert offline("connectors", "show", "nobody").code == 2


@pytest.mark.parametrize(
    ("connector", "create", "grant"),
    [
        ("okta", "Create App Integration, and choose OIDC, Web Application", "grant: okta.users.manage, okta.groups"),
        ("office365", "press New registration, and choose Web", "add: User.Read.All, User.EnableDisableAccount.All"),
        ("google_workspace", "press Create client, Web application", "https://www.googleapis.com/auth/admin.directory"),
        ("slack", "press Create New App, From scratch", "Bot Token Scopes: users:read, users:read.email, chat:write"),
    ],
)
def test_show_says_how_to_connect_by_signing_in(offline: Keyturn, connector: str, create: str, grant: str) -> None:
    shown = offline("connectors", "show", connector, KEYTURN_PUBLIC_URL="https://keyturn.northwind.example").out
    guide = shown.partition("To connect with oauth_code: ")[2]
    assert create in guide
    assert "https://keyturn.northwind.example/oauth/callback" in guide
    assert grant in guide
    assert "client_secret: " in guide


@pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' API descriptions are not beside this checkout")
def test_check_compares_with_the_vendors_descriptions(offline: Keyturn, tmp_path: Path) -> None:
    compared = offline("connectors", "check", "--specs", str(SPECS))
    assert compared.code == 0
    assert "not compared" not in compared.out
    wrong = tmp_path / "acme.yaml"
    named = "    operation: {spec: okta-management.json, id: getUser}\n"
    wrong.write_text(ACME + named, encoding="utf-8")
    said = offline("connectors", "check", str(wrong), "--specs", str(SPECS))
    assert said.code == 1
    assert f"{wrong}:13 (card acme.read_me): it sends GET /me, and getUser is GET /api/v1/users/{{}}" in said.out
    wrong.write_text(ACME + named.replace("okta-management", "nope"), encoding="utf-8")
    missing = offline("connectors", "check", str(wrong), "--specs", str(SPECS), "--json").json["problems"]
    assert [(one["what"], one["file"], one["line"]) for one in missing] == [
        ("there is no description nope.json.", str(wrong), 14)
    ]


def test_mistakes_are_told_with_file_and_line(offline: Keyturn, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(
        ACME.replace("GET, path: /me}\n", 'GET, path: "/{{ nobody }}"}\n').replace("titel", "x"), encoding="utf-8"
    )
    said = offline("connectors", "check", str(tmp_path))
    assert said.code == 1
    assert f"{path}:13" in said.out


HINTED = (
    ACME
    + """\
  - key: leave
    title: Leave
    summary: Takes somebody out of a group.
    effect: {effect: destroy, person: person}
    inputs: [{name: person, title: P, required: true}, {name: group, title: G, required: true}]
    request: {method: DELETE, path: "/groups/{{ inputs.group }}/members/{{ inputs.person }}"}
    state: {request: {method: GET, path: "/groups/{{ inputs.group }}/members/{{ inputs.person }}"}, missing: so}
    outputs: []
"""
)


def test_check_warns_of_what_may_be_taken_for_done(offline: Keyturn, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(HINTED, encoding="utf-8")
    said = offline("connectors", "check", str(path))
    assert (said.code, "0 problems" in said.out) == (0, True)
    assert f"warning {path}:20" in said.out
    assert "holder" in said.out
    [hint] = offline("connectors", "check", str(path), "--json").json["hints"]
    assert hint["line"] == 20
    looked = '{method: GET, path: "/groups/{{ inputs.group }}"}'
    holder = f'    ensure: {{holder: {{request: {looked}, called: "group {{{{ inputs.group }}}}"}}}}\n'
    path.write_text(HINTED + holder, encoding="utf-8")
    assert "warning" not in offline("connectors", "check", str(path)).out


SEVERAL = (
    ACME
    + """\
  - key: suspend
    title: Suspend
    summary: Suspends somebody.
    effect: {effect: change, person: person}
    inputs: [{name: person, title: P, required: true}, {name: group, title: G, required: true}]
    requests:
      - {name: found, method: GET, path: "/groups/{{ inputs.group }}"}
      - {method: POST, path: "/people/{{ inputs.person }}/suspend", body: {was: "{{ found.body.id }}"}}
    ensure: {absent: [{status: 404}]}
    outputs: []
"""
)


def test_a_name_that_a_connector_has_already_is_told(offline: Keyturn, tmp_path: Path) -> None:
    path = tmp_path / "okta.yaml"
    path.write_text("# mine\n" + ACME.replace("connector: acme", "connector: okta"), encoding="utf-8")
    for given in (path, tmp_path):
        said = offline("connectors", "check", str(given))
        assert (said.code, f"{path}:2: There is a connector 'okta' already." in said.out) == (1, True), said
    made = offline("connectors", "new", "okta", "--openapi", str(path))
    assert (made.code, "There is a connector 'okta' already" in made.err) == (2, True)
    sources = Path(registry.__file__).parent / "github"
    assert offline("connectors", "check", str(sources)).code == 0


def test_what_was_not_compared_is_told_and_a_file_counts_once(offline: Keyturn, tmp_path: Path) -> None:
    path, empty = tmp_path / "acme.yaml", tmp_path / "empty"
    path.write_text(ACME, encoding="utf-8")
    empty.mkdir()
    said = offline("connectors", "check", str(path), str(empty / ".." / "acme.yaml"), "--specs", str(empty))
    assert said.code == 0
    assert "1 connectors" in said.out
    assert f"Nothing was compared: {empty}" in said.out
    [row] = offline("connectors", "check", str(path), "--specs", str(empty), "--json").json["connectors"]
    assert row["compared"] is False


def test_check_tells_of_which_request_a_refusal_is(offline: Keyturn, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(SEVERAL, encoding="utf-8")
    assert "an error of GET /groups/{{ inputs.group }}" in offline("connectors", "check", str(path)).out
    path.write_text(SEVERAL.replace("404}", "404, of: [fond]}"), encoding="utf-8")
    said = offline("connectors", "check", str(path))
    assert (said.code, "no request is named 'fond'" in said.out) == (1, True)
    path.write_text(SEVERAL.replace("404}", "404, of: [found]}"), encoding="utf-8")
    assert "warning" not in offline("connectors", "check", str(path)).out


def test_a_connector_of_ones_own_is_there_for_flows(offline: Keyturn, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(ACME, encoding="utf-8")
    here = str(tmp_path)
    assert "acme.read_me" in offline("cards", "acme", KEYTURN_CONNECTORS=here).out
    assert "acme: 1 actions, 1 unverified: read_me" in offline("connectors", "check", KEYTURN_CONNECTORS=here).out


def test_new_makes_a_manifest_that_is_right(offline: Keyturn, tmp_path: Path) -> None:
    paths = {
        "/people": {
            "get": {"operationId": "listPeople", "tags": ["people"], "responses": {"200": {"description": "ok"}}}
        }
    }
    spec = tmp_path / "acme.json"
    spec.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "Acme"}, "paths": paths}), encoding="utf-8")
    assert "listPeople" in offline("connectors", "new", "acme", "--openapi", str(spec)).out
    (tmp_path / "no-folder").write_text("x", encoding="utf-8")
    chosen = ("connectors", "new", "acme", "--openapi", str(spec), "--operation", "listPeople", "--out")
    for place, why in (
        ("none/acme.yaml", "acme.yaml cannot be written: No such file or directory"),
        ("no-folder/acme.yaml", "acme.yaml cannot be written: Not a directory"),
        (".", "is a folder"),
    ):
        said = offline(*chosen, str(tmp_path / place), "--force")
        assert (said.code, why in said.err) == (2, True), said
    out = tmp_path / "made.yaml"
    arguments = ("connectors", "new", "acme", "--openapi", str(spec), "--operation", "people", "--out", str(out))
    assert offline(*arguments).code == 0
    assert offline("connectors", "check", str(out)).code == 0
    assert offline(*arguments).code == 2, "a file that is there is not written over"
    unknown = offline("connectors", "new", "acme", "--openapi", str(spec), "--operation", "listPeeple")
    assert unknown.code == 1
    assert "listPeople" in unknown.out
    servers = [{"url": "https://[tenant].acme.example"}]
    astray = {"openapi": "3.0.3", "info": {"title": "Acme"}, "servers": servers, "paths": {"/{}": paths["/people"]}}
    spec.write_text(json.dumps(astray), encoding="utf-8")
    refused = offline("connectors", "new", "acme", "--openapi", str(spec), "--operation", "listPeople")
    assert (refused.code, "GET /{}: a part of its path has no name" in refused.out) == (1, True)
    spec.write_text("{", encoding="utf-8")
    assert offline("connectors", "new", "acme", "--openapi", str(spec)).code == 1


def test_a_connector_is_called_as_its_description_calls_the_app(offline: Keyturn, tmp_path: Path) -> None:
    people = {"get": {"operationId": "listPeople", "responses": {"200": {"description": "ok"}}}}
    flows = {"authorizationCode": {}, "clientCredentials": {}}
    described = {
        "openapi": "3.0.3",
        "info": {"title": "Best People", "description": "All people of Best.\n\nAnd more."},
        "paths": {"/people": people},
        "components": {"securitySchemes": {"sign-in": {"type": "oauth2", "flows": flows}}},
    }
    spec = tmp_path / "best.json"
    spec.write_text(json.dumps(described), encoding="utf-8")
    new = ("connectors", "new", "best", "--openapi", str(spec), "--operation", "listPeople")
    made = read_manifest(offline(*new).out, "best.yaml")
    assert (made.title, made.about) == ("Best People", "All people of Best.")
    assert made.auth == ("oauth_client_credentials", "oauth_code", "bearer")
    (tmp_path / "best.yaml").write_text(offline(*new).out, encoding="utf-8")
    assert offline("connectors", "check", str(tmp_path / "best.yaml")).code == 0
    assert read_manifest(offline(*new, "--title", "Best").out, "best.yaml").title == "Best"
    spec.write_text(json.dumps({**described, "info": {}}), encoding="utf-8")
    assert read_manifest(offline(*new).out, "best.yaml").title == "best"


def test_what_of_a_description_cannot_be_used_is_told_beside_what_can(offline: Keyturn, tmp_path: Path) -> None:
    paths = {
        "/people": {"get": {"operationId": "listPeople", "responses": 3}, "post": "foo"},
        "/[more]": [],
    }
    spec, out = tmp_path / "acme.json", tmp_path / "made.yaml"
    spec.write_text(json.dumps({"openapi": "3.0.3", "info": {"title": "Acme"}, "paths": paths}), encoding="utf-8")
    new = ("connectors", "new", "acme", "--openapi", str(spec))
    listed = offline(*new)
    assert (listed.code, "listPeople" in listed.out) == (0, True)
    assert "warning acme.json: POST /people: it is a text, and an object belongs there." in listed.out
    assert "warning acme.json: the path /[more]: it is a list, and an object belongs there." in listed.out
    made = offline(*new, "--operation", "listPeople", "--out", str(out))
    assert made.code == 0
    assert "Left out of POST /people: it is a text, and an object belongs there." in made.err
    assert "Left out of listPeople (GET /people): its responses: it is a number, and an object" in made.err
    assert offline("connectors", "check", str(out)).code == 0
    refused = offline(*new, "--operation", "post_people")
    assert (refused.code, refused.out.startswith("error acme.json: POST /people: it is a text")) == (1, True), refused


def test_mistakes_of_ones_own_end_no_command_that_does_not_need_them(offline: Keyturn, tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(ACME.replace("title: Read Me", "titel: Read Me"), encoding="utf-8")
    flow = tmp_path / "flows" / "a.yaml"
    flow.parent.mkdir()
    flow.write_text("id: a\nname: A\nevent: {card: manual}\ncards: []\n", encoding="utf-8")
    here, place = str(tmp_path), f"{tmp_path / 'acme.yaml'}:9"
    for arguments in (("cards",), ("check", str(flow))):
        said = offline(*arguments, KEYTURN_CONNECTORS=here)
        assert said.code == 0, arguments
        assert f"The connector 'acme' is left out: it has 2 mistakes, the first in {place}." in said.err
    listed = offline("connectors", "list", KEYTURN_CONNECTORS=here)
    assert (listed.code, "okta" in listed.out, place in listed.out, "titel" in listed.out) == (0, True, True, True)
    rows = {row["connector"]: row for row in offline("connectors", "list", "--json", KEYTURN_CONNECTORS=here).json}
    assert (rows["okta"]["problems"], rows["acme"]["problems"][0]["line"]) == ([], 9)
    for arguments in (("connectors", "check"), ("connectors", "show", "acme")):
        said = offline(*arguments, KEYTURN_CONNECTORS=here)
        assert (said.code > 0, place in said.out + said.err) == (True, True), arguments
    assert offline("run", str(flow), KEYTURN_CONNECTORS=here).code == 0
    card = "\n  - {id: me, card: acme.read_me, connection: acme}\n"
    flow.write_text("id: a\nname: A\nevent: {card: manual}\ncards:" + card, encoding="utf-8")
    for command in ("check", "run"):
        said = offline(command, str(flow), KEYTURN_CONNECTORS=here)
        assert (said.code, place in said.out + said.err) == (1, True), said


def test_what_holds_a_connector_and_is_not_read_as_one_is_told(offline: Keyturn, tmp_path: Path) -> None:
    misnamed = {
        "acme.yml": "Name it acme.yaml.",
        "beta.json": "Name it beta.yaml.",
        "gamma/gamma.yaml": "manifest.yaml",
    }
    for name in misnamed:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(ACME, encoding="utf-8")
    (tmp_path / "beta.json").write_text('{"connector": "beta"}', encoding="utf-8")
    (tmp_path / "README.yml").write_text("about: not a connector\n", encoding="utf-8")
    checked = offline("connectors", "check", str(tmp_path))
    listed = offline("connectors", "list", KEYTURN_CONNECTORS=str(tmp_path))
    assert (checked.code, listed.code) == (1, 0)
    for name, mend in misnamed.items():
        for said in (checked.out, listed.out):
            assert f"{tmp_path / name}" in said, name
            assert mend in said, name
    assert "README" not in checked.out
    (tmp_path / "other").mkdir()
    nothing = offline("connectors", "check", str(tmp_path / "other"))
    assert (nothing.code, "There is no connector in" in nothing.err) == (2, True), nothing


@pytest.mark.parametrize(("name", "told"), [("nowhere", "There is no folder"), ("acme.yaml", "is a file")])
def test_a_folder_that_was_named_has_to_be_one(offline: Keyturn, tmp_path: Path, name: str, told: str) -> None:
    (tmp_path / "acme.yaml").write_text(ACME, encoding="utf-8")
    listed, checked, cards = (
        offline(*command, KEYTURN_CONNECTORS=str(tmp_path / name))
        for command in (("connectors", "list"), ("connectors", "check"), ("cards",))
    )
    assert (listed.code, checked.code, cards.code) == (0, 1, 0)
    assert told in listed.out
    assert told in checked.out
    assert told in cards.err
    assert "okta" in listed.out


def test_a_file_that_is_no_utf_8_is_told_by_every_command(offline: Keyturn, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_bytes(ACME.replace("Acme", "Acm\xe9").encode("latin-1"))
    for arguments in (("check", str(path)), ("check", str(tmp_path)), ("list",), ("put", str(path))):
        said = offline("connectors", *arguments, KEYTURN_CONNECTORS=str(tmp_path))
        assert said.code == (arguments != ("list",)), arguments
        assert f"{path}:2" in said.out
        assert "UTF-8" in said.out


def test_choices_and_fields_are_asked_of_the_server(keyturn: Keyturn) -> None:
    for what in ("choices", "fields"):
        said = keyturn("connections", what, "okta", "okta.read_user", "user", "--given", "app=0oa1")
        assert said.code == 1
        assert "Nothing of 'user' of Read User is loaded" in said.err
    assert keyturn("connections", "choices", "okta", "okta.read_user", "user", "--given", "app").code == 2
