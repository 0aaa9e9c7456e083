"""The runtime: what a service says and hears, exactly once, in order, through one database and one broker.

**You write** for each thing your service decides about (a claim, a remittance, an account) one aggregate::

    class Claims:                                   # shape: shared.bus.types.Aggregate
        table = "claims"                            # its table: StateTable.of(Claims()).create(op) in a migration
        state_type = Held | Ready                   # msgspec structs
        columns = (("payer", "text"),)              # promoted columns, PHI-free, for your queries

        def decide(self, state, what, known): ...   # pure: Decision(state, events, intents), or raise Refused
        async def know(self, tx, causes, states): ...      # facts for a whole batch, keyed by stream
        def promoted(self, state): ...              # ("held", ("SBX01",)): the state column and the promoted ones
        async def intend(self, tx, intents): ...    # keep effects to be done later, in the same transaction
        def caught_up(self, state, noted): ...      # only where a job notes one thing for many rows (StateTable.note)
        def steps(self, state, what, known): ...    # only where long decisions are asked for by the thousand

and a routing: ``hears = [Hears((ClaimReceived, ClaimAmended), Claims())]``. Your first migration makes the runtime's
tables with ``tables.create(op)``. Then ``bus = Bus("scrubber", db, broker, sealer, clock.now, hears)``, ``await bus.run()``.
Doors, APIs and jobs ask: ``done, = await bus.ask(claims, [Cause(claim_id, Correct(...))])``, or, with rows
of their own in the same transaction, ``async with bus.begin() as tx: await bus.ask_in(tx, claims, causes)``.

**You get**, whatever is killed, cut off or delivered twice:

- each event decided once, in its stream's order; repeats dropped by version, gaps parked until they are filled;
- state, position, intents and the events you say committed together, or not at all: PostgreSQL is the only commit point;
- your events numbered 1, 2, 3 ... per stream under the row's lock, sent in that order after the commit, sealed on
  ``claims.<you>`` and as PHI-free facts on ``claims.lifecycle``, the facts first;
- a decision that raises, or bytes that do not decode, park that claim alone (``bus.parking``: list, replay, dismiss); what
  comes later for it queues behind, everything else flows. A command to a parked claim is refused (``parked``);
- infrastructure's errors retried for ever. A second process of the same service shares the work, a zombie is fenced.

**You must**: one aggregate per stream id (an aggregate says events only about its own id); ``decide`` without clock,
random or I/O (``known.now``, ``known.about``); everything loaded in ``know`` set-based, in few statements.

Tests: ``MemoryBroker()`` in place of Kafka, with a real PostgreSQL; it passes the same conformance suite.
"""

from shared.bus import tables
from shared.bus.bus import Bus
from shared.bus.memory import MemoryBroker
from shared.bus.sealer import Sealer, Unsealable
from shared.bus.states import Kept, StateTable
from shared.bus.tuning import Tuning
from shared.bus.types import (
    Aggregate,
    Asks,
    Begin,
    Cause,
    Command,
    Decision,
    Done,
    Envelope,
    Hears,
    Intent,
    Key,
    Known,
    Refused,
    Tx,
)

__all__ = [
    "Aggregate",
    "Asks",
    "Begin",
    "Bus",
    "Cause",
    "Command",
    "Decision",
    "Done",
    "Envelope",
    "Hears",
    "Intent",
    "Kept",
    "Key",
    "Known",
    "MemoryBroker",
    "Refused",
    "Sealer",
    "StateTable",
    "Tuning",
    "Tx",
    "Unsealable",
    "tables",
]
