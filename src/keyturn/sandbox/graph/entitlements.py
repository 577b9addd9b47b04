"""Access packages of the pretend Microsoft 365 tenant: which there are, who has them, giving and taking them.

Source: https://learn.microsoft.com/en-us/graph/api/resources/entitlementmanagement-overview. Requests of
administrators are delivered at once; what a package stands for is not given or taken with it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.stock import assignment
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_ROOT = "identityGovernance/entitlementManagement"
_PACKAGES, _CATALOGS, _POLICIES = "graph.packages", "graph.package_catalogs", "graph.package_policies"
_ASSIGNMENTS, _REQUESTS = "graph.package_assignments", "graph.package_requests"
_USUAL = frozenset({"id", "displayName", "description", "createdDateTime", "modifiedDateTime"})
_PACKAGE = Kind("accessPackage", f"{_ROOT}/accessPackages", _USUAL | {"isHidden", "catalog"})
_CATALOG = Kind("accessPackageCatalog", f"{_ROOT}/catalogs", _USUAL | {"catalogType", "state", "isExternallyVisible"})
_POLICY = Kind("accessPackageAssignmentPolicy", f"{_ROOT}/assignmentPolicies", _USUAL | {"accessPackage", "catalog"})
_ASSIGNMENT = Kind(
    "accessPackageAssignment",
    f"{_ROOT}/assignments",
    frozenset({"id", "state", "status", "expiredDateTime", "schedule", "target", "accessPackage", "assignmentPolicy"}),
)
_REQUEST = Kind(
    "accessPackageAssignmentRequest",
    f"{_ROOT}/assignmentRequests",
    frozenset({"id", "requestType", "state", "status", "createdDateTime", "completedDateTime", "justification"})
    | {"assignment", "accessPackage", "requestor", "schedule"},
)
# of what is shown only if `$expand` names it
_LINKS = ("target", "accessPackage", "assignmentPolicy", "assignment", "catalog")


class EntitlementDesk:
    """Answers `/identityGovernance/entitlementManagement`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        root = f"/v1.0/{_ROOT}"
        requests = f"{root}/assignmentRequests"
        return [
            Route(f"{root}/accessPackages", self._packages),
            Route(f"{root}/accessPackages/{{key}}", self._package),
            Route(f"{root}/catalogs", self._catalogs),
            Route(f"{root}/catalogs/{{key}}", self._catalog),
            Route(f"{root}/assignmentPolicies", self._policies),
            Route(f"{root}/assignmentPolicies/{{key}}", self._policy),
            Route(f"{root}/assignments", self._assignments),
            Route(f"{root}/assignments/{{key}}", self._assignment),
            Route(requests, self._requests),
            Route(requests, self._request, ["POST"]),
            Route(requests + "/{key}", self._one_request),
        ]

    # what there is

    def _rows(self, shelf: str) -> list[JsonObject]:
        return list(self._directory.core.shelf(shelf).values())

    def _listed(self, request: Request, rows: list[JsonObject], kind: Kind) -> Response:
        """Filters may name what is linked, whether or not it is asked for."""
        names = tuple(sorted(kind.names - frozenset(_LINKS)))
        return self._directory.listed(request, rows, Kind(kind.name, kind.context, kind.names, names, _linked(kind)))

    def _one(self, request: Request, row: JsonObject, kind: Kind, status: int = 200) -> Response:
        names = tuple(sorted(kind.names - frozenset(_LINKS)))
        shown = Kind(kind.name, kind.context, kind.names, names, _linked(kind))
        return self._directory.one(request, row, shown, status)

    def _with_catalog(self, row: JsonObject) -> JsonObject:
        return {**row, "catalog": self._directory.core.shelf(_CATALOGS).get(as_text(row["catalogId"]))}

    async def _packages(self, request: Request) -> Response:
        return self._listed(request, [self._with_catalog(row) for row in self._rows(_PACKAGES)], _PACKAGE)

    async def _package(self, request: Request) -> Response:
        return self._one(request, self._with_catalog(self._directory.document(request, _PACKAGES)), _PACKAGE)

    async def _catalogs(self, request: Request) -> Response:
        return self._listed(request, self._rows(_CATALOGS), _CATALOG)

    async def _catalog(self, request: Request) -> Response:
        return self._one(request, self._directory.document(request, _CATALOGS), _CATALOG)

    def _with_package(self, row: JsonObject) -> JsonObject:
        return {
            **row,
            "accessPackage": _plain_package(self._directory.core.shelf(_PACKAGES).get(as_text(row["packageId"]))),
        }

    async def _policies(self, request: Request) -> Response:
        return self._listed(request, [self._with_package(row) for row in self._rows(_POLICIES)], _POLICY)

    async def _policy(self, request: Request) -> Response:
        return self._one(request, self._with_package(self._directory.document(request, _POLICIES)), _POLICY)

    # who has them

    def _held(self, row: JsonObject) -> JsonObject:
        account = self._directory.core.world.accounts.find_graph(as_text(row["userId"]))
        target: JsonObject = {"objectId": row["userId"], "subjectType": "user", "subjectLifecycle": "governed"}
        if account is not None:
            target.update({"displayName": account.profile.get("displayName"), "principalName": account.login})
            target["email"] = account.profile.get("mail")
        policy = self._directory.core.shelf(_POLICIES).get(as_text(row["policyId"]), {})
        shown = {name: value for name, value in policy.items() if name != "packageId"}
        return {**self._with_package(row), "target": {"id": row["userId"], **target}, "assignmentPolicy": shown}

    async def _assignments(self, request: Request) -> Response:
        return self._listed(request, [self._held(row) for row in self._rows(_ASSIGNMENTS)], _ASSIGNMENT)

    async def _assignment(self, request: Request) -> Response:
        return self._one(request, self._held(self._directory.document(request, _ASSIGNMENTS)), _ASSIGNMENT)

    async def _requests(self, request: Request) -> Response:
        return self._listed(request, self._rows(_REQUESTS), _REQUEST)

    async def _one_request(self, request: Request) -> Response:
        return self._one(request, self._directory.document(request, _REQUESTS), _REQUEST)

    async def _request(self, request: Request) -> Response:
        body = plain(await json_object(request))
        verb, given = as_text(body.get("requestType")).lower(), as_object(body.get("assignment"))
        if verb not in ("adminadd", "adminremove"):
            raise self._directory.words.bad_request(f"The request type '{body.get('requestType')}' is not supported.")
        row = self._give(given) if verb == "adminadd" else self._take(as_text(given.get("id")))
        key, now = self._directory.core.ids.uuid(), self._directory.now()
        kept: JsonObject = {
            "id": key,
            "requestType": "adminAdd" if verb == "adminadd" else "adminRemove",
            "state": "delivered",
            "status": "Delivered",
            "createdDateTime": now,
            "completedDateTime": now,
            "justification": body.get("justification"),
            "assignment": {name: row[name] for name in ("id", "state", "status", "expiredDateTime")},
            "accessPackage": _plain_package(self._directory.core.shelf(_PACKAGES).get(as_text(row["packageId"]))),
        }
        self._directory.core.shelf(_REQUESTS)[key] = kept
        self._directory.core.changed()
        return self._one(request, kept, _REQUEST, 201)

    def _give(self, given: JsonObject) -> JsonObject:
        """Raises Refused if there is no such package, policy or user, or the user has it."""
        user = self._directory.find_user(as_text(given.get("targetId"))).id
        package, policy = as_text(given.get("accessPackageId")), as_text(given.get("assignmentPolicyId"))
        found = self._directory.core.shelf(_POLICIES).get(policy)
        if found is None or found["packageId"] != package:
            raise self._directory.words.not_found(policy)
        if any(
            (row["userId"], row["packageId"], row["state"]) == (user, package, "delivered")
            for row in self._rows(_ASSIGNMENTS)
        ):
            raise self._directory.words.bad_request("ExistingOpenRequest: the subject has an assignment already.")
        key = self._directory.core.ids.uuid()
        row = assignment(key, package, policy, user, self._directory.now())
        self._directory.core.shelf(_ASSIGNMENTS)[key] = row
        return row

    def _take(self, key: str) -> JsonObject:
        """It is kept as expired. Raises Refused if there is none."""
        row = self._directory.core.shelf(_ASSIGNMENTS).get(key)
        if row is None:
            raise self._directory.words.not_found(key)
        if row["state"] == "expired":
            raise self._directory.words.bad_request("The assignment has expired already.")
        row.update({"state": "expired", "status": "Expired", "expiredDateTime": self._directory.now()})
        return row


def _plain_package(row: JsonObject | None) -> JsonObject | None:
    return None if row is None else {name: value for name, value in row.items() if name != "catalogId"}


def _linked(kind: Kind) -> frozenset[str]:
    return kind.names & frozenset(_LINKS)
