"""Flows, versions, manifests, tokens."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from keyturn.access.ports import TokenRecord
from keyturn.flows.paging import PageRequest
from keyturn.library.ports import FlowFilter, Manifest, NewDraft, NewVersion
from keyturn.store import BadCursor, Store

MANIFEST = Manifest("m1", "okta", "name: okta\n# \x00 ünï")


def version(flow_id: str, digest: str = "d1", **values: object) -> NewVersion:
    new = NewVersion(
        flow_id=flow_id,
        name=f"Flow {flow_id}",
        document={"id": flow_id, "digest": digest},
        digest=digest,
        event_card="okta.user_suspended",
        event_connection="okta",
        manifests={"okta": "m1"},
    )
    return replace(new, **values)  # type: ignore[arg-type]


async def test_publishing_makes_active_flows_with_version_1(store: Store) -> None:
    records = await store.flows.publish([version("b"), version("a")], [MANIFEST], "ada")
    assert [(record.flow_id, record.version, record.author) for record in records] == [("b", 1, "ada"), ("a", 1, "ada")]
    flow = await store.flows.get("a")
    assert flow is not None
    assert (flow.name, flow.version, flow.active, flow.event_connection) == ("Flow a", 1, True, "okta")
    assert await store.flows.version("a", None) == records[1]
    assert await store.flows.manifest("m1") == MANIFEST


async def test_a_new_flow_that_is_to_rest_is_switched_off_and_one_that_is_there_stays_as_it_is(store: Store) -> None:
    await store.flows.publish([version("there")], [MANIFEST], "ada")
    await store.flows.publish([version(name, "d2", active=False) for name in ("new", "there")], [MANIFEST], "ada")
    found = [await store.flows.get(name) for name in ("new", "there")]
    assert [flow.active for flow in found if flow] == [False, True]


async def test_the_same_again_makes_no_new_version(store: Store) -> None:
    (first,) = await store.flows.publish([version("a")], [MANIFEST], "ada")
    assert await store.flows.publish([version("a")], [MANIFEST], "bob") == [first]


async def test_another_document_or_another_manifest_makes_a_new_version(store: Store) -> None:
    await store.flows.publish([version("a")], [MANIFEST], "ada")
    await store.flows.publish([version("a", "d2", name="New name", event_connection=None)], [], "ada")
    (third,) = await store.flows.publish([version("a", "d2", manifests={"okta": "m2"})], [], "bob")
    assert (third.version, third.author, third.manifests) == (3, "bob", {"okta": "m2"})
    page = await store.flows.versions("a", PageRequest(2))
    rest = await store.flows.versions("a", PageRequest(2, page.next))
    assert [record.version for record in [*page.rows, *rest.rows]] == [3, 2, 1]
    first = await store.flows.version("a", 1)
    assert first is not None
    assert first.document == {"id": "a", "digest": "d1"}
    assert await store.flows.version("a", 4) is None


async def test_publishers_at_once_get_versions_without_gaps(store: Store) -> None:
    ids = ["a", "b", "c"]
    await asyncio.gather(
        *(
            store.flows.publish([version(i, f"d{n}") for i in (ids if n % 2 else ids[::-1])], [MANIFEST], "x")
            for n in range(12)
        )
    )
    for flow_id in ids:
        page = await store.flows.versions(flow_id, PageRequest(50))
        assert [record.version for record in page.rows] == list(range(12, 0, -1))


async def test_subscribed_are_active_flows_of_this_event_and_connection(store: Store) -> None:
    others = [version("c", event_connection="other"), version("d", event_card="schedule", event_connection=None)]
    await store.flows.publish([version("b"), version("a"), *others], [], "ada")
    assert [flow.id for flow in await store.flows.subscribed("okta.user_suspended", "okta")] == ["a", "b"]
    before = await store.flows.get("a")
    assert before is not None
    switched = await store.flows.set_active("a", False)
    assert switched is not None
    assert not switched.active
    published = await store.flows.get("a")
    assert published is not None
    assert switched.updated_at == published.updated_at == before.updated_at, "it is when it was published"
    assert [flow.id for flow in await store.flows.subscribed("okta.user_suspended", "okta")] == ["b"]


async def test_a_flow_that_is_off_stays_off_when_published(store: Store) -> None:
    await store.flows.publish([version("a")], [], "ada")
    await store.flows.set_active("a", False)
    await store.flows.publish([version("a", "d2")], [], "ada")
    flow = await store.flows.get("a")
    assert flow is not None
    assert (flow.active, flow.version) == (False, 2)


async def test_flows_are_listed_by_id_in_pages(store: Store) -> None:
    ids = ["Z", "a", "b-1", "b_2", "ä"]
    await store.flows.publish([version(flow_id) for flow_id in reversed(ids)], [], "ada")
    page = await store.flows.list(PageRequest(3))
    rest = await store.flows.list(PageRequest(3, page.next))
    assert [flow.id for flow in [*page.rows, *rest.rows]] == ids
    with pytest.raises(BadCursor):
        await store.flows.list(PageRequest(3, "WzFd"))


@pytest.mark.parametrize(
    ("search", "found"),
    [("b", ["b%1", "b_2"]), ("B_", ["b_2"]), ("%", ["b%1"]), ("FLOW A", ["a"]), ("\\", []), ("\x00", [])],
)
async def test_search_matches_text_and_no_patterns(store: Store, search: str, found: list[str]) -> None:
    await store.flows.publish([version(flow_id) for flow_id in ("a", "b%1", "b_2")], [], "ada")
    assert [flow.id for flow in (await store.flows.list(PageRequest(), FlowFilter(search))).rows] == found


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("suspend okta", {"a": "Okta: Suspend User"}),
        ("flow suspend", {"a": "Okta: Suspend User"}),
        ("100%", {"b": "… " + "x" * 59 + " 100% " + "y" * 55 + " …"}),
        ("flow a", {"a": ""}),
        ("suspend nobody", {}),
    ],
)
async def test_flows_are_found_by_what_is_in_them(store: Store, search: str, found: dict[str, str]) -> None:
    long = f"{'x' * 100} 100% {'y' * 100}"
    versions = [version("a", words="Okta: Suspend User\nHello"), version("b", words=f"Text: Compose\n{long}")]
    await store.flows.publish(versions, [], "ada")
    assert {flow.id: flow.found for flow in (await store.flows.list(PageRequest(), FlowFilter(search))).rows} == found
    for flow in versions:
        draft = NewDraft(flow.flow_id, flow.name, {"id": flow.flow_id}, 1, "ada", words=flow.words)
        await store.drafts.put(draft, 0)
    assert {draft.flow_id: draft.found for draft in (await store.drafts.list(PageRequest(), search)).rows} == found


async def test_a_line_with_the_words_tells_before_one_with_parts_of_others(store: Store) -> None:
    words = "/users?filter=lastLogin lt {{ cutoff.output }}\nOffice 365 (Microsoft): Sign Out (log out)"
    await store.flows.publish([version("a", words=words)], [], "ada")
    (flow,) = (await store.flows.list(PageRequest(), FlowFilter("log out"))).rows
    assert flow.found.startswith("Office 365 (Microsoft): Sign Out")


async def test_what_is_not_there_is_none(store: Store) -> None:
    assert await store.flows.get("no\x00") is None
    assert await store.flows.version("no", None) is None
    assert await store.flows.set_active("no", True) is None
    assert await store.flows.manifest("no") is None
    assert await store.flows.publish([], [], "ada") == []


def token(name: str, digest: str) -> TokenRecord:
    return TokenRecord(name, digest, frozenset({"flows.read", "*"}), datetime(2026, 1, 1, tzinfo=UTC))


async def test_tokens_are_found_by_hash_and_replaced_by_name(store: Store) -> None:
    assert await store.tokens.put(token("admin", "aa"))
    assert await store.tokens.by_digest("aa") == token("admin", "aa")
    assert await store.tokens.put(token("admin", "bb"))
    assert await store.tokens.by_digest("aa") is None
    assert await store.tokens.by_digest("\x00") is None


async def test_the_first_token_is_made_once_by_however_many_programs(store: Store) -> None:
    made = await asyncio.gather(*(store.tokens.put(token(f"t{n}", f"{n}"), only_first=True) for n in range(8)))
    assert made.count(True) == 1
    assert not await store.tokens.put(token("later", "zz"), only_first=True)


async def test_flows_are_found_by_a_connection_that_they_use(store: Store) -> None:
    for flow, event, uses in (("a", "okta", ()), ("b", None, ("graph", "okta")), ("c", None, ("graph",))):
        new = NewVersion(flow, flow, {"id": flow}, flow, "x.y", event, {}, None, uses)
        await store.flows.publish([new], [], "test")
    for connection, found in (("okta", ["a", "b"]), ("graph", ["b", "c"]), ("none", []), (None, ["a", "b", "c"])):
        page = await store.flows.list(PageRequest(), FlowFilter(connection=connection))
        assert [flow.id for flow in page.rows] == found
