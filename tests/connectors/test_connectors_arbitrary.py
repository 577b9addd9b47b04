"""Whatever an action of a connector is given, it answers or fails as cards do, and leaves what it was given."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cache
from uuid import UUID
from zlib import crc32

import pytest
from support.every_card import APPS, DECLARED, as_given, drawn_values, every_card, room_of
from support_connectors import NOW, TOKEN, Clock, Kept

from keyturn.cards.catalogue import BuiltInCards
from keyturn.cards.limits import Limits
from keyturn.cards.reading import empty_of
from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.actions import ConnectorActions
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.mail import MailActions
from keyturn.flows.actions import ActionCall, Done, Failed, PageAsked
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec, FieldSpec, OnNull
from keyturn.flows.types import Kind
from keyturn.http import Request, Response, Sink
from keyturn.http.messages import headers
from keyturn.http.smtp import Letter, MailServer, Taken

RUN = UUID(int=7)
BASE = "https://x.example"


class Agreeable:
    """An app that answers everything with the same."""

    async def send(
        self,
        request: Request,
        *,
        before_send: Callable[[], None] | None = None,
        on_answer: object = None,
        sink: Sink | None = None,
    ) -> Response:
        if before_send is not None:
            before_send()
        assert request.url.isascii()
        if request.body is not None and not isinstance(request.body, bytes):
            assert sum([len(piece) async for piece in request.body.pieces()]) == request.body.size
        content, fields = b'{"id":"1"}', headers({"Content-Type": "application/json"})
        if sink is not None:
            await sink(content)
        return Response(200, "", fields, content, 1.0, request.url)


class Post:
    """A mail server that takes everything."""

    async def send(self, server: MailServer, letter: Letter, before_send: Callable[[], None]) -> Taken:
        before_send()
        assert letter.content
        return Taken(250, "taken", ())

    async def check(self, server: MailServer) -> None: ...


@cache
def actions_of(connector: str) -> tuple[ConnectorActions, MemoryConnections, Connection]:
    store, app = MemoryConnections(), Agreeable()
    authoriser = authoriser_alone(app, store, Vault(bytes(32)), Clock())
    manifest = APPS.connector(connector)
    assert manifest is not None
    kind = next(one for one in manifest.model.auth if "token" in one.value or one.value in ("bearer", "basic", "none"))
    secrets = {"token": TOKEN} if kind.value == "bearer" else {"password": TOKEN} if kind.value == "basic" else {}
    base = "smtp://app.example" if connector == "smtp" else BASE
    sealed, mail = authoriser.seal("c", secrets), MailActions(authoriser, Post(), Clock())  # type: ignore[arg-type]
    connection = Connection("c", connector, "c", kind, base, {"user": "u"}, sealed, NOW, NOW)
    return actions_alone(APPS, authoriser, app, Clock(), mail=mail, files=Kept()), store, connection


async def act(spec: CardSpec, options: Values, inputs: Values) -> object:
    actions, store, connection = actions_of(spec.connector or "")
    await store.put(connection)
    call = ActionCall(RUN, RUN, "flow", "card", "card", spec.key, "c", options, inputs, 1, lambda: None)
    call.page = PageAsked() if spec.signature(options).streams else None
    return await actions.perform(call)


def sound(field: FieldSpec) -> JSON:
    """A value that the card takes."""
    if field.default is not None or not field.required:
        return field.default
    if field.choices:
        return field.choices[0].value
    plain: dict[Kind, JSON] = {
        Kind.NUMBER: 1,
        Kind.BOOLEAN: True,
        Kind.OBJECT: {},
        Kind.FILE: {"file": "x"},
        Kind.DATETIME: "2026-11-24",
    }
    value = plain.get(field.type.kind, f"{BASE}/a" if "url" in field.name else "a@x.example")
    return [value] if field.type.depth else value


OF_EACH = 3  # values for each input of each action


@pytest.mark.parametrize("connector", APPS.names())
async def test_no_input_breaks_or_changes_anything(connector: str) -> None:
    specs = [spec for spec in every_card() if spec.connector == connector and room_of(spec)]
    assert specs
    for spec in specs:
        await arbitrary(spec)


async def arbitrary(spec: CardSpec) -> None:
    turn, values = crc32(spec.key.encode()), drawn_values()
    for options in options_of(spec):
        fields = spec.signature(options).inputs
        for field in fields:
            for _ in range(OF_EACH):
                turn += 1
                inputs = {one.name: sound(one) for one in fields} | {field.name: values[turn % len(values)]}
                before = copy.deepcopy(inputs)
                ready = as_given(spec, fields, inputs)
                if isinstance(ready, CardError):
                    assert ready.detail.mend
                    continue
                outcome = await act(spec, options, ready)
                assert isinstance(outcome, Done | Failed), (spec.key, inputs)
                assert not isinstance(outcome, Failed) or (outcome.error.code and outcome.error.message)
                assert inputs == before


def options_of(spec: CardSpec) -> Iterator[Values]:
    """The options as they are by themselves, then all with their last choices."""
    usual: Values = {option.name: option.default for option in spec.options}
    yield usual
    last = {option.name: option.choices[-1].value for option in spec.options if option.choices}
    if any(usual[name] != value for name, value in last.items()):
        yield {**usual, **last}


SMALL = BuiltInCards(Limits(text=2_000, items=300, depth=20))


def too_large(field: FieldSpec) -> JSON:
    """Beyond the limits; None for fields that hold nothing large."""
    if field.type.depth:
        return [{} if field.type.kind is Kind.OBJECT else "x"] * 301
    match field.type.kind:
        case Kind.TEXT | Kind.SECRET:
            return "x" * 2_001
        case Kind.OBJECT | Kind.ANY | Kind.FILE:
            return {"a": ["x", {"b": "x" * 2_001}]}
        case _:
            return None


@pytest.mark.parametrize("connector", APPS.names())
def test_what_is_too_large_is_an_error(connector: str) -> None:
    specs = [spec for spec in every_card() if spec.connector == connector and room_of(spec)]
    for spec, options in ((one, options) for one in specs for options in options_of(one)):
        fields = spec.signature(options).inputs
        rules = SMALL.action(spec, fields)
        for field in fields:
            large = too_large(field)
            if large is not None and not (field.bad and field.choices):  # it is none of them
                with pytest.raises(CardError, match="is the most") as told:
                    rules.read({one.name: sound(one) for one in fields} | {field.name: large})
                assert told.value.detail.field == field.name


@pytest.mark.parametrize("key", DECLARED)
async def test_null_and_empty_are_treated_as_declared(key: str) -> None:
    spec = APPS.get(key)
    assert spec is not None
    for options in options_of(spec):
        fields = spec.signature(options).inputs

        async def given(name: str, value: JSON, options: Values = options, fields=fields) -> JSON:
            ready = as_given(spec, fields, {one.name: sound(one) for one in fields} | {name: value})
            outcome = ready if isinstance(ready, CardError) else await act(spec, options, ready)
            detail = outcome.detail if isinstance(outcome, CardError) else getattr(outcome, "error", None)
            return f"error: {detail.field}" if detail else outcome.outputs  # type: ignore[union-attr]

        for field in fields:
            assert field.bad is not None
            name, empty = field.name, empty_of(field)
            same = {OnNull.EMPTY: empty, OnNull.DEFAULT: field.default, OnNull.VALUE: None}
            for value, what in ((None, field.bad.null), (empty, field.bad.empty)):
                if what is OnNull.ERROR:
                    assert await given(name, value) == f"error: {name}"
                elif what is not None:
                    assert await given(name, value) == await given(name, same[what]), (name, what)
