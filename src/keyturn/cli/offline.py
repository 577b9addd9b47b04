"""Commands that need no server: check, run, cards."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .api import Api
from .connectors import own_registry
from .context import DEFAULT_URL, JsonFlag, TokenOption, UrlOption, api
from .exits import Exit, leave, leave_by
from .output import print_json, print_problem_rows, print_problems, print_table
from .writing import writing

if TYPE_CHECKING:
    from keyturn.flows.interface import TableInterface


def check(
    paths: Annotated[list[Path], typer.Argument(help="Flow files, or folders of them.")],
    connections: Annotated[Path | None, typer.Option(help="YAML file with connections, as for keyturn run.")] = None,
    server: Annotated[
        bool, typer.Option("--server", help="Judge connections and tables by what the server has.")
    ] = False,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Check flow files: every problem with file, line, card, field, and how to mend it. Exit code 1 on errors.

    Files are checked against each other and against the cards of this installation. Whether connections are there is
    judged only with --connections FILE or --server; the output says so.

    Example: keyturn check examples/offboarding --server
    """
    from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
    from keyturn.flows.problems import Severity
    from keyturn.library.checking import check_files
    from keyturn.library.files import find

    try:
        files = find(paths)
    except FileNotFoundError as error:
        leave(Exit.USAGE, str(error))
    if not files:
        leave(Exit.USAGE, "There are no flow files (*.yaml) here.")
    client = api(url, token) if server else None
    known = _connectors(connections, client)
    problems = check_files(files, CombinedCatalogue(BuiltInCards(), own_registry()), known, _tables(client))
    if json:
        print_problem_rows(problems)
        count = sum(problem.severity is Severity.ERROR for problem in problems)
    else:
        count = print_problems(problems)
        typer.echo(f"{len(files)} files, {count} errors, {len(problems) - count} warnings.")
    if known is None:
        typer.echo("Connections were not judged: give --connections FILE, or --server.", err=json)
    if count:
        raise typer.Exit(int(Exit.BAD))


def _connectors(file: Path | None, server: Api | None) -> dict[str, str] | None:
    """Which connections there are, with their connectors; None if nobody was asked."""
    if file is None and server is None:
        return None
    known = _connectors_in(file) if file is not None else {}
    for row in server.rows("/connections", 100_000) if server is not None else ():
        known[str(row["id"])] = str(row["connector"])
    return known


def _tables(server: Api | None) -> dict[str, TableInterface] | None:
    """Which tables there are; None if nobody was asked."""
    from keyturn.data.model import RESERVED
    from keyturn.flows.interface import TableInterface

    if server is None:
        return None
    known: dict[str, TableInterface] = {}
    for row in server.rows("/tables", 100_000):
        columns = row.get("columns")
        fields = [one for one in columns if isinstance(one, dict)] if isinstance(columns, list) else []
        names = frozenset(str(one["name"]) for one in fields)
        unique = frozenset(str(one["name"]) for one in fields if one.get("unique"))
        known[str(row["id"])] = TableInterface(str(row["id"]), names | frozenset(RESERVED), unique)
    return known


def _connectors_in(file: Path) -> dict[str, str]:
    from keyturn.app.tryout import read_connections
    from keyturn.flows.problems import ProblemError

    try:
        return {name: entry.connector for name, entry in read_connections(file).items()}
    except ProblemError as error:
        print_problems(error.problems)
        raise typer.Exit(int(Exit.BAD)) from error


def run_file(
    file: Annotated[Path, typer.Argument(help="A flow file; helper flows are found beside it.")],
    input: Annotated[str, typer.Option("--input", help="What the event gives, as a JSON object.")] = "{}",
    connections: Annotated[Path | None, typer.Option(help="YAML file with connections and their secrets.")] = None,
    json: JsonFlag = False,
) -> None:
    """Try a flow out here and now: no server, no database, nothing is stored. Requests to apps are real.

    Of the files beside it only those must be right which it reaches by calls.

    Exit code 1 if the run does not succeed. Private addresses are reached only if KEYTURN_EGRESS_ALLOW names them.

    Example: keyturn run greet.yaml --input '{"name": "Ada"}'
    """
    import asyncio
    import secrets

    from keyturn.app.settings import Settings
    from keyturn.app.tryout import read_connections, try_out
    from keyturn.engine.ports import RunStatus
    from keyturn.flows.problems import ProblemError
    from keyturn.http import BadSetting

    from .runs import json_object
    from .tried import print_tried, tried_json

    if not file.is_file():
        leave(Exit.USAGE, f"There is no file {file}.")
    try:
        entries = read_connections(connections) if connections else {}
        tried = asyncio.run(try_out(Settings(), file, json_object(input), entries, secrets.token_bytes(32)))
    except ProblemError as error:
        print_problem_rows(error.problems) if json else print_problems(error.problems)
        raise typer.Exit(int(Exit.BAD)) from error
    except BadSetting as error:
        leave_by(Exit.USAGE, "No app can be reached with these settings.", error)
    for warning in tried.warnings:
        typer.echo(f"warning {warning}", err=True)
    print_json(tried_json(tried)) if json else print_tried(tried)
    if tried.run.status not in (RunStatus.SUCCEEDED, RunStatus.STOPPED):
        raise typer.Exit(int(Exit.BAD))


def cards(
    search: Annotated[str, typer.Argument(help="Words in key, title, category, or synonyms of card or app.")] = "",
    docs: Annotated[Path | None, typer.Option(help="Write a page per category into this folder instead.")] = None,
    json: JsonFlag = False,
) -> None:
    """List the cards of this installation, or with --json everything that their declarations say.

    Example: keyturn cards text
    """
    from keyturn.cards.catalogue import BuiltInCards, CombinedCatalogue
    from keyturn.cards.describe import describe
    from keyturn.connectors.registry import ConnectorRegistry

    if docs is not None:
        from keyturn.cards.docs import write

        with writing(docs):
            pages = write(CombinedCatalogue(BuiltInCards(), ConnectorRegistry()), docs)
        typer.echo(f"{len(pages)} pages written.")
        return
    catalogue = CombinedCatalogue(BuiltInCards(), own_registry())
    found = [spec for spec in catalogue.all() if spec.found_by(search)]
    if json:
        print_json([describe(spec) for spec in found])
        return
    shown = ([spec.key, spec.title, spec.category, spec.summary] for spec in found if not spec.hidden)
    print_table(["Card", "Title", "Category", "What it does"], shown, "No card matches.")
