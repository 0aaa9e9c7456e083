"""What happened, in an operator's words. Reason codes stay codes: what they mean is on the claim's page, from its service."""

from shared.events.lifecycle import Fact

_HOPS = {
    "interchange": "the mailbox (TA1)",
    "syntax": "the file check (999)",
    "clearinghouse": "the clearinghouse (277CA)",
    "payer": "the payer (277CA)",
}
_DOORS = {"mllp": "HL7 v2", "hl7": "HL7 v2", "fhir": "FHIR", "x12": "X12 837", "json": "JSON"}


def _money(cents: int | None) -> str:
    return f"${(cents or 0) / 100:,.2f}"


def step_words(fact: Fact) -> str:
    """One sentence for one fact."""
    template = _SENTENCES.get(fact.what)
    if template is None:
        return fact.what
    return template.format(
        door=_DOORS.get(fact.door, fact.door or "a door"),
        payer=fact.payer or "the payer",
        route=fact.route or "its route",
        hop=_HOPS.get(fact.hop, fact.hop or "the payer's side"),
        charge=_money(fact.charge),
        paid=_money(fact.paid),
        patient=_money(fact.patient),
        denied=_money(fact.denied),
        contractual=_money(fact.contractual),
    )


_SENTENCES = {
    "ClaimReceived": "Received by {door}, {charge} for {payer}",
    "ClaimAmended": "Amended by the hospital, now {charge}",
    "ClaimCancelled": "Cancelled by the hospital",
    "PatientMerged": "The patient's records were merged",
    "ClaimCleared": "Passed every check",
    "ClaimHeld": "Held by a check",
    "ClaimCorrected": "Corrected by a biller",
    "ClaimWithdrawn": "Withdrawn: it will not be sent",
    "ClaimSubmitted": "Sent to {payer} by {route}",
    "ClaimAcknowledged": "Acknowledged by {hop}",
    "ClaimAccepted": "Accepted by {hop}",
    "ClaimRejected": "Rejected by {hop}",
    "AnswerOverdue": "No answer in time from {hop}",
    "ClaimStatusReported": "The payer reported a status",
    "ClaimPaid": "{payer} paid {paid}; discount {contractual}, patient {patient}, denied {denied}",
    "ClaimDenied": "{payer} denied {denied}",
    "PaymentReversed": "{payer} took its decision back ({paid})",
    "SecondaryClaimPrepared": "Claim to the next payer, {payer}, prepared",
    "PatientBalanceAssigned": "Every payer is done: the patient owes {patient}",
    "StatementIssued": "Statement sent to the patient: {patient} due",
    "StatementHeld": "Statement not sent yet",
    "PatientPaid": "The patient paid {paid}",
    "PaymentPlanAgreed": "A payment plan was agreed",
    "AccountSettled": "Settled: nothing is open",
    "CreditOwed": "The hospital owes the patient {patient}",
}


def reason_words(code: str) -> str:
    """A reason code as it is shown."""
    return code.replace("_", " ")
