"""What a manifest says of a request: what is sent, in which way its pages are asked for, and what its answer has."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from keyturn.flows.json import JSON

from .conditions import ChangedModel, ConditionModel, SignModel
from .media_types import bare
from .outgoing import MULTIPART
from .shaping import ShapeName

_WORD = "[A-Za-z0-9!#$&^_.+-]+"
MEDIA_TYPE = f"^{_WORD}/{_WORD}( *; *{_WORD}={_WORD})*$"  # RFC 6838, section 4.2
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Status = Annotated[int, Field(ge=100, le=599)]
MediaType = Annotated[str, StringConstraints(pattern=MEDIA_TYPE)]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
ResultSet = Literal["first", "page", "all", "stream"]
RESULT_SETS: tuple[ResultSet, ...] = ("first", "page", "all", "stream")


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EqualModel(_Model):
    """Comparisons made of an object: each of its entries is to be equal. Names are letters, digits, _ and . only."""

    entries: str = Field(description="The object, for example '{{ inputs.attributes }}'.")
    prefix: str = Field(default="", description="What stands before each name, for example profile.")


class FilterModel(_Model):
    """A query parameter made of comparisons; one whose value is empty is left out."""

    clauses: tuple[str, ...] = Field(
        default=(), description="For example 'status eq \"{{ inputs.status }}\"': each with one reference."
    )
    equal: EqualModel | None = Field(default=None, description="A comparison for each entry of an object.")
    also: str | None = Field(default=None, description="A comparison of the author's own, put in as it is.")
    join: str = " and "
    quotes: Literal["backslash", "double", "none"] = Field(
        default="backslash", description="How a quote in a value is escaped: by a backslash, or by writing it twice."
    )


class OffsetModel(_Model):
    """Pages that are asked for by the number of the record that they begin with."""

    query: str
    first: int = 1
    total: str = Field(description="Where the count of all records stands.")


class PagingModel(_Model):
    """How an action that lists comes to its next page; it then has the option ``results``."""

    records: str = Field(description="Where the records of a page stand, for example '{{ body.value }}'.")
    next: str = Field(
        default="",
        description="'link' for the Link header (RFC 8288) with rel=next; else where the next page's address, or with "
        "'query' its token, stands in the answer.",
    )
    query: str | None = Field(default=None, description="The query parameter that takes the next page's token.")
    offset: OffsetModel | None = Field(default=None, description="Instead of next and query.")
    always: bool = Field(
        default=True,
        description="The list is in each answer, also where it is empty: without it the answer is an error. No, for an "
        "app that leaves empty lists out; then a sign, or the total of offset, has to tell that the answer is its.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="Without always: other lists of objects that may stand where the list would be. Any other there "
        "is taken for the list by another name, and the answer for an error.",
    )
    empty_ends: bool = Field(default=False, description="An empty page is the last one, whatever follows it.")
    most: int = Field(default=10_000, ge=1, description="Records that are read at most without streaming.")
    sets: tuple[ResultSet, ...] = Field(default=RESULT_SETS, min_length=1)
    page: str = Field(
        default="First page",
        description="What the first page is called. A number in it, as in First 200 Records, is how many records it "
        "has: where the app's pages have fewer, the next ones are read, too.",
    )
    size: str = Field(
        default="", description="Where an input says how many records a page has; the first page has no more then."
    )
    okta: str = Field(default="", description="Group and key of the list in flows exported from Okta Workflows.")
    okta_record: str = Field(default="", description="Group and key of the whole first record in such flows.")


class OperationModel(_Model):
    """The vendor's own operation that an action stands for."""

    spec: str
    id: str
    beyond: tuple[str, ...] = Field(
        default=(), description="Query parameters that the vendor takes and its description does not have."
    )


class RequestModel(_Model):
    """One request of an action."""

    name: Key | None = Field(default=None, description="Under this name later requests and outputs see its answer.")
    method: Method
    path: str
    base: Key | None = Field(default=None, description="One of the connector's other addresses.")
    query: dict[str, JSON] = Field(
        default_factory=dict, description="Under '...' an object whose entries are put to the others."
    )
    filters: dict[str, FilterModel] = Field(default_factory=dict[str, FilterModel])
    headers: dict[str, str] = Field(default_factory=dict)
    body: JSON = Field(default=None, description="What refers to an input that is not given is left out.")
    quoted: bool = Field(
        default=False,
        description="A body that is one text goes out as JSON has texts, in quotes. Without it such a text is "
        "JSON that somebody has written.",
    )
    links: dict[str, str] = Field(
        default_factory=dict,
        description="Entries of the body that are addresses below the connector's usual one: what is put into them is "
        "encoded, as in path.",
    )
    files: dict[str, JSON] = Field(
        default_factory=dict,
        description="The body is a form with these files (multipart/form-data), by the names of its fields; body has "
        "the others. One without files says so by its header Content-Type.",
    )
    part_types: dict[str, MediaType] = Field(
        default_factory=dict,
        description="Media types of a form's parts that are no files, by the names of its fields, for example "
        "application/json of an object. The others are plain text.",
    )
    file: JSON = Field(default=None, description="The body is this file, as it is.")
    when: tuple[ConditionModel, ...] = Field(default=(), description="It is sent only if all of these hold.")
    each: JSON = Field(
        default=None,
        description="A list: it is sent for each item, which it sees as item; its name then stands for all answers.",
    )
    empty_left_out: bool = Field(
        default=False,
        description="With each: where the list would be stands nothing if it is empty. Without it that is an error.",
    )
    beside: tuple[str, ...] = Field(
        default=(),
        description="With empty_left_out: other lists of objects that may stand where the list would be. Any other one "
        "there is taken for the list by another name, and the answer for an error.",
    )
    pages: PagingModel | None = Field(
        default=None, description="It is asked page after page: where the list stands in its answer, all records are."
    )
    shape: ShapeName | None = Field(
        default=None,
        description="Its answer has under shaped what this function makes of it; it needs a name, but in a look.",
    )
    fine: tuple[Status, ...] = Field(default=(), description="Statuses beyond 2xx after which the action goes on.")
    all_answers: bool = Field(default=False, description="With each: answers by those statuses are in the list too.")
    repeatable: bool = Field(default=False, description="It changes something, and twice does no harm.")
    whole: bool = Field(default=False, description="The path is a whole address that begins with the base.")
    open: bool = Field(default=False, description="It is sent without the connection's credentials.")
    sign: SignModel | None = Field(default=None, description="The sign of its answer, instead of the connector's.")
    changed: ChangedModel | None = Field(default=None, description="Instead of the connector's.")
    operation: OperationModel | None = None

    @property
    def is_form(self) -> bool:
        """Whether its body is a form of parts: it has files, or says so by its header."""
        return bool(self.files) or bare(self.header("content-type")) == MULTIPART

    def header(self, wanted: str) -> str:
        """A header that it has, however its name is spelt; empty for none."""
        return next((text for name, text in self.headers.items() if name.lower() == wanted), "")
