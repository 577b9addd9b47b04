"""What lies in the mail boxes of the pretend Microsoft 365 tenant, and in which folder.

A message that was sent is kept once, and shown in the Inbox of who received it and in Sent Items of who sent it; what
is moved or copied is a message of its own, with another id, as at Graph.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from keyturn.sandbox.accounts import GraphAccount
from keyturn.sandbox.core import Core
from keyturn.sandbox.graph.attachments import attached
from keyturn.sandbox.graph.focus import focus_of
from keyturn.sandbox.holdings import word_of
from keyturn.sandbox.people import DOMAIN
from keyturn.sandbox.state import Mail
from keyturn.sandbox.values import Json, JsonObject, as_object, as_text, normal, seconds

RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")
_FOLDERS = ("Archive", "Deleted Items", "Drafts", "Inbox", "Junk Email", "Outbox", "Sent Items")
_PREVIEW = 255
# by owner and message: what the owner says of it, or null once it is deleted
_MARKS = "graph.mail_marks"
# by owner and id: what is written and not sent
_DRAFTS = "graph.drafts"
# by owner and id: what was moved or copied into a folder
_COPIES = "graph.mail_copies"
# by owner and id: the name of a folder that somebody has made, or its name and the folder that it is in
_MADE = "graph.mail_folders"
_FOCUSED = "focused"  # as all mail is whose sender nobody has said anything of


@dataclass(frozen=True)
class Folder:
    """A folder of a mail box; usual: every mail box has it, and it has a name that is the same in all."""

    id: str
    name: str
    parent: str
    usual: bool

    def is_named(self, named: str) -> bool:
        """Whether this is its id or well-known name."""
        return self.id == named or (self.usual and self.name.replace(" ", "").lower() == named.lower())


@dataclass(frozen=True)
class MailChange:
    """A message was created, updated or deleted in a folder of somebody's mail box."""

    owner: str
    message: str
    folder: str
    change: str


class MailStore:
    """The mail boxes.

    watchers: are told of every change.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self.watchers: list[Callable[[MailChange], None]] = []

    def _tell(self, owner: GraphAccount, message: JsonObject, change: str) -> None:
        self._told(MailChange(owner.id, as_text(message["id"]), as_text(message["parentFolderId"]), change))

    def _told(self, change: MailChange) -> None:
        self._core.changed()
        for watcher in self.watchers:
            watcher(change)

    # folders

    def folders(self, owner: str) -> list[Folder]:
        """Those that every mail box has, and those that somebody has made, at any depth."""
        root = root_of(owner)
        usual = [Folder(folder_id(owner, name), name, root, usual=True) for name in _FOLDERS]
        made: list[Folder] = []
        for key, value in self._core.shelf(_MADE).get(owner, {}).items():
            held: JsonObject = {"name": value} if isinstance(value, str) else as_object(value)
            made.append(Folder(key, as_text(held["name"]), as_text(held.get("parent")) or root, usual=False))
        return usual + made

    def folder(self, owner: str, named: str) -> Folder | None:
        """By its id, or by a name such as inbox."""
        whole = Folder(root_of(owner), "msgfolderroot", "", usual=True)
        return next((each for each in (*self.folders(owner), whole) if each.is_named(named)), None)

    def make_folder(self, owner: str, name: str, parent: str) -> Folder:
        """A new folder in another one."""
        key = self._core.ids.word(40)
        self._core.shelf(_MADE).setdefault(owner, {})[key] = {"name": name, "parent": parent}
        self._core.changed()
        return Folder(key, name, parent, usual=False)

    def rename_folder(self, owner: str, folder: Folder, name: str) -> Folder:
        """The folder under another name."""
        self._core.shelf(_MADE)[owner][folder.id] = {"name": name, "parent": folder.parent}
        self._core.changed()
        return Folder(folder.id, name, folder.parent, usual=False)

    def drop_folder(self, owner: str, folder: Folder) -> None:
        """A folder goes with all that is in it."""
        for inner in [each for each in self.folders(owner) if each.parent == folder.id]:
            self.drop_folder(owner, inner)
        gone: list[str] = []
        for shelf, name in ((_COPIES, "parentFolderId"), (_DRAFTS, "folder")):
            held = self._core.shelf(shelf).get(owner, {})
            gone += [key for key, row in held.items() if as_object(row).get(name) == folder.id]
            for key in [key for key in gone if key in held]:
                del held[key]
        del self._core.shelf(_MADE)[owner][folder.id]
        self._core.changed()
        for key in gone:
            self._told(MailChange(owner, key, folder.id, "deleted"))

    # messages

    def held(self, owner: GraphAccount, folder: str | None) -> list[JsonObject]:
        """What lies in a mail box, or in a folder by its id, oldest first, as its owner has marked it."""
        marks = self._core.shelf(_MARKS).get(owner.id, {})
        found: list[JsonObject] = []
        for row in sorted(self._lying(owner), key=lambda each: as_text(each["receivedDateTime"])):
            mark = marks.get(as_text(row["id"]), {})
            if mark is not None and folder in (None, row["parentFolderId"]):
                found.append({**row, **as_object(mark)})
        return found

    def _lying(self, owner: GraphAccount) -> list[JsonObject]:
        own, found = _addresses(owner), list[JsonObject]()
        for mail in self._core.world.mail:
            if mail.saved and normal(mail.sender) == normal(owner.login):
                found.append(self._shown(owner, mail, "Sent Items"))
            if own & set(map(normal, mail.recipients)):
                found.append(self._shown(owner, mail, "Inbox"))
        found += [as_object(row) for row in self._core.shelf(_COPIES).get(owner.id, {}).values()]
        drafts = self._core.shelf(_DRAFTS).get(owner.id, {})
        return found + [self.shown_draft(owner, key, as_object(row)) for key, row in drafts.items()]

    def post(self, sender: GraphAccount, message: JsonObject, recipients: list[str], *, keeps: bool) -> None:
        """Have a message in the mail boxes of its recipients, and in Sent Items if it is kept."""
        key = f"AAMk{self._core.ids.word(116)}="
        written = {**message, "conversationId": message.get("conversationId") or _conversation(key)}
        mail = Mail(key, sender.login, seconds(self._core.clock()), recipients, written, keeps)
        self._core.world.mail.append(mail)
        if keeps:
            self._arrived(sender, mail, "Sent Items")
        for account in self._core.world.accounts.graph:
            if _addresses(account) & set(map(normal, recipients)):
                focus = focus_of(self._core, account.id, as_text(sender.profile["mail"]))
                if focus != _FOCUSED:
                    kept = self._core.shelf(_MARKS).setdefault(account.id, {})
                    kept[_key_in(mail, "Inbox")] = {"inferenceClassification": focus}
                self._arrived(account, mail, "Inbox")
        self._core.changed()

    def _arrived(self, owner: GraphAccount, mail: Mail, folder: str) -> None:
        self._told(MailChange(owner.id, _key_in(mail, folder), folder_id(owner.id, folder), "created"))

    def mark(self, owner: GraphAccount, message: JsonObject, changes: JsonObject) -> None:
        """Keep what the owner says of a message."""
        kept, key = self._core.shelf(_MARKS).setdefault(owner.id, {}), as_text(message["id"])
        kept[key] = {**as_object(kept.get(key)), **changes}
        self._tell(owner, message, "updated")

    def remove(self, owner: GraphAccount, message: JsonObject) -> None:
        """Gone from this mail box, not from others."""
        key = as_text(message["id"])
        for shelf in (_DRAFTS, _COPIES):
            if self._core.shelf(shelf).get(owner.id, {}).pop(key, None) is not None:
                break
        else:
            self._core.shelf(_MARKS).setdefault(owner.id, {})[key] = None
        self._tell(owner, message, "deleted")

    def copy(self, owner: GraphAccount, message: JsonObject, folder: Folder) -> JsonObject:
        """The same message once more, in a folder."""
        key, draft = f"AAMk{self._core.ids.word(116)}=", self.draft(owner, as_text(message["id"]))
        if draft is not None:
            kept: JsonObject = {**draft, "folder": folder.id}
            self._core.shelf(_DRAFTS).setdefault(owner.id, {})[key] = kept
            made = self.shown_draft(owner, key, kept)
        else:
            made = {**message, "id": key, "parentFolderId": folder.id}
            self._core.shelf(_COPIES).setdefault(owner.id, {})[key] = made
        self._tell(owner, made, "created")
        return made

    # drafts

    def write(self, owner: GraphAccount, message: JsonObject, folder: str | None = None) -> JsonObject:
        """Keep a message that is not sent yet."""
        key, now = f"AAMk{self._core.ids.word(116)}=", seconds(self._core.clock())
        written = {**message, "conversationId": message.get("conversationId") or _conversation(key)}
        row: JsonObject = {"written": written, "created": now, "changed": now, "folder": folder}
        self._core.shelf(_DRAFTS).setdefault(owner.id, {})[key] = row
        made = self.shown_draft(owner, key, row)
        self._tell(owner, made, "created")
        return made

    def rewrite(self, owner: GraphAccount, message: JsonObject, attachments: list[JsonObject]) -> None:
        """Have a draft carry other files."""
        draft = as_object(self._core.shelf(_DRAFTS)[owner.id][as_text(message["id"])])
        draft["written"] = {**as_object(draft["written"]), "attachments": list[Json](attachments)}
        self._tell(owner, message, "updated")

    def draft(self, owner: GraphAccount, key: str) -> JsonObject | None:
        """What is kept of a message that is not sent yet."""
        found = self._core.shelf(_DRAFTS).get(owner.id, {}).get(key)
        return None if found is None else as_object(found)

    def shown_draft(self, owner: GraphAccount, key: str, row: JsonObject) -> JsonObject:
        """A draft as a message."""
        mail = Mail(key, owner.login, as_text(row["changed"]), [], as_object(row["written"]), saved=True)
        times: JsonObject = {"createdDateTime": row["created"], "lastModifiedDateTime": row["changed"]}
        lies = row.get("folder") or folder_id(owner.id, "Drafts")
        return {**self._shown(owner, mail, "Sent Items"), "id": key, **times, "parentFolderId": lies, "isDraft": True}

    def _shown(self, owner: GraphAccount, mail: Mail, folder: str) -> JsonObject:
        message, body = mail.message, as_object(mail.message.get("body"))
        content, sent = as_text(body.get("content")), folder == "Sent Items"
        sender = self._core.world.accounts.find_graph(mail.sender)
        name, address = (sender.profile["displayName"], sender.profile["mail"]) if sender else (None, mail.sender)
        source: JsonObject = {"emailAddress": {"name": name, "address": address}}
        files: list[Json] = list(attached(message))
        return {
            "id": _key_in(mail, folder),
            "createdDateTime": mail.sent,
            "lastModifiedDateTime": mail.sent,
            "receivedDateTime": mail.sent,
            "sentDateTime": mail.sent,
            "categories": message.get("categories") or [],
            "hasAttachments": files != [],
            "attachments": files,
            "subject": message.get("subject"),
            "bodyPreview": content[:_PREVIEW],
            "conversationId": message.get("conversationId") or _conversation(mail.id),
            "internetMessageId": f"<{mail.id[4:36]}@{DOMAIN}>",
            "importance": message.get("importance") or "normal",
            "inferenceClassification": _FOCUSED,
            "parentFolderId": folder_id(owner.id, folder),
            "flag": {"flagStatus": "notFlagged"},
            "isRead": sent,
            "isDraft": False,
            "isReadReceiptRequested": message.get("isReadReceiptRequested") is True,
            "isDeliveryReceiptRequested": message.get("isDeliveryReceiptRequested") is True,
            "body": {"contentType": as_text(body.get("contentType")).lower() or "text", "content": content},
            "sender": source,
            "from": source,
            "replyTo": message.get("replyTo") or [],
            # nobody but the sender sees who got a blind copy
            **{name: message.get(name) or [] for name in RECIPIENTS[: 3 if sent else 2]},
            **({} if sent else {"bccRecipients": []}),
        }


def root_of(owner: str) -> str:
    """The id of the folder that all others are in."""
    return word_of(f"graph/folder/{owner}", 40)


def folder_id(owner: str, name: str) -> str:
    """The id of a folder that every mail box has."""
    return word_of(f"graph/folder/{owner}/{name}", 40)


def _addresses(account: GraphAccount) -> set[str]:
    return {normal(name) for name in (account.login, as_text(account.profile.get("mail")))}


def _key_in(mail: Mail, folder: str) -> str:
    """The id of a message in a folder: it has another one with its sender than with who received it."""
    return f"{mail.id[:-1]}{'A' if folder == 'Inbox' else 'B'}="


def _conversation(key: str) -> str:
    return f"AAQk{key[4:60]}="
