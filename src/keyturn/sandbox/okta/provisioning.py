"""What goes from the pretend Okta org to apps: pushed groups, scopes that an app was granted.

Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupPushMapping/
and .../ApplicationGrants/. What comes in is in :mod:`keyturn.sandbox.okta.identity_sources`.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.okta.groups import GroupDesk
from keyturn.sandbox.okta.org import OktaOrg
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import JsonObject, as_object, as_text, texts
from keyturn.sandbox.wire import JsonAnswer, json_object


class ProvisioningDesk:
    """Answers `/apps/{app}/group-push`, `/apps/{app}/grants` and `/apps/{app}/tokens`."""

    def __init__(self, org: OktaOrg, groups: GroupDesk) -> None:
        self._org, self._groups = org, groups

    def routes(self) -> list[Route]:
        """The operations."""
        app = "/api/v1/apps/{app}"
        push, grants = app + "/group-push/mappings", app + "/grants"
        return [
            Route(push, self._list_pushed),
            Route(push, self._push, ["POST"]),
            Route(push + "/{mapping}", self._get_pushed),
            Route(push + "/{mapping}", self._change_pushed, ["PATCH"]),
            Route(push + "/{mapping}", self._stop_pushing, ["DELETE"]),
            Route(grants, self._list_grants),
            Route(grants, self._grant, ["POST"]),
            Route(grants + "/{grant}", self._get_grant),
            Route(grants + "/{grant}", self._revoke, ["DELETE"]),
            Route(app + "/tokens", self._no_tokens),
            Route(app + "/tokens", self._revoke_tokens, ["DELETE"]),
            Route(app + "/tokens/{token}", self._no_token),
            Route(app + "/tokens/{token}", self._no_token, ["DELETE"]),
        ]

    def _of_app(self, request: Request, shelf: str) -> JsonObject:
        return self._org.core.shelf(shelf).setdefault(as_text(self._org.app(request)["id"]), {})

    def _row(self, request: Request, shelf: str, name: str, kind: str) -> JsonObject:
        key = str(request.path_params[name])
        found = self._of_app(request, shelf).get(key)
        if not isinstance(found, dict):
            raise self._org.words.not_found(key, kind)
        return found

    # pushed groups

    async def _list_pushed(self, request: Request) -> Response:
        rows = [as_object(row) for row in self._of_app(request, "okta.pushed").values()]
        for name in ("sourceGroupId", "status"):
            wanted = request.query_params.get(name)
            rows = [row for row in rows if wanted in (None, row[name])]
        return self._org.page(request, [self._shown_push(request, row) for row in rows], 1000, 100)

    async def _push(self, request: Request) -> Response:
        body = await json_object(request)
        source = self._org.find(as_text(body.get("sourceGroupId")), "okta.groups", "UserGroup")
        held = self._of_app(request, "okta.pushed")
        if "GROUP_PUSH" not in texts(self._org.app(request).get("features")):
            text = "appId: Group push is not supported by this application, or is not enabled for it."
            raise self._org.words.validation("appId", text)
        if any(as_object(row)["sourceGroupId"] == source["id"] for row in held.values()):
            raise self._org.words.validation("sourceGroupId", "sourceGroupId: This group is pushed to the app already.")
        if not (body.get("targetGroupId") or as_text(body.get("targetGroupName"))):
            text = "targetGroupId: one of targetGroupId and targetGroupName must be given"
            raise self._org.words.validation("targetGroupId", text)
        now = self._org.core.now()
        row: JsonObject = {
            "id": self._org.new_id("gpm"),
            "status": as_text(body.get("status")) or "ACTIVE",
            "sourceGroupId": source["id"],
            "targetGroupId": self._target(request, body)["id"],
            "created": now,
            "lastUpdated": now,
            "lastPush": now,
            "errorSummary": None,
        }
        held[as_text(row["id"])] = row
        self._org.core.changed()
        return JsonAnswer(self._shown_push(request, row), 201)

    def _target(self, request: Request, body: JsonObject) -> JsonObject:
        """The group of the app that is pushed into: by its id, or by its name, by which it is made if there is none."""
        if key := as_text(body.get("targetGroupId")):
            return self._org.find(key, "okta.groups", "UserGroup")
        source: JsonObject = {"id": as_text(self._org.app(request)["id"])}
        name = as_text(body.get("targetGroupName"))
        for row in self._org.core.shelf("okta.groups").values():
            if row.get("source") == source and as_object(row["profile"]).get("name") == name:
                return row
        return self._groups.make("APP_GROUP", {"name": name}, source=source)

    async def _get_pushed(self, request: Request) -> Response:
        return JsonAnswer(self._shown_push(request, self._row(request, "okta.pushed", "mapping", "GroupPushMapping")))

    async def _change_pushed(self, request: Request) -> Response:
        row = self._row(request, "okta.pushed", "mapping", "GroupPushMapping")
        status = (await json_object(request)).get("status")
        if status not in ("ACTIVE", "INACTIVE"):
            raise self._org.words.validation("status", "status: must be ACTIVE or INACTIVE")
        row["status"], row["lastUpdated"] = status, self._org.core.now()
        self._org.core.changed()
        return JsonAnswer(self._shown_push(request, row))

    async def _stop_pushing(self, request: Request) -> Response:
        row = self._row(request, "okta.pushed", "mapping", "GroupPushMapping")
        if row["status"] == "ACTIVE":
            raise self._org.words.validation("status", "An active mapping must be deactivated before it is deleted.")
        del self._of_app(request, "okta.pushed")[as_text(row["id"])]
        target = self._org.core.shelf("okta.groups").get(as_text(row["targetGroupId"]))
        if target is not None and request.query_params.get("deleteTargetGroup") == "true":
            self._groups.drop(request, target)
        self._org.core.changed()
        return Response(status_code=204)

    def _shown_push(self, request: Request, row: JsonObject) -> JsonObject:
        app = self._org.url(f"/apps/{request.path_params['app']}")
        group = self._org.url(f"/groups/{row['sourceGroupId']}")
        target = self._org.url(f"/groups/{row['targetGroupId']}")
        links: JsonObject = {"app": {"href": app}, "sourceGroup": {"href": group}, "targetGroup": {"href": target}}
        return {**row, "_links": links}

    # scopes

    async def _list_grants(self, request: Request) -> Response:
        return JsonAnswer(list(self._of_app(request, "okta.grants").values()))

    async def _grant(self, request: Request) -> Response:
        body = await json_object(request)
        scope = as_text(body.get("scopeId"))
        if not scope.startswith("okta."):
            raise self._org.words.validation("scopeId", "scopeId: Invalid scope")
        held = self._of_app(request, "okta.grants")
        now, app_id = self._org.core.now(), as_text(self._org.app(request)["id"])
        row: JsonObject = {
            "id": self._org.new_id("oag"),
            "status": "ACTIVE",
            "created": now,
            "lastUpdated": now,
            "createdBy": {"id": self._org.find_user("me").id, "type": "User"},
            "issuer": self._org.core.base("okta"),
            "clientId": app_id,
            "scopeId": scope,
            "source": "ADMIN",
        }
        held[as_text(row["id"])] = row
        self._org.core.changed()
        return JsonAnswer(row, 201)

    async def _get_grant(self, request: Request) -> Response:
        return JsonAnswer(self._row(request, "okta.grants", "grant", "OAuth2ScopeConsentGrant"))

    async def _revoke(self, request: Request) -> Response:
        row = self._row(request, "okta.grants", "grant", "OAuth2ScopeConsentGrant")
        del self._of_app(request, "okta.grants")[as_text(row["id"])]
        self._org.core.changed()
        return Response(status_code=204)

    async def _no_tokens(self, request: Request) -> Response:
        """Tokens of client credentials are not refreshed, so that there is none to list."""
        self._org.app(request)
        return JsonAnswer([])

    async def _no_token(self, request: Request) -> Response:
        self._org.app(request)
        raise self._org.words.not_found(str(request.path_params["token"]), "OAuth2RefreshToken")

    async def _revoke_tokens(self, request: Request) -> Response:
        self._org.app(request)
        return Response(status_code=204)
