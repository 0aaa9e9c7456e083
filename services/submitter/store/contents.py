"""Bytes of files, sealed piece by piece: our 837s and what partners sent."""

from collections.abc import Mapping

from shared.bus.sealer import Sealer
from shared.bus.types import Tx

PIECE = 1024 * 1024


async def keep_contents(tx: Tx, seal: Sealer, contents: Mapping[str, bytes]) -> None:
    """Keep files' bytes under their ids. The same id again keeps what is there: an id stands for one content."""
    pieces = [
        (owner, start // PIECE, data[start : start + PIECE])
        for owner, data in contents.items()
        for start in range(0, len(data) or 1, PIECE)
    ]
    await tx.driver.execute(
        "insert into contents (owner, piece, sealed) select owner, piece, sealed"
        " from unnest($1::uuid[], $2::int[], $3::bytea[]) as x (owner, piece, sealed) on conflict do nothing",
        [owner for owner, _, _ in pieces],
        [number for _, number, _ in pieces],
        [seal.seal(piece, _aad(owner, number)) for owner, number, piece in pieces],
    )


async def read_content(tx: Tx, seal: Sealer, owner: str) -> bytes:
    """The bytes kept under this id. Raises LookupError when there are none, Unsealable when they were changed."""
    rows = await tx.driver.fetch(
        "select piece, sealed from contents where owner = $1::uuid order by piece", owner
    )
    if not rows:
        raise LookupError("no content is kept under this id")
    return b"".join(seal.open(r["sealed"], _aad(owner, r["piece"])) for r in rows)


def _aad(owner: str, piece: int) -> bytes:
    return f"contents/{owner}/{piece}".encode()
