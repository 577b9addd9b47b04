"""Descriptions that are not as OpenAPI has them: what can be understood is taken, and the rest is told."""

from __future__ import annotations

import re

import orjson
import pytest

from keyturn.connectors.description_files import parsed
from keyturn.connectors.openapi import OpenApiFile, left_out, made_of, manifest_of, parse_openapi
from keyturn.connectors.reading import read_manifest
from keyturn.flows.problems import ProblemError, Severity

HEAD = "openapi: 3.0.3\ninfo: {title: Acme}\nservers: [{url: https://acme.example}]\n"


def test_a_query_in_a_path_is_one_of_the_request() -> None:
    paths = "paths: {'/people?all=1&team={team}': {get: {operationId: people}}}\n"
    file = parse_openapi((HEAD + paths).encode(), "acme.yaml")
    model = read_manifest(manifest_of(file, "acme", "Acme", list(file.operations.values())), "acme.yaml")
    [step] = model.actions[0].steps
    assert (step.path, step.query) == ("/people", {"all": "1", "team": "{{ inputs.team }}"})


BROKEN: dict[str, object] = {
    "openapi": "3.0.3",
    "info": {"title": "x"},
    "servers": [{"url": "https://x.example"}],
    "components": {
        "requestBodies": {
            "A": {"$ref": "#/components/requestBodies/B"},
            "B": {"$ref": "#/components/requestBodies/A"},
            "C": {"$ref": "#/components/requestBodies/A"},
            "Five": 5,
        },
        "securitySchemes": {"odd": "bearer"},
    },
    "paths": {
        "/x": {"get": "foo", "post": {"operationId": "answers", "responses": 3}, "head": {}, "options": {}},
        "/p": {"get": {"operationId": "p", "tags": ["all"], "parameters": [{"in": "path"}], "responses": {}}},
        "/y": [],
        "/z": {"parameters": "none", "GET": {}, "delete": None},
        "people": {"get": {"operationId": "slashless", "tags": ["all", "odd"]}, "options": {}},
        "/h#a": {"get": {"operationId": "hash"}},
        "x-more": {"get": {"operationId": "theirs"}},
        "/c": {
            "post": {"operationId": "circle", "requestBody": {"$ref": "#/components/requestBodies/C"}},
            "put": {"operationId": "five", "requestBody": {"$ref": "#/components/requestBodies/Five"}},
            "patch": {"operationId": "listed", "parameters": [{"$ref": "#/paths/~1l/get/parameters/0"}]},
        },
        "/l": {"get": {"parameters": [{"in": "query", "name": "q", "schema": {"type": "string"}}]}},
        "/{a}": {
            "get": {"parameters": [{"$ref": "#/paths/~1%7Ba%7D/x-place"}]},
            "x-place": {"in": "path", "name": "a"},
        },
        "/q": {
            "servers": [],
            "post": {
                "operationId": 5,
                "servers": [{"url": "https://x.example/"}],
                "parameters": [
                    "id",
                    {"name": "body", "in": "body", "schema": {}},
                    {"name": "where"},
                    {"name": "kind", "in": "query", "schema": {"type": "int", "enum": "a"}},
                    {"name": "old", "in": "query", "schema": {"$ref": "#/components/schemas/Old"}},
                    {"name": "good", "in": "query", "schema": True},
                ],
                "requestBody": {
                    "content": {"application/json": {"schema": {"properties": {"a": 3}, "required": True}}}
                },
                "responses": {"200": {"content": {"application/json": []}}, "404": 7},
            },
        },
    },
}


def of_broken() -> OpenApiFile:
    return parse_openapi(orjson.dumps(BROKEN), "acme.json")


def test_what_is_no_operation_is_told_with_its_path_and_the_rest_works() -> None:
    file = of_broken()
    assert list(file.operations) == ["answers", "p", "circle", "five", "listed", "get_l", "get_a_", "post_q"]
    told = file.left_out()
    assert [problem.what for problem in told] == [
        "GET /x: it is a text, and an object belongs there.",
        "the path /y: it is a list, and an object belongs there.",
        "the path /z: its parameters: it is a text, and a list belongs there.",
        "the path /z: OpenAPI has no GET in a path, and get is meant, maybe.",
        "DELETE /z: it is empty.",
        "GET people: its path does not begin with a slash.",
        "GET /h#a: what stands behind # in its path reaches no app.",
        "1 operation by HEAD: connectors do not send it.",
        "2 operations by OPTIONS: connectors do not send it.",
    ]
    assert {(problem.severity, problem.file) for problem in told} == {(Severity.WARNING, "acme.json")}
    chosen = file.chosen([*file.operations])
    source = manifest_of(file, "acme", "Acme", chosen)
    assert len(read_manifest(source, "acme.yaml").actions) == 8
    assert [line for line in source.split("\n") if "/x: it is a text" in line] == [
        "# Left out of GET /x: it is a text, and an object belongs there."
    ]


def test_parts_of_an_operation_that_cannot_be_used_are_told_with_it() -> None:
    file = of_broken()
    every = left_out(file, [*file.operations.values()])
    assert every[9:] == [
        "the sign-in odd: it is a text, and an object belongs there.",
        "answers (POST /x): its responses: it is a number, and an object belongs there.",
        "p (GET /p): parameter 1: it has no name.",
        "circle (POST /c): its body: its $ref #/components/requestBodies/C leads in a circle.",
        "five (PUT /c): its body: its $ref #/components/requestBodies/Five leads to what is no object.",
        "post_q (POST /q): its operationId: it is a number, and a text belongs there.",
        "post_q (POST /q): parameter 1: it is a text, and an object belongs there.",
        "post_q (POST /q): the parameter body: it is in body, which OpenAPI 3 has not.",
        "post_q (POST /q): the parameter where: it does not say where it is (in).",
        "post_q (POST /q): the parameter kind: OpenAPI has no type int; it takes anything.",
        "post_q (POST /q): the parameter kind: its enum: it is a text, and a list belongs there.",
        "post_q (POST /q): the parameter old: its $ref #/components/schemas/Old leads nowhere.",
        "post_q (POST /q): its body: its required: it is true, and a list belongs there.",
        "post_q (POST /q): its body: its a: it is a number, and an object belongs there.",
        "post_q (POST /q): what it answers with 200: its application/json: it is a list, and an object belongs there.",
    ]
    model = read_manifest(manifest_of(file, "acme", "Acme", file.chosen(["listed", "get_a_"])), "acme.yaml")
    assert [[field.name for field in action.fields] for action in model.actions] == [["q"], ["a"]]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("get_x", "GET /x: it is a text, and an object belongs there."),
        ("delete_z", "DELETE /z: it is empty."),
        ("slashless", "GET people: its path does not begin with a slash."),
        ("odd", "GET people: its path does not begin with a slash."),
        ("hash", "GET /h#a: what stands behind # in its path reaches no app."),
    ],
)
def test_whoever_chooses_a_broken_operation_is_told_why_it_cannot_be(name: str, what: str) -> None:
    with pytest.raises(ProblemError) as refused:
        of_broken().chosen(["p", name])
    [problem] = refused.value.problems
    assert (problem.what, problem.severity, problem.file) == (what, Severity.ERROR, "acme.json")


def test_a_tag_takes_what_can_be_made_and_the_comments_tell_of_the_rest() -> None:
    file = of_broken()
    chosen = file.chosen(["all"])
    assert [one.id for one in chosen] == ["p"]
    assert "# Left out of GET people: its path does not begin with a slash.\n" in manifest_of(
        file, "acme", "Acme", chosen
    )


def test_of_very_many_broken_operations_a_manifest_has_some_and_how_many_more() -> None:
    paths: dict[str, object] = {f"/p{number}": {"get": "foo"} for number in range(500)}
    content = orjson.dumps({"openapi": "3.0.3", "paths": {**paths, "/good": {"get": {"operationId": "good"}}}})
    file = parse_openapi(content, "acme.json")
    assert len(file.left_out()) == 500
    told = left_out(file, file.chosen(["good"]))
    assert (len(told), told[-1]) == (21, "the paths: 480 more, which are told where the operations are listed.")


@pytest.mark.parametrize(
    ("document", "whats"),
    [
        ({"paths": []}, ["The paths of a.json: it is a list, and an object belongs there."]),
        ({"paths": {"/x": {"get": 1}}}, ["a.json describes no operation.", "GET /x: it is a number, and an object"]),
    ],
)
def test_a_description_of_nothing_that_works_says_why(document: dict[str, object], whats: list[str]) -> None:
    with pytest.raises(ProblemError) as refused:
        parse_openapi(orjson.dumps({"openapi": "3.0.3", **document}), "a.json")
    told = [problem.what for problem in refused.value.problems]
    assert len(told) == len(whats)
    assert all(what.startswith(begin) for what, begin in zip(told, whats, strict=True)), told


@pytest.mark.parametrize(
    ("part", "what"),
    [
        ({"servers": "https://a.example"}, "the whole: its servers: it is a text, and a list belongs there."),
        ({"servers": ["https://a.example"]}, "the whole: its first server: it is a text, and an object belongs there."),
        ({"components": []}, "the whole: its components: it is a list, and an object belongs there."),
    ],
)
def test_shared_parts_of_another_kind_are_told(part: dict[str, object], what: str) -> None:
    paths = {"/x": {"get": {"operationId": "x"}}}
    file = parse_openapi(orjson.dumps({"openapi": "3.0.3", "paths": paths, **part}), "a.json")
    assert left_out(file, file.chosen(["x"])) == [what]


def of_paths(paths: dict[str, object], **more: object) -> OpenApiFile:
    servers = [{"url": "https://acme.example/v2"}]
    return parse_openapi(orjson.dumps({"openapi": "3.0.3", "servers": servers, "paths": paths, **more}), "acme.json")


def body(kind: str, *, required: bool = True) -> dict[str, object]:
    return {"content": {kind: {"schema": {"type": "object", "properties": {"a": {}}}}}, "required": required}


def text_body(*, required: bool) -> dict[str, object]:
    return {"requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}, "required": required}}


@pytest.mark.parametrize(
    ("operations", "out", "kept"),
    [
        ({"post": text_body(required=True)}, "POST /x: its body is text/plain; a Custom API Action", []),
        ({"put": text_body(required=False)}, "PUT /x: its body is text/plain; a Custom API Action", []),
        ({"post": text_body(required=False)}, "POST /x: its body is text/plain; a Custom API Action", []),
        ({"delete": text_body(required=False)}, "delete_x (DELETE /x): its body, which is text/plain.", ["delete_x"]),
        ({"get": text_body(required=True)}, "get_x (GET /x): its body: a GET sends none.", ["get_x"]),
        (
            {"get": {"servers": [{"url": "https://up.example"}]}},
            "GET /x: it has an address of its own, https://up.example; write it by hand, with that address",
            [],
        ),
        ({"servers": [{"url": "https://up.example"}], "get": {}}, "GET /x: it has an address of its own", []),
        ({"servers": [{"url": "https://acme.example/v2/"}], "get": {}}, "", ["get_x"]),
    ],
)
def test_an_operation_that_would_send_something_else_is_left_out(
    operations: dict[str, object], out: str, kept: list[str]
) -> None:
    file = of_paths({"/x": operations, "/y": {"get": {"operationId": "y"}}})
    made = made_of(file, "acme", "Acme", list(file.operations.values()))
    assert made.model is not None
    assert [one.key for one in made.model.actions] == [*kept, "y"]
    assert [what for what in made.left_out if out and what.startswith(out)] == list(made.left_out)
    assert all(f"# Left out of {what}\n" in made.text for what in made.left_out)


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/a b", "there is a space in its path"),
        ("/a//b", "there is nothing between two of its slashes"),
        ("/a/../b", ".. in it would lead out of its place"),
        ("/{a", "a brace in its path has no other"),
        ("/{{a}}", "a brace in its path has no other"),
        ("/x/{}", "a part of its path has no name"),
    ],
)
def test_a_path_that_cannot_be_used_leaves_out_only_itself(path: str, why: str) -> None:
    file = of_paths({path: {"get": {"operationId": "odd", "tags": ["all"]}}, "/y": {"get": {"tags": ["all"]}}})
    made = made_of(file, "acme", "Acme", file.chosen(["all"]))
    assert made.model is not None
    assert ([one.key for one in made.model.actions], made.left_out) == (["get_y"], [f"GET {path}: {why}."])
    with pytest.raises(ProblemError, match=re.escape(f"GET {path}: {why}.")):
        file.chosen(["odd"])


def test_what_stands_twice_in_a_path_is_one_input() -> None:
    file = of_paths({"/{a}/é/{a}": {"get": {"operationId": "twice"}}})
    made = made_of(file, "acme", "Acme", file.chosen(["twice"]))
    assert made.model is not None
    [action] = made.model.actions
    assert [field.name for field in action.fields] == ["a"]


def test_what_no_check_takes_is_left_out_with_method_and_path_and_never_with_a_line() -> None:
    """A title that says nothing is found only in the manifest."""
    strange = {"operationId": "odd", "parameters": [{"name": " ", "in": "query", "schema": {"type": "string"}}]}
    file = of_paths({"/odd": {"get": strange}, "/y": {"get": {"operationId": "y"}}})
    made = made_of(file, "acme", "Acme", file.chosen(["odd", "y"]))
    assert made.model is not None
    assert [one.key for one in made.model.actions] == ["y"]
    assert made.left_out == ["GET /odd: its inputs.0.title: title is blank."]
    with pytest.raises(ProblemError) as refused:
        made_of(file, "acme", "Acme", file.chosen(["odd"]))
    assert [(one.file, one.line) for one in refused.value.problems] == [("acme.json", None)]
    named = made_of(file, "My App", "Acme", file.chosen(["y"]))
    assert (named.model, [(one.file, one.line) for one in named.problems]) == (None, [(None, None)])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://t.example", "ftp://t.example"),
        ("https://t.example/a b", "https://t.example/a b"),
        ("{scheme}://{host}/{x", ":///{x"),
        ("https://.t.example", "https://.t.example"),
        ("https://t.example:99999", "https://t.example:99999"),
        ("api", "api"),
    ],
)
def test_the_next_address_is_taken_where_one_cannot_be_used(url: str, shown: str) -> None:
    paths: dict[str, object] = {"/x": {"get": {"operationId": "x"}}}
    file = of_paths(paths, servers=[{"url": url}, {"url": "https://ok.example/v1"}])
    made = made_of(file, "acme", "Acme", file.chosen(["x"]))
    assert made.model is not None
    assert (made.model.base_url, made.model.actions[0].steps[0].path) == ("https://ok.example", "/v1/x")
    assert made.left_out == [f"the address {shown}: it cannot be used, and https://ok.example/v1 is taken."]
    alone = made_of(of_paths(paths, servers=[{"url": url}]), "acme", "Acme", file.chosen(["x"]))
    assert alone.model is not None
    assert alone.model.needs_address


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        ("application/json", {}),
        ("application/json; charset=utf-8", {}),
        ("application/*+json", {}),
        ("application/merge-patch+json", {"Content-Type": "application/merge-patch+json"}),
        ("application/json-patch+json", {"Content-Type": "application/json-patch+json"}),
        ("application/scim+json", {"Content-Type": "application/scim+json"}),
    ],
)
def test_a_body_of_json_keeps_its_media_type(kind: str, header: dict[str, str]) -> None:
    file = of_paths({"/x": {"patch": {"operationId": "x", "requestBody": body(kind)}}})
    made = made_of(file, "acme", "Acme", file.chosen(["x"]))
    assert made.model is not None
    assert (made.model.actions[0].steps[0].headers, made.left_out) == (header, [])


def test_a_version_may_be_a_number_and_keys_that_stand_twice_are_told() -> None:
    for version in (b"3.0", b"3", b"3.1"):
        assert parse_openapi(b"openapi: " + version + b"\npaths: {/x: {get: {}}}\n", "a.yaml").operations
    content = b'{"openapi": 3.0, "paths": {"/x": {"get": {}}, "/x": {"put": {}}, "/y": {"get": {}}}}'
    file = parse_openapi(content, "a.json")
    assert list(file.operations) == ["put_x", "get_y"]
    assert [one.what for one in file.left_out()] == [
        "the key /x: it stands twice in one object, and the last is taken."
    ]


def test_operations_of_one_summary_make_cards_that_people_can_tell_apart() -> None:
    alike = {"summary": "Find people", "responses": {}}
    paths = {
        "/a": {"get": {"operationId": "a", **alike}},
        "/b": {"get": {"operationId": "b", **alike}},
        "/c": {"get": {"operationId": "c", "summary": "Find teams", "responses": {}}},
    }
    file = parse_openapi(orjson.dumps({"openapi": "3.0.3", "paths": paths}), "acme.json")
    model = read_manifest(manifest_of(file, "acme", "Acme", file.chosen(["a", "b", "c"])), "acme.yaml")
    assert [action.title for action in model.actions] == ["Find people (a)", "Find people (b)", "Find teams"]


def test_scalars_mean_what_they_mean_in_flows() -> None:
    found = parsed(b"a: 2026-11-26\nb: on\nc: 010\nd: '5'\ne: .inf\nf: ~\n404: 1:30\ntrue: yes\n", "x.yaml")
    assert found == {
        "a": "2026-11-26",
        "b": "on",
        "c": 10,
        "d": "5",
        "e": ".inf",
        "f": None,
        "404": "1:30",
        "true": "yes",
    }
