"""A request and its answer as they may be kept in a trace: masked, and cut where they are long."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .charsets import text_of
from .errors import AnswerUnusable, HttpError
from .masking import Masker
from .messages import BodySource, JsonValue, Request, Response
from .urls import encode_pairs

KEPT_BYTES = 16 * 1024
_WHOLE = 256 * 1024  # bytes up to which a body is masked as a whole
_MARGIN = 64 * 1024  # masked beyond the cut, so that a secret across it is found


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class RecordedBody:
    """A body for the trace.

    ``text`` is None for bodies that are no text (they are not kept: nothing could be masked in them).
    ``length`` is that of the whole body in bytes; ``cut`` says that ``text`` is only its beginning.
    """

    text: str | None
    length: int
    cut: bool

    def to_json(self) -> dict[str, JsonValue]:
        """The body as a trace keeps it."""
        return {"text": self.text, "length": self.length, "cut": self.cut}


@dataclass(slots=True)  # made for every effect: a frozen one takes three times as long; nothing changes it
class Exchange:
    """One request and what came of it. ``status`` is None if no answer was read; ``error`` says why.

    ``final_url`` is where the answer came from after ``hops`` redirects. Headers are pairs in their order.
    ``response_body`` is None without a readable answer.
    """

    label: str
    method: str
    url: str
    request_headers: tuple[tuple[str, str], ...]
    request_body: RecordedBody | None
    status: int | None
    reason: str
    response_headers: tuple[tuple[str, str], ...]
    response_body: RecordedBody | None
    final_url: str
    hops: int
    elapsed_ms: float | None
    error: str | None
    error_kind: str | None

    def to_json(self) -> dict[str, JsonValue]:
        """The exchange as a trace keeps it."""
        return {
            "label": self.label,
            "method": self.method,
            "url": self.url,
            "request_headers": _pairs(self.request_headers),
            "request_body": self.request_body.to_json() if self.request_body else None,
            "status": self.status,
            "reason": self.reason,
            "response_headers": _pairs(self.response_headers),
            "response_body": self.response_body.to_json() if self.response_body else None,
            "final_url": self.final_url,
            "hops": self.hops,
            "elapsed_ms": self.elapsed_ms,
            "error": self.error,
            "error_kind": self.error_kind,
        }


def _pairs(fields: tuple[tuple[str, str], ...]) -> list[JsonValue]:
    return [[name, value] for name, value in fields]


def record(
    request: Request,
    outcome: Response | HttpError,
    *,
    secrets: Iterable[str] = (),
    masker: Masker | None = None,
    kept_bytes: int = KEPT_BYTES,
) -> Exchange:
    """The exchange with every credential masked and bodies cut to ``kept_bytes`` bytes of text.

    Masked are credential headers, Set-Cookie, secret fields and parameters (``masking``), and each text
    of ``secrets`` wherever it stands. Masking comes before cutting, so no half of a secret stays. A
    ``masker`` that was made before for the same secrets and credential headers saves making one.
    """
    masker = masker or Masker(secrets, request.credential_headers)
    response = outcome if isinstance(outcome, Response) else None
    error = outcome if isinstance(outcome, HttpError) else None
    address = _full_url(request)
    shown = masker.url(address)
    sent_type = next((v for k, v in request.headers.items() if k.lower() == "content-type"), "")
    return Exchange(
        label=masker.text(request.label),
        method=request.method.upper(),
        url=shown,
        request_headers=_headers(request.headers.items(), masker),
        request_body=None if request.body is None else _body(request.body, sent_type, masker, kept_bytes),
        status=response.status if response else (error.status if isinstance(error, AnswerUnusable) else None),
        reason=masker.text(response.reason) if response else "",
        response_headers=_headers(response.headers.items(), masker) if response else (),
        response_body=_received(response, masker, kept_bytes) if response else None,
        final_url=_final(response, address, shown, masker) if response else "",
        hops=response.hops if response else 0,
        elapsed_ms=response.elapsed_ms if response else None,
        error=masker.text(str(error)) if error else None,
        error_kind=type(error).__name__ if error else None,
    )


def _full_url(request: Request) -> str:
    more = encode_pairs(request.query)
    if not more:
        return request.url
    url, hash_mark, fragment = request.url.partition("#")
    return f"{url}{'&' if '?' in url else '?'}{more}{hash_mark}{fragment}"


def _final(response: Response, address: str, shown: str, masker: Masker) -> str:
    """Where the answer came from; where redirects led, the address itself may be what lets one in."""
    if response.url == address:
        return shown
    place, question_mark, _ = response.url.partition("?")
    return f"{masker.url(place)}?***" if response.hops and question_mark else masker.url(response.url)


def _headers(fields: Iterable[tuple[str, str]], masker: Masker) -> tuple[tuple[str, str], ...]:
    return tuple((name, masker.header(name, value)) for name, value in fields)


def _received(response: Response, masker: Masker, kept_bytes: int) -> RecordedBody:
    if response.streamed is not None:
        return RecordedBody(None, response.streamed, cut=response.streamed > 0)
    return _body(response.body, response.headers.get("Content-Type", ""), masker, kept_bytes)


def _body(body: bytes | BodySource, content_type: str, masker: Masker, kept_bytes: int) -> RecordedBody:
    if not isinstance(body, bytes):
        return RecordedBody(None, body.size, cut=body.size > 0)
    part = body if len(body) <= _WHOLE else body[: kept_bytes + _MARGIN]
    text = text_of(part, content_type, whole=len(part) == len(body))
    if text is None:
        return RecordedBody(None, len(body), cut=bool(body))
    masked = masker.body(text, content_type).encode("utf-8", "replace")
    cut = len(masked) > kept_bytes or len(part) < len(body)
    return RecordedBody(masked[:kept_bytes].decode("utf-8", "ignore"), len(body), cut)
