"""An identity source brings people, groups and memberships into the pretend Okta org, one by one and by a session."""

from __future__ import annotations

from typing import Any

from support_sandbox import Tenants


def person(name: str) -> dict[str, Any]:
    login = f"{name.lower()}@northwind.example"
    return {"userName": login, "email": login, "firstName": name, "lastName": "Novak"}


async def source_of(tenants: Tenants) -> str:
    apps = (await tenants.okta("GET", "/api/v1/apps")).json
    return f"/api/v1/identity-sources/{apps[0]['id']}"


async def test_people_come_are_changed_and_go_one_by_one(tenants: Tenants) -> None:
    users = await source_of(tenants) + "/users"
    made = {"externalId": "17", "profile": person("Iva")}
    assert (await tenants.okta("POST", users, json=made)).status == 200
    assert (await tenants.okta("POST", users, json=made)).status == 400
    found = (await tenants.okta("GET", users + "/17")).json
    assert (found["externalId"], found["profile"]) == ("17", person("Iva"))
    changed = await tenants.okta("PATCH", users + "/17", json={"profile": {"lastName": "Kos"}})
    assert changed.json["profile"] == person("Iva") | {"lastName": "Kos"}
    assert (await tenants.okta("GET", "/api/v1/users/iva@northwind.example")).json["profile"]["lastName"] == "Kos"
    assert (await tenants.okta("DELETE", users + "/17")).status == 204
    assert (await tenants.okta("GET", users + "/17")).status == 404
    gone = await tenants.okta("GET", f"/api/v1/users/{found['id']}")
    assert gone.json["status"] == "DEPROVISIONED"


async def test_groups_and_members_one_by_one(tenants: Tenants) -> None:
    source = await source_of(tenants)
    for number, name in enumerate(("Iva", "Ada", "Eda"), 1):
        await tenants.okta("POST", source + "/users", json={"externalId": str(number), "profile": person(name)})
    groups = source + "/groups"
    made = await tenants.okta("POST", groups, json={"externalId": "g1", "profile": {"displayName": "From HR"}})
    assert made.json["profile"] == {"profile": {"displayName": "From HR", "description": None}}
    assert (await tenants.okta("POST", groups, json={"externalId": "g2", "profile": {}})).status == 400
    by_id = f"{groups}/{made.json['id']}"
    changed = await tenants.okta("POST", by_id, json={"profile": {"displayName": "People", "description": "all"}})
    assert (changed.json["externalId"], changed.json["profile"]["profile"]["displayName"]) == ("g1", "People")
    members = groups + "/g1/membership"
    for number in "123":
        assert (await tenants.okta("POST", members, json={"memberExternalId": number})).status == 204
    assert (await tenants.okta("POST", members, json={"memberExternalId": "9"})).status == 404
    first = await tenants.okta("GET", members + "?limit=2")
    assert first.json == {"memberExternalIds": ["1", "2"]}
    following = first.headers.getall("link")[1].partition(">")[0].partition("/api")[2]
    assert (await tenants.okta("GET", "/api" + following)).json == {"memberExternalIds": ["3"]}
    assert (await tenants.okta("DELETE", members + "/2")).status == 204
    held = (await tenants.okta("GET", f"/api/v1/groups/{made.json['id']}/users")).json
    assert [row["profile"]["firstName"] for row in held] == ["Iva", "Eda"]
    assert (await tenants.okta("DELETE", by_id)).status == 204
    assert (await tenants.okta("GET", f"/api/v1/groups/{made.json['id']}")).status == 404


async def test_a_session_brings_people_groups_and_members(tenants: Tenants) -> None:
    source = await source_of(tenants)

    async def imported(uploads: dict[str, Any]) -> dict[str, Any]:
        session = (await tenants.okta("POST", source + "/sessions")).json
        own = f"{source}/sessions/{session['id']}"
        for name, body in uploads.items():
            assert (await tenants.okta("POST", f"{own}/{name}", json=body)).status == 202
        ended: dict[str, Any] = (await tenants.okta("POST", own + "/start-import")).json
        return ended

    people = [{"externalId": str(number), "profile": person(name)} for number, name in enumerate(("Iva", "Ada"))]
    ended = await imported(
        {
            "bulk-upsert": {"entityType": "USERS", "profiles": people},
            "bulk-groups-upsert": {"profiles": [{"externalId": "g", "profile": {"displayName": "From HR"}}]},
            "bulk-group-memberships-upsert": {
                "memberships": [{"groupExternalId": "g", "memberExternalIds": ["0", "1", "nobody"]}]
            },
        }
    )
    assert set(ended) == {"id", "identitySourceId", "status", "importType", "created", "lastUpdated"}
    members = source + "/groups/g/membership"
    assert (await tenants.okta("GET", members)).json == {"memberExternalIds": ["0", "1"]}
    leaves = {"memberships": [{"groupExternalId": "g", "memberExternalIds": ["0"]}]}
    await imported({"bulk-group-memberships-delete": leaves})
    assert (await tenants.okta("GET", members)).json == {"memberExternalIds": ["1"]}
    await imported({"bulk-groups-delete": {"externalIds": ["g"]}})
    assert (await tenants.okta("GET", members)).status == 404


async def test_who_cannot_be_imported_is_left_out_and_the_rest_goes_on(tenants: Tenants) -> None:
    source = await source_of(tenants)
    session = (await tenants.okta("POST", source + "/sessions")).json
    own = f"{source}/sessions/{session['id']}"
    people = [person("Iva"), {"userName": "no address"}, person("Ada")]
    rows = [{"externalId": str(number), "profile": profile} for number, profile in enumerate(people)]
    await tenants.okta("POST", f"{own}/bulk-upsert", json={"entityType": "USERS", "profiles": rows})
    ended = await tenants.okta("POST", own + "/start-import")
    assert (ended.status, ended.json["status"]) == (200, "COMPLETED")
    found = [(await tenants.okta("GET", f"{source}/users/{number}")).status for number in range(3)]
    assert found == [200, 404, 200]


async def test_an_upload_says_what_it_lacks(tenants: Tenants) -> None:
    source = await source_of(tenants)
    session = (await tenants.okta("POST", source + "/sessions")).json
    refused = await tenants.okta(
        "POST", f"{source}/sessions/{session['id']}/bulk-groups-upsert", json={"profiles": [{}]}
    )
    assert refused.status == 400
    assert "externalId" in refused.json["errorCauses"][0]["errorSummary"]


async def test_a_resource_of_a_set_leaves_some_out(tenants: Tenants) -> None:
    wanted = {"label": "Staff", "description": "", "resources": ["orn:okta:directory:x:users"]}
    made = (await tenants.okta("POST", "/api/v1/iam/resource-sets", json=wanted)).json
    base = f"/api/v1/iam/resource-sets/{made['id']}/resources"
    resource = (await tenants.okta("GET", base)).json["resources"][0]
    conditions = {"Exclude": {"okta:ORN": ["orn:okta:directory:x:users:00u1"]}}
    own = f"{base}/{resource['id']}"
    assert (await tenants.okta("PUT", own, json={})).status == 400
    assert (await tenants.okta("PUT", own, json={"conditions": conditions})).json["conditions"] == conditions
    assert (await tenants.okta("GET", own)).json["conditions"] == conditions


async def test_no_grant_of_governance_stands_behind_a_role(tenants: Tenants) -> None:
    user = "/api/v1/users/eva.horvat@northwind.example/roles"
    role = (await tenants.okta("POST", user, json={"type": "HELP_DESK_ADMIN"})).json
    governed = f"{user}/{role['id']}/governance"
    assert (await tenants.okta("GET", governed)).json["grants"] == []
    assert (await tenants.okta("GET", governed + "/grant")).status == 404
    assert (await tenants.okta("GET", f"{user}/none/governance")).status == 404
