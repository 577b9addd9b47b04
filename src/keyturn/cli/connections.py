"""keyturn connections: list, put, delete, test, scopes, sign-in, sign-out, subscribe, choices, fields."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from .api import Api, ApiError, segment
from .context import DEFAULT_URL, EvenIfUsedFlag, JsonFlag, MostOption, TokenOption, UrlOption, api, even
from .exits import Exit, leave
from .loaded import load
from .output import cell, print_json, print_listing, print_table, time_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyturn.flows.json import JSON, Values

app = typer.Typer(no_args_is_help=True, help="Connections: authorised accounts of apps.")
_MOST_USES = 20  # that are named
ConnectionArgument = Annotated[str, typer.Argument(help="Id of the connection.")]


@app.command("list")
def list_connections(
    most: MostOption = 200, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """List connections; secrets never show.

    Example: keyturn connections list
    """
    print_listing(
        api(url, token).rows("/connections", most),
        ["Connection", "Connector", "Kind", "Address", "For", "State"],
        lambda row: [*(cell(row, name) for name in ("id", "connector", "kind", "base_url")), _whom(row), _state(row)],
        "No connections yet: keyturn connections put --help",
        json=json,
    )


@app.command("put")
def put_connection(
    connection: ConnectionArgument,
    connector: Annotated[str | None, typer.Option(help="okta, office365, google_workspace.")] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            help="bearer, basic, header, none; oauth_client_credentials, oauth_client_assertion, oauth_jwt_bearer, "
            "oauth_code."
        ),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(help="Address of the app; the connector's own if left out, where it has one for all."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What people call it; else its id.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option(help="NAME=VALUE, for what is not secret; NAME= for none.")
    ] = None,
    secret: Annotated[list[str] | None, typer.Option(help="NAME=VARIABLE: the secret is in that variable.")] = None,
    at_once: Annotated[int | None, typer.Option(min=0, help="Runs that may use it at once; 0 for any number.")] = None,
    per_minute: Annotated[int | None, typer.Option(min=0, help="Requests in a minute; 0 for any number.")] = None,
    user: Annotated[list[str] | None, typer.Option(help="Who may build with it.")] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="Everybody may build with it.")] = False,
    even_if_used: EvenIfUsedFlag = False,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make or change a connection; of one that is there, what is not said stays. Secrets are read from environment
    variables, so that no shell keeps them.

    One that flows use is not made one of another app, and they are named; --even-if-used does it all the same.

    Example: keyturn connections put okta --connector okta --kind bearer
             --base-url https://your-org.okta.com --secret token=OKTA_TOKEN
    """
    if user and everybody:
        mend = "Say --user for some, or --everybody for all."
        leave(Exit.USAGE, "--user and --everybody contradict one another.", mend)
    secrets: dict[str, JSON] = {}
    for word, variable in _pairs(secret or []).items():
        value = os.environ.get(str(variable))
        if not value:
            leave(Exit.USAGE, f"The environment variable {variable} is empty.", f"export {variable}=...")
        secrets[word] = value
    server = api(url, token)
    there = _there(server, connection)
    connector, kind = connector or _said(there, "connector"), kind or _said(there, "kind")
    if not connector or not kind:
        leave(Exit.USAGE, f"There is no connection {connection!r} yet.", "Say --connector and --kind.")
    body: Values = {**_kept(there, connector, kind), "connector": connector, "kind": kind, "secrets": secrets}
    body["users"] = [] if everybody else [*user] if user is not None else None
    body |= {word: said for word, said in (("base_url", base_url), ("name", name)) if said is not None}
    limits = (("at_once", at_once), ("per_minute", per_minute))
    body |= {word: limit or None for word, limit in limits if limit is not None}
    body["settings"] = _changed(body.get("settings"), _pairs(setting or []))
    answer = server.put(f"/connections/{segment(connection)}{even(if_used=even_if_used)}", body)
    print_json(answer) if json else typer.echo(f"{connection} is there. {_next_step(connection, answer)}")


def _next_step(connection: str, answer: JSON) -> str:
    """What to do with a connection that was put: to try it, or to sign it in, and why."""
    state = answer.get("state") if isinstance(answer, dict) else None
    if isinstance(state, dict) and state.get("name") == "needs sign-in":
        return f"{state.get('what')}\n{state.get('mend')}"
    return f"Try it: keyturn connections test {connection}"


def _there(server: Api, connection: str) -> Values:
    """The connection as it is; nothing of one that is to be made."""
    try:
        found = server.get(f"/connections/{segment(connection)}")
    except ApiError as error:
        if error.status != 404:
            raise
        return {}
    return found if isinstance(found, dict) else {}


def _kept(there: Values, connector: str, kind: str) -> Values:
    """What stays of a connection: its name and limits, and where the app and the way in stay, address and settings."""
    stays = ["name", "at_once", "per_minute"]
    if (there.get("connector"), there.get("kind")) == (connector, kind):
        stays += ["base_url", "settings"]
    return {word: there[word] for word in stays if word in there}


def _changed(settings: JSON, said: Values) -> Values:
    """Settings as they are, with what was said; what was said to be nothing goes."""
    both = {**(settings if isinstance(settings, dict) else {}), **said}
    return {word: value for word, value in both.items() if value != ""}


def _said(there: Values, word: str) -> str:
    return str(there.get(word) or "")


@app.command("test")
def try_connection(
    connection: ConnectionArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Ask the app whether the connection works. Exit code 1 if it does not.

    Example: keyturn connections test okta
    """
    answer = api(url, token).post(f"/connections/{segment(connection)}/test")
    fields = answer if isinstance(answer, dict) else {}
    if json:
        print_json(answer)
    else:
        typer.echo(f"{fields.get('what')} {fields.get('mend')}".strip())
    if not fields.get("works"):
        raise typer.Exit(int(Exit.BAD))


@app.command("scopes")
def show_scopes(
    connection: ConnectionArgument,
    most: MostOption = 200,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Show which scopes flows need of a connection, which it has, and which are missing. Exit code 1 if some are.

    Example: keyturn connections scopes okta
    """
    client, path = api(url, token), f"/connections/{segment(connection)}/scopes"
    answer = client.get(path)
    found = answer if isinstance(answer, dict) else {}
    flows = [*client.rows(path, most)]
    if json:
        print_json({**found, "rows": [*flows], "next": None})
    else:
        _print_scopes(found, flows)
    if found.get("missing"):
        raise typer.Exit(int(Exit.BAD))


def _print_scopes(found: Values, flows: list[Values]) -> None:
    if not found.get("has_scopes"):
        typer.echo(f"A connection of kind {found.get('kind')} has no scopes: it may do what its account may.")
        return
    rows = [
        [cell(flow, "flow"), str(need.get("scope")), _words(need.get("cards")), _granted(need)]
        for flow in flows
        for need in _objects(flow.get("needs"))
    ]
    print_table(["Flow", "Scope", "Cards", "Granted"], rows, "No flow says which scopes it needs.")
    if any(need.get("look") for flow in flows for need in _objects(flow.get("needs"))):
        typer.echo("* The cards work without it; what got no answer is then not read back.")
    for flow in flows:
        if flow.get("unsaid"):
            typer.echo(f"{flow.get('flow')}: nobody has said what these cards need: {_words(flow.get('unsaid'))}")
    usual = "To begin with" if found.get("usual") else "Needed in all"
    typer.echo(f"{usual}: {_words(found.get('needed'))}")
    granted = found.get("granted")
    typer.echo(f"Granted: {'nobody knows' if granted is None else _words(granted)}")
    if found.get("missing"):
        typer.echo(f"Missing: {_words(found.get('missing'))}. {found.get('where')}".rstrip())


def _granted(need: Values) -> str:
    value = need.get("granted")
    return ("?" if value is None else "yes" if value else "no") + (" *" if need.get("look") else "")


def _words(value: JSON) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) and value else "none"


def _objects(value: JSON) -> list[Values]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


@app.command("sign-in")
def sign_in(
    connection: ConnectionArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Print an address at which a person signs the connection in, for connections of kind oauth_code.

    Example: keyturn connections sign-in slack
    """
    answer = api(url, token).post(f"/connections/{segment(connection)}/sign-in")
    if json:
        print_json(answer)
        return
    fields = answer if isinstance(answer, dict) else {}
    typer.echo(f"Open within 15 minutes: {fields.get('address')}")
    typer.echo(f"The app must know this redirect address: {fields.get('callback')}")


@app.command("sign-out")
def sign_out(connection: ConnectionArgument, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Revoke and forget the tokens of a connection that a person signed in.

    Example: keyturn connections sign-out slack
    """
    api(url, token).delete(f"/connections/{segment(connection)}/sign-in")
    typer.echo(f"{connection} is signed out.")


@app.command("delete")
def delete(
    connection: ConnectionArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    even_if_used: EvenIfUsedFlag = False,
    even_if_signed_in: Annotated[
        bool, typer.Option("--even-if-signed-in", help="Although the app cannot be told that its sign-in ends.")
    ] = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Delete a connection with its secrets; one that flows use is not deleted, and they are named.

    A sign-in is ended at the app first; where the app cannot be told, --even-if-signed-in deletes it all the same.

    Example: keyturn connections delete okta --yes
    """
    address = f"/connections/{segment(connection)}"
    if not yes:
        if not even_if_used:
            _leave_if_used(connection, api(url, token).rows(f"{address}/uses", _MOST_USES))
        if not typer.confirm(f"Delete the connection {connection} with its secrets?"):
            raise typer.Exit(int(Exit.BAD))
    api(url, token).delete(f"{address}{even(if_used=even_if_used, if_signed_in=even_if_signed_in)}")
    typer.echo(f"{connection} is gone.")


@app.command("subscribe")
def subscribe(
    connection: ConnectionArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Have the app send the events that active flows start with. Do it again after publishing new event flows.

    Example: keyturn connections subscribe okta
    """
    answer = api(url, token).post(f"/connections/{segment(connection)}/subscribe")
    fields = answer if isinstance(answer, dict) else {}
    print_json(answer) if json else typer.echo(f"Events come to {fields.get('uri')}.")


def _whom(row: Values) -> str:
    """Who may build with it."""
    users = row.get("users")
    return ", ".join(map(str, users)) if isinstance(users, list) and users else "everybody"


def _state(row: Values) -> str:
    state = row.get("state")
    fields = state if isinstance(state, dict) else {}
    name, what, since = (str(fields.get(field) or "") for field in ("name", "what", "since"))
    if not what:
        return name
    return f"{name}{f' since {time_words(since)}' if since else ''}: {what}"


@app.command("choices")
def show_choices(
    connection: ConnectionArgument,
    card: Annotated[str, typer.Argument(help="For example okta.read_group.")],
    field: Annotated[str, typer.Argument(help="An input or option; one inside an object with a dot.")],
    given: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of an input that is chosen already.")] = None,
    search: Annotated[str, typer.Option(help="Only those in whose label it stands.")] = "",
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the app anew.")] = False,
    most: MostOption = 200,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Show what a field of a card may be, as the app says: its groups, apps, licences.

    Example: keyturn connections choices okta okta.read_group group
    """
    path = f"/connections/{segment(connection)}/choices/{segment(card)}/{segment(field)}"
    found = load(api(url, token), path, most, refresh=refresh, given=_texts(given), search=search)
    print_listing(
        found.rows,
        ["Value", "Label"],
        lambda row: [cell(row, name) for name in ("value", "label")],
        found.why_none(search, again=not refresh),
        json=json,
    )
    found.tell_cut()


@app.command("fields")
def show_fields(
    connection: ConnectionArgument,
    card: Annotated[str, typer.Argument(help="For example okta.create_user.")],
    field: Annotated[str, typer.Argument(help="An object, for example profile.")],
    given: Annotated[list[str] | None, typer.Option(help="NAME=VALUE of an input that is chosen already.")] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask the app anew.")] = False,
    most: MostOption = 200,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Show which further fields an object of a card may have, as the app says: your own profile attributes.

    Example: keyturn connections fields okta okta.create_user profile
    """
    path = f"/connections/{segment(connection)}/fields/{segment(card)}/{segment(field)}"
    found = load(api(url, token), path, most, refresh=refresh, given=_texts(given))
    print_listing(
        found.rows,
        ["Name", "Type", "Required", "Title", "One of"],
        lambda row: [
            *(cell(row, name) for name in ("name", "type")),
            "yes" if row.get("required") else "",
            cell(row, "title"),
            _values_of(row.get("choices")),
        ],
        found.why_none(again=not refresh),
        json=json,
    )
    found.tell_cut()


def _values_of(choices: JSON) -> str:
    """What a field may be, as it is written."""
    rows = choices if isinstance(choices, list) else []
    return ", ".join(cell(row, "value") for row in rows if isinstance(row, dict))


def _leave_if_used(connection: str, uses: Iterator[Values]) -> None:
    """End the command, with the names of the published flows that use it, before anybody is asked."""
    names = [cell(use, "name") for use in uses if not use.get("draft")]
    if names:
        mend = "Take it out of these flows first, or delete it all the same: --even-if-used."
        leave(Exit.BAD, f"{connection!r} is used by {', '.join(names)}.", mend)


def _texts(given: list[str] | None) -> list[str]:
    """NAME=VALUE, each looked at."""
    return [f"{name}={value}" for name, value in _pairs(given or []).items()]


def _pairs(texts: list[str]) -> dict[str, JSON]:
    pairs: dict[str, JSON] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark or not name:
            leave(Exit.USAGE, f"{text!r} is no NAME=VALUE.")
        pairs[name] = value
    return pairs
