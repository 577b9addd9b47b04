"""The cards of flows and folders themselves. They are declarations: ``library`` carries them out."""

from __future__ import annotations

from dataclasses import replace

from keyturn.flows.spec import CardKind, CardSpec, EffectClass, EffectSpec, FieldSpec, OnNull
from keyturn.flows.types import Kind, Type

from .declare import example
from .fields import flag, gives_flag, number, text
from .file import GIVES_FILE, GIVES_NAME, GIVES_SIZE

_FLOWS, _FOLDERS = "Flows", "Folders"
_READ = EffectSpec(EffectClass.READ, repeatable=True)
_MAKES = EffectSpec(EffectClass.CHANGE, repeatable=True)
_SWITCHES = EffectSpec(EffectClass.ENSURE, repeatable=True)

_FLOW = text(
    "flow",
    "Flow",
    "Id of the flow; of any event, and switched on or off.",
    required=True,
    okta="flo",
    null=OnNull.ERROR,
    empty=OnNull.ERROR,
    note="A flow that is not there is an error.",
)
_FOLDER = text(
    "folder",
    "Folder",
    "Id of the folder.",
    required=True,
    null=OnNull.ERROR,
    empty=OnNull.ERROR,
    note="A folder that is not there is an error.",
)
_AS_JSON = (
    flag("pretty", "JSON Pretty Print?", "Whether it has a line for each value.", okta="pretty", default=True),
    number(
        "indent",
        "Number of Indented Spaces",
        "How far lines are moved in.",
        okta="indent",
        default=2,
        null=OnNull.DEFAULT,
        whole=True,
        least=0,
        most=10,
    ),
)
_GIVES_EXPORT = (replace(GIVES_FILE, okta="output", about="The flow's document as JSON."), GIVES_NAME, GIVES_SIZE)

CARDS = (
    CardSpec(
        key="flows.export",
        title="Export Flow",
        category=_FLOWS,
        kind=CardKind.EFFECT,
        summary="Makes a file of a flow as it is published: its document as JSON, which can be published again.",
        inputs=(_FLOW, *_AS_JSON),
        outputs=_GIVES_EXPORT,
        effect=_MAKES,
        synonyms=("backup", "save", "version control", "git"),
        examples=(example({"flow": "small", "pretty": False}, {"file": "...", "name": "small.json", "size": "..."}),),
        okta="utility:exportFlo",
    ),
    CardSpec(
        key="flows.list",
        title="List Flows",
        category=_FLOWS,
        kind=CardKind.EFFECT,
        summary="Tells the flows that are published, by id.",
        inputs=(text("folder", "Folder", "Id of a folder: only flows in it, and not deeper; empty for all flows."),),
        outputs=(
            FieldSpec(
                "flows",
                Type(Kind.OBJECT, 1),
                "Flows",
                "Of each its id, name, version, active, folder and event; 10,000 at most.",
            ),
        ),
        effect=_READ,
        synonyms=("all flows", "inventory", "search"),
        examples=(
            example(
                {"folder": "people"},
                {
                    "flows": [
                        {
                            "id": "small",
                            "name": "Small",
                            "version": 1,
                            "active": True,
                            "folder": "people",
                            "event": "manual",
                        }
                    ]
                },
            ),
        ),
        beyond=True,
    ),
    *(
        CardSpec(
            key=f"flows.{name}",
            title=title,
            category=_FLOWS,
            kind=CardKind.EFFECT,
            summary=summary,
            inputs=(replace(_FLOW, okta=""),),
            outputs=(gives_flag("Whether it was so before.", "before", "Before"),),
            effect=_SWITCHES,
            synonyms=synonyms,
            examples=(example({"flow": "small"}, {"before": before}, about),),
            beyond=True,
        )
        for name, title, summary, synonyms, before, about in (
            (
                "activate",
                "Activate Flow",
                "Switches a flow on.",
                ("turn on", "enable", "start"),
                True,
                "It was on already.",
            ),
            (
                "deactivate",
                "Deactivate Flow",
                "Switches a flow off; runs that have begun go on.",
                ("turn off", "disable", "stop", "pause"),
                False,
                "It was not off before.",
            ),
        )
    ),
    CardSpec(
        key="folder.export",
        title="Export Folder",
        category=_FOLDERS,
        kind=CardKind.EFFECT,
        summary="Makes a file of a folder with all that is in it, folders and flows as they are published, as JSON.",
        inputs=(_FOLDER, *(replace(field, okta="") for field in _AS_JSON)),
        outputs=(replace(GIVES_FILE, about="Folders, and the documents of flows, as JSON."), GIVES_NAME, GIVES_SIZE),
        effect=_MAKES,
        synonyms=("backup", "save", "version control", "git"),
        examples=(example({"folder": "people"}, {"file": "...", "name": "people.json", "size": "..."}),),
    ),
)
