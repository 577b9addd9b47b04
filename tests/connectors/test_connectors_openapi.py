"""Manifests made from OpenAPI descriptions, good and bad ones."""

from __future__ import annotations

import json
import os
import re
import sys
from collections import Counter
from email import message_from_bytes
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from support_connectors import InPieces

from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.description_files import parsed
from keyturn.connectors.forms import attach
from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.openapi import left_out, manifest_of, read_openapi
from keyturn.connectors.outgoing import Outgoing
from keyturn.connectors.reading import read_manifest
from keyturn.connectors.requests import FORM, encoded_body
from keyturn.connectors.vendor import descriptions_in, verify
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError
from keyturn.http.multipart import FilePart

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


@pytest.mark.parametrize(
    "url", ["https://[tenant].acme.example/api", "https://{tenant}/api", "//[", "https://\u2100.example"]
)
def test_an_address_that_cannot_be_read_is_told_and_each_connection_gives_its_own(tmp_path: Path, url: str) -> None:
    servers: Any = [{"url": url, "variables": {"tenant": {"default": "[x]"}}}]
    file = read_openapi(described(tmp_path, {**ACME, "servers": servers}))
    chosen = file.chosen(["listPeople"])
    [told] = left_out(file, chosen)
    read = url.replace("{tenant}", "[x]")
    assert told == f"the address {read}: it cannot be read. Connections give theirs, with what is before the paths."
    text = manifest_of(file, "acme", "Acme", chosen)
    assert f"# Left out of {told}\n" in text
    model = read_manifest(text, "acme.yaml")
    assert (model.base_url, model.needs_address, model.check.path) == ("https://your-app.example", True, "/people")
    assert list(descriptions_in(tmp_path, [model])) == ["acme.json"]


def test_a_part_of_a_path_without_a_name_is_told_and_one_that_is_not_in_it_is_left_out(tmp_path: Path) -> None:
    stray = [{"name": "a", "in": "path", "required": True}, {"name": "", "in": "path", "required": True}]
    paths: Any = {
        "/a/{}/b": {"get": {"operationId": "a", "responses": {}}},
        "/c/{ }": {"parameters": stray, "put": {"operationId": "c", "responses": {}}},
        "/d": {"parameters": stray, "get": {"operationId": "d", "responses": {}}},
    }
    file = read_openapi(described(tmp_path, {**ACME, "paths": paths}))
    nameless = [
        "GET /a/{}/b: a part of its path has no name.",
        "PUT /c/{ }: a part of its path has no name.",
    ]
    with pytest.raises(ProblemError) as found:
        file.chosen(["a", "c"])
    assert [(one.code, one.file, one.what) for one in found.value.problems] == [
        ("bad-openapi", "acme.json", what) for what in nameless
    ]
    chosen = file.chosen(["d"])
    assert left_out(file, chosen) == [
        *nameless,
        "d (GET /d): parameter 2: it has no name.",
        "d (GET /d): the parameter a, which is not in its path /d.",
    ]
    [action] = read_manifest(manifest_of(file, "acme", "Acme", chosen), "acme.yaml").actions
    assert action.fields == ()


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


async def test_a_form_is_sent_as_one_and_headers_are_inputs(tmp_path: Path) -> None:
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
    assert [(one.name, one.type, one.required) for one in upload.fields] == [
        ("x_album", "text", True),
        ("x_trace", "text", False),
        ("file", "text", False),
    ]
    sent = await sent_by(model, "upload", {"x_album": "Cats", "x_trace": None, "file": "no bytes"})
    assert sent.headers.pop("Content-Type").startswith("multipart/form-data; boundary=")
    assert sent.headers == {"X-Album": "Cats"}
    assert 'form-data; name="file"\r\n\r\nno bytes\r\n' in await body_of(sent)
    assert left_out(file, list(file.operations.values())) == []


FILES = """\
openapi: 3.1.0
info: {title: Files, version: 1}
servers: [{url: https://files.example}]
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas: {Picture: {type: string, format: binary}}
paths:
  /form/{id}:
    put:
      operationId: form
      parameters:
        - {name: If-Match, in: header, required: true, description: The version. More., schema: {type: string}}
        - {name: X-Key, in: header, required: true, schema: {type: string}}
        - {name: Content-Type, in: header, schema: {type: string}}
        - {name: Authorization, in: header, schema: {type: string}}
        - {name: Content-Length, in: header, schema: {type: integer}}
        - {name: "X Y", in: header, required: true, schema: {type: string}}
        - {name: session, in: cookie, schema: {type: string}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            encoding: {scan: {contentType: "image/png, image/jpeg"}, told: {contentType: application/json}}
            schema:
              type: object
              required: [picture, title]
              properties:
                title: {type: string}
                tags: {type: array, items: {type: string}}
                told: {type: object}
                picture: {$ref: "#/components/schemas/Picture"}
                more: {type: array, items: {type: [string, "null"], format: binary}}
                paper: {type: string, contentMediaType: application/pdf}
                coded: {type: string, contentMediaType: image/png, contentEncoding: base64}
                scan: {}
                made: {type: string, format: binary, readOnly: true}
  /whole:
    post: {operationId: whole, requestBody: {required: true, content: {application/octet-stream: {}}}}
  /icon:
    put: {operationId: icon, requestBody: {content: {image/png: {schema: {$ref: "#/components/schemas/Picture"}}}}}
  /any:
    post: {operationId: any, requestBody: {content: {"*/*": {schema: {type: string, format: binary}}}}}
  /xml:
    post: {operationId: xml, requestBody: {content: {application/xml: {schema: {type: object}}}}}
  /get:
    get: {operationId: got, requestBody: {content: {multipart/form-data: {schema: {type: object}}}}}
"""


class Opened:
    """Files of which the tests know what is in them (``forms.SentFiles``)."""

    async def part(self, file: JSON) -> FilePart:
        return FilePart(f"{file}.png", "image/png", InPieces([b"<", str(file).encode(), b">"]))


async def sent_by(model: ManifestModel, key: str, inputs: Values) -> Outgoing:
    action = CompiledManifest(model, "", "").action(key)
    assert action is not None
    [sent] = action.steps[0].made({"inputs": inputs, "options": {}})
    await attach(sent, Opened())
    return sent


async def body_of(sent: Outgoing) -> str:
    assert sent.source is not None
    pieces = [piece async for piece in sent.source.pieces()]
    assert sum(map(len, pieces)) == sent.source.size
    return b"".join(pieces).decode()


async def test_files_and_headers_of_a_description_are_inputs(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, FILES))
    text = manifest_of(file, "files", "Files", list(file.operations.values()))
    model = read_manifest(text, "files.yaml")
    form, whole, icon, anything, got = model.actions
    assert {one.name: (one.type, one.required) for one in form.fields} == {
        "id": ("any", True),
        "if_match": ("text", True),
        "title": ("text", True),
        "tags": ("list of text", False),
        "told": ("object", False),
        "picture": ("file", True),
        "more": ("list of file", False),
        "paper": ("file", False),
        "coded": ("text", False),
        "scan": ("file", False),
    }
    assert [one.steps[0].file for one in (whole, icon, anything)] == ["{{ inputs.file }}"] * 3
    assert [[(one.name, one.type, one.required) for one in each.fields] for each in (whole, icon, got)] == [
        [("file", "file", True)],
        [("file", "file", False)],
        [],
    ]
    told = left_out(file, list(file.operations.values()))
    assert [what.partition(". ")[0].partition(", ")[0] for what in told] == [
        "POST /xml: its body is application/xml; a Custom API Action or the API Connector sends what is text.",
        "form (PUT /form/{id}): the header Content-Length",
        "form (PUT /form/{id}): the header X Y",
        "form (PUT /form/{id}): the cookie session",
        "got (GET /get): its body: a GET sends none.",
    ]
    assert text.startswith("".join(f"# Left out of {what}\n" for what in told))


async def test_files_of_a_form_are_sent_as_its_parts(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, FILES))
    model = read_manifest(manifest_of(file, "files", "Files", list(file.operations.values())), "files.yaml")
    inputs: Values = dict.fromkeys(("paper", "coded", "scan", "told"))
    inputs |= {"id": "7", "if_match": "v1", "title": "Cat", "tags": ["a", "b"], "picture": "p", "more": ["q", "r"]}
    sent = await sent_by(model, "form", inputs)
    kind = sent.headers.pop("Content-Type")
    assert (sent.path, sent.headers) == ("/form/7", {"If-Match": "v1"})
    head = b"Content-Type: " + kind.encode() + b"\r\n\r\n"
    parts = message_from_bytes(head + (await body_of(sent)).encode()).get_payload()
    assert isinstance(parts, list)
    assert [
        (part.get_param("name", header="content-disposition"), part.get_filename(), part.get_payload())  # type: ignore[union-attr]
        for part in parts
    ] == [
        ("title", None, "Cat"),
        ("tags", None, "a"),
        ("tags", None, "b"),
        ("picture", "p.png", "<p>"),
        ("more", "q.png", "<q>"),
        ("more", "r.png", "<r>"),
    ]


@pytest.mark.parametrize(("key", "kind"), [("whole", "image/png"), ("icon", "image/png"), ("any", "image/png")])
async def test_a_file_is_sent_as_it_is(tmp_path: Path, key: str, kind: str) -> None:
    file = read_openapi(described(tmp_path, FILES))
    model = read_manifest(manifest_of(file, "files", "Files", list(file.operations.values())), "files.yaml")
    sent = await sent_by(model, key, {"file": "f"})
    assert (await body_of(sent), sent.headers) == ("<f>", {"Content-Type": kind})
    assert (await sent_by(model, "whole", {"file": None})).source is None, "one that is not needed may be left out"


async def test_where_there_are_no_files_none_is_sent(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, FILES))
    model = read_manifest(manifest_of(file, "files", "Files", file.chosen(["whole"])), "files.yaml")
    action = CompiledManifest(model, "", "").action("whole")
    assert action is not None
    [sent] = action.steps[0].made({"inputs": {"file": "f"}, "options": {}})
    with pytest.raises(CardError, match="no files here"):
        await attach(sent, None)


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
    assert [problem.card for problem in verify(wrong, known)] == ["forms.delete_people_id"]
    path.write_text("openapi: [", encoding="utf-8")
    with pytest.raises(ProblemError, match=r"forms\.yaml"):
        descriptions_in(tmp_path, [model])


def test_anchors_that_multiply_are_one_value_each() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    found: Any = parsed("\n".join(rows).encode(), "many.yaml")
    assert found["a39"][0] is found["a39"][8] is found["a38"]


def test_yaml_is_read_by_libyaml_and_no_scalar_is_tried_against_patterns() -> None:
    """What Python carries out is counted, not timed: its own scanner would take some hundred steps a line."""
    rows = [f"  /p{n}: {{get: {{operationId: o{n}, tags: [a, b], summary: 'So, {n}'}}}}" for n in range(300)]
    text = "\n".join(["openapi: 3.1.0", "paths:", *rows]).encode()
    calls: Counter[str] = Counter()
    patterns = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal patterns
        if event == "call":
            calls[Path(frame.f_code.co_filename).name] += 1
        elif event == "c_call" and isinstance(getattr(argument, "__self__", None), re.Pattern):
            patterns += frame.f_code.co_filename.endswith("resolver.py")

    sys.setprofile(count)
    try:
        found = parsed(text, "many.yaml")
    finally:
        sys.setprofile(None)
    assert len(found["paths"]) == 300  # type: ignore[arg-type]
    assert not {"scanner.py", "reader.py", "parser.py", "composer.py"} & set(calls)
    assert patterns == 0
    assert calls["description_files.py"] < 40 * len(rows)


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


GAPS: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "x"},
    "servers": [{"url": "https://x.example"}],
    "components": {
        "securitySchemes": {
            "k": {"type": "apiKey", "in": "query", "name": "api_key"},
            "o": {"type": "openIdConnect"},
            "one": {"type": "apiKey", "in": "header", "name": "DD-API-KEY"},
            "two": {"type": "apiKey", "in": "header", "name": "DD-APPLICATION-KEY"},
            "b": {"type": "http", "scheme": "basic"},
        },
        "pathItems": {"D": {"get": {"operationId": "d", "responses": {}}}},
    },
    "paths": {
        "/a": {
            "parameters": [{"$ref": "other.json#/P"}],
            "post": {
                "operationId": "a",
                "parameters": [{"$ref": "#/components/parameters/Missing"}],
                "requestBody": {"$ref": "#/components/requestBodies/Missing"},
                "responses": {"200": {"$ref": "./o.yaml#/x"}},
            },
        },
        "/b": {"$ref": "#/components/pathItems/B"},
        "/c": {"get": {"operationId": "dup", "responses": {}}, "post": {"operationId": "dup", "responses": {}}},
        "/d": {"$ref": "#/components/pathItems/D"},
        "/e": {
            "get": {
                "operationId": "DUP",
                "parameters": [
                    {"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object"}},
                    {"name": "ids", "in": "query", "explode": False, "schema": {"type": "array"}},
                    {"name": "tags", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
                    {"name": "kind", "in": "query", "schema": {"type": "string", "enum": ["a", "a", "b"]}},
                    {"name": "level", "in": "query", "schema": {"type": "integer", "enum": ["1", "2"]}},
                ],
                "responses": {},
            }
        },
    },
}


def test_what_leads_nowhere_or_goes_otherwise_is_told_and_nothing_is_lost_without_a_word(tmp_path: Path) -> None:
    file = read_openapi(described(tmp_path, GAPS))
    assert list(file.operations) == ["a", "dup", "post_c", "d", "DUP"]
    every = list(file.operations.values())
    assert left_out(file, every) == [
        "the path /b: its $ref #/components/pathItems/B leads nowhere.",
        "the sign-in k: a connection sends no key in the query api_key, but in headers.",
        "the sign-in o: there are no connections of openIdConnect.",
        "a (POST /a): a parameter: its $ref other.json#/P leads to another file, and one is read.",
        "a (POST /a): a parameter: its $ref #/components/parameters/Missing leads nowhere.",
        "a (POST /a): its body: its $ref #/components/requestBodies/Missing leads nowhere.",
        "a (POST /a): what it answers with 200: its $ref ./o.yaml#/x leads to another file, and one is read.",
        "DUP (GET /e): the query filter, which is sent in a way that a manifest cannot say (style deepObject, explode "
        "false).",
    ]
    model = read_manifest(manifest_of(file, "acme", "Acme", every), "acme.yaml")
    assert model.defaults == {"header": "DD-API-KEY", "header_2": "DD-APPLICATION-KEY"}
    assert [action.key for action in model.actions] == ["a", "dup", "post_c", "d", "dup_2"]
    fields = {field.name: (field.type, field.choices) for field in model.actions[-1].fields}
    assert fields == {
        "ids": ("text", ()),
        "tags": ("list of text", ()),
        "kind": ("text", ("a", "b")),
        "level": ("number", ()),
    }
    known = descriptions_in(tmp_path, [model])
    assert list(verify(model, known)) == []


@pytest.mark.parametrize("broken", ["\n", "\r", "\u2028", "\x85", "\x0c"])
def test_no_text_of_a_description_writes_lines_of_the_manifest(tmp_path: Path, broken: str) -> None:
    evil = f"one{broken}base_url: https://evil.example"
    lost: dict[str, object] = {"name": f"x{broken}auth: [none]", "in": "cookie", "schema": {"type": "string"}}
    got = {"operationId": evil, "summary": evil, "parameters": [lost], "responses": {}}
    described = {
        "openapi": f"3.1.0{broken}x: y",
        "info": {"title": evil, "version": evil, "description": evil},
        "servers": [{"url": f"https://[no{broken}auth: [none]", "description": evil}],
        "components": {"securitySchemes": {evil: {"type": f"odd{broken}x: y"}}},
        "security": [{evil: []}],
        "paths": {f"/people{broken}auth: x": {"get": {}}, "/people": {"get": got}},
    }
    (tmp_path / "acme.json").write_text(json.dumps(described))
    read = read_openapi(tmp_path / "acme.json")
    assert all(len(what.splitlines()) == 1 for what in left_out(read, read.chosen([evil])))
    source = manifest_of(read, "acme", "Acme", read.chosen([evil]))
    head = source[: source.index("connector: acme")]
    assert head, "something is left out, so there are comments"
    assert all(line.startswith("# Left out of ") for line in head.splitlines())
