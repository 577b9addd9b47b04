"""Makes a connector's manifest from an OpenAPI 3 description, with the operations that one chooses.

Published descriptions are huge, refer to themselves in circles, and are not always right: nothing here follows a
reference deeper than it has to, and what cannot be understood is left out or told, never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl

from keyturn.connections.model import HEADERS
from keyturn.flows.json import JSON, Values
from keyturn.flows.problems import Problem, ProblemError, Severity
from keyturn.flows.yaml_writer import document

from .cards import CUSTOM
from .description_faults import VERBS, in_operation, not_sent, of_operation, of_path, of_whole
from .description_files import content_of, parsed, refused
from .description_gaps import follow, is_joined, lost_parts, lost_schemes, one_line, pointed
from .description_parts import OBJECT, dict_of, list_of, misplaced, split_address, text_of
from .outgoing import MULTIPART
from .requests import FORM, may_set

_MOST_SHOWN = 12
_MOST_TOLD = 20
_TYPES = {"string": "text", "integer": "number", "number": "number", "boolean": "boolean", "object": "object"}
_NAMED = re.compile(r"\{([^{}]*)\}")
# Said by what is sent and wanted, whatever a description says of them (OpenAPI 3.1, 4.8.12.2).
_BY_THEMSELVES = frozenset({"accept", "content-type", "authorization"})
_TEXTS = ("text/", "application/xml", "multipart/")


@dataclass(frozen=True, slots=True)
class Described:
    """An operation of a description.

    Attributes:
        shared: parameters of its path.
    """

    id: str
    method: str
    path: str
    body: Values
    shared: Sequence[JSON] = ()

    @property
    def title(self) -> str:
        return text_of(self.body, "summary") or self.id

    @property
    def tags(self) -> list[str]:
        found = self.body.get("tags")
        return [str(tag) for tag in found] if isinstance(found, list) else []


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
    version = text_of(raw, "openapi")
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
    return made


def _operations(raw: Values) -> Iterator[Described | Fault]:
    taken: set[str] = set()
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
                why = of_operation(path, shared[verb])
                yield Fault(f"{made.method} {one_line(path)}", why, known, made.tags) if why else made
    for where, what in not_sent(raw):
        yield Fault(where, what)


def id_of(verb: str, path: str, operation: Values, taken: Collection[str] = ()) -> str:
    """The id of an operation; one that has none, or that of another, gets its method and path."""
    given = text_of(operation, "operationId")
    if given and given not in taken:
        return given
    return _unused(f"{verb}{re.sub(r'[^A-Za-z0-9]+', '_', path)}", taken)


def left_out(file: OpenApiFile, operations: Sequence[Described]) -> list[str]:
    """What of these operations, and of the whole, is in no manifest that is made of them, a sentence each."""
    maker = _Maker(file.raw)
    paths = [str(one) for one in file.faults[:_MOST_TOLD]]
    if (more := len(file.faults) - len(paths)) > 0:
        paths.append(f"the paths: {more} more, which are told where the operations are listed.")
    of_all = [*of_whole(file.raw), *maker.lost_address(), *paths, *lost_schemes(file.raw)]
    told = [*of_all, *(f"{_called(one)}: {what}" for one in operations for what in maker.lost(one))]
    return [_one_line(sentence) for sentence in told]  # they stand in comments: no line of YAML begins within


def _called(operation: Described) -> str:
    """An operation by its id and its request."""
    return f"{operation.id} ({operation.method} {operation.path})"


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def manifest_of(file: OpenApiFile, connector: str, title: str, operations: Sequence[Described]) -> str:
    """A manifest with these operations as actions, as YAML to go on with. What had to be left out is in comments.

    Raises:
        ProblemError: what is put into the path of one of them has no name.
    """
    if problems := [*_nameless(operations, file.name)]:
        raise ProblemError(problems)
    maker = _Maker(file.raw)
    reads = [one for one in operations if one.method == "GET" and "{" not in one.path]
    made: Values = {
        "connector": connector,
        "title": title,
        "about": _sentence(text_of(dict_of(file.raw.get("info")), "description") or title),
        "base_url": maker.base_url(),
        **({"own_address": True} if maker.own_address() else {}),
        "auth": [*maker.kinds()],
        **({"defaults": {**headers}} if (headers := maker.headers()) else {}),
        "check": {"method": "GET", "path": (maker.prefix() + reads[0].path) if reads else "/"},
        "errors": {"code": "{{ body.code }}", "message": "{{ body.message }}"},
        "actions": maker.actions(operations, file.name),
    }
    comments = "".join(f"# Left out of {what}\n" for what in left_out(file, operations))
    return comments + document(made, frozenset({"actions"}))


def _nameless(operations: Sequence[Described], file: str) -> Iterator[Problem]:
    """Operations with ``{}`` in their paths: nobody can say what belongs there."""
    for one in operations:
        if not all(name.strip() for name in _NAMED.findall(one.path)):
            what = f"{one.id}: a part of its path {one.path} has no name."
            yield Problem("bad-openapi", what, "Write one between its braces, or leave the operation out.", file=file)


class _Maker:
    def __init__(self, raw: Values) -> None:
        self._raw = raw

    def base_url(self) -> str:
        parts = self._address()
        return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else "https://your-app.example"

    def own_address(self) -> bool:
        """Whether each customer has another one, or nobody knows it."""
        host = text_of(self._first_server(), "url").partition("://")[2].partition("/")[0]
        parts = self._address()
        return not (parts.scheme and parts.netloc) or _NAMED.search(host) is not None

    def prefix(self) -> str:
        """What stands before each path."""
        return self._address().path.rstrip("/")

    def lost_address(self) -> Iterator[str]:
        """The address, if it is none."""
        if split_address(self._server()) is None:
            address = " ".join(self._server().split())[:200]
            yield f"the address {address}: it cannot be read. Connections give theirs, with what is before the paths."

    def _address(self) -> SplitResult:
        """Of the first server; empty if it cannot be read."""
        return split_address(self._server()) or SplitResult("", "", "", "", "")

    def _first_server(self) -> Values:
        servers = self._raw.get("servers")
        return dict_of(servers[0]) if isinstance(servers, list) and servers else {}

    def _server(self) -> str:
        first = self._first_server()
        variables = dict_of(first.get("variables"))
        return _NAMED.sub(lambda found: text_of(dict_of(variables.get(found[1])), "default"), text_of(first, "url"))

    def kinds(self) -> list[str]:
        """Kinds of connections, from the security schemes; bearer where they tell nothing."""
        found: list[str] = []
        for entry in dict_of(dict_of(self._raw.get("components")).get("securitySchemes")).values():
            scheme = self.pointed(entry)
            kind, how = text_of(scheme, "type"), text_of(scheme, "scheme").lower()
            if kind == "http" and how in ("bearer", "basic"):
                found.append(how)
            elif kind == "apiKey" and text_of(scheme, "in") == "header":
                found.append("bearer" if text_of(scheme, "name").lower() == "authorization" else "header")
            elif kind == "oauth2":
                flows = dict_of(scheme.get("flows"))
                found += ["oauth_client_credentials"] if "clientCredentials" in flows else []
                found.append("bearer")
        return list(dict.fromkeys(found)) or ["bearer"]

    def headers(self) -> dict[str, str]:
        """The headers that take keys, by the settings of connections that name them."""
        names: list[str] = []
        for entry in dict_of(dict_of(self._raw.get("components")).get("securitySchemes")).values():
            scheme = self.pointed(entry)
            name = text_of(scheme, "name")
            if (text_of(scheme, "type"), text_of(scheme, "in")) == ("apiKey", "header") and name:
                names += [name] if name.lower() != "authorization" else []
        return dict(zip(HEADERS, dict.fromkeys(names), strict=False))

    def lost(self, operation: Described) -> Iterator[str]:
        """What of an operation cannot be said in a manifest."""
        yield from lost_parts(self._raw, operation.body, operation.shared)
        yield from in_operation(self._raw, operation.body, operation.shared)
        for parameter in self._parameters(operation):
            place, name = text_of(parameter, "in"), " ".join(text_of(parameter, "name").split())
            if place == "path" and name and text_of(parameter, "name") not in _NAMED.findall(operation.path):
                yield f"the parameter {name}, which is not in its path {' '.join(operation.path.split())}."
            elif place == "cookie" or (place == "header" and not self._is_input(name) and not self._is_known(name)):
                needed = ", which it needs" if parameter.get("required") is True else ""
                yield f"the {place} {name}{needed}. A connection sends its credentials and no others."
        kinds = dict_of(self.pointed(operation.body.get("requestBody")).get("content"))
        if kinds and operation.method == "GET":
            yield "its body: a GET sends none."
        elif kinds and self._body_kind(kinds) is None:
            named = " ".join(", ".join(kinds).split())
            yield f"its body, which is {named}. A Custom API Action or the API Connector sends what is text."

    def _is_known(self, name: str) -> bool:
        """Whether a header comes by itself: from the connection, or from what is sent and wanted."""
        return name.lower() in {*_BY_THEMSELVES, *(one.lower() for one in self.headers().values())}

    def _is_input(self, name: str) -> bool:
        """Whether people may say what is in a header."""
        return may_set(name) and not self._is_known(name)

    def _body_kind(self, kinds: Values) -> str | None:
        """The kind of a body that can be sent: JSON, or else a form, or else a file."""
        json = next((name for name in kinds if "json" in name), None)
        if json is not None:
            return "application/json" if "application/json" in kinds else json
        forms = [name for name in (FORM, MULTIPART) if name in kinds]
        return forms[0] if forms else next((name for name in kinds if self._is_file(name, dict_of(kinds[name]))), None)

    def _is_file(self, kind: str, media: Values) -> bool:
        schema = self.pointed(media.get("schema"))
        return self._is_binary(schema, "") or (not kind.startswith((*_TEXTS, "*")) and not _kind_of(schema))

    @staticmethod
    def _is_binary(schema: Values, encoded: str) -> bool:
        """Whether a value is bytes: as OpenAPI 3.0 says it, or 3.1.

        Args:
            encoded: the media type of the part of a form that it is; empty if the description does not say.
        """
        kind, media = _kind_of(schema), text_of(schema, "contentMediaType") or encoded
        if kind == "string" and schema.get("format") == "binary":
            return True
        plain = "contentEncoding" in schema or "json" in media or media.startswith(_TEXTS)
        return bool(media) and not plain and kind in (None, "string")

    def actions(self, operations: Sequence[Described], spec: str) -> list[JSON]:
        """Actions for operations, each with a key and a title of its own."""
        keys: list[str] = []
        made: list[JSON] = []
        titles = Counter(_title(one) for one in operations)
        for one in operations:
            action = self.action(one, spec)
            action["key"] = _unused(text_of(action, "key"), (*keys, CUSTOM))
            action["title"] = title if titles[title := _title(one)] == 1 else f"{title} ({one_line(one.id)})"
            keys.append(text_of(action, "key"))
            made.append(action)
        return made

    def action(self, operation: Described, spec: str) -> Values:
        """An action for an operation."""
        effect: Values = {"effect": {"GET": "read", "DELETE": "destroy"}.get(operation.method, "change")}
        if operation.method == "GET":
            effect["repeatable"] = True
        inputs: list[JSON] = []
        names: dict[tuple[str, str], str] = {}
        query: Values = {}
        headers: Values = {}
        in_path = _NAMED.findall(operation.path)
        for parameter in self._parameters(operation):
            place, name = text_of(parameter, "in"), text_of(parameter, "name")
            known = {"path": name in in_path, "query": True, "header": self._is_input(name)}
            if not name or not known.get(place, False):
                continue
            mine = names[place, name] = _unused(_snake(name), names.values())
            required = place == "path" or parameter.get("required") is True
            made = self._field(mine, name, parameter, self.pointed(parameter.get("schema")), required=required)
            if is_joined(parameter, self.pointed(parameter.get("schema"))):
                made["type"], made["about"] = (
                    "text",
                    f"{text_of(made, 'about')} Several with commas between them.".strip(),
                )
            inputs.append(made)
            if place != "path":
                (query if place == "query" else headers)[name] = "{{ inputs." + mine + " }}"
        path, _, fixed = operation.path.partition("?")  # some descriptions have it in their paths
        query |= {name: _path(value, names) for name, value in parse_qsl(fixed, keep_blank_values=True)}
        request: Values = {"method": operation.method, "path": self.prefix() + _path(path, names)}
        if query:
            request["query"] = query
        request |= self._sent(operation, inputs, names, headers)
        if headers:
            request["headers"] = headers
        return {
            "key": _snake(operation.id),
            "title": _title(operation),
            "summary": _sentence(text_of(operation.body, "description") or operation.title),
            "effect": effect,
            **({"inputs": inputs} if inputs else {}),
            "request": request,
            "outputs": self._outputs(operation),
            "operation": {"spec": spec, "id": operation.id},
        }

    def _parameters(self, operation: Described) -> list[Values]:
        own = operation.body.get("parameters")
        given = [*operation.shared, *(own if isinstance(own, list) else [])]
        found = {(text_of(one, "in"), text_of(one, "name")): one for one in map(self.pointed, given)}
        told = [name for place, name in found if place == "path"]
        missing = [name for name in _NAMED.findall(operation.path) if name not in told]
        lost: list[Values] = [{"in": "path", "name": name} for name in missing]  # some descriptions forget them
        return [*lost, *found.values()]

    def _field(self, name: str, title: str, told: Values, schema: Values, *, required: bool) -> Values:
        made: Values = {"name": name, "type": self._type(schema), "title": title}
        about = _sentence(text_of(told, "description") or text_of(schema, "description"))
        if about:
            made["about"] = about
        if required:
            made["required"] = True
        choices = schema.get("enum")
        texts = [one for one in choices if isinstance(one, str)] if isinstance(choices, list) else []
        if texts and texts == choices and made["type"] in ("text", "any"):
            made["choices"] = [*dict.fromkeys(texts)]
        return made

    def _sent(
        self, operation: Described, inputs: list[JSON], names: dict[tuple[str, str], str], headers: Values
    ) -> Values:
        """What a request sends: ``body``, ``files`` or ``file``; inputs, names and headers are added to."""
        holder = self.pointed(operation.body.get("requestBody"))
        kinds, needed = dict_of(holder.get("content")), holder.get("required") is True
        kind = self._body_kind(kinds)
        if kind is None or operation.method == "GET":
            return {}
        media = dict_of(kinds[kind])
        schema = self.pointed(media.get("schema"))
        if kind in (FORM, MULTIPART):
            headers["Content-Type"] = kind
        elif "json" not in kind:
            if "*" not in kind and kind != "application/octet-stream":
                headers["Content-Type"] = kind
            return {"file": self._whole("file", "File", needed, inputs, names)}
        properties, required = self._properties(schema, set())
        if not properties:
            return {"body": self._whole("body", "Body", needed, inputs, names)}
        body: Values = {}
        files: Values = {}
        for name, raw in properties.items():
            inner = self.pointed(raw)
            if inner.get("readOnly") is True:
                continue
            mine = names["body", name] = _unused(_snake(name), names.values())
            made = self._field(mine, name, inner, inner, required=name in required)
            encoded = text_of(dict_of(dict_of(media.get("encoding")).get(name)), "contentType")
            many = _kind_of(inner) == "array"
            is_file = kind == MULTIPART and self._is_binary(
                self.pointed(inner.get("items")) if many else inner, encoded
            )
            if is_file:
                made["type"] = "list of file" if many else "file"
            inputs.append(made)
            (files if is_file else body)[name] = "{{ inputs." + mine + " }}"
        return {**({"body": body} if body else {}), **({"files": files} if files else {})}

    @staticmethod
    def _whole(kind: str, title: str, needed: bool, inputs: list[JSON], names: dict[tuple[str, str], str]) -> str:
        """The whole body as one input."""
        mine = _unused(kind, names.values())
        made: Values = {"name": mine, "type": "file" if kind == "file" else "any", "title": title}
        inputs.append({**made, **({"required": True} if needed else {})})
        return "{{ inputs." + mine + " }}"

    def _outputs(self, operation: Described) -> list[JSON]:
        status: JSON = {"name": "status", "type": "number", "title": "Status code", "value": "{{ status }}"}
        answers = dict_of(operation.body.get("responses"))
        good = next((answers[code] for code in sorted(answers) if code.startswith("2")), None)
        kinds = dict_of(self.pointed(good).get("content"))
        kind = next((name for name in kinds if "json" in name or name == FORM), None)
        if kind is None:
            return [status]
        schema = self.pointed(dict_of(kinds[kind]).get("schema"))
        properties, _ = self._properties(schema, set())
        if not properties:
            return [status, {"name": "body", "type": "any", "title": "Body", "value": "{{ body }}"}]
        taken = ["status"]
        made: list[JSON] = [status]
        for name, raw in properties.items():
            mine = _unused(_snake(name), taken)
            taken.append(mine)
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            value = '{{ body["' + quoted + '"] }}'
            made.append({"name": mine, "type": self._type(self.pointed(raw)), "title": name, "value": value})
        return made

    def _properties(self, schema: Values, seen: set[str]) -> tuple[Values, set[str]]:
        """The properties of an object, those of its parts included.

        Args:
            seen: references to parts that were put in already: they may lead in circles, and to one another many times.
        """
        found: Values = {}
        required: set[str] = set()
        for part in list_of(schema.get("allOf")):
            pointer = text_of(dict_of(part), "$ref")
            if pointer in seen:
                continue
            if pointer:
                seen.add(pointer)
            more, needed = self._properties(self.pointed(part), seen)
            found |= more
            required |= needed
        found |= dict_of(schema.get("properties"))
        return found, required | {str(name) for name in list_of(schema.get("required"))}

    def _type(self, schema: Values) -> str:
        kind = _kind_of(schema)
        if kind == "array":
            inner = self.pointed(schema.get("items"))
            plain_kind = inner.get("type")
            return f"list of {_TYPES.get(plain_kind, 'any') if isinstance(plain_kind, str) else 'any'}"
        if kind == "string" and schema.get("format") == "date-time":
            return "datetime"
        if kind == "string" and schema.get("format") == "password":
            return "secret"
        if kind is None and ("properties" in schema or "allOf" in schema):
            return "object"
        return _TYPES.get(kind, "any") if kind is not None else "any"

    def pointed(self, holder: JSON) -> Values:
        """What a reference leads to."""
        return pointed(self._raw, holder)


def _kind_of(schema: Values) -> str | None:
    """The type that a schema says; 3.1 has a list of types, null among them."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((one for one in kind if one != "null"), None)
    return kind if isinstance(kind, str) else None


def _path(path: str, names: dict[tuple[str, str], str]) -> str:
    return _NAMED.sub(lambda found: "{{ inputs." + names["path", found[1]] + " }}", path)


def _snake(name: str) -> str:
    """A name of ours."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    made = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return made if made[:1].isalpha() else f"x_{made}".rstrip("_")


def _unused(name: str, taken: Collection[str]) -> str:
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    return made


def _title(operation: Described) -> str:
    return " ".join(operation.title[:80].split()) or operation.id


def _sentence(text: str) -> str:
    """The first sentence, in one line."""
    line = " ".join(text.split())
    end = re.search(r"[.!?](\s|$)", line)
    line = line[: end.start() + 1] if end else line
    return line if len(line) <= 200 else line[:197].rstrip() + "..."
