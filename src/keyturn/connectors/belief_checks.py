"""What a manifest takes for "it is so already" without a look: an app may say the same of what cannot be done.

Manifests that were kept earlier are not held to it: the rule came later than they.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keyturn.flows.problems import Problem

from .findings import Path, Told, problems_of
from .manifest import ActionModel, ManifestModel, OutputModel
from .manifest_checks import put_in
from .readable import readable
from .state_models import EnsureModel


def check_belief(manifest: ManifestModel) -> list[Problem]:
    """All problems, each with its path."""
    return problems_of(
        told
        for number, action in enumerate(manifest.actions)
        for told in _of_action(action, manifest, ("actions", number, "ensure"))
    )


def _of_action(action: ActionModel, manifest: ManifestModel, path: Path) -> Told:
    if action.ensure is None:
        return
    yield from _believed(action.ensure, path, has_state=action.state is not None)
    if action.state is None and any(not one.look for one in action.ensure.already):
        for name in _read_from_body(put_in(action.outputs, manifest.shared_outputs)):
            what = f"where it is so already, nothing gives the output {name!r}, which is required."
            yield (*path, "already"), what, "Say under state: how to look for it, or take required away."


def _believed(ensure: EnsureModel, path: Path, *, has_state: bool) -> Told:
    for number, one in enumerate(ensure.already):
        here = (*path, "already", number)
        if one.sure and (one.look or not has_state):
            what = "it is looked at." if one.look else "there is no state, and nobody could look."
            yield here, what, "Take sure away."
        elif has_state and not one.look and not one.sure.strip():
            mend = "Say look: true; or say under sure: why the app says this of nothing else."
            yield here, "it is believed, and there is a state to look at.", mend
    for number, one in enumerate(ensure.absent):
        if one.sure:
            yield (*path, "absent", number), "sure is of what is so already.", "Take it away."


def _read_from_body(outputs: Iterable[OutputModel]) -> Iterator[str]:
    """Names of the outputs that are required and stand in an answer's body."""
    for one in outputs:
        if one.required and any(found.root == "body" for found in readable(one.value).references):
            yield one.name
