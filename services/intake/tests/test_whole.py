"""A claim that came whole: what intake's routing promises the runtime about it."""

import msgspec
import pytest

from services.intake.domain.filing import Filed, decide
from services.intake.handlers import hears
from services.intake.store.claims import CLAIMS
from shared.deciding import Known
from shared.testing.clock import FixedClock

FILED = Filed(key=b"k", fingerprint=b"f", messages=("m",), charge=100)


@pytest.mark.parametrize("event", [event for line in hears() for event in line.events])
def test_a_claim_in_a_deaf_state_answers_every_event_that_is_heard_with_what_it_was(event: type) -> None:
    assert CLAIMS.promoted(FILED)[0] in hears()[0].deaf
    blank = event(**{field.name: None for field in msgspec.structs.fields(event) if field.required})
    decision = decide(FILED, blank, Known(FixedClock().now(), "id", None, ""))
    assert (decision.state, decision.events, decision.intents) == (FILED, (), ())
