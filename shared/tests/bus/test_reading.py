"""A record's headers are read where our writer puts them, and found wherever else they stand."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from shared.bus.records import Because, Reader, Unreadable, Writer, heard
from shared.bus.sealer import Sealer
from shared.testing.clock import FixedClock
from shared.tests.bus.service import KEYS, cancelled

CLAIM = "01900000-0000-7000-8000-00000000c1a1"
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@dataclass(frozen=True)
class Read:
    """A record as a broker gives it."""

    key: bytes | None
    value: bytes | None
    headers: Any
    topic: str = "claims.intake"
    partition: int = 0
    offset: int = 0


@pytest.fixture
def sealer() -> Sealer:
    return Sealer(KEYS)


@pytest.fixture
def record(sealer: Sealer) -> Read:
    because = Because(b"the journey", b"the cause", TRACE)
    frame, _ = Writer("intake", sealer).write(CLAIM, 3, cancelled(5), FixedClock().now(), because)
    return Read(*frame[2:])


def _without(record: Read, *names: str) -> Read:
    return replace(record, headers=tuple(h for h in record.headers if h[0] not in names))


def test_what_was_written_is_read(record: Read, sealer: Sealer) -> None:
    head = heard(record)
    assert (head.source, head.stream, head.version, head.type) == ("intake", CLAIM, 3, "ClaimCancelled")
    assert head.because() == Because(b"the journey", dict(record.headers)["ce_id"], TRACE)
    envelope = Reader(sealer).read(head)
    assert (envelope.event, envelope.time) == (cancelled(5), FixedClock().now())
    assert (envelope.correlation, envelope.causation) == ("the journey", "the cause")


def test_headers_in_any_order_and_beside_others_say_the_same_and_the_first_of_a_name_counts(
    record: Read, sealer: Sealer
) -> None:
    mixed = [*reversed(record.headers), ("ver", b"9"), ("another", b"x")]
    there, here = (Reader(sealer).read(heard(r)) for r in (replace(record, headers=mixed), record))
    assert there == here


def test_a_record_of_which_trace_journey_and_cause_are_not_told_starts_a_journey_of_its_own(
    record: Read,
) -> None:
    told = {"traceparent", "correlationid", "causationid"}
    empty = replace(record, headers=tuple((k, None if k in told else v) for k, v in record.headers))
    for bare in (_without(record, *told), empty):
        head = heard(bare)
        assert head.because() == Because(CLAIM.encode(), dict(record.headers)["ce_id"])
        assert head.traceparent == ""


@pytest.mark.parametrize("name", ["ce_source", "ce_type", "ver"])
def test_without_producer_type_or_version_a_record_is_none_of_ours(record: Read, name: str) -> None:
    with pytest.raises(Unreadable, match="missing"):
        heard(_without(record, name))


@pytest.mark.parametrize("name", ["ce_id", "ce_time"])
def test_without_identity_or_time_an_event_is_known_but_not_readable(
    record: Read, sealer: Sealer, name: str
) -> None:
    head = heard(_without(record, name))
    with pytest.raises(Unreadable, match="ce_id or ce_time is missing"):
        Reader(sealer).read(head)
