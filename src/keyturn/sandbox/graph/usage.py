"""Usage reports of the pretend Microsoft 365 tenant, as CSV: who signed in last, what is in mail boxes.

Source: https://learn.microsoft.com/en-us/graph/api/reportroot-getoffice365activeuserdetail and
.../reportroot-getmailboxusagedetail. Graph answers 302 with an address of the file at another host that lets in whoever
has it, for a few minutes, and wants no token; here it is below the tenant's own address.
"""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Callable
from typing import TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.graph.directory import GraphDirectory
from keyturn.sandbox.graph.inherited import licences
from keyturn.sandbox.routing import Route
from keyturn.sandbox.values import as_list, as_object, as_text, normal
from keyturn.sandbox.wire import raw_path

_Row: TypeAlias = "dict[str, str]"
_PERIODS = ("D7", "D30", "D90", "D180")
_LENGTH = 1_024
_DOWNLOADS = "/downloads/reports/"
_VALID_S = 300


class UsageDesk:
    """Answers reports of `/reports` that have a row for each user."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory
        self._reports: dict[str, Callable[[GraphAccount], _Row]] = {
            "getOffice365ActiveUserDetail": self._active,
            "getMailboxUsageDetail": self._mailbox,
            "getEmailActivityUserDetail": self._email,
        }

    @staticmethod
    def is_open(path: str) -> bool:
        """Whether a path is of a file that its address lets one have."""
        return path.startswith(_DOWNLOADS)

    def routes(self) -> list[Route]:
        """The operations: `getX(period='D7')` comes here as `getX/D7`."""
        routes: list[Route] = []
        for name in self._reports:
            routes.append(Route(f"/v1.0/reports/{name}/{{period}}", self._ask))
            routes.append(Route(f"{_DOWNLOADS}{name}/{{period}}/{{code}}", self._download))
        return routes

    def _named(self, request: Request) -> tuple[str, str]:
        """The report and the period. Raises Refused (400)."""
        period = str(request.path_params["period"]).upper()
        if period not in _PERIODS:
            text = f"Invalid period value specified. The available period values are: {', '.join(_PERIODS)}."
            raise self._directory.words.refuse(400, "InvalidRequest", text)
        parts = raw_path(request).lower().split("/")
        return next(name for name in self._reports if name.lower() in parts), period

    async def _ask(self, request: Request) -> Response:
        name, period = self._named(request)
        ends = int(self._directory.core.clock().timestamp()) + _VALID_S
        place = f"{self._directory.core.base('graph')}{_DOWNLOADS}{name}/{period}/{self._code(name, period, ends)}"
        return Response(status_code=302, headers={"Location": place})

    def _code(self, name: str, period: str, ends: int) -> str:
        key = self._directory.core.world.secrets.graph.encode()
        return f"{ends}-{hmac.new(key, f'{name}/{period}/{ends}'.encode(), 'sha256').hexdigest()}"

    async def _download(self, request: Request) -> Response:
        name, period = self._named(request)
        given = str(request.path_params["code"])
        ends = int(given.partition("-")[0]) if given.partition("-")[0].isdigit() else 0
        if not hmac.compare_digest(given.encode(), self._code(name, period, ends).encode()):
            raise self._directory.words.refuse(403, "AuthenticationFailed", "The address is not signed.")
        if ends < self._directory.core.clock().timestamp():
            raise self._directory.words.refuse(403, "AuthenticationFailed", "The address is not valid any more.")
        accounts = [one for one in self._directory.core.world.accounts.graph if not one.guest]
        rows: list[_Row] = [{**self._reports[name](one), "Report Period": period.removeprefix("D")} for one in accounts]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        # the byte order mark that Microsoft writes too
        return Response("\ufeff" + text.getvalue(), media_type="application/octet-stream")

    def _who(self, account: GraphAccount) -> _Row:
        return {
            "Report Refresh Date": self._directory.now()[:10],
            "User Principal Name": account.login,
            "Display Name": as_text(account.profile.get("displayName")),
            "Is Deleted": "False",
            "Deleted Date": "",
        }

    def _active(self, account: GraphAccount) -> _Row:
        core = self._directory.core
        held = {as_text(as_object(one)["skuId"]) for one in licences(core, account.id)}
        skus = [sku for sku in core.shelf("graph.skus").values() if sku["skuId"] in held]
        plans = {as_text(as_object(plan)["servicePlanName"]) for sku in skus for plan in as_list(sku["servicePlans"])}
        has = {"Exchange": "EXCHANGE", "SharePoint": "SHAREPOINT", "Teams": "TEAMS"}
        rights = {f"Has {name} License": str(any(one.startswith(word) for one in plans)) for name, word in has.items()}
        last = {"Exchange Last Activity Date": (account.last_sign_in or "")[:10]}
        return {
            **self._who(account),
            **rights,
            **last,
            "Assigned Products": "+".join(as_text(sku["skuPartNumber"]) for sku in skus),
        }

    def _mailbox(self, account: GraphAccount) -> _Row:
        own = {normal(account.login), normal(as_text(account.profile.get("mail")))}
        mail = self._directory.core.world.mail
        found = [one for one in mail if own & set(map(normal, one.recipients))]
        found += [one for one in mail if one.saved and normal(one.sender) == normal(account.login)]
        about = {
            "Created Date": account.created[:10],
            "Last Activity Date": max((one.sent[:10] for one in found), default=""),
        }
        return {
            **self._who(account),
            **about,
            "Item Count": str(len(found)),
            "Storage Used (Byte)": str(len(found) * _LENGTH),
        }

    def _email(self, account: GraphAccount) -> _Row:
        """What somebody has sent and got; who has read what is not counted."""
        own = {normal(account.login), normal(as_text(account.profile.get("mail")))}
        sent = [one for one in self._directory.core.world.mail if normal(one.sender) == normal(account.login)]
        got = [one for one in self._directory.core.world.mail if own & set(map(normal, one.recipients))]
        counts = {"Send Count": str(len(sent)), "Receive Count": str(len(got)), "Read Count": "0"}
        last = max((one.sent[:10] for one in [*sent, *got]), default="")
        return {**self._who(account), "Last Activity Date": last, **counts}
