"""Reads an 837 as a payer's front door would: fast, only what an answer needs, and not with the reader of the product.

A payer is somebody else: what our writer writes wrongly must not be forgiven by our own reader.
"""

from collections.abc import Callable
from datetime import date

from msgspec import Struct

from shared.claim import Name, parse_cents


class AskedLine(Struct, frozen=True, kw_only=True, gc=False):
    """One service line. ``left`` is what an earlier payer left to the patient (PR of 2430), None where not told."""

    charge: int
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    units: str = ""
    first: date | None = None
    control: str = ""
    left: int | None = None


class AskedClaim(Struct, frozen=True, kw_only=True, gc=False):
    """One claim. ``earlier`` is what earlier payers left to the patient on the claim as a whole, None on a primary claim."""

    number: str
    payer: str
    payer_name: str
    member: str
    charge: int
    place: str
    frequency: str
    order: str
    filing: str
    npi: str
    tax_id: str
    payee: str
    patient: Name
    lines: tuple[AskedLine, ...]
    earlier: int | None = None


class AskedSet(Struct, frozen=True, kw_only=True, gc=False):
    """One ST-SE. ``counts_close`` says whether SE01 and SE02 are right."""

    control: str
    guide: str
    batch: str
    submitter: str
    submitter_id: str
    claims: tuple[AskedClaim, ...]
    counts_close: bool


class AskedFile(Struct, frozen=True, kw_only=True, gc=False):
    """One interchange with one group: who sends, the numbers, the sets."""

    sender: tuple[str, str]
    receiver: tuple[str, str]
    applications: tuple[str, str]
    interchange: int
    group: int
    guide: str
    usage: str
    acknowledge: bool
    sets: tuple[AskedSet, ...]

    @property
    def claims(self) -> tuple[AskedClaim, ...]:
        """All claims of the file in order."""
        return tuple(claim for one in self.sets for claim in one.claims)


class UnreadableFileError(ValueError):
    """Not an interchange at all; the message says what is missing."""


def read(data: bytes) -> AskedFile:
    """Read one interchange. Raises UnreadableFileError for bytes that are none, or that end early."""
    text = data.decode("latin-1").strip()
    if len(text) < 108 or not text.startswith("ISA"):
        raise UnreadableFileError("no ISA segment at the start")
    element, component, terminator = text[3], text[104], text[105]
    segments = [s.strip().split(element) for s in text.split(terminator)]
    segments = [s for s in segments if s != [""]]
    isa, last = segments[0], segments[-1]
    if len(isa) != 17 or last[0] != "IEA" or len(last) < 3 or last[2] != isa[13]:
        raise UnreadableFileError("the interchange does not close with its own IEA")
    reader = _Reader(component)
    for segment in segments[1:-1]:
        reader.take(segment)
    if reader.group is None:
        raise UnreadableFileError("no group (GS) in the interchange")
    group = reader.group
    return AskedFile(
        sender=(isa[5], isa[6].strip()),
        receiver=(isa[7], isa[8].strip()),
        applications=(group[2], group[3]),
        interchange=int(isa[13]),
        group=int(group[6]),
        guide=group[8],
        usage=isa[15],
        acknowledge=isa[14] == "1",
        sets=tuple(reader.sets),
    )


class _Reader:
    """Walks the segments once. What is above a claim (provider, subscriber, payer) stays until it is replaced."""

    def __init__(self, component: str) -> None:
        self.component = component
        self.group: list[str] | None = None
        self.sets: list[AskedSet] = []
        self._takers: dict[str, Callable[[list[str]], None]] = {
            "GS": self._gs,
            "ST": self._st,
            "BHT": self._bht,
            "HL": self._hl,
            "NM1": self._nm1,
            "REF": self._ref,
            "SBR": self._sbr,
            "CLM": self._clm,
            "CAS": self._cas,
            "LX": self._lx,
            "SV1": self._sv1,
            "SV2": self._sv2,
            "DTP": self._dtp,
            "SVD": self._svd,
            "SE": self._se,
        }
        self._count = 0
        self._st([])

    def take(self, segment: list[str]) -> None:
        self._count += 1
        taker = self._takers.get(segment[0])
        if taker is not None:
            taker(segment)

    def _gs(self, s: list[str]) -> None:
        self.group = s

    def _st(self, s: list[str]) -> None:
        self._start, self._count = s, 1
        self._batch = self._submitter = self._submitter_id = ""
        self._payee = self._npi = self._tax = self._payer = self._payer_name = self._member = ""
        self._order, self._filing, self._who = "P", "", Name(last="")
        self._claims: list[AskedClaim] = []
        self._claim: list[str] | None = None
        self._lines: list[dict[str, object]] = []
        self._earlier: int | None = None
        self._in_decision = False

    def _bht(self, s: list[str]) -> None:
        self._batch = _at(s, 3)

    def _hl(self, s: list[str]) -> None:
        self._close()
        if _at(s, 3) == "20":
            self._npi = self._tax = self._payee = ""

    def _sbr(self, s: list[str]) -> None:
        self._in_decision = False
        if self._claim is None:
            self._order, self._filing = _at(s, 1), _at(s, 9)
        elif self._earlier is None:
            self._earlier = 0

    def _nm1(self, s: list[str]) -> None:
        if self._claim is not None:
            return
        role = s[1]
        if role == "41":
            self._submitter, self._submitter_id = _at(s, 3), _at(s, 9)
        elif role == "85":
            self._payee, self._npi = _at(s, 3), _at(s, 9)
        elif role == "IL":
            self._who, self._member = _name(s), _at(s, 9)
        elif role == "QC":
            self._who = _name(s)
        elif role == "PR":
            self._payer_name, self._payer = _at(s, 3), _at(s, 9)

    def _ref(self, s: list[str]) -> None:
        if self._claim is None and s[1] in ("EI", "SY"):
            self._tax = self._tax or _at(s, 2)
        elif s[1] == "6R" and self._lines:
            self._lines[-1]["control"] = _at(s, 2)

    def _clm(self, s: list[str]) -> None:
        self._close()
        self._claim, self._lines, self._earlier = s, [], None

    def _lx(self, s: list[str]) -> None:
        self._in_decision = False
        self._lines.append({"charge": 0})

    def _sv1(self, s: list[str]) -> None:
        kind, code, *modifiers = s[1].split(self.component)
        self._lines[-1] |= {
            "code_kind": kind,
            "code": code,
            "modifiers": tuple(m for m in modifiers[:4] if m),
            "charge": parse_cents(s[2]),
            "units": _at(s, 4),
        }

    def _sv2(self, s: list[str]) -> None:
        self._lines[-1] |= {"revenue_code": s[1], "charge": parse_cents(s[3]), "units": _at(s, 5)}
        if _at(s, 2):
            kind, code, *modifiers = s[2].split(self.component)
            self._lines[-1] |= {
                "code_kind": kind,
                "code": code,
                "modifiers": tuple(m for m in modifiers[:4] if m),
            }

    def _dtp(self, s: list[str]) -> None:
        if s[1] == "472" and self._lines:
            day = _at(s, 3)[:8]
            self._lines[-1]["first"] = date(int(day[:4]), int(day[4:6]), int(day[6:8]))

    def _svd(self, s: list[str]) -> None:
        self._in_decision = True
        if self._lines:
            self._lines[-1]["left"] = 0

    def _cas(self, s: list[str]) -> None:
        """PR amounts of an earlier payer are what is left of the patient's, on the claim or on the line."""
        if s[1] != "PR":
            return
        cents = sum(parse_cents(amount) for amount in s[3::3] if amount)
        if self._in_decision and self._lines:
            left = self._lines[-1]["left"]
            self._lines[-1]["left"] = (left if isinstance(left, int) else 0) + cents
        else:
            self._earlier = (self._earlier or 0) + cents

    def _close(self) -> None:
        if self._claim is None:
            return
        claim, self._claim = self._claim, None
        place = claim[5].split(self.component) if len(claim) > 5 else [""]
        self._claims.append(
            AskedClaim(
                number=claim[1],
                payer=self._payer,
                payer_name=self._payer_name,
                member=self._member,
                charge=parse_cents(claim[2]),
                place=place[0],
                frequency=place[2] if len(place) > 2 else "1",
                order=self._order,
                filing=self._filing,
                npi=self._npi,
                tax_id=self._tax,
                payee=self._payee,
                patient=self._who,
                lines=tuple(AskedLine(**line) for line in self._lines),  # type: ignore[arg-type]
                earlier=self._earlier,
            )
        )
        self._in_decision = False

    def _se(self, s: list[str]) -> None:
        self._close()
        closes = _at(s, 1) == str(self._count) and _at(s, 2) == _at(self._start, 2)
        self.sets.append(
            AskedSet(
                control=_at(self._start, 2),
                guide=_at(self._start, 3),
                batch=self._batch,
                submitter=self._submitter,
                submitter_id=self._submitter_id,
                claims=tuple(self._claims),
                counts_close=closes,
            )
        )


def _at(segment: list[str], position: int) -> str:
    return segment[position] if position < len(segment) else ""


def _name(s: list[str]) -> Name:
    return Name(last=_at(s, 3), first=_at(s, 4), middle=_at(s, 5), organization=_at(s, 2) == "2")
