"""Dynamic groups of the pretend Microsoft 365 tenant: who is in them follows from a rule.

Source: https://learn.microsoft.com/en-us/entra/identity/users/groups-create-rule. Microsoft works through a change in
some minutes; here all is so at once.
"""

from __future__ import annotations

from keyturn.sandbox.graph.directory import Change, GraphDirectory
from keyturn.sandbox.graph.group_kinds import DYNAMIC
from keyturn.sandbox.graph.membership_rules import NoRule, read_rule
from keyturn.sandbox.graph.users import USER, UserDesk
from keyturn.sandbox.values import JsonObject, as_text, texts

_STATES = ("On", "Paused")
_DEVICE = frozenset(
    {"accountEnabled", "deviceId", "deviceOwnership", "displayName", "enrollmentProfileName", "id", "isCompliant"}
    | {"isManaged", "isRooted", "managementType", "manufacturer", "model", "operatingSystem", "operatingSystemVersion"}
    | {"physicalIds", "profileType", "systemLabels", "trustType"}
)
_KINDS = {"user": USER.names, "device": _DEVICE}


def is_dynamic(group: JsonObject) -> bool:
    """Whether the members of a group come by its rule."""
    return DYNAMIC in texts(group.get("groupTypes"))


class DynamicGroups:
    """Keeps the members of dynamic groups as their rules say."""

    def __init__(self, directory: GraphDirectory, users: UserDesk) -> None:
        self._directory = directory
        self._users = users
        directory.watchers.append(self._happened)

    def check(self, group: JsonObject) -> None:
        """Raise Refused (400) for a group whose rule is missing, or none that can be carried out."""
        rule = as_text(group.get("membershipRule"))
        if is_dynamic(group) and not rule:
            text = "A value is required for property 'membershipRule' of resource 'Group'."
            raise self._directory.words.bad_request(text)
        if group.get("membershipRuleProcessingState") not in (None, *_STATES):
            raise self._wrong("membershipRuleProcessingState", f"must be one of {', '.join(_STATES)}")
        if rule:
            try:
                read_rule(rule, _KINDS)
            except NoRule as error:
                raise self._wrong("membershipRule", str(error)) from error

    def refuse_by_hand(self, group: JsonObject) -> None:
        """Raise Refused (400) for a group that nobody is put into, or taken out of."""
        if is_dynamic(group):
            raise self._directory.words.bad_request("Insufficient privileges: members of this group come by its rule.")

    def _wrong(self, name: str, why: str) -> Exception:
        text = f"Invalid value specified for property '{name}' of resource 'Group': {why}."
        return self._directory.words.bad_request(text)

    def _happened(self, change: Change) -> None:
        groups = self._directory.core.shelf("graph.groups")
        if change.kind == "groups":
            # a change of members is one of the group, too, and leads to no other one
            changed = [group for key, group in groups.items() if key == change.id]
        else:
            changed = list(groups.values()) if change.kind in ("users", "devices") else []
        for group in changed:
            if is_dynamic(group) and group.get("membershipRuleProcessingState") != "Paused":
                self._work_out(group)

    def _work_out(self, group: JsonObject) -> None:
        try:
            kind, meets = read_rule(as_text(group["membershipRule"]), _KINDS)
        except NoRule:  # of a state that an earlier sandbox kept
            return
        if kind == "user":
            accounts = self._directory.core.world.accounts.graph
            rows = [self._users.properties(account) for account in accounts]
        else:
            rows = list(self._directory.core.shelf("graph.devices").values())
        wanted = [as_text(row["id"]) for row in rows if meets(row)]
        held = self._directory.members("graph.members", group["id"])
        if set(wanted) != set(held):
            self._directory.belong(as_text(group["id"]), "members", come=wanted, go=[*held.keys() - wanted])
