"""What happened, in an operator's words. Reason codes stay codes: what they mean is on the claim's page, from its service."""

from shared.events.lifecycle import Fact

_HOPS = {
    "interchange": "the mailbox (TA1)",
    "syntax": "the file check (999)",
    "clearinghouse": "the clearinghouse (277CA)",
    "payer": "the payer (277CA)",
}
_DOORS = {"hl7": "HL7 v2", "fhir": "FHIR", "x12": "X12 837", "json": "JSON"}


def _money(cents: int | None) -> str:
    return f"${(cents or 0) / 100:,.2f}"


def door_words(door: str) -> str:
    """How a claim came in."""
    return _DOORS.get(door, door or "a door")


def waits_words(why: str) -> str:
    """What an account waits for."""
    return _WAITS.get(why, why)


_WAITS = {
    "merged": "merged into another account",
    "cancelled": "the visit was cancelled",
    "credited": "every charge was credited",
    "feed": "its feed is not configured",
    "class": "the kind of visit",
    "open": "the end of the visit",
    "hold": "the bill hold, for late charges",
    "patient": "who the patient is",
    "uncoded": "diagnoses",
    "uninsured": "insurance",
    "uncharged": "charges",
    "loose_credit": "the charge of a credit",
    "unfit": "a mistake to be mended",
}


def _paid_words(fact: Fact) -> str:
    parts = (("discount", fact.contractual), ("patient", fact.patient), ("denied", fact.denied))
    rest = ", ".join(f"{name} {_money(cents)}" for name, cents in parts if cents)
    return f"{fact.payer or 'The payer'} paid {_money(fact.paid)}" + (f"; {rest}" if rest else "")


def step_words(fact: Fact) -> str:
    """One sentence for one fact."""
    if fact.what == "ClaimPaid":
        return _paid_words(fact)
    if fact.what == "PatientBalanceAssigned" and fact.state == "cancelled":
        return "Voided: the payer took it back, and no bill stands"
    template = _SENTENCES.get(fact.what)
    if template is None:
        return fact.what
    return template.format(
        door=door_words(fact.door),
        payer=fact.payer or "the payer",
        route=fact.route or "its route",
        hop=_HOPS.get(fact.hop, fact.hop or "the payer's side"),
        charge=_money(fact.charge),
        paid=_money(fact.paid),
        patient=_money(fact.patient),
        denied=_money(fact.denied),
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
    "ClaimStopped": "Taken out of the queue before it was sent",
    "ClaimSubmitted": "Sent to {payer} by {route}",
    "ClaimAcknowledged": "Acknowledged by {hop}",
    "ClaimAccepted": "Accepted by {hop}",
    "ClaimRejected": "Rejected by {hop}",
    "AnswerOverdue": "No answer in time from {hop}",
    "ClaimStatusReported": "The payer reported a status",
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


def reason_words(code: object) -> str:
    """A reason code as it is shown."""
    return str(code).replace("_", " ")
