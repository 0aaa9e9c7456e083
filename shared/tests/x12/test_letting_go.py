"""What reading a file held is freed with the reading: services look for cycles only once in tens of thousands of claims."""

import gc
from collections.abc import Iterator
from random import Random

import pytest

from shared.testing.every_claim import batch
from shared.testing.every_remittance import remittance
from shared.tests.x12.receipts import answer, receipt
from shared.x12 import acknowledge_999, read, write_277ca, write_835, write_837, write_999

CLAIMS = write_837([batch(Random("let go"), "professional", 2)])
PAYMENT = write_835([remittance(Random("let go"), 3)])


def _acknowledgment() -> bytes:
    reading = read(CLAIMS)
    header = reading.transactions[0].header
    assert header is not None
    (ack,) = acknowledge_999(reading, header)
    return write_999(ack)


FILES = {
    "claims": CLAIMS,
    "payment": PAYMENT,
    "a payment that is cut off": PAYMENT[: len(PAYMENT) // 2],
    "acknowledgment": _acknowledgment(),
    "claim acknowledgment": write_277ca(receipt(answer("A1"), answer("A2"))),
}


@pytest.fixture
def only_counting() -> Iterator[None]:
    """Garbage that counting references did not free is kept in ``gc.garbage``, and nobody looks but we."""
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    yield
    gc.set_debug(0)
    gc.garbage.clear()
    gc.enable()


@pytest.mark.usefixtures("only_counting")
@pytest.mark.parametrize("judged", [True, False])
@pytest.mark.parametrize("kind", FILES)
def test_a_reading_leaves_no_cycle_that_holds_its_file(kind: str, judged: bool) -> None:
    read(FILES[kind], judged=judged)
    gc.collect()
    left = {type(one).__name__ for one in gc.garbage if type(one).__module__.startswith("shared.x12")}
    assert left == set()
