"""Settings of groups of the pretend Microsoft 365 tenant, made from the templates that there are.

Source: https://learn.microsoft.com/en-us/graph/api/resources/groupsetting and .../group-directory-settings. They are
kept, and nothing goes by them.
"""

from __future__ import annotations

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.collections import Collection, CollectionDesk
from keyturn.sandbox.graph.directory import GraphDirectory, Kind
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text
from keyturn.sandbox.wire import json_object

_TEMPLATE = Kind(
    "groupSettingTemplate",
    "groupSettingTemplates",
    frozenset({"id", "deletedDateTime", "displayName", "description", "values"}),
)
_FLAG, _TEXT, _ID, _NUMBER = "System.Boolean", "System.String", "System.Guid", "System.Int32"
# id, name, what it is for | its settings: name, type, what holds if nothing is said
_TEMPLATES = (
    (
        ("62375ab9-6b52-47ed-826b-58e47e0e304b", "Group.Unified", "Settings for all groups of Microsoft 365."),
        (
            ("EnableMIPLabels", _FLAG, "false"),
            ("CustomBlockedWordsList", _TEXT, ""),
            ("EnableMSStandardBlockedWords", _FLAG, "false"),
            ("ClassificationDescriptions", _TEXT, ""),
            ("DefaultClassification", _TEXT, ""),
            ("PrefixSuffixNamingRequirement", _TEXT, ""),
            ("AllowGuestsToBeGroupOwner", _FLAG, "false"),
            ("AllowGuestsToAccessGroups", _FLAG, "true"),
            ("GuestUsageGuidelinesUrl", _TEXT, ""),
            ("GroupCreationAllowedGroupId", _ID, ""),
            ("AllowToAddGuests", _FLAG, "true"),
            ("UsageGuidelinesUrl", _TEXT, ""),
            ("ClassificationList", _TEXT, ""),
            ("EnableGroupCreation", _FLAG, "true"),
        ),
    ),
    (
        ("08d542b9-071f-4e16-94b0-74abb372e3d9", "Group.Unified.Guest", "Settings for one group of Microsoft 365."),
        (("AllowToAddGuests", _FLAG, "true"),),
    ),
    (
        ("5cf42378-d67d-4f36-ba46-e8b86229381d", "Password Rule Settings", "Passwords that are refused, and locks."),
        (
            ("BannedPasswordCheckOnPremisesMode", _TEXT, "Audit"),
            ("EnableBannedPasswordCheckOnPremises", _FLAG, "true"),
            ("EnableBannedPasswordCheck", _FLAG, "false"),
            ("LockoutDurationInSeconds", _NUMBER, "60"),
            ("LockoutThreshold", _NUMBER, "10"),
            ("BannedPasswordList", _TEXT, ""),
        ),
    ),
)
SETTINGS = (
    Collection("groupSettings", "groupSetting", ("templateId",)),
    Collection("groups/{key}/settings", "groupSetting", ("templateId",)),
)


class TemplateDesk:
    """Answers `/groupSettingTemplates`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        templates = "/v1.0/groupSettingTemplates"
        return [Route(templates, self._list), Route(templates + "/{key}", self._get)]

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, list(_templates()), _TEMPLATE)

    async def _get(self, request: Request) -> Response:
        key = str(request.path_params["key"])
        found = next((row for row in _templates() if row["id"] == key), None)
        if found is None:
            raise self._directory.words.not_found(key)
        return self._directory.one(request, found, _TEMPLATE)


class SettingDesk(CollectionDesk):
    """Answers `/groupSettings` and `/groups/{group}/settings`: of each template one setting at most."""

    async def _create(self, request: Request) -> Response:
        body = await json_object(request)
        wanted, held = as_text(body.get("templateId")), self._held(request)
        template = next((row for row in _templates() if row["id"] == wanted), None)
        if template is None:
            raise self._directory.words.bad_request(f"The template '{wanted}' does not exist.")
        if any(as_object(row)["templateId"] == wanted for row in held.values()):
            text = "A conflicting object with one or more of the specified property values is present in the directory."
            raise self._directory.words.bad_request(text)
        usual = [as_object(value) for value in as_list(template["values"])]
        values: JsonObject = {as_text(value["name"]): value["defaultValue"] for value in usual}
        row: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "displayName": template["displayName"],
            "templateId": wanted,
            "values": self._written(template, values, body),
        }
        held[as_text(row["id"])] = row
        self._directory.core.changed()
        return self._directory.one(request, row, self._kind([row]), 201)

    async def _change(self, request: Request) -> Response:
        row, body = self._one(request), await json_object(request)
        template = next(each for each in _templates() if each["id"] == row["templateId"])
        held = [as_object(value) for value in as_list(row["values"])]
        row["values"] = self._written(template, {as_text(one["name"]): one["value"] for one in held}, body)
        self._directory.core.changed()
        return Response(status_code=204)

    def _written(self, template: JsonObject, values: JsonObject, body: JsonObject) -> Json:
        """The values with those of a body in their place. Raises Refused (400) for what the template has not."""
        kinds = {as_text(as_object(row)["name"]): as_object(row)["type"] for row in as_list(template["values"])}
        for given in [as_object(row) for row in as_list(body.get("values"))]:
            name, value = as_text(given.get("name")), given.get("value")
            if name not in kinds or not _fits(kinds[name], value):
                text = f"The value of '{name}' does not fit the template '{template['displayName']}'."
                raise self._directory.words.bad_request(text)
            values[name] = value
        return [{"name": name, "value": value} for name, value in values.items()]


def _fits(kind: Json, value: Json) -> bool:
    """Every value is a text; that of a flag or a number has to say one."""
    if not isinstance(value, str):
        return False
    if kind == _FLAG:
        return value.lower() in ("true", "false")
    return kind != _NUMBER or value.isdigit()


def _templates() -> Iterator[JsonObject]:
    for (key, name, about), settings in _TEMPLATES:
        values: list[Json] = [
            {"name": setting, "type": kind, "defaultValue": usual, "description": setting}
            for setting, kind, usual in settings
        ]
        yield {"id": key, "deletedDateTime": None, "displayName": name, "description": about, "values": values}
