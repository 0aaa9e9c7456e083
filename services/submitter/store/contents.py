"""Bytes of files, sealed piece by piece: our 837s and what partners sent."""

from shared.bus.sealer import Sealer
from shared.bus.types import Tx

PIECE = 1024 * 1024


async def keep_content(tx: Tx, seal: Sealer, owner: str, data: bytes) -> None:
    """Keep a file's bytes under its id. The same id again keeps what is there: an id stands for one content."""
    pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)] or [b""]
    await tx.driver.execute(
        "insert into contents (owner, piece, sealed) select $1::uuid, piece, sealed"
        " from unnest($2::int[], $3::bytea[]) as x (piece, sealed) on conflict do nothing",
        owner,
        list(range(len(pieces))),
        [seal.seal(piece, _aad(owner, number)) for number, piece in enumerate(pieces)],
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
