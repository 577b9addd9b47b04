"""What went wrong with a request, in three lines: what happened, why likely, what to do."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace

import orjson

from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.problems import ConnectionProblem
from keyturn.flows.actions import ANSWER_UNUSABLE, Failed, Unknown
from keyturn.flows.document import Retry
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.http import (
    AnswerTooLarge,
    AnswerTruncated,
    AnswerUnusable,
    ConnectFailed,
    EgressDenied,
    HttpError,
    InvalidRequest,
    Masker,
    NameNotResolved,
    NoFreeConnection,
    NotSent,
    RedirectFailed,
)

from .compiled import AppError, CompiledManifest
from .credentials import advice
from .manifest import ManifestModel
from .scopes import missing

_PASSING = (ConnectFailed, NameNotResolved, NoFreeConnection)
# What says of a connection that its address leads nowhere, whatever is asked for there.
UNREACHED = (ConnectFailed, NameNotResolved, EgressDenied)
NOT_REACHED = "not-reached"
NOT_SENT = "not-sent"
HARMLESS = "What was done does no harm if it is done again."
# One of an action's requests was not sent, after others that the app had carried out.
PART_SENT = "part-sent"
_SHOWN = 2_000
_OUT_OF_ORDER = frozenset({500, 502, 503, 504})
_SHORTEST = 8
_CHALLENGE = re.compile(r'\bscope="([^"]*)"')

_STATUS_HINTS: dict[int, tuple[str, str]] = {
    400: ("The app does not understand the request.", "Compare address and body with the app's documentation."),
    403: ("The credentials lack a permission for this.", "Grant the permission to the connection's account."),
    404: ("The app knows nothing at this address.", "Check the address and the name or id in it."),
    405: ("The app does not allow this method here.", "Choose another method."),
    409: ("It clashes with what is there already.", "Look in the app; it may be done already."),
    412: ("A precondition does not hold.", "Look in the app, then run again."),
    413: ("The request is too large for the app.", "Send less at a time."),
    422: ("The app finds the values wrong.", "Check what the card is given."),
    429: ("The app limits how fast it is asked.", "Let the card try again on 429."),
}
_LOOK = "Look at its answer."
_SAYS_NO = ("The app says no, in an answer with a good status.", "Look up in the app's documentation what it says.")
_ASK_LATER = "Ask again in a while."
_NOT_UNDERSTOOD = "Ask again. If the app answers so each time, write the value or its id into the field yourself."
_SERVER_HINT = ("The app itself has a fault.", "Run again from this card later; let the card try again on 5xx.")
_TRIED = "The card tried again as often as it says. Run again from it later, or let it try more often or wait longer."


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a refusal may have to do with scopes.

    Attributes:
        told: which are needed, and where to add them; empty where it has nothing to do with them.
        lacks: the connection lacks one, as is known of it.
    """

    told: str = ""
    lacks: bool = False


NO_SCOPES = Scopes()


def refused(
    manifest: CompiledManifest,
    answer: Values,
    error: AppError,
    reason: str,
    retry_after: float | None,
    retry: Retry | None,
    scopes: Scopes,
    connection: Connection,
) -> Failed:
    """An answer that is no success.

    Args:
        connection: its kind says what to do about credentials; its address may be wrong where a web page came, or a
            redirect.
        retry: how the card tries again by itself: nobody is told to have it do what it did.
        scopes: what it may have to do with scopes, and where to add them.
    """
    status, sent, title = error.status, answer.get("status"), manifest.model.title
    field: str | None = None
    address = connection.base_url
    said = ": ".join(said_once(error.code, error.message))
    hint = advice(manifest, error, connection) or _STATUS_HINTS.get(status) or (_SERVER_HINT if status >= 500 else None)
    well = isinstance(sent, int) and 200 <= sent < 300
    why, mend = hint or (_SAYS_NO if well else ("The app answered with a status that is no success.", _LOOK))
    if scopes.lacks:  # whatever the app may mean by such a refusal otherwise
        why, mend = "The connection lacks a scope.", scopes.told
    else:
        mend = f"{mend} {scopes.told}".rstrip()
    if is_page(answer.get("body")) and 300 <= status < 500 and status not in (401, 403, 429):
        why, mend, field = _A_PAGE, _addressed(address), "connection"
    elif 300 <= status < 400:
        mend = f"{mend} {_addressed(address)}"
    if retry is not None and retry.covers(status) and (status == 429 or status >= 500):
        mend = _TRIED
    detail = ErrorDetail(
        (f"{title} refused" if well else f"{title} answered {sent} {reason}".rstrip()) + (f": {said}" if said else "."),
        code="app-answered",
        why=why,
        mend=mend,
        status=status,
        field=field,
        body=_cut(answer.get("body")),
    )
    return Failed(detail, status=status, retry_after=retry_after)


def said_once(code: str, message: str) -> list[str]:
    """Code and message of an error, as far as there are any; once where one begins with the other."""
    code, message = code.strip(), message.strip()
    if message.startswith(code):  # also where there is no code
        code = ""
    elif code.startswith(message):
        message = ""
    return [part for part in (code, message) if part]


_A_PAGE = "It is a web page and no answer of the app's API: the address of the connection may be another's."


def is_page(body: JSON) -> bool:
    """Whether an answer is a web page: of a wrong address, a sign-in in between, a gateway."""
    return isinstance(body, str) and body.lstrip()[:20].lower().startswith(("<!doctype html", "<html"))


def page_came(
    manifest: CompiledManifest, status: int, address: str, *, reads: bool, what: str = "it is a web page."
) -> Failed:
    """A web page with a good status, where an action is to answer: nobody knows who took the request."""
    failed = unreadable(manifest, status, what, reads=reads)
    return replace(failed, error=replace(failed.error, why=_A_PAGE, mend=f"{_addressed(address)} {failed.error.mend}"))


def not_its(manifest: CompiledManifest, answer: Values, address: str, what: str, *, reads: bool) -> Failed:
    """An answer with a good status that lacks what each of the app's has."""
    status = answer.get("status")
    failed = unreadable(manifest, status if isinstance(status, int) else 200, what, reads=reads)
    why = "The address of the connection may be another's, or the app answers otherwise than it used to."
    mend = f"{_addressed(address)} {failed.error.mend}"
    return replace(failed, error=replace(failed.error, why=why, mend=mend, body=_cut(answer.get("body"))))


def _addressed(address: str) -> str:
    return f"Check the address of the connection, {address}."


def challenged(header: str) -> tuple[str, ...]:
    """The scopes that a WWW-Authenticate header asks for (RFC 6750, section 3)."""
    found = _CHALLENGE.search(header) if "insufficient_scope" in header else None
    return tuple(found[1].split()) if found else ()


def lacking(model: ManifestModel, kind: AuthKind, needed: tuple[str, ...], granted: tuple[str, ...] | None) -> Scopes:
    """What a refusal may have to do with scopes; nothing where the connection has all that is needed, or has none.

    Args:
        granted: the connection's scopes; None where nobody knows.
    """
    guide = model.guides.get(kind)
    if not needed or (guide is not None and not guide.where):
        return NO_SCOPES
    lacks = missing(needed, granted, model.scopes)
    if granted is not None and not lacks:
        return NO_SCOPES
    told = f"It needs {' and '.join(needed)}."
    if lacks:
        told += f" The connection lacks {' and '.join(lacks)}."
    return Scopes(f"{told} {guide.where}" if guide is not None else told, lacks=bool(lacks))


_LOOK_THERE = "Look in the app whether it happened, then run again from this card or the next."
_AGAIN = "Run again from this card: doing it twice does no harm."
_SHAPE = (
    "Look at the answer in the run's history. If the app answers otherwise than it used to, its connector has to "
    "follow; until then a Custom API Action reads it as it is."
)


def unreadable(manifest: CompiledManifest, status: int, what: str, *, reads: bool = False) -> Failed:
    """An answer that arrived and cannot be used. Unless it begins with a refusal, what was asked may have been done.

    Args:
        reads: the request changes nothing, so that there is nothing to look for in the app.
    """
    detail = ErrorDetail(
        f"{manifest.model.title} answered {status}, but the answer cannot be used: {what}",
        code=ANSWER_UNUSABLE,
        why="The app, or something between, sent something else than announced. The request itself was taken.",
        mend=_SHAPE if reads else _LOOK_THERE,
        status=status,
    )
    return Failed(detail, status=status, taken=status < 400)


def harmless(failed: Failed) -> Failed:
    """A failure of what may be done again without harm: nobody has to look in the app before."""
    mend = failed.error.mend.replace(f" {HARMLESS}", "").replace(_LOOK_THERE, _AGAIN)
    return replace(failed, error=replace(failed.error, mend=mend))


_AS_TEXT = "The card Raw Request of the API Connector gives such an answer as text, or as a file."


def no_json(manifest: CompiledManifest, status: int, what: str, *, reads: bool) -> Failed:
    """An answer that says that it is JSON, and is not: no card that reads JSON makes anything of it."""
    failed = unreadable(manifest, status, f"it is announced as JSON and is not: {what}.", reads=reads)
    mend = f"Look at the answer in the run's history. {_AS_TEXT}" if reads else failed.error.mend
    return replace(failed, error=replace(failed.error, mend=mend))


def no_text(manifest: CompiledManifest, status: int, what: str) -> Failed:
    """An answer to a request that reads, with a picture or the like in it, where a card wants text."""
    failed = unreadable(manifest, status, what, reads=True)
    why = "A picture, an archive or the like is nothing that a field can hold."
    mend = "Take it as a file: a Custom API Action, and the cards of the API Connector, have that as an answer."
    return replace(failed, error=replace(failed.error, why=why, mend=mend))


def _unusable(manifest: CompiledManifest, error: AnswerUnusable, *, reads: bool) -> Failed:
    """An answer of which Keyturn itself makes nothing; of what has nothing to do with its shape it is told why."""
    failed = unreadable(manifest, error.status, error.what, reads=reads)
    match error:
        case AnswerTooLarge():
            why = "It is more than Keyturn reads of an answer."
            mend = "Ask for less at a time, or have the operator raise KEYTURN_ANSWER_BYTES."
        case RedirectFailed(reason=EgressDenied()):
            why = "The app sends the request on to where Keyturn does not go."
            mend = (
                "Check the address of the connection; if what it leads to is the app's, have the operator allow that "
                "address by KEYTURN_EGRESS_ALLOW."
            )
        case RedirectFailed():
            why, mend = "The app sends the request on, and not to where it can go.", error.mend
        case AnswerTruncated():
            why, mend = "The answer broke off.", error.mend
        case _:
            return failed
    mend = mend if reads else f"{failed.error.mend} {mend}"
    return replace(failed, error=replace(failed.error, why=why, mend=mend))


_REFUSED_HERE = "Keyturn itself does not send such a request: of the app it says nothing."


def no_answer(
    manifest: CompiledManifest, error: HttpError, *, reads: bool = False, elsewhere: bool = False
) -> Failed | Unknown:
    """A request without an answer: never sent, unusable, or nobody knows.

    Args:
        reads: the request changes nothing, so that there is nothing to look for in the app.
        elsewhere: it did not go to the connection's own address.
    """
    title = manifest.model.title
    if isinstance(error, NotSent):
        code = NOT_REACHED if isinstance(error, UNREACHED) and not elsewhere else NOT_SENT
        why = _REFUSED_HERE if isinstance(error, InvalidRequest | EgressDenied) else ""
        detail = ErrorDetail(f"{title} was not reached: {error.what}", code=code, why=why, mend=error.mend)
        return Failed(detail, not_sent=True, try_again=isinstance(error, _PASSING))
    if isinstance(error, AnswerUnusable):
        return _unusable(manifest, error, reads=reads)
    detail = ErrorDetail(
        f"{title} gave no answer: {error.what}",
        code="no-answer",
        why="The request was sent; whether the app carried it out is not known.",
        mend="Ask again: it changes nothing." if reads else "Look in the app whether it happened.",
    )
    return Unknown(detail)


def of_connection(problem: ConnectionProblem) -> ErrorDetail:
    """The error where the connection itself is the trouble: what to do is about it, and not about what was asked."""
    return ErrorDetail(str(problem), code=problem.code, field="connection", why=problem.why, mend=problem.mend)


def asked_in_vain(detail: ErrorDetail) -> ErrorDetail:
    """The error where a person asked, and no card: there is no run, nothing that tries again, and no history."""
    if detail.code == ANSWER_UNUSABLE:
        mend = _NOT_UNDERSTOOD if detail.mend.endswith(_AS_TEXT) else detail.mend.replace(_SHAPE, _NOT_UNDERSTOOD)
        return replace(detail, mend=mend)
    passes = detail.status is not None and (detail.status == 429 or detail.status in _OUT_OF_ORDER)
    return replace(detail, mend=_ASK_LATER) if passes else detail


def concerning(detail: ErrorDetail, inputs: Values, person: str | None) -> ErrorDetail:
    """The error with the field to look at first: what an app finds wrong lies in the address, in the body, or in the
    credentials and the state of the account behind the connection.

    Args:
        person: the input that names the person concerned, if the action has one.
    """
    if detail.field is not None:
        return replace(detail, field=detail.field or None)  # see concerned.NO_INPUT
    own = "url" in inputs  # the author writes the request
    addressed = "url" if own else person
    match detail.status:
        case 404 | 405 | 410:
            field = addressed
        case 400 | 409 | 412 | 413 | 415 | 422:
            field = "body" if own and inputs.get("body") is not None else addressed
        case _:
            field = None
    return replace(detail, field=field or "connection")


def masked(detail: ErrorDetail, secrets: frozenset[str]) -> ErrorDetail:
    """The error without the secrets that the app may have repeated in it."""
    masker = Masker(secrets)
    return replace(detail, message=masker.text(detail.message), body=masker.value(detail.body))


def without(outputs: Values, secrets: frozenset[str]) -> Values:
    """Outputs without a connection's secrets, which an app may have repeated: a flow has no use for them, and its
    history would show them. Short ones are left: they stand in much that is no secret."""
    long = [secret for secret in secrets if len(secret) >= _SHORTEST]
    if not long:
        return outputs
    try:
        text = orjson.dumps(outputs).decode()
    except orjson.JSONEncodeError:  # a number of more than 64 bits
        text = json.dumps(outputs, ensure_ascii=False)
    masker = Masker(long)
    if masker.text(text) == text:
        return outputs
    return {name: masker.value(value) for name, value in outputs.items()}


def _cut(body: JSON) -> JSON:
    if isinstance(body, str) and len(body) > _SHOWN:
        return f"{body[:_SHOWN]}... cut: {len(body)} characters in all"
    return body
