"""What has to do with connections, wired: credentials, tokens, sign-ins, budgets, notes of how they do."""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets, Turns
from keyturn.connections.health import HealthNotes
from keyturn.connections.ports import HealthStore
from keyturn.connections.recent import RecentConnections
from keyturn.connections.sign_in import SignIns
from keyturn.connections.vault import Vault
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.answer_files import AnswerFiles
from keyturn.connectors.events import EventMapper
from keyturn.connectors.examples import OwnAddresses
from keyturn.connectors.exchanges import Maskers, Ways
from keyturn.connectors.mail import Attachments, MailActions
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.functions import Clock
from keyturn.http import HttpClient
from keyturn.http.smtp import MailClient
from keyturn.library.ports import FlowStore
from keyturn.store.store import Store

from .calling import ConnectionCaller
from .desk import Connections, SubscribedCards
from .scopes import ScopeDesk


@dataclass(frozen=True, slots=True)
class Accounts:
    """Connections and what gives them their credentials.

    Attributes:
        address: where browsers reach this installation.
    """

    store: RecentConnections
    authoriser: Authoriser
    tokens: AccessTokens
    sign_ins: SignIns
    notes: HealthNotes
    budgets: RateBudgets
    turns: Turns
    health: HealthStore
    mail: MailActions
    http: HttpClient
    clock: Clock
    address: str

    def desk(self, registry: ConnectorRegistry, events: EventMapper, cards: SubscribedCards) -> Connections:
        """What people do with connections."""
        return Connections(
            store=self.store,
            authoriser=self.authoriser,
            registry=registry,
            caller=ConnectionCaller(registry, self.ways(registry)),
            events=events,
            cards=cards,
            health=self.health,
            notes=self.notes,
            sign_ins=self.sign_ins,
            clock=self.clock,
            address=self.address,
            mail=self.mail,
        )

    def ways(self, registry: ConnectorRegistry) -> Ways:
        """What requests to apps need."""
        return Ways(self.authoriser, self.http, self.clock, Maskers(), self.budgets, registry.trusted_origins)

    def scopes(self, registry: ConnectorRegistry, flows: FlowStore) -> ScopeDesk:
        """What tells people of scopes."""
        return ScopeDesk(self.store, registry, flows, self.authoriser, self.tokens)

    def actions(self, registry: ConnectorRegistry, files: AnswerFiles) -> ConnectorActions:
        """What carries out the actions of connectors."""
        return ConnectorActions(
            registry, self.authoriser, self.http, self.clock, self.notes, self.budgets, self.mail, files
        )


def wire_accounts(
    store: Store,
    registry: ConnectorRegistry,
    http: HttpClient,
    vault: Vault,
    clock: Clock,
    address: str,
    mail: MailClient,
    attachments: Attachments,
) -> Accounts:
    """Wire them."""
    recent = RecentConnections(store.connections, clock)
    tokens = AccessTokens(http, store.grants, vault, clock, timeouts=http.timeouts)
    authoriser = Authoriser(recent, vault, tokens, OwnAddresses(registry))
    notes = HealthNotes(store.health, clock)
    budgets = RateBudgets(store.budgets, clock)
    return Accounts(
        store=recent,
        authoriser=authoriser,
        tokens=tokens,
        sign_ins=SignIns(
            http=http,
            store=recent,
            authoriser=authoriser,
            tokens=tokens,
            vault=vault,
            clock=clock,
            health=notes,
            address=address,
        ),
        notes=notes,
        budgets=budgets,
        turns=Turns(recent, budgets, clock),
        health=store.health,
        mail=MailActions(authoriser, mail, clock, attachments),
        http=http,
        clock=clock,
        address=address,
    )
