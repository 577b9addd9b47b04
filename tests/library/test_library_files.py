"""Flows in a folder: found, read, written back with their comments."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.library.checking import check_files
from keyturn.library.files import find, read, write

EXAMPLES = Path(__file__).parents[2] / "examples" / "offboarding"
CATALOGUE = CombinedCatalogue(BuiltInCards(), ConnectorRegistry())
SMALL = "# a comment\nid: small\nname: Small\nevent: {card: manual}\n"


def test_the_examples_are_found_and_without_problems() -> None:
    files = find([EXAMPLES])
    assert len(files) == 3
    assert check_files(files, CATALOGUE) == []


def test_hidden_files_and_others_are_left_out(tmp_path: Path) -> None:
    for name in ("a.yaml", "deep/b.yml", ".git/c.yaml", ".d.yaml", "e.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SMALL)
    assert [str(file.relative_to(tmp_path)) for file in find([tmp_path])] == ["a.yaml", "deep/b.yml"]


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nobody"):
        find([tmp_path / "nobody"])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[1, 2]", b"id: [", b"\x00"])
def test_what_is_no_flow_is_a_problem_with_its_file(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.yaml"
    file.write_bytes(content)
    loaded = read(file)
    assert loaded.flow is None
    assert [problem.file for problem in loaded.problems] == [str(file)] * len(loaded.problems) != []
    assert all(problem.mend for problem in loaded.problems)


def test_two_files_with_one_id_are_a_problem(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(SMALL)
    (problem,) = check_files(find([tmp_path]), CATALOGUE)
    assert (problem.code, problem.file, problem.line) == ("duplicate-flow", str(tmp_path / "b.yaml"), 2)
    assert str(tmp_path / "a.yaml") in problem.what


_MANY = """\
id: many
name: Many
abuot: nobody
event: {card: manual, outputs: {a: text, b: nonsense}}
cards:
  - id: first
    card: text.compose
    inputs: {text: "{{ nope.x }} and {{ a..b }} and {{ event.c }} and {{ 7 }}"}
    on_eror: {}
  - id: second
    card: text.compos
  - id: third
    card: flow.call
    call: {with: {x: "{{ gone.x }}"}}
  - card: text.compose
    inputs: {text: "{{ event.d }}"}
"""


def test_what_is_wrong_in_shape_hides_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "many.yaml").write_text(_MANY)
    (tmp_path / "other.yaml").write_text(
        "id: other\nname: Other\nevent: {card: manual}\n"
        "cards:\n  - {id: c, card: flow.call, call: {flow: many, with: {a: x, z: y}}}\n"
    )
    found = check_files(find([tmp_path]), CATALOGUE)
    assert {(problem.line, problem.code) for problem in found if problem.file == str(tmp_path / "many.yaml")} == {
        (3, "unknown-key"),
        (4, "bad-type"),
        (8, "unknown-reference"),
        (8, "bad-reference"),
        (8, "unknown-output"),
        (9, "unknown-key"),
        (11, "unknown-card"),
        (14, "missing-key"),
        (14, "unknown-reference"),
        (15, "missing-key"),
        (16, "unknown-output"),
    }
    assert sum(problem.code == "bad-reference" for problem in found) == 2
    beside = [(problem.code, problem.field) for problem in found if problem.file == str(tmp_path / "other.yaml")]
    assert beside == [("unknown-input", "z"), ("missing-input", "b")]


def test_a_file_that_is_no_yaml_says_of_which_flow_it_is(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("# what\nid: my-flow  # mine\nname: [\n")
    assert {problem.flow for problem in read(file).problems} == {"my-flow"}


def test_written_back_unchanged_nothing_changes(tmp_path: Path) -> None:
    for file in find([EXAMPLES]):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    flows = [flow for file in find([EXAMPLES]) if (flow := read(file).flow)]
    assert write(tmp_path, flows) == []


def test_a_changed_flow_keeps_its_file_and_comments_and_a_new_one_gets_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(SMALL)
    small = read(tmp_path / "mine.yaml").flow
    assert small is not None
    renamed, other = small.model_copy(update={"name": "Larger"}), small.model_copy(update={"id": "other"})
    assert sorted(path.name for path in write(tmp_path, [renamed, other])) == ["mine.yaml", "other.yaml"]
    assert (tmp_path / "mine.yaml").read_text() == SMALL.replace("Small", "Larger")
    assert read(tmp_path / "other.yaml").flow == other
