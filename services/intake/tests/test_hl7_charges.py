"""Which field of a charge message becomes which part of the claim, and what is said when it cannot (claims-rules 3.15)."""

from typing import Any

import msgspec
import pytest

from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Reading
from services.intake.domain.mapping import Rule, merged
from services.intake.tests.messages import AT, FEED, FEEDS, dft, made
from shared.claim import Claim


def read(feeds: Feeds = FEEDS, **changes: str | None) -> Reading:
    return read_hl7(dft(**changes), feeds, AT)


def claim(feeds: Feeds = FEEDS, **changes: str | None) -> Claim:
    (one,) = made(read(feeds, **changes), feeds)
    return one


def faults(**changes: str | None) -> list[tuple[str, str]]:
    return [(f.location, f.rule) for f in read(**changes).findings if f.severity == "error"]


def look(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


@pytest.mark.parametrize(
    ("changes", "path", "wanted"),
    [
        ({}, "number", "A0000001"),
        ({"PID_18": ""}, "number", "VN1"),
        ({}, "medical_record", "MRN001"),
        ({}, "kind", "professional"),
        ({"PV1_2": "I"}, "kind", "institutional"),
        ({"PV1_2": "I"}, "place", "11"),
        ({}, "place", "22"),
        ({"PV1_2": "E"}, "place", "23"),
        ({}, "charge", 17200),
        ({}, "lines.0.charge", 12500),
        ({}, "lines.1.charge", 4700),
        ({"FT1_11": "125.5&USD^X"}, "lines.0.charge", 12550),
        ({}, "lines.0.code", "G0463"),
        ({"FT1_25": ""}, "lines.0.code", "G0463"),
        ({}, "lines.0.modifiers", ("25",)),
        ({"FT1_26": "25~GA"}, "lines.0.modifiers", ("25", "GA")),
        ({}, "lines.1.units", "2"),
        ({}, "lines.0.first.day", 12),
        ({"FT1_4": "20261012^20261013"}, "lines.0.last.day", 13),
        ({"FT1_4": "20261012083000-0600"}, "lines.0.first.day", 12),
        ({}, "lines.0.pointers", (1,)),
        ({"FT1_19": "E11.9"}, "lines.0.pointers", (2,)),
        ({"FT1_19": "Z99"}, "lines.0.pointers", (1, 2)),
        ({}, "lines.0.control", "A0000001-1"),
        ({"FT1_29": "00000000001"}, "lines.0.drug.ndc", "00000000001"),
        ({}, "lines.0.rendering", None),
        ({}, "rendering.npi", "1000200015"),
        ({"PV1_2": "I"}, "attending.npi", "1000200015"),
        ({"PV1_2": "I"}, "rendering", None),
        ({"PV1_2": "I"}, "lines.0.revenue_code", "0510"),
        ({"PV1_2": "I", "PV1_44": "202610110930", "PV1_45": "202610131100"}, "stay.admission_hour", "0930"),
        ({"PV1_2": "I", "PV1_44": "202610110930", "PV1_45": "202610131100"}, "last.day", 13),
        ({"PV1_2": "I"}, "first.day", 12),
        ({"PV1_2": "I", "PV1_36": "01"}, "stay.status", "01"),
        ({}, "diagnoses.0.code", "I10"),
        ({}, "diagnoses.1.code", "E119"),
        ({}, "diagnoses.1.qualifier", "ABF"),
        ({"DG1_3": "401.9^x^I9"}, "diagnoses.0.qualifier", "BK"),
        ({"PV1_2": "I", "DG1_6": "A"}, "diagnoses.1.qualifier", "ABJ"),
        ({"PV1_2": "I", "DG1_26": "Y"}, "diagnoses.0.poa", "Y"),
        ({}, "coverages.0.payer.name", "SANDBOX MUTUAL"),
        ({"IN1_3": "NEW1", "IN1_4": "NEW PAYER"}, "coverages.0.payer.name", "NEW PAYER"),
        ({}, "coverages.0.subscriber.member_id", "M00000001"),
        ({"IN1_36": ""}, "coverages.0.subscriber.member_id", ""),
        ({"IN1_36": "", "IN1_49": "M2"}, "coverages.0.subscriber.member_id", "M2"),
        ({}, "coverages.0.relationship", "18"),
        ({"IN1_17": "SPO"}, "coverages.0.relationship", "01"),
        ({"IN1_17": "SPO", "IN1_16": "ROE^BEN"}, "coverages.0.subscriber.name.first", "BEN"),
        ({"IN1_17": "SPO"}, "patient.name.first", "ADA"),
        ({}, "patient", None),
        ({}, "coverages.0.subscriber.address.zip", "627011234"),
        ({}, "guarantor.account", "G1"),
        ({"GT1": None}, "guarantor", None),
        ({}, "billing.npi", FEED.billing.npi),
        ({"PID_5": "O\\S\\TESTA^ADA"}, "coverages.0.subscriber.name.last", "O^TESTA"),
    ],
)
def test_a_field_becomes_its_part_of_the_claim(
    changes: dict[str, str | None], path: str, wanted: object
) -> None:
    assert look(claim(**changes), path) == wanted


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"PID_18": "", "PV1_19": ""}, [("PID-18[1]", "HL7-101")]),
        ({"FT1": None}, [("FT1", "HL7-100")]),
        ({"IN1_3": "", "IN1_2": ""}, [("IN1-3[1]", "HL7-101")]),
        ({"FT1_11": "12,50"}, [("FT1-11[1]", "HL7-102")]),
        ({"FT1_2__12": ""}, [("FT1[2]-11[1]", "HL7-101")]),
        ({"FT1_4": "20260231"}, [("FT1-4[1]", "HL7-102")]),
        ({"FT1_4": ""}, [("FT1-4[1]", "HL7-101")]),
        ({"FT1_10": "one"}, [("FT1-10[1]", "HL7-102")]),
        ({"PID_7": "yesterday"}, [("PID-7[1]", "HL7-102")]),
        ({"PID_18": "X" * 21}, [("PID-18[1]", "HL7-102")]),
        ({"MSH_9": "MDM^T02"}, [("MSH-9[1]", "HL7-200")]),
        ({"MSH_9": "DFT^P99"}, [("MSH-9[1].2", "HL7-201")]),
        ({"MSH_11": "T"}, [("MSH-11[1]", "HL7-202")]),
        ({"MSH_12": "3.0"}, [("MSH-12[1]", "HL7-203")]),
        ({"MSH_4": "ELSEWHERE"}, [("MSH-3[1]", "HL7-204")]),
        ({"FT1_11": "x", "FT1_4": "y", "PID_7": "z"},
         [("FT1-4[1]", "HL7-102"), ("FT1-11[1]", "HL7-102"), ("PID-7[1]", "HL7-102")]),
    ],
)  # fmt: skip
def test_what_makes_no_claim_is_told_by_its_place(
    changes: dict[str, str | None], wanted: list[tuple[str, str]]
) -> None:
    assert sorted(faults(**changes)) == sorted(wanted)
    assert read(**changes).facts == ()


def test_a_credit_takes_its_charge_off() -> None:
    credited = dft() + b"FT1|3|T3||20261012||CD|J1885||||-47.00||||||||||||||J1885\r"
    (one,) = made(read_hl7(credited, FEEDS, AT))
    assert [x.code for x in one.lines] == ["G0463"]
    assert one.charge == 12500


def test_a_payment_of_the_patient_is_no_charge() -> None:
    (one,) = made(read_hl7(dft() + b"FT1|3|T3||20261012||PY|COPAY||||-20.00\r", FEEDS, AT))
    assert one.patient_paid == 2000
    assert len(one.lines) == 2


def test_an_empty_dg1_6_is_no_obstacle() -> None:
    assert len(claim(DG1_6="", DG1_2__6="").diagnoses) == 2


def test_two_payers_are_in_the_order_of_in1_22() -> None:
    second = b"IN1|2|P2|SBX07|SANDBOX SECONDARY||||||||||||TESTA^ADA|SEL|||||1||||||||||||||M2\r"
    (one,) = made(read_hl7(dft(IN1_22="2") + second, FEEDS, AT))
    assert [(c.order, c.payer.id) for c in one.coverages] == [("P", "SBX07"), ("S", "SBX01")]


def test_a_feed_may_say_that_a_part_stands_elsewhere() -> None:
    said = {"account": Rule(sources=("ZCL-2",)), "line.description": Rule(sources=("FT1-8",))}
    rules = merged(FEED.hl7, said)
    feed = msgspec.structs.replace(FEED, hl7=rules)
    raw = dft(FT1_8="Clinic visit") + b"ZCL|1|Z77\r"
    (one,) = made(read_hl7(raw, Feeds([feed]), AT), Feeds([feed]))
    assert (one.number, one.lines[0].description) == ("Z77", "Clinic visit")


def test_an_adt_is_kept_and_makes_no_claim() -> None:
    reading = read(MSH_9="ADT^A04")
    assert (reading.kind, reading.claims, reading.refused) == ("ADT^A04", (), 0)


def test_no_finding_repeats_a_value() -> None:
    reading = read(FT1_11="ZZTOP", PID_7="ZZTOP", FT1_4="ZZTOP", FT1_10="ZZTOP")
    assert len(reading.findings) >= 4
    assert "ZZTOP" not in repr(reading.findings)
