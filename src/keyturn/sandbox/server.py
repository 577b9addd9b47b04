"""Starting and stopping a sandbox: four servers on one loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Generator
from pathlib import Path
from types import TracebackType

import orjson
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from keyturn.sandbox.config import SandboxConfig, SandboxStartError
from keyturn.sandbox.control import Control
from keyturn.sandbox.core import Core
from keyturn.sandbox.events import DeliveryOffice
from keyturn.sandbox.faults import FaultBoard, parse_faults
from keyturn.sandbox.gate import HANG_UP, Gate
from keyturn.sandbox.google import GoogleTenant
from keyturn.sandbox.graph import GraphTenant
from keyturn.sandbox.ids import Ids, SystemIds
from keyturn.sandbox.ledger import Ledger
from keyturn.sandbox.okta import OktaTenant
from keyturn.sandbox.state import Store
from keyturn.sandbox.values import Clock, system_clock

Urls = dict[str, dict[str, str]]
_NAMES = ("okta", "graph", "google", "control")
_GRACE = 1


class _Protocol(HttpToolsProtocol):
    """Lends each request the means to close its connection without an answer."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {HANG_UP: self.transport.close}  # type: ignore[typeddict-item]


class _Server(uvicorn.Server):
    """A server that leaves the process's signals alone: the sandbox has four of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class Sandbox:
    """The pretend tenants, as an async context manager.

    config: settings; clock, ids: ports (time in UTC, fresh identifiers).
    Raises FaultTextError, SandboxStateError and SandboxStartError on entry.
    """

    def __init__(
        self, config: SandboxConfig | None = None, *, clock: Clock = system_clock, ids: Ids | None = None
    ) -> None:
        self._config = config if config is not None else SandboxConfig()
        self._clock = clock
        self._ids = ids if ids is not None else SystemIds()
        self._exit = contextlib.AsyncExitStack()
        self._running: list[tuple[uvicorn.Server, asyncio.Task[None]]] = []
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
        core = self._core()
        self._exit.callback(core.ledger.close)
        office = DeliveryOffice(core)
        await office.start()
        self._exit.push_async_callback(office.stop)
        apps: tuple[ASGIApp, ...] = (
            Gate(OktaTenant(core, office), core),
            Gate(GraphTenant(core), core),
            Gate(GoogleTenant(core), core),
            Control(core, office),
        )
        sockets = _open_ports(self._config)
        for sock in sockets:
            self._exit.callback(sock.close)
        for name, sock in zip(_NAMES, sockets, strict=True):
            core.bases[name] = _base_url(self._config.host, sock)
        self._exit.push_async_callback(self._stop_servers)
        for app, sock in zip(apps, sockets, strict=True):
            await self._serve(app, sock)
        self._exit.callback(core.stopping.set)
        self._urls = _urls(core)
        if self._config.urls_path is not None:
            _write_private(self._config.urls_path, orjson.dumps(self._urls, option=orjson.OPT_INDENT_2))
            self._exit.callback(_remove, self._config.urls_path)

    def _core(self) -> Core:
        state = self._config.state_path
        beside = None if state is None else state.with_name(state.name + ".ledger.jsonl")
        if state is not None:
            state.parent.mkdir(parents=True, exist_ok=True)
        faults = FaultBoard(parse_faults(self._config.faults))
        store, ledger = Store(self._ids, self._clock, state), Ledger(self._clock, beside)
        return Core(self._config, self._clock, self._ids, store, ledger, faults)

    async def _serve(self, app: ASGIApp, sock: socket.socket) -> None:
        settings = uvicorn.Config(
            app,
            http=_Protocol,
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        server = _Server(settings)
        running = asyncio.create_task(server.serve(sockets=[sock]))
        self._running.append((server, running))
        while not server.started:
            if running.done():
                await running
            await asyncio.sleep(0.005)

    async def _stop_servers(self) -> None:
        for server, _ in self._running:
            server.should_exit = True
        await asyncio.gather(*(running for _, running in self._running))
        self._running.clear()


def _open_ports(config: SandboxConfig) -> list[socket.socket]:
    opened: list[socket.socket] = []
    for offset, name in enumerate(_NAMES):
        port = config.base_port + offset if config.base_port else 0
        family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
        # the protocol is named so that asyncio turns Nagle's delay off for the connections it accepts
        sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        opened.append(sock)
        try:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            sock.bind((config.host, port))
            # listening from here on: a client that has read the addresses never meets a closed port
            sock.listen(128)
        except OSError as error:
            for each in opened:
                each.close()
            raise SandboxStartError(
                f"The sandbox cannot open {config.host}:{port} for {name}: {error.strerror or error}. "
                "Choose another base port; 0 takes any free ones."
            ) from error
    return opened


def _base_url(host: str, sock: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{sock.getsockname()[1]}"


def _urls(core: Core) -> Urls:
    secrets, bases = core.world.secrets, core.bases
    return {
        "okta": {"base_url": bases["okta"], "token": secrets.okta},
        "graph": {
            "base_url": bases["graph"],
            "token": secrets.graph,
            "tenant_id": secrets.tenant_id,
            "client_id": secrets.client_id,
            "client_secret": secrets.client_secret,
            "token_url": f"{bases['graph']}/{secrets.tenant_id}/oauth2/v2.0/token",
        },
        "google": {
            "base_url": bases["google"],
            "token": secrets.google,
            "token_url": f"{bases['google']}/token",
        },
        "control": {"base_url": bases["control"]},
    }


def _write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read; it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(beside, path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


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
