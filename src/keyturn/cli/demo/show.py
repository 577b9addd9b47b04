"""Runs the demo: starts the processes, plays the story, shows it, and cleans up."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import orjson
from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.table import Table

from keyturn.app.database import DatabaseNotRemoved, remove_database
from keyturn.app.examples import examples_folder
from keyturn.app.folders import DataFolderUnusable, make_data_folder
from keyturn.app.settings import Settings
from keyturn.flows.json import Values
from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls

from ..api import Api, ApiError
from ..exits import Exit
from ..output import styled_status
from ..runs import print_run
from .processes import DemoFailed, Process, free_port, free_row
from .story import ENDED, Outcome, Story
from .watch import Kept, SteadyApi, Watch

_START_SECONDS = 90.0
_LOOK_SECONDS = 0.25
_SANDBOX_PORTS = 8  # one for each tenant
_SPINNER = "|/-\\"


class Interrupted(Exception):
    """The demo was asked to end."""


def run_demo(settings: Settings, *, once: bool, login: str | None) -> int:
    """Run the demo; gives the exit code. See ``keyturn demo --help``."""
    console = Console(highlight=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)  # also where a shell had it ignored
    try:
        with ExitStack() as stack:
            demo = Demo(settings, console, stack)
            outcome = demo.play(login)
            demo.report(outcome)
            if once:
                return _finish(outcome)
            demo.stay()
            return int(Exit.GOOD)
    except (KeyboardInterrupt, Interrupted):
        return int(Exit.GOOD) if not once else int(Exit.BAD)
    except (DemoFailed, DatabaseNotRemoved, ApiError, SandboxCallError, FileNotFoundError, DataFolderUnusable) as error:
        console.print(f"[red]The demo cannot go on:[/] {escape(str(error))}", soft_wrap=True)
        mend = getattr(error, "mend", "")
        if mend:
            console.print(escape(str(mend)), soft_wrap=True)
        if once:
            summary: Values = {"ok": False, "runs": [], "tenants": {}, "error": " ".join(str(error).split())}
            print(orjson.dumps(summary).decode(), flush=True)
        return int(Exit.UNREACHABLE)


def _interrupt(number: int, frame: object) -> None:
    raise Interrupted


def _finish(outcome: Outcome) -> int:
    print(orjson.dumps(outcome.summary()).decode(), flush=True)
    return int(Exit.GOOD if outcome.ok else Exit.BAD)


class Demo:
    """The demo's processes and what it shows of them."""

    def __init__(self, settings: Settings, console: Console, stack: ExitStack) -> None:
        self._settings = settings
        self._console = console
        self._stack = stack
        self._folder = settings.data / "demo"
        self._token = "kt_demo_" + secrets.token_urlsafe(24)
        self._port = free_port(settings.port)
        self._address = f"http://127.0.0.1:{self._port}"
        self._urls_file = settings.data / "sandbox.json"
        self._watch = Watch(self._tell, _START_SECONDS)
        self._api = SteadyApi(Api(self._address, self._token), self._watch)

    def play(self, login: str | None) -> Outcome:
        """Start everything and play the story."""
        make_data_folder(self._folder)
        self._begin_anew()
        self._tell("Starting the sandbox tenants, each a server of its own.")
        self._sandbox()
        urls = read_urls(self._urls_file)
        self._tell("Starting Keyturn with its own Postgres.")
        self._server(",".join(fields["base_url"].split("//")[1] for fields in urls.values()))
        client = SandboxClient(urls)
        with Live(console=self._console, refresh_per_second=12, transient=False, auto_refresh=False) as live:
            story = Story(
                self._api,
                client,
                urls,
                tell=self._tell,
                show=lambda runs: live.update(_progress(runs), refresh=True),
                tend=self._tend,
            )
            story.prepare(examples_folder("offboarding"))
            return story.play(login or _somebody(client))

    def _begin_anew(self) -> None:
        """Have nothing of a former demo alive: a run that it left would work in the new tenants, on the same people.

        Comes first, as it tells whether another demo is up, before anything of that one is touched.
        """
        remove_database(self._folder)
        for left in (self._urls_file, *self._folder.glob("sandbox*"), *self._folder.glob("*.log")):
            left.unlink(missing_ok=True)

    def _sandbox(self) -> None:
        """Start it so that it can be started again as it was: on the same ports, with what it knew."""
        state, port = self._folder / "sandbox-state.json", free_row(_SANDBOX_PORTS)
        arguments = ["--urls", str(self._urls_file), "--state", str(state), "--port", str(port)]
        process = Process(["sandbox", "serve", *arguments], {}, self._folder / "sandbox.log")
        self._stack.callback(process.stop)
        self._watch.keep(Kept(process, "The sandbox", self._sandbox_answers, " with what it knew"))

    def _sandbox_answers(self) -> bool:
        try:
            return bool(SandboxClient(read_urls(self._urls_file), timeout=2).users())
        except SandboxCallError:
            return False

    def _server(self, tenants: str) -> None:
        environment = {
            "KEYTURN_DATA": str(self._folder),
            "KEYTURN_DATABASE_URL": None,
            "KEYTURN_HOST": "127.0.0.1",
            "KEYTURN_PORT": str(self._port),
            "KEYTURN_PUBLIC_URL": self._address,
            "KEYTURN_ADMIN_TOKEN": self._token,
            "KEYTURN_SANDBOX_URLS": str(self._urls_file),
            "KEYTURN_EGRESS_ALLOW": ",".join([*Settings().egress_allowed, tenants]),
        }
        process = Process(["server"], environment, self._folder / "server.log")
        self._stack.callback(process.stop)
        self._watch.keep(Kept(process, "The server", self._server_answers, " and the runs go on"))

    def _server_answers(self) -> bool:
        try:
            Api(self._address, self._token, seconds=2).get("/flows", limit=1)
        except ApiError:
            return False
        return True

    def _tend(self) -> None:
        self._watch.look()

    def report(self, outcome: Outcome) -> None:
        """Print the history of the runs and what changed in each tenant."""
        self._console.print("\n[bold]History[/]")
        for run in outcome.runs:
            trace = self._api.rows(f"/runs/{run['id']}/trace", 500)
            print_run(run, trace, self._console)
        self._console.print(f"\n[bold]What the tenants say about {escape(outcome.login)}[/]")
        self._console.print(_changes(outcome))
        verdict = "[green]offboarded everywhere[/]" if outcome.ok else "[red]not offboarded everywhere[/]"
        self._console.print(f"{escape(outcome.login)} is {verdict}, {outcome.seconds:.1f} s after the suspension.")
        self._console.print(f"\nOpen {self._address}/")

    def stay(self) -> None:
        """Stay up until Ctrl-C: what ends meanwhile is started again."""
        link = self._api.post("/sign-in-links")
        print(f"Sign in: {link['address'] if isinstance(link, dict) else self._address}", flush=True)
        self._console.print("\nIt stays up until Ctrl-C. In another terminal:\n", soft_wrap=True)
        program = Path(".venv/bin/keyturn")
        name = str(program) if program.exists() else "keyturn"
        lines = (
            f"export KEYTURN_URL={self._address} KEYTURN_TOKEN={self._token}",
            f"{name} runs list",
            f"{name} sandbox users",
            f"{name} sandbox suspend LOGIN",
        )
        for line in lines:
            print(f"  {line}", flush=True)
        never = threading.Event()
        while not never.wait(_LOOK_SECONDS):
            self._watch.look()

    def _tell(self, text: str) -> None:
        self._console.print(f"  {escape(text)}", soft_wrap=True)


def _somebody(client: SandboxClient) -> str:
    """A person whom nothing stands in the way of."""
    for user in client.users():
        state = client.state(str(user["login"]))
        if not state.get("admin") and not state.get("guest") and user.get("okta") == "ACTIVE" and state.get("manager"):
            return str(user["login"])
    raise DemoFailed("Nobody in the sandbox is active.", "Start again.")


def _progress(runs: Sequence[Values]) -> Table:
    table = Table.grid(padding=(0, 2))
    for run in runs:
        status, cards = str(run.get("status")), int(str(run.get("cards") or 0))
        bar = "[green]" + "#" * min(cards, 30) + "[/]" + ("" if status in ENDED else _SPINNER[cards % 4])
        indent = "  " * (1 + int(str(run.get("depth") or 0)))
        table.add_row(f"{indent}{escape(str(run.get('flow_id')))}", styled_status(status), f"{cards} cards", bar)
    return table


def _changes(outcome: Outcome) -> Table:
    table = Table("Tenant", "", "Before", "After", box=None, padding=(0, 2), header_style="dim")
    for (tenant, what, before), (_, _, after) in zip(outcome.before.rows(), outcome.after.rows(), strict=True):
        table.add_row(tenant, what, before, f"[bold]{after}[/]" if before != after else after)
    return table
