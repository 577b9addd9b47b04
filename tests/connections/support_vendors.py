"""Connections by OAuth against the sandbox's own token services, over the network; time is moved by hand."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlencode, urljoin, urlsplit
from uuid import UUID

import orjson
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from keyturn.connections.access_tokens import AccessTokens
from keyturn.connections.alone import MemoryConnections, MemoryGrants, MemoryHealth
from keyturn.connections.authorise import Authoriser
from keyturn.connections.health import HealthNotes
from keyturn.connections.model import AuthKind, Connection
from keyturn.connections.sign_in import SignIns
from keyturn.connections.vault import Vault
from keyturn.connectors.alone import actions_alone
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.json import JSON, Values
from keyturn.http import HttpClient, HttpSettings, Request, Response
from keyturn.sandbox.config import SandboxConfig
from keyturn.sandbox.server import Sandbox

EVA, ADMIN = "eva.horvat@northwind.example", "sam.okafor@northwind.example"
GOOGLE = "https://www.googleapis.com/auth/"
ADDRESS = "https://keyturn.example"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Clock:
    """Begins now, and is moved by hand."""

    def __init__(self) -> None:
        self._begun = datetime.now(UTC)
        self.seconds = 0.0

    def now(self) -> datetime:
        return self._begun + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Vendor:
    """A vendor of the sandbox: its connector, a card that reads, and the scope that the card needs."""

    tenant: str
    connector: str
    card: str
    inputs: Values
    scope: str
    other: str
    offline: str = ""
    parameters: str = ""


VENDORS = {
    "okta": Vendor("okta", "okta", "read_user", {"user": EVA}, "okta.users.read", "okta.groups.read", "offline_access"),
    "graph": Vendor(
        "graph", "office365", "read_user", {"user": EVA}, "User.Read.All", "Device.Read.All", "offline_access"
    ),
    "google": Vendor(
        "google",
        "google_workspace",
        "read_user",
        {"user": EVA},
        f"{GOOGLE}admin.directory.user.readonly",
        f"{GOOGLE}admin.directory.group.readonly",
        parameters="access_type=offline&prompt=consent",
    ),
    "slack": Vendor("slack", "slack", "list_users", {}, "users:read", "chat:write"),
}


def private_key() -> str:
    """A key in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@dataclass(frozen=True)
class Company:
    """A sandbox, what the clocks of both sides say, and the way there."""

    urls: dict[str, dict[str, str]]
    http: HttpClient
    clock: Clock


class Installation:
    """Keyturn's side: connections, tokens, sign-ins and actions, with nobody else's memory."""

    def __init__(self, company: Company, seen: int) -> None:
        self.urls, self.http, self.clock = company.urls, company.http, company.clock
        http, clock, self._seen = self.http, self.clock, seen
        self.store, self.grants, self.vault = MemoryConnections(), MemoryGrants(), Vault(bytes(32))
        self.health = MemoryHealth()
        self.tokens = self.process()
        self.authoriser = Authoriser(self.store, self.vault, self.tokens)
        self.sign_ins = SignIns(
            http=http,
            store=self.store,
            authoriser=self.authoriser,
            tokens=self.tokens,
            vault=self.vault,
            clock=clock,
            health=HealthNotes(self.health, clock),
            address=ADDRESS,
        )
        self.registry = ConnectorRegistry()
        self.actions = actions_alone(self.registry, self.authoriser, http, clock, self.health)

    def process(self) -> AccessTokens:
        """The tokens of another process."""
        return AccessTokens(self.http, self.grants, self.vault, self.clock)

    async def connect(
        self, vendor: Vendor, kind: AuthKind, settings: Mapping[str, str], secrets: Mapping[str, str]
    ) -> Connection:
        now = self.clock.now()
        sealed = self.authoriser.seal(vendor.tenant, dict(secrets))
        base = self.urls[vendor.tenant]["base_url"]
        made = Connection(vendor.tenant, vendor.connector, vendor.tenant, kind, base, dict(settings), sealed, now, now)
        return await self.store.put(made)

    async def person(self, vendor: Vendor, scope: str | None = None, **changes: str) -> Connection:
        """A connection that people sign in."""
        there = self.urls[vendor.tenant]
        wanted = vendor.scope if scope is None else scope
        settings = {
            "authorize_url": there["authorize_url"],
            "token_url": there["token_url"],
            "client_id": there["web_client_id"],
            "scope": f"{wanted} {vendor.offline}".strip(),
            "authorize_parameters": vendor.parameters,
            "revoke_url": there.get("revoke_url", ""),
            **changes,
        }
        return await self.connect(vendor, AuthKind.OAUTH_CODE, settings, {"client_secret": there["client_secret"]})

    async def sign_in(self, vendor: Vendor, answer: str = "allow") -> str:
        """What a browser does: to the app, through its page, and back."""
        link = await self.sign_ins.link(vendor.tenant)
        departure = await self.sign_ins.begin(parse_qs(urlsplit(link).query)["ticket"][0])
        page = await self.http.send(Request("GET", departure.url, follow_redirects=False))
        if page.status == 302:  # the app does not even ask
            back = page
        else:
            assert page.status == 200, page.body
            hidden = {name: html.unescape(value) for name, value in _HIDDEN.findall(page.body.decode())}
            back = await self.form(urljoin(departure.url, urlsplit(departure.url).path), {**hidden, "answer": answer})
        assert back.headers["Location"].startswith(f"{ADDRESS}/oauth/callback?")
        query = dict(parse_qsl(urlsplit(back.headers["Location"]).query))
        return await self.sign_ins.finish(query, departure.nonce)

    async def form(self, url: str, fields: Mapping[str, str]) -> Response:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.http.send(
            Request("POST", url, headers=headers, body=urlencode(fields).encode(), follow_redirects=False)
        )

    async def act(self, vendor: Vendor, card: str = "", inputs: Values | None = None) -> Done | Failed | Unknown:
        run, key = UUID(int=7), f"{vendor.connector}.{card or vendor.card}"
        given = vendor.inputs if inputs is None else inputs
        return await self.actions.perform(
            ActionCall(run, run, "flow", "card", "card", key, vendor.tenant, {}, given, 1, lambda: None)
        )

    async def control(self, method: str, path: str, body: JSON = None) -> JSON:
        """The sandbox's own switches."""
        content, headers = (None, {}) if body is None else (orjson.dumps(body), {"Content-Type": "application/json"})
        url = self.urls["control"]["base_url"] + path
        answer = await self.http.send(Request(method, url, headers=headers, body=content))
        assert answer.status < 300, answer.body
        return orjson.loads(answer.body)

    async def allow(self, vendor: Vendor, *scopes: str) -> None:
        """What an administrator allows apps, from now on."""
        await self.control("POST", "/consents", {"tenant": vendor.tenant, "scopes": [*scopes]})

    async def asked_for_tokens(self, vendor: Vendor) -> int:
        """How often the token endpoint was asked."""
        path = urlsplit(self.urls[vendor.tenant]["token_url"]).path
        rows = await self.control("GET", f"/ledger?since={self._seen}")
        assert isinstance(rows, list)
        return sum(1 for row in rows if isinstance(row, dict) and row["path"] == path)


@asynccontextmanager
async def company() -> AsyncIterator[Company]:
    """A sandbox whose time is moved by hand."""
    clock = Clock()
    async with Sandbox(SandboxConfig(hook_timeout=0.2), clock=clock.now) as sandbox:
        hosts = tuple(urlsplit(one["base_url"]).netloc for one in sandbox.urls.values())
        http = HttpClient(HttpSettings(allow=hosts))
        try:
            yield Company(sandbox.urls, http, clock)
        finally:
            await http.aclose()


async def installation(there: Company) -> Installation:
    """Keyturn before a sandbox on its first day."""
    made = Installation(there, 0)
    await made.control("POST", "/reset")
    state = await made.control("GET", "/state")
    assert isinstance(state, dict)
    return Installation(there, int(str(state["ledger_last"])))
