"""What a running Keyturn offers to its server and its commands: one object with everything wired."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from keyturn.access.sessions import Sessions
from keyturn.access.tokens import Tokens
from keyturn.connections.sign_in import SignIns
from keyturn.connectors.choices import ChoiceLoader
from keyturn.data.files import Files
from keyturn.engine.engine import Plans
from keyturn.engine.history import History, RunControl
from keyturn.flows.functions import Clock
from keyturn.flows.spec import Catalogue
from keyturn.library.drafts import Drafts
from keyturn.library.folders import Folders
from keyturn.library.library import Library
from keyturn.library.templates import Templates
from keyturn.triggers.endpoint.desk import EndpointDesk
from keyturn.triggers.endpoint.endpoints import Endpoints
from keyturn.triggers.manual import ManualStart
from keyturn.triggers.okta_hook import OktaEventHook
from keyturn.triggers.ports import EventStore
from keyturn.triggers.resume import ResumeCalls
from keyturn.workers.reconciler import Reconciler

from .connections import ConnectionDesk
from .connectors import ConnectorDesk
from .looking import Looking
from .pauses import PauseDesk
from .runs import RunDesk
from .sandbox import SandboxDesk
from .schedules import ScheduleDesk
from .scopes import ScopeDesk
from .settings import Settings
from .stand_ins import StandInDesk
from .tables import TableDesk
from .uses import UseDesk


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the doctor looked at.

    Attributes:
        name: what was looked at.
        good: whether it is as it should be.
        what: what was found.
        mend: what to do, where it is not good.
        warning: it is good as far as Keyturn goes, and somebody may want to mend it all the same.
    """

    name: str
    good: bool
    what: str
    mend: str = ""
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that server and commands use.

    Attributes:
        ready: raises StoreUnavailable if the database does not answer.
        doctor: looks at everything that claims to be alive and tells.
    """

    settings: Settings
    clock: Clock
    catalogue: Catalogue
    library: Library
    drafts: Drafts
    folders: Folders
    templates: Templates
    plans: Plans
    history: History
    control: RunControl
    runs: RunDesk
    looking: Looking
    pauses: PauseDesk
    resumes: ResumeCalls
    manual: ManualStart
    okta_hook: OktaEventHook
    endpoints: Endpoints
    endpoint_desk: EndpointDesk
    events: EventStore
    schedules: ScheduleDesk
    connections: ConnectionDesk
    scopes: ScopeDesk
    connectors: ConnectorDesk
    uses: UseDesk
    stand_ins: StandInDesk
    sign_ins: SignIns
    choices: ChoiceLoader
    tables: TableDesk
    files: Files
    sandbox: SandboxDesk
    tokens: Tokens
    sessions: Sessions
    reconciler: Reconciler
    new_id: Callable[[], UUID]
    ready: Callable[[], Awaitable[None]]
    doctor: Callable[[], Awaitable[Sequence[Finding]]]
