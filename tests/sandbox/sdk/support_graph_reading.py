"""What msgraph-sdk reads in the pretend Microsoft 365 tenant, and a password that it resets."""

from __future__ import annotations

from typing import Any

EVA = "eva.horvat@northwind.example"
SAM = "sam.okafor@northwind.example"
PASSWORD = "28c10230-6103-485e-b985-444c60001490"


def asked(builder: type[Any], eventual: bool = False, **query: Any) -> Any:
    """Query parameters and headers as the SDK takes them."""
    from kiota_abstractions.base_request_configuration import RequestConfiguration

    name = next(each for each in dir(builder) if each.endswith("GetQueryParameters"))
    wanted = RequestConfiguration(query_parameters=getattr(builder, name)(**query))
    if eventual:
        wanted.headers.add("ConsistencyLevel", "eventual")
    return wanted


async def a_password_is_reset(graph: Any) -> None:
    """Somebody who was made has the password method, as has everybody in Entra."""
    from msgraph.generated.models.password_profile import PasswordProfile
    from msgraph.generated.models.user import User
    from msgraph.generated.users.item.authentication.methods.item.reset_password.reset_password_post_request_body import (  # noqa: E501
        ResetPasswordPostRequestBody,
    )

    user = User(account_enabled=True, display_name="Ada", mail_nickname="ada")
    user.user_principal_name = "ada@northwind.example"
    user.password_profile = PasswordProfile(password="xWwvJ]6NMw+bWH-d")
    made = await graph.users.post(user)
    own = graph.users.by_user_id(made.id).authentication
    assert [row.id for row in (await own.password_methods.get()).value] == [PASSWORD]
    assert [type(row).__name__ for row in (await own.methods.get()).value] == ["PasswordAuthenticationMethod"]
    method = own.methods.by_authentication_method_id(PASSWORD)
    reset = await method.reset_password.post(ResetPasswordPostRequestBody())
    assert reset.new_password
    report = graph.reports.authentication_methods.user_registration_details
    registered = await report.by_user_registration_details_id(made.id).get()
    assert (registered.is_mfa_registered, registered.methods_registered) == (False, [])
    registered = await report.by_user_registration_details_id(EVA).get()
    assert (registered.is_mfa_registered, "mobilePhone" in registered.methods_registered) == (True, True)


async def links_and_counts(graph: Any) -> None:
    from msgraph.generated.devices.devices_request_builder import DevicesRequestBuilder
    from msgraph.generated.service_principals.count.count_request_builder import CountRequestBuilder as OfApps
    from msgraph.generated.users.item.direct_reports.count.count_request_builder import CountRequestBuilder as OfReports
    from msgraph.generated.users.item.owned_devices.count.count_request_builder import CountRequestBuilder as OfDevices
    from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

    devices = (await graph.devices.get(asked(DevicesRequestBuilder, expand=["registeredOwners"]))).value
    sam = await graph.users.by_user_id(SAM).get(asked(UserItemRequestBuilder, expand=["ownedDevices"]))
    of_sam = [row.id for row in devices if sam.id in [each.id for each in row.registered_owners]]
    assert of_sam
    assert [row.id for row in sam.owned_devices] == of_sam
    owned, reports = graph.users.by_user_id(SAM).owned_devices, graph.users.by_user_id(EVA).direct_reports
    assert await owned.count.get(asked(OfDevices, eventual=True)) == len(of_sam)
    assert await reports.count.get(asked(OfReports, eventual=True)) == len((await reports.get()).value)
    apps = len((await graph.service_principals.get()).value)
    assert await graph.service_principals.count.get(asked(OfApps, eventual=True)) == apps


async def mail_and_delta(graph: Any) -> None:
    from msgraph.generated.models.message import Message
    from msgraph.generated.users.delta.delta_request_builder import DeltaRequestBuilder
    from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder

    mail = graph.users.by_user_id(EVA).messages
    for subject in ("Bye", "Hello"):
        await mail.post(Message(subject=subject))
    query = asked(MessagesRequestBuilder, select=["subject"], count=True, filter="startswith(subject,'B')")
    found = await mail.get(query)
    assert (found.odata_count, [(row.subject, row.is_draft) for row in found.value]) == (1, [("Bye", None)])
    eva = await graph.users.by_user_id(EVA).get()
    delta = await graph.users.delta.get(asked(DeltaRequestBuilder, filter=f"id eq '{eva.id}'", select=["displayName"]))
    assert [row.id for row in delta.value] == [eva.id]


async def attributes_of_ones_own(graph: Any) -> None:
    from msgraph.generated.directory_objects.get_available_extension_properties import (
        get_available_extension_properties_post_request_body as body,
    )
    from msgraph.generated.models.extension_property import ExtensionProperty
    from msgraph.generated.models.user import User
    from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder

    available = graph.directory_objects.get_available_extension_properties
    wanted = body.GetAvailableExtensionPropertiesPostRequestBody(is_synced_from_on_premises=False)
    seeded = [row.name for row in (await available.post(wanted)).value]
    assert [name.rpartition("_")[2] for name in seeded] == ["costCenter", "approvalLimit"]
    [app] = [row for row in (await graph.applications.get()).value if row.display_name == "Northwind Wiki"]
    properties = graph.applications.by_application_id(app.id).extension_properties
    asked_for = ExtensionProperty(name="badge", data_type="String", target_objects=["User"])
    made = await properties.post(asked_for)
    assert [row.name for row in (await available.post(wanted)).value] == [*seeded, made.name]
    eva = graph.users.by_user_id(EVA)
    await eva.patch(User(additional_data={made.name: "B-7"}))
    shown = await eva.get(asked(UserItemRequestBuilder, select=["id", made.name]))
    assert shown.additional_data[made.name] == "B-7"
    await properties.by_extension_property_id(made.id).delete()
    assert (await properties.get()).value == []


SCENARIOS = (a_password_is_reset, links_and_counts, mail_and_delta, attributes_of_ones_own)
