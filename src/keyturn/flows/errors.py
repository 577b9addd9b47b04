"""The error of a card: what happened, where, and how to mend it.

Function cards raise it with message, field and mend; the engine adds flow, card and run. As ``error`` it is
what If Error, ``then: continue`` and the history show.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .json import JSON, Values


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """The fields of a card's error.

    Attributes:
        message: what happened, one sentence for people.
        code: stable short name, for example ``app-answered`` or ``bad-input``.
        mend: what to do about it; may be empty.
        why: the likely cause; may be empty.
        status: HTTP status of the app's answer, or of a Return Error card.
        field: the input concerned.
        card, title, flow, run: where, filled in by the engine.
        body: the app's answer, masked and cut.
    """

    message: str
    code: str = "failed"
    mend: str = ""
    why: str = ""
    status: int | None = None
    field: str | None = None
    card: str | None = None
    title: str | None = None
    flow: str | None = None
    run: str | None = None
    body: JSON = None

    def to_json(self) -> Values:
        """As the ``error`` object that flows and history see; empty fields are null."""
        return {
            "message": self.message,
            "code": self.code,
            "mend": self.mend,
            "why": self.why,
            "status": self.status,
            "field": self.field,
            "card": self.card,
            "title": self.title,
            "flow": self.flow,
            "run": self.run,
            "body": self.body,
        }

    def to_flow(self) -> Values:
        """As flows see it: with the names besides that errors of Okta Workflows have (reference, 4.2)."""
        return {
            **self.to_json(),
            "statusCode": self.status,
            "method": self.card,
            "flo": self.flow,
            "execution": self.run,
        }

    @classmethod
    def from_json(cls, raw: Values) -> ErrorDetail:
        """The opposite of ``to_json``; unknown keys are ignored."""

        def text(name: str) -> str | None:
            value = raw.get(name)
            return value if isinstance(value, str) else None

        status = raw.get("status")
        return cls(
            message=text("message") or "failed",
            code=text("code") or "failed",
            mend=text("mend") or "",
            why=text("why") or "",
            status=status if isinstance(status, int) else None,
            field=text("field"),
            card=text("card"),
            title=text("title"),
            flow=text("flow"),
            run=text("run"),
            body=raw.get("body"),
        )


class CardError(Exception):
    """A card could not do its work."""

    def __init__(self, detail: ErrorDetail) -> None:
        self.detail = detail
        super().__init__(detail.message)

    @classmethod
    def bad_input(cls, field: str, message: str, mend: str) -> CardError:
        """An input that the card cannot work with."""
        return cls(ErrorDetail(message=message, code="bad-input", field=field, mend=mend))

    def located(self, *, card: str, title: str | None, flow: str, run: str) -> CardError:
        """The same error with its place, unless it has one already (as one from a helper flow has)."""
        if self.detail.card is not None:
            return self
        return CardError(replace(self.detail, card=card, title=title, flow=flow, run=run))
