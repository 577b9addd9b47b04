"""The cards of the API Connector do what their table of cases says."""

from __future__ import annotations

from pathlib import Path

import pytest
from aiohttp import web
from support.card_tables import cases_of
from support.every_card import API_CONNECTOR
from support.stored_files import files_of_the_cases, with_files
from support_connectors import App

from keyturn.cards.cases import Case, Expected
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.data.file_transfers import KeptAnswers
from keyturn.flows.actions import Done, Failed
from keyturn.flows.json import JSON, Values


@pytest.fixture
async def app(app: App, tmp_path: Path) -> App:
    """One to which files go as they are stored."""
    app.kept.stored = KeptAnswers(await files_of_the_cases(tmp_path))
    return app


def answers(app: App, told: JSON) -> None:
    given = told if isinstance(told, dict) else {}

    async def answer(request: web.Request) -> web.StreamResponse:
        body, kind = str(given.get("body", "")), str(given.get("type", "application/json"))
        return web.Response(
            status=int(str(given.get("status", 200))), body=body.encode(), headers={"Content-Type": kind}
        )

    app.answer = answer


async def outcome(app: App, case: Case) -> JSON:
    options = case.ports.get("options")
    app.seen.clear()
    app.bodies.clear()
    answers(app, case.ports.get("answer"))
    inputs: Values = {"url": "/x", **with_files(case.given)}
    done = await app.act(case.key, options if isinstance(options, dict) else {}, inputs, "own")
    if isinstance(done, Failed):
        assert done.not_sent == (not app.seen)
        return f"error: {done.error.status or done.error.field or done.error.code}"
    assert isinstance(done, Done)
    return done.outputs["body"]


def wrongly_sent(app: App, case: Case) -> str:
    """What the app got otherwise than the case says; empty if all is as it says."""
    wanted = case.ports.get("sent")
    if not isinstance(wanted, dict):
        return ""
    [request], [body] = app.seen, app.bodies
    kind = request.headers.get("Content-Type", "")
    boundary = kind.partition("boundary=")[2] or "no boundary"
    got = {
        "method": request.method,
        "path": request.raw_path,
        "body": body.decode().replace(boundary, "B"),
        "type": kind.replace(boundary, "B"),
    }
    return ", ".join(f"{name} {got[name]!r}, not {value!r}" for name, value in wanted.items() if got[name] != value)


@pytest.mark.parametrize("key", API_CONNECTOR)
async def test_cases(app: App, key: str) -> None:
    wrong: list[str] = []
    for case in cases_of(key):
        wanted = f"error: {case.expected.field}" if isinstance(case.expected, Expected) else case.expected
        got = await outcome(app, case)
        if got != wanted:
            wrong.append(f"{case.given} gives {got}, not {wanted}")
        elif sent := wrongly_sent(app, case):
            wrong.append(f"{case.given} sends {sent}")
    assert not wrong, "\n".join(wrong)


def test_there_are_eight_cases_for_each() -> None:
    for key in API_CONNECTOR:
        assert len(cases_of(key)) >= 8


@pytest.mark.parametrize("key", API_CONNECTOR)
async def test_the_examples_of_a_declaration_hold(app: App, key: str) -> None:
    spec = ConnectorRegistry().get(key)
    assert spec is not None
    assert spec.examples
    assert all(field.bad is not None for field in spec.inputs)
    named = {"file": "f1"} if "file" in {field.name for field in spec.inputs} else {}
    answers(app, {"body": '{"ok":true}'})
    for example in spec.examples:
        done = await app.act(key, example.options, with_files({**example.inputs, **named}), "own")
        assert isinstance(done, Done), done
        assert {**done.outputs, "headers": "..."} == example.outputs
