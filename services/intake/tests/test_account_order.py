"""The same messages give the same claims, in whatever order they come, twice, or cut into several."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from services.intake.domain.account.facts import Facts, Merge, Visit
from services.intake.domain.account.parts import NOTHING, join, parts_of
from services.intake.tests.hospital import (
    ADA,
    CODED,
    HOLDING,
    INPATIENT,
    KIM,
    LEO,
    OUTPATIENT,
    START,
    Hospital,
    Telling,
    charge,
    credit,
    insured,
    scattered,
)
from shared.claim import Guarantor, Name

IDS = ("T1", "T2", "T3")
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("registered", {"visit": OUTPATIENT, "patient": ADA, "coverages": insured()}),
    ("registered", {"visit": INPATIENT, "patient": structs.replace(ADA, sex="U"), "medical_record": "MRN2"}),
    ("discharged", {"visit": Visit(closed=START.date())}),
    ("discharged", {"visit": Visit(closed=START.date() + timedelta(days=1), authorization="AUTH1")}),
    ("discharge_cancelled", {}),
    ("cancelled", {}),
    ("reopened", {}),
    ("coded", {"diagnoses": CODED}),
    ("coded", {"diagnoses": CODED[:1]}),
    ("coded", {"diagnoses": ()}),
    ("updated", {"coverages": insured("SBX02")}),
    ("updated", {"guarantor": Guarantor(name=Name(last="NEMO")), "visit": INPATIENT}),
    ("updated", {"account": "", "merge": Merge(what="patient", kept="MRN3", retired="MRN1")}),
    ("updated", {"account": "", "medical_record": "MRN3", "patient": structs.replace(ADA, sex="M")}),
    (
        "updated",
        {"account": "", "coverages": insured("SBX02"), "guarantor": Guarantor(name=Name(last="LEO"))},
    ),
    ("updated", {"account": "A2", "merge": Merge(what="account", kept="A2", retired="A1")}),
    ("registered", {"account": "A2", "visit": OUTPATIENT, "patient": ADA, "coverages": insured()}),
    ("charged", {"paid": 500}),
)


@st.composite
def messages(draw: st.DrawFn) -> list[Facts]:
    """What a feed may say of one account, in the order in which it happened."""
    t = Telling()
    told = [t.visit(charge("T1", 5000), charge("T2", 7000, rendering=LEO, professional=True))]
    for _ in range(draw(st.integers(0, 8))):
        if draw(st.booleans()):
            happening, said = draw(st.sampled_from(STEPS))
            told.append(t(happening, **said))
        else:
            told.append(t("charged", *draw(st.lists(transactions(), min_size=1, max_size=3))))
    return told


def transactions() -> st.SearchStrategy[Any]:
    """Charges, adjustments and credits that meet the same transactions again and again."""
    cents, ids = st.sampled_from((5000, 7000)), st.sampled_from(IDS)
    return st.one_of(
        st.builds(charge, ids, cents, rendering=st.sampled_from((KIM, LEO)), professional=st.booleans()),
        st.builds(lambda id_, c: charge(id_, c, action="replace"), ids, cents),
        st.builds(lambda id_, c, of: credit(id_, c, reverses=of), st.sampled_from(("T8", "T9")), cents, ids),
        st.builds(credit, st.sampled_from((*IDS, "T7")), cents),
    )


def outcome(hospital: Hospital) -> object:
    """Claims, holds and merges of all accounts; every merge that holds was told of each of its claims."""
    live = hospital.live()
    for account in hospital.accounts.values():
        told = [set(hospital.claims[number].merged) for number in account.billed]
        assert all({f"{retired}>{kept}" for retired, kept in account.merges} <= merges for merges in told)
    merges = {number: account.merges for number, account in sorted(hospital.accounts.items())}
    return live, merges, {number: hospital.waits(number) for number in sorted(hospital.accounts)}


@given(told=messages(), data=st.data())
def test_the_same_messages_in_any_order_twice_or_in_pieces_give_the_same_claims_or_the_same_explained_hold(
    told: list[Facts], data: st.DataObject
) -> None:
    expected = outcome(Hospital().hear(told))
    pieces = [piece for one in told for piece in (scattered(one) if data.draw(st.booleans()) else [one])]
    again = data.draw(st.lists(st.sampled_from(told), max_size=3))
    shuffled = data.draw(st.permutations([*pieces, *again]))
    assert outcome(Hospital().hear(shuffled)) == expected


@given(told=messages(), data=st.data())
def test_it_does_not_matter_how_many_days_pass_between_the_messages(
    told: list[Facts], data: st.DataObject
) -> None:
    expected = outcome(Hospital(HOLDING).hear(told).pass_days(60))
    hospital = Hospital(HOLDING)
    for one in data.draw(st.permutations(told)):
        hospital.hear([one]).pass_days(data.draw(st.integers(0, 5)))
    assert outcome(hospital.pass_days(60)) == expected


@given(told=messages(), cut=st.integers(0, 9))
def test_what_was_joined_apart_is_the_same_when_it_is_joined_together(told: list[Facts], cut: int) -> None:
    parts = [parts_of(one) for one in told]
    one_by_one, left, right = NOTHING, NOTHING, NOTHING
    for n, part in enumerate(parts):
        one_by_one = join(one_by_one, part)
        left, right = (join(left, part), right) if n < cut else (left, join(right, part))
    assert join(left, right) == join(right, left) == one_by_one
    assert join(one_by_one, left) is one_by_one
