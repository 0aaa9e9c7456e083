"""Dates, codes, conditions, notes and attachments: what hangs on a claim or a line alike."""

from collections.abc import Sequence

from shared.claim import Ambulance, Amount, Attachment, Coded, Conditions, Diagnosis, Note, Period, Procedure
from shared.x12.writing837.marks import C, E, S, cents, day, span
from shared.x12.writing837.ranks import Rows

LAST = 999
"""Rank of what the loop has no place for: written last, for the judge to see."""


def period(said: Period) -> str:
    """Write a DTP: D8, RD8, DT or TM, by what is known."""
    head = f"DTP{E}{said.qualifier}{E}"
    if said.first is None:
        return f"{head}TM{E}{said.time}{S}"
    if said.last is not None:
        return f"{head}RD8{E}{span(said.first, said.last)}{S}"
    if said.time:
        return f"{head}DT{E}{day(said.first)}{said.time}{S}"
    return f"{head}D8{E}{day(said.first)}{S}"


def periods(rows: Rows, places: dict[str, int], said: Sequence[Period]) -> None:
    """Write all dates of a loop."""
    for one in said:
        rows.append((places.get(f"DTP*{one.qualifier}", LAST), period(one)))


def amounts(rows: Rows, places: dict[str, int], said: Sequence[Amount]) -> None:
    """Write AMT segments."""
    for one in said:
        rows.append(
            (places.get(f"AMT*{one.qualifier}", LAST), f"AMT{E}{one.qualifier}{E}{cents(one.cents)}{S}")
        )


def notes(rows: Rows, places: dict[str, int], said: Sequence[Note]) -> None:
    """Write NTE segments."""
    for one in said:
        rows.append((places.get(f"NTE*{one.qualifier}", LAST), f"NTE{E}{one.qualifier}{E}{one.text}{S}"))


def conditions(rows: Rows, places: dict[str, int], said: Sequence[Conditions]) -> None:
    """Write CRC segments."""
    for one in said:
        text = f"CRC{E}{one.category}{E}{'Y' if one.applies else 'N'}{E}{E.join(one.codes)}{S}"
        rows.append((places.get(f"CRC*{one.category}", LAST), text))


def attachments(rows: Rows, places: dict[str, int], said: Sequence[Attachment]) -> None:
    """Write PWK segments."""
    for one in said:
        control = f"{E}{E}{E}AC{E}{one.control}" if one.control else ""
        rank = places.get(f"PWK*{one.transmission}", LAST)
        rows.append((rank, f"PWK{E}{one.kind}{E}{one.transmission}{control}{S}"))


def ambulance(rows: Rows, places: dict[str, int], said: Ambulance | None) -> None:
    """Write a CR1."""
    if said is None:
        return
    weight = f"LB{E}{said.weight}" if said.weight else E
    miles = f"DH{E}{said.miles}" if said.miles else E
    words = f"{said.round_trip_purpose}{E}{said.stretcher_purpose}"
    rows.append((places.get("CR1", LAST), f"CR1{E}{weight}{E}{E}{said.reason}{E}{miles}{E}{E}{E}{words}{S}"))


def code_rows(rows: Rows, places: dict[str, int], composites: Sequence[tuple[str, str]], size: int) -> None:
    """Write HI segments from ``(qualifier, composite)`` pairs that belong to one place, ``size`` to a segment."""
    for at in range(0, len(composites), size):
        part = composites[at : at + size]
        rank = places.get(f"HI*{part[0][0]}", LAST)
        rows.append((rank, f"HI{E}{E.join([text for _, text in part])}{S}"))


def diagnosis(said: Diagnosis) -> str:
    """Write one diagnosis composite."""
    if said.poa:
        return f"{said.qualifier}{C}{said.code}{C * 7}{said.poa}"
    return f"{said.qualifier}{C}{said.code}"


def procedure(said: Procedure) -> str:
    """Write one claim-level procedure composite."""
    on = f"{C}D8{C}{day(said.on)}" if said.on else ""
    return f"{said.qualifier}{C}{said.code}{on}"


def coded(said: Coded) -> str:
    """Write one condition, occurrence, span, value or treatment composite."""
    if said.amount is not None:
        return f"{said.qualifier}{C}{said.code}{C}{C}{C}{cents(said.amount)}"
    if said.first is not None and said.last is not None:
        return f"{said.qualifier}{C}{said.code}{C}RD8{C}{span(said.first, said.last)}"
    if said.first is not None:
        return f"{said.qualifier}{C}{said.code}{C}D8{C}{day(said.first)}"
    return f"{said.qualifier}{C}{said.code}"
