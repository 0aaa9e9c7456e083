"""A file from a partner's mailbox: kept first, then understood, then archived there. Pure."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from shared.claim import derived_id
from shared.deciding import Command, Decision, Known, Refused
from shared.events import Event, PayerFileReceived

PART = 192 * 1024
"""Most bytes of a file in one event, so that a record never nears the broker's limit."""


class Trouble(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is wrong with a file, and what to do. No patient data."""

    problem: str
    fix: str


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="kept"):
    """Its bytes are ours; nothing was made of them yet. ``again`` counts later files with the same content."""

    partner: str
    name: str
    sha256: str
    size: int
    at: datetime
    again: int = 0


class Understood(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="understood"):
    """What it says has had its effect. ``troubles`` are what does not agree with our 837."""

    file: Kept
    kinds: tuple[str, ...]
    claims: int = 0
    troubles: tuple[Trouble, ...] = ()


class Unreadable(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="unreadable"):
    """Nothing can be made of it; it is kept for a person."""

    file: Kept
    troubles: tuple[Trouble, ...]


FileState = Kept | Understood | Unreadable


class Keep(Command, frozen=True, kw_only=True):
    """A file with these bytes was downloaded."""

    partner: str
    name: str
    sha256: str
    size: int


class Understand(Command, frozen=True, kw_only=True):
    """The file was read. ``content`` is its bytes when it holds an 835, which is passed on as it is."""

    kinds: tuple[str, ...]
    claims: int = 0
    troubles: tuple[Trouble, ...] = ()
    content: bytes = b""


class GiveUp(Command, frozen=True, kw_only=True):
    """The file cannot be read."""

    troubles: tuple[Trouble, ...]


def file_id(sha256: str) -> str:
    """The id of a file with this content, whatever its name: the same bytes are the same file."""
    return derived_id("payer-file", sha256)


def decide(state: FileState | None, what: Event | Command, known: Known[None]) -> Decision[FileState]:
    """Decide about one file. A file that had its effect has none again. Raises Refused for a file never kept."""
    match what, state:
        case Keep(), None:
            return Decision(
                Kept(partner=what.partner, name=what.name, sha256=what.sha256, size=what.size, at=known.now)
            )
        case Keep(), Kept():
            # The same name means that we died before we understood it: it did not come again.
            again = state.again + (what.name != state.name)
            return Decision(replace(state, again=again) if again != state.again else state)
        case Keep(), Understood() | Unreadable():
            return Decision(replace(state, file=replace(state.file, again=state.file.again + 1)))
        case ((Understand() | GiveUp()), None):
            raise Refused("unknown_file", "No such file was kept.")
        case Understand(), Kept():
            return _understood(state, what)
        case Understand(), Unreadable():
            return _understood(state.file, what)
        case GiveUp(), Kept():
            return Decision(Unreadable(file=state, troubles=what.troubles))
        case _, Kept() | Understood() | Unreadable():
            return Decision(state)
    raise TypeError(f"a file does not hear {type(what).__name__}")


def _understood(kept: Kept, what: Understand) -> Decision[FileState]:
    after = Understood(file=kept, kinds=what.kinds, claims=what.claims, troubles=what.troubles)
    return Decision(after, _parts(kept, what.content) if what.content else ())


def _parts(kept: Kept, content: bytes) -> tuple[Event, ...]:
    pieces = [content[start : start + PART] for start in range(0, len(content), PART)]
    return tuple(
        PayerFileReceived(
            file=file_id(kept.sha256),
            kind="835",
            route=kept.partner,
            part=number,
            parts=len(pieces),
            content=piece,
            sha256=kept.sha256,
        )
        for number, piece in enumerate(pieces, 1)
    )


def kept_of(state: FileState) -> Kept:
    """What is known of the file itself."""
    return state if isinstance(state, Kept) else state.file


def troubles_of(state: FileState) -> tuple[Trouble, ...]:
    """What is wrong with it; empty when nothing is, or nothing is known yet."""
    return () if isinstance(state, Kept) else state.troubles
