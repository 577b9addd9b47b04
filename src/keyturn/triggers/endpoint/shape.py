"""What a call of an endpoint must look like, and how its parts become the values of the event.

Made once for a version of a flow; a call only reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import orjson

from keyturn.engine.plan import Plan
from keyturn.flows.conversion import ConversionError, converter, is_deeper
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError

from .request import EndpointRequest, values_of

_METHODS = {"GET": ("GET",), "POST": ("POST",), "any": ("GET", "POST")}
_SOURCES = ("query", "headers", "whole")
_FORM = "application/x-www-form-urlencoded"
_DEEPEST = 200
_WAIT = 30.0


@dataclass(frozen=True, slots=True)
class Field:
    """One value of the event.

    Attributes:
        source: ``body``, ``query``, ``headers`` or ``whole``; what names none is ``body``.
        key: its name there.
    """

    name: str
    source: str
    key: str
    convert: Callable[[JSON], JSON] | None
    type: str


@dataclass(frozen=True, slots=True)
class Shape:
    """The shape of an endpoint's calls.

    Attributes:
        wait: seconds that callers wait.
        asynchronous: callers do not wait at all.
        token_in_query: the client token may be a query parameter.
    """

    flow_id: str
    methods: tuple[str, ...]
    wait: float
    asynchronous: bool
    token_in_query: bool
    fields: tuple[Field, ...]
    _body: bool
    _others: bool

    def read(self, request: EndpointRequest, body: bytes) -> Values:
        """The event's values; what was not sent is null.

        Raises:
            ProblemError: naming each field that cannot be used.
        """
        reads_body = self._body and request.method != "GET"
        sent = self._body_values(request, body) if reads_body else {}
        if self._others or not reads_body:
            return self._convert(self._all_values(request, body, sent))
        return self._convert([(field, sent.get(field.key)) for field in self.fields])

    def _all_values(self, request: EndpointRequest, body: bytes, sent: Values) -> list[tuple[Field, JSON]]:
        query = self._query(request)
        values: list[tuple[Field, JSON]] = []
        for field in self.fields:
            match field.source:
                case "body":
                    value = query.get(field.key) if request.method == "GET" else sent.get(field.key)
                case "query":
                    value = query.get(field.key)
                case "headers":
                    value = request.header(field.key.encode("latin-1", "replace"))
                case _:
                    value = self._whole(field.key, request, body, query)
            values.append((field, value))
        return values

    def _convert(self, values: list[tuple[Field, JSON]]) -> Values:
        event: Values = {}
        problems: list[Problem] = []
        for field, value in values:
            try:
                event[field.name] = value if field.convert is None or value is None else field.convert(value)
            except ConversionError as error:
                problems.append(self._unfit(field, error))
        if problems:
            raise ProblemError(problems)
        return event

    def _unfit(self, field: Field, error: ConversionError) -> Problem:
        where = f"in the {field.source}" if field.source != "headers" else "among the headers"
        what = f"{field.key!r} {where} cannot be used: {error}."
        return Problem("bad-input", what, f"Send a value of type {field.type}.", flow=self.flow_id, field=field.key)

    def _query(self, request: EndpointRequest) -> Values:
        try:
            return request.parameters()
        except ValueError as error:
            raise self._bad("bad-request", "The address has too many parameters.", "Send fewer.") from error

    def _body_values(self, request: EndpointRequest, body: bytes) -> Values:
        if not body:
            return {}
        if (request.header(b"content-type") or "").partition(";")[0].strip().lower() == _FORM:
            try:
                return values_of(body.decode("utf-8"))
            except ValueError as error:
                raise self._bad("bad-body", "The form cannot be read.", "Send it in UTF-8, not too long.") from error
        try:
            parsed: JSON = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise self._bad("bad-json", f"The body is not JSON: {error}.", "Send a JSON object in UTF-8.") from error
        if not isinstance(parsed, dict):
            raise self._bad("bad-body", "The body is JSON, but no object.", "Send an object with the flow's fields.")
        if body.count(b"{") + body.count(b"[") > _DEEPEST and is_deeper(parsed, _DEEPEST):
            raise self._bad("bad-body", f"The body is nested over {_DEEPEST} levels deep.", "Send it flatter.")
        return parsed

    def _bad(self, code: str, what: str, mend: str) -> ProblemError:
        return ProblemError([Problem(code, what, mend, flow=self.flow_id, field="body")])

    @staticmethod
    def _whole(part: str, request: EndpointRequest, body: bytes, query: Values) -> JSON:
        match part:
            case "method":
                return request.method
            case "query":
                return query
            case "headers":
                return request.open_headers()
            case _:
                return body.decode("utf-8", "replace")


def shape_of(plan: Plan) -> Shape:
    """The shape of the calls of a flow's endpoint."""
    options = plan.flow.event.options
    fields = tuple(_fields(plan))
    wait = _chosen(options.get("wait"))
    return Shape(
        flow_id=plan.flow.id,
        methods=_METHODS.get(str(_chosen(options.get("method")) or "POST"), ("POST",)),
        wait=max(0.0, float(wait)) if isinstance(wait, int | float) else _WAIT,
        asynchronous=_chosen(options.get("answer")) == "asynchronous",
        token_in_query=_chosen(options.get("token_in_query")) is True,
        fields=fields,
        _body=any(field.source == "body" for field in fields),
        _others=any(field.source != "body" for field in fields),
    )


def _fields(plan: Plan) -> Iterator[Field]:
    options = plan.flow.event.options
    for name, kind in plan.event_fields.items():
        source, key = "body", name
        for place in _SOURCES:
            named = options.get(place)
            if isinstance(named, dict) and isinstance(named.get(name), str):
                source, key = place, str(named[name])
        yield Field(name, source, key.lower() if source == "headers" else key, converter(kind), str(kind))


def _chosen(value: JSON) -> JSON:
    """An option that was chosen from a list may be kept with its label."""
    return value.get("value") if isinstance(value, dict) else value
