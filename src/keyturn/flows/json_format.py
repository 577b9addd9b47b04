"""A flow as JSON: the form in the database and in the API."""

from __future__ import annotations

from .document import Flow
from .json import JSON, Values
from .loading import Loaded, load_raw


def to_json(flow: Flow) -> Values:
    """A flow as JSON, keys in the order of the document, defaults left out."""
    return flow.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def from_json(raw: JSON) -> Loaded:
    """The opposite of ``to_json``; all problems at once."""
    return load_raw(raw)
