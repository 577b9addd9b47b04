"""How apps are reached, as this process's settings say: of servers, of workers, and of a flow tried from a file."""

from __future__ import annotations

from keyturn.http import HttpSettings, Timeouts, read_proxy

from .settings import Settings


def http_settings(settings: Settings) -> HttpSettings:
    """Limits, egress rules, proxy and authorities of all requests to apps.

    Raises:
        BadProxy: the proxy cannot be read.
    """
    proxy = settings.proxy.get_secret_value() if settings.proxy else ""
    return HttpSettings(
        timeouts=Timeouts(answer_s=settings.answer_seconds),
        max_response_bytes=settings.answer_bytes,
        allow=tuple(settings.egress_allowed),
        ca_file=settings.ca_file,
        proxy=read_proxy(proxy, trusted=True) if proxy else None,
        no_proxy=tuple(settings.proxy_exceptions),
    )
