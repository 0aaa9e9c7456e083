"""The claim as an aggregate, and how it is found again by its number without storing the number in the clear."""

import uuid
from collections.abc import Mapping, Sequence

from services.intake.domain.filing import Filed, decide
from services.intake.domain.inbound import key_of
from shared.bus.states import Kept, StateTable
from shared.bus.types import Cause, Command, Decision, Intent, Known, Tx, nothing
from shared.claim import uuid7s
from shared.events import Event
from shared.service.context import Context


class Claims:
    """Aggregate ``claim``: id = claim id, promoted column ``key`` = blind index of (facility, claim number), unique."""

    table = "claim"
    state_type = Filed
    columns = (("key", "bytea"), ("charge", "bigint"))

    def decide(self, state: Filed | None, what: Event | Command, known: Known[None]) -> Decision[Filed]:
        """See services.intake.domain.filing."""
        return decide(state, what, known)

    know = nothing
    """Nothing outside the claim matters here."""

    def promoted(self, state: Filed) -> tuple[str, tuple[object, ...]]:
        """A claim that came whole hears nothing more, unless it came through FHIR; an account's is followed to its payer."""
        whole = state.heard.stands if state.heard else WHOLE
        where = state.following.where if state.following else whole
        return where, (state.key, state.charge)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """No decision here has an effect outside."""


WHOLE = "whole"
"""The state of a claim that no account makes and nobody can ask a ClaimResponse of."""

CLAIMS = Claims()


async def ids_of(tx: Tx, keys: Sequence[bytes]) -> dict[bytes, str]:
    """The ids of the claims that we have, by key."""
    rows = await tx.driver.fetch("select key, id from claim where key = any($1::bytea[])", list(set(keys)))
    return {row[0]: str(row[1]) for row in rows}


def causes_of(have: Mapping[bytes, str], asked: Sequence[tuple[bytes, Command, str]]) -> list[Cause]:
    """What is asked of claims by their keys: ``(key, command, traceparent)``. A claim that we do not ``have`` gets its id here.

    Only the first of a new claim's causes says that it is new: the others may come after it is saved.
    """
    ids, causes, fresh = dict(have), [], uuid7s(len(asked))
    for key, command, traceparent in asked:
        new = key not in ids
        if new:
            ids[key] = next(fresh)
        causes.append(Cause(ids[key], command, traceparent=traceparent, new=new))
    return causes


async def claim_of(ctx: Context, claim: str) -> Kept[Filed] | None:
    """What intake keeps of a claim; None when there is none of this id."""
    try:
        key = str(uuid.UUID(claim))
    except ValueError:
        return None
    async with ctx.db.connect() as tx:
        return await _TABLE.get(tx, key, ctx.seal)


async def ids_by_number(ctx: Context, facility: str, numbers: Sequence[str]) -> tuple[str, ...]:
    """The ids of a facility's claims with these numbers."""
    keys = [ctx.blind(key_of(facility, number)) for number in numbers]
    async with ctx.db.connect() as tx:
        return tuple((await ids_of(tx, keys)).values())


_TABLE: StateTable[Filed] = StateTable.of(CLAIMS)
