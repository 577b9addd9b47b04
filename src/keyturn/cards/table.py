"""Table cards. They are declarations: reads and changes are carried out by the room of tables, ``data``.

A change of a table happens in the commit that records it, so that no row is ever written twice and none is in doubt.
"""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.json import Values
from keyturn.flows.spec import (
    BadInput,
    CardKind,
    CardSpec,
    Choice,
    EffectClass,
    EffectSpec,
    Example,
    FieldFormat,
    FieldSpec,
    OnNull,
    Variant,
)
from keyturn.flows.types import BOOLEAN, DATETIME, TEXT, Kind, Type

from .declare import example
from .fields import further, gives, gives_flag, gives_number, gives_record, gives_text, number, record, text
from .file import DELIMITER, FILE_INPUT, GIVES_FILE, GIVES_NAME, GIVES_SIZE, file_name

_CATEGORY = "Tables"
_READ = EffectSpec(EffectClass.READ, repeatable=True)
_CHANGE = EffectSpec(EffectClass.CHANGE, repeatable=True, in_commit=True)
_REMOVE = EffectSpec(EffectClass.DESTROY, repeatable=True, in_commit=True)
_MAKES = EffectSpec(EffectClass.CHANGE, repeatable=True)

_NO_CONDITION = "What is no condition on columns of the table is an error."
_ABOUT_ONLY_IF = "A condition that the row must meet, or nothing is changed."
_TABLE = replace(
    text(
        "table",
        "Table",
        "Id of the table; may come from another card.",
        required=True,
        okta="stash",
        null=OnNull.ERROR,
        empty=OnNull.ERROR,
        note="A table that is not there is an error.",
    ),
    format=FieldFormat.TABLE,
)
_ROW_ID = text(
    "row_id", "Row ID", "Id of the row.", required=True, okta="Row ID", null=OnNull.ERROR, empty=OnNull.ERROR
)
_FIELDS = replace(
    record("fields", "Fields", "Names of columns and their values.", okta="Fields"), format=FieldFormat.ROW_VALUES
)
_WHERE = replace(
    record(
        "where",
        "Where Expression",
        "Which rows: a comparison {column, is, b}, or a group all, any or none of them; empty for every row.",
        okta="Where Expression",
        required=False,
    ),
    bad=BadInput(OnNull.EMPTY, note=_NO_CONDITION),
    format=FieldFormat.ROW_CONDITION,
)
_GIVES_ID = gives_text("Id of the row.", "row_id", "Row ID", okta="Row ID")
_GIVES_ROW = (
    replace(
        gives_record("Columns and their values; null where there is no row.", "fields", "Fields", okta="Fields"),
        format=FieldFormat.ROW_VALUES,
    ),
    gives("created", DATETIME, "Created", "When the row was made.", okta="Created"),
    gives("updated", DATETIME, "Updated", "When the row was last changed.", okta="Updated"),
)
_SORT = (
    replace(
        text("sort", "Column", "The rows come by it; else as they were made.", okta="Column"),
        format=FieldFormat.COLUMN,
        group="Sort",
    ),
    replace(
        text(
            "direction",
            "Direction",
            "Rising (asc) or falling (desc).",
            default="asc",
            okta="Direction",
            null=OnNull.DEFAULT,
            empty=OnNull.DEFAULT,
        ),
        choices=(Choice("asc", "Ascending"), Choice("desc", "Descending")),
        group="Sort",
    ),
)
_LIMIT = number(
    "limit",
    "Limit",
    "Rows at most; 0 for as many as the card gives.",
    default=0,
    okta="Limit",
    null=OnNull.DEFAULT,
    whole=True,
    least=0,
)
_OFFSET = number(
    "offset",
    "Offset",
    "How many rows are passed over.",
    default=0,
    okta="Offset",
    null=OnNull.DEFAULT,
    whole=True,
    least=0,
)
_RESULTS = FieldSpec(
    "results",
    TEXT,
    "Result set",
    "The first row, all of them as a list, or a helper flow for each of any number.",
    default="all",
    choices=(
        Choice("one", "First matching row"),
        Choice("all", "All matching rows"),
        Choice("stream", "Stream matching rows", beyond=True),
    ),
    okta="resultSet",
)


# The first row of the table people that the examples are about; its id is r1.
_ADA: Values = {
    "Login": "ada",
    "Name": "Ada",
    "Age": 36,
    "Active": True,
    "Since": "2026-01-01T00:00:00.000Z",
    "Tags": ["x", "y"],
}
_TIMES: Values = {"created": "...", "updated": "..."}


def _card(
    name: str,
    title: str,
    summary: str,
    *,
    inputs: tuple[FieldSpec, ...] = (),
    outputs: tuple[FieldSpec, ...] = (),
    options: tuple[FieldSpec, ...] = (),
    variants: tuple[Variant, ...] = (),
    effect: EffectSpec = _READ,
    synonyms: tuple[str, ...],
    examples: tuple[Example, ...],
    okta: str | None = None,
) -> CardSpec:
    return CardSpec(
        key=f"table.{name}",
        title=title,
        category=_CATEGORY,
        kind=CardKind.EFFECT,
        summary=summary,
        inputs=(_TABLE, *inputs),
        outputs=outputs,
        options=options,
        variants=variants,
        effect=effect,
        synonyms=synonyms,
        examples=examples,
        okta=f"channels:http:stash:{okta}" if okta else None,
        beyond=okta is None,
    )


_FINDING = (
    _card(
        "search_rows",
        "Search Rows",
        "Finds rows by a condition, sorted.",
        inputs=(_WHERE, *_SORT),
        options=(_RESULTS,),
        variants=(
            Variant(
                (("results", ("one",)),),
                inputs=(_OFFSET,),
                outputs=(
                    further(gives_flag("Whether there is such a row.", "found", "Found")),
                    gives_text("Id of the row; null if there is none.", "row_id", "Row ID", okta="Row ID"),
                    *_GIVES_ROW,
                ),
            ),
            Variant(
                (("results", ("all",)),),
                inputs=(_LIMIT, _OFFSET),
                outputs=(
                    FieldSpec(
                        "rows",
                        Type(Kind.OBJECT, 1),
                        "Rows",
                        "The rows: their columns, and Row ID, Created and Updated; 10,000 at most.",
                        okta="Rows",
                        format=FieldFormat.ROW_VALUES,
                    ),
                    further(gives_flag("Whether there are more rows than were given.", "more", "More")),
                ),
            ),
            Variant(
                (("results", ("stream",)),),
                outputs=(
                    further(gives_number("For how many rows the helper flow ran.", "count", "Records streamed")),
                    further(gives_number("How many of these helper flows failed.", "failed", "Failed")),
                ),
                streams=True,
            ),
        ),
        okta="searchRows2",
        synonyms=("find", "query", "filter", "look up", "select"),
        examples=(
            Example(
                {"table": "people", "where": {"column": "Age", "is": "greater than", "b": 10}},
                {"found": True, "row_id": "...", "fields": _ADA, **_TIMES},
                options={"results": "one"},
            ),
            Example(
                {"table": "people", "where": {"any": [{"column": "Login", "is": "starts with", "b": "a"}]}, "limit": 1},
                {"rows": [{**_ADA, "Row ID": "...", "Created": "...", "Updated": "..."}], "more": False},
                options={"results": "all"},
            ),
        ),
    ),
    _card(
        "read_row",
        "Read Row",
        "Reads a row by its id; an error if there is none.",
        inputs=(_ROW_ID,),
        outputs=_GIVES_ROW,
        okta="readRow",
        synonyms=("get", "look up"),
        examples=(example({"table": "people", "row_id": "r1"}, {"fields": _ADA, **_TIMES}),),
    ),
    _card(
        "count_rows",
        "Count Rows",
        "Counts the rows that meet a condition.",
        inputs=(_WHERE,),
        outputs=(gives_number("How many rows there are.", "count", "Count"),),
        synonyms=("number of rows", "how many"),
        examples=(
            example({"table": "people"}, {"count": 3}),
            example({"table": "people", "where": {"column": "Active", "is": "equal to", "b": True}}, {"count": 1}),
        ),
    ),
    _card(
        "read_table",
        "Read Table",
        "Tells the columns of a table.",
        outputs=(
            FieldSpec(
                "columns",
                Type(Kind.OBJECT, 1),
                "Column schema",
                "Of each column its name, type, default, and whether it is unique.",
                okta="Column Schema",
            ),
        ),
        okta="readTable",
        synonyms=("schema", "columns", "structure"),
        examples=(example({"table": "people"}, {"columns": "..."}, "A list of {name, type, default, unique}."),),
    ),
)
_CHANGING = (
    _card(
        "create_row",
        "Create Row",
        "Adds a row. Columns that are not given have their default.",
        inputs=(_FIELDS,),
        outputs=(_GIVES_ID,),
        effect=_CHANGE,
        okta="createRow",
        synonyms=("insert", "add"),
        examples=(example({"table": "people", "fields": {"Login": "kim", "Age": 5}}, {"row_id": "..."}),),
    ),
    _card(
        "update_row",
        "Update Row",
        "Changes columns of a row, if you wish only while the row meets a condition; an error if there is no such row.",
        inputs=(
            _ROW_ID,
            _FIELDS,
            further(replace(_WHERE, name="only_if", title="Only if", okta="", about=_ABOUT_ONLY_IF)),
        ),
        outputs=(further(gives_flag("Whether the row met the condition and was changed.", "updated", "Updated")),),
        options=(
            FieldSpec(
                "update_empty",
                BOOLEAN,
                "Update empty inputs",
                "Whether an empty value empties its column; else the column stays as it is.",
                default=False,
                choices=(Choice(False, "No"), Choice(True, "Yes")),
                okta="updateEmptyInputs",
            ),
        ),
        effect=_CHANGE,
        okta="updateRow",
        synonyms=("set", "modify", "change"),
        examples=(
            example({"table": "people", "row_id": "r1", "fields": {"Name": "Ada L."}}, {"updated": True}),
            example(
                {
                    "table": "people",
                    "row_id": "r1",
                    "fields": {"Name": "A child"},
                    "only_if": {"column": "Age", "is": "less than", "b": 18},
                },
                {"updated": False},
                "The row does not meet the condition.",
            ),
        ),
    ),
    _card(
        "upsert_row",
        "Upsert Row",
        "Changes the row that has the same value in a unique column, or adds it if there is none.",
        inputs=(
            replace(
                text(
                    "match",
                    "Match by",
                    "The unique column by which the row is found.",
                    required=True,
                    null=OnNull.ERROR,
                    empty=OnNull.ERROR,
                    note="A column that is not unique, and one that no value is given for, is an error.",
                ),
                format=FieldFormat.UNIQUE_COLUMN,
            ),
            _FIELDS,
        ),
        outputs=(_GIVES_ID, gives_flag("Whether the row is new.", "created", "Created")),
        effect=_CHANGE,
        synonyms=("create or update", "insert or update", "merge"),
        examples=(
            example(
                {"table": "people", "match": "Login", "fields": {"Login": "ada", "Age": 37}},
                {"row_id": "...", "created": False},
            ),
            example(
                {"table": "people", "match": "Login", "fields": {"Login": "kim", "Age": 5}},
                {"row_id": "...", "created": True},
            ),
        ),
    ),
    _card(
        "delete_row",
        "Delete Row",
        "Removes a row.",
        inputs=(_ROW_ID,),
        outputs=(further(gives_flag("Whether there was such a row.", "deleted", "Deleted")),),
        effect=_REMOVE,
        okta="deleteRow",
        synonyms=("remove",),
        examples=(example({"table": "people", "row_id": "r1"}, {"deleted": True}),),
    ),
    _card(
        "clear_table",
        "Clear Table",
        "Removes all rows of a table.",
        outputs=(gives_number("How many rows were removed.", "cleared", "Cleared rows", okta="Cleared Rows"),),
        effect=_REMOVE,
        okta="clearTable",
        synonyms=("empty", "delete all", "truncate"),
        examples=(example({"table": "people"}, {"cleared": 3}),),
    ),
)
_IN_FILES = (
    _card(
        "export_csv",
        "Export to CSV",
        "Makes a CSV file (RFC 4180, UTF-8) of the rows that meet a condition, however many there are.",
        inputs=(
            replace(file_name(""), about="Name of the file; that of the table where it is empty.", okta="Filename"),
            FieldSpec(
                "columns",
                Type(Kind.TEXT, 1),
                "Columns",
                "Names, in their order; empty for all. Row ID, Created and Updated may be among them.",
                okta="Columns",
                format=FieldFormat.COLUMN,
                bad=BadInput(OnNull.EMPTY, note="A column that is not there is an error."),
            ),
            replace(DELIMITER, okta="Delimiter"),
            _WHERE,
            *(further(replace(field, okta="")) for field in _SORT),
            replace(_LIMIT, about="Rows at most; 0 for all."),
            _OFFSET,
        ),
        outputs=(replace(GIVES_FILE, okta="File Content"), further(GIVES_NAME), further(GIVES_SIZE)),
        effect=_MAKES,
        okta="exportToCSV",
        synonyms=("download", "spreadsheet", "file"),
        examples=(
            example(
                {"table": "people", "columns": ["Login"], "where": {"column": "Login", "is": "equal to", "b": "ada"}},
                {"file": "...", "name": "people.csv", "size": 12},
            ),
        ),
    ),
    _card(
        "import_csv",
        "Import from CSV",
        "Puts the rows of a CSV file into a table; its first line names columns. Rows that cannot be stored are told, "
        "and keep nothing else from being stored. Carried out again after a crash it adds no row twice.",
        inputs=(
            FILE_INPUT,
            replace(
                text(
                    "match",
                    "Match by",
                    "A unique column: rows with its value are changed, others are added; empty: all are added.",
                    note="A column that is not unique, or that the file has not, is an error.",
                ),
                format=FieldFormat.UNIQUE_COLUMN,
            ),
            DELIMITER,
        ),
        outputs=(
            gives_number("Rows of the file.", "read", "Read"),
            gives_number("Rows that were added.", "created", "Created"),
            gives_number("Rows that were changed.", "updated", "Updated"),
            gives_number("Rows that could not be stored.", "refused", "Refused"),
            FieldSpec(
                "problems",
                Type(Kind.OBJECT, 1),
                "Problems",
                "Why rows were refused: line, column and what; of the first 1,000.",
            ),
        ),
        effect=_MAKES,
        synonyms=("upload", "spreadsheet", "file", "load"),
        examples=(
            example(
                {"table": "people", "file": "f1", "match": "Login"},
                {"read": 2, "created": 1, "updated": 1, "refused": 0, "problems": []},
                "f1 is people.csv, with the lines ada,36 and kim,5 below Login,Age.",
            ),
        ),
    ),
)
CARDS = (*_FINDING, *_CHANGING, *_IN_FILES)
