"""Rows of files in Postgres, and their contents on a disk."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from keyturn.app.ids import new_id
from keyturn.data.errors import FileDamaged, FileLost, FilesUnavailable, FileTooLarge
from keyturn.data.file_model import FileRules, NewFile
from keyturn.data.files import Files
from keyturn.flows.paging import BadCursor, PageRequest
from keyturn.store import FolderContents, Store

DAY = timedelta(days=1)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime = LATER) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing here waits")


def new(number: int = 1, **values: object) -> NewFile:
    made = NewFile(UUID(int=number), f"{number}.txt", "text/plain", 5, "s", UUID(int=number << 8), "ada")
    return replace(made, **values)  # type: ignore[arg-type]


def all_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def written(contents: FolderContents, *pieces: bytes) -> UUID:
    async with contents.writing() as writer:
        for piece in pieces:
            await writer.write(piece)
        return (await writer.finish()).content


async def read(contents: FolderContents, content: UUID) -> bytes:
    return b"".join([piece async for piece in contents.reading(content)])


@pytest.fixture
def contents(tmp_path: Path) -> FolderContents:
    return FolderContents(tmp_path / "files", new_id)


@pytest.fixture
def files(store: Store, contents: FolderContents) -> Files:
    return Files(store.files, contents, Clock(), FileRules(largest=1_000_000))


async def kept(files: Files, whole: bytes, file_id: UUID | None = None):
    async def pieces():
        yield whole

    return await files.put(file_id or new_id(), "a.txt", "text/plain", pieces(), "ada")


async def test_a_file_with_an_id_that_is_there_changes_nothing(store: Store) -> None:
    first = await store.files.put(new(), DAY)
    assert (first.name, first.size, first.made_by) == ("1.txt", 5, "ada")
    assert first.expires - first.created == DAY
    assert await store.files.put(new(name="other", content=UUID(int=99)), DAY) == first
    assert await store.files.get(first.id) == first
    assert await store.files.in_use([first.content, UUID(int=5)]) == {first.content}
    assert await store.files.delete(first.id) == first
    assert await store.files.delete(first.id) is None


async def test_a_file_that_has_expired_is_not_there_and_makes_place(store: Store) -> None:
    await store.files.put(new(), -DAY)
    assert await store.files.get(UUID(int=1)) is None
    assert (await store.files.list(PageRequest(9))).rows == []
    again = await store.files.put(new(name="again", content=UUID(int=99)), DAY)
    assert again.name == "again"


async def test_files_are_listed_the_newest_first(store: Store) -> None:
    for number in (1, 2, 3):
        await store.files.put(new(number), DAY)
    page = await store.files.list(PageRequest(2))
    rest = await store.files.list(PageRequest(2, page.next))
    assert [file.name for file in (*page.rows, *rest.rows)] == ["3.txt", "2.txt", "1.txt"]
    with pytest.raises(BadCursor):
        await store.files.list(PageRequest(2, "WyJhIiwiYiJd"))


@pytest.mark.parametrize("sizes", [(0,), (1,), (5, 5), (300_000,), (100_000, 100_000, 100_000, 1)])
async def test_contents_are_as_they_were_written(contents: FolderContents, sizes: tuple[int, ...]) -> None:
    pieces = [os.urandom(size) for size in sizes]
    async with contents.writing() as writer:
        for piece in pieces:
            await writer.write(piece)
        done = await writer.finish()
    whole = b"".join(pieces)
    assert (done.size, done.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert await read(contents, done.content) == whole


async def test_what_was_not_finished_is_gone(contents: FolderContents, tmp_path: Path) -> None:
    async with contents.writing() as writer:
        await writer.write(b"x" * 1_000_000)
        assert len(all_in(tmp_path)) == 1
    assert all_in(tmp_path) == []


async def test_contents_are_nobody_elses(contents: FolderContents, tmp_path: Path) -> None:
    await written(contents, b"hello")
    [path] = all_in(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0 or path.parent.stat().st_mode & 0o077 == 0


async def test_a_disk_that_does_not_take_them_is_told(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("no folder")
    with pytest.raises(FilesUnavailable):
        await written(FolderContents(tmp_path / "files", new_id), b"hello")
    with pytest.raises((FileLost, FilesUnavailable)):
        await read(FolderContents(tmp_path / "files", new_id), new_id())


async def test_a_file_that_is_made_twice_is_one(files: Files, tmp_path: Path) -> None:
    first = await kept(files, b"hello", UUID(int=1))
    assert await kept(files, b"hello", UUID(int=1)) == first
    assert len(all_in(tmp_path)) == 1


async def test_a_file_that_grows_too_large_leaves_nothing(files: Files, tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        await kept(files, b"x" * 1_000_001)
    assert all_in(tmp_path) == []


@pytest.mark.parametrize("change", [b"jello", b"hell", b"hello!", b""])
async def test_what_is_not_as_it_was_written_is_not_given(files: Files, tmp_path: Path, change: bytes) -> None:
    file = await kept(files, b"hello")
    [path] = all_in(tmp_path)
    path.write_bytes(change)
    with pytest.raises(FileDamaged, match=r"a\.txt"):
        await files.check(file)


async def test_the_end_of_a_damaged_file_is_never_given(files: Files, tmp_path: Path) -> None:
    file = await kept(files, b"x" * 900_000)
    [path] = all_in(tmp_path)
    path.write_bytes(b"x" * 899_999 + b"y")
    given: list[bytes] = []

    async def read_all() -> None:
        async for piece in files.contents(file):
            given.append(piece)

    with pytest.raises(FileDamaged):
        await read_all()
    assert 0 < sum(map(len, given)) < 900_000
    path.unlink()
    with pytest.raises(FileLost, match=r"a\.txt"):
        await files.check(file)


async def test_the_sweep_removes_contents_that_no_file_has(store: Store, files: Files, tmp_path: Path) -> None:
    stays, goes = await kept(files, b"stays"), await kept(files, b"goes")
    await store.files.delete(goes.id)
    async with files.writing() as maker:
        await maker.write(b"x" * 300_000)  # one that is never kept, from a process that died
        begun = [path for path in all_in(tmp_path) if path.parent.name == "new"]
        assert len(begun) == 1
        await files.sweep()
        assert [path.name for path in all_in(tmp_path)] == [stays.content.hex]
    await files.check(stays)


async def test_the_sweep_leaves_what_is_young_alone(store: Store, contents: FolderContents, tmp_path: Path) -> None:
    young = Files(store.files, contents, Clock(datetime.now(UTC)), FileRules())
    await written(contents, b"its row comes in a moment")
    await young.sweep()
    assert len(all_in(tmp_path)) == 1
    await Files(store.files, FolderContents(tmp_path / "none", new_id), Clock(), FileRules()).sweep()
