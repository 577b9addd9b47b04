"""Manifests: the built-in ones are right, and mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from keyturn.connectors.manifest import read_manifest
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.problems import ProblemError
from keyturn.flows.spec import CardKind, EffectClass
from keyturn.flows.values import Name, Reference, Template, parse_value

SPECS = Path(__file__).parents[3] / "shared" / "specs"
GOOD = built_in()["okta"]


def test_every_connector_has_a_custom_api_action_that_declares_its_effects() -> None:
    registry = ConnectorRegistry()
    for name in registry.names():
        if name == "api_connector":  # it has a card for each method
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


def test_every_action_names_a_person_among_its_inputs() -> None:
    for card in ConnectorRegistry().all():
        if card.kind is CardKind.EFFECT and card.effect and card.effect.person:
            assert card.signature({}).input(card.effect.person) is not None, card.key


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("connector: okta", "connector: Okta!", "connector"),
        ("title: Okta\n", "titel: Okta\n", "titel"),
        ("method: POST, path", "method: SHOUT, path", "method"),
        ('"{{ body.errorCode }}"', '"{{ body.errorCode"', "errors.code"),
        ("type: number, title: Status code", "type: numbre, title: Status code", "numbre"),
        ("{effect: change, person: user}", "{effect: change, person: user, undo: nothing}", "undo"),
        ("actions:\n", "actions: [\n", "YAML"),
    ],
)
def test_each_mistake_is_told(old: str, new: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(ProblemError, match=words) as refused:
        read_manifest(GOOD.replace(old, new), "okta.yaml")
    assert all(problem.file == "okta.yaml" and problem.mend for problem in refused.value.problems)


def operations() -> list[tuple[str, str, str, str]]:
    found: list[tuple[str, str, str, str]] = []
    for name, content in built_in().items():
        for action in read_manifest(content, name).actions:
            assert action.operation is not None, f"{name}.{action.key} is unverified"
            found.append((action.operation.spec, action.operation.id, action.request.method, action.request.path))
    return found


@pytest.mark.skipif(not SPECS.is_dir(), reason="the vendors' API descriptions are not beside this checkout")
@pytest.mark.parametrize(("spec", "operation", "method", "path"), operations())
def test_each_action_stands_for_an_operation_of_the_vendor(spec: str, operation: str, method: str, path: str) -> None:
    described = json.loads((SPECS / spec).read_text(encoding="utf-8"))
    value = parse_value(path)
    parts = value.parts if isinstance(value, Template) else (path,)
    if "paths" in described:
        known = {
            op["operationId"]: (verb.upper(), template)
            for template, verbs in described["paths"].items()
            for verb, op in verbs.items()
            if isinstance(op, dict) and "operationId" in op
        }
        verb, template = known[operation]
    else:
        method_of = described["resources"]["users"]["methods"][operation.rsplit(".", 1)[1]]
        verb, template = method_of["httpMethod"], "/" + method_of["path"].removeprefix("/")
    ours = "".join("{}" if isinstance(part, Reference) else part for part in parts)
    theirs = "/".join("{}" if segment.startswith("{") else segment for segment in template.split("/"))
    assert method == verb
    assert ours.endswith(theirs)


def test_references_of_requests_are_inputs() -> None:
    for name, content in built_in().items():
        for action in read_manifest(content, name).actions:
            inputs = {field.name for field in action.inputs}
            value = parse_value(action.request.path)
            parts = value.parts if isinstance(value, Template) else ()
            for part in parts:
                if isinstance(part, Reference):
                    assert part.root == "inputs"
                    assert isinstance(part.path[0], Name)
                    assert part.path[0].name in inputs


async def test_a_pinned_manifest_is_found_by_its_digest() -> None:
    class Older:
        async def content_of(self, digest: str) -> str | None:
            return GOOD.replace("title: Okta\n", "title: Old Okta\n") if digest == "old" else None

    registry = ConnectorRegistry(older=Older())
    current = await registry.pinned("okta", registry.digest("okta"))
    assert current is not None
    assert current.model.title == "Okta"
    old = await registry.pinned("okta", "old")
    assert old is not None
    assert old.model.title == "Old Okta"
    assert await registry.pinned("okta", "never") is None
