"""The bench of the catalogue measures every card; how fast they are is no matter of a test."""

from __future__ import annotations

import orjson
from support.every_card import API_CONNECTOR

from bench.catalogue import main, measure
from keyturn.cards.catalogue import BuiltInCards

API = {*API_CONNECTOR}
# They take a list, and are measured without one: of Paginate one page.
NOT_MANY = {"flow.paginate", "flow.return_outputs"}


def test_every_card_is_measured_and_those_with_a_list_with_a_long_one(database_url: str) -> None:
    costs = {cost.key: cost for cost in measure(items=20, rounds=1, server=database_url, seconds=0)}
    specs = {spec.key: spec for spec in BuiltInCards().all()}
    assert set(costs) == {*specs, *API}
    assert all(cost.small > 0 and not cost.refused for cost in costs.values())
    many = {key for key, cost in costs.items() if cost.large is not None}
    lists = {key for key, spec in specs.items() if spec.rounds or any(one.type.depth for one in spec.inputs)}
    assert lists - many == NOT_MANY
    assert {"file.read_csv", "file.download", "table.import_csv", *API} <= many


def test_the_figures_are_shown_and_written(tmp_path, capsys) -> None:
    file = tmp_path / "figures.json"
    assert main(["--items", "10", "--rounds", "1", "--only", "number.s", "--out", str(file)]) == 0
    shown = capsys.readouterr().out
    assert "Slowest functions on 10 items" in shown
    assert set(orjson.loads(file.read_bytes())) >= {"number.sum", "number.subtract"}
