"""Guides of the connectors that come along, and mistakes in those of others."""

from __future__ import annotations

import pytest

from keyturn.connections.model import AuthKind
from keyturn.connectors.guides import filled
from keyturn.connectors.reading import ManifestFile, read_files
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.problems import ProblemError

OWN = """
connector: acme
title: Acme
about: Things.
base_url: https://acme.example
auth: [bearer, oauth_code]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
guides:
"""


@pytest.mark.parametrize("connector", ["okta", "office365", "google_workspace", "slack"])
def test_people_are_told_what_to_do_at_the_vendor(connector: str) -> None:
    found = ConnectorRegistry().connector(connector)
    assert found is not None
    signed_in = found.model.guides[AuthKind.OAUTH_CODE]
    text = " ".join(signed_in.steps)
    assert "{callback}" in text
    assert "{scopes}" in text
    assert {"authorize_url", "token_url"} <= signed_in.settings.keys()
    for guide in found.model.guides.values():
        assert guide.steps
        assert guide.about
        assert bool(guide.where) == bool(guide.usual), "scopes are asked for where they are added"


@pytest.mark.parametrize(
    ("guide", "line", "words"),
    [
        ("  basic: {}", 9, "no connections of kind basic"),
        ("  bearer: {settings: {client_id: x}}", 9, "no 'client_id'"),
        ("  bearer: {fields: {key: x}}", 9, "no 'key'"),
        ('  bearer: {steps: ["Go to {tenant}."]}', 9, "tenant"),
        ('  oauth_code: {settings: {token_url: "https://{tenant}/token"}}', 9, "{tenant} is nothing that it asks for"),
        ("  bearer: {stepps: []}", 9, "stepps"),
    ],
)
def test_mistakes_are_told_with_their_line(guide: str, line: int, words: str) -> None:
    with pytest.raises(ProblemError) as error:
        read_files([ManifestFile("acme.yaml", OWN.lstrip() + guide + "\n")])
    assert any(words in problem.what and problem.line == line for problem in error.value.problems), error.value.problems


def test_what_is_asked_for_is_put_in() -> None:
    assert filled("https://{tenant}/{x}", {"tenant": "contoso"}) == "https://contoso/{x}"
