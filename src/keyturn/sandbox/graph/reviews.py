"""Access reviews of the pretend Microsoft 365 tenant: whether those who are in a group should still be.

Source: https://learn.microsoft.com/en-us/graph/api/resources/accessreviewsv2-overview. A review has one instance, which
begins at once and ends when it is stopped; a decision takes nobody out of the group until it is applied.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind, plain
from keyturn.sandbox.graph.dynamic_groups import is_dynamic
from keyturn.sandbox.graph.groups import GroupDesk
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text
from keyturn.sandbox.wire import json_object

_REVIEWS = "graph.access_reviews"
_DEFINITIONS = "/v1.0/identityGovernance/accessReviews/definitions"
_WRITTEN = frozenset(
    {"displayName", "descriptionForAdmins", "descriptionForReviewers", "scope", "instanceEnumerationScope"}
    | {"reviewers", "fallbackReviewers", "settings", "stageSettings", "additionalNotificationRecipients"}
)
_KEPT = frozenset({"id", "status", "createdDateTime", "lastModifiedDateTime", "createdBy"})
_DEFINITION = Kind("accessReviewScheduleDefinition", "identityGovernance/accessReviews/definitions", _WRITTEN | _KEPT)
_INSTANCE = Kind(
    "accessReviewInstance",
    "identityGovernance/accessReviews/definitions/instances",
    frozenset({"id", "startDateTime", "endDateTime", "status", "scope", "reviewers", "fallbackReviewers"}),
)
_DECISION = Kind(
    "accessReviewInstanceDecisionItem",
    "identityGovernance/accessReviews/definitions/instances/decisions",
    frozenset({"id", "accessReviewId", "decision", "justification", "recommendation", "applyResult", "principal"})
    | {"reviewedDateTime", "appliedDateTime", "resource", "principalLink", "resourceLink"},
)
_CHOICES = ("Approve", "Deny", "DontKnow", "NotReviewed")
_GROUP = re.compile(r"groups/(?P<key>[0-9a-f-]{36})", re.IGNORECASE)


class ReviewDesk:
    """Answers `/identityGovernance/accessReviews/definitions`."""

    def __init__(self, directory: GraphDirectory, groups: GroupDesk) -> None:
        self._directory = directory
        self._groups = groups

    def routes(self) -> list[Route]:
        """The operations."""
        one = _DEFINITIONS + "/{review}"
        instance = one + "/instances/{instance}"
        return [
            Route(_DEFINITIONS, self._list),
            Route(_DEFINITIONS, self._create, ["POST"]),
            Route(one, self._get),
            Route(one, self._replace, ["PUT"]),
            Route(one, self._delete, ["DELETE"]),
            Route(one + "/stop", self._stop, ["POST"]),
            Route(one + "/instances", self._instances),
            Route(instance, self._instance),
            Route(instance + "/stop", self._stop, ["POST"]),
            Route(instance + "/applyDecisions", self._apply, ["POST"]),
            Route(instance + "/decisions", self._decisions),
            Route(instance + "/decisions/{decision}", self._decision),
            Route(instance + "/decisions/{decision}", self._decide, ["PATCH"]),
        ]

    def _review(self, request: Request) -> JsonObject:
        """What is kept of a review; its instance has the same id. Raises Refused (404)."""
        found = self._directory.document(request, _REVIEWS, "review")
        instance = request.path_params.get("instance", as_object(found["definition"])["id"])
        if instance != as_object(found["definition"])["id"]:
            raise self._directory.words.not_found(str(instance))
        return found

    async def _list(self, request: Request) -> Response:
        rows = [as_object(row["definition"]) for row in self._directory.core.shelf(_REVIEWS).values()]
        return self._directory.listed(request, rows, _DEFINITION)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, as_object(self._review(request)["definition"]), _DEFINITION)

    async def _create(self, request: Request) -> Response:
        body, now, key = await self._read(request), self._directory.now(), self._directory.core.ids.uuid()
        definition: JsonObject = {
            "id": key,
            "status": "InProgress",
            "createdDateTime": now,
            "lastModifiedDateTime": now,
            "reviewers": [],
            "fallbackReviewers": [],
            **body,
        }
        decisions: JsonObject = {
            as_text(row["id"]): row for row in (self._undecided(key, each) for each in self._reviewed(body))
        }
        self._directory.core.shelf(_REVIEWS)[key] = {"definition": definition, "decisions": decisions}
        self._directory.core.changed()
        return self._directory.one(request, definition, _DEFINITION, 201)

    async def _read(self, request: Request) -> JsonObject:
        body = plain(await json_object(request))
        if unknown := sorted(body.keys() - _WRITTEN - _KEPT):
            raise self._refused(f"The property '{unknown[0]}' does not exist on type '{_DEFINITION.name}'.")
        for name in ("displayName", "scope"):
            if not body.get(name):
                raise self._refused(f"A value is required for property '{name}' of resource '{_DEFINITION.name}'.")
        return {name: value for name, value in body.items() if name in _WRITTEN}

    def _reviewed(self, body: JsonObject) -> list[JsonObject]:
        """Who is in the group that a review is of. Raises Refused (404) if there is none."""
        found = _GROUP.search(as_text(as_object(body["scope"]).get("query")))
        if found is None:
            return []
        return self._groups.objects("graph.members", self._groups.group(found["key"].lower())["id"])

    def _undecided(self, review: str, row: JsonObject) -> JsonObject:
        name, login = row.get("displayName"), row.get("userPrincipalName")
        kind = "#microsoft.graph.userIdentity" if login else "#microsoft.graph.identity"
        about: JsonObject = {"@odata.type": kind, "id": row["id"], "displayName": name}
        return {
            "id": self._directory.core.ids.uuid(),
            "accessReviewId": review,
            "decision": "NotReviewed",
            "justification": "",
            "recommendation": "Approve",
            "applyResult": "New",
            "reviewedDateTime": None,
            "appliedDateTime": None,
            "principal": {**about, **({"userPrincipalName": login} if login else {})},
        }

    async def _replace(self, request: Request) -> Response:
        definition, body = as_object(self._review(request)["definition"]), await self._read(request)
        definition.update(body, lastModifiedDateTime=self._directory.now())
        self._directory.core.changed()
        return Response(status_code=204)

    async def _delete(self, request: Request) -> Response:
        del self._directory.core.shelf(_REVIEWS)[as_text(as_object(self._review(request)["definition"])["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _stop(self, request: Request) -> Response:
        as_object(self._review(request)["definition"])["status"] = "Completed"
        self._directory.core.changed()
        return Response(status_code=204)

    # instances and what is decided in them

    def _shown(self, request: Request) -> JsonObject:
        definition = as_object(self._review(request)["definition"])
        names = ("id", "status", "scope", "reviewers", "fallbackReviewers")
        times: JsonObject = {"startDateTime": definition["createdDateTime"], "endDateTime": None}
        return {**{name: definition[name] for name in names}, **times}

    async def _instances(self, request: Request) -> Response:
        return self._directory.listed(request, [self._shown(request)], _INSTANCE)

    async def _instance(self, request: Request) -> Response:
        return self._directory.one(request, self._shown(request), _INSTANCE)

    def _held(self, request: Request) -> list[JsonObject]:
        return [as_object(row) for row in as_object(self._review(request)["decisions"]).values()]

    async def _decisions(self, request: Request) -> Response:
        return self._directory.listed(request, self._held(request), _DECISION)

    def _one(self, request: Request) -> JsonObject:
        key = str(request.path_params["decision"])
        found = next((row for row in self._held(request) if row["id"] == key), None)
        if found is None:
            raise self._directory.words.not_found(key)
        return found

    async def _decision(self, request: Request) -> Response:
        return self._directory.one(request, self._one(request), _DECISION)

    async def _decide(self, request: Request) -> Response:
        row, body = self._one(request), plain(await json_object(request))
        if as_object(self._review(request)["definition"])["status"] != "InProgress":
            raise self._refused("The review is over.")
        if body.get("decision", row["decision"]) not in _CHOICES:
            raise self._refused(f"The decision must be one of {', '.join(_CHOICES)}.")
        row.update({name: body[name] for name in ("decision", "justification") if name in body})
        row["reviewedDateTime"] = self._directory.now()
        self._directory.core.changed()
        return Response(status_code=204)

    async def _apply(self, request: Request) -> Response:
        """Who is denied leaves the group."""
        definition = as_object(self._review(request)["definition"])
        if definition["status"] != "Completed":
            raise self._refused("Decisions of a review are applied once it is over.")
        found = _GROUP.search(as_text(as_object(definition["scope"]).get("query")))
        by_rule = found is not None and is_dynamic(self._groups.group(found["key"].lower()))
        denied: list[str] = []
        for row in self._held(request):
            row["appliedDateTime"] = self._directory.now()
            cannot = by_rule and row["decision"] == "Deny"
            row["applyResult"] = "AppliedWithUnknownFailure" if cannot else "AppliedSuccessfully"
            if row["decision"] == "Deny" and not by_rule:
                denied.append(as_text(as_object(row["principal"])["id"]))
        definition["status"] = "Applied"
        if found:
            self._directory.belong(found["key"].lower(), "members", go=denied)
        return Response(status_code=204)

    def _refused(self, text: str) -> Exception:
        return self._directory.words.bad_request(text)
