"""Records of the engine as database rows, and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from keyturn.engine.ports import Checkpoint, JournalRecord, JournalState, Run, RunStatus, TraceEntry
from keyturn.flows.json import JSON, Values

from .driver import Row
from .payloads import clean, clean_or_none, pack, pack_values, unpack_values
from .sql import columns

RUN_WIDTH = len(columns.RUN)
JOURNAL_WIDTH = len(columns.JOURNAL)
TRACE_WIDTH = len(columns.TRACE)
CHECKPOINT_WIDTH = len(columns.CHECKPOINT)

_MOST_FOUND = 2_000
# No JSON: what a run shows is what it gives, and is not stored twice.
_AS_GIVEN = b"="


def run_row(run: Run, *, with_event: bool = True) -> tuple[object, ...]:
    """A run's columns, in the order of ``columns.RUN``. The event of a row that is there already may stay away."""
    return (
        run.id,
        run.root_id,
        clean(run.flow_id),
        run.version,
        run.status.value,
        pack(run.event) if with_event else b"",
        run.parent_id,
        clean_or_none(run.parent_path),
        pack_values(run.outputs),
        pack_values(run.error),
        clean_or_none(run.about),
        run.cards,
        run.depth,
        run.created_at,
        run.started_at,
        run.ended_at,
        run.wake_at,
        clean(run.trigger),
        run.rerun_of,
        run.settled,
        _pack_shown(run),
        _pack_secrets(run),
        _failure(run),
    )


def run_of(row: Row) -> Run:
    """The run in a row."""
    outputs, shown = unpack_values(row["outputs"]), row["shown"]
    secrets = unpack_values(row["secrets"]) or {}
    return Run(
        id=row["id"],
        root_id=row["root_id"],
        flow_id=row["flow_id"],
        version=row["version"],
        status=RunStatus(row["status"]),
        event=unpack_values(row["event"]) or {},
        parent_id=row["parent_id"],
        parent_path=row["parent_path"],
        outputs=outputs,
        error=unpack_values(row["error"]),
        about=row["about"],
        cards=row["cards"],
        depth=row["depth"],
        created_at=row["created_at"],
        started_at=row["started_at"],
        ended_at=row["ended_at"],
        wake_at=row["wake_at"],
        trigger=row["trigger"],
        rerun_of=row["rerun_of"],
        settled=row["settled"],
        waits_for_turn=row["waits_for_turn"],
        shown=outputs if row["depth"] == 0 or shown == _AS_GIVEN else unpack_values(shown),
        secret_event=_names(secrets.get("event")),
        secret_outputs=_names(secrets.get("outputs")),
        cancelling=row["cancelling"],
    )


def _failure(run: Run) -> str | None:
    """What a search finds of an error: what happened, and the card."""
    if run.error is None:
        return None
    said = (run.error.get(name) for name in ("message", "title", "card"))
    return clean("\n".join(text for text in said if isinstance(text, str))[:_MOST_FOUND])


def _pack_shown(run: Run) -> bytes | None:
    """What a root run gives is stored as it is shown; for a helper run both are kept where they differ."""
    if run.depth == 0 or run.shown is None:
        return None
    return _AS_GIVEN if run.shown == run.outputs else pack_values(run.shown)


def _pack_secrets(run: Run) -> bytes | None:
    if not run.secret_event and not run.secret_outputs:
        return None
    return pack({"event": [*sorted(run.secret_event)], "outputs": [*sorted(run.secret_outputs)]})


def _names(value: JSON) -> frozenset[str]:
    return frozenset(map(str, value)) if isinstance(value, list) else frozenset()


def journal_row(record: JournalRecord, root_id: UUID) -> tuple[object, ...]:
    """A journal record's columns, in the order of ``columns.JOURNAL``."""
    return (
        record.run_id,
        clean(record.path),
        record.attempt,
        record.state.value,
        root_id,
        clean(record.card),
        clean(record.digest),
        pack_values(record.result),
    )


def journal_of(row: Row) -> JournalRecord:
    """The journal record in a row."""
    return JournalRecord(
        run_id=row["run_id"],
        path=row["path"],
        attempt=row["attempt"],
        state=JournalState(row["state"]),
        card=row["card"],
        digest=row["digest"],
        result=unpack_values(row["result"]),
    )


def checkpoint_row(point: Checkpoint, root_id: UUID) -> tuple[object, ...]:
    """A checkpoint's columns, in the order of ``columns.CHECKPOINT``."""
    return (
        point.run_id,
        clean(point.path),
        root_id,
        point.next,
        ",".join(map(str, point.open)),
        point.failed,
        point.page,
        pack_values(point.state),
    )


def checkpoint_of(row: Row) -> Checkpoint:
    """The checkpoint in a row."""
    return Checkpoint(
        run_id=row["run_id"],
        path=row["path"],
        next=row["next"],
        open=tuple(int(number) for number in row["open"].split(",") if number),
        failed=row["failed"],
        page=row["page"],
        state=unpack_values(row["state"]),
    )


def trace_json(entry: TraceEntry) -> dict[str, object]:
    """A trace entry as it stands in a chunk. The run is known from the chunk's row; what is usual is left out."""
    data: dict[str, object] = {
        "path": entry.path,
        "card_id": entry.card_id,
        "card": entry.card,
        "status": entry.status,
        "at": entry.at,
        "ms": entry.ms,
        "inputs": entry.inputs,
        "outputs": entry.outputs,
    }
    if entry.error is not None:
        data["error"] = entry.error
    if entry.attempt != 1:
        data["attempt"] = entry.attempt
    if entry.exchanges:
        data["exchanges"] = list(entry.exchanges)
    if entry.replayed:
        data["replayed"] = True
    if entry.warnings:
        data["warnings"] = list(entry.warnings)
    return data


def trace_of(run_id: UUID, data: Values) -> TraceEntry:
    """The trace entry in a chunk."""
    exchanges, warnings = data.get("exchanges"), data.get("warnings")
    return TraceEntry(
        run_id=run_id,
        path=str(data["path"]),
        card_id=str(data["card_id"]),
        card=str(data["card"]),
        status=str(data["status"]),
        at=datetime.fromisoformat(str(data["at"])),
        ms=cast("float", data["ms"]),
        inputs=data["inputs"],
        outputs=data["outputs"],
        error=cast("Values | None", data.get("error")),
        attempt=cast("int", data.get("attempt", 1)),
        exchanges=tuple(exchanges) if isinstance(exchanges, list) else (),
        replayed=bool(data.get("replayed")),
        warnings=tuple(map(str, warnings)) if isinstance(warnings, list) else (),
    )


def arrays(rows: Iterable[Sequence[object]], width: int) -> list[list[object]]:
    """Rows turned into one array for each column; ``width`` empty ones for no rows."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in range(width)]
