"""A heard record on its way through a batch, and the cursor it is checked against."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from shared.bus.records import Heard, Reader, Record, Unreadable, heard
from shared.bus.routes import Kind, Routes
from shared.bus.states import Row
from shared.bus.types import Cause, Envelope, Key
from shared.bus.verdict import Failed, run

Reason = Literal["gap", "behind", "unreadable", "unknown", "refused", "decision", "stray"]
"""Why something is parked. ``behind``: an earlier event of that claim is. ``stray``: not even its claim is known."""


class Cursor(Struct, eq=False, gc=False):
    """The last version heard on one stream of one producer: a row of ``cursors``, or an entry of a home row's ``heard``."""

    source: int
    stream: str
    last: int = 0
    row: Row | None = None
    """The home row, where there is one."""
    moved: bool = False

    def move(self, version: int) -> None:
        """Heard up to here. A home row takes it along when it is saved; for this alone it is not."""
        self.last = version
        self.moved = True
        if self.row is not None:
            self.row.heard[self.source] = version


class Item(Struct, eq=False, gc=False):
    """One heard record. ``kind`` and ``row_id`` are where it goes; ``kind`` None: nowhere, only the cursor moves.

    ``home``: the aggregate whose rows have its producer's cursors.
    """

    heard: Heard
    ignored: bool
    home: Kind | None
    kind: Kind | None
    row_id: str
    envelope: Envelope | None = None
    cause: Cause | None = None
    row: Row | None = None
    cursor: Cursor | None = None
    trouble: tuple[Reason, str] | None = None

    def read(self, reader: Reader) -> None:
        """Open and decode the payload once; what fails is kept as the item's trouble."""
        if self.envelope is not None or self.trouble is not None or self.ignored:
            return
        try:
            self.envelope = reader.read(self.heard)
        except Unreadable as bad:
            self.trouble = ("unreadable", str(bad))
            return
        self.cause = Cause(self.row_id, self.envelope.event, self.envelope, self.envelope.traceparent)


class Parking(Struct, frozen=True, eq=False, gc=False):
    """A record to be parked, and why. ``detail`` names kinds and places, never values."""

    record: Record
    item: Item | None
    reason: Reason
    detail: str


def heads_of(records: Sequence[Record]) -> tuple[list[Heard], list[Parking]]:
    """Read the headers of a batch. The second are those that have none of ours."""
    heads: list[Heard] = []
    strays: list[Parking] = []
    for record in records:
        try:
            heads.append(heard(record))
        except Unreadable as bad:
            strays.append(Parking(record, None, "stray", str(bad)))
    return heads, strays


def items_of(
    heads: Sequence[Heard], routes: Routes, reader: Reader, doomed: str | None = None
) -> tuple[list[Item], list[Parking]]:
    """Address each record. ``doomed`` parks them all, with that detail."""
    items: list[Item] = []
    strays: list[Parking] = []
    for head in heads:
        if not routes.hears(head.source):
            strays.append(Parking(head.record, None, "stray", "of a producer that is not listened to here"))
            continue
        item = _item(head, routes, reader)
        if doomed is not None:
            item.trouble = ("decision", doomed)
        items.append(item)
    return items, strays


def _item(head: Heard, routes: Routes, reader: Reader) -> Item:
    way, home = routes.way(head), routes.home(head.source)
    if way is None:
        trouble: tuple[Reason, str] = ("unknown", f"type {head.type[:64]!r} of {head.source}")
        return Item(head, False, home, home, head.stream, trouble=trouble)
    if way.route is None:
        return Item(head, True, home, home, head.stream)
    item = Item(head, False, home, way.route.kind, head.stream)
    if way.route.key is not None:
        _address(item, way.route.key, reader)
    return item


def _address(item: Item, key: Key, reader: Reader) -> None:
    """Find the row of an event that goes to another than its stream's; without a row the stream waits, not an aggregate."""
    item.read(reader)
    found = run(key, item.envelope) if item.envelope is not None else None
    if isinstance(found, str) and item.envelope is not None:
        item.row_id = found
        item.cause = Cause(found, item.envelope.event, item.envelope, item.heard.traceparent)
        return
    item.kind, item.cause = None, None
    if isinstance(found, Failed):
        item.trouble = ("decision", found.where)
    elif item.trouble is None:
        item.trouble = ("decision", "no key")
