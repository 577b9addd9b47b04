"""From what aiohttp raised, and how far the attempt had come, to an error of our tree."""

from __future__ import annotations

import errno
import re
import ssl

import aiohttp

from .attempt import Attempt, Stage
from .errors import (
    AnswerTimeout,
    AnswerTruncated,
    AnswerUnreadable,
    ConnectFailed,
    ConnectionLost,
    ConnectionRefused,
    EgressDenied,
    HttpError,
    InvalidRequest,
    NameNotResolved,
    NoFreeConnection,
    TlsFailed,
)
from .messages import Timeouts
from .resolving import Forbidden

_LOOK_FIRST = "Look in the app whether it took effect before sending it again."
_OTHER_CERTIFICATE = ("is not trusted", "Check the host name, or have the operator trust its issuer.")
_OWN_AUTHORITY = ("is not trusted", "If it is an authority of your own, have the operator name it in KEYTURN_CA_FILE.")
_CERTIFICATES = {
    9: ("is not valid yet", "Check the clock of this machine, or have the app's operator look at its certificate."),
    10: ("has expired", "Have the app's operator renew it, and check the clock of this machine."),
    18: _OWN_AUTHORITY,
    19: _OWN_AUTHORITY,
    20: _OWN_AUTHORITY,
    62: ("is for another name", "Check how the host is spelt in the connection's address."),
}
_NO_CLIENT_CERTIFICATE = "Keyturn shows none: use an address of the app that wants none, or a gateway that shows one."
_TOO_MUCH = re.compile(r"got more than|too many", re.IGNORECASE)  # how aiohttp says it
_TRY_LATER = "Try again later; if it stays so, check the app's state and the network."


def of_exception(exc: BaseException, attempt: Attempt, host: str, label: str, proxy: str = "") -> HttpError:
    """The error for an attempt without the head of an answer; ``proxy`` is the host by way of which it went."""
    if attempt.stage is Stage.SENDING:
        return _after_sending(exc, attempt, host, label)
    if isinstance(exc, aiohttp.ClientHttpProxyError):
        return of_proxy(exc.status, host, label)
    if isinstance(exc, aiohttp.ClientProxyConnectionError):
        what = f"The proxy on the way to {host} could not be reached."
        return ConnectFailed(what, "Check the proxy's address and that it runs.", host=host, label=label)
    if isinstance(exc, aiohttp.ClientConnectorDNSError):
        return _lookup_failed(exc, host, label)
    if proxy and isinstance(exc, aiohttp.ClientConnectorError) and exc.host == proxy != host:
        return _of_proxys_tls(exc, host, label)
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        return of_certificate(exc.certificate_error, host, label)
    if isinstance(exc, aiohttp.ClientSSLError):
        return of_handshake(host, label)
    if isinstance(exc, aiohttp.InvalidURL):
        return InvalidRequest("The URL cannot be read.", "Correct it.", host=host, label=label)
    if isinstance(exc, OSError) and _refused(exc):
        return of_refusal(host, label)
    return ConnectFailed(f"No connection to {host} could be made.", _TRY_LATER, host=host, label=label)


def of_refusal(host: str, label: str = "") -> ConnectionRefused:
    """The error for a host on whose port nobody listens."""
    what = f"{host} refused the connection."
    return ConnectionRefused(what, "Check the port and that the app runs.", host=host, label=label)


def of_proxy(status: int, host: str, label: str) -> ConnectFailed:
    """The error for a proxy that does not let a request through."""
    if status == 407:
        what, mend = "wants other credentials", "Check the user and password for the proxy."
    else:
        what, mend = f"answered {status}", "Check that the proxy may reach the app, and how the app's name is spelt."
    return ConnectFailed(f"The proxy on the way to {host} {what}.", mend, host=host, label=label)


def _of_proxys_tls(exc: aiohttp.ClientConnectorError, host: str, label: str) -> TlsFailed:
    """The error for a proxy (https://...) to which no encrypted connection comes about."""
    if isinstance(exc, aiohttp.ClientConnectorCertificateError):
        told = of_certificate(exc.certificate_error, exc.host)
        return TlsFailed(
            f"The proxy on the way to {host}: {told.what}", f"{told.mend} It is the proxy's.", host=host, label=label
        )
    what = f"The proxy on the way to {host} did not agree to an encrypted connection."
    return TlsFailed(what, "Most proxies are reached by http://: look at the proxy's address.", host=host, label=label)


def of_handshake(host: str, label: str = "") -> TlsFailed:
    """The error for a host that does not come to an encrypted connection."""
    what, mend = "did not agree to an encrypted connection", "Check the port, and that the app offers TLS 1.2 or newer."
    return TlsFailed(f"{host} {what}.", mend, host=host, label=label)


def of_certificate(exc: Exception, host: str, label: str = "") -> TlsFailed:
    """The error for a certificate: OpenSSL says what is wrong with it by a number (X509_V_ERR)."""
    number = exc.verify_code if isinstance(exc, ssl.SSLCertVerificationError) else 0
    what, mend = _CERTIFICATES.get(number, _OTHER_CERTIFICATE)
    return TlsFailed(f"The certificate of {host} {what}.", mend, host=host, label=label)


def _refused(exc: OSError) -> bool:
    # With several addresses asyncio puts all errors into one text without a number.
    return exc.errno == errno.ECONNREFUSED or isinstance(exc.__cause__, ConnectionRefusedError)


def _lookup_failed(exc: aiohttp.ClientConnectorDNSError, host: str, label: str) -> HttpError:
    reason = exc.os_error
    if isinstance(reason, Forbidden):
        return EgressDenied(reason.denial.what, reason.denial.mend, host=host, label=label)
    return NameNotResolved(
        f"The name {host} has no address.",
        "Check its spelling and the DNS of the server.",
        host=host,
        label=label,
    )


def _after_sending(exc: BaseException, attempt: Attempt, host: str, label: str) -> HttpError:
    if _wants_certificate(exc):
        what = f"{host} wants a certificate of the client."
        return TlsFailed(what, _NO_CLIENT_CERTIFICATE, host=host, label=label)
    if isinstance(exc, aiohttp.ClientResponseError) and _TOO_MUCH.search(exc.message):
        what = f"The head of the answer of {host} is longer, or has more headers, than Keyturn reads."
        return AnswerUnreadable(what, f"{_LOOK_FIRST} Have the app's operator shorten it.", host=host, label=label)
    if isinstance(exc, aiohttp.ClientResponseError):
        return AnswerUnreadable(
            f"{host} answered with something that is not HTTP.", _LOOK_FIRST, host=host, label=label
        )
    return ConnectionLost(
        f"The connection to {host} ended after the request was sent and before an answer came.",
        _LOOK_FIRST,
        host=host,
        label=label,
        reused=attempt.reused,
    )


def _wants_certificate(exc: BaseException | None) -> bool:
    """Whether the server ended the connection for want of one: with TLS 1.3 it says so only behind the handshake, and
    has acted on nothing (RFC 8446, 4.4.2.4)."""
    while exc is not None:
        if isinstance(exc, ssl.SSLError) and "CERTIFICATE_REQUIRED" in str(exc):
            return True
        exc = exc.__cause__ or exc.__context__
    return False


def of_timeout(attempt: Attempt, timeouts: Timeouts, host: str, label: str, status: int | None) -> HttpError:
    """The error for an attempt whose deadline passed; ``status`` if the head of the answer was read."""
    if status is not None:
        return AnswerTruncated(
            f"The answer of {host} ({status}) did not end within {timeouts.answer_s:g} s.",
            "Ask for less at a time, or raise the answer time.",
            status=status,
            host=host,
            label=label,
        )
    match attempt.stage:
        case Stage.QUEUED:
            return NoFreeConnection(
                f"All connections to {host} were in use for {timeouts.queue_s:g} s.",
                "Run fewer calls at once, or raise the size of the pool.",
                host=host,
                label=label,
            )
        case Stage.RESOLVING:
            return NameNotResolved(
                f"The address of {host} was not found within {timeouts.connect_s:g} s.",
                "Check the DNS of the server.",
                host=host,
                label=label,
            )
        case Stage.SENDING | Stage.ANSWERED:
            return AnswerTimeout(
                f"{host} did not answer within {timeouts.answer_s:g} s.", _LOOK_FIRST, host=host, label=label
            )
        case _:
            return ConnectFailed(
                f"{host} could not be reached within {timeouts.connect_s:g} s.",
                _TRY_LATER,
                host=host,
                label=label,
            )
