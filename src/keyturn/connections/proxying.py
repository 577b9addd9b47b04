"""The proxy by way of which a connection's requests go."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.http import Proxy, read_proxy

from .model import PROXY, PROXY_LOGIN, Connection


def proxy_of(connection: Connection, secrets: Mapping[str, str]) -> Proxy | None:
    """The proxy of a connection; None for that of the installation.

    Raises:
        BadProxy: it cannot be read; whoever made the connection was told.
    """
    named = connection.settings.get(PROXY)
    return read_proxy(named, secrets.get(PROXY_LOGIN, "")) if named else None
