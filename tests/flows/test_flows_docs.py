"""The schema, the catalogue of problems and the pages made from them agree with the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from catalogue_flows import Cards
from hypothesis import HealthCheck, given, settings
from strategies_flows import FLOWS

from keyturn.flows.checker import check
from keyturn.flows.document import Flow
from keyturn.flows.json import JSON
from keyturn.flows.json_format import from_json, to_json
from keyturn.flows.problem_codes import PROBLEM_CODES, problems_page
from keyturn.flows.said import SAID, code_of
from keyturn.flows.schema import flow_schema, written
from keyturn.flows.yaml_format import load
from keyturn.flows.yaml_reader import plain, read

ROOT = Path(__file__).parents[2]
NOT_SAYING = {"said.py", "problem_codes.py"}
ROOM = ROOT / "src" / "keyturn" / "flows"
SOURCES = sorted(path for path in ROOM.glob("*.py") if path.name not in NOT_SAYING)
ELSEWHERE = {"bad-input", "connection-of-others", "duplicate-flow", "unreadable-file"}  # said of flows by other rooms
SCHEMA = jsonschema_rs.validator_for(flow_schema())


@pytest.mark.parametrize(
    ("file", "made", "module"),
    [
        ("flow.schema.json", written(flow_schema()), "schema"),
        ("problems.md", problems_page().encode(), "problem_codes"),
    ],
)
def test_the_page_is_current(file: str, made: bytes, module: str) -> None:
    mend = f"To mend: python -m keyturn.flows.{module} docs/{file}"
    assert (ROOT / "docs" / file).read_bytes() == made, mend


@given(FLOWS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_flow_fits_the_schema(flow: Flow) -> None:
    SCHEMA.validate(to_json(flow))


@pytest.mark.parametrize("path", sorted((ROOT / "examples").rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_fit_the_schema(path: Path) -> None:
    SCHEMA.validate(plain(read(path.read_text(encoding="utf-8"))))


BASE: dict[str, JSON] = {"id": "f", "name": "F", "event": {"card": "manual"}}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "F!"},
        {"nmae": "x"},
        {"save_data": "yes"},
        {"event": {"card": "manual", "outputs": {"x": 5}}},
        {"cards": [{"id": "a"}]},
        {"cards": [{"id": "a", "card": "x", "branches": [{"try_": True}]}]},
        {"cards": [{"id": "a", "card": "x", "on_error": {"then": "give up"}}]},
        {"cards": [{"id": "a", "card": "x", "on_error": {"retry": {"times": 0}}}]},
        {"cards": [{"id": "a", "card": "x", "on_error": {"retry": {"times": 1, "wait": "soon"}}}]},
    ],
)
def test_schema_and_loader_refuse_the_same(change: dict[str, JSON]) -> None:
    raw: dict[str, JSON] = {**BASE, **change}
    assert SCHEMA.is_valid(BASE)
    assert from_json(BASE).flow is not None
    assert not SCHEMA.is_valid(raw)
    assert from_json(raw).flow is None


def test_the_schema_tells_editors_which_types_there_are() -> None:
    assert not SCHEMA.is_valid({**BASE, "event": {"card": "manual", "outputs": {"x": "texts"}}})
    assert SCHEMA.is_valid({**BASE, "event": {"card": "manual", "outputs": {"x": "list of list of text"}}})


def codes_in(tree: ast.AST) -> Iterator[str]:
    """Codes of problems: the first argument of what says one, and each sentence that is named."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0] if name in {"Problem", "_say", "_fatal", "_unused"} else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield code_of(first.value)
        elif isinstance(node, ast.Constant) and node.value in SAID:
            yield code_of(str(node.value))
        elif isinstance(node, ast.Name) and node.id == "ConditionProblem":
            yield "bad-condition"


def test_every_code_is_in_the_catalogue_and_every_one_there_is_used() -> None:
    used = {code for source in SOURCES for code in codes_in(ast.parse(source.read_text(encoding="utf-8")))}
    assert used - set(PROBLEM_CODES) == set(), "To mend: add them to keyturn.flows.problem_codes"
    assert set(PROBLEM_CODES) - used == ELSEWHERE, "To mend: take them out of keyturn.flows.problem_codes"
    assert len(used) > 40


def test_codes_are_short_names() -> None:
    for code, known in PROBLEM_CODES.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert known.what.endswith(".")
        assert known.mend.endswith(".")
        assert "|" not in known.what + known.mend


def test_the_flows_in_the_format_page_are_right() -> None:
    page = (ROOT / "docs" / "flow-format.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    flows = [block for block in blocks if block.startswith("id: ")]
    assert flows
    for text in flows:
        loaded = load(text)
        assert loaded.problems == []
        assert loaded.flow is not None
        assert check(loaded.flow, Cards()) == []
    assert "\n# yaml-language-server: $schema=" in page
