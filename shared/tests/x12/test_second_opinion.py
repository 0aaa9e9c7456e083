"""pyx12, which has maps of its own, accepts what we write; the long run is ``python -m tests.x12_second_opinion``."""

import io
from random import Random

import pytest
import pyx12.params
import pyx12.x12n_document

from shared.claim import Kind
from shared.testing.every_claim import batch
from shared.x12 import write_837


@pytest.mark.parametrize("kind", ["professional", "institutional"])
def test_an_independent_validator_accepts_our_claims(kind: Kind) -> None:
    data = write_837([batch(Random(23), kind, 20)])
    said = io.StringIO()
    valid = pyx12.x12n_document.x12n_document(
        pyx12.params.params(), io.StringIO(data.decode()), None, None, None, said
    )
    assert valid, said.getvalue()[-2000:]
