"""What each message says of an account: one table per kind of message, and what is said of a message that says too little."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.account.facts import Facts, Merge
from services.intake.domain.feed import ChargeCode, Department, Feed, Feeds
from services.intake.domain.hl7.events import EVENTS
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Reading
from services.intake.domain.mapping import Rule, merged
from services.intake.tests.messages import AT, FEED, FEEDS, OPEN_FEEDS, dft

ADT: dict[str, str | None] = {"MSH_9": "ADT^A01", "FT1": None, "EVN_1": "A01"}


def read(feeds: Feeds = FEEDS, **changes: str | None) -> Reading:
    return read_hl7(dft(**changes), feeds, AT)


def facts(feeds: Feeds = FEEDS, **changes: str | None) -> Facts:
    reading = read(feeds, **changes)
    assert len(reading.facts) == 1, reading.findings
    return reading.facts[0]


def adt(event: str, feeds: Feeds = FEEDS, **changes: str | None) -> Facts:
    return facts(feeds, **{**ADT, "MSH_9": event, **changes})


def found(**changes: str | None) -> list[tuple[str, str, str]]:
    return [(f.location, f.rule, f.severity) for f in read(OPEN_FEEDS, **changes).findings]


def look(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value[int(step)] if step.isdigit() else getattr(value, step)
    return value


def with_feed(**changes: Any) -> Feeds:
    return Feeds([msgspec.structs.replace(FEED, **changes)])


def test_every_event_that_the_issue_names_is_taken() -> None:
    named = {
        "ADT": "A01 A02 A03 A04 A05 A06 A07 A08 A11 A13 A18 A28 A31 A34 A40",
        "DFT": "P03 P11",
        "BAR": "P01 P02 P05 P06 P12",
    }
    assert {k: set(v.split()) - EVENTS[k].keys() for k, v in named.items()} == {k: set() for k in named}


@pytest.mark.parametrize(
    ("event", "happening"),
    [
        ("ADT^A01", "registered"), ("ADT^A04", "registered"), ("ADT^A05", "registered"), ("ADT^A02", "updated"),
        ("ADT^A03", "discharged"), ("ADT^A06", "updated"), ("ADT^A07", "updated"), ("ADT^A08", "updated"),
        ("ADT^A11", "cancelled"), ("ADT^A13", "discharge_cancelled"), ("BAR^P01", "reopened"),
        ("BAR^P02", "discharged"), ("BAR^P05", "updated"), ("BAR^P06", "discharged"), ("BAR^P12", "coded"),
        ("adt^a03", "discharged"),
    ],
)  # fmt: skip
def test_an_event_says_what_happened_to_its_account(event: str, happening: str) -> None:
    told = adt(event)
    assert (told.happening, told.account, told.medical_record) == (happening, "A0000001", "MRN001")
    assert told.charges == ()


@pytest.mark.parametrize("event", ["ADT^A28", "ADT^A31"])
def test_a_person_update_is_about_the_patient_and_names_no_account(event: str) -> None:
    told = adt(event)
    assert (told.account, told.medical_record, told.visit, told.happening) == ("", "MRN001", None, "updated")
    assert told.patient is not None


@pytest.mark.parametrize(
    ("event", "changes", "wanted"),
    [
        ("ADT^A18", {"MRG_1": "OLD1^^^SPR^MR"}, Merge(what="patient", kept="MRN001", retired="OLD1")),
        ("ADT^A34", {"MRG_1": "OLD1"}, Merge(what="patient", kept="MRN001", retired="OLD1")),
        ("ADT^A40", {"MRG_1": "X^^^^PI~OLD1^^^^MR"}, Merge(what="patient", kept="MRN001", retired="OLD1")),
        ("ADT^A35", {"MRG_3": "OLDACC"}, Merge(what="account", kept="A0000001", retired="OLDACC")),
        ("ADT^A41", {"MRG_3": "OLDACC"}, Merge(what="account", kept="A0000001", retired="OLDACC")),
    ],
)
def test_a_merge_says_which_number_is_kept(event: str, changes: dict[str, str | None], wanted: Merge) -> None:
    assert adt(event, **changes).merge == wanted


def test_a_merge_of_several_pairs_is_several_facts() -> None:
    raw = dft(MSH_9="ADT^A40", FT1=None, PV1=None, MRG_1="OLD1") + b"PID|2||MRN002||TESTB^BO\rMRG|OLD2\r"
    reading = read_hl7(raw.replace(b"\rMRG|OLD1", b""), FEEDS, AT)
    assert [f.location for f in reading.findings if f.severity == "error"] == ["MRG"]
    raw = b"\r".join(
        [
            *dft(FT1=None, MSH_9="ADT^A40").split(b"\r")[:2],
            b"PID|||M1||T^A",
            b"MRG|O1",
            b"PID|||M2||T^B",
            b"MRG|O2",
        ]
    )
    merges = [f.merge for f in read_hl7(raw, FEEDS, AT).facts]
    assert [(m.kept, m.retired) for m in merges if m] == [("M1", "O1"), ("M2", "O2")]


@pytest.mark.parametrize(
    ("event", "changes", "wanted"),
    [
        ("ADT^A01", {}, None),
        ("ADT^A03", {"PV1_45": "202610151100"}, date(2026, 10, 15)),
        ("ADT^A03", {"EVN_2": "20261012093000"}, date(2026, 10, 12)),
        ("BAR^P06", {"EVN_2": "20261012093000"}, date(2026, 10, 12)),
        ("BAR^P02", {"EVN_2": "20261012093000", "PV1": None}, date(2026, 10, 12)),
        ("ADT^A13", {"PV1_45": "202610151100"}, None),
        ("ADT^A08", {"PV1_45": "202610151100"}, date(2026, 10, 15)),
    ],
)
def test_a_visit_is_over_when_somebody_says_so(
    event: str, changes: dict[str, str | None], wanted: date | None
) -> None:
    visit = adt(event, **changes).visit
    assert visit is not None
    assert visit.closed == wanted


def test_a_charge_closes_the_visit_only_for_the_classes_that_the_feed_names() -> None:
    for said, wanted in (("O", date(2026, 10, 12)), ("I", None)):
        visit = facts(PV1_2=said).visit
        assert visit is not None
        assert visit.closed == wanted


@pytest.mark.parametrize(
    ("changes", "path", "wanted"),
    [
        ({}, "visit.kind", "professional"), ({"PV1_2": "i"}, "visit.kind", "institutional"),
        ({"PV1_2": "E"}, "visit.place", "23"), ({"PV1_2": "i"}, "visit.patient_class", "I"),
        ({}, "visit.attending.npi", "1000200015"), ({"PV1_4": "1"}, "visit.stay.admission_type", "1"),
        ({"PV1_44": "2026-10-11 09:30"}, "visit.opened", date(2026, 10, 11)),
        ({"PV1_44": "10/11/2026"}, "visit.opened", date(2026, 10, 11)),
        ({"PID_7": "19800102000000.000-0600"}, "patient.birth", date(1980, 1, 2)),
        ({"PID_7": "00000000"}, "patient.birth", None), ({"PID_8": "female"}, "patient.sex", "F"),
        ({"PID_5": "  TESTA^ADA&x"}, "patient.name.first", "ADA"),
        ({"PID_29": "20261012"}, "patient.death", date(2026, 10, 12)),
        ({"PID_3": "999^^^^SS~MRN9^^^SPR^MR"}, "medical_record", "MRN9"),
        ({}, "guarantor.account", "G1"), ({"GT1": None}, "guarantor", None),
        ({"IN1": None}, "coverages", None), ({"DG1": None}, "diagnoses", None), ({}, "procedures", None),
        ({"PR1_3": "0DTJ4ZZ^^I10P", "PR1_5": "20261012"}, "procedures.0.on", date(2026, 10, 12)),
        ({"PR1_3": "99213^^C4"}, "procedures", ()), ({"DG1_6": "A"}, "diagnoses.1.qualifier", "ABJ"),
        ({"EVN_2": "20261012120000-0600"}, "at", datetime(2026, 10, 12, 18, tzinfo=UTC)),
        ({"EVN_2": "", "MSH_7": "202610120915"}, "at", datetime(2026, 10, 12, 9, 15, tzinfo=UTC)),
        ({"EVN_2": "", "MSH_7": ""}, "at", AT), ({"EVN_2": "2099"}, "at", datetime(2026, 10, 12, 12, tzinfo=UTC)),
        ({"EVN_2": "20990101"}, "at", datetime(2026, 10, 12, 12, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_field_of_a_registration_becomes_its_part_of_the_account(
    changes: dict[str, str | None], path: str, wanted: object
) -> None:
    assert look(adt("ADT^A01", **changes), path) == wanted


@pytest.mark.parametrize(
    ("changes", "path", "wanted"),
    [
        ({}, "charges.0.id", "T1"), ({}, "charges.0.action", "charge"), ({}, "charges.0.line.charge", 12500),
        ({"FT1_2": ""}, "charges.0.id", "G0463/2026-10-12/12500/1"),
        ({"FT1_6": "CD"}, "charges.0.action", "credit"), ({"FT1_6": "cr"}, "charges.0.action", "credit"),
        ({"FT1_6": "AJ"}, "charges.0.action", "replace"), ({"FT1_6": ""}, "charges.0.action", "charge"),
        ({"FT1_11": "-125.00"}, "charges.0.action", "credit"),
        ({"FT1_6": "CD", "FT1_11": "-125.00"}, "charges.0.line.charge", 12500),
        ({"FT1_11": "$1250"}, "charges.0.line.charge", 125000), ({"FT1_10": "-1"}, "charges.0.line.units", "1"),
        ({"FT1_19": "E11.9~I10"}, "charges.0.diagnoses", ("E119", "I10")),
        ({"FT1_20": ""}, "charges.0.rendering", None), ({}, "charges.0.rendering.npi", "1000200015"),
        ({}, "charges.0.line.rendering", None), ({}, "charges.0.professional", False),
        ({}, "charges.0.line.place", "22"), ({}, "charges.0.line.revenue_code", "0510"),
        ({"FT1_26": "25~ga"}, "charges.0.line.modifiers", ("25", "GA")),
        ({"FT1_10": "2.5", "FT1_11": "", "FT1_12": "10.00"}, "charges.0.line.charge", 2500),
        ({"FT1_6": "PY", "FT1_11": "-20.00"}, "paid", 2000), ({"FT1_6": "CO", "FT1_11": "20.00"}, "paid", 2000),
        ({}, "happening", "charged"), ({"MSH_9": "DFT^P11"}, "happening", "charged"), ({}, "feed", "springfield"),
    ],
)  # fmt: skip
def test_a_transaction_becomes_a_charge(changes: dict[str, str | None], path: str, wanted: object) -> None:
    assert look(facts(**changes), path) == wanted


def test_charges_of_one_transaction_id_are_all_kept_and_a_credit_of_that_id_is_still_its_credit() -> None:
    assert [c.id for c in facts(FT1_2__2="T1").charges] == ["T1", "T1#2"]
    assert [(c.id, c.action) for c in facts(FT1_2__2="T1", FT1_2__6="CD").charges] == [
        ("T1", "charge"),
        ("T1", "credit"),
    ]


def test_a_feed_says_what_its_codes_mean() -> None:
    feeds = with_feed(
        departments={"CLINIC": Department(place="11", professional=True)},
        charges={"LOCAL1": ChargeCode(code="G0463", price="12.50")},
        hl7=merged(FEED.hl7, {"line.kind": Rule(codes={"NEW": "charge", "VOID": "credit"})}),
    )
    charge = facts(feeds, FT1_6="void", FT1_7="LOCAL1", FT1_25="", FT1_11="", FT1_10="2").charges[0]
    assert (charge.action, charge.line.code, charge.line.charge) == ("credit", "G0463", 2500)
    assert (charge.professional, charge.line.place) == (True, "11")


E, W = "error", "warning"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, []), ({"IN1_36": ""}, [("IN1-36[1]", "HL7-101", W)]),
        ({"PID_18": "", "PV1_19": ""}, [("PID-18[1]", "HL7-101", E)]),
        ({"PID": None}, [("PID", "HL7-100", E)]), ({"PID_3": ""}, [("PID-3[1]", "HL7-101", W)]),
        ({"PID_8": "X"}, [("PID-8[1]", "HL7-103", W)]), ({"PID_7": "nope"}, [("PID-7[1]", "HL7-102", E)]),
        ({"FT1_6": "XX"}, [("FT1-6[1]", "HL7-103", W)]), ({"FT1_6": ""}, [("FT1-6[1]", "HL7-101", W)]),
        ({"FT1_7": "", "FT1_25": "", "FT1_13": ""}, [("FT1-7[1]", "HL7-101", E)]),
        ({"FT1_7": "LOCAL", "FT1_25": "", "FT1_13": ""}, [("FT1-7[1]", "HL7-103", W)]),
        ({"FT1_10": "two"}, [("FT1-10[1]", "HL7-102", E)]), ({"FT1_19": "Z99.9"}, [("FT1-19[1]", "HL7-103", W)]),
        ({"DG1_3": ""}, [("DG1-3[1]", "HL7-101", W), ("FT1-19[1]", "HL7-103", W)]),
        ({"DG1_2__3": "flu"}, [("DG1[2]-3[1]", "HL7-102", W)]), ({"IN1_17": "PAR"}, [("IN1-17[1]", "HL7-103", W)]),
        ({"PV1_2": "ZZ"}, [("PV1-2[1]", "HL7-103", W)]), ({"MSH_12": ""}, [("MSH-12[1]", "HL7-101", W)]),
        ({"MSH_12": "2.2"}, [("MSH-12[1]", "HL7-203", W)]), ({"MSH_12": "9"}, [("MSH-12[1]", "HL7-203", E)]),
        ({"MSH_10": ""}, [("MSH-10[1]", "HL7-101", W)]), ({"MSH_11": "Z"}, [("MSH-11[1]", "HL7-202", W)]),
        ({"MSH_9": "SIU^S12"}, [("MSH-9[1]", "HL7-200", E)]), ({"MSH_9": "ADT^A60"}, [("MSH-9[1].2", "HL7-201", E)]),
        ({"EVN_2": "soon"}, [("EVN-2[1]", "HL7-102", W)]), ({"PID_7": "20270101"}, [("PID-7[1]", "HL7-102", E)]),
        ({"FT1_4": "20261020"}, [("FT1-4[1]", "HL7-102", W)]), ({"FT1_2__2": "T1"}, [("FT1[2]-2[1]", "HL7-205", W)]),
        ({"FT1_4": "20261012^20261011"}, [("FT1-4[1].2", "HL7-102", E)]),
        ({"PV1_44": "20261012", "PV1_45": "20261001"}, [("PV1-45[1]", "HL7-102", W)]),
        ({**ADT, "PID_7": "nope"}, [("PID-7[1]", "HL7-102", W)]),
        ({**ADT, "PV1": None, "PID_18": "A1"}, [("PV1", "HL7-100", W)]),
        ({**ADT, "PID_18": "", "PV1_19": ""}, [("PID-18[1]", "HL7-101", W)]),
        ({**ADT, "PID_18": "", "PV1_19": "", "PID_3": ""}, [("PID-18[1]", "HL7-101", E), ("PID-3[1]", "HL7-101", W)]),
        ({**ADT, "MSH_9": "ADT^A31", "PID_3": ""}, [("PID-3[1]", "HL7-101", E)]),
        ({**ADT, "MSH_9": "ADT^A40"}, [("MRG", "HL7-100", E)]),
        ({**ADT, "MSH_9": "ADT^A40", "MRG_1": "MRN001"}, [("MRG-1[1]", "HL7-102", E)]),
        ({**ADT, "IN1_3": "", "IN1_2": ""}, [("IN1-3[1]", "HL7-101", W)]),
        ({"PID_18": "", "PV1_19": "V" * 21}, [("PV1-19[1]", "HL7-102", E)]),
        ({**ADT, "PID_5": "X" * 61}, [("PID-5[1]", "HL7-102", W)]), ({"PID_5": "A\x01B"}, [("PID-5[1]", "HL7-102", E)]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_at_its_place(
    changes: dict[str, str | None], wanted: list[tuple[str, str, str]]
) -> None:
    assert sorted(found(**changes)) == sorted(wanted)


def test_an_event_that_msh_9_leaves_out_is_read_from_evn() -> None:
    assert read(**{**ADT, "MSH_9": "ADT", "EVN_1": "A04"}).kind == "ADT^A04"


def test_two_patients_in_one_message_are_refused() -> None:
    reading = read_hl7(dft() + b"PID|2||MRN2||TESTB^BO\r", FEEDS, AT)
    assert [(f.location, f.severity) for f in reading.findings] == [("PID[2]", "error")]


def test_lower_case_segment_names_are_segments() -> None:
    raw = dft().replace(b"\rPID|", b"\rpid|").replace(b"\rFT1|", b"\rft1|")
    assert read_hl7(raw, FEEDS, AT).facts == read().facts


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (b"^~\\&", b"^~\\\\&", "MSH-2[1]"), (b"\r", b" ", "MSH"),
        (b"2.5.1\r", b"2.5.1||||||UNICODE UTF-8\rNTE|\xff\r", "MSH-18[1]"), (b"MSH|^~\\&|", b"MSH||", "MSH-2[1]"),
    ],
)  # fmt: skip
def test_what_is_written_wrong_and_read_all_the_same_is_told(old: bytes, new: bytes, place: str) -> None:
    reading = read_hl7(dft().replace(old, new), OPEN_FEEDS, AT)
    assert [(f.location, f.severity) for f in reading.findings] == [(place, "warning")]
    assert [c.line.code for c in reading.facts[0].charges] == ["G0463", "J1885"]


def test_two_equal_delimiters_are_refused_by_their_place() -> None:
    reading = read_hl7(dft().replace(b"^~\\&", b"^^\\&"), OPEN_FEEDS, AT)
    assert ("MSH-2[1]", "error") in [(f.location, f.severity) for f in reading.findings]


@given(st.permutations(("EVN", "PV1", "FT1", "DG1", "GT1", "IN1")), st.sampled_from(["\r", "\n", "\r\n"]))
def test_neither_the_order_of_segments_nor_the_line_ends_change_what_is_said(
    order: list[str], end: str
) -> None:
    lines = dft().decode().split("\r")[:-1]
    rest = [line for name in order for line in lines if line.startswith(name)]
    moved = end.join([lines[0], next(x for x in lines if x.startswith("PID")), *rest]).encode()
    assert read_hl7(moved, FEEDS, AT).facts == read().facts


@given(
    st.integers(0, 12), st.sampled_from(sorted(f"{k}^{e}" for k, several in EVENTS.items() for e in several))
)
def test_trailing_separators_say_nothing(more: int, event: str) -> None:
    plain = read(MSH_9=event, MRG_1="OLD1", MRG_3="OLDACC")
    padded = dft(MSH_9=event, MRG_1="OLD1", MRG_3="OLDACC").replace(b"\r", b"|" * more + b"\r")
    assert read_hl7(padded, FEEDS, AT).facts == plain.facts


def test_a_feed_without_its_tables_says_how_to_load_it() -> None:
    bare: Feed = msgspec.structs.replace(FEED, hl7={})
    with pytest.raises(ValueError, match="load_feeds"):
        read_hl7(dft(), Feeds([bare]), AT)
