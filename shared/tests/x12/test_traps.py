"""The traps that are found in live references (claims-rules 3.16), so that nobody steps into them here."""

from shared.testing.builders import a_claim
from shared.testing.every_claim.batch import around
from shared.tests.x12.payments import clp, era, plb, svc
from shared.tests.x12.test_remittance_rules import paid
from shared.x12 import left_open, patient_share, prove, read, write_835, write_837
from shared.x12.code_lists import CLP_STATUS, PROVIDER_REASONS
from shared.x12.types import Batch, ClaimAnswer, Remittance, Unsupported

PAID = clp(150, 50, "", svc(150, 50, "CO45 75, PR1 25", "L1"), patient=25)


def test_rule_3_16_7_replaces_and_8_voids_and_nothing_is_swapped():
    claims = [a_claim(n, frequency=f, original_reference="ICN1") for n, f in ((1, "7"), (2, "8"))]
    (back,) = read(write_837([around(claims)])).transactions
    assert isinstance(back, Batch)
    assert [claim.frequency for claim in back.claims] == ["7", "8"]


def test_rule_3_16_a_277ca_has_no_claim_payment_status():
    assert not {"paid", "clp_status", "claim_status"} & set(ClaimAnswer.__struct_fields__)


def test_rule_3_16_status_4_is_no_denial_but_an_unknown_patient():
    assert "not known" in CLP_STATUS.words("4")


def test_rule_3_16_group_oa_lowers_the_amount_due_and_is_not_the_patients():
    claim = clp(100, 60, "", svc(100, 60, "OA18 40", "L1"))
    assert prove(era(60, claim)) == ()
    assert patient_share(claim) == 0
    assert left_open(10000, claim) == 0


def test_rule_3_16_the_remittance_is_x221a1_and_x322a1_is_nothing():
    data = write_835([paid(50, PAID)])
    (known,) = read(data).transactions
    (unknown,) = read(data.replace(b"005010X221A1", b"005010X322A1")).transactions
    assert isinstance(known, Remittance)
    assert isinstance(unknown, Unsupported)
    assert [found.code for found in unknown.findings] == ["X12-0307"]


def test_rule_3_16_a_positive_provider_adjustment_takes_money_and_is_no_income():
    assert prove(era(40, PAID, plbs=(plb("WO", "ICN9", 10),))) == ()
    assert prove(era(60, PAID, plbs=(plb("L6", "CLAIM1", -10),))) == ()
    assert "taken back" in PROVIDER_REASONS.words("WO")
