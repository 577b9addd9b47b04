"""The shape of a card's declaration in the API's answers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from keyturn.cards.describe import describe
from keyturn.flows.json import JSON, Values
from keyturn.flows.spec import CardSpec

from .models import PageModel


class ChoiceModel(BaseModel):
    value: JSON
    label: str
    beyond: bool = Field(default=False, description="The card of Okta Workflows does not offer it.")


class BadInputModel(BaseModel):
    """What a function card does with a null, empty or out-of-range input; wrong types are converted or an error."""

    null: str
    empty: str | None
    whole: bool
    least: float | None
    most: float | None
    outside: str
    note: str


class CasesModel(BaseModel):
    """How many tested cases tell what the card does, by where the expected result comes from."""

    documented: int
    export: int
    assumed: int


class FieldModel(BaseModel):
    """One input, output or option of a card."""

    name: str
    type: str
    title: str
    about: str
    example: JSON = Field(description="A value such as it may have; null where there is none to tell.")
    required: bool
    default: JSON
    choices: list[ChoiceModel]
    format: str
    okta: str | None
    bad: BadInputModel | None
    group: str
    fields: list[FieldModel]
    choices_from: str | None
    fields_from: str | None
    needs: list[str] = Field(description="Other inputs that must be there before choices or fields are loaded.")
    inside: list[list[str]] = Field(
        description="Ways to what is in an object that is given, or in a list's objects, each as the names on it."
    )
    beyond: bool = Field(description="The card of Okta Workflows has no such field.")


class EffectModel(BaseModel):
    """What an action does to the world."""

    effect: str
    person: str | None
    repeatable: bool
    read_back: str | None
    undo: str | None
    in_commit: bool


class VariantModel(BaseModel):
    """Fields and effect that exist when options have certain values."""

    when: dict[str, list[JSON]]
    inputs: list[FieldModel]
    outputs: list[FieldModel]
    effect: EffectModel | None
    streams: bool


class RoundsModel(BaseModel):
    """The rounds of a card that loops: what each sees besides the cards before, and what the card takes from it."""

    sees: list[str]
    takes: str


class ExampleModel(BaseModel):
    """A worked example. In ``outputs``, ``...`` is what differs each time; ``more`` is what the card has besides its
    inputs, ``error`` the code of the error by which it fails."""

    about: str
    options: Values
    inputs: Values
    outputs: Values
    free_outputs: dict[str, str]
    more: Values
    error: str | None


class CardModel(BaseModel):
    """Everything that a card's declaration says.

    ``branches`` tells which kinds of branches it takes (``when`` or ``try``), ``body`` whether it may have cards of
    a loop in place, ``calls`` whether it calls a helper flow, ``compares`` whether its inputs a, is and b are a
    comparison.
    """

    key: str
    title: str
    category: str
    kind: str
    summary: str
    connector: str | None
    inputs: list[FieldModel]
    outputs: list[FieldModel]
    options: list[FieldModel]
    variants: list[VariantModel]
    free_inputs: bool
    free_input: FieldModel | None
    free_outputs: bool
    compares: bool
    branches: str | None
    calls: bool
    body: bool
    rounds: RoundsModel | None
    effect: EffectModel | None
    synonyms: list[str]
    app_synonyms: list[str]
    person: str
    examples: list[ExampleModel]
    okta: str | None
    okta_also: list[str] = Field(description="Further addresses in exports of Okta Workflows for which it stands.")
    beyond: bool = Field(description="Okta Workflows has no such card.")
    hidden: bool = Field(description="Exports have it, and people are not offered it.")
    cases: CasesModel | None

    @classmethod
    def of(cls, spec: CardSpec) -> CardModel:
        return cls.model_validate(describe(spec))


class CardPage(PageModel):
    rows: list[CardModel]
