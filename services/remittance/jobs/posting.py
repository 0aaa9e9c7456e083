"""Post 835 files: read, prove every transaction set, post each that closes as a whole, in one transaction of ours.

Several files are posted side by side, since one transaction waits for the database most of its time; files that have a claim or
a trace number in common are posted as they came (docs/decisions/0130). Rows are locked in the order remittance, claims, file.
A crash at any point is repaired by doing it again: a payment's id is derived from its content, so what is posted is known.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from services.remittance import store
from services.remittance.domain.claim import PostPayment, posting_id
from services.remittance.domain.file import FilePosted, FileRefused
from services.remittance.domain.states import ClaimState, Why
from services.remittance.domain.transaction import (
    CloseRemittance,
    RemittanceState,
    Unmatched,
    digests,
    payer_of,
    remittance_id,
    take,
    touched,
)
from services.remittance.jobs.line import Line
from services.remittance.settings import RemittanceSettings
from services.remittance.store import Tables
from shared.bus import failpoints
from shared.bus.states import Conflict
from shared.bus.types import Cause, Done, Tx
from shared.service import Context
from shared.x12.types import FileReading, Remittance

Ctx = Context[RemittanceSettings]
Read = Callable[[bytes], FileReading]
"""shared.x12.read; a parameter, so that a test can say what a file holds."""

FILES_IN_A_RUN = 20
PARTS_AT_ONCE = 50
"""Parts of 192 KiB of the files that are posted side by side: a larger file is in memory alone."""


async def post_due(tables: Tables, read: Read, ctx: Ctx) -> int:
    """Post every complete file and say how many there were.

    A file or set that fails does not stop the others; the first failure is raised at the end, so that the job is tried again.
    """
    async with ctx.db.connect() as tx:
        files = await store.due_files(tx, FILES_IN_A_RUN)
    line = Line(ctx.settings.files_at_once, PARTS_AT_ONCE)
    posting = (post_file(tables, read, ctx, file, line) for file in files)
    _raise_first(_failures(await asyncio.gather(*posting, return_exceptions=True)))
    return len(files)


class Due(NamedTuple):
    """One transaction set of a file that is to be posted, with its payment's id."""

    id: str
    remittance: Remittance
    file: str


class Understood(NamedTuple):
    """A file that was read: its sets, what they touch; or why nothing of it is posted."""

    sets: Sequence[Due] = ()
    touches: frozenset[str] = frozenset()
    refused: FileRefused | None = None


async def post_file(tables: Tables, read: Read, ctx: Ctx, file: store.DueFile, line: Line) -> None:
    """Post one complete file in its turn, transaction set by transaction set. It is posted with its last set, if none failed."""
    async with line.turn(file.parts, partial(_understand, read, ctx, file.id)) as (sets, _, refused):
        if refused is not None:
            await ctx.bus.ask(tables.files, [Cause(file.id, refused)])
            return
        failures = await _each(post_set(tables, ctx, due) for due in sets[:-1])
        end = () if failures else (Cause(file.id, FilePosted(transactions=len(sets))),)
        _raise_first(failures + await _each([post_set(tables, ctx, sets[-1], end)]))
    failpoints.reach("post.after_file")


async def _each(works: Iterable[Coroutine[Any, Any, None]]) -> list[BaseException]:
    """One after another, all of them; what the failing ones raised."""
    return _failures([(await asyncio.gather(work, return_exceptions=True))[0] for work in works])


def _failures(ended: Iterable[BaseException | None]) -> list[BaseException]:
    return [failure for failure in ended if failure is not None]


def _raise_first(failures: Sequence[BaseException]) -> None:
    if failures:
        raise failures[0]


async def _understand(read: Read, ctx: Ctx, file: str) -> Understood:
    async with ctx.db.connect() as tx:
        content = await store.content_of(tx, ctx.seal, file)
    return await asyncio.to_thread(_understood, read, content, file)


def _understood(read: Read, content: bytes, file: str) -> Understood:
    """Read a file and know its sets: all that is done in a thread at once."""
    reading = read(content)
    sets = [t for t in reading.transactions if isinstance(t, Remittance)]
    refusal = _refusal(reading, sets)
    if refusal is not None:
        return Understood(refused=refusal)
    known = digests(content)
    digest = [
        known.get(r.header.segments[0]) or hashlib.sha256(content).hexdigest() + str(n)
        for n, r in enumerate(sets)
    ]
    due = [Due(remittance_id(r, d), r, file) for r, d in zip(sets, digest, strict=True)]
    return Understood(due, frozenset().union(*map(touched, sets)))


def _refusal(reading: FileReading, sets: Sequence[Remittance]) -> FileRefused | None:
    """Why nothing of a file is posted: an envelope that cannot be trusted, or no 835 in it."""
    for finding in reading.findings:
        if finding.severity == "error":
            return FileRefused(element=finding.element, place=finding.path, words=finding.problem)
    return None if sets else FileRefused(element="ST01", place="ST", words="The file holds no 835.")


async def post_set(tables: Tables, ctx: Ctx, due: Due, end: Sequence[Cause] = ()) -> None:
    """Take one set and post it whole: every claim, the suspense, the provider level; or nothing of it.

    ``end`` is said to its file in the same transaction.
    """
    command = await asyncio.to_thread(take, due.remittance, due.file)
    async with ctx.bus.begin() as tx:
        state = await _take(tables, ctx, tx, Cause(due.id, command))
        posting = state is not None and state.status == "received"
        failpoints.reach("post.after_take")
        if posting:
            unmatched = tuple(await _post_claims(tables, ctx, tx, due.remittance, due.id))
            failpoints.reach("post.before_close")
            await ctx.bus.ask_in(
                tx, tables.remittances, [Cause(due.id, CloseRemittance(unmatched=unmatched))]
            )
        if end:
            await ctx.bus.ask_in(tx, tables.files, end)
        failpoints.reach("post.before_commit")
    failpoints.reach("post.after_commit")
    if posting:
        ctx.log.info("remittance posted", state="posted", rows=len(due.remittance.claims))


async def _take(tables: Tables, ctx: Ctx, tx: Tx, cause: Cause) -> RemittanceState | None:
    done: list[Done[RemittanceState]] = await ctx.bus.ask_in(tx, tables.remittances, [cause])
    state = done[0].state
    if state is not None and state.status == "quarantined":
        ctx.log.warning("remittance quarantined", state="quarantined", reason=state.defects[0].level)
    return state


async def _post_claims(tables: Tables, ctx: Ctx, tx: Tx, remittance: Remittance, rid: str) -> list[Unmatched]:
    """Post the CLPs whose claims we know, in key order; keep the rest in suspense. Returns what is not on a claim."""
    commands = [
        PostPayment(
            id=posting_id(rid, n),
            payment=payment,
            remittance=rid,
            payer=payer_of(remittance),
            payer_name=remittance.payer.last,
            on=remittance.production or remittance.on,
        )
        for n, payment in enumerate(remittance.claims, 1)
    ]
    blinds = [store.number_blind(ctx.blind, c.payment.number) for c in commands]
    claims = await store.claims_by_number(tx, blinds)
    causes = [Cause(claims[b], c) for b, c in zip(blinds, commands, strict=True) if b in claims]
    unknown = [(b, c) for b, c in zip(blinds, commands, strict=True) if b not in claims]
    await store.keep_in_suspense(tx, ctx.seal, unknown, ctx.clock.now())
    held = [u async for u in _ask_claims(tables, ctx, tx, causes)]
    return held + [_unmatched(c, "unknown_claim") for _, c in unknown]


async def _ask_claims(tables: Tables, ctx: Ctx, tx: Tx, causes: list[Cause]) -> AsyncIterator[Unmatched]:
    """Ask the claims in order of their ids, some at a time; yield the payments that had to wait in suspense."""
    causes.sort(key=lambda cause: cause.stream)
    for some in _chunks(causes, ctx.settings.claims_at_once):
        done = await ctx.bus.ask_for(tx, tables.claims, some, _waiting)
        if any(d.refused for d in done):
            raise Conflict("a claim was parked meanwhile")
        last = {d.stream: d.state for d in done}
        for cause in some:
            waiting, command = last[cause.stream], cause.what
            assert isinstance(command, PostPayment)
            why = waiting.get(command.id) if waiting else None
            if why:
                yield _unmatched(command, why, cause.stream)
        await asyncio.sleep(0)


def _waiting(state: ClaimState) -> Mapping[str, Why]:
    """The claim's postings that are in suspense, with their reasons."""
    return {p.id: p.why for p in state.held}


def _chunks(causes: Sequence[Cause], size: int) -> Iterator[Sequence[Cause]]:
    """Runs of about ``size``, never cutting through one claim's causes."""
    start = 0
    while start < len(causes):
        end = min(start + size, len(causes))
        while end < len(causes) and causes[end].stream == causes[end - 1].stream:
            end += 1
        yield causes[start:end]
        start = end


def _unmatched(command: PostPayment, reason: str, claim: str = "") -> Unmatched:
    return Unmatched(
        posting=command.id,
        number=command.payment.number,
        paid=command.payment.paid,
        charge=command.payment.charge,
        reason=reason,
        claim=claim,
    )
