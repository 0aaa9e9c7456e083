"""Why a patient owes something, in words that a sixth grader reads at first sight.

Keyed by the adjustment reason number of a PR adjustment; the words are our own. A reason without words here is never
printed: the statement waits until somebody has written them (claims-rules 3.14; HFMA: no incomplete information).
"""

from typing import NamedTuple


class Reason(NamedTuple):
    """A short name for the amount, and one or two sentences that explain it."""

    label: str
    words: str


PATIENT_REASONS: dict[str, Reason] = {
    "1": Reason("Deductible", "You pay this part each year before your plan starts to pay."),
    "2": Reason("Coinsurance", "Your plan pays a part of the cost. You pay this part."),
    "3": Reason("Copay", "This is the set amount that you pay for this kind of visit."),
    "26": Reason("Not covered yet", "Your plan says that this visit was before your coverage began."),
    "27": Reason("Coverage had ended", "Your plan says that your coverage had ended by this day."),
    "31": Reason(
        "Member not found", "Your plan could not find you as a member. Please check your card with us."
    ),
    "33": Reason("Family member not covered", "Your plan does not cover this family member."),
    "35": Reason("Plan limit reached", "Your plan has paid all that it will pay for this kind of care."),
    "45": Reason("Above the plan's price", "Your plan pays up to a set price. You pay what is above it."),
    "49": Reason("Checkup not covered", "Your plan does not pay for this kind of routine care."),
    "50": Reason("Plan did not see the need", "Your plan does not think that this care was needed."),
    "51": Reason("Earlier illness", "Your plan does not cover an illness that you had before."),
    "55": Reason("New kind of care", "Your plan does not pay for care that it calls a trial."),
    "66": Reason("Blood deductible", "You pay for the first units of blood each year."),
    "85": Reason("Interest", "Your plan says that this part is yours to pay."),
    "95": Reason(
        "Plan steps not followed", "Your plan asks for certain steps before care. It says one was left out."
    ),
    "96": Reason("Not covered", "Your plan does not pay for this care."),
    "100": Reason("Paid to you", "Your plan sent this payment to you and not to us."),
    "109": Reason("Other plan", "Your plan says that another plan must pay. Please tell us which one."),
    "119": Reason(
        "Plan limit reached", "Your plan pays for this care only so many times. The limit is reached."
    ),
    "136": Reason(
        "First plan's steps not followed", "The steps that your first plan asks for were not followed."
    ),
    "142": Reason("Monthly share", "This is the share that you pay each month under Medicaid."),
    "149": Reason("Lifetime limit", "Your plan has paid all that it will ever pay for this kind of care."),
    "166": Reason("Coverage had ended", "Your plan says that it no longer covered you when the bill came."),
    "177": Reason("Conditions not met", "Your plan says that you do not meet its terms for this care."),
    "178": Reason("Spend down", "You pay this part before Medicaid starts to pay."),
    "187": Reason("Health account", "This part is paid from your own health savings account."),
    "200": Reason("Coverage had lapsed", "Your plan says that your coverage had stopped for a time."),
    "201": Reason("Set aside", "This part is paid from the money that was set aside for your care."),
    "204": Reason("Not covered", "Your plan does not pay for this service, drug or item."),
    "227": Reason(
        "Plan waits for you", "Your plan asked you a question and got no answer. Please call your plan."
    ),
    "238": Reason("Partly not covered", "Your coverage began or ended during this care."),
    "241": Reason("Low income copay", "This is your lower copay."),
    "242": Reason("Out of network", "Your plan pays less or nothing here, as we are not in its network."),
    "243": Reason("Needs an okay", "Your plan wants your own doctor to okay this care first."),
    "247": Reason("Deductible", "You pay this part of a stay before your plan starts to pay."),
    "248": Reason("Coinsurance", "Your plan pays a part of the stay. You pay this part."),
    "275": Reason("First plan's share", "Your second plan does not pay what your first plan left to you."),
}

NOT_OWED = "Your plan did not pay this part. You do not owe it."
WITHDRAWN = "We took this bill back. You owe nothing for it."
"""Of a claim that was voided."""
WHOLE_VISIT = "Decided for the whole visit"
SERVICE = "Care on this day"
"""A line's words where nobody gave any: never a code alone."""

KINDS_OF_CARE: dict[str, str] = {
    "A0": "Ambulance or ride to care",
    "A": "Medical supplies",
    "B": "Tube feeding supplies",
    "C": "Hospital care without a stay",
    "E": "Medical equipment",
    "G": "Care by a doctor, nurse or therapist",
    "H": "Mental health or addiction care",
    "J": "Medicine given by your care team",
    "K": "Medical equipment",
    "L": "Brace, splint or artificial limb",
    "P": "Lab test or blood product",
    "Q": "Medicine or supply",
    "R": "X-ray brought to you",
    "V": "Vision or hearing care",
}
"""Our own words for the first letters of a HCPCS Level II code, for lines that the hospital sent without a description."""


def care_of(code: str, description: str) -> str:
    """A line in plain words: the hospital's own if it gave any, else the kind of care, else ``SERVICE``."""
    text = description.strip()
    if text:
        return text.capitalize() if text.isupper() else text
    if len(code) != 5 or not code[1:].isdigit():
        return SERVICE
    return KINDS_OF_CARE.get(code[:2]) or KINDS_OF_CARE.get(code[:1]) or SERVICE
