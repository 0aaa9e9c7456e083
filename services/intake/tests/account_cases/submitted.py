"""What a message changes while the payer has the claim, and after it has decided."""

from msgspec import structs

from services.intake.tests.account_cases.case import Case, admitted, case, discharged
from services.intake.tests.hospital import (
    ADA,
    INPATIENT,
    charge,
    credit,
    insured,
)
from shared.claim import Guarantor, Name
from shared.testing.builders import an_address

CASES: list[Case] = []


LATE = "charged"
case(
    CASES,
    "a late charge waits while the payer has not decided",
    lambda h, t: h.hear([t.visit()]).submit().hear([t(LATE, charge("T2"))]),
    "received A1 100.00",
)
case(
    CASES,
    "the payer's acceptance is no decision: the late charge still waits",
    lambda h, t: h.hear([t.visit()]).submit().hear([t(LATE, charge("T2"))]).accept(),
    "received A1 100.00",
)
case(
    CASES,
    "once the payer has decided it goes out as a replacement with the payer's number",
    lambda h, t: h.hear([t.visit()]).submit().accept().hear([t(LATE, charge("T2"))]).pay(),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "a denial is a decision too",
    lambda h, t: h.hear([t.visit()]).submit().hear([t(LATE, charge("T2"))]).deny(),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "a late charge after the decision is a replacement at once",
    lambda h, t: h.hear([t.visit()]).submit().pay().hear([t(LATE, charge("T2"))]),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "two late charges in a row are two versions of one replacement",
    lambda h, t: h.hear([t.visit()]).submit().pay().hear([t(LATE, charge("T2")), t(LATE, charge("T3"))]),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
    "replaced A1 300.00 ICN9",
)
case(
    CASES,
    "a late charge while the replacement is away waits for its decision",
    lambda h, t: (
        h.hear([t.visit()])
        .submit()
        .pay()
        .hear([t(LATE, charge("T2"))])
        .submit()
        .hear([t(LATE, charge("T3"))])
        .pay(icn="ICN10")
    ),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
    "replaced A1 300.00 ICN10",
)
case(
    CASES,
    "a late charge that is credited before the decision is never sent",
    lambda h, t: (
        h.hear([t.visit()]).submit().hear([t(LATE, charge("T2")), t(LATE, credit("T9", reverses="T2"))]).pay()
    ),
    "received A1 100.00",
)
case(
    CASES,
    "a rejected claim was never adjudicated: it is amended and stays an original",
    lambda h, t: h.hear([t.visit()]).submit().reject().hear([t(LATE, charge("T2"))]),
    "received A1 100.00",
    "amended A1 200.00",
)
case(
    CASES,
    "a late charge that waited goes out as an original when the claim is rejected",
    lambda h, t: h.hear([t.visit()]).submit().hear([t(LATE, charge("T2"))]).reject(),
    "received A1 100.00",
    "amended A1 200.00",
)
case(
    CASES,
    "a rejected replacement leaves the payer with what it had: the next one is a replacement too",
    lambda h, t: (
        h.hear([t.visit()])
        .submit()
        .pay()
        .hear([t(LATE, charge("T2"))])
        .submit()
        .reject()
        .hear([t(LATE, charge("T3"))])
    ),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
    "replaced A1 300.00 ICN9",
)
case(
    CASES,
    "a change that the payer would not see makes no replacement",
    lambda h, t: (
        h.hear([t.visit()])
        .submit()
        .pay()
        .hear([t("updated", guarantor=Guarantor(name=Name(last="NEMO")), medical_record="MRN5")])
    ),
    "received A1 100.00",
)
case(
    CASES,
    "when everything is credited after the decision the claim is voided",
    lambda h, t: h.hear([t.visit()]).submit().pay().hear([t(LATE, credit("T9", reverses="T1"))]),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
    waits=("credited",),
)
case(
    CASES,
    "when the account is cancelled while the payer decides, the void waits",
    lambda h, t: h.hear([t.visit()]).submit().hear([t("cancelled")]),
    "received A1 100.00",
    waits=("cancelled",),
)
case(
    CASES,
    "and goes out when it has decided",
    lambda h, t: h.hear([t.visit()]).submit().hear([t("cancelled")]).pay(),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
    waits=("cancelled",),
)
case(
    CASES,
    "a visit that is reopened after its void was answered is a new original",
    lambda h, t: (
        h.hear([t.visit()]).submit().pay().hear([t("cancelled")]).submit().reverse().hear([t("registered")])
    ),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a visit that is reopened while its void is away waits for the answer",
    lambda h, t: h.hear([t.visit()]).submit().pay().hear([t("cancelled")]).submit().hear([t("registered")]),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
)
case(
    CASES,
    "a discharge that is taken back does not void what the payer has",
    lambda h, t: h.hear([*admitted(t), discharged(t)]).submit().pay().hear([t("discharge_cancelled")]),
    "received A1 100.00",
    waits=("open",),
)
case(
    CASES,
    "another payer after the decision: a void to the one, then a new claim to the other",
    lambda h, t: (
        h.hear([t.visit()]).submit().pay().hear([t("updated", coverages=insured("SBX02"))]).submit().reverse()
    ),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a class that changes after the decision: a void of the one, then a claim of the other kind",
    lambda h, t: h.hear([t.visit()]).submit().pay().hear([t("updated", visit=INPATIENT)]).submit().reverse(),
    "received A1 100.00",
    "voided A1 100.00 ICN9",
    "cancelled A1",
    "received A1 100.00",
)
case(
    CASES,
    "a late charge that crossed with the submission is a replacement after the decision",
    lambda h, t: (
        h.hear([t.visit()])
        and (first := h.last())
        and h.hear([t(LATE, charge("T2"))]).submit(claim=first).pay()
    ),
    "received A1 100.00",
    "amended A1 200.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "a late charge that was in time is not sent again",
    lambda h, t: h.hear([t.visit(), t(LATE, charge("T2"))]).submit().pay(),
    "received A1 100.00",
    "amended A1 200.00",
)
case(
    CASES,
    "a cancellation that crossed with the submission is a void after the decision",
    lambda h, t: (
        h.hear([t.visit()]) and (first := h.last()) and h.hear([t("cancelled")]).submit(claim=first).pay()
    ),
    "received A1 100.00",
    "cancelled A1",
    "voided A1 100.00 ICN9",
    waits=("cancelled",),
)
case(
    CASES,
    "a decision that is heard before the submission counts when the submission is heard",
    lambda h, t: h.hear([t.visit()]).pay().submit().hear([t(LATE, charge("T2"))]),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "a claim at the second payer is not replaced before that one has decided",
    lambda h, t: (
        h.hear([t.visit(coverages=(*insured(), *insured("SBX07")))])
        .submit()
        .pay()
        .submit(claim=structs.replace(h.last(), billed=1))
        .hear([t(LATE, charge("T2"))])
    ),
    "received A1 100.00",
)
case(
    CASES,
    "and is replaced at the first one then",
    lambda h, t: (
        h.hear([t.visit(coverages=(*insured(), *insured("SBX07")))])
        .submit()
        .pay()
        .submit(claim=structs.replace(h.last(), billed=1))
        .hear([t(LATE, charge("T2"))])
        .pay(payer="SBX07")
    ),
    "received A1 100.00",
    "replaced A1 200.00 ICN9",
)
case(
    CASES,
    "a new address after the decision makes no replacement",
    lambda h, t: (
        h.hear([t.visit()])
        .submit()
        .pay()
        .hear([t("updated", account="", patient=structs.replace(ADA, address=an_address(5)))])
    ),
    "received A1 100.00",
)
