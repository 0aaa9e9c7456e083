"""Defects of the envelope: interchange, group, transaction set."""

from tests.mutants.kinds import Kind, Segments, Spoil, Spot, put, where


def _without(identifier: str, stands: str) -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None:
            return None
        del segments[at]
        trigger = where(segments, stands)
        return None if trigger is None else Spot(trigger + 1)

    return spoil


def _cut(segments: Segments) -> Spot | None:
    """The file ends in the middle of the set."""
    at = where(segments, "SE")
    if at is None:
        return None
    del segments[at - 2 :]
    return Spot(len(segments))


def _twice(identifier: str, end: str) -> Spoil:
    """The whole stretch from one segment to another comes twice."""

    def spoil(segments: Segments) -> Spot | None:
        start, stop = where(segments, identifier), where(segments, end)
        if start is None or stop is None:
            return None
        block = [list(elements) for elements in segments[start : stop + 1]]
        segments[stop + 1 : stop + 1] = block
        for counter in {"ST": ("GE",), "GS": ("IEA",)}.get(identifier, ()):
            last = where(segments, counter)
            if last is not None:
                segments[last][1] = "2"
        return Spot(stop + 2)

    return spoil


def _stray(segments: Segments) -> Spot | None:
    at = where(segments, "GS")
    if at is None:
        return None
    segments.insert(at + 1, ["REF", "F8", "1"])
    return Spot(at + 2)


ENVELOPE = (
    Kind(
        "ISA12 another version", "envelope", "X12-0109", put("ISA", position=12, value="00401", path="ISA12")
    ),
    Kind("ISA06 too short", "envelope", "X12-0107", put("ISA", position=6, value="SHORT", path="ISA06")),
    Kind("ISA05 unknown qualifier", "envelope", "X12-0110", put("ISA", position=5, value="QQ", path="ISA05")),
    Kind("ISA09 no date", "envelope", "X12-0111", put("ISA", position=9, value="261332", path="ISA09")),
    Kind(
        "ISA13 with a letter",
        "envelope",
        "X12-0112",
        put("ISA", position=13, value="00000009A", path="ISA13"),
    ),
    Kind(
        "IEA02 is not ISA13", "envelope", "X12-0113", put("IEA", position=2, value="000000906", path="IEA02")
    ),
    Kind("IEA01 wrong", "envelope", "X12-0114", put("IEA", position=1, value="3", path="IEA01")),
    Kind("interchange twice", "envelope", "X12-0116", _twice("ISA", "IEA")),
    Kind("no IEA", "envelope", "X12-0106", _cut),
    Kind("segment between GS and ST", "envelope", "X12-0309", _stray),
    Kind("GE02 is not GS06", "envelope", "X12-0201", put("GE", position=2, value="18000", path="GE02")),
    Kind("GE01 wrong", "envelope", "X12-0202", put("GE", position=1, value="9", path="GE01")),
    Kind("no GE", "envelope", "X12-0203", _without("GE", "GS")),
    Kind("GS06 not a number", "envelope", "X12-0204", put("GS", position=6, value="A1", path="GS06")),
    Kind("GS04 no date", "envelope", "X12-0208", put("GS", position=4, value="20261399", path="GS04")),
    Kind("group twice", "envelope", "X12-0205", _twice("GS", "GE")),
    Kind(
        "GS01 of another transaction", "envelope", "X12-0207", put("GS", position=1, value="BE", path="GS01")
    ),
    Kind("GS02 empty", "envelope", "X12-0206", put("GS", position=2, value="", path="GS02")),
    Kind(
        "ST03 is not GS08", "envelope", "X12-0308", put("ST", position=3, value="005010X222A2", path="ST03")
    ),
    Kind("SE02 is not ST02", "envelope", "X12-0301", put("SE", position=2, value="9999", path="SE02")),
    Kind("SE01 wrong", "envelope", "X12-0302", put("SE", position=1, value="7", path="SE01"), recount=False),
    Kind("no SE", "envelope", "X12-0303", _without("SE", "ST")),
    Kind("ST02 too short", "envelope", "X12-0304", put("ST", position=2, value="1", path="ST02")),
    Kind("set twice", "envelope", "X12-0305", _twice("ST", "SE")),
    Kind(
        "version of before", "envelope", "X12-0307", put("ST", position=3, value="004010X098A1", path="ST03")
    ),
    Kind("another transaction", "envelope", "X12-0306", put("ST", position=1, value="834", path="ST01")),
    Kind("no transaction at all", "envelope", "X12-0310", put("ST", position=1, value="83", path="ST01")),
)
