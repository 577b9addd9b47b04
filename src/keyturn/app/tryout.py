"""Tries a flow out: in this process, without a database; nothing is stored.

Helper flows are found beside the file; what it does not call matters not. Connections come from a file of their own:

    okta:
      connector: okta
      kind: bearer
      base_url: https://your-org.okta.com
      secrets: {token: ...}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from random import SystemRandom

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.examples import OwnAddresses
from keyturn.connectors.mail import MailActions
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.engine.engine import Engine, Plans
from keyturn.engine.memory import MemoryPauses, MemoryRunStore
from keyturn.engine.pauses import PausesOf
from keyturn.engine.ports import PublishedFlow, Run, RunStatus, TraceEntry
from keyturn.flows.document import Flow
from keyturn.flows.json import Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.http import HttpClient
from keyturn.http.dialling import Dialler
from keyturn.http.smtp import MailClient
from keyturn.library.checking import FilesWorld
from keyturn.library.reached import Reached, reached_by
from keyturn.triggers.manual import started_by_hand
from keyturn.triggers.resume import ProvedAddresses

from .actions import AllActions
from .clock import SystemClock
from .ids import new_id
from .reach import http_settings
from .settings import Settings


class ConnectionEntry(BaseModel):
    """One connection of a connections file."""

    model_config = ConfigDict(extra="forbid")

    connector: str
    kind: AuthKind
    base_url: str = Field(default="", description="Left out where all customers of the app have one.")
    settings: dict[str, str] = Field(default_factory=dict)
    secrets: dict[str, str] = Field(default_factory=dict, repr=False)


_CONNECTIONS = TypeAdapter(dict[str, ConnectionEntry])


def read_connections(file: Path) -> dict[str, ConnectionEntry]:
    """Read a connections file. Raises ProblemError."""
    try:
        raw: object = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))  # pyright: ignore[reportUnknownMemberType]
        return _CONNECTIONS.validate_python(raw)
    except (OSError, YAMLError, UnicodeDecodeError) as error:
        what = f"The connections cannot be read: {' '.join(str(error).split())}"
        raise ProblemError([Problem("unreadable-file", what, "Check the file.", file=str(file))]) from error
    except ValidationError as error:
        raise ProblemError(
            Problem("bad-connection", f"{'.'.join(map(str, e['loc']))}: {e['msg']}.", "Correct it.", file=str(file))
            for e in error.errors(include_url=False, include_input=False)
        ) from error


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it.

    Attributes:
        warnings: what of the files beside the flow could not be read, or was not taken.
    """

    run: Run
    runs: Sequence[Run]
    trace: Sequence[TraceEntry]
    warnings: Sequence[Problem] = ()


class _Files(FilesWorld):
    """Flows from files: the checker's world, and a flow source."""

    def __init__(self, reached: Reached) -> None:
        super().__init__(reached.interfaces)
        self._flows = reached.flows

    async def published(self, flow_id: str, version: int | None = None) -> PublishedFlow | None:
        """A flow of the files, as its one version."""
        flow = self._flows.get(flow_id)
        return PublishedFlow(flow, 1) if flow else None


async def try_out(
    settings: Settings, file: Path, inputs: Values, entries: Mapping[str, ConnectionEntry], key: bytes
) -> Tried:
    """Run a flow from a file.

    Raises:
        ProblemError: the file, a flow it calls, or the inputs have problems.
        BadSetting: settings say how apps are reached, and cannot be read.
    """
    clock, functions = SystemClock(), BuiltInCards(settings.card_limits)
    registry = ConnectorRegistry(folder=settings.connectors_folder, named=settings.connectors is not None)
    catalogue = CombinedCatalogue(functions, registry)
    reached = reached_by(file, catalogue)
    flow, files = reached.flow, _Files(reached)
    connections = MemoryConnections()
    reach = http_settings(settings)
    http = HttpClient(reach)
    authoriser = authoriser_alone(http, connections, Vault(key), clock, OwnAddresses(registry))
    mail = MailActions(authoriser, MailClient(Dialler(reach)), clock)
    for name, entry in entries.items():
        sealed = authoriser.seal(name, entry.secrets)
        manifest = registry.connector(entry.connector)
        now, base = clock.now(), entry.base_url.strip() or (manifest.model.base_url if manifest else "")
        await connections.put(
            Connection(name, entry.connector, name, entry.kind, base, entry.settings, sealed, now, now)
        )
    store, plans = MemoryRunStore(), Plans(files, catalogue, functions)
    addresses = ProvedAddresses(Vault(key), settings.address)
    engine = Engine(
        store=store,
        plans=plans,
        actions=AllActions(actions_alone(registry, authoriser, http, clock, mail=mail)),
        clock=clock,
        random=SystemRandom(),
        guard=lambda lease: None,
        stopping=lambda: False,
        pausing=PausesOf(addresses, MemoryPauses(clock.now)),
    )
    try:
        tried = await _carry_out(engine, store, plans, flow, inputs, clock.now())
        return replace(tried, warnings=reached.warnings)
    finally:
        await http.aclose()


async def _carry_out(
    engine: Engine, store: MemoryRunStore, plans: Plans, flow: Flow, inputs: Values, now: datetime
) -> Tried:
    plan = await plans.get(flow.id, None)
    assert plan is not None
    run_id = new_id()
    run = Run(run_id, run_id, flow.id, 1, RunStatus.QUEUED, started_by_hand(plan, inputs, run_id, now))
    await engine.execute(store.claim(run))
    return Tried(store.runs[run_id], list(store.runs.values()), store.trace)
