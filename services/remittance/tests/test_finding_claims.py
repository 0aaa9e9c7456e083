"""Finding the claims of an 835 by the numbers that the payer echoes: one look into the index each, and no guess."""

from services.remittance import store
from services.remittance.store.suspense import BY_NUMBER
from services.remittance.tests.paying import a_payment, an_835
from services.remittance.tests.test_posting import Desk, desk, migrations
from shared.testing.builders import a_claim

__all__ = ["desk", "migrations"]


async def test_a_number_that_two_claims_share_or_whose_claim_is_parked_finds_none(desk: Desk) -> None:
    one, shared, parked, half = a_claim(1), a_claim(2), a_claim(3), a_claim(4)
    ids = await desk.know(one, shared, shared, parked, half, half)
    async with desk.harness.ctx.db.begin() as tx:
        await tx.driver.execute("update claims set parked = true where id = any($1::uuid[])", ids[3:5])
        blinds = [store.number_blind(desk.harness.ctx.blind, c.number) for c in (one, shared, parked, half)]
        found = await store.claims_by_number(tx, [*blinds, blinds[0], b"nobody's"])
    assert found == {blinds[0]: ids[0]}


async def test_a_plan_from_the_first_day_finds_claims_by_the_index(desk: Desk) -> None:
    await desk.know(a_claim(1))
    many = "array_fill('x'::bytea, array[500])"
    async with desk.harness.ctx.db.begin() as tx:
        for mode in ("force_custom_plan", "force_generic_plan"):
            await tx.driver.execute(f"set local plan_cache_mode = {mode}")
            await tx.driver.execute(f"prepare {mode} as {BY_NUMBER}")
            plan = " ".join(row[0] for row in await tx.driver.fetch(f"explain execute {mode}({many})"))
            assert "Seq Scan" not in plan
            assert "claims_number" in plan


async def test_what_a_payer_decides_rewrites_a_claims_row_in_its_page(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 25)]
    await desk.know(*claims)
    pages = "select id, (ctid::text::point)[0] as page from claims order by id"
    async with desk.harness.ctx.db.connect() as tx:
        before = await tx.driver.fetch(pages)
    await desk.receive(an_835([a_payment(claim, ["CO-45:2500 PR-2:2000"]) for claim in claims]))
    async with desk.harness.ctx.db.connect() as tx:
        assert await tx.driver.fetch(pages) == before
        assert await tx.driver.fetchval("select count(*) from claims where paid > 0") == len(claims)
    assert len({row["page"] for row in before}) > 1
