"""The one type of data that travels: JSON values.

Datetimes are text in one canonical form (``2026-11-24T12:00:00.000Z``), so that every value can be stored,
compared and shown without a second encoding.
"""

from __future__ import annotations

from typing import TypeAlias

from pydantic import JsonValue

JSON: TypeAlias = JsonValue
Values: TypeAlias = dict[str, JsonValue]
