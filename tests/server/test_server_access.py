"""Who may call what: every route is public by the one list, or declares a permission and keeps to it."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from support_server import Site

from keyturn.access.permissions import Permission
from keyturn.server.access import PUBLIC, GuardedRoute, NoPermissionDeclared, declared_in

EXAMPLES = {
    "card": "okta.read_group",
    "field": "group",
    "flow_id": "some-flow",
    "version": "1",
    "other": "2",
    "run_id": "00000000-0000-0000-0000-000000000001",
    "connection_id": "okta",
    "key": "text.compose",
    "table_id": "people",
    "folder_id": "people",
    "file_id": "00000000-0000-0000-0000-000000000003",
    "row_id": "00000000-0000-0000-0000-000000000002",
    "login": "ada@example.com",
    "tenant": "okta",
    "card_id": "some_card",
    "template_id": "some-template",
    "token": "ktr_of_nobody",
    "connector": "okta",
    "action": "suspend_user",
    "name": "okta",
}


def routes(site: Site) -> list[tuple[str, str, Permission | None]]:
    """Method, path and declared permission of every route that the server answers at."""
    found: list[tuple[str, str, Permission | None]] = []
    for route in iter_route_contexts(site.app.routes):
        declared = declared_in(list(getattr(route, "dependencies", None) or []))
        for method in sorted((route.methods or set()) - {"HEAD"}):
            found.append((method, str(route.path), declared.permission if declared else None))
    return found


async def test_every_route_is_public_or_declares_a_permission(site: Site) -> None:
    found = routes(site)
    assert len(found) > 25
    undeclared = {path for _, path, permission in found if permission is None}
    assert undeclared == PUBLIC, "Declare a permission with needs(...), or think hard before listing it in PUBLIC."


async def test_public_routes_are_outside_the_api_and_answer_without_a_token(site: Site) -> None:
    client = site.client(None)
    assert not [path for path in PUBLIC if path.startswith("/api")]
    for path in sorted(PUBLIC):
        answer = await client.get(path.format(**EXAMPLES))
        assert answer.status not in (401, 403, 404), path


async def test_every_other_route_refuses_callers_without_a_token(site: Site) -> None:
    for token in (None, "kt_wrong", ""):
        client = site.client(token)
        for method, path, permission in routes(site):
            if permission is not None:
                answer = await client.call(method, path.format(**EXAMPLES), json={"any": "thing"})
                assert answer.status == 401, (method, path)
                assert answer.problem["code"] == "not-authenticated"
                assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_every_route_wants_exactly_its_own_permission(site: Site) -> None:
    for method, path, permission in routes(site):
        if permission is None:
            continue
        others = await site.client_with(*(one for one in Permission if one is not permission))
        refused = await others.call(method, path.format(**EXAMPLES), json={})
        assert refused.status == 403, (method, path)
        assert permission.value in refused.problem["mend"]
        exact = await site.client_with(permission)
        assert (await exact.call(method, path.format(**EXAMPLES), json={})).status not in (401, 403), (method, path)


async def test_reading_needs_no_more_than_reading(site: Site) -> None:
    for method, path, permission in routes(site):
        if permission is not None and method == "GET":
            assert permission.value.endswith(".read"), path


async def test_nothing_of_a_body_is_read_before_the_token_is_known(site: Site) -> None:
    answer = await site.client("kt_wrong").call(
        "POST", "/api/v1/flows", chunks=[b"{", b"not json"], headers={"content-type": "application/json"}
    )
    assert answer.status == 401
    assert answer.chunks_read == 0


async def test_other_schemes_than_bearer_are_no_token(site: Site) -> None:
    for header in ("Basic a3Q6a3Q=", "Bearer", "bearer ", "Token kt_x"):
        answer = await site.client(None).get("/api/v1/flows", headers={"Authorization": header})
        assert answer.status == 401


def test_a_guarded_route_without_a_permission_cannot_be_made() -> None:
    router = APIRouter(route_class=GuardedRoute)

    async def forgotten() -> None: ...

    with pytest.raises(NoPermissionDeclared, match="/forgotten"):
        router.add_api_route("/forgotten", forgotten)
