"""What a relay remembers of the rows that its own process wrote."""

from shared.bus.records import Outgoing
from shared.tests.bus.stage import Stage, claims, each, running


async def test_what_is_remembered_of_a_row_does_not_outlive_the_relays_connection(stage: Stage) -> None:
    """A crashed database may give the number of a row that was never committed to another transaction."""
    relaying, other, listener, ids = stage.speaker(), stage.speaker(), stage.listener(), claims(2)
    async with running(relaying, listener):
        await stage.say(relaying, ids, 1)
        await stage.until(each(ids, 1))
        async with stage.spoken.begin() as tx:
            last = await tx.driver.fetchval("select last_value from said_id")
            relaying.relay.keep(last + 1, Outgoing(internal=[]))  # as of a transaction that the crash undid
            await tx.driver.execute(
                "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'"
                " and database = (select oid from pg_database where datname = current_database())"
            )
        await stage.say(other, ids, 2)  # another process, which gets that number now
        await stage.until(each(ids, 1, 2))
