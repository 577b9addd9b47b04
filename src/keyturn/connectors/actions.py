"""Carries out the actions of connectors: one attempt each, with a certain outcome or an honest unknown."""

from __future__ import annotations

from dataclasses import replace

from keyturn.connections.authorise import Authorised, Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.problems import ConnectionProblem
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import ProblemError

from .answer_files import AnswerFiles, ask_for_file, send_file
from .cards import CUSTOM
from .compiled import CompiledManifest, checked_inputs
from .exchanges import Maskers, Refused, Sender, Way, Ways
from .failures import concerning, masked, of_connection, without
from .mail import MailActions
from .outgoing import Outgoing
from .own_requests import AS_FILE, RAW, UPLOAD, own_request
from .performing import Past, Performance
from .refusing import note_refusal
from .registry import ConnectorRegistry
from .requests import custom_request


class ConnectorActions:
    """Implements ``flows.actions.Actions`` for all connectors.

    Args:
        mail: for connectors of mail servers.
        files: where answers are kept as files; None where there are none.
    """

    def __init__(
        self,
        registry: ConnectorRegistry,
        authoriser: Authoriser,
        http: Sender,
        clock: Clock,
        health: HealthNotes,
        budgets: RateBudgets,
        mail: MailActions | None = None,
        files: AnswerFiles | None = None,
    ) -> None:
        self._registry = registry
        self._files = files
        self._mail = mail
        self._authoriser = authoriser
        self._health = health
        self._ways = Ways(authoriser, http, clock, Maskers(), budgets, registry.trusted_origins)

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
            case Failed(error, status):
                note_refusal(self._health, connection_id, error, status)
            case _:
                pass

    async def _performed(self, call: ActionCall) -> Done | Failed | Unknown:
        connector, _, key = call.card.partition(".")
        way: Way | None = None
        try:
            manifest = await self._manifest(connector, call)
            way = self._way(call, manifest, await self._authorised(manifest, call), key)
            outcome = await self._carried_out(way, key, call)
        except ConnectionProblem as problem:
            detail = of_connection(problem)
            return Failed(detail, not_sent=True, try_again=problem.try_again, retry_after=problem.retry_after)
        except CardError as error:
            return Failed(error.detail, not_sent=True, exchanges=way.exchanges if way else ())
        return _recorded(outcome, way, call)

    async def _carried_out(self, way: Way, key: str, call: ActionCall) -> Done | Failed | Unknown:
        action = way.manifest.action(key)
        if way.manifest.model.protocol == "smtp":
            return await self._mailed(way, call)
        if action is None:
            outgoing = _own_request(way, key, call)
            if _chosen(call.options.get("answer")) == AS_FILE:
                return await ask_for_file(way, self._files, outgoing, call)
            if way.manifest.model.own_requests and key == UPLOAD:
                return await send_file(way, outgoing, call)
            found = await way.ask(outgoing)
            if isinstance(found, Refused):
                return found.failed
            return found if isinstance(found, Failed | Unknown) else Done(found)
        options: Values = {name: _chosen(value) for name, value in call.options.items()}
        inputs = checked_inputs(way.manifest.cards[call.card], options, call.inputs)
        way.scopes = (action.model.look_scopes if call.look else ()) or action.model.scopes
        past = Past(call.unanswered, call.was_otherwise, call.on_otherwise, call.sent_at, call.known)
        performance = Performance(way, action, inputs, options, call.page, past)
        return await (performance.look() if call.look else performance.carry_out())

    async def _mailed(self, way: Way, call: ActionCall) -> Done | Failed | Unknown:
        if self._mail is None:
            raise CardError(ErrorDetail("Nothing here sends mail.", code="no-mail", mend="Start it on a server."))
        inputs = checked_inputs(way.manifest.cards[call.card], call.options, call.inputs)
        return await self._mail.perform(way.connection, replace(call, inputs=inputs))

    async def _manifest(self, connector: str, call: ActionCall) -> CompiledManifest:
        what = f"The connector {connector!r} is not there as it was when the flow was published."
        mend = "Publish the flow again."
        try:
            manifest = await self._registry.pinned(connector, call.manifest)
        except ProblemError as error:  # it was made by another release
            raise CardError(ErrorDetail(what, code="no-manifest", mend=mend)) from error
        if manifest is None:
            what, mend = self._registry.why_missing(call.card) or (what, mend)
            raise CardError(ErrorDetail(what, code="no-manifest", mend=mend))
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

    def _way(self, call: ActionCall, manifest: CompiledManifest, authorised: Authorised, key: str) -> Way:
        marks = {
            "Keyturn-Run": str(call.run_id),
            "Keyturn-Card": call.path,
            "Keyturn-Attempt": str(call.attempt),
        }
        return Way(
            self._ways,
            manifest,
            authorised,
            label=f"{call.flow_id}/{call.path}",
            marks=marks,
            secrets=call.secrets | call.short_secrets,
            before_send=call.before_send,
            on_answer=call.on_answer,
            retry=call.retry,
            raw=manifest.model.own_requests and key == RAW,
            origin=f"{call.run_id}/{call.path}",
            turn_at=call.turn_at,
            files=self._files,
        )


def _own_request(way: Way, key: str, call: ActionCall) -> Outgoing:
    """The request of a card whose author writes it."""
    if way.manifest.model.own_requests:
        return own_request(key, call.options, call.inputs, way.connection.kind)
    if key == CUSTOM:
        return custom_request(call.options, call.inputs)
    message = f"{way.manifest.model.title} has no action {key!r}."
    raise CardError(ErrorDetail(message, code="unknown-card", mend="Publish the flow again."))


def _chosen(option: JSON) -> JSON:
    """A choice that was loaded from the app is kept with its label."""
    return option["value"] if isinstance(option, dict) and "value" in option else option


def _recorded(outcome: Done | Failed | Unknown, way: Way, call: ActionCall) -> Done | Failed | Unknown:
    """The outcome with what was exchanged, its error with the field to look at; an app that repeats a secret in its
    answer or error does not spread it."""

    def told(error: ErrorDetail) -> ErrorDetail:
        effect = way.manifest.cards[call.card].signature(call.options).effect
        return concerning(masked(error, way.hidden), call.inputs, effect.person if effect else None)

    match outcome:
        case Done(outputs):
            return Done(without(outputs, way.authorised.secrets), way.exchanges, outcome.proof)
        case Unknown(error):
            return Unknown(told(error), way.exchanges, outcome.proof, without(outcome.known, way.authorised.secrets))
        case Failed(error):
            return replace(outcome, error=told(error), exchanges=way.exchanges)
