"""What is not wrong with a manifest, and worth a thought: what an action may take for done that is not."""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.flows.problems import Problem, Severity

from .findings import Path
from .manifest import ActionModel, ManifestModel
from .readable import inputs_of


def hints_of(manifest: ManifestModel) -> list[Problem]:
    """All of them, each with its path."""
    return [
        Problem("hint", f"{action.key}: {what}", mend, severity=Severity.WARNING, path=path)
        for number, action in enumerate(manifest.actions)
        for path, what, mend in _of_action(action, ("actions", number))
    ]


def _of_action(action: ActionModel, path: Path) -> Iterator[tuple[Path, str, str]]:
    state, ensure = action.state, action.ensure
    within = state is not None and state.missing == "so" and len(inputs_of(state.request.path)) > 1
    if within and (ensure is None or ensure.holder is None):
        what = "a 404 may say as well that what it is taken out of is not there, and the ensure form takes it for done."
        mend = "Say under holder in ensure: how to look for that; of a person under who, too."
        yield (*path, "state", "missing"), what, mend
    yield from _of_earlier(action, path)


def _of_earlier(action: ActionModel, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Refusals of an action with several requests that do not say of which."""
    ensure, earlier = action.ensure, action.steps[:-1]
    for part, refusals in (("already", ensure.already), ("absent", ensure.absent)) if ensure is not None else ():
        others = [
            step
            for step in earlier
            if not step.when and not (part == "absent" and inputs_of(step.path) == {action.effect.person})
        ]
        for number, one in enumerate(refusals):
            if found := [f"{step.method} {step.path}" for step in others if one.status not in step.fine and not one.of]:
                what = f"it counts for the last request, and is an error of {' and of '.join(found)}."
                yield (*path, "ensure", part, number), what, "Say of: with the names of the requests that it is about."
