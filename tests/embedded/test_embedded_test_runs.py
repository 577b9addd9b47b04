"""The fixture of all tests: one server per run, a database per test, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres import GIVEN, with_database
from support_embedded import FAST, WAIT_SECONDS, commands, eventually, rows, servers_of

from keyturn.embedded import EmbeddedPostgres

_TESTS = Path(__file__).parents[1]

_SHARING = """
import os
from pathlib import Path
import asyncpg
import pytest

@pytest.mark.parametrize("turn", range(6))
async def test_a_fresh_database(empty_database_url, turn):
    link = await asyncpg.connect(empty_database_url)
    await link.execute("CREATE TABLE mine (n int)")
    started = await link.fetchval("SELECT pg_postmaster_start_time()::text")
    await link.close()
    Path("seen", f"{os.getpid()}-{turn}").write_text(started)

async def test_tables_are_there(database_url):
    link = await asyncpg.connect(database_url)
    assert await link.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") > 5
    await link.close()
"""

_CRASHING = """
import signal

async def test_ends_its_process(empty_database_url):
    os.kill(os.getpid(), signal.SIGKILL)
"""

_STAYING = """
import sys
from pathlib import Path
def test_stays(postgres_server):
    Path("address").write_text(postgres_server)
    Path("up").touch()
    sys.__stdin__.read()
"""


@contextmanager
def _run(place: Path, tests: str, *options: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A test run of its own."""
    (place / "test_inner.py").write_text(tests)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "postgres", "-c", os.devnull, "--rootdir", str(place)),
            *("-p", "pytest_asyncio.plugin", "-p", "xdist.plugin", "-o", "asyncio_mode=auto"),
            *("-p", "no:cacheprovider", *options, str(place / "test_inner.py")),
        ],
        cwd=place,
        env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "KEYTURN_"))}
        | {"PYTHONPATH": os.pathsep.join([str(_TESTS), *sys.path])}
        # other plugins take seconds of each process
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _folders() -> set[Path]:
    """Folders of test runs; that of this very run is among them."""
    return set(Path("/tmp").glob(f"keyturn-tests-{os.getuid()}-*"))


@pytest.mark.timeout(120)
def test_processes_share_one_server_and_it_is_gone_afterwards_even_if_one_crashes(tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    with _run(tmp_path, _SHARING + _CRASHING, "-n", "2") as run:
        said, _ = run.communicate(timeout=WAIT_SECONDS * 3)
    assert run.returncode == 1, said
    assert "crashed" in said
    assert "1 failed, 7 passed" in said
    seen = list((tmp_path / "seen").iterdir())
    assert len(seen) == 6
    assert len({file.name.split("-")[0] for file in seen}) >= 2, "both workers were to take part"
    assert len({file.read_text() for file in seen}) == 1
    _nothing_is_left_of(run)


@pytest.mark.timeout(120)
def test_the_next_run_cleans_up_after_one_that_was_killed(tmp_path: Path) -> None:
    with _run(tmp_path, _STAYING, "-s") as run:
        eventually((tmp_path / "up").exists, "the inner run does not come up")
        run.send_signal(signal.SIGKILL)
        run.wait()
    [folder] = [folder for folder in _folders() if str(folder) in (tmp_path / "address").read_text()]
    assert servers_of(folder / "pg")
    with (
        _run(tmp_path, "def test_nothing(): pass") as following,
        _run(tmp_path, "def test_nothing(): pass") as at_the_same_time,
    ):
        for one in (following, at_the_same_time):
            said, _ = one.communicate(timeout=WAIT_SECONDS * 3)
            assert one.returncode == 0, said
    assert servers_of(folder / "pg") == []
    assert not folder.exists()


@pytest.mark.timeout(120)
async def test_another_server_can_be_given_and_is_left_as_it_was(place: Path, tmp_path: Path) -> None:
    (tmp_path / "seen").mkdir()
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        with _run(tmp_path, _SHARING, **{GIVEN: address.url}) as run:
            said, _ = run.communicate(timeout=WAIT_SECONDS * 3)
        assert run.returncode == 0, said
        server = await rows(address.url, "SELECT pg_postmaster_start_time()::text AS since")
        assert {file.read_text() for file in (tmp_path / "seen").iterdir()} == {server[0]["since"]}
        left = await rows(with_database(address.url, "postgres"), "SELECT datname FROM pg_database ORDER BY 1")
    assert [row["datname"] for row in left] == ["keyturn", "postgres", "template0", "template1"]


def _nothing_is_left_of(run: subprocess.Popen[str]) -> None:
    owners = {int((folder / "begun").read_text()) for folder in _folders() if (folder / "begun").exists()}
    assert run.pid not in owners
    assert _servers_without_a_folder() == []


def _servers_without_a_folder() -> list[str]:
    """Data folders of test servers that run although their folder was removed."""
    data = (word for process in commands() for word in process if "/keyturn-tests-" in word)
    return [folder for folder in data if folder.endswith("/pg/data") and not Path(folder).exists()]
