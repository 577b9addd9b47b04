"""The bench of the catalogue measures every function card; how fast they are is no matter of a test."""

from __future__ import annotations

import orjson

from bench.catalogue import main, measure
from bench.catalogue_rounds import measure_rounds
from keyturn.cards.catalogue import BuiltInCards


def test_every_card_with_a_list_is_measured_with_a_long_one() -> None:
    costs = {cost.key: cost for cost in measure(items=20, rounds=1, only="list.")}
    cards = BuiltInCards()
    functions = [spec for spec in cards.all() if cards.compute(spec.key) or cards.effect(spec.key)]
    loops = [spec for spec in cards.all() if spec.rounds]
    assert set(costs) == {spec.key for spec in (*functions, *loops) if spec.key.startswith("list.")}
    assert all(cost.small > 0 and not cost.refused for cost in costs.values())
    assert costs["list.filter"].large is not None


def test_every_card_with_rounds_is_measured() -> None:
    costs = {key: (few, many) for key, few, many in measure_rounds(items=5, rounds=1)}
    assert set(costs) == {spec.key for spec in BuiltInCards().all() if spec.rounds}
    assert all(few > 0 for few, _ in costs.values())
    assert [key for key, (_, many) in costs.items() if many is None] == ["flow.paginate"]


def test_the_figures_are_shown_and_written(tmp_path, capsys) -> None:
    file = tmp_path / "figures.json"
    assert main(["--items", "10", "--rounds", "1", "--only", "number.s", "--out", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "Slowest on 10 items" in shown
    assert set(orjson.loads(file.read_bytes())) >= {"number.sum", "number.subtract"}


def test_cards_of_the_api_connector_are_measured_too() -> None:
    costs = {cost.key: cost for cost in measure(items=20, rounds=1, only="api_connector.")}
    assert set(costs) == {f"api_connector.{name}" for name in ("get", "post", "put", "patch", "delete", "raw")}
    assert all(cost.small > 0 and cost.large is not None for cost in costs.values())


def test_cards_of_tables_are_measured_in_a_database(database_url: str) -> None:
    costs = {cost.key: cost for cost in measure(items=3, rounds=1, only="table.", server=database_url)}
    own = {spec.key for spec in BuiltInCards().all() if spec.key.startswith("table.")}
    assert set(costs) == own - {
        "table.import_csv",
        "table.export_csv",
    }  # bench.tables measures these with a million rows


def test_file_cards_are_measured_too() -> None:
    costs = {cost.key: cost for cost in measure(items=20, rounds=1, only="file.")}
    own = {spec.key for spec in BuiltInCards().all() if spec.key.startswith("file.")}
    assert set(costs) == own - {"file.download", "file.upload"}  # these are the network's
    assert costs["file.read_csv"].large is not None
    assert costs["file.write_csv"].large is not None
