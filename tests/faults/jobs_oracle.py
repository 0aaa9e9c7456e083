"""What must be true after the jobs' crashes, judged from the claims that were put in and from the partner's folders."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.bus import Sealer
from shared.bus.records import PARTITIONS, Reader, heard
from shared.bus.types import Envelope
from shared.claim import Claim
from shared.events import (
    ClaimPaid,
    ClaimSubmitted,
    PatientBalanceAssigned,
    RemittancePosted,
    RemittanceQuarantined,
)
from shared.testing.app import SEAL_KEYS
from tests.faults.jobs_life import REMITTANCE, SUBMITTER, Place

Money = tuple[int, int, int]
"""Cents: contractual, paid by the insurance, the patient's."""


def expected(claim: Claim) -> Money:
    """What the sandbox's payers decide (deploy/sandbox/README.md): SBX01 shares, SBX02 leaves nothing to the patient."""
    contractual = sum(line.charge * 20 // 100 for line in claim.lines)
    shares = claim.coverages[0].payer.id == "SBX01"
    patient = (
        sum((line.charge - line.charge * 20 // 100) * 20 // 100 for line in claim.lines) if shares else 0
    )
    return contractual, claim.charge - contractual - patient, patient


@dataclass
class Mailbox:
    """What the partner has: 837s by control number, claims' numbers in them, 835s with the cents of their claims."""

    files: list[str] = field(default_factory=list)
    claims: Counter[str] = field(default_factory=Counter)
    money: list[dict[str, int]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def look(folder: Path) -> Mailbox:
    """Read the sandbox's folders, by bare segments: no reader of ours is trusted here."""
    found = Mailbox()
    taken = [*folder.glob("taken/*/*.837"), *folder.glob("taken/*/aside/*")]
    waiting = list(folder.glob("mailboxes/*/inbound/*"))
    found.left = [path.suffix for path in waiting] + [
        path.suffix for path in folder.glob("mailboxes/*/outbound/*")
    ]
    for path in [*taken, *waiting]:
        segments = _segments(path)
        found.files += [s[13] for s in segments if s[0] == "ISA"]
        found.claims.update(s[1] for s in segments if s[0] == "CLM")
    for path in folder.glob("mailboxes/*/archive/*"):
        segments = _segments(path)
        if ["ST", "835"] in [s[:2] for s in segments]:
            found.money.append({s[1]: round(float(s[4]) * 100) for s in segments if s[0] == "CLP"})
    return found


def _segments(path: Path) -> list[list[str]]:
    text = path.read_text("latin-1")
    return [segment.strip().split("*") for segment in text.split("~")]


async def broken(place: Place, folder: Path, claims: Mapping[str, Claim]) -> list[str]:
    """Every violated invariant, in words; none when all is well. ``claims`` by id are what was put in."""
    mailbox = look(folder)
    submitted = await said_on(place, "claims.submitter")
    decided = await said_on(place, "claims.remittance")
    found = [*_sent(mailbox, claims), *_paid(mailbox, claims)]
    for name, said in ((SUBMITTER, submitted), (REMITTANCE, decided)):
        found += [f"{name}: {words}" for words in _numbered(said)]
    found += _said(submitted, decided, claims, len(mailbox.money))
    for name in (SUBMITTER, REMITTANCE):
        found += [f"{name}: {words}" for words in await _idle(place.urls[name])]
    return found + await _ledger(place.urls[REMITTANCE], claims, len(mailbox.money))


def _sent(mailbox: Mailbox, claims: Mapping[str, Claim]) -> Iterator[str]:
    """Every file once by its control number, every claim in exactly one of them."""
    for number, count in Counter(mailbox.files).items():
        if count > 1:
            yield f"Once: 837 {number} is in the mailbox {count} times"
    numbers = [claim.number for claim in claims.values()]
    for count in (mailbox.claims[number] for number in numbers):
        if count != 1:
            yield f"{'Once' if count else 'NoLoss'}: a claim is in {count} 837s"
    if mailbox.claims.keys() - set(numbers):
        yield "Once: an 837 has a claim that never was"
    yield from (f"NoLoss: a file lies about: {suffix}" for suffix in mailbox.left)


def _paid(mailbox: Mailbox, claims: Mapping[str, Claim]) -> Iterator[str]:
    """The 835s that were fetched pay what these payers pay: the input of the books is whole."""
    paid: Counter[str] = Counter()
    for money in mailbox.money:
        paid.update(money)
    if dict(paid) != {claim.number: expected(claim)[1] for claim in claims.values()}:
        yield "NoLoss: the 835s that were fetched do not pay every claim once"


async def said_on(place: Place, topic: str) -> list[Envelope]:
    """Everything on a topic, in order per stream, opened."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=place.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        parts = [TopicPartition(place.prefix + topic, n) for n in range(PARTITIONS)]
        consumer.assign(parts)
        wanted = sum((await consumer.end_offsets(parts)).values())
        await consumer.seek_to_beginning(*parts)
        reader, said = Reader(Sealer.parse(SEAL_KEYS)), []
        while len(said) < wanted:
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                said += [reader.read(heard(record)) for record in batch]
        return said
    finally:
        await consumer.stop()


def _numbered(said: list[Envelope]) -> Iterator[str]:
    """Versions 1..n of each stream without a hole; what is sent again is the same event."""
    ids: dict[str, list[str]] = defaultdict(list)
    for one in said:
        known = ids[one.stream]
        if one.version == len(known) + 1:
            known.append(one.id)
        elif one.version > len(known):
            yield f"Order: version {one.version} after {len(known)}"
        elif known[one.version - 1] != one.id:
            yield "Once: two events have one version"


def _said(
    submitted: list[Envelope], decided: list[Envelope], claims: Mapping[str, Claim], remittances: int
) -> Iterator[str]:
    """What each claim's readers hear: sent once per attempt, decided once, one balance with the right cents."""
    events = {
        one.id: one for one in [*submitted, *decided]
    }.values()  # what the relay sent again is one event
    told: dict[type, Counter[str]] = defaultdict(Counter)
    for one in events:
        told[type(one.event)][_about(one)] += 1
    attempts = Counter((e.stream, e.event.attempt) for e in events if isinstance(e.event, ClaimSubmitted))
    if any(count != 1 for count in attempts.values()):
        yield "Once: ClaimSubmitted twice for one attempt"
    for kind in (ClaimSubmitted, ClaimPaid, PatientBalanceAssigned):
        for claim in claims:
            if told[kind][claim] != 1:
                yield f"{'Once' if told[kind][claim] else 'NoLoss'}: {kind.__name__} {told[kind][claim]} times for a claim"
        if told[kind].keys() - claims.keys():
            yield f"Once: {kind.__name__} for a claim that never was"
    if sum(told[RemittancePosted].values()) != remittances:
        yield f"Once: {sum(told[RemittancePosted].values())} remittances were posted of {remittances}"
    if told[RemittanceQuarantined]:
        yield f"Once: {len(told[RemittanceQuarantined])} remittances were quarantined, and none was bad"
    for one in events:
        if isinstance(one.event, PatientBalanceAssigned):
            due = one.event.contractual, one.event.insurance_paid, one.event.patient_due
            claim = claims.get(_about(one))
            if claim is not None and due != expected(claim):
                yield "Money: a balance has other cents"


def _about(one: Envelope) -> str:
    """The claim: a balance may be said on a stream of its own."""
    return one.event.claim or one.stream if isinstance(one.event, PatientBalanceAssigned) else one.stream


async def _idle(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        parked = await connection.fetchval("select count(*) from parked where closed_at is null")
        left = await connection.fetchval("select count(*) from outbox")
    finally:
        await connection.close()
    return [f"Parked: {parked} events, and none was bad"] * (parked > 0) + [
        f"NoLoss: {left} outbox rows were never sent"
    ] * (left > 0)


async def _ledger(url: str, claims: Mapping[str, Claim], remittances: int) -> list[str]:
    """Every journal closes, and the accounts are what went in: charges, and the payers' decisions about them."""
    connection = await asyncpg.connect(url)
    try:
        open_ = await connection.fetchval(
            "select count(*) from (select from entries group by journal having sum(cents) <> 0) x"
        )
        accounts = dict(
            await connection.fetch(
                "select account, sum(cents)::bigint from entries group by account having sum(cents) <> 0"
            )
        )
        posted = await connection.fetchval("select count(*) from remittances where state = 'posted'")
    finally:
        await connection.close()
    contractual, paid, patient = (sum(part) for part in zip(*map(expected, claims.values()), strict=True))
    charge = sum(claim.charge for claim in claims.values())
    wanted = {"charges": -charge, "cash": paid, "contractual": contractual, "patient": patient}
    found = [f"Money: {open_} journals do not close"] * (open_ > 0)
    if accounts != {name: cents for name, cents in wanted.items() if cents}:
        found.append(f"Money: the ledger has {accounts}, and {wanted} went in")
    if posted != remittances:
        found.append(f"Once: the books have {posted} remittances, the partner sent {remittances}")
    return found
