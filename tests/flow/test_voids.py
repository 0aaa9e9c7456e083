"""A visit that did not happen after all (ADT^A11), through all five services: before it was sent, and after all had paid."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake.tests.messages import dft
from services.remittance.tests.paying import a_payment, reversed_payment
from shared.testing.builders import an_npi
from shared.testing.clock import FixedClock
from shared.testing.fixtures import NewDatabase
from tests.flow.house import House, opened

KIM = f"{an_npi(5)}^NEMO^KIM^^^^^^NPI"


@pytest.fixture
async def house(new_database: NewDatabase) -> AsyncIterator[House]:
    async with opened(new_database, FixedClock(datetime(2026, 10, 13, 8, tzinfo=UTC))) as running:
        yield running


CREDIT = {
    "FT1_2": "T2", "FT1_6": "CR", "FT1_7": "J1885", "FT1_10": "2", "FT1_12": "23.50", "FT1_25": "J1885", "FT1_26": "",
    "MSH_10": "CREDIT", "MSH_7": "20261014090000", "EVN_2": "20261014090000",
}  # fmt: skip
"""The second charge is taken back."""


def visit(account: str, dollars: str, **changes: str) -> bytes:
    fields = {"PID_18": account, "PV1_7": KIM, "FT1_20": KIM, "FT1_11": dollars, "MSH_10": f"DFT-{account}"}
    return dft(**{**fields, **changes})


def cancellation(account: str) -> bytes:
    """ADT^A11: the visit did not happen."""
    head = f"MSH|^~\\&|EPIC|SPRINGFIELD|CLAIMFLOW|HUB|20261014120000||ADT^A11|A11-{account}|P|2.5.1"
    segments = (head, "EVN|A11|20261014120000", f"PID|1||MRN001^^^SPR^MR|||||||||||||||{account}", "PV1|1|O")
    return "".join(f"{segment}\r" for segment in segments).encode()


async def made(house: House, account: str, dollars: str = "125.00") -> str:
    await house.tell(visit(account, dollars))
    (claim,) = (await house.account(account))["claims"]
    return str(claim["id"])


async def test_3_8_a_visit_cancelled_before_its_file_is_made_is_never_sent(house: House) -> None:
    gone, stays = await made(house, "VOID1"), await made(house, "VOID2", "130.00")
    await house.tell(cancellation("VOID1"))
    sent = await house.send()
    assert [claim.number for claim in sent] == ["VOID2"]
    assert (await house.get("submitter", f"/claims/{gone}"))["state"] == "stopped"
    assert (await house.get("scrubber", f"/claims/{gone}"))["state"] == "withdrawn"
    assert (await house.get("scrubber", "/held"))["held"] == []
    assert (await house.account("VOID1"))["claims"][0]["state"] == "cancelled"
    assert (house.view(gone).state, house.view(stays).state) == ("withdrawn", "submitted")
    assert (await house.remittance.http.get(f"/claims/{gone}")).status_code == 404


async def test_3_8_a_visit_cancelled_when_its_file_is_made_is_voided_after_the_decision(house: House) -> None:
    claim = await made(house, "VOID1")
    await house.submitter.job("batch")
    await house.tell(cancellation("VOID1"))
    assert [c.frequency for c in await house.send()] == ["1"]
    assert house.view(claim).state == "submitted"


@pytest.mark.parametrize("paid", ["before the void", "after the void"])
async def test_3_8_a_visit_cancelled_after_all_had_paid_ends_at_zero_and_the_patients_money_is_a_credit(
    house: House, paid: str
) -> None:
    claim = await made(house, "VOID1")
    (sent,) = await house.send()
    payment = a_payment(sent, ["CO-45:1000 PR-2:2500", "PR-1:700"])
    await house.pay([payment], sent.payer, "T1")
    await house.issue()
    due = await house.get("statements", f"/claims/{claim}")
    assert (due["due"], len(due["statements"])) == (3200, 1)
    if paid == "before the void":
        await patient_pays(house, due["account"], claim)
    await house.tell(cancellation("VOID1"))
    (void,) = await house.send()
    assert (void.frequency, void.original_reference) == ("8", "ICN1")
    await house.pay([reversed_payment(payment)], sent.payer, "T2")
    if paid == "after the void":
        await patient_pays(house, due["account"], claim)
    await house.issue()
    await ended(house, claim, due["account"])


async def test_3_8_a_credit_after_the_decision_lowers_the_bill_only_when_the_payer_has_decided_again(
    house: House,
) -> None:
    claim = await made(house, "VOID1")
    (sent,) = await house.send()
    old = a_payment(sent, ["CO-45:1000 PR-2:2500", "PR-1:700"])
    await house.pay([old], sent.payer, "T1")
    await house.issue()
    await house.tell(visit("VOID1", "", **CREDIT))
    (lower,) = await house.send()
    assert (lower.frequency, lower.charge) == ("7", 12500)
    money = await house.get("remittance", f"/claims/{claim}")
    assert (money["charge"], money["balances"]["patient"]) == (17200, 3200)
    assert (await house.get("statements", f"/claims/{claim}"))["left"] == 3200
    new = a_payment(lower, ["CO-45:1000 PR-2:2500"], payer_claim_number="ICN2")
    await house.pay([reversed_payment(old), new], sent.payer, "T2")
    await house.issue()
    money = await house.get("remittance", f"/claims/{claim}")
    assert (money["charge"], money["balances"]["patient"]) == (12500, 2500)
    due = await house.get("statements", f"/claims/{claim}")
    assert (due["left"], [s["due"] for s in due["statements"]]) == (2500, [3200, 2500])


async def patient_pays(house: House, account: str, claim: str) -> None:
    answer = await house.statements.http.post(
        f"/accounts/{account}/payments",
        json={"cents": 3200, "method": "card", "claim": claim},
        headers={"idempotency-key": "k1"},
    )
    assert answer.status_code == 201
    await house.quiet()


async def ended(house: House, claim: str, account: str) -> None:
    """Nothing is anybody's any more, but what the hospital owes the patient."""
    money = await house.get("remittance", f"/claims/{claim}")
    assert (money["state"], set(money["balances"].values())) == ("voided", {0})
    assert sum(line["entry"]["cents"] for line in money["ledger"]) == 0
    after = await house.get("statements", f"/accounts/{account}")
    assert (after["left"], after["credit"], after["credit_kept"]) == (0, 3200, 3200)
    assert [s["due"] for s in after["statements"]] == [3200, 0]
    page = await house.statements.http.get(f"/statements/{after['statements'][-1]['id']}")
    assert "We took this bill back. You owe nothing for it." in page.text
    assert "We owe you $32.00." in page.text
    owed: dict[str, Any] = await house.get("statements", "/credits")
    assert [(c["account"], c["credit"]) for c in owed["credits"]] == [(account, 3200)]
    assert (await house.account("VOID1"))["claims"][0]["state"] == "voided"
    assert (await house.get("scrubber", f"/claims/{claim}"))["state"] == "cancelled"
    seen = house.view(claim)
    assert (seen.state, seen.stake, seen.money.patient) == ("settled", 0, 0)
