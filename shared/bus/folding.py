"""A batch of heard records, folded through their aggregates' decisions inside one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from shared.bus import failpoints, parked, trace
from shared.bus.deciding import Decider, Spoken, Step
from shared.bus.item import Cursor, Item, Parking, Reason, heads_of, items_of
from shared.bus.passing import heard_up_to, pass_over
from shared.bus.records import Reader, Record
from shared.bus.routes import Kind, Routes
from shared.bus.states import UNOPENED, Row
from shared.bus.types import Cause, Refused, Tx
from shared.bus.verdict import Failed


@dataclass(slots=True)
class Folded:
    """What came of a batch: events applied (ignored ones included), dropped as repeats, parked, and what was said."""

    applied: int = 0
    repeated: int = 0
    parked: list[Parking] = field(default_factory=list)
    said: Spoken = field(default_factory=Spoken)


@dataclass(frozen=True, slots=True)
class Queue:
    """What replaying a queue does differently: ``dismissed`` is passed over as if nobody listened to it."""

    dismissed: Record | None = None


class Folding:
    """Folds batches. Stateless between them."""

    def __init__(
        self, service: str, routes: Routes, reader: Reader, decider: Decider, now: Callable[[], datetime]
    ) -> None:
        self.service = service
        self.routes = routes
        self.reader = reader
        self._decider = decider
        self._now = now

    async def fold(
        self, tx: Tx, records: Sequence[Record], *, doomed: str | None = None, queue: Queue | None = None
    ) -> Folded:
        """Drop repeats, decide the rest in order, save rows, cursors, parked records and intents; what is said is returned.

        ``doomed`` parks all of it with that detail. ``queue`` says that the records are the whole queue of some
        parked rows: nothing is parked anew. Raises what the database raises, and what an aggregate's ``know``,
        ``promoted`` or ``intend`` raises.
        """
        heads, strays = heads_of(records)
        with trace.batch(self._decider.tell, self.service, heads):
            count = len(heads)
            if queue is None and doomed is None:
                heads = await pass_over(tx, heads, self.routes)
            items, others = items_of(heads, self.routes, self.reader, doomed)
            folded = await self._fold(tx, items, [*strays, *others], queue)
            folded.applied += count - len(heads)
            return folded

    async def _fold(self, tx: Tx, items: list[Item], strays: list[Parking], queue: Queue | None) -> Folded:
        batch = _Batch(self, tx, items, queue)
        await batch.load()
        facts = await batch.know()
        failpoints.reach("consumer.before_decide")
        batch.decide(facts, self._now())
        failpoints.reach("consumer.after_decide")
        batch.folded.parked[:0] = strays
        await batch.save(self._now())
        return batch.folded

    def fits(self, item: Item, last: int) -> int:
        """The version check: below 0 a repeat, 0 the next one, above 0 a gap of that many events."""
        return item.heard.version - last - 1


class _Batch:
    """One batch's rows and cursors."""

    def __init__(self, folding: Folding, tx: Tx, items: list[Item], queue: Queue | None) -> None:
        self._folding = folding
        self._tx = tx
        self._items = items
        self._queue = queue
        self._rows: dict[Kind, dict[str, Row]] = {}
        self._cursors: dict[tuple[int, str], Cursor] = {}
        self.folded = Folded()

    async def load(self) -> None:
        """Lock and load cursors, then rows, each in key order."""
        await self._load_cursors({(i.heard.index, i.heard.stream) for i in self._items if i.home is None})
        for kind in self._folding.routes.kinds():
            ids = {i.row_id for i in self._items if i.kind is kind}
            found = await kind.table.load(self._tx, ids) if ids else {}
            self._rows[kind] = {key: found.get(key) or Row(key) for key in ids}
        self._tie()
        await self._take_along()
        if self._queue is not None:
            self._unpark(self._queue)

    def _tie(self) -> None:
        """Give each item its row and its cursor, which for a producer that has a home is in the home's row."""
        cursors = self._cursors
        for item in self._items:
            head, home = item.heard, item.home
            key = (head.index, head.stream)
            cursor = cursors.get(key)
            if cursor is None:
                assert home is not None
                row = self._rows[home][head.stream]
                cursor = cursors[key] = Cursor(head.index, head.stream, row.heard[head.index], row)
            item.cursor = cursor
            if item.kind is not None:
                item.row = cursor.row if item.kind is home else self._rows[item.kind][item.row_id]

    async def _take_along(self) -> None:
        """What was passed over stands in ``cursors``: home rows know it from now on."""
        homed: dict[str, list[Row]] = {}
        for cursor in self._cursors.values():
            if cursor.row is not None:
                homed.setdefault(cursor.stream, []).append(cursor.row)
        for source, stream, version in await self._cursors_of(homed):
            for row in homed[stream]:
                row.heard[source] = max(row.heard[source], version)
            tied = self._cursors.get((source, stream))
            if tied is not None and tied.row is not None:
                tied.last = max(tied.last, version)

    async def _cursors_of(self, streams: Iterable[str]) -> list[tuple[int, str, int]]:
        wanted = list(streams)
        if not wanted:
            return []
        sql = "select source, stream, version from cursors where stream = any($1::uuid[])"
        return [(r[0], str(r[1]), r[2]) for r in await self._tx.driver.fetch(sql, wanted)]

    async def _load_cursors(self, keys: set[tuple[int, str]]) -> None:
        if not keys:
            return
        self._cursors.update({key: Cursor(*key) for key in keys})
        sql = (
            "select source, stream, version from cursors where stream = any($2::uuid[]) and source = any($1::smallint[])"
            " order by source, stream for update"
        )
        sources, streams = {source for source, _ in keys}, [stream for _, stream in keys]
        for source, stream, version in await self._tx.driver.fetch(sql, list(sources), streams):
            cursor = self._cursors.get((source, str(stream)))
            if cursor is not None:  # the same stream of another producer is not asked for
                cursor.last = version

    def _unpark(self, queue: "Queue") -> None:
        for item in self._items:
            if item.heard.record is queue.dismissed:
                item.ignored, item.trouble = True, None
        for row in chain.from_iterable(rows.values() for rows in self._rows.values()):
            row.moved = row.moved or row.parked
            row.parked = False

    async def know(self) -> dict[str, Mapping[str, Any]]:
        """Open the payloads that will be decided about, and load each aggregate's facts for all of them."""
        facts: dict[str, Mapping[str, Any]] = {}
        causes: dict[Kind, list[Cause]] = {}
        for item in self._items:
            if item.ignored or item.row is None or item.row.parked or self._is_repeat(item):
                continue
            if item.kind is not None and not item.kind.knows:
                continue  # opened when it is decided: what is decided at once is let go at once
            item.read(self._folding.reader)
            if item.cause is not None and item.kind is not None and item.trouble is None:
                causes.setdefault(item.kind, []).append(item.cause)
        for kind, asked in causes.items():
            facts[kind.name] = await kind.aggregate.know(self._tx, asked, self._states(kind, asked))
        return facts

    def _is_repeat(self, item: Item) -> bool:
        assert item.cursor is not None
        return self._folding.fits(item, item.cursor.last) < 0

    def _states(self, kind: Kind, causes: Iterable[Cause]) -> dict[str, Any]:
        states: dict[str, Any] = {}
        for cause in causes:
            try:
                state = kind.table.open(self._rows[kind][cause.stream], self._folding._decider.sealer)
            except UNOPENED:  # deciding about it will fail in the same way, and parks it
                continue
            if state is not None:
                states[cause.stream] = state
        return states

    def decide(self, facts: Mapping[str, Mapping[str, Any]], now: datetime) -> None:
        """Every record in order: dropped, queued behind its parked claim, parked, or decided.

        After a row's last record its state is sealed and let go, while it is still in the processor's cache.
        """
        last = {id(item.row): item for item in self._items}
        for item in self._items:
            trouble = self._settle(item, facts, now)
            if trouble is None:
                item.envelope = item.cause = None
            else:
                self._park(item, *trouble)
            row, kind = item.row, item.kind
            if row is not None and kind is not None and row.changed and last[id(row)] is item:
                kind.table.close(row, kind.aggregate.promoted, self._folding._decider.sealer)
                row.state = None

    def _settle(
        self, item: Item, facts: Mapping[str, Mapping[str, Any]], now: datetime
    ) -> tuple[Reason, str] | None:
        row, cursor = item.row, item.cursor
        assert cursor is not None
        fit = self._folding.fits(item, cursor.last)
        if fit < 0:
            self.folded.repeated += 1
            return None
        if row is not None and row.parked:
            return ("behind", "")
        if fit > 0:
            return ("gap", f"{fit} before it from {item.heard.source} did not come")
        item.read(self._folding.reader)
        if item.trouble is not None:
            return item.trouble
        if not item.ignored:
            trouble = self._decide(item, facts, now)
            if trouble is not None:
                return trouble
        cursor.move(item.heard.version)
        self.folded.applied += 1
        return None

    def _decide(
        self, item: Item, facts: Mapping[str, Mapping[str, Any]], now: datetime
    ) -> tuple[Reason, str] | None:
        kind, row, cause = item.kind, item.row, item.cause
        assert kind is not None
        assert row is not None
        assert cause is not None
        because = item.heard.because()
        known = facts.get(kind.name, {}).get(row.id)
        step = self._folding._decider.decide(kind, row, cause, known, now, because, self.folded.said)
        if isinstance(step, Step):
            return None
        if isinstance(step, Refused):
            return ("refused", step.code)
        assert isinstance(step, Failed)
        return ("decision", step.where)

    def _park(self, item: Item, reason: Reason, detail: str) -> None:
        self.folded.parked.append(Parking(item.heard.record, item, reason, detail))
        cursor = item.cursor
        assert cursor is not None
        if reason == "gap" and cursor.row is None:
            item.kind, item.row = None, None  # its claim waits; the account, which others share, does not
        row = item.row
        if row is not None and (row.exists or not item.ignored):
            row.parked = row.moved = True
            row.changed = row.changed or not row.exists
        elif cursor.row is None:
            cursor.moved = True  # its row must be there to be locked by a replay

    async def save(self, now: datetime) -> None:
        """Cursors, while rows still say whether they take theirs along; rows in one statement per aggregate; the rest."""
        await self._save_cursors()
        for kind in self._folding.routes.kinds():
            worth = [row for row in self._rows[kind].values() if row.exists or row.changed]
            await kind.table.save(
                self._tx, worth, kind.aggregate.promoted, self._folding._decider.sealer, now
            )
        if self.folded.parked and self._queue is None:
            await parked.insert(self._tx, self.folded.parked)
        for kind, intents in self.folded.said.intents.items():
            await kind.aggregate.intend(self._tx, intents)

    async def _save_cursors(self) -> None:
        """Those that no row takes along: a decision that changed nothing is not worth writing a claim's row."""
        alike: dict[tuple[int, int], list[str]] = {}
        for c in self._cursors.values():
            if c.moved and (c.row is None or not (c.row.changed or c.row.moved)):
                alike.setdefault((c.source, c.last), []).append(c.stream)
        for (source, version), streams in sorted(alike.items()):
            await heard_up_to(self._tx, source, streams, version)
