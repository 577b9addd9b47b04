"""Types of fields: ``text``, ``number``, ..., and lists of them (``list of text``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The basic kinds of values a field can hold."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    OBJECT = "object"
    FILE = "file"
    ANY = "any"
    SECRET = "secret"


_LIST_PREFIX = "list of "
_MOST_LISTS = 8


class TypeSyntaxError(ValueError):
    """A text that names no type."""


@dataclass(frozen=True, slots=True)
class Type:
    """A kind, inside ``depth`` levels of list.

    Attributes:
        kind: the innermost kind.
        depth: 0 for a single value, 1 for a list of it, and so on.
    """

    kind: Kind
    depth: int = 0

    @classmethod
    def parse(cls, text: str) -> Type:
        """Read ``text``, ``list of text``, ``list of list of number``...

        Raises:
            TypeSyntaxError: the text names no known type.
        """
        depth = 0
        rest = text.strip()
        while rest.startswith(_LIST_PREFIX) and depth < _MOST_LISTS:
            depth += 1
            rest = rest[len(_LIST_PREFIX) :].strip()
        if rest.startswith(_LIST_PREFIX):
            raise TypeSyntaxError(f"lists go {_MOST_LISTS} levels deep at most")
        try:
            return cls(Kind(rest), depth)
        except ValueError:
            known = ", ".join(kind.value for kind in Kind)
            raise TypeSyntaxError(
                f"{text[:60]!r} is not a type; types are {known}, and 'list of' any of them"
            ) from None

    @property
    def is_list(self) -> bool:
        return self.depth > 0

    @property
    def item(self) -> Type:
        """The type of one item of a list (the type itself where it is no list)."""
        return Type(self.kind, self.depth - 1) if self.depth else self

    def listed(self) -> Type:
        """A list of this type."""
        return Type(self.kind, self.depth + 1)

    def __str__(self) -> str:
        return _LIST_PREFIX * self.depth + self.kind.value


TEXT = Type(Kind.TEXT)
NUMBER = Type(Kind.NUMBER)
BOOLEAN = Type(Kind.BOOLEAN)
DATETIME = Type(Kind.DATETIME)
OBJECT = Type(Kind.OBJECT)
FILE = Type(Kind.FILE)
ANY = Type(Kind.ANY)
SECRET = Type(Kind.SECRET)
LIST = Type(Kind.ANY, 1)
