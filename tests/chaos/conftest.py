"""The chaos is a program of its own, in bench/chaos."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "bench" / "chaos"))
