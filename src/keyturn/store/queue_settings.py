"""How PgQueuer is set up: fixed names, whatever stands in the environment."""

from __future__ import annotations

from typing import Any, cast

from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings, Durability
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries

from .driver import Link

ENTRYPOINT = "run"
CHANNEL = Channel("ch_pgqueuer")


def queue_settings() -> DBSettings:
    """PgQueuer's names as our statements use them; its log may be lost in a crash, its jobs may not."""
    return DBSettings(
        prefix="",
        db_schema=None,
        channel=CHANNEL,
        function="fn_pgqueuer_changed",
        statistics_table="pgqueuer_statistics",
        queue_status_type="pgqueuer_status",
        queue_table="pgqueuer",
        queue_table_log="pgqueuer_log",
        trigger="tg_pgqueuer_changed",
        schedules_table="pgqueuer_schedules",
        durability=Durability.balanced,
    )


def queries_by(driver: Driver) -> Queries:
    """PgQueuer's operations by a driver."""
    settings = queue_settings()
    return Queries(
        driver,
        qbe=QueryBuilderEnvironment(settings),
        qbq=QueryQueueBuilder(settings),
        qbs=QuerySchedulerBuilder(settings),
    )


def queries_on(link: Link) -> Queries:
    """PgQueuer's operations on one connection."""
    return queries_by(AsyncpgDriver(cast("Any", link)))
