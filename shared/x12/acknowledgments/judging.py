"""What a TA1 says that no TA1 can say, or against itself (claims-rules 3.7)."""

from collections.abc import Iterator

from shared.x12.code_lists.notes import INTERCHANGE_ANSWERS, INTERCHANGE_NOTES
from shared.x12.findings import Place, finding
from shared.x12.types import X12Finding


def judge_interchange_ack(answer: str, note: str, place: Place) -> Iterator[X12Finding]:
    """Judge TA104 and TA105 as they are written; ``place`` is the TA1's."""
    if answer not in INTERCHANGE_ANSWERS:
        yield finding("X12-1204", place, value=answer)
    if note not in INTERCHANGE_NOTES:
        yield finding("X12-1205", place, value=note)
    elif answer in INTERCHANGE_ANSWERS and (answer == "A") != (note == "000"):
        yield finding("X12-1206", place, value=f"{answer} {note}")
