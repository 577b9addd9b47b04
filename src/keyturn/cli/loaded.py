"""What was loaded from an app by way of a connection: read page by page, with what there is to be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from .api import rows_of
from .output import time_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyturn.flows.json import Values

    from .api import Api


@dataclass(frozen=True, slots=True)
class Loaded:
    """Choices or fields.

    Attributes:
        of: how many were searched.
        at: when the app was asked for them.
        cut: whether there are more that fit.
        more: whether the app has further ones, which nobody read.
    """

    rows: Sequence[Values]
    of: int
    at: str
    cut: bool
    more: bool

    def why_none(self, search: str = "", *, again: bool) -> str:
        """What is said where nothing is found.

        Args:
            again: whether asking anew may help.
        """
        mend = " Ask it anew: --refresh." if again else ""
        when = f"at {time_words(self.at)}" if self.at else "when it was asked"
        if self.of == 0:
            return f"The app had none {when}.{mend}"
        further = " It has more than were read." if self.more else ""
        return f"None of the {self.of} that the app had {when} has {search!r} in its label.{further}{mend}"

    def tell_cut(self) -> None:
        """Say beside the rows that they are not all."""
        if self.cut:
            typer.echo(f"There are more than these {len(self.rows)}: say --most {max(self.of, 1)}.", err=True)
        elif self.more and self.rows:
            typer.echo(f"The app has more than the {self.of} that were read.", err=True)


def load(api: Api, path: str, most: int, *, refresh: bool, given: list[str], search: str = "") -> Loaded:
    """Read what was loaded, ``most`` at most; the app is asked anew once. Raises ApiError."""
    pages = [*api.pages(path, most, anew=refresh, given=given, search=search)]
    rows, fields = [row for page in pages for row in rows_of(page)], pages[-1] if pages else {}
    of = fields.get("of")
    return Loaded(
        rows,
        of if isinstance(of, int) else len(rows),
        str(fields.get("loaded_at") or ""),
        cut=isinstance(fields.get("next"), str),
        more=fields.get("more") is True,
    )
