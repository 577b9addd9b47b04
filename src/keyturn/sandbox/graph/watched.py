"""What subscriptions of the pretend Microsoft 365 tenant are about.

Source: https://learn.microsoft.com/en-us/graph/change-notifications-overview#supported-resources. Of what is listed
there these are watched: users, groups, members and owners of a group, and the messages in a mail box or folder.
"""

from __future__ import annotations

from dataclasses import dataclass

from keyturn.sandbox.graph.directory import GraphDirectory
from keyturn.sandbox.graph.mail import MailDesk
from keyturn.sandbox.graph.spelling import plain_path
from keyturn.sandbox.values import as_text

_ROOT = "/v1.0/"
# https://learn.microsoft.com/en-us/graph/change-notifications-overview#subscription-lifetime; of messages Graph itself
# says in its refusals how many they are
_LONGEST = {"messages": 10_070}
_LONGEST_OF_DIRECTORY = 41_760
_RELATIONS = ("members", "owners")


@dataclass(frozen=True)
class Watched:
    """What a subscription is about.

    kind: `users`, `groups`, `members`, `owners` or `messages`; key: the id of the one that it is, or that they are of,
    empty for all users or groups; folder: the id of the only one whose messages they are, else empty.
    """

    kind: str
    key: str = ""
    folder: str = ""

    @property
    def longest(self) -> int:
        """How many minutes a subscription lasts at most."""
        return _LONGEST.get(self.kind, _LONGEST_OF_DIRECTORY)

    @property
    def told(self) -> frozenset[str]:
        """Which changes there are notifications of: those of the directory are created by an update."""
        if self.kind == "messages":
            return frozenset({"created", "updated", "deleted"})
        return frozenset({"updated"}) if self.kind in _RELATIONS else frozenset({"updated", "deleted"})


class Watching:
    """Reads which resource a subscription names."""

    def __init__(self, directory: GraphDirectory, mail: MailDesk) -> None:
        self._directory = directory
        self._mail = mail

    def read(self, resource: str) -> Watched:
        """What a resource is, by ids. Raises Refused for one that is not watched (400) or not there (404)."""
        path = plain_path(f"{_ROOT}{resource.strip('/').removeprefix(_ROOT.strip('/') + '/')}".encode()).decode()
        found = self._found(path.removeprefix(_ROOT).split("/"))
        if found is None:
            text = (
                f"Resource '{resource}' is not supported: the sandbox tells of changes of users, groups, members and "
                "owners of a group, and messages in a mail box or folder."
            )
            raise self._directory.words.refuse(400, "InvalidRequest", text)
        return found

    def _found(self, parts: list[str]) -> Watched | None:
        names = [part.lower() for part in parts]
        kind, key = names[0], parts[1] if len(parts) > 1 else ""
        if "" in parts or kind not in ("users", "groups"):
            return None
        if len(parts) == 1:
            return Watched(kind)
        if len(parts) == 2:
            return Watched(kind, self._user(key) if kind == "users" else self._group(key))
        if kind == "groups":
            return Watched(names[2], self._group(key)) if len(parts) == 3 and names[2] in _RELATIONS else None
        if names[2:] == ["messages"]:
            return Watched("messages", self._mail.mail_box_of(key).id)
        if len(parts) == 5 and names[2] == "mailfolders" and names[4] == "messages":
            owner = self._mail.mail_box_of(key)
            return Watched("messages", owner.id, self._mail.folder_named(owner, parts[3]))
        return None

    def _user(self, key: str) -> str:
        return self._directory.find_user(key).id

    def _group(self, key: str) -> str:
        found = self._directory.on_shelf("graph.groups", key)
        if found is None:
            raise self._directory.words.not_found(key)
        return as_text(found["id"])
