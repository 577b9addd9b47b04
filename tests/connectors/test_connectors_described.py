"""Descriptions that are not as OpenAPI has them: what can be understood is taken, and the rest is told."""

from __future__ import annotations

from keyturn.connectors.openapi import manifest_of, parse_openapi
from keyturn.connectors.reading import read_manifest

HEAD = "openapi: 3.0.3\ninfo: {title: Acme}\nservers: [{url: https://acme.example}]\n"


def test_a_query_in_a_path_is_one_of_the_request() -> None:
    paths = "paths: {'/people?all=1&team={team}': {get: {operationId: people}}}\n"
    file = parse_openapi((HEAD + paths).encode(), "acme.yaml")
    model = read_manifest(manifest_of(file, "acme", "Acme", list(file.operations.values())), "acme.yaml")
    [step] = model.actions[0].steps
    assert (step.path, step.query) == ("/people", {"all": "1", "team": "{{ inputs.team }}"})
