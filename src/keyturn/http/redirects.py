"""Whether and how an answer sends a request on.

Source: RFC 9110, section 15.4.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from .errors import InvalidRequest, RedirectFailed
from .messages import BodySource, Request, Response
from .urls import origin, prepare, read_url, shown_host

_STATUSES = frozenset({301, 302, 303, 307, 308})
_SAFE = frozenset({"GET", "HEAD"})
_BODY_HEADERS = ("Content-Type", "Content-Encoding", "Content-Language", "Content-Location")


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Hop:
    """One request of a chain: what is sent where. ``request.url`` and ``query`` are already in ``url``."""

    request: Request
    method: str
    url: URL
    number: int = 0


def follows(request: Request, method: str) -> bool:
    """Whether redirects are followed: as asked, else for GET and HEAD alone."""
    return method in _SAFE if request.follow_redirects is None else request.follow_redirects


def next_hop(hop: Hop, response: Response, limit: int) -> Hop | None:
    """The hop that ``response`` asks for, or None if it is the final answer.

    Credentials are dropped for good when scheme, host or port change. Raises `RedirectFailed` for too
    many hops, an unusable address, and a body that would be handed to another origin.
    """
    location = response.headers.get("Location")
    if response.status not in _STATUSES or location is None or not follows(hop.request, hop.method):
        return None
    host = shown_host(hop.url)
    if hop.number >= limit:
        raise _failed(hop, response, f"{host} redirected more than {limit} times.", "Use the final address.")
    target = _target(hop, response, location)
    method, body = _method_and_body(hop, response.status)
    request = replace(hop.request, body=body, headers=CIMultiDictProxy(_fields(hop, body)))
    if origin(target) != origin(hop.url):
        if body is not None:
            raise _failed(
                hop,
                response,
                f"{host} asks to send the body to {shown_host(target)}.",
                "If that is right, use that address in the first place.",
            )
        kept = [(name, value) for name, value in request.headers.items() if not request.is_credential(name)]
        request = replace(request, headers=CIMultiDictProxy(CIMultiDict(kept)))
    return Hop(request, method, target, hop.number + 1)


def _target(hop: Hop, response: Response, location: str) -> URL:
    problem = None
    try:
        return prepare(str(hop.url.join(read_url(location, encoded=True))))
    except InvalidRequest as exc:
        problem = exc
    except ValueError:
        pass
    raise _failed(
        hop,
        response,
        f"{shown_host(hop.url)} redirects to an address that cannot be used.",
        "Use the final address.",
        problem,
    )


def _method_and_body(hop: Hop, status: int) -> tuple[str, bytes | BodySource | None]:
    to_get = status == 303 or (status in (301, 302) and hop.method == "POST")
    if to_get and hop.method != "HEAD":
        return "GET", None
    return hop.method, hop.request.body


def _fields(hop: Hop, body: bytes | BodySource | None) -> CIMultiDict[str]:
    fields = CIMultiDict(hop.request.headers)
    if body is None and hop.request.body is not None:
        for name in _BODY_HEADERS:
            fields.popall(name, None)
    return fields


def _failed(hop: Hop, response: Response, what: str, mend: str, reason: InvalidRequest | None = None) -> RedirectFailed:
    return RedirectFailed(
        what, mend, status=response.status, host=shown_host(hop.url), label=hop.request.label, reason=reason
    )
