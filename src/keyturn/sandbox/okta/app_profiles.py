"""What an application of the pretend Okta org has of the people who are assigned to it, and whether it takes that.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Schema/ and .../ApplicationUsers/.
The attributes that every app has are those that Okta gives an app of OpenID Connect.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.sandbox.accounts import OktaAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.okta.attributes import complaints, described, frozen
from keyturn.sandbox.okta.words import OktaWords
from keyturn.sandbox.values import JsonObject, as_object, as_text

OF_APPS = "okta.app_attributes"
_BASE = {
    "userName": "Username",
    "name": "Name",
    "given_name": "Given name",
    "middle_name": "Middle name",
    "family_name": "Family name",
    "nickname": "Nickname",
    "email": "Email",
    "phone_number": "Phone number",
    "profile": "Profile",
    "picture": "Picture",
    "website": "Website",
    "gender": "Gender",
    "birthdate": "Birthdate",
    "zoneinfo": "Time zone",
    "locale": "Locale",
    "formatted": "Address",
    "street_address": "Street address",
    "locality": "City",
    "region": "State",
    "postal_code": "Postal code",
    "country": "Country",
}
# what integrations of Okta's catalogue have besides
_OF_INTEGRATIONS: dict[str, dict[str, JsonObject]] = {
    "salesforce": {
        "role": {"title": "Role", "type": "string"},
        "salesforceGroups": {"title": "Public groups", "type": "array", "items": {"type": "string"}},
    },
}
# attributes that an app has from the person's own profile, unless the assignment says something else
_MAPPED = {"given_name": "firstName", "family_name": "lastName", "email": "email", "name": "displayName"}


def base_of(app: JsonObject) -> dict[str, JsonObject]:
    """The attributes that an app has without anybody's doing."""
    declared: dict[str, JsonObject] = {name: {"title": title} for name, title in _BASE.items()}
    declared |= _OF_INTEGRATIONS.get(as_text(app["name"]), {})
    return {name: {**described(name), **own, "required": name == "userName"} for name, own in declared.items()}


def custom_of(core: Core, app: JsonObject) -> dict[str, JsonObject]:
    """Those that were added to its schema."""
    return {name: as_object(row) for name, row in core.shelf(OF_APPS).get(as_text(app["id"]), {}).items()}


def put_custom(core: Core, app: JsonObject, attributes: Mapping[str, JsonObject]) -> None:
    """Let these be the ones that were added; what people have of others goes."""
    app_id = as_text(app["id"])
    gone = custom_of(core, app).keys() - attributes.keys()
    core.shelf(OF_APPS)[app_id] = dict(attributes)
    for shelf in ("okta.app_users", "okta.app_groups"):
        for row in core.shelf(shelf).get(app_id, {}).values():
            profile = as_object(as_object(row).get("profile"))
            for name in gone & profile.keys():
                del profile[name]
    core.changed()


def shown_profile(account: OktaAccount, own: JsonObject) -> JsonObject:
    """What an app has of somebody; own: what was said of them there."""
    mapped: JsonObject = {name: account.profile.get(source) for name, source in _MAPPED.items()}
    return {**mapped, **own}


def check_assignment(
    core: Core, words: OktaWords, app: JsonObject, account: OktaAccount, given: JsonObject, held: JsonObject
) -> None:
    """Raise Refused for what the app does not take; given: the assignment as it would be, held: as it is."""
    known = {**base_of(app), **custom_of(core, app)}
    name: JsonObject = {"userName": as_object(given.get("credentials")).get("userName", account.login)}
    before = {**name, **shown_profile(account, as_object(held.get("profile")))}
    _refuse(words, {**name, **shown_profile(account, as_object(given.get("profile")))}, before, known)


def check_group_profile(core: Core, words: OktaWords, app: JsonObject, profile: JsonObject) -> None:
    """The same for what people get who have an app by a group: each has the rest from elsewhere."""
    known = {**base_of(app), **custom_of(core, app)}
    _refuse(words, profile, {}, {name: {**declared, "required": False} for name, declared in known.items()})


def _refuse(words: OktaWords, profile: JsonObject, before: JsonObject, known: Mapping[str, JsonObject]) -> None:
    causes = [*complaints(profile, known), *frozen(profile, before, known)]
    if causes:
        raise words.validation(causes[0].partition(":")[0], *causes)
