"""People are offboarded whatever script their names are written in."""

from __future__ import annotations

import pytest
from support_app import World

from keyturn.engine.history import RunFilter
from keyturn.engine.ports import RunStatus
from keyturn.flows.paging import PageRequest

_LOGINS = [
    "ольга.петрова@northwind.example",
    "γιώργος.παππάς@northwind.example",
    "陈.美@northwind.example",
    "keiko.tanabe@northwind.example",
    "mary+ops.o'neil@northwind.example",
    "łukasz.żółć@northwind.example",
]


@pytest.mark.parametrize("login", _LOGINS)
async def test_a_login_of_other_letters_is_offboarded_in_both_apps(world: World, login: str) -> None:
    for flow in ("office-365-offboarding", "google-workspace-offboarding"):
        run = await world.settled(await world.start(flow, Username=login))
        assert (run.status, run.about) == (RunStatus.SUCCEEDED, login), run.error
    person = await world.ask(lambda: world.tenants.state(login))
    assert isinstance(person, dict)
    assert person["graph"]["accountEnabled"] is False
    assert (person["graph"]["sessions"], person["google"]["sessions"]) == (0, 0)
    assert person["google"]["suspended"] is True
    found = await world.services.history.list(RunFilter(about=login), PageRequest(10))
    assert len(found.rows) == 2
