"""The tables against an independent transcription of the same guides (pyx12's maps), and against themselves."""

import pytest

from shared.x12.grammar import MANY, Guide, Loop, SegmentUse
from shared.x12.guides.acknowledgments import CLAIM_ACKNOWLEDGMENT_277CA, IMPLEMENTATION_999
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.guides.status import STATUS_276, STATUS_277
from shared.x12.judge.rules import RULES
from tests.grammar_second_opinion import MAPS, undecided

GUIDES = (
    CLAIM_837P,
    CLAIM_837I,
    REMITTANCE_835,
    IMPLEMENTATION_999,
    CLAIM_ACKNOWLEDGMENT_277CA,
    STATUS_276,
    STATUS_277,
)


def loops(loop: Loop) -> list[Loop]:
    return [loop, *(one for inner in loop.loops for one in loops(inner))]


@pytest.mark.parametrize("kind", MAPS)
def test_a_table_differs_from_an_independent_map_only_where_we_decided_so(kind: str):
    assert undecided(kind) == ([], [])


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.type)
def test_namesakes_in_a_loop_are_told_apart_by_codes_that_do_not_overlap(guide: Guide):
    for loop in loops(guide.root):
        seen: dict[str, set[str]] = {}
        for use in loop.segments:
            taken = seen.setdefault(use.id, set())
            assert not taken & use.only, (loop.id, use.tag)
            assert use.only or not taken, (loop.id, use.tag)
            taken |= use.only or {""}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.type)
def test_each_table_uses_rules_that_exist_and_repeats_that_are_positive(guide: Guide):
    for loop in loops(guide.root):
        assert set(loop.rules) <= RULES.keys()
        for item in (loop, *loop.items):
            assert 0 < item.max <= MANY
        assert isinstance(loop.items[0], SegmentUse)
