"""Statements as they were made, sealed. A statement is never changed: a corrected one is another."""

from collections.abc import Sequence

import msgspec

from services.statements.domain.statement import Statement
from shared.bus.sealer import Sealer
from shared.bus.types import Tx


async def keep_statements(tx: Tx, sealer: Sealer, statements: Sequence[Statement]) -> None:
    """Keep statements that are not there yet."""
    if not statements:
        return
    await tx.driver.execute(
        "insert into statements (id, account, number, issued, due, document)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::int[], $4::date[], $5::bigint[], $6::bytea[])"
        " on conflict (id) do nothing",
        [s.id for s in statements],
        [s.account for s in statements],
        [s.number for s in statements],
        [s.issued for s in statements],
        [s.due for s in statements],
        [sealer.seal(msgspec.json.encode(s), _aad(s.id)) for s in statements],
    )


async def statement_of(tx: Tx, sealer: Sealer, id: str) -> Statement | None:  # noqa: A002
    """One statement; None when there is none. Raises Unsealable."""
    sealed = await tx.driver.fetchval("select document from statements where id = $1", id)
    if sealed is None:
        return None
    return msgspec.json.decode(sealer.open(sealed, _aad(id)), type=Statement)


def _aad(statement: str) -> bytes:
    return f"statements/{statement}".encode()
