"""Medians and ratios: several rounds in turn, each pair of neighbours compared with each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median


def summary(values: Sequence[float]) -> dict[str, float]:
    """Median, lowest and highest."""
    return {"median": _short(median(values)), "min": _short(min(values)), "max": _short(max(values))}


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> dict[str, float]:
    """Ours by theirs, round by round: a machine whose speed drifts moves both."""
    return summary([a / b for a, b in zip(ours, theirs, strict=True)])


def middle(rounds: Sequence[Mapping[str, object]]) -> dict[str, dict[str, float]]:
    """The summary of each figure of several rounds."""
    names = [name for name, value in rounds[0].items() if isinstance(value, int | float)]
    return {name: summary([float(str(one[name])) for one in rounds]) for name in names}


def _short(value: float) -> float:
    return float(f"{value:.4g}")
