"""The declaration of a card: what engine, checker, API, designer and docs know about it.

Function cards, control cards, event cards and the actions of connectors are all declared with ``CardSpec``; a
``Catalogue`` finds them by key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Protocol, runtime_checkable

from .json import JSON, Values
from .types import Type

# What keys of function cards begin with: no connector can be named so.
OWN_GROUPS = frozenset(
    {"boolean", "branch", "date", "encryption", "error", "file", "flow", "flows", "folder", "json", "jwt", "list"}
    | {"number", "object", "table", "text", "url", "xml"}
)


class CardKind(StrEnum):
    """How a card is carried out."""

    PURE = "pure"  # recomputed at every resume
    EFFECT = "effect"  # touches the world or is not repeatable: journaled
    CONTROL = "control"  # carried out by the engine itself
    EVENT = "event"  # starts a flow


class EffectClass(StrEnum):
    """What an effect does to the world (design principle 7)."""

    READ = "read"
    ENSURE = "ensure"
    CHANGE = "change"
    DESTROY = "destroy"


class FieldFormat(StrEnum):
    """How an input is read beyond its type."""

    PLAIN = "plain"
    RELATIVE_URL = "relative_url"  # references are encoded per path segment; stays below the connection's base
    URL = "url"  # as relative_url, or a whole URL that begins with the connection's base
    CONDITION = "condition"  # a comparison {a, is, b} or a group {all|any|none: [...]}
    ITEM_CONDITION = "item_condition"  # on items of a list: a comparison {path, is, b} or a group {all|any|none: [...]}
    LONG_TEXT = "long_text"
    TABLE = "table"  # the id of a table; what the card's other inputs name is in it
    COLUMN = "column"  # the name of a column, or a list of names
    UNIQUE_COLUMN = "unique_column"
    ROW_VALUES = "row_values"  # an object of columns and values
    ROW_CONDITION = "row_condition"  # a comparison {column, is, b} or a group {all|any|none: [...]}
    OUTPUT_SOURCES = "output_sources"  # an option: which declared outputs of an event come from where


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a field may have, and how people see it.

    Attributes:
        beyond: the card of Okta Workflows does not offer it.
    """

    value: JSON
    label: str
    beyond: bool = False


class OnNull(StrEnum):
    """What a function card does with a null, or a missing, input."""

    VALUE = "a value like any other"
    EMPTY = "counts as empty"
    DEFAULT = "counts as the default"
    NULL = "gives null"
    ERROR = "error"


class Outside(StrEnum):
    """What a function card does with a number that is out of range."""

    ERROR = "error"
    CLAMP = "counts as the nearest allowed"
    NULL = "gives null"


@dataclass(frozen=True, slots=True)
class BadInput:
    """What a function card does with values that are not what it hopes for.

    Wrong types need no word of their own: they are converted by the table of ``conversion.py``, or are an error.
    Texts, lists and objects beyond the limits of the installation are errors.

    Attributes:
        null: null, or nothing given.
        empty: an empty text, list or object, as a null would be treated; None where empty is no special case.
        whole: numbers must be whole; others are an error.
        least, most: the range of a number.
        outside: what happens beyond it.
        note: a sentence on what else may be wrong with the value.
    """

    null: OnNull
    empty: OnNull | None = None
    whole: bool = False
    least: float | None = None
    most: float | None = None
    outside: Outside = Outside.ERROR
    note: str = ""


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One input, output or option of a card.

    Attributes:
        name: its key in the document.
        type: what it holds; inputs are converted to it.
        title: shown to people; the name where empty.
        about: one sentence.
        example: a value such as it may have, shown while nothing is given; null where there is none.
        required: an error of the checker if it is missing.
        default: used when an input is not given.
        choices: the values it may have, where they are a closed list.
        okta: its key in flows exported from Okta Workflows, where that is not ``name``.
        bad: what a function card does with a bad value; all inputs of function cards have it.
        group: the heading under which it is shown.
        fields: what an object holds; other names in it are a mistake, unless ``fields_from`` says where they come from.
        choices_from: the choices are loaded from the app, by this name.
        fields_from: further fields of the object are loaded from the app, by this name.
        needs: other inputs that have to be there before anything of this one is loaded.
        inside: of an object that is given, or of the objects of a list: ways to what is in it, as far as they are known
            beforehand, each as the names on it.
        nullable: null that is given says something else than nothing given, which has no default.
        beyond: the card of Okta Workflows has no such field; of a card that is beyond it all fields are.
    """

    name: str
    type: Type
    title: str = ""
    about: str = ""
    required: bool = False
    default: JSON = None
    choices: tuple[Choice, ...] = ()
    format: FieldFormat = FieldFormat.PLAIN
    okta: str = ""
    bad: BadInput | None = None
    group: str = ""
    fields: tuple[FieldSpec, ...] = ()
    choices_from: str = ""
    fields_from: str = ""
    needs: tuple[str, ...] = ()
    inside: tuple[tuple[str, ...], ...] = ()
    beyond: bool = False
    example: JSON = None
    nullable: bool = False

    def shown(self, name: str) -> str:
        """What people call it, as its card does; under a name of the author's it is called by that."""
        return self.title if self.title and name == self.name else name


@dataclass(frozen=True, slots=True)
class EffectSpec:
    """What an action does to the world, and how to deal with an unknown outcome.

    Attributes:
        effect: the class of effect.
        person: the input that names the person concerned.
        repeatable: sending it twice does no harm.
        read_back: the request that tells whether it happened, in words; None where there is no way to look.
        undo: the action that takes it back.
        in_commit: it changes Keyturn's own data and happens in the commit that records it: never unknown, never twice.
    """

    effect: EffectClass
    person: str | None = None
    repeatable: bool = False
    read_back: str | None = None
    undo: str | None = None
    in_commit: bool = False

    @property
    def is_read(self) -> bool:
        return self.effect is EffectClass.READ


@dataclass(frozen=True, slots=True)
class Variant:
    """Fields and effect that exist when options have certain values.

    Attributes:
        when: option name and the values for which this variant holds.
        streams: the card reads page after page and calls a helper flow for each record.
    """

    when: tuple[tuple[str, tuple[JSON, ...]], ...]
    inputs: tuple[FieldSpec, ...] = ()
    outputs: tuple[FieldSpec, ...] = ()
    effect: EffectSpec | None = None
    streams: bool = False

    def holds(self, options: Mapping[str, JSON]) -> bool:
        return all(options.get(name) in values for name, values in self.when)


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example, shown in docs and designer and run as a test.

    Attributes:
        outputs: what the card gives, or the flow where the card ends it; ``...`` is what differs each time.
        more: what the card has besides: its branches, the cards under ``do``, the flow that it calls.
        error: the code of the error by which it fails; empty for none.
    """

    inputs: Values
    outputs: Values
    about: str = ""
    options: Values = field(default_factory=dict[str, JSON])
    free_outputs: dict[str, str] = field(default_factory=dict[str, str])
    more: Values = field(default_factory=dict[str, JSON])
    error: str = ""


class Takes(StrEnum):
    """What a card takes from its rounds."""

    NOTHING = "nothing"
    VALUE = "value"  # of the only field that a round gives, or an object of several
    FLAG = "true or false"  # of the only field


@dataclass(frozen=True, slots=True)
class Rounds:
    """The rounds of a card that loops.

    Attributes:
        sees: what a round sees besides the cards before: item, index, memo.
        takes: what the card takes from each.
    """

    sees: tuple[str, ...]
    takes: Takes = Takes.NOTHING


@dataclass(frozen=True, slots=True)
class Signature:
    """The fields that a card has once its options are chosen."""

    inputs: tuple[FieldSpec, ...]
    outputs: tuple[FieldSpec, ...]
    effect: EffectSpec | None
    streams: bool = False

    def input(self, name: str) -> FieldSpec | None:
        return next((spec for spec in self.inputs if spec.name == name), None)

    def output(self, name: str) -> FieldSpec | None:
        return next((spec for spec in self.outputs if spec.name == name), None)


@dataclass(frozen=True, slots=True)
class CardSpec:
    """The declaration of a card.

    Attributes:
        key: ``text.compose``, ``okta.custom_api_action``: category or connector, a dot, the card.
        free_inputs: the author adds inputs as ``name: value``.
        free_input: what each of these is; of any type where it is not said.
        free_outputs: the author declares outputs as ``name: type``.
        compares: its inputs ``a``, ``is`` and ``b`` are a comparison, as in a condition.
        mixes: tells of inputs whether a text meets a number among its comparisons; None if it compares nothing
            beyond that.
        lanes: which kinds of branches it takes: ``when`` | ``try`` | ``lane``; empty for none.
        calls: it calls a helper flow (``call:``).
        body: it may have a loop body in place (``do:``).
        rounds: it loops; None for other cards.
        connector: the connector it belongs to; it then needs a connection.
        okta: the address of the Okta Workflows card that it stands for, without version; None where no export
            shows the address.
        okta_also: further addresses in exports for which it stands.
        beyond: Okta Workflows has no such card.
        hidden: the editor of Okta Workflows puts it in by itself and shows it to nobody; people are not offered it.
        synonyms: other words for what it does, by which it is found.
        app_synonyms: other names of its app.
        person: of an event, the reference to the person whom it concerns, as a flow's ``about``; empty for nobody.
    """

    key: str
    title: str
    category: str
    kind: CardKind
    summary: str
    inputs: tuple[FieldSpec, ...] = ()
    outputs: tuple[FieldSpec, ...] = ()
    options: tuple[FieldSpec, ...] = ()
    variants: tuple[Variant, ...] = ()
    free_inputs: bool = False
    free_input: FieldSpec | None = None
    free_outputs: bool = False
    compares: bool = False
    mixes: Callable[[Values], bool] | None = None
    lanes: str = ""
    calls: bool = False
    body: bool = False
    rounds: Rounds | None = None
    connector: str | None = None
    effect: EffectSpec | None = None
    synonyms: tuple[str, ...] = ()
    app_synonyms: tuple[str, ...] = ()
    person: str = ""
    examples: tuple[Example, ...] = ()
    okta: str | None = None
    okta_also: tuple[str, ...] = ()
    beyond: bool = False
    hidden: bool = False

    def found_by(self, search: str) -> bool:
        """Whether each word of a search stands in its key, title or category, or in a synonym of it or of its app.

        A short word does so where a word begins with it, as else *dm* is found in each *admin*; and if another word
        follows, where it is a word. Who searches for something is not offered what is hidden.
        """
        words = search.lower().split()
        if self.hidden and words:
            return False
        texts = [text.lower() for text in (self.key, self.title, self.category, *self.synonyms, *self.app_synonyms)]
        last = len(words) - 1
        wanted = [_searched(word, ended=number < last) for number, word in enumerate(words)]
        return all(any(word.search(text) for text in texts) for word in wanted)

    def signature(self, options: Mapping[str, JSON]) -> Signature:
        """The fields that exist for these options (defaults filled in)."""
        chosen: dict[str, JSON] = {option.name: option.default for option in self.options}
        chosen.update(options)
        inputs, outputs, effect, streams = self.inputs, self.outputs, self.effect, False
        for variant in self.variants:
            if variant.holds(chosen):
                inputs += variant.inputs
                outputs += variant.outputs
                effect = variant.effect or effect
                streams = streams or variant.streams
        return Signature(inputs, outputs, effect, streams)


_SHORT = 3


@lru_cache(maxsize=256)
def _searched(word: str, *, ended: bool) -> re.Pattern[str]:
    """A word of a search, where it counts.

    Args:
        ended: another word follows, so that this one is not being typed any more.
    """
    either = "|".join(re.escape(one) for one in dict.fromkeys((word, _SAME.get(word, word))))
    if len(word) > _SHORT:
        return re.compile(either)
    return re.compile(rf"(?<![^\W_])(?:{either})" + (r"(?![^\W_])" if ended else ""))


# What people call those whom cards call users.
_SAME: Mapping[str, str] = dict.fromkeys(
    ("account", "accounts", "person", "people", "employee", "employees", "member", "login"), "user"
)


class Catalogue(Protocol):
    """Finds cards by key."""

    def get(self, key: str) -> CardSpec | None:
        """The declaration of a card, or None."""
        ...

    def all(self) -> Iterable[CardSpec]:
        """Every card, in the order in which they are shown."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A catalogue that knows why some cards are not there."""

    def why_missing(self, key: str) -> tuple[str, str] | None:
        """Why a card is not there, and what to do; None if nothing is known of it."""
        ...
