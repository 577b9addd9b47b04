"""keyturn tables: list, show, create, delete, rows, put, remove, clear, import, export."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

import typer

from .api import segment
from .context import DEFAULT_URL, EvenIfUsedFlag, JsonFlag, MostOption, TokenOption, UrlOption, api, even
from .exits import Exit, leave
from .output import cell, print_json, print_listing, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keyturn.flows.json import JSON, Values

    from .api import Api

app = typer.Typer(no_args_is_help=True, help="Tables and their rows.")
TableArgument = Annotated[str, typer.Argument(help="Id of the table.")]
WhereOption = Annotated[
    str | None, typer.Option(help='Condition as JSON: {"column": "Age", "is": ">", "b": 30}, or a group of such.')
]
DelimiterOption = Annotated[str, typer.Option(help="What stands between values.")]
_PIECE = 256 * 1024


@app.command("list")
def list_tables(
    most: MostOption = 200, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """List the tables.

    Example: keyturn tables list
    """
    print_listing(
        api(url, token).rows("/tables", most),
        ["Table", "Name", "Columns", "About"],
        lambda row: [cell(row, "id"), cell(row, "name"), ", ".join(_names(row)), cell(row, "about")],
        "No tables yet: keyturn tables create --help",
        json=json,
    )


@app.command("show")
def show(table: TableArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Show the columns of a table, and how many rows it has.

    Example: keyturn tables show people
    """
    client = api(url, token)
    found, counted = client.get(f"/tables/{segment(table)}"), client.post(f"/tables/{segment(table)}/count")
    fields, number = _fields(found), _fields(counted).get("count")
    if json:
        print_json({**fields, "rows": number})
        return
    shown = (
        [
            cell(column, "name"),
            cell(column, "type"),
            "unique" if column.get("unique") else "indexed" if column.get("indexed") else "",
            cell(column, "default"),
        ]
        for column in _columns(fields)
    )
    print_table(["Column", "Type", "", "Default"], shown, "No columns.")
    typer.echo(f"{number} rows.")


@app.command("create")
def create(
    table: TableArgument,
    column: Annotated[list[str], typer.Option(help="NAME:TYPE or NAME:TYPE:unique; the type is text if left out.")],
    name: Annotated[str, typer.Option(help="Name for people.")] = "",
    about: Annotated[str, typer.Option(help="What it is for.")] = "",
    even_if_used: EvenIfUsedFlag = False,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make a table, or add columns to one. Types: text, number, boolean, datetime, object, list of these.

    Example: keyturn tables create people --column Login:text:unique --column Age:number --column "Tags:list of text"
    """
    body: JSON = {"name": name, "about": about, "columns": [_column(text) for text in column]}
    answer = api(url, token).put(f"/tables/{segment(table)}{even(if_used=even_if_used)}", body)
    print_json(answer) if json else typer.echo(f"{table} is there: {', '.join(_names(_fields(answer)))}.")


@app.command("delete")
def delete(
    table: TableArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    even_if_used: EvenIfUsedFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Remove a table with all its rows; one that flows use is not removed, and they are named.

    Example: keyturn tables delete people --yes
    """
    _sure(yes, f"Remove the table {table} with all its rows?")
    api(url, token).delete(f"/tables/{segment(table)}{even(if_used=even_if_used)}")
    typer.echo(f"{table} is gone.")


@app.command("rows")
def rows(
    table: TableArgument,
    where: WhereOption = None,
    sort: Annotated[str | None, typer.Option(help="Column to sort by.")] = None,
    falling: Annotated[bool, typer.Option("--falling", help="The largest first.")] = False,
    most: MostOption = 50,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Show rows.

    Example: keyturn tables rows people --where '{"column": "Age", "is": ">", "b": 30}' --sort Age
    """
    body: Values = {"where": _json(where, "--where"), "sort": sort, "falling": falling}
    found = list(_search(api(url, token), table, body, most))
    if json:
        print_json([*found])
        return
    names = list(_fields(found[0].get("values"))) if found else []
    shown = ([cell(r, "id"), *(cell(_fields(r.get("values")), name) for name in names)] for r in found)
    print_table(["Row", *names], shown, "No such rows.")


@app.command("put")
def put(
    table: TableArgument,
    value: Annotated[list[str], typer.Option("--set", help="COLUMN=VALUE; objects and lists as JSON.")],
    row: Annotated[str | None, typer.Option(help="Id of the row to change; without it a new one is made.")] = None,
    only_if: Annotated[
        str | None, typer.Option(help="Condition as JSON that the row must meet, or nothing is changed.")
    ] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make a row, or change columns of one. With --only-if exit code 1 if the row does not meet the condition.

    Example: keyturn tables put people --set Login=ada@example.com --set Age=36
    """
    values: Values = {}
    for text in value:
        name, mark, given = text.partition("=")
        if not mark or not name:
            leave(Exit.USAGE, f"{text!r} is no COLUMN=VALUE.")
        values[name] = given
    if only_if is not None:
        _change(api(url, token), table, row, {"values": values, "only_if": _json(only_if, "--only-if")}, json=json)
        return
    row_id = row or _new_id()
    answer = api(url, token).put(f"/tables/{segment(table)}/rows/{segment(row_id)}", {"values": values})
    print_json(answer) if json else typer.echo(f"Row {row_id} is there.")


@app.command("remove")
def remove(
    table: TableArgument,
    row: Annotated[str, typer.Argument(help="Id of the row.")],
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Remove a row. Exit code 1 if there is none.

    Example: keyturn tables remove people 01a20ddd-f215-74ec-b0d1-ce11bebe3794
    """
    answer = api(url, token).delete(f"/tables/{segment(table)}/rows/{segment(row)}")
    if not _fields(answer).get("deleted"):
        leave(Exit.BAD, f"There was no row {row}.")
    typer.echo("The row is gone.")


@app.command("clear")
def clear(
    table: TableArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Remove all rows of a table; the table stays.

    Example: keyturn tables clear people --yes
    """
    _sure(yes, f"Remove all rows of {table}?")
    answer = api(url, token).post(f"/tables/{segment(table)}/clear")
    typer.echo(f"{_fields(answer).get('cleared')} rows are gone.")


@app.command("import")
def import_csv(
    table: TableArgument,
    file: Annotated[
        Path, typer.Argument(help="CSV file in UTF-8; its first line names columns.", exists=True, dir_okay=False)
    ],
    match: Annotated[
        str | None, typer.Option(help="Unique column: rows with its value are changed, others are made.")
    ] = None,
    delimiter: DelimiterOption = ",",
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Put the rows of a CSV file in. Exit code 1 if rows were refused; each is told with its line.

    With --match the same file may be put in again. Progress goes to standard error.

    Example: keyturn tables import people people.csv --match Login
    """
    query = {"delimiter": delimiter} | ({"match": match} if match else {})
    last: Values = {}
    problems: list[JSON] = []
    pieces = _pieces(file, quiet=json)
    for line in api(url, token).lines(f"/tables/{segment(table)}/import?{urlencode(query)}", pieces, "text/csv"):
        last = line
        told = line.get("problems")
        for problem in told if isinstance(told, list) else []:
            problems.append(problem)
            if not json:
                typer.echo(f"{file}:{cell(_fields(problem), 'line')}: {cell(_fields(problem), 'what')}")
    if json:
        print_json({**last, "problems": problems})
    else:
        typer.echo(", ".join(f"{last.get(name)} {name}" for name in ("read", "created", "updated", "refused")) + ".")
    stopped = last.get("stopped")
    if stopped:
        leave(Exit.BAD, f"It stopped: {cell(_fields(stopped), 'what')}", cell(_fields(stopped), "mend"))
    if last.get("refused") or not last.get("done"):
        raise typer.Exit(int(Exit.BAD))


@app.command("export")
def export_csv(
    table: TableArgument,
    file: Annotated[Path | None, typer.Argument(help="File to write; standard output if left out.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="Columns; all if left out. Row ID may be one.")] = None,
    where: WhereOption = None,
    sort: Annotated[str | None, typer.Option(help="Column to sort by.")] = None,
    falling: Annotated[bool, typer.Option("--falling", help="The largest first.")] = False,
    delimiter: DelimiterOption = ",",
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Write the rows, or those that meet a condition, as a CSV file.

    Example: keyturn tables export people people.csv
    """
    query = [("delimiter", delimiter), ("falling", str(falling).lower()), *(("column", name) for name in column or [])]
    query += [("sort", sort)] if sort else []
    query += [("where", where)] if _json(where, "--where") else []
    try:
        pieces = api(url, token).pieces(f"/tables/{segment(table)}/export?{urlencode(query)}")
        if file is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        with file.open("wb") as out:
            for piece in pieces:
                out.write(piece)
    except OSError as error:
        leave(Exit.USAGE, f"{file} cannot be written: {error.strerror}.")
    typer.echo(f"{file} is written.")


def _change(client: Api, table: str, row: str | None, change: Values, *, json: bool) -> None:
    """Change a row that meets a condition: tested and changed at one moment, by the server."""
    if row is None:
        leave(Exit.USAGE, "--only-if is for a row that is there.", "Say which one with --row.")
    answer = client.patch(f"/tables/{segment(table)}/rows/{segment(row)}", change)
    updated = _fields(answer).get("updated") is True
    if json:
        print_json(answer)
    elif updated:
        typer.echo(f"Row {row} is changed.")
    if not updated:
        leave(Exit.BAD, f"Row {row} does not meet the condition; nothing was changed.")


def _search(client: Api, table: str, body: Values, most: int) -> Iterator[Values]:
    after: JSON = None
    while most > 0:
        page = _fields(
            client.post(f"/tables/{segment(table)}/search", {**body, "limit": min(most, 200), "after": after})
        )
        found = page.get("rows")
        for row in found if isinstance(found, list) else []:
            most -= 1
            yield _fields(row)
        after = page.get("next")
        if after is None:
            return


def _pieces(file: Path, *, quiet: bool) -> Iterator[bytes]:
    """The file piece by piece, with how far it is on standard error, if a person looks there."""
    whole, sent = max(1, file.stat().st_size), 0
    shows = not quiet and sys.stderr.isatty()
    with file.open("rb") as source:
        while piece := source.read(_PIECE):
            yield piece
            sent += len(piece)
            if shows:
                typer.echo(f"\r{100 * sent // whole:3d} %", err=True, nl=False)
    if shows:
        typer.echo("", err=True)


def _column(text: str) -> JSON:
    name, _, rest = text.partition(":")
    kind, _, unique = rest.partition(":")
    if not name or unique not in ("", "unique"):
        leave(Exit.USAGE, f"{text!r} is no column.", "Write NAME:TYPE or NAME:TYPE:unique.")
    return {"name": name, "type": kind or "text", "unique": unique == "unique"}


def _new_id() -> str:
    from keyturn.app.ids import new_id

    return str(new_id())


def _json(text: str | None, option: str) -> JSON:
    import orjson

    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError as error:
        leave(Exit.USAGE, f"{option} is no JSON: {error}.")


def _sure(yes: bool, question: str) -> None:
    if not yes and not typer.confirm(question):
        raise typer.Exit(int(Exit.BAD))


def _fields(value: JSON) -> Values:
    return value if isinstance(value, dict) else {}


def _columns(fields: Values) -> list[Values]:
    columns = fields.get("columns")
    return [column for column in columns if isinstance(column, dict)] if isinstance(columns, list) else []


def _names(fields: Values) -> list[str]:
    return [str(column.get("name")) for column in _columns(fields)]
