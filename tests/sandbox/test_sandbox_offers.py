"""Which of the operations that the vendors describe the tenants have: each one, but those that are listed here.

The descriptions are no part of the repository; see ``support_specs``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from support_sandbox import Tenants
from support_specs import description

# Beginnings of operations that the tenants do not have, each with what it is about.
NOT_OFFERED = {
    "okta": {
        "GET /api/v1/hook-keys/public/{}": "the public half of a key of inline hooks",
    },
    "graph": {},
    "google": {
        "POST /admin/reports/v1/activity/users/{}/applications/{}/watch": "channels of activities",
    },
    "slack": {},
}


def described(name: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    document = description(name)
    if "paths" in document:
        for path, entry in document["paths"].items():
            for verb in ("get", "post", "put", "patch", "delete"):
                if verb in entry:
                    yield verb.upper(), prefix + path
    else:
        yield from of_discovery(document, "/" + document.get("servicePath", ""))


def of_discovery(holder: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for method in holder.get("methods", {}).values():
        yield method["httpMethod"], prefix + method["path"].replace("{+", "{")
    for resource in holder.get("resources", {}).values():
        yield from of_discovery(resource, prefix)


@pytest.mark.parametrize(
    ("tenant", "names", "prefix"),
    [
        ("okta", ["okta-management.json"], ""),
        ("graph", ["graph-v1.json"], "/v1.0"),
        (
            "google",
            [f"google-{name}-v1.json" for name in ("directory", "reports", "licensing", "datatransfer")],
            "",
        ),
        ("slack", ["slack-web.json"], "/api"),
    ],
)
async def test_each_described_operation_is_there_but_those_that_are_listed(
    tenants: Tenants, tenant: str, names: list[str], prefix: str
) -> None:
    found = [one for name in names for one in described(name, prefix)]
    operations = [(method, path) for method, path in found if "oauth.v2" not in path]  # signing in is tested apart
    assert len(operations) > 50
    for method, path in operations:
        body: Any = {"data": b""} if tenant == "slack" else {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
        await tenants.call(tenant, method, re.sub(r"\{[^{}]*\}", "x1", path), **body)
    rows = await tenants.ledger()
    assert len(rows) == len(operations)
    lost = [
        f"{method} {re.sub(r'[{][^{}]*[}]', '{}', path)}"
        for (method, path), row in zip(operations, rows, strict=True)
        if "The sandbox has no" in (row["note"] or "")
    ]
    listed = NOT_OFFERED[tenant]
    assert [one for one in lost if not one.startswith(tuple(listed))] == []
    assert [one for one in listed if not any(each.startswith(one) for each in lost)] == [], "they are there"
