"""Secrets on their way through runs: what is stored for people to see never holds one, nor text made from one."""

from __future__ import annotations

import base64
import json

import pytest
from support.card_tables import cases_of
from support_engine import World, in_turn, refused, silent

from keyturn.cards.cases import Case, Expected
from keyturn.cards.catalogue import BuiltInCards
from keyturn.engine.masking import Masker
from keyturn.engine.ports import Run, RunStatus
from keyturn.flows.actions import ActionCall, Done, Unknown
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import ErrorDetail
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec
from keyturn.http import Masker as ExchangeMasker

SECRET = "pa ss/w0rd-é"
ENCODED = base64.b64encode(SECRET.encode()).decode()
OK = Done({"status": 200, "body": {}})


def flow(flow_id: str, *cards: Values, about: str | None = None, **event: str) -> Values:
    return {"id": flow_id, "about": about, "event": {"card": "helper", "outputs": {**event}}, "cards": [*cards]}


def main(*cards: Values, about: str | None = None) -> Values:
    return flow("main", *cards, about=about, pw="secret")


def call(flow_id: str = "h", card: str = "flow.call", **given: JSON) -> Values:
    return {"id": "c", "card": card, "call": {"flow": flow_id, "with": given}}


def compose(card_id: str, text: str) -> Values:
    return {"id": card_id, "card": "text.compose", "inputs": {"text": text}}


def give(**inputs: JSON) -> Values:
    return {"id": "give", "card": "flow.return", "inputs": inputs}


def fail(message: str) -> Values:
    return {"id": "fail", "card": "error.return_error", "inputs": {"message": message}}


def length(card_id: str, of: str) -> Values:
    """A function whose result shows nothing of the text of its input, and is made from it all the same."""
    return {"id": card_id, "card": "list.length", "inputs": {"list": of}}


def send(body: JSON, url: str = "/x") -> Values:
    return {"id": "send", "card": "app.change", "inputs": {"url": url, "body": body}}


def shown(world: World) -> str:
    """All that people may see of all runs."""
    runs = [
        (run.about, run.error, run.shown, run.outputs if not run.depth else None) for run in world.store.runs.values()
    ]
    unknown = [record.result for record in world.store.journal if record.state.value == "unknown"]
    return repr((runs, world.store.trace, unknown))


def tells(world: World, secret: str = SECRET) -> bool:
    text = shown(world)
    return any(form in text for form in (secret, "pa%20ss", "pa+ss", ENCODED))


async def everything(world: World, **event: object) -> Run:
    """The run of the main flow, and all that it started, as workers of their own."""
    run = await world.run(**{"pw": SECRET, **event})
    for other in [other for other in world.store.runs.values() if other.status is RunStatus.QUEUED]:
        await world.go_on(other)
    return run


HELPER = flow(
    "h",
    send({"n": "{{ event.T }}"}, url="/x/{{ event.T }}"),
    fail("no use for {{ event.T }}"),
    about="{{ event.T }}",
    T="text",
)


@pytest.mark.parametrize("card", ["flow.call", "flow.call_async"])
@pytest.mark.parametrize("given", ["{{ event.pw }}", "Bearer {{ event.pw }}", "{{ made.output }}"])
async def test_a_helper_that_is_given_a_secret_as_text_keeps_it(card: str, given: str) -> None:
    world = World(main(compose("made", "<{{ event.pw }}>"), call(card=card, T=given)), HELPER)
    await everything(world)
    assert SECRET in str(world.app.sent[0].inputs)
    helper = next(run for run in world.store.runs.values() if run.flow_id == "h")
    assert (helper.status, helper.about) == (RunStatus.FAILED, "[secret]")
    assert not tells(world)


@pytest.mark.parametrize("card", ["flow.call", "flow.call_async"])
async def test_what_a_helper_makes_from_a_secret_is_secret_whatever_it_looks_like(card: str) -> None:
    helper = flow("h", length("many", "{{ event.T }}"), compose("said", "{{ many.length }} of {{ event.T }}"), T="any")
    world = World(flow("main", call(card=card, T="{{ event.pw }}"), pw="list of secret"), helper)
    await everything(world, pw=["abc", "def"])
    outputs = {entry.path: entry.outputs for entry in world.store.trace}
    assert outputs["many"] == {"length": "[secret]"}
    assert outputs["said"] == {"output": "[secret]"}


async def test_what_a_helper_gives_back_is_secret_in_its_caller_also_after_a_restart() -> None:
    helper = flow("h", give(token="{{ event.T }}", ok=True), T="any")
    after = [length("many", "{{ c.token }}"), length("other", "{{ c.ok }}"), send("{{ c.ok }}")]
    world = World(
        flow("main", call(T="{{ event.pw }}"), *after, pw="list of secret", T="text"),
        helper,
        script=in_turn(silent(), OK),
    )
    run = await world.run(pw=["abc"])
    await world.go_on(run)
    entries = [entry for entry in world.store.trace if entry.path == "many"]
    assert [entry.outputs for entry in entries] == [{"length": "[secret]"}] * 2
    assert {str(entry.outputs) for entry in world.store.trace if entry.path == "other"} == {"{'length': 1}"}
    assert next(e.outputs for e in world.store.trace if e.path == "c") == {"token": "[secret]", "ok": True}


async def test_about_is_masked_also_in_a_root_run() -> None:
    run = await World(main(about="{{ event.pw }}")).run(pw=SECRET)
    assert run.about == "[secret]"
    run = await World(main(about="{{ event.pw }}")).run(pw="abc")
    assert run.about == "[secret]"


async def test_each_round_of_a_loop_is_given_a_secret() -> None:
    each: Values = {
        "id": "each",
        "card": "list.for_each",
        "inputs": {"list": "{{ event.many }}", "at_once": 2},
        "call": {"flow": "h", "with": {"T": "{{ item }}"}},
    }
    quiet = flow("h", send("{{ event.T }}"), give(said="{{ event.T }}"), about="{{ event.T }}", T="text")
    world = World(flow("main", each, many="list of secret"), quiet)
    await world.run(many=[SECRET, "abc"])
    assert not tells(world)
    assert "'abc'" not in shown(world)


async def test_a_helper_run_shows_what_it_gave_without_secrets() -> None:
    helper = flow("h", give(said="it is {{ event.T }}", n=1), T="text")
    world = World(main(call(T="{{ event.pw }}"), send("{{ c.said }}")), helper)
    await world.run(pw=SECRET)
    run = next(run for run in world.store.runs.values() if run.flow_id == "h")
    assert run.shown == {"said": "[secret]", "n": 1}
    assert str(world.app.sent[0].inputs["body"]) == f"it is {SECRET}"
    assert not tells(world)


async def test_what_branches_and_errors_hand_on_stays_secret() -> None:
    branch: Values = {
        "id": "b",
        "card": "branch.if",
        "branches": [{"otherwise": True, "cards": [], "set": {"t": "{{ event.pw }}"}}],
        "outputs": {"t": "list of text"},
    }
    failing: Values = {
        "id": "send",
        "card": "app.change",
        "inputs": {"url": "/x"},
        "on_error": {"then": "continue", "values": {"t": "{{ b.t }}"}},
    }
    world = World(
        flow("main", branch, length("one", "{{ b.t }}"), failing, length("two", "{{ send.t }}"), pw="list of secret"),
        script=lambda given: refused(400),
    )
    await world.run(pw=["abc"])
    outputs = {entry.path: entry.outputs for entry in world.store.trace}
    assert (outputs["one"], outputs["two"]) == ({"length": "[secret]"}, {"length": "[secret]"})


async def test_an_answer_with_a_secret_in_it_travels_masked() -> None:
    def echo(given: ActionCall) -> Done:
        return Done({"status": 200, "body": {"echo": given.inputs["body"]}})

    world = World(
        main(send("{{ event.pw }}"), call(card="flow.call_async", T="{{ send.body.echo }}")),
        HELPER,
        script=echo,
    )
    await everything(world)
    assert not tells(world)


async def test_a_question_to_a_person_holds_no_secret() -> None:
    world = World(
        main(send("{{ event.pw }}")),
        script=lambda given: Unknown(ErrorDetail(f"no answer to {given.inputs['body']}", code="no-answer")),
    )
    run = await world.run(pw=SECRET)
    assert run.status is RunStatus.NEEDS_ATTENTION
    assert "[secret]" in shown(world)
    assert not tells(world)


CARDS = BuiltInCards()
FUNCTIONS = [spec for spec in CARDS.all() if CARDS.compute(spec.key) or CARDS.effect(spec.key)]


def case_of(spec: CardSpec) -> Case:
    """A case with inputs that the card takes."""
    return next(case for case in cases_of(spec.key) if case.given and not isinstance(case.expected, Expected))


def fed(spec: CardSpec) -> tuple[list[Values], Values]:
    """The card once for each of its inputs, given a secret there; and these secrets: what a case gives, as text."""
    given = {field.name: field.default for field in spec.inputs} | case_of(spec).given
    cards: list[Values] = []
    event: Values = {}
    for number, (name, value) in enumerate(given.items()):
        if value is None:
            continue
        plain = isinstance(value, list) and value and not isinstance(value[0], dict | list)
        event[f"s{number}"] = to_text(value[0] if plain else value)  # type: ignore[index]
        inputs: Values = {**given, name: f"{{{{ event.s{number} }}}}"}
        cards.append({"id": f"c{number}", "card": spec.key, "inputs": inputs, "on_error": {"then": "continue"}})
    return cards, event


@pytest.mark.parametrize(
    "spec", [spec for spec in FUNCTIONS if spec.inputs or spec.free_inputs], ids=lambda spec: spec.key
)
async def test_what_any_function_makes_from_a_secret_is_secret(spec: CardSpec) -> None:
    cards, event = fed(spec)
    outputs = dict.fromkeys(case_of(spec).given, "any") if spec.free_outputs else {}
    if spec.free_outputs:
        cards = [{**card, "outputs": outputs} for card in cards]
    world = World(flow("main", *cards, **dict.fromkeys(event, "secret")))
    await world.run(**event)
    done = [entry for entry in world.store.trace if entry.error is None and isinstance(entry.outputs, dict)]
    assert done, "no input of this card was tried"
    for entry in done:
        shown = {name: value for name, value in entry.outputs.items() if name != "error"}  # type: ignore[union-attr]
        assert set(map(str, shown.values())) == {"[secret]"}, entry.path


@pytest.mark.parametrize(
    "name",
    [
        "tempPassword",
        "activationUrl",
        "activationToken",
        "resetPasswordUrl",
        "temporaryAccessPass",
        "secretText",
        "verificationCode",
        "sharedSecret",
        "passCode",
        "client_secret",
        "private-key",
        "sessionToken",
        # of their requests, whatever stands before
        "currentPassword",
        "user_password",
        "Initial Password",
        "passphrase",
        "bypassCode",
        "recovery-code",
        "webhookSecret",
        "X API Key",
        "passwordBase64",
        "SecretAccessKey",
        "secret_key",
        "api_token",
        "privateKeyData",
        "recoveryKey",
    ],
)
def test_what_opens_an_account_is_masked_by_its_name_in_values_and_in_exchanges(name: str) -> None:
    """Okta, Microsoft and Google call it so in their answers, which a Custom API Action gives as they are."""
    body: JSON = {"user": {name: "aZ3-open", "id": "00u1"}}
    assert Masker().show(body) == {"user": {name: "[secret]", "id": "00u1"}}
    assert "aZ3-open" not in ExchangeMasker().body(json.dumps(body), "application/json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nextPageToken", "next"),
        ("passwordChanged", "2026-01-02"),
        ("mustChangePassword", True),
        ("forceChangePasswordNextSignIn", False),
        ("passwordPolicies", "DisablePasswordExpiration"),
        ("secretary", "Ada"),
        ("answer", "yes"),
    ],
)
def test_what_only_sounds_like_a_secret_stays(name: str, value: JSON) -> None:
    body: JSON = {"user": {name: value}}
    assert Masker().show(body) == body
    assert json.loads(ExchangeMasker().body(json.dumps(body), "application/json")) == body


def test_the_answer_of_a_question_is_masked() -> None:
    """Okta's recovery question, with which an account is opened."""
    body: JSON = {"recovery_question": {"question": "Which cat?", "answer": "tom-cat"}}
    assert Masker().show(body) == {"recovery_question": {"question": "Which cat?", "answer": "[secret]"}}
    for text in (json.dumps(body), json.dumps(body)[:-1]):
        shown = ExchangeMasker().body(text, "application/json")
        assert "tom-cat" not in shown
        assert "Which cat?" in shown


def test_a_recovery_key_of_bitlocker_is_masked() -> None:
    """https://learn.microsoft.com/graph/api/bitlockerrecoverykey-get with ``$select=key``."""
    context = "https://graph.microsoft.com/v1.0/$metadata#informationProtection/bitlocker/recoveryKeys/$entity"
    body: JSON = {"@odata.context": context, "id": "b465", "key": "140738-294547"}
    assert Masker().show(body) == {"@odata.context": context, "id": "b465", "key": "[secret]"}
    for text in (json.dumps(body), json.dumps(body)[:-1]):
        assert "140738" not in ExchangeMasker().body(text, "application/json")
    assert Masker().show({"key": "ada", "value": 1}) == {"key": "ada", "value": 1}


def test_headers_that_hold_keys_are_masked() -> None:
    masker = ExchangeMasker()
    for name in ("PRIVATE-TOKEN", "DD-API-KEY", "X-Vault-Token", "X-Auth-Key", "X-Client-Secret"):
        assert masker.header(name, "aZ3-open") == "***", name
    for name in ("Idempotency-Key", "Accept", "Keyturn-Run"):
        assert masker.header(name, "aZ3-open") == "aZ3-open", name


@pytest.mark.parametrize("key", ["https://org.example/welcome/x1y2z3", None, "already"])
async def test_what_stands_beside_a_secret_output_is_shown(key: str | None) -> None:
    cards = [
        {"id": "keyed", "card": "app.keyed", "inputs": {"url": "/x"}},
        compose("said", "it was {{ keyed.outcome }} so"),
        compose("made", "<{{ keyed.key }}>"),
        give(outcome="{{ keyed.outcome }}", key="{{ keyed.key }}", whole="{{ keyed }}", said="it was already so"),
    ]
    script = in_turn(Done({"status": "ACTIVE", "key": key, "outcome": "already"}))
    world = World(flow("main", *cards), script=script)
    run = world.store.runs[(await world.run()).id]
    outputs = {entry.path: entry.outputs for entry in world.store.trace}
    assert outputs["keyed"] == {"status": "ACTIVE", "key": "[secret]", "outcome": "already"}
    assert outputs["said"] == {"output": "it was already so"}
    assert outputs["made"] == {"output": "[secret]"}
    assert run.shown is not None
    assert (run.shown["outcome"], run.shown["said"]) == ("already", "it was already so")
    assert run.shown["key"] == (key and "[secret]")
    assert run.shown["whole"] == "[secret]" or run.shown["whole"] == {**outputs["keyed"], "key": key and "[secret]"}
    if key and key != "already":
        assert not tells(world, key)


def guarded(**inputs: JSON) -> Values:
    return {"id": "guarded", "card": "app.guarded", "inputs": inputs}


@pytest.mark.parametrize(
    ("cards", "event"),
    [
        ([guarded(code=SECRET, note=f"it is {SECRET}")], {}),
        ([guarded(code="{{ event.code }}")], {"code": "text"}),
        ([guarded(who={"name": "Eva", "pin": "{{ event.code }}"})], {"code": "text"}),
        ([guarded(who={"name": "Eva", "pin": SECRET})], {}),
        ([compose("made", "{{ event.first }} ss/w0rd-é"), guarded(code="{{ made.output }}")], {"first": "text"}),
        ([guarded(code="{{ event.code }}"), fail("it was {{ event.code }}")], {"code": "text"}),
    ],
)
async def test_what_a_secret_input_is_given_is_secret_wherever_it_comes_from(
    cards: list[Values], event: dict[str, str]
) -> None:
    world = World(flow("main", *cards, about=None, **event), script=in_turn(OK))
    run = await world.run(code=SECRET, first="pa")
    assert SECRET in str(world.app.sent[0].inputs)
    assert SECRET in world.app.sent[0].secrets
    assert not tells(world)
    entry = next(entry for entry in world.store.trace if entry.path == "guarded")
    assert isinstance(entry.inputs, dict)
    assert "[secret]" in str(entry.inputs)
    who = entry.inputs.get("who")
    assert not isinstance(who, dict) or who["name"] == "Eva"
    assert SECRET not in repr(run.shown)


async def test_a_short_secret_is_hidden_where_it_is_given() -> None:
    world = World(flow("main", compose("said", "a 7 of 7"), guarded(code="7", note="7 of 7")), script=in_turn(OK))
    await world.run()
    entries = {entry.path: entry for entry in world.store.trace}
    assert entries["guarded"].inputs == {"code": "[secret]", "who": None, "note": "7 of 7"}
    assert entries["said"].outputs == {"output": "a 7 of 7"}
