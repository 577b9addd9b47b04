"""Endpoints for those who run them: which there are, and their client tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from keyturn.access.tokens import digest_of
from keyturn.flows.paging import Page, PageRequest

from .directory import Directory
from .ports import EndpointRecord, EndpointStore

_PREFIX = "kte_"


class NoSuchEndpoint(Exception):
    """There is no flow with this id whose event is an endpoint."""

    mend = "List the endpoints, or publish a flow with the event endpoint."


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A new client token, told only here.

    Attributes:
        address: where it opens the endpoint.
    """

    flow_id: str
    address: str
    token: str


class EndpointDesk:
    """Lists endpoints and makes their client tokens.

    Args:
        address: of this installation.
    """

    def __init__(self, store: EndpointStore, directory: Directory, address: str) -> None:
        self._store = store
        self._directory = directory
        self._address = address

    def address_of(self, flow_id: str) -> str:
        """Where a flow's endpoint is called."""
        return f"{self._address}/endpoints/{flow_id}"

    async def list(self, page: PageRequest) -> Page[EndpointRecord]:
        """Endpoints by the id of their flow."""
        return await self._store.list(page)

    async def make_token(self, flow_id: str, by: str) -> MadeToken:
        """A new client token; the one before stops working, in other processes within a second.

        Raises:
            NoSuchEndpoint
        """
        token = _PREFIX + secrets.token_urlsafe(32)
        if not await self._store.set_token(flow_id, digest_of(token), by):
            raise NoSuchEndpoint(f"There is no endpoint {flow_id!r}.")
        self._directory.forget(flow_id)
        return MadeToken(flow_id, self.address_of(flow_id), token)
