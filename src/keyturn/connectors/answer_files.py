"""Files of flows that go to apps, and answers of any kind as files: what a picture or a PDF is to a flow. They are kept
by another room, by this port."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from keyturn.flows.actions import ActionCall, Done, Failed, Unknown
from keyturn.flows.conversion import to_text
from keyturn.flows.errors import CardError, ErrorDetail
from keyturn.flows.json import JSON, Values

from .exchanges import Refused, Way
from .forms import SentFiles
from .outgoing import Outgoing


class AnswerFile(Protocol):
    """A file while the body of an answer is written into it."""

    async def write(self, piece: bytes) -> None: ...

    async def keep(self, call: ActionCall, url: str, headers: Mapping[str, str]) -> Values:
        """Keep it, named as the answer says, or after the address; gives ``file``, ``name`` and ``size``."""
        ...


class AnswerFiles(SentFiles, Protocol):
    """Where answers are kept as files, and where files that are sent come from."""

    def writing(self) -> AbstractAsyncContextManager[AnswerFile]:
        """A new file; what was not kept at the end is gone. It raises CardError where nothing can be kept."""
        ...


async def send_file(way: Way, outgoing: Outgoing, call: ActionCall) -> Done | Failed | Unknown:
    """One request whose body is a file, read as it is sent. Raises CardError where it cannot be."""
    field, form = to_text(call.inputs.get("form_field")), call.inputs.get("form")
    if form and not field:
        raise CardError.bad_input("form", "There is no form for these fields.", "Name the form field.")
    if field:
        outgoing.files, outgoing.body = [(field, call.inputs.get("file"))], form
    else:
        outgoing.file = call.inputs.get("file") or ""
    found = await way.ask(outgoing)
    if isinstance(found, Refused):
        return found.failed
    return found if isinstance(found, Failed | Unknown) else Done(found)


async def ask_for_file(
    way: Way, files: AnswerFiles | None, outgoing: Outgoing, call: ActionCall
) -> Done | Failed | Unknown:
    """One request whose answer becomes a file, streamed, whatever is in it.

    Raises:
        CardError: the request cannot be made, or the file cannot be kept.
    """
    if files is None:
        raise CardError(ErrorDetail("Files cannot be kept here.", code="no-files", mend="Run the flow on a server."))
    async with files.writing() as file:
        answered = False

        async def write(piece: bytes) -> None:
            nonlocal answered
            answered = True
            await file.write(piece)

        way.sink = write
        try:
            found = await way.ask(outgoing)
            match found:
                case Refused():
                    return found.failed
                case Failed() | Unknown():
                    return found
                case _:
                    answered = True
                    return Done({**found, **await file.keep(call, outgoing.path, _named(found["headers"]))})
        except CardError as error:
            if not answered:
                raise
            return Failed(error.detail, taken=True)  # the app has done it, and its answer cannot be kept


def _named(headers: JSON) -> Mapping[str, str]:
    return {name: str(value) for name, value in headers.items()} if isinstance(headers, dict) else {}
