"""The only client that goes outside: egress rules, limits, honest errors, back-off, recording.

`HttpClient.send` makes exactly one try and returns every answered status; see ``errors`` for what it
raises, ``egress`` for where requests may go, ``backoff`` for when to try again, ``recording`` for what a
trace may keep.
"""

from .authorities import BadAuthorities
from .backoff import Backoff, BackoffPolicy, Exhausted, Told, ToldTooLong, Wait, told_wait, wait_before
from .charsets import old_text_of, text_of
from .checks import is_clients_own
from .client import HttpClient
from .egress import BadEgressEntry, EgressRules
from .errors import (
    AnswerInvalid,
    AnswerTimeout,
    AnswerTooLarge,
    AnswerTruncated,
    AnswerUnreadable,
    AnswerUnusable,
    BadSetting,
    ConnectFailed,
    ConnectionLost,
    ConnectionRefused,
    EgressDenied,
    HttpError,
    InvalidRequest,
    NameNotResolved,
    NoFreeConnection,
    NotSent,
    OutcomeUnknown,
    RedirectFailed,
    TlsFailed,
)
from .masking import MASK, Masker
from .messages import BodySource, Headers, Request, Response, Sink, Timeouts, headers
from .proxies import DIRECT, BadProxy, Exceptions, Proxy, read_proxy
from .recording import Exchange, RecordedBody, record
from .resolving import Resolver, SystemResolver
from .settings import Clock, HttpSettings, SystemClock

__all__ = [
    "DIRECT",
    "MASK",
    "AnswerInvalid",
    "AnswerTimeout",
    "AnswerTooLarge",
    "AnswerTruncated",
    "AnswerUnreadable",
    "AnswerUnusable",
    "Backoff",
    "BackoffPolicy",
    "BadAuthorities",
    "BadEgressEntry",
    "BadProxy",
    "BadSetting",
    "BodySource",
    "Clock",
    "ConnectFailed",
    "ConnectionLost",
    "ConnectionRefused",
    "EgressDenied",
    "EgressRules",
    "Exceptions",
    "Exchange",
    "Exhausted",
    "Headers",
    "HttpClient",
    "HttpError",
    "HttpSettings",
    "InvalidRequest",
    "Masker",
    "NameNotResolved",
    "NoFreeConnection",
    "NotSent",
    "OutcomeUnknown",
    "Proxy",
    "RecordedBody",
    "RedirectFailed",
    "Request",
    "Resolver",
    "Response",
    "Sink",
    "SystemClock",
    "SystemResolver",
    "Timeouts",
    "TlsFailed",
    "Told",
    "ToldTooLong",
    "Wait",
    "headers",
    "is_clients_own",
    "old_text_of",
    "read_proxy",
    "record",
    "text_of",
    "told_wait",
    "wait_before",
]
