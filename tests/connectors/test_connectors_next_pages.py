"""Next pages that lists name: where they are asked for, and where not; and web pages in their place."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted, Silence
from support_one_action import act

from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry, built_in
from keyturn.flows.actions import Done, Failed, Unknown

ACME = """\
connector: acme
title: Acme
about: People of Acme.
base_url: https://app.example
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: list
    title: List
    summary: Lists people.
    effect: {effect: read, repeatable: true}
    request: {method: GET, path: /people}
    paging: {records: "{{ body }}", next: link}
    outputs: [{name: id, type: text, title: ID, value: "{{ record.id }}"}]
"""
REGISTRY = ConnectorRegistry({**built_in(), "acme": read_own(ACME).content})
GATEWAY = read_own(ACME.replace("auth:", "other_hosts: true\nauth:")).content


def listing(path: str, following: str) -> Scripted:
    first = Said(200, [{"id": "1"}], {"Link": f'<{following}>; rel="next"'})
    return Scripted().on(f"GET {path}", first, Said(200, [{"id": "2"}]))


@pytest.mark.parametrize(
    ("following", "registry", "seen"),
    [
        ("https://app.example/people?after=1", REGISTRY, 2),
        ("/people?after=1", REGISTRY, 2),
        ("http://app.example:8080/people?after=1", REGISTRY, 2),
        ("https://APP.example/people?after=1", REGISTRY, 2),
        ("https://other.example/people?after=1", REGISTRY, 1),
        ("//other.example/people?after=1", REGISTRY, 1),
        ("https://[x/people", REGISTRY, 1),
        ("https://other.example/people?after=1", ConnectorRegistry({"acme": GATEWAY}), 2),
    ],
)
async def test_a_next_page_at_another_host_is_an_error_unless_the_connector_says_that_there_are_such(
    following: str, registry: ConnectorRegistry, seen: int
) -> None:
    app = listing("/people", following)
    found = await act(app, "acme.list", {}, {"results": "all"}, registry=registry)
    assert len(app.seen) == seen
    assert {request.url.partition("/people")[0] for request in app.requests} == {"https://app.example"}
    assert isinstance(found, Done if seen == 2 else Failed)
    if isinstance(found, Failed) and "other" in following:
        assert "its next page is at other.example, and the connection is for app.example" in found.error.message


async def test_an_okta_organisation_may_name_its_pages_by_its_usual_host() -> None:
    app = listing("/api/v1/groups", "https://acme.okta.com/api/v1/groups?after=1")
    assert isinstance(await act(app, "okta.search_groups", {}, {"results": "all"}), Done)
    assert len(app.seen) == 2


async def test_a_list_that_is_a_web_page_says_so() -> None:
    app = Scripted().on("GET /people", Said(200, "<html>Sign in"))
    found = await act(app, "acme.list", {}, {"results": "all"}, registry=REGISTRY)
    assert isinstance(found, Failed)
    assert "it is a web page" in found.error.message


def page_of_two(following: int) -> Said:
    link = f'<https://app.example/people?after={following}>; rel="next"'
    return Said(200, [{"id": "1"}, {"id": "2"}], {"Link": link})


@pytest.mark.parametrize("last", [Said(503), Said(200, {"no": "list"}), Silence()], ids=["503", "no list", "silence"])
@pytest.mark.parametrize("results", ["all", "page"])
async def test_a_list_that_fails_on_its_way_says_how_far_it_came(last: Said | Silence, results: str) -> None:
    app = Scripted().on("GET /people", page_of_two(1), page_of_two(2), last)
    named = ACME.replace("next: link", "next: link, page: First 200 Records")
    registry = ConnectorRegistry({"acme": read_own(named).content})
    found = await act(app, "acme.list", {}, {"results": results}, registry=registry)
    assert isinstance(found, Failed | Unknown)
    assert found.error.message.endswith(" That was page 3; the 4 records before it are not kept.")
    at_once = await act(Scripted().on("GET /people", last), "acme.list", {}, {"results": results}, registry=registry)
    assert isinstance(at_once, Failed | Unknown)
    assert "That was page" not in at_once.error.message


async def test_a_list_that_an_action_reads_first_says_how_far_it_came() -> None:
    reads = "requests: [{name: found, method: GET, path: /people, pages: {records: '{{ body }}', next: link}}]"
    manifest = ACME.replace("request: {method: GET, path: /people}", reads)
    manifest = manifest.replace('    paging: {records: "{{ body }}", next: link}\n', "").replace(
        "record.id", "found.status"
    )
    app = Scripted().on("GET /people", page_of_two(1), Said(503))
    found = await act(app, "acme.list", {}, {}, registry=ConnectorRegistry({"acme": read_own(manifest).content}))
    assert isinstance(found, Failed)
    assert found.error.message.endswith(" That was page 2; the 2 records before it are not kept.")
