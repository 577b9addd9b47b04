"""What problems say, sentence by sentence, for who says it in other words: the web app, in those of its screen.

A problem is told in the words of documents (``what`` and ``mend``). It also carries which sentence that is (``said``:
its code, and after a slash which of the code's sentences, where it has several) and the ``parts`` that the sentence
names, by ids and as written. ``python -m keyturn.flows.said web/src/flow/said.json`` writes the list; tests keep it,
the checker and the web app's sentences together.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from .conversion import ConversionError, to_text
from .json import JSON
from .suggest import cut

Parts = Mapping[str, str]
NO_PARTS: Parts = {}

SAID: Mapping[str, tuple[str, ...]] = {
    "bad-address": ("why", "how"),
    "bad-branch/few": ("title",),
    "bad-branch/marks": ("title",),
    "bad-branch/no-when": ("title",),
    "bad-branch/otherwise-last": (),
    "bad-branch/same-name": ("name",),
    "bad-branch/try": ("title",),
    "bad-condition/deep": ("most",),
    "bad-condition/empty-group": (),
    "bad-condition/group-and-more": (),
    "bad-condition/no-comparison": (),
    "bad-condition/no-condition": (),
    "bad-condition/no-first": (),
    "bad-condition/no-operator": ("value",),
    "bad-condition/no-second": (),
    "bad-condition/unknown-name": ("name",),
    "bad-cron": ("value",),
    "bad-id": ("value",),
    "bad-number": ("value",),
    "bad-number/long": (),
    "bad-on-error/call": (),
    "bad-on-error/no-call": (),
    "bad-on-error/values": (),
    "bad-option": (),
    "bad-reference": ("why", "value"),
    "bad-schedule/both": (),
    "bad-schedule/day": ("value",),
    "bad-schedule/end": (),
    "bad-schedule/fraction": ("value",),
    "bad-schedule/instant": ("value",),
    "bad-schedule/long": ("value", "most"),
    "bad-schedule/needless": ("unit",),
    "bad-schedule/no-number": ("why",),
    "bad-schedule/nothing": (),
    "bad-schedule/time": ("value",),
    "bad-schedule/unit": ("value",),
    "bad-schedule/weekday": ("value",),
    "bad-text": ("value",),
    "bad-type": ("value",),
    "bad-value": ("why", "type"),
    "bad-value/no-type": ("value", "type"),
    "bad-value/shape": ("expected",),
    "bad-value/status": ("value",),
    "bad-value/source": ("name",),
    "bad-value/sources": (),
    "bad-wait": ("value",),
    "bad-wait/long": (),
    "bad-wait/order": ("value",),
    "bad-wait/untried": ("status",),
    "body-no-json": (),
    "body-no-json/ends": (),
    "call-and-do": (),
    "connection-of-others": ("connection", "author"),
    "conversion-may-fail": ("how",),
    "duplicate-flow": ("flow",),
    "duplicate-id": (),
    "empty-comparison": (),
    "helper-circle": ("flow",),
    "interval-too-short": ("value",),
    "missing-call": ("title",),
    "missing-call/or-cards": ("title",),
    "missing-column": (),
    "missing-connection": ("title", "connector"),
    "missing-input": ("title",),
    "missing-input/flow": ("flow", "name"),
    "missing-input/object": (),
    "missing-key": ("name",),
    "missing-option": ("title",),
    "mixed-comparison": ("text", "number"),
    "mixed-comparison/inputs": (),
    "mixed-comparison/items": ("type", "value"),
    "mixed-comparison/typed": ("text", "number"),
    "needless-body": ("title",),
    "needless-branches": ("title",),
    "needless-call": ("title",),
    "needless-connection": ("title",),
    "never-due": (),
    "never-there/list": ("reference", "type", "name"),
    "never-there/no-list": ("reference", "type"),
    "never-there/plain": ("reference", "type", "name"),
    "no-conversion": ("how", "type"),
    "not-a-flow": (),
    "not-a-helper": ("flow",),
    "not-returned": ("flow", "name"),
    "not-returned/by-body": ("title",),
    "not-returned/by-flow": ("title", "flow"),
    "not-returned/several": ("title", "flow"),
    "not-unique": ("name", "names"),
    "one-item": ("value",),
    "output-not-set/branch": ("number", "name"),
    "output-not-set/lanes": ("name",),
    "output-not-set/otherwise": (),
    "outputs-not-free": ("title",),
    "reference-into-branch": ("reference", "root"),
    "reference-into-branch/before": ("reference", "root"),
    "reference-to-itself": ("reference", "root"),
    "reference-to-later-card": ("reference", "root"),
    "reserved-id": (),
    "reserved-output": ("title", "name"),
    "reserved-output/error": (),
    "too-deep": ("most",),
    "two-sources": ("name",),
    "two-sources/lanes": ("first", "second", "name"),
    "unknown-card": ("value",),
    "unknown-card/event": ("value",),
    "unknown-card/is-event": ("title",),
    "unknown-card/left-out": ("why", "how"),
    "unknown-card/starts-nothing": ("title",),
    "unknown-choice": ("value",),
    "unknown-choice/source": ("value", "name"),
    "unknown-column": ("name", "names"),
    "unknown-column/reference": ("reference", "name", "names"),
    "unknown-connection": ("connection",),
    "unknown-flow": ("flow",),
    "unknown-input": ("title", "name"),
    "unknown-input/flow": ("flow", "name"),
    "unknown-input/object": ("title", "name"),
    "unknown-key": ("name",),
    "unknown-option": ("title", "name"),
    "unknown-output": ("reference", "root"),
    "unknown-output/branch": ("name",),
    "unknown-output/source": ("name",),
    "unknown-reference": ("reference",),
    "unknown-reference/root": ("reference", "root"),
    "unknown-table": ("value",),
    "unknown-zone": ("value",),
    "wrong-connection": ("title", "connection", "connector"),
}


def code_of(said: str) -> str:
    """The code of the problem that a sentence tells."""
    return said.partition("/")[0]


def as_part(value: JSON) -> str:
    """A value as a sentence names it, cut if it is long."""
    try:
        text = to_text(value)
    except ConversionError:  # what cannot be written as JSON
        text = repr(value)
    return cut(text)


def written() -> bytes:
    """The list as the web app reads it."""
    return (json.dumps(SAID, indent=2, sort_keys=True) + "\n").encode()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(written())
