"""What a message changes before the claim is submitted."""

from datetime import timedelta

from msgspec import structs

from services.intake.tests.account_cases.case import Case, admitted, became, case, discharged, moved
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
        [
            t.visit(),
            one := became(t, "MRN1", "MRN2"),
            one,
        ]
    ),
    "received A1 100.00",
    "merged A1 MRN1 into MRN2",
)
case(
    CASES,
    "a merge that comes before the visit is told of its claim all the same",
    lambda h, t: h.hear(
        [
            became(t, "MRN1", "MRN2"),
            t.visit(),
        ]
    ),
    "received A1 100.00",
    "merged A1 MRN1 into MRN2",
)
case(
    CASES,
    "an account that is merged into another one bills nothing",
    lambda h, t: h.hear([t.visit(), moved(t)]),
    "received A1 100.00",
    "cancelled A1",
    waits=("merged",),
)
case(
    CASES,
    "the charges of an account that is merged into another are billed there",
    lambda h, t: h.hear(
        [
            t.visit(),
            t.visit(charge("T5", 5000), account="A2"),
            moved(t),
        ]
    ),
    "received A1 100.00",
    "received A2 50.00",
    "cancelled A1",
    "amended A2 150.00",
    waits=("merged",),
)
case(
    CASES,
    "a late charge of an account that was merged into another is billed there",
    lambda h, t: h.hear(
        [
            moved(t),
            t.visit(charge("T5", 5000), account="A2"),
            t("charged", charge("T6")),
        ]
    ),
    "received A2 50.00",
    "amended A2 150.00",
    waits=("merged",),
)
case(
    CASES,
    "what changed of the person is changed on the open account",
    lambda h, t: h.hear([t.visit(), t("updated", account="", patient=structs.replace(ADA, sex="U"))]),
    "received A1 100.00",
    "amended A1 100.00",
)
case(
    CASES,
    "what was said of the person before the visit does not hold against what the visit says later",
    lambda h, t: h.hear(
        [
            t("updated", account="", patient=structs.replace(ADA, sex="U")),
            t.visit(),
            t("updated", account="", at=START, patient=structs.replace(ADA, sex="M")),
        ]
    ),
    "received A1 100.00",
)
case(
    CASES,
    "insurance that is told of the patient counts where the account names none",
    lambda h, t: h.hear([t.visit(coverages=None), t("updated", account="", coverages=insured())]),
    "received A1 100.00",
)
case(
    CASES,
    "insurance that is told of the patient changes no account that names its own",
    lambda h, t: h.hear([t.visit(), t("updated", account="", coverages=insured("SBX02"))]),
    "received A1 100.00",
)
case(
    CASES,
    "what is said of another patient changes nothing",
    lambda h, t: h.hear(
        [t.visit(), t("updated", account="", medical_record="MRN9", patient=structs.replace(ADA, sex="U"))]
    ),
    "received A1 100.00",
)
case(
    CASES,
    "a number that gave way to one that gave way is told of both merges, and takes what the last one says of the person",
    lambda h, t: h.hear(
        [
            t.visit(),
            became(t, "MRN1", "MRN2"),
            became(t, "MRN2", "MRN3"),
            t("updated", account="", medical_record="MRN3", patient=structs.replace(ADA, sex="U")),
        ]
    ),
    "received A1 100.00",
    "merged A1 MRN1 into MRN2",
    "merged A1 MRN2 into MRN3",
    "amended A1 100.00",
)
