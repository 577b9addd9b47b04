"""The cards of a connector of mail servers."""

from __future__ import annotations

from keyturn.flows.spec import (
    BadInput,
    CardKind,
    CardSpec,
    Choice,
    EffectClass,
    EffectSpec,
    FieldFormat,
    FieldSpec,
    OnNull,
)
from keyturn.flows.types import NUMBER, TEXT, Kind, Type

from .manifest import ManifestModel

SEND = "send_email"
_ADDRESSES = Type(Kind.TEXT, 1)
_FILES = Type(Kind.FILE, 1)
_NO_ADDRESS = "What is no address is an error."
_NEEDED = BadInput(OnNull.ERROR, OnNull.ERROR, note=_NO_ADDRESS)
_ADDRESSED = BadInput(OnNull.EMPTY, note=_NO_ADDRESS)
_TEXT = BadInput(OnNull.EMPTY)


def mail_cards(manifest: ManifestModel) -> list[CardSpec]:
    """The cards of a connector that hands in letters."""
    return [
        CardSpec(
            key=f"{manifest.connector}.{SEND}",
            title="Send Email",
            category=manifest.title,
            kind=CardKind.EFFECT,
            summary="Hands a letter to the mail server. That it was taken does not say that it was read.",
            inputs=(
                FieldSpec("sender", TEXT, "From", "Address, or Name <address>.", required=True, bad=_NEEDED),
                FieldSpec("to", _ADDRESSES, "To", "One address or several.", required=True, bad=_NEEDED),
                FieldSpec("cc", _ADDRESSES, "CC", "Who gets it too.", bad=_ADDRESSED),
                FieldSpec("bcc", _ADDRESSES, "BCC", "Who gets it without the others knowing.", bad=_ADDRESSED),
                FieldSpec("reply_to", TEXT, "Reply to", "Where answers go, if not to the sender.", bad=_ADDRESSED),
                FieldSpec("subject", TEXT, "Subject", "What it is about.", required=True, bad=_TEXT),
                FieldSpec("body", TEXT, "Body", "The letter.", required=True, format=FieldFormat.LONG_TEXT, bad=_TEXT),
                FieldSpec(
                    "type",
                    TEXT,
                    "Message Type",
                    "Whether the body is plain text or HTML.",
                    default="Text",
                    choices=(Choice("Text", "Text"), Choice("HTML", "HTML")),
                    bad=BadInput(OnNull.DEFAULT, OnNull.DEFAULT),
                ),
                FieldSpec(
                    "plain",
                    TEXT,
                    "Plain text",
                    "Of a letter in HTML: the same as text, for programs that show no HTML.",
                    format=FieldFormat.LONG_TEXT,
                    bad=_TEXT,
                ),
                FieldSpec(
                    "attachments",
                    _FILES,
                    "Attachments",
                    "Files that go with it, 18 MB together.",
                    bad=BadInput(OnNull.EMPTY, note="What is no file, or not there any more, is an error."),
                ),
            ),
            outputs=(
                FieldSpec("message_id", TEXT, "Message ID", "The same if the letter is sent again."),
                FieldSpec("status", NUMBER, "Status code", "The server's reply, 250 as a rule."),
                FieldSpec(
                    "refused",
                    _ADDRESSES,
                    "Refused",
                    "Recipients that the server did not take it for; one that knows ASCII alone takes no others.",
                ),
            ),
            effect=EffectSpec(EffectClass.CHANGE),
            connector=manifest.connector,
            synonyms=("mail", "email", "notify", "smtp"),
        )
    ]
