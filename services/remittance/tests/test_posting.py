"""From a file in parts to the ledger, on a real PostgreSQL: each rule of claims-rules 3 and reliability 5.6 at work."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from services.remittance.app import build
from services.remittance.settings import RemittanceSettings
from services.remittance.tests.paying import (
    a_payment,
    an_835,
    reversed_payment,
    submitted,
    two_payers,
)
from shared.claim import Claim, derived_id, uuid7
from shared.events import (
    ClaimDenied,
    ClaimPaid,
    PatientBalanceAssigned,
    PayerFileReceived,
    PaymentReversed,
    PaymentUnmatched,
    RemittancePosted,
    RemittanceQuarantined,
    SecondaryClaimPrepared,
)
from shared.testing.app import Harness, settings_for, started
from shared.testing.builders import a_claim
from shared.x12 import write_835
from shared.x12.types import FileReading, ProviderAdjustment, Remittance

NOWHERE = "01900000-0000-7000-8000-00000000dead"


@pytest.fixture
def migrations() -> str:
    return "services/remittance/migrations"


class Desk:
    """Remittance with a reader that says what the test put into each file."""

    def __init__(self) -> None:
        self.files: dict[bytes, FileReading] = {}
        self.harness: Harness

    def read(self, content: bytes) -> FileReading:
        return self.files[content]

    async def know(self, *claims: Claim) -> list[str]:
        ids = [uuid7() for _ in claims]
        for claim_id, claim in zip(ids, claims, strict=True):
            await self.harness.hear("submitter", claim_id, submitted(claim))
        await self.harness.quiet()
        return ids

    async def receive(self, *sets: Remittance, name: str = "one", parts: int = 1) -> str:
        """Let a file with these sets come in parts, and post it."""
        file = await self.deliver(*sets, name=name, parts=parts)
        await self.harness.job("post")
        return file

    async def deliver(self, *sets: Remittance, name: str = "one", parts: int = 1) -> str:
        """Let a file with these sets come in parts."""
        content = [f"{name}-{n}".encode() for n in range(parts)]
        placed = [replace(r, header=replace(r.header, segments=(3 + n, 9))) for n, r in enumerate(sets)]
        self.files[b"".join(content)] = FileReading(transactions=tuple(placed))
        file = derived_id("file", name)
        for n, piece in enumerate(content, 1):
            event = PayerFileReceived(
                file=file, kind="835", route="sandbox", part=n, parts=parts, content=piece, sha256="00"
            )
            await self.harness.hear("submitter", file, event)
        await self.harness.quiet()
        return file

    async def ledger(self, claim: str | None = None) -> dict[str, int]:
        async with self.harness.ctx.db.connect() as tx:
            rows = await tx.driver.fetch(
                "select account, sum(cents)::bigint from entries where claim = $1 or $1 is null group by 1",
                claim,
            )
        return {r[0]: r[1] for r in rows if r[1]}

    async def get(self, path: str) -> Any:
        answer = await self.harness.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def kinds(self, stream: str | None = None) -> list[str]:
        return [type(e.event).__name__ for e in self.harness.said(stream)]


@asynccontextmanager
async def opened(postgres_url: str) -> AsyncIterator[Desk]:
    desk = Desk()
    service = build(settings_for(RemittanceSettings, postgres_url), desk.read)
    async with started(service) as harness:
        desk.harness = harness
        yield desk


@pytest.fixture
async def desk(postgres_url: str) -> AsyncIterator[Desk]:
    async with opened(postgres_url) as made:
        yield made


async def test_a_balanced_835_is_posted_whole_and_every_claim_is_told(desk: Desk) -> None:
    paid, denied = a_claim(1), a_claim(2)
    ids = await desk.know(paid, denied)
    await desk.receive(
        an_835([a_payment(paid, ["CO-45:2500 PR-2:2000", "CO-45:8600"]), a_payment(denied, ["CO-16:12500", "CO-16:43000"])])
    )  # fmt: skip
    assert desk.kinds(ids[0]) == ["ClaimPaid", "PatientBalanceAssigned"]
    (refusal,) = (e.event for e in desk.harness.said(ids[1]))
    assert isinstance(refusal, ClaimDenied)
    assert await desk.ledger(ids[0]) == {
        "charges": -55500, "cash": 42400, "contractual": 11100, "patient": 2000,
    }  # fmt: skip
    assert (await desk.ledger(ids[1]))["denied"] == 55500
    assert sum((await desk.ledger()).values()) == 0


async def test_a_file_is_posted_only_when_all_its_parts_are_there(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    file = await desk.receive(an_835([a_payment(claim, ["PR-1:100", ""])]), parts=3)
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    async with desk.harness.ctx.db.connect() as tx:
        assert await tx.driver.fetchval("select state from files where id = $1", file) == "posted"


@pytest.mark.parametrize("level", ["line", "claim", "transaction"])
async def test_3_1_an_unbalanced_set_is_quarantined_whole_and_the_others_go_on(
    desk: Desk, level: str
) -> None:
    good, bad, bystander = a_claim(1), a_claim(2), a_claim(3)
    ids = await desk.know(good, bad, bystander)
    wrong = a_payment(bad, ["CO-45:2500", ""])
    if level == "line":
        wrong = replace(
            wrong, services=(replace(wrong.services[0], paid=wrong.services[0].paid + 1), wrong.services[1])
        )
    if level == "claim":
        wrong = replace(wrong, paid=wrong.paid + 1)
    unbalanced = an_835([a_payment(bystander, ["", ""]), wrong], trace="T2")
    if level == "transaction":
        unbalanced = replace(unbalanced, paid=unbalanced.paid + 1)
    await desk.receive(unbalanced, an_835([a_payment(good, ["", ""])]))
    (held,) = [e.event for e in desk.harness.said() if isinstance(e.event, RemittanceQuarantined)]
    assert (held.level, held.delta) == (level, 1)
    assert held.expected + 1 == held.found
    assert [desk.kinds(i) for i in ids] == [["ClaimPaid", "PatientBalanceAssigned"], [], []]
    assert await desk.ledger(ids[2]) == {"open": 55500, "charges": -55500}
    (row,) = (await desk.get("/remittances?state=quarantined"))["remittances"]
    shown = await desk.get(f"/remittances/{row['id']}")
    assert shown["defects"][0]["level"] == level


async def test_f27_the_same_835_in_another_file_has_no_effect_and_is_recorded(desk: Desk) -> None:
    claim = a_claim()
    await desk.know(claim)
    empty = an_835([])
    isa = write_835([replace(empty, header=replace(empty.header, at=datetime(2026, 10, 12, tzinfo=UTC)))])[
        :105
    ]
    content = isa + b"~GS*~ST*835*0001~BPR~SE*2*0001~GE~IEA~"
    sent = replace(an_835([a_payment(claim, ["PR-1:100", ""])]), header=an_835([]).header)
    for name in ("one", "two"):
        whole = content if name == "one" else content.replace(b"~", b"~\r\n")
        placed = replace(sent, header=replace(sent.header, segments=(3, 5)))
        desk.files[whole] = FileReading(transactions=(placed,))
        event = PayerFileReceived(
            file=derived_id(name), kind="835", route="r", part=1, parts=1, content=whole, sha256=name
        )
        await desk.harness.hear("submitter", derived_id(name), event)
        await desk.harness.quiet()
        await desk.harness.job("post")
    kinds = desk.kinds()
    assert (kinds.count("RemittanceReceived"), kinds.count("RemittancePosted"), kinds.count("ClaimPaid")) == (
        1,
        1,
        1,
    )
    (row,) = (await desk.get("/remittances"))["remittances"]
    assert (await desk.get(f"/remittances/{row['id']}"))["repeats"] == [derived_id("two")]
    assert (await desk.ledger())["cash"] == 55400


async def test_5_6_the_same_trace_with_other_content_is_quarantined(desk: Desk) -> None:
    one, two = a_claim(1), a_claim(2)
    ids = await desk.know(one, two)
    await desk.receive(an_835([a_payment(one, ["", ""])]), name="first")
    await desk.receive(an_835([a_payment(two, ["PR-1:1", ""])]), name="second")
    assert desk.kinds(ids[1]) == []
    (held,) = [e.event for e in desk.harness.said() if isinstance(e.event, RemittanceQuarantined)]
    assert held.level == "duplicate"


async def test_a_person_can_say_that_a_trace_number_was_only_used_twice(desk: Desk) -> None:
    one, two = a_claim(1), a_claim(2)
    ids = await desk.know(one, two)
    await desk.receive(an_835([a_payment(one, ["", ""])]), name="first")
    await desk.receive(an_835([a_payment(two, ["PR-1:1", ""])]), name="second")
    (row,) = (await desk.get("/remittances?state=quarantined"))["remittances"]
    path, why = f"/remittances/{row['id']}/release", {"by": "biller", "reason": "zero-filled trace"}
    assert (await desk.harness.http.post(path, json=why)).status_code == 200
    assert (await desk.harness.http.post(path, json=why)).status_code == 409
    await desk.harness.job("post")
    assert desk.kinds(ids[1]) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert desk.kinds(row["id"]) == ["RemittanceReceived", "RemittanceQuarantined", "RemittancePosted"]
    assert desk.kinds().count("ClaimPaid") == 2


async def test_3_1_nobody_can_release_what_does_not_balance(desk: Desk) -> None:
    claim = a_claim()
    await desk.know(claim)
    await desk.receive(replace(an_835([a_payment(claim, ["", ""])]), paid=1))
    (row,) = (await desk.get("/remittances?state=quarantined"))["remittances"]
    why = {"by": "biller", "reason": "please"}
    answer = await desk.harness.http.post(f"/remittances/{row['id']}/release", json=why)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/unbalanced")
    nowhere = await desk.harness.http.post(f"/remittances/{uuid7()}/release", json=why)
    assert nowhere.status_code == 404


async def test_money_for_an_unknown_claim_waits_in_suspense_until_the_claim_arrives(desk: Desk) -> None:
    claim = a_claim()
    await desk.receive(an_835([a_payment(claim, ["PR-1:100", ""])]))
    (unmatched,) = [e.event for e in desk.harness.said() if isinstance(e.event, PaymentUnmatched)]
    assert (unmatched.reason, unmatched.paid) == ("unknown_claim", 55400)
    assert await desk.ledger() == {"cash": 55400, "suspense": -55400}
    assert await desk.harness.job("match") == 0
    (claim_id,) = await desk.know(claim)
    assert await desk.harness.job("match") == 1
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert await desk.ledger(claim_id) == {"cash": 55400, "patient": 100, "charges": -55500}
    assert await desk.ledger() == {"cash": 55400, "patient": 100, "charges": -55500}
    assert (await desk.get("/suspense"))["suspense"] == []


async def test_a_waiting_payment_that_two_claims_could_take_is_left_to_a_person(desk: Desk) -> None:
    claim = a_claim()
    await desk.receive(an_835([a_payment(claim, ["PR-1:100", ""])]))
    one, other = await desk.know(claim, claim)
    assert await desk.harness.job("match") == 0
    assert (await desk.get("/summary"))["suspense"] == {"count": 1, "paid": 55400}
    assert (desk.kinds(one), desk.kinds(other)) == ([], [])


async def test_a_person_can_say_which_claim_a_payment_is_for(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    await desk.receive(an_835([replace(a_payment(claim, ["", ""]), number="MISTYPED")]))
    (waiting,) = (await desk.get("/suspense"))["suspense"]
    path = f"/suspense/{waiting['posting']}/match"
    why = {"claim": claim_id, "by": "biller", "reason": "number mistyped by the payer"}
    assert (await desk.harness.http.post(path, json={"claim": claim_id})).status_code == 422
    nowhere = await desk.harness.http.post(path, json={**why, "claim": uuid7()})
    assert (nowhere.status_code, nowhere.json()["type"]) == (409, "/problems/unknown-claim")
    assert (await desk.harness.http.post(path, json=why)).status_code == 200
    assert (await desk.harness.http.post(path, json=why)).status_code == 404
    await desk.harness.quiet()
    assert desk.kinds(claim_id) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert (await desk.get("/summary"))["suspense"] == {"count": 0, "paid": 0}


async def test_3_4_provider_adjustments_are_booked_and_the_bank_gets_bpr02(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    pairs = [("WO", 20000), ("72", -20000), ("FB", 500), ("L6", -42), ("ZZ", 7)]
    plb = tuple(
        ProviderAdjustment(provider="1", fiscal=None, reason=r, reference="", cents=c) for r, c in pairs
    )
    remittance = an_835([a_payment(claim, ["", ""])], provider_adjustments=plb)
    await desk.receive(remittance)
    assert await desk.ledger() == {
        "cash": remittance.paid, "forwarding": 500, "interest": -42, "suspense": 7, "charges": -55500,
    }  # fmt: skip
    assert await desk.ledger(claim_id) == {"cash": 55500, "charges": -55500}
    (posted,) = [e.event for e in desk.harness.said() if isinstance(e.event, RemittancePosted)]
    assert (posted.paid, posted.provider_adjustments) == (remittance.paid, 465)


async def test_3_3_a_reversal_and_its_correction_in_one_835_end_at_the_correction(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    first = a_payment(claim, ["CO-45:2500 PR-2:2000", ""])
    await desk.receive(an_835([first]), name="first")
    correction = a_payment(claim, ["CO-45:2500 PR-2:500", ""])
    await desk.receive(an_835([reversed_payment(first), correction], trace="T2"), name="second")
    events = [e.event for e in desk.harness.said(claim_id)]
    assert [type(e) for e in events] == [
        ClaimPaid, PatientBalanceAssigned, PaymentReversed, ClaimPaid, PatientBalanceAssigned,
    ]  # fmt: skip
    assert (await desk.ledger(claim_id))["patient"] == 500


async def test_3_14_interest_and_provider_level_amounts_never_reach_a_patient(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    plb = tuple(
        ProviderAdjustment(provider="1", fiscal=None, reason=reason, reference="", cents=cents)
        for reason, cents in (("L6", -4200), ("WO", 900), ("FB", 500), ("ZZ", 7))
    )
    payment = a_payment(claim, ["CO-45:2500 PR-2:2000", "OA-94:300"])
    await desk.receive(an_835([payment], provider_adjustments=plb))
    balance = desk.harness.said(claim_id)[-1].event
    assert isinstance(balance, PatientBalanceAssigned)
    assert balance.patient_due == sum(s.patient for s in balance.shares) == 2000
    assert {(a.group, a.reason) for s in balance.shares for a in s.reasons} == {("PR", "2")}
    assert balance.insurance_paid == payment.paid
    booked = await desk.ledger()
    assert (booked["patient"], booked["interest"]) == (2000, -4200)
    assert (await desk.ledger(claim_id)).keys() == {"cash", "charges", "contractual", "other", "patient"}


async def test_a_secondary_claim_goes_round_and_the_second_835_ends_it(desk: Desk) -> None:
    claim = two_payers()
    (claim_id,) = await desk.know(claim)
    await desk.receive(an_835([a_payment(claim, ["CO-45:2500 PR-2:2000", "CO-45:3000"])]), name="first")
    (prepared,) = [
        e.event for e in desk.harness.said(claim_id) if isinstance(e.event, SecondaryClaimPrepared)
    ]
    await desk.harness.hear("submitter", claim_id, submitted(prepared.claim))
    await desk.harness.quiet()
    second = a_payment(claim, ["OA-23:10500", "OA-23:43000"], "2")
    await desk.receive(an_835([second], payer="SBX07"), name="second")
    balance = desk.harness.said(claim_id)[-1].event
    assert isinstance(balance, PatientBalanceAssigned)
    assert (balance.patient_due, balance.insurance_paid) == (0, 50000)
    assert balance.payers == ("SANDBOX MUTUAL", "SANDBOX SECONDARY")


async def test_a_file_without_an_835_is_refused_and_says_so(desk: Desk) -> None:
    file = await desk.receive()
    (refusal,) = (e.event for e in desk.harness.said(file))
    assert isinstance(refusal, RemittanceQuarantined)
    assert refusal.level == "envelope"
    assert (await desk.get("/summary"))["files"] == {"refused": 1}


async def test_a_held_payment_can_be_set_aside_by_a_person(desk: Desk) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    await desk.receive(an_835([a_payment(claim, ["PR-1:100", ""])]), name="first")
    await desk.receive(an_835([a_payment(claim, ["PR-1:101", ""])], trace="T2"), name="second")
    shown = await desk.get(f"/claims/{claim_id}")
    assert (shown["state"], shown["decisions"][1]["why"]) == ("held", "already_decided")
    path = f"/claims/{claim_id}/held/{shown['decisions'][1]['id']}/dismissal"
    why = {"by": "biller", "reason": "paid twice"}
    assert (await desk.harness.http.post(path, json=why)).status_code == 200
    assert (await desk.harness.http.post(path, json=why)).status_code == 409
    assert (await desk.get(f"/claims/{claim_id}"))["state"] == "patient"
    assert (await desk.ledger(claim_id))["suspense"] == -55399


async def test_a_second_refusal_holds_no_money_and_does_not_stop_its_remittance(desk: Desk) -> None:
    claim, other = a_claim(1), a_claim(2)
    claim_id, other_id = await desk.know(claim, other)
    refused, paid = a_payment(claim, ["CO-16:12500", "CO-16:43000"]), a_payment(other, ["", ""])
    await desk.receive(an_835([refused]), name="first")
    await desk.receive(an_835([refused, paid], trace="T2"), name="second")
    shown = await desk.get(f"/claims/{claim_id}")
    assert [d.get("why", "") for d in shown["decisions"]] == ["", "already_decided"]
    assert await desk.ledger(claim_id) == {"charges": -55500, "denied": 55500}
    assert (await desk.ledger(other_id))["cash"] == 55500


async def test_the_summary_closes_and_agrees_with_the_ledger(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 6)]
    await desk.know(*claims)
    await desk.receive(an_835([a_payment(c, ["CO-45:2500 PR-2:2000", "CO-96:43000"]) for c in claims[:3]]))
    summary, ledger = await desk.get("/summary"), await desk.get("/ledger")
    assert summary["closes"]
    assert ledger["closes"]
    assert summary["claims"]["patient"]["claims"] == 3
    assert summary["claims"]["waiting"]["open"] == 2 * 55500
    for account in ("contractual", "patient", "denied", "open"):
        assert summary["total"][account] == ledger["accounts"].get(account, 0)
    assert summary["total"]["paid"] == ledger["accounts"]["cash"]


@pytest.mark.parametrize("path", ["/claims/nonsense", f"/claims/{NOWHERE}", f"/remittances/{NOWHERE}"])
async def test_what_is_not_there_is_a_problem_404(desk: Desk, path: str) -> None:
    answer = await desk.harness.http.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
