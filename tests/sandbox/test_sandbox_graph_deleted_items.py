"""What was deleted in the pretend Microsoft 365 tenant, other than people and groups: it can be restored
(https://learn.microsoft.com/en-us/graph/api/resources/directory#deleted-items)."""

from __future__ import annotations

import pytest
from support_graph import call, get, ids
from support_sandbox import Tenants
from support_specs import description, openapi_complaints

EVA = "eva.horvat@northwind.example"
DELETED = "/directory/deletedItems"


async def made(tenants: Tenants, kind: str) -> str:
    """The id of a new one."""
    body: dict[str, str] = {"displayName": "Leavers"}
    path = "/directory/administrativeUnits" if kind == "administrativeUnit" else "/applications"
    answer = await call(tenants, "POST", path, body)
    if kind == "servicePrincipal":
        answer = await call(tenants, "POST", "/servicePrincipals", {"appId": answer.json["appId"]})
    assert answer.status == 201, answer.raw
    return answer.json["id"]


KINDS = [
    ("application", "/applications"),
    ("servicePrincipal", "/servicePrincipals"),
    ("administrativeUnit", "/directory/administrativeUnits"),
]


@pytest.mark.parametrize(("kind", "path"), KINDS)
async def test_what_is_deleted_can_be_restored(tenants: Tenants, kind: str, path: str) -> None:
    key = await made(tenants, kind)
    before = await get(tenants, f"{path}/{key}")
    assert await ids(tenants, f"{DELETED}/microsoft.graph.{kind}") == []
    assert (await call(tenants, "DELETE", f"{path}/{key}")).status == 204
    assert (await call(tenants, "GET", f"{path}/{key}")).status == 404
    [row] = (await get(tenants, f"{DELETED}/microsoft.graph.{kind}"))["value"]
    one = await get(tenants, f"{DELETED}/{key}")
    assert one["@odata.type"] == f"#microsoft.graph.{kind}"
    for shown in (row, one):
        assert (shown["id"], shown["displayName"], bool(shown["deletedDateTime"])) == (key, "Leavers", True)
    restored = await call(tenants, "POST", f"{DELETED}/{key}/restore")
    assert (restored.status, restored.json["@odata.type"]) == (200, f"#microsoft.graph.{kind}")
    document, schema = description("graph-v1.json"), f"microsoft.graph.{kind}"
    for shown in (row, one, restored.json) if schema in document["components"]["schemas"] else ():
        assert list(openapi_complaints(document, {"$ref": f"#/components/schemas/{schema}"}, shown)) == []
    assert await get(tenants, f"{path}/{key}") == before
    assert await ids(tenants, f"{DELETED}/microsoft.graph.{kind}") == []


@pytest.mark.parametrize(("kind", "path"), KINDS)
async def test_what_is_deleted_can_be_deleted_for_good(tenants: Tenants, kind: str, path: str) -> None:
    key = await made(tenants, kind)
    await call(tenants, "DELETE", f"{path}/{key}")
    assert (await call(tenants, "DELETE", f"{DELETED}/{key}")).status == 204
    assert await ids(tenants, f"{DELETED}/microsoft.graph.{kind}") == []
    for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/restore")):
        assert (await call(tenants, method, f"{DELETED}/{key}{end}")).status == 404


async def test_an_application_is_restored_without_its_service_principal(tenants: Tenants) -> None:
    """https://learn.microsoft.com/en-us/graph/api/directory-deleteditems-restore: that is restored by itself."""
    app = (await call(tenants, "POST", "/applications", {"displayName": "Leavers"})).json
    principal = (await call(tenants, "POST", "/servicePrincipals", {"appId": app["appId"]})).json["id"]
    owner = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{EVA}"}
    assert (await call(tenants, "POST", f"/applications/{app['id']}/owners/$ref", owner)).status == 204
    await call(tenants, "DELETE", f"/applications/{app['id']}")
    assert principal in await ids(tenants, f"{DELETED}/microsoft.graph.servicePrincipal")
    await call(tenants, "POST", f"{DELETED}/{app['id']}/restore")
    assert len(await ids(tenants, f"/applications/{app['id']}/owners")) == 1
    assert (await call(tenants, "GET", f"/servicePrincipals/{principal}")).status == 404
    again = await call(tenants, "POST", f"{DELETED}/{principal}/restore")
    assert again.json["appId"] == app["appId"]
    assert (await get(tenants, f"/servicePrincipals(appId='{app['appId']}')"))["id"] == principal


async def test_a_service_principal_is_not_restored_beside_a_new_one(tenants: Tenants) -> None:
    key = await made(tenants, "servicePrincipal")
    app = (await get(tenants, f"/servicePrincipals/{key}"))["appId"]
    await call(tenants, "DELETE", f"/servicePrincipals/{key}")
    assert (await call(tenants, "POST", "/servicePrincipals", {"appId": app})).status == 201
    assert (await call(tenants, "POST", f"{DELETED}/{key}/restore")).status == 409


async def test_an_application_of_the_first_day_and_its_service_principal_are_restored(tenants: Tenants) -> None:
    wanted = "?$filter=displayName%20eq%20'Northwind%20Wiki'"
    [key], [principal] = await ids(tenants, f"/applications{wanted}"), await ids(tenants, f"/servicePrincipals{wanted}")
    await call(tenants, "DELETE", f"/servicePrincipals/{principal}")
    assert await ids(tenants, f"/applications{wanted}") == [key]
    assert (await call(tenants, "POST", f"{DELETED}/{principal}/restore")).status == 200
    await call(tenants, "DELETE", f"/applications/{key}")
    assert (await ids(tenants, f"/applications{wanted}"), await ids(tenants, f"/servicePrincipals{wanted}")) == ([], [])
    for _ in range(2):  # both have one id
        assert (await call(tenants, "POST", f"{DELETED}/{key}/restore")).status == 200
    assert await ids(tenants, f"/applications{wanted}") == [key]
    assert await ids(tenants, f"/servicePrincipals{wanted}") == [principal]


async def test_an_administrative_unit_comes_back_with_its_members(tenants: Tenants) -> None:
    key = await made(tenants, "administrativeUnit")
    member = {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{EVA}"}
    await call(tenants, "POST", f"/directory/administrativeUnits/{key}/members/$ref", member)
    await call(tenants, "DELETE", f"/directory/administrativeUnits/{key}")
    await call(tenants, "POST", f"{DELETED}/{key}/restore")
    assert len(await ids(tenants, f"/directory/administrativeUnits/{key}/members")) == 1
