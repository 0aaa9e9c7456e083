"""The ``parked`` table: what could not be decided, with what queues behind it."""

from collections.abc import Sequence

import msgspec

from shared.bus.item import Parking
from shared.bus.types import Tx

_pack = msgspec.msgpack.encode

_INSERT = (
    "insert into parked (aggregate, row, source, stream, version, type, topic, part, off, key, headers, value,"
    " reason, detail, trace) select * from unnest($1::text[], $2::uuid[], $3::text[], $4::uuid[], $5::int[],"
    " $6::text[], $7::text[], $8::int[], $9::bigint[], $10::bytea[], $11::bytea[], $12::bytea[], $13::text[],"
    " $14::text[], $15::text[]) on conflict do nothing"
)


async def insert(tx: Tx, parkings: Sequence[Parking]) -> None:
    """Keep the records, whole, in their order. One that is there already stays as it is."""
    await tx.driver.execute(_INSERT, *map(list, zip(*map(_values, parkings), strict=True)))


def _values(parking: Parking) -> tuple[object, ...]:
    record, item = parking.record, parking.item
    headers = _pack([(k, v or b"") for k, v in record.headers])
    place = (record.topic, record.partition, record.offset, record.key, headers, record.value)
    if item is None:
        return ("", None, record.topic, None, 0, "", *place, parking.reason, parking.detail, "")
    head = item.heard
    name, row = (item.kind.name, item.row_id) if item.kind else ("", None)
    return (
        *(name, row, head.source, head.stream, head.version, head.type[:64]),
        *place,
        *(parking.reason, parking.detail, head.traceparent),
    )
