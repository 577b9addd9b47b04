"""Problems: what is wrong, where, why, and how to mend it.

One shape for checker, API, command line, history and web. Nothing in Keyturn tells a person of a mistake in
another form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as _field
from enum import StrEnum


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        code: stable short name, for example ``unknown-card``.
        what: what is wrong, one sentence.
        mend: what to do about it, one sentence.
        why: why it matters or how it came about; may be empty.
        flow, card, field: where, by id and field name; None where it does not apply.
        path: position in the document, for example ``("cards", 0, "inputs", "url")``.
        file, line: position in a file; line counts from 1.
        severity: an error keeps a flow from being published, a warning does not.
        said, parts: which sentence it is and what that names, for who says it in other words (see ``said``).
    """

    code: str
    what: str
    mend: str
    why: str = ""
    flow: str | None = None
    card: str | None = None
    field: str | None = None
    path: tuple[str | int, ...] = ()
    file: str | None = None
    line: int | None = None
    severity: Severity = Severity.ERROR
    said: str = ""
    parts: Mapping[str, str] = _field(default_factory=dict[str, str], hash=False)

    def at(self, *, file: str | None = None, line: int | None = None) -> Problem:
        """The same problem with its place in a file."""
        return replace(self, file=file or self.file, line=line or self.line)

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        where = ", ".join(
            f"{name} {value}"
            for name, value in (("flow", self.flow), ("card", self.card), ("field", self.field))
            if value
        )
        head = " ".join(part for part in (place, f"[{where}]" if where else "") if part)
        return f"{head + ': ' if head else ''}{self.what} {self.mend}".strip()


class ProblemError(Exception):
    """Raised where a caller handed over something with problems; carries all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """The problems that keep a flow from being published."""
    return [problem for problem in problems if problem.severity is Severity.ERROR]
