"""No file names a package registry or a folder of somebody's machine."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from project_files import Finding, Source, hold, sources

# Put together here, so that this file does not name them either.
_HOSTS = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("yarnpkg", "com"),
    ("debian", "org"),
    ("proxy.golang", "org"),
]
_HOST = re.compile(r"(?i)\b(?:" + "|".join(re.escape(".".join(parts)) for parts in _HOSTS) + r")\b")
_SETTING = re.compile(r"(?i)(?<!no-emit)--(?:extra-)?(?:index-url|find-links)\b|\bregistry\s*=\s*https?:")
# A path below somebody's folder. `/home` alone, or with a placeholder in the place of the name, is no machine's.
_MACHINE = re.compile(r"(?<![\w.~:/\-}])/(?:home/(?!\$|\{|<|\*)\w|Users/(?!\$|\{|<|\*)[A-Za-z]\w*/|root/\w|work/\w)")


def registries(source: Source) -> Iterator[Finding]:
    for number, line in source.lines():
        found = _HOST.search(line) or _SETTING.search(line)
        if found:
            yield source.finding(number, f"names a registry: {found.group()!r}")


def machine_paths(source: Source) -> Iterator[Finding]:
    for number, line in source.lines():
        found = _MACHINE.search(line)
        if found:
            yield source.finding(number, f"a path of one machine: {line[found.start() :][:40]!r}")


_OWN = "tests/project/test_project_places.py"


def test_no_registry_is_named() -> None:
    hold(
        (found for source in sources() if source.path != _OWN for found in registries(source)),
        mend="leave the choice of registry to whoever installs: drop the address, name the package. For pins: "
        "`make requirements`; for npm: omit-lockfile-registry-resolved=true in .npmrc.",
    )


def test_no_machine_path_is_named() -> None:
    hold(
        (found for source in sources() if source.path != _OWN for found in machine_paths(source)),
        mend="use a path relative to the project, a setting, or a temporary folder of the test.",
    )


@pytest.mark.parametrize(
    "line",
    [
        f"see https://{'.'.join(_HOSTS[0])}/project/x",
        f"deb http://deb.{'.'.join(_HOSTS[5])}/debian stable",
        "--index-url https://a.example/simple",
        "--find-links wheels",
        "registry=https://a.example/",
    ],
)
def test_a_registry_is_found(line: str) -> None:
    assert [found.line for found in registries(Source("a.txt", f"x\n{line}\n"))] == [2]


def test_the_npm_setting_that_leaves_the_registry_out_passes() -> None:
    assert not list(registries(Source(".npmrc", "omit-lockfile-registry-resolved=true\n")))


@pytest.mark.parametrize("text", ["/work/main/x", "'/root/x'", "cd /home/ada/keyturn", "(/Users/ada/keyturn)"])
def test_a_machine_path_is_found(text: str) -> None:
    assert len(list(machine_paths(Source("a.md", text)))) == 1


@pytest.mark.parametrize(
    "text", ["/var/lib/keyturn", "https://a.example/home/x", "src/work/x", "/v1.0/users/x", "/tmp"]
)
def test_other_paths_pass(text: str) -> None:
    assert not list(machine_paths(Source("a.md", text)))
