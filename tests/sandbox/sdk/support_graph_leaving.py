"""What msgraph-sdk does in the pretend Microsoft 365 tenant for somebody who leaves, or who is let in for a time."""

from __future__ import annotations

from typing import Any

import pytest

EVA = "eva.horvat@northwind.example"


def reference(key: str | None) -> Any:
    from msgraph.generated.models.reference_create import ReferenceCreate

    return ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{key}")


async def files_handed_over(graph: Any) -> None:
    """Somebody else is let into the files of who leaves, and out again."""
    from msgraph.generated.drives.item.items.item.invite.invite_post_request_body import InvitePostRequestBody
    from msgraph.generated.models.drive_item import DriveItem
    from msgraph.generated.models.drive_recipient import DriveRecipient
    from msgraph.generated.models.folder import Folder
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError

    eva, boss = graph.users.by_user_id(EVA), "martin.hale@northwind.example"
    drive = graph.drives.by_drive_id((await eva.drive.get()).id)
    root = drive.items.by_drive_item_id((await drive.root.get()).id)
    assert [row.name for row in (await root.children.get()).value] == ["Documents"]
    wanted = InvitePostRequestBody(recipients=[DriveRecipient(email=boss)], roles=["write"], send_invitation=False)
    [let_in] = (await root.invite.post(wanted)).value
    assert [row.roles for row in (await root.permissions.get()).value] == [["owner"], ["write"]]
    await root.permissions.by_permission_id(let_in.id).delete()
    assert len((await root.permissions.get()).value) == 1
    wanted.recipients = [DriveRecipient(email="x@other.example")]
    with pytest.raises(ODataError):
        await root.invite.post(wanted)
    made = await root.children.post(DriveItem(name="Handover", folder=Folder()))
    assert made.parent_reference.id == (await drive.root.get()).id
    await drive.items.by_drive_item_id(made.id).delete()


async def groups_mail_and_teams_handed_over(graph: Any) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.aad_user_conversation_member import AadUserConversationMember
    from msgraph.generated.models.calendar_permission import CalendarPermission
    from msgraph.generated.models.calendar_role_type import CalendarRoleType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.mail_folder import MailFolder
    from msgraph.generated.models.mail_tips_type import MailTipsType
    from msgraph.generated.teams.item.members.add.add_post_request_body import AddPostRequestBody
    from msgraph.generated.users.item.get_mail_tips.get_mail_tips_post_request_body import GetMailTipsPostRequestBody

    eva, boss = graph.users.by_user_id(EVA), "martin.hale@northwind.example"
    # groups, and who answers for a guest
    owned = (await graph.users.by_user_id("sam.okafor@northwind.example").owned_objects.graph_group.get()).value
    assert {type(row).__name__ for row in owned} == {"Group"}
    eventual = RequestConfiguration()
    eventual.headers.add("ConsistencyLevel", "eventual")
    count = await eva.member_of.graph_group.count.get(eventual)
    assert count == len((await eva.member_of.graph_group.get()).value)
    user = await graph.users.by_user_id(boss).get()
    await eva.sponsors.ref.post(reference(user.id))
    assert [row.id for row in (await eva.sponsors.get()).value] == [user.id]
    await eva.sponsors.by_directory_object_id(user.id).ref.delete()
    assert (await eva.sponsors.get()).value == []
    # mail and calendar
    folder = await eva.mail_folders.post(MailFolder(display_name="Handover"))
    assert (await eva.mail_folders.by_mail_folder_id(folder.id).get()).display_name == "Handover"
    await eva.mail_folders.by_mail_folder_id(folder.id).delete()
    seen = CalendarPermission(email_address=EmailAddress(address=boss), role=CalendarRoleType.Read)
    await eva.calendar.calendar_permissions.post(seen)
    assert [row.role for row in (await eva.calendar.calendar_permissions.get()).value] == [CalendarRoleType.Read]
    asked = GetMailTipsPostRequestBody(email_addresses=[EVA], mail_tips_options=MailTipsType.AutomaticReplies)
    assert (await eva.get_mail_tips.post(asked)).value[0].automatic_replies.message == ""
    # phones and teams
    [phone] = (await eva.authentication.phone_methods.get()).value
    one = eva.authentication.phone_methods.by_phone_authentication_method_id(phone.id)
    await one.enable_sms_sign_in.post()
    assert (await one.get()).sms_sign_in_state.value == "ready"
    await one.disable_sms_sign_in.post()
    team = graph.teams.by_team_id((await eva.joined_teams.get()).value[0].id)
    address = f"https://graph.microsoft.com/v1.0/users('{user.id}')"
    member = AadUserConversationMember(roles=["owner"], additional_data={"user@odata.bind": address})
    [added] = (await team.members.add.post(AddPostRequestBody(values=[member]))).value
    assert (added.user_id, added.error) == (user.id, None)
    general = team.channels.by_channel_id((await team.channels.get()).value[0].id)
    assert user.id in [row.user_id for row in (await general.members.get()).value]


async def groups_for_a_time(graph: Any) -> None:
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.password_profile import PasswordProfile
    from msgraph.generated.models.privileged_access_group_eligibility_schedule_request import (
        PrivilegedAccessGroupEligibilityScheduleRequest as Wish,
    )
    from msgraph.generated.models.privileged_access_group_relationships import PrivilegedAccessGroupRelationships
    from msgraph.generated.models.schedule_request_actions import ScheduleRequestActions
    from msgraph.generated.models.user import User

    def asking(builder: Any, text: str) -> Any:
        parameters = next(getattr(builder, name) for name in dir(builder) if name.endswith("QueryParameters"))
        return RequestConfiguration(query_parameters=parameters(filter=text))

    eva, pim = await graph.users.by_user_id(EVA).get(), graph.identity_governance.privileged_access.group
    [group, *_] = (await graph.groups.get()).value
    wanted = {"group_id": group.id, "principal_id": eva.id, "access_id": PrivilegedAccessGroupRelationships.Member}
    mine = asking(pim.eligibility_schedules, f"principalId eq '{eva.id}'")
    await pim.eligibility_schedule_requests.post(Wish(action=ScheduleRequestActions.AdminAssign, **wanted))
    assert [row.group_id for row in (await pim.eligibility_schedules.get(mine)).value] == [group.id]
    await pim.eligibility_schedule_requests.post(Wish(action=ScheduleRequestActions.AdminRemove, **wanted))
    assert (await pim.eligibility_schedules.get(mine)).value == []
    with pytest.raises(ODataError):
        await pim.eligibility_schedules.get()
    policies = graph.policies.role_management_policies
    of_roles = asking(policies, "scopeId eq '/' and scopeType eq 'DirectoryRole'")
    assert len((await policies.get(of_roles)).value) == 7
    # somebody new, with a manager, and a password that is none
    new = User(
        account_enabled=True,
        display_name="Mo Lind",
        mail_nickname="mo",
        user_principal_name="mo@northwind.example",
        password_profile=PasswordProfile(password="abc"),
        additional_data={"manager@odata.bind": f"https://graph.microsoft.com/v1.0/users/{eva.id}"},
    )
    with pytest.raises(ODataError) as weak:
        await graph.users.post(new)
    assert "complexity" in weak.value.error.message
    new.password_profile = PasswordProfile(password="xWwvJ]6NMw+bWH-d")
    made = await graph.users.post(new)
    assert (await graph.users.by_user_id(made.id).manager.get()).id == eva.id


SCENARIOS = (files_handed_over, groups_mail_and_teams_handed_over, groups_for_a_time)
