"""keyturn folders: list, put, remove, move, export, import."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .api import ApiError, segment
from .context import DEFAULT_URL, JsonFlag, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from keyturn.flows.json import JSON, Values

    from .api import Api

app = typer.Typer(no_args_is_help=True, help="Folders of flows.")
FolderArgument = Annotated[str, typer.Argument(help="Id of the folder.")]
_MOST = 100_000


@app.command("list")
def list_folders(json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Show the tree of folders, each with how many flows are in it.

    Example: keyturn folders list
    """
    found = [*api(url, token).rows("/folders", _MOST)]
    if json:
        print_json([*found])
        return
    shown = ([f"{'  ' * level}{cell(row, 'id')}", cell(row, "name"), cell(row, "flows")] for level, row in _tree(found))
    print_table(["Folder", "Name", "Flows"], shown, "No folders yet: keyturn folders put --help")


@app.command("put")
def put(
    folder: FolderArgument,
    name: Annotated[str | None, typer.Option(help="Name for people.")] = None,
    about: Annotated[str | None, typer.Option(help="What it is for.")] = None,
    parent: Annotated[str | None, typer.Option(help="Id of the folder to be in; an empty text for the top.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make a folder, or change one; what is not given stays as it is.

    Example: keyturn folders put offboarding --name "Off-boarding" --parent people
    """
    client = api(url, token)
    body = _as_it_is(client, folder)
    given: Values = {"name": name, "about": about, "parent": parent}
    body |= {field: value for field, value in given.items() if value is not None}
    answer = client.put(f"/folders/{segment(folder)}", {**body, "parent": body.get("parent") or None})
    print_json(answer) if json else typer.echo(f"The folder {folder} is there.")


@app.command("remove")
def remove(folder: FolderArgument, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Remove a folder that is empty.

    Example: keyturn folders remove offboarding
    """
    api(url, token).delete(f"/folders/{segment(folder)}")
    typer.echo(f"The folder {folder} is gone.")


@app.command("move")
def move(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    folder: Annotated[str | None, typer.Argument(help="Id of the folder; left out for the top.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Put a flow into a folder.

    Example: keyturn folders move office-365-offboarding offboarding
    """
    answer = api(url, token).put(f"/flows/{segment(flow)}/folder", {"folder": folder})
    print_json(answer) if json else typer.echo(f"{flow} is {f'in {folder}' if folder else 'at the top'}.")


@app.command("export")
def export(
    folder: FolderArgument,
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output if left out.")] = None,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Write a folder with all that is in it, folders and flows, as JSON.

    Example: keyturn folders export offboarding offboarding.json
    """
    try:
        pieces = api(url, token).pieces(f"/folders/{segment(folder)}/export")
        with file.open("wb") if file else nullcontext(sys.stdout.buffer) as out:
            for piece in pieces:
                out.write(piece)
            out.flush()
    except OSError as error:
        leave(Exit.USAGE, f"{file} cannot be written: {error.strerror}.")
    if file is not None:
        typer.echo(f"{file} is written.")


@app.command("import")
def import_folder(
    file: Annotated[Path, typer.Argument(help="What an export wrote.", exists=True, dir_okay=False)],
    parent: Annotated[str | None, typer.Option(help="Id of the folder to put it into; the top if left out.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make the folders of an export and publish its flows into them; all flows or none. May be done again.

    Example: keyturn folders import offboarding.json --parent people
    """
    import orjson

    try:
        read: JSON = orjson.loads(file.read_bytes())
    except orjson.JSONDecodeError as error:
        leave(Exit.USAGE, f"{file} is no JSON: {error}.")
    given = read if isinstance(read, dict) else {}
    folders, flows = given.get("folders"), given.get("flows")
    if given.get("format") != "keyturn-folder" or not isinstance(folders, list) or not isinstance(flows, list):
        leave(Exit.USAGE, f"{file} is no export of a folder.", "Make one: keyturn folders export.")
    client = api(url, token)
    for folder in folders:
        fields = folder if isinstance(folder, dict) else {}
        body: Values = {
            "name": fields.get("name"),
            "about": fields.get("about"),
            "parent": fields.get("parent") or parent,
        }
        client.put(f"/folders/{segment(str(fields.get('id')))}", body)
    answer = client.post("/flows", {"documents": flows}) if flows else None
    for flow in flows:
        fields = flow if isinstance(flow, dict) else {}
        client.put(f"/flows/{segment(str(fields.get('id')))}/folder", {"folder": fields.get("folder")})
    print_json(answer) if json else typer.echo(f"{len(folders)} folders and {len(flows)} flows are there.")


def _as_it_is(client: Api, folder: str) -> Values:
    """The fields of a folder that is there; none of one that is new."""
    try:
        known = client.get(f"/folders/{segment(folder)}")
    except ApiError as error:
        if error.status == 404:
            return {}
        raise
    fields = known if isinstance(known, dict) else {}
    return {name: fields.get(name) for name in ("name", "about", "parent")}


def _tree(rows: Sequence[Values]) -> Iterator[tuple[int, Values]]:
    """Folders in the order of the tree, each with its level."""
    inside: dict[str | None, list[Values]] = {}
    for row in rows:
        inside.setdefault(str(row["parent"]) if row.get("parent") else None, []).append(row)
    waiting = [(0, row) for row in reversed(inside.get(None, []))]
    while waiting:
        level, row = waiting.pop()
        yield level, row
        waiting += [(level + 1, below) for below in reversed(inside.get(str(row["id"]), []))]
