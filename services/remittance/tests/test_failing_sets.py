"""A set that cannot be posted now: the others are, its file stays due, and the next try does what is left."""

from datetime import UTC, datetime

import asyncpg
import pytest

from services.remittance.domain.file import FilePosted, FileState, PostAgain, decide_file
from services.remittance.tests.paying import a_payment, an_835
from services.remittance.tests.test_posting import Desk, desk, migrations
from shared.bus.types import Known
from shared.events import PaymentUnmatched, RemittancePosted, RemittanceReceived
from shared.testing.builders import a_claim

__all__ = ["desk", "migrations"]

AT = datetime(2026, 2, 1, tzinfo=UTC)


async def run(desk: Desk, statement: str) -> None:
    async with desk.harness.ctx.db.begin() as tx:
        await tx.driver.execute(statement)


@pytest.mark.parametrize("last", ["good", "failing"])
async def test_a_set_that_fails_is_posted_with_the_next_try_and_then_its_file_is_posted(
    desk: Desk, last: str
) -> None:
    known, unknown = a_claim(1), a_claim(2)
    (claim_id,) = await desk.know(known)
    good = an_835([a_payment(known, ["", ""])])
    failing = an_835([a_payment(unknown, ["", ""])], trace="T2")
    await run(desk, "alter table suspense add constraint nothing_waits check (false)")
    with pytest.raises(asyncpg.CheckViolationError, match="nothing_waits"):
        await desk.receive(*([failing, good] if last == "good" else [good, failing]))
    await desk.harness.quiet()
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert desk.kinds().count("RemittancePosted") == 1
    assert (await desk.get("/summary"))["files"] == {"complete": 1}
    await run(desk, "alter table suspense drop constraint nothing_waits")
    assert await desk.harness.job("post") == 1
    assert desk.kinds().count("RemittancePosted") == 2
    assert desk.kinds().count("ClaimPaid") == 1
    assert (await desk.get("/summary"))["files"] == {"posted": 1}
    assert await desk.harness.job("post") == 0


async def test_a_file_that_cannot_be_said_to_be_posted_is_not_half_posted(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    await run(desk, "alter table files add constraint never_posted check (state <> 'posted')")
    with pytest.raises(asyncpg.CheckViolationError, match="never_posted"):
        await desk.receive(an_835([a_payment(claim, ["", ""])]))
    await desk.harness.quiet()
    assert desk.kinds() == []
    assert await desk.ledger(claim_id) == {"open": 55500, "charges": -55500}
    await run(desk, "alter table files drop constraint never_posted")
    assert await desk.harness.job("post") == 1
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert (await desk.get("/summary"))["files"] == {"posted": 1}


def test_a_set_released_while_its_file_is_gone_through_is_gone_through_again() -> None:
    known = Known(AT, "file", None)
    file = FileState(route="r", sha256="00", parts=1, seen=(1,), status="complete")
    for what, status in [
        (PostAgain(), "complete"),
        (FilePosted(transactions=2), "complete"),
        (FilePosted(transactions=2), "posted"),
        (PostAgain(), "complete"),
        (FilePosted(transactions=2), "posted"),
    ]:
        decided = decide_file(file, what, known).state
        assert decided is not None
        file = decided
        assert file.status == status


async def test_received_is_said_before_posted(desk: Desk) -> None:
    await desk.receive(an_835([a_payment(a_claim(), ["", ""])]))
    (said,) = {e.stream for e in desk.harness.said()}
    assert [type(e.event) for e in desk.harness.said(said)] == [
        RemittanceReceived, PaymentUnmatched, RemittancePosted,
    ]  # fmt: skip
