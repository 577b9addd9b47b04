"""One action against an app that answers as told."""

from __future__ import annotations

from uuid import UUID

from support.scripted import Scripted
from support_connectors import NOW, TOKEN, Clock

from keyturn.connections.alone import MemoryConnections, authoriser_alone
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.examples import OwnAddresses
from keyturn.connectors.performing import Past
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.json import JSON, Values

NO_PAST = Past()
REGISTRY = ConnectorRegistry()
ELSEWHERE = """\
connector: badges
title: Badges
about: Badges of people.
base_url: https://app.example
bases: {files: "https://files.elsewhere.example"}
auth: [bearer]
check: {method: GET, path: /me}
errors: {code: "{{ body.code }}", message: "{{ body.message }}"}
actions:
  - key: list
    title: List Badges
    summary: Lists them.
    effect: {effect: read}
    request: {method: GET, base: files, path: /badges}
    outputs:
      - {name: status, type: number, value: "{{ status }}"}
"""


# what each answer of these apps has, whatever else is in it
SIGNS: dict[str, dict[str, JSON]] = {
    "google_workspace": {"kind": "admin#directory#thing"},
    "scim": {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Thing"]},
}


async def act(
    app: Scripted,
    card: str,
    inputs: Values,
    options: Values | None = None,
    *,
    look: bool = False,
    base: str = "",
    registry: ConnectorRegistry = REGISTRY,
    reaches: tuple[str, ...] = (),
    settings: dict[str, str] | None = None,
    past: Past = NO_PAST,
    signed: bool = True,
) -> Done | Failed | Unknown:
    """Carry an action out.

    Args:
        signed: the app's answers have what each of them has.
    """
    store = MemoryConnections()
    authoriser = authoriser_alone(app, store, Vault(bytes(32)), Clock(), OwnAddresses(registry))
    connector = card.partition(".")[0]
    app.signs = SIGNS.get(connector, {}) if signed else {}
    assert registry.connector(connector) is not None
    kind = AuthKind.BEARER
    sealed = authoriser.seal("c", {"token": TOKEN})
    address = base or "https://app.example"
    made = Connection("c", connector, "c", kind, address, settings or {}, sealed, NOW, NOW, reaches=reaches)
    await store.put(made)
    run = UUID(int=7)
    call = ActionCall(run, run, "flow", "card", "card", card, "c", options or {}, inputs, 1, lambda: None, look=look)
    call.unanswered, call.was_otherwise, call.sent_at = past.unanswered, past.was_otherwise, past.sent_at
    call.known, call.on_otherwise = past.known, past.keep
    return await actions_alone(registry, authoriser, app, Clock()).perform(call)
