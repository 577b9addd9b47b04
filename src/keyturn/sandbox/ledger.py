"""The ledger: every request that a tenant received, in order, for whoever wants to check.

Append-only. On disk it is a JSON-lines file with two kinds of lines: one when the request came in, one when
its fate was known. A request without an answer keeps the status null.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl

import orjson

from keyturn.sandbox.config import SandboxStateError
from keyturn.sandbox.masking import masked, masked_pairs, masked_text
from keyturn.sandbox.values import Clock, Json, JsonObject, millis, to_json

_TEXT_LIMIT = 2_000


@dataclass(frozen=True)
class Received:
    """What came in. `path` is percent-decoded, as the tenant knows it, `raw_path` as it was on the wire; `body` is JSON
    where it was JSON, an object of the fields where it was a form, else text."""

    tenant: str
    method: str
    path: str
    raw_path: str
    query: str
    has_body: bool
    body: Json
    run: str | None = None
    card: str | None = None
    attempt: str | None = None


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `fault` names the fault that the request met, `note` is what the sandbox has to say of
    it: that there is no such operation and what is near, or where the recorder has its answer from."""

    seq: int
    time: str
    received: Received
    status: int | None = None
    fault: str | None = None
    note: str | None = None

    def row(self) -> JsonObject:
        """The entry as one flat JSON object."""
        flat: JsonObject = {"seq": self.seq, "time": self.time}
        flat.update(asdict(self.received))
        flat.update({"status": self.status, "fault": self.fault, "note": self.note})
        return flat


def readable_body(raw: bytes, content_type: str) -> Json:
    """A body as the ledger keeps it: parsed where it can be, secrets masked, text cut at 2,000 characters."""
    if not raw:
        return None
    if content_type.startswith("application/x-www-form-urlencoded"):
        fields = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)
        return masked_pairs(dict(fields))
    try:
        return masked(to_json(orjson.loads(raw)))
    except orjson.JSONDecodeError:
        text = masked_text(raw.decode("utf-8", "replace"))
        return text if len(text) <= _TEXT_LIMIT else f"{text[:_TEXT_LIMIT]}... ({len(text)} characters)"


class Ledger:
    """All entries in memory, and in a file if a path is given. Raises SandboxStateError."""

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock = clock
        self._entries: list[Entry] = []
        self._file: TextIO | None = None
        if path is not None:
            self._load(path)
            self._file = _for_its_owner(path)

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 if there is none."""
        return len(self._entries)

    def receive(self, received: Received) -> int:
        """Write down a request as it comes in; returns its number."""
        entry = Entry(seq=len(self._entries) + 1, time=millis(self._clock()), received=received)
        self._entries.append(entry)
        self._write({"seq": entry.seq, "time": entry.time, "received": asdict(received)})
        return entry.seq

    def complete(self, seq: int, status: int | None, fault: str | None = None, note: str | None = None) -> None:
        """Write down how a request was answered; None for not at all."""
        self._entries[seq - 1] = replace(self._entries[seq - 1], status=status, fault=fault, note=note)
        self._write({"seq": seq, "status": status, "fault": fault, "note": note})

    def since(self, seq: int = 0) -> list[JsonObject]:
        """All entries with a number above `seq`, oldest first."""
        return [entry.row() for entry in self._entries[max(seq, 0) :]]

    def newest(self, most: int, before: int | None = None) -> list[JsonObject]:
        """Up to ``most`` entries, those with a number below ``before`` if one is given, newest first."""
        end = len(self._entries) if before is None else max(min(before - 1, len(self._entries)), 0)
        return [entry.row() for entry in reversed(self._entries[max(end - most, 0) : end])]

    def close(self) -> None:
        """Close the file; entries stay readable."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, line: JsonObject) -> None:
        if self._file is not None:
            self._file.write(orjson.dumps(line).decode() + "\n")
            self._file.flush()

    def _load(self, path: Path) -> None:
        if not path.exists():
            return
        raw = path.read_bytes()
        whole = raw[: raw.rfind(b"\n") + 1]
        for number, line in enumerate(whole.splitlines(), start=1):
            try:
                self._replay(orjson.loads(line))
            except (orjson.JSONDecodeError, KeyError, TypeError, IndexError) as error:
                raise SandboxStateError(
                    f"Line {number} of the ledger {path} cannot be read ({error}). "
                    "Move the file away to begin a new ledger."
                ) from error
        if len(whole) < len(raw):  # the process died in the middle of a line
            path.write_bytes(whole)

    def _replay(self, line: dict[str, object]) -> None:
        if "received" in line:
            received = Received(**line["received"])  # type: ignore[arg-type]
            self._entries.append(Entry(seq=int(str(line["seq"])), time=str(line["time"]), received=received))
            return
        index = int(str(line["seq"])) - 1
        status, fault, note = line["status"], line["fault"], line.get("note")
        self._entries[index] = replace(
            self._entries[index],
            status=status if isinstance(status, int) else None,
            fault=fault if isinstance(fault, str) else None,
            note=note if isinstance(note, str) else None,
        )


def _for_its_owner(path: Path) -> TextIO:
    """The file to write on, which only its owner can read: everybody's requests are in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with contextlib.suppress(PermissionError):  # one that is somebody else's, and may be written
        os.fchmod(descriptor, 0o600)
    return os.fdopen(descriptor, "a", encoding="utf-8")
