"""Choices and fields that are loaded from an app: its groups, apps and sheets, a customer's own attributes.

What was loaded is kept for each connection for ten minutes, or until somebody asks for it anew. Who asks for what is
on its way already waits for it: a designer asks for all fields of a flow at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from keyturn.connections.authorise import Authoriser
from keyturn.connections.budget import RateBudgets
from keyturn.connections.health import HealthNotes
from keyturn.connections.problems import ConnectionProblem
from keyturn.flows.actions import Failed, Unknown
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.functions import Clock
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, Choice, FieldSpec

from .compiled import CompiledManifest, CompiledRequest
from .exchanges import PATIENCE, Maskers, Refused, Sender, Way, Ways
from .failures import asked_in_vain, masked, of_connection, unreadable
from .field_reader import FieldReader
from .manifest import ChoicesModel, FieldsModel
from .outgoing import Outgoing
from .paging import Paging, Trail, UnusablePage
from .refusing import note_refusal
from .registry import ConnectorRegistry
from .signs import usual_of
from .templates import compile_raw

_KEPT_FOR = timedelta(minutes=10)
_MOST_KEPT = 500
_MOST_FIELDS = 2_000
_Read = tuple[Sequence[Choice], Sequence[FieldSpec], bool]


class NothingToLoad(Exception):
    """The card is not there, or nothing of its field is loaded from the app.

    Attributes:
        mend: what to do.
    """

    def __init__(self, message: str, mend: str) -> None:
        self.mend = mend
        super().__init__(message)


class LoadFailed(Exception):
    """The app, or the connection, gave nothing."""

    def __init__(self, detail: ErrorDetail) -> None:
        self.detail = detail
        super().__init__(detail.message)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded.

    Attributes:
        choices: of a field whose choices are loaded.
        fields: of an object whose further fields are loaded.
        more: the app has more than were read.
    """

    choices: Sequence[Choice]
    fields: Sequence[FieldSpec]
    more: bool
    loaded_at: datetime


class ChoiceLoader:
    """Loads choices and fields by way of connections, and notes how those do."""

    def __init__(
        self,
        registry: ConnectorRegistry,
        authoriser: Authoriser,
        http: Sender,
        clock: Clock,
        health: HealthNotes,
        budgets: RateBudgets,
    ) -> None:
        self._registry = registry
        self._health = health
        self._ways = Ways(authoriser, http, clock, Maskers(), budgets, registry.trusted_origins)
        self._kept: dict[tuple[object, ...], Loaded] = {}
        self._asking: dict[tuple[object, ...], asyncio.Task[Loaded]] = {}

    async def load(
        self, connection_id: str, card: str, field: str, given: Mapping[str, JSON], *, refresh: bool = False
    ) -> Loaded:
        """What a field of a card may be, or may have.

        Args:
            field: an input, option or output; of a field inside an object, both names with a dot.
            given: inputs that are chosen already.

        Raises:
            NothingToLoad: there is no such card, or nothing of this field is loaded.
            LoadFailed: the connection cannot be used, the app refused, or an input is missing that it needs.
        """
        manifest, spec = self._card(card)
        loaded = (one for name, one in _fields_of(spec) if name == field and (one.choices_from or one.fields_from))
        declared = next(loaded, None)
        if declared is None:
            what = f"Nothing of {field!r} of {spec.title} is loaded from the app."
            raise NothingToLoad(what, f"Loaded are: {', '.join(_loaded_names(spec)) or 'none'}.")
        name = declared.choices_from or declared.fields_from
        models: Mapping[str, ChoicesModel | FieldsModel]
        models = manifest.model.choices if declared.choices_from else manifest.model.fields
        model = models[name]
        wanted = {need: given.get(need) for need in model.needs}
        missing = [need for need, value in wanted.items() if value in (None, "")]
        if missing:
            what = f"{declared.title or field} depends on {', '.join(missing)}, which is not chosen yet."
            raise LoadFailed(ErrorDetail(what, code="missing-input", field=missing[0], mend="Choose it first."))
        return await self._kept_or_read(connection_id, manifest, name, model, wanted, refresh=refresh)

    def _card(self, card: str) -> tuple[CompiledManifest, CardSpec]:
        manifest = self._registry.connector(card.partition(".")[0])
        spec = manifest.cards.get(card) if manifest else None
        if manifest is None or spec is None:
            raise NothingToLoad(f"There is no card {card!r}.", "List the cards: keyturn cards.")
        return manifest, spec

    async def _kept_or_read(
        self,
        connection_id: str,
        manifest: CompiledManifest,
        name: str,
        model: ChoicesModel | FieldsModel,
        wanted: Values,
        *,
        refresh: bool,
    ) -> Loaded:
        try:
            authorised = await self._ways.authoriser.authorise(connection_id)
        except ConnectionProblem as problem:
            detail = of_connection(problem)
            note_refusal(self._health, connection_id, detail, None)
            raise LoadFailed(detail) from problem
        connection = authorised.connection
        if connection.connector != manifest.model.connector:
            what = f"The connection {connection_id!r} is one of {connection.connector}."
            mend = f"Choose a connection of {manifest.model.connector}."
            raise LoadFailed(ErrorDetail(what, code="wrong-connection", field="connection", mend=mend))
        texts = tuple(sorted((need, to_text(value)) for need, value in wanted.items()))
        key = (connection_id, connection.updated_at, manifest.digest, type(model), name, texts)
        now, kept = self._ways.clock.now(), self._kept.get(key)
        if kept is not None and not refresh and now - kept.loaded_at < _KEPT_FOR:
            return kept
        asking = self._asking.get(key)
        if asking is None:
            label = f"choices of {connection_id}"
            way = Way(self._ways, manifest, authorised, label=label, patience=PATIENCE, scopes=model.scopes)
            asking = self._asking[key] = asyncio.create_task(self._read(key, way, model, wanted, now))
            asking.add_done_callback(lambda ended: self._answered(key, ended))
        return await asyncio.shield(asking)

    async def _read(
        self, key: tuple[object, ...], way: Way, model: ChoicesModel | FieldsModel, wanted: Values, now: datetime
    ) -> Loaded:
        """Ask the app and keep what it says. Raises LoadFailed."""
        try:
            read = _choices(way, model, wanted) if isinstance(model, ChoicesModel) else _fields(way, model, wanted)
            choices, fields, more = await read
        except CardError as error:
            raise LoadFailed(error.detail) from error
        except LoadFailed as failed:
            note_refusal(self._health, way.connection.id, failed.detail, failed.detail.status)
            raise
        self._health.worked(way.connection.id)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        loaded = self._kept[key] = Loaded(choices, fields, more, now)
        return loaded

    def _answered(self, key: tuple[object, ...], ended: asyncio.Task[Loaded]) -> None:
        del self._asking[key]
        if not ended.cancelled():
            ended.exception()  # told to whoever waits, if anybody still does


def _fields_of(spec: CardSpec) -> Iterator[tuple[str, FieldSpec]]:
    """All inputs, options and outputs of a card by name, those inside objects with a dot."""
    variants = [field for variant in spec.variants for field in (*variant.inputs, *variant.outputs)]
    for field in (*spec.options, *spec.inputs, *variants, *spec.outputs):
        yield field.name, field
        for inner in field.fields:
            yield f"{field.name}.{inner.name}", inner


def _loaded_names(spec: CardSpec) -> list[str]:
    return list(dict.fromkeys(name for name, field in _fields_of(spec) if field.choices_from or field.fields_from))


async def _choices(way: Way, model: ChoicesModel, wanted: Values) -> _Read:
    roots: Values = {"inputs": wanted}
    paging = Paging(model.paging)
    value, label = compile_raw(model.value), compile_raw(model.label)
    manifest = way.manifest.model
    first = CompiledRequest(model.request, manifest.bases, signs=usual_of(manifest)).one(roots)
    found: list[Choice] = []
    token: str | None = None
    trail = Trail()
    while True:
        answer = await _asked(way, first if token is None else paging.ask(first, token))
        try:
            page = paging.read(answer, way.here, token)
            trail.passed(page)
        except UnusablePage as error:
            raise LoadFailed(asked_in_vain(unreadable(way.manifest, 200, str(error), reads=True).error)) from error
        for record in page.records:
            chosen = value({"record": record})
            if chosen is not None:
                found.append(Choice(chosen, to_text(label({"record": record})) or to_text(chosen)))
        token = page.next
        if token is None or len(found) >= paging.most:
            return found[: paging.most], (), token is not None or len(found) > paging.most


async def _fields(way: Way, model: FieldsModel, wanted: Values) -> _Read:
    manifest = way.manifest.model
    request = CompiledRequest(model.request, manifest.bases, signs=usual_of(manifest)).one({"inputs": wanted})
    answer = await _asked(way, request)
    reader = FieldReader(model)
    found: dict[str, FieldSpec] = {}
    for records in model.records:
        for roots in _records(compile_raw(records)(answer)):
            field = reader.read(roots)
            if field is not None:
                found.setdefault(field.name, field)
    return (), list(found.values())[:_MOST_FIELDS], len(found) > _MOST_FIELDS


def _records(found: JSON) -> list[Values]:
    """What a mapping sees of each record: of an object its keys too."""
    if isinstance(found, dict):
        return [{"record": record, "key": key} for key, record in found.items()]
    return [{"record": record, "key": None} for record in (found if isinstance(found, list) else [])]


async def _asked(way: Way, outgoing: Outgoing) -> Values:
    """An answer. Raises LoadFailed."""
    answer = await way.ask(outgoing)
    match answer:
        case Refused(failed=failed):
            raise LoadFailed(asked_in_vain(masked(failed.error, way.hidden)))
        case Failed(error=error):
            raise LoadFailed(asked_in_vain(masked(error, way.hidden)))
        case Unknown(error=error):  # nothing was to be changed: there is nothing to wonder about
            raise LoadFailed(replace(masked(error, way.hidden), why="", mend="Ask again."))
        case _:
            return answer
