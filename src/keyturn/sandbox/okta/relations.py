"""What is said of a user beside the profile in the pretend Okta org: linked objects, risk, classification.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/LinkedObject/, .../UserRisk/ and
.../UserClassification/.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text
from keyturn.sandbox.wire import JsonAnswer, json_object

_LEVELS = ("HIGH", "MEDIUM", "LOW")
_CLASSES = ("STANDARD", "LITE")


class RelationDesk:
    """Answers linked objects, `/users/{user}/risk` and `/users/{user}/classification`."""

    def __init__(self, org: OktaOrg) -> None:
        self._org = org

    def routes(self) -> list[Route]:
        """The operations."""
        kinds, user = "/api/v1/meta/schemas/user/linkedObjects", "/api/v1/users/{key}"
        return [
            Route(kinds, self._list),
            Route(kinds, self._define, ["POST"]),
            Route(kinds + "/{name}", self._get),
            Route(kinds + "/{name}", self._remove, ["DELETE"]),
            Route(user + "/linkedObjects/{name}", self._linked),
            Route(user + "/linkedObjects/{name}", self._unlink, ["DELETE"]),
            Route(user + "/linkedObjects/{name}/{primary}", self._link, ["PUT"]),
            Route(user + "/risk", self._risk),
            Route(user + "/risk", self._rate, ["PUT"]),
            Route(user + "/classification", self._classification),
            Route(user + "/classification", self._classify, ["PUT"]),
        ]

    # linked objects

    async def _list(self, request: Request) -> Response:
        return JsonAnswer([self._shown(row) for row in self._org.core.shelf("okta.linked_objects").values()])

    async def _define(self, request: Request) -> Response:
        body = await json_object(request)
        primary, associated = as_object(body.get("primary")), as_object(body.get("associated"))
        names = [as_text(side.get("name")) for side in (primary, associated)]
        shelf = self._org.core.shelf("okta.linked_objects")
        if not all(names) or names[0] == names[1] or any(self._defined(name) for name in names):
            raise self._org.words.validation("linkedObjects", "name: two names are needed that are not taken yet")
        shelf[names[0]] = {"primary": primary, "associated": associated}
        self._org.core.changed()
        return JsonAnswer(self._shown(shelf[names[0]]), 201)

    def _defined(self, name: str) -> JsonObject | None:
        rows = self._org.core.shelf("okta.linked_objects").values()
        return next((row for row in rows if name in _names(row)), None)

    def _definition(self, request: Request) -> JsonObject:
        name = str(request.path_params["name"])
        found = self._defined(name)
        if found is None:
            raise self._org.words.not_found(name, "LinkedObject")
        return found

    async def _get(self, request: Request) -> Response:
        return JsonAnswer(self._shown(self._definition(request)))

    async def _remove(self, request: Request) -> Response:
        name = _names(self._definition(request))[0]
        for shelf in ("okta.linked_objects", "okta.links"):
            self._org.core.shelf(shelf).pop(name, None)
        self._org.core.changed()
        return Response(status_code=204)

    def _shown(self, row: JsonObject) -> JsonObject:
        own = self._org.url(f"/meta/schemas/user/linkedObjects/{_names(row)[0]}")
        return {**row, "_links": {"self": {"href": own}}}

    async def _link(self, request: Request) -> Response:
        """An associated user has one primary user at most."""
        account, primary = self._org.user(request), self._org.user(request, "primary")
        name = _names(self._definition(request))[0]
        self._org.core.shelf("okta.links").setdefault(name, {})[account.id] = primary.id
        self._org.core.changed()
        return Response(status_code=204)

    async def _linked(self, request: Request) -> Response:
        account = self._org.user(request)
        primary, _ = _names(self._definition(request))
        links = self._org.core.shelf("okta.links").get(primary, {})
        if request.path_params["name"] == primary:
            found = [as_text(links[account.id])] if account.id in links else []
        else:
            found = [key for key, boss in links.items() if boss == account.id]
        rows: list[Json] = [{"_links": {"self": {"href": self._org.url(f"/users/{key}")}}} for key in found]
        return JsonAnswer(rows)

    async def _unlink(self, request: Request) -> Response:
        account = self._org.user(request)
        primary, _ = _names(self._definition(request))
        self._org.core.shelf("okta.links").get(primary, {}).pop(account.id, None)
        self._org.core.changed()
        return Response(status_code=204)

    # risk and classification

    async def _risk(self, request: Request) -> Response:
        account = self._org.user(request)
        held = self._org.core.shelf("okta.risk").get(account.id, {"riskLevel": "NONE"})
        return JsonAnswer({**held, **self._links(account.id, "risk")})

    async def _rate(self, request: Request) -> Response:
        account = self._org.user(request)
        level = (await json_object(request)).get("riskLevel")
        if level not in _LEVELS:
            raise self._org.words.validation("riskLevel", f"riskLevel: must be one of {', '.join(_LEVELS)}")
        shelf = self._org.core.shelf("okta.risk")
        status = 200 if account.id in shelf else 201
        shelf[account.id] = {"riskLevel": level, "reason": "ADMIN_OVERRIDE"}
        self._org.core.changed()
        return JsonAnswer({**shelf[account.id], **self._links(account.id, "risk")}, status)

    async def _classification(self, request: Request) -> Response:
        account = self._org.user(request)
        standard: JsonObject = {"type": "STANDARD", "lastUpdated": account.created}
        return JsonAnswer(self._org.core.shelf("okta.classes").get(account.id, standard))

    async def _classify(self, request: Request) -> Response:
        account = self._org.user(request)
        kind = (await json_object(request)).get("type")
        if kind not in _CLASSES:
            raise self._org.words.validation("type", f"type: must be one of {', '.join(_CLASSES)}")
        row: JsonObject = {"type": kind, "lastUpdated": self._org.core.now()}
        self._org.core.shelf("okta.classes")[account.id] = row
        self._org.core.changed()
        return JsonAnswer(row)

    def _links(self, user_id: str, name: str) -> JsonObject:
        return {"_links": {"self": {"href": self._org.url(f"/users/{user_id}/{name}")}}}


def _names(row: JsonObject) -> tuple[str, str]:
    return as_text(as_object(row["primary"])["name"]), as_text(as_object(row["associated"])["name"])
