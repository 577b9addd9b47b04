"""Parts of forms that a description has: each is sent with the media type that it is said, or meant, to have."""

from __future__ import annotations

from email import message_from_bytes
from pathlib import Path

from test_connectors_openapi import body_of, described, sent_by

from keyturn.connectors.openapi import manifest_of, read_openapi
from keyturn.connectors.reading import read_manifest
from keyturn.flows.json import Values

PARTS = """\
openapi: 3.0.3
info: {title: Parts, version: 1}
servers: [{url: https://parts.example}]
components:
  schemas: {Who: {type: object, properties: {name: {type: string}}}}
paths:
  /people:
    post:
      operationId: make
      requestBody:
        content:
          multipart/form-data:
            encoding:
              told: {contentType: "image/*, application/vnd.acme+json"}
              table: {contentType: text/csv}
              plain: {contentType: text/plain}
              listed: {contentType: application/json}
              paper: {contentType: "application/xml, text/xml"}
              coded: {contentType: image/png}
            schema:
              type: object
              properties:
                who: {$ref: "#/components/schemas/Who"}
                same: {allOf: [{$ref: "#/components/schemas/Who"}]}
                either: {oneOf: [{$ref: "#/components/schemas/Who"}, {type: object}]}
                many: {type: array, items: {allOf: [{$ref: "#/components/schemas/Who"}]}}
                told: {type: object}
                table: {type: string}
                plain: {type: string}
                listed: {type: array, items: {type: string}}
                paper: {type: object}
                coded: {type: string, contentMediaType: image/png, contentEncoding: base64}
                tags: {type: array, items: {type: string}}
"""


async def test_parts_of_a_form_have_the_types_that_a_description_says_or_means(tmp_path: Path) -> None:
    """OpenAPI 3.0.3, Special Considerations for multipart Content: an object is application/json by default."""
    file = read_openapi(described(tmp_path, PARTS))
    model = read_manifest(manifest_of(file, "parts", "Parts", list(file.operations.values())), "parts.yaml")
    assert {one.name: one.type for one in model.actions[0].fields if one.name in ("paper", "many")} == {
        "paper": "text",
        "many": "list of any",
    }
    who: Values = {"name": "Ann"}
    inputs: Values = {"who": who, "same": who, "either": who, "many": [who, {}], "told": who, "table": "a,b"}
    inputs |= {"plain": "p", "listed": ["a b", "7"], "paper": "<a/>", "coded": "aGk=", "tags": ["t"]}
    sent = await sent_by(model, "make", inputs)
    head = b"Content-Type: " + sent.headers["Content-Type"].encode() + b"\r\n\r\n"
    parts = message_from_bytes(head + (await body_of(sent)).encode()).get_payload()
    assert isinstance(parts, list)
    ann, kind = '{"name":"Ann"}', "application/json"
    assert [
        (part.get_param("name", header="content-disposition"), part.get("Content-Type"), part.get_payload())  # type: ignore[union-attr]
        for part in parts
    ] == [
        ("who", kind, ann),
        ("same", kind, ann),
        ("either", kind, ann),
        ("many", kind, ann),
        ("many", kind, "{}"),
        ("told", "application/vnd.acme+json", ann),
        ("table", "text/csv", "a,b"),
        ("plain", None, "p"),
        ("listed", kind, '"a b"'),
        ("listed", kind, "7"),
        ("paper", "application/xml", "<a/>"),
        ("coded", None, "aGk="),
        ("tags", None, "t"),
    ]
