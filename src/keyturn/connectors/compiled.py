"""A manifest made ready: what its actions send, what its answers and events mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from keyturn.connections.model import AuthKind
from keyturn.flows.actions import Proof
from keyturn.flows.conversion import ConversionError, converter, dump_json, to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError
from keyturn.flows.resolve import Resolver, compile_relative_url, compile_value
from keyturn.flows.spec import CardSpec, EffectClass, FieldSpec
from keyturn.flows.values import Name, Reference, parse_value, references

from .absence import Absence
from .cards import cards_of
from .concerned import Concerned
from .fitting import Fitting
from .listing import Items
from .making import Age, Making, Moments
from .manifest import ActionModel, HintModel, ManifestModel, OutputModel, digest_of
from .media_types import takes_any
from .obstacles import Obstacle
from .outgoing import Outgoing
from .paging import Paging
from .proofs import compile_proof
from .refusals import Refusal, Refusals, asks_only, is_below, names_only
from .request_models import RequestModel
from .segments import segments_of
from .shaping import SHAPES
from .signs import Sign, Usual, sign_of, sign_of_check, usual_of
from .state_models import RefusalModel, StateModel, ThenModel
from .templates import SPREAD, Condition, compile_body, compile_condition, compile_filter, compile_raw

_NO_SIGNS = Usual()
_RECORD = "{{ record }}"
_ANY_CODE = "*"
# What comes of a manifest that no check refuses and that cannot be made ready all the same.
UNREADY = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


class CompiledRequest:
    """A request of a manifest.

    Args:
        signs: of all answers of the app.
        nullable: inputs of which a null that is given goes into the body.

    Attributes:
        acts: it asks the app to do something.
        changes: it does what must not be done twice.
        many: it is sent for each item of a list.
        all_answers: answers that are fine without being a success are among its answers.
        pages: how it comes to its next page, if it is asked for all of them.
    """

    def __init__(
        self,
        model: RequestModel,
        bases: dict[str, str],
        usual: str = "",
        signs: Usual = _NO_SIGNS,
        nullable: Collection[str] = (),
    ) -> None:
        self.model = model
        self.name = model.name
        self.fine = frozenset(model.fine)
        self.acts = model.method != "GET"
        self.changes = self.acts and not model.repeatable
        self.takes_away = model.method == "DELETE"
        self.many = model.each is not None
        self.all_answers = model.all_answers
        self.pages = Paging(model.pages) if model.pages is not None else None
        self._shape = SHAPES[model.shape] if model.shape is not None else None
        self._method = model.method
        self._base = bases[model.base] if model.base else ""
        self._path = compile_raw(model.path) if model.whole else compile_relative_url(parse_value(model.path))
        self._whole, self._open = model.whole, model.open
        self._query = [(name, compile_raw(raw)) for name, raw in model.query.items()]
        self._query += [(name, compile_filter(one)) for name, one in model.filters.items()]
        self._headers = [(name, compile_raw(text)) for name, text in model.headers.items()]
        self._body = compile_body(model.body, nullable)
        self._links = [
            (name, usual.rstrip("/"), compile_relative_url(parse_value(raw))) for name, raw in model.links.items()
        ]
        self._file = compile_raw(model.file) if model.file is not None else None
        self._files = [(name, compile_raw(raw)) for name, raw in model.files.items()]
        self._is_form = model.is_form
        self.takes_any = takes_any(model.header("accept"))
        self._when = [compile_condition(one) for one in model.when]
        self._sign = sign_of(model, signs)
        self._each = (
            Items(model.each, left_out=model.empty_left_out, beside=model.beside) if model.each is not None else None
        )
        self._segments = segments_of(model.path, model.links, self._each.place if self._each is not None else None)

    def due(self, roots: Values) -> bool:
        """Whether it is sent at all."""
        return all(condition(roots) for condition in self._when)

    def made(self, roots: Values) -> Sequence[Outgoing]:
        """What is sent: once, or for each item of its list. Raises AnswerLacks where an answer has not got that."""
        if self._each is None:
            return [self.single(roots)]
        items = [{**roots, "item": item} for item in self._each.of(roots)]
        for item in items:  # before any is sent
            self._segments.check(item)
        return [self.one(item) for item in items]

    def check_inputs(self, roots: Values) -> None:
        """See to it that inputs can stand in its address. Raises CardError, naming the input."""
        self._segments.check_inputs(roots)

    def single(self, roots: Values) -> Outgoing:
        """What is sent where one request is. Raises AnswerLacks where an answer has not got what it is made of."""
        self._segments.check(roots)
        return self.one(roots)

    def shaped(self, answer: Values, roots: Values) -> Values:
        """An answer with what its shape makes of it. Raises CardError where that cannot be made."""
        return answer if self._shape is None else {**answer, "shaped": self._shape({**roots, **answer})}

    def one(self, roots: Values) -> Outgoing:
        """What is sent where one request is: of a list's items, with ``item`` among the roots, each."""
        query: Values = {}
        for name, resolve in self._query:
            found = resolve(roots)
            if name == SPREAD:
                query |= found if isinstance(found, dict) else {}
            elif found not in (None, ""):
                query[name] = found
        headers = {name: text for name, resolve in self._headers if (text := to_text(resolve(roots)))}
        path = to_text(self._path(roots))
        body, whole, bare = self._body(roots), self._whole, self._open
        if self.model.quoted and isinstance(body, str):
            body = dump_json(body)
        if self._links:
            links: Values = {name: base + to_text(resolve(roots)) for name, base, resolve in self._links}
            body = {**(body if isinstance(body, dict) else {}), **links}
        made = Outgoing(self._method, path, query, headers, body, whole=whole, base=self._base, open=bare)
        made.takes_any, made.sign = self.takes_any, self._sign
        if self._file is not None:
            made.file = self._file(roots)
        elif self._is_form:
            made.files = [
                (name, one)
                for name, resolve in self._files
                for one in _each(resolve(roots))
                if one not in (None, "", {})
            ]
            made.part_types = self.model.part_types
        return made


def _each(value: JSON) -> list[JSON]:
    return value if isinstance(value, list) else [value]


class CompiledThen:
    """What a look asks besides."""

    def __init__(self, model: ThenModel, bases: dict[str, str], pages: Sequence[Paging], signs: Usual) -> None:
        self.request = CompiledRequest(model.request, bases, signs=signs)
        self._proof = compile_proof(model.so)
        self._when = [compile_condition(one) for one in model.when]
        self._so = compile_condition(model.so)
        self._absence = Absence(StateModel(request=model.request, so=model.so), pages)
        self._otherwise = False if model.otherwise == "not" else None

    def due(self, looked: Values) -> bool:
        """Whether it is asked at all.

        Args:
            looked: what conditions see of the first answer.
        """
        return all(condition(looked) for condition in self._when)

    def says(self, roots: Values) -> bool | None:
        """What its answer says; None if it says nothing."""
        said = True if self._so(roots) else self._otherwise
        return None if self._absence.unsure(said, roots) else said

    def proof(self, roots: Values) -> Proof | None:
        """What in its answer it is that says so; None where nothing of it can be named."""
        return self._proof(roots) if self._proof is not None else None


class CompiledState:
    """How to look whether something is so."""

    def __init__(self, model: StateModel, bases: dict[str, str], pages: Sequence[Paging], signs: Usual) -> None:
        self._absence = Absence(model, pages)
        self.request = CompiledRequest(model.request, bases, signs=signs)
        self.then = CompiledThen(model.then, bases, pages, signs) if model.then is not None else None
        self.first = model.first
        self.may_be_older = model.may_be_older
        self.anew = model.anew
        self._making = Making(model.created) if model.created else None
        self._so: Condition | None = compile_condition(model.so) if model.so else None
        self._proof = compile_proof(model.so) if model.so else None
        self._records = compile_raw(model.records) if model.records is not None else None
        found = _RECORD if model.found is None and model.records is not None else model.found
        self._found = compile_raw(found) if found is not None else None
        self._missing_code = model.missing_code
        self._missing = {"so": True, "not": False, "unknown": None}[model.missing]
        self._otherwise = {"not": False, "unknown": None}[model.otherwise]

    def says(self, roots: Values) -> bool | None:
        """What an answer with 2xx says; None if it says nothing."""
        if self._records is not None:
            said = self._otherwise if self._record(roots) is None else True
        else:
            said = True if self._so is None or self._so(roots) else self._otherwise
        return None if self._absence.unsure(said, roots) else said

    def proof(self, roots: Values) -> Proof | None:
        """What in an answer with 2xx it is that says so; None where nothing of it can be named."""
        if self._proof is None or self._records is None:
            return self._proof(roots) if self._proof is not None else None
        record = self._record(roots)
        return self._proof({**roots, "record": record}) if record is not None else None

    def age(self, roots: Values, moments: Moments) -> Age | None:
        """Whether what was found was made since; None where the app does not tell when things were made."""
        if self._making is None:
            return None
        roots = {**roots, "record": self._record(roots)}
        making = self._making
        return Age(making.since(roots, moments), making.told(roots), making.proof(roots))

    def since(self, age: Age | None) -> bool | None:
        """Whether it is so, of what may be done again and again: nobody knows where the app does not tell when."""
        if age is None or age.since is None:
            return None
        return True if age.since else self._otherwise

    def looked(self, roots: Values) -> Values:
        """What conditions see of the answer of a look, with the record that it is about."""
        return {**roots, "record": self._record(roots)}

    def answer(self, roots: Values, found: Values) -> Values:
        """The answer as the action itself would have had it; ``roots`` have what the condition sees."""
        return (
            found if self._found is None else {**found, "body": self._found({**roots, "record": self._record(roots)})}
        )

    def _record(self, roots: Values) -> JSON:
        """The record of the list that it is about; null if there is none."""
        rows = self._records(roots) if self._records is not None else None
        for row in rows if isinstance(rows, list) else ():
            if self._so is None or self._so({**roots, "record": row}):
                return row
        return None

    def refused(self, status: int, code: str) -> bool | None:
        """What another status says."""
        told = self._missing_code in (None, code) or (self._missing_code == _ANY_CODE and code != "")
        return self._missing if status in (404, 410) and told else None


class CompiledAction:
    """An action of a manifest.

    Attributes:
        given: what it gives to the person; None for what gives nothing of the kind.
        names_given: the input that names it.
        holder: how to look for what somebody is taken out of; None where nobody has to.
        holder_called: what that is.
        names_holder: the input that names it.
        takes_away: that something is not there may be its own doing.
        person_stays: that the person is not there is not: it takes what belongs to them, or changes how they are.
        must_be_seen: that a look finds nothing tells only of what was seen before: it may never have been there.
    """

    def __init__(
        self,
        model: ActionModel,
        bases: dict[str, str],
        usual: str = "",
        pages: Sequence[Paging] = (),
        signs: Usual = _NO_SIGNS,
    ) -> None:
        self.model = model
        nullable = {field.name for field in model.fields if field.nullable}
        self.steps = [CompiledRequest(step, bases, usual, signs, nullable) for step in model.steps]
        self.state = CompiledState(model.state, bases, pages, signs) if model.state else None
        who = model.ensure.who if model.ensure is not None else None
        self.who = CompiledRequest(who, bases, signs=signs) if who is not None else None
        holder = model.ensure.holder if model.ensure is not None else None
        self.holder = CompiledRequest(holder.request, bases, signs=signs) if holder is not None else None
        self.holder_called = compile_raw(holder.called if holder is not None else "")
        self.names_holder = _first_input(holder.called) if holder is not None else None
        gives = model.ensure.gives if model.ensure is not None else ""
        ensure = model.ensure
        self._already = Refusals(ensure.already if ensure is not None else (), self.steps)
        self._absent = Refusals(ensure.absent if ensure is not None else (), self.steps, model.effect.person)
        self._in_the_way = [Obstacle(one) for one in ensure.in_the_way] if ensure is not None else []
        self.given = compile_raw(gives) if gives else None
        self.names_given = _first_input(gives)
        self.takes_away = model.effect.effect is EffectClass.DESTROY or any(one.takes_away for one in self.steps)
        told = self.holder is not None and (self.who is not None or model.effect.person is None)
        named = [step.path for step in model.steps if names_only(step.path, model.effect.person)]
        self.person_stays = bool(named) and all(is_below(path, model.effect.person) for path in named)
        self.must_be_seen = model.state is not None and model.state.missing == "so" and not told
        self.paging = Paging(model.paging) if model.paging else None
        self._outputs = compile_outputs(model.gives)
        named = {step.name for step in model.steps if step.name is not None}
        # outputs of what is read before anything is done, which may be gone by then
        self._read_before = {one.name for one in model.gives if (roots := _roots_of(one.value)) and roots <= named}
        self.fitting = Fitting(model.gives, lists=model.paging is not None)
        self._shape = SHAPES[model.shape] if model.shape is not None else None

    @cached_property  # most are never refused
    def concerned(self) -> Concerned:
        """Tells which input a refusal is about."""
        return Concerned(self.model)

    def outputs(self, roots: Values) -> Values:
        """The outputs for an answer (``status``, ``headers``, ``body``), those before it by their names, and, of an
        action that lists, a ``record``. Raises CardError where its shape cannot be made of them."""
        if self._shape is not None:
            roots = {**roots, "shaped": self._shape(roots)}
        return {name: resolve(roots) for name, resolve in self._outputs}

    def known(self, roots: Values) -> Values:
        """The outputs that are there before anything is done, from the answers so far."""
        found = {name: resolve(roots) for name, resolve in self._outputs if name in self._read_before}
        return {name: value for name, value in found.items() if value is not None}

    def already(self, refusal: Refusal, roots: Values, step: CompiledRequest | None) -> RefusalModel | None:
        """The refusal of a request which says, or may say, that it is so already."""
        return self._already.matching(refusal, roots, step)

    def obstacle(self, so: bool | None, looked: Values) -> Obstacle | None:
        """What stands in the way, as a look shows that told whether it is so."""
        return next((one for one in self._in_the_way if one.stands(so, looked)), None)

    def is_of_nobody(self, refusal: Refusal, roots: Values) -> bool:
        """Whether a look at the person, or at what is theirs, was refused as the action is where there is nobody."""
        if self.state is None or not asks_only(self.state.request.model, self.model.effect.person):
            return False
        return self._absent.matching(refusal, roots, None) is not None

    def absent(self, refusal: Refusal, roots: Values, step: CompiledRequest | None) -> bool:
        """Whether a refusal of a request says that there is nobody and nothing by this name."""
        return self._absent.matching(refusal, roots, step) is not None


def _roots_of(value: JSON) -> set[str]:
    return {reference.root for reference in references(parse_value(value))}


def _first_input(text: str) -> str | None:
    """The input that a text refers to first."""
    for reference in references(parse_value(text)):
        match reference:
            case Reference(root="inputs", path=(Name(name=name), *_)):
                return name
            case _:
                pass
    return None


def checked_inputs(spec: CardSpec, options: Values, given: Values) -> Values:
    """The inputs of an action, with the fields of objects converted to their types.

    Raises:
        CardError: one that is required is empty, or a field of an object cannot be converted.
    """
    made: Values = {**given}
    for declared in spec.signature(options).inputs:
        value = given.get(declared.name)
        if declared.required and value in (None, ""):
            what = f"{declared.title or declared.name} is empty."
            raise CardError.bad_input(declared.name, what, "Check what the card is given.")
        if declared.fields and (isinstance(value, dict) or value is None):
            made[declared.name] = _fields(declared, value or {})
    return made


def _fields(declared: FieldSpec, given: Values) -> Values:
    made: Values = {**given}
    for inner in declared.fields:
        value = given.get(inner.name, inner.default)
        title = inner.title or inner.name
        if inner.required and value in (None, ""):
            raise CardError.bad_input(declared.name, f"{title} is empty.", "Check what the card is given.")
        convert = converter(inner.type)
        try:
            converted = convert(value) if convert is not None else value
        except ConversionError as error:
            what = f"{title} cannot be used: {error}."
            raise CardError.bad_input(declared.name, what, "Check what it is given.") from error
        if inner.name in given or converted is not None:
            made[inner.name] = converted
    return made


@dataclass(frozen=True, slots=True)
class AppError:
    """What an app says of an error.

    Attributes:
        status: what it stands for, also where the app sends another.
    """

    status: int
    code: str
    message: str


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
        self._actions: dict[str, CompiledAction] = {}
        self._models = {action.key: action for action in model.actions}
        self._events = {event.key: compile_outputs(event.gives) for event in model.events}
        self._code = compile_raw(model.errors.code)
        self._message = compile_raw(model.errors.message)
        self._details = compile_raw(model.errors.details) if model.errors.details is not None else None
        self._failed = compile_condition(model.errors.failed) if model.errors.failed else None
        self._limited = [compile_condition(one) for one in model.errors.limited]
        self._needed = [compile_raw(one) for one in model.errors.needed]
        self.check_sign: Sign | None = sign_of_check(model)

    @cached_property  # only looks need them, and loading a manifest compiles no action either
    def _pages(self) -> list[Paging]:
        return _pages_of(self.model)

    def action(self, key: str) -> CompiledAction | None:
        """An action by its key without the connector's name."""
        made = self._actions.get(key)
        if made is None and key in self._models:
            made = self._actions[key] = CompiledAction(
                self._models[key], self.model.bases, self.model.base_url, self._pages, usual_of(self.model)
            )
        return made

    def events_of(self, event_type: str) -> list[str]:
        """Keys of the event cards that stand for an app's event type."""
        return [event.key for event in self.model.events if event.event_type == event_type]

    def event_outputs(self, key: str, roots: Values) -> Values:
        """What an event card gives for an event."""
        return {name: resolve(roots) for name, resolve in self._events[key]}

    def app_error(self, answer: Values) -> tuple[str, str]:
        """Code and message of an app's error answer; empty where it has none."""
        message = to_text(self._message(answer))
        told = self._details(answer) if self._details is not None else None
        details = [to_text(one).strip() for one in (told if isinstance(told, list) else [told])]
        more = [text for text in dict.fromkeys(details) if text and text not in message]
        if more:
            message = ". ".join(part for part in (message.rstrip("."), " ".join(more)) if part)
        return to_text(self._code(answer)), message

    def says_error(self, answer: Values) -> bool:
        """Whether a text stands where the app's errors have their message."""
        found = self._message(answer)
        return isinstance(found, str) and found != ""

    def error(self, answer: Values) -> AppError | None:
        """The error that an answer is, or None."""
        status = answer.get("status")
        assert isinstance(status, int)
        if 200 <= status < 300 and (self._failed is None or not self._failed(answer)):
            return None
        code, message = self.app_error(answer)
        meant = self.model.errors.means.get(code, status)
        if meant == 403 and any(limited(answer) for limited in self._limited):
            meant = 429
        return AppError(meant, code, message)

    def needed(self, answer: Values) -> tuple[str, ...]:
        """The permission that a refusal says it wants; empty where it says nothing."""
        found = (to_text(resolve(answer)).strip() for resolve in self._needed)
        return tuple(text for text in found if text)[:1]

    def hint(self, error: AppError, kind: AuthKind) -> tuple[str, str] | None:
        """Why an error came to a connection of this kind and how to mend it, if the manifest knows."""
        hint = self._hint(error, kind)
        return (hint.why, hint.mend) if hint is not None else None

    def may_be_so(self, error: AppError) -> bool:
        """Whether an error may say that what was asked for is so already."""
        hint = self._hint(error)
        return hint is not None and hint.ensure

    def about(self, error: AppError) -> tuple[str, ...]:
        """The inputs that an error is known to be about."""
        hint = self._hint(error)
        return hint.about if hint is not None else ()

    def _hint(self, error: AppError, kind: AuthKind | None = None) -> HintModel | None:
        said = error.message.casefold()
        for hint in self.model.hints:
            known = hint.code == error.code if hint.code is not None else hint.status == error.status
            known = known and (kind is None or not hint.kinds or kind in hint.kinds)
            if known and (hint.says is None or hint.says.casefold() in said):
                return hint
        return None


def made_ready(model: ManifestModel, content: str) -> CompiledManifest:
    """A manifest made ready as far as it ever is: also what else is only compiled when somebody wants it.

    Raises:
        ProblemError: it cannot be; something is wrong with it that no check knows.
    """
    place = "cards"
    try:
        made = CompiledManifest(model, digest_of(content), content)
        for action in model.actions:
            place = f"actions: {action.key}"
            made.action(action.key)
        for name, choices in model.choices.items():
            place = f"choices: {name}"
            Paging(choices.paging)
            CompiledRequest(choices.request, model.bases, signs=usual_of(model))
        for name, fields in model.fields.items():
            place = f"fields: {name}"
            CompiledRequest(fields.request, model.bases, signs=usual_of(model))
    except UNREADY as error:
        what = f"{place}: it cannot be made ready: {type(error).__name__}: {error}."
        raise ProblemError([Problem("bad-manifest", what, "Compare this part with an action that works.")]) from error
    return made


def compile_outputs(outputs: tuple[OutputModel, ...]) -> tuple[tuple[str, Resolver], ...]:
    """Names of outputs and how to get their values."""
    return tuple((output.name, _output(output)) for output in outputs)


def _output(output: OutputModel) -> Resolver:
    """How to get its value; of a list that an app leaves out where it is empty, an empty one if it has answered."""
    resolve, value = compile_raw(output.value), parse_value(output.value)
    if not (output.empty_left_out and isinstance(value, Reference)):
        return resolve
    holder = compile_value(Reference(value.root, value.path[: 0 if value.root == "body" else 1]))  # found.body

    def left_out(roots: Values) -> JSON:
        found = resolve(roots)
        return [] if found is None and isinstance(holder(roots), dict) else found

    return left_out


def _pages_of(model: ManifestModel) -> list[Paging]:
    """The ways in which lists of an app name their next pages, each once."""
    every = [
        *(action.paging for action in model.actions),
        *(choices.paging for choices in model.choices.values()),
    ]
    found = {
        (paging.next, paging.offset, paging.records if paging.offset else ""): paging for paging in every if paging
    }
    return [Paging(paging) for paging in found.values()]
