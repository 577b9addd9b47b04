"""What a flow is found by beside its id and name: the texts in it, and the titles, apps and synonyms of its cards."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import Catalogue

_AROUND = 60


def words_of(document: Values, catalogue: Catalogue) -> str:
    """A line for each text in a document, which may have problems, and for each of its cards its title and app, with
    the other names of both."""
    found = dict.fromkeys(" ".join(text.split()) for text in _texts(document, catalogue))
    return "\n".join(line for line in found if line)


def _texts(value: JSON, catalogue: Catalogue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, catalogue)
    elif isinstance(value, dict):
        card = value.get("card")
        spec = catalogue.get(card) if isinstance(card, str) else None
        if spec is not None:
            others = ", ".join((*spec.app_synonyms, *spec.synonyms))
            yield f"{spec.category}: {spec.title}{f' ({others})' if others else ''}"
        for inner in value.values():
            yield from _texts(inner, catalogue)


def excerpt(line: str, search: str) -> str:
    """A line, cut around the first word of a search that stands in it."""
    lower = line.lower()
    places = [place for word in search.lower().split() if (place := lower.find(word)) >= 0]
    begin = max(min(places, default=0) - _AROUND, 0)
    cut = line[begin : begin + 2 * _AROUND]
    return f"{'… ' if begin else ''}{cut.strip()}{' …' if begin + len(cut) < len(line) else ''}"
