"""The bytes of 835 files, part by part, sealed."""

from collections.abc import Sequence
from typing import NamedTuple

from services.remittance.domain.file import KeepPart
from shared.bus.sealer import Sealer
from shared.bus.types import Tx


async def keep_parts(tx: Tx, sealer: Sealer, parts: Sequence[KeepPart]) -> None:
    """Keep parts that are not there yet."""
    await tx.driver.execute(
        "insert into file_parts (file, part, content)"
        " select * from unnest($1::uuid[], $2::int[], $3::bytea[]) on conflict do nothing",
        [p.file for p in parts],
        [p.part for p in parts],
        [sealer.seal(p.content, _aad(p.file, p.part)) for p in parts],
    )


async def content_of(tx: Tx, sealer: Sealer, file: str) -> bytes:
    """A whole file. Raises Unsealable."""
    rows = await tx.driver.fetch("select part, content from file_parts where file = $1 order by part", file)
    return b"".join(sealer.open(row[1], _aad(file, row[0])) for row in rows)


class DueFile(NamedTuple):
    """A file to be posted, and how many parts of at most 192 KiB it has."""

    id: str
    parts: int


async def due_files(tx: Tx, limit: int) -> list[DueFile]:
    """Files of which all parts are there and that are not posted, the one that waits longest first."""
    rows = await tx.driver.fetch(
        "select id::text, parts from files where state = 'complete' and not parked order by changed_at limit $1",
        limit,
    )
    return [DueFile(*row) for row in rows]


def _aad(file: str, part: int) -> bytes:
    return f"file_parts/{file}/{part}".encode()
