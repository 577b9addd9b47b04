"""The checker and the tables and columns that cards name."""

from __future__ import annotations

import pytest
from catalogue_flows import Around

from keyturn.cards.catalogue import BuiltInCards
from keyturn.flows.check_tables import tables_of
from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.interface import TableInterface
from keyturn.flows.json import JSON, Values

CARDS = BuiltInCards()
PEOPLE = TableInterface("people", frozenset({"Login", "Age", "Row ID", "Created", "Updated"}), frozenset({"Login"}))
KNOWN = Around(tables={"people": PEOPLE})


def flow(card: str, inputs: Values, options: Values | None = None) -> Flow:
    one: Values = {"id": "it", "card": card, "inputs": inputs, "options": options or {}}
    event: Values = {"card": "manual", "outputs": {"x": "text"}}
    return Flow.model_validate({"id": "f", "name": "F", "event": event, "cards": [one]})


def found(card: str, inputs: Values, around: Around = KNOWN) -> list[tuple[str, tuple[str | int, ...]]]:
    problems = check(flow(card, inputs), CARDS, around)
    return [(problem.code, problem.path[3:]) for problem in problems]


@pytest.mark.parametrize(
    ("card", "inputs"),
    [
        ("table.create_row", {"table": "people", "fields": {"Login": "ada", "Age": 3}}),
        ("table.create_row", {"table": "{{ event.x }}", "fields": {"Nothing": 1}}),
        ("table.search_rows", {"table": "people", "where": {"column": "Created", "is": ">", "b": "x"}, "sort": "Age"}),
        ("table.search_rows", {"table": "people", "where": {"column": "{{ event.x }}", "is": "=", "b": 1}}),
        ("table.search_rows", {"table": "people", "where": "{{ event.x }}", "sort": ""}),
        ("table.search_rows", {"table": "people", "where": {"all": []}}),
        ("table.search_rows", {"table": "people", "where": {}}),
        ("table.upsert_row", {"table": "people", "match": "Login", "fields": {"Login": "ada"}}),
        ("table.export_csv", {"table": "people", "columns": ["Row ID", "Login", "{{ event.x }}"]}),
        ("table.import_csv", {"table": "people", "file": "{{ event.x }}", "match": ""}),
    ],
)
def test_what_is_there_is_no_problem(card: str, inputs: Values) -> None:
    assert [code for code, _ in found(card, inputs) if code not in ("no-conversion", "conversion-may-fail")] == []


@pytest.mark.parametrize(
    ("card", "inputs", "code", "path"),
    [
        ("table.clear_table", {"table": "persons"}, "unknown-table", ("table",)),
        ("table.create_row", {"table": "people", "fields": {"login": 1}}, "unknown-column", ("fields", "login")),
        (
            "table.search_rows",
            {"table": "people", "where": {"all": [{"any": [{"column": "Ages", "is": "=", "b": 1}]}]}},
            "unknown-column",
            ("where", "all", 0, "any", 0, "column"),
        ),
        ("table.search_rows", {"table": "people", "sort": "Ages"}, "unknown-column", ("sort",)),
        (
            "table.search_rows",
            {"table": "people", "where": {"all": [{"column": "", "is": "=", "b": 1}]}},
            "missing-column",
            ("where", "all", 0, "column"),
        ),
        (
            "table.search_rows",
            {"table": "{{ event.x }}", "where": {"is": "=", "b": 1}},
            "missing-column",
            ("where", "column"),
        ),
        ("table.create_row", {"table": "people", "fields": {"": 1}}, "missing-column", ("fields", "")),
        ("table.upsert_row", {"table": "people", "match": "", "fields": {}}, "missing-column", ("match",)),
        (
            "table.update_row",
            {"table": "people", "row_id": "x", "fields": {}, "only_if": {"column": "Ages", "is": "=", "b": 1}},
            "unknown-column",
            ("only_if", "column"),
        ),
        ("table.upsert_row", {"table": "people", "match": "Age", "fields": {}}, "not-unique", ("match",)),
        ("table.upsert_row", {"table": "people", "match": "Name", "fields": {}}, "unknown-column", ("match",)),
        ("table.export_csv", {"table": "people", "columns": ["Login", "Name"]}, "unknown-column", ("columns", 1)),
    ],
)
def test_what_is_not_there_is_told_with_its_place(
    card: str, inputs: Values, code: str, path: tuple[str | int, ...]
) -> None:
    assert found(card, inputs) == [(code, path)]


def test_the_nearest_name_is_told() -> None:
    [problem] = check(flow("table.create_row", {"table": "people", "fields": {"login": "ada"}}), CARDS, KNOWN)
    assert problem.mend == "Did you mean 'Login'? It has: Age, Created, Login, Row ID, Updated."
    assert (problem.card, problem.field) == ("it", "fields")


def test_tables_are_not_judged_where_nobody_knows_them() -> None:
    given: JSON = {"Nothing": 1}
    for around in (Around(), None):
        assert check(flow("table.create_row", {"table": "nobody", "fields": given}), CARDS, around) == []


def test_the_tables_that_a_flow_names_are_found_in_branches_too() -> None:
    inner: Values = {"id": "in", "card": "table.clear_table", "inputs": {"table": "logins"}}
    branch: Values = {"id": "b", "card": "branch.if", "branches": [{"otherwise": True, "cards": [inner]}]}
    made = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": [branch]})
    assert tables_of(made, CARDS) == {"logins"}
    assert tables_of(flow("table.clear_table", {"table": "{{ event.x }}"}), CARDS) == set()


ONE: Values = {"id": "found", "card": "table.search_rows", "options": {"results": "one"}, "inputs": {"table": "people"}}
ALL: Values = {"id": "all", "card": "table.search_rows", "inputs": {"table": "people"}}


def using(text: str) -> Values:
    return {"id": "use", "card": "text.compose", "inputs": {"text": text}}


def looped(text: str) -> Values:
    return {"id": "each", "card": "list.for_each", "inputs": {"list": "{{ all.rows }}"}, "do": [using(text)]}


def told(cards: list[Values], around: Around | None = KNOWN) -> list[tuple[str, str]]:
    made = Flow.model_validate({"id": "f", "name": "F", "event": {"card": "manual"}, "cards": cards})
    return [(problem.code, problem.what) for problem in check(made, CARDS, around)]


@pytest.mark.parametrize(
    ("cards", "written"),
    [
        ([ONE, using("{{ found.fields.Name }}")], "found.fields.Name"),
        ([ONE, using("Dear {{ found.fields.Name }}")], "found.fields.Name"),
        ([ALL, using("{{ all.rows[0].Name }}")], "all.rows[0].Name"),
        ([ALL, using("{{ all.rows[].Name }}")], "all.rows[].Name"),
        ([ALL, looped("{{ item.Name }}")], "item.Name"),
    ],
)
def test_a_column_that_the_rows_do_not_have_is_told_where_it_is_used(cards: list[Values], written: str) -> None:
    [(code, what)] = told(cards)
    assert code == "unknown-column"
    assert what == f"{{{{ {written} }}}}: the table 'people' has no column 'Name'."


def test_what_rows_have_is_no_problem_nor_is_what_nobody_can_know() -> None:
    assert told([ONE, using("{{ found.fields.Age }} {{ found.row_id }}")]) == []
    assert told([ALL, looped("{{ item.Age }} {{ item.Created }} {{ all.rows }}")]) == []
    assert told([ONE, using("{{ found.fields.Name }}")], Around()) == []
    computed: Values = {**ONE, "inputs": {"table": "{{ run.id }}"}}
    assert told([computed, using("{{ found.fields.Name }}")]) == []
    otherwise: Values = {**ONE, "on_error": {"then": "continue", "values": {"fields": {"Name": "nobody"}}}}
    assert told([otherwise, using("{{ found.fields.Name }}")]) == []
