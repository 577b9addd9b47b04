"""The least that an endpoint can be: a bare Starlette route that parses the JSON and gives it back.

Served as Keyturn's own server is: uvicorn, uvloop, httptools, one process, no access log.
"""

from __future__ import annotations

import os

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def echo(request: Request) -> JSONResponse:
    """What came in, parsed and written again."""
    return JSONResponse(await request.json())


def main() -> None:
    """Serve until the process is ended."""
    app = Starlette(routes=[Route("/echo", echo, methods=["POST"])])
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["KEYTURN_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
