"""How Okta refuses: error codes with their status and text, as in Okta's error code reference
(https://developer.okta.com/docs/reference/error-codes/)."""

from __future__ import annotations

from keyturn.sandbox.ids import Ids
from keyturn.sandbox.values import Json, JsonObject
from keyturn.sandbox.wire import Refused

_CODES: dict[str, tuple[int, str]] = {
    "E0000001": (400, "Api validation failed: {0}"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000004": (401, "Authentication failed"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found: {0}"),
    "E0000009": (500, "Internal Server Error"),
    "E0000011": (401, "Invalid token provided"),
    "E0000021": (
        400,
        "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
    ),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000031": (400, "Invalid search criteria."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
}


def okta_body(ids: Ids, code: str, detail: str = "", causes: tuple[str, ...] = ()) -> JsonObject:
    """Okta's error object."""
    reasons: list[Json] = [{"errorSummary": cause} for cause in causes]
    return {
        "errorCode": code,
        "errorSummary": _CODES[code][1].replace("{0}", detail),
        "errorLink": code,
        "errorId": f"oae{ids.word(22)}",
        "errorCauses": reasons,
    }


class OktaWords:
    """Makes Okta's refusals."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids

    def refuse(self, code: str, detail: str = "", causes: tuple[str, ...] = ()) -> Refused:
        """The refusal with this code."""
        return Refused(_CODES[code][0], okta_body(self._ids, code, detail, causes))

    def validation(self, what: str, *causes: str) -> Refused:
        """400 E0000001: a value or a state that the operation does not take."""
        return self.refuse("E0000001", what, causes)

    def not_found(self, what: str, kind: str) -> Refused:
        """404 E0000007."""
        return self.refuse("E0000007", f"Resource not found: {what} ({kind})")
