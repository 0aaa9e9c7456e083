"""A few thousand hostile inputs, always the same; ``make fuzz`` reads a million."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.growth import LIMIT, Shape, growth, repeated_segments
from tests.fuzz.growth import soups as wild
from tests.fuzz.inputs import bent
from tests.fuzz.reading import in_pieces, read_and_write
from tests.fuzz.seeds import small_seeds
from tests.fuzz.soups import soups

SEEDS = small_seeds()
CLAIMS, PAYMENTS = SEEDS[0], SEEDS[3]


@pytest.mark.parametrize("part", range(8))
def test_bent_files_are_read_judged_answered_and_written_again(part: int) -> None:
    random = Random(part)
    for _ in range(250):
        assert read_and_write(bent(random, SEEDS)).segments >= 0


def test_bent_files_give_the_same_claims_in_pieces() -> None:
    random = Random("pieces")
    for _ in range(250):
        in_pieces(bent(random, SEEDS))


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(soups())
def test_any_soup_of_segments_is_read_judged_answered_and_written_again(soup: tuple[str, bytes]) -> None:
    assert read_and_write(soup[1]).segments


SHAPES = [*wild(CLAIMS), *repeated_segments([CLAIMS, PAYMENTS])]


@pytest.mark.parametrize("shape", SHAPES[:: max(len(SHAPES) // 20, 1)], ids=lambda shape: shape.name)
def test_four_times_the_input_is_about_four_times_the_work(shape: Shape) -> None:
    assert growth(shape, 500, tries=5) < LIMIT
