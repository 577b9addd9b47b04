"""Manifests made from OpenAPI descriptions, good and bad ones."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.description_files import parsed
from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.openapi import left_out, manifest_of, read_openapi
from keyturn.connectors.reading import read_manifest
from keyturn.connectors.requests import FORM, encoded_body
from keyturn.connectors.vendor import descriptions_in, verify
from keyturn.flows.problems import ProblemError

SPECS = Path(os.environ.get("KEYTURN_VENDOR_SPECS", Path(__file__).parents[3] / "shared" / "specs"))
ACME: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "description": "People of Acme. And more."},
    "servers": [{"url": "https://{tenant}.acme.example/api/v2", "variables": {"tenant": {"default": "demo"}}}],
    "components": {
        "securitySchemes": {
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "b": {"type": "http", "scheme": "basic"},
        },
        "schemas": {
            "Person": {
                "allOf": [{"$ref": "#/components/schemas/Named"}],
                "type": "object",
                "required": ["email"],
                "properties": {
                    "id": {"type": "string", "readOnly": True},
                    "email": {"type": "string"},
                    "born-at": {"type": "string", "format": "date-time"},
                    "kind": {"type": "string", "enum": ["a", "b"]},
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "boss": {"$ref": "#/components/schemas/Person"},
                    "$ref": {"type": "string"},
                    "age": {"type": ["integer", "null"]},
                },
            },
            "Named": {"properties": {"name": {"type": "string"}}, "allOf": [{"$ref": "#/components/schemas/Person"}]},
            "Circle": {"$ref": "#/components/schemas/Circle"},
        },
    },
    "paths": {
        "/people": {
            "get": {
                "operationId": "listPeople",
                "tags": ["people"],
                "summary": "List people",
                "parameters": [{"name": "page-size", "in": "query", "schema": {"type": "integer"}}],
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "array"}}}}},
            },
            "post": {
                "operationId": "createPerson",
                "tags": ["people"],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}},
                "responses": {
                    "201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Person"}}}}
                },
            },
        },
        "/people/{person-id}": {
            "delete": {"operationId": "deletePerson", "responses": {"204": {"description": "Gone."}}},
            "put": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Circle"}}}}
            },
        },
    },
}


def described(tmp_path: Path, document: Any) -> Path:
    path = tmp_path / "acme.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def made(tmp_path: Path, *wanted: str) -> ManifestModel:
    file = read_openapi(described(tmp_path, ACME))
    return read_manifest(manifest_of(file, "acme", "Acme", file.chosen(wanted)), "acme.yaml")


def test_a_manifest_of_chosen_operations(tmp_path: Path) -> None:
    model = made(tmp_path, "people", "deletePerson")
    assert (model.base_url, [kind.value for kind in model.auth]) == ("https://demo.acme.example", ["header", "basic"])
    assert model.needs_address, "demo is nobody's own"
    assert model.defaults == {"header": "X-Key"}
    listed, created, deleted = model.actions
    assert (listed.key, listed.effect.effect.value, listed.effect.repeatable) == ("list_people", "read", True)
    assert listed.steps[0].path == "/api/v2/people"
    assert listed.steps[0].query == {"page-size": "{{ inputs.page_size }}"}
    assert [output.name for output in listed.gives] == ["status", "body"]
    fields = {field.name: (field.type, field.required, field.choices) for field in created.fields}
    assert fields == {
        "email": ("text", True, ()),
        "born_at": ("datetime", False, ()),
        "kind": ("text", False, ("a", "b")),
        "tags": ("list of text", False, ()),
        "boss": ("object", False, ()),
        "ref": ("text", False, ()),
        "age": ("number", False, ()),
        "name": ("text", False, ()),
    }
    assert created.operation is not None
    assert (created.operation.spec, created.operation.id) == ("acme.json", "createPerson")
    assert deleted.effect.effect.value == "destroy"
    assert deleted.steps[0].path == "/api/v2/people/{{ inputs.person_id }}"


def test_a_schema_that_is_only_a_circle_takes_any_body(tmp_path: Path) -> None:
    [action] = made(tmp_path, "put_people_person_id_").actions
    assert [field.name for field in action.fields] == ["person_id", "body"]


def test_operations_that_are_not_there_are_told_with_those_that_are_near(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, ACME))
    with pytest.raises(ProblemError) as found:
        file.chosen(["listPersons", "nothing"])
    assert len(found.value.problems) == 2
    assert "listPeople" in found.value.problems[0].mend


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "no JSON"),
        ("a: [", "YAML"),
        ("a: &a\n  b: *a\n", "alias stands within"),
        ("a: " + "[" * 900 + "]" * 900, "nested too deep"),
        ("x: " + "[" * 100_000, "nesting depth"),
        ("? [a]\n: b\n", "a key is a text"),
        ("a: 1\nb: 2\na: 3\n", "acme.json:3: .*'a' stands here twice"),
        ("[1]", "no description of an API"),
        ("- 1", "no description of an API"),
        ('{"swagger": "2.0"}', "version 2.0"),
        ('{"openapi": "3.0.0"}', "no operation"),
        ('{"openapi": "3.0.0", "paths": {"/x": {"get": 5}, "/y": 7}}', "no operation"),
        ('{"a": 1}', "does not say openapi"),
    ],
)
def test_bad_files_are_told_kindly(tmp_path: Path, document: str, words: str) -> None:
    with pytest.raises(ProblemError, match=words) as found:
        read_openapi(described(tmp_path, document))
    assert all(problem.mend and problem.file for problem in found.value.problems)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(200_000_001)  # a hole: it takes no space
    with pytest.raises(ProblemError, match="read at most"):
        read_openapi(path)


FORMS = """\
# as vendors write them
openapi: 3.0.3
info: {title: Forms, version: 2026-11-26}
servers: [{url: https://forms.example/v1}]
x-answers: &answers
  200: {description: So., content: {application/json: {schema: {type: object, properties: {on: {type: boolean}}}}}}
paths:
  /people/{id}:
    put:
      operationId: putPerson
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {type: object, properties: {name: {type: string}, tags: {type: array, items: {type: string}}}}
      responses: *answers
    delete:
      responses: {<<: *answers, 204: {description: Gone.}}
  /photo:
    post:
      operationId: upload
      parameters:
        - {name: X-Album, in: header, required: true, schema: {type: string}}
        - {name: X-Trace, in: header, schema: {type: string}}
      requestBody: {content: {multipart/form-data: {schema: {type: object, properties: {file: {type: string}}}}}}
      responses: *answers
"""


def test_a_form_is_sent_as_one_and_what_cannot_be_sent_is_told(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, FORMS))
    text = manifest_of(file, "forms", "Forms", list(file.operations.values()))
    model = read_manifest(text, "forms.yaml")
    put, _, upload = model.actions
    assert not model.needs_address
    assert [output.name for output in put.gives] == ["status", "on"]
    [sent] = (
        CompiledManifest(model, "", "")
        .action("put_person")
        .steps[0]
        .made(  # type: ignore[union-attr]
            {"inputs": {"id": "1", "name": "Bj\xf6rn & Co", "tags": ["a", "b"]}, "options": {}}
        )
    )
    assert encoded_body(sent) == (b"name=Bj%C3%B6rn+%26+Co&tags=a&tags=b", {})
    assert sent.headers == {"Content-Type": FORM}
    assert upload.steps[0].body is None
    told = left_out(file, list(file.operations.values()))
    assert [what.partition(". ")[0].partition(", ")[0] for what in told] == [
        "upload: the header X-Album",
        "upload: the header X-Trace",
        "upload: its body",
    ]
    assert "multipart/form-data" in told[2]
    assert text.startswith("".join(f"# Left out of {what}\n" for what in told))


def test_what_was_made_of_a_description_is_compared_with_it(tmp_path: Path) -> None:
    path = tmp_path / "forms.yaml"
    path.write_text(FORMS, encoding="utf-8")
    file = read_openapi(path)
    text = manifest_of(file, "forms", "Forms", list(file.operations.values()))
    model = read_manifest(text, "made.yaml")
    known = descriptions_in(tmp_path, [model])
    assert [action.operation.id for action in model.actions if action.operation] == [
        "putPerson",
        "delete_people_id_",
        "upload",
    ]
    assert list(verify(model, known)) == []
    wrong = read_manifest(text.replace("method: DELETE", "method: PATCH"), "made.yaml")
    assert [key for key, _ in verify(wrong, known)] == ["delete_people_id"]
    path.write_text("openapi: [", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"forms\.yaml"):
        descriptions_in(tmp_path, [model])


def test_anchors_that_multiply_are_one_value_each() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found: Any = parsed("\n".join(rows).encode(), "many.yaml")
    assert found["a39"][0] is found["a39"][8] is found["a38"]


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


@pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' API descriptions are not beside this checkout")
@pytest.mark.parametrize("name", ["okta-management.json", "graph-v1.json"])
def test_every_operation_of_a_real_description_makes_a_right_action(name: str) -> None:
    file = read_openapi(SPECS / name)
    text = manifest_of(file, "real", "Real", list(file.operations.values())[:60])
    assert len(read_manifest(text, "real.yaml").actions) == 60


def test_parts_that_lead_to_one_another_many_times_are_put_in_once(tmp_path: Path) -> None:
    parts: dict[str, Any] = {
        f"S{number}": {"allOf": [{"$ref": f"#/components/schemas/S{number + 1}"}] * 3} for number in range(40)
    }
    parts["S40"] = {"allOf": [{"$ref": "#/components/schemas/S0"}], "properties": {"name": {"type": "string"}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/S0"}}}}
    paths = {"/a": {"post": {"operationId": "a", "requestBody": body, "responses": {}}}}
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"openapi": "3.0.3", "info": {}, "paths": paths, "components": {"schemas": parts}}))
    described = read_openapi(path)
    model = read_manifest(manifest_of(described, "acme", "Acme", described.chosen(["a"])), "acme")
    assert [field.name for field in model.actions[0].fields] == ["name"]
