"""What commands print: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import orjson
import typer
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from keyturn.flows.json import JSON, Values
    from keyturn.flows.problems import Problem

_WIDE = 400

_STATUS_STYLES = {
    "succeeded": "green",
    "failed": "red",
    "needs attention": "magenta",
    "running": "cyan",
    "waiting": "yellow",
    "cancelled": "yellow",
}


def print_json(value: JSON) -> None:
    """Print JSON, indented."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> None:
    """Print a table, or what to do if there is nothing to show. The first column is an id: it is never cut."""
    table = Table(*columns, box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    table.columns[0].no_wrap = True
    for number, row in enumerate(rows):
        table.add_row(*(escape(cell) for cell in row))
        widest = max(len(row[0]), table.columns[0].min_width or 0 if number else 0)
        table.columns[0].min_width = widest
    console = Console()
    if not console.is_terminal:
        console = Console(width=_WIDE)  # for pipes and files nothing is cut
    console.print(table if table.row_count else empty)


def print_listing(
    rows: Iterable[Values], columns: Sequence[str], shown: Callable[[Values], Sequence[str]], empty: str, *, json: bool
) -> None:
    """Print a listing of the API: as JSON, or as a table of what ``shown`` makes of each row.

    Ends the command with what the API said if it refuses.
    """
    found = [*rows]
    if json:
        print_json([*found])
    else:
        print_table(columns, map(shown, found), empty)


def time_words(moment: str) -> str:
    """A time of the API as people read it, by this machine's clock: ``14:02, 26 Nov 2026``."""
    local = datetime.fromisoformat(moment).astimezone()
    return f"{local:%H:%M}, {local.day} {local:%b %Y}"


def status_words(run: Values) -> str:
    """A run's status; of one that waits for its turn, or is to be cancelled, it says so."""
    words = str(run.get("status"))
    if run.get("cancelling"):
        return f"{words} (is being cancelled)"
    return f"{words} (waits for its turn)" if run.get("waits_for_turn") else words


def styled_status(status: JSON) -> str:
    """A run's status with its colour, as markup."""
    text = str(status)
    style = _STATUS_STYLES.get(text)
    return f"[{style}]{text}[/]" if style else text


def print_problems(problems: Iterable[Problem]) -> int:
    """Print problems with where and how to mend; gives how many were errors."""
    console = Console(stderr=False, highlight=False, soft_wrap=True)
    count = 0
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.line) if part)
        where = ", ".join(f"{k} {v}" for k, v in (("card", problem.card), ("field", problem.field)) if v)
        mark = "[red]error[/]" if problem.severity.value == "error" else "[yellow]warning[/]"
        count += problem.severity.value == "error"
        head = " ".join(part for part in (place, f"({where})" if where else "") if part)
        console.print(f"{mark} {escape(head)}: {escape(problem.what)}\n      {escape(problem.mend)}")
    return count


def print_problem_rows(problems: Iterable[Problem]) -> None:
    """Print problems as JSON."""
    print_json([{**asdict(problem), "path": [*problem.path]} for problem in problems])


def problem_in(row: Values) -> Problem:
    """A problem as the API gives it."""
    from keyturn.flows.problems import Problem, Severity

    def text(name: str) -> str | None:
        value = row.get(name)
        return value if isinstance(value, str) else None

    path, line, parts = row.get("path"), row.get("line"), row.get("parts")
    return Problem(
        code=text("code") or "",
        what=text("what") or "",
        mend=text("mend") or "",
        why=text("why") or "",
        flow=text("flow"),
        card=text("card"),
        field=text("field"),
        path=tuple(step for step in path if isinstance(step, str | int)) if isinstance(path, list) else (),
        file=text("file"),
        line=line if isinstance(line, int) else None,
        severity=Severity.WARNING if row.get("severity") == "warning" else Severity.ERROR,
        said=text("said") or "",
        parts={name: str(part) for name, part in parts.items()} if isinstance(parts, dict) else {},
    )


def cell(row: Values, name: str) -> str:
    """A field of a row as text; a dash where there is nothing."""
    value = row.get(name)
    return "-" if value is None else str(value)
