"""Makes a connector's manifest from an OpenAPI 3 description, with the operations that one chooses.

Published descriptions are huge, refer to themselves in circles, and are not always right: nothing here follows a
reference deeper than it has to, and what cannot be understood is left out or told, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError, Severity
from keyturn.flows.yaml_writer import document

from .description_actions import Described, Maker, sentence, unused
from .description_errors import errors_in
from .description_faults import VERBS, not_sent, of_operation, of_path, of_whole
from .description_files import content_of, doubled, parsed, refused
from .description_gaps import follow, lost_schemes, one_line
from .description_keys import with_prefix
from .description_parts import OBJECT, dict_of, list_of, misplaced, text_of
from .description_security import Security
from .description_servers import lost_addresses
from .first_check import check_of, with_reservation
from .manifest import ManifestModel
from .media_types import takes_any
from .reading import ManifestFile, read_files

_MOST_SHOWN = 12
_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """A path, or an operation, of which nothing can be made.

    Attributes:
        where: ``GET /people``, or ``the path /people``.
        id: of an operation; empty for what is none.
    """

    where: str
    what: str
    id: str = ""
    tags: Sequence[str] = ()

    def __str__(self) -> str:
        return f"{self.where}: {self.what}."


@dataclass(slots=True)
class OpenApiFile:
    """A description that was read.

    Attributes:
        faults: what of its paths cannot be used.
    """

    name: str
    raw: Values
    operations: dict[str, Described] = field(default_factory=dict[str, Described])
    faults: list[Fault] = field(default_factory=list[Fault])

    @property
    def title(self) -> str:
        """How it calls the app, on one line; empty if it does not."""
        return one_line(text_of(dict_of(self.raw.get("info")), "title"))[:200]

    def chosen(self, wanted: Sequence[str]) -> list[Described]:
        """Operations by id, or by tag.

        Raises:
            ProblemError: one of the names is neither, or nothing can be made of what it names.
        """
        found: dict[str, Described] = {}
        problems: list[Problem] = []
        for name in wanted:
            matching = [one for one in self.operations.values() if name == one.id or name in one.tags]
            found |= {one.id: one for one in matching}
            broken = [one for one in self.faults if name == one.id or (name in one.tags and not matching)]
            problems += [
                Problem("bad-openapi", str(one), "Correct the description, or leave the operation out.", file=self.name)
                for one in broken
            ]
            if not matching and not broken:
                near = get_close_matches(name, self.operations, 3) or list(self.operations)[:_MOST_SHOWN]
                what = f"{self.name} has no operation and no tag {name!r}."
                problems.append(Problem("unknown-operation", what, f"Did you mean: {', '.join(near)}?", file=self.name))
        if problems:
            raise ProblemError(problems)
        return list(found.values())

    def left_out(self) -> list[Problem]:
        """What of its paths is not among the operations, and why: warnings, as the rest works."""
        mend = "It is left out. Correct the description if you need it."
        return [
            Problem("bad-openapi", _one_line(str(one)), mend, file=self.name, severity=Severity.WARNING)
            for one in self.faults
        ]


def read_openapi(path: Path) -> OpenApiFile:
    """Read a description.

    Raises:
        ProblemError: it is too large, no JSON or YAML, or no OpenAPI 3 description with operations.
    """
    return parse_openapi(content_of(path), path.name)


def parse_openapi(content: bytes, name: str) -> OpenApiFile:
    """Read a description that is there as bytes.

    Raises:
        ProblemError: it is no JSON or YAML, or no OpenAPI 3 description with operations.
    """
    raw = parsed(content, name)
    said = raw.get("openapi")
    version = str(said) if isinstance(said, int | float) else text_of(raw, "openapi")  # YAML without quotes
    if not version.startswith("3"):
        told = f"it is of version {raw['swagger']}" if "swagger" in raw else "it does not say openapi: 3"
        raise refused(name, f"{name} is no OpenAPI 3 description: {told}.", "Convert it to OpenAPI 3 first.")
    if why := misplaced(raw.get("paths"), OBJECT):
        raise refused(name, f"The paths of {name}: {why}.", "Give the file that the vendor publishes.")
    made = OpenApiFile(name, raw)
    for one in _operations(raw):
        if isinstance(one, Fault):
            made.faults.append(one)
        else:
            made.operations[one.id] = one
    if not made.operations:
        mend = "Look whether its paths are in another file."
        nothing = Problem("bad-openapi", f"{name} describes no operation.", mend, file=name)
        raise ProblemError([nothing, *made.left_out()])
    for key in doubled(content)[:_MOST_TOLD]:
        made.faults.append(Fault(f"the key {one_line(key)}", "it stands twice in one object, and the last is taken"))
    return made


def _operations(raw: Values) -> Iterator[Described | Fault]:
    taken: set[str] = set()
    maker = Maker(raw)
    for path, entry in dict_of(raw.get("paths")).items():
        if path.startswith("x-"):  # of the vendor's own
            continue
        shared, astray = follow(raw, entry)
        if astray:
            yield Fault(f"the path {one_line(path)}", astray)
        for where, what in of_path(path, entry, shared):
            yield Fault(where, what)
        for verb in VERBS:
            if verb in shared:
                body = dict_of(shared[verb])
                known = id_of(verb, path, body, taken)
                taken.add(known)
                made = Described(known, verb.upper(), path, body, list_of(shared.get("parameters")))
                why = of_operation(path, shared[verb]) or maker.unmade(made, shared)
                yield Fault(f"{made.method} {one_line(path)}", why, known, made.tags) if why else made
    for where, what in not_sent(raw):
        yield Fault(where, what)


def id_of(verb: str, path: str, operation: Values, taken: Collection[str] = ()) -> str:
    """The id of an operation; one that has none, or that of another, gets its method and path."""
    given = text_of(operation, "operationId")
    if given and given not in taken:
        return given
    return unused(f"{verb}{re.sub(r'[^A-Za-z0-9]+', '_', path)}", taken)


def left_out(file: OpenApiFile, operations: Sequence[Described]) -> list[str]:
    """What of these operations, and of the whole, is in no manifest that is made of them, a sentence each."""
    maker = Maker(file.raw)
    paths = [str(one) for one in file.faults[:_MOST_TOLD]]
    if (more := len(file.faults) - len(paths)) > 0:
        paths.append(f"the paths: {more} more, which are told where the operations are listed.")
    of_all = [*of_whole(file.raw), *lost_addresses(file.raw), *paths, *lost_schemes(file.raw)]
    told = [*of_all, *(f"{_called(one)}: {what}" for one in operations for what in maker.lost(one))]
    return [_one_line(sentence) for sentence in told]  # they stand in comments: no line of YAML begins within


def _called(operation: Described) -> str:
    """An operation by its id and its request."""
    return f"{operation.id} ({operation.method} {operation.path})"


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@dataclass(frozen=True, slots=True)
class Made:
    """A manifest that was made.

    Attributes:
        text: as YAML, to go on with; what had to be left out is in comments at its head.
        left_out: the same, a sentence each.
        model: what it says; None if something is wrong with it as a whole.
        problems: what that is.
    """

    text: str
    left_out: Sequence[str]
    model: ManifestModel | None
    problems: Sequence[Problem] = ()


def manifest_of(file: OpenApiFile, connector: str, title: str, operations: Sequence[Described]) -> str:
    """A manifest with these operations as actions, as YAML to go on with.

    Raises:
        ProblemError: nothing can be made of any of them.
    """
    return made_of(file, connector, title, operations).text


def made_of(file: OpenApiFile, connector: str, title: str, operations: Sequence[Described]) -> Made:
    """A manifest with these operations as actions; one of which none can be made is left out, and told.

    Raises:
        ProblemError: nothing can be made of any of them.
    """
    kept, more = list(operations), list[str]()
    while True:
        told = [*left_out(file, kept), *more]
        text = "".join(f"# Left out of {what}\n" for what in told) + _written(file, connector, title, kept)
        try:
            return Made(text, told, read_files([ManifestFile(connector, text)]).model)
        except ProblemError as error:
            wrong = {
                number: problem
                for problem in reversed(error.problems)
                if (number := _action_in(problem)) is not None and number < len(kept)
            }
            others = [_by_itself(problem) for problem in error.problems if _action_in(problem) is None]
        if not wrong:
            return Made(text, told, None, others)
        more += [_one_line(f"{_request(kept[number])}: {_apart(wrong[number])}") for number in sorted(wrong)]
        kept = [one for number, one in enumerate(kept) if number not in wrong]
        if not kept:
            mend = "Correct the description, or leave the operation out."
            raise ProblemError(Problem("bad-openapi", what, mend, file=file.name) for what in more)


def _action_in(problem: Problem) -> int | None:
    """Which action a problem is about; None if it is about none."""
    number = problem.path[1] if problem.path[:1] == ("actions",) and len(problem.path) > 1 else None
    return number if isinstance(number, int) else None


def _by_itself(problem: Problem) -> Problem:
    """A problem without its place in a file that nobody has."""
    return replace(problem, file=None, line=None)


def _apart(problem: Problem) -> str:
    """What is wrong, without the place of an action in a file that nobody has."""
    place, _, what = problem.what.partition(": ")
    return f"its {'.'.join(place.split('.')[2:]) or 'action'}: {what}"


def _request(operation: Described) -> str:
    return f"{operation.method} {one_line(operation.path)}"


def _written(file: OpenApiFile, connector: str, title: str, operations: Sequence[Described]) -> str:
    maker = Maker(file.raw)
    actions = maker.actions(operations, file.name)
    plain = [
        (operation, path)
        for operation, one in sorted(zip(operations, actions, strict=True), key=lambda pair: not _asks_json(pair[1]))
        if (path := _read_with_nothing(dict_of(one)))
    ]
    security = Security(file.raw, [one.body for one in file.operations.values()])
    mine = [path for operation, path in plain if not security.is_open(operation.body)]
    reads = mine or [*islice(_reads_with_credentials(file, maker, security, operations), 1)]
    errors = errors_in(file.raw, [one.body for one in operations])
    made: Values = {
        "connector": connector,
        "title": title,
        "about": sentence(text_of(dict_of(file.raw.get("info")), "description")) or title,
        "base_url": maker.base_url(),
        **({"own_address": True} if maker.own_address() else {}),
        **({"example_serves": True} if maker.example_serves() else {}),
        "auth": [*maker.kinds()],
        **({"defaults": {**defaults}} if (defaults := maker.defaults()) else {}),
        "check": check_of(reads),
        "errors": errors.stated(),
        "actions": actions,
    }
    written = document(made, frozenset({"actions"}))
    text = errors.commented(with_reservation(written, reads, elsewhere=not mine, is_open=bool(plain)))
    return with_prefix(text) if maker.has_bare_key() else text


def _reads_with_credentials(
    file: OpenApiFile, maker: Maker, security: Security, chosen: Sequence[Described]
) -> Iterator[str]:
    """Paths that can be read without being given anything, and that certainly need credentials: first those of what
    the chosen operations are about."""
    tags = {tag for one in chosen for tag in one.tags}
    for one in sorted(file.operations.values(), key=lambda one: not tags & {*one.tags}):
        if one.method == "GET" and security.needs(one.body):
            path = _read_with_nothing(maker.action(one, file.name))
            if path:
                yield path


def _asks_json(action: JSON) -> bool:
    """Whether an action is answered where JSON is asked for, as a connection's test does."""
    accept = text_of(dict_of(dict_of(dict_of(action).get("request")).get("headers")), "Accept")
    return not accept or takes_any(accept)


def _read_with_nothing(action: Values) -> str:
    """The path of a request that reads and is given nothing; empty for another one."""
    request = dict_of(action.get("request"))
    needs = any(dict_of(one).get("required") is True for one in list_of(action.get("inputs")))
    path = text_of(request, "path")
    return path if request.get("method") == "GET" and not needs and "{{" not in path else ""
