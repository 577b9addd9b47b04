"""What an app's answer to the check of a connection tells."""

from __future__ import annotations

from dataclasses import replace

from keyturn.connections.model import Connection
from keyturn.connections.problems import REFUSED
from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.credentials import advice
from keyturn.connectors.failures import is_page, said_once
from keyturn.flows.json import Values
from keyturn.triggers.subscribe import Answer

from .connections import CheckResult, ConnectionState, StateName

_NOTHING_SPECIAL = "/"
_ELSE = "The address seems to belong to something else."
_A_REQUEST_SHOWS = "Whether it takes the credentials, a request shows."
_HAS_SHOWN = "A request has shown that it takes the credentials."
_REFUSALS = frozenset({401, 403, 407})
_NOT_HERE = frozenset({301, 302, 303, 307, 308, 404, 405})


def judged(manifest: CompiledManifest, connection: Connection, answer: Answer) -> CheckResult:
    """Whether the connection works, and what to do if not.

    An app that has no request of its own to check by is asked for its address alone: whatever it answers, but that it
    refuses the credentials or is out of order, it is there. Who lacks the scope of the check's own request has what an
    app takes, and may have all that flows need.
    """
    title, check = manifest.model.title, manifest.model.check
    seen: Values = {"status": answer.status, "headers": {}, "body": answer.body}
    error, nothing_special = manifest.error(seen), not tells(manifest)
    # an app's plain address may show people a page; one that each customer has for the API shows none that is well
    if is_page(answer.body) and (not nothing_special or (manifest.model.own_address and error is None)):
        what = f"{title} answered {answer.status} with a web page where JSON was to come."
        return CheckResult(False, what, _address_mend(manifest, connection), REFUSED)
    if nothing_special and answer.status not in _REFUSALS and answer.status < 500:
        if (what := _foreign(manifest, seen)) and not is_page(answer.body):
            return CheckResult(False, what, _address_mend(manifest, connection), REFUSED)
        return CheckResult(True, f"{title} answered {answer.status}: it is there.", _A_REQUEST_SHOWS, told=False)
    if error is None:
        lacks = manifest.check_sign.missed(seen, title, reads=True) if manifest.check_sign is not None else ""
        if not lacks:
            return CheckResult(True, f"{title} answered {answer.status}.")
        what = f"{title} answered {answer.status}, and {lacks} {_ELSE}"
        return CheckResult(False, what, _address_mend(manifest, connection), REFUSED)
    said = sentence(" ".join([f"{title} answered {answer.status}", *said_once(error.code, error.message)]))
    if error.status == 403 and answer.scopes:
        what = f"{said} It takes the credentials; what the test asks for needs a scope of its own."
        return CheckResult(True, what, f"{answer.scopes} Flows that do not need it work without.", "lacks-scope")
    hint = advice(manifest, error, connection)
    mend = hint[1] if hint else "Check the credentials and the address of the connection."
    if error.status == 429 or error.status >= 500:
        mend = "Test it again in a while."
    elif error.status not in _REFUSALS and (hint is None or error.status in _NOT_HERE):
        mend = _address_mend(manifest, connection)  # what a check asks for is there in each tenant, and understood
    guide = manifest.model.guides.get(connection.kind)
    if error.status == 403 and guide is not None and guide.where and not check.scopes:
        mend = f"{mend} If it lacks a scope to read with: {guide.where}"
    return CheckResult(False, said, mend, REFUSED)


def tells(manifest: CompiledManifest) -> bool:
    """Whether a test of its connections tells if the app takes the credentials: where nothing but the app's address is
    asked for, it does not."""
    return manifest.model.check.path != _NOTHING_SPECIAL or manifest.model.protocol == "smtp"


def not_tried(manifest: CompiledManifest) -> str:
    """What is to be said of a connection that nobody has used yet; empty where a test tells."""
    return "" if tells(manifest) else f"A test tells only that something is there. {_A_REQUEST_SHOWS}"


def of_address(code: str) -> str:
    """The code of a refusal that came to a request for nothing but the app's address: the next answer there undoes it,
    where it leaves standing what an app refused to a request of a card."""
    return f"address-{code}" if code == REFUSED else code


def with_state(result: CheckResult, state: ConnectionState) -> CheckResult:
    """A test together with what requests have shown, where the test itself does not tell."""
    if result.told or not result.works:
        return replace(result, state=state)
    if state.name is StateName.WORKS:
        return replace(result, what=f"{result.what} {_HAS_SHOWN}", mend="", state=state)
    if state.name is StateName.FAILING:
        what = f"{result.what} But a request was refused: {sentence(state.what)}"
        return replace(result, what=what, mend=state.mend, state=state)
    return replace(result, state=state)


def _foreign(manifest: CompiledManifest, seen: Values) -> str:
    """What there is to say of JSON at the app's plain address that is not the app's; empty where nothing tells."""
    title, sign, body = manifest.model.title, manifest.check_sign, seen["body"]
    if sign is None or not isinstance(body, dict | list):
        return ""
    if manifest.error(seen) is None:
        lacks = sign.missed(seen, title, reads=True)
    else:
        lacks = "" if manifest.says_error(seen) else f"it is not as {title} tells an error."
    return f"{title} answered {seen['status']}, and {lacks} {_ELSE}" if lacks else ""


def sentence(text: str) -> str:
    """With a stop at its end, so that what follows does not run into it."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _address_mend(manifest: CompiledManifest, connection: Connection) -> str:
    usual = manifest.model.base_url
    example = f" It is of the form {usual}, with nothing behind it." if usual else ""
    return f"Check the address of the connection, {connection.base_url}.{example}"
