"""Every finding names the byte where its segment stands, however the file arrived and however far back that was."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from shared.testing.every_claim import batch
from shared.testing.every_receipt import group_ack, receipt
from shared.testing.every_remittance import remittance
from shared.x12 import ClaimRead, SetEnd, read_stream, write_277ca, write_835, write_837, write_999
from shared.x12.types import X12Finding

FILES = {
    "837P": write_837([batch(Random(3), "professional", 4)]),
    "837I": write_837([batch(Random(3), "institutional", 4)]),
    "835": write_835([remittance(Random(3), 6)]),
    "277CA": write_277ca(receipt(Random(3))),
    "999": write_999(group_ack(Random(3))),
}


def spoilt(data: bytes) -> bytes:
    """The file with something wrong nearly everywhere: strange segments, wrong amounts, wrong counts."""
    segments = data.split(b"~")
    for at in range(len(segments) - 3, 4, -7):
        segments.insert(at, b"ZZZ*\xc3\x89")
    return (
        b"~\n ".join(segments)
        .replace(b"*1*", b"*1.1.1*")
        .replace(b"*XX*1", b"*XX*2")
        .replace(b"SE*", b"SE*9")
    )


def findings(data: bytes, size: int, *, judged: bool) -> Iterator[X12Finding]:
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    for event in read_stream(pieces, judged=judged):
        if isinstance(event, X12Finding):
            yield event
        elif isinstance(event, ClaimRead | SetEnd):
            yield from event.findings
        else:
            yield from getattr(event, "findings", ())


@pytest.mark.parametrize("kind", sorted(FILES))
@pytest.mark.parametrize("size", [5, 97, 1000, 10**6])
@pytest.mark.parametrize("judged", [True, False])
def test_the_offset_of_a_finding_is_where_its_segment_begins(kind: str, size: int, judged: bool) -> None:
    data = spoilt(FILES[kind])
    starts = [0]
    for segment in data.split(b"~")[:-1]:
        starts.append(starts[-1] + len(segment) + 1)
    starts = [at + len(data[at:]) - len(data[at:].lstrip()) for at in starts]
    found = [one for one in findings(data, size, judged=judged) if one.segment]
    assert found
    assert [(one.code, one.segment, one.offset) for one in found] == [
        (one.code, one.segment, starts[one.segment - 1]) for one in found
    ]


@pytest.mark.parametrize("kind", ["837P", "837I"])
@pytest.mark.parametrize("size", [1, 97, 10**6])
@pytest.mark.parametrize(
    ("late", "code"),
    [(b"CUR*85*USD~", "X12-0405"), (b"NM1*87*2~N3*1 ROAD~N4*ROME*GA*301611234~", "X12-0404")],
)
def test_one_too_many_that_came_too_late_is_found_where_it_stands(
    late: bytes, code: str, size: int, kind: str
) -> None:
    """It is one too many in 2000A, which is over, and judged, only with the set: long after the claim that it stands in."""
    one = batch(Random(3), "professional", 1) if kind == "837P" else batch(Random(3), "institutional", 1)
    before, line, behind = write_837([replace(one, claims=one.claims * 5)]).partition(b"~LX*")
    data = before + b"~" + late + late + line[1:] + behind
    found = [one for one in findings(data, size, judged=True) if one.code == code]
    assert len(before) + 1 + len(late) in [one.offset for one in found]
    assert all(data[one.offset :].startswith(late[:4]) for one in found)
