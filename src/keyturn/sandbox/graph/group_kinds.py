"""Which kinds of groups are made by the API of the pretend Microsoft 365 tenant: security groups and Microsoft 365
groups, and no distribution lists or security groups with mail, which Exchange makes.

Source: https://learn.microsoft.com/en-us/graph/api/resources/groups-overview and .../graph/api/group-post-groups.
"""

from __future__ import annotations

from keyturn.sandbox.values import JsonObject, texts

UNIFIED, DYNAMIC = "Unified", "DynamicMembership"
# what says of which kind a group is
DECIDING = frozenset({"groupTypes", "mailEnabled", "securityEnabled"})
_MAIL_ENABLED = (
    "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement "
    "property is unset and the security-enablement property is set."
)


def why_not_made(group: JsonObject) -> str | None:
    """In Microsoft's words why there is no such group; None if there is."""
    kinds = texts(group.get("groupTypes"))
    if not {UNIFIED, DYNAMIC}.issuperset(kinds) or len(set(kinds)) < len(kinds):
        return "Invalid value specified for property 'groupTypes' of resource 'Group'."
    plain = group.get("mailEnabled") is False and group.get("securityEnabled") is True
    return None if UNIFIED in kinds or plain else _MAIL_ENABLED
