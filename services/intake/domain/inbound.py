"""A message at a door: who sent it, what was understood of it, what it led to, what was answered."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from msgspec import Struct

from services.intake.domain.account.facts import Facts
from shared.claim import Claim
from shared.claim.checking import Defect, write_claim
from shared.events import Finding
from shared.events.intake import Door

State = Literal["accepted", "kept", "partly", "duplicate", "refused"]
"""What became of a message.

``accepted``: every claim in it was taken. ``partly``: some were. ``duplicate``: all were ours already. ``kept``: stored
and folded into its account, which makes no claim because of it now. ``refused``: stored, none could be made, the sender
was told why.
"""

Fate = Literal["made", "amended", "duplicate"]
"""What became of one claim because of a message. ``amended``: changed, cancelled, or to be changed when its payer has decided."""


class Candidate(Struct, frozen=True, gc=False):
    """A claim that was understood, before it is known whether we have it.

    ``key`` says which claim it is: the feed's facility and the claim number. ``fingerprint`` says what it says.
    ``once``: it is only wanted when there is no such claim yet (FHIR's conditional create); else it changes nothing.
    """

    claim: Claim
    key: str
    fingerprint: bytes
    once: bool = False


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """What the sender is told, as it goes over the wire: kept, and said again when the same message comes again.

    ``status`` is the HTTP status, 0 at the MLLP door. ``receipt`` is what is said beside it, claim by claim (277CA).
    """

    body: bytes
    status: int = 0
    media: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    receipt: bytes = b""


class Result(Struct, frozen=True, kw_only=True, gc=False):
    """What became of a message's claims: ``(claim id, fate)`` in the message's order.

    ``versions`` says for each how often it was made or changed by now. ``message`` is the stored original's id.
    ``conflict``: its sender used this control id before, for another content that was taken. ``expected`` is MSA-4.
    """

    message: str
    claims: tuple[tuple[str, Fate], ...] = ()
    conflict: bool = False
    versions: tuple[int, ...] = ()
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """The sequence number of a message whose feed keeps to them, and what it is when another number is expected."""

    number: int
    refused: "Callable[[int], Reading]"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a door understood of one message, before anything is stored.

    ``sender`` and ``control`` identify the message among its door's; an empty ``control`` lets the content do so.
    ``kind`` names the type for lists (``DFT^P03``, ``837P``). ``refused`` counts what could not become a claim.
    ``reply`` makes the answer once the fates are known; it is pure.
    """

    door: Door
    kind: str
    sender: str
    control: str
    reply: Callable[[Result], Answer]
    feed: str = ""
    claims: tuple[Candidate, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: int = 0
    facts: tuple[Facts, ...] = ()
    """What the message says about encounter accounts; the claims that these make are the account's decision."""
    mentions: tuple[tuple[Literal["account", "record", "claim"], str], ...] = ()
    """Names that the message can be found by even when nothing could be made of it."""
    strict_control: bool = False
    """The control id is a promise (an Idempotency-Key): other content under it is refused, not flagged."""
    form: str = ""
    """In which form the answer is wanted, where a door has several: the same content asked in another is another message."""
    numbered: Numbered | None = None
    """Its place in its sender's sequence, where the feed says that it keeps one."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as it came in, with what was understood of it."""

    id: str
    raw: bytes
    received: datetime
    reading: Reading
    traceparent: str = ""
    replay: bool = False
    expected: int | None = None

    def identity(self) -> str:
        """What makes two messages the same one, with the content's hash: door, sender, control id."""
        form = f"\x1f{self.reading.form}" if self.reading.form else ""
        return f"{self.reading.door}\x1f{self.reading.sender}\x1f{self.reading.control}{form}"

    def sha256(self) -> bytes:
        """The content's hash."""
        return hashlib.sha256(self.raw).digest()


def candidate(claim: Claim, facility: str, written: bytes = b"") -> Candidate:
    """Make the candidate of a claim. Equal claims of one facility get the same key and the same fingerprint.

    ``written`` is what ``write_claim`` made of it, where somebody has that already.
    """
    digest = hashlib.sha256(written or write_claim(claim)).digest()
    return Candidate(claim, key_of(facility, claim.number), digest)


def key_of(facility: str, number: str) -> str:
    """Which claim it is: two feeds of one facility mean the same claim by one number."""
    return f"{facility}\x1f{number}"


def state_of(reading: Reading, result: Result) -> State:
    """What became of the whole message."""
    if reading.refused:
        return "partly" if reading.claims or reading.facts else "refused"
    if not result.claims:
        return "kept"
    return "duplicate" if all(fate == "duplicate" for _, fate in result.claims) else "accepted"


def finding_of(defect: Defect, location: str = "") -> Finding:
    """A structural defect as a finding, with the place in the sender's own format where it is known."""
    return Finding(
        rule=f"CLM-{defect.code}",
        place=defect.pointer,
        location=location or defect.pointer or "/",
        title="The claim cannot be carried as it is",
        problem=defect.problem,
        fix=defect.fix,
    )
