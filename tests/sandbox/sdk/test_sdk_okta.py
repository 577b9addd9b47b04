"""Okta's Python SDK drives the pretend Okta org."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.sandbox.client import SandboxClient

EVA = "eva.horvat@northwind.example"
ADA = {"firstName": "Ada", "lastName": "Lovelace", "email": "ada@northwind.example", "login": "ada@northwind.example"}


def okta_client(urls: dict[str, dict[str, str]], **options: Any) -> Any:
    from okta.client import Client

    return Client({"orgUrl": urls["okta"]["base_url"], "token": urls["okta"]["token"], **options})


async def ask(work: Any) -> Any:
    """The result of a call: the SDK gives a tuple whose last part is an error."""
    *result, error = await work
    assert error is None, error
    return result[0] if len(result) > 1 else None


async def refused(work: Any) -> tuple[int, str]:
    *_, error = await work
    return error.status, error.error_code


async def created(okta: Any, **profile: str) -> Any:
    from okta.models import CreateUserRequest

    body = CreateUserRequest.from_dict(
        {"profile": {**ADA, **profile}, "credentials": {"password": {"value": "Tr0ub4dor&3"}}}
    )
    return await ask(okta.create_user(body, activate=True))


async def onboarding(okta: Any) -> None:
    from okta.models import AddGroupRequest, AppUserAssignRequest, UpdateUserRequest

    ada = await created(okta)
    assert (ada.status.value, ada.profile.first_name) == ("ACTIVE", "Ada")
    change = UpdateUserRequest.from_dict({"profile": {"title": "Analyst", "department": "Finance"}})
    assert (await ask(okta.update_user(ada.id, change))).profile.title == "Analyst"
    group = await ask(
        okta.add_group(AddGroupRequest.from_dict({"profile": {"name": "Analysts", "description": "Count"}}))
    )
    await ask(okta.assign_user_to_group(group.id, ada.id))
    assert [user.id for user in await ask(okta.list_group_users(group.id))] == [ada.id]
    groups = await ask(okta.list_user_groups(ada.id))
    assert "Analysts" in [
        each.profile.actual_instance.name if hasattr(each.profile, "actual_instance") else each.profile.name
        for each in groups
    ]
    app = next(app for app in await ask(okta.list_applications()) if app.label == "Payroll")
    assigned = await ask(okta.assign_user_to_application(app.id, AppUserAssignRequest.from_dict({"id": ada.id})))
    assert (assigned.id, assigned.scope) == (ada.id, "USER")
    assert "Payroll" in [link.label for link in await ask(okta.list_app_links(ada.id))]


async def offboarding(okta: Any) -> None:
    eva = await ask(okta.get_user(EVA))
    await ask(okta.suspend_user(eva.id))
    assert (await ask(okta.get_user(eva.id))).status.value == "SUSPENDED"
    assert await refused(okta.suspend_user(eva.id)) == (400, "E0000001")
    await ask(okta.revoke_user_sessions(eva.id, oauth_tokens=True))
    await ask(okta.reset_factors(eva.id))
    assert await ask(okta.list_factors(eva.id)) == []
    for group in await ask(okta.list_user_groups(eva.id)):
        if group.type.value == "OKTA_GROUP":
            await ask(okta.unassign_user_from_group(group.id, eva.id))
    await ask(okta.unsuspend_user(eva.id))
    await ask(okta.deactivate_user(eva.id))
    assert (await ask(okta.get_user(eva.id))).status.value == "DEPROVISIONED"
    await ask(okta.delete_user(eva.id))
    assert await refused(okta.get_user(eva.id)) == (404, "E0000007")


async def lifecycle(okta: Any) -> None:
    from okta.models import CreateUserRequest

    staged = await ask(okta.create_user(CreateUserRequest.from_dict({"profile": ADA}), activate=False))
    assert staged.status.value == "STAGED"
    link = await ask(okta.activate_user(staged.id, send_email=False))
    assert link.activation_token
    await ask(okta.reactivate_user(staged.id, send_email=False))
    other = await created(okta, login="bea@northwind.example", email="bea@northwind.example")
    assert (await ask(okta.expire_password(other.id))).status.value == "PASSWORD_EXPIRED"
    await ask(okta.expire_password_with_temp_password(other.id))
    assert (await ask(okta.reset_password(other.id, send_email=False))).reset_password_url
    assert await refused(okta.unlock_user(other.id)) == (403, "E0000032")
    credentials = {"provider": {"type": "FEDERATION", "name": "FEDERATION"}}
    cleo = {**ADA, "login": "cleo@northwind.example", "email": "cleo@northwind.example"}
    body = CreateUserRequest.from_dict({"profile": cleo, "credentials": credentials})
    federated = await ask(okta.create_user(body, activate=True, provider=True))
    assert (federated.status.value, federated.credentials.provider.type.value) == ("ACTIVE", "FEDERATION")


async def lists(okta: Any) -> None:
    users = await ask(okta.list_users(search='profile.department eq "Legal" and status eq "ACTIVE"'))
    assert sorted(user.profile.last_name for user in users) == ["Holm", "Menon"]
    page, response, error = await okta.list_users(limit=25)
    assert (error, len(page)) == (None, 25)
    assert 'rel="next"' in str(response.headers.get("link") or response.headers.get("Link"))
    assert len(await ask(okta.list_groups(search='type eq "BUILT_IN"'))) == 1
    assert [app.label for app in await ask(okta.list_applications(q="Sales"))] == ["Salesforce"]
    assert await ask(okta.list_devices(limit=5))
    await ask(okta.suspend_user(users[0].id))
    told = await ask(okta.list_log_events(filter='eventType eq "user.lifecycle.suspend"', sort_order="DESCENDING"))
    assert told[0].target[0].id == users[0].id


async def administration(okta: Any) -> None:
    from okta.models import AssignRoleToUserRequest, CreateGroupRuleRequest

    ada = await created(okta)
    wanted = AssignRoleToUserRequest.from_dict({"type": "HELP_DESK_ADMIN"})
    await ask(okta.assign_role_to_user(ada.id, wanted))
    assert len(await ask(okta.list_assigned_roles_for_user(ada.id))) == 1
    group = next(each for each in await ask(okta.list_groups(q="Finance")))
    rule = CreateGroupRuleRequest.from_dict(
        {
            "name": "Finance people",
            "type": "group_rule",
            "conditions": {"expression": {"value": 'user.department=="Finance"', "type": "urn:okta:expression:1.0"}},
            "actions": {"assignUserToGroups": {"groupIds": [group.id]}},
        }
    )
    made = await ask(okta.create_group_rule(rule))
    await ask(okta.activate_group_rule(made.id))
    assert (await ask(okta.get_group_rule(made.id))).status.value == "ACTIVE"
    await ask(okta.deactivate_group_rule(made.id))
    await ask(okta.delete_group_rule(made.id))
    device = (await ask(okta.list_devices(limit=1)))[0]
    await ask(okta.suspend_device(device.id))
    assert (await ask(okta.get_device(device.id))).status.value == "SUSPENDED"
    assert (await ask(okta.get_user_schema("default"))).definitions.base
    assert (await ask(okta.get_org_preferences())).show_end_user_footer is True
    assert (await ask(okta.set_org_hide_okta_ui_footer())).show_end_user_footer is False
    kinds = [one.actual_instance.contact_type for one in await ask(okta.list_org_contact_types())]
    assert kinds == ["BILLING", "TECHNICAL"]
    assert (await ask(okta.get_org_contact_user("BILLING"))).user_id
    assert await refused(okta.get_org_contact_user("NOBODY")) == (404, "E0000007")


async def settings_of_the_org(okta: Any) -> None:
    """One document each, and the forms of profiles."""
    from okta import models

    assert await refused(okta.extend_okta_support()) == (400, "E0000001")
    await okta.grant_okta_support()
    assert (await ask(okta.get_org_okta_support_settings())).support == "ENABLED"
    assert (await ask(okta.opt_out_users_from_okta_communication_emails())).opt_out_email_users is True
    third = models.ThirdPartyAdminSetting(third_party_admin=True)
    assert (await ask(okta.update_third_party_admin_setting(third))).third_party_admin is True
    mode = models.PerClientRateLimitSettings(default_mode="PREVIEW")
    assert (await ask(okta.replace_rate_limit_settings_per_client(mode))).default_mode == "PREVIEW"
    threshold = models.RateLimitWarningThresholdRequest(warning_threshold=66)
    await okta.replace_rate_limit_settings_warning_threshold(threshold)
    assert (await ask(okta.get_rate_limit_settings_warning_threshold())).warning_threshold == 66
    assert (await ask(okta.get_rate_limit_settings_admin_notifications())).notifications_enabled is True
    assert (await ask(okta.update_configuration(models.ThreatInsightConfiguration(action="audit")))).action == "audit"
    aerial = models.OrgAerialConsent(account_id="0200bs0617vvhv2v675mch1cukp")
    assert (await ask(okta.grant_aerial_consent(aerial))).account_id == aerial.account_id
    assert (await ask(okta.get_aerial_consent())).granted_by
    await okta.revoke_aerial_consent(aerial)
    assert await refused(okta.get_aerial_consent()) == (404, "E0000007")
    given = models.ClientPrivilegesSetting(client_privileges_setting=True)
    assert (await ask(okta.assign_client_privileges_setting(given))).client_privileges_setting is True
    assert (await ask(okta.get_auto_assign_admin_app_setting())).auto_assign_admin_app_setting is True
    token = (await ask(okta.list_api_tokens()))[0].id
    share = models.PrincipalRateLimitEntity(principal_id=token, principal_type="SSWS_TOKEN", default_percentage=20)
    made = await ask(okta.create_principal_rate_limit_entity(share))
    share.default_percentage = 30
    assert (await ask(okta.replace_principal_rate_limit_entity(made.id, share))).default_percentage == 30
    listed = await ask(okta.list_principal_rate_limit_entities(filter='principalType eq "SSWS_TOKEN"'))
    assert [row.id for row in listed] == [made.id]
    form = models.CreateUISchema(ui_schema=models.UISchemaObject(type="Group", button_label="Join"))
    made = await ask(okta.create_ui_schema(form))
    assert [row.id for row in await ask(okta.list_ui_schemas())] == [made.id]
    assert await ask(okta.list_agent_pools()) == []


async def between_directories(okta: Any) -> None:
    from okta.models import BulkUpsertRequestBody, CreateGroupPushMappingRequest, LinkedObject

    app = next(app for app in await ask(okta.list_applications()) if app.label == "Slack")
    group = next(iter(await ask(okta.list_groups(q="Finance"))))
    wanted = CreateGroupPushMappingRequest.from_dict({"sourceGroupId": group.id, "targetGroupName": "Finance"})
    pushed = await ask(okta.create_group_push_mapping(app.id, wanted))
    assert [row.id for row in await ask(okta.list_group_push_mappings(app.id))] == [pushed.id]
    session = await ask(okta.create_identity_source_session(app.id))
    profile = {"userName": ADA["login"], "email": ADA["email"], "firstName": "Ada", "lastName": "Lovelace"}
    rows = {"entityType": "USERS", "profiles": [{"externalId": "7", "profile": profile}]}
    await ask(okta.upload_identity_source_data_for_upsert(app.id, session.id, BulkUpsertRequestBody.from_dict(rows)))
    await ask(okta.start_import_from_identity_source(app.id, session.id))
    assert (await ask(okta.get_identity_source_session(app.id, session.id))).status.value == "COMPLETED"
    ada = await ask(okta.get_user(ADA["login"]))
    sides = {"primary": {"name": "boss", "title": "Boss", "type": "USER"}}
    sides["associated"] = {"name": "report", "title": "Report", "type": "USER"}
    await ask(okta.create_linked_object_definition(LinkedObject.from_dict(sides)))
    eva = await ask(okta.get_user(EVA))
    await ask(okta.assign_linked_object_value_for_primary(ada.id, "boss", eva.id))
    assert len(await ask(okta.list_linked_objects_for_user(eva.id, "report"))) == 1


async def who_is_signed_in(okta: Any) -> None:
    """Sessions by id, authenticators on Identity Engine, mails to administrators."""
    eva = await ask(okta.get_user(EVA))
    factors = await ask(okta.list_factors(eva.id))
    held = factors[0].actual_instance if hasattr(factors[0], "actual_instance") else factors[0]
    # the list cannot be read by the SDK: the vendor's description takes it for a single one
    assert (await ask(okta.get_authenticator_enrollment(eva.id, held.id))).status == "ACTIVE"
    notices = await ask(okta.list_subscriptions_user(eva.id))
    assert {row.status.value for row in notices} == {"unsubscribed"}
    assert await ask(okta.list_user_groups(eva.id))
    assert await ask(okta.list_applications(filter=f'user.id eq "{eva.id}"'))
    assert await ask(okta.list_user_blocks(eva.id)) == []


async def custom_administrators(okta: Any) -> None:
    from okta.models import (
        AssignRoleToUserRequest,
        CreateIamRoleRequest,
        CreateResourceSetRequest,
        ResourceSetBindingCreateRequest,
    )

    wanted = {"label": "Unlocker", "description": "Unlocks", "permissions": ["okta.users.read"]}
    role = await ask(okta.create_role(CreateIamRoleRequest.from_dict(wanted)))
    await ask(okta.create_role_permission(role.id, "okta.users.lifecycle.unlock", None))
    found = await ask(okta.list_role_permissions(role.id))
    assert [row.label for row in found.permissions] == ["okta.users.read", "okta.users.lifecycle.unlock"]
    eva = await ask(okta.get_user(EVA))
    link = f"https://northwind.okta.com/api/v1/users/{eva.id}"
    parts = {"label": "Finance", "description": "People of Finance", "resources": [link]}
    resources = await ask(okta.create_resource_set(CreateResourceSetRequest.from_dict(parts)))
    assert len((await ask(okta.list_resource_set_resources(resources.id))).resources) == 1
    binding = ResourceSetBindingCreateRequest.from_dict({"role": role.id, "members": [link]})
    await ask(okta.create_resource_set_binding(resources.id, binding))
    member = (await ask(okta.list_members_of_binding(resources.id, role.id))).members[0]
    await ask(okta.unassign_member_from_binding(resources.id, role.id, member.id))
    assert (await ask(okta.list_members_of_binding(resources.id, role.id))).members == []
    custom = {"type": "CUSTOM", "role": role.id, "resource-set": resources.id}
    await ask(okta.assign_role_to_user(eva.id, AssignRoleToUserRequest.from_dict(custom)))
    again = okta.assign_role_to_user(eva.id, AssignRoleToUserRequest.from_dict(custom))
    assert await refused(again) == (409, "E0000090")
    standard = AssignRoleToUserRequest.from_dict({"type": "APP_ADMIN"})
    given = await ask(okta.assign_role_to_user(eva.id, standard))
    key = getattr(given, "id", None) or given.actual_instance.id
    await ask(okta.assign_app_target_to_admin_role_for_user(eva.id, key, "slack"))
    targets = await ask(okta.list_application_targets_for_application_administrator_role_for_user(eva.id, key))
    assert [app.name for app in targets] == ["slack"]
    any_kind = await ask(okta.get_role_targets_by_user_id_and_role_id(eva.id, key))
    assert [(row.assignment_type, row.orn.rpartition(":")[2]) for row in any_kind] == [("USER", "slack")]
    helper = AssignRoleToUserRequest.from_dict({"type": "HELP_DESK_ADMIN"})
    given = await ask(okta.assign_role_to_user(eva.id, helper))
    key = getattr(given, "id", None) or given.actual_instance.id
    group = next(iter(await ask(okta.list_groups(q="Finance"))))
    await ask(okta.assign_group_target_to_user_role(eva.id, key, group.id))
    assert [row.id for row in await ask(okta.list_group_targets_for_role(eva.id, key))] == [group.id]


async def keys_and_secrets_of_apps(okta: Any) -> None:
    """What a leaver knows of an app is changed: its client secrets, its keys, the token that it is provisioned by."""
    from okta.models import AddJwkRequest, OAuth2ClientJsonWebKeyRsaRequest, OAuth2ClientSecretRequestBody
    from okta.models import UpdateDefaultProvisioningConnectionForApplicationRequest as Connection

    apps = {app.label: app for app in await ask(okta.list_applications())}
    client, slack = apps["Status Dashboard"].id, apps["Slack"].id
    [old] = await ask(okta.list_o_auth2_client_secrets(client))
    new = await ask(okta.create_o_auth2_client_secret(client, OAuth2ClientSecretRequestBody()))
    assert new.client_secret not in (None, old.client_secret)
    assert await refused(okta.delete_o_auth2_client_secret(client, old.id)) == (400, "E0000001")
    assert (await ask(okta.deactivate_o_auth2_client_secret(client, old.id))).status == "INACTIVE"
    await ask(okta.delete_o_auth2_client_secret(client, old.id))
    assert [row.id for row in await ask(okta.list_o_auth2_client_secrets(client))] == [new.id]
    assert await refused(okta.deactivate_o_auth2_client_secret(client, new.id)) == (400, "E0000001")
    # the SDK's own from_dict loses the parts of a key
    public = OAuth2ClientJsonWebKeyRsaRequest(kty="RSA", kid="k1", use="sig", e="AQAB", n="AQAB")
    asked = AddJwkRequest.model_construct(actual_instance=public)
    key = (await ask(okta.add_jwk(client, asked))).actual_instance
    assert [row.actual_instance.id for row in await ask(okta.list_jwk(client))] == [key.id]
    assert await refused(okta.deletejwk(client, key.id)) == (400, "E0000001")
    [signing] = await ask(okta.list_application_keys(slack))
    assert signing.kid == apps["Slack"].credentials.signing.kid
    fresh = await ask(okta.generate_application_key(slack, 2))
    await ask(okta.clone_application_key(slack, fresh.kid, apps["Salesforce"].id))
    assert (await ask(okta.get_application_key(apps["Salesforce"].id, fresh.kid))).x5c == fresh.x5c
    assert (await ask(okta.get_default_provisioning_connection_for_application(slack))).status.value == "ENABLED"
    await ask(okta.deactivate_default_provisioning_connection_for_application(slack))
    token = Connection.from_dict({"profile": {"authScheme": "TOKEN", "token": "t"}})
    told = await ask(okta.update_default_provisioning_connection_for_application(slack, token))
    assert told.status.value == "DISABLED"
    await ask(okta.activate_default_provisioning_connection_for_application(slack))
    assert (await ask(okta.get_default_provisioning_connection_for_application(slack))).status.value == "ENABLED"


async def zones_policies_and_tokens(okta: Any) -> None:
    from okta.models import IPNetworkZone, PasswordPolicy, PasswordPolicyRule

    zones = {zone.name: zone for zone in await ask(okta.list_network_zones())}
    assert zones["BlockedIpZone"].usage.value == "BLOCKLIST"
    given = {"type": "IP", "name": "Lisbon", "gateways": [{"type": "CIDR", "value": "198.51.100.0/24"}]}
    made = await ask(okta.create_network_zone(IPNetworkZone.from_dict(given)))
    assert (await ask(okta.get_network_zone(made.id))).gateways[0].value == "198.51.100.0/24"
    assert await refused(okta.create_network_zone(IPNetworkZone.from_dict(given))) == (400, "E0000001")
    assert (await ask(okta.deactivate_network_zone(made.id))).status.value == "INACTIVE"
    await ask(okta.delete_network_zone(made.id))
    assert await refused(okta.get_network_zone(made.id)) == (404, "E0000007")
    for kind in ("PASSWORD", "MFA_ENROLL", "ACCESS_POLICY", "IDP_DISCOVERY", "PROFILE_ENROLLMENT"):
        assert {one.type for one in await ask(okta.list_policies(type=kind))} <= {kind}
    assert len(await ask(okta.list_policies(type="ACCESS_POLICY"))) == 1
    [usual] = await ask(okta.list_policies(type="OKTA_SIGN_ON"))
    assert (usual.name, usual.system) == ("Default Policy", True)
    [rule] = await ask(okta.list_policy_rules(usual.id))
    assert rule.actions.signon.access == "ALLOW"
    wanted = PasswordPolicy.from_dict({"type": "PASSWORD", "name": "Long ones"})
    policy = await ask(okta.create_policy(wanted))
    own = {"type": "PASSWORD", "name": "Staff", "actions": {"passwordChange": {"access": "DENY"}}}
    added = await ask(okta.create_policy_rule(policy.id, PasswordPolicyRule.from_dict(own)))
    assert [row.id for row in await ask(okta.list_policy_rules(policy.id))] == [added.id]
    await ask(okta.delete_policy_rule(policy.id, added.id))
    await ask(okta.delete_policy(policy.id))
    assert "okta_password" in [row.key.value for row in await ask(okta.list_authenticators())]
    assert [row.name for row in await ask(okta.list_authorization_servers())] == ["default"]
    for listed in (okta.list_identity_providers, okta.list_trusted_origins, okta.list_inline_hooks):
        assert await ask(listed()) == []
    app = next(app for app in await ask(okta.list_applications()) if app.label == "Slack")
    [mapping] = await ask(okta.list_profile_mappings(target_id=app.id))
    assert "email" in (await ask(okta.get_profile_mapping(mapping.id))).properties
    owner = (await ask(okta.get_user("sam.okafor@northwind.example"))).id
    [token] = [row for row in await ask(okta.list_api_tokens()) if row.user_id == owner]
    await ask(okta.revoke_api_token(token.id))
    assert owner not in [row.user_id for row in await ask(okta.list_api_tokens())]


async def servers_mappings_and_notices(okta: Any) -> None:
    from okta.models import (
        BouncesRemoveListObj,
        OAuth2Scope,
        PolicyMappingRequest,
        SimulatePolicyBody,
    )

    [server] = await ask(okta.list_authorization_servers())
    assert "openid" in [row.name for row in await ask(okta.list_o_auth2_scopes(server.id))]
    made = await ask(okta.create_o_auth2_scope(server.id, OAuth2Scope.from_dict({"name": "leavers.read"})))
    assert await refused(okta.create_o_auth2_scope(server.id, OAuth2Scope.from_dict({"name": "leavers.read"}))) == (
        400,
        "E0000001",
    )
    await ask(okta.delete_o_auth2_scope(server.id, made.id))
    assert await refused(okta.get_o_auth2_scope(server.id, made.id)) == (404, "E0000007")
    assert [row.name for row in await ask(okta.list_o_auth2_claims(server.id))] == ["sub"]
    [policy] = await ask(okta.list_authorization_server_policies(server.id))
    [rule] = await ask(okta.list_authorization_server_policy_rules(server.id, policy.id))
    assert (policy.name, rule.name) == ("Default Policy", "Default Policy Rule")
    assert await ask(okta.list_o_auth2_clients_for_authorization_server(server.id)) == []
    app = (await ask(okta.list_applications()))[0].id
    [access] = await ask(okta.list_policies(type="ACCESS_POLICY"))
    await ask(okta.assign_application_policy(app, access.id))
    assert [row.links.application.href[-20:] for row in await ask(okta.list_policy_mappings(access.id))] == [app]
    [profile] = await ask(okta.list_policies(type="OKTA_SIGN_ON"))
    wanted = PolicyMappingRequest.from_dict({"resourceId": access.id, "resourceType": "ACCESS_POLICY"})
    mapped = await ask(okta.map_resource_to_policy(profile.id, wanted))
    await ask(okta.delete_policy_resource_mapping(profile.id, mapped.id))
    assert await ask(okta.list_policy_mappings(profile.id)) == []
    tried = SimulatePolicyBody.from_dict({"appInstance": app, "policyTypes": ["ACCESS_POLICY"]})
    [told] = await ask(okta.create_policy_simulation([tried]))
    assert (told.status.value, told.result.policies[0].id) == ("MATCH", access.id)
    await ask(okta.unsubscribe_by_notification_type_role("SUPER_ADMIN", "AD_AGENT"))
    notices = await ask(okta.list_subscriptions_role("SUPER_ADMIN"))
    assert [row.notification_type.value for row in notices if row.status.value == "unsubscribed"] == ["AD_AGENT"]
    back = BouncesRemoveListObj.from_dict({"emailAddresses": [EVA, "nobody"]})
    assert [row.email_address for row in (await ask(okta.bulk_remove_email_address_bounces(back))).errors] == ["nobody"]


async def first_day_and_way_back(okta: Any) -> None:
    from okta.models import (
        ApplicationFeatureType,
        AuthenticatorEnrollmentCreateRequestTac,
        CapabilitiesObject,
        IdentityProvider,
        UpdateFeatureForApplicationRequest,
        UserCredentials,
        UserIdentityProviderLinkRequest,
    )

    ada = await created(okta)
    [tac] = [row.id for row in await ask(okta.list_authenticators()) if row.key.value == "tac"]
    wish = AuthenticatorEnrollmentCreateRequestTac.from_dict({"authenticatorId": tac, "profile": {"ttl": "60"}})
    code = await ask(okta.create_tac_authenticator_enrollment(ada.id, wish))
    assert (code.profile.multi_use, len(code.profile.tac)) == (False, 16)
    await ask(okta.delete_authenticator_enrollment(ada.id, code.id))
    body = {"password": {"value": "Correct-h0rse"}, "recovery_question": {"answer": "Zagreb"}}
    back = UserCredentials.from_dict(body)
    assert await refused(okta.forgot_password_set_new_password(ada.id, back)) == (403, "E0000034")
    body["recovery_question"] = {"question": "Which town?", "answer": "Zagreb"}
    await ask(okta.change_recovery_question(ada.id, UserCredentials.from_dict(body)))
    assert (await ask(okta.forgot_password_set_new_password(ada.id, back))).recovery_question.question == "Which town?"
    app = next(app for app in await ask(okta.list_applications()) if app.label == "Slack")
    kind = ApplicationFeatureType.USER_PROVISIONING
    on = UpdateFeatureForApplicationRequest(
        CapabilitiesObject.from_dict({"update": {"profile": {"status": "ENABLED"}}})
    )
    changed = await ask(okta.update_feature_for_application(app.id, kind, on))
    assert changed.capabilities.update.profile.status.value == "ENABLED"
    assert "PUSH_PROFILE_UPDATES" in (await ask(okta.get_application(app.id))).features
    given = {"name": "Google", "type": "GOOGLE", "protocol": {"type": "OIDC"}, "policy": {}}
    idp = await ask(okta.create_identity_provider(IdentityProvider.from_dict(given)))
    link = UserIdentityProviderLinkRequest.from_dict({"externalId": "1099"})
    assert (await ask(okta.link_user_to_identity_provider(idp.id, ada.id, link))).external_id == "1099"
    assert [row.id for row in await ask(okta.list_user_identity_providers(ada.id))] == [idp.id]
    await ask(okta.unlink_user_from_identity_provider(idp.id, ada.id))
    assert await ask(okta.list_identity_provider_application_users(idp.id)) == []


SCENARIOS = (
    first_day_and_way_back,
    onboarding,
    offboarding,
    lifecycle,
    lists,
    administration,
    settings_of_the_org,
    between_directories,
    who_is_signed_in,
    custom_administrators,
    keys_and_secrets_of_apps,
    zones_policies_and_tokens,
    servers_mappings_and_notices,
)


async def test_okta_sdk(
    urls: dict[str, dict[str, str]],
    control: SandboxClient,
    subtests: pytest.Subtests,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the SDK's own switch for servers without TLS
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    okta = okta_client(urls)
    for scenario in SCENARIOS:
        with subtests.test(scenario.__name__):
            control.reset(hooks=True)
            await scenario(okta)


@pytest.mark.parametrize("status", ["429", "503"])
async def test_okta_sdk_repeats_and_pages(
    urls: dict[str, dict[str, str]], control: SandboxClient, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    """After 429 it waits until the limit is reset; after 503 it repeats at once."""
    from urllib.parse import parse_qs, urlsplit

    from okta.request_executor import RequestExecutor

    waited: list[float] = []

    class Impatient(RequestExecutor):
        async def pause_for_backoff(self, backoff_time: float) -> None:
            waited.append(backoff_time)

    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    okta = okta_client(urls, requestExecutor=Impatient)
    control.set_fault("okta", f"{status}x1@/api/v1/users")
    seen, after = [], None
    while True:
        users, response, error = await okta.list_users(limit=25, after=after)
        assert error is None
        seen += [user.id for user in users]
        # of several links the SDK keeps the last
        link = next(value for name, value in response.headers.items() if name.lower() == "link")
        if 'rel="next"' not in link:
            break
        [after] = parse_qs(urlsplit(link.partition("<")[2].partition(">")[0]).query)["after"]
    assert len(set(seen)) == len(seen) == 60
    assert [0 < each <= 3 for each in waited] == [True] * (status == "429")
    assert [row["status"] for row in control.ledger() if row["path"] == "/api/v1/users"][-4:-2] == [int(status), 200]


async def test_okta_sdk_signs_in_by_private_key(
    urls: dict[str, dict[str, str]], control: SandboxClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    monkeypatch.setenv("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")
    from okta.client import Client

    okta = Client(
        {
            "orgUrl": urls["okta"]["base_url"],
            "authorizationMode": "PrivateKey",
            "clientId": urls["okta"]["client_id"],
            "scopes": ["okta.users.read"],
            "privateKey": key.decode(),
            "kid": "k1",
        }
    )
    assert (await ask(okta.get_user(EVA))).profile.last_name == "Horvat"
    assert "/oauth2/v1/token" in [row["path"] for row in control.ledger()]
