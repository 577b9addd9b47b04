"""Carries out the actions of connectors: one attempt each, with a certain outcome or an honest unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from keyturn.connections.authorise import Authorised, Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Trouble
from keyturn.connections.problems import ConnectionProblem
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.http import HttpError, Masker, Request, Response, record
from keyturn.http.backoff import told_wait

from .cards import CUSTOM, RESULTS
from .compiled import CompiledManifest
from .failures import concerning, masked, no_answer, refused, unreadable
from .outgoing import Outgoing
from .own_requests import RAW, own_request
from .paging import Paging
from .registry import ConnectorRegistry
from .requests import custom_request, encoded_body, full_url, parsed_body

_MASKERS_KEPT = 100
# What makes a connection unusable, whatever a card does with it.
_OF_CONNECTIONS = frozenset({"no-token", "needs-sign-in", "bad-key", "certificate-ended", "cannot-decrypt"})


class Sender(Protocol):
    """The outgoing HTTP client."""

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: Callable[[], Awaitable[None]] | None = None,
    ) -> Response: ...


@dataclass(slots=True)
class _Attempt:
    """One attempt under way."""

    call: ActionCall
    manifest: CompiledManifest
    outgoing: Outgoing
    exchanges: list[JSON] = field(default_factory=list[JSON])


class ConnectorActions:
    """Implements ``flows.actions.Actions`` for all connectors."""

    def __init__(
        self,
        registry: ConnectorRegistry,
        authoriser: Authoriser,
        http: Sender,
        clock: Clock,
        health: HealthNotes,
        budgets: RateBudgets,
    ) -> None:
        self._budgets = budgets
        self._registry = registry
        self._authoriser = authoriser
        self._health = health
        self._http = http
        self._clock = clock
        self._maskers: dict[tuple[frozenset[str], frozenset[str]], Masker] = {}

    async def perform(self, call: ActionCall) -> Done | Failed | Unknown:
        """One attempt. Never raises for what app or network do; what ``before_send`` raises passes."""
        outcome = await self._performed(call)
        if call.connection is not None:
            self._note(call.connection, outcome)
        return outcome

    def _note(self, connection_id: str, outcome: Done | Failed | Unknown) -> None:
        """Whether the app took the connection, where that is certain."""
        match outcome:
            case Done():
                self._health.worked(connection_id)
            case Failed(error, status) if status == 401 or error.code in _OF_CONNECTIONS:
                code = error.code if error.code in _OF_CONNECTIONS else "refused"
                self._health.failed(connection_id, Trouble(code, error.message, error.mend))
            case _:
                pass

    async def _performed(self, call: ActionCall) -> Done | Failed | Unknown:
        connector, _, key = call.card.partition(".")
        try:
            manifest = await self._manifest(connector, call)
            authorised = await self._authorised(manifest, call)
            outgoing = self._outgoing(manifest, key, call, authorised.connection.kind)
            attempt = _Attempt(call, manifest, outgoing)
            request = self._request(attempt, authorised)
        except ConnectionProblem as problem:
            detail = ErrorDetail(str(problem), code=problem.code, field="connection", mend=problem.mend)
            return Failed(detail, not_sent=True, try_again=problem.try_again)
        except CardError as error:
            return Failed(error.detail, not_sent=True)
        action = manifest.action(key)
        if action is None or action.paging is None:
            return await self._send(attempt, request, authorised, key)
        return await self._list(attempt, authorised, key, action.paging)

    async def _list(
        self, attempt: _Attempt, authorised: Authorised, key: str, paging: Paging
    ) -> Done | Failed | Unknown:
        """One page for a card that streams; else as many as its option says."""
        call, first = attempt.call, attempt.outgoing
        if call.page is not None and call.page.token is not None:
            attempt.outgoing = paging.ask(first, call.page.token)
        records: list[JSON] = []
        while True:
            try:
                request = self._request(attempt, authorised)
            except CardError as error:  # the app gave an address for its next page that leads elsewhere
                return Failed(error.detail, not_sent=True, exchanges=attempt.exchanges)
            outcome = await self._send(attempt, request, authorised, key)
            if not isinstance(outcome, Done) or call.page is not None:
                return outcome
            found, token = outcome.outputs["records"], outcome.outputs["next"]
            records += found if isinstance(found, list) else []
            wanted = call.options.get(RESULTS)
            if wanted == "first" and (records or token is None):
                return Done({"record": records[0] if records else None}, outcome.exchanges)
            if token is None or wanted == "page" or len(records) >= paging.most:
                more = token is not None or len(records) > paging.most
                return Done({"records": records[: paging.most], "more": more}, outcome.exchanges)
            attempt.outgoing = paging.ask(first, str(token))

    async def _manifest(self, connector: str, call: ActionCall) -> CompiledManifest:
        manifest = await self._registry.pinned(connector, call.manifest)
        if manifest is None:
            message = f"The connector {connector!r} is not there as it was when the flow was published."
            raise CardError(ErrorDetail(message, code="no-manifest", mend="Publish the flow again."))
        return manifest

    async def _authorised(self, manifest: CompiledManifest, call: ActionCall) -> Authorised:
        if call.connection is None:
            raise ConnectionProblem("missing-connection", "The card has no connection.", "Choose one for the card.")
        authorised = await self._authoriser.authorise(call.connection)
        wanted, has = manifest.model.connector, authorised.connection.connector
        if wanted != has:
            message = f"The connection {call.connection!r} is one of {has}, and the card needs one of {wanted}."
            raise ConnectionProblem("wrong-connection", message, f"Choose a connection of {wanted}.")
        return authorised

    @staticmethod
    def _outgoing(manifest: CompiledManifest, key: str, call: ActionCall, kind: AuthKind) -> Outgoing:
        if manifest.model.own_requests:
            return own_request(key, call.options, call.inputs, kind)
        if key == CUSTOM:
            return custom_request(call.options, call.inputs)
        action = manifest.action(key)
        if action is None:
            message = f"{manifest.model.title} has no action {key!r}."
            raise CardError(ErrorDetail(message, code="unknown-card", mend="Publish the flow again."))
        for name, value in call.inputs.items():
            declared = manifest.cards[call.card].signature(call.options).input(name)
            if declared is not None and declared.required and value in (None, ""):
                raise CardError.bad_input(name, f"{declared.title or name} is empty.", "Check what the card is given.")
        return action.request(call.inputs)

    @staticmethod
    def _request(attempt: _Attempt, authorised: Authorised) -> Request:
        call, outgoing = attempt.call, attempt.outgoing
        body, body_headers = encoded_body(outgoing)
        marks = {
            "Keyturn-Run": str(call.run_id),
            "Keyturn-Card": call.path,
            "Keyturn-Attempt": str(call.attempt),
        }
        return Request(
            outgoing.method,
            full_url(authorised.connection.base_url, outgoing),
            headers={"Accept": "application/json", **body_headers, **outgoing.headers, **marks, **authorised.headers},
            body=body,
            label=f"{call.flow_id}/{call.path}",
            credential_headers=frozenset(authorised.headers),
            follow_redirects=False,
        )

    async def _send(
        self, attempt: _Attempt, request: Request, authorised: Authorised, key: str
    ) -> Done | Failed | Unknown:
        response = await self._exchange(attempt, request, authorised)
        if isinstance(response, Response) and response.status == 401 and authorised.renewable:
            # A 401 is a certain refusal: the token may have been revoked before its time.
            try:
                authorised = await self._authoriser.renew(authorised)
            except ConnectionProblem as problem:
                detail = ErrorDetail(str(problem), code=problem.code, field="connection", mend=problem.mend)
                return Failed(detail, status=401, exchanges=attempt.exchanges)
            response = await self._exchange(attempt, self._request(attempt, authorised), authorised)
        outcome = (
            self._answered(attempt, response, authorised, key)
            if isinstance(response, Response)
            else no_answer(attempt.manifest, response)
        )
        return _recorded(outcome, attempt, authorised.secrets | attempt.call.secrets)

    async def _exchange(self, attempt: _Attempt, request: Request, authorised: Authorised) -> Response | HttpError:
        outcome: Response | HttpError
        await self._budgets.turn(authorised.connection)
        try:
            call = attempt.call
            outcome = await self._http.send(request, before_send=call.before_send, on_answer=call.on_answer)
        except HttpError as error:
            outcome = error
        masker = self._masker(authorised.secrets | attempt.call.secrets, request.credential_headers)
        attempt.exchanges.append(record(request, outcome, masker=masker).to_json())
        return outcome

    def _masker(self, secrets: frozenset[str], headers: frozenset[str]) -> Masker:
        """Making one costs more than using it, and hardly any connection changes its secrets."""
        masker = self._maskers.get((secrets, headers))
        if masker is None:
            if len(self._maskers) >= _MASKERS_KEPT:
                self._maskers.clear()
            masker = self._maskers[secrets, headers] = Masker(secrets, headers)
        return masker

    def _answered(self, attempt: _Attempt, response: Response, authorised: Authorised, key: str) -> Done | Failed:
        content_type = response.headers.get("Content-Type", "")
        good = 200 <= response.status < 300
        try:
            raw = attempt.manifest.model.own_requests and key == RAW
            body = response.body.decode("utf-8", "replace") if raw else parsed_body(response.body, content_type)
        except orjson.JSONDecodeError as error:
            if good:
                return unreadable(attempt.manifest, response.status, f"it is announced as JSON and is not: {error}.")
            body = response.body.decode("utf-8", "replace")
        headers: Values = {name.lower(): ", ".join(response.headers.getall(name)) for name in response.headers}
        answer: Values = {"status": response.status, "headers": headers, "body": body}
        if not good:
            told = told_wait(response.status, response.headers, self._clock.now())
            after = told.seconds if told else None
            return refused(attempt.manifest, answer, response.reason, after, attempt.call.retry)
        action = attempt.manifest.action(key)
        if action is None:
            return Done(answer)
        if action.paging is None:
            return Done(action.outputs(answer))
        page = action.paging.read(answer, authorised.connection.base_url)
        return Done({"records": page.records, "next": page.next})


def _recorded(outcome: Done | Failed | Unknown, attempt: _Attempt, secrets: frozenset[str]) -> Done | Failed | Unknown:
    """The outcome with what was exchanged, its error with the field to look at; an app that repeats a secret in its
    error does not spread it."""
    call, exchanges = attempt.call, attempt.exchanges
    effect = attempt.manifest.cards[call.card].signature(call.options).effect

    def told(error: ErrorDetail) -> ErrorDetail:
        return concerning(masked(error, secrets), call.inputs, effect.person if effect else None)

    match outcome:
        case Done(outputs):
            return Done(outputs, exchanges)
        case Unknown(error):
            return Unknown(told(error), exchanges)
        case Failed(error, status, not_sent, try_again, retry_after):
            return Failed(told(error), status, not_sent, try_again, retry_after, exchanges)
