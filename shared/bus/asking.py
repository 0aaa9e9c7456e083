"""Commands from doors, APIs and jobs: the same decisions, states and outbox as heard events."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from shared.bus import archive, failpoints
from shared.bus.consumer import Opens
from shared.bus.deciding import Asked, Decider, Spoken, Step
from shared.bus.records import Because
from shared.bus.relay import Relay
from shared.bus.routes import Kind, Routes
from shared.bus.states import UNOPENED, Row
from shared.bus.trace import current
from shared.bus.types import Aggregate, Cause, Done, Refused, Tx
from shared.bus.verdict import Failed

S = TypeVar("S")
K = TypeVar("K")
W = TypeVar("W")

PARKED = Refused("parked", "something about this claim waits to be looked at; what is parked goes first")


async def write_outbox(tx: Tx, said: Spoken, relay: Relay) -> bool:
    """The one outbox row of a transaction. After the row locks: so its id follows commit order for every claim."""
    failpoints.reach("consumer.before_outbox")
    if said.out:
        relay.keep(await archive.say(tx, said.out), said.out)
    return bool(said.out)


class Transaction:
    """``async with bus.begin() as tx:`` one transaction, one outbox row."""

    def __init__(self, db: Opens, open_: dict[int, Spoken], relay: Relay) -> None:
        self._begun: AbstractAsyncContextManager[Tx] = db.begin()
        self._open = open_
        self._relay = relay
        self._tx: Tx | None = None

    async def __aenter__(self) -> Tx:
        self._tx = await self._begun.__aenter__()
        self._open[id(self._tx)] = Spoken()
        return self._tx

    async def __aexit__(self, *exc: Any) -> None:
        assert self._tx is not None
        said, wrote = self._open.pop(id(self._tx)), False
        if exc[0] is None:
            try:
                wrote = await write_outbox(self._tx, said, self._relay)
            except BaseException as error:
                await self._begun.__aexit__(type(error), error, error.__traceback__)
                raise
        await self._begun.__aexit__(*exc)
        if wrote:
            self._relay.wake()


class Asking:
    """Decides commands."""

    def __init__(
        self,
        db: Opens,
        routes: Routes,
        decider: Decider,
        now: Callable[[], datetime],
        relay: Relay,
    ) -> None:
        self._db = db
        self._routes = routes
        self._decider = decider
        self._now = now
        self._relay = relay
        self._open: dict[int, Spoken] = {}

    def begin(self) -> Transaction:
        """Open a transaction whose events go out in one outbox row."""
        return Transaction(self._db, self._open, self._relay)

    async def ask_in(self, tx: Tx, aggregate: Aggregate[S, K], causes: Sequence[Cause]) -> list[Done[S]]:
        """Decide in the caller's transaction. Raises what a decision raises (not Refused), ValueError for another's tx."""
        return await self._ask_in(tx, aggregate, causes, None)

    async def ask_for(
        self, tx: Tx, aggregate: Aggregate[S, K], causes: Sequence[Cause], wanted: Callable[[S], W]
    ) -> list[Done[W]]:
        """The same, and of each state only ``wanted``: a thousand states that are kept push each other out of the cache."""
        return await self._ask_in(tx, aggregate, causes, wanted)

    async def _ask_in(
        self, tx: Tx, aggregate: Aggregate[S, K], causes: Sequence[Cause], wanted: Callable[[S], Any] | None
    ) -> list[Done[Any]]:
        said = self._open.get(id(tx))
        if said is None:
            raise ValueError("ask_in needs a transaction of bus.begin()")
        if not causes:
            return []
        kind, now = self._routes.kind(aggregate), self._now()
        rows = await self._load(tx, kind, causes)
        facts = await aggregate.know(tx, causes, self._states(kind, rows)) if kind.knows else {}
        done = self._all(_Round(kind, rows, facts, now, said, current().encode()), causes, wanted)
        changed = [row for row in rows.values() if row.changed]
        await kind.table.save(tx, changed, aggregate.promoted, self._decider.sealer, now)
        intents = said.intents.pop(kind, None)
        if intents:
            await aggregate.intend(tx, intents)
        return done

    def say(self, tx: Tx, said: Spoken) -> None:
        """Add what was said elsewhere to the outbox row of a transaction of ``begin``."""
        out = self._open[id(tx)].out
        out.public += said.out.public
        out.internal += said.out.internal

    async def _load(self, tx: Tx, kind: Kind, causes: Sequence[Cause]) -> dict[str, Row]:
        ids, new = {cause.stream for cause in causes}, {cause.stream for cause in causes if cause.new}
        rows = await kind.table.load(tx, ids - new) if ids - new else {}
        fresh = {key: Row(key) for key in ids - rows.keys()}
        # a stream may have been ignored until now: take its cursors along
        if (ignored := fresh.keys() - new) and self._routes.is_home(kind):
            sql = "select source, stream, version from cursors where stream = any($1::uuid[])"
            for found in await tx.driver.fetch(sql, list(ignored)):
                fresh[str(found[1])].heard[found[0]] = found[2]
        return rows | fresh

    def _states(self, kind: Kind, rows: dict[str, Row]) -> dict[str, Any]:
        states: dict[str, Any] = {}
        for key, row in rows.items():
            try:
                state = kind.table.open(row, self._decider.sealer)
            except UNOPENED:  # the decision meets it again, and fails
                continue
            if state is not None:
                states[key] = state
        return states

    def _all(
        self, round_: "_Round", causes: Sequence[Cause], wanted: Callable[[Any], Any] | None
    ) -> list[Done[Any]]:
        """Decide all; a row's last state is sealed at once, while it is still in the processor's cache."""
        last = {cause.stream: n for n, cause in enumerate(causes)}
        decide = self._one_by_one if round_.kind.steps is None else self._together
        done: list[Done[Any]] = []
        for n, (cause, one) in enumerate(zip(causes, decide(round_, causes), strict=True)):
            done.append(one if wanted is None else _part(one, wanted))
            row = round_.rows[cause.stream]
            if last[cause.stream] != n:
                continue
            if row.changed:
                round_.kind.table.close(row, round_.kind.aggregate.promoted, self._decider.sealer)
            if wanted is not None:
                row.state = None
        return done

    def _one_by_one(self, round_: "_Round", causes: Sequence[Cause]) -> Iterator[Done[Any]]:
        """Each is decided when it is asked for. Raises what its decision raises (not Refused)."""
        kind, rows, facts, now, said, here = round_
        for cause in causes:
            row = rows[cause.stream]
            if row.parked:
                yield _done(row, PARKED)
            else:
                because = _because(row, cause, here)
                yield _done(
                    row, self._decider.decide(kind, row, cause, facts.get(row.id), now, because, said)
                )

    def _together(self, round_: "_Round", causes: Sequence[Cause]) -> Iterator[Done[Any]]:
        """The same of an aggregate that decides in steps: a stretch is decided when its first is asked for."""
        kind, rows, facts, now, said, here = round_
        for some in _stretches(causes):
            asked = [
                Asked(row, cause, facts.get(row.id), _because(row, cause, here))
                for row, cause in ((rows[cause.stream], cause) for cause in some)
                if not row.parked
            ]
            decided = iter(self._decider.decide_all(kind, asked, now, said))
            for cause in some:
                row = rows[cause.stream]
                yield _done(row, PARKED if row.parked else next(decided))


class _Round(NamedTuple):
    """What all decisions of one asking have in common. ``here``: the trace that is current."""

    kind: Kind
    rows: Mapping[str, Row]
    facts: Mapping[str, Any]
    now: datetime
    said: Spoken
    here: bytes


STRETCH = 64
"""Decisions of which each step is taken in a row. With 32 or 128 they cost the same (docs/decisions/0130)."""


def _stretches(causes: Sequence[Cause]) -> Iterator[Sequence[Cause]]:
    """Runs of causes in which no stream is twice: the second decision about it is made from what the first one left."""
    start, seen = 0, set[str]()
    for n, cause in enumerate(causes):
        if n - start == STRETCH or cause.stream in seen:
            yield causes[start:n]
            start, seen = n, set()
        seen.add(cause.stream)
    yield causes[start:]


def _because(row: Row, cause: Cause, here: bytes) -> Because:
    trace, envelope = cause.traceparent.encode() or here, cause.envelope
    if envelope is None:
        return Because(row.id.encode(), b"", trace)
    return Because((envelope.correlation or row.id).encode(), envelope.id.encode(), trace)


def _done(row: Row, step: Step | Refused | Failed) -> Done[Any]:
    """What the caller gets. Raises what the decision raised."""
    if isinstance(step, Step):
        return Done(row.id, row.state, step.decision.events)
    if isinstance(step, Refused):
        return Done(row.id, row.state, refused=step)
    raise step.error


def _part(done: Done[S], wanted: Callable[[S], W]) -> Done[W]:
    return Done(done.stream, None if done.state is None else wanted(done.state), refused=done.refused)
