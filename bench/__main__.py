"""``python -m bench``: measures, audits, and writes results.json. ``make bench`` calls it."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

import orjson
import uvloop

from .audit import AuditFailed
from .load import LoadFailed
from .place import open_place
from .processes import ProgramFailed
from .rounds import QUICK, WHOLE, WORKLOADS, Bench

_RESULTS = Path(__file__).resolve().parent / "results.json"


def _arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="tiny rounds: shows that the bench works, not how fast")
    parser.add_argument("--rounds", type=int, help="rounds of each workload; at least 5 for figures that count")
    parser.add_argument("--only", choices=WORKLOADS, action="append", help="one workload; may be given several times")
    parser.add_argument("--without-dbos", action="store_true", help="leave out what needs the packages of the bench")
    parser.add_argument("--database-url", help="a Postgres to use instead of the one that comes along")
    parser.add_argument("--out", type=Path, default=_RESULTS, help="where the results go")
    return parser.parse_args(given)


def main(given: list[str] | None = None) -> int:
    """Run the bench; the exit code is 1 if an audit or a program failed."""
    chosen = _arguments(given)
    sizes = QUICK if chosen.quick else WHOLE
    try:
        with open_place(chosen.database_url) as place:
            bench = Bench(place, sizes, chosen.rounds or sizes.rounds, with_dbos=not chosen.without_dbos)
            results = uvloop.run(bench.measure(chosen.only or WORKLOADS))
    except (AuditFailed, LoadFailed, ProgramFailed) as error:
        print(f"The bench failed: {error}", file=sys.stderr)
        return 1
    chosen.out.write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    for name, value in results["figures"].items():
        print(f"{name:24} {value}")
    print(f"Written to {chosen.out}.")
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # programs and Postgres are stopped on the way out
    sys.exit(main())
