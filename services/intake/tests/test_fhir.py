"""FHIR R4 Claims: which element becomes which part, what is said when none can be made, and the door itself."""

from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.inbound import Reading, Result
from services.intake.tests.messages import FEED, FEEDS
from services.intake.tests.resources import CLAIM, GONE, bundled, changed
from shared.claim import Claim
from shared.events import ClaimReceived
from shared.testing.app import Harness


def read(document: object) -> Reading:
    raw = document if isinstance(document, bytes) else msgspec.json.encode(document)
    return read_fhir(raw, "test", "", FEEDS)


def claim(**changes: Any) -> Claim:
    (candidate,) = read(changed(**changes)).claims
    return candidate.claim


def issues(document: object) -> list[tuple[str, str]]:
    return [(f.location, f.rule) for f in read(document).findings if f.severity == "error"]


def look(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


INSTITUTIONAL = {"type": {"coding": [{"code": "institutional"}]}}


@pytest.mark.parametrize(
    ("changes", "path", "wanted"),
    [
        ({}, "number", "F0000001"),
        ({"identifier": GONE}, "number", "c1"),
        ({}, "charge", 17200),
        ({"total": GONE}, "charge", 17200),
        ({"total_value": 99.99}, "charge", 9999),
        ({}, "kind", "professional"),
        (INSTITUTIONAL, "kind", "institutional"),
        ({**INSTITUTIONAL, "subType": {"coding": [{"code": "0131"}]}}, "place", "13"),
        ({**INSTITUTIONAL, "billablePeriod": {"start": "2026-10-10", "end": "2026-10-14"}}, "last.day", 14),
        (INSTITUTIONAL, "attending.npi", "1000200015"),
        ({**INSTITUTIONAL, "item_0_revenue": {"coding": [{"code": "0450"}]}}, "lines.0.revenue_code", "0450"),
        ({}, "place", "22"),
        ({}, "lines.0.place", ""),
        ({}, "lines.0.charge", 12500),
        ({}, "lines.1.charge", 4700),
        ({"item_0_net_value": "125.50"}, "lines.0.charge", 12550),
        ({}, "lines.0.code", "G0463"),
        ({}, "lines.0.modifiers", ("25",)),
        ({}, "lines.1.last.day", 13),
        ({}, "lines.1.units", "2"),
        ({}, "lines.0.pointers", (1,)),
        ({}, "lines.1.pointers", (2, 1)),
        ({"item_0_diagnosisSequence": GONE}, "lines.0.pointers", (1, 2)),
        ({}, "lines.0.control", "F0000001-1"),
        ({}, "diagnoses.1.code", "E119"),
        ({"diagnosis_1_type": [{"coding": [{"code": "principal"}]}]}, "diagnoses.0.code", "E119"),
        ({}, "rendering.npi", "1000200015"),
        ({}, "coverages.0.payer.name", "SANDBOX MUTUAL"),
        ({}, "coverages.0.subscriber.member_id", "M00000001"),
        ({}, "coverages.0.subscriber.name.first", "Ada"),
        ({}, "coverages.0.group_number", "GRP1"),
        ({}, "authorization", "AUTH1"),
        ({}, "medical_record", "MRN7"),
        ({"contained_2_relationship": {"coding": [{"code": "child"}]}}, "patient.name.last", "Testa"),
        ({}, "patient", None),
        ({}, "billing.npi", FEED.billing.npi),
        ({"provider": {"identifier": {"value": "1234567893"}, "display": "Other"}}, "billing.npi", "1234567893"),
        ({"accident": {"date": "2026-10-01", "type": {"coding": [{"code": "MVA"}]}}}, "accident.causes", ("AA",)),
        ({"related": [{"relationship": {"coding": [{"code": "prior"}]}, "reference": {"value": "ICN9"}}]},
         "original_reference", "ICN9"),
    ],
)  # fmt: skip
def test_an_element_becomes_its_part_of_the_claim(changes: dict[str, Any], path: str, wanted: object) -> None:
    assert look(claim(**changes), path) == wanted


def test_a_bundle_says_the_same_as_contained_resources() -> None:
    (of_bundle,) = read(bundled()).claims
    assert of_bundle.claim == claim()


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"type": {"coding": [{"code": "pharmacy"}]}}, [("Claim.type", "FHIR-not-supported")]),
        ({"type": GONE}, [("Claim.type", "FHIR-required")]),
        ({"status": GONE}, [("Claim.status", "FHIR-required")]),
        ({"status": "draft"}, [("Claim.status", "FHIR-not-supported")]),
        ({"use": "predetermination"}, [("Claim.use", "FHIR-not-supported")]),
        ({"patient": {"reference": "Patient/9"}}, [("Claim.patient", "FHIR-not-found")]),
        ({"insurance_0_coverage": {"reference": "Coverage/9"}}, [("Claim.insurance[0].coverage", "FHIR-not-found")]),
        ({"insurance": []}, [("Claim.insurance", "FHIR-required")]),
        ({"contained_2_payor": []}, [("Claim.contained[2].payor", "FHIR-required")]),
        ({"item": GONE}, [("Claim.item", "FHIR-required")]),
        ({"item_0_net_value": "12,5"}, [("Claim.item[0].net.value", "FHIR-value")]),
        ({"item_0_net_value": 1.005}, [("Claim.item[0].net.value", "FHIR-value")]),
        ({"item_0_net_currency": "EUR"}, [("Claim.item[0].net.currency", "FHIR-value")]),
        ({"item_0_net": GONE}, [("Claim.item[0].net", "FHIR-required")]),
        ({"item_0_servicedDate": "2026-02-30"}, [("Claim.item[0].servicedDate", "FHIR-value")]),
        ({"item_0_servicedDate": "2026"}, [("Claim.item[0].servicedDate", "FHIR-value")]),
        ({"item_0_productOrService": {"text": "visit"}}, [("Claim.item[0].productOrService", "FHIR-required")]),
        ({"item_0_diagnosisSequence": [7]}, [("Claim.item[0].diagnosisSequence[0]", "FHIR-value")]),
        ({"identifier_0_value": "X" * 21}, [("Claim.identifier[0].value", "FHIR-value")]),
        ({"patient": [1]}, [("Claim.patient", "FHIR-not-found")]),
    ],
)  # fmt: skip
def test_what_makes_no_claim_is_told_by_its_fhirpath(
    changes: dict[str, Any], wanted: list[tuple[str, str]]
) -> None:
    assert issues(changed(**changes)) == wanted


@pytest.mark.parametrize(
    ("changes", "version"),
    [
        ({"organization": {"reference": "x"}, "item": [{"net": {}}]}, "STU3"),
        ({"item": [{"service": {"coding": []}}]}, "STU3"),
        ({"insurance": GONE, "coverage": [], "item": [{"service": {"code": "x"}}]}, "DSTU2"),
        ({"traceNumber": []}, "R5"),
        ({"contained_0_name": [{"family": ["Testa"]}]}, "DSTU2"),
        ({"contained_2_payor": GONE, "contained_2_insurer": {"reference": "#payer"}}, "R5"),
        ({"meta": {"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/Claim"]}}, "R5"),
    ],
)
def test_another_fhir_version_is_refused_by_its_name(changes: dict[str, Any], version: str) -> None:
    reading = read(changed(**changes))
    assert any(f"of FHIR {version}" in f.problem for f in reading.findings)
    assert reading.refused


@pytest.mark.parametrize(
    "document", [{"resourceType": "Observation"}, {}, {"resourceType": "Bundle", "entry": [{}]}]
)
def test_what_holds_no_claim_is_refused(document: dict[str, Any]) -> None:
    assert len(issues(document)) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["reference", "coding", "x"]), inner)
    ),
    max_leaves=5,
)
PLACES = (
    sorted(CLAIM)
    + [f"item_0_{n}" for n in CLAIM["item"][0]]
    + [f"contained_2_{n}" for n in CLAIM["contained"][2]]
)
PLACES += [f"contained_0_{n}" for n in CLAIM["contained"][0]] + [
    "insurance_0_coverage",
    "diagnosis_0_sequence",
]


@given(place=st.sampled_from(PLACES), value=JSON)
def test_whatever_stands_in_an_element_gets_an_answer(place: str, value: object) -> None:
    reading = read(changed(**{place: value}))
    assert bool(reading.claims) != bool(reading.refused)
    fates = (("c", "made"),) * len(reading.claims)
    answer = reading.reply(Result(message="m", claims=fates))  # type: ignore[arg-type]
    assert msgspec.json.decode(answer.body)["resourceType"] == "OperationOutcome"
    assert answer.status == (201 if reading.claims else 422)


async def post(intake: Harness, body: object, **headers: str) -> httpx.Response:
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return await intake.http.post(
        "/fhir/Claim", content=raw, headers={"content-type": "application/fhir+json", **headers}
    )


@pytest.mark.real
async def test_a_claim_is_created_with_its_location(intake: Harness) -> None:
    answer = await post(intake, CLAIM)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/fhir+json"
    await intake.quiet()
    (said,) = intake.said()
    assert isinstance(said.event, ClaimReceived)
    assert said.event.door == "fhir"
    assert answer.headers["location"] == f"/fhir/Claim/{said.stream}/_history/1"
    assert answer.headers["etag"] == 'W/"1"'
    again = await post(intake, CLAIM)
    assert (again.status_code, again.content) == (201, answer.content)


@pytest.mark.real
@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "structure"),
        (b"<Claim/>", {}, 415, "not-supported"),
        (changed(status=GONE), {}, 422, "required"),
        (CLAIM, {"content-type": "application/fhir+xml"}, 415, "not-supported"),
        (CLAIM, {"authorization": "Bearer nobody"}, 401, "login"),
        (CLAIM, {"idempotency-key": "k" * 201}, 400, "invalid"),
    ],
)
async def test_every_refusal_is_an_operation_outcome(
    intake: Harness, body: object, headers: dict[str, str], status: int, code: str
) -> None:
    answer = await post(intake, body, **headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert answer.json()["issue"][0]["code"] == code


def told(document: object) -> list[tuple[str, str]]:
    return [(f.location, f.rule) for f in read(document).findings if f.severity == "warning"]


OWN = ("Claim.provider", "FHIR-not-found")
"""The clean Claim's own hospital does not come along; the feed knows it."""


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({"created": GONE}, "Claim.created", "required"),
        ({"created": "yesterday"}, "Claim.created", "value"),
        ({"priority": GONE}, "Claim.priority", "required"),
        ({"identifier": GONE}, "Claim.identifier", "required"),
        ({"item_0_servicedDte": "2026-10-12"}, "Claim.item[0].servicedDte", "structure"),
        ({"item_0_sequence": GONE}, "Claim.item[0].sequence", "required"),
        ({"item_1_sequence": 1}, "Claim.item[1].sequence", "value"),
        ({"item_1_sequence": "2"}, "Claim.item[1].sequence", "value"),
        ({"item_1_careTeamSequence": [4]}, "Claim.item[1].careTeamSequence[0]", "value"),
        ({"item_1_net": {"value": "47.00"}}, "Claim.item[1].net.value", "value"),
        ({"item_0_productOrService": {"coding": [{"code": "exam"}]}}, "Claim.item[0].productOrService", "code-invalid"),
        ({"diagnosis_1_diagnosisCodeableConcept": {"coding": [{"code": "123456"}]}},
         "Claim.diagnosis[1].diagnosisCodeableConcept", "code-invalid"),
        ({"total_value": 100}, "Claim.total", "business-rule"),
        ({"careTeam_0_role": {"coding": [{"code": "janitor"}]}}, "Claim.careTeam[0].role", "code-invalid"),
        ({"careTeam_0_provider": {"reference": "Practitioner/9"}}, "Claim.careTeam[0].provider", "not-found"),
        ({"insurance": [CLAIM["insurance"][0], {**CLAIM["insurance"][0], "sequence": 2}]},
         "Claim.insurance[1].focal", "business-rule"),
        ({"insurance_0_focal": "true"}, "Claim.insurance[0].focal", "value"),
        ({"contained_0_gender": "F"}, "Claim.contained[0].gender", "code-invalid"),
        ({"contained_0_birthDate": GONE}, "Claim.contained[0].birthDate", "required"),
        ({"contained_0_name_0_family": GONE}, "Claim.contained[0].name[0].family", "required"),
        ({"contained_0_name_0_given_0": None}, "Claim.contained[0].name[0].given[0]", "structure"),
        ({"contained_2_status": GONE}, "Claim.contained[2].status", "required"),
        ({"contained_2_relationship": {"coding": [{"code": "?!"}]}}, "Claim.contained[2].relationship", "code-invalid"),
        ({"contained_3_identifier": GONE}, "Claim.contained[3].identifier", "required"),
        ({"modifierExtension": [{}]}, "Claim.modifierExtension", "not-supported"),
    ],
)  # fmt: skip
def test_what_is_sloppy_is_taken_and_told_by_its_fhirpath(
    changes: dict[str, Any], place: str, rule: str
) -> None:
    document = changed(**changes)
    assert (place, f"FHIR-{rule}") in told(document)
    assert not issues(document)


def test_a_clean_claim_has_nothing_to_say_about() -> None:
    assert told(CLAIM) == [OWN]
    assert told(changed(provider={"identifier": {"value": FEED.billing.npi}, "display": "Own"})) == []


def test_a_misspelt_element_is_told_the_name_that_was_meant() -> None:
    (finding,) = [
        f for f in read(changed(item_0_servicedDte="2026-10-12")).findings if "servicedDte" in f.location
    ]
    assert "servicedDate" in finding.fix


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"item_0_net_value": -5}, [("Claim.item[0].net.value", "FHIR-value")]),
        ({"item_1_quantity_value": "two"}, [("Claim.item[1].quantity.value", "FHIR-value")]),
        ({"item_0_servicedDate": GONE}, [("Claim.item[0].servicedDate", "FHIR-required")]),
        ({"item_0_modifier": [{"text": "x"}]}, [("Claim.item[0].modifier[0]", "FHIR-required")]),
        ({"item_0_productOrService": {"coding": [{"code": "G" * 50}]}}, [("Claim.item[0].productOrService", "FHIR-value")]),
        ({"diagnosis_1_sequence": 1}, [("Claim.diagnosis[1].sequence", "FHIR-value")]),
        ({"diagnosis_0_diagnosisCodeableConcept": {"text": "x"}},
         [("Claim.diagnosis[0].diagnosisCodeableConcept", "FHIR-required")]),
        ({"diagnosis_0_diagnosisCodeableConcept": GONE, "diagnosis_0_diagnosisReference": {"reference": "Condition/1"}},
         [("Claim.diagnosis[0].diagnosisReference", "FHIR-not-found")]),
        ({"patient": GONE}, [("Claim.patient", "FHIR-required")]),
        ({"patient": {"reference": "#doc"}}, [("Claim.patient", "FHIR-value")]),
        ({"contained_0_birthDate": "1980"}, [("Claim.contained[0].birthDate", "FHIR-value")]),
        ({"contained_0_name_0_family": "X" * 61}, [("Claim.contained[0].name", "FHIR-value")]),
        ({"contained_1_identifier": GONE}, [("Claim.contained[1].identifier", "FHIR-required")]),
        ({"contained_2_payor": [{"reference": "#pat"}]}, [("Claim.contained[2].payor[0]", "FHIR-business-rule")]),
        ({"contained_2_class_0_value": "X" * 51}, [("Claim.contained[2].class", "FHIR-value")]),
    ],
)  # fmt: skip
def test_one_defect_is_told_at_its_own_place(changes: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    document = changed(**changes)
    if "diagnosis_1_sequence" in changes:
        document["item"][1]["diagnosisSequence"] = [1]
    assert issues(document) == wanted


def test_contained_resources_of_two_claims_are_not_mixed_up() -> None:
    other = changed(identifier_0_value="F2", contained_0_name_0_family="Other", contained_0_id="pat")
    document = {
        "resourceType": "Bundle",
        "type": "batch",
        "entry": [{"resource": CLAIM}, {"resource": other}],
    }
    names = [c.claim.who.name.last for c in read(document).claims]
    assert names == ["Testa", "Other"]


def test_a_conditional_reference_finds_who_came_along_and_the_npi_that_it_names() -> None:
    document = bundled()
    (at,) = [e["resource"] for e in document["entry"] if e["resource"]["resourceType"] == "Claim"]
    at["patient"] = {"reference": "Patient?identifier=urn:mrn|MRN7"}
    at["careTeam"][0]["provider"] = {
        "reference": "Practitioner?identifier=http://hl7.org/fhir/sid/us-npi|1234567893",
        "display": "Dr. Other",
    }
    (candidate,) = read(document).claims
    assert candidate.claim.medical_record == "MRN7"
    assert candidate.claim.rendering is not None
    assert candidate.claim.rendering.npi == "1234567893"


def test_parameters_bring_a_claim_too_and_places_begin_at_them() -> None:
    wrapped = {
        "resourceType": "Parameters",
        "parameter": [{"name": "resource", "resource": changed(type=GONE)}],
    }
    assert issues(wrapped) == [("Parameters.parameter[0].resource.type", "FHIR-required")]
    (candidate,) = read(changed(wrapped, parameter_0_resource=CLAIM)).claims
    assert candidate.claim == claim()


def test_two_claims_of_one_number_in_a_bundle_are_not_guessed_at() -> None:
    entries = [{"resource": CLAIM}, {"resource": changed(item_0_net_value=126)}]
    reading = read({"resourceType": "Bundle", "type": "batch", "entry": entries})
    assert (len(reading.claims), reading.refused) == (1, 1)
    errors = [(f.location, f.rule) for f in reading.findings if f.severity == "error"]
    assert errors == [("Bundle.entry[1].resource.identifier", "FHIR-duplicate")]


@pytest.mark.parametrize(("npi", "wanted"), [("1234567893", "1234567893"), (FEED.billing.npi, ""), ("", "")])
def test_the_place_of_care_is_named_where_it_does_not_bill_itself(npi: str, wanted: str) -> None:
    identifiers = [{"system": "http://hl7.org/fhir/sid/us-npi", "value": npi}] if npi else []
    place = {"resourceType": "Location", "id": "loc", "name": "Clinic East", "identifier": identifiers}
    document = changed(facility={"reference": "#loc"}, contained=[*CLAIM["contained"], place])
    (candidate,) = read(document).claims
    found = candidate.claim.service_facility
    assert (found.npi if found else "") == wanted
    assert ("Claim.facility", "FHIR-not-found") in told(changed(facility={"reference": "Location/9"}))
