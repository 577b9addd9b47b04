"""What must hold in a manifest beyond its shape: references lead somewhere, names are there, and what an action
declares about the world goes with what it sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit

from keyturn.connections.model import AUTH_FIELDS
from keyturn.flows.json import JSON
from keyturn.flows.problems import Problem
from keyturn.flows.spec import EffectClass
from keyturn.flows.types import Type, TypeSyntaxError
from keyturn.flows.values import Name, Reference

from .findings import Path
from .guides import BASE_URL, OF_TEXTS, places
from .manifest import ActionModel, ConditionModel, EventModel, FieldModel, ManifestModel, OutputModel
from .paging import names_to
from .readable import readable
from .request_models import PagingModel, RequestModel
from .state_models import EnsureModel
from .templates import split_mapped

_Shared = TypeVar("_Shared", FieldModel, OutputModel)
ANSWER = frozenset({"status", "headers", "body"})
RESERVED = frozenset({"results", "ensure"})
_RECORD = frozenset({"record"})
_EVENT = frozenset({"event", "envelope", "headers", "targets"})
_COMPARISONS = ("among", "not_among", "has", "lacks", "empty", "includes", "items", "ends", "kind")
_OWN_CARD = "custom_api_action"
_STATUSES = (100, 599)
_ADDRESSES = {
    "http": (("https", "http"), "https://api.your-app.example"),
    "smtp": (("smtp", "smtps"), "smtp://mail.your-company.example:587"),
}


def check_manifest(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    checks = _Checks(manifest)
    checks.connector()
    for number, action in enumerate(manifest.actions):
        checks.action(action, ("actions", number))
    for number, event in enumerate(manifest.events):
        path = ("events", number)
        checks.shared(event.outputs, manifest.shared_outputs, "shared_outputs", (*path, "outputs"))
        for place, item in enumerate(event.outputs):
            named = manifest.shared_outputs.get(item, ()) if isinstance(item, str) else (item,)
            for output in named:
                checks.output(output, _EVENT, (*path, "outputs", place), again=isinstance(item, str))
        checks.person(event, path)
    checks.loaded()
    return checks.problems


def check_places(manifest: ManifestModel) -> list[Problem]:
    """Addresses and statuses that no app can have, and events that never come, each with its path."""
    checks = _Checks(manifest)
    checks.address(manifest.base_url, ("base_url",), empty=True)
    for name, address in manifest.bases.items():
        checks.address(address, ("bases", name))
    if manifest.protocol == "http" and not manifest.check.path.startswith("/"):
        checks.say(("check", "path"), "a path begins with a slash.", "Write it below the connector's address.")
    for number, hint in enumerate(manifest.hints):
        if hint.status is not None and not _STATUSES[0] <= hint.status <= _STATUSES[1]:
            what = f"{hint.status} is no status of HTTP."
            checks.say(("hints", number, "status"), what, "A status has three digits, from 100 to 599.")
    if manifest.events and manifest.hooks is None:
        mend = (
            "Take them away, and start flows by an API Endpoint or a schedule; of an Okta organisation say hooks: okta."
        )
        checks.say(("events",), "nothing brings this app's events here.", mend)
    return checks.problems


def check_then(manifest: ManifestModel) -> list[Problem]:
    """What looks ask besides, and where they find when something was made, each problem with its path."""
    checks = _Checks(manifest)
    for number, action in enumerate(manifest.actions):
        checks.then(action, ("actions", number, "state", "then"))
        checks.created(action, ("actions", number, "state", "created"))
    return checks.problems


@dataclass(slots=True)
class _Scope:
    """What the references in a place may begin with."""

    roots: frozenset[str]
    inputs: frozenset[str] | None = None
    options: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Checks:
    manifest: ManifestModel
    problems: list[Problem] = field(default_factory=list[Problem])

    def say(self, path: Path, what: str, mend: str, code: str = "bad-manifest") -> None:
        place = ".".join(str(step) for step in path)
        self.problems.append(Problem(code, f"{place}: {what}", mend, path=path))

    def address(self, address: str, path: Path, *, empty: bool = False) -> None:
        """An address of the app; an empty one, where that is right, says that each connection gives its own."""
        if empty and not address:
            return
        schemes, example = _ADDRESSES[self.manifest.protocol]
        try:
            parts = urlsplit(address)
            good = parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
            good = good and not parts.query and not parts.fragment and (parts.port is None or parts.port > 0)
            good = good and not re.search(r"[\s\\]", address)
        except ValueError:  # a host or port that is none
            good = False
        if not good:
            self.say(path, f"{address!r} is no address of an app.", f"Write for example {example}.")

    def connector(self) -> None:
        """What is said of the connector itself."""
        answer = _Scope(ANSWER)
        for name in ("code", "message"):
            self.value(getattr(self.manifest.errors, name), answer, ("errors", name))
        self.value(self.manifest.errors.details, answer, ("errors", "details"))
        if self.manifest.errors.failed is not None:
            self.condition(self.manifest.errors.failed, answer, ("errors", "failed"))
        for sign, path in ((self.manifest.sign, ("sign",)), (self.manifest.check.sign, ("check", "sign"))):
            if sign is not None:
                self.condition(sign, answer, path)
        for number, condition in enumerate(self.manifest.errors.limited):
            self.condition(condition, answer, ("errors", "limited", number))
        self.value([*self.manifest.errors.needed], answer, ("errors", "needed"))
        for name, outputs in self.manifest.shared_outputs.items():
            for number, output in enumerate(outputs):
                self.output(output, None, ("shared_outputs", name, number))
        for name, fields in self.manifest.shared_inputs.items():
            for number, one in enumerate(fields):
                self.field(one, ("shared_inputs", name, number))
        self._guides()
        seen: set[str] = {_OWN_CARD}
        for part, keys in (("actions", self.manifest.actions), ("events", self.manifest.events)):
            for number, one in enumerate(keys):
                if one.key in seen:
                    self.say((part, number, "key"), f"there is a card {one.key!r} already.", "Name it otherwise.")
                seen.add(one.key)

    def _guides(self) -> None:
        """Guides speak of kinds, settings and secrets that there are, and of what they ask for."""
        for kind, guide in self.manifest.guides.items():
            path: Path = ("guides", kind.value)
            if kind not in self.manifest.auth:
                self.say(path, f"it has no connections of kind {kind.value}.", "Add it to auth, or take this away.")
            fields = AUTH_FIELDS[kind]
            there = {*fields.settings, *fields.secrets, *fields.optional}
            for part, names, known in (
                ("settings", guide.settings, {*fields.settings}),
                ("fields", guide.fields, there),
            ):
                for name in names:
                    if name not in known:
                        self.say((*path, part, name), f"there is no {name!r}.", f"There are: {_listed(known)}.")
            texts = [("steps", number, text, OF_TEXTS) for number, text in enumerate(guide.steps)]
            texts += [("settings", name, text, frozenset({BASE_URL})) for name, text in guide.settings.items()]
            for part, place, text, usual in texts:
                for name in places(text):
                    if name not in usual | guide.asks.keys():
                        what = f"{{{name}}} is nothing that it asks for."
                        self.say((*path, part, place), what, f"There are: {_listed(usual | guide.asks.keys())}.")

    def shared(self, given: Iterable[object], known: Mapping[str, object], where: str, path: Path) -> None:
        """Names of shared fields are there."""
        for number, item in enumerate(given):
            if isinstance(item, str) and item not in known:
                self.say((*path, number), f"there is no {item!r} among {where}.", f"There are: {_listed(known)}.")

    def person(self, event: EventModel, path: Path) -> None:
        """The person whom an event concerns is one of the values that it gives."""
        given = {output.name for output in put_in(event.outputs, self.manifest.shared_outputs)}
        self.value(event.person, _Scope(frozenset({"event"})), (*path, "person"))
        for name in _first_names(event.person):
            if name not in given:
                self.say((*path, "person"), f"the event gives no {name!r}.", f"It gives: {_listed(given)}.")

    def action(self, action: ActionModel, path: Path) -> None:
        """One action."""
        self.shared(action.inputs, self.manifest.shared_inputs, "shared_inputs", (*path, "inputs"))
        self.shared(action.outputs, self.manifest.shared_outputs, "shared_outputs", (*path, "outputs"))
        inputs = put_in(action.inputs, self.manifest.shared_inputs)
        outputs = put_in(action.outputs, self.manifest.shared_outputs)
        self._fields(action, inputs, path)
        scope = self._scope(action)
        self._requests(action, scope, path)
        answers = frozenset(step.name for step in action.steps if step.name)
        roots = scope.roots | answers | (_RECORD if action.paging else ANSWER)
        roots |= frozenset({"shaped"}) if action.shape else frozenset[str]()
        for number, item in enumerate(action.outputs):
            named = self.manifest.shared_outputs.get(item, ()) if isinstance(item, str) else (item,)
            for output in named:
                self.output(output, roots, (*path, "outputs", number), scope, again=isinstance(item, str))
        self._twice([one.name for one in outputs], (*path, "outputs"))
        self._effect(action, {one.name for one in inputs}, path)
        if action.idempotency is not None and action.effect.effect is EffectClass.READ:
            self.say((*path, "idempotency"), "an action that reads needs no key.", "Take it away.")
        self._state(action, scope, path)
        if action.paging is not None:
            self.paging(action.paging, (*path, "paging"), scope)

    def _scope(self, action: ActionModel) -> _Scope:
        """What the requests of an action refer to."""
        return _Scope(
            frozenset({"inputs", "options"}),
            frozenset(one.name for one in put_in(action.inputs, self.manifest.shared_inputs)),
            frozenset(one.name for one in action.options) | RESERVED,
        )

    def _fields(self, action: ActionModel, inputs: tuple[FieldModel, ...], path: Path) -> None:
        options = {option.name: option for option in action.options}
        for part, given in (("inputs", action.inputs), ("options", action.options)):
            for number, one in enumerate(given):
                if isinstance(one, FieldModel):
                    self.field(one, (*path, part, number))
        for number, one in enumerate(action.options):
            if one.name in RESERVED:
                self.say((*path, "options", number), f"{one.name!r} is made by itself.", "Name it otherwise.")
        for one in inputs:
            for name in one.when:
                if name not in options:
                    what = f"{one.name!r} depends on the option {name!r}, which is not there."
                    self.say((*path, "inputs"), what, f"Options are: {_listed(options)}.")
        self._twice([one.name for one in action.options], (*path, "options"))
        for name in {one.name for one in inputs}:
            alike = [one for one in inputs if one.name == name]
            if len(alike) > 1 and not all(one.when for one in alike):
                self.say((*path, "inputs"), f"two inputs are named {name!r}.", "Name one of them otherwise.")

    def field(self, one: FieldModel, path: Path) -> None:
        """An input or option: its type, and where choices and fields come from."""
        self._type(one.type, path)
        if one.choices_from is not None and one.choices_from not in self.manifest.choices:
            what = f"there is no {one.choices_from!r} among choices."
            self.say(path, what, f"There are: {_listed(self.manifest.choices)}.")
        self._loaded_fields(one.fields_from, path)
        if (one.fields or one.fields_from) and one.type != "object":
            self.say(path, f"{one.name!r} has fields and is no object.", "Write type: object.")
        for number, inner in enumerate(one.fields):
            self.field(inner, (*path, "fields", number))

    def _loaded_fields(self, name: str | None, path: Path) -> None:
        if name is not None and name not in self.manifest.fields:
            what = f"there is no {name!r} among fields."
            self.say(path, what, f"There are: {_listed(self.manifest.fields)}.")

    def output(
        self,
        one: OutputModel,
        roots: frozenset[str] | None,
        path: Path,
        scope: _Scope | None = None,
        *,
        again: bool = False,
    ) -> None:
        """An output: its type and its value.

        Args:
            roots: None for a shared one by itself: nobody knows yet what it may refer to.
            again: it is a shared one where it is used; what is wrong with itself was said.
        """
        inputs, options = (scope.inputs, scope.options) if scope else (None, frozenset[str]())
        if not again:
            self._type(one.type, path)
            self._loaded_fields(one.fields_from, path)
        within = _Scope(roots, inputs, options) if roots is not None else None
        self.value(one.value, within, path if again else (*path, "value"), again=again)

    def _requests(self, action: ActionModel, scope: _Scope, path: Path) -> None:
        if action.request is not None and action.requests:
            self.say(path, "it has request and requests.", "Take one of them away.")
        if not action.steps and (action.paging is not None or action.effect.effect is not EffectClass.READ):
            self.say(path, "it asks the app for nothing.", "Write request: or requests:.")
        known = scope.roots
        for number, step in enumerate(action.steps):
            here = (*path, "request") if action.request is not None else (*path, "requests", number)
            self.request(step, _Scope(known, scope.inputs, scope.options), here)
            if step.name is not None:
                known |= {step.name}
            last = number == len(action.steps) - 1
            if not (step.method == "GET" or step.repeatable) and (step.each is not None or not last):
                if _exclusive(action.steps[number:]):
                    continue
                what = "only the last request may change something that must not be repeated."
                self.say(here, what, "Say repeatable: true if twice does no harm, or make two actions of it.")

    def request(self, request: RequestModel, scope: _Scope, path: Path) -> None:
        """A request and what it refers to."""
        inner = scope
        if request.each is not None:
            self.value(request.each, scope, (*path, "each"))
            inner = _Scope(scope.roots | {"item"}, scope.inputs, scope.options)
        self.value(request.path, inner, (*path, "path"))
        self.value({**request.query}, inner, (*path, "query"))
        self.value({**request.headers}, inner, (*path, "headers"))
        self.value({**request.links}, inner, (*path, "links"))
        self._body(request.body, inner, (*path, "body"))
        self._sent_files(request, inner, path)
        if request.pages is not None:
            self._pages(request, request.pages, scope, (*path, "pages"))
        if not request.path.startswith("/") and not request.whole:
            self.say((*path, "path"), "a path begins with a slash.", "Write it below the connector's address.")
        if request.base is not None and request.base not in self.manifest.bases:
            what = f"there is no {request.base!r} among bases."
            self.say((*path, "base"), what, f"There are: {_listed(self.manifest.bases)}.")
        for name, one in request.filters.items():
            here = (*path, "filters", name)
            for number, clause in enumerate(one.clauses):
                self.value(clause, inner, (*here, "clauses", number))
            self.value(one.equal.entries if one.equal else None, inner, (*here, "equal"))
            self.value(one.also, inner, (*here, "also"))
        for number, condition in enumerate(request.when):
            self.condition(condition, scope, (*path, "when", number))
        if request.sign is not None:
            self.condition(request.sign, _Scope(ANSWER), (*path, "sign"))

    def _body(self, raw: JSON, scope: _Scope, path: Path) -> None:
        """What is made of each item of a list sees that item."""
        rest, mapped = split_mapped(raw)
        self.value(rest, scope, path)
        for one in mapped:
            self.value(one, _Scope(scope.roots | {"item"}, scope.inputs, scope.options), path)

    def _sent_files(self, request: RequestModel, scope: _Scope, path: Path) -> None:
        self.value(request.file, scope, (*path, "file"))
        self.value({**request.files}, scope, (*path, "files"))
        named = "file" if request.file is not None else "files" if request.files else None
        if named is None:
            return
        if request.method == "GET":
            self.say((*path, named), "GET sends no body.", "Use POST, PUT or PATCH.")
        if request.file is not None and (request.files or request.body is not None):
            self.say((*path, named), "the file is the whole body, and there is more.", "Write files: for a form.")
        if request.files and not isinstance(request.body, dict | None):
            self.say((*path, "body"), "beside files it is a form.", "Write names and values.")

    def _pages(self, request: RequestModel, pages: PagingModel, scope: _Scope, path: Path) -> None:
        """What is asked for page after page is a list that is read, and stands at one place."""
        self.paging(pages, path, scope)
        if request.method != "GET":
            self.say(path, "only what is read has pages.", "Use GET.")
        if names_to(pages.records)[:1] != ("body",):
            what = f"{pages.records!r} is not reached by names alone."
            self.say((*path, "records"), what, "Name the place of the list, for example '{{ body.value }}'.")

    def condition(self, condition: ConditionModel, scope: _Scope, path: Path) -> None:
        """A condition says with what it compares, once."""
        given = [name for name in _COMPARISONS if name in condition.model_fields_set]
        if len(given) != 1:
            self.say(path, "a condition has exactly one comparison.", f"Write one of {', '.join(_COMPARISONS)}.")
        self.value(condition.value, scope, (*path, "value"))
        for name in given:
            raw: JSON = getattr(condition, name)
            self.value([*raw] if isinstance(raw, tuple) else raw, scope, (*path, name))

    def paging(self, paging: PagingModel, path: Path, scope: _Scope) -> None:
        """How pages are asked for."""
        answer = _Scope(ANSWER | scope.roots, scope.inputs, scope.options)
        self.value(paging.records, answer, (*path, "records"))
        self.value(paging.size, scope, (*path, "size"))
        if paging.offset is not None:
            self.value(paging.offset.total, answer, (*path, "offset", "total"))
            if paging.next or paging.query:
                self.say(path, "it pages by offset, or by next.", "Take one of them away.")
        elif paging.next != "link":
            self.value(paging.next, answer, (*path, "next"))

    def _effect(self, action: ActionModel, inputs: set[str], path: Path) -> None:
        effect, here = action.effect, (*path, "effect")
        keys = [one.key for one in self.manifest.actions]
        if effect.undo is not None and effect.undo not in keys:
            self.say(here, f"undo names {effect.undo!r}, which is no action.", "Name an action of this manifest.")
        if effect.person is not None and effect.person not in inputs:
            self.say(here, f"person names {effect.person!r}, which is no input.", f"Inputs are: {_listed(inputs)}.")
        reads = effect.effect is EffectClass.READ
        if reads and not all(step.method == "GET" or step.repeatable for step in action.steps):
            what = "it says that it reads, and one of its requests does not."
            self.say(here, what, "Say what it does, or that the request is repeatable: true.")
        if action.paging is not None and not reads:
            self.say((*path, "paging"), "only an action that reads has pages.", "Say effect: read.")
        if action.ensure is not None and reads:
            self.say((*path, "ensure"), "an action that reads brings nothing about.", "Take ensure away.")

    def _state(self, action: ActionModel, scope: _Scope, path: Path) -> None:
        state, looks = action.state, False
        if action.ensure is not None:
            looks = any(one.look for one in (*action.ensure.already, *action.ensure.absent))
            self._refusals(action.ensure, scope, (*path, "ensure"))
            here = (*path, "ensure")
            self._looked_for(action.ensure.who, scope, (*here, "who"))
            if action.ensure.holder is not None:
                self._looked_for(action.ensure.holder.request, scope, (*here, "holder", "request"))
                self.value(action.ensure.holder.called, scope, (*here, "holder", "called"))
        self._obstacles(action, scope, path)
        if looks and state is None:
            self.say((*path, "ensure"), "it looks, and there is no state to look at.", "Add state:.")
        if state is None:
            return
        here = (*path, "state")
        self.request(state.request, scope, (*here, "request"))
        if state.request.method != "GET":
            self.say((*here, "request"), "looking changes nothing.", "Use GET.")
        looked = _looked(action, scope)
        self.value(state.records, replace(looked, roots=looked.roots - _RECORD), (*here, "records"))
        if state.so is not None:
            self.condition(state.so, looked, (*here, "so"))
        elif state.records is not None:
            self.say((*here, "records"), "any record would do.", "Say under so: which one it is.")
        if state.found is not None:
            self.value(state.found, _Scope(ANSWER | (looked.roots & _RECORD)), (*here, "found"))

    def then(self, action: ActionModel, path: Path) -> None:
        """What a look asks besides."""
        then = action.state.then if action.state is not None else None
        if then is None:
            return
        looked = _looked(action, self._scope(action))
        self._looked_for(then.request, looked, (*path, "request"))
        for number, condition in enumerate(then.when):
            self.condition(condition, looked, (*path, "when", number))
        self.condition(then.so, looked, (*path, "so"))

    def created(self, action: ActionModel, path: Path) -> None:
        """Where a look finds when something was made."""
        if action.state is not None:
            self.value(action.state.created, _looked(action, self._scope(action)), path)

    def _refusals(self, ensure: EnsureModel, scope: _Scope, path: Path) -> None:
        """What refusals rest on, and what is given."""
        for part, refusals in (("already", ensure.already), ("absent", ensure.absent)):
            for number, one in enumerate(refusals):
                for place, condition in enumerate(one.when):
                    self.condition(condition, scope, (*path, part, number, "when", place))
        if ensure.gives:
            self.value(ensure.gives, scope, (*path, "gives"))
            if ensure.who is None:
                what = "it says what is given, and nobody looks whether the person is there."
                self.say((*path, "gives"), what, "Say under who: how to look for the person.")

    def _obstacles(self, action: ActionModel, scope: _Scope, path: Path) -> None:
        """What a look after a refusal may show to stand in the way."""
        here, obstacles = (*path, "ensure", "in_the_way"), action.ensure.in_the_way if action.ensure else ()
        if not obstacles:
            return
        first = action.state is not None and action.state.first
        if action.ensure is None or not (first or any(one.look for one in action.ensure.already)):
            what = "nobody looks what stands in the way."
            self.say(here, what, "Say look: true of a refusal under already, or take it away.")
        if first and not all(one.when for one in obstacles):
            what = "where it is not so before, it is to be made so."
            self.say(here, what, "Say under when: what it is told of; or take first: true of state away.")
        looked = _looked(action, scope)
        if action.state is not None and action.state.then is not None and action.state.then.request.name:
            looked.roots |= {action.state.then.request.name}
        for number, one in enumerate(obstacles):
            for place, condition in enumerate(one.when):
                self.condition(condition, looked, (*here, number, "when", place))
            for part, text in (("why", one.why), ("mend", one.mend)):
                self.value(text, looked, (*here, number, part))

    def _looked_for(self, request: RequestModel | None, scope: _Scope, path: Path) -> None:
        if request is None:
            return
        self.request(request, scope, path)
        if request.method != "GET" or request.each is not None:
            self.say(
                path, "looking for somebody or something is one request that changes nothing.", "Use GET, without each."
            )

    def loaded(self) -> None:
        """Choices and fields that are loaded."""
        anything, record = _Scope(frozenset({"inputs"})), _Scope(frozenset({"record", "key"}))
        for name, choices in self.manifest.choices.items():
            path: Path = ("choices", name)
            self.request(choices.request, anything, (*path, "request"))
            self.paging(choices.paging, (*path, "paging"), anything)
            for part in ("value", "label"):
                self.value(getattr(choices, part), record, (*path, part))
        for name, fields in self.manifest.fields.items():
            path = ("fields", name)
            self.request(fields.request, anything, (*path, "request"))
            for part in ("name", "title", "type", "items", "several", "about", "required"):
                self.value(getattr(fields, part), record, (*path, part))
            for number, place in enumerate(fields.choices):
                self.value(place, record, (*path, "choices", number))
            for part in ("choice", "choice_label"):
                self.value(getattr(fields, part), _Scope(frozenset({"choice"})), (*path, part))
            for text in fields.types.values():
                self._type(text, (*path, "types"))

    def value(self, raw: JSON, scope: _Scope | None, path: Path, *, again: bool = False) -> None:
        """References can be read, and begin with what is there."""
        found = readable(raw)
        for fault in () if again else found.faults:
            self.say(path, f"{fault}.", "Correct the reference.", "bad-reference")
        for reference in found.references if scope is not None else ():
            assert scope is not None
            for what, mend in _strays(reference, scope):
                self.say(path, what, mend, "bad-reference")

    def _type(self, text: str, path: Path) -> None:
        try:
            Type.parse(text)
        except TypeSyntaxError as error:
            self.say((*path, "type"), f"{error}.", "Use one of the types.", "bad-type")

    def _twice(self, names: list[str], path: Path) -> None:
        for name in sorted({name for name in names if names.count(name) > 1}):
            self.say(path, f"{name!r} is there twice.", "Name one of them otherwise.")


def _looked(action: ActionModel, scope: _Scope) -> _Scope:
    """What is seen of the answer of a look."""
    state, more = action.state, set[str]()
    if state is not None:
        more |= _RECORD if state.records is not None else set()
        more |= {"shaped"} if state.request.shape is not None else set()
    return _Scope(ANSWER | scope.roots | more, scope.inputs, scope.options)


def _exclusive(steps: Sequence[RequestModel]) -> bool:
    """Whether one value, an option's mostly, chooses which of these requests is sent, and only that one."""
    chosen: list[JSON] = []
    values: set[str] = set()
    for step in steps:
        if step.each is not None or not step.when or step.when[0].among is None:
            return False
        values.add(step.when[0].value)
        chosen += step.when[0].among
    return len(values) == 1 and all(chosen.count(one) == 1 for one in chosen)


def _first_names(raw: str) -> Iterator[str]:
    """The name behind the root of each reference; of none that cannot be read."""
    for reference in readable(raw).references:
        if reference.path and isinstance(reference.path[0], Name):
            yield reference.path[0].name


def _strays(reference: Reference, scope: _Scope) -> Iterator[tuple[str, str]]:
    shown = f"{{{{ {reference} }}}}"
    if reference.root not in scope.roots:
        yield f"{shown} begins with what is not there.", f"It may begin with: {_listed(scope.roots)}."
        return
    known = {"inputs": scope.inputs, "options": scope.options}.get(reference.root)
    if known is None:
        return
    first = reference.path[0] if reference.path else None
    if not isinstance(first, Name) or first.name not in known:
        yield f"{shown} names none of the {reference.root}.", f"There are: {_listed(known)}."


def put_in(given: Iterable[str | _Shared], shared: Mapping[str, tuple[_Shared, ...]]) -> tuple[_Shared, ...]:
    """Fields with the shared ones where they are named; names of none are left out."""
    found: list[_Shared] = []
    for item in given:
        if isinstance(item, str):
            found += shared.get(item, ())
        else:
            found.append(item)
    return tuple(found)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
