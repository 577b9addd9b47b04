"""Paths as logs show them."""

from __future__ import annotations

from keyturn.triggers.resume import PATH as _RESUME


def logged(path: str) -> str:
    """A path without what opens something: of a resume address only where it is."""
    return f"{_RESUME}..." if path.startswith(_RESUME) else path
