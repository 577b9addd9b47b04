"""msgraph-sdk drives the pretend Microsoft 365 tenant."""

from __future__ import annotations

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from support_graph_around import AROUND
from support_graph_first_day import SCENARIOS as FIRST_DAY
from support_graph_leaving import EVA, reference
from support_graph_leaving import SCENARIOS as LEAVING
from support_graph_reading import SCENARIOS as READING

from keyturn.sandbox.client import SandboxClient


@pytest.fixture(autouse=True)
def names_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base of msgraph-sdk's models looks two thousand names up for each object that it reads, which takes longer
    than all else here: the first object has it do so, and others are read the same way without.
    """
    from msgraph.generated.models.entity import Entity

    theirs, known = Entity.get_field_deserializers, list[set[str]]()

    def fields(entity: Entity) -> dict[str, Any]:
        if not known:
            known.append(set(theirs(entity)))
            assert known == [{"id", "@odata.type"}]
        return {
            "id": lambda node: setattr(entity, "id", node.get_str_value()),
            "@odata.type": lambda node: setattr(entity, "odata_type", node.get_str_value()),
        }

    monkeypatch.setattr(Entity, "get_field_deserializers", fields)


def graph_client(urls: dict[str, dict[str, str]]) -> Any:
    from kiota_abstractions.authentication import (
        AccessTokenProvider,
        AllowedHostsValidator,
        BaseBearerTokenAuthenticationProvider,
    )
    from msgraph import GraphRequestAdapter, GraphServiceClient

    class StaticToken(AccessTokenProvider):
        async def get_authorization_token(self, uri: str, additional_authentication_context: Any = None) -> str:
            return urls["graph"]["token"]

        def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
            return AllowedHostsValidator([])

    adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(StaticToken()))
    adapter.base_url = urls["graph"]["base_url"] + "/v1.0"
    return GraphServiceClient(request_adapter=adapter)


async def created(graph: Any, name: str) -> Any:
    from msgraph.generated.models.password_profile import PasswordProfile
    from msgraph.generated.models.user import User

    user = User(
        account_enabled=True,
        display_name=f"{name.title()} Lovelace",
        mail_nickname=name,
        user_principal_name=f"{name}@northwind.example",
        usage_location="GB",
        password_profile=PasswordProfile(force_change_password_next_sign_in=True, password="xWwvJ]6NMw+bWH-d"),
    )
    return await graph.users.post(user)


async def onboarding(graph: Any) -> None:
    from msgraph.generated.models.assigned_license import AssignedLicense
    from msgraph.generated.models.group import Group
    from msgraph.generated.models.reference_update import ReferenceUpdate
    from msgraph.generated.users.item.assign_license.assign_license_post_request_body import (
        AssignLicensePostRequestBody,
    )

    user = await created(graph, "ada")
    group = await graph.groups.post(
        Group(
            display_name="Analysts", mail_enabled=False, mail_nickname="analysts", security_enabled=True, group_types=[]
        )
    )
    await graph.groups.by_group_id(group.id).members.ref.post(reference(user.id))
    members = await graph.groups.by_group_id(group.id).members.get()
    assert [(type(row).__name__, row.id) for row in members.value] == [("User", user.id)]
    boss = await graph.users.by_user_id(EVA).get()
    address = ReferenceUpdate(odata_id=f"https://graph.microsoft.com/v1.0/users/{boss.id}")
    await graph.users.by_user_id(user.id).manager.ref.put(address)
    assert (await graph.users.by_user_id(user.id).manager.get()).display_name == "Eva Horvat"
    skus = await graph.subscribed_skus.get()
    sku = next(row for row in skus.value if row.sku_part_number == "VISIOCLIENT")
    body = AssignLicensePostRequestBody(
        add_licenses=[AssignedLicense(sku_id=UUID(str(sku.sku_id)), disabled_plans=[])], remove_licenses=[]
    )
    assert (await graph.users.by_user_id(user.id).assign_license.post(body)).id == user.id
    details = await graph.users.by_user_id(user.id).license_details.get()
    assert [row.sku_part_number for row in details.value] == ["VISIOCLIENT"]
    mine = await graph.users.by_user_id(user.id).member_of.get()
    assert [row.id for row in mine.value] == [group.id]


async def offboarding(graph: Any) -> None:
    from msgraph.generated.models.automatic_replies_setting import AutomaticRepliesSetting
    from msgraph.generated.models.automatic_replies_status import AutomaticRepliesStatus
    from msgraph.generated.models.device import Device
    from msgraph.generated.models.mailbox_settings import MailboxSettings
    from msgraph.generated.models.user import User
    from msgraph.generated.users.item.assign_license.assign_license_post_request_body import (
        AssignLicensePostRequestBody,
    )

    eva = graph.users.by_user_id(EVA)
    user = await eva.get()
    await eva.patch(User(account_enabled=False))
    assert (await eva.revoke_sign_in_sessions.post()).value is True
    for method in (await eva.authentication.phone_methods.get()).value:
        await eva.authentication.phone_methods.by_phone_authentication_method_id(method.id).delete()
    methods = await eva.authentication.methods.get()
    assert "PhoneAuthenticationMethod" not in [type(row).__name__ for row in methods.value]
    for row in (await eva.member_of.get()).value:
        if type(row).__name__ == "Group":
            await graph.groups.by_group_id(row.id).members.by_directory_object_id(user.id).ref.delete()
    licences = [row.sku_id for row in (await eva.license_details.get()).value]
    assert licences
    await eva.assign_license.post(AssignLicensePostRequestBody(add_licenses=[], remove_licenses=licences))
    assert (await eva.license_details.get()).value == []
    for device in (await eva.registered_devices.get()).value:
        await graph.devices.by_device_id(device.id).patch(Device(account_enabled=False))
    for managed in (await eva.managed_devices.get()).value:
        await graph.device_management.managed_devices.by_managed_device_id(managed.id).retire.post()
    replies = AutomaticRepliesSetting(status=AutomaticRepliesStatus.AlwaysEnabled, internal_reply_message="Gone")
    settings = await eva.mailbox_settings.patch(MailboxSettings(automatic_replies_setting=replies))
    assert settings.automatic_replies_setting.status is AutomaticRepliesStatus.AlwaysEnabled
    await eva.delete()
    deleted = await graph.directory.deleted_items.graph_user.get()
    assert [row.id for row in deleted.value] == [user.id]
    restored = await graph.directory.deleted_items.by_directory_object_id(user.id).restore.post()
    assert (type(restored).__name__, restored.id) == ("User", user.id)


async def applications_come_back(graph: Any) -> None:
    from msgraph.generated.models.application import Application

    made = await graph.applications.post(Application(display_name="Leavers"))
    await graph.applications.by_application_id(made.id).delete()
    deleted = graph.directory.deleted_items
    assert [row.id for row in (await deleted.graph_application.get()).value] == [made.id]
    assert (await deleted.graph_service_principal.get()).value == []
    restored = await deleted.by_directory_object_id(made.id).restore.post()
    assert (type(restored).__name__, restored.id) == ("Application", made.id)


async def queries(graph: Any) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.users.users_request_builder import UsersRequestBuilder

    asked = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters
    few = RequestConfiguration(query_parameters=asked(top=25, select=["id", "accountEnabled"]))
    page, seen = await graph.users.get(few), 0
    while page is not None:
        seen += len(page.value)
        assert all(row.account_enabled is True for row in page.value)
        page = await graph.users.with_url(page.odata_next_link).get() if page.odata_next_link else None
    assert seen == 60
    found = RequestConfiguration(query_parameters=asked(search='"displayName:horvat"', count=True))
    found.headers.add("ConsistencyLevel", "eventual")
    answer = await graph.users.get(found)
    assert ([row.display_name for row in answer.value], answer.odata_count) == (["Eva Horvat"], 1)
    legal = await graph.users.get(
        RequestConfiguration(query_parameters=asked(filter="department eq 'Legal'", expand=["manager"]))
    )
    assert {row.manager.display_name for row in legal.value} == {"Ravi Menon", "Ines Ferreira"}


async def roles(graph: Any) -> None:
    user = await created(graph, "bea")
    role = next(row for row in (await graph.directory_roles.get()).value if row.display_name == "Directory Readers")
    members = graph.directory_roles.by_directory_role_id(role.id).members
    await members.ref.post(reference(user.id))
    assert user.id in [row.id for row in (await members.get()).value]
    await members.by_directory_object_id(user.id).ref.delete()
    definitions = await graph.role_management.directory.role_definitions.get()
    assert "Global Administrator" in [row.display_name for row in definitions.value]


async def mail(graph: Any) -> None:
    from msgraph.generated.models.body_type import BodyType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.recipient import Recipient
    from msgraph.generated.users.item.send_mail.send_mail_post_request_body import SendMailPostRequestBody

    message = Message(
        subject="Goodbye",
        body=ItemBody(content_type=BodyType.Text, content="See you"),
        to_recipients=[Recipient(email_address=EmailAddress(address="sam.okafor@northwind.example"))],
    )
    await graph.users.by_user_id(EVA).send_mail.post(SendMailPostRequestBody(message=message, save_to_sent_items=True))
    inbox = await graph.users.by_user_id("sam.okafor@northwind.example").messages.get()
    assert inbox.value[0].subject == "Goodbye"


async def refusals(graph: Any) -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.user import User

    with pytest.raises(ODataError) as missing:
        await graph.users.by_user_id("nobody@northwind.example").get()
    assert (missing.value.response_status_code, missing.value.error.code) == (404, "Request_ResourceNotFound")
    with pytest.raises(ODataError) as forbidden:
        await graph.users.by_user_id("sam.okafor@northwind.example").patch(User(account_enabled=False))
    assert (forbidden.value.response_status_code, forbidden.value.error.code) == (403, "Authorization_RequestDenied")


async def mail_rules_and_audits(graph: Any) -> None:
    from msgraph.generated.models.message_rule import MessageRule
    from msgraph.generated.models.message_rule_actions import MessageRuleActions
    from msgraph.generated.models.user import User

    folders = graph.users.by_user_id(EVA).mail_folders
    assert "Inbox" in [row.display_name for row in (await folders.get()).value]
    rules = folders.by_mail_folder_id("inbox").message_rules
    made = await rules.post(MessageRule(display_name="Away", actions=MessageRuleActions(delete=True)))
    assert [row.display_name for row in (await rules.get()).value] == ["Away"]
    await rules.by_message_rule_id(made.id).delete()
    await graph.users.by_user_id(EVA).patch(User(job_title="Auditor"))
    audits = await graph.audit_logs.directory_audits.get()
    assert (audits.value[0].activity_display_name, audits.value[0].target_resources[0].user_principal_name) == (
        "Update user",
        EVA,
    )
    assert len((await graph.audit_logs.sign_ins.get()).value) == 60


async def others(graph: Any) -> None:
    assert (await graph.organization.get()).value[0].display_name == "Northwind Trading"
    assert (await graph.domains.get()).value[0].id == "northwind.example"
    assert (await graph.domains.by_domain_id("northwind.example").get()).is_verified is True
    assert (await graph.groups.delta.get()).odata_delta_link
    assert len((await graph.users.delta.get()).value) == 60
    assert (await graph.service_principals.get()).value[0].app_id
    assert (await graph.devices.get()).value[0].operating_system
    assert (await graph.identity_protection.risky_users.get()).value == []
    assert (await graph.users.by_user_id(EVA).joined_teams.get()).value
    assert (await graph.users.by_user_id(EVA).direct_reports.get()).value == []


async def guests_and_units(graph: Any) -> None:
    from msgraph.generated.models.administrative_unit import AdministrativeUnit
    from msgraph.generated.models.invitation import Invitation

    wanted = Invitation(
        invited_user_email_address="ada@partner.example", invite_redirect_url="https://myapps.microsoft.com"
    )
    invited = await graph.invitations.post(wanted)
    guest = await graph.users.by_user_id(invited.invited_user.id).get()
    assert (invited.status, guest.mail) == ("PendingAcceptance", "ada@partner.example")
    units = graph.directory.administrative_units
    made = await units.post(AdministrativeUnit(display_name="Lisbon"))
    members = units.by_administrative_unit_id(made.id).members
    await members.ref.post(reference(guest.id))
    assert [row.id for row in (await members.get()).value] == [guest.id]
    await units.by_administrative_unit_id(made.id).delete()


async def devices_apps_and_methods(graph: Any) -> None:
    from msgraph.generated.models.app_role_assignment import AppRoleAssignment

    managed = graph.device_management.managed_devices
    first = (await managed.get()).value[0]
    device = managed.by_managed_device_id(first.id)
    await device.remote_lock.post()
    await device.sync_device.post()
    await device.delete()
    assert first.id not in [row.id for row in (await managed.get()).value]
    report = graph.reports.authentication_methods.user_registration_details
    assert len((await report.get()).value) == 60
    user = await graph.users.by_user_id(EVA).get()
    app = (await graph.service_principals.get()).value[0]
    assigned = graph.service_principals.by_service_principal_id(app.id).app_role_assigned_to
    nobody = UUID(int=0)
    grant = AppRoleAssignment(principal_id=UUID(user.id), resource_id=UUID(app.id), app_role_id=nobody)
    made = await assigned.post(grant)
    assert made.principal_display_name == user.display_name
    await assigned.by_app_role_assignment_id(made.id).delete()
    assert (await assigned.get()).value == []
    assert (await graph.users.by_user_id(EVA).drive.get()).quota.used == 0


async def consents_and_registrations(graph: Any) -> None:
    from msgraph.generated.applications.item.add_password.add_password_post_request_body import (
        AddPasswordPostRequestBody,
    )
    from msgraph.generated.models.application import Application
    from msgraph.generated.models.password_credential import PasswordCredential
    from msgraph.generated.models.service_principal import ServicePrincipal

    eva = graph.users.by_user_id(EVA)
    for consent in (await eva.oauth2_permission_grants.get()).value:
        await graph.oauth2_permission_grants.by_o_auth2_permission_grant_id(consent.id).delete()
    assert (await eva.oauth2_permission_grants.get()).value == []
    made = await graph.applications.post(Application(display_name="Leavers"))
    one = graph.applications.by_application_id(made.id)
    secret = await one.add_password.post(
        AddPasswordPostRequestBody(password_credential=PasswordCredential(display_name="ci"))
    )
    assert secret.secret_text
    assert [row.key_id for row in (await one.get()).password_credentials] == [secret.key_id]
    principal = await graph.service_principals.post(ServicePrincipal(app_id=made.app_id))
    assert principal.display_name == "Leavers"
    user = await eva.get()
    await one.owners.ref.post(reference(user.id))
    assert [row.id for row in (await one.owners.get()).value] == [user.id]
    await one.owners.by_directory_object_id(user.id).ref.delete()
    await one.delete()
    assert principal.id not in [row.id for row in (await graph.service_principals.get()).value]


async def teams(graph: Any) -> None:
    from msgraph.generated.models.aad_user_conversation_member import AadUserConversationMember
    from msgraph.generated.models.channel import Channel
    from msgraph.generated.models.chat_message import ChatMessage
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.teams.item.archive.archive_post_request_body import ArchivePostRequestBody

    team = (await graph.users.by_user_id(EVA).joined_teams.get()).value[0]
    one = graph.teams.by_team_id(team.id)
    assert (await one.get()).display_name == team.display_name
    user = await graph.users.by_user_id(EVA).get()
    held = {row.user_id: row.id for row in (await one.members.get()).value}
    await one.members.by_conversation_member_id(held[user.id]).delete()
    assert team.id not in [row.id for row in (await graph.users.by_user_id(EVA).joined_teams.get()).value]
    again = AadUserConversationMember(
        roles=["owner"],
        additional_data={"user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{user.id}')"},
    )
    assert (await one.members.post(again)).roles == ["owner"]
    channel = await one.channels.post(Channel(display_name="Leavers"))
    there = one.channels.by_channel_id(channel.id)
    await there.messages.post(ChatMessage(body=ItemBody(content="Eva leaves")))
    assert [row.body.content for row in (await there.messages.get()).value] == ["Eva leaves"]
    await there.delete()
    assert [row.display_name for row in (await one.channels.get()).value] == ["General"]
    await one.archive.post(ArchivePostRequestBody())
    assert (await one.get()).is_archived is True


async def privileged_roles(graph: Any) -> None:
    from msgraph.generated.models.unified_role_assignment_schedule_request import UnifiedRoleAssignmentScheduleRequest
    from msgraph.generated.models.unified_role_eligibility_schedule_request import UnifiedRoleEligibilityScheduleRequest
    from msgraph.generated.models.unified_role_schedule_request_actions import UnifiedRoleScheduleRequestActions

    user = await created(graph, "cleo")
    directory = graph.role_management.directory
    definitions = (await directory.role_definitions.get()).value
    role = next(row for row in definitions if row.display_name == "Directory Readers")
    wanted = {"principal_id": user.id, "role_definition_id": role.id, "directory_scope_id": "/"}
    gives, takes = UnifiedRoleScheduleRequestActions.AdminAssign, UnifiedRoleScheduleRequestActions.AdminRemove
    asked = await directory.role_assignment_schedule_requests.post(
        UnifiedRoleAssignmentScheduleRequest(action=gives, **wanted)
    )
    assert asked.status == "Provisioned"
    active = (await directory.role_assignment_schedule_instances.get()).value
    assert user.id in [row.principal_id for row in active]
    await directory.role_assignment_schedule_requests.post(UnifiedRoleAssignmentScheduleRequest(action=takes, **wanted))
    assert user.id not in [row.principal_id for row in (await directory.role_assignments.get()).value]
    eligible = directory.role_eligibility_schedule_requests
    await eligible.post(UnifiedRoleEligibilityScheduleRequest(action=gives, **wanted))
    assert [row.principal_id for row in (await directory.role_eligibility_schedules.get()).value] == [user.id]
    await eligible.post(UnifiedRoleEligibilityScheduleRequest(action=takes, **wanted))
    assert (await directory.role_eligibility_schedule_instances.get()).value == []


async def calendars_photos_and_policies(graph: Any) -> None:
    from msgraph.generated.models.conditional_access_condition_set import ConditionalAccessConditionSet
    from msgraph.generated.models.conditional_access_policy import ConditionalAccessPolicy
    from msgraph.generated.models.conditional_access_policy_state import ConditionalAccessPolicyState
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    eva = graph.users.by_user_id(EVA)
    made = await eva.events.post(Event(subject="Handover"))
    assert [row.subject for row in (await eva.calendar.events.get()).value] == ["Handover"]
    await eva.events.by_event_id(made.id).delete()
    assert (await eva.events.get()).value == []
    with pytest.raises(ODataError):
        await eva.photo.content.get()
    await eva.photo.content.put(b"JPEG")
    assert await eva.photo.content.get() == b"JPEG"
    policies = graph.identity.conditional_access.policies
    policy = ConditionalAccessPolicy(
        display_name="No old clients",
        state=ConditionalAccessPolicyState.Disabled,
        conditions=ConditionalAccessConditionSet(client_app_types=[]),
    )
    kept = await policies.post(policy)
    assert (await policies.by_conditional_access_policy_id(kept.id).get()).display_name == "No old clients"
    await policies.by_conditional_access_policy_id(kept.id).delete()
    assert (await graph.device_management.device_compliance_policies.get()).value == []
    assert (await eva.presence.get()).availability == "Offline"
    devices = (await eva.owned_devices.get()).value
    assert (await graph.devices.by_device_id(devices[0].id).member_of.get()).value == []
    mail = graph.users.by_user_id("sam.okafor@northwind.example").messages
    for message in (await mail.get()).value:
        await mail.by_message_id(message.id).delete()
    assert (await mail.get()).value == []


async def what_is_taken_back(graph: Any) -> None:
    """Access packages, the recovery key of a computer, apps of devices."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.access_package_assignment import AccessPackageAssignment
    from msgraph.generated.models.access_package_assignment_request import AccessPackageAssignmentRequest
    from msgraph.generated.models.access_package_request_type import AccessPackageRequestType
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    def asking(builder: Any, **query: Any) -> Any:
        parameters = next(getattr(builder, name) for name in dir(builder) if name.endswith("QueryParameters"))
        return RequestConfiguration(query_parameters=parameters(**query))

    entitlements = graph.identity_governance.entitlement_management
    assignments = entitlements.assignments
    links = {"expand": ["target", "accessPackage"]}
    [first, *_] = (await assignments.get(asking(assignments, **links))).value
    who = first.target.object_id
    own = asking(assignments, filter=f"target/objectId eq '{who}' and state eq 'delivered'", **links)
    assert [row.access_package.display_name for row in (await assignments.get(own)).value] == ["Sales tools"]
    wanted = AccessPackageAssignmentRequest(
        request_type=AccessPackageRequestType.AdminRemove, assignment=AccessPackageAssignment(id=first.id)
    )
    taken = await entitlements.assignment_requests.post(wanted)
    assert (await assignments.get(own)).value == []
    told = await entitlements.assignment_requests.by_access_package_assignment_request_id(taken.id).get()
    assert told.state.value == "delivered"
    with pytest.raises(ODataError):
        await entitlements.assignment_requests.post(wanted)
    policies = (await entitlements.assignment_policies.get()).value
    packages = {row.display_name: row.id for row in (await entitlements.access_packages.get()).value}
    again = AccessPackageAssignment(
        additional_data={
            "targetId": who,
            "accessPackageId": packages["Sales tools"],
            "assignmentPolicyId": next(row.id for row in policies if row.display_name == "Sales tools"),
        }
    )
    gives = AccessPackageAssignmentRequest(request_type=AccessPackageRequestType.AdminAdd, assignment=again)
    await entitlements.assignment_requests.post(gives)
    assert len((await assignments.get(own)).value) == 1
    assert [row.display_name for row in (await entitlements.catalogs.get()).value] == ["General"]
    keys = graph.information_protection.bitlocker.recovery_keys
    [key, *_] = (await keys.get()).value
    one = keys.by_bitlocker_recovery_key_id(key.id)
    assert (key.key, len((await one.get(asking(one, select=["key"]))).key)) == (None, 55)
    of_device = asking(keys, filter=f"deviceId eq '{key.device_id}'")
    assert [row.id for row in (await keys.get(of_device)).value] == [key.id]
    apps = (await graph.device_app_management.mobile_apps.get()).value
    assert [type(row).__name__ for row in apps] == ["MacOSOfficeSuiteApp", "ManagedIOSStoreApp", "WebApp"]


async def drafts_calendars_and_reports(graph: Any) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.event import Event
    from msgraph.generated.models.item_body import ItemBody
    from msgraph.generated.models.message import Message
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.recipient import Recipient
    from msgraph.generated.users.item.authentication.methods.item.reset_password import (
        reset_password_post_request_body as reset_password,
    )

    eva, boss = graph.users.by_user_id(EVA), "martin.hale@northwind.example"
    draft = await eva.messages.post(Message(subject="Bye", body=ItemBody(content="Thank you")))
    folder = eva.mail_folders.by_mail_folder_id("drafts")
    assert ([row.subject for row in (await folder.messages.get()).value], draft.is_draft) == (["Bye"], True)
    mine = eva.messages.by_message_id(draft.id)
    with pytest.raises(ODataError):
        await mine.send.post()
    to = [Recipient(email_address=EmailAddress(address=boss))]
    assert (await mine.patch(Message(subject="Good bye", to_recipients=to))).subject == "Good bye"
    await mine.send.post()
    assert (await folder.messages.get()).value == []
    inbox = graph.users.by_user_id(boss).mail_folders.by_mail_folder_id("inbox").messages
    assert "Good bye" in [row.subject for row in (await inbox.get()).value]
    await eva.messages.by_message_id((await eva.messages.post(Message(subject="No"))).id).delete()
    assert (await folder.messages.get()).value == []
    for day in ("02", "09"):
        start, end = (
            DateTimeTimeZone(date_time=f"2026-03-{day}T{hour}:00:00", time_zone="UTC") for hour in ("09", "10")
        )
        await eva.events.post(Event(subject=f"March {day}", start=start, end=end))
    view = eva.calendar_view
    week = view.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time="2026-03-01T00:00:00Z", end_date_time="2026-03-08T00:00:00Z"
    )
    assert [row.subject for row in (await view.get(RequestConfiguration(query_parameters=week))).value] == ["March 02"]
    with pytest.raises(ODataError):
        await view.get()
    password = (await eva.authentication.password_methods.get()).value[0].id
    body = reset_password.ResetPasswordPostRequestBody(new_password="xWwvJ]6NMw+bWH-d")
    await eva.authentication.methods.by_authentication_method_id(password).reset_password.post(body)
    [done] = (await eva.authentication.operations.get()).value
    one = await eva.authentication.operations.by_long_running_operation_id(done.id).get()
    assert one.status.value == "succeeded"
    raw = await graph.reports.get_office365_active_user_detail_with_period("D7").get()
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert {row["User Principal Name"]: row["Assigned Products"] for row in rows}[EVA] == "SPE_E3+EMS"
    mail = await graph.reports.get_mailbox_usage_detail_with_period("D30").get()
    assert b"Item Count" in mail
    with pytest.raises(ODataError):
        await graph.reports.get_mailbox_usage_detail_with_period("D3").get()
    assert (await graph.policies.authorization_policy.get()).allow_invites_from.value == "adminsAndGuestInviters"
    assert (await graph.policies.cross_tenant_access_policy.get()).display_name == "CrossTenantAccessPolicy"
    assert (await graph.policies.token_lifetime_policies.get()).value == []
    assert (await graph.policies.admin_consent_request_policy.get()).is_enabled is True


SCENARIOS = (
    onboarding,
    offboarding,
    applications_come_back,
    queries,
    roles,
    mail,
    mail_rules_and_audits,
    refusals,
    others,
    guests_and_units,
    devices_apps_and_methods,
    consents_and_registrations,
    teams,
    privileged_roles,
    calendars_photos_and_policies,
    what_is_taken_back,
    drafts_calendars_and_reports,
    *FIRST_DAY,
    *LEAVING,
    *READING,
    *AROUND,
)


async def test_msgraph_sdk(urls: dict[str, dict[str, str]], control: SandboxClient, subtests: pytest.Subtests) -> None:
    graph = graph_client(urls)
    for scenario in SCENARIOS:
        with subtests.test(scenario.__name__):
            control.reset(hooks=True)
            await scenario(graph)


async def test_msgraph_sdk_repeats_and_pages(urls: dict[str, dict[str, str]], control: SandboxClient) -> None:
    """It waits as long as Retry-After says, and follows links."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph_core.tasks.page_iterator import PageIterator

    graph = graph_client(urls)
    control.set_fault("graph", "429x1@/v1.0/users")
    builder = graph.users
    query = builder.UsersRequestBuilderGetQueryParameters(top=25, select=["id"])
    first = await builder.get(RequestConfiguration(query_parameters=query))
    seen: list[str] = []

    def keep(user: Any) -> bool:
        seen.append(user.id)
        return True

    await PageIterator(first, graph.request_adapter).iterate(keep)
    assert len(set(seen)) == len(seen) == 60
    statuses = [row["status"] for row in control.ledger() if row["path"] == "/v1.0/users"]
    assert statuses[-4:] == [429, 200, 200, 200]
