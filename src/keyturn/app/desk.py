"""Acts on connections for people: the implementation of ``connections.ConnectionDesk``."""

from __future__ import annotations

import re
import secrets as random_secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from keyturn.connections.authorise import Authoriser
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import (
    ADDRESSES,
    AUTH_FIELDS,
    EVENT_HOOK_SECRET,
    PROXY,
    PROXY_LOGIN,
    AuthKind,
    Connection,
    Health,
    Trouble,
    origin_of,
)
from keyturn.connections.ports import ConnectionStore, HealthStore
from keyturn.connections.problems import NEEDS_SIGN_IN, REFUSED, ConnectionProblem
from keyturn.connections.sign_in import NotRevoked, SignInRefused, SignIns
from keyturn.connectors.compiled import CompiledManifest
from keyturn.connectors.events import EventMapper
from keyturn.connectors.examples import example_field
from keyturn.connectors.guides import filled
from keyturn.connectors.mail import MailActions, advice
from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.connectors.vendor import count_of, unverified_cards
from keyturn.flows.functions import Clock
from keyturn.flows.paging import Page, PageRequest
from keyturn.flows.problems import Problem, ProblemError
from keyturn.http import HttpError
from keyturn.http.smtp import MailRefused
from keyturn.triggers.subscribe import Caller, Hook, OktaSubscriber, SubscribeFailed

from .connections import (
    CheckResult,
    ConnectionForm,
    ConnectionState,
    ConnectionTaken,
    ConnectionView,
    ConnectorView,
    GuideView,
    KindView,
    NoSuchConnection,
    NotYours,
    SignInLink,
    StateName,
)
from .derived import with_derived
from .entered import NEEDED, address_problems, field_problems, limit_problems, problem_of, proxy_problems
from .judging import judged, not_tried, of_address, sentence, tells, with_state

_log = structlog.get_logger(__name__)
_ID = re.compile(r"^[a-z][a-z0-9_-]{0,79}$")


class SubscribedCards(Protocol):
    """Which event cards active flows use with a connection."""

    async def event_cards(self, connection_id: str) -> Sequence[str]: ...


class Connections:
    """Makes, shows, tests and subscribes connections."""

    def __init__(
        self,
        *,
        store: ConnectionStore,
        authoriser: Authoriser,
        registry: ConnectorRegistry,
        caller: Caller,
        events: EventMapper,
        cards: SubscribedCards,
        health: HealthStore,
        notes: HealthNotes,
        sign_ins: SignIns,
        clock: Clock,
        address: str,
        mail: MailActions | None = None,
    ) -> None:
        self._health = health
        self._notes = notes
        self._sign_ins = sign_ins
        self._store = store
        self._mail = mail
        self._authoriser = authoriser
        self._registry = registry
        self._caller = caller
        self._events = events
        self._cards = cards
        self._clock = clock
        self._address = address

    def connectors(self) -> Sequence[ConnectorView]:
        """The apps that one can connect to, by title."""
        known = [found.model for name in self._registry.names() if (found := self._registry.connector(name))]
        callback, own = self._sign_ins.callback, self._registry.own()
        return [
            _connector(model, callback, model.connector in own)
            for model in sorted(known, key=lambda model: model.title)
        ]

    async def list(self, page: PageRequest) -> Page[ConnectionView]:
        """Connections, without secrets."""
        found = await self._store.list(page)
        health = await self._health.of([connection.id for connection in found.rows])
        return Page([self._view(row, health.get(row.id)) for row in found.rows], found.next)

    async def get(self, connection_id: str) -> ConnectionView:
        """One connection, without secrets."""
        return await self._shown(await self._known(connection_id))

    async def _shown(self, connection: Connection) -> ConnectionView:
        return self._view(connection, (await self._health.of([connection.id])).get(connection.id))

    def _view(self, connection: Connection, health: Health | None) -> ConnectionView:
        manifest = self._registry.connector(connection.connector)
        state = _state(health)
        if state.name is StateName.UNUSED and manifest is not None:
            state = replace(state, what=not_tried(manifest))
        return _view(connection, state)

    async def connector_of(self, connection_id: str) -> str | None:
        """The connector of a connection, or None if there is no such connection."""
        connection = await self._store.get(connection_id)
        return connection.connector if connection else None

    async def may_use(self, connection_id: str, who: str) -> bool:
        """Whether somebody may build with a connection; with one that is not there, yes."""
        connection = await self._store.get(connection_id)
        return connection is None or connection.is_for(who)

    async def allow(self, connection_id: str, who: str) -> None:
        """Let somebody build with a connection. Raises NotYours."""
        if not await self.may_use(connection_id, who):
            raise NotYours(connection_id, who)

    async def put(self, connection_id: str, form: ConnectionForm, only_new: bool = False) -> ConnectionView:
        """Make or replace a connection; secrets that are not given stay.

        Raises:
            ProblemError: naming each field that is wrong.
            ConnectionTaken: it was only to be made, and is there.
        """
        form = self._whole(form.trimmed())
        known = await self._store.get(connection_id)
        if known and only_new:
            raise ConnectionTaken(connection_id)
        if known and not any(form.secrets.values()) and (locked := self._locked(known)):
            return await self._put_locked(known, form, locked)
        kept = self._kept_secrets(known, form)
        secrets = {**kept, **{name: value for name, value in form.secrets.items() if value}}
        problems = [*self._problems(connection_id, form, secrets), *self._lost(known, form, secrets)]
        if problems:
            raise ProblemError(problems)
        manifest = self._registry.connector(form.connector)
        settings = _settings_of(form, manifest)
        now = self._clock.now()
        carried = any(name != EVENT_HOOK_SECRET and not form.secrets.get(name) for name in kept)
        further = manifest.model.bases.values() if manifest else ()
        connection = Connection(
            id=connection_id,
            connector=form.connector,
            name=form.name or connection_id,
            kind=AuthKind(form.kind),
            base_url=_base_url_of(form, manifest),
            settings=settings,
            sealed=self._authoriser.seal(connection_id, secrets),
            created_at=known.created_at if known else now,
            updated_at=now,
            at_once=form.at_once,
            per_minute=form.per_minute,
            users=_users_of(form, known),
            reaches=known.reaches if known and carried else tuple(sorted(set(map(origin_of, further)))),
        )
        if not only_new:
            connection = await self._store.put(connection)
        elif not await self._store.make(connection):
            raise ConnectionTaken(connection_id)
        anew = any(form.secrets.values()) or known is None or _access_of(known) != _access_of(connection)
        if known and anew:
            await self._notes.forget(connection_id)
        if anew:
            await self._sign_ins.await_first(connection)
        return await self._shown(connection)

    def _whole(self, form: ConnectionForm) -> ConnectionForm:
        """The form with what its connector's guide tells."""
        manifest = self._registry.connector(form.connector)
        known = manifest is not None and form.kind in manifest.model.auth
        return with_derived(form, manifest.model) if manifest is not None and known else form

    async def _put_locked(self, known: Connection, form: ConnectionForm, locked: ConnectionProblem) -> ConnectionView:
        """Change what takes no secrets of a connection whose secrets cannot be opened: they stay sealed as they are.

        Raises:
            ProblemError: anything else was to be changed.
        """
        manifest = self._registry.connector(form.connector)
        same = form.kind == known.kind and _access_of(known) == (
            form.connector,
            known.kind,
            _base_url_of(form, manifest),
            _settings_of(form, manifest),
        )
        problems = limit_problems(form) if same else [problem_of("secrets", str(locked), locked.mend)]
        if problems:
            raise ProblemError(problems)
        changed = replace(
            known,
            name=form.name or known.id,
            updated_at=self._clock.now(),
            at_once=form.at_once,
            per_minute=form.per_minute,
            users=_users_of(form, known),
        )
        return await self._shown(await self._store.put(changed))

    def _locked(self, known: Connection) -> ConnectionProblem | None:
        """Why its secrets cannot be opened; None if they can."""
        try:
            self._authoriser.secrets(known)
        except ConnectionProblem as problem:
            return problem
        return None

    async def delete(self, connection_id: str, *, even_if_signed_in: bool = False) -> None:
        """Delete a connection; its sign-in is ended at the app before.

        Args:
            even_if_signed_in: also if the app could not be told.

        Raises:
            NotRevoked: the app could not be told that the sign-in has ended.
        """
        connection = await self._store.get(connection_id)
        if connection is not None and connection.kind is AuthKind.OAUTH_CODE:
            try:
                await self._sign_ins.end(connection_id)
            except NotRevoked as refused:
                if not even_if_signed_in:
                    mend = f"{refused.mend} To delete it all the same: even_if_signed_in=true."
                    raise NotRevoked(str(refused), mend) from refused
                _log.warning("sign-in not revoked", connection=connection_id, why=str(refused))
            except SignInRefused:  # its secrets cannot be opened: there is nothing to revoke with
                pass
        if not await self._store.delete(connection_id):
            raise _unknown(connection_id)
        await self._sign_ins.forget(connection_id)

    async def test(self, connection_id: str) -> CheckResult:
        """Ask the app whether the connection works; what it says is noted."""
        connection = await self._known(connection_id)
        result = await self._tested(connection)
        if not result.works:
            manifest = self._registry.connector(connection.connector)
            code = result.code if manifest is None or tells(manifest) else of_address(result.code)
            self._notes.failed(connection_id, Trouble(code, result.what, result.mend))
        elif result.told:
            self._notes.worked(connection_id)
        elif (trouble := await self._trouble(connection_id)) is not None and trouble.code != REFUSED:
            await self._notes.answered(connection_id)
        await self._notes.written()
        return with_state(result, (await self._shown(connection)).state)

    async def _trouble(self, connection_id: str) -> Trouble | None:
        await self._notes.written()
        health = (await self._health.of([connection_id])).get(connection_id)
        return health.trouble if health is not None else None

    async def _tested(self, connection: Connection) -> CheckResult:
        manifest = self._registry.connector(connection.connector)
        if manifest is None:
            return CheckResult(False, *self._registry.absence(connection.connector))
        check = manifest.model.check
        if manifest.model.protocol == "smtp":
            return await self._mail_works(connection, manifest.model.title)
        try:
            answer = await self._caller.call(connection.id, check.method, check.path, scopes=check.scopes)
        except SubscribeFailed as error:
            return CheckResult(False, sentence(str(error)), error.mend, error.code)
        return judged(manifest, connection, answer)

    async def sign_in(self, connection_id: str) -> SignInLink:
        """An address at which a person signs the connection in. Raises SignInRefused."""
        await self._known(connection_id)
        return SignInLink(await self._sign_ins.link(connection_id), self._sign_ins.callback)

    async def sign_out(self, connection_id: str) -> None:
        """Revoke and forget its tokens. Raises SignInRefused."""
        await self._known(connection_id)
        await self._sign_ins.end(connection_id)

    async def _mail_works(self, connection: Connection, title: str) -> CheckResult:
        assert self._mail is not None, "whoever offers connectors of mail servers has this too"
        try:
            self._authoriser.allow(connection)
            await self._mail.check(connection)
        except MailRefused as error:
            mend = "Test it again in a while." if 400 <= error.status < 500 else advice(error, connection.kind)[1]
            return CheckResult(False, sentence(str(error)), mend, "refused")
        except ConnectionProblem as error:
            return CheckResult(False, sentence(str(error)), error.mend, error.code)
        except HttpError as error:
            return CheckResult(False, sentence(error.what), error.mend, "no-answer")
        return CheckResult(True, f"{title} lets us in.")

    async def subscribe(self, connection_id: str) -> Hook:
        """Have the app send the events that active flows start with.

        Raises:
            SubscribeFailed: the app refused, or no active flow starts with an event of this connection.
        """
        connection = await self._known(connection_id)
        types = self._events.event_types(connection.connector, await self._cards.event_cards(connection_id))
        if not types:
            raise SubscribeFailed(
                "No active flow starts with an event of this connection.", "Publish such a flow first."
            )
        secret = await self._hook_secret(connection)
        uri = f"{self._address}/hooks/okta/{connection_id}"
        return await OktaSubscriber(self._caller).subscribe(connection_id, uri, secret, types)

    async def _hook_secret(self, connection: Connection) -> str:
        """The secret that the app shows with its events; made and sealed when first needed."""
        try:
            known = await self._authoriser.hook_secret(connection.id)
            if known is not None:
                return known[1]
            secrets = self._authoriser.secrets(connection)
        except ConnectionProblem as problem:
            raise SubscribeFailed(str(problem), problem.mend) from problem
        secret = random_secrets.token_urlsafe(32)
        sealed = self._authoriser.seal(connection.id, {**secrets, EVENT_HOOK_SECRET: secret})
        await self._store.put(_with_sealed(connection, sealed))
        return secret

    async def _known(self, connection_id: str) -> Connection:
        connection = await self._store.get(connection_id)
        if connection is None:
            raise _unknown(connection_id)
        return connection

    def _kept_secrets(self, known: Connection | None, form: ConnectionForm) -> dict[str, str]:
        """Secrets that stay: those of a connection of the same kind that leads to the same places, so that nobody has
        them sent elsewhere who does not know them; the event hook's in any case."""
        if known is None:
            return {}
        try:
            secrets = self._authoriser.secrets(known)
        except ConnectionProblem:
            return {}
        same = known.kind == form.kind and known.connector == form.connector and not self._moved(known, form)
        return {name: value for name, value in secrets.items() if same or name == EVENT_HOOK_SECRET}

    def _lost(self, known: Connection | None, form: ConnectionForm, secrets: dict[str, str]) -> list[Problem]:
        """Secrets that may be left out, were there, and would be gone without a word; a proxy's login goes with it."""
        if known is None or (known.kind, known.connector) != (form.kind, form.connector):
            return []
        try:
            names = self._authoriser.secrets(known).keys() - secrets.keys()
        except ConnectionProblem:
            return []
        lost = sorted(names - {PROXY_LOGIN, *AUTH_FIELDS[known.kind].secrets})
        return [problem_of(name, f"The secret {name!r} is missing.", NEEDED.format(kind=form.kind)) for name in lost]

    def _moved(self, known: Connection, form: ConnectionForm) -> bool:
        """Whether secrets would go to another server than before, or by way of another one."""
        manifest = self._registry.connector(form.connector)
        base = form.base_url or (manifest.model.base_url if manifest else "")
        settings = _settings_of(form, manifest)
        pairs = [(known.base_url, base)]
        pairs += [(known.settings.get(name, ""), settings.get(name, "")) for name in (*ADDRESSES, PROXY)]
        return any(origin_of(before) != origin_of(now) for before, now in pairs if now)

    def _problems(self, connection_id: str, form: ConnectionForm, secrets: dict[str, str]) -> list[Problem]:
        if not _ID.match(connection_id):
            return [problem_of("id", f"{connection_id!r} is no id.", "Use lower-case letters, digits, _ and -.")]
        manifest = self._registry.connector(form.connector)
        if manifest is None:
            return [problem_of("connector", *self._registry.absence(form.connector))]
        kinds = [kind.value for kind in manifest.model.auth]
        if form.kind not in kinds:
            what = f"{form.kind!r} is no kind of connection that {manifest.model.title} has."
            return [problem_of("kind", what, f"Use one of: {', '.join(kinds)}.")]
        if wrong := limit_problems(form):
            return wrong
        addresses = {name: form.settings[name] for name in ADDRESSES if form.settings.get(name)}
        wrong = [problem for name, url in addresses.items() for problem in address_problems(name, url, "http")]
        wrong += proxy_problems(form, manifest.model.protocol)
        example = example_field(manifest.model, form.base_url, form.settings)
        if example is not None:
            along = self._registry.came_along(form.connector)
            wrong.append(_example_problem(manifest.model, example, form, along=along))
        if example != "base_url":
            url = form.base_url or manifest.model.base_url
            wrong += address_problems("base_url", url, manifest.model.protocol)
        return [*field_problems(form, secrets, manifest.model), *wrong]


def _users_of(form: ConnectionForm, known: Connection | None) -> tuple[str, ...]:
    """For whom it is to be; as it was where nothing is said."""
    if form.users is not None:
        return tuple(dict.fromkeys(form.users))
    return known.users if known else ()


def _example_problem(model: ManifestModel, field: str, form: ConnectionForm, *, along: bool) -> Problem:
    """There is no address of the customer's own, or the manifest's example of one.

    Args:
        along: the manifest came along, and nobody here can change it.
    """
    given = form.base_url if field == "base_url" else form.settings[field]
    if not given:
        shown = f", where the example is {model.base_url}" if model.base_url else ""
        what = f"{model.title} has another address for each customer, and there is none here."
        return problem_of(field, what, f"Give yours{shown}.")
    what = f"{given} is the example that the connector {model.connector} shows of an address, and may be nobody's."
    serves = "If that is yours, say so in the connector's manifest: example_serves: true beside own_address."
    return problem_of(field, what, "Give yours." if along else f"Give yours. {serves}")


def _base_url_of(form: ConnectionForm, manifest: CompiledManifest | None) -> str:
    """The address that was given, or the connector's."""
    return (form.base_url or (manifest.model.base_url if manifest else "")).rstrip("/")


def _settings_of(form: ConnectionForm, manifest: CompiledManifest | None) -> dict[str, str]:
    """What a connection has: what was given, and the connector's defaults of its kind for the rest."""
    if manifest is None:
        return {**form.settings}
    kind = AuthKind(form.kind)
    defaults = {name: value for name, value in manifest.model.defaults.items() if name in AUTH_FIELDS[kind].settings}
    guide = manifest.model.guides.get(kind)
    if guide is not None and "scope" in defaults:  # without what keeps a sign-in it would end with its first token
        usual = defaults["scope"].split(guide.separator)
        defaults["scope"] = guide.separator.join((*usual, *(one for one in guide.always if one not in usual)))
    return defaults | {**form.settings}


def _connector(model: ManifestModel, callback: str, own: bool) -> ConnectorView:
    kinds = [
        KindView(
            kind.value,
            fields.settings,
            fields.secrets,
            fields.optional,
            fields.long,
            fields.choices,
            _guide(model, kind, callback),
        )
        for kind in model.auth
        for fields in [AUTH_FIELDS[kind]]
    ]
    return ConnectorView(
        name=model.connector,
        title=model.title,
        synonyms=list(model.synonyms),
        about=model.about,
        base_url=model.base_url,
        defaults=model.defaults,
        kinds=kinds,
        actions=count_of(model),
        events=len(model.events),
        callback=callback,
        needs_address=model.needs_address,
        unverified=len(unverified_cards(model)),
        own=own,
    )


def _guide(model: ManifestModel, kind: AuthKind, callback: str) -> GuideView | None:
    guide = model.guides.get(kind)
    if guide is None:
        return None
    steps = [filled(step, {"callback": callback}) for step in guide.steps]
    return GuideView(guide.about, steps, guide.asks, guide.settings, guide.fields, guide.asked, guide.where)


def _unknown(connection_id: str) -> NoSuchConnection:
    return NoSuchConnection(f"There is no connection {connection_id!r}.")


def _with_sealed(connection: Connection, sealed: bytes) -> Connection:
    return replace(connection, sealed=sealed)


def _access_of(connection: Connection) -> tuple[object, ...]:
    """What decides, beside secrets, whether the app takes it."""
    return connection.connector, connection.kind, connection.base_url, dict(connection.settings)


def _state(health: Health | None) -> ConnectionState:
    if health is None:
        return ConnectionState(StateName.UNUSED)
    trouble = health.trouble
    if trouble is None and health.worked_at is None:
        return ConnectionState(StateName.UNUSED)
    if trouble is None:
        return ConnectionState(StateName.WORKS, health.worked_at)
    name = StateName.NEEDS_SIGN_IN if trouble.code == NEEDS_SIGN_IN else StateName.FAILING
    return ConnectionState(name, health.failing_since, trouble.what, trouble.mend)


def _view(connection: Connection, state: ConnectionState) -> ConnectionView:
    return ConnectionView(
        id=connection.id,
        connector=connection.connector,
        name=connection.name,
        kind=connection.kind.value,
        base_url=connection.base_url,
        settings=dict(connection.settings),
        created_at=connection.created_at,
        updated_at=connection.updated_at,
        at_once=connection.at_once,
        per_minute=connection.per_minute,
        users=connection.users,
        state=state,
    )
