"""Help teaches: every command says what it does and gives an example; exit codes are stated; starting is quick."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from support_cli import Keyturn
from typer.main import get_command

from keyturn.cli.main import app

_HEAVY = ("fastapi", "sqlalchemy", "asyncpg", "aiohttp", "keyturn.app", "keyturn.store", "keyturn.server", "pydantic")


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Path and help of every command that does something."""
    inside = getattr(command, "commands", None)
    if inside is None:
        yield path, str(getattr(command, "help", ""))
        return
    for name, one in inside.items():
        yield from commands(one, (*path, name))


def test_the_commands_are_all_there() -> None:
    found = {" ".join(path) for path, _ in commands(get_command(app))}
    wanted = {"server", "worker", "demo", "check", "run", "cards", "admin doctor"}
    wanted |= {f"sandbox {name}" for name in ("serve", "urls", "users", "show", "suspend", "reset", "fault", "ledger")}
    wanted |= {"sandbox consent", "sandbox limit", "connections scopes"}
    wanted |= {f"flows {name}" for name in ("list", "push", "pull", "show")}
    wanted |= {f"schedules {name}" for name in ("list", "next")}
    wanted |= {f"tables {name}" for name in ("list", "show", "create", "delete", "rows", "put", "remove", "clear")}
    wanted |= {"tables import", "tables export"}
    wanted |= {f"runs {name}" for name in ("list", "show", "cancel", "rerun", "decide")}
    wanted |= {f"connections {name}" for name in ("list", "put", "delete", "test", "subscribe", "choices", "fields")}
    wanted |= {f"connectors {name}" for name in ("list", "show", "check", "new")}
    assert wanted <= found


@pytest.mark.parametrize(("path", "text"), list(commands(get_command(app))), ids=lambda value: str(value)[:40])
def test_every_command_teaches(path: tuple[str, ...], text: str) -> None:
    example = re.search(r"Example: .*keyturn (\S.*)", text)
    assert example, f"The help of {' '.join(path)} has no example."
    assert example.group(1).split()[: len(path)] == list(path)


def test_help_states_the_exit_codes(offline: Keyturn) -> None:
    said = offline("--help")
    assert said.code == 0
    for code in ("0 all is well", "2 wrong usage", "4 not permitted"):
        assert code in said.out


def test_wrong_usage_is_exit_code_2(offline: Keyturn) -> None:
    for arguments in (("flows", "list", "--no-such"), ("runs", "show"), ("nothing",), ("check",)):
        assert offline(*arguments).code == 2, arguments


def test_help_loads_nothing_heavy() -> None:
    script = f"import sys, keyturn.cli.main; print([name for name in {_HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_checking_does_not_load_the_server_or_the_database() -> None:
    script = (
        "import sys; sys.argv = ['keyturn', 'check', 'examples/offboarding']\n"
        "from keyturn.cli.main import app\n"
        "try: app()\nexcept SystemExit as end: assert end.code == 0, end.code\n"
        f"print([name for name in {_HEAVY[:-1]!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_version_is_told(offline: Keyturn) -> None:
    assert re.fullmatch(r"keyturn \d+\.\d+\.\d+\S*\n", offline("--version").out)
