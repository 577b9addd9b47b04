"""What the pretend SCIM application says of values that it does not take: which attribute, and what was expected.

Source: RFC 7644, 3.12: `detail` is for people to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from scim2_models import BaseModel, BulkOperation, Error, Group, User
from scim2_server.service import ScimService

from keyturn.sandbox.scim.models import EnterpriseUser
from keyturn.sandbox.scim.seed import ENTERPRISE

_TEXT, _FLAG, _OBJECT, _LIST = "must be a text", "must be true or false", "must be an object", "must be a list"
_WHOLE, _DATE = "must be a whole number", "must be a date and time"
_EXPECTED = {
    "string_type": _TEXT,
    "bool_parsing": _FLAG,
    "bool_type": _FLAG,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dict_type": _OBJECT,
    "list_type": _LIST,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "datetime_type": _DATE,
    "datetime_parsing": _DATE,
    "datetime_from_date_parsing": _DATE,
    "extra_forbidden": "is no attribute that is known here",
}
_WORDS = (
    ("valid email address", "must be an e-mail address"),
    ("Expected string", _TEXT),
)
# In a bulk request the models give each operation its error in words, which begin so, with the attribute behind them.
_IN_BULK = (
    *_WORDS,
    ("Input should be a valid string", _TEXT),
    ("Input should be a valid boolean", _FLAG),
    ("Input should be a valid dictionary", _OBJECT),
    ("Input should be a valid list", _LIST),
    ("Input should be a valid integer", _WHOLE),
    ("Input should be a valid datetime", _DATE),
    ("Extra inputs are not permitted", _EXPECTED["extra_forbidden"]),
)
_CHOICE = "Input should be "


class PlainService(ScimService):
    """The operations, whose refusals are sentences, also of what the models say of values."""

    @staticmethod
    def error_of(exception: Exception) -> Error:
        """SCIM's error of an exception."""
        error = ScimService.error_of(exception)
        cause = exception.__cause__
        if isinstance(cause, ValidationError):
            first = cause.errors(include_url=False)[0]
            error = error.model_copy(update={"detail": _sentence(cause.title, first)})
        return error

    @staticmethod
    def bulk_validation_failure(operation: BulkOperation[Any], outcome: dict[str, Any]) -> dict[str, Any] | None:
        """The outcome of an operation of a bulk request whose values the models do not take."""
        found = ScimService.bulk_validation_failure(operation, outcome)
        error = found["response"] if found is not None else None
        if found is None or not isinstance(error, Error) or not error.detail:
            return found
        return {**found, "response": error.model_copy(update={"detail": _plain(error.detail)})}


def _plain(detail: str) -> str:
    """The sentence on what an operation has, as it is said of the body of a request alone."""
    said, colon, place = detail.rpartition(": ")
    if not colon:
        said, place = detail, ""
    expected = next((words for text, words in _IN_BULK if text in said), "")
    if not expected and said.startswith(_CHOICE):
        choices = said.removeprefix(_CHOICE).replace("'", "")
        expected = f"must be {choices}"
    if not expected:
        return said if place == "data" else detail
    what = place.removeprefix("data.") if place else "An operation"
    return f"{'The data' if what == 'data' else what} {expected}."


def _sentence(title: str, error: Mapping[str, Any]) -> str:
    """One sentence on the first value that is wrong. title: of which part of a resource it is."""
    kind, said = str(error["type"]), str(error["msg"])
    place = _place(title, error["loc"])
    expected = _EXPECTED.get(kind) or next((words for text, words in _WORDS if text in said), "")
    if not place:
        return f"The body {expected}." if expected else said
    return f"{place} {expected}." if expected else f"{place}: {said.removeprefix('Value error, ')}"


def _place(title: str, loc: Sequence[str | int]) -> str:
    """`emails[0].value`, or with the extension's URN before a colon."""
    path = _BELOW.get(title, "")
    for part in loc:
        if isinstance(part, int):
            path += f"[{part}]"
        elif "[" not in part and "(" not in part:  # where one of several models was tried
            path += f"{':' if path.endswith(ENTERPRISE) else '.' if path else ''}{_written(part)}"
    return path


def _written(name: str) -> str:
    """An attribute's name as SCIM writes it: `givenName` for `given_name`; URNs stay."""
    return name if ":" in name else re.sub(r"_(\w)", lambda found: found[1].upper(), name)


def _parts(model: type[BaseModel], before: str) -> Iterator[tuple[str, str]]:
    """The names of the models of a resource's attributes, each with where it is."""
    for name, field in model.model_fields.items():
        kind = model.get_field_root_type(name)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield kind.__name__, f"{before}{field.serialization_alias}"


_BELOW = {
    **dict(_parts(User, "")),
    **dict(_parts(Group, "")),
    **dict(_parts(EnterpriseUser, f"{ENTERPRISE}:")),
    "EnterpriseUser": ENTERPRISE,
}
