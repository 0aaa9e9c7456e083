"""999 and TA1: what we answer to a file, and what the sandbox's payers answer to ours."""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.claim import Segment
from shared.x12.interchange import write_interchange
from shared.x12.segments import Delimiters
from shared.x12.types import Context, ElementError, GroupAck, InterchangeAck, SegmentError, SetAck
from shared.x12.writing837 import interchange_start
from shared.x12.writing837.marks import C, E, R, S, finish

VERSION_999: Final = "005010X231A1"


def write_999(ack: GroupAck, delimiters: Delimiters | None = None) -> bytes:
    """Write one 999 in its own interchange (005010X231A1). Raises ValueError when the header says no time."""
    return write_interchange([ack.header], "FA", VERSION_999, ["".join(_group(ack))], delimiters)


def write_ta1(ack: InterchangeAck, delimiters: Delimiters | None = None) -> bytes:
    """Write one interchange that carries nothing but this TA1; ``ack.header`` is its envelope.

    Raises ValueError when there is no header or it says no time.
    """
    header, marks = ack.header, delimiters or Delimiters()
    if header is None or header.at is None:
        raise ValueError("a TA1 needs a header that says when it was made")
    when = f"{ack.at:%y%m%d}{E}{ack.at:%H%M}" if ack.at else E
    text = f"TA1{E}{ack.control:09d}{E}{when}{E}{ack.code}{E}{ack.note}{S}"
    end = f"IEA{E}0{E}{header.interchange:09d}{S}"
    return (interchange_start(header, marks, header.at) + finish(text + end, marks)).encode("ascii")


def _group(said: GroupAck) -> Iterator[str]:
    yield f"AK1{E}{said.functional}{E}{said.group}{E}{said.guide}{S}"
    for one in said.sets:
        yield from _set(one)
    if not any(segment.elements[0] == "AK9" for segment in said.extra):
        counts = f"{said.included}{E}{said.received}{E}{said.accepted}"
        yield E.join(("AK9", said.code, counts, *said.reasons)) + S
    yield from _kept(said.extra)


def _set(said: SetAck) -> Iterator[str]:
    yield f"AK2{E}{said.set_id}{E}{said.transaction}{E}{said.guide}{S}"
    for error in said.errors:
        yield from _error(error)
    if not any(segment.elements[0] == "IK5" for segment in said.extra):
        yield E.join(("IK5", said.code, *said.reasons)) + S
    yield from _kept(said.extra)


def _error(said: SegmentError) -> Iterator[str]:
    if not any(segment.elements[0] == "IK3" for segment in said.extra):
        # Element 447 has four characters: loop 2010AA is said as 2010.
        yield f"IK3{E}{said.segment}{E}{said.position}{E}{said.loop[:4]}{E}{said.code}{S}"
    yield from map(_context, said.context)
    yield from _kept(said.extra)
    if said.claim:
        yield f"CTX{E}CLM01{C}{said.claim}{S}"
    for element in said.elements:
        yield from _element(element)


def _element(said: ElementError) -> Iterator[str]:
    if not any(segment.elements[0] == "IK4" for segment in said.extra):
        numbers = (said.position, said.component, said.repetition)
        yield f"IK4{E}{_place(*numbers)}{E}{said.reference}{E}{said.code}{E}{said.value}{S}"
    yield from map(_context, said.context)
    yield from _kept(said.extra)


def _context(said: Context) -> str:
    place = _place(said.element, said.component, said.repetition)
    return f"CTX{E}SITUATIONAL TRIGGER{E}{said.segment}{E}{said.position}{E}{said.loop[:4]}{E}{place}{S}"


def _place(*numbers: int) -> str:
    return C.join(str(number) if number else "" for number in numbers)


def _kept(extra: Iterable[Segment]) -> Iterator[str]:
    for segment in extra:
        yield E.join(segment.elements).replace(":", C).replace("^", R) + S
