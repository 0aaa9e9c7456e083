"""A FHIR R4 Claim that makes a clean claim of ours, and how to change it. Invented people."""

import copy
from typing import Any

NPI = "http://hl7.org/fhir/sid/us-npi"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "pat",
    "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "MRN7"}],
    "name": [{"use": "official", "family": "Testa", "given": ["Ada", "M"]}],
    "gender": "female",
    "birthDate": "1980-01-02",
    "address": [
        {"line": ["1 Example Street"], "city": "Springfield", "state": "IL", "postalCode": "62701-1234"}
    ],
}
PAYER: dict[str, Any] = {
    "resourceType": "Organization",
    "id": "payer",
    "identifier": [{"value": "SBX01"}],
    "name": "Sandbox Mutual",
}
COVERAGE: dict[str, Any] = {
    "resourceType": "Coverage",
    "id": "cov",
    "status": "active",
    "subscriberId": "M00000001",
    "beneficiary": {"reference": "#pat"},
    "relationship": {"coding": [{"code": "self"}]},
    "payor": [{"reference": "#payer"}],
    "class": [{"type": {"coding": [{"code": "group"}]}, "value": "GRP1", "name": "Works"}],
}
DOCTOR: dict[str, Any] = {
    "resourceType": "Practitioner",
    "id": "doc",
    "identifier": [{"system": NPI, "value": "1000200015"}],
    "name": [{"family": "Nemo", "given": ["Kim"]}],
}
CLAIM: dict[str, Any] = {
    "resourceType": "Claim",
    "id": "c1",
    "contained": [PATIENT, PAYER, COVERAGE, DOCTOR],
    "identifier": [{"system": "urn:hospital", "value": "F0000001"}],
    "status": "active",
    "type": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]
    },
    "use": "claim",
    "patient": {"reference": "#pat"},
    "created": "2026-10-12",
    "provider": {"reference": "Organization/own"},
    "priority": {"coding": [{"code": "normal"}]},
    "careTeam": [
        {"sequence": 1, "provider": {"reference": "#doc"}, "role": {"coding": [{"code": "primary"}]}}
    ],
    "diagnosis": [
        {
            "sequence": 1,
            "diagnosisCodeableConcept": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "I10"}]
            },
        },
        {
            "sequence": 2,
            "diagnosisCodeableConcept": {
                "coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]
            },
        },
    ],
    "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "#cov"}, "preAuthRef": ["AUTH1"]}],
    "item": [
        {
            "sequence": 1,
            "careTeamSequence": [1],
            "diagnosisSequence": [1],
            "productOrService": {"coding": [{"system": "urn:hcpcs", "code": "G0463"}]},
            "modifier": [{"coding": [{"code": "25"}]}],
            "servicedDate": "2026-10-12",
            "locationCodeableConcept": {"coding": [{"code": "22"}]},
            "quantity": {"value": 1},
            "net": {"value": 125.00, "currency": "USD"},
        },
        {
            "sequence": 2,
            "diagnosisSequence": [2, 1],
            "productOrService": {"coding": [{"code": "J1885"}]},
            "servicedPeriod": {"start": "2026-10-12", "end": "2026-10-13"},
            "quantity": {"value": 2},
            "unitPrice": {"value": 23.50, "currency": "USD"},
        },
    ],
    "total": {"value": 172.00, "currency": "USD"},
}

GONE = object()
"""A value for ``changed``: remove what stands there."""


def changed(document: dict[str, Any] = CLAIM, **changes: Any) -> dict[str, Any]:
    """A copy with places changed: ``changed(item_0_net_value=5)``; ``contained_2`` is the Coverage."""
    copied = copy.deepcopy(document)
    for path, value in changes.items():
        *steps, last = [int(s) if s.isdigit() else s for s in path.split("_")]
        at: Any = copied
        for step in steps:
            at = at[step]
        if value is GONE:
            del at[last]
        else:
            at[last] = value
    return copied


def bundled() -> dict[str, Any]:
    """The same as a Bundle: each resource an entry, references by type and id or by full address."""
    document = changed(contained=GONE)
    document["patient"] = {"reference": "Patient/pat"}
    document["insurance"][0]["coverage"] = {"reference": "urn:uuid:11111111-1111-4111-8111-111111111111"}
    document["careTeam"][0]["provider"] = {"reference": "https://ehr.example.org/fhir/Practitioner/doc"}
    coverage = changed(
        COVERAGE, beneficiary={"reference": "Patient/pat"}, payor=[{"reference": "Organization/payer"}]
    )
    entries = [
        {"fullUrl": "urn:uuid:11111111-1111-4111-8111-111111111111", "resource": coverage},
        *({"resource": r} for r in (PATIENT, PAYER, DOCTOR, document)),
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
