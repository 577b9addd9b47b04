"""The several spellings that the pretend Microsoft 365 tenant has of one thing, turned into one.

OData has `users('x')`, `users(userPrincipalName='x')` and `users/x`, `delta()` and `delta`, and names of types in full;
an appId or a deviceId is the key of something that has another id; and ids are GUIDs, which are compared without regard
to case (Edm.Guid, https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html).
"""

from __future__ import annotations

import re

import orjson

from keyturn.sandbox.graph.beta import PREFIX
from keyturn.sandbox.values import Json, to_json

_KEY = re.compile(rb"\((?:(?!appId|deviceId)\w+=)?(?:microsoft\.graph\.\w+)?(?:'|%27)(.*?)(?:'|%27)\)")
_OTHER_KEY = re.compile(rb"\((appId|deviceId)=(?:'|%27)(.*?)(?:'|%27)\)")
_GUID = re.compile(rb"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")
# which properties of a body are ids; an employeeId is whatever a company calls its people by
_IDS = re.compile(r"(?:.*\.bind|(?!employee).*ids?|removeLicenses|disabledPlans)", re.IGNORECASE)


def plain_path(raw: bytes) -> bytes:
    """A path in the one spelling that the operations have."""
    path = raw
    if b"(" in path:
        path = _KEY.sub(rb"/\1", _OTHER_KEY.sub(rb"/\1=\2", path)).replace(b"()", b"")
    if path.startswith(PREFIX):
        path = b"/v1.0/" + path[len(PREFIX) :]
    return _small(path.replace(b"/microsoft.graph.", b"/graph."))


def plain_body(body: bytes) -> bytes:
    """A body with its ids in small letters."""
    if _small(body) == body:
        return body
    try:
        return orjson.dumps(_small_ids(to_json(orjson.loads(body)), are_ids=False))
    except orjson.JSONDecodeError:  # which the operation puts into words
        return body


def _small(text: bytes) -> bytes:
    return _GUID.sub(lambda found: found[0].lower(), text)


def _small_ids(value: Json, *, are_ids: bool) -> Json:
    if isinstance(value, dict):
        return {name: _small_ids(held, are_ids=_IDS.fullmatch(name) is not None) for name, held in value.items()}
    if isinstance(value, list):
        return [_small_ids(item, are_ids=are_ids) for item in value]
    return _small(value.encode()).decode() if isinstance(value, str) and are_ids else value
