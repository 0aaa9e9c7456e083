"""How long each text may be: the element lengths of 005010X222A1 and X223A2, in one table.

What is longer cannot be sent in an 837, so the door says it while the sender is still listening. Most of what is empty and should
not be is left to the scrubber: a claim without a member id is held, not turned away.
"""

from shared.claim.claim import Accident, Claim, PayToPlan, Stay
from shared.claim.codes import Adjustment, Attachment, Coded, Diagnosis, Note, Procedure
from shared.claim.coverage import Coverage, Payer
from shared.claim.line import Drug, Line
from shared.claim.parties import Address, Guarantor, Name, Person, Provider, Reference

TEXT: dict[type, dict[str, tuple[int, int]]] = {
    Claim: {
        "number": (1, 20),  # CLM01: 38 by the standard, 20 by the guide's note; payers cut the rest
        "place": (0, 2),  # CLM05-1
        "frequency": (1, 1),  # CLM05-3
        "original_reference": (0, 50),  # REF*F8
        "account": (0, 50),
        "medical_record": (0, 50),  # REF*EA
        "authorization": (0, 50),  # REF*G1
        "referral": (0, 50),  # REF*9F
        "special_program": (0, 3),
        "delay_reason": (0, 2),
    },
    Line: {
        "code": (0, 48),  # SV101-2
        "description": (0, 80),  # SV101-7
        "units": (0, 15),
        "unit": (0, 2),
        "control": (0, 30),  # REF*6R
        "place": (0, 2),
        "revenue_code": (0, 4),  # SV201: 48 by the standard, four digits by NUBC
        "authorization": (0, 50),
        "referral": (0, 50),
    },
    Name: {"last": (0, 60), "first": (0, 35), "middle": (0, 25), "prefix": (0, 10), "suffix": (0, 10)},
    Address: {
        "line1": (0, 55),  # N301
        "line2": (0, 55),
        "city": (0, 30),  # N401
        "state": (0, 2),
        "zip": (0, 15),
        "country": (0, 3),
        "subdivision": (0, 3),
    },
    Person: {"member_id": (0, 80), "weight": (0, 10)},
    Provider: {"npi": (0, 80), "tax_id": (0, 50), "taxonomy": (0, 50)},
    Guarantor: {"account": (0, 50)},
    Payer: {"id": (1, 80), "name": (0, 60)},  # NM109, NM103
    PayToPlan: {"id": (1, 80), "tax_id": (0, 50)},
    Coverage: {
        "relationship": (0, 2),
        "group_number": (0, 50),  # SBR03
        "group_name": (0, 60),  # SBR04
        "insurance_type": (0, 3),
        "filing": (0, 2),
        "authorization": (0, 50),
        "referral": (0, 50),
    },
    Diagnosis: {"code": (1, 30), "qualifier": (2, 3)},
    Procedure: {"code": (1, 30), "qualifier": (2, 3)},
    Coded: {"code": (1, 30), "qualifier": (2, 3)},
    Reference: {"qualifier": (2, 3), "value": (1, 50)},
    Note: {"qualifier": (3, 3), "text": (1, 80)},
    Attachment: {"kind": (2, 2), "transmission": (1, 2), "control": (0, 80)},
    Adjustment: {"group": (1, 2), "reason": (1, 5)},
    Drug: {"ndc": (1, 48), "quantity": (0, 15), "unit": (0, 2), "prescription": (0, 50)},
    Accident: {"state": (0, 2), "country": (0, 3)},
    Stay: {"admission_type": (0, 1), "admission_source": (0, 1), "status": (0, 2), "drg": (0, 4)},
}
"""Type -> field -> (shortest, longest), in characters."""

COUNT: dict[type, dict[str, tuple[int, int]]] = {
    Claim: {"coverages": (1, 11), "lines": (1, 999), "diagnoses": (0, 48)},
    Line: {"modifiers": (0, 4), "pointers": (0, 4)},
    Accident: {"causes": (0, 3)},
}
"""Type -> field -> (fewest, most) of a list. Professional claims have at most 50 lines (2400), institutional 999."""

CENTS = 10**12
"""No amount on a claim reaches ten billion dollars; beyond it somebody sent something else."""
