"""A sign-in service that gives no token while a card runs: what is told is about the connection, not about the card."""

from __future__ import annotations

from uuid import UUID

import pytest
from support.scripted import Said, Scripted, Silence
from support_connectors import NOW, Clock
from support_one_action import REGISTRY

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.examples import OwnAddresses
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.http import ConnectFailed, EgressDenied, HttpError, NameNotResolved

TOKEN = "POST /token"
GOOD = Said(200, {"access_token": "token-1", "expires_in": 3600})
AADSTS = {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret provided."}

CASES: list[tuple[Said | Silence | HttpError, str, str]] = [
    (Said(401, {"error": "invalid_client"}), "does not take the client id", "Check client id and secret"),
    (Said(401, AADSTS), "does not take the client id", "Put the client secret's Value"),
    (Said(400, {"error": "invalid_grant"}), "whom the connection acts for", "Check who is to be acted for"),
    (Said(400, {"error": "invalid_scope"}), "does not give this client", "Check the scope of the connection"),
    (Said(400, {"error": "odd_error"}), "asks for a token with", "token address and scope of the connection"),
    (Said(404), "asks for a token with", "Check the token address of the connection"),
    (Said(500, {"error": "server_error"}), "itself has a fault", "look whether the sign-in service"),
    (Said(502, "<html>"), "itself has a fault", "look whether the sign-in service"),
    (Said(200, {}), "asks for a token with", "token address and scope of the connection"),
    (ConnectFailed("the connection was refused.", "Start it."), "is away or slow", "Check the token address"),
    (NameNotResolved("idp has no address.", "Correct it."), "is away or slow", "Check the token address"),
    (EgressDenied("10.0.0.1 is private.", "Allow 10.0.0.1."), "is barred", "Allow 10.0.0.1."),
    (Silence(), "is away or slow", "look whether the sign-in service"),
]
OF_CARDS = ("the card", "Run again", "whether it happened", "Compare address and body", "history")


async def read_user(app: Scripted) -> Done | Failed | Unknown:
    store = MemoryConnections()
    authoriser = authoriser_alone(app, store, Vault(bytes(32)), Clock(), OwnAddresses(REGISTRY))
    settings = {"token_url": "https://idp.example/token", "client_id": "me"}
    sealed = authoriser.seal("c", {"client_secret": "not the right one"})
    kind = AuthKind.OAUTH_CLIENT_CREDENTIALS
    await store.put(Connection("c", "office365", "c", kind, "https://app.example", settings, sealed, NOW, NOW))
    run = UUID(int=7)
    inputs = {"user": "eva"}
    card = "office365.disable_user"
    call = ActionCall(run, run, "flow", "card", "card", card, "c", {}, {**inputs}, 1, lambda: None)
    return await actions_alone(REGISTRY, authoriser, app, Clock()).perform(call)


def told_of_the_connection(outcome: Done | Failed | Unknown, why: str, mend: str) -> Failed:
    assert isinstance(outcome, Failed), outcome
    error = outcome.error
    assert (error.code, error.field) == ("no-token", "connection")
    assert "the connection 'c'" in error.message
    assert why in error.why
    assert mend in error.mend
    assert not [words for words in OF_CARDS if words in f"{error.why} {error.mend}"]
    assert "not the right one" not in str(error)
    return outcome


@pytest.mark.parametrize(("answer", "why", "mend"), CASES)
async def test_without_a_token_what_is_told_is_about_the_connection(
    answer: Said | Silence | HttpError, why: str, mend: str
) -> None:
    app = Scripted().on(TOKEN, answer)
    assert told_of_the_connection(await read_user(app), why, mend).not_sent
    assert {one.partition("?")[0] for one in app.seen} == {TOKEN}


@pytest.mark.parametrize(("answer", "why", "mend"), CASES)
async def test_nor_where_a_token_was_revoked_meanwhile(answer: Said | Silence | HttpError, why: str, mend: str) -> None:
    app = Scripted().on(TOKEN, GOOD, answer).on("PATCH /v1.0/users/eva", Said(401, {"error": {"code": "Expired"}}))
    told_of_the_connection(await read_user(app), why, mend)
    assert app.seen == ["POST /token", "PATCH /v1.0/users/eva", "POST /token"]
