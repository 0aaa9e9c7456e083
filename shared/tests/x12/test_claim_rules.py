"""What the judge says of claims (claims-rules 3.6, 3.8, 3.10, 3.11; each RFI that they name), and of numbers, codes and dates."""

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from shared.claim import (
    Accident,
    Adjustment,
    Ambulance,
    Claim,
    Diagnosis,
    LineDecision,
    Name,
    Payer,
    PriorDecision,
    Provider,
    Segment,
    Stay,
)
from shared.testing.builders import a_claim, a_coverage, a_line, an_institutional_claim, an_npi
from shared.testing.every_claim.batch import around
from shared.tests.x12.payments import cas, cents
from shared.x12 import read, write_837
from shared.x12.types import X12Finding

DECIDED = date(2026, 10, 13)
NPI = an_npi(20_001)
MEDICARE = Payer(id="MEDICARE", name="MEDICARE")


def findings(data: bytes) -> list[X12Finding]:
    reading = read(data)
    return [*reading.findings, *(found for one in reading.transactions for found in one.findings)]


def judged(claim: Claim) -> list[tuple[str, str]]:
    return [(found.code, found.path.rpartition("/")[2]) for found in findings(write_837([around([claim])]))]


def spoiled(claim: Claim, before: str, after: str, times: int = 1) -> list[tuple[str, str]]:
    data = write_837([around([claim])]).decode()
    assert before in data
    return [
        (f.code, f.path.rpartition("/")[2]) for f in findings(data.replace(before, after, times).encode())
    ]


def secondary(
    charge: float, paid: float, adjusted: str, *lines: tuple[float, str], amount: float | None = None
) -> Claim:
    """A claim to a second payer: the first paid ``paid`` with claim-level adjustments, each line as said."""
    details = tuple(
        LineDecision(
            payer_id=MEDICARE.id,
            paid=cents(line_paid),
            code="G0463",
            units="1",
            adjustments=cas(reasons),
            on=DECIDED,
        )
        for line_paid, reasons in lines
    )
    service = a_line(code="G0463", charge=cents(charge), decisions=details)
    first = replace(
        a_coverage("X", 2),
        payer=MEDICARE,
        prior=PriorDecision(
            paid=cents(paid if amount is None else amount), adjustments=cas(adjusted), on=DECIDED
        ),
    )
    second = a_coverage("SBX02", 2, order="S")
    return replace(a_claim(2, charge=cents(charge), coverages=(first, second), billed=1), lines=(service,))


def a_claim_with(**changes: Any) -> Claim:
    return a_claim(3, **changes)


def with_line(**changes: Any) -> Claim:
    return replace(a_claim(1, lines=1), lines=(a_line(**changes),))


# ------------------------------------------------------------------ 3.6 coordination of benefits


def test_rule_3_6_a_the_claim_charge_is_the_sum_of_its_lines():
    claim = a_claim(1)
    assert judged(claim) == []
    assert judged(replace(claim, charge=claim.charge + 1)) == [("X12-0701", "CLM02")]


def test_rule_3_6_golden_the_published_line_137_is_47_28_plus_77_86_plus_11_86():
    assert judged(secondary(137, 47.28, "", (47.28, "CO45 77.86, PR2 11.86"))) == []


def test_rule_3_6_d_a_line_that_is_a_cent_off_is_told_with_the_difference():
    claim = secondary(137, 47.28, "", (47.28, "CO45 77.85, PR2 11.86"))
    found = findings(write_837([around([claim])]))
    line = next(one for one in found if one.code == "X12-0704")
    assert "-1 cents" in line.problem
    assert line.value == "expected 13700 found 13699 cents"
    assert {one.code for one in found} == {"X12-0702", "X12-0704"}


def test_rule_3_6_d_a_line_that_the_other_payer_split_closes_over_its_parts():
    assert judged(secondary(137, 47.28, "", (30, "CO45 60, PR2 47"), (17.28, "CO45 -17.28"))) == []


def test_rule_3_6_b_paid_and_all_adjustments_of_claim_and_lines_are_the_charge_rfi_1294():
    assert judged(secondary(500, 300, "PR1 75, CO45 125")) == []
    assert judged(secondary(500, 300, "PR1 75, CO45 124")) == [("X12-0702", "AMT02")]


def test_rule_3_6_c_the_amount_paid_is_the_lines_less_the_claims_own_adjustments_rfi_1294():
    claim = secondary(137, 42.28, "CO253 5", (47.28, "CO45 77.86, PR2 11.86"))
    assert judged(claim) == []
    assert ("X12-0703", "AMT02") in judged(secondary(137, 47.28, "CO253 5", (47.28, "CO45 77.86, PR2 11.86")))


def test_rule_3_6_c_a_negative_adjustment_of_the_claim_raises_what_was_paid_rfi_1294():
    assert judged(secondary(137, 52.28, "OA94 -5", (47.28, "CO45 77.86, PR2 11.86"))) == []


def test_rule_3_6_a_decision_without_its_amount_or_its_day_is_told():
    claim = secondary(500, 300, "PR1 75, CO45 125")
    assert spoiled(claim, "AMT*D*300~", "AMT*A8*300~")[:1] == [("X12-0812", "AMT")]
    assert spoiled(claim, "DTP*573*D8*20261013~", "") == [("X12-0807", "AMT"), ("X12-0302", "SE01")]


def test_rule_3_6_the_payer_paid_amount_is_amt_d_and_never_f2():
    claim = secondary(500, 300, "PR1 75, CO45 125")
    codes = {code for code, _ in spoiled(claim, "AMT*D*300~", "AMT*F2*300~")}
    assert {"X12-0402", "X12-0812"} <= codes


def test_rule_3_6_reasons_of_one_group_stand_in_one_cas():
    claim = secondary(500, 300, "CO45 100, PR1 75, CO253 25")
    assert judged(claim) == [("X12-0643", "CAS01")]
    assert judged(secondary(500, 300, "CO45 100, CO253 25, PR1 75")) == []


def test_rule_3_6_the_other_payers_reasons_are_known_by_number():
    assert judged(secondary(500, 300, "PR1 75, CO45 125")) == []
    assert ("X12-0618", "CAS02") in judged(secondary(500, 300, "PR1 75, CO999X 125"))
    assert ("X12-0644", "CAS02") in judged(secondary(500, 300, "PR1 75, COA2 125"))


def test_rule_3_6_a_line_decision_names_a_payer_of_the_claim_and_payers_have_places_of_their_own():
    claim = secondary(137, 47.28, "", (47.28, "CO45 77.86, PR2 11.86"))
    assert ("X12-0809", "SVD01") in spoiled(claim, "SVD*MEDICARE*", "SVD*OTHER*")
    assert ("X12-0808", "SBR01") in spoiled(claim, "SBR*S*18", "SBR*P*18")


# ------------------------------------------------------------------ 3.8 frequency


@pytest.mark.parametrize("frequency", ["7", "8"])
def test_rule_3_8_replacement_and_void_need_the_payers_claim_number_rfi_1538(frequency: str):
    assert judged(a_claim_with(frequency=frequency)) == [("X12-0801", "CLM05-3")]
    assert judged(a_claim_with(frequency=frequency, original_reference="ICN1")) == []


def test_rule_3_8_7_replaces_and_8_voids_as_they_are_written():
    for frequency in ("7", "8"):
        claim = a_claim_with(frequency=frequency, original_reference="ICN1")
        data = write_837([around([claim])]).decode()
        assert f"*22:B:{frequency}*" in data
        assert "REF*F8*ICN1~" in data


def test_rule_3_8_an_original_claim_has_no_payer_claim_number():
    assert judged(a_claim_with(original_reference="ICN1")) == [("X12-0802", "REF")]


def test_rule_3_8_professional_claims_know_no_interim_bills_and_institutional_ones_do():
    assert judged(a_claim_with(frequency="3")) == [("X12-0814", "CLM05-3")]
    assert judged(an_institutional_claim(frequency="3")) == []
    assert ("X12-0814", "CLM05-3") in judged(an_institutional_claim(frequency="6"))


def test_rule_3_8_a_patient_who_is_still_there_has_no_last_bill():
    stay = Stay(
        admission_type="1",
        admission_source="1",
        status="30",
        admitted=date(2026, 10, 12),
        admission_hour="0900",
    )
    assert judged(an_institutional_claim(place="11", stay=stay)) == [("X12-0813", "CL103")]
    assert judged(an_institutional_claim(place="11", stay=stay, frequency="2")) == []
    gone = replace(stay, status="01")
    assert judged(an_institutional_claim(place="11", stay=gone)) == [("X12-0817", "CLM")]
    assert judged(an_institutional_claim(place="11", stay=replace(gone, discharge_hour="1400"))) == []


# ------------------------------------------------------------------ 3.10 lines, pointers


def test_rule_3_10_each_line_has_a_control_number_of_its_own_rfi_498_rfi_1684():
    assert spoiled(a_claim(1), "REF*6R*L2~", "REF*6R*L1~") == [("X12-0621", "REF02")]


def test_a_pointer_points_at_a_diagnosis_that_the_claim_has_and_at_each_once():
    assert judged(with_line(pointers=(1, 3))) == [("X12-0620", "SV107-2")]
    assert judged(with_line(pointers=(2, 2))) == [("X12-0633", "SV107")]


# ------------------------------------------------------------------ 3.11 codes in time, dates in order


def test_rule_3_11_a_claim_has_the_diagnosis_codes_of_one_code_set():
    mixed = (Diagnosis(code="I10", qualifier="ABK"), Diagnosis(code="4019", qualifier="BF"))
    assert judged(a_claim_with(diagnoses=mixed)) == [("X12-0634", "HI")]


def test_nobody_is_treated_before_birth():
    claim = a_claim(1)
    young = replace(claim.coverage.subscriber, birth=date(2026, 10, 13))
    assert judged(replace(claim, coverages=(replace(claim.coverage, subscriber=young),))) == [
        ("X12-0640", "DTP03"),
    ]
    newborn = replace(young, birth=date(2026, 10, 12))
    assert judged(replace(claim, coverages=(replace(claim.coverage, subscriber=newborn),))) == []


def test_dates_stand_in_the_order_that_life_has():
    late = Accident(causes=("OA",), on=date(2026, 10, 13))
    assert judged(a_claim_with(accident=late)) == [("X12-0641", "DTP03")]
    assert judged(a_claim(1, on=date(2026, 10, 15))) == [("X12-0641", "DTP03")]
    claim = secondary(500, 300, "PR1 75, CO45 125")
    assert spoiled(claim, "DTP*573*D8*20261013~", "DTP*573*D8*20260913~") == [("X12-0641", "DTP03")]


def test_a_day_that_is_none_is_told_where_it_stands_and_not_compared():
    found = spoiled(a_claim(1, lines=1), "DTP*472*D8*20261012~", "DTP*472*D8*20260231~")
    assert ("X12-0508", "DTP03") in found
    assert not {"X12-0640", "X12-0641"} & {code for code, _ in found}


# ------------------------------------------------------------------ numbers, addresses, providers


@pytest.mark.parametrize(
    ("before", "after", "code", "place"),
    [
        (f"*XX*{NPI}~", f"*XX*{NPI[:-1]}{(int(NPI[-1]) + 1) % 10}~", "X12-0601", "NM109"),
        (f"*XX*{NPI}~", "*XX*9999999995~", "X12-0639", "NM109"),
        ("REF*EI*123456789~", "REF*EI*12345678~", "X12-0602", "REF02"),
        ("PRV*BI*PXC*282N00000X~", "PRV*BI*PXC*282N00000~", "X12-0607", "PRV03"),
        ("*IL*627011234~", "*QQ*627011234~", "X12-0604", "N402"),
        ("*IL*627011234~", "*IL*62701~", "X12-0606", "N403"),
        ("*IL*627011234~", "*IL*62701123~", "X12-0605", "N403"),
        ("*22:B:1*", "*98:B:1*", "X12-0610", "CLM05-1"),
        ("HI*ABK:", "HI*ABK:1", "X12-0613", "HI01-2"),
        ("SV1*HC:G0463*", "SV1*HC:G046*", "X12-0615", "SV101-2"),
    ],
)
def test_a_number_or_code_that_cannot_be_is_told_at_its_element(
    before: str, after: str, code: str, place: str
):
    assert (code, place) in spoiled(a_claim(1, lines=1), before, after)


def test_a_service_facility_in_the_states_has_a_zip_code_of_nine_digits():
    claim = a_claim(1)
    short = replace(claim.billing.address, zip="62701")  # type: ignore[type-var]
    facility = Provider(name=Name(last="ANNEX", organization=True), npi=claim.billing.npi, address=short)
    assert judged(replace(claim, service_facility=facility)) == [("X12-0606", "N403")]
    abroad = replace(short, state="", zip="AB12", country="GB")
    assert judged(replace(claim, service_facility=replace(facility, address=abroad))) == []


def test_a_person_who_is_insured_has_a_member_id_and_an_employer_has_none():
    claim = a_claim(1)
    nameless = replace(claim.coverage.subscriber, member_id="", member_id_kind="MI")
    assert judged(replace(claim, coverages=(replace(claim.coverage, subscriber=nameless),))) == [
        ("X12-0819", "NM109")
    ]
    employer = replace(nameless, name=Name(last="INVENTED WORKS", organization=True), birth=None, sex="")
    coverage = replace(claim.coverage, subscriber=employer, relationship="20", filing="WC")
    assert judged(replace(claim, coverages=(coverage,), patient=claim.coverage.subscriber)) == []


def test_a_transport_says_where_it_began():
    ride = Ambulance(reason="A", miles="12")
    assert judged(a_claim_with(ambulance=ride)) == [("X12-0818", "CR1")]


def test_a_segment_without_a_place_is_told_as_a_999_tells_it():
    claim = replace(a_claim(1), extra=(Segment("2300", ("K3", "WORDS")),))
    expected = {"LIN**N4*1~": "2", "CR4*1~": "I4", "PLB*1~": "6", "XYZ*1~": "1"}
    for segment, code in expected.items():
        data = write_837([around([claim])]).decode().replace("K3*WORDS~", segment)
        told = {found.ik3 for found in findings(data.encode()) if found.segment_id == segment.split("*")[0]}
        assert code in told, segment


def test_reasons_of_other_payers_are_repeated_word_for_word():
    adjustments = (Adjustment(group="CO", reason="45", cents=100, quantity="2"), *cas("CO253 1, PR1 2"))
    first = replace(
        a_coverage("X", 2),
        payer=MEDICARE,
        prior=PriorDecision(paid=12100, adjustments=adjustments, on=DECIDED),
    )
    second = a_coverage("SBX02", 2, order="S")
    claim = a_claim(2, lines=1, coverages=(first, second), billed=1)
    assert "~CAS*CO*45*1*2*253*1~CAS*PR*1*2~" in write_837([around([claim])]).decode()
