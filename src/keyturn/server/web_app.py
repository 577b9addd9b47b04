"""The web app's files: one page for all addresses of people, its assets, and a page where it was not built.

Whatever a browser navigates to and no route owns is the app's page, so that a link to any of its screens works.
Assets have their content's hash in the name and are kept by browsers for ever.
"""

from __future__ import annotations

import gzip
import mimetypes
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from .start_page import NOT_BUILT_PAGE

BUILT = Path(__file__).parent / "web"
_ASSETS = "/assets/"
_NONCE = "{{nonce}}"
_FOR_EVER = "public, max-age=31536000, immutable"
_PACKED = frozenset({"text/html", "text/css", "text/javascript", "image/svg+xml", "application/json"})
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
# What programs call. Everything else that a browser opens belongs to the web app.
_OWNED = ("/api", "/hooks", "/endpoints", "/resume", "/session", "/oauth", "/healthz", "/readyz", "/openapi.json")


def policy(nonce: str) -> str:
    """The Content-Security-Policy of the app's page: nothing from or to another host, no script but its own files.

    Style elements that its libraries make carry the nonce.
    """
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; font-src 'self'; img-src 'self' data:; "
        f"style-src 'self' 'nonce-{nonce}'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )


@dataclass(frozen=True)
class Asset:
    """One built file, packed when it is first asked for."""

    name: str
    content: bytes

    @property
    def type(self) -> str:
        known = _TYPES.get(Path(self.name).suffix) or mimetypes.guess_type(self.name)[0]
        return known or "application/octet-stream"

    @cached_property
    def packed(self) -> bytes | None:
        """Compressed, where that helps."""
        return gzip.compress(self.content, 9, mtime=0) if self.type in _PACKED else None


class WebApp:
    """Answers what browsers navigate to, and the app's assets; hands everything else on."""

    def __init__(self, app: ASGIApp, built: Path = BUILT) -> None:
        """
        Args:
            built: the folder with index.html and assets; it may be missing. All of it is read now: an upgrade
                that replaces the files leaves this program's page with what belongs to it.
        """
        self._app = app
        page = built / "index.html"
        self._page = page.read_text(encoding="utf-8") if page.is_file() else None
        files = [
            file
            for file in built.rglob("*")
            if file.is_file() and file.parent.name in ("assets", built.name) and file != page
        ]
        self._assets = {"/" + file.relative_to(built).as_posix(): Asset(file.name, file.read_bytes()) for file in files}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            answer = self._answer(scope["path"], Headers(scope=scope))
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _answer(self, path: str, headers: Headers) -> Response | None:
        asset = self._assets.get(path)
        if asset is not None:
            return _asset(path, asset, headers)
        if path == "/" or (_is_for_people(path) and "text/html" in headers.get("accept", "")):
            return self._shown()
        return None

    def _shown(self) -> Response:
        if self._page is None:
            return Response(NOT_BUILT_PAGE, media_type="text/html")
        nonce = secrets.token_urlsafe(16)
        headers = {"Content-Security-Policy": policy(nonce)}
        return Response(self._page.replace(_NONCE, nonce), media_type="text/html", headers=headers)


def _is_for_people(path: str) -> bool:
    return not path.startswith(_ASSETS) and not any(path == own or path.startswith(f"{own}/") for own in _OWNED)


def _asset(path: str, asset: Asset, headers: Headers) -> Response:
    added = {"Vary": "Accept-Encoding", "Cache-Control": _FOR_EVER if path.startswith(_ASSETS) else "no-cache"}
    content = asset.content
    if asset.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        content, added["Content-Encoding"] = asset.packed, "gzip"
    return Response(content, media_type=asset.type, headers=added)
