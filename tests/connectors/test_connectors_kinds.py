"""Actions made of operations whose body is of several kinds, told apart by a discriminator."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest
from support.scripted import Said, Scripted
from support_one_action import act
from test_connectors_openapi import SPECS

from keyturn.connectors.openapi import left_out, manifest_of, parse_openapi, read_openapi
from keyturn.connectors.own import read_own
from keyturn.connectors.reading import read_manifest
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done
from keyturn.flows.json import Values

_REF = "#/components/schemas/"


def part(name: str, **own: Any) -> dict[str, Any]:
    return {"allOf": [{"$ref": _REF + name}, {"type": "object", **own}]}


SCHEMAS: dict[str, Any] = {
    "Pet": {
        "type": "object",
        "required": ["pet_type"],
        "properties": {"pet_type": {"type": "string"}, "name": {"type": "string"}},
        "discriminator": {"propertyName": "pet_type"},
    },
    "Dog": part(
        "Pet",
        required=["bark"],
        properties={
            "bark": {"type": "boolean", "description": "Whether it barks."},
            "size": {"type": "string", "enum": ["S", "M"]},
            "age": {"type": "integer"},
        },
    ),
    "Cat": part(
        "Pet",
        properties={
            "hunts": {"type": "boolean"},
            "size": {"type": "string", "enum": ["M", "L"]},
            "age": {"type": "string"},
        },
    ),
    "Lion": part("Cat", properties={"mane": {"type": "boolean"}}),
    "Stone": {"properties": {"weight": {"type": "number"}}},
}


def made(change: dict[str, Any], body: dict[str, Any] | None = None) -> tuple[dict[str, Any], str, str]:
    """The inputs of *addPet*, the manifest and its comments, with these changes of the schemas."""
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://app.example"}],
        "components": {"schemas": deepcopy(SCHEMAS) | change},
        "paths": {
            "/pets": {
                "post": {
                    "operationId": "addPet",
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {"schema": body or {"$ref": _REF + "Pet"}}},
                    },
                    "responses": {"201": {"description": "There it is."}},
                }
            }
        },
    }
    file = parse_openapi(orjson.dumps(document), "pets.json")
    chosen = file.chosen(["addPet"])
    text = manifest_of(file, "pets", "Pets", chosen)
    [action] = read_manifest(text, "pets.yaml").actions
    return {one.name: one for one in action.fields}, text, " ".join(left_out(file, chosen))


def test_an_object_of_several_kinds_has_the_fields_of_all() -> None:
    inputs, text, told = made({})
    assert list(inputs) == ["pet_type", "name", "bark", "size", "age", "hunts", "mane"]
    assert inputs["pet_type"].choices == ("Dog", "Cat", "Lion")
    assert [name for name, one in inputs.items() if one.required] == ["pet_type"]
    assert (inputs["size"].choices, inputs["age"].type) == (("S", "M", "L"), "any"), "as far as the kinds agree"
    assert inputs["bark"].about == "Whether it barks. Only with pet_type Dog."
    assert inputs["hunts"].about == "Only with pet_type Cat, Lion."
    assert (inputs["name"].about, inputs["size"].about) == ("", "")
    assert "that it needs bark with pet_type Dog." in told
    assert all(f"# Left out of {line}" in text for line in [told])


@pytest.mark.parametrize(
    ("change", "choices", "there", "said"),
    [
        ({"mapping": {"dog": _REF + "Dog", "cat": "Cat", "lion": "Lion"}}, ("dog", "cat", "lion"), "mane", "dog"),
        ({"mapping": {"hound": "Dog"}}, ("hound", "Cat", "Lion"), "hunts", "bark with pet_type hound"),
        ({"mapping": {"stone": "Stone"}}, ("stone", "Dog", "Cat", "Lion"), "weight", "bark"),
        ({"mapping": {"fish": "fish.json"}}, ("Dog", "Cat", "Lion"), "bark", "pet_type fish: its $ref fish.json"),
    ],
)
def test_kinds_are_those_that_it_names_and_those_that_have_it_for_a_part(
    change: dict[str, Any], choices: tuple[str, ...], there: str, said: str
) -> None:
    pet = deepcopy(SCHEMAS["Pet"])
    pet["discriminator"] |= change
    inputs, _, told = made({"Pet": pet})
    assert inputs["pet_type"].choices == choices
    assert there in inputs
    assert said in told


def test_values_that_the_description_has_for_the_kind_stay() -> None:
    pet = deepcopy(SCHEMAS["Pet"])
    pet["properties"]["pet_type"]["enum"] = ["dog", "cat"]
    assert made({"Pet": pet})[0]["pet_type"].choices == ("dog", "cat")


@pytest.mark.parametrize(
    "kinds",
    [{"Dog": {}, "Cat": {}, "Lion": {}}, {"Dog": {}, "Cat": {}, "Lion": {}, "Pet": {"mapping": {"a": "b.json"}}}],
)
def test_where_no_kind_is_described_the_whole_body_is_one_input(kinds: dict[str, Any]) -> None:
    pet = deepcopy(SCHEMAS["Pet"])
    pet["discriminator"] |= kinds.get("Pet", {})
    inputs, text, told = made({**kinds, "Pet": pet})
    assert {name: (one.type, one.required) for name, one in inputs.items()} == {"body": ("any", True)}
    assert "what each pet_type has is not described" in told
    assert "# Left out of addPet (POST /pets): the fields of its body" in text


def test_a_reference_to_it_and_parts_in_circles_do_no_harm() -> None:
    inputs, _, _ = made({"Beast": {"$ref": _REF + "Pet"}}, {"$ref": _REF + "Beast"})
    assert "bark" in inputs
    inputs, _, _ = made({"Pet": {**SCHEMAS["Pet"], "allOf": [{"$ref": _REF + "Dog"}]}})
    assert {"bark", "hunts"} <= inputs.keys()


def bytes_of(app: Scripted) -> bytes:
    sent = app.requests[-1].body
    assert isinstance(sent, bytes)
    return sent


async def test_okta_gives_tokens_by_an_action_made_of_its_description() -> None:
    file = read_openapi(SPECS / "okta-oauth.json")
    text = manifest_of(file, "oo", "Okta OAuth", file.chosen(["token"]))
    registry = ConnectorRegistry({"oo": read_own(text).content})
    [action] = read_manifest(text, "oo.yaml").actions
    secret = {one.name for one in action.fields if one.type == "secret"}
    assert {"password", "refresh_token"} <= secret, "by their names: the description gives them no format"
    assert not secret & {"grant_type", "username", "code_verifier"}
    app = Scripted().on("POST /oauth2/v1/token", Said(200, {"access_token": "t", "token_type": "Bearer"}))
    given: Values = {"grant_type": "authorization_code", "code": "c", "redirect_uri": "https://me.example"}
    refreshed: Values = {"grant_type": "refresh_token", "refresh_token": "r"}
    by_password: Values = {"grant_type": "password", "username": "u", "password": "p"}
    for inputs in (given, refreshed, by_password):
        assert isinstance(await act(app, "oo.token", inputs, registry=registry), Done)
        assert dict(parse_qsl(bytes_of(app).decode())) == inputs


@pytest.mark.parametrize("of_one_kind", [True, False])
async def test_an_answer_of_several_kinds_has_the_fields_of_all(*, of_one_kind: bool) -> None:
    answer = {"$ref": _REF + ("Dog" if of_one_kind else "Pet")}
    text = answering(answer)
    [action] = read_manifest(text, "pets.yaml").actions
    own = ["status", "pet_type", "name", "bark", "size", "age"]
    assert [one.name for one in action.gives] == (own if of_one_kind else [*own, "hunts", "mane"])
    about = {one.name: one.about for one in action.gives}
    assert about["bark"] == ("" if of_one_kind else "Only with pet_type Dog.")
    assert not any(one.required for one in action.gives)
    registry = ConnectorRegistry({"pets": read_own(text).content})
    app = Scripted().on("GET /pet", Said(200, {"pet_type": "Dog", "name": "Rex", "bark": True}))
    done = await act(app, "pets.get_pet", {}, registry=registry)
    assert isinstance(done, Done), done
    assert done.outputs["bark"] is True
    assert done.outputs.get("mane") is None


def answering(schema: dict[str, Any]) -> str:
    """The manifest of an operation with this answer."""
    answer = {"description": "A pet.", "content": {"application/json": {"schema": schema}}}
    document = {
        "openapi": "3.0.0",
        "info": {"title": "Pets", "version": "1"},
        "servers": [{"url": "https://app.example"}],
        "components": {"schemas": SCHEMAS},
        "paths": {"/pet": {"get": {"operationId": "getPet", "responses": {"200": answer}}}},
    }
    file = parse_openapi(orjson.dumps(document), "pets.json")
    return manifest_of(file, "pets", "Pets", file.chosen(["getPet"]))
