"""All stores of one database, opened and closed together."""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.engine.points import Points

from .admission import PostgresAdmission
from .connections import PostgresConnections
from .corpses import PostgresCorpses
from .database import Database, DatabaseSettings
from .drafts import PostgresDrafts
from .endpoints import PostgresEndpoints, Sealer
from .events import PostgresEvents
from .files import PostgresFiles
from .flows import PostgresFlows
from .folders import PostgresFolders
from .grants import PostgresBudgets, PostgresGrants, PostgresHealth, PostgresSealed
from .group_commit import GroupCommitter
from .history import PostgresHistory
from .in_order import InOrder
from .leases import PostgresLeases
from .migrate import upgrade
from .old_runs import PostgresOldRuns
from .own_connectors import PostgresOwnConnectors
from .pauses import PostgresPauses
from .queue import PgQueue, QueueSettings
from .riding import RideCommitter
from .run_control import PostgresRunControl
from .runs import PostgresRuns
from .schedules import PostgresSchedules
from .sessions import PostgresSessions
from .starts import PostgresStarts
from .table_rows import PostgresRows
from .tables import PostgresTables
from .tokens import PostgresTokens


@dataclass(frozen=True, slots=True)
class Store:
    """One database and the ports that it fills."""

    database: Database
    admission: PostgresAdmission
    committer: GroupCommitter
    riders: RideCommitter
    runs: PostgresRuns
    history: PostgresHistory
    control: PostgresRunControl
    leases: PostgresLeases
    corpses: PostgresCorpses
    flows: PostgresFlows
    folders: PostgresFolders
    drafts: PostgresDrafts
    events: PostgresEvents
    starts: PostgresStarts
    schedules: PostgresSchedules
    connections: PostgresConnections
    tokens: PostgresTokens
    sessions: PostgresSessions
    grants: PostgresGrants
    health: PostgresHealth
    sealed: PostgresSealed
    budgets: PostgresBudgets
    endpoints: PostgresEndpoints
    tables: PostgresTables
    rows: PostgresRows
    files: PostgresFiles
    own_connectors: PostgresOwnConnectors
    pauses: PostgresPauses
    old_runs: PostgresOldRuns

    def queue(self, settings: QueueSettings | None = None) -> PgQueue:
        """A hand-out of runs; one for each call of its ``run``."""
        return PgQueue(self.database, settings)

    async def close(self) -> None:
        """Write what waits and let go of all connections."""
        await self.committer.close()
        await self.riders.close()
        await self.admission.close()
        await self.database.close()


async def open_store(
    url: str,
    settings: DatabaseSettings | None = None,
    *,
    migrate: bool = True,
    sealer: Sealer | None = None,
    points: Points | None = None,
) -> Store:
    """Connect to a database and, if wanted, bring it to the shape that this program needs.

    Args:
        sealer: seals the answers of endpoints that history does not show; without one they are not kept.
        points: told of each batch of the group commit and of each admission.

    Raises:
        DatabaseUrlError: the address cannot be used.
        MigrationError: the database was made by a newer program.
        StoreUnavailable: the database is not there.
    """
    database = await _opened(Database(url, settings), migrate=migrate)
    admission = PostgresAdmission(database, points)
    committer = GroupCommitter(database, admission, sealer=sealer, points=points)
    riders = RideCommitter(database, admission, sealer=sealer, points=points)
    return Store(
        database=database,
        admission=admission,
        committer=committer,
        riders=riders,
        runs=PostgresRuns(database, InOrder(committer, riders)),
        history=PostgresHistory(database),
        control=PostgresRunControl(database, admission),
        leases=PostgresLeases(database, admission, points),
        corpses=PostgresCorpses(database),
        flows=PostgresFlows(database),
        folders=PostgresFolders(database),
        drafts=PostgresDrafts(database),
        events=PostgresEvents(database, admission),
        starts=PostgresStarts(database, admission),
        schedules=PostgresSchedules(database, admission),
        connections=PostgresConnections(database),
        tokens=PostgresTokens(database),
        sessions=PostgresSessions(database),
        grants=PostgresGrants(database),
        health=PostgresHealth(database),
        sealed=PostgresSealed(database),
        budgets=PostgresBudgets(database),
        endpoints=PostgresEndpoints(database, sealer, admission),
        tables=PostgresTables(database),
        rows=PostgresRows(database),
        files=PostgresFiles(database),
        own_connectors=PostgresOwnConnectors(database),
        pauses=PostgresPauses(database, admission),
        old_runs=PostgresOldRuns(database),
    )


async def _opened(database: Database, *, migrate: bool) -> Database:
    await database.open()
    if migrate:
        try:
            await upgrade(database)
        except BaseException:
            await database.close()
            raise
    return database
