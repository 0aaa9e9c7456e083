"""How the claims, recoveries and zero payments of an 835 are spoiled so that its sums may close all the same."""

from tests.mutants.kinds import Kind, Segments, Spot, where

_ENDS = ("CLP", "LX", "PLB", "SE")


def _claim_end(segments: Segments, start: int) -> int:
    return next(i for i in range(start + 1, len(segments)) if segments[i][0] in _ENDS)


def _claim(segments: Segments, *statuses: str) -> int | None:
    return next((i for i, s in enumerate(segments) if s[0] == "CLP" and s[2] in statuses), None)


def _without_lines(segments: Segments, facility: str = "20") -> Spot | None:
    """A claim of this facility code without its lines."""
    start = _claim(segments, "1", "2", "3")
    if start is None:
        return None
    end = _claim_end(segments, start)
    line = next((i for i in range(start, end) if segments[i][0] == "SVC"), None)
    if line is None:
        return None
    del segments[line:end]
    segments[start][8] = facility
    return Spot(start + 1, "CLP08")


def _outpatient_without_lines(segments: Segments) -> Spot | None:
    """Type of bill 13, and nothing that tells of a stay."""
    start = _claim(segments, "1", "2", "3")
    if start is None or any(s[0] == "MIA" for s in segments[start : _claim_end(segments, start)]):
        return None
    return _without_lines(segments, "13")


def _forwarded_to_nobody(segments: Segments) -> Spot | None:
    """The next payer's name lost."""
    start = _claim(segments, "19", "20", "21")
    if start is None:
        return None
    at = next(i for i in range(start, len(segments)) if segments[i][:2] == ["NM1", "TT"])
    del segments[at]
    return Spot(start + 1, "CLP02")


def _twice(segments: Segments) -> Spot | None:
    """A claim repeated with all that belongs to it."""
    start = _claim(segments, "1", "2", "3")
    if start is None:
        return None
    end = _claim_end(segments, start)
    segments[end:end] = [list(elements) for elements in segments[start:end]]
    return Spot(end + 1, "CLP07")


def _recovered(segments: Segments, reference: str) -> Spot | None:
    end = where(segments, "SE")
    if end is None:
        return None
    segments.insert(end, ["PLB", "1234567893", "20261231", reference, "5"])
    return Spot(end + 1, "PLB03")


def _taken_twice(segments: Segments) -> Spot | None:
    """A reversed claim's money taken back by a provider adjustment too."""
    at = _claim(segments, "22")
    return _recovered(segments, f"WO:{segments[at][7]}") if at is not None else None


def _nobodys(segments: Segments) -> Spot | None:
    """A recovery without a reference."""
    return _recovered(segments, "WO")


def _no_notice(segments: Segments) -> Spot | None:
    """A payment of nothing that is said to be one."""
    at = where(segments, "BPR")
    if at is None:
        return None
    segments[at][1:5] = ["I", "0", "C", "NON"]
    return Spot(at + 1, "BPR02")


CLAIM_KINDS: tuple[Kind, ...] = (
    Kind("professional claim without lines", "claim", "X12-1023", _without_lines),
    Kind("outpatient claim without lines", "claim", "X12-1029", _outpatient_without_lines),
    Kind("forwarded to nobody", "claim", "X12-1024", _forwarded_to_nobody),
    Kind("reversed and recovered", "transaction", "X12-1025", _taken_twice),
    Kind("claim repeated", "claim", "X12-1026", _twice),
    Kind("recovery of nobody's", "transaction", "X12-1027", _nobodys),
    Kind("zero payment that is no notice", "transaction", "X12-1028", _no_notice),
)
"""Kinds of defects, each told at the claim or at the payment."""
