"""The gist of an 837, for payers that judge nothing: the fields that their answers need, in one look at each segment.

What stands around the claims is read by shared/x12 all the same, as a file of its own. Whatever is not plain (a fault in
the envelope, a wrong count, an earlier payer's decision) is left to the whole reading, which says what it is.
"""

from collections.abc import Callable, Mapping
from typing import Final

from deploy.sandbox import reading
from deploy.sandbox.reading import AskedClaim, AskedFile, AskedLine
from shared import x12
from shared.claim import Name
from shared.x12.elements import amount
from shared.x12.reading837.parties import name
from shared.x12.reading837.values import at, period_of
from shared.x12.segments import Delimiters
from shared.x12.splitting import Splitter, Stretch
from shared.x12.types import Batch
from shared.x12.walker import Elements


class _NotPlainError(ValueError):
    """A file that the whole reading must look at."""


def read(data: bytes) -> AskedFile:
    """Read one interchange unjudged, as ``reading.read`` does: counts and control numbers are checked. Raises as it does."""
    return plain(data) or reading.read(data, judged=False)


def plain(data: bytes) -> AskedFile | None:
    """The file by its gist; None when it must be read as a whole."""
    try:
        return _plain(data)
    except (ValueError, IndexError):
        return None


def _plain(data: bytes) -> AskedFile:
    walk: _Walk | None = None
    splitter = Splitter()
    for part in (*splitter.feed(data), *splitter.end()):
        if not isinstance(part, Stretch) or part.latin or part.open_end:
            raise _NotPlainError
        walk = walk or _Walk(part.delimiters)
        walk.take(part)
    if walk is None:
        raise _NotPlainError
    found = x12.read(walk.envelope(), judged=False)
    if found.findings or not all(isinstance(one, Batch) and not one.findings for one in found.transactions):
        raise _NotPlainError
    return reading.asked(found, walk.sets)


class _Walk:
    """One file while its segments go by: of each level what was said last, until the next one begins."""

    def __init__(self, marks: Delimiters) -> None:
        self.sets: Final[list[tuple[AskedClaim, ...]]] = []
        self._marks = marks
        self._takes = {tag if len(tag) > 2 else tag + marks.element: take for tag, take in _TAKES.items()}
        self._around: list[str] = []
        self._number = self._named = 0
        self._claims: list[AskedClaim] = []
        self._lines: list[AskedLine] = []
        self._level = self._party = ""
        self._npi = self._tax_id = self._payee = self._member = self._payer = self._payer_name = ""
        self._subscription: Elements = []
        self._patient = Name(last="")
        self._claim: Elements = []
        self._original = ""
        self._line: Elements = []
        self._service: Elements = []
        self._day: Elements = []
        self._control = ""

    def take(self, part: Stretch) -> None:
        """Look at each segment of a stretch."""
        if part.delimiters != self._marks:
            raise _NotPlainError
        takes, element = self._takes, self._marks.element
        for number, text in enumerate(part.texts, part.number):
            take = takes.get(text[:3])
            if take is not None:
                take(self, text.split(element), number)
        self._number = part.number + len(part.texts) - 1

    # ------------------------------------------------------------ what stands around the claims

    def envelope(self) -> bytes:
        """The file without its claims. Raises _NotPlainError when something stands between its sets."""
        if self._number != self._named:
            raise _NotPlainError
        return "".join([text + self._marks.segment for text in self._around]).encode("ascii")

    def _keep(self, e: Elements, number: int) -> None:
        self._around.append(self._marks.element.join(e))

    def _edge(self, e: Elements, number: int) -> None:
        self._named += 1
        self._keep(e, number)

    def _set(self, e: Elements, number: int) -> None:
        self._level, self._first, self._kept = "", number, len(self._around)
        self._keep(e, number)

    def _end(self, e: Elements, number: int) -> None:
        """A set is over: its count is held against the file; what is kept of the set gets a count of its own."""
        self._finish()
        size = number - self._first + 1
        if int(e[1]) != size:
            raise _NotPlainError
        self._named += size
        self._keep([e[0], str(len(self._around) - self._kept + 1), *e[2:]], number)
        self.sets.append(tuple(self._claims))
        self._claims = []

    def _desk(self, e: Elements, number: int) -> None:
        if not self._level:
            self._keep(e, number)

    # ------------------------------------------------------------ the levels above a claim

    def _hierarchy(self, e: Elements, number: int) -> None:
        self._finish()
        self._level = e[3]
        if self._level == "20":
            self._tax_id = self._party = ""

    def _subscriber(self, e: Elements, number: int) -> None:
        if self._claim:
            raise _NotPlainError  # another payer's part in the claim
        self._subscription = e

    def _name(self, e: Elements, number: int) -> None:
        if self._claim:
            return
        party = self._party = e[1]
        if party == "IL":
            self._patient, self._member = name(e), at(e, 9)
        elif party == "PR":
            self._payer_name, self._payer = e[3], at(e, 9)
        elif party == "QC":
            self._patient = name(e)
        elif party == "85":
            self._payee, self._npi = e[3], at(e, 9) if at(e, 8) == "XX" else ""
        elif not self._level:
            self._keep(e, number)

    # ------------------------------------------------------------ claim and line

    def _begin(self, e: Elements, number: int) -> None:
        self._finish()
        self._claim, self._original = e, ""

    def _reference(self, e: Elements, number: int) -> None:
        kind = e[1]
        if kind == "6R":
            self._control = e[2]
        elif kind == "F8":
            self._original = e[2]
        elif kind in ("EI", "SY") and self._party == "85":
            self._tax_id = self._tax_id or e[2]

    def _number_line(self, e: Elements, number: int) -> None:
        self._finish_line()
        self._line, self._service, self._day, self._control = e, [], [], ""

    def _serve(self, e: Elements, number: int) -> None:
        self._service = e

    def _date(self, e: Elements, number: int) -> None:
        if e[1] == "472":
            self._day = e

    def _decided(self, e: Elements, number: int) -> None:
        raise _NotPlainError  # an earlier payer's decision

    def _finish_line(self) -> None:
        if not self._line:
            return
        kind, product, charge, _, units = self._service[:5]
        revenue = ""
        if kind == "SV2":
            revenue, product, charge, units = product, charge, self._service[3], at(self._service, 5)
        parts = product.split(self._marks.component)
        code_kind, code = parts[:2] if len(parts) > 1 else ("HC", product)
        first = period_of(self._day[2], self._day[3])[0] if self._day else None
        self._lines.append(
            AskedLine(
                charge=amount(charge),
                code=code,
                code_kind=code_kind,
                modifiers=tuple([m for m in parts[2:6] if m]) if len(parts) > 2 else (),
                revenue_code=revenue,
                units=units,
                first=first,
                control=self._control,
            )
        )
        self._line = []

    def _finish(self) -> None:
        """The claim that is open is whole."""
        if not self._claim:
            return
        self._finish_line()
        e, self._claim = self._claim, []
        place, _, frequency = e[5].split(self._marks.component)
        self._claims.append(
            AskedClaim(
                number=e[1],
                payer=self._payer,
                payer_name=self._payer_name,
                member=self._member,
                charge=amount(e[2]),
                place=place,
                frequency=frequency,
                order=self._subscription[1],
                filing=at(self._subscription, 9),
                npi=self._npi,
                tax_id=self._tax_id,
                payee=self._payee,
                patient=self._patient,
                lines=tuple(self._lines),
                original=self._original,
            )
        )
        self._lines = []


_TAKES: Final[Mapping[str, Callable[[_Walk, Elements, int], None]]] = {
    **dict.fromkeys(("ISA", "GS", "GE", "IEA"), _Walk._edge),
    "ST": _Walk._set,
    "BHT": _Walk._keep,
    "PER": _Walk._desk,
    "SE": _Walk._end,
    "HL": _Walk._hierarchy,
    "SBR": _Walk._subscriber,
    "NM1": _Walk._name,
    "CLM": _Walk._begin,
    "REF": _Walk._reference,
    "LX": _Walk._number_line,
    "SV1": _Walk._serve,
    "SV2": _Walk._serve,
    "DTP": _Walk._date,
    "SVD": _Walk._decided,
}
"""By the first three characters of a segment's text; what is not here says nothing that an answer needs."""
