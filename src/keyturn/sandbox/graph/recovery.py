"""BitLocker recovery keys of the pretend Microsoft 365 tenant, which whoever takes back a computer needs.

Source: https://learn.microsoft.com/en-us/graph/api/bitlocker-list-recoverykeys and .../bitlockerrecoverykey-get: the
key itself is shown of one alone, and only if `$select` names it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.graph.directory import GraphDirectory, Kind
from keyturn.sandbox.routing import Route

_SHELF = "graph.recovery_keys"
_USUAL = ("id", "createdDateTime", "volumeType", "deviceId")
_LISTED = Kind("bitlockerRecoveryKey", "informationProtection/bitlocker/recoveryKeys", frozenset(_USUAL), _USUAL)
_ONE = Kind(_LISTED.name, _LISTED.context, _LISTED.names | {"key"}, _USUAL)


class RecoveryKeyDesk:
    """Answers `/informationProtection/bitlocker/recoveryKeys`."""

    def __init__(self, directory: GraphDirectory) -> None:
        self._directory = directory

    def routes(self) -> list[Route]:
        """The operations."""
        keys = "/v1.0/informationProtection/bitlocker/recoveryKeys"
        return [Route(keys, self._list), Route(keys + "/{key}", self._get)]

    async def _list(self, request: Request) -> Response:
        return self._directory.listed(request, list(self._directory.core.shelf(_SHELF).values()), _LISTED)

    async def _get(self, request: Request) -> Response:
        return self._directory.one(request, self._directory.document(request, _SHELF), _ONE)
