"""File cards beyond their tables of cases: limits, what is carried out again, what must not be written or sent."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from support.stored_files import FILE_IDS, in_pieces
from support_data import World

from keyturn.app.ids import new_id
from keyturn.data.file_transfers import KeptAnswers
from keyturn.flows.actions import ActionCall, Actions, Done, Failed
from keyturn.flows.errors import CardError
from keyturn.flows.file_values import file_of_step
from keyturn.flows.json import JSON, Values

RUN = new_id()


def call(card: str, inputs: Values, secrets: frozenset[str] = frozenset(), path: str = "it") -> ActionCall:
    return ActionCall(
        run_id=RUN,
        root_id=RUN,
        flow_id="f",
        card_id=path,
        path=path,
        card=card,
        connection=None,
        options={},
        inputs=inputs,
        attempt=1,
        before_send=lambda: None,
        secrets=secrets,
    )


def who(world: World, card: str) -> Actions:
    own = world.own
    return own.get(card) or own[card.partition(".")[0]]


async def outputs(world: World, card: str, inputs: Values, path: str = "it") -> Values:
    done = await who(world, card).perform(call(card, inputs, path=path))
    assert isinstance(done, Done), done
    return done.outputs


async def refused(world: World, card: str, inputs: Values, secrets: frozenset[str] = frozenset()) -> tuple[str, str]:
    failed = await who(world, card).perform(call(card, inputs, secrets))
    assert isinstance(failed, Failed), failed
    return failed.error.code, failed.error.message


async def file_of(world: World, whole: bytes, name: str = "big.txt") -> Values:
    return (await world.files.put(new_id(), name, "text/plain", in_pieces(whole, 5000), "the tests")).value.to_json()


def kept(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


@pytest.mark.parametrize("card", ["file.to_text", "file.to_base64"])
async def test_what_is_larger_than_texts_may_be_is_not_read(world: World, card: str) -> None:
    code, message = await refused(world, card, {"file": await file_of(world, b"x" * 5_000)})
    assert (code, "over 1,000 characters" in message) == ("bad-input", True)


async def test_a_text_is_counted_in_characters(world: World) -> None:
    fits, over = "👍" * 1_000, "👍" * 1_001
    assert await outputs(world, "file.to_text", {"file": await file_of(world, fits.encode())}) == {"text": fits}
    assert (await refused(world, "file.to_text", {"file": await file_of(world, over.encode())}))[0] == "bad-input"


async def test_a_file_of_more_rows_than_lists_may_have_is_refused(world: World) -> None:
    for rows, good in ((100, True), (101, False)):
        file = await file_of(world, b"n\r\n" + b"1\r\n" * rows)
        got = await who(world, "file.read_csv").perform(call("file.read_csv", {"file": file}))
        assert isinstance(got, Done) is good


async def test_a_download_over_the_limit_leaves_nothing(world: World, tmp_path: Path) -> None:
    world.app.told = {"body": "x" * 100_001}
    code, _ = await refused(world, "file.download", {"url": "https://a.example/x"})
    assert (code, kept(tmp_path)) == ("file-too-large", 0)
    world.app.told = {"body": "x" * 100_000}
    assert (await outputs(world, "file.download", {"url": "https://a.example/x"}))["size"] == 100_000


async def test_what_may_be_a_credential_does_not_follow_a_redirect_to_another_host(world: World) -> None:
    headers: JSON = {"X-Api-Key": "k", "PRIVATE-TOKEN": "t", "X-Own": "o", "Accept": "a/b", "content-type": "c/d"}
    await outputs(world, "file.download", {"url": "https://a.example/x", "headers": headers})
    assert world.app.asked[-1][0].credential_headers == {"X-Api-Key", "PRIVATE-TOKEN", "X-Own"}


async def test_a_card_that_is_carried_out_again_finds_its_file(world: World, tmp_path: Path) -> None:
    await world.make_files()
    before = kept(tmp_path)
    f1: JSON = {"file": str(FILE_IDS["f1"])}
    cards: dict[str, Values] = {
        "file.download": {"url": "https://a.example/x"},
        "file.from_text": {"text": "a"},
        "file.from_base64": {"text": "YQ=="},
        "file.copy": {"file": f1},
        "file.write_csv": {"rows": [{"a": 1}]},
    }
    for number, (card, inputs) in enumerate(cards.items()):
        first = await outputs(world, card, inputs, path=f"card{number}")
        assert await outputs(world, card, inputs, path=f"card{number}") == first
        assert await outputs(world, card, inputs, path=f"each[{number}]/it") != first
    assert kept(tmp_path) == before + 2 * len(cards)
    assert len(world.app.asked) == 2


async def test_an_import_that_is_carried_out_again_adds_no_row_twice(world: World) -> None:
    await world.people()
    file = await file_of(world, b"Login,Age\r\nada,36\r\nkim,5\r\nada,7\r\n,1\r\n,2\r\n", "people.csv")
    inputs: Values = {"table": "people", "file": file}
    first = await outputs(world, "table.import_csv", inputs)
    assert (first["read"], first["created"], first["refused"]) == (5, 4, 1)
    assert await outputs(world, "table.import_csv", inputs) == first
    table = await world.store.tables.get("people")
    assert table is not None
    assert await world.store.rows.count(table, None) == 4


async def test_imported_rows_come_in_the_order_of_the_file(world: World) -> None:
    await world.people()
    names = [f"user{number}" for number in range(300)]
    file = await file_of(world, "\r\n".join(["Login", *names, ""]).encode())
    await outputs(world, "table.import_csv", {"table": "people", "file": file})
    out = await outputs(world, "table.export_csv", {"table": "people", "columns": ["Login"]}, path="out")
    assert (await world.content(out["file"])).decode().split() == ["Login", *names]


async def test_a_secret_is_not_written_down(world: World, tmp_path: Path) -> None:
    secret = frozenset({"s3cret-value"})
    for card, inputs in (
        ("file.from_text", {"text": "the token is s3cret-value"}),
        ("file.write_csv", {"rows": [{"token": "s3cret-value"}]}),
    ):
        code, message = await refused(world, card, inputs, secret)  # type: ignore[arg-type]
        assert code == "bad-input"
        assert "secret" in message
        assert "s3cret" not in message
    assert kept(tmp_path) == 0


async def test_a_damaged_file_is_not_sent(world: World, tmp_path: Path) -> None:
    file = await file_of(world, b"hello")
    for path in tmp_path.rglob("*"):
        if path.is_file():
            path.write_bytes(b"jello")
    code, _ = await refused(world, "file.upload", {"url": "https://a.example/x", "file": file})
    assert code == "file-damaged"
    assert world.app.asked == []


async def test_an_unknown_file_id_is_told_with_what_to_do(world: World) -> None:
    code, message = await refused(world, "file.info", {"file": {"file": str(UUID(int=5))}})
    assert code == "unknown-file"
    assert str(UUID(int=5)) in message


async def test_an_answer_of_an_app_is_kept_with_its_name_and_type(world: World) -> None:
    for said, name in (("", "me.png"), ('attachment; filename="ada.png"', "ada.png")):
        async with KeptAnswers(world.files).writing() as file:
            await file.write(b"\x89PNG")
            headers = {"content-type": "image/png", "content-disposition": said}
            given = await file.keep(call("api_connector.get", {}, path=name), "/users/me.png?x=1", headers)
        assert (given["name"], given["size"]) == (name, 4)
        found = await world.files.find(given["file"])
        assert (found.type, found.id) == ("image/png", file_of_step(RUN, name))
        assert await world.content(given["file"]) == b"\x89PNG"


async def test_an_answer_over_the_limit_is_told_as_one(world: World) -> None:
    with pytest.raises(CardError) as raised:
        async with KeptAnswers(world.files).writing() as file:
            await file.write(b"x" * 100_001)
    assert raised.value.detail.code == "file-too-large"
