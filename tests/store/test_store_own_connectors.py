"""Connectors that people made."""

from __future__ import annotations

from dataclasses import replace

from keyturn.connectors.manifest import digest_of
from keyturn.connectors.own import NewOwnConnector, OwnConnectors
from keyturn.connectors.registry import ConnectorRegistry
from keyturn.store import Store

SOURCE = """connector: acme
title: Acme
about: Acme.
base_url: https://acme.example
auth: [bearer]
check: {method: GET, path: /}
errors: {code: "", message: ""}
"""


def new(content: str = "{}", name: str = "acme") -> NewOwnConnector:
    return NewOwnConnector(name, digest_of(content), content, f"# {content}", "ada")


async def test_a_change_follows_what_was_seen(store: Store) -> None:
    connectors = store.own_connectors
    assert await connectors.digests() == {}
    first = await connectors.put(new(), "")
    assert first is not None
    assert await connectors.put(new(), "") is not None
    assert await connectors.put(new("[1]"), "") is None
    assert await connectors.put(new("[1]"), "other") is None
    second = await connectors.put(replace(new("[1]"), author="bob"), first.digest)
    assert second is not None
    assert await connectors.get("acme") == second
    assert (second.author, second.source) == ("bob", "# [1]")
    assert await connectors.digests() == {"acme": second.digest}
    assert await connectors.content(first.digest) == "{}"
    assert await connectors.delete("acme")
    assert not await connectors.delete("acme")
    assert await connectors.put(new(), second.digest) is None
    assert await connectors.get("acme") is None
    kept = await store.flows.manifest(first.digest)
    assert kept is not None
    assert kept.content == "{}"


async def test_another_process_has_it_with_its_next_look(store: Store) -> None:
    here, there = ConnectorRegistry({}), ConnectorRegistry({})
    maker, watcher = OwnConnectors(store.own_connectors, here), OwnConnectors(store.own_connectors, there)
    made = await maker.put("acme", SOURCE, "ada", "")
    assert here.names() == ["acme"]
    assert there.names() == []
    await watcher.refresh()
    assert there.digest("acme") == made.digest
    assert there.get("acme.custom_api_action") is not None
    await maker.put("acme", SOURCE.replace("Acme.", "New."), "ada", made.digest)
    await watcher.refresh()
    found = there.connector("acme")
    assert found is not None
    assert found.model.about == "New."
    await maker.delete("acme")
    await watcher.refresh()
    assert (here.names(), there.names()) == ([], [])
    older = await there.as_published({"acme": made.digest})
    assert older.get("acme.custom_api_action") is None  # nobody keeps it for this registry
    keeper = ConnectorRegistry({}, older=_Older(store))
    pinned = await keeper.as_published({"acme": made.digest, "gone": "0"})
    assert pinned.get("acme.custom_api_action") is not None
    assert [spec.key for spec in pinned.all()] == ["acme.custom_api_action"]
    assert pinned.get("other.card") is None


class _Older:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def content_of(self, digest: str) -> str | None:
        kept = await self._store.flows.manifest(digest)
        return kept.content if kept else None
