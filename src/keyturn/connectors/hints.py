"""What is not wrong with a manifest, and worth a thought: what an action may take for done that is not."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.problems import Problem, Severity
from keyturn.flows.values import Name, Reference

from .findings import Path
from .manifest import ActionModel, ManifestModel
from .readable import readable


def hints_of(manifest: ManifestModel) -> list[Problem]:
    """All of them, each with its path."""
    return [
        Problem("hint", f"{action.key}: {what}", mend, severity=Severity.WARNING, path=path)
        for number, action in enumerate(manifest.actions)
        for path, what, mend in _of_action(action, ("actions", number))
    ]


def _of_action(action: ActionModel, path: Path) -> Iterator[tuple[Path, str, str]]:
    state, ensure = action.state, action.ensure
    within = state is not None and state.missing == "so" and len(_inputs_of(state.request.path)) > 1
    if within and (ensure is None or ensure.holder is None):
        what = "a 404 may say as well that what it is taken out of is not there, and the ensure form takes it for done."
        mend = "Say under holder in ensure: how to look for that; of a person under who, too."
        yield (*path, "state", "missing"), what, mend


def _inputs_of(path: str) -> set[str]:
    found: set[str] = set()
    for reference in readable(path).references:
        match reference:
            case Reference(root="inputs", path=(Name(name=name), *_)):
                found.add(name)
            case _:
                pass
    return found
