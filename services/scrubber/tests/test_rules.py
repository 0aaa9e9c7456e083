"""Every rule stops what it must, and none stops a clean claim."""

from collections.abc import Callable
from datetime import date

import pytest

from services.scrubber.codes import load_book
from services.scrubber.rules import RULES, Facts, in_force, scrub
from services.scrubber.tests.cases import CLEAN, STOPPED, TODAY
from shared.claim import Claim
from shared.claim.claim import Kind
from shared.testing.builders import a_claim

BOOK = load_book()
FACTS = Facts(today=TODAY, book=BOOK)
CASES = [(rule, make) for rule, makers in STOPPED.items() for make in makers]


@pytest.mark.parametrize(("rule", "make"), CASES, ids=[f"{r}-{i}" for i, (r, _) in enumerate(CASES)])
def test_the_rule_stops_the_claim_it_is_for(rule: str, make: Callable[[], Claim]) -> None:
    found = {f.rule: f for f in scrub(make(), FACTS)}
    assert rule in found
    assert found[rule].problem.endswith(".")
    assert found[rule].fix
    assert found[rule].source
    assert found[rule].severity == RULES[rule].severity


@pytest.mark.parametrize("make", CLEAN)
def test_no_rule_has_anything_against_a_clean_claim(make: Callable[[], Claim]) -> None:
    assert scrub(make(), FACTS) == ()


def test_every_rule_has_a_claim_that_it_stops() -> None:
    assert set(STOPPED) == set(RULES)
    assert len(RULES) >= 25


def test_claims_rules_3_12_the_same_visit_under_another_number_is_stopped() -> None:
    twin = Facts(today=TODAY, book=BOOK, duplicates=("018f0000-0000-7000-8000-000000000001",))
    assert [f.rule for f in scrub(a_claim(), twin)] == ["SCR-0601"]


def test_a_finding_points_at_a_place_that_the_claim_has() -> None:
    (found,) = [f for f in scrub(STOPPED["SCR-0401"][0](), FACTS) if f.rule == "SCR-0401"]
    assert found.place == "/charge"
    assert "1 cents too little" in found.problem


@pytest.mark.parametrize(
    ("code", "day", "verdict"),
    [
        ("E11A", date(2025, 9, 30), "too early"),
        ("E11A", date(2025, 10, 1), "valid"),
        ("G35", date(2025, 9, 30), "valid"),
        ("G35", date(2025, 10, 1), "too late"),
        ("E11", date(2026, 1, 1), "unknown"),
        ("E11", date(2020, 1, 1), "cannot say"),
        ("E11", date(2027, 1, 1), "cannot say"),
        ("I10", date(2026, 1, 1), "valid"),
    ],
)
def test_claims_rules_3_11_a_code_is_judged_by_the_date_of_service(
    code: str, day: date, verdict: str
) -> None:
    assert BOOK.icd10cm.verdict(code, day) == verdict


def test_a_part_of_a_code_system_does_not_condemn_what_it_does_not_list() -> None:
    assert BOOK.hcpcs.verdict("J9999", date(2026, 1, 1)) == "cannot say"
    assert BOOK.hcpcs.verdict("G2012", date(2026, 1, 1)) == "too late"


def test_no_finding_repeats_a_value_of_the_claim() -> None:
    for _, make in CASES:
        claim = make()
        words = " ".join(f.problem + f.fix for f in scrub(claim, FACTS))
        secrets = (claim.who.name.last, claim.coverage.subscriber.member_id, claim.number)
        assert not [s for s in secrets if len(s) > 3 and s in words]


@pytest.mark.parametrize(
    ("kind", "other"), [("professional", "institutional"), ("institutional", "professional")]
)
def test_a_rule_for_one_kind_of_claim_is_not_asked_about_the_other(kind: Kind, other: Kind) -> None:
    asked = [rule for rule in RULES.values() if rule.kind != other]
    assert list(in_force(kind, TODAY)) == asked
    assert any(rule.kind == kind for rule in asked)
