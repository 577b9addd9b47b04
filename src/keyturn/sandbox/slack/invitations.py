"""Who is let into the pretend Slack workspace: requests of members to invite somebody, invitations of other companies
to a channel (Slack Connect).

Source: https://docs.slack.dev/reference/methods/admin.inviteRequests.list, .../admin.inviteRequests.approve,
.../conversations.inviteShared, .../conversations.listConnectInvites and .../team.externalTeams.list.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.people import COMPANY
from keyturn.sandbox.slack.people import Method, PeopleDesk
from keyturn.sandbox.slack.seed import BOT, TEAM
from keyturn.sandbox.slack.workspace import SlackWorkspace, arguments, done, failed, list_of, text_of
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text, texts

REQUESTS = "slack.invite_requests"
_SHARED, _COMPANIES = "slack.shared_invites", "slack.companies"
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
            "conversations.acceptSharedInvite": self._accept_shared,
            "conversations.requestSharedInvite.list": self._asked_for,
            "team.externalTeams.list": self._companies,
            "team.externalTeams.disconnect": self._disconnect,
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
        channel = self._workspace.room(text_of(given, "channel", "channel_not_found"))
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

    async def _accept_shared(self, request: Request) -> Response:
        """Nobody of the other company answers here: who has the id of an invitation accepts it in their place."""
        given = await arguments(request)
        text_of(given, "channel_name", "invalid_arguments")
        row = self._workspace.core.shelf(_SHARED)[await self._invite(request)]
        if row["status"] != "sent":
            raise failed("already_accepted")
        invite = as_object(row["invite"])
        domain = as_text(invite.get("recipient_email")).partition("@")[2] or "partner.example"
        team: JsonObject = {"id": f"T0{word_of(f'slack/team/{domain}', 9).upper()}", "name": domain, "domain": domain}
        row.update({"status": "accepted", "acceptances": [{"approval_status": "pending", "accepting_team": team}]})
        self._workspace.core.changed()
        channel = as_object(row["channel"])["id"]
        return done({"implicit_approval": False, "channel_id": channel, "invite_id": row["id"]})

    async def _approve_shared(self, request: Request) -> Response:
        """Then the channel is shared with the other company; what has not been accepted cannot be approved."""
        held, key = self._workspace.core.shelf(_SHARED), await self._invite(request)
        accepted = as_list(held[key]["acceptances"])
        if not accepted:
            raise failed("invite_not_accepted")
        team, channel = as_object(as_object(accepted[0])["accepting_team"]), as_object(held[key]["channel"])["id"]
        company = self._workspace.core.shelf(_COMPANIES).setdefault(as_text(team["id"]), {**team, "channels": []})
        company["channels"] = [*dict.fromkeys([*texts(company["channels"]), as_text(channel)])]
        self._mark(as_text(channel))
        del held[key]
        self._workspace.core.changed()
        return done()

    def _mark(self, channel: str) -> None:
        """Whether a channel is shared with anybody."""
        companies = self._workspace.core.shelf(_COMPANIES).values()
        shared = any(channel in texts(company["channels"]) for company in companies)
        self._workspace.channel(channel).update({"is_shared": shared, "is_ext_shared": shared})

    async def _asked_for(self, request: Request) -> Response:
        """Nobody here asks before they invite another company."""
        return done(self._workspace.page(await arguments(request), [], "invite_requests", 200))

    # other companies

    async def _companies(self, request: Request) -> Response:
        rows = [self._company(row) for row in self._workspace.core.shelf(_COMPANIES).values()]
        page = self._workspace.page(await arguments(request), rows, "organizations", 20)
        return done({**page, "total_count": len(rows)})

    def _company(self, row: JsonObject) -> JsonObject:
        channels = [self._workspace.channel(key) for key in texts(row["channels"])]
        private = sum(channel["is_private"] is True for channel in channels)
        counts: JsonObject = {"public_channel_count": len(channels) - private, "private_channel_count": private}
        named: JsonObject = {"team_id": row["id"], "team_name": row["name"], "team_domain": row["domain"]}
        status = "CONNECTED" if channels else "DISCONNECTED"
        return {"id": row["id"], **named, **counts, "im_channel_count": 0, "connection_status": status}

    async def _disconnect(self, request: Request) -> Response:
        """No channel is shared with a company any more."""
        target = text_of(await arguments(request), "target_team")
        company = self._workspace.core.shelf(_COMPANIES).get(target)
        if company is None:
            raise failed("invalid_target_team")
        channels = texts(company["channels"])
        company["channels"] = []
        for channel in channels:
            self._mark(channel)
        self._workspace.core.changed()
        return done()

    async def _decline_shared(self, request: Request) -> Response:
        del self._workspace.core.shelf(_SHARED)[await self._invite(request)]
        self._workspace.core.changed()
        return done()


def _shown(row: JsonObject) -> JsonObject:
    return {name: value for name, value in row.items() if name != "state"}
