"""keyturn sandbox: the pretend tenants."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from .context import JsonFlag
from .exits import Exit, leave
from .output import cell, print_json, print_table

app = typer.Typer(
    no_args_is_help=True, help="The sandbox: pretend tenants of Okta, Microsoft 365 and Google Workspace."
)
UrlsOption = Annotated[
    Path | None,
    typer.Option("--urls", envvar="KEYTURN_SANDBOX_URLS", help="File in which the running sandbox says where it is."),
]


def urls_file(given: Path | None) -> Path:
    """Where the sandbox says where it is."""
    if given is not None:
        return given
    from keyturn.app.settings import Settings

    return Settings().data / "sandbox.json"


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="First of four ports; 0 takes free ones.")] = 0,
    state: Annotated[Path | None, typer.Option(help="Keep everything in this file over restarts.")] = None,
    urls: UrlsOption = None,
) -> None:
    """Run the sandbox until Ctrl-C. KEYTURN_FAULT=graph:500 turns a fault on from the start.

    Example: KEYTURN_FAULT=google:429x2 keyturn sandbox serve
    """
    from keyturn.sandbox import SandboxConfig, SandboxError
    from keyturn.sandbox import serve as serve_sandbox

    file = urls_file(urls)
    file.parent.mkdir(parents=True, exist_ok=True)
    faults = os.environ.get("KEYTURN_FAULT", "")
    typer.echo(f"The sandbox starts; 'keyturn sandbox urls' reads its addresses from {file} (Ctrl-C stops it).")
    try:
        serve_sandbox(SandboxConfig(host, port, state_path=state, urls_path=file, faults=faults))
    except SandboxError as error:
        leave(Exit.UNREACHABLE, str(error))


@app.command("urls")
def show_urls(urls: UrlsOption = None, json: JsonFlag = False) -> None:
    """Print where the running sandbox's tenants are, with the tokens that they take.

    Example: keyturn sandbox urls --json
    """
    from keyturn.sandbox.client import SandboxCallError, read_urls

    try:
        found = read_urls(urls_file(urls))
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE, str(error))
    if json:
        print_json({tenant: {**fields} for tenant, fields in found.items()})
        return
    shown = ([tenant, fields.get("base_url", ""), fields.get("token", "-")] for tenant, fields in found.items())
    print_table(["Tenant", "Address", "Token"], shown, "No tenants.")


@app.command("users")
def list_users(urls: UrlsOption = None, json: JsonFlag = False) -> None:
    """List the company's people and how they stand in each tenant.

    Example: keyturn sandbox users
    """
    from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls

    try:
        rows = SandboxClient(read_urls(urls_file(urls))).users()
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE, str(error))
    if json:
        print_json([{**row} for row in rows])
        return
    shown = ([cell({**r}, n) for n in ("login", "name", "title", "okta", "graph", "google")] for r in rows)
    print_table(["Login", "Name", "Title", "Okta", "Microsoft 365", "Google"], shown, "Nobody.")


@app.command("suspend")
def suspend(
    login: Annotated[str, typer.Argument(help="Login of the person.")], urls: UrlsOption = None, json: JsonFlag = False
) -> None:
    """Suspend a person in the sandbox's Okta, by its real API: event hooks fire.

    Example: keyturn sandbox suspend ada.byrne@northwind.example
    """
    from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls

    try:
        client = SandboxClient(read_urls(urls_file(urls)))
        client.suspend(login)
        state = client.state(login)
    except SandboxCallError as error:
        if error.status == 404:
            leave(Exit.BAD, f"There is nobody with the login {login!r}.", "List them: keyturn sandbox users")
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    print_json({**state}) if json else typer.echo(f"{login} is suspended in Okta.")


@app.command("ledger")
def ledger(
    since: Annotated[int, typer.Option(help="Only entries after this number.")] = 0,
    urls: UrlsOption = None,
    json: JsonFlag = False,
) -> None:
    """Print every request that the tenants received, with the run, card and attempt that it came from.

    Example: keyturn sandbox ledger --json
    """
    from keyturn.sandbox.client import SandboxCallError, SandboxClient, read_urls

    try:
        rows = SandboxClient(read_urls(urls_file(urls))).ledger(since)
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE, str(error))
    if json:
        print_json([{**row} for row in rows])
        return
    names = ("seq", "tenant", "method", "path", "status", "run", "card", "attempt")
    shown = ([cell({**row}, name) for name in names] for row in rows)
    print_table(["No.", "Tenant", "Method", "Path", "Status", "Run", "Card", "Attempt"], shown, "No requests yet.")
