"""Proxies: between us and apps.

To an app with https a proxy opens a tunnel (CONNECT, RFC 9110, 9.3.6) and sees no more than its name; a request to an
app with http is handed to the proxy whole. The egress rules hold all the same: for an app's address if it is written as
one, and for the addresses that its name has here, where it has any; of a name that only the proxy knows, the proxy
decides. The operator's own proxy may be anywhere; one that a connection names is reached by the rules only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from .addresses import literal
from .egress import EgressEntry, parse_entries
from .errors import BadSetting

DIRECT_WORD = "direct"
_LOCAL = ("127.0.0.0/8", "::1", "localhost")
_LOGIN = re.compile(r"[^\x00-\x1f\x7f]+")


class BadProxy(BadSetting):
    """A proxy that cannot be used as it is written."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, or with an empty address none whatever the settings say.

    Attributes:
        url: its address, without credentials.
        login: user and password, with a colon between them.
        trusted: the operator has named it: no egress rule holds for its own address.
    """

    url: str
    login: str = field(default="", repr=False)
    trusted: bool = False

    @property
    def authorization(self) -> str | None:
        """What it is shown (RFC 7617)."""
        return f"Basic {base64.b64encode(self.login.encode()).decode()}" if self.login else None


DIRECT = Proxy("")


def read_proxy(text: str, login: str = "", *, trusted: bool = False) -> Proxy:
    """A proxy as it is written: ``http://proxy.example:3128``, ``http://user:password@proxy.example:3128``, ``direct``.

    Raises:
        BadProxy: it cannot be read.
    """
    if text == DIRECT_WORD:
        return DIRECT
    mend = "Write for example http://proxy.example:3128, or direct."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadProxy("The proxy is no address.", mend) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise BadProxy("The proxy is no address of a proxy.", mend)
    given = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}" if parts.username else login
    if given and not _LOGIN.fullmatch(given):
        raise BadProxy("The proxy's login holds a control character.", "Enter it again, in one line.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Proxy(f"{parts.scheme}://{host}" + (f":{port}" if port else ""), given, trusted)


class Exceptions:
    """Where no proxy is used: names, addresses and networks as in the egress lists; this machine always.

    Raises `BadEgressEntry` for an entry that cannot be read.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._entries: tuple[EgressEntry, ...] = parse_entries((*entries, *_LOCAL), "KEYTURN_NO_PROXY")

    def covers(self, host: str, port: int) -> bool:
        """Whether requests to a host go there directly."""
        address = literal(host)
        if address is not None:
            return any(entry.covers_address(address, port) for entry in self._entries)
        return any(entry.covers_name(host.removesuffix("."), port) for entry in self._entries)
