"""The type that a reference leads to, as far as declarations tell, and where it certainly leads to nothing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .said import Parts
from .scope import Fields
from .types import ANY, Kind, Type
from .values import Each, Index, Name, Reference, Step


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to.

    Attributes:
        type: any where declarations do not tell.
        unknown: a name that is not among the names of what it is looked for in.
        among: those names.
        never: why there is never anything at this path; empty if there may be.
        mend: how to write it instead.
        said, parts: which sentence that is, and what it names.
        table: the table whose row has no column of the unknown name, where it is one's.
    """

    type: Type
    unknown: str | None = None
    among: tuple[str, ...] = ()
    never: str = ""
    mend: str = ""
    said: str = ""
    parts: Parts = field(default_factory=dict[str, str])
    table: str | None = None


def follow(reference: Reference, fields: Fields) -> Found:
    """Follow a reference from the fields of its root."""
    found = _from_fields(reference.path, fields)
    return found if reference.convert is None else replace(found, type=reference.convert, mend="")


def _from_fields(path: tuple[Step, ...], fields: Fields) -> Found:
    if not path:
        return Found(fields.whole)
    first, rest = path[0], path[1:]
    if fields.table is not None and fields.whole.depth and not isinstance(first, Name):
        inner = _from_fields(rest, replace(fields, whole=fields.whole.item))
        return inner if isinstance(first, Index) else replace(inner, type=_listed(inner.type))
    if not isinstance(first, Name) or fields.whole.depth:
        return _from_type(path, fields.whole)
    if first.name in fields.inside:
        return _from_fields(rest, fields.inside[first.name])
    if first.name in fields.known:
        return _from_type(rest, fields.known[first.name])
    if fields.open:
        return Found(ANY)
    if fields.whole.kind not in (Kind.OBJECT, Kind.ANY):
        return _from_type(path, fields.whole)
    return Found(ANY, unknown=first.name, among=tuple(fields.known), table=fields.table)


def _from_type(path: tuple[Step, ...], kind: Type) -> Found:
    for position, step in enumerate(path):
        if kind == ANY:
            return Found(ANY)
        match step:
            case Name(name) if kind.depth:
                mend = f"Write [].{name} for that of each item, or [0].{name} for the first."
                parts = {"type": str(kind), "name": name}
                never = f"a {kind} has no {name!r}; its items may"
                return Found(ANY, never=never, mend=mend, said="never-there/list", parts=parts)
            case Name(name) if kind.kind not in (Kind.OBJECT, Kind.FILE):
                mend = "Refer to it without the last part, or read its parts with a card first."
                parts, never = {"type": str(kind), "name": name}, f"a {kind} has no {name!r}"
                return Found(ANY, never=never, mend=mend, said="never-there/plain", parts=parts)
            case Index() | Each() if not kind.depth:
                never, parts = f"a {kind} is no list", {"type": str(kind)}
                return Found(ANY, never=never, mend="Take the [ ] away.", said="never-there/no-list", parts=parts)
            case Name():
                return Found(ANY)
            case Index():
                kind = kind.item
            case Each():
                inner = _from_type(path[position + 1 :], kind.item)
                return replace(inner, type=_listed(inner.type))
    return Found(kind)


def _listed(kind: Type) -> Type:
    return Type(Kind.ANY, 1) if kind == ANY else kind.listed()
