"""keyturn endpoints: list, token."""

from __future__ import annotations

from typing import Annotated

import typer

from .api import segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .output import cell, print_json, print_listing

app = typer.Typer(no_args_is_help=True, help="Endpoints: flows with an address of their own, and their client tokens.")


@app.command("list")
def list_endpoints(
    most: MostOption = 200, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """List the flows that are started by a call of their address.

    Example: keyturn endpoints list
    """
    print_listing(
        api(url, token).rows("/endpoints", most),
        ["Flow", "Address", "", "Token made"],
        lambda row: [
            cell(row, "flow_id"),
            cell(row, "address"),
            "on" if row.get("active") else "off",
            cell(row, "token_made_at") if row.get("token_made_at") else "no token yet",
        ],
        "No endpoints yet. Publish a flow whose event is endpoint.",
        json=json,
    )


@app.command("token")
def make_token(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make the client token that opens an endpoint. It is shown once; the one before stops working.

    Example: keyturn endpoints token new-hire
    """
    answer = api(url, token).post(f"/endpoints/{segment(flow)}/token")
    if json:
        print_json(answer)
        return
    fields = answer if isinstance(answer, dict) else {}
    typer.echo(f"{fields.get('address')} takes this token, shown only this once:\n\n  {fields.get('token')}\n")
