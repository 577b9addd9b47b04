"""What a manifest has of the operations of an OpenAPI description: actions with their inputs, requests and outputs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from keyturn.connections.model import HEADERS
from keyturn.flows.conversion import to_text
from keyturn.flows.json import JSON, Values

from .cards import CUSTOM
from .description_faults import NAMED, in_operation
from .description_gaps import is_joined, lost_parts, one_line, pointed, schema_of, strange_way
from .description_keys import is_header_key, is_in_authorization, keys_in_authorization, prefix_of
from .description_parts import dict_of, list_of, text_of
from .description_schemas import fields_of, kind_of
from .description_servers import own_address, servers_of
from .media_types import JSON_TYPE, accepted, bare, is_open, is_text, type_read
from .outgoing import MULTIPART
from .request_models import MEDIA_TYPE
from .requests import FORM, may_set

# What is a secret by its name, where a description gives it no format.
_SECRET = re.compile(
    r".*(?:password|passphrase|secret|private_?key|(?:refresh|access)_?token|client_?assertion|api_?key)", re.IGNORECASE
)
_TYPES = {"string": "text", "integer": "number", "number": "number", "boolean": "boolean", "object": "object"}
# Said by what is sent and wanted, whatever a description says of them (OpenAPI 3.1, 4.8.12.2).
_BY_THEMSELVES = frozenset({"accept", "content-type", "authorization"})
# Flows of OAuth in a description, and the kinds of connections that have them.
_GRANTS = {"clientCredentials": "oauth_client_credentials", "authorizationCode": "oauth_code"}
_TEXTS = ("text/", "application/xml", "multipart/")
_MEDIA_TYPE = re.compile(MEDIA_TYPE)


_BODY: Values = {"name": "body", "type": "any", "title": "Body", "value": "{{ body }}"}


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


class Maker:
    """Makes what a manifest has of the operations of a description."""

    def __init__(self, raw: Values) -> None:
        self._raw = raw
        self._server, _ = servers_of(raw)

    def base_url(self) -> str:
        """The connector's address; an example where nobody knows it."""
        return (self._server.base if self._server is not None else "") or "https://your-app.example"

    def own_address(self) -> bool:
        """Whether each customer has another one, or nobody knows it."""
        return self._server is None or self._server.own

    def example_serves(self) -> bool:
        """Whether the address is that of some customers, where each has another one."""
        return self.own_address() and self._server is not None and self._server.serves

    def prefix(self) -> str:
        """What stands before each path."""
        return self._server.prefix if self._server is not None else ""

    def unmade(self, operation: Described, path: Values) -> str:
        """Why an operation is none that a manifest can have; empty if it is one.

        Args:
            path: that of the operation, with what all of its own share.
        """
        if address := own_address(self._server, operation.body, path):
            return f"it has an address of its own, {address}; write it by hand, with that address among bases"
        for parameter in self._parameters(operation):
            if why := _unsent(parameter, strange_way(self._raw, parameter)):
                return why
        given = self._answers(operation)
        if given and self._read_type(given) is None:
            return f"it answers with {one_line(', '.join(given))}; a Custom API Action gives that as a file"
        holder = self.pointed(operation.body.get("requestBody"))
        kinds = dict_of(holder.get("content"))
        # without what it is to put there it would empty it, or make nothing
        needed = holder.get("required") is True or operation.method in ("PUT", "PATCH", "POST")
        if kinds and needed and operation.method != "GET" and self._body_kind(kinds) is None:
            return (
                f"its body is {one_line(', '.join(kinds))}; a Custom API Action or the API Connector sends what is text"
            )
        return ""

    def kinds(self) -> list[str]:
        """Kinds of connections, from the security schemes; bearer where they tell nothing."""
        found: list[str] = []
        for scheme in self._schemes():
            kind, how = text_of(scheme, "type"), text_of(scheme, "scheme").lower()
            if kind == "http" and how in ("bearer", "basic"):
                found.append(how)
            elif is_header_key(scheme):
                found.append("bearer" if is_in_authorization(scheme) else "header")
            elif kind == "oauth2":
                flows = dict_of(scheme.get("flows"))
                found += [grant for flow, grant in _GRANTS.items() if flow in flows]
                found.append("bearer")
        return list(dict.fromkeys(found)) or ["bearer"]

    def defaults(self) -> dict[str, str]:
        """Settings of connections: the headers that take keys, and the word before a key in Authorization."""
        words = [prefix_of(scheme) for scheme in keys_in_authorization(self._schemes())]
        prefix = next((word for word in words if word), "")
        return {**dict(zip(HEADERS, self._headers(), strict=False)), **({"prefix": prefix} if prefix else {})}

    def _headers(self) -> list[str]:
        """The headers that take keys, but Authorization."""
        own = (one for one in self._schemes() if is_header_key(one) and not is_in_authorization(one))
        return [*dict.fromkeys(name for one in own if (name := text_of(one, "name")))]

    def has_bare_key(self) -> bool:
        """Whether a key goes into Authorization, and nothing says behind which word."""
        keys = keys_in_authorization(self._schemes())
        return bool(keys) and not any(map(prefix_of, keys))

    def _schemes(self) -> list[Values]:
        return [
            self.pointed(entry)
            for entry in dict_of(dict_of(self._raw.get("components")).get("securitySchemes")).values()
        ]

    def lost(self, operation: Described) -> Iterator[str]:
        """What of an operation cannot be said in a manifest."""
        yield from lost_parts(self._raw, operation.body, operation.shared)
        yield from in_operation(self._raw, operation.body, operation.shared)
        if list_of(operation.body.get("servers")) and self._server is None:
            yield "its own address. Connections give theirs."
        for parameter in self._parameters(operation):
            place, name = text_of(parameter, "in"), " ".join(text_of(parameter, "name").split())
            if place == "path" and name and text_of(parameter, "name") not in NAMED.findall(operation.path):
                yield f"the parameter {name}, which is not in its path {' '.join(operation.path.split())}."
            elif place == "cookie" or (place == "header" and not self._is_input(name) and not self._is_known(name)):
                needed = ", which it needs" if parameter.get("required") is True else ""
                yield f"the {place} {name}{needed}. A connection sends its credentials and no others."
        yield from self._lost_kinds(operation)
        kinds = dict_of(self.pointed(operation.body.get("requestBody")).get("content"))
        if kinds and operation.method == "GET":
            yield "its body: a GET sends none."
        elif kinds and self._body_kind(kinds) is None:
            named = " ".join(", ".join(kinds).split())
            yield f"its body, which is {named}. A Custom API Action or the API Connector sends what is text."

    def _lost_kinds(self, operation: Described) -> Iterator[str]:
        """What of a body of several kinds is no input, or not told by its inputs."""
        kinds = dict_of(self.pointed(operation.body.get("requestBody")).get("content"))
        kind = self._body_kind(kinds)
        if kind is None or operation.method == "GET":
            return
        fields = fields_of(self._raw, dict_of(kinds[kind]).get("schema"))
        yield from (f"{what}." for what in fields.lost)
        if fields.several:
            why = "it is one of several kinds, and no discriminator tells which"
            yield f"the fields of its body: {why}. The body is one input."
        if fields.unknown:
            by = one_line(fields.by)
            yield f"the fields of its body: what each {by} has is not described. The body is one input."
        for value, needed in fields.needed.items():
            if needed:
                yield f"that it needs {one_line(', '.join(needed))} with {one_line(fields.by)} {one_line(value)}."

    def _is_known(self, name: str) -> bool:
        """Whether a header comes by itself: from the connection, or from what is sent and wanted."""
        return name.lower() in {*_BY_THEMSELVES, *(one.lower() for one in self._headers())}

    def _is_input(self, name: str) -> bool:
        """Whether people may say what is in a header."""
        return may_set(name) and not self._is_known(name)

    def _body_kind(self, kinds: Values) -> str | None:
        """The kind of a body that can be sent: JSON, or else a form, or else what is JSON by its schema, or a file."""
        json = next((name for name in kinds if "json" in name), None)
        if json is not None:
            return JSON_TYPE if JSON_TYPE in kinds else json
        forms = [name for name in (FORM, MULTIPART) if name in kinds]
        others = [name for name in kinds if self._is_json(name, dict_of(kinds[name]))]
        others += [name for name in kinds if self._is_file(name, dict_of(kinds[name]))]
        return next(iter([*forms, *others]), None)

    def _is_json(self, kind: str, media: Values) -> bool:
        """Whether a body is JSON: by its kind, or by its schema where that tells nothing. A text by itself may be
        anything there."""
        if "json" in kind:
            return True
        schema = self.schema(media.get("schema"))
        told = bool(self.pointed(media.get("schema"))) and kind_of(schema) != "string"
        return is_open(kind) and told and not self._is_binary(schema, "")

    def _is_file(self, kind: str, media: Values) -> bool:
        schema = self.pointed(media.get("schema"))
        return self._is_binary(schema, "") or (not kind.startswith((*_TEXTS, "*")) and not kind_of(schema))

    @staticmethod
    def _is_binary(schema: Values, encoded: str) -> bool:
        """Whether a value is bytes: as OpenAPI 3.0 says it, or 3.1.

        Args:
            encoded: the media type of the part of a form that it is; empty if the description does not say.
        """
        kind, media = kind_of(schema), text_of(schema, "contentMediaType") or encoded
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
            action["key"] = unused(text_of(action, "key"), (*keys, CUSTOM))
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
        in_path = NAMED.findall(operation.path)
        for parameter in self._parameters(operation):
            place, name = text_of(parameter, "in"), text_of(parameter, "name")
            known = {"path": name in in_path, "query": True, "header": self._is_input(name)}
            if not name or not known.get(place, False) or strange_way(self._raw, parameter):
                continue
            mine = names[place, name] = unused(_snake(name), names.values())
            required = place == "path" or parameter.get("required") is True
            schema = self.schema(parameter.get("schema"))
            made = self._field(mine, name, parameter, schema, required=required)
            if is_joined(parameter, schema):
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
        if accept := self._accepted(operation):
            headers["Accept"] = accept
        if headers:
            request["headers"] = headers
        return {
            "key": _snake(operation.id),
            "title": _title(operation),
            "summary": sentence(text_of(operation.body, "description")) or sentence(operation.title) or operation.id,
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
        missing = dict.fromkeys(name for name in NAMED.findall(operation.path) if name not in told)
        lost: list[Values] = [{"in": "path", "name": name} for name in missing]  # some descriptions forget them
        return [*lost, *found.values()]

    def _field(self, name: str, title: str, told: Values, schema: Values, *, required: bool) -> Values:
        made: Values = {"name": name, "type": self._type(schema), "title": title}
        about = sentence(text_of(told, "description") or text_of(schema, "description"))
        if about:
            made["about"] = about
        if required:
            made["required"] = True
        if made["type"] == "text" and _SECRET.fullmatch(title):
            made["type"] = "secret"
        choices = [schema["const"]] if "const" in schema else schema.get("enum")
        texts = [one for one in choices if isinstance(one, str)] if isinstance(choices, list) else []
        if texts and texts == choices and made["type"] in ("text", "any"):
            made["choices"] = [*dict.fromkeys(texts)]
        items = self.schema(schema.get("items")) if kind_of(schema) == "array" else {}
        if listed := [one_line(to_text(one)) for one in list_of(items.get("enum")) if one is not None]:
            # choices are of a value by itself
            made["about"] = f"{_ended(about)} Each is one of: {', '.join(dict.fromkeys(listed))}.".strip()
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
        is_json = self._is_json(kind, media)
        if kind in (FORM, MULTIPART) or (is_json and "*" not in kind and bare(kind) != JSON_TYPE):
            headers["Content-Type"] = kind
        elif not is_json:
            if "*" not in kind and kind != "application/octet-stream":
                headers["Content-Type"] = kind
            return {"file": self._whole("file", "File", needed, inputs, names)}
        fields = fields_of(self._raw, media.get("schema"))
        if not fields.properties or fields.unknown:
            schema = self.schema(media.get("schema"))
            if kind_of(schema) == "string" and is_json:
                mine = unused("body", names.values())
                inputs.append(self._field(mine, "Body", {}, schema, required=needed))
                return {"body": "{{ inputs." + mine + " }}", "quoted": True}
            return {"body": self._whole("body", "Body", needed, inputs, names)}
        body: Values = {}
        files: Values = {}
        types: Values = {}
        for name, raw in fields.properties.items():
            inner = self.schema(raw)
            if inner.get("readOnly") is True:
                continue
            if "const" in inner and (name in fields.required or inner.get("default") == inner["const"]):
                body[name] = inner["const"]
                continue
            mine = names["body", name] = unused(_snake(name), names.values())
            made = self._field(mine, name, inner, inner, required=name in fields.required)
            if (kinds_of := fields.only_with.get(name)) is not None:
                made["about"] = f"{_ended(text_of(made, 'about'))} {_only_with(fields.by, kinds_of)}".strip()
            encoded = text_of(dict_of(dict_of(media.get("encoding")).get(name)), "contentType")
            many = kind_of(inner) == "array"
            is_file = kind == MULTIPART and self._is_binary(self.schema(inner.get("items")) if many else inner, encoded)
            if inner.get("nullable") is True and not made.get("required") and not is_file and is_json:
                made["nullable"] = True
            if is_file:
                made["type"] = "list of file" if many else "file"
            elif kind == MULTIPART and (part := self._part_type(inner, encoded)):
                types[name] = part
                if "json" not in part and self._is_complex(inner):  # nothing here writes an object so
                    made["type"] = "list of text" if many else "text"
            inputs.append(made)
            (files if is_file else body)[name] = "{{ inputs." + mine + " }}"
        sent: Values = {"body": body, "files": files, "part_types": types}
        return {part: value for part, value in sent.items() if value}

    def _part_type(self, schema: Values, encoded: str) -> str:
        """The media type of a part of a form that is no file; empty for plain text (OpenAPI 3.0.3, 4.7.15).

        Args:
            encoded: what the description says of it: one, or several with commas between them.
        """
        named = [one for part in encoded.split(",") if _MEDIA_TYPE.fullmatch(one := part.strip())]
        if self._is_complex(schema):
            return next((one for one in named if "json" in one), named[0] if named else JSON_TYPE)
        plain = not named or "contentEncoding" in schema or named[0].lower() == "text/plain"
        return "" if plain else named[0]

    def _is_complex(self, schema: Values) -> bool:
        """Whether a value, or each of a list of them, is an object or a list."""
        if kind_of(schema) == "array":
            schema = self.schema(schema.get("items"))
        if kind_of(schema) == "array":
            return True
        kinds = [self.schema(one) for word in ("oneOf", "anyOf") for one in list_of(schema.get(word))]
        return self._type(schema) == "object" or (bool(kinds) and all(self._type(one) == "object" for one in kinds))

    @staticmethod
    def _whole(kind: str, title: str, needed: bool, inputs: list[JSON], names: dict[tuple[str, str], str]) -> str:
        """The whole body as one input."""
        mine = unused(kind, names.values())
        made: Values = {"name": mine, "type": "file" if kind == "file" else "any", "title": title}
        inputs.append({**made, **({"required": True} if needed else {})})
        return "{{ inputs." + mine + " }}"

    def _outputs(self, operation: Described) -> list[JSON]:
        status: JSON = {"name": "status", "type": "number", "title": "Status code", "value": "{{ status }}"}
        kinds = self._answers(operation)
        kind = self._read_type(kinds)
        if kind is None:
            return [status]
        if is_text(kind):
            return [status, _BODY | {"type": "text"}]
        fields = fields_of(self._raw, dict_of(kinds[kind]).get("schema"))
        if not fields.properties:
            return [status, {**_BODY}]
        taken = ["status"]
        made: list[JSON] = [status]
        for name, raw in fields.properties.items():
            mine = unused(_snake(name), taken)
            taken.append(mine)
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            value = '{{ body["' + quoted + '"] }}'
            told: Values = {"name": mine, "type": self._type(self.schema(raw)), "title": name}
            if (kinds_of := fields.only_with.get(name)) is not None:
                told["about"] = _only_with(fields.by, kinds_of)
            made.append({**told, "value": value})
        return made

    def _accepted(self, operation: Described) -> str:
        """What is to be asked for; empty for what is asked for by itself."""
        kinds = self._answers(operation)
        kind = self._read_type(kinds)
        schema = dict_of(kinds.get(kind or "")).get("schema")
        return accepted(kind, has_fields=bool(fields_of(self._raw, schema).properties))

    def _answers(self, operation: Described) -> Values:
        """What it answers when it is carried out, by media types."""
        answers = dict_of(operation.body.get("responses"))
        good = next((answers[code] for code in sorted(answers) if code.startswith("2")), None)
        return dict_of(self.pointed(good).get("content"))

    def _read_type(self, kinds: Values) -> str | None:
        """The type of an answer that is read; bytes are not, which stand under a type that tells nothing, too."""
        schemas = {kind: self.schema(dict_of(media).get("schema")) for kind, media in kinds.items()}
        return type_read([kind for kind, one in schemas.items() if not (is_open(kind) and self._is_binary(one, ""))])

    def _type(self, schema: Values) -> str:
        kind = kind_of(schema)
        if kind == "array":
            plain_kind = kind_of(self.schema(schema.get("items")))
            return f"list of {_TYPES.get(plain_kind, 'any') if plain_kind is not None else 'any'}"
        if kind == "string" and schema.get("format") == "date-time":
            return "datetime"
        if kind == "string" and schema.get("format") == "password":
            return "secret"
        if kind is None and ("properties" in schema or "allOf" in schema):
            return "object"
        return _TYPES.get(kind, "any") if kind is not None else "any"

    def schema(self, holder: JSON) -> Values:
        """A schema, without the null that it may be."""
        return schema_of(self._raw, holder)

    def pointed(self, holder: JSON) -> Values:
        """What a reference leads to."""
        return pointed(self._raw, holder)


def _unsent(parameter: Values, way: str) -> str:
    """Why nothing can be sent with a parameter that is needed; empty where it can, or need not be.

    Args:
        way: how one in a query is sent, if a manifest cannot say it.
    """
    place, name, style = text_of(parameter, "in"), one_line(text_of(parameter, "name")), text_of(parameter, "style")
    if place == "cookie" and parameter.get("required") is True:
        return f"it needs the cookie {name}; a connection sends its credentials and no others"
    if way and parameter.get("required") is True:
        return f"it needs the query {name}, which is sent in a way that a manifest cannot say ({way})"
    if place == "path" and style in ("matrix", "label"):
        return f"its path has {name} in the style {style}; write it by hand"
    return ""


def _path(path: str, names: dict[tuple[str, str], str]) -> str:
    return NAMED.sub(lambda found: "{{ inputs." + names["path", found[1]] + " }}", path)


def _snake(name: str) -> str:
    """A name of ours."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    made = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    return made if made[:1].isalpha() else f"x_{made}".rstrip("_")


def unused(name: str, taken: Collection[str]) -> str:
    """A name that nothing else has: itself, or with a number."""
    made, number = name, 1
    while made in taken:
        number += 1
        made = f"{name}_{number}"
    return made


def _title(operation: Described) -> str:
    return " ".join(operation.title[:80].split()) or operation.id


def _only_with(by: str, kinds: str) -> str:
    return f"Only with {by} {kinds}."


def _ended(text: str) -> str:
    """A text with a full stop, so that a sentence can follow."""
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def sentence(text: str) -> str:
    """The first sentence, in one line."""
    line = " ".join(text.split())
    end = re.search(r"[.!?](\s|$)", line)
    line = line[: end.start() + 1] if end else line
    return line if len(line) <= 200 else line[:197].rstrip() + "..."
