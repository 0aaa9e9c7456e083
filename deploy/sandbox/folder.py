"""The sandbox's memory: folders and renames, so that a kill at any instant leaves each file answered exactly once.

``mailboxes/<partner>/{inbound,outbound,archive}``  what a partner sees by SFTP
``taken/<partner>/<ISA13>.837``                     files that were answered, as they came
``due/<partner>/<ISA13>/<seconds>~<name>``          answers that wait for their time
``due/<partner>/<ISA13>/payments.json``             what its 835s paid, for when a claim is replaced or voided
``due/<partner>/<ISA13>/summary.json``              what was received

A file's answers are made in a folder of another name; renaming that folder is the moment at which the file is answered.
"""

import heapq
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from shared.x12.types import ClaimPayment

ROOMS = ("inbound", "outbound", "archive")


class Letter(NamedTuple):
    """One answer: when it is due, under which name, its bytes."""

    due: datetime
    name: str
    data: bytes


class Decided(NamedTuple):
    """What was decided about a claim, and whether the 835 that tells it has gone out."""

    payment: ClaimPayment
    told: bool


class Received(Struct, frozen=True, kw_only=True):
    """What was received in one file, for whoever checks afterwards. ``accepted`` are the (payer, CLM01) now in adjudication."""

    partner: str
    interchange: int
    sha256: str
    at: datetime
    claims: int = 0
    cents: int = 0
    rejected: int = 0
    duplicates: int = 0
    problem: str = ""
    accepted: tuple[tuple[str, str], ...] = ()


class Folder:
    """Everything on disk below one folder. Not safe for two sandboxes at once."""

    def __init__(self, root: Path, partners: Sequence[str]) -> None:
        self.root = root
        self.partners = tuple(partners)
        for partner in partners:
            for room in ROOMS:
                (self.mailbox(partner) / room).mkdir(parents=True, exist_ok=True)
            (root / "due" / partner).mkdir(parents=True, exist_ok=True)
            (root / "taken" / partner).mkdir(parents=True, exist_ok=True)
        self._waiting = [self._ticket(path) for path in root.glob("due/*/*/*~*") if _is_final(path.parent)]
        heapq.heapify(self._waiting)

    def numbers(self) -> Iterator[int]:
        """Control numbers of our own letters, reserved on disk a hundred at a time: a kill leaves holes, never repeats."""
        path = self.root / "numbers"
        while True:
            first = int(path.read_text()) if path.exists() else 1
            written = path.with_suffix(".tmp")
            written.write_text(str(first + 100))
            written.replace(path)
            yield from range(first, first + 100)

    def remember_moods(self, moods: Mapping[str, str]) -> None:
        """Keep the moods that somebody set."""
        written = self.root / "moods.tmp"
        written.write_bytes(msgspec.json.encode(dict(moods)))
        written.replace(self.root / "moods.json")

    def moods(self) -> dict[str, str]:
        """The moods that somebody set; empty when nobody did."""
        path = self.root / "moods.json"
        return msgspec.json.decode(path.read_bytes(), type=dict[str, str]) if path.exists() else {}

    def mailbox(self, partner: str) -> Path:
        """What this partner sees as ``/``."""
        return self.root / "mailboxes" / partner

    def arrived(self) -> Iterator[tuple[str, Path]]:
        """Partner and path of every complete file that waits in an inbound folder, by name."""
        for partner in self.partners:
            for path in sorted((self.mailbox(partner) / "inbound").iterdir()):
                if path.is_file() and not path.name.endswith((".tmp", ".part", ".filepart")):
                    yield partner, path

    def summary(self, partner: str, interchange: int) -> Received | None:
        """What was received under this control number; None when it is new."""
        path = self._due(partner, interchange) / "summary.json"
        return msgspec.json.decode(path.read_bytes(), type=Received) if path.exists() else None

    def was_taken(self, partner: str, interchange: int) -> bool:
        """Whether the file of this number was moved away: another one that comes is a repeat."""
        return self._taken(partner, interchange).exists()

    def payment(self, partner: str, number: str) -> ClaimPayment | None:
        """The payment under this payer claim control number, which ends in ISA13 and five digits; None when there was none."""
        interchange = number[-14:-5]
        path = self._due(partner, int(interchange)) / "payments.json" if interchange.isdecimal() else None
        if path is None or not path.exists():
            return None
        payments = msgspec.json.decode(path.read_bytes(), type=tuple[ClaimPayment, ...])
        return next((one for one in payments if one.payer_claim_number == number), None)

    def decided(self, partner: str, payer: str, number: str) -> Decided | None:
        """The last decision of a payer about the claim of this number (CLM01); None when it has none."""
        for folder in sorted((self.root / "due" / partner).iterdir(), reverse=True):
            path = folder / "payments.json"
            if not _is_final(folder) or not path.exists():
                continue
            for one in msgspec.json.decode(path.read_bytes(), type=tuple[ClaimPayment, ...]):
                if one.number == number and one.payer_claim_number.startswith(payer):
                    return Decided(one, told=not any(folder.glob(f"*~835_{payer}_*")))
        return None

    def answer(
        self,
        path: Path,
        received: Received,
        letters: Sequence[Letter],
        payments: Sequence[ClaimPayment] = (),
    ) -> None:
        """Answer a file: all its letters exist from one rename on. Then the file itself is put away."""
        final = self._due(received.partner, received.interchange)
        making = final.with_name(f"{final.name}.making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        for letter in letters:
            (making / f"{int(letter.due.timestamp()):012d}~{letter.name}").write_bytes(letter.data)
        (making / "payments.json").write_bytes(msgspec.json.encode(payments))
        (making / "summary.json").write_bytes(msgspec.json.encode(received))
        making.rename(final)
        for waiting in final.glob("*~*"):
            heapq.heappush(self._waiting, self._ticket(waiting))
        self.put_away(path, received.partner, received.interchange)

    def put_away(self, path: Path, partner: str, interchange: int) -> None:
        """Move an answered file out of the mailbox."""
        path.rename(self._taken(partner, interchange))

    def discard(self, path: Path, partner: str, reply: Letter | None) -> None:
        """Put a repeated or unreadable file aside, with a reply where there is one. A crash between may say it twice."""
        aside = self.root / "taken" / partner / "aside"
        aside.mkdir(exist_ok=True)
        if reply is not None:
            self._deliver(partner, reply)
        path.rename(aside / f"{path.stat().st_mtime_ns}-{path.name}")

    def deliver_due(self, now: datetime) -> int:
        """Move every letter whose time has come into its outbound folder: one rename each, so none comes twice."""
        delivered = 0
        while self._waiting and self._waiting[0][0] <= now.timestamp():
            _, name, partner, path = heapq.heappop(self._waiting)
            path.rename(self.mailbox(partner) / "outbound" / name)
            delivered += 1
        return delivered

    @property
    def waiting(self) -> int:
        """How many letters wait for their time."""
        return len(self._waiting)

    def received(self) -> list[Received]:
        """Everything ever received, by partner and control number."""
        summaries = sorted(path for path in self.root.glob("due/*/*/summary.json") if _is_final(path.parent))
        return [msgspec.json.decode(path.read_bytes(), type=Received) for path in summaries]

    def _ticket(self, path: Path) -> tuple[int, str, str, Path]:
        seconds, _, name = path.name.partition("~")
        return int(seconds), name, path.parent.parent.name, path

    def _deliver(self, partner: str, letter: Letter) -> None:
        outbound = self.mailbox(partner) / "outbound"
        temporary = outbound / f"{letter.name}.tmp"
        temporary.write_bytes(letter.data)
        temporary.rename(outbound / letter.name)

    def _due(self, partner: str, interchange: int) -> Path:
        return self.root / "due" / partner / f"{interchange:09d}"

    def _taken(self, partner: str, interchange: int) -> Path:
        return self.root / "taken" / partner / f"{interchange:09d}.837"


def _is_final(folder: Path) -> bool:
    return not folder.name.endswith(".making")
