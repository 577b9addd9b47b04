"""What msgraph-sdk does in the pretend Microsoft 365 tenant on somebody's first day, and with what somebody had."""

from __future__ import annotations

from typing import Any

import pytest

EVA, SAM = "eva.horvat@northwind.example", "sam.okafor@northwind.example"


async def a_device_changes_hands(graph: Any) -> None:
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.reference_create import ReferenceCreate

    eva, sam = await graph.users.by_user_id(EVA).get(), await graph.users.by_user_id(SAM).get()
    device = (await graph.users.by_user_id(EVA).owned_devices.get()).value[0]
    owners = graph.devices.by_device_id(device.id).registered_owners
    await owners.ref.post(ReferenceCreate(odata_id=f"https://graph.microsoft.com/v1.0/directoryObjects/{sam.id}"))
    await owners.by_directory_object_id(eva.id).ref.delete()
    assert [row.id for row in (await owners.get()).value] == [sam.id]
    assert device.id in [row.id for row in (await graph.users.by_user_id(SAM).owned_devices.get()).value]
    managed = (await graph.users.by_user_id(EVA).managed_devices.get()).value[0]
    order = graph.device_management.managed_devices.by_managed_device_id(managed.id)
    assert [row.id for row in (await order.users.get()).value] == [eva.id]
    await order.bypass_activation_lock.post()
    autopilot = graph.device_management.windows_autopilot_device_identities
    for row in (await autopilot.get()).value:
        await autopilot.by_windows_autopilot_device_identity_id(row.id).unassign_user_from_device.post()
    assert {row.user_principal_name for row in (await autopilot.get()).value} <= {""}
    group = (await graph.groups.get()).value[0]
    members = (await graph.groups.by_group_id(group.id).members.get()).value
    references = (await graph.groups.by_group_id(group.id).members.ref.get()).value
    assert len(references) == len(members)  # the SDK reads texts where Graph writes objects
    photo = graph.users.by_user_id(EVA).photo.content
    await photo.put(b"png")
    await photo.delete()
    with pytest.raises(ODataError):
        await photo.get()
    for changes in (graph.devices.delta, graph.applications.delta, graph.directory_roles.delta):
        assert (await changes.get()).value


async def chats_and_settings(graph: Any) -> None:
    from msgraph.generated.communications.get_presences_by_user_id.get_presences_by_user_id_post_request_body import (
        GetPresencesByUserIdPostRequestBody,
    )
    from msgraph.generated.models.aad_user_conversation_member import AadUserConversationMember
    from msgraph.generated.models.chat import Chat
    from msgraph.generated.models.chat_message import ChatMessage
    from msgraph.generated.models.chat_type import ChatType
    from msgraph.generated.models.email_address import EmailAddress
    from msgraph.generated.models.group_setting import GroupSetting
    from msgraph.generated.models.inference_classification_override import InferenceClassificationOverride
    from msgraph.generated.models.inference_classification_type import InferenceClassificationType
    from msgraph.generated.models.item_body import ItemBody

    def member(login: str) -> AadUserConversationMember:
        bound = {"user@odata.bind": f"https://graph.microsoft.com/v1.0/users('{login}')"}
        return AadUserConversationMember(roles=["owner"], additional_data=bound)

    wanted = Chat(chat_type=ChatType.OneOnOne, members=[member(SAM), member(EVA)])
    made = await graph.chats.post(wanted)
    chat = graph.chats.by_chat_id(made.id)
    await chat.messages.post(ChatMessage(body=ItemBody(content="Welcome!")))
    assert [row.body.content for row in (await chat.messages.get()).value] == ["Welcome!"]
    assert [row.id for row in (await graph.users.by_user_id(EVA).chats.get()).value] == [made.id]
    eva = await graph.users.by_user_id(EVA).get()
    asked = GetPresencesByUserIdPostRequestBody(ids=[eva.id])
    found = await graph.communications.get_presences_by_user_id.post(asked)
    assert [row.availability for row in found.value] == ["Offline"]
    overrides = graph.users.by_user_id(EVA).inference_classification.overrides
    aside = InferenceClassificationOverride(
        classify_as=InferenceClassificationType.Other, sender_email_address=EmailAddress(address=SAM)
    )
    await overrides.post(aside)
    assert [row.sender_email_address.address for row in (await overrides.get()).value] == [SAM]
    template = (await graph.group_setting_templates.get()).value[0]
    setting = await graph.group_settings.post(GroupSetting(template_id=template.id, values=[]))
    assert len(setting.values) == len(template.values)
    await graph.group_settings.by_group_setting_id(setting.id).delete()
    assert (await graph.users.by_user_id(EVA).planner.tasks.get()).value == []


async def passes_are_issued_while_the_policy_has_them(graph: Any) -> None:
    from msgraph.generated.models.authentication_method_state import AuthenticationMethodState
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.temporary_access_pass_authentication_method import (
        TemporaryAccessPassAuthenticationMethod as Pass,
    )
    from msgraph.generated.models.temporary_access_pass_authentication_method_configuration import (
        TemporaryAccessPassAuthenticationMethodConfiguration as Configuration,
    )

    policy = graph.policies.authentication_methods_policy
    one = policy.authentication_method_configurations.by_authentication_method_configuration_id("TemporaryAccessPass")
    assert (await one.get()).maximum_lifetime_in_minutes == 43_200
    assert "Fido2" in [row.id for row in (await policy.get()).authentication_method_configurations]
    passes = graph.users.by_user_id(SAM).authentication.temporary_access_pass_methods
    await one.patch(Configuration(state=AuthenticationMethodState.Disabled))
    with pytest.raises(ODataError) as refused:
        await passes.post(Pass(lifetime_in_minutes=60))
    assert "not enabled" in refused.value.error.message
    await one.patch(Configuration(state=AuthenticationMethodState.Enabled))
    with pytest.raises(ODataError) as refused:
        await passes.post(Pass(lifetime_in_minutes=5))
    assert refused.value.error.code == "Request_BadRequest"
    made = await passes.post(Pass(lifetime_in_minutes=60, is_usable_once=True))
    assert (made.is_usable, made.method_usability_reason) == (True, "EnabledByPolicy")


SCENARIOS = (a_device_changes_hands, chats_and_settings, passes_are_issued_while_the_policy_has_them)
