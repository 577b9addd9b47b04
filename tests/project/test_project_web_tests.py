"""Tests in the browser do what a person can do: they press, type and look, by role, label and text.

What no page can do is in ``tests/web/support_web.py``, each with its reason: a sign-in link as a terminal gives one,
who was not met yet, and the tenants' own word as a witness.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from project_files import ROOT, Finding, Source, hold, sources

# The one module that knows of anything but pages, and what it takes of it.
_DOOR = "tests/web/support_web.py"
_THROUGH_THE_DOOR = {
    "keyturn.cli.api": {"Api"},
    "keyturn.flows.json": {"JSON"},
    "keyturn.sandbox.client": {"SandboxClient", "read_urls"},
}
_TYPES = {"keyturn.flows.json": {"JSON"}}
# Of the sandbox and the API that module reads, but for the link that an administrator makes in a terminal.
_WRITES = frozenset(
    {"suspend", "unsuspend", "set_fault", "set_faults", "clear_faults", "limit", "prepare", "reset"}
    | {"consent", "revoke_consents", "expire_tokens", "patch", "delete", "request"}
)
_LINK = "/sign-in-links"
# What only who has written the page knows of an element; and commands and libraries that speak to the server.
_UNSEEN = re.compile(r"testid|\[(?:data-|aria-|id\b|class\b|role\b)|^[\w*\s>+~-]*[.#][A-Za-z_][\w-]*")
_LOCATES = frozenset({"locator", "query_selector", "query_selector_all", "wait_for_selector", "frame_locator"})
_OUTSIDE = frozenset({"httpx", "requests", "urllib", "http", "socket", "aiohttp", "psycopg"})


def _modules(node: ast.AST) -> Iterator[tuple[str, set[str]]]:
    """Modules that a statement imports, with the names that it takes of them."""
    if isinstance(node, ast.Import):
        for name in node.names:
            yield name.name, set()
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module, {name.name for name in node.names}


def roundabout(source: Source) -> Iterator[Finding]:
    """Ways round the pages."""
    door = source.path == _DOOR
    for node in ast.walk(source.tree()):
        for module, names in _modules(node):
            allowed = (_THROUGH_THE_DOOR if door else _TYPES).get(module, set[str]())
            ours = module.partition(".")[0] == "keyturn" and (not names or names - allowed)
            outside = module.partition(".")[0] in _OUTSIDE and module != "urllib.parse"
            if ours or outside:
                yield source.finding(getattr(node, "lineno", 0), f"import of {module}")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield from _called(source, node, node.func.attr)


def _called(source: Source, call: ast.Call, name: str) -> Iterator[Finding]:
    first = call.args[0] if call.args else None
    said = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
    if (name == "post" and said != _LINK) or name in _WRITES:
        yield source.finding(call.lineno, f".{name}() writes by no page")
    if name == "keyturn" and said != "sign-in":
        yield source.finding(call.lineno, f"the command keyturn {said}")
    if name in {"get_by_test_id", "request", "fetch"}:
        yield source.finding(call.lineno, f".{name}()")
    if name in _LOCATES and (said is None or _UNSEEN.search(said)):
        yield source.finding(call.lineno, f".{name}({said!r})")


def test_tests_in_the_browser_go_by_what_people_see() -> None:
    hold(
        (found for source in sources("tests/web", ending=".py") for found in roundabout(source)),
        mend="let the test do it as a person would: a flow comes in by Import on the page of flows, a run starts in "
        "the Test panel, faults and suspensions are on the sandbox's page; elements are found by role, label and text.",
    )


@pytest.mark.parametrize(
    "code",
    [
        "from keyturn.sandbox.client import SandboxClient",
        "import httpx",
        "from urllib.request import urlopen",
        "company.set_fault('graph', '500')",
        "company.suspend(login)",
        "demo.api.post('/flows', {})",
        "demo.api.delete('/flows/a')",
        "demo.keyturn('flows', 'push', '.')",
        "page.get_by_test_id('save')",
        "page.locator('[data-card]')",
        "page.locator('html[data-dragging]')",
        "grid.locator(f'[aria-rowindex=\"{row}\"]')",
        "page.locator('.mantine-Button-root')",
        "page.locator('div.card')",
        "page.locator('#content')",
        "context.request.post('/api/v1/flows')",
    ],
)
def test_a_way_round_the_pages_is_found(code: str) -> None:
    assert list(roundabout(Source("tests/web/test_web_a.py", code)))


@pytest.mark.parametrize(
    "code",
    [
        "page.locator(':focus')",
        "page.locator('html')",
        "page.get_by_role('button', name='Save').click()",
        "from urllib.parse import urlsplit",
        "expect(field).to_have_attribute('aria-invalid', 'true')",
        "demo.keyturn('sign-in')",
    ],
)
def test_what_people_see_passes(code: str) -> None:
    assert not list(roundabout(Source("tests/web/test_web_a.py", code)))


def _screens() -> dict[str, str]:
    """Pictures and their routes, as ``support_screens.SCREENS`` has them."""
    tree = ast.parse((ROOT / "tests/web/support_screens.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SCREENS":
            screens: dict[str, str] = ast.literal_eval(node.value)
            return screens
    raise AssertionError("tests/web/support_screens.py has no SCREENS")


def _words_of_tests() -> set[str]:
    """All texts in the tests of the browser."""
    return {
        node.value
        for source in sources("tests/web", ending=".py")
        if source.path.rsplit("/", 1)[-1].startswith("test_")
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_each_picture_is_of_a_screen_that_a_test_looks_at() -> None:
    screens = _screens()
    there = {path.name for path in (ROOT / "docs/screens").iterdir()}
    wanted = {f"{name}-{scheme}.png" for name in screens for scheme in ("light", "dark")}
    assert not there - wanted, "pictures that no test takes: delete them"
    assert not wanted - there, "pictures that are missing: KEYTURN_SCREENS=1 .venv/bin/pytest tests/web"
    unseen = set(screens) - _words_of_tests()
    assert not unseen, f"no test looks at {unseen}: person.looks(...)"


def test_each_page_of_the_app_has_its_picture() -> None:
    router = (ROOT / "web/src/app/router.tsx").read_text(encoding="utf-8")
    routes = set(re.findall(r'\bpath: "([^"]+)"', router))
    assert len(routes) > 10, "the routes are not found any more: mend this test"
    missing = routes - set(_screens().values())
    assert not missing, f"no picture shows {missing}: have a test look there, and name it in SCREENS"
    gone = {route for route in _screens().values() if route} - routes
    assert not gone, f"SCREENS names routes that are not there: {gone}"
