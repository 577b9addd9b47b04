"""The ``keyturn`` command."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

import keyturn

from . import (
    connections,
    connectors,
    delegated,
    endpoints,
    files,
    flows,
    folders,
    offline,
    runs,
    sandbox,
    schedules,
    tables,
    tokens,
)
from .api import ApiError
from .context import DEFAULT_URL, JsonFlag, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import print_json, print_table
from .running import loading

if TYPE_CHECKING:
    from keyturn.flows.json import Values

_HELP = """Keyturn: self-hosted, no-code automation for identity work.

Begin with 'keyturn demo', which shows an offboarding from end to end in pretend tenants.

Exit codes: 0 all is well; 1 what was asked about is not (problems, a failed run); 2 wrong usage;
3 Keyturn or what it needs cannot be reached or started; 4 not permitted.
"""

app = typer.Typer(no_args_is_help=True, help=_HELP, pretty_exceptions_enable=False, add_completion=False)
app.add_typer(flows.app, name="flows")
app.add_typer(folders.app, name="folders")
app.add_typer(runs.app, name="runs")
app.add_typer(delegated.app, name="delegated")
app.add_typer(schedules.app, name="schedules")
app.add_typer(connections.app, name="connections")
app.add_typer(connectors.app, name="connectors")
app.add_typer(endpoints.app, name="endpoints")
app.add_typer(tables.app, name="tables")
app.add_typer(tokens.app, name="tokens")
app.add_typer(files.app, name="files")
app.add_typer(sandbox.app, name="sandbox")
app.command("check")(offline.check)
app.command("run")(offline.run_file)
app.command("cards")(offline.cards)
admin = typer.Typer(no_args_is_help=True, help="For operators.")
app.add_typer(admin, name="admin")


@contextmanager
def _telling_errors() -> Generator[None]:
    """What the API refuses, and a command does not tell in its own way, ends the command."""
    try:
        yield
    except ApiError as error:
        error.end()


@app.callback(invoke_without_command=True)
def top(
    context: typer.Context, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False
) -> None:
    """Print the version if asked."""
    context.with_resource(_telling_errors())
    if version:
        typer.echo(f"keyturn {keyturn.__version__}")
        raise typer.Exit


@app.command()
def server(
    host: Annotated[str | None, typer.Option(help="Address to listen on (KEYTURN_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one (KEYTURN_PORT).")] = None,
) -> None:
    """Serve the API and the event hooks, and carry out runs, until Ctrl-C.

    Settings are environment variables: KEYTURN_DATABASE_URL for a Postgres of yours (else one is started in
    KEYTURN_DATA), KEYTURN_SECRET_KEY, KEYTURN_PUBLIC_URL, KEYTURN_EGRESS_ALLOW and others; see docs/operate.md.

    Example: keyturn server --port 8450
    """
    with loading():
        from .server_program import server as serve

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    serve(_settings(chosen))


@app.command()
def worker() -> None:
    """Carry out runs, without an API, until Ctrl-C. Start as many as you like on one KEYTURN_DATABASE_URL.

    Example: KEYTURN_DATABASE_URL=postgresql://... keyturn worker
    """
    with loading():
        from .worker_program import worker as work

    work(_settings({}))


@app.command("sign-in")
def sign_in(json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Print a link that signs a browser in to the web app: it works once, within an hour.

    Example: keyturn sign-in
    """
    answer = api(url, token).post("/sign-in-links")
    fields = answer if isinstance(answer, dict) else {}
    if json:
        print_json(answer)
    else:
        typer.echo(f"Sign in: {fields['address']}")


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Exit after the story; the last line is a JSON summary.")
    ] = False,
    user: Annotated[str | None, typer.Option(help="Login of the person to suspend.")] = None,
) -> None:
    """Show an offboarding from end to end: sandbox tenants, server, event, runs, history, what changed.

    Exit code 0 only if the tenants ended in the right state. KEYTURN_FAULT=graph:500 shows what a failure looks like.

    Example: keyturn demo --once
    """
    from .demo.show import run_demo

    raise typer.Exit(run_demo(_settings({}), once=once, login=user))


@admin.command("doctor")
def doctor(json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Look at everything that claims to be alive, mend what can be mended, and tell. Exit code 1 if something is left.

    Example: keyturn admin doctor
    """
    answer = api(url, token).post("/doctor")
    fields = answer if isinstance(answer, dict) else {}
    if json:
        print_json(answer)
    else:
        rows = fields.get("findings")
        found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        shown = ([_mark(row), str(row["name"]), f"{row['what']} {row['mend']}".strip()] for row in found)
        print_table(["", "What", "Found"], shown, "Nothing to look at.")
    if not fields.get("good"):
        raise typer.Exit(int(Exit.BAD))


def _mark(finding: Values) -> str:
    if not finding.get("good"):
        return "BAD"
    return "warning" if finding.get("warning") else "good"


def _settings(chosen: dict[str, str | int]):
    from pydantic import ValidationError

    from keyturn.app.settings import Settings

    try:
        return Settings(**chosen)  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        lines = [
            f"KEYTURN_{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors(include_input=False)
        ]
        leave(Exit.USAGE, "The settings are not right:\n" + "\n".join(lines))


def main() -> None:
    """Entry point of the ``keyturn`` command."""
    app()


if __name__ == "__main__":
    main()
