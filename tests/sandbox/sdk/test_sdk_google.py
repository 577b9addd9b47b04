"""google-api-python-client drives the pretend Google Workspace account."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyturn.sandbox.client import SandboxClient

EVA = "eva.horvat@northwind.example"
ADA = {
    "primaryEmail": "ada@northwind.example",
    "name": {"givenName": "Ada", "familyName": "Lovelace"},
    "password": "Tr0ub4dor&3",
    "orgUnitPath": "/Finance",
}


def service(urls: dict[str, dict[str, str]], name: str = "admin", version: str = "directory_v1", **options: Any) -> Any:
    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery import build

    google = urls["google"]
    options.setdefault("credentials", Credentials(google["token"]))
    options.setdefault("client_options", {"api_endpoint": google["base_url"]})
    return build(name, version, cache_discovery=False, **options)


def onboarding(urls: Any) -> None:
    directory = service(urls)
    user = directory.users().insert(body=ADA).execute()
    group = directory.groups().insert(body={"email": "analysts@northwind.example", "name": "Analysts"}).execute()
    directory.members().insert(groupKey=group["id"], body={"email": ADA["primaryEmail"], "role": "MANAGER"}).execute()
    assert directory.members().hasMember(groupKey=group["id"], memberKey=user["id"]).execute() == {"isMember": True}
    directory.users().aliases().insert(userKey=user["id"], body={"alias": "countess@northwind.example"}).execute()
    assert directory.users().get(userKey="countess@northwind.example").execute()["id"] == user["id"]
    directory.users().patch(userKey=user["id"], body={"orgUnitPath": "/Sales", "phones": [{"value": "1"}]}).execute()
    unit = (
        directory.orgunits()
        .insert(customerId="my_customer", body={"name": "Poets", "parentOrgUnitPath": "/"})
        .execute()
    )
    assert (
        directory.orgunits().get(customerId="my_customer", orgUnitPath="Poets").execute()["orgUnitId"]
        == unit["orgUnitId"]
    )
    licensing = service(urls, "licensing", "v1").licenseAssignments()
    given = licensing.insert(
        productId="Google-Apps", skuId="1010020028", body={"userId": ADA["primaryEmail"]}
    ).execute()
    assert given["userId"] == ADA["primaryEmail"]
    found = directory.users().list(customer="my_customer", query="email:ada*").execute()
    assert [row["id"] for row in found["users"]] == [user["id"]]


def guests_and_channels(urls: Any) -> None:
    users = service(urls).users()
    guest = users.createGuest(body={"primaryGuestEmail": "ada@partner.example"}).execute()
    assert users.get(userKey=guest["id"]).execute()["isGuestUser"] is True
    wanted = {"id": "c-1", "type": "web_hook", "address": "http://127.0.0.1:9/hook"}
    channel = users.aliases().watch(userKey=EVA, event="add", body=wanted).execute()
    stop = {"id": "c-1", "resourceId": channel["resourceId"]}
    assert service(urls).channels().stop(body=stop).execute() == ""


def offboarding(urls: Any) -> None:
    directory = service(urls)
    users = directory.users()
    assert users.update(userKey=EVA, body={"suspended": True}).execute()["suspended"] is True
    assert users.signOut(userKey=EVA).execute() == ""
    for token in directory.tokens().list(userKey=EVA).execute().get("items", []):
        directory.tokens().delete(userKey=EVA, clientId=token["clientId"]).execute()
    assert "items" not in directory.tokens().list(userKey=EVA).execute()
    for asp in directory.asps().list(userKey=EVA).execute().get("items", []):
        directory.asps().delete(userKey=EVA, codeId=asp["codeId"]).execute()
    directory.verificationCodes().invalidate(userKey=EVA).execute()
    directory.twoStepVerification().turnOff(userKey=EVA).execute()
    for group in directory.groups().list(userKey=EVA).execute()["groups"]:
        directory.members().delete(groupKey=group["id"], memberKey=EVA).execute()
    assert "groups" not in directory.groups().list(userKey=EVA).execute()
    devices = directory.mobiledevices().list(customerId="my_customer", query=f"email:{EVA}").execute()["mobiledevices"]
    for device in devices:
        action = {"action": "admin_account_wipe"}
        directory.mobiledevices().action(
            customerId="my_customer", resourceId=device["resourceId"], body=action
        ).execute()
    licensing = service(urls, "licensing", "v1").licenseAssignments()
    licensing.delete(productId="Google-Apps", skuId="1010020028", userId=EVA).execute()
    transfer(urls, directory)
    users.delete(userKey=EVA).execute()
    deleted = users.list(customer="my_customer", showDeleted="true").execute()["users"]
    users.undelete(userKey=deleted[0]["id"], body={"orgUnitPath": "/Leavers"}).execute()
    assert users.get(userKey=EVA).execute()["suspended"] is True


def transfer(urls: Any, directory: Any) -> None:
    transfers = service(urls, "admin", "datatransfer_v1")
    application = transfers.applications().list().execute()["applications"][0]["id"]
    ids = [directory.users().get(userKey=who).execute()["id"] for who in (EVA, "martin.hale@northwind.example")]
    moved = [
        {"applicationId": application, "applicationTransferParams": [{"key": "PRIVACY_LEVEL", "value": ["SHARED"]}]}
    ]
    body = {"oldOwnerUserId": ids[0], "newOwnerUserId": ids[1], "applicationDataTransfers": moved}
    made = transfers.transfers().insert(body=body).execute()
    assert transfers.transfers().get(dataTransferId=made["id"]).execute()["overallTransferStatusCode"] == "completed"


def paging(urls: Any) -> None:
    users = service(urls).users()
    request, seen = users.list(customer="my_customer", maxResults=25), []
    while request is not None:
        answer = request.execute()
        seen += answer["users"]
        request = users.list_next(request, answer)
    assert len({row["id"] for row in seen}) == 60


def queries(urls: Any) -> None:
    """Whom a leaver leaves behind, by every kind of field; and a licence of another edition."""
    from googleapiclient.errors import HttpError

    directory = service(urls)
    users = directory.users()
    top = "ines.ferreira@northwind.example"
    boss = users.get(userKey=top).execute()["id"]
    pin = {"fieldName": "pin", "fieldType": "STRING", "indexed": False}
    fields = [{"fieldName": "badge", "fieldType": "STRING"}, pin]
    directory.schemas().insert(customerId="my_customer", body={"schemaName": "hr", "fields": fields}).execute()
    more = {
        "customSchemas": {"hr": {"badge": "B-7"}},
        "ims": [{"im": "eva", "protocol": "jabber", "type": "work"}],
        "addresses": [{"type": "work", "locality": "Lisbon", "formatted": "Rua 1, Lisbon"}],
    }
    users.patch(userKey=EVA, body=more).execute()

    def found(query: str) -> list[str]:
        rows = users.list(customer="my_customer", query=query, maxResults=500).execute().get("users", [])
        return [row["primaryEmail"] for row in rows]

    for query in ("hr.badge=B-7", "im:eva", "addressLocality=Lisbon", "address:'Rua 1'"):
        assert found(query) == [EVA]
    direct, below = found(f"directManagerId={boss}"), found(f"managerId={boss}")
    assert set(direct) < set(below)
    assert direct == found(f"directManager={top}")
    for query in ("hr.pin=1", "hr.shoe=1", "addressCity=Lisbon"):
        with pytest.raises(HttpError):
            found(query)
    licensing = service(urls, "licensing", "v1").licenseAssignments()
    held = {"productId": "Google-Apps", "skuId": "1010020028", "userId": EVA}
    assert licensing.patch(**held, body={"skuId": "1010020026"}).execute()["skuId"] == "1010020026"
    with pytest.raises(HttpError):
        licensing.get(**held).execute()
    archived = licensing.insert(productId="101034", skuId="1010340004", body={"userId": EVA}).execute()
    assert archived["productName"] == "Google Workspace Archived User"
    for product, sku in (
        ("Google-Drive-storage", "Google-Drive-storage-20GB"),
        ("101033", "1010330003"),
        ("101047", "1010470001"),
    ):
        more = licensing.insert(productId=product, skuId=sku, body={"userId": EVA}).execute()
        assert (more["skuId"], licensing.delete(productId=product, skuId=sku, userId=EVA).execute()) == (sku, {})


def versions_and_views(urls: Any) -> None:
    """What somebody else has changed meanwhile is not overwritten; members of members; own fields where asked for."""
    from googleapiclient.errors import HttpError

    directory = service(urls)
    users, members = directory.users(), directory.members()
    seen = users.get(userKey=EVA)
    tag = seen.execute()["etag"]
    stale = users.patch(userKey=EVA, body={"suspended": True})
    stale.headers["If-Match"] = tag
    fields = [{"fieldName": "badge", "fieldType": "STRING"}]
    directory.schemas().insert(customerId="my_customer", body={"schemaName": "hr", "fields": fields}).execute()
    users.patch(userKey=EVA, body={"customSchemas": {"hr": {"badge": "7"}}}).execute()
    with pytest.raises(HttpError) as refused:
        stale.execute()
    assert refused.value.resp.status == 412
    shown = users.get(userKey=EVA).execute()
    assert (shown["suspended"], "customSchemas" in shown) == (False, False)
    shown = users.get(userKey=EVA, projection="custom", customFieldMask="hr").execute()
    assert shown["customSchemas"] == {"hr": {"badge": "7"}}
    inner, outer = "inner@northwind.example", "outer@northwind.example"
    for address, member in ((inner, EVA), (outer, inner)):
        directory.groups().insert(body={"email": address}).execute()
        members.insert(groupKey=address, body={"email": member}).execute()
    assert members.hasMember(groupKey=outer, memberKey=EVA).execute() == {"isMember": True}
    rows = members.list(groupKey=outer, includeDerivedMembership=True).execute()["members"]
    assert {row["email"] for row in rows} == {inner, EVA}


def reports(urls: Any) -> None:
    activities = service(urls, "admin", "reports_v1").activities()
    found = activities.list(userKey="all", applicationName="login", maxResults=5).execute()
    assert len(found["items"]) == 5
    assert "items" not in activities.list(userKey=EVA, applicationName="calendar").execute()
    communities = service(urls, "admin", "reports_v1").entityUsageReports()
    found = communities.get(entityType="gplus_communities", entityKey="all", date="2026-01-05").execute()
    assert "usageReports" not in found


def administration(urls: Any) -> None:
    directory = service(urls)
    role = directory.roles().list(customer="my_customer").execute()["items"][1]["roleId"]
    user = directory.users().get(userKey=EVA).execute()["id"]
    given = (
        directory.roleAssignments().insert(customer="my_customer", body={"roleId": role, "assignedTo": user}).execute()
    )
    directory.roleAssignments().delete(customer="my_customer", roleAssignmentId=given["roleAssignmentId"]).execute()
    fields = [{"fieldName": "badge", "fieldType": "STRING"}]
    directory.schemas().insert(customerId="my_customer", body={"schemaName": "hr", "fields": fields}).execute()
    assert directory.schemas().get(customerId="my_customer", schemaKey="hr").execute()["fields"] == fields
    assert directory.domains().list(customer="my_customer").execute()["domains"][0]["isPrimary"] is True
    assert directory.customers().get(customerKey="my_customer").execute()["customerDomain"] == "northwind.example"
    device = directory.chromeosdevices().list(customerId="my_customer").execute()["chromeosdevices"][0]["deviceId"]
    for query, count in (("asset_id:CB", True), ("status:provisioned", True), ('location:"New York"', False)):
        found = directory.chromeosdevices().list(customerId="my_customer", query=query).execute()
        assert ("chromeosdevices" in found) is count
    directory.chromeosdevices().action(
        customerId="my_customer", resourceId=device, body={"action": "disable"}
    ).execute()


def company(urls: Any) -> None:
    """Own roles, domains and their aliases, the customer, commands to Chromebooks, usage."""
    directory = service(urls)
    mine = {"customer": "my_customer"}
    role = directory.roles().insert(**mine, body={"roleName": "Unlockers", "rolePrivileges": []}).execute()
    assert role["roleId"] in [row["roleId"] for row in directory.roles().list(**mine).execute()["items"]]
    directory.roles().patch(**mine, roleId=role["roleId"], body={"roleDescription": "They unlock"}).execute()
    directory.roles().delete(**mine, roleId=role["roleId"]).execute()
    assert directory.privileges().list(**mine).execute()["items"]
    directory.domains().insert(**mine, body={"domainName": "northwind-labs.example"}).execute()
    alias = {"domainAliasName": "nw.example", "parentDomainName": "northwind.example"}
    directory.domainAliases().insert(**mine, body=alias).execute()
    assert [row["domainName"] for row in directory.domains().list(**mine).execute()["domains"]] == [
        "northwind.example",
        "northwind-group.example",
        "northwind-labs.example",
    ]
    directory.domainAliases().delete(**mine, domainAliasName="nw.example").execute()
    directory.domains().delete(**mine, domainName="northwind-labs.example").execute()
    assert directory.customers().patch(customerKey="my_customer", body={"language": "fr"}).execute()["language"] == "fr"
    chrome = directory.customer().devices().chromeos()
    device = directory.chromeosdevices().list(customerId="my_customer").execute()["chromeosdevices"][0]["deviceId"]
    told = chrome.issueCommand(customerId="my_customer", deviceId=device, body={"commandType": "REBOOT"}).execute()
    command = chrome.commands().get(customerId="my_customer", deviceId=device, commandId=told["commandId"]).execute()
    assert (command["type"], command["state"]) == ("REBOOT", "PENDING")
    usage = service(urls, "admin", "reports_v1").userUsageReport()
    counted = (datetime.now(UTC) - timedelta(days=4)).date().isoformat()
    assert len(usage.get(userKey="all", date=counted).execute()["usageReports"]) == 60


def aliases_of_domains(urls: Any) -> None:
    """Everybody has the address in an alias of their domain, too; own aliases there are given and taken."""
    from googleapiclient.errors import HttpError

    directory = service(urls)
    users, members = directory.users(), directory.members()
    body = {"domainAliasName": "nw.example", "parentDomainName": "northwind.example"}
    directory.domainAliases().insert(customer="my_customer", body=body).execute()
    eva = users.get(userKey="eva.horvat@nw.example").execute()
    assert (eva["primaryEmail"], eva["nonEditableAliases"]) == (EVA, ["eva.horvat@nw.example"])
    assert members.hasMember(groupKey="finance@nw.example", memberKey="eva.horvat@nw.example").execute()["isMember"]
    assert (
        users.aliases().insert(userKey=EVA, body={"alias": "Boss@nw.example"}).execute()["alias"] == "boss@nw.example"
    )
    assert users.get(userKey="boss@nw.example").execute()["id"] == eva["id"]
    users.aliases().insert(userKey=EVA, body={"alias": "boss@northwind-group.example"}).execute()
    for taken in ("boss@nw.example", "sam.okafor@nw.example", "finance@nw.example"):
        with pytest.raises(HttpError) as refused:
            users.aliases().insert(userKey=EVA, body={"alias": taken}).execute()
        assert refused.value.status_code == 409
    with pytest.raises(HttpError):
        users.insert(body={**ADA, "primaryEmail": "ada@nw.example"}).execute()
    with pytest.raises(HttpError) as held:
        directory.domains().delete(customer="my_customer", domainName="northwind-group.example").execute()
    assert held.value.status_code == 412


def units_and_roles(urls: Any) -> None:
    """A unit moves with whoever is in it; roles of one unit and of groups; everybody as a member."""
    from googleapiclient.errors import HttpError

    directory = service(urls)
    units, assignments = directory.orgunits(), directory.roleAssignments()
    mine, ours = {"customer": "my_customer"}, {"customerId": "my_customer"}
    root, *below = units.list(**ours, type="allIncludingParent").execute()["organizationUnits"]
    assert root["orgUnitPath"] == units.get(**ours, orgUnitPath=root["orgUnitId"]).execute()["orgUnitPath"] == "/"
    assert "/Finance" in [row["orgUnitPath"] for row in below]
    moved = units.update(**ours, orgUnitPath="Finance", body={"parentOrgUnitPath": "/Leavers"}).execute()
    assert moved["orgUnitPath"] == directory.users().get(userKey=EVA).execute()["orgUnitPath"] == "/Leavers/Finance"
    with pytest.raises(HttpError):
        units.patch(**ours, orgUnitPath="Leavers", body={"parentOrgUnitPath": "/Leavers/Finance"}).execute()
    role = directory.roles().insert(**mine, body={"roleName": "Unlockers", "rolePrivileges": []}).execute()["roleId"]
    eva, group = directory.users().get(userKey=EVA).execute()["id"], directory.groups().list(userKey=EVA).execute()
    scope = {"scopeType": "ORG_UNIT", "orgUnitId": moved["orgUnitId"].removeprefix("id:")}
    given = assignments.insert(**mine, body={"roleId": role, "assignedTo": eva, **scope}).execute()
    assert (given["scopeType"], given["orgUnitId"]) == (scope["scopeType"], scope["orgUnitId"])
    to_group = {"roleId": role, "assignedTo": group["groups"][0]["id"]}
    assert assignments.insert(**mine, body=to_group).execute()["assigneeType"] == "group"
    shown = assignments.list(**mine, userKey=EVA, includeIndirectRoleAssignments=True).execute()["items"]
    assert (len(shown), len(assignments.list(**mine, userKey=EVA).execute()["items"])) == (2, 1)
    assert directory.users().get(userKey=EVA).execute()["isDelegatedAdmin"] is True
    with pytest.raises(HttpError):
        directory.roles().delete(**mine, roleId=role).execute()
    everybody = directory.customers().get(customerKey="my_customer").execute()["id"]
    joined = directory.members().insert(groupKey="legal@northwind.example", body={"id": everybody}).execute()
    assert joined["type"] == "CUSTOMER"
    assert directory.members().hasMember(groupKey="legal@northwind.example", memberKey=EVA).execute()["isMember"]


def photos_settings_and_rooms(urls: Any) -> None:
    from googleapiclient.errors import HttpError

    directory = service(urls)
    photos = directory.users().photos()
    with pytest.raises(HttpError):
        photos.get(userKey=EVA).execute()
    assert photos.update(userKey=EVA, body={"photoData": "AAAA"}).execute()["photoData"] == "AAAA"
    assert directory.users().get(userKey=EVA).execute()["thumbnailPhotoUrl"]
    photos.delete(userKey=EVA).execute()
    there = {"api_endpoint": urls["google"]["base_url"] + "/groups/v1/groups/"}
    settings = service(urls, "groupssettings", "v1", client_options=there).groups()
    group = directory.groups().list(customer="my_customer").execute()["groups"][0]["email"]
    assert settings.get(groupUniqueId=group).execute()["allowExternalMembers"] == "false"
    changed = settings.patch(groupUniqueId=group, body={"whoCanJoin": "INVITED_CAN_JOIN"}).execute()
    assert (changed["email"], changed["whoCanJoin"]) == (group, "INVITED_CAN_JOIN")
    mine = {"customer": "my_customer"}
    buildings = directory.resources().buildings()
    buildings.insert(**mine, body={"buildingId": "hq", "buildingName": "Head office", "floorNames": ["1"]}).execute()
    rooms = directory.resources().calendars()
    room = rooms.insert(**mine, body={"resourceId": "r1", "resourceName": "Large", "buildingId": "hq"}).execute()
    assert room["resourceEmail"]
    assert [row["resourceId"] for row in rooms.list(**mine).execute()["items"]] == ["r1"]
    rooms.delete(**mine, calendarResourceId="r1").execute()
    assert buildings.get(**mine, buildingId="hq").execute()["floorNames"] == ["1"]


def batches(urls: Any) -> None:
    from googleapiclient.http import BatchHttpRequest

    users = service(urls).users()
    answers: dict[str, tuple[Any, Any]] = {}

    def told(key: str, answer: Any, error: Any) -> None:
        answers[key] = (answer, error)

    batch = BatchHttpRequest(callback=told, batch_uri=urls["google"]["base_url"] + "/batch/admin/directory_v1")
    batch.add(users.get(userKey=EVA), request_id="eva")
    batch.add(users.get(userKey="nobody@northwind.example"), request_id="nobody")
    batch.add(users.update(userKey=EVA, body={"suspended": True}), request_id="suspended")
    batch.add(users.signOut(userKey=EVA), request_id="out")
    batch.add(users.insert(body={**ADA, "name": {"givenName": "Ada", "familyName": "Žofie"}}), request_id="ada")
    batch.execute()
    assert answers["eva"][0]["primaryEmail"] == EVA
    assert answers["nobody"][1].status_code == 404
    assert answers["suspended"][0]["suspended"] is True
    assert answers["out"] == ("", None)
    assert answers["ada"][0]["name"]["familyName"] == "Žofie"


def refusals(urls: Any) -> None:
    from googleapiclient.errors import HttpError

    with pytest.raises(HttpError) as refused:
        service(urls).users().get(userKey="nobody@northwind.example").execute()
    assert (refused.value.status_code, refused.value.reason) == (404, "Resource Not Found: userKey")
    with pytest.raises(HttpError) as again:
        service(urls).users().insert(body=ADA | {"primaryEmail": EVA}).execute()
    assert (again.value.status_code, again.value.error_details[0]["reason"]) == (409, "duplicate")


@pytest.mark.parametrize(
    "scenario",
    [
        onboarding,
        offboarding,
        guests_and_channels,
        paging,
        queries,
        versions_and_views,
        reports,
        administration,
        company,
        aliases_of_domains,
        units_and_roles,
        photos_settings_and_rooms,
        batches,
        refusals,
    ],
)
def test_google_api_python_client(urls: dict[str, dict[str, str]], control: SandboxClient, scenario: Any) -> None:
    scenario(urls)


def test_a_service_account_with_domain_wide_delegation(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from google.auth.exceptions import RefreshError
    from google.oauth2 import service_account

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    info = {
        "type": "service_account",
        "client_email": "robot@project.example",
        "private_key": key.decode(),
        "private_key_id": "k1",
        "token_uri": urls["google"]["token_url"],
    }
    scopes = ["https://www.googleapis.com/auth/admin.directory.user"]
    credentials = service_account.Credentials.from_service_account_info(info, scopes=scopes)
    directory = service(urls, credentials=credentials.with_subject("sam.okafor@northwind.example"))
    assert directory.users().get(userKey=EVA).execute()["primaryEmail"] == EVA
    assert control.ledger()[-2]["path"] == "/token"
    typo = service_account.Credentials.from_service_account_info(info, scopes=[*scopes, f"{scopes[0]}s"])
    with pytest.raises(RefreshError, match="unauthorized_client"):
        service(urls, credentials=typo.with_subject("sam.okafor@northwind.example")).users().get(userKey=EVA).execute()


def test_the_client_repeats_what_was_too_much(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    control.set_fault("google", "429x1")
    request = service(urls).users().get(userKey=EVA)
    waited: list[float] = []
    request._sleep = waited.append  # its own port for tests
    assert request.execute(num_retries=1)["primaryEmail"] == EVA
    assert len(waited) == 1
