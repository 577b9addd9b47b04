"""Changes of the pretend Microsoft 365 tenant: subscriptions with their notifications, and delta queries.

Source: https://learn.microsoft.com/en-us/graph/change-notifications-overview and .../graph/delta-query-overview.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from urllib.parse import urlencode

import orjson
from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import CONTEXT, DELETED, Change, GraphDirectory, odata, plain
from keyturn.sandbox.graph.groups import GROUP
from keyturn.sandbox.graph.mail import MailDesk
from keyturn.sandbox.graph.mail_store import MailChange, MailStore
from keyturn.sandbox.graph.users import DEFAULT, USER, UserDesk
from keyturn.sandbox.graph.watched import Watched, Watching
from keyturn.sandbox.outbox import Habits, Outbox
from keyturn.sandbox.routing import Endpoint, Route
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, moment, seconds
from keyturn.sandbox.wire import Refused, json_object, whole_number

_SHELF = "graph.subscriptions"
# beside what Microsoft says of a subscription: what it is about, by ids
_WATCHED = "watched"
_CHANGES = frozenset({"created", "updated", "deleted"})
_SHORTEST = 45
# https://learn.microsoft.com/en-us/graph/api/user-delta#odata-query-parameters
_ID = re.compile(r"\s*id\s+eq\s+'(?P<id>[^']+)'\s*", re.IGNORECASE)
_OR = re.compile(r"\s+or\s+", re.IGNORECASE)
_MOST_FOLLOWED = 50
_LONGEST_STATE = 128
_KEPT = 1_000
# Microsoft goes on for four hours (.../graph/change-notifications-delivery-webhooks).
_PAUSES = (1.0, 5.0, 30.0, 120.0)
_TYPES = {"users": "User", "groups": "Group"}


class ChangeDesk:
    """Answers `/subscriptions` and the delta queries; tells subscribers what has changed."""

    def __init__(
        self, directory: GraphDirectory, users: UserDesk, mail: MailDesk, store: MailStore, outbox: Outbox
    ) -> None:
        self._directory = directory
        self._users = users
        self._outbox = outbox
        self._watching = Watching(directory, mail)
        outbox.learn(
            "graph",
            Habits(_PAUSES, lambda sent: not sent.good, lambda key: any(row["id"] == key for row in self._alive())),
        )
        directory.watchers.append(self._happened)
        store.watchers.append(self._mailed)

    def routes(self) -> list[Route]:
        """The operations."""
        subscription = "/v1.0/subscriptions/{key}"
        return [
            Route("/v1.0/subscriptions", self._list),
            Route("/v1.0/subscriptions", self._create, ["POST"]),
            Route(subscription, self._get),
            Route(subscription, self._renew, ["PATCH"]),
            Route(subscription, self._delete, ["DELETE"]),
            Route(subscription + "/reauthorize", self._reauthorize, ["POST"]),
            Route("/v1.0/users/delta", self._user_delta),
            Route("/v1.0/groups/delta", self._group_delta),
            *(Route(f"/v1.0/{kind}/delta", self._other_delta(kind)) for kind in self._directory.deltas),
        ]

    # subscriptions

    def _alive(self) -> list[JsonObject]:
        now = self._directory.core.clock()
        shelf = self._directory.core.shelf(_SHELF)
        for key, row in list(shelf.items()):
            ends = moment(as_text(row["expirationDateTime"]))
            if ends is None or ends <= now:
                del shelf[key]
        return list(shelf.values())

    async def _list(self, request: Request) -> Response:
        rows: list[Json] = [_shown(row) for row in self._alive()]
        return odata({"@odata.context": f"{CONTEXT}#subscriptions", "value": rows})

    async def _get(self, request: Request) -> Response:
        return odata({"@odata.context": f"{CONTEXT}#subscriptions/$entity", **_shown(self._found(request))})

    def _found(self, request: Request) -> JsonObject:
        self._alive()
        key = str(request.path_params["key"])
        found = self._directory.core.shelf(_SHELF).get(key)
        if found is None:
            raise self._directory.words.refuse(404, "ResourceNotFound", f"The subscription '{key}' was not found.")
        return found

    async def _create(self, request: Request) -> Response:
        body = plain(await json_object(request))
        watched = self._watching.read(as_text(body.get("resource")))
        row: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "resource": body.get("resource"),
            "applicationId": self._directory.core.world.secrets.client_id,
            "changeType": body.get("changeType"),
            "clientState": body.get("clientState"),
            "notificationUrl": body.get("notificationUrl"),
            "notificationQueryOptions": None,
            "lifecycleNotificationUrl": body.get("lifecycleNotificationUrl"),
            "expirationDateTime": self._ends(body, watched),
            "creatorId": self._directory.core.world.secrets.client_id,
            "includeResourceData": body.get("includeResourceData"),
            "latestSupportedTlsVersion": "v1_2",
            "encryptionCertificate": body.get("encryptionCertificate"),
            "encryptionCertificateId": body.get("encryptionCertificateId"),
            "notificationUrlAppId": None,
        }
        self._check(row, watched)
        for name in ("notificationUrl", "lifecycleNotificationUrl"):
            if row[name]:
                await self._validate(as_text(row[name]))
        self._directory.core.shelf(_SHELF)[as_text(row["id"])] = {**row, _WATCHED: {**asdict(watched)}}
        self._directory.core.changed()
        return odata({"@odata.context": f"{CONTEXT}#subscriptions/$entity", **row}, 201)

    def _check(self, row: JsonObject, watched: Watched) -> None:
        words = self._directory.words
        kinds = set(as_text(row["changeType"]).split(","))
        if not kinds or not kinds <= _CHANGES:
            raise words.refuse(
                400, "InvalidRequest", "Subscription validation request failed: changeType is not valid."
            )
        if not kinds & watched.told:
            text = f"'{row['resource']}' is told of with the changeType {' and '.join(sorted(watched.told))} alone."
            raise words.refuse(400, "InvalidRequest", f"Subscription validation request failed: {text}")
        if len(as_text(row["clientState"])) > _LONGEST_STATE:
            raise words.refuse(400, "InvalidRequest", f"clientState has at most {_LONGEST_STATE} characters.")
        if not as_text(row["notificationUrl"]).startswith(("https://", "http://")):
            raise words.refuse(400, "InvalidRequest", "The notificationUrl must be an absolute address.")
        if row["includeResourceData"]:
            raise words.refuse(400, "InvalidRequest", _without_data(row))

    def _ends(self, body: JsonObject, watched: Watched) -> str:
        """The end that is asked for; never sooner than in 45 minutes. Raises Refused (400)."""
        ends, now = moment(as_text(body.get("expirationDateTime"))), self._directory.core.clock()
        if ends is None:
            raise self._directory.words.refuse(400, "InvalidRequest", "expirationDateTime is missing or no date.")
        if ends <= now:
            text = "Subscription validation request failed: expirationDateTime is in the past."
            raise self._directory.words.refuse(400, "InvalidRequest", text)
        if ends > now + timedelta(minutes=watched.longest):
            text = f"Subscription expiration can only be {watched.longest} minutes in the future."
            raise self._directory.words.refuse(400, "InvalidRequest", text)
        return seconds(max(ends, now + timedelta(minutes=_SHORTEST)))

    async def _validate(self, url: str) -> None:
        """Ask an address to give a token back, as it must within ten seconds."""
        token = f"Validation: Testing client application reachability. {self._directory.core.ids.uuid()}"
        joined = f"{url}{'&' if '?' in url else '?'}{urlencode({'validationToken': token})}"
        sent = await self._outbox.post.send(joined, headers={"Content-Type": "text/plain; charset=utf-8"})
        if sent.status == 200 and sent.text == token:
            return
        why = sent.error or f"the answer was {sent.status} without the token"
        text = "Subscription validation request failed. Notification endpoint must respond with 200 OK"
        raise self._directory.words.refuse(400, "ValidationError", f"{text}: {why}.")

    async def _renew(self, request: Request) -> Response:
        row = self._found(request)
        body = plain(await json_object(request))
        ends = self._ends(body, self._watched(row) or Watched("users"))
        if "notificationUrl" in body:
            await self._validate(as_text(body["notificationUrl"]))
            row["notificationUrl"] = body["notificationUrl"]
        row["expirationDateTime"] = ends
        self._directory.core.changed()
        return odata({"@odata.context": f"{CONTEXT}#subscriptions/$entity", **_shown(row)})

    async def _delete(self, request: Request) -> Response:
        del self._directory.core.shelf(_SHELF)[as_text(self._found(request)["id"])]
        self._directory.core.changed()
        return Response(status_code=204)

    async def _reauthorize(self, request: Request) -> Response:
        self._found(request)
        return Response(status_code=204)

    # notifications

    def _happened(self, change: Change) -> None:
        if change.kind in _TYPES or change.kind in self._directory.deltas:
            self._remember(change)
        if change.kind not in _TYPES:
            return
        # creation and soft deletion arrive as updates
        told = "deleted" if change.change == "purged" else "updated"
        kinds = {change.kind, change.relation} if change.came or change.gone else {change.kind}
        for row, watched in self._subscribed(told):
            if watched.kind in kinds and watched.key in ("", change.id):
                self._notify(row, f"{_TYPES[change.kind]}s/{change.id}", told, self._data(change))

    def _mailed(self, change: MailChange) -> None:
        address = f"Users/{change.owner}/Messages/{change.message}"
        for row, watched in self._subscribed(change.change):
            if (watched.kind, watched.key) == ("messages", change.owner) and watched.folder in ("", change.folder):
                data: JsonObject = {"@odata.type": "#Microsoft.Graph.Message", "@odata.id": address}
                etag = f'W/"{self._directory.core.ids.word(40)}"'
                self._notify(row, address, change.change, {**data, "@odata.etag": etag, "id": change.message})

    def _subscribed(self, told: str) -> list[tuple[JsonObject, Watched]]:
        """The subscriptions that hear of such changes, with what they are about."""
        rows = [row for row in self._alive() if told in as_text(row["changeType"]).split(",")]
        return [(row, watched) for row in rows if (watched := self._watched(row)) is not None]

    def _watched(self, row: JsonObject) -> Watched | None:
        if _WATCHED in row:
            kept = as_object(row[_WATCHED])
            return Watched(*(as_text(kept[name]) for name in ("kind", "key", "folder")))
        try:  # of a state that an earlier sandbox kept
            return self._watching.read(as_text(row["resource"]))
        except Refused:
            return None

    def _data(self, change: Change) -> JsonObject:
        """What the notification of a change of the directory says of it: of members and owners, which ones."""
        came: list[Json] = [{"id": key} for key in change.came]
        gone: list[Json] = [{"id": key, "@removed": "deleted"} for key in change.gone]
        delta: list[Json] = [*came, *gone]
        return {
            "@odata.type": f"#Microsoft.Graph.{_TYPES[change.kind]}",
            "@odata.id": f"{_TYPES[change.kind]}s/{change.id}",
            "id": change.id,
            "organizationId": self._directory.core.world.secrets.tenant_id,
            **({f"{change.relation}@delta": delta} if delta else {}),
        }

    def _notify(self, row: JsonObject, address: str, told: str, data: JsonObject) -> None:
        note: JsonObject = {
            "id": self._directory.core.ids.uuid(),
            "changeType": told,
            "clientState": row["clientState"],
            "resource": address,
            "resourceData": data,
            "subscriptionExpirationDateTime": row["expirationDateTime"],
            "subscriptionId": row["id"],
            "tenantId": self._directory.core.world.secrets.tenant_id,
        }
        body = orjson.dumps({"value": [note]}).decode()
        headers = {"Content-Type": "application/json"}
        self._outbox.put("graph", as_text(row["id"]), as_text(row["notificationUrl"]), body, headers)

    # delta

    def _remember(self, change: Change) -> None:
        """Number changes, so that a delta query gives those after its token."""
        shelf = self._directory.core.shelf("graph.changes")
        number = int(next(reversed(shelf), "0")) + 1
        shelf[str(number)] = {"kind": change.kind, "id": change.id, "change": change.change}
        for key in list(shelf)[: max(0, len(shelf) - _KEPT)]:
            del shelf[key]

    def _only(self, request: Request) -> frozenset[str] | None:
        """The ids that a delta query is about, None for all: its `$filter` says nothing else. Raises Refused (400)."""
        params = request.query_params
        for name in ("$search", "$orderby"):
            if name in params:
                raise self._directory.unsupported(f"'{name}' is not supported by delta queries.")
        if "$filter" not in params:
            return None
        found = [_ID.fullmatch(part) for part in _OR.split(params["$filter"])]
        ids = frozenset(each["id"] for each in found if each is not None)
        if None in found or len(ids) > _MOST_FOLLOWED:
            raise self._directory.unsupported("Unsupported or invalid query filter clause specified for property 'id'.")
        return ids

    async def _user_delta(self, request: Request) -> Response:
        accounts = self._directory.core.world.accounts.graph
        names = self._directory.selected(request, USER) or DEFAULT
        rows = [self._directory.shown(self._users.properties(account), names) for account in accounts]
        return self._delta(
            request, "users", [{"id": account.id, **row} for account, row in zip(accounts, rows, strict=True)]
        )

    async def _group_delta(self, request: Request) -> Response:
        held = self._directory.core.shelf("graph.members")
        names = self._directory.selected(request, GROUP)
        rows: list[JsonObject] = []
        for key, group in self._directory.core.shelf("graph.groups").items():
            members: list[Json] = [{"@odata.type": "#microsoft.graph.user", "id": each} for each in held.get(key, {})]
            told = self._directory.shown(group, ("id", *names) if names else ())
            told.pop("members", None)
            rows.append({**told, **({"members@delta": members} if not names or "members" in names else {})})
        return self._delta(request, "groups", rows)

    def _other_delta(self, name: str) -> Endpoint:
        kind, everything = self._directory.deltas[name]

        async def delta(request: Request) -> Response:
            names = self._directory.selected(request, kind)
            chosen = ("id", *names) if names else ()
            return self._delta(request, name, [self._directory.shown(row, chosen) for row in everything()])

        return delta

    def _delta(self, request: Request, kind: str, rows: Sequence[JsonObject]) -> Response:
        """The first query gives everything in pages; with the token of its end, what has changed since."""
        params = request.query_params
        shelf = self._directory.core.shelf("graph.changes")
        last = int(next(reversed(shelf), "0"))
        since = whole_number(params.get("$deltatoken"), -1, 0, 10**8)
        skip = whole_number(params.get("$skiptoken"), 0, 0, 10**8)
        if since is None and params.get("$deltatoken") == "latest":
            since = last
        if since is None or skip is None:
            raise self._directory.words.bad_request("Badly formed token.")
        only = self._only(request)
        if since >= 0:
            rows = self._since(kind, since, {as_text(row["id"]): row for row in rows})
        rows = [row for row in rows if only is None or row["id"] in only]
        size = 100
        page: list[Json] = list(rows[skip : skip + size])
        answer: JsonObject = {"@odata.context": f"{CONTEXT}#{kind}"}
        chosen = {name: params[name] for name in ("$select", "$filter") if name in params}
        base = f"{self._directory.core.base('graph')}/v1.0/{kind}/delta()?"
        if skip + size < len(rows):
            again = {} if since < 0 else {"$deltatoken": str(since)}
            answer["@odata.nextLink"] = base + urlencode({**chosen, **again, "$skiptoken": str(skip + size)})
        else:
            answer["@odata.deltaLink"] = base + urlencode({**chosen, "$deltatoken": str(last)})
        return odata({**answer, "value": page})

    def _since(self, kind: str, since: int, known: dict[str, JsonObject]) -> list[JsonObject]:
        changed = dict.fromkeys(
            as_text(row["id"])
            for number, row in self._directory.core.shelf("graph.changes").items()
            if int(number) > since and row["kind"] == kind
        )
        return [known.get(key) or self._removed(key) for key in changed]

    def _removed(self, key: str) -> JsonObject:
        """What is deleted: `changed` as long as it can be restored."""
        restorable = key in self._directory.core.shelf(DELETED)
        return {"id": key, "@removed": {"reason": "changed" if restorable else "deleted"}}


def _without_data(row: JsonObject) -> str:
    """Why notifications bring no data along: nobody could read it, people and groups have none to bring
    (https://learn.microsoft.com/en-us/graph/change-notifications-with-resource-data#supported-resources), and messages
    bring none here."""
    missing = [name for name in ("encryptionCertificate", "encryptionCertificateId") if not row[name]]
    if missing:
        return f"{missing[0]} is required when includeResourceData is true."
    return f"Including resource data is not supported for the resource '{row['resource']}'."


def _shown(row: JsonObject) -> JsonObject:
    """Only the answer to its making shows the client's secret."""
    return {name: value for name, value in row.items() if name != _WATCHED} | {"clientState": None}
