"""Makes of a kept file what it says: answers to our claims, or an 835 that is passed on."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.submitter import store
from services.submitter.domain.answers import Message, Word, kinds_of, messages_of
from services.submitter.domain.commands import Hear, Patience, Report
from services.submitter.domain.envelope import Outside
from services.submitter.domain.files import GiveUp, Kept, Trouble, Understand, file_id
from services.submitter.domain.reconcile import disagreements
from services.submitter.domain.routes import Partner
from services.submitter.domain.sending import Phase
from services.submitter.jobs.send import mark_sent
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIMS, FILES, Carried, Submission
from shared.bus import failpoints
from shared.bus.types import Cause
from shared.bus.verdict import run
from shared.deciding import Command
from shared.service import Context
from shared.x12 import read
from shared.x12.types import FileReading

Ctx = Context[SubmitterSettings]
CHUNK = 1000
_READ_BY_HAND = "Look at the file here under its id, and ask the partner to send it again as X12 005010."


Carrying = dict[str, Carried]
"""Which claims our files carry, once for all that is understood together."""


class Reading(NamedTuple):
    """A file's messages, or why there are none."""

    kinds: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    troubles: tuple[Trouble, ...] = ()


class Effect(NamedTuple):
    """What a file comes to: answers to claims, then its own end."""

    file: Kept
    end: Command
    causes: tuple[Cause, ...] = ()
    answered: tuple[Submission, ...] = ()


async def understand(
    ctx: Ctx, partner: Partner, files: Sequence[tuple[Kept, bytes, Outside]], patience: Patience
) -> frozenset[str]:
    """Let kept files have their effect, once. What they say twice, late or of claims that are elsewhere changes nothing.

    Files are taken together so that a claim with a 999 and a 277CA among them is written once. Returns the sha256 of those
    that hold word about a parked claim: they are to be understood again, their other claims have heard it.
    """
    carrying: Carrying = {}
    effects = [
        await _effect(ctx, partner, file, data, outside, patience, carrying) for file, data, outside in files
    ]
    waiting = await _answer(ctx, effects)
    failpoints.reach("fetch.after_answers")
    await _follow_up(ctx, effects, patience)
    ends = [Cause(file_id(e.file.sha256), e.end) for e in effects if e.file.sha256 not in waiting]
    if ends:
        await ctx.bus.ask(FILES, ends)
    return waiting


async def _answer(ctx: Ctx, effects: Sequence[Effect]) -> frozenset[str]:
    """Put all answers to the claims, some claims at a time, each claim's in the order of the files."""
    by_claim: dict[str, list[tuple[Cause, str]]] = {}
    for effect in effects:
        for cause in effect.causes:
            by_claim.setdefault(cause.stream, []).append((cause, effect.file.sha256))
    waiting: set[str] = set()
    claims = list(by_claim)
    for start in range(0, len(claims), CHUNK):
        some = [pair for claim in claims[start : start + CHUNK] for pair in by_claim[claim]]
        done = await ctx.bus.ask_for(None, CLAIMS, [cause for cause, _ in some], type)
        waiting |= {sha256 for (_, sha256), one in zip(some, done, strict=True) if one.refused is not None}
    return frozenset(waiting)


async def _follow_up(ctx: Ctx, effects: Sequence[Effect], patience: Patience) -> None:
    """What a hop passed on awaits the next: no answer that was heard just now makes another due before these times."""
    money = ctx.clock.now() + patience.money
    by = {one.id: min(one.built_at + patience.claim, money) for effect in effects for one in effect.answered}
    async with ctx.db.connect() as tx:
        for submission, at in by.items():
            await store.follow_up_by(tx, submission, at)


async def _effect(
    ctx: Ctx,
    partner: Partner,
    file: Kept,
    data: bytes,
    outside: Outside,
    patience: Patience,
    carrying: Carrying,
) -> Effect:
    if outside.only_money:
        cut_off = (outside.trouble,) if outside.trouble else ()
        return Effect(file, Understand(kinds=("835",), content=data, troubles=cut_off))
    reading = _read(data, partner) if outside.trouble is None else Reading(troubles=(outside.trouble,))
    if not reading.kinds:
        ctx.log.warning("unreadable file", route=file.partner, stream=file_id(file.sha256))
        return Effect(file, GiveUp(troubles=reading.troubles))
    causes, answered, troubles = await _answers(ctx, file, reading, patience, carrying)
    end = Understand(
        kinds=reading.kinds,
        claims=len(causes),
        troubles=(*reading.troubles, *troubles),
        content=data if "835" in reading.kinds else b"",
    )
    return Effect(file, end, tuple(causes), tuple(answered))


def _read(data: bytes, partner: Partner) -> Reading:
    """Read a file that may be anything. A reader that fails is a file that cannot be read, and no reason to stop."""
    # Not judged by the guide: a partner's answer that can be understood is understood, whatever else it does wrong.
    found = run(read, data, judged=False)
    if not isinstance(found, FileReading):
        return Reading(troubles=(Trouble(problem="The file cannot be read as X12.", fix=_READ_BY_HAND),))
    errors = tuple(
        Trouble(problem=f.problem, fix=f.fix) for f in found.findings[:20] if f.severity == "error"
    )
    clearinghouses = (partner.receiver_id, partner.receiver.id)
    kinds = tuple(kind for kind in kinds_of(found) if kind != "other")
    if not kinds:
        none = Trouble(problem="The file holds no TA1, 999, 277CA, 277 or 835.", fix=_READ_BY_HAND)
        return Reading(troubles=(*errors, none))
    return Reading(kinds, messages_of(found, clearinghouses), errors)


# ------------------------------------------------------------------ whose claims are meant


async def _answers(
    ctx: Ctx, file: Kept, reading: Reading, patience: Patience, carrying: Carrying
) -> tuple[list[Cause], list[Submission], list[Trouble]]:
    causes: list[Cause] = []
    files: list[Submission] = []
    troubles: list[Trouble] = []
    for message in reading.messages:
        async with ctx.db.connect() as tx:
            answered = await store.find_answered(tx, file.partner, message)
            if answered and answered.id not in carrying and _is_about_claims(message):
                carrying[answered.id] = await store.carried_by(tx, answered.id)
        if answered is None or message.transaction not in ("", answered.transaction):
            troubles.append(_stranger(message))
            continue
        if answered.phase is not Phase.SENT:
            # Who answers a file has it: the outcome of its upload is known by this.
            await mark_sent(ctx, answered, patience)
        files.append(answered)
        carried = carrying[answered.id] if _is_about_claims(message) else Carried()
        meant = _meant(ctx, message, carried)
        troubles += _checked(message, meant)
        causes += _causes(message, answered, carried, meant, patience)
    return causes, files, troubles


def _is_about_claims(message: Message) -> bool:
    """An envelope that was read says nothing yet about any claim in it."""
    return not (message.kind == "TA1" and message.whole == "passed")


def _meant(ctx: Ctx, message: Message, carried: Carried) -> dict[str, tuple[str, int]]:
    """The claims of our file that a message names, by CLM01: id and cents. A number that is not in it is absent."""
    if not message.each:
        return {}
    by_index = dict(zip(carried.numbers, zip(carried.claims, carried.cents, strict=True), strict=True))
    found = {word.number: by_index.get(ctx.blind(word.number)) for word in message.each}
    return {number: claim for number, claim in found.items() if claim is not None}


def _stranger(message: Message) -> Trouble:
    named = {"interchange": "ISA13", "group": "GS06", "batch": "BHT03"}[message.by]
    return Trouble(
        problem=f"A {message.kind} answers a file that we did not send to this partner (by {named}).",
        fix="Ask the partner whose file it answers; nothing was changed by it.",
    )


def _checked(message: Message, meant: Mapping[str, tuple[str, int]]) -> tuple[Trouble, ...]:
    if message.totals is None:
        return ()
    return disagreements(message, {number: cents for number, (_, cents) in meant.items()})


def _causes(
    message: Message,
    answered: Submission,
    carried: Carried,
    meant: Mapping[str, tuple[str, int]],
    patience: Patience,
) -> list[Cause]:
    if message.whole is not None:
        word = Word(number="", hop=message.hop, verdict=message.whole, reasons=message.reasons)
        command = _command(word, answered, patience)
        return [Cause(one, command) for one in carried.claims]
    found = [(meant.get(word.number), word) for word in message.each]
    return [Cause(claim[0], _command(word, answered, patience)) for claim, word in found if claim]


def _command(word: Word, answered: Submission, patience: Patience) -> Command:
    if word.verdict == "reported":
        first = word.reasons[0] if word.reasons else None
        return Report(
            submission=answered.id,
            category=first.code if first else "",
            status=first.status if first else "",
            payer_claim_number=word.payer_claim_number,
            on=word.proof,
        )
    return Hear(
        submission=answered.id,
        hop=word.hop,
        verdict=word.verdict,
        patience=patience,
        payer_claim_number=word.payer_claim_number,
        proof=word.proof,
        reasons=word.reasons,
    )
