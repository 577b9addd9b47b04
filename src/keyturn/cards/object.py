"""Object cards. Keys keep their order; no card changes the object that it is given."""

from __future__ import annotations

from keyturn.flows.conditions import is_empty
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import Example, OnNull
from keyturn.flows.types import ANY, OBJECT, TEXT

from .declare import Category, example
from .fields import anything, flag, gives, gives_list, gives_record, items, record, text
from .limits import Limits
from .paths import get_path, set_path, unset_path

OBJECTS = Category("object", "Object")
_OBJECT = record("object", "Object", "The object.")
_PATHS = "A key, or keys with dots between: result.0.id. A key that holds dots itself is tried first."


def _construct(values: Values) -> JSON:
    return values


def _get_multiple(value: Values, outputs: tuple[str, ...]) -> JSON:
    return {path: get_path(value, path) for path in outputs}


def _set(limits: Limits, value: Values, path: str, new: JSON) -> JSON:
    levels = path.count(".") + 1
    if levels > limits.depth:
        raise CardError.bad_input("path", f"The path has over {limits.depth} levels.", "Make it shorter.")
    return set_path(value, path, new)


def _merge(first: Values, second: Values, rest: dict[str, Values]) -> JSON:
    merged = {**first, **second}
    for further in rest.values():
        merged.update(further)
    return merged


def _move(limits: Limits, value: Values, source: str, destination: str) -> JSON:
    if source not in value and not _there(value, source):
        return value
    moved = get_path(value, source)
    return _set(limits, _as_object(unset_path(value, source)), destination, moved)


def _as_object(value: JSON) -> Values:
    return value if isinstance(value, dict) else {}


def _there(value: Values, path: str) -> bool:
    above, _, last = path.rpartition(".")
    holder: JSON = get_path(value, above) if above else value
    if isinstance(holder, dict):
        return last in holder
    return isinstance(holder, list) and get_path(holder, last) is not None


def _clear_empty(value: Values, recursive: bool) -> JSON:
    return _cleared(value) if recursive else _filter(value)


def _cleared(value: JSON) -> JSON:
    if isinstance(value, dict):
        cleared = {key: _cleared(inner) for key, inner in value.items()}
        return {key: inner for key, inner in cleared.items() if not is_empty(inner)}
    return [_cleared(item) for item in value] if isinstance(value, list) else value


def _filter(value: Values) -> JSON:
    return {key: inner for key, inner in value.items() if not is_empty(inner)}


def _collapse(pairs: list[Values | None]) -> JSON:
    return {to_text(pair.get("key")): pair.get("value") for pair in pairs if pair is not None}


def _split(value: Values) -> JSON:
    return [{"key": key, "value": inner} for key, inner in value.items()]


def _zip(keys: list[str | None], values: list[JSON]) -> JSON:
    return {key or "": values[number] if number < len(values) else None for number, key in enumerate(keys)}


def _unzip(value: Values) -> JSON:
    return {"keys": list(value), "values": list(value.values())}


def _get(value: Values, path: str) -> JSON:
    return get_path(value, path) if path else None


def _unset(value: Values, path: str) -> JSON:
    return unset_path(value, path) if path else value


def _keys(value: Values) -> JSON:
    return list(value)


def _values(value: Values) -> JSON:
    return list(value.values())


CARDS = (
    OBJECTS.card(
        "construct",
        "Construct",
        "Makes an object from names and values.",
        _construct,
        free_inputs=True,
        outputs=(gives_record("The object, its keys in the order of the inputs."),),
        okta="object:construct",
        synonyms=("create object", "build", "json", "record"),
        examples=(
            example({"name": "Ada", "age": 36}, {"output": {"name": "Ada", "age": 36}}),
            example({}, {"output": {}}, "Without inputs the object is empty."),
        ),
        composes=True,
    ),
    OBJECTS.card(
        "get",
        "Get",
        "Takes one value out of an object.",
        _get,
        inputs=(_OBJECT, text("path", "Path", _PATHS, required=True)),
        outputs=(gives("output", ANY, "Output", "What is there; null if nothing is."),),
        okta="object:get",
        synonyms=("pick", "extract", "path", "key"),
        examples=(
            example({"object": {"a": {"b": 1}}, "path": "a.b"}, {"output": 1}),
            example(
                {"object": {"a": [{"id": 7}]}, "path": "a.0.id"}, {"output": 7}, "A number is a position in a list."
            ),
            example({"object": {"a": 1}, "path": "x.y"}, {"output": None}, "What is not there is null."),
        ),
    ),
    OBJECTS.card(
        "get_multiple",
        "Get Multiple",
        "Takes several values out of an object.",
        _get_multiple,
        inputs=(_OBJECT,),
        free_outputs=True,
        okta="object:pick",
        synonyms=("pick", "extract", "destructure"),
        examples=(
            Example(
                {"object": {"id": 1, "profile": {"email": "ada@example.com"}}},
                {"id": 1, "profile.email": "ada@example.com"},
                "The name of an output is the path of its value.",
                free_outputs={"id": "number", "profile.email": "text"},
            ),
            Example({"object": None}, {"id": None}, "Nothing gives nulls.", free_outputs={"id": "number"}),
        ),
    ),
    OBJECTS.card(
        "set",
        "Set",
        "Gives a copy of an object in which one value is set.",
        _set,
        inputs=(
            _OBJECT,
            text("path", "Path", _PATHS, required=True, null=OnNull.ERROR, empty=OnNull.ERROR),
            anything("value", "Value", "What is put there."),
        ),
        outputs=(gives_record("The object with the value; missing levels are made."),),
        okta="object:set",
        synonyms=("put", "assign", "change", "add key"),
        examples=(
            example({"object": {"a": 1}, "path": "b.c", "value": 2}, {"output": {"a": 1, "b": {"c": 2}}}),
            example({"object": {"l": [1, 2]}, "path": "l.0", "value": 9}, {"output": {"l": [9, 2]}}),
        ),
        limited=True,
        composes=True,
    ),
    OBJECTS.card(
        "unset",
        "Unset",
        "Gives a copy of an object without one of its keys.",
        _unset,
        inputs=(_OBJECT, text("path", "Key", _PATHS, okta="key", required=True)),
        outputs=(gives_record("The object without the key."),),
        synonyms=("remove", "delete key", "omit"),
        examples=(
            example({"object": {"a": 1, "b": 2}, "path": "a"}, {"output": {"b": 2}}),
            example({"object": {"a": {"b": 1, "c": 2}}, "path": "a.b"}, {"output": {"a": {"c": 2}}}),
        ),
    ),
    OBJECTS.card(
        "merge",
        "Merge",
        "Makes one object with the keys of several; where they have the same key, the later one counts.",
        _merge,
        inputs=(
            record("object1", "Object 1", "The first object.", okta="start"),
            record("object2", "Object 2", "The second object.", okta="sink"),
        ),
        free_input=record("object", "Object", "one object more, later than those before it.", required=False),
        outputs=(gives_record("All keys. Objects inside are not merged: the later one takes the place."),),
        okta="object:merge",
        synonyms=("combine", "join", "extend", "defaults"),
        examples=(
            example({"object1": {"a": 1, "b": 1}, "object2": {"b": 2}}, {"output": {"a": 1, "b": 2}}),
            example({"object1": {}, "object2": {"a": 1}, "object3": {"c": 3}}, {"output": {"a": 1, "c": 3}}),
        ),
    ),
    OBJECTS.card(
        "move",
        "Move",
        "Gives a copy of an object in which a key has another name.",
        _move,
        inputs=(
            _OBJECT,
            text("source", "Source", f"What is moved. {_PATHS}", required=True),
            text(
                "destination",
                "Destination",
                "Where it is moved to.",
                required=True,
                null=OnNull.ERROR,
                empty=OnNull.ERROR,
            ),
        ),
        outputs=(gives_record("The object; the moved key comes last."),),
        okta="object:move",
        synonyms=("rename", "key"),
        examples=(
            example({"object": {"a": 1, "b": 2}, "source": "a", "destination": "c"}, {"output": {"b": 2, "c": 1}}),
            example({"object": {"a": 1}, "source": "x", "destination": "y"}, {"output": {"a": 1}}),
        ),
        limited=True,
        composes=True,
    ),
    OBJECTS.card(
        "clear_empty",
        "Clear Empty",
        "Removes keys that hold nothing: null, an empty text, object or list.",
        _clear_empty,
        inputs=(
            _OBJECT,
            flag("recursive", "Recursive", "In the objects inside as well, those in lists too.", default=True),
        ),
        outputs=(gives_record("The object without empty keys; items of lists stay."),),
        okta="object:clearEmpty",
        synonyms=("compact", "remove null", "prune"),
        examples=(
            example({"object": {"a": "", "b": {"c": None}, "d": 0}}, {"output": {"d": 0}}),
            example({"object": {"a": None, "b": {"c": None}}, "recursive": False}, {"output": {"b": {"c": None}}}),
        ),
    ),
    OBJECTS.card(
        "filter",
        "Filter",
        "Removes keys that hold nothing, not looking into objects inside.",
        _filter,
        inputs=(_OBJECT,),
        outputs=(gives_record("The object without empty keys."),),
        synonyms=("compact", "remove empty"),
        examples=(
            example({"object": {"a": None, "b": 1}}, {"output": {"b": 1}}),
            example({"object": {"a": {"b": None}}}, {"output": {"a": {"b": None}}}),
        ),
    ),
    OBJECTS.card(
        "keys",
        "Keys",
        "Lists the keys of an object.",
        _keys,
        inputs=(_OBJECT,),
        outputs=(gives_list("The keys, in their order.", "keys", "Keys", of=TEXT.listed()),),
        okta="object:keys",
        synonyms=("names", "fields", "properties"),
        examples=(
            example({"object": {"b": 1, "a": 2}}, {"keys": ["b", "a"]}),
            example({"object": None}, {"keys": []}),
        ),
    ),
    OBJECTS.card(
        "values",
        "Values",
        "Lists the values of an object.",
        _values,
        inputs=(_OBJECT,),
        outputs=(gives_list("The values, in the order of their keys.", "values", "Values"),),
        okta="object:values",
        synonyms=("to list", "contents"),
        examples=(
            example({"object": {"b": 1, "a": 2}}, {"values": [1, 2]}),
            example({"object": {}}, {"values": []}),
        ),
    ),
    OBJECTS.card(
        "collapse",
        "Collapse",
        "Makes an object from a list of objects that have key and value.",
        _collapse,
        inputs=(items(of=OBJECT.listed(), about="A list of {key, value}."),),
        outputs=(gives_record("The object; of equal keys the later counts."),),
        synonyms=("from pairs", "to object", "entries"),
        examples=(
            example({"list": [{"key": "a", "value": 1}, {"key": "b", "value": 2}]}, {"output": {"a": 1, "b": 2}}),
            example({"list": []}, {"output": {}}),
        ),
    ),
    OBJECTS.card(
        "split",
        "Split",
        "Makes a list of objects that have key and value from an object.",
        _split,
        inputs=(_OBJECT,),
        outputs=(gives_list("A list of {key, value}.", of=OBJECT.listed()),),
        synonyms=("to pairs", "entries", "to list"),
        examples=(
            example({"object": {"a": 1, "b": None}}, {"list": [{"key": "a", "value": 1}, {"key": "b", "value": None}]}),
            example({"object": {}}, {"list": []}),
        ),
        composes=True,
    ),
    OBJECTS.card(
        "zip",
        "Zip",
        "Makes an object from a list of keys and a list of values.",
        _zip,
        inputs=(
            items("keys", "Keys", "The keys.", of=TEXT.listed()),
            items("values", "Values", "The values, in the same order."),
        ),
        outputs=(gives_record("The object; keys without a value hold null."),),
        synonyms=("combine", "keys and values", "to object"),
        examples=(
            example({"keys": ["a", "b"], "values": [1, 2]}, {"output": {"a": 1, "b": 2}}),
            example({"keys": ["a", "b"], "values": [1]}, {"output": {"a": 1, "b": None}}),
        ),
    ),
    OBJECTS.card(
        "unzip",
        "Unzip",
        "Takes an object apart into its keys and its values.",
        _unzip,
        inputs=(_OBJECT,),
        outputs=(
            gives_list("The keys, in their order.", "keys", "Keys", of=TEXT.listed()),
            gives_list("The values, in the same order.", "values", "Values"),
        ),
        synonyms=("keys and values", "to lists"),
        examples=(
            example({"object": {"a": 1, "b": 2}}, {"keys": ["a", "b"], "values": [1, 2]}),
            example({"object": {}}, {"keys": [], "values": []}),
        ),
    ),
)
