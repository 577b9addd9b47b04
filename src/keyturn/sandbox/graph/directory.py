"""What the desks of the pretend Microsoft 365 tenant share: finding objects, lists with OData queries, changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.activities import Activity, usual
from keyturn.sandbox.graph.expanding import Expansion, read_expand
from keyturn.sandbox.graph.filterable import is_directory_object, type_of, unsupported
from keyturn.sandbox.graph.odata import NULL, Filter, NotUnderstood, WrongType, ordered, read_filter, read_search
from keyturn.sandbox.graph.own_attributes import OWN_ATTRIBUTES, PREFIX, attributes_of, plain_kind
from keyturn.sandbox.graph.property_names import own_spelling
from keyturn.sandbox.graph.words import GraphWords
from keyturn.sandbox.paging import BadToken, page_of
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, seconds
from keyturn.sandbox.wire import JsonAnswer, json_object, raw_path, whole_number

_OTHER_KEYS = frozenset({"appId", "deviceId"})
DELETED = "graph.deleted"
CONTEXT = "https://graph.microsoft.com/v1.0/$metadata"
_MEDIA = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
_ADVANCED = (
    "is not supported because the required parameters might be missing. Try adding $count=true query parameter and "
    "ConsistencyLevel:eventual header. Refer to https://aka.ms/graph-docs/advanced-queries for more information"
)
_CLAUSE = "Unsupported or invalid query filter clause"


def odata(body: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An OData answer."""
    return JsonAnswer(body, status, {"OData-Version": "4.0", **(headers or {})}, _MEDIA)


@dataclass(frozen=True)
class Kind:
    """A kind of entity in lists.

    name: of its type, `user`; context: of its set, `users`; names: all its properties; default: those that are shown
    if none are chosen, empty for all; links: what `$expand` may name; only_filtered: what `$filter` may name and no
    answer shows.
    """

    name: str
    context: str
    names: frozenset[str]
    default: tuple[str, ...] = ()
    links: frozenset[str] = frozenset()
    only_filtered: frozenset[str] = frozenset()


def filter_of(text: str, kind: Kind) -> Filter:
    """The condition of a `$filter` of what has no attributes of one's own. Raises NotUnderstood."""
    return read_filter(text, kind.names, lambda path: type_of(kind.name, path))


# the kind of what a link leads to, and how it is found: one thing, or several
Link: TypeAlias = "tuple[Kind, Callable[[JsonObject], JsonObject | list[JsonObject]]]"
# the kind of a set whose changes can be asked for, and all that is in it
Delta: TypeAlias = "tuple[Kind, Callable[[], list[JsonObject]]]"


@dataclass
class Change:
    """A change of a directory object, for whoever watches: it was created, updated, deleted, restored, or purged for
    good.

    relation: `members` or `owners` of a group, if those have changed; came and gone: the ids of who did.
    """

    kind: str
    id: str
    change: str
    relation: str = ""
    came: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deletable:
    """A kind of object that can be restored after it was deleted.

    place: the set it is in; shown: how one is shown, by what was kept of it; restore: brings one back, or raises
    Refused (400).
    """

    kind: Kind
    place: str
    shown: Callable[[JsonObject], JsonObject]
    restore: Callable[[JsonObject], JsonObject]


@dataclass
class GraphDirectory:
    """The directory as its desks see it.

    watchers: are told of every change; auditors: of what was done, several activities if one request did them; links:
    by kind and name, what the desk that knows it can expand; deltas: the sets whose changes can be asked for;
    deletables: by kind, what can be restored.
    """

    core: Core
    words: GraphWords
    watchers: list[Callable[[Change], None]] = field(default_factory=list[Callable[[Change], None]])
    auditors: list[Callable[[Sequence[Activity]], None]] = field(
        default_factory=list[Callable[[Sequence[Activity]], None]]
    )
    links: dict[str, dict[str, Link]] = field(default_factory=dict[str, dict[str, Link]])
    deltas: dict[str, Delta] = field(default_factory=dict[str, "Delta"])
    deletables: dict[str, Deletable] = field(default_factory=dict[str, Deletable])

    def lead(self, kind: Kind, **links: Link) -> None:
        """Say where the entities of a kind lead to, for `$expand`."""
        self.links.setdefault(kind.name, {}).update(links)

    def now(self) -> str:
        """The time now as Graph writes it."""
        return seconds(self.core.clock())

    def changed(
        self, kind: str, object_id: str, change: str = "updated", done: Sequence[Activity] | None = None
    ) -> None:
        """Say that an object was created, updated, deleted, restored or purged, and what was done, if that is not just
        this."""
        self.did(*([usual(kind, change, object_id)] if done is None else done))
        self._tell(Change(kind, object_id, change))

    def did(self, *activities: Activity) -> None:
        """Say what one request has done, for the audit log."""
        self.core.changed()
        for auditor in self.auditors if activities else ():
            auditor(activities)

    def belong(self, group: str, relation: str, *, come: Iterable[str] = (), go: Iterable[str] = ()) -> None:
        """Have objects come to the members or owners of a group, or go from them, and say so."""
        held = self.members(f"graph.{relation}", group)
        came = tuple(key for key in come if key not in held)
        gone = tuple(key for key in go if held.pop(key, None) is not None)
        held.update(dict.fromkeys(came, True))
        noun = relation.removesuffix("s")
        self.did(
            *(Activity(f"Add {noun} to group", ("", key), ("groups", group)) for key in came),
            *(Activity(f"Remove {noun} from group", ("", key), ("groups", group)) for key in gone),
        )
        self._tell(Change("groups", group, "updated", relation, came, gone))

    def keep(self, kind: str, key: str, what: JsonObject) -> None:
        """Keep what was deleted, so that it can be restored. Two of several kinds may have one id: an application and
        its service principal."""
        row: JsonObject = {"id": key, "kind": kind, "deletedDateTime": self.now(), **what}
        shelf = self.core.shelf(DELETED)
        shelf[f"{key}/{kind}" if key in shelf else key] = row

    def _tell(self, change: Change) -> None:
        self.core.changed()
        for watcher in self.watchers:
            watcher(change)

    # finding

    def user(self, request: Request, name: str = "key") -> GraphAccount:
        """The user that a path names by id or userPrincipalName. Raises Refused (404)."""
        return self.find_user(str(request.path_params[name]))

    def find_user(self, key: str) -> GraphAccount:
        """A user by id or userPrincipalName. Raises Refused (404)."""
        account = self.core.world.accounts.find_graph(key)
        if account is None:
            raise self.words.not_found(key)
        return account

    def document(self, request: Request, shelf: str, name: str = "key") -> JsonObject:
        """What a path names on a shelf. Raises Refused (404)."""
        key = str(request.path_params[name])
        found = self.on_shelf(shelf, key)
        if found is None:
            raise self.words.not_found(key)
        return found

    def on_shelf(self, shelf: str, key: str) -> JsonObject | None:
        """What has an id, or what a path names as `deviceId=...` or `appId=...`, if it is there."""
        rows = self.core.shelf(shelf)
        name, _, wanted = key.partition("=")
        if name in _OTHER_KEYS:
            return next((row for row in rows.values() if row.get(name) == wanted), None)
        return rows.get(key)

    def members(self, shelf: str, key: Json) -> JsonObject:
        """The ids that belong to something."""
        return self.core.shelf(shelf).setdefault(as_text(key), {})

    async def reference(self, request: Request) -> str:
        """The id at the end of the `@odata.id` of a body, which is an address: what stands behind a # belongs to no
        path (RFC 3986, 3.5). Raises Refused (400)."""
        body = await json_object(request)
        address = as_text(body.get("@odata.id"))
        key = unquote(address.partition("#")[0].rstrip("/").rpartition("/")[2])
        if not key:
            raise self.words.bad_request("A reference needs an '@odata.id' that names a directory object.")
        return key

    def references(self, rows: Sequence[JsonObject]) -> Response:
        """The addresses of objects, as a `$ref` segment answers."""
        base = f"{self.core.base('graph')}/v1.0/directoryObjects"
        addresses: list[Json] = [{"@odata.id": f"{base}/{row['id']}"} for row in rows]
        return odata({"@odata.context": f"{CONTEXT}#Collection($ref)", "value": addresses})

    # lists

    def listed(self, request: Request, rows: Sequence[JsonObject], kind: Kind, most: int = 999) -> Response:
        """A page of rows: filtered, searched, ordered, counted and cut to what was chosen."""
        params = request.query_params
        top = whole_number(params.get("$top"), 100, 1, most)
        if top is None:
            raise self.words.bad_request(f"Invalid page size specified: must be between 1 and {most} inclusive.")
        chosen = self.queried(request, list(rows), kind)
        try:
            page = page_of(chosen, _id, params.get("$skiptoken"), top, [_id(row) for row in rows])
        except BadToken as error:
            raise self.words.bad_request("The $skiptoken is not one that this service has issued.") from error
        names = self.selected(request, kind)
        answer: JsonObject = {"@odata.context": f"{CONTEXT}#{kind.context}{self.choice(request, kind)}"}
        if params.get("$count", "").lower() == "true":
            answer["@odata.count"] = len(chosen)
        if page.following is not None:
            following = {**params, "$top": str(top), "$skiptoken": page.following}
            answer["@odata.nextLink"] = f"{self.core.base('graph')}{raw_path(request)}?{urlencode(following)}"
        values: list[Json] = [self._told(request, row, kind, names) for row in page.rows]
        return odata({**answer, "value": values})

    def queried(self, request: Request, rows: list[JsonObject], kind: Kind) -> list[JsonObject]:
        """The rows that `$filter` and `$search` leave, in the order of `$orderby`. Raises Refused (400)."""
        params = request.query_params
        eventual = self.eventual(request)
        advanced = eventual and params.get("$count", "").lower() == "true"
        of_directory = is_directory_object(kind.name)
        if of_directory and "$skip" in params:
            raise self.words.bad_request("'$skip' is not supported by the service.")
        if "$filter" in params:
            found = self._filter(params["$filter"], kind)
            needing = self._advanced(found, kind)
            if needing and not advanced:
                raise self.unsupported(f"Operator '{needing[0]}' {_ADVANCED}")
            if "$orderby" in params and of_directory and not advanced:
                raise self.unsupported("Sorting not supported for current query.")
            rows = [row for row in rows if found.meets(row)]
        try:
            if "$search" in params:
                if not eventual:
                    text = (
                        "Request with $search query parameter only works through MSGraph with a special request header"
                    )
                    raise self.unsupported(f"{text}: 'ConsistencyLevel: eventual'")
                meets = read_search(params["$search"])
                rows = [row for row in rows if meets(row)]
            return ordered(rows, params["$orderby"], kind.names) if "$orderby" in params else rows
        except NotUnderstood as error:
            raise self.unsupported(f"Unsupported or invalid query: {error}") from error

    def _filter(self, text: str, kind: Kind) -> Filter:
        try:
            return read_filter(text, self._names(kind), lambda path: self._type(kind, path))
        except WrongType as error:
            raise self.words.refuse(400, "BadRequest", f"Invalid filter clause: {error}") from error
        except NotUnderstood as error:
            raise self.unsupported(f"{_CLAUSE}.") from error

    def _type(self, kind: Kind, path: str) -> str | None:
        own = attributes_of(self.core.shelf(OWN_ATTRIBUTES), "User").get(path) if path.startswith(PREFIX) else None
        return type_of(kind.name, path) if own is None else plain_kind(own)

    def _advanced(self, found: Filter, kind: Kind) -> list[str]:
        """The operators of a filter that are taken in advanced queries only. Raises Refused (400) for what the
        directory cannot find its objects by."""
        if not is_directory_object(kind.name):
            return sorted(found.advanced)
        name = unsupported(kind.name, found.uses)
        if name is not None:
            of = f"{kind.name[:1].upper()}{kind.name[1:]}"
            raise self.unsupported(f"{_CLAUSE} specified for property '{name}' of resource '{of}'.")
        return sorted(found.advanced | {operator for _, operator in found.uses if operator == NULL})

    @staticmethod
    def eventual(request: Request) -> bool:
        """Whether the client is content with what the index of the directory knows."""
        return request.headers.get("consistencylevel", "").lower() == "eventual"

    def unsupported(self, message: str) -> Exception:
        """400 Request_UnsupportedQuery."""
        return self.words.refuse(400, "Request_UnsupportedQuery", message)

    def counted(self, request: Request, rows: Sequence[JsonObject], kind: Kind) -> Response:
        """The answer of a `/$count` segment. Raises Refused (400) without `ConsistencyLevel: eventual`."""
        if not self.eventual(request):
            raise self.words.bad_request(f"$count {_ADVANCED}")
        return Response(str(len(self.queried(request, list(rows), kind))), media_type="text/plain")

    def one(self, request: Request, row: JsonObject, kind: Kind, status: int = 200) -> Response:
        """A single entity, cut to what was chosen."""
        shown = self._told(request, row, kind, self.selected(request, kind))
        context = f"{CONTEXT}#{kind.context}{self.choice(request, kind)}/$entity"
        return odata({"@odata.context": context, **shown}, status)

    def choice(self, request: Request, kind: Kind) -> str:
        """What the context of an answer says of `$select`: the names as they are spelled."""
        return f"({','.join(self._chosen(request, kind))})" if "$select" in request.query_params else ""

    def selected(self, request: Request, kind: Kind) -> tuple[str, ...]:
        """The names of `$select`, else those that are shown by default. Raises Refused (400) for an unknown one."""
        links = self._links(request, kind)
        if "$select" not in request.query_params:
            return (*kind.default, *links) if kind.default else ()
        return (*self._chosen(request, kind), *links)

    def _chosen(self, request: Request, kind: Kind) -> tuple[str, ...]:
        names = (name.strip() for name in request.query_params["$select"].split(","))
        return self._spelled(filter(None, names), kind)

    def _spelled(self, names: Iterable[str], kind: Kind) -> tuple[str, ...]:
        """Properties by their own names. Raises Refused (400) for an unknown one."""
        known, found = self._names(kind), list[str]()
        for name in names:
            found.append(own_spelling(name, known))
            if found[-1].partition("/")[0] not in known:
                raise self._unknown(name, kind)
        return tuple(found)

    def _names(self, kind: Kind) -> frozenset[str]:
        """All properties of a kind, users' own attributes among them."""
        return (
            kind.names.union(attributes_of(self.core.shelf(OWN_ATTRIBUTES), "User"))
            if kind.name == "user"
            else kind.names
        )

    def _unknown(self, name: str, kind: Kind) -> Exception:
        return self._no_choice(f"Could not find a property named '{name}' on type 'microsoft.graph.{kind.name}'")

    def _no_choice(self, why: str) -> Exception:
        return self.words.refuse(400, "BadRequest", f"Parsing OData Select and Expand failed: {why}.")

    # what is linked

    def expanded(self, request: Request, kind: Kind) -> tuple[Expansion, ...]:
        """What `$expand` asks for of a kind, links by their own names. Raises Refused (400)."""
        links = kind.links.union(self.links.get(kind.name, ()))
        try:
            asked = read_expand(request.query_params.get("$expand", ""))
            return tuple(replace(each, name=own_spelling(each.name, links)) for each in asked)
        except NotUnderstood as error:
            raise self._no_choice(f"'{error}' is not supported in $expand") from error

    def _links(self, request: Request, kind: Kind) -> tuple[str, ...]:
        """What is shown because it is expanded: nothing is that the kind does not lead to."""
        names = tuple(expansion.name for expansion in self.expanded(request, kind))
        for name in names:
            if name not in kind.links and name not in self.links.get(kind.name, {}):
                raise self._unknown(name, kind)
        return names

    def _told(self, request: Request, row: JsonObject, kind: Kind, names: tuple[str, ...]) -> JsonObject:
        shown = self.shown(self._led(request, row, kind), names)
        return {name: value for name, value in shown.items() if name not in kind.only_filtered}

    def _led(self, request: Request, row: JsonObject, kind: Kind) -> JsonObject:
        return self.followed(row, self.expanded(request, kind), self.links.get(kind.name, {}))

    def followed(self, row: JsonObject, expansions: Sequence[Expansion], links: Mapping[str, Link]) -> JsonObject:
        """A row with what was expanded, by the links that lead there. Raises Refused (400)."""
        found = dict(row)
        for expansion in expansions:
            if expansion.name in links:
                kind, follow = links[expansion.name]
                led = follow(row)
                one = isinstance(led, dict)
                shown = [self.linked(each, expansion, kind) for each in ([led] if one else led)]
                found[expansion.name] = shown[0] if one else list[Json](shown)
        return found

    def linked(self, row: JsonObject, expansion: Expansion, kind: Kind) -> JsonObject:
        """A row that a link leads to, cut to what was chosen of it. Raises Refused (400) for an unknown name."""
        return self.shown(row, self._spelled(expansion.select, kind))

    @staticmethod
    def shown(row: JsonObject, names: tuple[str, ...]) -> JsonObject:
        """A row with these properties only; with all for none. What is no property (`@odata.type`) stays, and an own
        attribute is left out where it has no value."""
        if not names:
            return dict(row)
        extra = {name: value for name, value in row.items() if name.startswith("@")}
        had = (name for name in names if name in row or not name.startswith(PREFIX))
        return {**extra, **{name: row.get(name) for name in had}}


def _id(row: JsonObject) -> str:
    return as_text(row["id"])


def typed(rows: Sequence[JsonObject], name: str) -> Iterator[JsonObject]:
    """Rows as they stand in a list of objects of several types."""
    for row in rows:
        yield {"@odata.type": f"#microsoft.graph.{name}", **row}


def plain(body: JsonObject) -> JsonObject:
    """A body without annotations (`@odata.type` and the like), at any depth."""
    return {name: _plain(value) for name, value in body.items() if not name.startswith("@odata.")}


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return plain(as_object(value))
    return [_plain(item) for item in value] if isinstance(value, list) else value
