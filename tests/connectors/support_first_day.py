"""What has to come before actions, what they are given, and what is expected of them on the sandbox's first day."""

from __future__ import annotations

from dataclasses import dataclass, field

from keyturn.flows.json import JSON

EVA, MIA = "eva.horvat@northwind.example", "chidi.eze@northwind.example"
Given = dict[str, JSON]


@dataclass(frozen=True)
class First:
    """An action that has to come before, and what the next ones are given of its outputs."""

    card: str
    inputs: Given = field(default_factory=dict[str, JSON])
    options: Given = field(default_factory=dict[str, JSON])
    gives: dict[str, str] = field(default_factory=dict[str, str])


PUSHED = First("okta.create_push_mapping", {"target_name": "Pushed"}, gives={"mapping": "id"})
ASSIGNED = First("okta.assign_user_to_app")
RULE = First("okta.create_group_rule", gives={"rule": "id"})
SESSION = First("okta.create_import_session", gives={"session": "id"})
KINDS = First(
    "okta.custom_api_action",
    {
        "url": "/api/v1/meta/schemas/user/linkedObjects",
        "body": {
            "primary": {"name": "manager", "title": "Manager", "type": "USER"},
            "associated": {"name": "subordinate", "title": "Subordinate", "type": "USER"},
        },
    },
    {"method": "POST"},
)
SENT = First("slack.send_message", gives={"timestamp": "timestamp"})
BEFORE: dict[str, tuple[First, ...]] = {
    "okta.remove_all_user_roles": (First("okta.assign_user_role"),),
    "okta.delete_application": (First("okta.deactivate_application"),),
    "okta.activate_application": (First("okta.deactivate_application"),),
    "okta.read_app_user": (ASSIGNED,),
    "okta.update_app_user": (ASSIGNED,),
    "okta.remove_user_from_app": (ASSIGNED,),
    "okta.remove_group_from_app": (First("okta.assign_group_to_app"),),
    "okta.read_push_mapping": (PUSHED,),
    "okta.update_push_mapping": (PUSHED,),
    "okta.delete_push_mapping": (PUSHED, First("okta.update_push_mapping", {"status": "INACTIVE"})),
    "okta.remove_group_owner": (First("okta.add_group_owner"),),
    "okta.read_group_rule": (RULE,),
    "okta.activate_group_rule": (RULE,),
    "okta.deactivate_group_rule": (RULE, First("okta.activate_group_rule")),
    "okta.delete_group_rule": (RULE,),
    "okta.read_import_session": (SESSION,),
    "okta.bulk_user_import": (SESSION,),
    "okta.trigger_import_session": (SESSION, First("okta.bulk_user_import")),
    "okta.delete_import_session": (SESSION,),
    "okta.activate_user": (First("okta.deactivate_user"),),
    "okta.reactivate_user": (First("okta.create_user", {"activate": True}, gives={"user": "id"}),),
    "okta.unsuspend_user": (First("okta.suspend_user"),),
    "okta.remove_user_role": (First("okta.assign_user_role", gives={"assignment": "id"}),),
    "okta.remove_group_role": (First("okta.assign_group_role", gives={"assignment": "id"}),),
    "okta.link_user": (KINDS,),
    "okta.list_linked_objects": (KINDS, First("okta.link_user")),
    "okta.unlink_user": (KINDS, First("okta.link_user")),
    "okta_devices.activate_device": (First("okta_devices.deactivate_device"),),
    "okta_devices.unsuspend_device": (First("okta_devices.suspend_device"),),
    "okta_devices.delete_device": (First("okta_devices.deactivate_device"),),
    "okta.remove_user_from_group": (First("okta.add_user_to_group"),),
    "google_workspace.invalidate_codes": (First("google_workspace.generate_codes"),),
    "google_workspace.activate_user": (First("google_workspace.suspend_user"),),
    "office365.enable_device": (First("office365.disable_device"),),
    "office365.enable_user": (First("office365.disable_user"),),
    "office365.assign_license": (First("office365.remove_license"),),
    "office365.stop_automatic_reply": (First("office365.set_automatic_reply"),),
    "scim.activate_user": (First("scim.deactivate_user"),),
    "slack.unarchive_channel": (First("slack.archive_channel"),),
    "scim.remove_user_from_group": (First("scim.add_user_to_group"),),
    "office365.remove_user_from_group": (First("office365.add_user_to_group"),),
    "office365.remove_group_owner": (
        First(
            "office365.custom_api_action", {"url": "@owners", "body": {"@odata.id": "@reference"}}, {"method": "POST"}
        ),
    ),
    "office365.remove_role": (First("office365.assign_role"),),
    "office365.remove_app_assignment": (
        First(
            "office365.custom_api_action",
            {"url": "@grants", "body": {"principalId": "@user", "resourceId": "@app_of_graph"}},
            {"method": "POST"},
            {"assignment": "id"},
        ),
    ),
    "office365.restore_user": (First("office365.delete_user"),),
    "google_workspace.delete_alias": (First("google_workspace.create_alias"),),
    "google_workspace.read_transfer": (First("google_workspace.transfer_data", gives={"transfer": "id"}),),
    "google_workspace.remove_user_from_group": (First("google_workspace.add_user_to_group"),),
    "google_workspace.set_member_role": (First("google_workspace.add_user_to_group"),),
    "google_workspace.has_member": (First("google_workspace.add_user_to_group"),),
    "google_workspace.delete_role_assignment": (
        First("google_workspace.create_role_assignment", gives={"assignment": "id"}),
    ),
    "google_workspace.undelete_user": (First("google_workspace.delete_user"),),
    "google_workspace.unassign_license": (First("google_workspace.assign_license"),),
    "slack.update_message": (SENT,),
    "slack.delete_message": (SENT,),
    "slack.remove_user": (First("slack.invite_user"),),
    **{
        f"office365.delete_auth_method {kind}": (
            First(
                "office365.custom_api_action",
                {"url": f"@{kind}s", "body": body},
                {"method": "POST"},
                {"method": "id"},
            ),
        )
        for kind, body in (("email", {"emailAddress": "eva@home.example"}), ("temporary_access_pass", {}))
    },
}
# What is given otherwise than by the name of the input, to an action or to one of its choices; a text after @ is one of
# the company's.
GIVEN: dict[str, Given] = {
    "okta.create_push_mapping": {"source": "@group", "target_name": "Pushed"},
    "okta.create_group_rule": {"groups": ["@group"]},
    "okta.create_user getInputsAuthProv": {"provider_type": "FEDERATION"},
    "okta.create_user getInputsGroup": {"groups": ["@group"]},
    "office365.delete_auth_method authenticator": {"method": "@authenticator"},
    "google_workspace.assign_license list": {"licenses": [{"productid": "101031", "skuid": "1010310003"}]},
    "office365.update_group": {"name": "Sales and more"},
    "office365.update_user": {"profile": {"department": "Sales"}},
    "office365.wipe_managed_device": {"device": "@managed"},
    "office365.retire_managed_device": {"device": "@managed"},
    "office365.restore_user": {"id": "@user"},
    "office365.send_mail": {"sender": EVA},
    "google_workspace.chrome_device_action": {"device": "@chrome"},
    "google_workspace.assign_license": {"product": "101031", "sku": "1010310003"},
    "google_workspace.unassign_license": {"product": "101031", "sku": "1010310003"},
    "google_workspace.transfer_data": {"user": "@id", "to": "@other", "application": "@transfer_app"},
    "google_workspace.update_group": {"name": "Sales and more"},
    "google_workspace.update_user": {"last_name": "Horvat-Lind"},
    "google_workspace.create_role_assignment": {"user": "@id", "role": "@admin_role"},
    "google_workspace.undelete_user": {"user": "@id"},
    "slack.archive_channel": {"channel": "@other"},
    "slack.unarchive_channel": {"channel": "@other"},
    "slack.invite_user": {"channel": "@other"},
    "slack.remove_user": {"channel": "@other"},
    "slack.set_user_group_members": {"group": "@usergroup", "users": "@user"},
    "slack.invite_to_workspace": {"channels": "@channel"},
    "scim.create_group": {"name": "Newcomers"},
    "google_workspace.make_admin": {"admin": True},
    "google_workspace.set_member_role": {"role": "MANAGER"},
    "scim.create_user": {"username": "new.person@northwind.example"},
    "scim.replace_user": {"username": "@username"},
}
# What a tenant refuses on its first day, as the vendor does.
REFUSED = {
    "okta.unlock_user": (403, "nobody is locked out"),
    "office365.delete_auth_method fido2": (404, "nobody has one, and none can be made by an app"),
    "office365.delete_auth_method software_oath": (404, "nobody has one, and none can be made by an app"),
    "office365.delete_auth_method windows_hello": (404, "nobody has one, and none can be made by an app"),
}
NOBODY = {
    "okta": "00unobody000000000nobo",
    "graph": "11111111-2222-3333-4444-555555555555",
    "google": "nobody@northwind.example",
    "slack": "U0NOBODY",
    "scim": "nobody",
}
# The ensure forms that know of no `absent`, though they are about a person, and why.
MAKES = {
    "google_workspace.create_user": "who is named is made",
    "office365.create_user": "who is named is made",
    "office365.restore_user": "an account that is gone for good is not brought back, which is no success",
    "okta.create_user": "who is named is made",
    "scim.create_user": "who is named is made",
    "slack.invite_to_workspace": "who is named is made",
}
# Of these the vendor shows nobody whether it is so. They say why where they are chosen.
SILENT = {"google_workspace.sign_out_user", "office365.revoke_sessions", "okta.clear_user_sessions"}
# It is so on the first day.
SO_BEFORE = {"okta.unlock_user", "okta.revoke_app_tokens"}
# Whom it is about is gone afterwards. Of other things than people either may be said.
DELETES = {"okta.remove_user", "office365.delete_user", "google_workspace.delete_user", "scim.delete_user"}
# Done again after a lost answer they do more, or the app shows that they do: it says so itself.
CHANGES_TWICE = {"office365.delete_all_auth_methods"}
