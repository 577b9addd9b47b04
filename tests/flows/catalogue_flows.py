"""A small catalogue and a world, for tests of the checker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from keyturn.flows.interface import FlowInterface, TableInterface
from keyturn.flows.spec import CardKind, CardSpec, Choice, FieldFormat, FieldSpec, Rounds, Takes, Variant
from keyturn.flows.types import ANY, BOOLEAN, LIST, NUMBER, OBJECT, TEXT, Type

_WHEN = FieldSpec("when", OBJECT, required=True, format=FieldFormat.CONDITION)


def _card(key: str, kind: CardKind = CardKind.PURE, **more: object) -> CardSpec:
    title = key.rpartition(".")[2].replace("_", " ").title()
    return CardSpec(key, title, "Tests", kind, "For tests.", **more)  # type: ignore[arg-type]


def _loop(key: str, rounds: Rounds) -> CardSpec:
    items = (FieldSpec("list", LIST, required=True),)
    return _card(key, CardKind.CONTROL, inputs=items, calls=True, body=True, rounds=rounds)


_POSTED = (FieldSpec("body", ANY), FieldSpec("json", BOOLEAN), FieldSpec("headers", OBJECT))

CARDS = (
    _card("helper", CardKind.EVENT, free_outputs=True),
    _card("manual", CardKind.EVENT, free_outputs=True),
    _card(
        "app.happened",
        CardKind.EVENT,
        connector="app",
        outputs=(FieldSpec("who", TEXT), FieldSpec("details", OBJECT)),
        options=(FieldSpec("kind", TEXT, default="all", choices=(Choice("all", "All"), Choice("some", "Some"))),),
    ),
    _card("text.compose", inputs=(FieldSpec("text", TEXT, default=""),), outputs=(FieldSpec("output", TEXT),)),
    _card(
        "number.add",
        inputs=(FieldSpec("a", NUMBER, required=True), FieldSpec("b", NUMBER, default=0)),
        outputs=(FieldSpec("sum", NUMBER),),
    ),
    _card(
        "boolean.expression",
        inputs=(FieldSpec("formula", TEXT, required=True),),
        outputs=(FieldSpec("result", BOOLEAN),),
        free_inputs=True,
        mixes=lambda inputs: inputs["formula"] == "v > w" and {type(inputs["v"]), type(inputs["w"])} == {str, int},
    ),
    _card(
        "boolean.compare",
        inputs=(FieldSpec("a", ANY), FieldSpec("is", TEXT, default="equal to"), FieldSpec("b", ANY)),
        outputs=(FieldSpec("result", BOOLEAN),),
        compares=True,
    ),
    _card("number.all", free_inputs=True, free_input=FieldSpec("number", NUMBER), outputs=(FieldSpec("sum", NUMBER),)),
    _card("list.split", inputs=(FieldSpec("text", TEXT),), outputs=(FieldSpec("parts", TEXT.listed()),)),
    _card("list.sum", inputs=(FieldSpec("numbers", NUMBER.listed()),), outputs=(FieldSpec("sum", NUMBER),)),
    _card(
        "list.filter",
        inputs=(
            FieldSpec("list", LIST, required=True),
            FieldSpec("is", TEXT, default="equal to"),
            FieldSpec("path", TEXT),
            FieldSpec("value", ANY),
            FieldSpec("when", OBJECT, format=FieldFormat.ITEM_CONDITION),
        ),
        outputs=(FieldSpec("list", LIST),),
    ),
    _card("object.rows", outputs=(FieldSpec("rows", OBJECT.listed()), FieldSpec("first", OBJECT))),
    _card("object.any", outputs=(FieldSpec("value", ANY),)),
    _card("flow.assign", free_inputs=True, free_outputs=True),
    _card("flow.return", CardKind.CONTROL, free_inputs=True, options=(FieldSpec("leave", TEXT, default="flow"),)),
    _card("flow.comment", CardKind.CONTROL),
    _card("flow.call", CardKind.CONTROL, free_outputs=True, calls=True),
    _loop("list.for_each", Rounds(("item", "index"))),
    _loop("list.map", Rounds(("item", "index"), Takes.VALUE)),
    _loop("list.filter_custom", Rounds(("item", "index"), Takes.FLAG)),
    _loop("list.reduce", Rounds(("item", "index", "memo"), Takes.VALUE)),
    _card("branch.if", CardKind.CONTROL, free_outputs=True, lanes="when"),
    _card("branch.if_error", CardKind.CONTROL, free_outputs=True, lanes="try"),
    _card(
        "branch.together",
        CardKind.CONTROL,
        free_outputs=True,
        lanes="lane",
        outputs=(FieldSpec("failed", NUMBER), FieldSpec("errors", OBJECT)),
    ),
    _card("branch.continue_if", CardKind.CONTROL, inputs=(_WHEN,)),
    _card(
        "app.call",
        CardKind.EFFECT,
        connector="app",
        inputs=(FieldSpec("url", TEXT, "URL", required=True, format=FieldFormat.RELATIVE_URL),),
        outputs=(FieldSpec("status", NUMBER), FieldSpec("body", ANY)),
        options=(
            FieldSpec("method", TEXT, required=True, choices=(Choice("GET", "Get"), Choice("POST", "Post"))),
            FieldSpec("limit", NUMBER),
        ),
        variants=(Variant((("method", ("POST",)),), inputs=_POSTED),),
    ),
)


class Cards:
    """A catalogue of these cards."""

    def get(self, key: str) -> CardSpec | None:
        return next((spec for spec in CARDS if spec.key == key), None)

    def all(self) -> Iterable[CardSpec]:
        return CARDS


@dataclass(frozen=True)
class Around:
    """A world of some flows and connections."""

    flows: Mapping[str, FlowInterface] = field(default_factory=dict[str, FlowInterface])
    connections: Mapping[str, str] | None = None
    tables: Mapping[str, TableInterface] | None = None

    def flow(self, flow_id: str) -> FlowInterface | None:
        return self.flows.get(flow_id)

    def connection(self, connection_id: str) -> str | None:
        return (self.connections or {}).get(connection_id)

    def knows_connections(self) -> bool:
        return self.connections is not None

    def table(self, table_id: str) -> TableInterface | None:
        return (self.tables or {}).get(table_id)

    def knows_tables(self) -> bool:
        return self.tables is not None


def helper(
    flow_id: str,
    inputs: Mapping[str, Type] | None = None,
    outputs: Iterable[str] = (),
    calls: Iterable[str] = (),
    callable: bool = True,
) -> FlowInterface:
    """A flow as its callers see it."""
    return FlowInterface(flow_id, callable, inputs or {}, frozenset(outputs), frozenset(calls))
