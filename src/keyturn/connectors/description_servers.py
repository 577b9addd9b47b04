"""The addresses that a description of an API gives: the first that can be used is the connector's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult

from keyturn.flows.json import JSON, Values

from .description_faults import NAMED
from .description_gaps import one_line
from .description_parts import dict_of, list_of, split_address, text_of
from .manifest_paths import segments_astray

# How what stands for somebody's own name begins.
_NOBODYS = ("your", "my", "some", "example", "foo", "xxx", "changeme")
_HOST = re.compile(r"[^\s.@\\{}]+(?:\.[^\s.@\\{}]+)*\.?")


@dataclass(frozen=True, slots=True)
class Server:
    """An address of an API.

    Attributes:
        base: scheme and host; empty for one below the address at which the description lies.
        prefix: what stands before each path.
        own: each customer has another one, or nobody knows it.
        serves: it is that of some customers for all that is known, and no mere example.
    """

    base: str
    prefix: str
    own: bool
    serves: bool = True


def servers_of(raw: Values) -> tuple[Server | None, list[str]]:
    """The first server that can be used, and the addresses before it that cannot."""
    strange: list[str] = []
    for entry in list_of(raw.get("servers")):
        server = server_of(entry)
        if server is not None:
            return server, strange
        strange.append(one_line(_filled(dict_of(entry))))
    return None, strange


def server_of(entry: JSON) -> Server | None:
    """A server; None of what cannot be used as one."""
    url = _filled(dict_of(entry))
    parts = split_address(url)
    if parts is None or re.search(r"[\s\\{}]", url) or not _is_web(parts) or segments_astray(parts.path.rstrip("/")):
        return None
    host = text_of(dict_of(entry), "url").partition("://")[2].partition("/")[0]
    whole = bool(parts.scheme and parts.netloc)
    base = f"{parts.scheme}://{parts.netloc}" if whole else ""
    named, variables = NAMED.findall(host), dict_of(dict_of(entry).get("variables"))
    serves = not any(_is_placeholder(name, dict_of(variables.get(name))) for name in named)
    return Server(base, parts.path.rstrip("/"), not whole or bool(named), whole and serves)


def own_address(first: Server | None, operation: Values, path: Values) -> str:
    """The address of an operation that is sent elsewhere than all others; empty if it is not.

    Args:
        first: where all others are sent.
        path: that of the operation, which may have addresses for all of its own.
    """
    given = list_of(operation.get("servers")) or list_of(path.get("servers"))
    if first is None or not given or any(server_of(entry) == first for entry in given):
        return ""
    return one_line(_filled(dict_of(given[0]))) or "that cannot be read"


def lost_addresses(raw: Values) -> Iterator[str]:
    """The addresses that are none."""
    first, strange = servers_of(raw)
    instead = f"{first.base}{first.prefix} is taken." if first is not None else ""
    for number, address in enumerate(strange):
        if first is not None:
            yield f"the address {address}: it cannot be used, and {instead}"
        elif number == 0:
            yield f"the address {address}: it cannot be read. Connections give theirs, with what is before the paths."
        else:
            yield f"the address {address}: it cannot be read either."


def _is_placeholder(name: str, variable: Values) -> bool:
    """Whether what stands for a variable is nobody's: ``your-name``, or its own name, as in ``subdomain.okta.com``.
    What is chosen from a list is somebody's."""
    if list_of(variable.get("enum")):
        return False
    default, called = (_letters(text) for text in (text_of(variable, "default"), name))
    return not default or called in default or called.endswith(default) or default.startswith(_NOBODYS)


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def _filled(server: Values) -> str:
    variables = dict_of(server.get("variables"))
    return NAMED.sub(lambda found: text_of(dict_of(variables.get(found[1])), "default"), text_of(server, "url"))


def _is_web(parts: SplitResult) -> bool:
    """Whether connectors send to it: by HTTP, or where the description lies."""
    try:
        port = parts.port
    except ValueError:
        return False
    if parts.scheme:
        return parts.scheme in ("https", "http") and _HOST.fullmatch(parts.netloc) is not None and port != 0
    return parts.path[:1] in ("", "/")
