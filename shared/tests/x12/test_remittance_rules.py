"""What the judge says of an 835, rule by rule (claims-rules 3.1 to 3.5, 3.9, 3.10; each RFI that they name)."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest

from shared.claim import Address, Amount, Contact, Name, Segment
from shared.tests.x12.payments import clp, era, header, plb, svc
from shared.x12 import left_open, prior_payers_share, prove, read, write_835
from shared.x12.code_lists import CLP_STATUS
from shared.x12.types import ClaimPayment, Remittance, X12Finding

AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
ADDRESS = Address(line1="1 MAIN STREET", city="SPRINGFIELD", state="IL", zip="627011234")


def paid(amount: float, *claims: ClaimPayment, plbs: tuple[Any, ...] = (), **more: Any) -> Remittance:
    """A remittance with everything that the guide asks for around its sums."""
    whole = {
        "header": msgspec.structs.replace(header(), at=AT),
        "on": date(2026, 10, 12),
        "production": date(2026, 10, 11),
        "payer_address": ADDRESS,
        "payer_id": "SBX01",
        "payer_contacts": (Contact(name="EDI DESK", numbers=(("TE", "5555550100"),)),),
        "payee_npi": "1234567893",
    }
    claims = tuple(
        msgspec.structs.replace(c, patient=c.patient or Name(last="TESTA", first="ADA")) for c in claims
    )
    plbs = tuple(msgspec.structs.replace(p, fiscal=date(2026, 12, 31)) for p in plbs)
    return era(amount, *claims, plbs=plbs, **(whole | more))


def findings(remittance: Remittance) -> list[X12Finding]:
    reading = read(write_835([remittance]))
    assert not reading.findings
    return [found for one in reading.transactions for found in one.findings]


def codes(remittance: Remittance) -> list[str]:
    return [found.code for found in findings(remittance)]


BALANCED = clp(150, 50, "", svc(150, 50, "CO45 75, PR1 25", "L1"), patient=25)


def test_a_balanced_remittance_has_no_finding():
    assert codes(paid(50, BALANCED)) == []


def test_rule_3_1_each_level_is_told_with_place_difference_and_source():
    wrong = clp(150, 51, "", svc(150, 52, "CO45 75, PR1 25", "L1"), svc(10, 9, "", "L2"), patient=25)
    first, second, third, fourth = (f for f in findings(paid(50, wrong)) if f.severity == "error")
    assert [(f.code, f.path) for f in (first, second, third, fourth)] == [
        ("X12-1003", "BPR02"),
        ("X12-1002", "2000/2100[1]/CLP04"),
        ("X12-1001", "2000/2100[1]/2110[1]/SVC03"),
        ("X12-1001", "2000/2100[1]/2110[2]/SVC03"),
    ]
    assert "200 cents" in third.problem
    assert third.value == "expected 5000, found 5200 cents"
    assert third.segment > second.segment > first.segment
    assert third.offset > second.offset > first.offset > 0
    assert "RFI 2442" in third.source


def test_rule_3_1_clp05_is_the_sum_of_the_patients_reasons_rfi_2548():
    assert codes(paid(50, msgspec.structs.replace(BALANCED, patient_responsibility=2600))) == ["X12-1004"]


def test_rule_3_1_an_absent_clp05_is_zero_rfi_396():
    assert codes(paid(50, clp(150, 50, "", svc(150, 50, "CO45 100", "L1")))) == []
    assert codes(paid(50, msgspec.structs.replace(BALANCED, patient_responsibility=0))) == ["X12-1004"]


def test_rule_3_1_the_claim_charge_is_the_sum_of_its_lines_rfi_2570():
    claim = clp(160, 60, "", svc(150, 50, "CO45 100", "L1"))
    assert codes(paid(60, claim)) == ["X12-1006"]


def test_rule_3_1_a_payment_is_never_negative_rfi_222():
    reversal = clp(-150, -50, "CO45 -100", status="22")
    assert "X12-1007" in codes(paid(-50, reversal))
    carried = paid(0, reversal, plbs=(plb("FB", "TRACE1", -50),))
    assert codes(carried) == []


def test_rule_3_2_a_predetermination_pays_nothing():
    assert codes(paid(0, clp(500, 0, "OA101 500", status="25"))) == []
    assert codes(paid(50, clp(500, 50, "OA101 450", status="25"))) == ["X12-1015"]


def test_rule_3_2_status_4_is_for_patients_that_are_not_known_rfi_1423_rfi_1079():
    assert codes(paid(0, clp(34, 0, "CO31 34", status="4"))) == []
    assert codes(paid(30, clp(34, 30, "CO45 4", status="4"))) == ["X12-1016"]


def test_rule_3_2_processed_as_secondary_with_nothing_paid_is_no_finding():
    assert codes(paid(0, clp(34, 0, "OA23 34", status="2"))) == []


def test_rule_3_3_a_reversal_says_no_patient_responsibility_rfi_319():
    reversal = clp(-150, -50, "CO45 -75, PR1 -25", status="22")
    money = (plb("WO", "ICN1", -50),)
    assert codes(paid(0, reversal, plbs=money)) == []
    assert codes(paid(0, msgspec.structs.replace(reversal, patient_responsibility=-2500), plbs=money)) == [
        "X12-1005"
    ]


def test_rule_3_3_a_reversal_has_every_amount_negated_rfi_1147_rfi_2442():
    assert "X12-1011" in codes(paid(50, msgspec.structs.replace(BALANCED, status="22")))


def test_rule_3_3_a_reversal_without_its_adjustments_does_not_balance_rfi_1429():
    bare = clp(-150, -50, status="22")
    assert codes(paid(0, bare, plbs=(plb("FB", "TRACE1", -50),))) == ["X12-1002"]


def test_rule_3_3_a_negative_claim_that_is_no_reversal_is_told():
    claim = clp(-150, -50, "CO45 -100")
    assert codes(paid(0, claim, plbs=(plb("FB", "TRACE1", -50),))) == ["X12-1012"]


def test_rule_3_3_group_cr_is_told_and_taken_rfi_1147():
    reversal = clp(-150, -50, "CR45 -100", status="22")
    said = codes(paid(0, reversal, plbs=(plb("FB", "TRACE1", -50),)))
    assert "X12-1021" in said
    assert prove(paid(0, reversal, plbs=(plb("FB", "TRACE1", -50),))) == ()


def test_rule_3_4_interest_stands_at_the_claim_and_in_l6_rfi_2202():
    claim = clp(100, 80, "CO45 20", amounts=(Amount("I", 150),))
    plain = clp(100, 80, "CO45 20")
    assert codes(paid(81.5, claim, plbs=(plb("L6", "CLAIM1", -1.5),))) == []
    assert codes(paid(80, claim)) == ["X12-1008"]
    assert codes(paid(81.5, plain, plbs=(plb("L6", "CLAIM1", -1.5),))) == ["X12-1009"]
    assert codes(paid(82, claim, plbs=(plb("L6", "CLAIM1", -2),))) == ["X12-1010"]


def test_rule_3_4_one_debt_is_not_carried_forward_and_taken_back_rfi_1756():
    claim = clp(100, 80, "CO45 20")
    assert codes(paid(80, claim, plbs=(plb("FB", "X", -5), plb("WO", "X", 5)))) == ["X12-1020"]
    assert codes(paid(80, claim, plbs=(plb("FB", "X", -5), plb("WO", "Y", 5)))) == []


def test_rule_3_4_six_pairs_of_a_plb_and_more_all_count():
    pairs = tuple(plb("CS", f"REF{n}", n) for n in range(1, 9))
    remittance = paid(44, clp(100, 80, "CO45 20"), plbs=pairs)
    data = write_835([remittance]).decode()
    assert data.count("PLB*") == 2
    assert codes(remittance) == []


def test_rule_3_5_six_reasons_share_a_cas_and_more_begin_another():
    reasons = ", ".join(f"CO{code} 1" for code in (45, 96, 97, 18, 29, 50, 109, 197))
    remittance = paid(92, clp(100, 92, reasons), plbs=())
    data = write_835([remittance]).decode()
    assert data.count("CAS*CO*") == 2
    assert prove(remittance) == ()


def test_rule_3_5_one_reason_may_stand_under_two_groups_rfi_213():
    assert codes(paid(50, clp(100, 50, "CO45 30, PR45 20", patient=20))) == []


def test_rule_3_5_reasons_and_remarks_are_known_on_the_day_of_the_payment():
    old = clp(100, 80, "COA2 20")
    assert codes(paid(80, old)) == ["X12-1017"]
    assert codes(paid(80, old, on=date(2005, 4, 12))) == []
    assert codes(
        paid(80, clp(100, 80, "", msgspec.structs.replace(svc(100, 80, "CO45 20"), remarks=("Q99",))))
    ) == ["X12-1018"]


def test_rule_3_5_reason_16_says_nothing_without_its_remark():
    bare, explained = (
        svc(100, 0, "CO16 100"),
        msgspec.structs.replace(svc(100, 0, "CO16 100"), remarks=("M51",)),
    )
    assert codes(paid(0, clp(100, 0, "", bare))) == ["X12-1019"]
    assert codes(paid(0, clp(100, 0, "", explained))) == []
    at_claim = clp(100, 0, "CO16 100", outpatient=("", "", "MA130"))
    assert codes(paid(0, at_claim)) == []


def test_rule_3_9_a_zero_payment_has_no_means_of_payment_rfi_352():
    denied = clp(34, 0, "CO29 34")
    assert codes(paid(0, denied)) == []
    assert codes(paid(0, denied, method="ACH")) == ["X12-1014"]
    assert codes(paid(50, BALANCED, method="NON")) == ["X12-1013"]


def test_rule_3_10_split_lines_need_their_numbers_rfi_498_rfi_1684():
    twice = clp(200, 120, "", svc(100, 60, "CO45 40"), svc(100, 60, "CO45 40"))
    numbered = clp(200, 120, "", svc(100, 60, "CO45 40", "1"), svc(100, 60, "CO45 40", "2"))
    assert codes(paid(120, twice)) == ["X12-1022"]
    assert codes(paid(120, numbered)) == []


def test_an_amount_that_cannot_be_read_stops_the_whole_set_and_is_kept_as_it_was():
    data = write_835([paid(50, BALANCED)]).replace(b"*150*50*", b"*150*5O*", 1)
    (one,) = read(data).transactions
    assert isinstance(one, Remittance)
    assert "X12-0902" in [f.code for f in one.findings if f.severity == "error"]
    assert any(s.elements[:1] == ("CLP",) for s in one.claims[0].extra)


@pytest.mark.parametrize("delimiter", [":", ">"])
def test_kept_segments_join_their_components_by_colons_whatever_the_file_said(delimiter: str):
    kept = Segment("2110", ("REF", "1S", "X", "", "6P:ABC"))
    line = msgspec.structs.replace(svc(150, 50, "CO45 100", "L1"), extra=(kept,))
    data = write_835([paid(50, clp(150, 50, "", line))]).replace(b":", delimiter.encode())
    (one,) = read(data).transactions
    assert isinstance(one, Remittance)
    assert one.claims[0].services[0].extra == (kept,)


def test_rule_3_1_what_does_not_balance_is_written_and_read_as_it_is_rfi_1512():
    """No balancing line is ever added: the difference stays visible on every way through this library."""
    wrong = paid(51, clp(150, 51, "", svc(150, 51, "CO45 75, PR1 25", "L1"), patient=25))
    (one,) = read(write_835([wrong])).transactions
    assert isinstance(one, Remittance)
    assert prove(one)[0].delta == prove(wrong)[0].delta == 100
    assert [len(line.adjustments) for line in one.claims[0].services] == [2]


def test_rule_3_2_our_claim_number_comes_back_as_it_is_rfi_504():
    (one,) = read(write_835([paid(50, msgspec.structs.replace(BALANCED, number="00A 7/X-1"))])).transactions
    assert isinstance(one, Remittance)
    assert one.claims[0].number == "00A 7/X-1"


def test_rule_3_2_status_3_is_a_tertiary_payer_and_nothing_else_rfi_546():
    assert CLP_STATUS.words("3") == "processed as tertiary"
    assert codes(paid(0, clp(34, 0, "OA23 34", status="3"))) == []


def test_rule_3_4_the_reference_of_a_recovery_is_kept_word_for_word_rfi_2370():
    claim = clp(100, 80, "CO45 20")
    (one,) = read(write_835([paid(70, claim, plbs=(plb("WO", "A1 ICN9 T7", 10),))])).transactions
    assert isinstance(one, Remittance)
    assert [(p.reason, p.reference, p.cents) for p in one.provider_adjustments] == [
        ("WO", "A1 ICN9 T7", 1000)
    ]


def test_rule_3_6_a_secondary_payer_reports_the_whole_charge_and_prior_shares_as_oa_23_rfi_2143_rfi_2535_rfi_2062():
    secondary = clp(500, 65, "OA23 425, CO45 10", status="2")
    assert codes(paid(65, secondary)) == []
    assert prior_payers_share(secondary) == 42500
    assert left_open(7500, secondary) == 0


def test_rule_3_9_the_payment_is_traced_by_trn02_and_trn03_also_when_it_is_zero_rfi_654_rfi_604():
    (one,) = read(write_835([paid(0, clp(34, 0, "CO29 34"), trace="0000000007")])).transactions
    assert isinstance(one, Remittance)
    assert (one.trace, one.trace_payer, one.on) == ("0000000007", "1123456789", date(2026, 10, 12))


def test_a_day_that_is_none_is_told_and_kept_and_the_money_stays_readable():
    data = write_835([paid(50, msgspec.structs.replace(BALANCED, first=date(2026, 9, 1)))])
    (one,) = read(
        data.replace(b"DTM*232*20260901", b"DTM*232*20260931").replace(b"*20261012~TRN", b"*20261399~TRN")
    ).transactions
    assert isinstance(one, Remittance)
    assert sorted({f.code for f in one.findings}) == ["X12-0508"]
    assert prove(one) == ()
    assert one.claims[0].extra == (Segment("2100", ("DTM", "232", "20260931")),)
    assert one.on is None


def test_a_component_separator_that_was_not_announced_is_noticed_at_the_first_line_and_used():
    lines = (svc(150, 50, "CO45 75, PR1 25", "L1", "G0463"), svc(10, 10, "", "L2", "G0008"))
    data = write_835([paid(60, clp(160, 60, "", *lines, patient=25))]).replace(b"HC:", b"HC>")
    (one,) = read(data).transactions
    assert isinstance(one, Remittance)
    assert [f.code for f in one.findings] == ["X12-0118"]
    assert [(line.code_kind, line.code) for line in one.claims[0].services] == [
        ("HC", "G0463"),
        ("HC", "G0008"),
    ]
