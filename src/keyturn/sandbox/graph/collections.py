"""What the pretend Microsoft 365 tenant keeps as it is given: calendars and events, contacts, policies of conditional
access, named locations, compliance policies, settings; and lists of which there is nothing here.

Source: https://learn.microsoft.com/en-us/graph/api/overview. They change nothing of what else the tenant does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, moment
from keyturn.sandbox.wire import json_object

_OWNERS = {"groups": "graph.groups", "devices": "graph.devices"}
_USUAL = frozenset({"id", "displayName", "createdDateTime", "lastModifiedDateTime"})
# what events are searched by, also where there is none yet
_OF_TYPE = {"event": frozenset({"subject", "start", "end", "organizer", "attendees", "isCancelled", "type"})}


@dataclass(frozen=True)
class Collection:
    """Entities of one type.

    path: below `/v1.0`; with `{key}` they belong to a user, group or device; type: of each; needs: what has to be
    given; made: they may be written; shelf: where they stand, if not by their path; window: only those of a time, which
    has to be told.
    """

    path: str
    type: str
    needs: tuple[str, ...] = ()
    made: bool = True
    shelf: str = ""
    window: bool = False

    @property
    def place(self) -> str:
        """The shelf."""
        return f"graph.{self.shelf or self.path}"


_CA, _DM, _USER, _GROUP = "identity/conditionalAccess", "deviceManagement", "users/{key}", "groups/{key}"
# policies that are a text of JSON
_DEFINED = ("tokenLifetime", "tokenIssuance", "claimsMapping", "homeRealmDiscovery", "activityBasedTimeout")
COLLECTIONS = (
    Collection(f"{_CA}/policies", "conditionalAccessPolicy", ("displayName", "state", "conditions")),
    Collection(f"{_CA}/namedLocations", "namedLocation", ("displayName",)),
    Collection(f"{_DM}/deviceCompliancePolicies", "deviceCompliancePolicy", ("displayName",)),
    Collection(f"{_DM}/deviceConfigurations", "deviceConfiguration", ("displayName",)),
    Collection(f"{_DM}/deviceCategories", "deviceCategory", ("displayName",)),
    Collection("groupLifecyclePolicies", "groupLifecyclePolicy", ("groupLifetimeInDays", "managedGroupTypes")),
    Collection(f"{_USER}/calendars", "calendar", ("name",)),
    Collection(f"{_USER}/calendarGroups", "calendarGroup", ("name",)),
    Collection(f"{_USER}/onlineMeetings", "onlineMeeting"),
    Collection(f"{_USER}/events", "event", ("subject",)),
    Collection(f"{_USER}/calendar/events", "event", ("subject",), shelf=f"{_USER}/events"),
    Collection(f"{_USER}/calendar/calendarPermissions", "calendarPermission", ("emailAddress", "role")),
    Collection(f"{_USER}/calendarView", "event", made=False, shelf=f"{_USER}/events", window=True),
    Collection(f"{_USER}/calendar/calendarView", "event", made=False, shelf=f"{_USER}/events", window=True),
    Collection(f"{_USER}/contacts", "contact"),
    Collection(f"{_USER}/contactFolders", "contactFolder", ("displayName",)),
    Collection(f"{_USER}/extensions", "openTypeExtension", ("extensionName",)),
    Collection(f"{_USER}/todo/lists", "todoTaskList", ("displayName",)),
    Collection(f"{_USER}/outlook/masterCategories", "outlookCategory", ("displayName",)),
    Collection(f"{_GROUP}/events", "event", ("subject",)),
    Collection(f"{_GROUP}/extensions", "openTypeExtension", ("extensionName",)),
    Collection("devices/{key}/extensions", "openTypeExtension", ("extensionName",)),
    Collection("contacts", "orgContact", made=False),
    Collection("auditLogs/provisioning", "provisioningObjectSummary", made=False),
    Collection("security/alerts_v2", "alert", made=False),
    Collection("security/incidents", "incident", made=False),
    Collection("security/secureScores", "secureScore", made=False),
    Collection("identityGovernance/lifecycleWorkflows/workflowTemplates", "workflowTemplate", made=False),
    Collection("identityGovernance/lifecycleWorkflows/taskDefinitions", "taskDefinition", made=False),
    Collection("identityGovernance/termsOfUse/agreements", "agreement", made=False),
    Collection("policies/conditionalAccessPolicies", "conditionalAccessPolicy", made=False, shelf=f"{_CA}/policies"),
    Collection("policies/roleManagementPolicies", "unifiedRoleManagementPolicy", made=False),
    Collection("policies/roleManagementPolicyAssignments", "unifiedRoleManagementPolicyAssignment", made=False),
    Collection("policies/crossTenantAccessPolicy/partners", "crossTenantAccessPolicyConfigurationPartner", made=False),
    Collection("policies/permissionGrantPolicies", "permissionGrantPolicy", made=False),
    Collection("policies/authenticationStrengthPolicies", "authenticationStrengthPolicy", made=False),
    *(Collection(f"policies/{name}Policies", f"{name}Policy", ("displayName", "definition")) for name in _DEFINED),
    Collection("deviceAppManagement/mobileApps", "mobileApp", made=False),
    Collection("schemaExtensions", "schemaExtension", ("description", "targetTypes")),
    Collection("places/graph.room", "room", made=False),
    Collection("sites", "site", made=False),
    Collection("contracts", "contract", made=False),
    Collection("directory/attributeSets", "attributeSet", made=False),
    Collection("directory/customSecurityAttributeDefinitions", "customSecurityAttributeDefinition", made=False),
    Collection("directory/deviceLocalCredentials", "deviceLocalCredentialInfo", made=False),
    Collection(f"{_DM}/detectedApps", "detectedApp", made=False),
    Collection(f"{_USER}/agreementAcceptances", "agreementAcceptance", made=False),
    Collection(f"{_USER}/onenote/notebooks", "notebook", made=False),
    Collection(f"{_USER}/photos", "profilePhoto", made=False),
    Collection(f"{_GROUP}/groupLifecyclePolicies", "groupLifecyclePolicy", made=False),
    Collection(f"{_USER}/planner/tasks", "plannerTask", made=False),
    Collection(f"{_USER}/createdObjects", "directoryObject", made=False),
    Collection(f"{_USER}/scopedRoleMemberOf", "scopedRoleMembership", made=False),
    Collection(f"{_USER}/people", "person", made=False),
    Collection(f"{_GROUP}/permissionGrants", "resourceSpecificPermissionGrant", made=False),
    Collection(f"{_GROUP}/threads", "conversationThread", made=False),
    Collection(f"{_GROUP}/sites", "site", made=False),
)


class CollectionDesk:
    """Answers the operations of one collection."""

    def __init__(self, directory: GraphDirectory, collection: Collection) -> None:
        self._directory = directory
        self._collection = collection

    def routes(self) -> list[Route]:
        """The operations."""
        base = f"/v1.0/{self._collection.path}"
        one = base + "/{item}"
        routes = [Route(base, self._list), Route(base + "/$count", self._count), Route(one, self._get)]
        if self._collection.made:
            routes.append(Route(base, self._create, ["POST"]))
            routes.append(Route(one, self._change, ["PATCH"]))
            routes.append(Route(one, self._delete, ["DELETE"]))
        if self._collection.type == "event":
            routes.append(Route(one + "/cancel", self._cancel, ["POST"]))
        return routes

    def _held(self, request: Request) -> JsonObject:
        """The rows, by id. Raises Refused (404) if who they belong to is not there."""
        shelf = self._directory.core.shelf(self._collection.place)
        root = self._collection.path.partition("/")[0]
        if "{key}" not in self._collection.path:
            return shelf.setdefault("all", {})
        if root == "users":
            return shelf.setdefault(self._directory.user(request).id, {})
        owner = self._directory.document(request, _OWNERS[root])
        return shelf.setdefault(as_text(owner["id"]), {})

    def _rows(self, request: Request) -> list[JsonObject]:
        return [as_object(row) for row in self._held(request).values()]

    def _kind(self, rows: list[JsonObject]) -> Kind:
        """With all the names that somebody has given."""
        names = {name for row in rows for name in row if not name.startswith("@")}
        return Kind(
            self._collection.type,
            self._collection.path.replace("/{key}", ""),
            _USUAL | _OF_TYPE.get(self._collection.type, names) | names,
        )

    async def _list(self, request: Request) -> Response:
        rows = self._rows(request)
        if self._collection.window:
            rows = self._within(request, rows)
        return self._directory.listed(request, rows, self._kind(rows))

    def _within(self, request: Request, rows: list[JsonObject]) -> list[JsonObject]:
        """The events of a time, soonest first; their own times are read as UTC. Raises Refused (400)."""
        given = [moment(request.query_params.get(name, "")) for name in ("startDateTime", "endDateTime")]
        since, until = given
        if since is None or until is None or since > until:
            text = "This request requires a time window specified by the query string parameters StartDateTime and "
            raise self._directory.words.refuse(400, "ErrorInvalidParameter", f"{text}EndDateTime.")
        held = [(_at(row, "start"), _at(row, "end"), row) for row in rows]
        found = [(start, row) for start, end, row in held if start and end and start < until and end > since]
        return [row for _, row in sorted(found, key=lambda each: each[0])]

    async def _count(self, request: Request) -> Response:
        rows = self._rows(request)
        return self._directory.counted(request, rows, self._kind(rows))

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["item"])
        found = as_object(self._held(request).get(key))
        if not found:
            raise self._directory.words.not_found(key)
        return found

    async def _get(self, request: Request) -> Response:
        row = self._one(request)
        return self._directory.one(request, row, self._kind([row]))

    async def _create(self, request: Request) -> Response:
        body, now = await json_object(request), self._directory.now()
        for name in self._collection.needs:
            if body.get(name) in (None, "", {}):
                text = f"A value is required for property '{name}' of resource '{self._collection.type}'."
                raise self._directory.words.bad_request(text)
        named = as_text(body.get("extensionName"))
        key = named or self._directory.core.ids.uuid()
        held = self._held(request)
        if key in held:
            text = f"An extension already exists with the name '{key}'."
            raise self._directory.words.refuse(409, "NameAlreadyExists", text)
        row: JsonObject = {"id": key, **body}
        if not named:
            row.update({"createdDateTime": now, "lastModifiedDateTime": now})
        held[key] = row
        self._directory.core.changed()
        return self._directory.one(request, row, self._kind([row]), 201)

    async def _change(self, request: Request) -> Response:
        row = self._one(request)
        row.update({name: value for name, value in (await json_object(request)).items() if name != "id"})
        self._directory.core.changed()
        return self._directory.one(request, row, self._kind([row]))

    async def _delete(self, request: Request) -> Response:
        row = self._one(request)
        del self._held(request)[as_text(row["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _cancel(self, request: Request) -> Response:
        """Those who were invited are told, and it is gone."""
        await self._delete(request)
        return Response(status_code=202)


def _at(row: JsonObject, name: str) -> datetime | None:
    return moment(as_text(as_object(row.get(name)).get("dateTime")))
