"""A person signs a connection in: to the app, back, and what can go wrong on the way."""

from __future__ import annotations

import base64
import hashlib
from contextlib import nullcontext
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from support_connections import RotatingIdp, World, answer

from keyturn.connections.alone import MemoryHealth
from keyturn.connections.health import HealthNotes
from keyturn.connections.problems import ConnectionProblem
from keyturn.connections.sign_in import NotRevoked, SignInRefused, SignIns
from keyturn.http import Response


class Signing(World):
    """A world with sign-ins at https://keyturn.example."""

    def __init__(self) -> None:
        self.rotating = RotatingIdp()
        self.health = MemoryHealth()
        super().__init__(self.rotating)
        self.sign_ins = SignIns(
            http=self.idp,
            store=self.store,
            authoriser=self.authoriser,
            tokens=self.tokens,
            vault=self.vault,
            clock=self.clock,
            health=HealthNotes(self.health, self.clock),
            address="https://keyturn.example/",
        )

    async def departed(self, **settings: str) -> tuple[dict[str, str], str]:
        """What the app is sent, and what the browser keeps."""
        await self.signed_in(**settings)
        link = await self.sign_ins.link("c")
        assert link.startswith("https://keyturn.example/oauth/start?ticket=")
        departure = await self.sign_ins.begin(parse_qs(urlsplit(link).query)["ticket"][0])
        query = {name: values[0] for name, values in parse_qs(urlsplit(departure.url).query).items()}
        return query, departure.nonce


async def test_a_connection_is_signed_in_and_works() -> None:
    world = Signing()
    query, nonce = await world.departed(scope="read write", authorize_parameters="access_type=offline&prompt=consent")
    assert query["redirect_uri"] == "https://keyturn.example/oauth/callback"
    assert (query["scope"], query["access_type"], query["prompt"]) == ("read write", "offline", "consent")
    assert (query["client_id"], query["response_type"]) == ("me", "code")
    assert await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce) == "c"
    form = world.idp.forms[0]
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert query["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert (form["code"], form["redirect_uri"]) == ("the-code", query["redirect_uri"])
    assert (await world.authoriser.authorise("c")).headers == {"Authorization": "Bearer token-1"}
    assert len(world.idp.forms) == 1


async def test_an_address_with_a_query_keeps_it() -> None:
    world = Signing()
    query, _ = await world.departed(authorize_url="https://idp.example/authorize?tenant=7")
    assert query["tenant"] == "7"


async def test_nothing_secret_is_in_the_address() -> None:
    world = Signing()
    query, nonce = await world.departed()
    assert not any("s3cret" in value or nonce in value for value in query.values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"error": "access_denied", "error_description": "<b>no</b>"}, "access_denied"),
        ({"code": "stolen"}, "used or unknown"),
        ({"state": "potato"}, "no sign-in that was begun here"),
        ({"state": ""}, "no sign-in that was begun here"),
    ],
)
async def test_what_the_app_or_somebody_else_sends_back_is_told(change: dict[str, str], words: str) -> None:
    world = Signing()
    query, nonce = await world.departed()
    with pytest.raises(SignInRefused, match=words) as refused:
        await world.sign_ins.finish({"state": query["state"], "code": "the-code", **change}, nonce)
    assert refused.value.mend


async def test_what_an_app_quotes_of_a_sign_in_or_its_end_gives_no_secret_away() -> None:
    world = Signing()
    query, nonce = await world.departed(revoke_url="https://idp.example/revoke")
    rotate = world.rotating._make

    def quote(number: int) -> Response:
        return answer(400, orjson.dumps({"error": "no: " + " ".join(world.idp.forms[-1].values())}))

    world.rotating._make = quote
    with pytest.raises(SignInRefused, match=r"no: authorization_code \*\*\* ") as refused:
        await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    form = world.idp.forms[-1]
    assert not [name for name in ("code", "code_verifier", "client_secret") if form[name] in str(refused.value)]

    world.rotating._make = rotate
    await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    world.rotating._make = quote
    with pytest.raises(NotRevoked, match=r"400 no: \*\*\* ") as kept:
        await world.sign_ins.end("c")
    form = world.idp.forms[-1]
    assert not [name for name in ("token", "client_secret") if form[name] in str(kept.value)]


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("access_denied", "Sign in again and agree."),
        ("invalid_scope", "Allow the app these scopes, or take them out of the scope of the connection"),
        ("temporarily_unavailable", "Sign in again in a while."),
        ("unauthorized_client", "Check client id"),
    ],
)
async def test_only_who_said_no_is_told_to_agree(code: str, mend: str) -> None:
    world = Signing()
    query, nonce = await world.departed()
    with pytest.raises(SignInRefused) as refused:
        await world.sign_ins.finish({"state": query["state"], "error": code}, nonce)
    assert refused.value.mend.startswith(mend)


async def test_another_browser_cannot_end_it() -> None:
    world = Signing()
    query, _ = await world.departed()
    for nonce in ("", "another"):
        with pytest.raises(SignInRefused, match="another browser"):
            await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    assert not world.idp.forms


async def test_it_may_take_a_quarter_of_an_hour() -> None:
    world = Signing()
    query, nonce = await world.departed()
    world.clock.seconds = 900
    with pytest.raises(SignInRefused, match="too long"):
        await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)


async def test_a_connection_that_was_changed_meanwhile_is_not_signed_in() -> None:
    world = Signing()
    query, nonce = await world.departed()
    await world.signed_in(token_url="https://elsewhere.example/token")
    with pytest.raises(SignInRefused, match="changed meanwhile"):
        await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    assert not world.idp.forms


async def test_a_state_is_no_ticket_and_other_kinds_are_not_signed_in() -> None:
    world = Signing()
    query, _ = await world.departed()
    with pytest.raises(SignInRefused, match="no sign-in that was begun here"):
        await world.sign_ins.begin(query["state"])
    await world.oauth()
    with pytest.raises(SignInRefused, match="no connection that people sign in"):
        await world.sign_ins.link("c")


@pytest.mark.parametrize("way", ["form", "basic"])
async def test_signing_out_revokes_what_was_given(way: str) -> None:
    world = Signing()
    query, nonce = await world.departed(revoke_url="https://idp.example/revoke", client_auth=way)
    await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    world.rotating._make = lambda number: answer(200, b"")
    await world.sign_ins.end("c")
    assert world.idp.urls[-1] == "https://idp.example/revoke"
    client = {"client_id": "me", "client_secret": "s3cret"} if way == "form" else {}
    assert world.idp.forms[1:] == [{"token": "refresh-1", **client}, {"token": "token-1", **client}]
    proof = "" if way == "form" else "Basic " + base64.b64encode(b"me:s3cret").decode()
    assert world.idp.proofs == [proof] * 3
    await world.sign_ins.end("c")
    assert len(world.idp.forms) == 3, "there is nothing left to revoke"


@pytest.mark.parametrize(
    ("status", "body", "ended"),
    [
        (400, b'{"error": "invalid_token"}', True),
        (400, b'{"error": "unsupported_token_type"}', True),
        (200, b'{"ok": false, "error": "token_revoked"}', True),
        (200, b'{"ok": true, "revoked": true}', True),
        (400, b'{"error": "invalid_client"}', False),
        (401, b'{"error": "invalid_client"}', False),
        (400, b"no json", False),
        (200, b'{"ok": false, "error": "fatal_error"}', False),
        (503, b"", False),
    ],
)
async def test_only_a_token_that_is_no_good_any_more_counts_as_ended(status: int, body: bytes, ended: bool) -> None:
    world = Signing()
    query, nonce = await world.departed(revoke_url="https://idp.example/revoke")
    await world.sign_ins.finish({"state": query["state"], "code": "the-code"}, nonce)
    world.rotating._make = lambda number: answer(status, body)
    if ended:
        await world.sign_ins.end("c")
    else:
        with pytest.raises(NotRevoked, match=str(status)) as refused:
            await world.sign_ins.end("c")
        assert "at the app" in refused.value.mend
    asked = len(world.idp.forms)
    with pytest.raises(ConnectionProblem) if ended else nullcontext():
        await world.authoriser.authorise("c")
    assert len(world.idp.forms) == asked, "what could not be revoked is kept"
