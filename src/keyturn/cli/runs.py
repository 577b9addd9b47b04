"""keyturn runs: list, show, start, cancel, look, decide, resume, rerun."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import orjson
import typer
from rich.console import Console
from rich.markup import escape

from .api import Api, segment
from .context import DEFAULT_URL, JsonFlag, MostOption, TokenOption, UrlOption, api
from .exits import Exit, leave
from .output import cell, print_json, print_listing, print_table, status_words, styled_status

if TYPE_CHECKING:
    from keyturn.flows.json import JSON, Values

app = typer.Typer(no_args_is_help=True, help="Runs: the history, and what you may do with a run.")
STATUSES = (
    "queued",
    "running",
    "waiting",
    "succeeded",
    "stopped",
    "failed",
    "cancelled",
    "needs attention",
)
_LOOKED = {
    "happened": "The app says that it happened.",
    "did not happen": "The app says that it did not happen.",
}
RunArgument = Annotated[str, typer.Argument(help="Id of the run.")]


@app.command("list")
def list_runs(
    flow: Annotated[str | None, typer.Option(help="Id of a flow.")] = None,
    status: Annotated[str | None, typer.Option(help="queued, running, waiting, succeeded, failed, ...")] = None,
    about: Annotated[str | None, typer.Option(help="The person concerned.")] = None,
    roots: Annotated[bool, typer.Option("--roots", help="Leave out helper runs.")] = False,
    most: MostOption = 20,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """List runs, newest first.

    Example: keyturn runs list --status failed
    """
    if status is not None and status not in STATUSES:
        leave(Exit.USAGE, f"There is no status {status!r}.", f"Use one of: {', '.join(STATUSES)}.")
    names = ("flow_id", "status", "about", "cards", "ms", "started_at")
    print_listing(
        api(url, token).rows("/runs", most, flow=flow, status=status, about=about, roots_only=roots),
        ["Run", "Flow", "Status", "About", "Cards", "ms", "Started (UTC)"],
        lambda row: [
            cell(row, "id"),
            *(cell({**row, "status": status_words(row), "about": _person(row)}, name) for name in names),
        ],
        "No runs yet.",
        json=json,
    )


def _person(row: Mapping[str, JSON]) -> JSON:
    """Whom a run is about; of one that was found by a helper run, whom that is about."""
    part = row.get("part")
    if row.get("about") or not isinstance(part, dict) or not part.get("about"):
        return row.get("about")
    return f"{part['about']} (helper run {part['id']})"


@app.command("show")
def show_run(
    run: RunArgument,
    most: Annotated[int, typer.Option("--most", min=1, help="Runs of its tree at most, the root first.")] = 100,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Show a run, its helper runs, and what each card did.

    Exit code 1 if it failed, was cancelled, or needs attention: then it says what a person must answer.

    Example: keyturn runs show 01a20ddd-f215-74ec-b0d1-ce11bebe3794
    """
    client = api(url, token)
    found = list(client.rows(f"/runs/{segment(run)}/tree", most + 1, under="runs"))
    runs, more = found[:most], len(found) > most
    traces = {str(one["id"]): list(client.rows(f"/runs/{one['id']}/trace", 1000)) for one in runs}
    asks = any(one.get("status") == "needs attention" for one in runs)
    questions = list(client.rows(f"/runs/{segment(run)}/questions", 1000)) if asks else []
    waits = any(one.get("status") == "waiting" for one in runs)
    pauses = list(client.rows(f"/runs/{segment(run)}/pauses", 1000)) if waits else []
    if json:
        trace: Values = {name: [*rows] for name, rows in traces.items()}
        print_json({"runs": [*runs], "more": more, "trace": trace, "questions": [*questions], "pauses": [*pauses]})
    else:
        for one in runs:
            print_run(one, traces[str(one["id"])])
        if more:
            typer.echo(f"There are more helper runs: keyturn runs show {run} --most {most * 10}")
        print_questions(questions, run)
        print_pauses(pauses)
    asked = next((one for one in runs if one.get("id") == run), runs[0] if runs else {})
    if asked.get("status") in ("failed", "cancelled", "needs attention"):
        raise typer.Exit(int(Exit.BAD))


def print_questions(questions: list[Values], run: str) -> None:
    """What waits for an answer, and how to give it."""
    for one in questions:
        attempt = f" --attempt {one['attempt']}" if one.get("attempt") != 1 else ""
        typer.echo(f"It is not known whether {one.get('path')} ({one.get('card')}) happened. Look, then decide:")
        typer.echo(f"  keyturn runs look {one.get('run_id')} {one.get('path')}{attempt}")
        typer.echo(f"  keyturn runs decide {one.get('run_id')} {one.get('path')} happened|again|stop{attempt}")
    if questions:
        typer.echo(f"All that is asked: keyturn runs questions {run}")


def print_pauses(pauses: list[Values]) -> None:
    """Where it pauses, until when, and how to resume it."""
    for one in pauses:
        typer.echo(f"It pauses at {one.get('path')} until it is resumed, or {one.get('until')}:")
        typer.echo(f"  keyturn runs resume {one.get('run_id')} {one.get('path')}")


def print_run(run: Values, trace: list[Values], console: Console | None = None) -> None:
    """One run, its cards below it, and an error in three lines."""
    out = console or Console(highlight=False)
    indent = "  " * int(str(run.get("depth") or 0))
    took = f", {run['ms']} ms" if run.get("ms") is not None else ""
    about = f" for {run['about']}" if run.get("about") else ""
    head = f"{indent}[bold]{escape(str(run.get('flow_id')))}[/]{escape(about)}"
    out.print(f"{head}: {styled_status(status_words(run))}, {run.get('cards')} cards{took}", soft_wrap=True)
    ended_by = _ended_by(run, trace)
    for entry in trace:
        mark = {"done": "[green]+[/]", "failed": "[red]x[/]"}.get(str(entry.get("status")), "[yellow]~[/]")
        tries = f", attempt {entry['attempt']}" if entry.get("attempt") != 1 else ""
        out.print(
            f"{indent}  {mark} {escape(str(entry.get('path')))}  [dim]{entry.get('card')}{tries}[/]", soft_wrap=True
        )
        failed = entry.get("error") if entry.get("status") == "failed" and entry is not ended_by else None
        if isinstance(failed, dict):
            out.print(f"{indent}    went on, although: {escape(str(failed.get('message')))}", soft_wrap=True)
        warnings = entry.get("warnings")
        for warning in warnings if isinstance(warnings, list) else ():
            out.print(f"{indent}    [yellow]{escape(str(warning))}[/]", soft_wrap=True)
    error = run.get("error")
    if isinstance(error, dict):
        out.print(f"{indent}  What happened: {escape(str(error.get('message')))}", soft_wrap=True)
        if error.get("why"):
            out.print(f"{indent}  Why, likely:   {escape(str(error['why']))}", soft_wrap=True)
        if error.get("mend"):
            out.print(f"{indent}  What to do:    {escape(str(error['mend']))}", soft_wrap=True)


def _ended_by(run: Values, trace: list[Values]) -> Values | None:
    """The entry with whose error the run ended; what it says may be more than the entry's: how far a stream came."""
    end = run.get("error")
    if not isinstance(end, dict):
        return None
    for entry in reversed(trace):
        error = entry.get("error")
        if entry.get("status") == "failed" and isinstance(error, dict) and error.get("card") == end.get("card"):
            return entry
    return None


@app.command("start")
def start_run(
    flow: Annotated[str, typer.Argument(help="Id of the flow.")],
    input: Annotated[str, typer.Option("--input", help="Its inputs, as a JSON object.")] = "{}",
    key: Annotated[str | None, typer.Option("--key", help="The same key again starts nothing new.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Start a run of a published flow by hand; prints its id.

    Example: keyturn runs start office-365-offboarding --input '{"Username": "ada@example.com"}'
    """
    body: JSON = {"inputs": json_object(input)}
    started = api(url, token).post(f"/flows/{segment(flow)}/runs", body, {"Idempotency-Key": key} if key else {})
    print_json(started) if json else typer.echo(str(started.get("id")) if isinstance(started, dict) else "")


@app.command("cancel")
def cancel_run(
    run: RunArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Ask a run and its helpers to end. What was sent already stays.

    Example: keyturn runs cancel RUN
    """
    answer = api(url, token).post(f"/runs/{segment(run)}/cancel")
    _tell(answer, json)


@app.command("questions")
def list_questions(
    run: RunArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Show the effects of a run whose outcome is unknown. Answer with: keyturn runs decide.

    Example: keyturn runs questions RUN
    """
    columns = {"run_id": "Run", "path": "Path", "attempt": "Attempt", "card": "Card"}
    _list_of(run, "questions", columns, "Nothing waits for an answer.", json, api(url, token))


@app.command("look")
def look(
    run: RunArgument,
    path: Annotated[str, typer.Argument(help="Path of the card, from: keyturn runs questions.")],
    attempt: Annotated[int, typer.Option(help="The attempt that is asked about.")] = 1,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Ask the app whether an effect happened of which nobody knows. Nothing is changed; then decide.

    Exit code 1 if what the app says tells nothing.

    Example: keyturn runs look RUN suspend
    """
    body: JSON = {"path": path, "attempt": attempt}
    answer = api(url, token).post(f"/runs/{segment(run)}/look", body)
    looked = answer if isinstance(answer, dict) else {}
    if json:
        print_json(looked)
    else:
        typer.echo(_LOOKED.get(str(looked.get("says")), "What the app says tells nothing."))
        error = looked.get("error")
        if isinstance(error, dict):
            typer.echo(f"{error.get('message')} {error.get('mend') or ''}".rstrip())
        if looked.get("outputs"):
            print_json(looked["outputs"])
    if looked.get("says") == "nothing":
        raise typer.Exit(int(Exit.BAD))


@app.command("decide")
def decide(
    run: RunArgument,
    path: Annotated[str, typer.Argument(help="Path of the card, from: keyturn runs questions.")],
    answer: Annotated[str, typer.Argument(help="happened, again or stop.")],
    attempt: Annotated[int, typer.Option(help="The attempt that is asked about.")] = 1,
    outputs: Annotated[str, typer.Option(help="For happened: what the card gave, as a JSON object.")] = "{}",
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Say what happened to an effect whose outcome is unknown; the run then goes on.

    Example: keyturn runs decide RUN disable happened
    """
    if answer not in ("happened", "again", "stop"):
        leave(Exit.USAGE, f"{answer!r} is no answer.", "Answer happened, again or stop.")
    body: JSON = {"path": path, "attempt": attempt, "answer": answer, "outputs": json_object(outputs)}
    result = api(url, token).post(f"/runs/{segment(run)}/decisions", body)
    _tell(result, json)


@app.command("pauses")
def list_pauses(
    run: RunArgument, json: JsonFlag = False, url: UrlOption = DEFAULT_URL, token: TokenOption = None
) -> None:
    """Show where a run and its helpers pause until somebody resumes them.

    Example: keyturn runs pauses RUN
    """
    columns = {"run_id": "Run", "path": "Path", "since": "Since (UTC)", "until": "Until (UTC)"}
    _list_of(run, "pauses", columns, "It pauses nowhere.", json, api(url, token))


@app.command("resume")
def resume_run(
    run: RunArgument,
    path: Annotated[str | None, typer.Argument(help="The card, where it pauses in several places.")] = None,
    body: Annotated[str, typer.Option(help="What the Pause card gives as its body, as JSON.")] = "null",
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Have a run go on that pauses, as if its resume address were called.

    Example: keyturn runs resume RUN --body '{"approved": true}'
    """
    sent: JSON = {"path": path, "body": json_value(body)}
    answer = api(url, token).post(f"/runs/{segment(run)}/resume", sent)
    if json:
        print_json(answer)
    elif isinstance(answer, dict):
        typer.echo("It was resumed before." if answer.get("before") else "It goes on.")


@app.command("rerun")
def rerun(
    run: RunArgument,
    path: Annotated[str, typer.Argument(help="Path of the card to begin with.")],
    version: Annotated[int | None, typer.Option(help="Another version of the flow.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it only the preview is shown.")] = False,
    key: Annotated[str | None, typer.Option("--key", help="The same key again begins nothing new.")] = None,
    json: JsonFlag = False,
    url: UrlOption = DEFAULT_URL,
    token: TokenOption = None,
) -> None:
    """Run again from a card. What came before is kept; the preview says what will be sent.

    With another version: what comes before the card and is given something else there cannot be kept, and the rerun is
    refused. "kept if unchanged" refers to something that differs; if it is given something else the run stops and asks.

    Example: keyturn runs rerun RUN google --yes
    """
    client = api(url, token)
    result = _rerun(client, run, {"path": path, "version": version, "confirm": yes}, key)
    if json:
        print_json(result)
        return
    found = result.get("preview")
    lines = [line for line in found if isinstance(line, dict)] if isinstance(found, list) else []
    shown = ([cell(line, n) for n in ("flow_id", "card_id", "card", "fate")] for line in lines)
    print_table(["Flow", "Card", "Kind", "What becomes of it"], shown, "There are no cards.")
    typer.echo(f"Queued as {result['id']}" if result.get("id") else "This is a preview. Add --yes to do it.")


def _rerun(client: Api, run: str, body: Values, key: str | None) -> Values:
    answer = client.post(f"/runs/{segment(run)}/rerun", body, {"Idempotency-Key": key} if key else {})
    return answer if isinstance(answer, dict) else {}


def _tell(answer: JSON, json: bool) -> None:
    if json:
        print_json(answer)
    elif isinstance(answer, dict):
        Console(highlight=False).print(f"{answer.get('flow_id')} is {styled_status(answer.get('status'))}")


def json_value(text: str) -> JSON:
    """Read JSON given on the command line; ends the command if it is none."""
    try:
        parsed: JSON = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        leave(Exit.USAGE, f"This is not JSON: {error}.", 'Give an object, for example {"Username": "ada@example.com"}.')
    return parsed


def json_object(text: str) -> Values:
    """Read a JSON object given on the command line; ends the command if it is none."""
    parsed = json_value(text)
    if not isinstance(parsed, dict):
        leave(Exit.USAGE, "This is JSON, but no object.", 'Give for example {"Username": "ada@example.com"}.')
    return parsed


def _list_of(run: str, kind: str, columns: Mapping[str, str], none: str, as_json: bool, to: Api) -> None:
    """Print what a run has of a kind: fields by name, each with its title."""
    rows = list(to.rows(f"/runs/{segment(run)}/{kind}", 1000))
    if as_json:
        print_json([*rows])
        return
    print_table([*columns.values()], ([cell(row, name) for name in columns] for row in rows), none)
