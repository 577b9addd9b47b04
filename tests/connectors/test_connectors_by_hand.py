"""Manifests that are begun from a form."""

from __future__ import annotations

import pytest

from keyturn.connectors.by_hand import Wish, begun
from keyturn.connectors.reading import read_manifest


@pytest.mark.parametrize(
    ("method", "path", "made", "inputs"),
    [
        ("GET", "/a/{x}{y}", "/a/{{ inputs.x }}{{ inputs.y }}", ["x", "y"]),
        ("GET", "/a/{x}-{y}/b", "/a/{{ inputs.x }}-{{ inputs.y }}/b", ["x", "y"]),
        ("GET", "/a/{x}/{x}", "/a/{{ inputs.x }}/{{ inputs.x }}", ["x"]),
        ("GET", "/a/{ x }/{x}", "/a/{{ inputs.x }}/{{ inputs.x }}", ["x"]),
        ("GET", "/a/{userId}/{user_id}", "/a/{{ inputs.user_id }}/{{ inputs.user_id_2 }}", ["user_id", "user_id_2"]),
        ("GET", "/a/{}{}", "/a/{{ inputs.value }}{{ inputs.value_2 }}", ["value", "value_2"]),
        ("GET", "/a/{}/{value}", "/a/{{ inputs.value }}/{{ inputs.value_2 }}", ["value", "value_2"]),
        ("POST", "/a/{body}", "/a/{{ inputs.body_2 }}", ["body_2", "body"]),
    ],
)
def test_each_name_in_braces_is_an_input_of_its_own(method: str, path: str, made: str, inputs: list[str]) -> None:
    effect = "read" if method == "GET" else "change"
    source = begun("acme", "Acme", "https://acme.example", ["bearer"], [Wish("Do it", method, path, effect)])
    [action] = read_manifest(source, "acme.yaml").actions
    assert action.request is not None
    assert action.request.path == made
    assert [one.name for one in action.fields] == inputs
