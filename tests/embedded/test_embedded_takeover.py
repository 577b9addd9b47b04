"""Programs that die, and programs that want the same folder."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest
from support_embedded import AS_ROOT, FAST, eventually, holder, postmaster, servers_of, words

from keyturn.embedded import EmbeddedPostgres, FolderInUse


async def test_a_killed_program_s_server_is_taken_over(place: Path) -> None:
    with holder(place / "pg") as program:
        before = postmaster(place / "pg")
        program.process.kill()
        program.process.wait()
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        assert address.url == program.url
        assert postmaster(place / "pg") == before
        assert await words(address.url) == ["before"]
    assert servers_of(place / "pg") == []


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(place: Path) -> None:
    with holder(place / "pg") as program:
        before = postmaster(place / "pg")
        assert os.getsid(before) != os.getsid(program.process.pid)
        os.killpg(program.process.pid, signal.SIGINT)
        program.process.wait()
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        assert postmaster(place / "pg") == before
        assert await words(address.url) == ["before"]


async def test_a_second_program_is_refused_and_told_who_has_it(place: Path) -> None:
    with holder(place / "pg") as program:
        second = EmbeddedPostgres(place / "pg", settings=FAST)
        with pytest.raises(FolderInUse, match=rf"process {program.process.pid}, python") as caught:
            second.start()
        assert str(place / "pg") in str(caught.value)
        assert "KEYTURN_DATA" in caught.value.mend
        with pytest.raises(FolderInUse):
            second.stop()
        assert await words(program.url) == ["before"]


def test_a_second_server_object_in_the_program_is_refused_too(place: Path) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST), pytest.raises(FolderInUse, match=str(os.getpid())):
        EmbeddedPostgres(place / "pg", settings=FAST).start()


def test_another_name_for_the_folder_is_the_same_folder(place: Path) -> None:
    (place / "link").symlink_to(place / "pg")
    with EmbeddedPostgres(place / "pg", settings=FAST), pytest.raises(FolderInUse):
        EmbeddedPostgres(place / "link", settings=FAST).start()


async def test_a_server_that_was_left_is_free_for_others(place: Path) -> None:
    first = EmbeddedPostgres(place / "pg", settings=FAST)
    url = first.start().url
    before = postmaster(place / "pg")
    first.leave()
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        assert (address.url, postmaster(place / "pg")) == (url, before)


async def test_a_killed_server_comes_back_with_what_was_committed(place: Path) -> None:
    with holder(place / "pg") as program:
        before = postmaster(place / "pg")
        program.process.kill()
        program.process.wait()
    children = psutil.Process(before).children()
    os.kill(before, signal.SIGKILL)
    psutil.wait_procs(children, timeout=30)
    eventually(lambda: servers_of(place / "pg") == [], "the server outlives a kill")
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        assert postmaster(place / "pg") != before
        assert await words(address.url) == ["before"]


@contextmanager
def _stranger(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's user that is no Postgres."""
    owner = folder.stat()
    process = subprocess.Popen(
        ["/bin/cat"],
        stdin=subprocess.PIPE,
        cwd="/",
        user=owner.st_uid if AS_ROOT else None,
        group=owner.st_gid if AS_ROOT else None,
        extra_groups=[] if AS_ROOT else None,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("dead", [True, False])
async def test_a_pid_file_from_before_a_reboot_is_no_hindrance(place: Path, dead: bool) -> None:
    with EmbeddedPostgres(place / "pg", settings=FAST) as address:
        lines = (place / "pg" / "data" / "postmaster.pid").read_text().splitlines()
    with _stranger(place / "pg") as stranger:
        if dead:
            stranger.kill()
            stranger.wait()
        left = "\n".join([str(stranger.pid), *lines[1:]]) + "\n"
        (place / "pg" / "data" / "postmaster.pid").write_text(left)
        # It must not be signalled either, which ends it.
        EmbeddedPostgres(place / "pg").stop()
        with EmbeddedPostgres(place / "pg", settings=FAST) as address:
            link = await asyncpg.connect(address.url)
            await link.close()
        assert dead or stranger.poll() is None


async def test_a_server_that_is_still_stopping_is_waited_for(place: Path) -> None:
    first = EmbeddedPostgres(place / "pg", settings=FAST)
    link = await asyncpg.connect(first.start().url)
    before = postmaster(place / "pg")
    first.leave()
    # A smart shutdown waits for its clients and takes no new ones.
    os.kill(before, signal.SIGTERM)
    pid_file = place / "pg" / "data" / "postmaster.pid"
    eventually(lambda: "stopping" in pid_file.read_text(), "the server does not begin to stop")
    second = EmbeddedPostgres(place / "pg", settings=FAST)
    starting = asyncio.create_task(asyncio.to_thread(second.start))
    try:
        done, _ = await asyncio.wait({starting}, timeout=0.5)
        assert not done
    finally:
        await link.close()
    address = await starting
    try:
        assert postmaster(place / "pg") != before
        link = await asyncpg.connect(address.url)
        await link.close()
    finally:
        second.stop()
