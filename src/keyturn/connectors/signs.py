"""The sign by which one knows that an answer is the app's: another program at its address may answer 200, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from keyturn.flows.json import JSON, Values

from .conditions import ChangedModel, SignModel
from .listing import kind_of
from .manifest import ManifestModel
from .proofs import place_in_answer
from .request_models import RequestModel
from .templates import compile_condition

_NOTHING: tuple[JSON, ...] = (None, "", {})


class Sign:
    """What an answer with 2xx has that is the app's."""

    def __init__(self, model: SignModel) -> None:
        self._holds = compile_condition(model)
        self._place = place_in_answer(model.value)
        self._always = model.always

    def missed(self, answer: Values, title: str, *, reads: bool) -> str:
        """What an answer (``status``, ``headers``, ``body``) lacks; empty if it is the app's.

        Args:
            reads: the request changes nothing; the answer to one that does may have nothing in it.
        """
        if self._holds(answer) or (not reads and not self._always and answer.get("body") in _NOTHING):
            return ""
        if self._place is None:
            return f"it is not as {title} answers."
        return f"it is not as {title} answers, by what stands at {self._place}."


class Changed:
    """What the answer to a change has, if it has a body."""

    def __init__(self, model: ChangedModel) -> None:
        self._names, self._bare = model.one_of, model.bare

    def missed(self, answer: Values, title: str, *, reads: bool) -> str:
        """What an answer lacks; empty if it is the app's."""
        body = answer.get("body")
        if reads or body in (None, "") or (body == {} and self._bare):
            return ""
        if isinstance(body, dict) and any(name in body for name in self._names):
            return ""
        named = ", ".join(self._names)
        return f"it is not as {title} answers a change: {kind_of(body)} should have one of {named}."


class Known(Protocol):
    """What tells whether an answer is the app's."""

    def missed(self, answer: Values, title: str, *, reads: bool) -> str: ...


@dataclass(frozen=True, slots=True)
class Usual:
    """What tells it of the answers of an app, as far as a request says nothing else."""

    sign: SignModel | None = None
    changed: ChangedModel | None = None


def usual_of(manifest: ManifestModel) -> Usual:
    """What a connector says of all answers."""
    return Usual(manifest.sign, manifest.changed)


def sign_of(request: RequestModel, usual: Usual) -> Known | None:
    """What tells whether the answer to a request is the app's."""
    changed = request.changed or usual.changed
    if changed is not None and request.sign is None and request.method != "GET":
        return Changed(changed)
    model = request.sign or usual.sign
    return Sign(model) if model is not None else None


def sign_of_check(manifest: ManifestModel) -> Sign | None:
    """The sign of the answer by which a connection is tested."""
    model = manifest.check.sign or manifest.sign
    return Sign(model) if model is not None else None
