"""What the console keeps of the public topic."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from services.console import store
from services.console.tests.house import House, a_day, claim_id, opened, sign_in
from shared.events.lifecycle import Fact

pytestmark = pytest.mark.real
REMITTANCE = "0199a000-0000-7000-8000-00000000aaaa"


@pytest.fixture
async def house(postgres_url: str) -> AsyncIterator[House]:
    async with opened(postgres_url) as house:
        yield house


async def _figures(house: House) -> dict[str, store.Figures]:
    async with house.parts.ctx.db.connect() as tx:
        return await store.figures(tx, {})


async def test_a_fact_that_comes_twice_is_counted_once(house: House) -> None:
    says = house.claim(1)
    fact = await says("ClaimReceived", "received", payer="SBX01", charge=5_000)
    await house.put(fact)
    await house.heard()
    await house.put(fact)
    await house.heard()
    figures = (await _figures(house))["received"]
    assert (figures.claims, figures.stake) == (1, 5_000)
    async with house.parts.ctx.db.connect() as tx:
        assert len(await store.steps(tx, says.claim)) == 1


async def test_the_kept_figures_are_those_of_the_claims(house: House) -> None:
    await a_day(house)
    async with house.parts.ctx.db.connect() as tx:
        rows = await tx.driver.fetch(
            "select state, count(*), sum(stake)::bigint, sum(charge)::bigint, sum(denied)::bigint,"
            " count(*) filter (where denied > 0) from claim group by 1"
        )
    found = {key: each[1:6] for key, each in (await _figures(house)).items()}
    assert found == {row[0]: tuple(row)[1:] for row in rows}


async def test_what_is_no_fact_is_passed_over_and_counted(house: House) -> None:
    says = house.claim(1)
    good = await says("ClaimReceived", "received", charge=1)
    for bad in (b"", b"\xff", b"{}", b'{"what": "ClaimReceived", "state": "nowhere"}'):
        await house.put(good, bad)
    wrong = Fact(
        what="X", state="held", subject="no uuid", source="s", stream="none", version=1, time=good.time
    )
    await house.put(wrong)
    await says("ClaimHeld", "held", source="scrubber")
    await house.heard()
    async with house.parts.ctx.db.connect() as tx:
        view = await store.one(tx, says.claim)
        assert await store.unreadable(tx) == 5
    assert view is not None
    assert view.state == "held"


async def test_a_payment_that_is_not_posted_is_listed_until_it_is(house: House) -> None:
    about = {
        "subject": REMITTANCE,
        "stream": REMITTANCE,
        "about": "remittance",
        "source": "remittance",
        "state": "noted",
    }

    async def say(what: str, version: int, **more: object) -> list[store.Remittance]:
        await house.put(Fact(what=what, version=version, time=house.clock.now(), **about, **more))  # type: ignore[arg-type]
        await house.heard()
        async with house.parts.ctx.db.connect() as tx:
            return await store.unposted(tx)

    assert await say("RemittanceReceived", 1, payer="SBX01", paid=70_000) == []
    (waiting,) = await say("RemittanceQuarantined", 2, payer="SBX01", reasons=("claim",))
    assert (waiting.state, waiting.paid, waiting.reason) == ("quarantined", 70_000, "claim")
    assert await say("RemittancePosted", 3, payer="SBX01", paid=70_000) == []


async def test_the_list_is_oldest_first_and_pages_without_losing_or_repeating_one(house: House) -> None:
    await a_day(house)
    seen: list[str] = []
    after = (house.clock.now() - timedelta(days=400), claim_id(0))
    async with house.parts.ctx.db.connect() as tx:
        while page := await store.page(tx, "", "", after, 4):
            seen += [view.id for view in page]
            assert [view.since for view in page] == sorted(view.since for view in page)
            after = (page[-1].since, page[-1].id)
    assert len(seen) == len(set(seen)) == 17


async def test_what_is_denied_within_a_paid_claim_is_not_lost_from_sight(house: House) -> None:
    says = house.claim(1)
    await says("ClaimReceived", "received", payer="SBX03", charge=57_150)
    await says(
        "ClaimPaid", "paid", source="remittance", paid=6_320, contractual=2_830, patient=5_000, denied=43_000
    )
    about = {"paid": 6_320, "contractual": 2_830, "patient": 5_000}
    await says("PatientBalanceAssigned", "patient", source="remittance", **about)
    await house.heard()
    await sign_in(house)
    page = (await house.http.get("/")).text
    assert "<strong>$430.00</strong> is stuck in 1 claim" in " ".join(page.split())
    assert says.claim in (await house.http.get("/?state=part")).text
    await says(
        "PaymentReversed", "reversed", source="remittance", paid=-6_320, contractual=-2_830, patient=-5_000
    )
    await house.heard()
    async with house.parts.ctx.db.connect() as tx:
        assert await store.page(tx, store.PART, "", _BEGINNING, 9) == []


_BEGINNING = (datetime(2020, 1, 1, tzinfo=UTC), claim_id(0))
