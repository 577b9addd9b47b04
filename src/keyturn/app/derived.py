"""Settings of a connection that nobody has to write, as its guide tells them: where sign-ins and tokens are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from keyturn.connections.model import ADDRESSES, AUTH_FIELDS, AuthKind, origin_of
from keyturn.connectors.guides import BASE_URL, filled, places
from keyturn.connectors.manifest import ManifestModel

from .connections import ConnectionForm

_AT_BASE = f"{{{BASE_URL}}}"


def with_derived(form: ConnectionForm, model: ManifestModel) -> ConnectionForm:
    """The form with what its guide tells, if it gives no address of sign-ins and tokens of its own: what is given, if
    empty, stays."""
    presets = _presets(form, model)
    needed = _needed(form, presets)
    if not needed or any(form.settings.get(name) for name in needed):
        return form
    known = {name: text for name, text in presets.items() if not places(text)}
    if not all(name in known for name in needed):
        return form
    given = {name: text for name, text in form.settings.items() if text or name not in needed}
    return replace(form, settings={**known, **given})


def where_found(form: ConnectionForm, model: ManifestModel, name: str) -> str:
    """What a setting that is missing looks like, as the guide tells it; empty if it does not."""
    kind = AuthKind(form.kind)
    guide = model.guides.get(kind)
    preset = guide.settings.get(name, "") if guide is not None else ""
    if guide is None or not preset or preset.startswith(_AT_BASE):
        return ""
    asked = [f"{place} is the {guide.asks[place]}" for place in places(preset) if place in guide.asks]
    return " ".join([f"At {model.base_url} it is {preset}" + (f", where {' and '.join(asked)}" if asked else ".")])


def _presets(form: ConnectionForm, model: ManifestModel) -> Mapping[str, str]:
    """What the guide has for the settings; what goes with the vendor's own address is for no other one."""
    guide = model.guides.get(AuthKind(form.kind))
    if guide is None:
        return {}
    base = (form.base_url or model.base_url).rstrip("/")
    try:
        own = not form.base_url or origin_of(form.base_url) == origin_of(model.base_url)
    except ValueError:  # an address that is none, which is told
        own = False
    return {
        name: filled(text, {BASE_URL: base})
        for name, text in guide.settings.items()
        if own or name not in ADDRESSES or text.startswith(_AT_BASE)
    }


def _needed(form: ConnectionForm, presets: Mapping[str, str]) -> list[str]:
    """The addresses that a connection of this kind must have, and of which the guide tells."""
    fields = AUTH_FIELDS[AuthKind(form.kind)]
    return [name for name, required in fields.settings.items() if required and name in ADDRESSES and name in presets]
