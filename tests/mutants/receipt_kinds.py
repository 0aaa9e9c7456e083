"""Defects of 277CA, 999 and TA1: counts and amounts, contradictions, structure."""

from collections.abc import Iterator
from itertools import count
from random import Random

from shared.testing.every_receipt import group_ack, receipt
from shared.testing.every_remittance import AT, header
from shared.x12 import write_277ca, write_999, write_ta1
from shared.x12.types import InterchangeAck
from tests.mutants.kinds import Kind, Segments, Spoil, Spot, drop, insert, put, where


def clean_receipts(seed: int = 0) -> Iterator[bytes]:
    """Clean 277CA files."""
    for at in count():
        yield write_277ca(receipt(Random(f"mutants 277CA {seed} {at}"), 4))


def clean_acks(seed: int = 0) -> Iterator[bytes]:
    """Clean 999 files."""
    for at in count():
        yield write_999(group_ack(Random(f"mutants 999 {seed} {at}"), 4))


def clean_notes(seed: int = 0) -> Iterator[bytes]:
    """Clean TA1 files: accepted, accepted with an error noted, and rejected interchanges in turn."""
    for at in count(1):
        chance, own = Random(f"mutants TA1 {seed} {at}"), header(at, "")
        note = f"{chance.randrange(1, 32):03d}" if at % 3 else "000"
        code = ("A", "E", "R")[at % 3]
        number = chance.randrange(1, 10**9)
        yield write_ta1(
            InterchangeAck(
                sender=own.sender, receiver=own.receiver, control=number, at=AT, code=code, note=note, header=own,  # type: ignore[arg-type]
            )
        )  # fmt: skip


def _note(segments: Segments) -> Spot | None:
    """An interchange that was refused without an error."""
    at = where(segments, "TA1")
    if at is None or segments[at][4] == "A":
        return None
    segments[at][5] = "000"
    return Spot(at + 1, "TA105")


def _batch(identifier: str, code: str, position: int, value: str) -> Spoil:
    """A total of the batch replaced; the finding stands at the set."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, code)
        start = where(segments, "ST")
        if at is None or start is None:
            return None
        segments[at][position] = value
        return Spot(start + 1, "2200B")

    return spoil


def _claim_status(position: int, value: str, component: int = 0) -> Spoil:
    """The status of the first claim changed; the finding stands at the claim's TRN."""

    def spoil(segments: Segments) -> Spot | None:
        patient = where(segments, "NM1", "QC")
        at = where(segments, "TRN", "2", after=patient or 0) if patient is not None else None
        if at is None or segments[at + 1][0] != "STC":
            return None
        status = segments[at + 1]
        if component:
            parts = status[position].split(":")
            parts[component - 1] = value
            value_ = ":".join(parts)
        else:
            value_ = value
        status[position] = value_
        return Spot(at + 1, "2200D")

    return spoil


def _batch_total(segments: Segments) -> Spot | None:
    at = where(segments, "STC")
    start = where(segments, "ST")
    if at is None or start is None:
        return None
    segments[at][4] = "1"
    return Spot(start + 1, "2200B")


def _unexplained(segments: Segments) -> Spot | None:
    """The first accepted set rejected, and nothing says why; the finding stands at the set that answers."""
    at = where(segments, "IK5", "A")
    start = where(segments, "ST")
    if at is None or start is None:
        return None
    segments[at][1] = "R"
    return Spot(start + 1, "2000")


RECEIPTS: tuple[Kind, ...] = (
    Kind("accepted claims miscounted", "sums", "X12-1101", _batch("QTY", "90", 2, "77")),
    Kind("rejected claims miscounted", "sums", "X12-1101", _batch("QTY", "AA", 2, "77")),
    Kind("accepted amount wrong", "sums", "X12-1102", _batch("AMT", "YU", 2, "0.01")),
    Kind("rejected amount wrong", "sums", "X12-1102", _batch("AMT", "YY", 2, "0.01")),
    Kind("batch total wrong", "sums", "X12-1106", _batch_total),
    Kind("accepted claim with a rejecting action", "status", "X12-1103", _claim_status(3, "U")),
    Kind("category of a 277", "status", "X12-1104", _claim_status(1, "F1", 1)),
    Kind("status that no list has", "status", "X12-1105", _claim_status(1, "99999", 2)),
    Kind(
        "action that does not exist", "status", "X12-0507", put("STC", position=3, value="XX", path="STC03")
    ),
    Kind("no BHT", "structure", "X12-0403", drop("BHT", stands="ST", path="BHT")),
    Kind("no date of receipt", "structure", "X12-0403", drop("DTP", "050", stands="TRN*1", path="DTP")),
    Kind("no batch status", "structure", "X12-0403", drop("STC", stands="TRN*2", path="STC")),
    Kind("unknown segment", "structure", "X12-0401", insert("TRN", "2", segment="ZZZ*1", path="")),
    Kind(
        "level number out of turn",
        "structure",
        "X12-0630",
        put("HL", "3", position=1, value="9", path="HL01"),
    ),
    Kind(
        "level under the wrong parent",
        "structure",
        "X12-0631",
        put("HL", "3", position=2, value="1", path="HL02"),
    ),
    Kind(
        "date that does not exist",
        "codes",
        "X12-0508",
        put("DTP", "472", "D8", position=3, value="20260231", path="DTP03"),
    ),
    Kind(
        "NPI of the provider wrong",
        "codes",
        "X12-0601",
        put("NM1", "85", position=9, value="1234567890", path="NM109"),
    ),
)

ACKS: tuple[Kind, ...] = (
    Kind("more accepted than were good", "sums", "X12-1201", put("AK9", position=4, value="4", path="AK9")),
    Kind("fewer included than received", "sums", "X12-1201", put("AK9", position=2, value="1", path="AK9")),
    Kind("group accepted, set rejected", "status", "X12-1202", put("AK9", position=1, value="A", path="AK9")),
    Kind(
        "group rejected, sets accepted", "status", "X12-1202", put("AK9", position=1, value="R", path="AK9")
    ),
    Kind("set rejected without a reason", "status", "X12-1203", _unexplained),
    Kind("answer that does not exist", "codes", "X12-0507", put("IK5", position=1, value="Q", path="IK501")),
    Kind(
        "group answer that does not exist",
        "codes",
        "X12-0507",
        put("AK9", position=1, value="Q", path="AK901"),
    ),
    Kind(
        "error code that does not exist",
        "codes",
        "X12-0507",
        put("IK3", position=4, value="99", path="IK304"),
    ),
    Kind("no AK1", "structure", "X12-0403", drop("AK1", stands="ST", path="AK1")),
    Kind("no AK9", "structure", "X12-0403", drop("AK9", stands="ST", path="AK9")),
    Kind("no IK5", "structure", "X12-0403", drop("IK5", stands="AK2", path="IK5")),
    Kind("count with letters", "structure", "X12-0514", put("AK9", position=3, value="4X", path="AK903")),
)

NOTES: tuple[Kind, ...] = (
    Kind("answer that no TA1 has", "codes", "X12-1204", put("TA1", position=4, value="Q", path="TA104")),
    Kind("note that no list has", "codes", "X12-1205", put("TA1", position=5, value="099", path="TA105")),
    Kind("refused without an error", "status", "X12-1206", _note),
)
