"""Strategies for values, references and whole flows."""

from __future__ import annotations

from hypothesis import strategies as st

from keyturn.flows.document import Branch, Call, Card, Event, Flow, OnError, Retry
from keyturn.flows.json import JSON
from keyturn.flows.types import Kind, Type
from keyturn.flows.values import Each, Index, Name, Reference

_LIKE_OTHER_TYPES = (
    *("yes", "no", "on", "null", "~", "true", "1e3", "0o17", "0x1F", "1_000", ".inf", ".nan", "2024-01-01", "12:30:00"),
    *("-1", "+1", "1.", ".5", "1e400", "0b1", "007", "-", "?", ":", "=", "<<", "---", "...", "|", ">", "'", '"', "''"),
    *("{a}", "[a]", "*a", "&a", "!a", "%a", "@a", "`a", "#", "#x", "a:", "a'b", "{{{", r"\{{"),
)
TRICKY = (
    *_LIKE_OTHER_TYPES,
    *("", " ", "  x", "x  ", "a\nb", "a\nb\n", "a\n\n", "\na", " a\n b", "a \nb", "a\r\nb", "\t", "a\tb"),
    *("a #b", "a: b", "- a", "? a", "# c\nx", "x\n# c\n", "a" * 130, "a b " * 40, "word\n" * 3),
    *("{{ event.x }}", "a {{ event.x }} b", r"\{{ x }}", r"C:\\{{ event.x }}", "{{{ event.x }}"),
    *("a\u0085b", "\u2028", "\ufeff", "\u00a0", "😀", "日本語", "Zoë", "\u200d", "a\x07b", "\u007f"),
)
TEXTS = st.sampled_from(TRICKY) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES: st.SearchStrategy[JSON] = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)

IDENTIFIERS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
FLOW_IDS = st.from_regex(r"[a-z0-9]{1,5}([-_][a-z0-9]{1,5}){0,2}", fullmatch=True)
TYPES = st.builds(Type, st.sampled_from(Kind), st.integers(0, 3))
STEPS = st.builds(Name, TEXTS) | st.builds(Index, st.integers(-999, 999)) | st.builds(Each)
REFERENCES = st.builds(Reference, IDENTIFIERS, st.lists(STEPS, max_size=4).map(tuple), st.none() | TYPES)

_NAMED = st.dictionaries(TEXTS, VALUES, max_size=3)
_TYPED = st.dictionaries(TEXTS, TYPES.map(str), max_size=2)
_OPTIONAL_TEXT = st.none() | TEXTS
_CALLS = st.builds(Call, flow=FLOW_IDS, with_=_NAMED)
_WAITS = st.sampled_from(["5s", "1s..30s", "1.5m..2h"])
_RETRIES = st.builds(
    Retry, times=st.integers(1, 20), wait=_WAITS, on=st.lists(st.integers(100, 599), max_size=3).map(tuple)
)
_ON_ERRORS = st.builds(
    OnError,
    retry=st.none() | _RETRIES,
    unknown=st.sampled_from(["ask", "repeat"]),
    then=st.sampled_from(["halt", "return", "call", "continue"]),
    values=_NAMED,
    call=st.none() | _CALLS,
)
_MARKS = st.sampled_from(
    [{"when": {"a": "{{ x.y }}", "is": "equal to", "b": 1}}, {"otherwise": True}, {"try_": True}, {"catch": True}]
)


def _cards(inner: st.SearchStrategy[tuple[Card, ...]]) -> st.SearchStrategy[tuple[Card, ...]]:
    branches = st.builds(lambda mark, cards, values: Branch(**mark, cards=cards, set=values), _MARKS, inner, _NAMED)
    card = st.builds(
        Card,
        id=IDENTIFIERS,
        title=_OPTIONAL_TEXT,
        card=TEXTS,
        connection=_OPTIONAL_TEXT,
        options=_NAMED,
        inputs=_NAMED,
        outputs=_TYPED,
        branches=st.lists(branches, max_size=2).map(tuple),
        call=st.none() | _CALLS,
        do=inner,
        on_error=st.none() | _ON_ERRORS,
        note=_OPTIONAL_TEXT,
    )
    return st.lists(card, max_size=3, unique_by=lambda one: one.id).map(tuple)


CARDS: st.SearchStrategy[tuple[Card, ...]] = st.recursive(st.just(()), _cards, max_leaves=3)
FLOWS = st.builds(
    Flow,
    id=FLOW_IDS,
    name=st.sampled_from([text for text in TRICKY if text]) | st.text(min_size=1, max_size=9).filter(str.isprintable),
    about=_OPTIONAL_TEXT,
    note=_OPTIONAL_TEXT,
    save_data=st.booleans(),
    event=st.builds(Event, card=TEXTS, title=_OPTIONAL_TEXT, connection=_OPTIONAL_TEXT, options=_NAMED, outputs=_TYPED),
    cards=CARDS,
)
