"""Defects that are not of segments but of bytes: what stands around the interchange, its header, its delimiters."""

from collections.abc import Callable

from tests.mutants.kinds import Kind, Mutant, Spot, join, split, where

Bend = Callable[[bytes], Mutant | None]


def _at_start(bend: Callable[[bytes], bytes]) -> Bend:
    return lambda data: (bend(data), Spot(1))


def _segments_before(data: bytes, at: int) -> int:
    return data.count(b"~", 0, at)


def _latin(data: bytes) -> Mutant | None:
    """A letter in Latin-1 in the first street."""
    at = data.find(b"~N3*")
    return None if at < 0 else (data[: at + 4] + b"CAF\xc9 " + data[at + 4 :], Spot(1))


def _not_closed(data: bytes) -> Mutant | None:
    """A second interchange begins before the first is closed; the finding stands at the one that is not closed."""
    end = data.rindex(b"IEA*")
    return data[:end] + data.replace(b"000000905", b"000000906"), Spot(1, "ISA")


def _same_delimiters(data: bytes) -> Mutant | None:
    """ISA16 announces the element separator."""
    return data[:104] + b"*" + data[105:], Spot(1, "ISA")


def _other_component(data: bytes) -> Mutant | None:
    """Composites use another separator than ISA16 announces; noticed at the first claim."""
    claim = data.find(b"CLM*")
    return None if claim < 0 else (
        data[:104] + b">" + data[105:],
        Spot(_segments_before(data, claim) + 1),
    )  # fmt: skip


def _after_the_group(data: bytes) -> Mutant | None:
    end = data.rindex(b"IEA*")
    return data[:end] + b"REF*F8*1~" + data[end:], Spot(_segments_before(data, end) + 1)


def _empty_interchange(data: bytes) -> Mutant | None:
    segments = split(data)
    first, last = where(segments, "GS"), where(segments, "GE")
    assert first is not None
    assert last is not None
    del segments[first : last + 1]
    segments[-1][1] = "0"
    return join(segments), Spot(len(segments))


def _empty_segment(data: bytes) -> Mutant | None:
    end = data.rindex(b"GE*")
    return data[:end] + b"~" + data[end:], Spot(_segments_before(data, end) + 1)


def _no_last_terminator(data: bytes) -> Mutant | None:
    return data[:-1], Spot(data.count(b"~"))


BYTES: tuple[Kind, ...] = (
    Kind("no ISA", "bytes", "X12-0101", bend=lambda data: (data[data.index(b"GS*") :], Spot(0))),
    Kind(
        "a banner before the ISA",
        "bytes",
        "X12-0102",
        bend=_at_start(lambda data: b"Subject: claims\n\n" + data),
    ),
    Kind(
        "a banner behind the IEA",
        "bytes",
        "X12-0119",
        bend=lambda data: (data + b"END OF FILE~", Spot(data.count(b"~") + 1)),
    ),
    Kind("byte order mark", "bytes", "X12-0103", bend=_at_start(lambda data: b"\xef\xbb\xbf" + data)),
    Kind("letter in Latin-1", "bytes", "X12-0104", bend=_latin),
    Kind("line breaks", "bytes", "X12-0105", bend=_at_start(lambda data: data.replace(b"~", b"~\r\n"))),
    Kind("ISA that ends early", "bytes", "X12-0108", bend=_at_start(lambda data: b"ISA*00*~")),
    Kind("interchange not closed", "bytes", "X12-0115", bend=_not_closed),
    Kind("separators that are the same", "bytes", "X12-0117", bend=_same_delimiters),
    Kind("component separator not announced", "bytes", "X12-0118", bend=_other_component),
    Kind("segment behind the group", "bytes", "X12-0119", bend=_after_the_group),
    Kind("interchange of nothing", "bytes", "X12-0120", bend=_empty_interchange),
    Kind("empty segment", "bytes", "X12-0121", bend=_empty_segment),
    Kind("no last terminator", "bytes", "X12-0122", bend=_no_last_terminator),
)
