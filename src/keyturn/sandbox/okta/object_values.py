"""Values that cannot be, of what the pretend Okta org otherwise keeps as it is given: types, addresses of zones, links.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/NetworkZone/, .../Policy/ and
.../Application/.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from keyturn.sandbox.values import Json, JsonObject, as_object, as_text

ZONE_TYPES = ("DYNAMIC", "DYNAMIC_V2", "IP")
POLICY_TYPES = (
    *("ACCESS_POLICY", "DEVICE_SIGNAL_COLLECTION", "ENTITY_RISK", "IDP_DISCOVERY", "MFA_ENROLL", "OKTA_SIGN_ON"),
    *("PASSWORD", "POST_AUTH_SESSION", "PROFILE_ENROLLMENT"),
)
_ADDRESSES = ("gateways", "proxies")


def wrong_addresses(zone: JsonObject) -> Iterator[tuple[str, str]]:
    """The places of addresses of a zone that are none, each with what it should be."""
    for name in _ADDRESSES:
        given = zone.get(name)
        if given is not None and not isinstance(given, list):
            yield name, "must be a list of addresses"
        for place, each in enumerate(given if isinstance(given, list) else []):
            form, value = as_object(each).get("type"), as_text(as_object(each).get("value"))
            if form not in ("CIDR", "RANGE"):
                yield f"{name}[{place}].type", "must be one of CIDR, RANGE"
            elif not (_is_network(value) if form == "CIDR" else _is_range(value)):
                yield f"{name}[{place}].value", f"must be a valid {'CIDR notation' if form == 'CIDR' else 'range'}"


def _is_network(value: str) -> bool:
    try:
        ip_network(value, strict=False)
    except ValueError:
        return False
    return "/" in value


def _is_range(value: str) -> bool:
    try:
        first, last = (ip_address(part.strip()) for part in value.split("-"))
    except ValueError:
        return False
    return first.version == last.version and int(first) <= int(last)


def is_link(value: Json) -> bool:
    """Whether this is the address of a page."""
    if not isinstance(value, str) or any(letter.isspace() for letter in value):
        return False
    try:
        found = urlsplit(value)
    except ValueError:
        return False
    return found.scheme in ("http", "https") and bool(found.hostname)
