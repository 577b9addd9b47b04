"""Who is let into the pretend Slack workspace: requests of members to invite somebody, invitations of other companies
to a channel (Slack Connect).

Source: https://docs.slack.dev/reference/methods/admin.inviteRequests.list, .../admin.inviteRequests.approve,
.../conversations.inviteShared and .../conversations.listConnectInvites. Nobody of another company answers here.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.people import Method, PeopleDesk
from keyturn.sandbox.slack.seed import BOT, TEAM
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments, done, failed, list_of, text_of
from keyturn.sandbox.values import Json, JsonObject, as_text, texts

REQUESTS = "slack.invite_requests"
_SHARED = "slack.shared_invites"
_LASTS = 14 * 24 * 3600


class InvitationDesk:
    """Answers `admin.inviteRequests.*` and the invitations to shared channels."""

    def __init__(self, workspace: SlackWorkspace, people: PeopleDesk) -> None:
        self._workspace = workspace
        self._people = people

    def methods(self) -> Mapping[str, Method]:
        """The methods by name."""
        return {
            "admin.inviteRequests.list": self._pending,
            "admin.inviteRequests.approve": self._approve,
            "admin.inviteRequests.deny": self._deny,
            "admin.inviteRequests.approved.list": self._decided("approved"),
            "admin.inviteRequests.denied.list": self._decided("denied"),
            "conversations.inviteShared": self._share,
            "conversations.listConnectInvites": self._shared,
            "conversations.approveSharedInvite": self._approve_shared,
            "conversations.declineSharedInvite": self._decline_shared,
        }

    # requests of members

    def _rows(self, state: str) -> list[JsonObject]:
        return [row for row in self._workspace.core.shelf(REQUESTS).values() if row["state"] == state]

    async def _pending(self, request: Request) -> Response:
        given = await arguments(request)
        rows = [_shown(row) for row in self._rows("pending")]
        return done(self._workspace.page(given, rows, "invite_requests", 100))

    def _decided(self, state: str) -> Method:
        async def decided(request: Request) -> Response:
            given = await arguments(request)
            page = self._workspace.page(given, self._rows(state), "rows", 100)
            by: JsonObject = {"actor_type": "user", "actor_id": BOT}
            found = page["rows"]
            rows: list[Json] = [
                {"invite_request": _shown(row), f"{state}_by": by, "invite": None}
                for row in (found if isinstance(found, list) else [])
                if isinstance(row, dict)
            ]
            return done({f"{state}_requests": rows, "response_metadata": page["response_metadata"]})

        return decided

    async def _named(self, request: Request) -> JsonObject:
        given = await arguments(request)
        found = self._workspace.core.shelf(REQUESTS).get(text_of(given, "invite_request_id"))
        if found is None:
            raise failed("invalid_request")
        if found["state"] != "pending":
            raise failed(f"already_{found['state']}")
        return found

    async def _approve(self, request: Request) -> Response:
        """Whoever it is for is invited to the channels that the request names."""
        found = await self._named(request)
        self._people.invite(as_text(found["email"]), as_text(found["real_name"]), texts(found["channel_ids"]))
        found["state"] = "approved"
        self._workspace.core.changed()
        return done()

    async def _deny(self, request: Request) -> Response:
        (await self._named(request))["state"] = "denied"
        self._workspace.core.changed()
        return done()

    # invitations of other companies

    async def _share(self, request: Request) -> Response:
        given = await arguments(request)
        channel = self._workspace.channel(text_of(given, "channel", "channel_not_found"))
        emails, users = list_of(given, "emails"), list_of(given, "user_ids")
        if not emails and not users:
            raise failed("no_recipients")
        if len(emails) + len(users) > 1:
            raise failed("too_many_emails" if emails else "too_many_users")
        if emails and "@" not in emails[0].strip("@"):
            raise failed("invalid_email")
        ids, now = self._workspace.core.ids, self._workspace.seconds()
        key = f"I0{ids.word(9).upper()}"
        to: JsonObject = {"recipient_email": emails[0]} if emails else {"recipient_user_id": users[0]}
        invite: JsonObject = {
            "id": key,
            "date_created": now,
            "date_invalid": now + _LASTS,
            "inviting_team": {"id": TEAM, "name": COMPANY, "domain": "northwind", "is_verified": False},
            "inviting_user": {"id": BOT, "team_id": TEAM, "name": "keyturn"},
            **to,
        }
        about: JsonObject = {"id": channel["id"], "name": channel["name"], "is_private": channel["is_private"]}
        self._workspace.core.shelf(_SHARED)[key] = {
            "id": key,
            "direction": "outgoing",
            "status": "sent",
            "invite_type": "channel",
            "date_last_updated": now,
            "channel": {**about, "is_im": False},
            "invite": invite,
            "acceptances": [],
        }
        self._workspace.core.changed()
        link = f"https://join.slack.com/share/{ids.word(24)}"
        return done(
            {"invite_id": key, "conf_code": ids.word(6).upper(), "url": link, "is_legacy_shared_channel": False}
        )

    async def _shared(self, request: Request) -> Response:
        """Those that nobody has decided yet."""
        given = await arguments(request)
        rows = list(self._workspace.core.shelf(_SHARED).values())
        page = self._workspace.page({**given, "limit": given.get("count")}, rows, "invites", 100)
        found = page["invites"]
        shown: list[Json] = [
            {name: value for name, value in row.items() if name != "id"}
            for row in (found if isinstance(found, list) else [])
            if isinstance(row, dict)
        ]
        return done({**page, "invites": shown})

    async def _invite(self, request: Request) -> str:
        key = text_of(await arguments(request), "invite_id")
        if key not in self._workspace.core.shelf(_SHARED):
            raise failed("invite_not_found")
        return key

    async def _approve_shared(self, request: Request) -> Response:
        """What has not been accepted cannot be approved."""
        await self._invite(request)
        raise failed("invite_not_accepted")

    async def _decline_shared(self, request: Request) -> Response:
        del self._workspace.core.shelf(_SHARED)[await self._invite(request)]
        self._workspace.core.changed()
        return done()


def _shown(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "state"}
