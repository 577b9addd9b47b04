"""What the pretend Okta org does not take of an application that signs people in by OpenID Connect.

Source: OpenIdConnectApplicationSettingsClient in Okta's management OpenAPI description, and
https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/Client/, which says what goes together.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

_PLACE = "settings.oauthClient"
_TYPES = ("browser", "native", "service", "web")
_RESPONSES = ("code", "id_token", "token")
_GRANTS = (
    *("authorization_code", "client_credentials", "implicit", "interaction_code", "password", "refresh_token"),
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
)
_BY_BROWSER = frozenset({"authorization_code", "implicit", "interaction_code"})


def wrong_client(body: JsonObject) -> Iterator[str]:
    """What is wrong with the settings of an application's client, each with its place."""
    client = as_object(as_object(body.get("settings")).get("oauthClient"))
    kind = as_text(client.get("application_type")) or "web"
    if kind not in _TYPES:
        yield f"{_PLACE}.application_type: must be one of {', '.join(_TYPES)}"
    grants = [*map(as_text, as_list(client.get("grant_types")))] or (
        ["client_credentials"] if kind == "service" else ["authorization_code"]
    )
    for name, given, known in (
        ("grant_types", grants, _GRANTS),
        ("response_types", [*map(as_text, as_list(client.get("response_types")))], _RESPONSES),
    ):
        if any(each not in known for each in given):
            yield f"{_PLACE}.{name}: must be among {', '.join(known)}"
    back = as_list(client.get("redirect_uris"))
    if not back and not _BY_BROWSER.isdisjoint(grants):
        yield f"{_PLACE}.redirect_uris: at least one is needed for the grant type {grants[0]}"
    if not all(_is_address(each) for each in (*back, *as_list(client.get("post_logout_redirect_uris")))):
        yield f"{_PLACE}.redirect_uris: each must be an absolute URI without a fragment"


def _is_address(value: Json) -> bool:
    """Whether a browser can be sent there: to the web, or by a native app's own scheme."""
    try:
        parts = urlsplit(as_text(value))
    except ValueError:
        return False
    web = parts.scheme in ("http", "https")
    return bool(parts.scheme) and bool(parts.netloc if web else parts.netloc or parts.path) and not parts.fragment
