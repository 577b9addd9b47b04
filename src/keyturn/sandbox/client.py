"""A small client of the sandbox for command lines and tests: blocking, with bounded waits."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import cast
from urllib.parse import quote, urlsplit

import orjson

from keyturn.sandbox.config import SandboxError
from keyturn.sandbox.tls import BadCertificates, trusting
from keyturn.sandbox.values import Json, JsonObject, Tenant, to_json

Urls = dict[str, dict[str, str]]
_TIMEOUT = 10.0
_PATIENCE = 2.0


class SandboxCallError(SandboxError):
    """The sandbox refused a call or did not answer. `status` is None if there was no answer."""

    def __init__(self, what: str, status: int | None, body: str) -> None:
        self.status = status
        self.body = body
        super().__init__(what)


def read_urls(path: Path) -> Urls:
    """Read the file that a running sandbox wrote. Raises SandboxCallError if there is none."""
    try:
        found = orjson.loads(path.read_bytes())
        return {str(name): {str(k): str(v) for k, v in rows.items()} for name, rows in found.items()}
    except FileNotFoundError as error:
        raise SandboxCallError(
            f"There is no {path}: the sandbox does not seem to be running. Start it first.", None, ""
        ) from error
    except (OSError, ValueError, AttributeError) as error:
        raise SandboxCallError(
            f"{path} cannot be read as a sandbox's addresses ({error}). Start the sandbox again.", None, ""
        ) from error


def running_urls(path: Path) -> Urls:
    """The same, of a sandbox that is there: one that was killed leaves its file. Raises SandboxCallError."""
    found = read_urls(path)
    address = urlsplit(found.get("control", {}).get("base_url", ""))
    try:
        socket.create_connection((address.hostname or "", address.port or 0), _PATIENCE).close()
    except OSError as error:
        what = (
            f"The sandbox whose addresses are in {path} does not answer ({error}): it has ended, but was not stopped."
        )
        raise SandboxCallError(f"{what} Start it again.", None, "") from error
    return found


class SandboxClient:
    """Calls a running sandbox.

    urls: as `read_urls` or `Sandbox.urls` give them; they name the certificate that the sandbox was started with.
    timeout: seconds for each call; ca_file: further certificates (PEM) that are trusted.
    Every method raises SandboxCallError.
    """

    def __init__(self, urls: Urls, timeout: float = _TIMEOUT, ca_file: Path | None = None) -> None:
        self._urls = urls
        self._timeout = timeout
        self._ca_file = ca_file

    def users(self) -> list[JsonObject]:
        """Everybody with `login, name, title, department` and the status in `okta, graph, google`."""
        return _rows(self._control("GET", "/people"))

    def user(self, login: str) -> JsonObject:
        """One person of `users`."""
        return self.state(login)

    def state(self, login: str) -> JsonObject:
        """One person: Okta status, Graph accountEnabled, Google suspended, open sessions in each."""
        return _object(self._control("GET", f"/people/{quote(login, safe='')}"))

    def suspend(self, login: str) -> None:
        """Suspend a person in Okta by its real API, so that event hooks fire."""
        path = f"/api/v1/users/{quote(login, safe='')}/lifecycle/suspend"
        self._okta("POST", path)

    def unsuspend(self, login: str) -> None:
        """Undo `suspend` in Okta by its real API."""
        self._okta("POST", f"/api/v1/users/{quote(login, safe='')}/lifecycle/unsuspend")

    def details(self) -> list[JsonObject]:
        """Everybody as ``state`` tells of one."""
        return _rows(_object(self._control("GET", "/state"))["people"])

    def faults(self) -> list[JsonObject]:
        """The faults that are on."""
        return _rows(self._control("GET", "/faults"))

    def ledger(self, since: int = 0) -> list[JsonObject]:
        """Every request that the tenants received after the entry with number `since`, oldest first."""
        return _rows(self._control("GET", f"/ledger?since={since}"))

    def newest(self, most: int, before: int | None = None) -> list[JsonObject]:
        """Entries of the ledger, newest first; those before an entry if its number is given."""
        return _rows(self._control("GET", f"/ledger/newest?most={most}&before={before or 0}"))

    def messages(self) -> list[JsonObject]:
        """Every message in the Slack workspace, oldest first: `channel, user, text, ts`."""
        return _rows(self._control("GET", "/messages"))

    def mail(self) -> list[JsonObject]:
        """Every message that was sent from the Microsoft 365 tenant, oldest first: `from, sent, to, message`."""
        return _rows(self._control("GET", "/mail"))

    def mailbox(self, to: str = "") -> list[JsonObject]:
        """Every message that came by SMTP, oldest first, or those for an address: `from, to, subject, text...`."""
        return _rows(self._control("GET", f"/mailbox?to={quote(to, safe='')}"))

    def prepare(self, path: str, body: Json, *, method: str = "*", status: int = 200) -> None:
        """Have the recorder answer so on a path, in which `*` stands for any one segment."""
        answer: JsonObject = {"method": method, "path": path, "status": status, "body": body}
        self._control("POST", "/recorder/answers", answer)

    def add_connector(self, manifest: str) -> None:
        """Have the recorder answer what the actions of a connector read; its manifest is JSON."""
        self._control("POST", "/recorder/connectors", _object(orjson.loads(manifest)))

    def deliveries(self) -> list[JsonObject]:
        """Every attempt to deliver an event hook, oldest first."""
        return _rows(_object(self._control("GET", "/deliveries"))["deliveries"])

    def wait_idle_hooks(self, seconds: int = 5) -> bool:
        """Wait until no delivery is under way, up to `seconds` (at most 60); False if that was too short."""
        answer = self._control("GET", f"/deliveries?wait={seconds}", extra_wait=seconds)
        return _object(answer)["idle"] is True

    def set_fault(self, tenant: Tenant, fault: str) -> None:
        """Give a tenant a fault in place of those it had: `500@revokeSignInSessions`, `429x2`."""
        self._control("POST", "/faults", {"tenant": tenant, "fault": fault})

    def set_faults(self, faults: str) -> None:
        """Have these faults in place of all that are on: `graph:500,okta:429x2`; none for an empty text."""
        self._control("POST", "/faults", {"faults": faults})

    def add_fault(self, fault: str) -> None:
        """Turn on one more, beside those that are on: `graph:429x2@=GET /v1.0/users/{key}`."""
        self._control("POST", "/faults", {"add": fault})

    def end_fault(self, fault: str) -> None:
        """Turn off one, as `faults` writes it."""
        self._control("DELETE", f"/faults?fault={quote(fault, safe='')}")

    def operations(self, tenant: Tenant) -> list[str]:
        """What a tenant can do, as `METHOD /path/{name}`; faults name it so behind `@=`."""
        found = self._control("GET", f"/operations/{tenant}")
        return [str(one) for one in cast("list[object]", found)] if isinstance(found, list) else []

    def clear_faults(self) -> None:
        """Turn all faults off."""
        self._control("DELETE", "/faults")

    def limit(self, tenant: Tenant, per_minute: int | None) -> None:
        """Have a tenant take so many requests a minute and answer 429 to more; None for any number."""
        self._control("POST", "/limits", {"tenant": tenant, "per_minute": per_minute})

    def consent(self, tenant: Tenant, scopes: Sequence[str] | None) -> None:
        """Have a tenant's token service allow its apps these scopes at most; None for all."""
        self._control("POST", "/consents", {"tenant": tenant, "scopes": None if scopes is None else [*scopes]})

    def revoke_consents(self, tenant: Tenant) -> None:
        """End all tokens that came of a person's consent."""
        self._control("DELETE", f"/consents/{tenant}")

    def expire_tokens(self, tenant: Tenant) -> None:
        """End a tenant's access tokens before their time."""
        self._control("DELETE", f"/tokens/{tenant}")

    def reset(self, *, hooks: bool = False) -> int:
        """Put everybody back to the first day and turn faults off; `hooks` removes event hooks as well.

        Gives how many deliveries to event hooks, subscriptions and channels waited, and were dropped.
        """
        dropped = _object(self._control("POST", "/reset", {"hooks": hooks})).get("dropped")
        return dropped if isinstance(dropped, int) else 0

    def _control(self, method: str, path: str, body: JsonObject | None = None, extra_wait: float = 0.0) -> object:
        return self._call(method, self._urls["control"]["base_url"] + path, {}, body, self._timeout + extra_wait)

    def _okta(self, method: str, path: str) -> None:
        okta = self._urls["okta"]
        headers = {"Authorization": f"SSWS {okta['token']}", "Accept": "application/json"}
        self._call(method, okta["base_url"] + path, headers, None, self._timeout)

    def _call(self, method: str, url: str, headers: dict[str, str], body: JsonObject | None, timeout: float) -> object:
        data = b"" if body is None and method == "POST" else None if body is None else orjson.dumps(body)
        named = {**headers, "Content-Type": "application/json"} if body is not None else headers
        request = urllib.request.Request(url, data=data, headers=named, method=method)
        try:
            with self._opener.open(request, timeout=timeout) as answer:
                raw: bytes = answer.read()
            return orjson.loads(raw) if raw else {}
        except urllib.error.HTTPError as error:
            text = error.read().decode("utf-8", "replace")
            raise SandboxCallError(
                _said(text) or f"{method} {url} was refused: {error.code} {text}", error.code, text
            ) from error
        except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
            raise SandboxCallError(f"{method} {url} had no usable answer: {error}. {_mend(error)}", None, "") from error

    @cached_property
    def _opener(self) -> urllib.request.OpenerDirector:
        """It asks no proxy, and trusts the certificate that the sandbox was started with."""
        direct = urllib.request.ProxyHandler({})
        if not self._urls["control"]["base_url"].startswith("https:"):
            return urllib.request.build_opener(direct)
        files = [] if self._ca_file is None else [self._ca_file]
        own = self._urls["control"].get("ca_file")
        if own and (not files or os.access(own, os.R_OK)):  # where the sandbox runs elsewhere, its files are not here
            files.append(Path(own))
        try:
            return urllib.request.build_opener(direct, urllib.request.HTTPSHandler(context=trusting(*files)))
        except BadCertificates as error:
            raise SandboxCallError(str(error), None, "") from error


def _mend(error: Exception) -> str:
    """What to look at where nothing usable came back."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            "Its certificate has to be for the address that it is served at (--host says which), and to be the one "
            "that it was started with; others are trusted by KEYTURN_CA_FILE."
        )
    return "Is the sandbox running, is a fault on?"


def _said(text: str) -> str:
    """What the sandbox says of its refusal, in its own words; empty where it says nothing."""
    try:
        said = _object(orjson.loads(text)).get("error")
    except orjson.JSONDecodeError:
        return ""
    return said if isinstance(said, str) else ""


def _object(value: object) -> JsonObject:
    found = to_json(value)
    return found if isinstance(found, dict) else {}


def _rows(value: object) -> list[JsonObject]:
    return cast("list[JsonObject]", value) if isinstance(value, list) else []
