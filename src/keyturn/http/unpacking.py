"""Unpacks gzip and deflate bodies piece by piece.

Done here and not by aiohttp because the end of the packed stream must be seen: a gzip body that stops early
behind a matching Content-Length would else pass as whole.

Source: RFC 9110, section 8.4.1; RFC 1950 to 1952.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

ACCEPTED = "gzip, deflate"
_STEP = 256 * 1024  # unpacked bytes at a time, so that a bomb neither fills memory nor holds the loop
_ZLIB_OR_GZIP = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


class BadPacking(ValueError):
    """The body is not packed as its header says, or with a coding that was not asked for."""


class Unpacker:
    """Takes the packed pieces of one body, gives the unpacked ones.

    ``coding`` is the value of Content-Encoding. Raises `BadPacking` for one that is unknown.
    """

    def __init__(self, coding: str) -> None:
        codings = [one for part in coding.lower().split(",") if (one := part.strip()) not in ("", "identity")]
        if len(codings) > 1 or any(one not in ("gzip", "x-gzip", "deflate") for one in codings):
            raise BadPacking("unknown coding")
        self._packed = bool(codings)
        self._raw_possible = codings == ["deflate"]
        self._stream = zlib.decompressobj(_ZLIB_OR_GZIP)
        self._begun = False

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The unpacked bytes of ``piece`` in steps of bounded size. Raises `BadPacking`."""
        if not self._packed:
            yield piece
            return
        rest, more = piece, bool(piece)
        while more:
            if self._stream.eof:  # RFC 1952, section 2.2: members may follow one another
                self._stream = zlib.decompressobj(_ZLIB_OR_GZIP)
            unpacked = self._step(rest)
            yield unpacked
            rest = self._stream.unconsumed_tail or self._stream.unused_data
            # A full step may have more to give although all input is taken.
            more = bool(rest) or (len(unpacked) == _STEP and not self._stream.eof)

    def _step(self, data: bytes) -> bytes:
        if not self._begun and self._raw_possible and data[0] & 0x0F != 8:
            self._stream = zlib.decompressobj(_RAW)  # what some servers send as "deflate"
        self._begun = True
        try:
            return self._stream.decompress(data, _STEP)
        except zlib.error as exc:
            raise BadPacking(str(exc)) from exc

    @property
    def complete(self) -> bool:
        """Whether the body ended where its packing ends."""
        return not self._begun or self._stream.eof
