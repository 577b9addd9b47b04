"""Which operations of a description want credentials that a connection has."""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.flows.json import Values

from .description_gaps import pointed
from .description_keys import is_header_key
from .description_parts import dict_of, list_of, text_of


class Security:
    """What a description says of signing in.

    Args:
        operations: all that it describes; where none of them says anything, nor the whole, nobody knows.
    """

    def __init__(self, raw: Values, operations: Iterable[Values]) -> None:
        self._of_all = raw.get("security")
        self._told = "security" in raw or any("security" in one for one in operations)
        schemes = dict_of(dict_of(raw.get("components")).get("securitySchemes"))
        self._sent = {name for name, one in schemes.items() if _is_sent(pointed(raw, one))}

    def is_open(self, operation: Values) -> bool:
        """Whether it answers, for all that the description says, without what a connection sends."""
        if not self._told:
            return False
        ways = [dict_of(way) for way in list_of(operation.get("security", self._of_all))]
        return not all(ways) or not any(self._sent & {*way} for way in ways)

    def needs(self, operation: Values) -> bool:
        """Whether the description says that it wants what a connection sends."""
        return self._told and not self.is_open(operation)


def _is_sent(scheme: Values) -> bool:
    kind, how = text_of(scheme, "type"), text_of(scheme, "scheme").lower()
    return is_header_key(scheme) or kind == "oauth2" or (kind == "http" and how in ("bearer", "basic"))
