"""The scrubber as it runs: events in and out, the worklist, corrections by HTTP, on a real PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from services.scrubber.app import build
from services.scrubber.settings import ScrubberSettings
from services.scrubber.store import DUPLICATES
from services.scrubber.tests.cases import billing, patient
from shared import events as e
from shared.claim import Claim, uuid7
from shared.testing.app import Harness, settings_for, started
from shared.testing.builders import a_claim, an_npi
from shared.testing.clock import FixedClock

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def scrubber(postgres_url: str) -> AsyncIterator[Harness]:
    async with started(build(settings_for(ScrubberSettings, postgres_url)), clock=FixedClock(NOW)) as harness:
        yield harness


def received(claim: Claim) -> e.ClaimReceived:
    return e.ClaimReceived(claim=claim, door="json", message=uuid7(), received=NOW)


def names(harness: Harness, stream: str) -> list[str]:
    return [type(each.event).__name__ for each in harness.said(stream)]


async def put(harness: Harness, claim: Claim) -> str:
    stream = uuid7()
    await harness.hear("intake", stream, received(claim))
    await harness.quiet()
    return stream


async def test_a_clean_claim_goes_on_and_a_broken_one_waits_in_the_worklist(scrubber: Harness) -> None:
    clean = await put(scrubber, a_claim(1))
    broken = await put(scrubber, billing(a_claim(2), npi="1234567890"))
    assert names(scrubber, clean) == ["ClaimCleared"]
    assert names(scrubber, broken) == ["ClaimHeld"]
    held = (await scrubber.http.get("/held")).json()["held"]
    assert [(row["claim"], row["rules"]) for row in held] == [(broken, ["SCR-0201"])]


async def test_a_biller_corrects_a_held_claim_by_place_and_it_goes_on(scrubber: Harness) -> None:
    stream = await put(scrubber, billing(a_claim(), npi="1234567890"))
    body = {
        "changes": [{"place": "/billing/npi", "value": an_npi(10_001)}],
        "reason": "typing error",
        "by": "kim",
    }
    answer = await scrubber.http.post(f"/claims/{stream}/corrections", json=body)
    assert answer.status_code == 200
    assert answer.json()["state"] == "cleared"
    await scrubber.quiet()
    assert names(scrubber, stream) == ["ClaimHeld", "ClaimCorrected", "ClaimCleared"]
    assert (await scrubber.http.get("/held")).json()["held"] == []


async def test_a_correction_of_a_claim_that_is_not_held_is_a_conflict(scrubber: Harness) -> None:
    stream = await put(scrubber, a_claim())
    body = {"changes": [{"place": "/charge", "value": 5}], "reason": "r"}
    answer = await scrubber.http.post(f"/claims/{stream}/corrections", json=body)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("not-held")


async def test_a_correction_that_does_not_fit_names_the_place_and_never_the_value(scrubber: Harness) -> None:
    stream = await put(scrubber, billing(a_claim(), npi="1234567890"))
    body = {"changes": [{"place": "/lines/7/charge", "value": "CANARY"}], "reason": "r"}
    answer = await scrubber.http.post(f"/claims/{stream}/corrections", json=body)
    assert answer.status_code == 422
    assert "/lines/7/charge" in answer.text
    assert "CANARY" not in answer.text


@pytest.mark.parametrize("claim_id", ["0", "01a20bea-b7bf-7b1e-80a7-d92e1dda1f41", "x" * 36, "../../etc"])
async def test_an_unknown_claim_is_not_found(scrubber: Harness, claim_id: str) -> None:
    assert (await scrubber.http.get(f"/claims/{claim_id}")).status_code == 404


async def test_claims_rules_3_12_the_same_visit_twice_is_held_and_can_be_withdrawn(scrubber: Harness) -> None:
    first = await put(scrubber, a_claim(1))
    twin = await put(scrubber, replace(a_claim(1), number="OTHER1"))
    state = (await scrubber.http.get(f"/claims/{twin}")).json()
    assert [f["rule"] for f in state["findings"]] == ["SCR-0601"]
    assert first in state["findings"][0]["problem"]
    body = {"reason": "sent twice", "duplicate_of": first}
    assert (await scrubber.http.post(f"/claims/{twin}/withdrawal", json=body)).json()["state"] == "withdrawn"
    summary = (await scrubber.http.get("/summary")).json()
    assert summary["withdrawn"]["count"] == 1
    assert summary["cleared"]["count"] == 1


async def test_the_same_visit_twice_in_one_batch_is_seen_too(scrubber: Harness) -> None:
    streams = [uuid7(), uuid7()]
    for number, stream in zip(("A1", "A2"), streams, strict=True):
        await scrubber.hear("intake", stream, received(replace(a_claim(3), number=number)))
    await scrubber.quiet()
    assert sorted(names(scrubber, s)[0] for s in streams) == ["ClaimCleared", "ClaimHeld"]


async def test_a_rejected_claim_waits_and_goes_out_again_when_it_is_corrected(scrubber: Harness) -> None:
    stream = await put(scrubber, a_claim())
    rejected = e.ClaimRejected(
        hop="payer",
        reasons=(e.Reason(code="A7", words="Unknown member."),),
        route="r",
        payer="SBX05",
        charge=1,
    )
    await scrubber.hear("submitter", stream, rejected)
    await scrubber.quiet()
    place = "/coverages/0/subscriber/member_id"
    body = {"changes": [{"place": place, "value": "C00000001"}], "reason": "payer's answer"}
    assert (await scrubber.http.post(f"/claims/{stream}/corrections", json=body)).json()["state"] == "cleared"
    await scrubber.quiet()
    assert names(scrubber, stream) == ["ClaimCleared", "ClaimHeld", "ClaimCorrected", "ClaimCleared"]


async def test_the_worklist_has_no_patient_data_and_pages(scrubber: Harness) -> None:
    for seed in range(3):
        await put(scrubber, patient(a_claim(seed), member_id=""))
    page = (await scrubber.http.get("/held", params={"limit": 2})).json()
    rest = (await scrubber.http.get("/held", params={"limit": 2, "after": page["next"]})).json()
    assert [len(page["held"]), len(rest["held"]), rest["next"]] == [2, 1, ""]
    assert a_claim(0).who.name.last not in str(page)


async def test_the_rule_catalogue_can_be_read(scrubber: Harness) -> None:
    rules = (await scrubber.http.get("/rules")).json()
    assert len(rules) >= 25
    assert all(rule["title"] and rule["fix"] and rule["source"] for rule in rules)


async def test_3_8_a_claim_that_was_cancelled_or_changed_in_the_queue_is_withdrawn_or_cleared_anew(
    scrubber: Harness,
) -> None:
    cancelled, changed = await put(scrubber, a_claim(1)), await put(scrubber, a_claim(2))
    other = replace(a_claim(2), medical_record="MRN2")
    amended = e.ClaimAmended(claim=other, reason="r", door="json", message=uuid7())
    await scrubber.hear("intake", cancelled, e.ClaimCancelled(reason="no visit", message="m"))
    await scrubber.hear("intake", changed, amended)
    await scrubber.quiet()
    assert len((await scrubber.http.get("/held")).json()["held"]) == 2
    for stream in (cancelled, changed):
        await scrubber.hear("submitter", stream, e.ClaimStopped(payer="SBX01", charge=1))
    await scrubber.quiet()
    assert names(scrubber, cancelled) == ["ClaimCleared", "ClaimHeld", "ClaimWithdrawn"]
    assert names(scrubber, changed) == ["ClaimCleared", "ClaimHeld", "ClaimCleared"]
    assert (await scrubber.http.get("/held")).json()["held"] == []


async def test_a_plan_from_the_first_day_finds_the_same_visit_by_the_index(scrubber: Harness) -> None:
    await put(scrubber, a_claim(1))
    many = "array_fill('x'::bytea, array[500])"
    async with scrubber.ctx.db.begin() as tx:
        for mode in ("force_custom_plan", "force_generic_plan"):
            await tx.driver.execute(f"set local plan_cache_mode = {mode}")
            await tx.driver.execute(f"prepare {mode} as {DUPLICATES}")
            plan = " ".join(row[0] for row in await tx.driver.fetch(f"explain execute {mode}({many})"))
            assert "Seq Scan" not in plan
            assert "claim_fingerprint" in plan
