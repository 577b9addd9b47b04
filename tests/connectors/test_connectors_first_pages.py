"""The first page of a list, by an app that gives shorter pages than it is asked for."""

from __future__ import annotations

import pytest
from support.scripted import Said, Scripted
from support_one_action import act

from keyturn.connectors.own import read_own
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

OWN = """\
connector: badges
title: Badges
about: Badges of people.
base_url: https://app.example
auth: [bearer]
check: {method: GET, path: /badges}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: list
    title: List Badges
    summary: Lists them.
    effect: {effect: read}
    inputs:
      - {name: limit, type: number, title: Limit, about: How many a page has.}
    request: {method: GET, path: /badges, query: {limit: "{{ inputs.limit }}"}}
    paging: {records: "{{ body.items }}", next: "{{ body.next }}", query: after%s}
    outputs:
      - {name: id, type: number, title: ID, value: "{{ record.id }}"}
"""


def people(count: int) -> list[JSON]:
    return [{"id": number} for number in range(count)]


def pages(sizes: tuple[int, ...], records: str, token: str = "") -> list[Said]:
    """Answers with as many records as said, each but the last with a next page, by a link or by a token."""
    answers = list[Said]()
    for number, size in enumerate(sizes):
        begun, last = sum(sizes[:number]), number + 1 == len(sizes)
        found: JSON = people(begun + size)[begun:]
        link = {} if last else {"Link": f'<https://app.example/api/v1/users?after={number}>; rel="next"'}
        body: JSON = {records: found, **({} if last else {token: f"t{number}"})} if records else found
        answers.append(Said(200, body, link if not records else {}))
    return answers


@pytest.mark.parametrize(
    ("sizes", "limit", "records", "more", "asked"),
    [
        ((200,), None, 200, False, 1),
        ((200, 1), None, 200, True, 1),
        ((150, 150, 5), None, 200, True, 2),
        ((150, 50), None, 200, False, 2),
        ((150, 50, 1), None, 200, True, 2),
        ((150, 51), None, 200, True, 2),
        ((0, 3, 0, 4), None, 7, False, 4),
        ((1,) * 9, None, 9, False, 9),
        ((0, 0), None, 0, False, 2),
        ((300,), None, 200, True, 1),
        ((2, 2, 1), 2, 2, True, 1),
        ((1, 0, 2), 2, 2, True, 3),
        ((200, 100), 1000, 200, True, 1),
        ((3, 3), 0, 6, False, 2),
    ],
)
async def test_the_first_200_are_200_where_there_are_as_many(
    sizes: tuple[int, ...], limit: int | None, records: int, more: bool, asked: int
) -> None:
    app = Scripted().on("GET /api/v1/users", *pages(sizes, ""))
    done = await act(app, "okta.list_users_with_search", {"limit": limit}, {"results": "page"})
    assert isinstance(done, Done), done
    assert done.outputs == {"records": people(records), "more": more}
    assert len(app.seen) == asked


@pytest.mark.parametrize(
    ("named", "sizes", "inputs", "records", "asked"),
    [
        ("", (2, 2, 1), {}, 2, 1),
        ("", (0, 2, 1), {}, 2, 2),
        (", page: Those of the first hour", (2, 2, 1), {}, 2, 1),
        (", page: First 3 Badges", (2, 2, 1), {}, 3, 2),
        (", page: First 30 Badges", (2, 2, 1), {}, 5, 3),
        (", page: First 30 Badges", (2, 2, 1), {"limit": 2}, 5, 3),
        (', page: First 30 Badges, size: "{{ inputs.limit }}"', (2, 2, 1), {"limit": 3}, 3, 2),
        (", page: First 30 Badges, most: 4", (2, 2, 1), {}, 4, 2),
    ],
)
async def test_an_own_list_has_the_first_page_that_its_name_says(
    named: str, sizes: tuple[int, ...], inputs: Values, records: int, asked: int
) -> None:
    registry = ConnectorRegistry({"badges": read_own(OWN % named).content})
    app = Scripted().on("GET /badges", *pages(sizes, "items", "next"))
    done = await act(app, "badges.list", inputs, {"results": "page"}, registry=registry)
    assert isinstance(done, Done), done
    assert done.outputs == {"records": people(records), "more": records < sum(sizes)}
    assert len(app.seen) == asked


async def test_a_later_page_that_fails_fails_the_first_200() -> None:
    app = Scripted().on("GET /api/v1/users", *pages((3, 1), "")[:1], Said(429, {"errorCode": "E0000047"}))
    failed = await act(app, "okta.list_users_with_search", {}, {"results": "page"})
    assert isinstance(failed, Failed)
    assert failed.status == 429


@pytest.mark.parametrize(
    ("paging", "said"),
    [
        (", page: First 0 Badges", "the first page would have no records."),
        (', size: "{{ inputs.limit }}"', "page says no number"),
        (", page: First 5 Badges, size: inputs.limit", "refers to nothing"),
        (', page: First 5 Badges, size: "{{ inputs.most }}"', "inputs.most }} names none of the inputs"),
    ],
)
def test_a_size_of_the_first_page_that_makes_no_sense_is_told(paging: str, said: str) -> None:
    with pytest.raises(ProblemError, match=said):
        read_own(OWN % paging)
