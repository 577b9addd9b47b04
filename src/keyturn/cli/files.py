"""keyturn files: list, show, put, get, remove."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from .api import segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_listing

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(no_args_is_help=True, help="Files that flows make and use.")
FileArgument = Annotated[str, typer.Argument(help="Id of the file.")]
_PIECE = 256 * 1024


@app.command("list")
def list_files(
    most: MostOption = 200, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """List the files, the newest first.

    Example: keyturn files list
    """
    names = ("id", "name", "size", "type", "made_by", "expires")
    print_listing(
        api(url, token).rows("/files", most),
        ["File", "Name", "Bytes", "Type", "Made by", "Until"],
        lambda row: [cell(row, name) for name in names],
        "No files yet.",
        json=json,
    )


@app.command("show")
def show(file: FileArgument, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Print what is known of a file, as JSON.

    Example: keyturn files show 01a20ddd-f215-74ec-b0d1-ce11bebe3794
    """
    print_json(api(url, token).get(f"/files/{segment(file)}"))


@app.command("put")
def put(
    path: Annotated[Path, typer.Argument(help="The file to send.", exists=True, dir_okay=False)],
    name: Annotated[str | None, typer.Option(help="Its name; that of the path if left out.")] = None,
    media_type: Annotated[str | None, typer.Option("--type", help="Its media type; by its name if left out.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Send a file, for flows to use; prints the value to give to an input of type file.

    Example: keyturn files put people.csv
    """
    import mimetypes

    import orjson

    from keyturn.app.ids import new_id

    kind = media_type or mimetypes.guess_type(name or path.name)[0] or "application/octet-stream"
    query = urlencode({"name": name or path.name})
    answer = api(url, token).send(f"/files/{new_id()}?{query}", _pieces(path), kind, path.stat().st_size)
    value = answer.get("value") if isinstance(answer, dict) else None
    print_json(answer) if json else typer.echo(orjson.dumps(value).decode())


@app.command("get")
def get(
    file: FileArgument,
    path: Annotated[Path | None, typer.Argument(help="File to write; standard output if left out.")] = None,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Write what is in a file.

    Example: keyturn files get 01a20ddd-f215-74ec-b0d1-ce11bebe3794 people.csv
    """
    import hashlib

    client, digest = api(url, token), hashlib.sha256()
    try:
        known = client.get(f"/files/{segment(file)}")
        pieces = client.pieces(f"/files/{segment(file)}/content")
        with path.open("wb") if path else nullcontext(sys.stdout.buffer) as out:
            for piece in pieces:
                digest.update(piece)
                out.write(piece)
            out.flush()
    except OSError as error:
        leave(Exit.USAGE, f"{path} cannot be written: {error.strerror}.")
    if not isinstance(known, dict) or digest.hexdigest() != known.get("sha256"):
        leave(Exit.BAD, "What came is not what the file should hold.", "Try again; the server's log may say more.")
    if path is not None:
        typer.echo(f"{path} is written.")


@app.command("remove")
def remove(file: FileArgument, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Remove a file before its time.

    Example: keyturn files remove 01a20ddd-f215-74ec-b0d1-ce11bebe3794
    """
    api(url, token).delete(f"/files/{segment(file)}")
    typer.echo("The file is gone.")


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece
