"""Actions of a process by itself: its notes and budgets are shared with nobody."""

from __future__ import annotations

from keyturn.connections.alone import MemoryBudgets, MemoryHealth
from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.flows.functions import Clock

from .actions import ConnectorActions
from .answer_files import AnswerFiles
from .exchanges import Sender
from .mail import MailActions
from .registry import ConnectorRegistry


def actions_alone(
    registry: ConnectorRegistry,
    authoriser: Authoriser,
    http: Sender,
    clock: Clock,
    health: MemoryHealth | None = None,
    mail: MailActions | None = None,
    files: AnswerFiles | None = None,
) -> ConnectorActions:
    """Actions of which nobody else knows."""
    notes, budgets = HealthNotes(health or MemoryHealth(), clock), RateBudgets(MemoryBudgets(clock), clock)
    return ConnectorActions(registry, authoriser, http, clock, notes, budgets, mail, files)
