"""Seals anew, with the present key, what former keys have sealed."""

from __future__ import annotations

from dataclasses import dataclass

from .ports import SealedStore
from .vault import CannotDecrypt, Vault


@dataclass(frozen=True, slots=True)
class Resealed:
    """What came of it.

    Attributes:
        anew: how many were sealed anew.
    """

    anew: int


async def reseal(store: SealedStore, vault: Vault) -> Resealed:
    """Seal anew what can be opened; doing it again, or at two places at once, does no harm."""
    anew = 0
    for row in await store.rows():
        if vault.is_current(row.sealed):
            continue
        try:
            plain = vault.open(row.sealed, row.context)
        except CannotDecrypt:
            continue  # nobody has its key; who looks at connections tells
        anew += await store.replace(row, vault.seal(plain, row.context))
    return Resealed(anew)
