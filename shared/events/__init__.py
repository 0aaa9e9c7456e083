"""What can happen to a claim: one short file per producing service.

READ FIRST. Every event is a past-tense fact, sealed on its service's topic; the public twin of each
is a PHI-free ``Fact`` on ``claims.lifecycle`` (see shared.events.lifecycle).
"""

from shared.events.finding import Change, Finding
from shared.events.intake import (
    ClaimAmended,
    ClaimCancelled,
    ClaimReceived,
    IntakeEvent,
    PatientMerged,
)
from shared.events.remittance import (
    ClaimDenied,
    ClaimPaid,
    PatientBalanceAssigned,
    PaymentReversed,
    PaymentUnmatched,
    RemittanceEvent,
    RemittancePosted,
    RemittanceQuarantined,
    RemittanceReceived,
    SecondaryClaimPrepared,
    Share,
)
from shared.events.scrubber import (
    ClaimCleared,
    ClaimCorrected,
    ClaimHeld,
    ClaimWithdrawn,
    ScrubberEvent,
)
from shared.events.statements import (
    AccountSettled,
    CreditOwed,
    Part,
    PatientPaid,
    PaymentPlanAgreed,
    StatementHeld,
    StatementIssued,
    StatementsEvent,
)
from shared.events.submitter import (
    AnswerOverdue,
    ClaimAccepted,
    ClaimAcknowledged,
    ClaimRejected,
    ClaimStatusReported,
    ClaimStopped,
    ClaimSubmitted,
    Controls,
    Hop,
    PayerFileReceived,
    Reason,
    SubmitterEvent,
)

Event = IntakeEvent | ScrubberEvent | SubmitterEvent | RemittanceEvent | StatementsEvent

BY_SOURCE: dict[str, tuple[type[Event], ...]] = {
    "intake": IntakeEvent.__args__,
    "scrubber": ScrubberEvent.__args__,
    "submitter": SubmitterEvent.__args__,
    "remittance": RemittanceEvent.__args__,
    "statements": StatementsEvent.__args__,
}
"""Producing service -> the events it says. ``claims.<service>`` is its topic."""

LIFECYCLE = "claims.lifecycle"
"""The public topic."""


def topic_of(source: str) -> str:
    """The restricted topic of a producing service."""
    return f"claims.{source}"


__all__ = [
    "BY_SOURCE",
    "LIFECYCLE",
    "AccountSettled",
    "AnswerOverdue",
    "Change",
    "ClaimAccepted",
    "ClaimAcknowledged",
    "ClaimAmended",
    "ClaimCancelled",
    "ClaimCleared",
    "ClaimCorrected",
    "ClaimDenied",
    "ClaimHeld",
    "ClaimPaid",
    "ClaimReceived",
    "ClaimRejected",
    "ClaimStatusReported",
    "ClaimStopped",
    "ClaimSubmitted",
    "ClaimWithdrawn",
    "Controls",
    "CreditOwed",
    "Event",
    "Finding",
    "Hop",
    "IntakeEvent",
    "Part",
    "PatientBalanceAssigned",
    "PatientMerged",
    "PatientPaid",
    "PayerFileReceived",
    "PaymentPlanAgreed",
    "PaymentReversed",
    "PaymentUnmatched",
    "Reason",
    "RemittanceEvent",
    "RemittancePosted",
    "RemittanceQuarantined",
    "RemittanceReceived",
    "ScrubberEvent",
    "SecondaryClaimPrepared",
    "Share",
    "StatementHeld",
    "StatementIssued",
    "StatementsEvent",
    "SubmitterEvent",
    "topic_of",
]
