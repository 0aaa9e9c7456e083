"""What a rule may know beyond the claim: the day, code sets by date, payers' wishes, possible duplicates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from msgspec import Struct

from shared.claim import Provider

Named = tuple[str, str, Provider]
"""One provider of a claim: JSON pointer, X12 loop, who it is."""


@dataclass(frozen=True, slots=True)
class CodeSet:
    """One code system in time: code -> (first, last) day of service.

    ``complete`` says whether a code that is not in the table does not exist; a demo part of a system can only
    say that a code it lists was not valid on a day. ``covers`` is the span of days that the table knows about.
    """

    system: str
    complete: bool
    covers: tuple[date, date]
    spans: Mapping[str, tuple[date, date]]

    def verdict(self, code: str, day: date) -> str:
        """Say whether the code may be used on that day of service: ``valid``, ``unknown`` (no such code), ``too early``,
        ``too late``, or ``cannot say``."""
        span = self.spans.get(code)
        if span is None:
            known = self.complete and self.covers[0] <= day <= self.covers[1]
            return "unknown" if known else "cannot say"
        if day < span[0]:
            return "too early" if day >= self.covers[0] else "cannot say"
        return "too late" if day > span[1] else "valid"


@dataclass(frozen=True, slots=True)
class Payer:
    """What one payer wants: member id form, days from service to receipt of an original claim, where that is written."""

    member_id: re.Pattern[str]
    timely_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is data and not code: code sets, payers, and the version that names this state of it."""

    icd10cm: CodeSet
    hcpcs: CodeSet
    payers: Mapping[str, Payer]
    other: Payer
    version: str

    def payer(self, payer_id: str) -> Payer:
        """The payer's wishes, or what holds where nothing is said."""
        return self.payers.get(payer_id, self.other)


class Facts(Struct, frozen=True, kw_only=True, gc=False):
    """The facts for one claim at one moment. ``duplicates`` are ids of other live claims with the same fingerprint.

    ``today`` is the service's day; the decision fills it in from the time it is given. ``first`` and ``last`` (day of
    service), ``days_left`` (until the payer's filing limit) and ``providers`` are worked out once, by ``scrub``, for all
    rules that ask.
    """

    book: Book
    today: date = date.min
    fingerprint: bytes = b""
    duplicates: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    days_left: int | None = None
    providers: tuple[Named, ...] = ()
