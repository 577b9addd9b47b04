"""Choices that are loaded from an app: what is said where they are cut, or where none is found."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import structlog
from support.scripted import Said, Scripted
from support_cli import Keyturn, served_site

ASKED = ("connections", "choices", "okta", "okta.read_group", "group")


@pytest.fixture(scope="module")
def company() -> Iterator[Keyturn]:
    """The command for a server whose Okta has 250 groups."""
    rows = [{"id": f"g{number}", "profile": {"name": f"Group {number:03}"}} for number in range(250)]
    app = Scripted().on("GET /api/v1/groups", Said(200, rows))
    with structlog.testing.capture_logs(), served_site(app) as (_, keyturn):
        yield keyturn


@pytest.mark.parametrize(
    ("arguments", "count", "said"),
    [
        ((), 200, "There are more than these 200: say --most 250.\n"),
        (("--most", "3"), 3, "There are more than these 3: say --most 250.\n"),
        (("--most", "250"), 250, ""),
        (("--search", "Group 01"), 10, ""),
    ],
)
def test_what_is_cut_says_so_beside_the_rows(
    company: Keyturn, arguments: tuple[str, ...], count: int, said: str
) -> None:
    as_json = company(*ASKED, *arguments, "--json")
    assert (len(as_json.json), as_json.err) == (count, said)
    assert company(*ASKED, *arguments).err == said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--search", "hats"),
            r"None of the 250 that the app had at .* has 'hats' in its label. Ask it anew: --refresh.",
        ),
        (("--search", "hats", "--refresh"), r"None of the 250 that the app had at .* has 'hats' in its label."),
    ],
)
def test_where_none_is_found_it_is_said_among_how_many(company: Keyturn, arguments: tuple[str, ...], said: str) -> None:
    shown = company(*ASKED, *arguments)
    assert (shown.code, shown.err) == (0, "")
    assert re.fullmatch(said, shown.out.strip()), shown.out


def test_what_the_app_says_is_a_sentence_before_its_mend() -> None:
    app = Scripted().on(
        "GET /api/v1/groups", Said(500, {"errorCode": "E0000009", "errorSummary": "Internal Server Error"})
    )
    with structlog.testing.capture_logs(), served_site(app) as (_, keyturn):
        said = keyturn(*ASKED)
    assert (said.code, said.out) == (1, "")
    assert "E0000009: Internal Server Error. Ask again in a while." in said.err


def test_a_list_that_is_read_by_pages_is_asked_anew_once(company: Keyturn) -> None:
    shown = company(*ASKED, "--refresh", "--most", "250", "--json")
    assert len(shown.json) == 250
