"""A claim as a FHIR R4 Claim, with all that it refers to contained in it."""

from typing import Any

import msgspec

from shared.claim import Address, Claim, Coverage, Line, Name, Person, Provider, format_cents

Json = dict[str, Any]
_TYPES = "http://terminology.hl7.org/CodeSystem/claim-type"
_HCPCS = "http://terminology.hl7.org/CodeSystem/HCPCS"
_ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
_NPI = "http://hl7.org/fhir/sid/us-npi"
_PLACES = "https://www.cms.gov/Medicare/Coding/place-of-service-codes"
_GENDERS = {"F": "female", "M": "male", "U": "unknown"}


def claim_resource(claim: Claim) -> bytes:
    """The resource as JSON."""
    first, _ = claim.service_dates()
    resource: Json = {
        "resourceType": "Claim",
        "identifier": [{"system": "urn:springfield:claim", "value": claim.number}],
        "status": "active",
        "type": _concept(_TYPES, claim.kind),
        "use": "claim",
        "created": str(first),
        "patient": {"reference": "#patient"},
        "provider": {"reference": "#hospital"},
        "priority": {"coding": [{"code": "normal"}]},
        "contained": list(_contained(claim)),
        "careTeam": [
            {"sequence": 1, "provider": {"reference": "#clinician"}, "role": _concept("", "primary")}
        ],
        "diagnosis": [
            {"sequence": place, "diagnosisCodeableConcept": _concept(_ICD10, _dotted(diagnosis.code))}
            for place, diagnosis in enumerate(claim.diagnoses, 1)
        ],
        "insurance": [
            {
                "sequence": place,
                "focal": place == claim.billed + 1,
                "coverage": {"reference": f"#coverage{place}"},
            }
            for place in range(1, len(claim.coverages) + 1)
        ],
        "item": [_item(claim, place, line) for place, line in enumerate(claim.lines, 1)],
        "total": _money(claim.charge),
    }
    return msgspec.json.encode(resource)


def _contained(claim: Claim) -> list[Json]:
    patient = {"resourceType": "Patient", "id": "patient", **_person(claim.who)}
    patient["identifier"] = [{"type": {"coding": [{"code": "MR"}]}, "value": claim.medical_record}]
    hospital = {"resourceType": "Organization", "id": "hospital", **_provider(claim.billing)}
    found = [patient, hospital]
    if claim.rendering:
        found.append({"resourceType": "Practitioner", "id": "clinician", **_provider(claim.rendering)})
    for place, coverage in enumerate(claim.coverages, 1):
        found += _coverage(place, coverage)
    return found


def _coverage(place: int, coverage: Coverage) -> list[Json]:
    payer = {"resourceType": "Organization", "id": f"payer{place}", "name": coverage.payer.name}
    payer["identifier"] = [{"system": "urn:payer", "value": coverage.payer.id}]  # type: ignore[assignment]
    cover: Json = {
        "resourceType": "Coverage",
        "id": f"coverage{place}",
        "status": "active",
        "beneficiary": {"reference": "#patient"},
        "relationship": {"coding": [{"code": "self"}]},
        "payor": [{"reference": f"#payer{place}"}],
    }
    if coverage.subscriber.member_id:
        cover["subscriberId"] = coverage.subscriber.member_id
    return [payer, cover]


def _item(claim: Claim, place: int, line: Line) -> Json:
    return {
        "sequence": place,
        "careTeamSequence": [1],
        "diagnosisSequence": list(line.pointers),
        "productOrService": _concept(_HCPCS, line.code),
        "servicedDate": str(line.first),
        "locationCodeableConcept": _concept(_PLACES, line.place or claim.place),
        "quantity": {"value": int(line.units)},
        "net": _money(line.charge),
    }


def _person(person: Person) -> Json:
    return {
        "name": [_name(person.name)],
        "birthDate": str(person.birth),
        "gender": _GENDERS.get(person.sex, "unknown"),
        "address": _address(person.address),
    }


def _provider(provider: Provider) -> Json:
    name = provider.name.last if provider.name.organization else [_name(provider.name)]
    said: Json = {"identifier": [{"system": _NPI, "value": provider.npi}], "name": name}
    if provider.taxonomy:
        said["qualification"] = [{"code": _concept("http://nucc.org/provider-taxonomy", provider.taxonomy)}]
    return said


def _name(name: Name) -> Json:
    return {"use": "official", "family": name.last, "given": [name.first]}


def _address(address: Address | None) -> list[Json]:
    if address is None:
        return []
    zip_code = f"{address.zip[:5]}-{address.zip[5:]}".rstrip("-")
    return [{"line": [address.line1], "city": address.city, "state": address.state, "postalCode": zip_code}]


def _concept(system: str, code: str) -> Json:
    return {"coding": [{**({"system": system} if system else {}), "code": code}]}


def _dotted(code: str) -> str:
    return f"{code[:3]}.{code[3:]}".rstrip(".")


def _money(cents: int) -> Json:
    return {"value": msgspec.Raw(format_cents(cents).encode()), "currency": "USD"}
