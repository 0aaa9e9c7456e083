"""What becomes of an account: one case for each thing that happens to visits, charges, patients and claims."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec import structs

from services.intake.domain.account.claims import number_of
from services.intake.domain.account.facts import Visit
from services.intake.tests.account_cases import CASES
from services.intake.tests.account_cases.case import Script, admitted, discharged
from services.intake.tests.account_cases.several import A1_KIM
from services.intake.tests.hospital import (
    CODED,
    INPATIENT,
    KIM,
    START,
    Hospital,
    Telling,
    charge,
)
from shared.claim import Diagnosis, Procedure


@pytest.mark.parametrize(
    ("feed", "script", "journal", "waits"),
    [c[1:] for c in CASES],
    ids=[c[0].replace(" ", "_") for c in CASES],
)
def test_what_becomes_of_an_account(feed: Any, script: Script, journal: list[str], waits: list[str]) -> None:
    hospital = Hospital(*([feed] if feed else []))
    script(hospital, Telling())
    assert hospital.journal() == journal
    assert hospital.waits() == waits


def test_an_institutional_claim_has_what_was_said_of_the_stay_in_several_messages() -> None:
    t = Telling()
    stay = structs.replace(
        INPATIENT.stay, status="01", discharge_hour="1400", admission_type="", admitted=None
    )
    messages = [
        *admitted(t, charge("T1", first=START.date() + timedelta(days=1))),
        t("coded", procedures=(Procedure(code="0DTJ4ZZ", qualifier="BBR", on=START.date()),)),
        t("discharged", visit=Visit(closed=START.date() + timedelta(days=2), stay=stay)),
    ]
    claim = Hospital().hear(messages).last()
    assert (claim.kind, claim.place, claim.attending, claim.rendering) == ("institutional", "11", KIM, None)
    assert (claim.first, claim.last) == (START.date(), START.date() + timedelta(days=2))
    told = claim.stay
    assert told is not None
    assert (told.admission_type, told.status, told.discharge_hour) == ("1", "01", "1400")
    assert [p.code for p in claim.procedures] == ["0DTJ4ZZ"]
    assert [(line.revenue_code, line.place, line.pointers) for line in claim.lines] == [("0510", "", ())]


def test_a_professional_claim_points_at_its_diagnoses_and_says_once_who_rendered_the_care() -> None:
    t = Telling()
    charges = (
        charge("T1", diagnoses=("E119",), rendering=KIM),
        charge("T2", rendering=KIM),
        charge("T3", diagnoses=("Z999",), rendering=KIM),
    )
    claim = Hospital().hear([t.visit(*charges, paid=1500)]).last()
    assert [line.pointers for line in claim.lines] == [(2,), (1, 2), (1, 2)]
    assert (claim.rendering, [line.rendering for line in claim.lines]) == (KIM, [None, None, None])
    assert [(line.revenue_code, line.place) for line in claim.lines] == [("", "")] * 3
    assert claim.patient_paid == 1500
    assert (claim.who.name.first, claim.who.member_id, claim.patient) == ("ADA", "M1", None)


def test_a_clinicians_claim_of_an_inpatient_has_the_place_of_a_hospital_and_no_admitting_diagnosis() -> None:
    t = Telling()
    coded = (*CODED, Diagnosis(code="R0789", qualifier="ABJ"))
    structured = admitted(
        t, charge("T1"), charge("T2", 5000, rendering=KIM, professional=True), diagnoses=coded
    )
    hospital = Hospital().hear([*structured[:2], t("coded", diagnoses=coded), discharged(t)])
    facility, clinician = hospital.live()["A1"], hospital.live()[A1_KIM]
    assert [d.qualifier for d in facility.diagnoses] == ["ABK", "ABF", "ABJ"]
    assert [(d.code, d.qualifier) for d in clinician.diagnoses] == [("I10", "ABK"), ("E119", "ABF")]
    assert (clinician.kind, clinician.place, clinician.rendering) == ("professional", "21", KIM)
    assert clinician.lines[0].pointers == (1, 2)


def test_no_claim_number_is_longer_than_a_claim_can_carry_and_no_two_claims_share_one() -> None:
    accounts = ["A", "1" * 15, "1" * 16, "1" * 20, "1" * 19 + "2"]
    numbers = [
        number_of(a, mark) for a in accounts for mark in ("", "/2", "group 1", "clinician 1000200015 0")
    ]
    assert max(map(len, numbers)) <= 20
    assert len(set(numbers)) == len(numbers)
    assert [number_of(a) for a in accounts] == accounts
