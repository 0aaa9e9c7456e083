"""One transaction for many messages: drop what is ours already, file the claims, store originals and answers."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from services.intake.domain.account.facts import Facts
from services.intake.domain.feed import Feeds
from services.intake.domain.filing import File, Filed
from services.intake.domain.inbound import Answer, Arrival, Candidate, Fate, Result, State, state_of
from services.intake.domain.names import names_of
from services.intake.store import inbound, originals, sequences, tallies, waiting
from services.intake.store.accounts import Accounts
from services.intake.store.claims import CLAIMS, causes_of, ids_of
from services.intake.store.folding import Origin, Outcome, fold
from services.intake.store.inbound import Row, Said
from services.intake.store.keeping import keep
from shared.bus.types import Cause, Done, Refused, Tx
from shared.events import ClaimAmended, ClaimReceived
from shared.service.context import Context

BEHIND = Refused("parked", "an earlier message waits for the same claim")
CHUNK = 500
"""Claims put to the aggregate at once. A file of ten thousand is still one transaction, but one that is never long idle."""


class Taken(msgspec.Struct, frozen=True, gc=False):
    """What the sender is told, the stored message's id, and whether it was ours already."""

    answer: Answer
    message: str
    repeat: bool = False
    state: State | None = None
    fates: tuple[tuple[str, Fate], ...] = ()


class _Fresh(msgspec.Struct, gc=False):
    """A message that is not ours yet, or that is replayed."""

    arrival: Arrival
    identity: bytes
    sha256: bytes
    conflict: bool
    fates: list[tuple[str, Fate]] = []
    versions: list[int] = []
    cents: int = 0
    taken: Taken | None = None

    @property
    def blocked(self) -> bool:
        """Its Idempotency-Key was another message's: it may file nothing."""
        return self.conflict and self.arrival.reading.strict_control

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The whole claims that it may file. A charge message's are its account's to make."""
        reading = self.arrival.reading
        return () if self.blocked or (reading.door == "hl7" and reading.facts) else reading.claims

    @property
    def facts(self) -> tuple[Facts, ...]:
        """What it says of accounts."""
        return () if self.blocked else self.arrival.reading.facts

    def settle(self) -> Taken:
        """The answer, once the fates are known."""
        reading = self.arrival.reading
        result = Result(
            message=self.arrival.id,
            claims=tuple(self.fates),
            conflict=self.conflict,
            versions=tuple(self.versions),
            expected=self.arrival.expected,
        )
        state = "refused" if self.blocked else state_of(reading, result)
        self.taken = Taken(reading.reply(result), self.arrival.id, False, state, result.claims)
        return self.taken


_Key = tuple[bytes, bytes]
"""Identity and content."""


async def store_batch(ctx: Context, tx: Tx, arrivals: Sequence[Arrival], feeds: Feeds) -> list[Taken]:
    """Store these messages, fold what they say and file their claims inside ``tx``. One result per message, in order.

    Raises Collision when another process stored one of them at the same time: then the whole batch is done again.
    """
    keys = [(ctx.blind(_named(a)), a.sha256()) for a in arrivals]
    expected = await sequences.locked(ctx, tx, arrivals)
    known = await inbound.seen(tx, list({identity for identity, _ in keys}))
    ours = {(identity, s.sha256): s for identity, several in known.items() for s in several}
    if expected:
        arrivals = sequences.in_turn(ctx, expected, arrivals, keys, known)
        await sequences.save(ctx, tx, expected)
    used = {identity for identity, several in known.items() if not all(s.refused for s in several)}
    fresh = _fresh(arrivals, keys, used, ours)
    # accounts before claims, as wherever both are locked: so two processes cannot wait for each other
    folded = await _fold(ctx, tx, list(fresh.values()), Accounts(feeds, ctx.blind, ctx.seal))
    await _file(ctx, tx, list(fresh.values()))
    _note(fresh.values(), folded)
    for f in fresh.values():
        f.settle()
    new = [f for f in fresh.values() if not f.arrival.replay]
    told = [_told(ctx, a, key, fresh, ours) for a, key in zip(arrivals, keys, strict=True)]
    came = [_came(a, t) for a, t in zip(arrivals, told, strict=True) if not a.replay]
    await keep(tx, [_row(ctx, f) for f in new], [_body(ctx, f.arrival) for f in new], came)
    for f in fresh.values():
        if f.arrival.replay:
            await inbound.replayed(tx, _row(ctx, f), ctx.clock.now())
    await inbound.repeated(tx, Counter(t.message for t in told if t.repeat))
    return told


def _came(arrival: Arrival, taken: Taken) -> tallies.Came:
    return tallies.Came(arrival.reading.feed, arrival.received, None if taken.repeat else taken.state)


def _body(ctx: Context, arrival: Arrival) -> originals.Body:
    sealed = originals.seal_body(ctx.seal, arrival.id, arrival.raw)
    return originals.Body(arrival.reading.feed, arrival.received.date(), arrival.id, sealed)


def short(ctx: Context, name: str) -> bytes:
    """The keyed hash that a name is stored as."""
    return ctx.blind(name)[:8]


def _named(arrival: Arrival) -> str:
    """What identifies a message: without a control id, its content."""
    identity = arrival.identity()
    return identity if arrival.reading.control else f"{identity}{arrival.sha256().hex()}"


def _fresh(
    arrivals: Sequence[Arrival], keys: Sequence[_Key], used: set[bytes], ours: dict[_Key, inbound.Seen]
) -> dict[_Key, _Fresh]:
    """Those that are not ours yet. ``used``: identities of taken messages; to mend a refused one under its id is right."""
    fresh: dict[_Key, _Fresh] = {}
    for arrival, key in zip(arrivals, keys, strict=True):
        if arrival.replay or (key not in ours and key not in fresh):
            conflict = key[0] in used and not arrival.replay
            fresh[key] = _Fresh(arrival, *key, conflict)
            if arrival.reading.claims or arrival.reading.facts or not arrival.reading.refused:
                used.add(key[0])
    return fresh


def _told(
    ctx: Context, arrival: Arrival, key: _Key, fresh: dict[_Key, _Fresh], ours: dict[_Key, inbound.Seen]
) -> Taken:
    if key in fresh and (first := fresh[key].taken):
        return first if fresh[key].arrival is arrival else msgspec.structs.replace(first, repeat=True)
    stored = ours[key]
    return Taken(inbound.open_said(ctx.seal, stored.id, stored.said).answer, stored.id, True)


async def _file(ctx: Context, tx: Tx, fresh: list[_Fresh]) -> None:
    """Put every claim to its aggregate, in the order of arrival, and note each one's fate."""
    wanted = [(f, c, ctx.blind(c.key)) for f in fresh for c in f.candidates]
    if not wanted:
        return
    ids = await ids_of(tx, [key for _, _, key in wanted])
    causes = causes_of(ids, [(key, _command(f, c, key), f.arrival.traceparent) for f, c, key in wanted])
    done = await _put(ctx, tx, causes, [f.arrival.id for f, _, _ in wanted])
    for (f, c, _), one in zip(wanted, done, strict=True):
        f.fates.append((one.stream, _fate(one)))
        f.versions.append(one.state.version if one.state else 0)
        f.cents += c.claim.charge if f.fates[-1][1] == "made" else 0


async def _put(ctx: Context, tx: Tx, causes: Sequence[Cause], messages: Sequence[str]) -> list[Done[Filed]]:
    """What the aggregates say; what a parked claim could not be told waits, and so does what came for it since then."""
    first = await waiting.first(tx, (cause.stream for cause in causes))
    queues = [first.get(c.stream, message) < message for c, message in zip(causes, messages, strict=True)]
    asked = [cause for cause, behind in zip(causes, queues, strict=True) if not behind]
    told: list[Done[Filed]] = []
    for at in range(0, len(asked), CHUNK):
        told += await ctx.bus.ask_in(tx, CLAIMS, asked[at : at + CHUNK])
    answers = iter(told)
    done = [
        Done(c.stream, None, refused=BEHIND) if behind else next(answers)
        for c, behind in zip(causes, queues, strict=True)
    ]
    late = [(one.stream, message) for one, message in zip(done, messages, strict=True) if one.refused]
    await waiting.add(tx, late)
    return done


async def _fold(ctx: Context, tx: Tx, fresh: list[_Fresh], accounts: Accounts) -> list[Outcome]:
    """Fold what the messages say of accounts."""
    return await fold(
        ctx.bus, tx, accounts, [(_origin(f.arrival), facts) for f in fresh for facts in f.facts]
    )


def _note(fresh: Iterable[_Fresh], folded: Sequence[Outcome]) -> None:
    """Note the fate of each claim that came of folding, behind those that came whole."""
    by_message = {f.arrival.id: f for f in fresh}
    for outcome in folded:
        f = by_message[outcome.message]
        f.fates.append((outcome.claim, outcome.fate))
        f.versions.append(outcome.version)
        f.cents += outcome.cents


def _origin(arrival: Arrival) -> Origin:
    return Origin(arrival.received, arrival.id, arrival.reading.door, arrival.traceparent)


def _command(f: _Fresh, c: Candidate, key: bytes) -> File:
    return File(
        claim=c.claim,
        key=key,
        fingerprint=c.fingerprint,
        door=f.arrival.reading.door,
        message=f.arrival.id,
        received=f.arrival.received,
        once=c.once,
    )


def _fate(done: Done[Filed]) -> Fate:
    if any(isinstance(e, ClaimReceived) for e in done.events):
        return "made"
    if done.refused:  # it will be done: see services.intake.store.waiting
        return "amended"
    return "amended" if any(isinstance(e, ClaimAmended) for e in done.events) else "duplicate"


def _row(ctx: Context, f: _Fresh) -> Row:
    assert f.taken is not None
    assert f.taken.state is not None
    arrival, reading = f.arrival, f.arrival.reading
    fates = [fate for _, fate in f.fates]
    said = Said(
        sender=reading.sender,
        control=reading.control,
        answer=f.taken.answer,
        findings=reading.findings,
    )
    return Row(
        id=arrival.id,
        door=reading.door,
        feed=reading.feed,
        kind=reading.kind,
        identity=f.identity,
        control=ctx.blind(reading.control),
        sha256=f.sha256,
        received_at=arrival.received,
        state=f.taken.state,
        conflict=f.conflict,
        claims=tuple(dict.fromkeys(claim for claim, _ in f.fates)),
        made=fates.count("made"),
        amended=fates.count("amended"),
        duplicates=fates.count("duplicate"),
        refused=1 if f.blocked else reading.refused,
        cents=f.cents,
        names=tuple(sorted(short(ctx, name) for name in names_of(reading))),
        said=inbound.seal_said(ctx.seal, arrival.id, said),
    )
