"""What we know about one sender: whose charges these are, and how its codes translate. Declared in a file per feed."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo
from fnmatch import fnmatchcase
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct, structs

from services.intake.domain.fhir.mapped import Move, moves_of
from services.intake.domain.hl7.charset import CHARSETS
from services.intake.domain.hl7.fields import FieldTable, compiled
from services.intake.domain.links import Mailbox, Port
from services.intake.domain.mapping import Rule
from shared.claim import Kind, Payer, Provider
from shared.events.intake import Door


class PayerEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One payer as this feed names it, and as the claim does. ``filing`` is SBR09."""

    id: str
    name: str
    filing: str = ""


class Department(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a department code (FT1-13) stands for: revenue code of institutional lines, place of service of professional ones.

    ``professional``: its charges are a clinician's, billed on an 837P of their own also in an institutional account.
    """

    revenue_code: str = ""
    place: str = ""
    professional: bool = False


class ChargeCode(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a facility's own charge code (FT1-7) stands for where the message does not say it: code, revenue code, words.

    ``price`` is what one unit costs, as ``125.50``: for feeds that send no amounts.
    """

    code: str = ""
    revenue_code: str = ""
    description: str = ""
    price: str = ""
    professional: bool = False


class Feed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One feed.

    ``senders`` are, per door, patterns (``*`` and ``?``) of who sends: ``MSH-3|MSH-4`` for hl7, ISA06 for x12, the
    token's name for fhir and json. ``facility`` says whose claim numbers these are: claims of two feeds of one
    facility with the same number are the same claim. ``classes`` maps PV1-2 to the kind of claim, ``places`` maps it
    to CLM05-1: place of service, or the first two digits of the type of bill; ``relationships`` maps IN1-17 to SBR02:
    short forms of the codes of three parts in ``hl7``. ``processing`` are the MSH-11 that are taken: training messages
    make no claims; ``*`` takes them all. ``hl7`` and ``fhir`` are, in the file, what this feed says anew of the doors'
    tables (services/intake/mappings), and once loaded the tables in force. An account is billed ``bill_hold_days`` after
    its visit was closed; for the patient classes of ``charge_closes`` a charge message itself closes the visit. Originals
    are kept ``retention_days`` (six years, 45 CFR 164.316(b)(2)(i)) and dropped by the month. A feed is called silent
    after three times its usual gap between messages, but not before ``silence_minutes``. ``charset``,
    as MSH-18 writes it, is that of HL7 messages which do not say theirs, ``time_zone`` (``America/Chicago``) that of HL7
    times without an offset, and the one whose day ends the bill hold; days stay the days that are written.
    ``sequence`` says whether its senders keep to the sequence number protocol (MSH-13). ``mllp`` is a port of its own,
    ``mailboxes`` are folders in which it leaves files, by name.
    """

    name: str
    facility: str
    senders: dict[Door, tuple[str, ...]]
    billing: Provider
    payers: dict[str, PayerEntry] = {}
    classes: dict[str, Kind] = {}
    places: dict[str, str] = {}
    departments: dict[str, Department] = {}
    charges: dict[str, ChargeCode] = {}
    processing: tuple[str, ...] = ("P",)
    hl7: dict[str, Rule] = {}
    fhir: dict[str, Rule] = {}
    relationships: dict[str, str] = {}
    attending_as_rendering: bool = True
    bill_hold_days: int = 3
    charge_closes: tuple[str, ...] = ()
    retention_days: int = 2192
    silence_minutes: int = 15
    accept_assignment: Literal["A", "B", "C"] = "A"
    charset: str = ""
    time_zone: str = "UTC"
    sequence: Literal["ignore", "enforce"] = "ignore"
    mllp: Port | None = None
    mailboxes: dict[str, Mailbox] = {}

    def __post_init__(self) -> None:
        if self.charset and self.charset.upper() not in CHARSETS:
            raise ValueError(f"charset is one of {', '.join(CHARSETS)}")
        try:
            _ = self.zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("time_zone is a name of the IANA database, as America/Chicago") from None

    @property
    def zone(self) -> tzinfo:
        """The time zone. Raises ZoneInfoNotFoundError for a name that the machine does not know."""
        return UTC if self.time_zone == "UTC" else ZoneInfo(self.time_zone)

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

    def __init__(self, feeds: Iterable[Feed], only: str = "") -> None:
        self.all = tuple(feeds)
        self._only = only
        self._found: dict[tuple[Door, str], Feed | None] = {}
        self._hl7: dict[str, FieldTable] = {}
        self._fhir: dict[str, tuple[Move, ...]] = {}

    def find(self, door: Door, sender: str) -> Feed | None:
        """Whose feed this sender's messages belong to; None for a stranger."""
        at = (door, sender)
        if at not in self._found:
            if len(self._found) > 1000:  # strangers with random names must not fill the memory
                self._found.clear()
            found = next((f for f in self.all if _fits(f, door, sender)), None)
            self._found[at] = found if found is None or found.name == (self._only or found.name) else None
        return self._found[at]

    def only(self, name: str) -> "Feeds":
        """The same, where all but one feed's senders are strangers: who may use one feed's port or mailbox."""
        return Feeds(self.all, name)

    def hl7(self, feed: Feed) -> FieldTable:
        """The feed's table for HL7 v2, ready for use. Raises ValueError for a feed that was not loaded with its tables."""
        table = self._hl7.get(feed.name)
        if table is None:
            if not feed.hl7:
                raise ValueError(
                    f"feed {feed.name} has no table: load it with services.intake.settings.load_feeds"
                )
            table = self._hl7[feed.name] = compiled(feed.hl7)
        return table

    def fhir(self, feed: Feed) -> tuple[Move, ...]:
        """What the feed says anew of FHIR's table, ready for use."""
        if feed.name not in self._fhir:
            self._fhir[feed.name] = moves_of(feed.fhir)
        return self._fhir[feed.name]


def latest_day(feeds: Feeds, now: datetime) -> date:
    """The day that it is at that feed where it is latest; UTC's without feeds."""
    return max((now.astimezone(feed.zone).date() for feed in feeds.all), default=now.date())


def in_force(feed: Feed, hl7: dict[str, Rule], fhir: dict[str, Rule]) -> Feed:
    """The feed with the doors' tables in force: what its file says anew is in them already, its short forms are added."""
    short: dict[str, dict[str, str]] = {
        "visit.kind": dict(feed.classes),
        "visit.place": feed.places,
        "coverage.relationship": feed.relationships,
    }
    for name, codes in short.items():
        said = {**(hl7[name].codes or {}), **{k.upper(): v for k, v in codes.items()}}
        hl7 = {**hl7, name: structs.replace(hl7[name], codes=said)}
    return structs.replace(feed, hl7=hl7, fhir=fhir, places=hl7["visit.place"].codes or {})


def _fits(feed: Feed, door: Door, sender: str) -> bool:
    return any(fnmatchcase(sender, pattern) for pattern in feed.senders.get(door, ()))
