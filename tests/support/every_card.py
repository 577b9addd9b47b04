"""Every card there is, and which tests give it arbitrary values.

Each card is given whatever JSON may hold by the tests of one room, with ports in memory where there are such:

- ``functions``: tests/cards/test_cards_properties.py
- ``control``: tests/engine/test_engine_arbitrary.py
- ``own data``: tests/data/test_data_arbitrary.py
- ``apps``: tests/connectors/test_connectors_arbitrary.py
"""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from keyturn.cards.catalogue import BuiltInCards
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.conversion import ConversionError, converter
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardKind, CardSpec, FieldSpec

OWN = BuiltInCards()
APPS = ConnectorRegistry()


def _of(connector: str) -> tuple[str, ...]:
    """The keys of a connector's cards."""
    manifest = APPS.connector(connector)
    assert manifest is not None
    return tuple(manifest.cards)


API_CONNECTOR = _of("api_connector")
# Cards of apps whose inputs say what becomes of bad values: no app's own fields are in them.
DECLARED = (*API_CONNECTOR, *_of("smtp"))
# Cards that nobody gives values, and why.
EXCEPTIONS = {CardKind.EVENT: "has no inputs: what starts a flow is read from a call or a delivery (tests/triggers)"}

_NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_DEEP: JSON = 1
for _ in range(300):
    _DEEP = {"a": _DEEP}
_FAR: list[JSON] = [_DEEP, [0] * 120 + [_DEEP], "x" * 5_000, [{}] * 200, 2**64 - 1, -1, 0.5, "", [], {}, [None], "{}"]
ANYTHING = st.recursive(
    st.none() | st.booleans() | _NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
) | st.sampled_from(_FAR)


def every_card() -> list[CardSpec]:
    """What ``keyturn cards --json`` lists. It takes a while: for tests that run, not for what looks for tests."""
    return [*OWN.all(), *APPS.all()]


def own_cards() -> list[CardSpec]:
    """Those whose inputs say what becomes of bad values."""
    return [*OWN.all(), *(spec for key in DECLARED if (spec := APPS.get(key)))]


def room_of(spec: CardSpec) -> str:
    """Whose tests give a card arbitrary values; empty for the exceptions."""
    if spec.kind in EXCEPTIONS:
        return ""
    if spec.connector is not None:
        return "apps"
    if spec.kind is CardKind.CONTROL:
        return "control"
    return "functions" if OWN.compute(spec.key) or OWN.effect(spec.key) else "own data"


def cards_of(room: str) -> list[CardSpec]:
    """Keyturn's own cards of one of the rooms."""
    return [spec for spec in OWN.all() if room_of(spec) == room]


@cache
def drawn_values(count: int = 60) -> list[JSON]:
    """So many arbitrary values, the same each time: for tests whose examples are too dear for more than a few."""
    found: list[JSON] = []

    @settings(
        max_examples=count,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(ANYTHING)
    def draw(value: JSON) -> None:
        found.append(value)

    draw()
    return found + _FAR


def as_given(spec: CardSpec, fields: tuple[FieldSpec, ...], inputs: Values) -> Values | CardError:
    """What the engine hands to a card that touches the world, or the error by which it does not."""
    ready = {field.name: field.default for field in fields} | inputs
    try:
        for field in fields:
            convert = converter(field.type)
            if convert is not None:
                ready[field.name] = convert(ready[field.name])
        return OWN.action(spec, fields).read(ready)
    except ConversionError as error:
        return CardError.bad_input("", str(error), "Check what it is given.")
    except CardError as error:
        return error
