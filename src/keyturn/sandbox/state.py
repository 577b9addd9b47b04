"""The state of the sandbox, and the file that it survives restarts in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from keyturn.sandbox.accounts import Accounts, GoogleAccount, GraphAccount, OktaAccount
from keyturn.sandbox.config import SandboxStateError
from keyturn.sandbox.ids import Ids
from keyturn.sandbox.seeding import first_day
from keyturn.sandbox.values import Clock, JsonObject, Shelf

_VERSION = 1
_LOG_KEPT = 2_000
TOKEN_PREFIXES = {
    "slack": "xoxb-sandbox-",
    "scim": "scim-sandbox-",
    "recorder": "recorder-sandbox-",
    "mail": "mail-sandbox-",
}
# What stays over a reset: subscriptions are somebody's, as event hooks are.
_KEPT = ("graph.subscriptions", "google.channels")


@dataclass(frozen=True)
class Secrets:
    """What clients prove themselves with: one static token per tenant and a Graph application."""

    okta: str
    graph: str
    google: str
    tenant_id: str
    client_id: str
    client_secret: str


@dataclass
class Hook:
    """An Okta event hook.

    secret: the value of its auth header, which no answer ever shows; filters: `event` and `expression` of each.
    """

    id: str
    name: str
    description: str | None
    items: list[str]
    uri: str
    headers: list[JsonObject]
    auth_key: str | None
    secret: str | None
    created: str
    last_updated: str
    created_by: str
    status: str = "ACTIVE"
    verified: bool = False
    filters: list[JsonObject] = field(default_factory=list[JsonObject])


@dataclass
class Mail:
    """A message in the mail boxes of the Microsoft 365 tenant.

    `sender` is the login of the account that it was sent from, `message` what was given; `saved` says whether it is
    in that account's Sent Items. It is in the Inbox of each account among its recipients.
    """

    id: str
    sender: str
    sent: str
    recipients: list[str]
    message: JsonObject
    saved: bool


@dataclass
class Issued:
    """Something that a token service has given out.

    kind: access, refresh or code; ends: in epoch seconds; consent: what came of one consent ends together; challenge:
    of a code that was asked for with PKCE; used: a code, or a refresh token that rotates, is good once; subject: the id
    of whom a service acts for.
    """

    tenant: str
    kind: str
    ends: float
    scopes: list[str]
    consent: str = ""
    client: str = ""
    redirect: str = ""
    challenge: str = ""
    used: bool = False
    subject: str = ""


@dataclass
class SystemLog:
    """Okta's System Log: numbered events, of which the newest 2,000 are kept."""

    first: int = 0
    events: list[JsonObject] = field(default_factory=list[JsonObject])

    def append(self, event: JsonObject) -> None:
        """Add an event at the end."""
        self.events.append(event)
        surplus = len(self.events) - _LOG_KEPT
        if surplus > 0:
            del self.events[:surplus]
            self.first += surplus

    def numbered(self) -> Iterator[tuple[int, JsonObject]]:
        """Every event that is kept with its number."""
        return enumerate(self.events, start=self.first)


@dataclass
class World:
    """Everything that a restart keeps. `issued` has what token services gave out, by its text; `mail` is
    what was sent from the Microsoft 365 tenant, oldest first; `tokens` has the static token of each further tenant."""

    secrets: Secrets
    accounts: Accounts
    mail: list[Mail] = field(default_factory=list[Mail])
    hooks: list[Hook] = field(default_factory=list[Hook])
    log: SystemLog = field(default_factory=SystemLog)
    issued: dict[str, Issued] = field(default_factory=dict[str, Issued])
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    shelves: dict[str, Shelf] = field(default_factory=dict[str, Shelf])
    used: set[str] = field(default_factory=set[str])

    def shelf(self, name: str) -> Shelf:
        """The documents of one kind by id, in the order in which they were made: `okta.groups`, `graph.devices`.

        What belongs to something else stands on a shelf by that one's id: `okta.members` has, for each group, when
        each member came. Whoever asks for a shelf may change it: `used` has the names of those asked for.
        """
        self.used.add(name)
        return self.shelves.setdefault(name, {})

    def find_hook(self, hook_id: str) -> Hook | None:
        """By id."""
        return next((hook for hook in self.hooks if hook.id == hook_id), None)


def new_world(ids: Ids, now: datetime, people: int = 0) -> World:
    """A world on its first day, with fresh secrets."""
    secrets = Secrets(
        okta=f"00{ids.word(40)}",
        graph=f"sandbox-graph-{ids.word(40)}",
        google=f"ya29.sandbox-{ids.word(40)}",
        tenant_id=ids.uuid(),
        client_id=ids.uuid(),
        client_secret=ids.word(40),
    )
    first = first_day(now, people)
    tokens = {tenant: f"{prefix}{ids.word(40)}" for tenant, prefix in TOKEN_PREFIXES.items()}
    return World(secrets=secrets, accounts=first.accounts, tokens=tokens, shelves=first.shelves)


class Store:
    """The world and its snapshot file. `people`: how many the Okta org has at least.

    Raises SandboxStateError when the file is not readable.
    """

    def __init__(self, ids: Ids, clock: Clock, path: Path | None = None, people: int = 0) -> None:
        self._path = path
        self._people = people
        self._clock = clock
        self._changed = False
        self._written: dict[str, orjson.Fragment] = {}
        self.world = new_world(ids, clock(), people)
        if path is not None and path.exists():
            self.world = _load(path, self.world)
        else:
            self._changed = True
            self.save()

    def touch(self) -> None:
        """Say that the world has changed; the next `save` writes it."""
        self._changed = True

    def save(self) -> None:
        """Write the snapshot if anything changed: a temporary file that then takes the name."""
        if not self._changed:
            return
        self._changed = False
        if self._path is None:
            return
        beside = self._path.with_name(self._path.name + ".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._snapshot())
        os.replace(beside, self._path)

    def _snapshot(self) -> bytes:
        """The world as JSON. A shelf that nobody has used since the last time is as it was written then."""
        world = self.world
        for name in world.used | (world.shelves.keys() - self._written.keys()):
            self._written[name] = orjson.Fragment(orjson.dumps(world.shelves[name]))
        world.used.clear()
        rest = {each.name: getattr(world, each.name) for each in fields(world) if each.name not in ("shelves", "used")}
        shelves = {name: self._written[name] for name in world.shelves}
        return orjson.dumps({"version": _VERSION, "world": {**rest, "shelves": shelves}})

    def reset(self, *, hooks: bool) -> None:
        """Put everything back to the first day. Secrets and the System Log stay, event hooks if wished."""
        first = first_day(self._clock(), self._people)
        kept = {} if hooks else {name: shelf for name, shelf in self.world.shelves.items() if name in _KEPT}
        self.world.accounts = first.accounts
        self.world.shelves = {**first.shelves, **kept}
        self.world.used.clear()
        self._written.clear()
        self.world.mail = []
        if hooks:
            self.world.hooks = []
        self.touch()


def _load(path: Path, fresh: World) -> World:
    try:
        saved: dict[str, Any] = orjson.loads(path.read_bytes())
        if saved["version"] != _VERSION:
            raise ValueError(f"it is of version {saved['version']}, this program writes {_VERSION}")
        return _world(saved["world"], fresh)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SandboxStateError(
            f"The sandbox's saved state {path} cannot be read ({error}). Move it away to begin a new one."
        ) from error


def _world(saved: dict[str, Any], fresh: World) -> World:
    """The world that was saved. What an older program did not know yet is as on the first day."""
    accounts = saved["accounts"]
    return World(
        secrets=Secrets(**saved["secrets"]),
        accounts=Accounts(
            okta=[OktaAccount(**row) for row in accounts["okta"]],
            graph=[GraphAccount(**row) for row in accounts["graph"]],
            google=[GoogleAccount(**row) for row in accounts["google"]],
        ),
        mail=[Mail(**row) for row in saved.get("mail", [])],
        hooks=[Hook(**row) for row in saved["hooks"]],
        log=SystemLog(**saved["log"]),
        # an older program kept when a token ends, and nothing else: clients ask for another one
        issued={name: Issued(**row) for name, row in saved["issued"].items() if not isinstance(row, float | int)},
        tokens={**fresh.tokens, **saved.get("tokens", {})},
        shelves={**fresh.shelves, **saved.get("shelves", {})},
    )
