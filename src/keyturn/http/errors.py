"""What can go wrong on the way to an app and back.

    HttpError
    ├── NotSent                  it is certain that the app received nothing of this request
    │   ├── InvalidRequest       the request itself cannot be sent (address, header, size)
    │   ├── EgressDenied         the address is one that requests may not go to
    │   ├── NameNotResolved      the host name has no address
    │   ├── NoFreeConnection     the pool was full for too long
    │   └── ConnectFailed        no connection came about
    │       ├── ConnectionRefused    the host answered that nothing listens there
    │       └── TlsFailed            no trusted, encrypted connection came about
    ├── OutcomeUnknown           bytes may have left and no answer was read: it may have happened
    │   ├── AnswerTimeout        no answer in time
    │   ├── ConnectionLost       the connection ended before an answer
    │   └── AnswerUnreadable     what came back is not HTTP
    └── AnswerUnusable           an answer arrived and its ``status`` is known, the rest is of no use
        ├── AnswerTooLarge       the body is over the limit
        ├── AnswerTruncated      the body ended, stalled or was lost before its end
        ├── AnswerInvalid        the body is not what its headers say (or not JSON, for ``Response.json``)
        └── RedirectFailed       the answer sent us on to where the request cannot or may not go

An answered status of any kind, 500 included, is a `Response` and no error. Every error has ``what``
and ``mend`` as sentences for people, ``host``, and the ``label`` of the request. None of them holds a
query string, a header value or a body, so that they may be logged and shown.
"""

from __future__ import annotations


class HttpError(Exception):
    """The base of all errors that `HttpClient.send` raises.

    ``what`` happened, how to ``mend`` it, and the ``host`` (``name`` or ``name:port``) that it is about.
    """

    def __init__(self, what: str, mend: str, *, host: str = "", label: str = "") -> None:
        super().__init__(what, mend, host, label)
        self.what = what
        self.mend = mend
        self.host = host
        self.label = label

    def __str__(self) -> str:
        about = f"{self.label}: " if self.label else ""
        return f"{about}{self.what} {self.mend}"


class NotSent(HttpError):
    """It is certain that the app received nothing of this request: sending it again repeats nothing."""


class InvalidRequest(NotSent):
    """The request cannot be sent as it is written."""


class EgressDenied(NotSent):
    """The egress rules forbid the address that the request would have gone to."""


class NameNotResolved(NotSent):
    """The host name could not be turned into an address."""


class NoFreeConnection(NotSent):
    """All connections of the pool stayed in use for the whole waiting time."""


class ConnectFailed(NotSent):
    """No connection to the host came about."""


class ConnectionRefused(ConnectFailed):
    """The host refused the connection: nothing listens on that port."""


class TlsFailed(ConnectFailed):
    """The encrypted connection could not be made, or its certificate is not trusted."""


class OutcomeUnknown(HttpError):
    """Bytes may have been sent and no complete answer head was read: the app may have acted."""


class AnswerTimeout(OutcomeUnknown):
    """The request was sent and the answer did not begin in time."""


class ConnectionLost(OutcomeUnknown):
    """The connection ended after sending began and before an answer.

    ``reused`` tells that the connection came from the pool, where an idle one may have been closed by
    the app at the very moment of sending. It is a likely cause, not a proof that nothing happened.
    """

    def __init__(self, what: str, mend: str, *, host: str = "", label: str = "", reused: bool = False) -> None:
        super().__init__(what, mend, host=host, label=label)
        self.reused = reused


class AnswerUnreadable(OutcomeUnknown):
    """Bytes came back that are not the head of an HTTP answer."""


class AnswerUnusable(HttpError):
    """An answer arrived, so the app did act or refuse; ``status`` says which, the rest is of no use."""

    def __init__(self, what: str, mend: str, *, status: int, host: str = "", label: str = "") -> None:
        super().__init__(what, mend, host=host, label=label)
        self.status = status


class AnswerTooLarge(AnswerUnusable):
    """The body, unpacked, is larger than the limit; reading stopped there."""


class AnswerTruncated(AnswerUnusable):
    """The body did not come to its end."""


class AnswerInvalid(AnswerUnusable):
    """The body contradicts its headers, or is not the JSON that was asked for."""


class RedirectFailed(AnswerUnusable):
    """The answer is a redirect that cannot or may not be followed.

    ``reason`` is the error of the hop that was not made, if there is one.
    """

    def __init__(
        self,
        what: str,
        mend: str,
        *,
        status: int,
        host: str = "",
        label: str = "",
        reason: NotSent | None = None,
    ) -> None:
        super().__init__(what, mend, status=status, host=host, label=label)
        self.reason = reason


class BadSetting(ValueError):
    """A setting of how apps are reached that cannot be used as it is written. Has ``what`` and ``mend``."""

    def __init__(self, what: str, mend: str, lead: str = "") -> None:
        super().__init__(f"{lead}{what} {mend}")
        self.what = what
        self.mend = mend
