"""Resume addresses: who calls one has the runs go on that pause there.

An address ends with a token: the numbers of run and place, and a proof that only the installation's key can make of
them. So nothing that could resume a run is stored, and a wrong token is refused without a look into the database.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from keyturn.engine.pauses import MadeAddress, ResumePlace, ResumeState, Resuming, Resumption
from keyturn.engine.points import Point, Points
from keyturn.flows.json import JSON

PATH = "/resume/"
BY_ADDRESS = "resume address"
_PREFIX = "ktr_"
_CONTEXT = "resume address"
_NUMBERS, _PROOF = 32, 32


class NoSuchAddress(Exception):
    """This is no resume address of this installation."""

    mend = "Use the address as it was sent, whole."


class PauseOver(Exception):
    """Nothing waits at a resume address any more."""

    mend = "Ask those who run this flow; its history says why it did not wait any longer."


class Prover(Protocol):
    """Who has the installation's key, and former ones."""

    @property
    def key_name(self) -> str: ...

    def prove(self, message: bytes, context: str, key_name: str | None = None) -> bytes | None: ...

    def proves(self, message: bytes, context: str, proof: bytes) -> bool: ...


@dataclass(frozen=True, slots=True)
class ProvedAddresses:
    """Writes and reads resume addresses.

    Attributes:
        address: of this installation.
    """

    prover: Prover
    address: str

    def make(self, place: ResumePlace) -> MadeAddress:
        """An address for a place, to be proved by the present key."""
        return MadeAddress(place, self.prover.key_name, self.address)

    def write(self, made: MadeAddress) -> str | None:
        """The whole address; None if the key that proves it is not there any more."""
        numbers = made.place.root_id.bytes + made.place.id.bytes
        proof = self.prover.prove(numbers, _CONTEXT, made.key)
        if proof is None:
            return None
        token = base64.urlsafe_b64encode(numbers + proof).rstrip(b"=").decode()
        return f"{made.base}{PATH}{_PREFIX}{token}"

    def place_of(self, address: str) -> ResumePlace | None:
        """What an address, or its token alone, stands for; None if it is none of ours."""
        token = address.strip().rpartition("/")[2]
        if not token.startswith(_PREFIX):
            return None
        try:
            raw = base64.b64decode(token.removeprefix(_PREFIX) + "==", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        numbers, proof = raw[:_NUMBERS], raw[_NUMBERS:]
        if len(proof) != _PROOF or not self.prover.proves(numbers, _CONTEXT, proof):
            return None
        return ResumePlace(UUID(bytes=numbers[16:]), UUID(bytes=numbers[:16]))


class ResumeCalls:
    """Takes calls of resume addresses.

    Args:
        points: told of what is said.
    """

    def __init__(self, addresses: ProvedAddresses, pauses: Resuming, points: Points | None = None) -> None:
        self._addresses = addresses
        self._pauses = pauses
        self._points = points or Points()

    async def call(self, token: str, body: JSON) -> Resumption:
        """Have the runs go on that pause at an address; a second call changes nothing and is told so.

        Raises:
            NoSuchAddress, PauseOver
            StoreUnavailable: the database is away.
        """
        place = self._addresses.place_of(token)
        if place is None:
            raise NoSuchAddress("There is no such resume address.")
        said = self._pauses.resume
        resumption = await self._points.around(Point.RESUMED, lambda: said(place, body, BY_ADDRESS))
        if resumption.state is ResumeState.OVER:
            raise PauseOver("Nothing waits here any more: the time of the pause is over, or the run has ended.")
        return resumption
