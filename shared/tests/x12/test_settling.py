"""A stretch is judged when it is over: what is found, whose it is and in which order is as if each segment came alone."""

from collections.abc import Iterator
from random import Random

import pytest
from msgspec.structs import replace

from shared.testing.every_claim import batch
from shared.testing.every_remittance import remittance
from shared.x12 import ClaimRead, SetEnd, read_stream, write_835, write_837
from shared.x12.types import Remittance, X12Finding


def spoilt(data: bytes, random: Random) -> bytes:
    """The file with elements that are wrong and segments that are missing; now and then one stands elsewhere or is strange."""
    segments = data.split(b"~")
    for _ in range(random.choice((3, 6, 20))):
        at, to = random.randrange(3, len(segments) - 4), random.randrange(3, len(segments) - 4)
        match random.choice("eeeeeeddddms"):
            case "e":
                segments[at] += b"* 9"
            case "d":
                del segments[at]
            case "m":
                segments.insert(to, segments[at])
            case _:
                segments.insert(at, b"HI*ABK:A00")
    return b"~".join(segments)


def nowhere(findings: tuple[X12Finding, ...]) -> list[X12Finding]:
    return [replace(one, offset=0) for one in findings]


def found(data: bytes, size: int) -> Iterator[tuple[object, ...]]:
    """What is read and found, but for byte offsets: how long those are known is another matter (``test_places``)."""
    for event in read_stream(data[at : at + size] for at in range(0, len(data), size)):
        if isinstance(event, ClaimRead):
            yield event.claim, event.number, event.segments, nowhere(event.findings)
        elif isinstance(event, SetEnd):
            yield event.batch, nowhere(event.findings)
        elif isinstance(event, Remittance):
            yield replace(event, findings=()), nowhere(event.findings)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("kind", ["837P", "837I", "835"])
def test_segments_that_come_together_are_judged_as_if_each_came_alone(kind: str, seed: int) -> None:
    random = Random(f"{kind} {seed}")
    if kind == "835":
        data = write_835([remittance(random, 3)])
    else:
        data = write_837([batch(random, "professional" if kind == "837P" else "institutional", 3)])
    data = spoilt(data, random)
    together = list(found(data, len(data)))
    assert any(of[-1] for of in together)
    assert together == list(found(data, 1))


def test_a_claim_out_of_order_behind_a_patient_is_that_patients() -> None:
    written = batch(Random(2), "professional", 6)
    one = next(claim for claim in written.claims if claim.patient is not None)
    data = write_837([replace(written, claims=(one,))])
    payer = next(segment for segment in data.split(b"~") if segment.startswith(b"NM1*PR*"))
    late = data.replace(b"~CLM*", b"~" + payer + b"~CLM*", 1)
    (claim,) = [event.claim for event in read_stream((late,)) if isinstance(event, ClaimRead)]
    assert claim is not None
    assert claim.patient == one.patient


def test_a_payer_that_comes_too_late_is_not_the_payer_of_the_claim_before_it() -> None:
    segments = write_837([batch(Random(2), "professional", 1)]).split(b"~")
    payer = next(segment for segment in segments if segment.startswith(b"NM1*PR*"))
    segments.remove(payer)
    segments.insert(-4, payer)
    (claim,) = [event for event in read_stream((b"~".join(segments),)) if isinstance(event, ClaimRead)]
    assert claim.claim is None
    assert [one.path for one in claim.findings if one.code == "X12-0901"] == ["2300"]
