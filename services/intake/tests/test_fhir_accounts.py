"""A FHIR document without a Claim: what it says about an encounter account, and the claim that comes of it."""

import copy
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from services.intake.domain.account.facts import Facts
from services.intake.domain.fhir.ask import Ask
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.inbound import Reading
from services.intake.tests.messages import FEEDS
from services.intake.tests.resources import COVERAGE, DOCTOR, GONE, PATIENT, PAYER, changed
from shared.events import ClaimReceived
from shared.testing.app import Harness

AT = datetime(2026, 10, 14, 9, 0, tzinfo=UTC)
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "id": "enc",
    "identifier": [{"value": "VN9"}],
    "status": "finished",
    "class": {"code": "AMB"},
    "subject": {"reference": "Patient/pat"},
    "participant": [
        {"type": [{"coding": [{"code": "ATND"}]}], "individual": {"reference": "Practitioner/doc"}}
    ],
    "period": {"start": "2026-10-12T08:30:00-05:00", "end": "2026-10-12T11:00:00-05:00"},
    "diagnosis": [{"condition": {"reference": "Condition/con"}, "rank": 1}],
    "account": [{"reference": "Account/acc"}],
}
ACCOUNT: dict[str, Any] = {
    "resourceType": "Account",
    "id": "acc",
    "identifier": [{"value": "A0000009"}],
    "status": "active",
    "subject": [{"reference": "Patient/pat"}],
    "coverage": [{"coverage": {"reference": "Coverage/cov"}, "priority": 1}],
    "guarantor": [{"party": {"reference": "Patient/pat"}}],
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "id": "con",
    "code": {
        "coding": [{"system": "http://snomed.info/sct", "code": "38341003"}, {"system": ICD, "code": "I10"}]
    },
    "subject": {"reference": "Patient/pat"},
    "encounter": {"reference": "Encounter/enc"},
}
CHARGE: dict[str, Any] = {
    "resourceType": "ChargeItem",
    "id": "ch1",
    "identifier": [{"value": "T1"}],
    "status": "billable",
    "code": {"coding": [{"system": "https://www.cms.gov/hcpcs", "code": "G0463"}]},
    "subject": {"reference": "Patient/pat"},
    "context": {"reference": "Encounter/enc"},
    "occurrenceDateTime": "2026-10-12",
    "quantity": {"value": 1},
    "priceOverride": {"value": 125.00, "currency": "USD"},
    "costCenter": {"identifier": {"value": "CLINIC"}},
    "performer": [{"actor": {"reference": "Practitioner/doc"}}],
    "reason": [{"coding": [{"system": ICD, "code": "I10"}]}],
}
COVER = changed(
    COVERAGE, beneficiary={"reference": "Patient/pat"}, payor=[{"reference": "Organization/payer"}]
)
ALL = (PATIENT, PAYER, COVER, DOCTOR, ACCOUNT, ENCOUNTER, CONDITION, CHARGE)


def bundle(*resources: dict[str, Any], kind: str = "transaction") -> dict[str, Any]:
    entries = [
        {"resource": copy.deepcopy(r), "request": {"method": "POST", "url": r["resourceType"]}}
        for r in resources
    ]
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


def read(document: dict[str, Any]) -> Reading:
    return read_fhir(msgspec.json.encode(document), "test", "", FEEDS, Ask(at=AT))


def facts(*resources: dict[str, Any]) -> Facts:
    (found,) = read(bundle(*resources)).facts
    return found


def errors(reading: Reading) -> list[tuple[str, str]]:
    return [(f.location, f.rule) for f in reading.findings if f.severity == "error"]


def warnings(reading: Reading) -> list[str]:
    return [f.location for f in reading.findings if f.severity == "warning"]


def test_a_bundle_says_all_of_one_account() -> None:
    told = facts(*ALL)
    assert (told.account, told.medical_record, told.at, told.happening) == (
        "A0000009",
        "MRN7",
        AT,
        "discharged",
    )
    assert told.patient is not None
    assert told.patient.name.last == "Testa"
    assert told.guarantor is not None
    assert told.visit is not None
    assert (told.visit.patient_class, told.visit.kind, told.visit.place) == ("O", "professional", "22")
    assert (told.visit.opened, told.visit.closed) == (date(2026, 10, 12), date(2026, 10, 12))
    assert told.visit.attending is not None
    assert told.visit.attending.npi == "1000200015"
    assert told.coverages is not None
    assert [c.subscriber.member_id for c in told.coverages] == ["M00000001"]
    assert told.diagnoses is not None
    assert [(d.code, d.qualifier) for d in told.diagnoses] == [("I10", "ABK")]
    (charge,) = told.charges
    assert (charge.id, charge.line.charge, charge.line.code, charge.line.revenue_code) == (
        "T1",
        12500,
        "G0463",
        "0510",
    )
    assert (charge.diagnoses, charge.rendering and charge.rendering.npi) == (("I10",), "1000200015")


@pytest.mark.parametrize(
    ("resources", "happening"),
    [
        ((changed(ENCOUNTER, status="in-progress", diagnosis=[]),), "registered"),
        ((changed(ENCOUNTER, status="in-progress"), CONDITION), "coded"),
        ((changed(ENCOUNTER, status="in-progress"), CHARGE), "charged"),
        ((changed(ENCOUNTER, status="cancelled"), CHARGE), "cancelled"),
        ((ACCOUNT,), "updated"),
        ((changed(ACCOUNT, status="entered-in-error"),), "cancelled"),
    ],
)
def test_one_thing_happened(resources: tuple[dict[str, Any], ...], happening: str) -> None:
    assert facts(*resources).happening == happening


@pytest.mark.parametrize(
    ("resource", "account"),
    [
        (ENCOUNTER, "acc"),
        (changed(ENCOUNTER, account=[{"identifier": {"value": "A5"}}]), "A5"),
        (changed(ENCOUNTER, account=GONE), "VN9"),
        (changed(ENCOUNTER, account=GONE, identifier=GONE), "enc"),
        (ACCOUNT, "A0000009"),
        (changed(CHARGE, account=[{"reference": "Account/77"}]), "77"),
        (CHARGE, "enc"),
    ],
)
def test_a_resource_names_its_account(resource: dict[str, Any], account: str) -> None:
    (told,) = read(resource).facts
    assert told.account == account


def test_accounts_of_one_bundle_are_told_apart() -> None:
    other = changed(ENCOUNTER, id="e2", identifier=[{"value": "VN10"}], account=GONE)
    charge = changed(CHARGE, id="ch2", identifier_0_value="T2", context={"reference": "Encounter/e2"})
    found = {f.account: [c.id for c in f.charges] for f in read(bundle(*ALL, other, charge)).facts}
    assert found == {"A0000009": ["T1"], "VN10": ["T2"]}


@pytest.mark.parametrize("status", ["entered-in-error", "not-billable", "aborted"])
def test_a_charge_item_is_taken_back_by_its_status(status: str) -> None:
    (charge,) = facts(changed(CHARGE, status=status, priceOverride=GONE)).charges
    assert (charge.action, charge.reverses) == ("credit", "T1")


@pytest.mark.parametrize(
    ("resource", "wanted"),
    [
        (changed(CHARGE, priceOverride=GONE), ("ChargeItem.priceOverride", "FHIR-required")),
        (changed(CHARGE, priceOverride_currency="EUR"), ("ChargeItem.priceOverride.currency", "FHIR-value")),
        (changed(CHARGE, priceOverride_value=-5), ("ChargeItem.priceOverride.value", "FHIR-value")),
        (changed(CHARGE, quantity_value="two"), ("ChargeItem.quantity.value", "FHIR-value")),
        (changed(CHARGE, occurrenceDateTime=GONE), ("ChargeItem.occurrenceDateTime", "FHIR-required")),
        (changed(CHARGE, occurrenceDateTime="2026-13-01"), ("ChargeItem.occurrenceDateTime", "FHIR-value")),
        (changed(CHARGE, code=GONE), ("ChargeItem.code", "FHIR-required")),
        (changed(CHARGE, status=GONE), ("ChargeItem.status", "FHIR-required")),
        (changed(CHARGE, context=GONE), ("ChargeItem.account", "FHIR-required")),
        (changed(ENCOUNTER, period_start="soon"), ("Encounter.period.start", "FHIR-value")),
        (changed(PATIENT, birthDate="1980"), ("Patient.birthDate", "FHIR-value")),
    ],
)  # fmt: skip
def test_what_can_be_no_fact_is_told_by_its_fhirpath(
    resource: dict[str, Any], wanted: tuple[str, str]
) -> None:
    reading = read(resource)
    assert errors(reading) == [wanted]
    assert not reading.facts


def test_a_batch_gives_the_facts_of_its_good_entries() -> None:
    bad = changed(CHARGE, identifier_0_value="T2", priceOverride=GONE)
    reading = read(bundle(ENCOUNTER, CHARGE, bad, kind="batch"))
    (told,) = reading.facts
    assert [c.id for c in told.charges] == ["T1"]
    assert errors(reading) == [("Bundle.entry[2].resource.priceOverride", "FHIR-required")]
    assert not read(bundle(ENCOUNTER, CHARGE, bad)).facts


def test_what_belongs_to_nobody_is_kept_with_a_warning() -> None:
    for resource in (COVER, CONDITION | {"encounter": {}}, changed(PATIENT, identifier=GONE)):
        reading = read(resource)
        assert (reading.facts, reading.refused) == ((), 0)
        assert resource["resourceType"] in warnings(reading)


def test_a_patient_alone_is_news_of_that_patient() -> None:
    told = facts(PATIENT, COVER, PAYER)
    assert (told.account, told.medical_record, told.happening) == ("", "MRN7", "updated")
    assert told.coverages is not None


def test_a_charge_beside_a_claim_is_not_read_and_said_to_be() -> None:
    claim = {"resourceType": "Claim", "status": "active"}
    assert "Bundle.entry[0].resource" in warnings(read(bundle(CHARGE, claim)))


@pytest.mark.real
async def test_resources_told_one_by_one_become_one_claim(intake: Harness) -> None:
    for resource in ALL:
        if resource["resourceType"] in ("Organization", "Practitioner"):
            continue
        answer = await intake.http.post(
            "/fhir",
            content=msgspec.json.encode(
                bundle(PATIENT, PAYER, COVER, DOCTOR, ACCOUNT, ENCOUNTER, CONDITION, resource)
            ),
            headers={"content-type": "application/fhir+json"},
        )
        assert answer.status_code == 200, answer.text
    await intake.quiet()
    said = [e.event for e in intake.said()]
    received = [e for e in said if isinstance(e, ClaimReceived)]
    assert [e.claim.account or e.claim.number for e in received] == ["A0000009"]
    assert received[0].door == "fhir"
