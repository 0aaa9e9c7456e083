"""What the judge says of provider adjustments, repeated and forwarded claims, zero payments (claims-rules 3.1 to 3.4, 3.9)."""

import pytest
from msgspec.structs import replace

from shared.claim import Name
from shared.tests.x12.payments import clp, plb, svc
from shared.tests.x12.test_remittance_rules import codes, findings, paid
from shared.x12 import prove, read, write_835
from shared.x12.types import Remittance

PAID = clp(150, 50, "", svc(150, 50, "CO45 75, PR1 25", "L1"), patient=25)
REVERSED = clp(-150, -50, "", svc(-150, -50, "CO45 -75, PR1 -25", "L1"), status="22")
OTHER = clp(200, 200, "", svc(200, 200, "", "L9"), number="CLAIM2", icn="ICN2")


def test_rule_3_1_a_professional_claim_has_its_lines_rfi_2348():
    bare = clp(100, 100, "", facility="20", frequency="1")
    assert codes(paid(100, bare)) == ["X12-1023"]
    assert codes(paid(100, replace(bare, services=(svc(100, 100, "", "L1"),)))) == []


def test_rule_3_1_a_facility_code_that_may_be_a_type_of_bill_asks_for_no_lines_rfi_2348():
    assert codes(paid(100, clp(100, 100, "", facility="11", frequency="1"))) == []


def test_rule_3_1_an_outpatient_claim_without_lines_is_told_as_one_that_may_have_them_rfi_2348():
    bare = clp(100, 100, "", facility="13", frequency="1")
    assert codes(paid(100, bare)) == ["X12-1029"]
    assert codes(paid(100, replace(bare, services=(svc(100, 100, "", "L1"),)))) == []


def test_rule_3_1_an_outpatient_adjudication_tells_that_an_ambiguous_facility_is_no_stay_rfi_2348():
    bare = clp(100, 100, "", facility="11", frequency="1", outpatient=("", "", "MA01"))
    assert codes(paid(100, bare)) == ["X12-1029"]


def test_rule_3_1_a_claim_denied_as_a_whole_was_not_priced_by_line_rfi_2348():
    assert codes(paid(0, clp(100, 0, "CO29 100", facility="13", frequency="1"))) == []


def test_rule_3_1_a_stay_needs_no_lines_whatever_its_facility_says_rfi_2348():
    stay = clp(100, 100, "", facility="13", frequency="1", inpatient=("3",))
    assert "X12-1029" not in codes(paid(100, stay))


def test_rule_3_1_a_patient_who_is_not_known_has_no_lines_rfi_2348():
    assert codes(paid(0, clp(100, 0, "CO31 100", facility="20", frequency="1", status="4"))) == []


@pytest.mark.parametrize("status", ["19", "20", "21", "23"])
def test_rule_3_2_a_forwarded_claim_names_the_next_payer(status: str):
    silent = replace(PAID, status=status)
    assert codes(paid(50, silent)) == ["X12-1024"]
    named = replace(silent, forwarded_to=Name(last="NEXT PLAN", organization=True), forwarded_to_id="NP1")
    assert codes(paid(50, named)) == []


def test_rule_3_4_a_reversal_and_a_recovery_do_not_take_the_same_money_twice_rfi_1082():
    said = paid(100, REVERSED, OTHER, plbs=(plb("WO", "ICN1", 50),))
    (found,) = findings(said)
    assert (found.code, found.path, found.segment_id) == ("X12-1025", "PLB03", "PLB")


@pytest.mark.parametrize("reference", ["ICN1", "CLAIM1 ICN1 TRACE0"])
def test_rule_3_4_the_reference_of_a_recovery_may_be_several_numbers_rfi_1082_rfi_2370(reference: str):
    assert codes(paid(100, REVERSED, OTHER, plbs=(plb("WO", reference, 50),))) == ["X12-1025"]


def test_rule_3_4_a_recovery_after_a_letter_has_no_reversal_beside_it_rfi_1082():
    assert codes(paid(150, OTHER, plbs=(plb("WO", "ICN1", 50),))) == []


def test_rule_3_4_a_reversal_with_delayed_recovery_gives_the_money_back_first_rfi_227():
    assert codes(paid(200, REVERSED, OTHER, plbs=(plb("WO", "ICN1", -50),))) == []


def test_rule_3_4_a_recovery_that_a_refund_settles_takes_nothing_rfi_1976():
    pair = (plb("WO", "ICN1", 50), plb("72", "ICN1", -50))
    assert codes(paid(150, REVERSED, OTHER, plbs=pair)) == []


def test_rule_3_4_a_claim_is_not_repeated_to_carry_a_balance_rfi_1604():
    (found,) = findings(paid(100, PAID, PAID))
    assert (found.code, found.path, found.claim) == ("X12-1026", "2000/2100[2]/CLP07", "CLAIM1")


def test_rule_3_4_a_split_claim_is_no_repetition_rfi_1604_rfi_137():
    other_line = replace(PAID, services=(svc(150, 50, "CO45 75, PR1 25", "L2"),))
    assert codes(paid(100, PAID, other_line)) == []
    assert codes(paid(200, PAID, REVERSED, OTHER)) == []


@pytest.mark.parametrize("reason", ["WO", "72", "FB"])
def test_rule_3_4_a_debt_says_what_it_belongs_to_rfi_2370(reason: str):
    assert codes(paid(150, OTHER, plbs=(plb(reason, "", 50),))) == ["X12-1027"]


def test_rule_3_9_a_zero_payment_is_a_notice_rfi_352():
    denied = clp(100, 0, "", svc(100, 0, "CO45 100", "L1"))
    assert codes(paid(0, denied)) == []
    assert codes(paid(0, denied, handling="I")) == ["X12-1028"]


def test_rule_3_9_a_trace_number_of_zeros_is_read_like_any_other_rfi_1847():
    (one,) = read(write_835([paid(50, PAID, trace="0000000000")])).transactions
    assert isinstance(one, Remittance)
    assert (one.trace, one.findings, prove(one)) == ("0000000000", (), ())


def test_the_npi_of_a_provider_adjustment_is_warned_of_since_it_may_be_another_number():
    said = paid(150, OTHER, plbs=(replace(plb("WO", "ICN1", 50), provider="1234567890"),))
    (found,) = findings(said)
    assert (found.code, found.severity, found.path) == ("X12-0642", "warning", "PLB01")
