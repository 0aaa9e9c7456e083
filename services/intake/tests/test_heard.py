"""A claim that came whole through FHIR is followed to its payers, so that its ClaimResponse can tell."""

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from services.intake.domain.heard import Heard, Told, hear
from services.intake.tests.resources import CLAIM, changed
from services.intake.tests.test_accounts_stored import submission
from services.intake.tests.test_fhir_door import post
from shared.events import (
    ClaimAccepted,
    ClaimDenied,
    ClaimPaid,
    ClaimReceived,
    ClaimRejected,
    PaymentReversed,
)
from shared.events.submitter import Reason
from shared.testing.app import Harness
from shared.testing.builders import a_claim

DAY = date(2026, 10, 20)
PAID: dict[str, Any] = {"remittance": "r", "charge": 12500, "contractual": 2500, "other": 0, "on": DAY}


def sent(payer: str) -> Told:
    claim = a_claim(1)
    first = claim.coverages[0]
    return submission(replace_payer(claim, first, payer))


def replace_payer(claim: Any, cover: Any, payer: str) -> Any:
    named = structs.replace(cover, payer=structs.replace(cover.payer, id=payer))
    return structs.replace(claim, coverages=(named, *claim.coverages[1:]))


def accepted(payer: str) -> ClaimAccepted:
    return ClaimAccepted(payer_claim_number="ICN1", proof=DAY, route="r", payer=payer, charge=12500)


def rejected(payer: str) -> ClaimRejected:
    reasons = (Reason(code="A7", status="21", words="The member id is missing."),)
    return ClaimRejected(hop="payer", reasons=reasons, route="r", payer=payer, charge=12500)


def paid(payer: str, cents: int = 8000, patient: int = 2000) -> ClaimPaid:
    return ClaimPaid(payer=payer, payer_claim_number="ICN1", paid=cents, patient=patient, **PAID)


def denied(payer: str) -> ClaimDenied:
    return ClaimDenied(
        payer=payer,
        payer_claim_number="ICN2",
        remittance="r",
        charge=12500,
        denied=12500,
        adjustments=(),
        words=("The service is not covered.",),
    )


def reversal(payer: str) -> PaymentReversed:
    amounts: dict[str, Any] = {name: -cents for name, cents in PAID.items() if isinstance(cents, int)}
    return PaymentReversed(
        payer=payer, payer_claim_number="ICN1", remittance="r2", paid=-8000, patient=-2000, **amounts
    )


@pytest.mark.parametrize(
    ("story", "stands"),
    [
        ((), "taken"),
        ((sent("P1"),), "submitted"),
        ((sent("P1"), accepted("P1")), "accepted"),
        ((sent("P1"), rejected("P1")), "rejected"),
        ((sent("P1"), rejected("P1"), sent("P1")), "submitted"),
        ((sent("P1"), accepted("P1"), paid("P1")), "decided"),
        ((paid("P1"), sent("P1"), accepted("P1")), "decided"),
        ((sent("P1"), paid("P1"), sent("P2")), "partial"),
        ((sent("P1"), paid("P1"), sent("P2"), denied("P2")), "decided"),
        ((sent("P1"), accepted("P1"), paid("P1"), reversal("P1")), "accepted"),
        ((sent("P1"), paid("P1"), reversal("P1"), denied("P1")), "decided"),
    ],
)
def test_where_a_claim_stands_is_what_was_heard_last_of_its_payers(
    story: tuple[Told, ...], stands: str
) -> None:
    heard = Heard()
    for event in story:
        heard = hear(heard, event)
    assert heard.stands == stands


async def response(intake: Harness, claim: str) -> dict[str, Any]:
    await intake.quiet()
    found: dict[str, Any] = (await intake.http.get(f"/fhir/ClaimResponse/{claim}")).json()
    return found


def totals(said: dict[str, Any]) -> dict[str, float]:
    return {t["category"]["coding"][0]["code"]: t["amount"]["value"] for t in said["total"]}


@pytest.mark.real
async def test_a_claim_response_tells_what_each_payer_did(intake: Harness) -> None:
    claim = (await post(intake, "/fhir/Claim", CLAIM)).headers["location"].split("/")[3]
    said = await response(intake, claim)
    assert (said["outcome"], "total" in said) == ("queued", False)
    (received,) = intake.said()
    assert isinstance(received.event, ClaimReceived)
    whole = received.event.claim
    await intake.hear("submitter", claim, submission(whole))
    assert (await response(intake, claim))["disposition"] == "With the payer."
    await intake.hear("submitter", claim, accepted(whole.payer))
    said = await response(intake, claim)
    assert (said["outcome"], "into adjudication" in said["disposition"]) == ("queued", True)
    await intake.hear("remittance", claim, paid(whole.payer))
    said = await response(intake, claim)
    assert (said["outcome"], said["disposition"]) == ("complete", "Decided by the payer.")
    assert totals(said) == {
        "submitted": 125.0,
        "discount": 25.0,
        "benefit": 80.0,
        "memberliability": 20.0,
        "noncovered": 0.0,
    }
    assert (said["payment"]["amount"]["value"], said["payment"]["date"]) == (80.0, "2026-10-20")
    await intake.hear("submitter", claim, submission(replace_payer(whole, whole.coverages[0], "SECOND")))
    assert (await response(intake, claim))["outcome"] == "partial"
    await intake.hear("remittance", claim, denied("SECOND"))
    said = await response(intake, claim)
    assert (said["outcome"], totals(said)["benefit"]) == ("complete", 80.0)
    assert [note["text"] for note in said["processNote"]][-1] == "The service is not covered."
    assert [type(each.event) for each in intake.said()] == [ClaimReceived]


@pytest.mark.real
async def test_a_claim_response_says_why_a_claim_was_refused_before_adjudication(intake: Harness) -> None:
    claim = (await post(intake, "/fhir/Claim", CLAIM)).headers["location"].split("/")[3]
    await intake.hear("submitter", claim, sent("SBX01"))
    await intake.hear("submitter", claim, rejected("SBX01"))
    said = await response(intake, claim)
    assert (said["outcome"], said["error"][0]["code"]["text"]) == ("error", "The member id is missing.")
    await post(intake, "/fhir/Claim", changed(item_0_net_value=126.50, total={}))  # what was heard is kept
    assert (await response(intake, claim))["outcome"] == "error"


@pytest.mark.real
async def test_who_cancels_a_claim_is_told_how_it_is_taken_back(intake: Harness) -> None:
    refused = await post(intake, "/fhir/Claim", changed(status="cancelled"))
    (issue,) = [i for i in refused.json()["issue"] if i["severity"] == "error"]
    assert (refused.status_code, issue["expression"]) == (422, ["Claim.status"])
    updated = await intake.http.put(
        "/fhir/Claim/1", json=changed(status="cancelled"), headers={"If-Match": 'W/"1"'}
    )
    (other,) = updated.json()["issue"]
    assert updated.status_code == 405
    for words in (issue["diagnostics"], other["diagnostics"]):
        assert "withdraw" in words
        assert "frequency 8" in words
