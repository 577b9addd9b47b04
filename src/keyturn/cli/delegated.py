"""keyturn delegated: list, run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .api import segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_listing

if TYPE_CHECKING:
    from keyturn.flows.json import JSON

app = typer.Typer(no_args_is_help=True, help="Delegated flows: run them without seeing anything else.")


@app.command("list")
def list_delegated(
    most: MostOption = 200, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """List the flows that may be run, with what they ask for.

    Example: keyturn delegated list
    """
    print_listing(
        api(url, token).rows("/delegated-flows", most),
        ["Flow", "Name", "Inputs", ""],
        lambda row: [
            cell(row, "id"),
            cell(row, "name"),
            _inputs(row.get("inputs")),
            "" if row.get("active") else "off",
        ],
        "No delegated flows: publish one whose event is delegated.",
        json=json,
    )


@app.command("run")
def run(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    value: Annotated[list[str] | None, typer.Option("--input", help="NAME=VALUE.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Queue a run of such a flow.

    Example: keyturn delegated run reset-mfa --input login=ada@example.com
    """
    inputs: dict[str, JSON] = {}
    for text in value or []:
        name, mark, given = text.partition("=")
        if not mark or not name:
            leave(Exit.USAGE, f"{text!r} is no NAME=VALUE.")
        inputs[name] = given
    answer = api(url, token).post(f"/delegated-flows/{segment(flow)}/runs", {"inputs": inputs})
    fields = answer if isinstance(answer, dict) else {}
    print_json(answer) if json else typer.echo(f"Run {cell(fields, 'id')} is queued.")


def _inputs(value: JSON) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in value.items()) if isinstance(value, dict) else ""
