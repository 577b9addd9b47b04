"""Files of flows as bodies of requests, or as parts of forms. They are opened by another room, by this port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from keyturn.flows.conversion import dump_json, to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.http import BodySource
from keyturn.http.multipart import BadFieldName, FilePart, form_body

from .outgoing import Outgoing
from .requests import is_json


class SentFiles(Protocol):
    """Where the files come from."""

    async def part(self, file: JSON) -> FilePart:
        """A file as it is sent. It raises CardError where there is no such file, or it is damaged."""
        ...


async def attach(outgoing: Outgoing, files: SentFiles | None) -> None:
    """Give a request the body that its files make: one file as it is, or a form with files in it.

    Raises:
        CardError: there are no files here, none like this, or a field cannot be named so.
    """
    if outgoing.file is not None:
        part = await _opened(outgoing.file, files)
        _make_body(outgoing, part.source, part.media_type, keep=True)
    elif outgoing.files is not None:
        opened = [(name, await _opened(value, files)) for name, value in outgoing.files]
        body, kind = form_of(outgoing.body, opened, outgoing.part_types)
        _make_body(outgoing, body, kind, keep=False)
    outgoing.file = outgoing.files = None


def form_of(
    fields: JSON, files: Sequence[tuple[str, FilePart]], types: Mapping[str, str] | None = None
) -> tuple[BodySource, str]:
    """A form of an object's entries and of files. A list is a field for each item; what is null is left out.

    Args:
        types: media types of entries.

    Raises:
        CardError: a field cannot be named so.
    """
    try:
        return form_body(_fields(fields if isinstance(fields, dict) else {}, types or {}), files, types)
    except BadFieldName as error:
        what = f"{str(error)[:40]!r} is no name of a form's field."
        field = "form_field" if str(error) in {name for name, _ in files} else "form"
        mend = "Give it one of 200 characters at most, without line breaks and other control characters."
        raise CardError.bad_input(field, what, mend) from error


def _fields(given: Values, types: Mapping[str, str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        items = value if isinstance(value, list) else [value]
        written = _as_json if "json" in types.get(name, "").lower() else to_text
        pairs += [(name, written(item)) for item in items if item is not None]
    return pairs


def _as_json(value: JSON) -> str:
    """A text that is JSON is sent as it is, as a whole body would be."""
    return dump_json(value) if isinstance(value, str) and not is_json(value) else to_text(value)


async def _opened(file: JSON, files: SentFiles | None) -> FilePart:
    if files is None:
        raise CardError(ErrorDetail("There are no files here.", code="no-files", mend="Run the flow on a server."))
    return await files.part(file)


def _make_body(outgoing: Outgoing, body: BodySource, kind: str, *, keep: bool) -> None:
    """Set body and media type; ``keep`` leaves the one that the request says itself."""
    own = {name: value for name, value in outgoing.headers.items() if name.lower() == "content-type"}
    rest = {name: value for name, value in outgoing.headers.items() if name.lower() != "content-type"}
    outgoing.source, outgoing.body = body, None
    outgoing.headers = {**rest, **(own if own and keep else {"Content-Type": kind})}
