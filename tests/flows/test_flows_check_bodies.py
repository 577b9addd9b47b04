"""Bodies of requests that begin as JSON does: which of them the checker warns of."""

from __future__ import annotations

import pytest
from checked_flows import found

from keyturn.flows.problems import errors


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        ('{"accountEnabled": false}', "", None),
        ('{"accountEnabled": false', "", "body-no-json/ends"),
        ("  [1, 2", "", "body-no-json/ends"),
        ('{"name": "half', "", "body-no-json/ends"),
        ("{accountEnabled: false}", "", "body-no-json"),
        ('{"a": 1,}', "", "body-no-json"),
        ('{"a": {{ event.score }}, "b": "{{ event.name }}"}', "", None),
        ('{"a": 1 {{ event.name }} }', "", None),
        ('{"a": {{ event.score }}', "", "body-no-json/ends"),
        ("{{ event.rows }}", "", None),
        ("a plain text {", "", None),
        ('{"a": ', ", headers: {content-type: text/x}", None),
        ('{"a": ', ", headers: {X-Other: text/x}", "body-no-json/ends"),
        ('{"a": ', ", headers: '{{ event.rows[0] }}'", None),
    ],
)
def test_a_body_that_begins_as_json_and_is_none_is_warned_of(body: str, more: str, said: str | None) -> None:
    card = "- {id: a, card: app.call, connection: main, options: {method: POST}, inputs: {url: /x, body: '%s'%s}}"
    problems = [problem for problem in found(card % (body, more)) if problem.field == "body"]
    assert [problem.said for problem in problems] == ([said] if said else [])
    assert errors(problems) == []
