"""An error that names a field is about that input, or about the card: never about another input."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.connectors.openapi import manifest_of, parse_openapi
from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.actions import Failed
from keyturn.flows.json import JSON, Values

TEXT = {"type": "string"}
PERSON = {"type": "object", "properties": {"email": TEXT, "nickname": TEXT, "phoneNumber": TEXT, "address": {}}}
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "People", "version": "1"},
    "servers": [{"url": "https://app.example"}],
    "paths": {
        "/teams/{team}/people": {
            "post": {
                "operationId": "addPerson",
                "parameters": [{"name": "team", "in": "path", "required": True, "schema": TEXT}],
                "requestBody": {"content": {"application/json": {"schema": PERSON}}},
                "responses": {"201": {"description": "There it is."}},
            },
            "put": {
                "operationId": "putPerson",
                "parameters": [{"name": "team", "in": "path", "required": True, "schema": TEXT}],
                "requestBody": {"content": {"application/json": {"schema": {}}}},
                "responses": {"200": {"description": "There it is."}},
            },
        }
    },
}
FILE = parse_openapi(orjson.dumps(DOCUMENT), "people.json")
MANIFEST = manifest_of(FILE, "people", "People", FILE.chosen(["addPerson", "putPerson"]))
REGISTRY = ConnectorRegistry({**built_in(), "people": read_own(MANIFEST).content})
GIVEN: Values = {
    "team": "team-7",
    "email": "eva@x.example",
    "nickname": "eve",
    "phone_number": "12",
    "address": {"street": "Elm"},
}


def listed(**error: JSON) -> JSON:
    return {"message": "Validation failed", "errors": [error]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (listed(field="phoneNumber", message="is invalid"), "phone_number"),
        (listed(field="Phone Number", message="is invalid"), "phone_number"),
        (listed(loc=["body", "nickname"], msg="too short"), "nickname"),
        (listed(source={"pointer": "/data/attributes/nickname"}, detail="too short"), "nickname"),
        (listed(path="address.street", message="unknown"), "address"),
        (listed(path=["address", "zip", 0], message="missing"), "address"),
        (listed(param="team", message="team-7 is closed"), "team"),
        ({"title": "Invalid", "invalid-params": [{"name": "nickname", "reason": "too short"}]}, "nickname"),
        ({"message": "Invalid", "errors": {"nickname": ["is too short"]}}, "nickname"),
        ({"error": {"message": "Invalid", "param": "nickname"}}, "nickname"),
        ({"message": "phone_number must be digits"}, "phone_number"),
        ({"message": "Field 'nickname' is too short"}, "nickname"),
        # what is no input of the card
        (listed(field="shoeSize", message="is required"), None),
        (listed(field="shoeSize", message="is required for eva@x.example"), None),
        (listed(path="team.size", message="is required"), None),
        ({"message": "Invalid", "errors": {"shoe_size": ["is required"]}}, None),
        ({"message": "shoe_size is required"}, None),
        ({"message": "Field 'colour' is required"}, None),
        # an address that was asked is no field, nor is what stands in a header
        ({"status": 422, "message": "eva@x.example is taken", "path": "/teams/team-7/people"}, "email"),
        ({"message": "eve is taken", "errors": [{"location": "X-Trace", "locationType": "header"}]}, "nickname"),
    ],
)
async def test_an_error_is_about_the_input_that_it_names_or_about_the_card(body: JSON, field: str | None) -> None:
    app = Scripted().on("POST /teams/team-7/people", Said(422, body))
    failed = await act(app, "people.add_person", GIVEN, registry=REGISTRY)
    assert isinstance(failed, Failed), failed
    assert failed.error.field == field, failed.error


async def test_where_the_whole_body_is_an_input_its_fields_are_in_that() -> None:
    app = Scripted().on("PUT /teams/team-7/people", Said(400, listed(field="email", message="is required")))
    failed = await act(app, "people.put_person", {"team": "team-7", "body": {}}, registry=REGISTRY)
    assert isinstance(failed, Failed), failed
    assert failed.error.field == "body"
