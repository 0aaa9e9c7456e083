"""The table ``client_assertion``: which assertions were used, until they expire by themselves."""

from datetime import datetime

from shared.service.context import Context

_USE = """
insert into client_assertion (used, until) values ($1, $2) on conflict (used) do nothing returning true"""
_FORGET = "delete from client_assertion where until < $1"


async def use(ctx: Context, client: str, jti: str, until: datetime, now: datetime) -> bool:
    """Use an assertion up. False when it was used before. Those that expired are forgotten on the way."""
    async with ctx.db.begin() as tx:
        await tx.driver.execute(_FORGET, now)
        fresh: bool | None = await tx.driver.fetchval(_USE, ctx.blind(f"{client}\x1f{jti}"), until)
    return fresh is True
