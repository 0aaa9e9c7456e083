"""Every kind of one-defect file is noticed, where it is, and the clean files are quiet; ``make mutants`` prints the table."""

from functools import cache
from itertools import islice

import pytest

from shared.testing import samples
from shared.x12.findings import CATALOGUE
from tests.mutants.catalogue import GROUPS
from tests.mutants.foreign import clean_samples, false_errors, foreign_mutants
from tests.mutants.kinds import Kind
from tests.mutants.trial import false_alarms, put_on_trial


@cache
def _clean(group: str) -> tuple[bytes, ...]:
    return tuple(islice(GROUPS[group][0](), 40))


@pytest.mark.parametrize(
    ("group", "kind"),
    [
        pytest.param(group, kind, id=f"{group}: {kind.name}")
        for group, (_, kinds) in GROUPS.items()
        for kind in kinds
    ],
)
def test_a_defect_is_noticed_where_it_is(group: str, kind: Kind) -> None:
    verdict = put_on_trial(kind, _clean(group), tries=2)
    assert verdict.made > 0
    assert (verdict.noticed, verdict.placed) == (verdict.made, verdict.made)


@pytest.mark.parametrize("group", GROUPS)
def test_clean_files_raise_no_alarm(group: str) -> None:
    assert false_alarms(_clean(group)) == []


@samples.needed
def test_nothing_false_is_said_of_files_that_others_wrote_and_independent_checkers_call_clean() -> None:
    clean = list(clean_samples())
    assert clean
    assert {file.name: false for file in clean if (false := false_errors(file))} == {}


@samples.needed
def test_defects_of_files_that_others_wrote_are_noticed_where_they_are() -> None:
    verdicts = [put_on_trial(kind, [data]) for _, kind, data in foreign_mutants()]
    assert sum(one.made for one in verdicts) > 100
    assert [one for one in verdicts if one.made and not one.good] == []


UNTRIED = {
    "X12-0903": "a count of findings, no defect",
}
"""Findings without a kind of mutant, and why."""


def test_every_finding_has_a_kind_of_mutant() -> None:
    tried = {kind.code for _, kinds in GROUPS.values() for kind in kinds}
    assert set(CATALOGUE) - tried - set(UNTRIED) == set()


def test_there_are_at_least_sixty_kinds() -> None:
    assert sum(len(kinds) for _, kinds in GROUPS.values()) >= 60
