"""Every kind of one-defect file is noticed, where it is, and the clean files are quiet; ``make mutants`` prints the table."""

from functools import cache
from itertools import islice

import pytest

from tests.mutants.catalogue import GROUPS
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


def test_there_are_at_least_sixty_kinds() -> None:
    assert sum(len(kinds) for _, kinds in GROUPS.values()) >= 60
