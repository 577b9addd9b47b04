"""Writes the description of the API to a file, for the web app: ``python -m keyturn.server.openapi FILE``."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from .application import describe_api


def main() -> None:
    """Write the description, unless it is there already."""
    target, content = Path(sys.argv[1]), orjson.dumps(describe_api(), option=orjson.OPT_INDENT_2) + b"\n"
    if not target.is_file() or target.read_bytes() != content:
        target.write_bytes(content)


if __name__ == "__main__":
    main()
