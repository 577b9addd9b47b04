"""keyturn schedules: list, next."""

from __future__ import annotations

from typing import Annotated

import typer

from .api import segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .output import cell, print_json, print_listing

app = typer.Typer(no_args_is_help=True, help="Schedules: when flows are due next, and were last.")


@app.command("list")
def list_schedules(
    most: MostOption = 200,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """List the schedules of all flows that one starts.

    Example: keyturn schedules list
    """
    print_listing(
        api(url, token).rows("/schedules", most),
        ["Flow", "", "When", "Next (UTC)", "Last (UTC)", "Last run"],
        lambda row: [
            cell(row, "flow_id"),
            "on" if row.get("active") else "off",
            *(cell(row, name) for name in ("words", "next", "last", "last_run")),
        ],
        "No schedules. A flow has one if its event is schedule: see docs/schedules.md.",
        json=json,
    )


@app.command("next")
def next_times(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    times: Annotated[int, typer.Option(min=1, max=100, help="How many due times to tell.")] = 5,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Tell the due times to come of a flow's schedule, in UTC.

    Example: keyturn schedules next inactive-people --times 10
    """
    answer = api(url, token).get(f"/schedules/{segment(flow)}?times={times}")
    if json:
        print_json(answer)
        return
    fields = answer if isinstance(answer, dict) else {}
    typer.echo(f"{fields.get('words')}{'' if fields.get('active') else ' (the flow is off)'}")
    upcoming = fields.get("upcoming")
    for due in upcoming if isinstance(upcoming, list) else []:
        typer.echo(str(due))
