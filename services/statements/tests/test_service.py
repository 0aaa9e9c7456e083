"""Statements as a service on a real PostgreSQL: events in, pages out, payments taken."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from services.statements.app import build
from services.statements.domain.account import account_of
from services.statements.settings import StatementsSettings
from services.statements.tests.balances import claim_id, owing, taken_back, voided
from shared.claim import uuid7
from shared.testing.app import Harness, settings_for, started
from shared.testing.clock import FixedClock

NOWHERE = "01900000-0000-7000-8000-00000000dead"
ACCOUNT = account_of("key-of-ada")
OFFICE = {
    "office_name": "Synthetic General Hospital",
    "office_phone": "(555) 555-0100",
    "pay_url": "https://pay.example.org",
    "assistance_phone": "(555) 555-0199",
    "assistance_url": "https://example.org/help",
}


@pytest.fixture
def migrations() -> str:
    return "services/statements/migrations"


@pytest.fixture
async def desk(postgres_url: str) -> AsyncIterator[Harness]:
    service = build(settings_for(StatementsSettings, postgres_url, **OFFICE))
    async with started(service, clock=FixedClock()) as harness:
        yield harness


async def owe(desk: Harness, number: int, cents: int, **changes: Any) -> None:
    await desk.hear("remittance", claim_id(number), owing(number, cents, **changes))
    await desk.quiet()


async def issue(desk: Harness) -> int:
    assert isinstance(desk.clock, FixedClock)
    desk.clock.advance(timedelta(days=1))
    done = await desk.job("issue")
    assert isinstance(done, int)
    return done


def kinds(desk: Harness) -> list[str]:
    return [type(e.event).__name__ for e in desk.said(ACCOUNT)]


async def pay(desk: Harness, cents: int, key: str = "k1", account: str = ACCOUNT) -> Any:
    answer = await desk.http.post(
        f"/accounts/{account}/payments",
        json={"cents": cents, "method": "card"},
        headers={"idempotency-key": key},
    )
    await desk.quiet()
    return answer


async def test_two_claims_of_one_guarantor_come_on_one_statement_when_its_time_has_come(
    desk: Harness,
) -> None:
    await owe(desk, 1, 2500)
    await owe(desk, 2, 400)
    assert await desk.job("issue") == 0
    assert await issue(desk) == 1
    assert kinds(desk) == ["StatementIssued"]
    (row,) = (await desk.http.get("/statements")).json()["statements"]
    assert (row["due"], row["account"]) == (2900, ACCOUNT)
    page = await desk.http.get(f"/statements/{row['id']}")
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-store"
    assert "$29.00" in page.text


async def test_from_balance_to_zero(desk: Harness) -> None:
    await owe(desk, 1, 2500)
    await issue(desk)
    answer = await pay(desk, 2500)
    assert (answer.status_code, answer.json()["left"]) == (201, 0)
    assert kinds(desk) == ["StatementIssued", "PatientPaid", "AccountSettled"]
    shown = (await desk.http.get(f"/claims/{claim_id(1)}")).json()
    assert (shown["due"], shown["paid"], shown["left"], shown["settled"]) == (2500, 2500, 0, True)
    summary = (await desk.http.get("/summary")).json()
    assert summary["claims"] == {"settled": {"claims": 1, "due": 2500, "left": 0}}
    assert summary["total"] == {"claims": 1, "due": 2500, "paid": 2500, "left": 0, "credit": 0}


async def test_a_payment_with_the_same_idempotency_key_is_taken_once(desk: Harness) -> None:
    await owe(desk, 1, 2500)
    first, again, other = await pay(desk, 1000), await pay(desk, 1000), await pay(desk, 1001)
    assert [a.status_code for a in (first, again, other)] == [201, 200, 409]
    assert first.json() == again.json()
    assert other.json()["type"] == "/problems/key-reused"
    assert kinds(desk) == ["PatientPaid"]


async def test_payments_that_cannot_be_taken_are_refused_with_the_reason(desk: Harness) -> None:
    await owe(desk, 1, 2500)
    path = f"/accounts/{ACCOUNT}/payments"
    body = {"cents": 100, "method": "card"}
    assert (await desk.http.post(path, json=body)).status_code == 400
    for wrong in ({**body, "cents": 0}, {**body, "method": "gold"}, {**body, "more": 1}):
        answer = await desk.http.post(path, json=wrong, headers={"idempotency-key": "x"})
        assert answer.status_code == 422
    assert (await pay(desk, 100, account=uuid7())).status_code == 404
    assert kinds(desk) == []


async def test_a_reversal_is_heard_for_the_right_account(desk: Harness) -> None:
    await owe(desk, 1, 7500)
    await issue(desk)
    await desk.hear("remittance", claim_id(1), taken_back(owing(1, 7500)))
    await desk.quiet()
    shown = (await desk.http.get(f"/accounts/{ACCOUNT}")).json()
    assert (shown["state"], shown["left"]) == ("payer_open", 0)
    await owe(desk, 1, 2500)
    await issue(desk)
    assert kinds(desk) == ["StatementIssued", "StatementHeld", "StatementIssued"]
    first, second = (await desk.http.get(f"/accounts/{ACCOUNT}")).json()["statements"]
    page = await desk.http.get(f"/statements/{second['id']}")
    assert "This is a corrected statement" in page.text
    assert first["due"] == 7500


async def show(desk: Harness) -> dict[str, Any]:
    shown: dict[str, Any] = (await desk.http.get(f"/accounts/{ACCOUNT}")).json()
    return shown


async def reverse(desk: Harness, cents: int = 7500) -> None:
    await desk.hear("remittance", claim_id(1), taken_back(owing(1, cents)))
    await desk.quiet()


async def void(desk: Harness) -> None:
    await reverse(desk)
    await desk.hear("remittance", claim_id(1), voided(1))
    await desk.quiet()


async def test_3_14_after_a_reversal_only_nothing_is_asked_for_and_the_payment_stays_with_the_claim(
    desk: Harness,
) -> None:
    await owe(desk, 1, 7500)
    await issue(desk)
    await pay(desk, 5000)
    await reverse(desk)
    await issue(desk)
    shown = await show(desk)
    assert (shown["left"], shown["credit"], shown["claims"][0]["paid"]) == (0, 0, 5000)
    assert len(shown["statements"]) == 1
    assert (await desk.http.get("/summary")).json()["total"]["due"] == 0


async def test_3_3_a_reversal_and_a_new_decision_leave_what_the_new_one_says_less_what_was_paid(
    desk: Harness,
) -> None:
    await owe(desk, 1, 7500)
    await issue(desk)
    await pay(desk, 5000)
    await reverse(desk)
    await owe(desk, 1, 6000)
    shown = await show(desk)
    assert (shown["left"], shown["credit"]) == (1000, 0)
    await reverse(desk, 6000)
    await owe(desk, 1, 2000)
    shown = await show(desk)
    assert (shown["left"], shown["credit"]) == (0, 3000)
    assert kinds(desk).count("CreditOwed") == 1


async def test_3_8_a_void_after_the_patient_paid_leaves_a_credit_on_the_worklist_until_somebody_applies_it(
    desk: Harness,
) -> None:
    await owe(desk, 1, 7500)
    await issue(desk)
    await pay(desk, 7500)
    await void(desk)
    await owe(desk, 2, 3000)
    await issue(desk)
    (owed,) = (await desk.http.get("/credits")).json()["credits"]
    assert (owed["account"], owed["credit"], owed["left"]) == (ACCOUNT, 7500, 3000)
    page = await desk.http.get(f"/statements/{(await show(desk))['statements'][-1]['id']}")
    assert "We took this bill back. You owe nothing for it." in page.text
    path = f"/accounts/{ACCOUNT}/credit/application"
    why = {"by": "kim", "reason": "the patient asked for it"}
    assert (await desk.http.post(path, json={"by": "kim"})).status_code == 422
    assert (await desk.http.post(path, json=why)).json() == {"left": 0, "credit": 4500, "applied": 7500}
    assert (await desk.http.post(path, json=why)).json()["type"] == "/problems/no-credit"
    assert (await desk.http.post(path.replace(ACCOUNT, NOWHERE), json=why)).status_code == 404
    total = (await desk.http.get("/summary")).json()["total"]
    assert total["due"] + total["credit"] == total["paid"] + total["left"] == 7500
    assert {w: n for w, n in (await desk.http.get("/summary")).json()["claims"].items() if w == "voided"} == {
        "voided": {"claims": 1, "due": 0, "left": 0}
    }


async def test_3_8_a_payment_that_crosses_with_the_void_is_a_credit_too(desk: Harness) -> None:
    await owe(desk, 1, 7500)
    await issue(desk)
    await void(desk)
    assert (await desk.http.get("/credits")).json() == {"credits": []}
    answer = await pay(desk, 7500)
    assert (answer.json()["left"], answer.json()["credit"]) == (0, 7500)
    assert [c["credit"] for c in (await desk.http.get("/credits")).json()["credits"]] == [7500]


async def test_an_event_that_comes_twice_counts_once(desk: Harness) -> None:
    for _ in range(2):
        await desk.hear("remittance", claim_id(1), owing(1, 2500), version=1)
    await desk.quiet()
    await issue(desk)
    assert kinds(desk) == ["StatementIssued"]


@pytest.mark.parametrize("path", ["/claims/x", "/accounts/x", "/statements/x", f"/claims/{NOWHERE}"])
async def test_what_is_not_there_is_a_problem_404(desk: Harness, path: str) -> None:
    answer = await desk.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("missing", sorted(OFFICE))
def test_no_statement_without_an_office_and_its_assistance_notice(missing: str) -> None:
    with pytest.raises(ValueError, match=missing):
        settings_for(
            StatementsSettings, "postgresql://x/y", **{k: v for k, v in OFFICE.items() if k != missing}
        )
