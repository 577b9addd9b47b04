"""keyturn connectors: list, show, check, new, which need no server; put, source, remove, which act on one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .api import ApiError, rows_of, segment
from .context import DEFAULT_URL, JsonFlag, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import print_json, print_problem_rows, print_problems, print_table
from .writing import writing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyturn.connectors.manifest import ManifestModel
    from keyturn.connectors.openapi import Described, OpenApiFile
    from keyturn.connectors.reading import ReadManifest
    from keyturn.connectors.registry import ConnectorRegistry, Unusable
    from keyturn.flows.json import JSON, Values
    from keyturn.flows.problems import Problem
    from keyturn.flows.spec import CardSpec

    from .api import Api

app = typer.Typer(no_args_is_help=True, help="Connectors: the apps that Keyturn knows, and their actions.")

_MOST_OPERATIONS = 60
_MOST_CONNECTORS = 2_000
_KEPT = "Connectors that are kept in a server, too: say --url with its address."
ServerOption = Annotated[
    str | None, typer.Option("--url", help="Address of a server: its connectors, those kept in it included.")
]


@app.command("list")
def list_connectors(json: JsonFlag = False, url: ServerOption = None, token: TokenOption = None) -> None:
    """List the connectors of this installation, those of KEYTURN_CONNECTORS included; with --url those of a server.

    Example: keyturn connectors list
    """
    if url is not None:
        _list_those_of(api(url, token), json=json)
        return
    registry = _registry()
    rows = [_summary(model) for model in _models(registry)]
    if json:
        left_out = [_left_out(one) for one in registry.unusable()]
        print_json([*({**row, "problems": []} for row in rows), *left_out])
        return
    names = ("connector", "title", "actions", "events", "unverified")
    shown = ([str(row[name]) for name in names] for row in rows)
    print_table(["Connector", "Title", "Actions", "Events", "Unverified"], shown, "There are none.")
    for one in registry.unusable():
        _tell_left_out(one)
    typer.echo(f"These are the connectors of this machine. {_KEPT}")


def _list_those_of(server: Api, *, json: bool) -> None:
    """The connectors of a server, and those of its folder that it has left out."""
    pages = [*server.pages("/connectors", _MOST_CONNECTORS)]
    found, left_out = ([row for page in pages for row in rows_of(page, under)] for under in ("rows", "unusable"))
    if json:
        print_json([*({**row, "problems": []} for row in found), *left_out])
        return
    listed = ["name", "title", "actions", "events", "unverified"]
    shown = ([*(str(row.get(name)) for name in listed), "here" if row.get("own") else ""] for row in found)
    print_table(["Connector", "Title", "Actions", "Events", "Unverified", "Made"], shown, "There are none.")
    for row in left_out:
        _tell_left_out(_unusable(row))


def _unusable(row: Values) -> Unusable:
    """One that a server has left out."""
    from keyturn.connectors.registry import Unusable
    from keyturn.flows.problems import Problem

    problems = row.get("problems")
    told = [one for one in problems if isinstance(one, dict)] if isinstance(problems, list) else []
    made = [
        Problem(
            str(one.get("code")),
            str(one.get("what")),
            str(one.get("mend")),
            file=str(one.get("file") or row.get("file")),
            line=line if isinstance(line := one.get("line"), int) else None,
        )
        for one in told
    ]
    return Unusable(str(row.get("name")), str(row.get("file")), tuple(made), whole=bool(row.get("whole")))


def _tell_left_out(one: Unusable) -> None:
    told = str(one) if one.whole else f"The connector {one.name!r} is left out, for the mistakes in {one.file}:"
    typer.echo(f"\n{told}")
    print_problems(one.problems)


@app.command("show")
def show_connector(
    connector: Annotated[str, typer.Argument(help="Its name, for example okta.")],
    json: JsonFlag = False,
    url: ServerOption = None,
    token: TokenOption = None,
) -> None:
    """Show the actions and events of a connector, what each does, and which operation of the vendor's it stands for;
    with --url one of a server's.

    Example: keyturn connectors show okta
    """
    from keyturn.connectors.cards import undeclared

    if url is not None:
        _show_kept(api(url, token).get(f"/connectors/{segment(connector)}"), json=json)
        return
    registry = _registry()
    found = registry.connector(connector)
    if found is None:
        what, mend = registry.absence(connector)
        leave(Exit.USAGE, what, f"{mend} {_KEPT}")
    model = found.model
    if json:
        print_json(model.model_dump(mode="json", exclude_defaults=True))
        return
    typer.echo(f"{model.title}: {model.about}\n")
    rows = [
        [
            f"{connector}.{one.key}",
            one.title,
            one.effect.effect.value,
            one.operation.id if one.operation else "unverified",
        ]
        for one in model.actions
    ]
    rows += [[one.key, one.title, _effect_of(one), "unverified"] for one in undeclared(model)]
    rows += [[f"{connector}.{one.key}", one.title, "event", one.event_type] for one in model.events]
    print_table(["Card", "Title", "Effect", "Operation"], rows, "It has requests of your own only.")
    _show_guides(model)


def _show_kept(found: JSON, *, json: bool) -> None:
    """One of a server's, as it tells of it."""
    if json or not isinstance(found, dict):
        print_json(found)
        return
    typer.echo(f"{found.get('title')}: {found.get('about')}\n")
    rows: list[Sequence[str]] = []
    for part, effect in (("actions", ""), ("events", "event")):
        given = found.get(part)
        for one in given if isinstance(given, list) else []:
            if isinstance(one, dict):
                told = "" if effect else one.get("operation") or "unverified"
                rows.append([str(one.get("card")), str(one.get("title")), effect or str(one.get("effect")), str(told)])
    print_table(["Card", "Title", "Effect", "Operation"], rows, "It has requests of your own only.")


def _effect_of(card: CardSpec) -> str:
    return card.effect.effect.value if card.effect is not None else ""


def _show_guides(model: ManifestModel) -> None:
    """How to connect, by kind."""
    from keyturn.app.settings import Settings
    from keyturn.connections.sign_in import CALLBACK
    from keyturn.connectors.guides import filled

    for kind, guide in model.guides.items():
        typer.echo(f"\nTo connect with {kind.value}: {guide.about}")
        known = {"callback": Settings().address + CALLBACK, "scopes": ", ".join(guide.usual)}
        for number, step in enumerate(guide.steps, start=1):
            typer.echo(f"  {number}. {filled(step, known)}")
        named = {**guide.settings, **{name: filled(text, known) for name, text in guide.fields.items()}}
        for name, text in {**guide.asks, **named}.items():
            typer.echo(f"  {name}: {text}")


@app.command("check")
def check_connectors(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Manifests, or folders of them; all of this installation if left out.")
    ] = None,
    specs: Annotated[
        Path | None, typer.Option(help="Folder of the vendors' descriptions: methods and paths are compared with them.")
    ] = None,
    json: JsonFlag = False,
) -> None:
    """Check manifests: every problem with file and line. Counts the cards that name no operation of their vendor's;
    those that name one are compared with it by --specs only.

    Exit code 1 if something is wrong; a warning is worth a thought.

    Example: keyturn connectors check my-app.yaml
    """
    from keyturn.connectors.hints import hints_of
    from keyturn.connectors.vendor import descriptions_in, verify
    from keyturn.flows.problems import ProblemError

    checked = _checked(paths, json=json)
    models = [one.model for one in checked]
    problems: list[Problem] = []
    compared = False
    if specs is not None:
        if not specs.is_dir():
            leave(Exit.USAGE, f"There is no folder {specs}.")
        try:
            known = descriptions_in(specs, models)
        except ProblemError as error:
            print_problem_rows(error.problems) if json else print_problems(error.problems)
            raise typer.Exit(int(Exit.BAD)) from error
        compared = bool(known)
        problems = [one.at(problem) for one in checked for problem in verify(one.model, known)]
    hints = [one.at(hint) for one in checked for hint in hints_of(one.model)]
    if json:
        rows = [{**_summary(model), "compared": compared} for model in models]
        told: Values = {"problems": [_row(one) for one in problems], "hints": [_row(one) for one in hints]}
        print_json({"connectors": [*rows], **told})
    else:
        print_problems([*problems, *hints])
        _tell(models, len(problems), compared=specs is not None)
        if specs is not None and not compared:
            typer.echo(f"Nothing was compared: {specs} has no description that the actions name.")
    if problems:
        raise typer.Exit(int(Exit.BAD))


def _tell(models: Sequence[ManifestModel], problems: int, *, compared: bool) -> None:
    """How many cards there are, and of how many nobody knows whether they go with their vendor's description."""
    from keyturn.connectors.vendor import count_of, unverified_cards

    count, named = 0, 0
    for model in models:
        without, cards = unverified_cards(model), count_of(model)
        count, named = count + len(without), named + cards - len(without)
        told = f": {', '.join(without)}" if without else ""
        typer.echo(f"{model.connector}: {cards} actions, {len(without)} unverified{told}")
    typer.echo(f"{len(models)} connectors, {problems} problems, {count} unverified actions.")
    if named and not compared:
        typer.echo(f"{named} actions name an operation and were not compared with it: say --specs FOLDER.")


@app.command("new")
def new_connector(
    connector: Annotated[str, typer.Argument(help="Its name: small letters, digits and _.")],
    openapi: Annotated[Path, typer.Option(help="The app's OpenAPI 3 description, JSON or YAML.")],
    operation: Annotated[
        list[str] | None, typer.Option(help="An operation by its id, or all of a tag; again for more.")
    ] = None,
    title: Annotated[str, typer.Option(help="What people call the app; else what the description calls it.")] = "",
    out: Annotated[Path | None, typer.Option(help="File to write; printed if left out.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
) -> None:
    """Make a manifest from an OpenAPI description. Without --operation it lists the operations to choose from.

    What the description cannot tell is left to you: what each action does to the world, whether it may be repeated, how
    to look whether it happened. docs/connectors.md goes on from here.

    Example: keyturn connectors new acme --openapi acme.json --operation listUsers --operation suspendUser
    """
    from keyturn.connectors.openapi import made_of, read_openapi
    from keyturn.connectors.registry import built_in
    from keyturn.flows.problems import ProblemError

    if connector in built_in():
        leave(Exit.USAGE, f"There is a connector {connector!r} already, which comes along.", "Name it otherwise.")
    if not openapi.is_file():
        leave(Exit.USAGE, f"There is no file {openapi}.")
    if out is not None and out.is_dir():
        leave(Exit.USAGE, f"{out} is a folder.", f"Name a file in it, for example {out / connector}.yaml.")
    if out is not None and out.exists() and not force:
        leave(Exit.USAGE, f"{out} is there already.", "Choose another file, or say --force.")
    try:
        described = read_openapi(openapi)
        if not operation:
            _choose(described)
            print_problems(described.left_out())
            return
        chosen = described.chosen(operation)
        made = made_of(described, connector, title or described.title or connector, chosen)
        if made.model is None:
            raise ProblemError(made.problems)
    except ProblemError as error:
        print_problems(error.problems)
        raise typer.Exit(int(Exit.BAD)) from error
    for what in made.left_out:
        typer.echo(f"Left out of {what}", err=True)
    if out is None:
        typer.echo(made.text)
        return
    with writing(out):
        out.write_text(made.text, encoding="utf-8")
    typer.echo(f"{out} has {len(made.model.actions)} actions. Go on in it, then: keyturn connectors check {out}")


@app.command("put")
def put_connector(
    file: Annotated[Path, typer.Argument(help="A manifest in one file.", exists=True, dir_okay=False)],
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Keep a connector in the server, or change the one that is there; all servers and workers have it at once.

    Example: keyturn connectors put acme.yaml
    """
    from keyturn.connectors.reading import file_at, read_files
    from keyturn.flows.problems import ProblemError

    try:
        read = file_at(file)
        name = read_files([read]).model.connector
    except ProblemError as error:
        print_problems(error.problems)
        raise typer.Exit(int(Exit.BAD)) from error
    client = api(url, token)
    follows = _digest_there(client, name)
    answer = client.put(f"/connectors/{segment(name)}", {"source": read.text, "follows": follows})
    print_json(answer) if json else typer.echo(f"The connector {name} is there.")


@app.command("source")
def connector_source(
    connector: Annotated[str, typer.Argument(help="Its name.")], url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Print the manifest of a connector that is kept in the server, as it was written.

    Example: keyturn connectors source acme
    """
    found = api(url, token).get(f"/connectors/{segment(connector)}")
    source = found.get("source") if isinstance(found, dict) else None
    if not isinstance(source, str):
        leave(Exit.USAGE, f"{connector} came along, or lies in a folder.", "keyturn connectors show tells of it.")
    typer.echo(source, nl=False)


@app.command("remove")
def remove_connector(
    connector: Annotated[str, typer.Argument(help="Its name.")], url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Take away a connector that is kept in the server and that no flow and no connection needs.

    Example: keyturn connectors remove acme
    """
    api(url, token).delete(f"/connectors/{segment(connector)}")
    typer.echo(f"The connector {connector} is gone.")


def _digest_there(client: Api, name: str) -> str:
    """The digest of a connector that is kept already; empty if there is none."""
    try:
        found = client.get(f"/connectors/{segment(name)}")
    except ApiError as error:
        if error.status == 404:
            return ""
        raise
    return str(found.get("digest", "")) if isinstance(found, dict) else ""


def _choose(described: OpenApiFile) -> None:
    """List what there is to choose from: of a huge description its tags."""
    operations = list(described.operations.values())
    if len(operations) <= _MOST_OPERATIONS:
        print_table(["Operation", "Request", "What it does"], map(_operation_row, operations), "There are none.")
        return
    tags: dict[str, int] = {}
    for one in operations:
        for tag in one.tags or ["(no tag)"]:
            tags[tag] = tags.get(tag, 0) + 1
    rows = ([tag, str(count)] for tag, count in sorted(tags.items()))
    print_table(["Tag", "Operations"], rows, "There are none.")
    typer.echo(f"{len(operations)} operations in all. Choose by --operation with an id or a tag.")


def _operation_row(one: Described) -> Sequence[str]:
    return [one.id, f"{one.method} {one.path}", one.title]


def own_registry() -> ConnectorRegistry:
    """The connectors of this installation; says which of its own are left out for their mistakes."""
    registry = _registry()
    for one in registry.unusable():
        typer.echo(f"{one} keyturn connectors check tells all of it.", err=True)
    return registry


def _registry() -> ConnectorRegistry:
    from keyturn.connectors.folder import is_named, own_folder
    from keyturn.connectors.registry import ConnectorRegistry

    return ConnectorRegistry(folder=own_folder(os.environ), named=is_named(os.environ))


def _models(registry: ConnectorRegistry) -> list[ManifestModel]:
    return [found.model for name in registry.names() if (found := registry.connector(name)) is not None]


def _checked(paths: list[Path] | None, *, json: bool) -> list[ReadManifest]:
    """What was read; ends the command with all problems."""
    from keyturn.connectors.folder import is_named, own_folder
    from keyturn.connectors.reading import MAIN
    from keyturn.connectors.registry import built_in, names_along, read_built, read_connector, read_folder
    from keyturn.flows.problems import ProblemError

    along = {} if paths else built_in()
    found = [read_built(name, content) for name, content in along.items()]
    problems: list[Problem] = []
    for path in {one.resolve(): one for one in paths}.values() if paths else [own_folder(os.environ)]:
        try:
            if not paths or (path.is_dir() and not (path / MAIN).is_file()):
                here = read_folder(path, along or names_along(path), named=not paths and is_named(os.environ))
                if paths and not here:
                    mend = f"A connector is a file that ends in .yaml, or a folder with {MAIN}."
                    leave(Exit.USAGE, f"There is no connector in {path}.", mend)
                found += here.values()
            elif path.exists():
                found.append(read_connector(path, names_along(path)))
            else:
                leave(Exit.USAGE, f"There is no file or folder {path}.")
        except ProblemError as error:
            problems += error.problems
    if problems:
        print_problem_rows(problems) if json else print_problems(problems)
        raise typer.Exit(int(Exit.BAD))
    return found


def _summary(model: ManifestModel) -> Values:
    from keyturn.connectors.vendor import count_of, unverified_cards

    return {
        "connector": model.connector,
        "title": model.title,
        "actions": count_of(model),
        "events": len(model.events),
        "unverified": len(unverified_cards(model)),
    }


def _left_out(one: Unusable) -> Values:
    """One that has mistakes, as the others are shown."""
    counts: Values = {"actions": 0, "events": 0, "unverified": 0}
    return {"connector": one.name, "title": "", **counts, "problems": [_row(problem) for problem in one.problems]}


def _row(problem: Problem) -> Values:
    where: Values = {"card": problem.card, "file": problem.file, "line": problem.line}
    return {**where, "what": problem.what, "mend": problem.mend}
