"""Files that mail of the pretend Microsoft 365 tenant carries.

Source: https://learn.microsoft.com/en-us/graph/api/resources/fileattachment and
https://learn.microsoft.com/en-us/graph/api/message-post-attachments.
"""

from __future__ import annotations

import base64
import binascii

from keyturn.sandbox.ids import Ids
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

FILE = "#microsoft.graph.fileAttachment"
_TAKEN = frozenset({"@odata.type", "name", "contentType", "contentBytes", "contentId", "contentLocation", "isInline"})
_ANY_TYPE = "application/octet-stream"


class BadAttachment(Exception):
    """Why something is no attachment that can be taken; `code` is Graph's."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def received(given: Json, now: str, ids: Ids) -> list[JsonObject]:
    """What a message came with, as it is kept. Raises BadAttachment."""
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(each, dict) for each in given):
        text = "Cannot convert the literal to the expected type 'Collection(microsoft.graph.attachment)'."
        raise BadAttachment("RequestBodyRead", text)
    return [_kept(as_object(each), now, ids) for each in given]


def _kept(given: JsonObject, now: str, ids: Ids) -> JsonObject:
    """One file."""
    kind = as_text(given.get("@odata.type"))
    if f"#{kind.lstrip('#')}".lower() != FILE.lower():
        text = f"The sandbox takes files alone; '@odata.type' must be '{FILE}', not '{kind}'."
        raise BadAttachment("RequestBodyRead", text)
    for name in given:
        if name not in _TAKEN:
            text = f"The property '{name}' does not exist on type 'microsoft.graph.fileAttachment'."
            raise BadAttachment("RequestBodyRead", text)
    name = as_text(given.get("name"))
    if not name:
        raise BadAttachment("ErrorInvalidRequest", "The name of an attachment must not be empty.")
    content = as_text(given.get("contentBytes"))
    return {
        "@odata.type": FILE,
        "id": f"AAMk{ids.word(44)}=",
        "lastModifiedDateTime": now,
        "name": name,
        "contentType": given.get("contentType") or _ANY_TYPE,
        "size": _size(content),
        "isInline": given.get("isInline") is True,
        "contentId": given.get("contentId"),
        "contentLocation": given.get("contentLocation"),
        "contentBytes": content,
    }


def _size(content: str) -> int:
    try:
        return len(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        text = "Cannot convert a value to target type 'Edm.Binary': it is no text in base64."
        raise BadAttachment("RequestBodyRead", text) from None


def attached(message: JsonObject) -> list[JsonObject]:
    """What a message carries."""
    return [as_object(each) for each in as_list(message.get("attachments"))]


def content_of(row: JsonObject) -> bytes:
    """The file itself."""
    return base64.b64decode(as_text(row["contentBytes"]))
