"""A batch of new messages in one statement: their rows, their originals, their count. One trip to the database for three."""

from collections.abc import Iterable, Sequence

from services.intake.store import inbound, originals, tallies
from services.intake.store.inbound import Collision, Row
from services.intake.store.originals import Body
from services.intake.store.tallies import Came
from shared.bus.types import Tx

_BODIES = originals.insert_sql(inbound.COUNT + 1)
_TALLY = tallies.insert_sql(inbound.COUNT + originals.COUNT + 1)
_KEEP = (
    f"with kept as ({inbound.INSERT} returning 1), bodies as ({_BODIES}), counted as ({_TALLY})"  # noqa: S608
    " select count(*) from kept"
)
_COUNT_ONLY = tallies.insert_sql(1)


async def keep(tx: Tx, rows: Sequence[Row], bodies: Sequence[Body], came: Iterable[Came]) -> None:
    """Store what is new and count what came, repeats too. Raises Collision when another process was faster with a row."""
    counted = tallies.columns(came)
    if rows:
        stored = await tx.driver.fetchval(_KEEP, *inbound.columns(rows), *originals.columns(bodies), *counted)
        if stored != len(rows):
            raise Collision
    elif counted:
        await tx.driver.execute(_COUNT_ONLY, *counted)
