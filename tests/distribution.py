"""How tests are spread over the processes of a run (``pytest -n``): whole files, those that take long first.

The tests of a file stay in one process, so that what they share is made once. Files that share something dear, such as
a running demo, stay together too; a long file whose tests share little is cut into parts. What takes longest is begun
first: whatever came last would have the other processes wait for it.

A pytest plugin that ``conftest.py`` takes over.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from xdist.remote import Producer


@dataclass(frozen=True)
class Long:
    """Files that take long.

    Attributes:
        places: files or folders; the first one named that a file belongs to counts.
        parts: into how many parts their tests are cut, each for one process.
    """

    places: tuple[str, ...]
    parts: int = 1


# Longest first. Only how long a run takes depends on this list, not what it finds.
LONGEST_FIRST = (
    Long(("tests/web/test_web_designer.py", "tests/web/test_web_story.py", "tests/web/test_web_history.py")),
    Long(("tests/web",)),
    Long(("tests/crash",), parts=2),
    Long(("tests/demo/test_demo_survives.py",), parts=2),
    Long(("tests/demo",)),
    Long(("tests/chaos",)),
    Long(("tests/connectors/test_connectors_over_the_network.py",)),
    Long(("tests/connectors/test_connectors_every_action.py",)),
    Long(("tests/bench",)),
    Long(("tests/embedded/test_embedded_test_runs.py",)),
    Long(("tests/embedded",)),
    Long(("tests/server/test_server_schema.py",)),
    Long(("tests/engine/test_engine_model.py",)),
    Long(("tests/app/test_app_outage.py",)),
    Long(("tests/cards",)),
    Long(("tests/sandbox/sdk",)),
    Long(("tests/flows/test_flows_yaml.py",)),
)


@cache
def unit_of(test: str) -> tuple[int, int, str]:
    """What is carried out by one process together with this test; units are begun in their order.

    Args:
        test: the test's node id, with slashes.
    """
    file = test.partition("::")[0]
    for rank, long in enumerate(LONGEST_FIRST):
        if any(file == place or file.startswith(f"{place}/") for place in long.places):
            return rank, crc32(test.encode()) % long.parts, ""
    return len(LONGEST_FIRST), 0, file


class Units(LoadScopeScheduling):
    """Hands a process a whole unit whenever it has nearly done its last one."""

    def _split_scope(self, nodeid: str) -> str:
        return repr(unit_of(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Units | None:
    """Units, unless another way was asked for."""
    if config.getvalue("dist") != "load":
        return None
    config.option.loadscopereorder = False  # the units come in the order of the tests
    return Units(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests into the order of their units, where several processes share them."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: unit_of(item.nodeid))
