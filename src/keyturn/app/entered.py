"""What is wrong with what a person has entered for a connection, each with its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from keyturn.connections.model import AUTH_FIELDS, EVENT_HOOK_SECRET, HEADERS, PROXY, PROXY_LOGIN, AuthKind
from keyturn.connectors.manifest import ManifestModel
from keyturn.connectors.requests import may_set
from keyturn.flows.problems import Problem
from keyturn.http import BadProxy, read_proxy

from .connections import ConnectionForm
from .derived import where_found

_SCHEMES = {"http": ("https", "http"), "smtp": ("smtp", "smtps")}
_HEADER = "Use letters, digits and hyphens, and none that Keyturn sets itself."
NEEDED = "A connection of kind {kind} needs it, and anew where it is to lead to another server."
_STRANGE = re.compile(r"[\s\x00-\x1f\x7f\\]")  # as http/urls.py has it


def field_problems(form: ConnectionForm, secrets: dict[str, str], model: ManifestModel) -> list[Problem]:
    """Settings and secrets of its kind."""
    fields, defaults = AUTH_FIELDS[AuthKind(form.kind)], model.defaults
    needed = f"A connection of kind {form.kind} needs it."
    problems = [
        problem_of(name, f"{name!r} is missing.", f"{needed} {where_found(form, model, name)}".rstrip())
        for name, required in fields.settings.items()
        if required and not form.settings.get(name) and not defaults.get(name)
    ]
    problems += [
        problem_of(name, f"The secret {name!r} is missing.", NEEDED.format(kind=form.kind))
        for name in fields.secrets
        if not secrets.get(name)
    ]
    problems += [
        problem_of(name, f"A connection of kind {form.kind} has no {name!r}.", "Take it away.")
        for name in (*form.settings.keys(), *form.secrets.keys())
        if name not in {*fields.settings, *fields.secrets, *fields.optional, EVENT_HOOK_SECRET, PROXY, PROXY_LOGIN}
    ]
    problems += [
        problem_of(name, f"{given[:40]!r} is no value that {name!r} has.", f"Write {' or '.join(values)}.")
        for name, values in fields.choices.items()
        if (given := form.settings.get(name)) and given not in values
    ]
    if form.kind == AuthKind.HEADER:
        problems += _header_problems(form.settings, secrets, defaults)
    for name, value in (*form.settings.items(), *form.secrets.items()):
        allowed = "\r\n\t" if name in fields.long else ""
        if any((ord(character) < 32 or ord(character) == 127) and character not in allowed for character in value):
            problems.append(problem_of(name, f"{name!r} holds a control character.", "Enter it again, in one line."))
    return problems


def _header_problems(
    settings: Mapping[str, str], secrets: Mapping[str, str], defaults: Mapping[str, str]
) -> list[Problem]:
    """Each header has a name of its own, and a secret with it."""
    names = {header: settings.get(header) or defaults.get(header, "") for header in HEADERS}
    problems = [
        problem_of(header, f"{names[header]!r} is no name of a header that a connection sends.", _HEADER)
        for header in HEADERS
        if names[header] and not (may_set(names[header]) or names[header].lower() in ("authorization", "cookie"))
    ]
    for header, secret in list(HEADERS.items())[1:]:
        if secrets.get(secret) and not names[header]:
            problems.append(problem_of(header, f"{header!r} is missing.", f"It names the header for {secret!r}."))
        if settings.get(header) and not secrets.get(secret):
            problems.append(problem_of(secret, f"The secret {secret!r} is missing.", f"It goes with {header!r}."))
    used = [name.lower() for header, name in names.items() if name and secrets.get(HEADERS[header])]
    if len(set(used)) < len(used):
        problems.append(problem_of("header", "Two headers have one name.", "Give each a name of its own."))
    return problems


def limit_problems(form: ConnectionForm) -> list[Problem]:
    """How often and how much it may be used."""
    return [
        problem_of(name, f"{value} are none.", "Give 1 or more, or leave it out for any number.")
        for name, value in (("at_once", form.at_once), ("per_minute", form.per_minute))
        if value is not None and value < 1
    ]


def address_problems(field: str, url: str, protocol: str) -> list[Problem]:
    """An address to which secrets go."""
    if _STRANGE.search(url):
        what = f"{url!r} holds a space, a control character or a backslash."
        return [problem_of(field, what, "Take it out; an address has none.")]
    example = "smtp://mail.your-company.example:587" if protocol == "smtp" else "https://your-org.okta.com"
    try:
        parts = urlsplit(url)
        good = parts.scheme in _SCHEMES[protocol] and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a host or port that is none
        return [problem_of(field, f"{url!r} is no address of an app.", f"Write for example {example}.")]
    if "@" in parts.netloc:  # never shown again: there may be a password in it
        what = "The address holds a user or a password, which everybody would see."
        return [problem_of(field, what, "Take them out, and choose a kind of connection that has fields for them.")]
    if good and ((parts.query and field != "authorize_url") or parts.fragment):
        return [problem_of(field, f"{url!r} holds a query or a fragment.", "Leave out what begins with ? or #.")]
    return [] if good else [problem_of(field, f"{url!r} is no address of an app.", f"Write for example {example}.")]


def proxy_problems(form: ConnectionForm, protocol: str) -> list[Problem]:
    """A proxy of its own."""
    named = form.settings.get(PROXY)
    if not named:
        return []
    if protocol != "http":
        return [problem_of(PROXY, "Mail goes by way of no proxy.", "Take it away.")]
    if "@" in named:
        return [problem_of(PROXY, "The proxy's login would be seen here.", f"Give it as the secret {PROXY_LOGIN}.")]
    try:
        read_proxy(named, form.secrets.get(PROXY_LOGIN, ""))
    except BadProxy as error:
        return [problem_of(PROXY, error.what, error.mend)]
    return []


def problem_of(field: str, what: str, mend: str) -> Problem:
    """One problem with a field."""
    return Problem("bad-connection", what, mend, field=field)
