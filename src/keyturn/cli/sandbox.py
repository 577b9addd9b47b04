"""keyturn sandbox: the pretend tenants."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer

from .connectors import own_registry
from .context import JsonFlag, MostOption
from .exits import Exit, leave
from .output import cell, print_json, print_table
from .running import loading
from .writing import writing

if TYPE_CHECKING:
    from keyturn.sandbox.client import SandboxCallError, SandboxClient

app = typer.Typer(
    no_args_is_help=True,
    help="The sandbox: pretend tenants of Okta, Microsoft 365, Google Workspace, Slack and others.",
)
LAST_PORT = 65_535 - 7
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


def client_of(urls: Path | None) -> SandboxClient:
    """Who calls the running sandbox. Raises SandboxCallError."""
    from keyturn.sandbox.client import SandboxClient, read_urls

    ca_file = os.environ.get("KEYTURN_CA_FILE")
    return SandboxClient(read_urls(urls_file(urls)), ca_file=Path(ca_file) if ca_file else None)


@app.command("serve")
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="First of eight ports; 0 takes free ones.", min=0, max=LAST_PORT)] = 0,
    state: Annotated[
        Path | None, typer.Option(help="Keep everything but faults and limits in this file over restarts.")
    ] = None,
    people: Annotated[int, typer.Option(help="How many people the Okta org has at least.", min=0, max=1_000_000)] = 60,
    openapi: Annotated[Path | None, typer.Option(help="OpenAPI description that the recorder answers by.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate (PEM), to serve over HTTPS.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    urls: UrlsOption = None,
) -> None:
    """Run the sandbox until Ctrl-C. KEYTURN_FAULT=graph:500 turns a fault on from the start.

    Example: KEYTURN_FAULT=google:429x2 keyturn sandbox serve
    """
    with loading():
        from keyturn.sandbox.config import SandboxConfig, SandboxError
        from keyturn.sandbox.server import serve as serve_sandbox

    registry = own_registry()
    file = urls_file(urls)
    with writing(file):
        file.parent.mkdir(parents=True, exist_ok=True)
    faults = os.environ.get("KEYTURN_FAULT", "")
    typer.echo(f"The sandbox starts; 'keyturn sandbox urls' reads its addresses from {file} (Ctrl-C stops it).")
    try:
        config = SandboxConfig(host, port, state, file, faults, people=people, openapi=openapi)
        config = replace(config, connectors=registry.documents)
        serve_sandbox(replace(config, tls_certificate=tls_cert, tls_key=tls_key))
    except SandboxError as error:
        leave(Exit.UNREACHABLE, str(error))


@app.command("urls")
def show_urls(urls: UrlsOption = None, json: JsonFlag = False) -> None:
    """Print where the running sandbox's tenants are, with the tokens that they take.

    Example: keyturn sandbox urls --json
    """
    from keyturn.sandbox.client import SandboxCallError, running_urls

    try:
        found = running_urls(urls_file(urls))
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
    from keyturn.sandbox.client import SandboxCallError

    try:
        rows = client_of(urls).users()
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE, str(error))
    if json:
        print_json([{**row} for row in rows])
        return
    shown = ([cell({**r}, n) for n in ("login", "name", "title", "okta", "graph", "google")] for r in rows)
    print_table(["Login", "Name", "Title", "Okta", "Microsoft 365", "Google"], shown, "Nobody.")


@app.command("show")
def show(
    login: Annotated[str, typer.Argument(help="Login of the person.")], urls: UrlsOption = None, json: JsonFlag = False
) -> None:
    """Show how a person stands in each tenant, and what the person has there.

    Example: keyturn sandbox show eva.horvat@northwind.example
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        state = client_of(urls).state(login)
    except SandboxCallError as error:
        _leave(error, login)
    if json:
        print_json({**state})
        return
    typer.echo(f"{state['name']}, {state['title']} ({state['department']})")
    rows = [[tenant, name, str(value)] for tenant, fields in _parts(state) for name, value in fields.items()]
    print_table(["Where", "What", "Value"], rows, "Nothing.")


def _parts(state: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is told of a person, tenant by tenant; lists as words with commas."""
    for tenant, fields in state.items():
        if isinstance(fields, dict):
            found = cast("dict[str, Any]", fields)
            yield tenant, {name: _words(value) for name, value in found.items()}


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value))) or "-"
    return "-" if value is None else str(value)


def _leave(error: SandboxCallError, login: str) -> NoReturn:
    if error.status == 404:
        leave(Exit.BAD, f"There is nobody with the login {login!r}.", "List them: keyturn sandbox users")
    leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))


@app.command("suspend")
def suspend(
    login: Annotated[str, typer.Argument(help="Login of the person.")], urls: UrlsOption = None, json: JsonFlag = False
) -> None:
    """Suspend a person in the sandbox's Okta, by its real API: event hooks fire.

    Example: keyturn sandbox suspend ada.byrne@northwind.example
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        client = client_of(urls)
        client.suspend(login)
        state = client.state(login)
    except SandboxCallError as error:
        _leave(error, login)
    print_json({**state}) if json else typer.echo(f"{login} is suspended in Okta.")


@app.command("fault")
def fault(
    faults: Annotated[
        list[str] | None,
        typer.Argument(help="Faults in place of all that are on: graph:500, okta:429x2@lifecycle. None shows them."),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Turn all faults off.")] = False,
    urls: UrlsOption = None,
    json: JsonFlag = False,
) -> None:
    """Make tenants fail: 401, 403, 404, 429, 500, 503, slow, drop, dropbefore, garbage, huge; say for which requests.

    =SECONDS says what 429 and 503 tell to wait (else 1), and after how long slow answers (else never).

    Example: keyturn sandbox fault "google:429=30x2@DELETE /admin/directory/v1/groups" graph:slow=5
    """
    from keyturn.sandbox.client import SandboxCallError

    if clear and faults:
        leave(Exit.USAGE, "Name the faults that are to be on, or say --clear.")
    try:
        client = client_of(urls)
        if clear or faults:
            client.set_faults("" if clear else ",".join(faults or ()))
        rows = client.faults()
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    if json:
        print_json([{**row} for row in rows])
        return
    shown = ([cell({**row}, name) for name in ("fault", "met")] for row in rows)
    print_table(["Fault", "Requests that met it"], shown, "No faults are on.")


@app.command("operations")
def list_operations(
    tenant: Annotated[str, typer.Argument(help="okta, graph, google, slack, scim, mail.")],
    search: Annotated[str, typer.Option(help="Only those with all of these words.")] = "",
    most: MostOption = 200,
    urls: UrlsOption = None,
    json: JsonFlag = False,
) -> None:
    """List what a tenant can do; a fault is for one of these by @= and its line.

    Example: keyturn sandbox operations graph --search "DELETE groups"
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        found = client_of(urls).operations(cast("Any", tenant))
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    wanted = search.lower().split()
    all_found = [one for one in found if all(word in one.lower() for word in wanted)]
    shown, more = all_found[:most], len(all_found) - most
    if json:
        print_json([*shown])
    else:
        none = "There is none." if found else f"What {tenant} is asked for is not known beforehand."
        typer.echo("\n".join(shown) or none)
    if more > 0:
        typer.echo(f"{more} more: --search WORDS, or --most {len(all_found)}.", err=True)


TenantArgument = Annotated[str, typer.Argument(help="okta, graph, google, slack, scim, recorder.")]


@app.command("consent")
def consent(
    tenant: TenantArgument,
    scopes: Annotated[list[str] | None, typer.Argument(help="Scopes that apps may have from now on.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Allow every scope again.")] = False,
    revoke: Annotated[bool, typer.Option("--revoke", help="End tokens that came of a person's consent.")] = False,
    urls: UrlsOption = None,
) -> None:
    """Say which scopes a tenant's administrator allows apps, or take back what people allowed.

    Example: keyturn sandbox consent okta okta.users.read okta.groups.read
    """
    from keyturn.sandbox.client import SandboxCallError

    if not (scopes or every or revoke) or (scopes and every):
        leave(Exit.USAGE, "Name scopes, or say --all or --revoke.")
    try:
        client = client_of(urls)
        if scopes or every:
            client.consent(cast("Any", tenant), None if every else scopes)
        if revoke:
            client.revoke_consents(cast("Any", tenant))
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    if scopes or every:
        allowed = "every scope that they ask for" if every else f"no more than {' '.join(scopes or [])}"
        typer.echo(f"From now on apps of {tenant} get {allowed}. Tokens that they have stay as they are.")
    if revoke:
        typer.echo(f"All tokens of {tenant} that came of a person's consent have ended: people sign in again.")


@app.command("limit")
def limit(
    tenant: TenantArgument,
    per_minute: Annotated[int, typer.Argument(min=0, help="Requests a minute; 0 for any number.")],
    urls: UrlsOption = None,
) -> None:
    """Have a tenant answer 429 to more than so many requests in a minute.

    Example: keyturn sandbox limit okta 600
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        client_of(urls).limit(cast("Any", tenant), per_minute or None)
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    typer.echo(f"{tenant} takes {per_minute or 'any number of'} requests a minute.")


_STAYS = {
    True: "Tokens, Okta's System Log and the ledger stay.",
    False: "Tokens, Okta's System Log, the ledger, event hooks, subscriptions and channels stay (--hooks removes the "
    "last three).",
}


@app.command("reset")
def reset(
    hooks: Annotated[
        bool, typer.Option("--hooks", help="Remove event hooks, subscriptions and channels as well.")
    ] = False,
    urls: UrlsOption = None,
) -> None:
    """Put everybody and everything in the tenants back to the first day, and turn faults and limits off.

    Tokens, Okta's System Log and the ledger stay; event hooks, subscriptions and channels do without --hooks.

    Example: keyturn sandbox reset
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        dropped = client_of(urls).reset(hooks=hooks)
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE if error.status is None else Exit.BAD, str(error))
    typer.echo(
        f"Everybody and everything in the tenants is as on the first day; faults and limits are off.\n{_STAYS[hooks]}"
    )
    if dropped:
        what = "1 delivery" if dropped == 1 else f"{dropped} deliveries"
        end = "is" if dropped == 1 else "are"
        typer.echo(f"{what} to event hooks, subscriptions or channels had not arrived yet, and {end} dropped.")


@app.command("ledger")
def ledger(
    since: Annotated[int, typer.Option(help="Only entries after this number.")] = 0,
    urls: UrlsOption = None,
    json: JsonFlag = False,
) -> None:
    """Print every request that the tenants received, with the run, card and attempt that it came from.

    Example: keyturn sandbox ledger --json
    """
    from keyturn.sandbox.client import SandboxCallError

    try:
        rows = client_of(urls).ledger(since)
    except SandboxCallError as error:
        leave(Exit.UNREACHABLE, str(error))
    if json:
        print_json([{**row} for row in rows])
        return
    names = ("seq", "tenant", "method", "path", "status", "run", "card", "attempt", "note")
    shown = ([cell({**row}, name) for name in names] for row in rows)
    heads = ["No.", "Tenant", "Method", "Path", "Status", "Run", "Card", "Attempt", "Note"]
    print_table(heads, shown, "No requests yet.")
