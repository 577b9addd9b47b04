"""What msgraph-sdk does with settings, changes of mail, large files, identity providers and enrollment."""

from __future__ import annotations

from typing import Any

import httpx

EVA = "eva.horvat@northwind.example"


async def settings_and_changes_of_mail(graph: Any) -> None:
    from msgraph.generated.models.mail_folder import MailFolder
    from msgraph.generated.models.user_settings import UserSettings

    eva = graph.users.by_user_id(EVA)
    changed = await eva.settings.patch(UserSettings(contribution_to_content_discovery_disabled=True))
    assert changed.contribution_to_content_discovery_disabled is True
    assert (await eva.settings.get()).contribution_to_content_discovery_disabled is True
    assert (await eva.settings.item_insights.get()).is_enabled is True
    assert "UTC" in [row.alias for row in (await eva.outlook.supported_time_zones.get()).value]
    iana = await eva.outlook.supported_time_zones_with_time_zone_standard("Iana").get()
    assert "Europe/Zagreb" in [row.alias for row in iana.value]
    assert "en-US" in [row.locale for row in (await eva.outlook.supported_languages.get()).value]
    folders = await eva.mail_folders.delta.get()
    inbox = next(row for row in folders.value if row.display_name == "Inbox")
    messages = await eva.mail_folders.by_mail_folder_id(inbox.id).messages.delta.get()
    assert messages.odata_delta_link
    again = eva.mail_folders.by_mail_folder_id(inbox.id).messages.delta.with_url(messages.odata_delta_link)
    assert (await again.get()).value == []
    await eva.mail_folders.post(MailFolder(display_name="Bills"))
    since = await eva.mail_folders.delta.with_url(folders.odata_delta_link).get()
    assert [row.display_name for row in since.value] == ["Bills"]


async def large_files(graph: Any) -> None:
    from msgraph.generated.models.attachment_item import AttachmentItem
    from msgraph.generated.models.attachment_type import AttachmentType
    from msgraph.generated.models.message import Message
    from msgraph.generated.users.item.messages.item.attachments.create_upload_session import (
        create_upload_session_post_request_body as body,
    )

    data = bytes(range(256)) * 16_384
    eva = graph.users.by_user_id(EVA)
    draft = await eva.messages.post(Message(subject="Report"))
    attachments = eva.messages.by_message_id(draft.id).attachments
    item = AttachmentItem(attachment_type=AttachmentType.File, name="report.bin", size=len(data))
    asked = body.CreateUploadSessionPostRequestBody(attachment_item=item)
    session = await attachments.create_upload_session.post(asked)
    # the SDK's own LargeFileUploadTask does not read the ranges that Outlook names
    async with httpx.AsyncClient() as http:
        for first in (0, 3_276_800):
            piece = data[first : first + 3_276_800]
            span = {"Content-Range": f"bytes {first}-{first + len(piece) - 1}/{len(data)}"}
            (await http.put(session.upload_url, content=piece, headers=span)).raise_for_status()
    [row] = (await attachments.get()).value
    assert (row.name, row.size) == ("report.bin", len(data))


async def providers_and_enrollment(graph: Any) -> None:
    from msgraph.generated.models.device_enrollment_limit_configuration import DeviceEnrollmentLimitConfiguration
    from msgraph.generated.models.social_identity_provider import SocialIdentityProvider

    providers = graph.identity.identity_providers
    assert {type(row).__name__ for row in (await providers.get()).value} == {"BuiltInIdentityProvider"}
    made = await providers.post(
        SocialIdentityProvider(
            display_name="Google", identity_provider_type="Google", client_id="1", client_secret="s3cret"
        )
    )
    assert (type(made).__name__, made.id) == ("SocialIdentityProvider", "Google-OAUTH")
    assert (await providers.available_provider_types.get()).value == ["Facebook"]
    await providers.by_identity_provider_base_id(made.id).delete()
    configurations = graph.device_management.device_enrollment_configurations
    assert len((await configurations.get()).value) == 3
    kept = await configurations.post(DeviceEnrollmentLimitConfiguration(display_name="Sales", limit=3))
    one = configurations.by_device_enrollment_configuration_id(kept.id)
    assert (await one.get()).limit == 3
    await one.delete()


AROUND = (settings_and_changes_of_mail, large_files, providers_and_enrollment)
