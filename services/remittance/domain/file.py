"""An 835 file as it comes in parts: complete when all are there, posted when every transaction in it has been dealt with."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from shared.bus.types import Command, Decision, Intent, Known, Refused
from shared.events import Event, PayerFileReceived, RemittanceQuarantined


class FileState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which parts came. The bytes themselves are rows of their own: a file of many parts is not rewritten with each.

    ``again``: one of its transactions was let out of quarantine while the file was being gone through.
    """

    route: str
    sha256: str
    parts: int
    seen: tuple[int, ...] = ()
    status: Literal["collecting", "complete", "posted", "refused"] = "collecting"
    transactions: int = 0
    words: str = ""
    again: bool = False


class KeepPart(Intent, frozen=True):
    """Keep the bytes of one part."""

    file: str
    part: int
    content: bytes


class FilePosted(Command, frozen=True, kw_only=True):
    """Every transaction of the file is posted, quarantined or known."""

    transactions: int


class PostAgain(Command, frozen=True):
    """One of the file's transactions was let out of quarantine: go through the file again."""


class FileRefused(Command, frozen=True, kw_only=True):
    """The file's envelope cannot be trusted: nothing in it is posted. ``words`` say why, without its content."""

    element: str
    place: str
    words: str


def decide_file(state: FileState | None, what: Event | Command, known: Known[None]) -> Decision[FileState]:
    """Decide about one file. A part that came before is no news."""
    if isinstance(what, PayerFileReceived):
        return _part(state, what, known.stream)
    if state is None:
        raise Refused("unknown_file", "No such file.")
    if isinstance(what, FilePosted) and state.status == "complete":
        status: Literal["complete", "posted"] = "complete" if state.again else "posted"
        return Decision(replace(state, status=status, transactions=what.transactions, again=False))
    if isinstance(what, PostAgain) and state.status in ("complete", "posted"):
        return Decision(replace(state, status="complete", again=state.status == "complete"))
    if isinstance(what, FileRefused) and state.status == "complete":
        refusal = RemittanceQuarantined(
            level="envelope",
            element=what.element,
            place=what.place,
            expected=0,
            found=0,
            delta=0,
            payer="",
            trace="",
        )
        return Decision(replace(state, status="refused", words=what.words), (refusal,))
    return Decision(state)


def _part(state: FileState | None, what: PayerFileReceived, file: str) -> Decision[FileState]:
    state = state or FileState(route=what.route, sha256=what.sha256, parts=what.parts)
    if what.part in state.seen:
        return Decision(state)
    seen = (*state.seen, what.part)
    status: Literal["collecting", "complete"] = "complete" if len(seen) == state.parts else "collecting"
    return Decision(replace(state, seen=seen, status=status), (), (KeepPart(file, what.part, what.content),))
