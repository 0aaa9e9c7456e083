"""What messages would give under another feed file: read twice, folded twice, compared by place. Nothing is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec
from msgspec import Struct

from services.intake.domain.account.billing import Hold, billing, charging_feed
from services.intake.domain.account.facts import Facts
from services.intake.domain.account.parts import NOTHING, Parts, join, parts_of
from services.intake.domain.again import read_again
from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Reading
from shared.claim import Claim
from shared.events.intake import Door

LATER = date(9999, 1, 1)
"""Bill-hold days are over: a trial asks what the messages give in the end."""

MOST_TOLD = 100
"""Changes that are told one by one; all are counted."""


class Stored(Struct, frozen=True, kw_only=True):
    """One message to be tried. ``id`` is what it is called in the answer: no value of a patient."""

    id: str
    door: Door
    raw: bytes
    sender: str = ""
    control: str = ""
    received: datetime


class Progress(Struct, frozen=True, tag_field="tell", tag="progress"):
    """How many messages have been read, of how many."""

    read: int
    of: int


class Changed(Struct, frozen=True, kw_only=True):
    """One claim that would be another: its first message, what happens to it, and the places (JSON pointers) that differ."""

    message: str
    change: str
    places: tuple[str, ...] = ()


class Refusal(Struct, frozen=True, kw_only=True):
    """One message that only one of the two would refuse, with rule and place of each error."""

    message: str
    errors: tuple[str, ...]


class Side(Struct, frozen=True, kw_only=True):
    """What the messages give on one side: messages refused, claims, their charges in cents, accounts held by reason."""

    refused: int
    claims: int
    cents: int
    held: dict[str, int]


class Difference(Struct, frozen=True, kw_only=True, tag_field="tell", tag="difference"):
    """The two sides, and between them: claims added, removed, changed; the places that change in how many claims; refusals.

    Lists are cut after ``MOST_TOLD``; the counts are whole.
    """

    messages: int
    before: Side
    after: Side
    added: int
    removed: int
    changed: int
    places: dict[str, int]
    claims: tuple[Changed, ...]
    newly_refused: tuple[Refusal, ...]
    newly_taken: tuple[Refusal, ...]

    @property
    def same(self) -> bool:
        """Nothing would be different."""
        return self.before == self.after and not (self.claims or self.newly_refused or self.newly_taken)


Tell = Progress | Difference


class _Outcome:
    """What was read so far on one side."""

    def __init__(self, feeds: Feeds) -> None:
        self.feeds = feeds
        self.refused: dict[str, tuple[str, ...]] = {}
        self.claims: dict[str, tuple[str, Claim]] = {}
        self.parts: dict[tuple[str, str], tuple[str, Parts]] = {}
        self.of_patients: list[Facts] = []
        self.held: Counter[str] = Counter()

    def read(self, one: Stored) -> None:
        reading = read_again(one.door, one.raw, one.sender, one.control, self.feeds, one.received)
        if reading.refused:
            errors = (f for f in reading.findings if f.severity == "error")
            self.refused[one.id] = tuple(f"{f.rule} {f.location or f.place}".strip() for f in errors)
        self._facts(one.id, reading)
        if not reading.facts:
            for made in reading.claims:
                self.claims[made.key] = (self.claims.get(made.key, (one.id,))[0], made.claim)

    def _facts(self, message: str, reading: Reading) -> None:
        facility = next((f.facility for f in self.feeds.all if f.name == reading.feed), "")
        for facts in reading.facts:
            if not facts.account:
                self.of_patients.append(facts)
                continue
            first, parts = self.parts.get((facility, facts.account), (message, NOTHING))
            self.parts[facility, facts.account] = (first, join(parts, parts_of(facts)))

    def bill(self) -> None:
        """Make the claims of all accounts, as if their bill-hold days were over."""
        feeds = {feed.name: feed for feed in self.feeds.all}
        for (facility, account), (message, told) in self.parts.items():
            parts = self._with_patient(told)
            outcome = billing(account, parts, LATER, feeds.get(charging_feed(parts)))
            if isinstance(outcome, Hold):
                self.held.update({reason.why for reason in outcome.reasons})
                continue
            for claim in outcome.claims:
                self.claims[f"{facility}\x1f{claim.number}"] = (message, claim)

    def _with_patient(self, parts: Parts) -> Parts:
        """What messages said of the patient alone holds for each account of that patient."""
        record = parts.medical_record.value if parts.medical_record else ""
        for facts in self.of_patients:
            if record and facts.medical_record == record and facts.merge is None:
                parts = join(parts, parts_of(facts))
        return parts

    def side(self) -> Side:
        cents = sum(claim.charge for _, claim in self.claims.values())
        held = dict(sorted(self.held.items()))
        return Side(refused=len(self.refused), claims=len(self.claims), cents=cents, held=held)


def trial(messages: Iterable[Stored], count: int, before: Feeds, after: Feeds) -> Iterator[Tell]:
    """Read the messages under both, oldest first; tell how far it is, then the difference."""
    old, new = _Outcome(before), _Outcome(after)
    read = 0
    for read, one in enumerate(messages, 1):
        old.read(one)
        new.read(one)
        if read % 50 == 0:
            yield Progress(read, max(count, read))
    old.bill()
    new.bill()
    yield _difference(read, old, new)


def _difference(read: int, old: _Outcome, new: _Outcome) -> Difference:
    claims = tuple(_changes(old.claims, new.claims))
    kinds = Counter(change.change for change in claims)
    places = Counter(place for change in claims for place in {_plain(p) for p in change.places})
    return Difference(
        messages=read,
        before=old.side(),
        after=new.side(),
        added=kinds["added"],
        removed=kinds["removed"],
        changed=kinds["changed"],
        places=dict(places.most_common()),
        claims=claims[:MOST_TOLD],
        newly_refused=_only(new.refused, old.refused),
        newly_taken=_only(old.refused, new.refused),
    )


def _only(some: dict[str, tuple[str, ...]], others: dict[str, tuple[str, ...]]) -> tuple[Refusal, ...]:
    found = (Refusal(message=m, errors=errors) for m, errors in some.items() if m not in others)
    return tuple(found)[:MOST_TOLD]


def _changes(old: dict[str, tuple[str, Claim]], new: dict[str, tuple[str, Claim]]) -> Iterator[Changed]:
    for key in dict.fromkeys((*old, *new)):
        if key not in new:
            yield Changed(message=old[key][0], change="removed")
        elif key not in old:
            yield Changed(message=new[key][0], change="added")
        elif places := tuple(differences(old[key][1], new[key][1])):
            yield Changed(message=new[key][0], change="changed", places=places)


def differences(a: Claim, b: Claim) -> Iterator[str]:
    """The places (JSON pointers) at which two claims differ; of a list of another length, the list."""
    yield from _apart(msgspec.to_builtins(a), msgspec.to_builtins(b), "")


def _apart(a: object, b: object, at: str) -> Iterator[str]:
    if isinstance(a, dict) and isinstance(b, dict):
        for name in sorted(a.keys() | b.keys()):
            yield from _apart(a.get(name), b.get(name), f"{at}/{name}")
    elif _long(a) and _long(b) and len(a) == len(b):  # type: ignore[arg-type]
        for place, (x, y) in enumerate(zip(a, b, strict=True)):  # type: ignore[call-overload]
            yield from _apart(x, y, f"{at}/{place}")
    elif a != b:
        yield at


def _long(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _plain(place: str) -> str:
    """A place without the numbers in it: ``/lines/*/code``."""
    return "/".join("*" if step.isdigit() else step for step in place.split("/"))
