"""What commands share: where the server is, with which token, and how to print."""

from __future__ import annotations

from typing import Annotated

import typer

from .api import Api

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
UrlOption = Annotated[
    str, typer.Option("--url", envvar="KEYTURN_URL", help="Address of the server.", show_default=True)
]
TokenOption = Annotated[
    str | None,
    typer.Option("--token", envvar="KEYTURN_TOKEN", help="API token; the server printed it.", show_envvar=True),
]
MostOption = Annotated[int, typer.Option("--most", min=1, help="Rows at most.")]
EvenIfUsedFlag = Annotated[
    bool, typer.Option("--even-if-used", help="Although published flows use it: their cards then fail.")
]
DEFAULT_URL = "http://127.0.0.1:8450"


def api(url: str, token: str | None) -> Api:
    """The API of a server."""
    return Api(url, token)


def even(**conditions: bool) -> str:
    """What follows the address of what is to be deleted, where it is to go even so: ``even(if_used=True)``."""
    return "".join(
        f"{'&' if n else '?'}even_{name}=true" for n, name in enumerate(k for k, v in conditions.items() if v)
    )
