"""keyturn tokens: list, make, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from keyturn.access.permissions import Permission

from .api import segment
from .context import DEFAULT_URL, JsonFlag, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_listing

if TYPE_CHECKING:
    from keyturn.flows.json import JSON

app = typer.Typer(no_args_is_help=True, help="Tokens of the API: who may do what, by name.")
NameArgument = Annotated[str, typer.Argument(help="Name of the token: that of a person, or of a program.")]
_MOST = 100_000


@app.command("list")
def list_tokens(json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Show the names of tokens and what each may do.

    Example: keyturn tokens list
    """
    print_listing(
        api(url, token).rows("/tokens", _MOST),
        ["Name", "May", "Made"],
        lambda row: [cell(row, "name"), ", ".join(_permissions(row.get("permissions"))), cell(row, "created_at")],
        "No tokens.",
        json=json,
    )


@app.command("make")
def make(
    name: NameArgument,
    permission: Annotated[list[str] | None, typer.Option(help="What it may do; may be given several times.")] = None,
    all_permissions: Annotated[bool, typer.Option("--all", help="It may do all that you may.")] = False,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Make a token, which is shown this once. An older one of the same name stops working.

    Example: keyturn tokens make ines --permission flows.read --permission flows.write
    """
    known = [one.value for one in Permission]
    wrong = [one for one in permission or () if one not in known]
    if wrong or bool(permission) is all_permissions:
        told = f"There is no permission {wrong[0]!r}." if wrong else "Say what it may do: --permission, or --all."
        leave(Exit.USAGE, told, f"There are: {', '.join(known)}.")
    body: list[JSON] = [*(permission or known)]
    answer = api(url, token).put(f"/tokens/{segment(name)}", {"permissions": body})
    made = answer if isinstance(answer, dict) else {}
    print_json(answer) if json else typer.echo(cell(made, "token"))


@app.command("remove")
def remove(name: NameArgument, url: UrlOption = DEFAULT_URL, token: TokenOption = None) -> None:
    """Have a token open nothing any more, nor the sessions that were opened with it.

    Example: keyturn tokens remove ines
    """
    api(url, token).delete(f"/tokens/{segment(name)}")
    typer.echo(f"The token {name} is gone.")


def _permissions(given: JSON) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list) else []
