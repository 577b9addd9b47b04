"""How Microsoft Graph and its token service refuse.

Source: https://learn.microsoft.com/en-us/graph/errors and
https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

from keyturn.sandbox.ids import Ids
from keyturn.sandbox.values import Clock, Json, JsonObject, seconds
from keyturn.sandbox.wire import Refused


class GraphWords:
    """Makes Graph's refusals."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids

    def body(self, code: str, message: str) -> JsonObject:
        """Graph's error object."""
        request_id = self._ids.uuid()
        inner: JsonObject = {
            "code": code,
            "date": seconds(self._clock()).removesuffix("Z"),
            "request-id": request_id,
            "client-request-id": request_id,
        }
        return {"error": {"code": code, "message": message, "innerError": inner}}

    def refuse(self, status: int, code: str, message: str) -> Refused:
        """The refusal with this code and message."""
        return Refused(status, self.body(code, message))

    def forbidden(self) -> Refused:
        """403 Authorization_RequestDenied."""
        return self.refuse(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")

    def bad_request(self, message: str) -> Refused:
        """400 Request_BadRequest."""
        return self.refuse(400, "Request_BadRequest", message)

    def not_found(self, key: str) -> Refused:
        """404 for a directory object."""
        message = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
        return self.refuse(404, "Request_ResourceNotFound", message)

    def token_error(self, status: int, error: str, number: int, text: str) -> Refused:
        """A refusal of the token service."""
        trace, correlation, now = self._ids.uuid(), self._ids.uuid(), seconds(self._clock())
        stamp = now.replace("T", " ")
        description = f"AADSTS{number}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        codes: list[Json] = [number]
        body: JsonObject = {
            "error": error,
            "error_description": description,
            "error_codes": codes,
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={number}",
        }
        return Refused(status, body)
