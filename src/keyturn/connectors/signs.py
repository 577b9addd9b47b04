"""The sign by which one knows that an answer is the app's: another program at its address may answer 200, too."""

from __future__ import annotations

from keyturn.flows.json import JSON, Values

from .manifest import ManifestModel, RequestModel, SignModel
from .proofs import place_in_answer
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


def sign_of(request: RequestModel, usual: SignModel | None) -> Sign | None:
    """The sign of the answer to a request: its own, or else that of all answers of the app."""
    model = request.sign or usual
    return Sign(model) if model is not None else None


def sign_of_check(manifest: ManifestModel) -> Sign | None:
    """The sign of the answer by which a connection is tested."""
    model = manifest.check.sign or manifest.sign
    return Sign(model) if model is not None else None
