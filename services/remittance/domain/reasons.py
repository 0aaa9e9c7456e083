"""What an adjustment means for the money: written off, owed by the patient, refused, or neither.

Numbers are the adjustment reason codes (CARC) of CAS02 ff.; the words are our own and short. Groups are CO, PR, OA, PI and
the 4010 leftover CR. Sources: claims-rules 3.2, 3.5, 3.6, 3.14; CORE 360 for the four kinds of denial.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from shared.claim import Adjustment

Account = Literal["contractual", "patient", "denied", "other"]
"""Where an adjustment is posted in the ledger."""

Kind = Literal["documents", "data", "coverage", "separately", "deadline", "duplicate", "other"]
"""What a denial asks for. The first four are CORE 360's business scenarios."""


class Denial(NamedTuple):
    """A denial to work: which kind of work, and why in plain words."""

    kind: Kind
    words: str


NOT_IDENTIFIED = "4"
"""CLP02 = 4: the payer does not know the patient (RFI 1423, 1079)."""

DENIALS: dict[str, Denial] = {
    "4": Denial("data", "The procedure and its modifier do not fit together."),
    "5": Denial("data", "The procedure and the place of service do not fit together."),
    "6": Denial("data", "The procedure does not fit the patient's age."),
    "7": Denial("data", "The procedure does not fit the patient's sex."),
    "8": Denial("data", "The procedure does not fit the provider's specialty."),
    "9": Denial("data", "The diagnosis does not fit the patient's age."),
    "10": Denial("data", "The diagnosis does not fit the patient's sex."),
    "11": Denial("data", "The diagnosis does not support the procedure."),
    "12": Denial("data", "The diagnosis does not fit the provider's specialty."),
    "13": Denial("data", "The date of death is before the date of service."),
    "14": Denial("data", "The date of birth is after the date of service."),
    "15": Denial("data", "The authorization number is missing or does not fit this service."),
    "16": Denial("data", "The claim lacks something or has an error; the remark codes say what."),
    "18": Denial("duplicate", "The payer holds the same claim already."),
    "19": Denial("coverage", "This is a work injury: workers' compensation is asked first."),
    "20": Denial("coverage", "Another liability carrier is asked first."),
    "21": Denial("coverage", "A no-fault carrier is asked first."),
    "22": Denial("coverage", "Another payer may be first in order."),
    "24": Denial("coverage", "The care is paid for by a fixed sum per member."),
    "26": Denial("coverage", "The service was before the coverage began."),
    "27": Denial("coverage", "The service was after the coverage ended."),
    "29": Denial("deadline", "The payer says that the claim came too late."),
    "31": Denial("coverage", "The payer does not know the patient as its member."),
    "32": Denial("coverage", "The payer's record says that this dependent is not covered."),
    "33": Denial("coverage", "The insured person has no coverage for dependents."),
    "39": Denial("coverage", "Authorization was asked for and refused."),
    "40": Denial("coverage", "The payer does not see an emergency."),
    "49": Denial("coverage", "The payer sees routine care that the plan does not cover."),
    "50": Denial("coverage", "The payer does not see that the service was medically needed."),
    "51": Denial("coverage", "The payer sees a condition that existed before the coverage."),
    "54": Denial("coverage", "The plan does not pay a further surgeon or assistant here."),
    "55": Denial("coverage", "The payer regards the treatment as experimental."),
    "56": Denial("coverage", "The payer does not regard the treatment as proven."),
    "58": Denial("data", "The payer does not accept the place of service."),
    "60": Denial("separately", "Outpatient care so near to a stay is part of the stay."),
    "95": Denial("coverage", "The plan's rules for getting care were not followed."),
    "96": Denial("coverage", "The plan does not cover this charge; the remark codes say why."),
    "97": Denial("separately", "The payment is part of another service that was paid or denied."),
    "107": Denial("data", "The service that this one belongs to was not found on the claim."),
    "109": Denial("coverage", "This payer is not the one for this claim."),
    "110": Denial("data", "The claim was sent before the date of service."),
    "111": Denial("coverage", "Paid only when the provider accepts assignment."),
    "112": Denial("documents", "The record does not show that the service was given to the patient."),
    "114": Denial("coverage", "The product is not approved."),
    "116": Denial("documents", "The patient's advance notice does not meet the rules."),
    "119": Denial("coverage", "The benefit's limit for this time or number is reached."),
    "128": Denial("separately", "The newborn's services are part of the mother's."),
    "129": Denial("data", "What earlier payers decided is missing or does not fit."),
    "136": Denial("coverage", "The rules of the payer that comes first were not followed."),
    "140": Denial("data", "The member number and the name do not belong together."),
    "146": Denial("data", "The diagnosis was not valid on the date of service."),
    "148": Denial("documents", "Information from another provider is missing or incomplete."),
    "149": Denial("coverage", "The lifetime limit of this benefit is reached."),
    "150": Denial("documents", "The record does not support this level of service."),
    "151": Denial("documents", "The record does not support so many or so frequent services."),
    "152": Denial("documents", "The record does not support so long a service."),
    "155": Denial("other", "The patient refused the service."),
    "163": Denial("documents", "An attachment that the claim speaks of did not arrive."),
    "164": Denial("documents", "An attachment that the claim speaks of came too late."),
    "165": Denial("data", "The referral is missing or used up."),
    "166": Denial("coverage", "The service was after the payer's responsibility for this plan ended."),
    "167": Denial("coverage", "The plan does not cover this diagnosis."),
    "170": Denial("coverage", "The plan does not pay this type of provider."),
    "171": Denial("coverage", "The plan does not pay this type of provider in this type of place."),
    "172": Denial("coverage", "The plan does not pay this specialty."),
    "173": Denial("documents", "A physician's order or prescription is missing."),
    "174": Denial("documents", "The service was not prescribed before it was given."),
    "175": Denial("documents", "The prescription is incomplete."),
    "176": Denial("documents", "The prescription is not current."),
    "177": Denial("coverage", "The patient does not meet the plan's conditions."),
    "181": Denial("data", "The procedure code was not valid on the date of service."),
    "182": Denial("data", "The modifier was not valid on the date of service."),
    "183": Denial("coverage", "The referring provider may not refer for this service."),
    "184": Denial("coverage", "The ordering provider may not order this service."),
    "185": Denial("coverage", "The rendering provider may not give this service."),
    "188": Denial("coverage", "Covered only when used as recommended."),
    "189": Denial("data", "An unlisted procedure code was used where a specific one exists."),
    "190": Denial("separately", "The payment is part of a nursing facility's."),
    "194": Denial("separately", "Anesthesia by the surgeon is part of the surgery."),
    "197": Denial("coverage", "Authorization was not asked for beforehand."),
    "198": Denial("coverage", "More was done than was authorized."),
    "199": Denial("data", "The revenue code and the procedure code do not fit together."),
    "200": Denial("coverage", "The coverage had lapsed."),
    "204": Denial("coverage", "The patient's plan does not cover this service."),
    "206": Denial("data", "The provider's NPI is missing."),
    "207": Denial("data", "The provider's NPI is not valid."),
    "208": Denial("data", "The provider's NPI is not the one that the payer knows."),
    "222": Denial("coverage", "More was done than the provider's contract allows."),
    "226": Denial("documents", "Information asked of the provider did not come in time."),
    "227": Denial("documents", "Information asked of the patient did not come."),
    "231": Denial("separately", "Procedures that exclude each other on the same day."),
    "234": Denial("separately", "The procedure is not paid separately."),
    "236": Denial("separately", "The two procedures may not be billed together that day."),
    "242": Denial("coverage", "The provider is not in the plan's network."),
    "243": Denial("coverage", "The network provider did not authorize the service."),
    "250": Denial("documents", "The attachment that came is not the one expected."),
    "251": Denial("documents", "The attachment is incomplete or faulty."),
    "252": Denial("documents", "An attachment is needed to decide."),
    "256": Denial("coverage", "The managed care contract does not pay this service."),
    "258": Denial("coverage", "Not covered while the patient is in custody."),
    "276": Denial("coverage", "An earlier payer's denial is not covered by this payer."),
    "288": Denial("coverage", "The referral is missing."),
    "296": Denial("coverage", "Authorization number or provider do not match the payer's record."),
    "B7": Denial("coverage", "The provider was not certified for this service that day."),
    "B9": Denial("coverage", "The patient is in hospice care."),
    "B13": Denial("duplicate", "The payer says that it paid this before."),
    "B14": Denial("separately", "Only one visit or consultation a day is paid."),
    "B15": Denial("separately", "A service that must come first was not received or covered."),
    "B16": Denial("data", "The conditions of a new patient are not met."),
    "B20": Denial("separately", "Another provider gave part or all of the service."),
    "A1": Denial("other", "The payer denied the charge; the remark codes say why."),
}
"""CARC -> the denial that it means when the group is not PR."""

NEVER_PATIENT = frozenset({"29"})
"""Reasons that a payer may put under PR and that the patient is not billed for all the same (claims-rules 3.13)."""


def account_of(adjustment: Adjustment, status: str = "", first_payer: bool = True) -> Account | None:
    """Say where one adjustment goes; None for what is in the ledger already.

    OA-23 of a second payer repeats what the first paid and wrote off, and is not posted again (claims-rules 3.6;
    RFI 1696, 2143). PR is the patient's whatever its reason, but for ``NEVER_PATIENT``. Any other group is a denial to
    work when its reason is one (claims-rules 3.5); CO is the contract's otherwise, OA and PI nobody's.
    ``status`` is CLP02: with 4, what is not said better is a denial.
    """
    group, reason = adjustment.group, adjustment.reason
    if group == "PR":
        return "denied" if reason in NEVER_PATIENT else "patient"
    if group == "OA" and reason == "23":
        return "other" if first_payer else None
    if reason in DENIALS or status == NOT_IDENTIFIED:
        return "denied"
    return "contractual" if group == "CO" else "other"


def words_of(adjustments: Iterable[Adjustment]) -> tuple[str, ...]:
    """Say the denials among ``adjustments`` in plain words, each once, with its code: ``CO-16: The claim lacks ...``."""
    said: dict[str, None] = {}
    for adjustment in adjustments:
        if account_of(adjustment) == "denied":
            denial = DENIALS.get(adjustment.reason)
            words = denial.words if denial else "The payer refused the charge."
            said[f"{adjustment.group}-{adjustment.reason}: {words}"] = None
    return tuple(said)
