"""A request of an action, before the connection's address and credentials are put to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from keyturn.flows.json import JSON, Values

if TYPE_CHECKING:
    from keyturn.http import BodySource  # what checks flows needs no HTTP client

    from .signs import Known

MULTIPART = "multipart/form-data"  # of parts (RFC 7578)


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Outgoing:
    """A request below the connection's base, before credentials.

    Attributes:
        whole: the path may be a whole URL that begins with the base.
        base: another address of the app than the connector's usual one; empty for that.
        open: it is sent without the connection's credentials.
        source: the body, where it is read as it is sent; ``body`` is empty then.
        file: a file of a flow that is to be the body; null for none.
        files: files of a flow that are to be parts of a form, by names of its fields, with ``body`` as the others;
            None where the body is no such form.
        part_types: media types of those others, by their names.
        takes_any: it is sent by a manifest that has it take an answer of any type.
        sign: by what one knows that an answer is the app's; None where nothing tells.
    """

    method: str
    path: str
    query: Values
    headers: dict[str, str]
    body: JSON
    whole: bool = False
    base: str = ""
    open: bool = False
    source: BodySource | None = None
    file: JSON = None
    files: list[tuple[str, JSON]] | None = None
    part_types: Mapping[str, str] | None = None
    takes_any: bool = False
    sign: Known | None = None
