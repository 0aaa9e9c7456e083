"""States that the tests begin from, each reached by deciding and not by hand."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from services.submitter.domain.claims import built, decide
from services.submitter.domain.commands import Hear, MarkSent, Patience
from services.submitter.domain.states import ClaimState
from shared.claim import Claim
from shared.deciding import Command, Decision, Known
from shared.events import (
    ClaimCleared,
    ClaimDenied,
    ClaimHeld,
    ClaimPaid,
    Controls,
    Event,
    PaymentReversed,
    Reason,
)
from shared.testing.builders import a_claim

NOW = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
PATIENCE = Patience()
FILE = "0192f5a0-0000-7000-8000-000000000001"
CLAIM = "0192f5a0-0000-7000-8000-0000000000aa"
CONTROLS = Controls(interchange=7, group=7, transaction="000000007", batch="NORTH-000000007")
WHY = (Reason(code="A7", status="164", entity="IL", words="The claim was rejected."),)


class Build(Command, frozen=True):
    """Not asked of a claim: the batch job notes it beside the document."""

    submission: str


def told(state: ClaimState | None, *whats: Event | Command, now: datetime = NOW) -> Decision[ClaimState]:
    """The decision about the last of these, the others decided before it."""
    decision: Decision[ClaimState] | None = None
    for what in whats:
        if isinstance(what, Build) and state is not None:
            decision, state = None, built(state, what.submission)
            continue
        decision = decide(state, what, Known(now=now, stream=CLAIM, facts=None))
        state = decision.state
    assert decision is not None
    return decision


def cleared(claim: Claim | None = None) -> ClaimCleared:
    return ClaimCleared(claim=claim or a_claim(), rules="test")


def held() -> ClaimHeld:
    """The scrubber holds a claim that it had cleared: it was cancelled."""
    return ClaimHeld(findings=(), rules="test", payer="SBX01", charge=1)


def void() -> ClaimCleared:
    return cleared(replace(a_claim(), frequency="8", original_reference="ICN1"))


def build(file: str = FILE) -> Build:
    return Build(file)


def sent(file: str = FILE, at: datetime = NOW) -> MarkSent:
    return MarkSent(submission=file, route="north", controls=CONTROLS, at=at, patience=PATIENCE)


def hear(hop: str, verdict: str = "passed", file: str = FILE, **more: object) -> Hear:
    reasons = WHY if verdict == "rejected" else ()
    return Hear(submission=file, hop=hop, verdict=verdict, patience=PATIENCE, reasons=reasons, **more)  # type: ignore[arg-type]


def paid(payer: str = "SBX01") -> ClaimPaid:
    return ClaimPaid(
        payer=payer, payer_claim_number="ICN1", remittance=FILE, charge=1, paid=1, contractual=0, patient=0, other=0
    )  # fmt: skip


def denied(payer: str = "SBX01") -> ClaimDenied:
    return ClaimDenied(
        payer=payer, payer_claim_number="ICN1", remittance=FILE, charge=1, denied=1, adjustments=()
    )


def taken_back(payer: str = "SBX01") -> PaymentReversed:
    return PaymentReversed(
        payer=payer, payer_claim_number="ICN1", remittance=FILE, charge=-1, paid=-1, contractual=0, patient=0, other=0,
        claim=CLAIM, guarantor_key="key",
    )  # fmt: skip


QUEUED = told(None, cleared()).state
STOPPED = told(QUEUED, held()).state
BUILDING = built(QUEUED, FILE)
SUBMITTED = told(BUILDING, sent()).state
ACKNOWLEDGED = told(SUBMITTED, hear("syntax")).state
ACCEPTED = told(ACKNOWLEDGED, hear("payer", "accepted", payer_claim_number="ICN1")).state
REJECTED = told(ACKNOWLEDGED, hear("clearinghouse", "rejected")).state
ANSWERED = told(ACCEPTED, paid()).state
HOUR = timedelta(hours=1)
