"""Blocks, of which messages and views of the pretend Slack workspace consist: which there are, what each needs.

Source: https://docs.slack.dev/reference/block-kit/blocks and https://docs.slack.dev/reference/methods/blocks.validate.
What stands deeper in a block is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.slack.people import Method
from keyturn.sandbox.slack.workspace import arguments, done, failed, object_of
from keyturn.sandbox.values import Json, JsonObject, as_list, as_object, as_text

# what a block of each type needs: of each group of names one
_NEEDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "actions": (("elements",),),
    "context": (("elements",),),
    "divider": (),
    "header": (("text",),),
    "image": (("image_url", "slack_file"), ("alt_text",)),
    "input": (("label",), ("element",)),
    "markdown": (("text",),),
    "rich_text": (("elements",),),
    "section": (("text", "fields"),),
    "table": (("rows",),),
    "video": (("title",), ("video_url",), ("thumbnail_url",), ("alt_text",)),
}
_OTHERS = ("alert", "call", "card", "carousel", "context_actions", "file", "plan", "task_card")
_KINDS = ("blocks", "message", "view")
_MOST = {"blocks": 100, "message": 50, "view": 100}


def complaints(blocks: Json, most: int = 50) -> Iterator[JsonObject]:
    """What is wrong with blocks, each with a JSON Pointer (RFC 6901)."""
    if not isinstance(blocks, list):
        yield _complaint("", "invalid_type", "must be an array")
        return
    if len(blocks) > most:
        yield _complaint("", "failed_constraint", f"must have at most {most} items")
    for place, block in enumerate(map(as_object, blocks)):
        kind = as_text(block.get("type"))
        if kind not in _NEEDS and kind not in _OTHERS:
            yield _complaint(f"/{place}/type", "failed_constraint", f"unsupported type: {kind}")
        for names in _NEEDS.get(kind, ()):
            if not any(block.get(name) for name in names):
                yield _complaint(f"/{place}", "missing_field", f"missing required field: {' or '.join(names)}")


def _complaint(pointer: str, code: str, message: str) -> JsonObject:
    return {"pointer": pointer, "code": code, "message": message}


class BlockDesk:
    """Answers `blocks.validate`."""

    def methods(self) -> Mapping[str, Method]:
        """The method by name."""
        return {"blocks.validate": self._validate}

    async def _validate(self, request: Request) -> Response:
        given = await arguments(request)
        named = [kind for kind in _KINDS if given.get(kind)]
        if len(named) != 1:
            text = f"[ERROR] exactly one of {', '.join(_KINDS)} is needed"
            raise failed("invalid_arguments", response_metadata={"messages": [text]})
        kind, value = named[0], object_of(given, named[0])
        under = "" if kind == "blocks" else "/blocks"
        found = complaints(value if kind == "blocks" else as_object(value).get("blocks"), _MOST[kind])
        errors: list[Json] = [{**each, "pointer": f"{under}{each['pointer']}"} for each in found]
        if kind == "view" and as_object(value).get("type") not in ("modal", "home", "workflow_step"):
            errors.append(_complaint("/type", "failed_constraint", "unsupported type of a view"))
        if errors:
            raise failed(f"invalid_{kind}", errors=as_list(errors))
        return done()
