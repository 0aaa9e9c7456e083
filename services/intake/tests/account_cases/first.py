"""When there is a claim, and why there is none yet."""

from services.intake.tests.account_cases.case import Case, admitted, case, discharged
from services.intake.tests.hospital import (
    ADA,
    CODED,
    HOLDING,
    OUTPATIENT,
    START,
    charge,
    insured,
)

CASES: list[Case] = []


case(
    CASES,
    "a charge that closes an outpatient visit makes its claim at once",
    lambda h, t: h.hear([t.visit()]),
    "received A1 100.00",
)
case(
    CASES,
    "an account that only a registration spoke of waits for everything else",
    lambda h, t: h.hear([t("registered", visit=OUTPATIENT, patient=ADA)]),
    waits=("open", "uncoded", "uninsured", "uncharged"),
)
case(CASES, "an inpatient waits for the discharge", lambda h, t: h.hear(admitted(t)), waits=("open",))
case(
    CASES,
    "a discharge makes the claim",
    lambda h, t: h.hear([*admitted(t), discharged(t)]),
    "received A1 100.00",
)
case(
    CASES,
    "a discharge that names no day closes the visit on the day it happened",
    lambda h, t: h.hear([*admitted(t), t("discharged")]),
    "received A1 100.00",
)
case(
    CASES,
    "the bill is held for three days after the end of the visit",
    lambda h, t: h.hear([t.visit()]),
    waits=("hold",),
    feed=HOLDING,
)
case(
    CASES,
    "on the second day the bill is still held",
    lambda h, t: h.hear([t.visit()]).pass_days(2),
    waits=("hold",),
    feed=HOLDING,
)
case(
    CASES,
    "after three days the bill goes out by itself",
    lambda h, t: h.hear([t.visit()]).pass_days(3),
    "received A1 100.00",
    feed=HOLDING,
)
case(
    CASES,
    "a late charge during the bill hold is simply on the claim",
    lambda h, t: h.hear([t.visit()]).pass_days(1).hear([t("charged", charge("T2"))]).pass_days(2),
    "received A1 200.00",
    feed=HOLDING,
)
case(
    CASES,
    "after the bill hold an account that is not coded waits for its diagnoses only",
    lambda h, t: h.hear([t.visit(diagnoses=None)]).pass_days(3),
    waits=("uncoded",),
    feed=HOLDING,
)
case(
    CASES,
    "coding the account afterwards makes the claim",
    lambda h, t: h.hear([t.visit(diagnoses=None)]).pass_days(5).hear([t("coded", diagnoses=CODED)]),
    "received A1 100.00",
    feed=HOLDING,
)
case(
    CASES,
    "a visit without insurance waits for it",
    lambda h, t: h.hear([t.visit(coverages=None)]),
    waits=("uninsured",),
)
case(
    CASES,
    "a patient who pays alone has no claim",
    lambda h, t: h.hear([t.visit(coverages=())]),
    waits=("uninsured",),
)
case(
    CASES,
    "insurance that is told later makes the claim",
    lambda h, t: h.hear([t.visit(coverages=None), t("updated", coverages=insured())]),
    "received A1 100.00",
)
case(
    CASES,
    "charges for an account that nobody registered wait for patient, class and the rest",
    lambda h, t: h.hear([t("charged", charge("T1"))]),
    waits=("class", "open", "patient", "uncoded", "uninsured"),
)
case(
    CASES,
    "an account number that no claim can carry is held, with the place and the fix",
    lambda h, t: (
        h.hear([t.visit(account="A1" + "0" * 20)]) and h.accounts.update(A1=h.accounts["A1" + "0" * 20])
    ),
    waits=("unfit",),
)
case(
    CASES,
    "an account whose feed is configured no more says so",
    lambda h, t: h.hear([t.visit(feed="gone")]),
    waits=("feed",),
)
case(
    CASES,
    "the same message again changes nothing",
    lambda h, t: h.hear([one := t.visit(), one]),
    "received A1 100.00",
)
case(
    CASES,
    "the same charge in another message is not charged twice",
    lambda h, t: h.hear([t.visit(), t.visit()]),
    "received A1 100.00",
)
case(
    CASES,
    "an older message that comes late does not undo a newer one",
    lambda h, t: h.hear([t.visit(), t("updated", at=START, coverages=insured("SBX02"))]),
    "received A1 100.00",
)
