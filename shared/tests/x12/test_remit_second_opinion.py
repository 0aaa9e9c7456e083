"""pyx12 and oxedi find nothing in the 835s that we write; the long run is ``python -m tests.remit_second_opinion``."""

from random import Random

import pytest

from shared.testing.every_remittance import remittance
from shared.x12 import write_835
from tests.remit_second_opinion import opinions


@pytest.mark.parametrize("seed", range(12))
def test_a_generated_835_is_clean_by_pyx12_by_oxedi_and_by_our_own_judge(seed: int):
    found = opinions(write_835([remittance(Random(f"sample {seed}"), 4)]))
    assert found == ((), (), ())


def test_what_the_three_say_of_a_spoiled_835_is_not_nothing():
    data = write_835([remittance(Random("spoiled"), 4)])
    found = opinions(data.replace(b"*QC*1*", b"*QZ*1*", 1))
    assert found.ours
    assert found.pyx12
    assert found.oxedi
