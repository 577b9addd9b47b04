"""How Google Workspace refuses.

Source: https://developers.google.com/workspace/admin/directory/v1/limits and
https://developers.google.com/workspace/admin/directory/v1/guides/troubleshoot-error-codes.
"""

from __future__ import annotations

from keyturn.sandbox.values import Json, JsonObject
from keyturn.sandbox.wire import Refused

FAILURES = {
    401: ("authError", "Invalid Credentials"),
    403: ("forbidden", "Not Authorized to access this resource/api"),
    404: ("notFound", "Resource Not Found: userKey"),
    413: ("uploadTooLarge", "Request Too Large"),
    429: ("rateLimitExceeded", "Rate Limit Exceeded"),
    500: ("backendError", "Backend Error"),
    503: ("backendError", "Service unavailable. Please try again"),
}


def google_error(status: int, reason: str, message: str, place: tuple[str, str] | None = None) -> JsonObject:
    """Google's error object. `place`: kind and name of what is wrong, for example `parameter`, `orderBy`."""
    where: JsonObject = {} if place is None else {"locationType": place[0], "location": place[1]}
    detail: list[Json] = [{"message": message, "domain": "global", "reason": reason, **where}]
    return {"error": {"code": status, "message": message, "errors": detail}}


def refuse(status: int, reason: str, message: str) -> Refused:
    """The refusal with this reason and message."""
    return Refused(status, google_error(status, reason, message))


def forbidden() -> Refused:
    """403 forbidden."""
    return refuse(403, *FAILURES[403])


def not_found(what: str) -> Refused:
    """404 notFound: `userKey`, `groupKey` and so on."""
    return refuse(404, "notFound", f"Resource Not Found: {what}")


def invalid(message: str) -> Refused:
    """400 invalid."""
    return refuse(400, "invalid", f"Invalid Input: {message}")


def duplicate(message: str = "Entity already exists.") -> Refused:
    """409 duplicate."""
    return refuse(409, "duplicate", message)


def required(field: str) -> Refused:
    """400 required."""
    return refuse(400, "required", f"Missing required field: {field}")
