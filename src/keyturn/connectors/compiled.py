"""A manifest made ready: what its actions send, what its answers and events mean."""

from __future__ import annotations

from keyturn.flows.conversion import to_text
from keyturn.flows.json import Values
from keyturn.flows.resolve import Resolver, compile_relative_url, compile_value
from keyturn.flows.spec import CardSpec
from keyturn.flows.values import parse_value

from .cards import cards_of
from .manifest import ActionModel, ManifestModel, OutputModel
from .outgoing import Outgoing
from .paging import Paging


class CompiledAction:
    """An action of a manifest."""

    def __init__(self, model: ActionModel) -> None:
        self._method = model.request.method
        self._path = compile_relative_url(parse_value(model.request.path))
        self._query = compile_value(parse_value({**model.request.query}))
        self._body = compile_value(parse_value(model.request.body))
        self._outputs = compile_outputs(model.outputs)
        self.paging = Paging(model.paging) if model.paging else None

    def request(self, inputs: Values) -> Outgoing:
        """The request for these inputs."""
        roots: Values = {"inputs": inputs}
        query = self._query(roots)
        return Outgoing(
            self._method,
            to_text(self._path(roots)),
            query if isinstance(query, dict) else {},
            {},
            self._body(roots),
        )

    def outputs(self, answer: Values) -> Values:
        """The outputs for an answer (``status``, ``headers``, ``body``)."""
        return {name: resolve(answer) for name, resolve in self._outputs}


class CompiledManifest:
    """A connector, ready for use.

    Attributes:
        cards: declarations of all its cards.
    """

    def __init__(self, model: ManifestModel, digest: str, content: str) -> None:
        self.model = model
        self.digest = digest
        self.content = content
        self.cards: dict[str, CardSpec] = {spec.key: spec for spec in cards_of(model)}
        self._actions = {action.key: CompiledAction(action) for action in model.actions}
        self._events = {event.key: compile_outputs(event.outputs) for event in model.events}
        self._code = compile_value(parse_value(model.errors.code))
        self._message = compile_value(parse_value(model.errors.message))

    def action(self, key: str) -> CompiledAction | None:
        """An action by its key without the connector's name."""
        return self._actions.get(key)

    def events_of(self, event_type: str) -> list[str]:
        """Keys of the event cards that stand for an app's event type."""
        return [event.key for event in self.model.events if event.event_type == event_type]

    def event_outputs(self, key: str, roots: Values) -> Values:
        """What an event card gives for an event."""
        return {name: resolve(roots) for name, resolve in self._events[key]}

    def app_error(self, answer: Values) -> tuple[str, str]:
        """Code and message of an app's error answer; empty where it has none."""
        return to_text(self._code(answer)), to_text(self._message(answer))

    def hint(self, status: int, code: str) -> tuple[str, str] | None:
        """Why an error happened and how to mend it, if the manifest knows."""
        for hint in self.model.hints:
            if (hint.code is not None and hint.code == code) or (hint.code is None and hint.status == status):
                return hint.why, hint.mend
        return None


def compile_outputs(outputs: tuple[OutputModel, ...]) -> tuple[tuple[str, Resolver], ...]:
    """Names of outputs and how to get their values."""
    return tuple((output.name, compile_value(parse_value(output.value))) for output in outputs)
