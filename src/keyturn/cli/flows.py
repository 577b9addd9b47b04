"""keyturn flows: list, show, push, pull."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .api import ApiError, segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_listing, print_problem_rows, print_problems, problem_in
from .writing import writing

if TYPE_CHECKING:
    from keyturn.flows.json import JSON, Values

app = typer.Typer(no_args_is_help=True, help="Flows: list, show, push from files, pull into files.")


@app.command("list")
def list_flows(
    search: Annotated[
        str, typer.Argument(help="Words in id, name, texts, titles, or synonyms of cards and apps.")
    ] = "",
    folder: Annotated[str | None, typer.Option(help="Only flows in this folder; empty for the top.")] = None,
    connection: Annotated[str | None, typer.Option(help="Only flows that use this connection.")] = None,
    most: MostOption = 200,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """List the published flows.

    Example: keyturn flows list offboard
    """
    print_listing(
        api(url, token).rows("/flows", most, search=search, folder=folder, connection=connection),
        ["Flow", "Name", "Version", "", "Starts on", "Folder"],
        lambda row: [
            *(cell(row, name) for name in ("id", "name", "version")),
            "on" if row.get("active") else "off",
            cell(row, "event_card"),
            cell(row, "folder"),
        ],
        "No flows yet. Publish some: keyturn flows push FOLDER",
        json=json,
    )


@app.command("show")
def show_flow(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Print the current version of a flow as YAML, or with --json as JSON.

    Example: keyturn flows show office-365-offboarding
    """
    if json:
        print_json(api(url, token).get(f"/flows/{segment(flow)}"))
    else:
        typer.echo(api(url, token).text(f"/flows/{segment(flow)}?format=yaml"), nl=False)


@app.command("push")
def push_flows(
    paths: Annotated[list[Path], typer.Argument(help="Flow files, or folders of them.")],
    json: JsonFlag = False,
    breaks_callers: Annotated[
        bool, typer.Option("--breaks-callers", help="Although flows that call one of them do not fit it any more.")
    ] = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Check flows together and publish them; all of them or none. A flow that has not changed keeps its version.

    Example: keyturn flows push examples/offboarding
    """
    from keyturn.library.files import find, read

    try:
        files = [read(path) for path in find(paths)]
    except FileNotFoundError as error:
        leave(Exit.USAGE, str(error))
    unreadable = [problem for file in files if not file.text for problem in file.problems]
    if unreadable:
        print_problem_rows(unreadable) if json else print_problems(unreadable)
        leave(Exit.BAD, "Nothing was published.")
    if not files:
        leave(Exit.USAGE, "There are no flow files (*.yaml) here.")
    documents: list[JSON] = [file.text for file in files]
    try:
        published = api(url, token).post("/flows", {"documents": documents, "breaks_callers": breaks_callers})
    except ApiError as error:
        if error.status != 422:
            raise
        _tell_problems(error.problems, [file.path for file in files], json)
        raise typer.Exit(int(Exit.BAD)) from error
    if json:
        print_json(published)
        return
    versions = published.get("versions") if isinstance(published, dict) else None
    for version in versions if isinstance(versions, list) else []:
        if isinstance(version, dict):
            typer.echo(f"{version.get('flow_id')} is at version {version.get('version')}")


def _tell_problems(rows: list[Values], files: list[Path], json: bool) -> None:
    """What the server found, with the file that stood where it names a document by its number."""
    names = {f"document {number}": str(path) for number, path in enumerate(files, 1)}
    problems = [problem_in(row) for row in rows]
    found = [replace(problem, file=names.get(problem.file or "", problem.file)) for problem in problems]
    print_problem_rows(found) if json else print_problems(found)
    typer.echo("Nothing was published.", err=True)


@app.command("pull")
def pull_flows(
    folder: Annotated[Path, typer.Argument(help="Folder to write to.")],
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Write all published flows into a folder. Files that hold one already are patched: comments and order stay.

    Example: keyturn flows pull flows/
    """
    from keyturn.flows.document import Flow
    from keyturn.flows.json_format import from_json
    from keyturn.library.files import write

    client = api(url, token)
    flows: list[Flow] = []
    for row in client.rows("/flows", 100_000):
        version = client.get(f"/flows/{segment(str(row['id']))}")
        document: JSON = version.get("document") if isinstance(version, dict) else None
        loaded = from_json(document)
        flows += [loaded.flow] if loaded.flow else []
    with writing(folder):
        changed = write(folder, flows)
    if json:
        result: Values = {"flows": len(flows), "changed": [str(path) for path in changed]}
        print_json(result)
        return
    typer.echo(f"{len(flows)} flows, {len(changed)} files written.")
