"""How Okta refuses: error codes with their status and text, as in Okta's error code reference
(https://developer.okta.com/docs/reference/error-codes/)."""

from __future__ import annotations

from keyturn.sandbox.ids import Ids
from keyturn.sandbox.values import Json, JsonObject
from keyturn.sandbox.wire import Refused

_CODES: dict[str, tuple[int, str]] = {
    "E0000001": (400, "Api validation failed: {0}"),
    "E0000002": (400, "The request was not valid: {0}"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000004": (401, "Authentication failed"),
    "E0000005": (403, "Invalid session"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found: {0}"),
    "E0000009": (500, "Internal Server Error"),
    "E0000011": (401, "Invalid token provided"),
    "E0000014": (403, "Update of credentials failed"),
    "E0000016": (403, "Activation failed because the user is already active"),
    "E0000017": (403, "Password reset failed"),
    "E0000021": (
        400,
        "Bad request.  Accept and/or Content-Type headers likely do not match supported values.",
    ),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000031": (400, "Invalid search criteria."),
    "E0000032": (403, "Unlock is not allowed for this user."),
    "E0000034": (403, "Forgot password not allowed on specified user."),
    "E0000035": (403, "Change password not allowed on specified user."),
    "E0000036": (403, "Change recovery question not allowed on specified user."),
    "E0000038": (403, "This operation is not allowed in the user's current status."),
    "E0000040": (400, "Application label must not be the same as an existing application label."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
    "E0000056": (403, "Delete application forbidden."),
    "E0000068": (403, "Invalid Passcode/Answer"),
    "E0000069": (403, "User Locked"),
    "E0000080": (403, "The password does not meet the complexity requirements of the current password policy."),
    "E0000087": (403, "The recovery question answer did not match our records."),
    "E0000090": (409, "The role specified is already assigned to the user."),
    "E0000119": (403, "Your account is locked. Please contact your administrator."),
    "E0000162": (503, "The service is not available at the moment. Please try again later."),
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
