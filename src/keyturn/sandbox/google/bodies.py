"""What is sent to the pretend Google Workspace account: values of another type than Google's are refused."""

from __future__ import annotations

from starlette.requests import Request

from keyturn.sandbox import wire
from keyturn.sandbox.google import words
from keyturn.sandbox.google.shapes import google_shapes
from keyturn.sandbox.values import JsonObject


async def json_object(request: Request) -> JsonObject:
    """The request's body. Raises BadBody, and Refused (400) for the first value that is of another type."""
    body = await wire.json_object(request)
    wrong = google_shapes().misfit(request.method, str(request.scope["path"]), body)
    if wrong is not None:
        raise words.invalid(wrong)
    return body
