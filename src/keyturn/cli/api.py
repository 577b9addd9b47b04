"""Keyturn's API, as the commands call it."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, NoReturn
from urllib.parse import quote, urlencode, urlsplit

import orjson

from .exits import Exit, leave

if TYPE_CHECKING:
    from keyturn.flows.json import JSON, Values

_SECONDS = 60.0
# How the API names what options of commands say.
_SAID_BY_QUERY = re.compile(r"\b(even_if_[a-z_]+)=true\b")
_PIECE = 256 * 1024


class ApiError(Exception):
    """The API refused a call, or could not be reached (``status`` is None)."""

    def __init__(self, status: int | None, problems: list[Values]) -> None:
        self.status = status
        self.problems = problems
        super().__init__("\n".join(map(_said, problems)))

    def end(self) -> NoReturn:
        """End the command with what the API said."""
        codes = {None: Exit.UNREACHABLE, 401: Exit.FORBIDDEN, 403: Exit.FORBIDDEN, 503: Exit.UNREACHABLE}
        leave(codes.get(self.status, Exit.BAD), str(self))


class Api:
    """A blocking client with a token.

    Args:
        address: of the server, for example http://127.0.0.1:8450.
        seconds: how long one call may take.
    """

    def __init__(self, address: str, token: str | None, seconds: float = _SECONDS) -> None:
        self._address = address.rstrip("/")
        self._token = token
        self._seconds = seconds

    def get(self, path: str, **query: str | int | bool | list[str] | None) -> JSON:
        """Read. A list gives a name several times. Raises ApiError."""
        given: list[tuple[str, str]] = []
        for name, value in query.items():
            if isinstance(value, list):
                given += [(name, one) for one in value]
            elif value is not None:
                given.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
        return self._call("GET", f"{path}?{urlencode(given)}" if given else path)

    def post(self, path: str, body: JSON = None, headers: dict[str, str] | None = None) -> JSON:
        """Do. Raises ApiError."""
        return self._call("POST", path, {} if body is None else body, headers)

    def put(self, path: str, body: JSON = None) -> JSON:
        """Set. Raises ApiError."""
        return self._call("PUT", path, body)

    def patch(self, path: str, body: JSON) -> JSON:
        """Change. Raises ApiError."""
        return self._call("PATCH", path, body)

    def delete(self, path: str) -> JSON:
        """Remove. Raises ApiError."""
        return self._call("DELETE", path)

    def text(self, path: str) -> str:
        """Read a text. Raises ApiError."""
        return self._send("GET", path, None, {}).decode()

    def pieces(self, path: str) -> Iterator[bytes]:
        """Read what is too much to be held at once. Raises ApiError."""
        with self._opened("GET", path, None, {"Accept": "*/*"}) as answer:
            while piece := answer.read(_PIECE):
                yield piece

    def send(self, path: str, content: Iterable[bytes], content_type: str, size: int) -> JSON:
        """Set what is too much to be held at once. Raises ApiError."""
        headers = {"Content-Type": content_type, "Content-Length": str(size)}
        with self._opened("PUT", path, content, headers) as answer:
            return orjson.loads(answer.read())

    def lines(self, path: str, content: Iterable[bytes], content_type: str) -> Iterator[Values]:
        """Send what is too much to be held at once; gives the objects of the answer, one a line. Raises ApiError."""
        with self._opened("POST", path, content, {"Content-Type": content_type}) as answer:
            for line in answer:
                fields: JSON = orjson.loads(line)
                yield fields if isinstance(fields, dict) else {}

    def rows(
        self, path: str, most: int, *, under: str = "rows", **query: str | int | bool | list[str] | None
    ) -> Iterator[Values]:
        """Rows of a listing, page by page, ``most`` at most. Raises ApiError.

        Args:
            under: the name under which a page has them.
        """
        for page in self.pages(path, most, under=under, anew=False, **query):
            yield from rows_of(page, under)

    def pages(
        self,
        path: str,
        most: int,
        *,
        under: str = "rows",
        anew: bool = False,
        **query: str | int | bool | list[str] | None,
    ) -> Iterator[Values]:
        """Pages of a listing, until they have ``most`` rows. Raises ApiError.

        Args:
            under: the name under which a page has its rows.
            anew: what the server keeps for a while is loaded anew, once.
        """
        after: str | None = None
        while most > 0:
            page = self.get(path, limit=min(most, 200), after=after, **query, refresh=(anew and after is None) or None)
            fields = page if isinstance(page, dict) else {}
            yield fields
            most -= len(rows_of(fields, under))
            mark = fields.get("next")
            if not isinstance(mark, str):
                return
            after = mark

    def _call(self, method: str, path: str, body: JSON = None, headers: dict[str, str] | None = None) -> JSON:
        content = None if body is None else orjson.dumps(body)
        answer = self._send(method, path, content, headers or {})
        try:
            return orjson.loads(answer) if answer else None
        except orjson.JSONDecodeError as error:
            what = f"What answers at {self._address} is not Keyturn: it sends no JSON."
            raise ApiError(None, [{"what": what, "mend": "Set KEYTURN_URL to where Keyturn runs."}]) from error

    def _send(self, method: str, path: str, content: bytes | None, headers: dict[str, str]) -> bytes:
        with self._opened(method, path, content, headers) as answer:
            return answer.read()

    @contextmanager
    def _opened(
        self, method: str, path: str, content: bytes | Iterable[bytes] | None, headers: dict[str, str]
    ) -> Generator[BinaryIO]:
        """The body of an answer, as it comes. Raises ApiError, also while it is read."""
        # these take a tenth of a second to load, which commands that call nobody need not wait for
        import http.client
        import urllib.error
        import urllib.request

        self._check()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(
            f"{self._address}/api/v1{path}",
            data=content,
            method=method,
            headers={"Accept": "application/json", "Content-Type": "application/json", **headers},
        )
        if self._token:
            request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with opener.open(request, timeout=self._seconds) as answer:
                yield answer
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, _problems(error.read(), error.code)) from error
        except (OSError, http.client.HTTPException) as error:
            problem: Values = {
                "what": f"Keyturn does not answer at {self._address}: {error}.",
                "mend": "Start it with 'keyturn server', or set KEYTURN_URL to where it runs.",
            }
            raise ApiError(None, [problem]) from error

    def _check(self) -> None:
        """Raise ApiError if address or token cannot be used at all."""
        parts = urlsplit(self._address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            what = f"{self._address!r} is no address of a server."
            raise ApiError(None, [{"what": what, "mend": "Set KEYTURN_URL to for example http://127.0.0.1:8450."}])
        if self._token and not (self._token.isascii() and self._token.isprintable()):
            what = "The token holds a character that no token has."
            raise ApiError(401, [{"what": what, "mend": "Copy it again into KEYTURN_TOKEN, without quotes or spaces."}])


def rows_of(page: Values, under: str = "rows") -> list[Values]:
    """The rows that a page has."""
    rows = page.get(under)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _said(problem: Values) -> str:
    """A problem in one line, with where it is."""
    where = ", ".join(f"{name} {problem[name]}" for name in ("flow", "card", "field") if problem.get(name))
    head = f"[{where}] " if where else ""
    mend = _SAID_BY_QUERY.sub(lambda found: f"--{found[1].replace('_', '-')}", str(problem.get("mend", "")))
    return f"{head}{problem.get('what', '')} {mend}".strip()


def _problems(body: bytes, status: int) -> list[Values]:
    try:
        parsed: JSON = orjson.loads(body)
    except orjson.JSONDecodeError:
        parsed = None
    problems = parsed.get("problems") if isinstance(parsed, dict) else None
    if isinstance(problems, list):
        return [problem for problem in problems if isinstance(problem, dict)]
    return [{"what": f"The server answered {status}.", "mend": "Is this address Keyturn's?"}]


def segment(text: str) -> str:
    """A name as one segment of a path."""
    return quote(text, safe="")
