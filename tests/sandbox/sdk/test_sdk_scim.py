"""scim2-client and scim2-tester against the pretend SCIM application."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.sandbox.client import SandboxClient

EVA = "eva.horvat@northwind.example"


def scim_client(urls: dict[str, dict[str, str]], path: str = "/scim/v2") -> Any:
    from httpx2 import Client
    from scim2_client.engines.httpx2 import SyncSCIMClient

    import keyturn.sandbox.scim.protocol  # noqa: F401  # slow to import: not within the time that a request has

    headers = {"Authorization": f"Bearer {urls['scim']['token']}"}
    client = SyncSCIMClient(Client(base_url=urls["scim"]["base_url"] + path, headers=headers))
    client.discover()
    return client


def test_scim2_client(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from scim2_models import PatchOp, PatchOperation, SearchRequest

    client = scim_client(urls)
    user_model, group_model = client.get_resource_model("User"), client.get_resource_model("Group")
    ada = client.create(user_model(user_name="ada@northwind.example", active=True))
    assert client.query(user_model, ada.id).user_name == "ada@northwind.example"
    found = client.query(user_model, query_parameters=SearchRequest(filter=f'userName eq "{EVA}"'))
    assert (found.total_results, found.resources[0].display_name) == (1, "Eva Horvat")
    off = PatchOp[user_model](operations=[PatchOperation(op="replace", path="active", value=False)])
    client.modify(user_model, found.resources[0].id, off)
    assert client.query(user_model, found.resources[0].id).active is False
    group = client.create(group_model(display_name="Analysts"))
    joined = PatchOp[group_model](operations=[PatchOperation(op="add", path="members", value=[{"value": ada.id}])])
    client.modify(group_model, group.id, joined)
    [member] = client.query(group_model, group.id).members
    assert (member.value, member.type, str(member.ref).rpartition("/")[2]) == (ada.id, "User", ada.id)
    assert [row.value for row in client.query(user_model, ada.id).groups] == [group.id]
    ada.display_name = "Ada"
    assert client.replace(ada).display_name == "Ada"
    client.delete(user_model, ada.id)
    assert client.query(group_model, group.id).members is None
    client.delete(group_model, group.id)


@pytest.mark.parametrize("path", ["/scim/v2", "/v2", ""])
def test_the_compliance_run_of_scim2_tester_passes(
    urls: dict[str, dict[str, str]], control: SandboxClient, path: str
) -> None:
    from scim2_tester import Status, check_server

    results = check_server(scim_client(urls, path))
    bad = [f"{each.title}: {each.reason}" for each in results if each.status in (Status.ERROR, Status.CRITICAL)]
    assert bad == []
    assert len(results) > 100
