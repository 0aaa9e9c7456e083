"""What a message changes before the claim is submitted."""

from datetime import timedelta

from msgspec import structs

from services.intake.domain.account.facts import Merge
from services.intake.tests.account_cases.case import Case, admitted, case, discharged
from services.intake.tests.hospital import (
    ADA,
    CLOSED,
    INPATIENT,
    OUTPATIENT,
    START,
    charge,
    credit,
    insured,
)
from shared.claim import Guarantor, Name

CASES: list[Case] = []


case(
    CASES,
    "a late charge amends a claim that is not submitted yet",
    lambda h, t: h.hear([t.visit(), t("charged", charge("T2", 5000))]),
    "received A1 100.00",
    "amended A1 150.00",
)
case(
    CASES,
    "a credit that names its charge takes it off",
    lambda h, t: h.hear([t.visit(charge("T1"), charge("T2")), t("charged", credit("T9", reverses="T2"))]),
    "received A1 200.00",
    "amended A1 100.00",
)
case(
    CASES,
    "a credit with the id of a charge takes it off",
    lambda h, t: h.hear([t.visit(charge("T1"), charge("T2")), t("charged", credit("T2"))]),
    "received A1 200.00",
    "amended A1 100.00",
)
case(
    CASES,
    "a credit that names no charge takes off one that looks like it, not two",
    lambda h, t: h.hear([t.visit(charge("T1"), charge("T2"), charge("T3", 500)), t("charged", credit("T9"))]),
    "received A1 205.00",
    "amended A1 105.00",
)
case(
    CASES,
    "a correction by credit and new charge in one message is one amendment",
    lambda h, t: h.hear([t.visit(), t("charged", credit("T9", reverses="T1"), charge("T10", 8000))]),
    "received A1 100.00",
    "amended A1 80.00",
)
case(
    CASES,
    "an adjustment of a charge's own transaction replaces it",
    lambda h, t: h.hear([t.visit(), t("charged", charge("T1", 7000, action="replace"))]),
    "received A1 100.00",
    "amended A1 70.00",
)
case(
    CASES,
    "a charge told again after the credit of the same id stands again",
    lambda h, t: h.hear(
        [t.visit(charge("T1"), charge("T2")), t("charged", credit("T2")), t("charged", charge("T2"))]
    ),
    "received A1 200.00",
    "amended A1 100.00",
    "amended A1 200.00",
)
case(
    CASES,
    "a credit of a charge that has not come holds the account",
    lambda h, t: h.hear([t.visit(charge("T1"), credit("T9", reverses="T8"))]),
    waits=("loose_credit",),
)
case(
    CASES,
    "and the charge that comes after its credit is taken off at once",
    lambda h, t: h.hear(
        [t.visit(charge("T1"), credit("T9", reverses="T8")), t("charged", charge("T8", 999))]
    ),
    "received A1 100.00",
)
case(
    CASES,
    "when everything is credited the claim is cancelled",
    lambda h, t: h.hear([t.visit(), t("charged", credit("T9", reverses="T1"))]),
    "received A1 100.00",
    "cancelled A1",
    waits=("credited",),
)
case(
    CASES,
    "a charge after that makes the claim anew",
    lambda h, t: h.hear([t.visit(), t("charged", credit("T9", reverses="T1")), t("charged", charge("T3"))]),
    "received A1 100.00",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a changed patient amends the claim",
    lambda h, t: h.hear([t.visit(), t("updated", patient=structs.replace(ADA, sex="U"))]),
    "received A1 100.00",
    "amended A1 100.00",
)
case(
    CASES,
    "an update that says what is known changes nothing",
    lambda h, t: h.hear([t.visit(), t("updated", patient=ADA, coverages=insured(), visit=CLOSED)]),
    "received A1 100.00",
)
case(
    CASES,
    "a changed coverage amends the claim, to another payer too",
    lambda h, t: h.hear([t.visit(), t("updated", coverages=insured("SBX02"))]),
    "received A1 100.00",
    "amended A1 100.00",
)
case(
    CASES,
    "a cancelled account cancels its claim",
    lambda h, t: h.hear([t.visit(), t("cancelled")]),
    "received A1 100.00",
    "cancelled A1",
    waits=("cancelled",),
)
case(
    CASES,
    "a cancelled account makes no claim however complete it is",
    lambda h, t: h.hear([t("cancelled", at=START + timedelta(days=1)), t.visit()]),
    waits=("cancelled",),
)
case(
    CASES,
    "a new registration reopens a cancelled account",
    lambda h, t: h.hear([t.visit(), t("cancelled"), t("registered")]),
    "received A1 100.00",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a discharge that is taken back stops the claim until the next one",
    lambda h, t: h.hear(
        [*admitted(t), discharged(t), t("discharge_cancelled"), t("charged", charge("T2")), discharged(t, 2)]
    ),
    "received A1 100.00",
    "cancelled A1",
    "received A1 200.00",
)
case(
    CASES,
    "a discharge that is taken back leaves the account waiting for the next one",
    lambda h, t: h.hear([*admitted(t), discharged(t), t("discharge_cancelled")]),
    "received A1 100.00",
    "cancelled A1",
    waits=("open",),
)
case(
    CASES,
    "an outpatient who becomes an inpatient is another claim",
    lambda h, t: h.hear([t.visit(), t("updated", visit=INPATIENT)]),
    "received A1 100.00",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "an inpatient who becomes an outpatient is another claim",
    lambda h, t: h.hear([*admitted(t), discharged(t), t("updated", visit=OUTPATIENT)]),
    "received A1 100.00",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a changed guarantor is told, though no payer hears of him",
    lambda h, t: h.hear([t.visit(), t("updated", guarantor=Guarantor(name=Name(last="NEMO")))]),
    "received A1 100.00",
    "amended A1 100.00",
)
case(
    CASES,
    "two medical record numbers become one: told once of the open claim",
    lambda h, t: h.hear(
        [t.visit(), one := t("updated", merge=Merge(what="patient", kept="MRN2", retired="MRN1")), one]
    ),
    "received A1 100.00",
    "merged A1 MRN1 into MRN2",
)
case(
    CASES,
    "a merge that comes before the visit is told of its claim all the same",
    lambda h, t: h.hear([t("updated", merge=Merge(what="patient", kept="MRN2", retired="MRN1")), t.visit()]),
    "received A1 100.00",
    "merged A1 MRN1 into MRN2",
)
case(
    CASES,
    "an account that is merged into another one bills nothing",
    lambda h, t: h.hear([t.visit(), t("updated", merge=Merge(what="account", kept="A2", retired="A1"))]),
    "received A1 100.00",
    "cancelled A1",
    waits=("merged",),
)
