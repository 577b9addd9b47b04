"""Starting and stopping a sandbox: one server on a port for each tenant."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Generator, Sequence
from pathlib import Path
from types import TracebackType

import orjson
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from keyturn.sandbox.addresses import claimed, refuse_another, remove_addresses, runs_already, write_addresses
from keyturn.sandbox.config import SandboxConfig, SandboxStartError
from keyturn.sandbox.control import Control
from keyturn.sandbox.core import Core
from keyturn.sandbox.faults import FaultBoard, parse_faults
from keyturn.sandbox.gate import HANG_UP, Gate
from keyturn.sandbox.google.tenant import GoogleTenant
from keyturn.sandbox.google.token import CONSENT as GOOGLE_CONSENT
from keyturn.sandbox.google.token import GOOGLE_CLIENT
from keyturn.sandbox.graph.tenant import GraphTenant
from keyturn.sandbox.graph.uploads import UPLOADS
from keyturn.sandbox.ids import Ids, SystemIds
from keyturn.sandbox.ledger import Ledger
from keyturn.sandbox.limits import RateLimits
from keyturn.sandbox.mailbox import MAIL_OPERATIONS, MailBox
from keyturn.sandbox.okta.delivery import DeliveryOffice
from keyturn.sandbox.okta.oauth import OKTA_WEB_CLIENT
from keyturn.sandbox.okta.seed import OKTA_CLIENT
from keyturn.sandbox.okta.tenant import OktaTenant
from keyturn.sandbox.outbox import Outbox
from keyturn.sandbox.post import Post
from keyturn.sandbox.recorder import RecorderTenant
from keyturn.sandbox.scim.tenant import ScimTenant
from keyturn.sandbox.slack.oauth import ACCESS, SLACK_CLIENT
from keyturn.sandbox.slack.oauth import CONSENT as SLACK_CONSENT
from keyturn.sandbox.slack.tenant import SlackTenant
from keyturn.sandbox.state import Store
from keyturn.sandbox.tls import encryption
from keyturn.sandbox.values import Clock, Tenant, system_clock
from keyturn.sandbox.wire import Vendor

Urls = dict[str, dict[str, str]]
_NAMES = ("okta", "graph", "google", "control", "slack", "scim", "recorder", "mail")
# Okta's Python SDK of version 2 writes /api/v1/users/?limit=9, and https://learn.microsoft.com/en-us/graph/api/user-list
# has pages with /v1.0/users/?$filter=...
_WITH_CLOSING_SLASH = frozenset[Tenant]({"okta", "graph"})
_GRACE = 1
_TICKS = 10  # of uvicorn's clock in a second, which is how often it writes the date anew


class _Protocol(HttpToolsProtocol):
    """Lends each request the means to close its connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: self.transport.close}  # type: ignore[typeddict-item]


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone, as a sandbox may be one of several things in it.

    It stops at once: uvicorn looks ten times a second whether it is to stop, and then gives connections as long to end.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._told = asyncio.Event()

    def stop(self) -> None:
        """Have it stop."""
        self.should_exit = True
        self._told.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += _TICKS
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._told.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in [*self.server_state.connections]:
            connection.shutdown()
        await asyncio.sleep(0)  # those that are idle end
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)


class Sandbox:
    """The pretend tenants, as an async context manager.

    config: settings; clock, ids, pause: ports (time in UTC, fresh identifiers, letting seconds go by).
    Raises FaultTextError, SandboxStateError and SandboxStartError on entry.
    """

    def __init__(
        self,
        config: SandboxConfig | None = None,
        *,
        clock: Clock = system_clock,
        ids: Ids | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._config = config if config is not None else SandboxConfig()
        self._clock = clock
        self._pause = pause
        self._ids = ids if ids is not None else SystemIds()
        self._exit = contextlib.AsyncExitStack()
        self._urls: Urls = {}

    @property
    def urls(self) -> Urls:
        """Where the tenants are and what to prove oneself with: `{tenant: {"base_url", "token", ...}}`."""
        return self._urls

    async def __aenter__(self) -> Sandbox:
        try:
            await self._start()
        except BaseException:
            await self._exit.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._exit.aclose()

    async def _start(self) -> None:
        encryption(self._config)  # what cannot be used is told before anything is opened
        await self._claim()
        core = self._core()
        self._exit.callback(core.ledger.close)
        post = Post(core)
        await post.start()
        self._exit.push_async_callback(post.stop)
        outbox = Outbox(core, post)
        office = DeliveryOffice(core, outbox)
        self._exit.push_async_callback(outbox.stop)
        vendors: tuple[Vendor, ...] = (
            OktaTenant(core, office),
            GraphTenant(core, outbox),
            GoogleTenant(core, outbox),
            SlackTenant(core),
            ScimTenant(core),
            RecorderTenant(core),
        )
        operations: dict[Tenant, Sequence[str]] = {
            "mail": MAIL_OPERATIONS,
            **{vendor.tenant: vendor.operations for vendor in vendors},
        }
        uploads = {"graph": UPLOADS}
        apps: dict[str, ASGIApp] = {
            vendor.tenant: Gate(
                vendor, core, uploads.get(vendor.tenant, ""), closing_slash=vendor.tenant in _WITH_CLOSING_SLASH
            )
            for vendor in vendors
        }
        apps["control"] = Control(core, office, outbox, operations)
        sockets = _open_ports(self._config)
        for sock in sockets.values():
            self._exit.callback(sock.close)
        for name, sock in sockets.items():
            core.bases[name] = _base_url(self._config.host, sock, "smtp" if name == "mail" else self._scheme)
        await self._serve(apps, sockets)
        outbox.resume()
        mail_box = MailBox(core)
        await mail_box.start(sockets["mail"])
        self._exit.push_async_callback(mail_box.stop)
        self._exit.callback(core.stopping.set)
        self._urls = _urls(core, self._config.tls_certificate)
        if self._config.urls_path is not None:
            content = orjson.dumps(self._urls, option=orjson.OPT_INDENT_2)
            write_addresses(self._config.urls_path, content)
            self._exit.callback(remove_addresses, self._config.urls_path, content)

    async def _claim(self) -> None:
        """Have the files to oneself, before anything of them is read: of several that start at once, one gets them."""
        urls, state = self._config.urls_path, self._config.state_path
        if urls is not None:
            self._exit.enter_context(claimed(urls, runs_already(urls)))
            await asyncio.to_thread(refuse_another, urls)
        if state is not None:
            why = f"A sandbox runs already; its state is in {state}. Stop it first, or name another file with --state."
            self._exit.enter_context(claimed(state, why))

    @property
    def _scheme(self) -> str:
        return "https" if self._config.tls_certificate is not None else "http"

    def _core(self) -> Core:
        state = self._config.state_path
        beside = None if state is None else state.with_name(state.name + ".ledger.jsonl")
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        faults = FaultBoard(parse_faults(self._config.faults))
        store = Store(self._ids, self._clock, state, self._config.people)
        ledger = Ledger(self._clock, beside)
        limits = RateLimits(self._clock)
        return Core(self._config, self._clock, self._ids, store, ledger, faults, limits, pause=self._pause)

    async def _serve(self, apps: dict[str, ASGIApp], sockets: dict[str, socket.socket]) -> None:
        by_port = {sockets[name].getsockname()[1]: app for name, app in apps.items()}
        settings = uvicorn.Config(
            _by_port(by_port),
            http=_Protocol,
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
            ssl_certfile=self._config.tls_certificate,
            ssl_keyfile=self._config.tls_key,
        )
        server = _Server(settings)
        running = asyncio.create_task(server.serve(sockets=[sockets[name] for name in apps]))
        self._exit.push_async_callback(_stop, server, running)
        while not server.started:
            if running.done():
                await running
            await asyncio.sleep(0.005)


async def _stop(server: _Server, running: asyncio.Task[None]) -> None:
    server.stop()
    await running


def _by_port(apps: dict[int, ASGIApp]) -> ASGIApp:
    """One app of all: which one is meant is told by the port that the request came to."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await apps[scope["server"][1]](scope, receive, send)

    return app


def _open_ports(config: SandboxConfig) -> dict[str, socket.socket]:
    opened: dict[str, socket.socket] = {}
    for offset, name in enumerate(_NAMES):
        port = config.base_port + offset if config.base_port else 0
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        # the protocol is named so that asyncio turns Nagle's delay off for the connections it accepts
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        opened[name] = sock
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((config.host, port))
            # listening from here on: a client that has read the addresses never meets a closed port
            sock.listen(128)
        except OSError as error:
            for each in opened.values():
                each.close()
            raise SandboxStartError(
                f"The sandbox cannot open {config.host}:{port} for {name}: {error.strerror or error}. "
                "Choose another base port; 0 takes any free ones."
            ) from error
    return opened


def _base_url(host: str, sock: socket.socket, scheme: str) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{sock.getsockname()[1]}"


def _urls(core: Core, certificate: Path | None) -> Urls:
    """Where the tenants are, and by which certificate they are known to be it."""
    known = {} if certificate is None else {"ca_file": str(certificate.absolute())}
    return {name: {**fields, **known} for name, fields in _told(core).items()}


def _told(core: Core) -> Urls:
    secrets, bases, tokens = core.world.secrets, core.bases, core.world.tokens
    directory = f"{bases['graph']}/{secrets.tenant_id}/oauth2/v2.0"
    shared = {"client_secret": secrets.client_secret}
    return {
        **{name: {"base_url": bases[name], "token": token} for name, token in tokens.items()},
        "okta": {
            "base_url": bases["okta"],
            "token": secrets.okta,
            "client_id": OKTA_CLIENT,
            "token_url": f"{bases['okta']}/oauth2/v1/token",
            "web_client_id": OKTA_WEB_CLIENT,
            "authorize_url": f"{bases['okta']}/oauth2/v1/authorize",
            "revoke_url": f"{bases['okta']}/oauth2/v1/revoke",
            **shared,
        },
        "graph": {
            "base_url": bases["graph"],
            "token": secrets.graph,
            "tenant_id": secrets.tenant_id,
            "client_id": secrets.client_id,
            "token_url": f"{directory}/token",
            "web_client_id": secrets.client_id,
            "authorize_url": f"{directory}/authorize",
            **shared,
        },
        "google": {
            "base_url": bases["google"],
            "token": secrets.google,
            "token_url": f"{bases['google']}/token",
            "web_client_id": GOOGLE_CLIENT,
            "authorize_url": f"{bases['google']}{GOOGLE_CONSENT}",
            "revoke_url": f"{bases['google']}/revoke",
            "administrators": " ".join(account.login for account in core.world.accounts.google if account.admin),
            **shared,
        },
        "slack": {
            "base_url": bases["slack"],
            "token": tokens["slack"],
            "token_url": f"{bases['slack']}{ACCESS}",
            "web_client_id": SLACK_CLIENT,
            "authorize_url": f"{bases['slack']}{SLACK_CONSENT}",
            "revoke_url": f"{bases['slack']}/api/auth.revoke",
            **shared,
        },
        "control": {"base_url": bases["control"], "token": ""},  # it asks nobody who they are
    }


async def _serve_until_signal(config: SandboxConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Sandbox(config):
        await stop.wait()


def serve(config: SandboxConfig) -> None:
    """Run a sandbox until SIGINT or SIGTERM, then stop it cleanly. Raises SandboxError on a bad start."""
    asyncio.run(_serve_until_signal(config))
