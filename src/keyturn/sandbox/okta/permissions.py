"""What custom roles of the pretend Okta org may grant, and on what.

Source: https://developer.okta.com/docs/api/openapi/okta-management/guides/permissions and .../tag/RoleCResourceSet/. Of
users, groups and applications every permission is known here; of the rest what there is, and not each verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from keyturn.sandbox.okta.org import OktaOrg

_OF_USERS = (
    "manage create read userprofile.manage lifecycle.manage lifecycle.activate lifecycle.deactivate lifecycle.suspend "
    "lifecycle.unsuspend lifecycle.delete lifecycle.unlock lifecycle.clearSessions credentials.manage "
    "credentials.resetFactors credentials.resetPassword credentials.expirePassword "
    "credentials.manageTemporaryAccessCode groupMembership.manage appAssignment.manage apitokens.manage apitokens.read "
    "apitokens.clear risk.manage risk.read"
)
_OF_GROUPS = "manage create read members.manage appAssignment.manage"
_OF_APPS = "manage read assignment.manage manageFirstPartyApps clientCredentials.read"
_KNOWN = frozenset(
    f"okta.{noun}.{verb}"
    for noun, verbs in (("users", _OF_USERS), ("groups", _OF_GROUPS), ("apps", _OF_APPS))
    for verb in verbs.split()
)
_FURTHER = re.compile(
    r"okta\.(agents|authzServers|customizations|devices|directories|disasterRecovery|eventHooks|governance|iam|"
    r"identityProviders|inlineHooks|labels|logs|policies|privilegedResources|profilesources|realms|resourceCollections|"
    r"separationOfDuties|serviceAccounts|sharedSignalFrameworks|support|workflows)(\.[A-Za-z]+)+"
)
_NAME = re.compile(r"orn:[\w-]+:[\w-]+:[\w-]+:[\w-]+(:[^:\s]+)*")
_SHELVES = {"groups": "okta.groups", "apps": "okta.apps"}


def strange_permissions(names: Iterable[str]) -> Iterator[str]:
    """Those of the names that are no permissions."""
    return (name for name in names if name not in _KNOWN and _FURTHER.fullmatch(name) is None)


def strange_resources(org: OktaOrg, names: Iterable[str]) -> Iterator[str]:
    """Those of the names (resource names of Okta, or addresses of its API) that name nothing that is there."""
    return (name for name in names if not _is_there(org, name))


def _is_there(org: OktaOrg, name: str) -> bool:
    if _NAME.fullmatch(name):
        kind, *rest = name.split(":")[4:]
        return not rest or (kind == "apps" and len(rest) < 2) or _named(org, kind, rest[-1])
    parts = urlsplit(name)
    before, _, path = parts.path.partition("/api/v1/")
    if parts.scheme not in ("http", "https") or before or not path:
        return False
    kind, *rest = path.split("/")
    return not rest or _named(org, kind, rest[0])


def _named(org: OktaOrg, kind: str, key: str) -> bool:
    """Whether there is one by an id; of what the sandbox does not look at, yes."""
    if kind == "users":
        return org.core.world.accounts.find_okta(key) is not None
    return kind not in _SHELVES or key in org.core.shelf(_SHELVES[kind])
