"""Dates, codes, conditions, notes and attachments: what hangs on a claim or a line alike."""

from datetime import date
from functools import lru_cache
from typing import Literal, cast

from shared.claim import (
    Ambulance,
    Amount,
    Attachment,
    Coded,
    Conditions,
    Diagnosis,
    Note,
    Period,
    Procedure,
    Segment,
)
from shared.x12.elements import amount
from shared.x12.reading837.values import Rows, UnreadableError, at, dated, literal, money, padded, period_of
from shared.x12.walker import Elements

_POA: tuple[Literal["", "Y", "N", "U", "W", "1"], ...] = ("", "Y", "N", "U", "W", "1")
_DIAGNOSES = frozenset(("ABK", "BK", "ABF", "BF", "ABJ", "BJ", "APR", "PR", "ABN", "BN"))
_PROCEDURES = frozenset(("BBR", "BR", "CAH", "BBQ", "BQ", "BP", "BO"))


def periods(rows: Rows) -> tuple[Period, ...]:
    """Take all DTP that are left."""
    found = rows.take_kind("DTP")
    return tuple([_period(e) for e in found]) if found else ()


def _period(elements: Elements) -> Period:
    first, last, time = dated(elements)
    return Period(qualifier=at(elements, 1), first=first, last=last, time=time)


def amounts(rows: Rows) -> tuple[Amount, ...]:
    """Take all AMT that are left."""
    found = rows.take_kind("AMT")
    return tuple([Amount(at(e, 1), money(e, 2)) for e in found]) if found else ()


def notes(rows: Rows) -> tuple[Note, ...]:
    """Take all NTE."""
    found = rows.take_kind("NTE")
    return tuple([Note(at(e, 1), at(e, 2)) for e in found]) if found else ()


def conditions(rows: Rows) -> tuple[Conditions, ...]:
    """Take all CRC."""
    found = rows.take_kind("CRC")
    return (
        tuple([Conditions(at(e, 1), at(e, 2) == "Y", tuple(c for c in e[3:] if c)) for e in found])
        if found
        else ()
    )


def attachments(rows: Rows) -> tuple[Attachment, ...]:
    """Take all PWK."""
    found = rows.take_kind("PWK")
    return (
        tuple([Attachment(kind=at(e, 1), transmission=at(e, 2), control=at(e, 6)) for e in found])
        if found
        else ()
    )


def ambulance(rows: Rows) -> Ambulance | None:
    """Take CR1."""
    found = rows.take("CR1")
    if found is None:
        return None
    e = padded(found, 10)
    return Ambulance(weight=e[2], reason=e[4], miles=e[6], round_trip_purpose=e[9], stretcher_purpose=e[10])


class Coding:
    """All HI segments of a claim, sorted into diagnoses, procedures, NUBC codes and the DRG; ``kept`` are malformed ones."""

    __slots__ = ("codes", "diagnoses", "drg", "kept", "procedures")

    def __init__(self, rows: Rows) -> None:
        self.diagnoses: list[Diagnosis] = []
        self.procedures: list[Procedure] = []
        self.codes: list[Coded] = []
        self.drg = ""
        separator = rows.component
        self.kept: list[Segment] = []
        for elements in rows.take_kind("HI"):
            read = [_diagnosis(c, separator) for c in elements[1:] if c]
            if all(read):
                self.diagnoses += cast("list[Diagnosis]", read)
            else:
                self._mixed(elements, separator)

    def _mixed(self, elements: Elements, separator: str) -> None:
        """A segment that says more than diagnoses."""
        composites = [c.split(separator) if separator else [c] for c in elements[1:] if c]
        if any(len(parts) < 2 for parts in composites):
            self.kept.append(Segment("2300", tuple(elements)))
            return
        for parts in composites:
            self._take(parts, elements)

    def _take(self, parts: list[str], elements: Elements) -> None:
        qualifier, code = parts[0], parts[1]
        if qualifier in _DIAGNOSES:
            poa = literal(parts[8], _POA, elements, "01-9") if len(parts) > 8 else ""
            self.diagnoses.append(Diagnosis(code=code, qualifier=qualifier, poa=poa))
        elif qualifier in _PROCEDURES:
            first, _, _ = _when(parts, elements)
            self.procedures.append(Procedure(code=code, qualifier=qualifier, on=first))
        elif qualifier == "DR":
            self.drg = code
        else:
            first, last, _ = _when(parts, elements)
            cents = _value(parts[4], elements) if len(parts) > 4 and parts[4] else None
            self.codes.append(Coded(qualifier=qualifier, code=code, first=first, last=last, amount=cents))


def _diagnosis(composite: str, separator: str) -> Diagnosis | None:
    """A diagnosis that says nothing but its code, None for anything else."""
    return _plain_diagnosis(composite, separator) if len(composite) <= _LONGEST_CODE else None


_LONGEST_CODE = 12
"""Qualifier, separator and code of ICD: longer texts would fill the memory."""


@lru_cache(maxsize=8192)
def _plain_diagnosis(composite: str, separator: str) -> Diagnosis | None:
    """The same few codes stand on most claims: they are remembered."""
    parts = composite.split(separator) if separator else [composite]
    if len(parts) != 2 or parts[0] not in _DIAGNOSES:
        return None
    return Diagnosis(code=parts[1], qualifier=parts[0])


def _when(parts: list[str], elements: Elements) -> tuple[date | None, date | None, str]:
    if len(parts) < 4 or not parts[3]:
        return None, None, ""
    try:
        return period_of(parts[2], parts[3])
    except ValueError as error:
        raise UnreadableError(0, elements[0], "01-4", "not a date in the announced format") from error


def _value(text: str, elements: Elements) -> int:
    try:
        return amount(text)
    except ValueError as error:
        raise UnreadableError(0, elements[0], "01-5", "not an amount") from error
