"""Turns queued claims into 837 files: bytes, numbers and the claims' move in one transaction."""

import hashlib
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from services.submitter import store
from services.submitter.domain.commands import Unwritable
from services.submitter.domain.routes import Partner, Routes
from services.submitter.domain.sending import Phase
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIMS, Carried, Submission, Waiting
from shared.bus import failpoints
from shared.bus.types import Cause, Tx
from shared.bus.verdict import Failed, run
from shared.claim import Claim, Name, uuid7
from shared.events import Controls, Reason
from shared.service import Context
from shared.x12 import write_837
from shared.x12.types import Batch, Header

Ctx = Context[SubmitterSettings]
FILES_PER_RUN = 20
_GUIDES = {"professional": "005010X222A1", "institutional": "005010X223A2"}


class Lot(NamedTuple):
    """What goes into one kind of file: a partner's waiting payers of one claim kind."""

    partner: str
    kind: str
    payers: frozenset[str]
    claims: int
    since: datetime
    last: datetime


class UnwritableError(Exception):
    """Some claims of a lot cannot be written as X12; ``claims`` are their ids."""

    def __init__(self, claims: list[str]) -> None:
        super().__init__(f"{len(claims)} claims cannot be written")
        self.claims = claims


async def batch(ctx: Ctx, routes: Routes) -> int:
    """Make the files that are due and return how many. A claim whose payer has no route waits for one."""
    async with ctx.db.connect() as tx:
        queue = await store.waiting(tx)
    made = 0
    for lot in lots_of(queue, routes):
        partner, left = routes.partners[lot.partner], lot.claims
        while made < FILES_PER_RUN and _is_due(left, lot, partner, ctx.clock.now()):
            taken = await _one_file(ctx, routes, lot, partner)
            if not taken:
                break
            failpoints.reach("batch.after_commit")
            left, made = left - taken, made + 1
    return made


def lots_of(queue: Collection[Waiting], routes: Routes) -> list[Lot]:
    """The queue by partner and kind, longest waiting first."""
    lots: dict[tuple[str, str], Lot] = {}
    for waiting in queue:
        partner = routes.partner_of(waiting.payer)
        if not partner:
            continue
        key = (partner, waiting.kind)
        lot = lots.get(key) or Lot(partner, waiting.kind, frozenset(), 0, waiting.since, waiting.last)
        lots[key] = Lot(
            partner,
            waiting.kind,
            lot.payers | {waiting.payer},
            lot.claims + waiting.claims,
            min(lot.since, waiting.since),
            max(lot.last, waiting.last),
        )
    return sorted(lots.values(), key=lambda lot: lot.since)


def _is_due(left: int, lot: Lot, partner: Partner, now: datetime) -> bool:
    """A file is made when it is full, when its first claim has waited long enough, and when no claim comes any more."""
    waits = timedelta(seconds=partner.after_seconds)
    return left >= partner.per_file or (
        left > 0 and (now - lot.since >= waits or now - lot.last >= waits / 4)
    )


async def _one_file(ctx: Ctx, routes: Routes, lot: Lot, partner: Partner) -> int:
    """Make one file; claims that cannot be written are given back and the rest is tried again next time."""
    try:
        async with ctx.bus.begin() as tx:
            return await _build(ctx, tx, routes, lot, partner)
    except UnwritableError as error:
        reason = Reason(
            code="unwritable",
            place="/",
            words="The claim cannot be written as an 837: a required part is missing or has a form that X12 cannot hold.",
        )
        command = Unwritable(route=lot.partner, reasons=(reason,))
        await ctx.bus.ask(CLAIMS, [Cause(claim, command) for claim in error.claims])
        ctx.log.warning("claims that cannot be written", count=len(error.claims), route=lot.partner)
        return len(error.claims)


async def _build(ctx: Ctx, tx: Tx, routes: Routes, lot: Lot, partner: Partner) -> int:
    claims = await store.take_queued(tx, ctx.seal, lot.payers, lot.kind, partner.per_file)
    if not claims:
        return 0
    now = ctx.clock.now()
    controls = await store.reserve(tx, lot.partner)
    made = uuid7(int(now.timestamp() * 1000))
    await store.put_in_file(tx, [one for one, _ in claims], made, now)
    failpoints.reach("batch.after_note")
    data = _written(claims, envelope(routes.submitter.who(), routes, partner, controls, now))
    await _keep(ctx, tx, lot, made, controls, claims, data, now)
    failpoints.reach("batch.before_commit")
    return len(claims)


def envelope(
    who: tuple[Name, Any], routes: Routes, partner: Partner, controls: Controls, now: datetime
) -> Any:
    """A function that makes the transaction set of some claims under these numbers."""

    def of(claims: list[Claim]) -> Batch:
        kind = claims[0].kind
        header = Header(
            sender=partner.sender,
            receiver=partner.receiver,
            interchange=controls.interchange,
            group=controls.group,
            transaction=controls.transaction,
            usage=partner.usage,
            guide=_GUIDES[kind],
            at=now,
            acknowledge=partner.acknowledge,
        )
        return Batch(
            header=header,
            kind=kind,
            submitter=who[0],
            submitter_id=routes.submitter.id,
            submitter_contact=who[1],
            receiver=Name(last=partner.receiver_name, organization=True),
            receiver_id=partner.receiver_id,
            batch=controls.batch,
            at=now,
            claims=tuple(claims),
        )

    return of


def _written(claims: list[tuple[str, Claim]], batch_of: Any) -> bytes:
    """The file's bytes. Raises UnwritableError naming the claims that cannot be written, if that is why it fails."""
    written = run(write_837, [batch_of([claim for _, claim in claims])])
    if isinstance(written, bytes):
        return written
    bad = [one for one, claim in claims if not isinstance(run(write_837, [batch_of([claim])]), bytes)]
    if not bad and isinstance(written, Failed):
        raise written.error
    raise UnwritableError(bad)


async def _keep(
    ctx: Ctx,
    tx: Tx,
    lot: Lot,
    made: str,
    controls: Controls,
    claims: list[tuple[str, Claim]],
    data: bytes,
    now: datetime,
) -> None:
    submission = Submission(
        id=made,
        partner=lot.partner,
        kind=lot.kind,
        interchange=controls.interchange,
        transaction=controls.transaction,
        batch=controls.batch,
        claims=len(claims),
        cents=sum([claim.charge for _, claim in claims]),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        phase=Phase.BUILT,
        attempts=0,
        built_at=now,
    )
    await store.add_submission(tx, submission, now + ctx.settings.overdue_999)
    carried = Carried(
        claims=[one for one, _ in claims],
        numbers=[ctx.blind(claim.number) for _, claim in claims],
        cents=[claim.charge for _, claim in claims],
    )
    await store.carry(tx, made, carried)
    await store.keep_contents(tx, ctx.seal, {made: data})
