"""A service as small as can be: it counts what it hears of a claim, and withdraws it when asked to."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Depends
from msgspec import Struct

from shared import events as e
from shared.bus.types import Cause, Command, Decision, Hears, Intent, Known, Refused, Tx
from shared.service import Context, Job, Service, ServiceSettings, conflict, context, needs
from shared.service.run import run


class Count(Struct, frozen=True):
    heard: int = 0
    withdrawn: bool = False


class Withdraw(Command, frozen=True):
    by: str


class Counter:
    """Counts."""

    table = "counter"
    state_type = Count
    columns: ClassVar[tuple[tuple[str, str], ...]] = ()

    def decide(self, state: Count | None, what: e.Event | Command, known: Known[None]) -> Decision[Count]:
        count = state or Count()
        if not isinstance(what, Withdraw):
            return Decision(Count(count.heard + 1, count.withdrawn))
        if count.withdrawn:
            raise Refused("already_withdrawn", "This claim is withdrawn already.")
        said = e.ClaimWithdrawn(by=what.by, reason="asked", payer="SBX01", charge=100)
        return Decision(Count(count.heard, True), (said,))

    async def know(self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, Count]) -> Mapping[str, None]:
        return {}

    def promoted(self, state: Count) -> tuple[str, tuple[object, ...]]:
        return ("withdrawn" if state.withdrawn else "counting"), ()

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """Nothing."""


COUNTER = Counter()
router = APIRouter()


@router.post("/claims/{claim}/withdrawal", dependencies=[needs("claims:write")])
async def withdraw(claim: str, ctx: Annotated[Context, Depends(context)]) -> dict[str, int]:
    (done,) = await ctx.bus.ask(COUNTER, [Cause(claim, Withdraw("test"))])
    if done.refused:
        raise conflict(done.refused.code, done.refused.words)
    assert done.state is not None
    return {"heard": done.state.heard}


async def withdraw_all(ctx: Context[Any]) -> int:
    """A job: withdraw what is still counting."""
    async with ctx.db.connect() as tx:
        rows = await tx.driver.fetch("select id from counter where state = 'counting'")
    done = await ctx.bus.ask(COUNTER, [Cause(str(row[0]), Withdraw("job")) for row in rows])
    return len(done)


async def summary(ctx: Context[Any]) -> object:
    async with ctx.db.connect() as tx:
        return dict(await tx.driver.fetch("select state, count(*)::int from counter group by state"))


def build(settings: ServiceSettings | None = None) -> Service:
    return Service(
        "scrubber",
        settings or ServiceSettings(),
        hears=[Hears((e.ClaimCancelled, e.ClaimReceived), COUNTER)],
        routers=[router],
        jobs=[Job("withdraw", 1.0, withdraw_all)],
        migrations="shared/tests/service/revisions/counter",
        summary=summary,
    )


if __name__ == "__main__":
    run(build)
