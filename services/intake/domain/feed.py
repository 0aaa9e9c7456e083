"""What we know about one sender: whose charges these are, and how its codes translate. Declared in a file per feed."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct, field

from shared.claim import Kind, Payer, Provider
from shared.events.intake import Door

CLASSES: dict[str, Kind] = {"I": "institutional"}
PLACES = {"I": "11", "O": "22", "E": "23"}


class PayerEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payer as this feed names it, and as the claim does. ``filing`` is SBR09."""

    id: str
    name: str
    filing: str = ""


class Department(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department code (FT1-13) stands for: revenue code of institutional lines, place of service of professional ones."""

    revenue_code: str = ""
    place: str = ""


class ChargeCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a facility's own charge code (FT1-7) stands for where the message does not say it: code, revenue code, words."""

    code: str = ""
    revenue_code: str = ""
    description: str = ""


class Feed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed.

    ``senders`` are, per door, patterns (``*`` and ``?``) of who sends: ``MSH-3|MSH-4`` for hl7, ISA06 for x12, the
    token's name for fhir and json. ``facility`` says whose claim numbers these are: claims of two feeds of one
    facility with the same number are the same claim. ``classes`` maps PV1-2 to the kind of claim, ``places`` maps it
    to CLM05-1: place of service, or the first two digits of the type of bill. ``processing`` are the MSH-11 that are
    taken: training messages make no claims. ``fields`` overrides where a part of the claim stands in a message
    (services.intake.domain.hl7.fields). An account is billed ``bill_hold_days`` after its visit was closed; for the
    patient classes of ``charge_closes`` a charge message itself closes the visit. Originals are kept
    ``retention_days`` (six years, 45 CFR 164.316(b)(2)(i)) and dropped by the month. A feed is called silent after three
    times its usual gap between messages, but not before ``silence_minutes``.
    """

    name: str
    facility: str
    senders: dict[Door, tuple[str, ...]]
    billing: Provider
    payers: dict[str, PayerEntry] = {}
    classes: dict[str, Kind] = field(default_factory=lambda: dict(CLASSES))
    places: dict[str, str] = field(default_factory=lambda: dict(PLACES))
    departments: dict[str, Department] = {}
    charges: dict[str, ChargeCode] = {}
    processing: tuple[str, ...] = ("P",)
    fields: dict[str, tuple[str, ...]] = {}
    relationships: dict[str, str] = {}
    attending_as_rendering: bool = True
    bill_hold_days: int = 3
    charge_closes: tuple[str, ...] = ()
    retention_days: int = 2192
    silence_minutes: int = 15
    accept_assignment: Literal["A", "B", "C"] = "A"

    def payer(self, written: str, name: str = "") -> Payer:
        """The payer that the feed calls so; unknown ones keep the sender's id and name."""
        entry = self.payers.get(written)
        return Payer(id=entry.id, name=entry.name) if entry else Payer(id=written, name=name or written)

    def filing(self, written: str) -> str:
        """The claim filing indicator of that payer, ``CI`` where nothing is said."""
        entry = self.payers.get(written)
        return (entry.filing if entry else "") or "CI"


class Feeds:
    """All feeds, in the order of their files: the first whose pattern fits takes the message."""

    def __init__(self, feeds: Iterable[Feed]) -> None:
        self.all = tuple(feeds)
        self._found: dict[tuple[Door, str], Feed | None] = {}

    def find(self, door: Door, sender: str) -> Feed | None:
        """Whose feed this sender's messages belong to; None for a stranger."""
        at = (door, sender)
        if at not in self._found:
            if len(self._found) > 1000:  # strangers with random names must not fill the memory
                self._found.clear()
            self._found[at] = next((f for f in self.all if _fits(f, door, sender)), None)
        return self._found[at]


def _fits(feed: Feed, door: Door, sender: str) -> bool:
    return any(fnmatchcase(sender, pattern) for pattern in feed.senders.get(door, ()))
