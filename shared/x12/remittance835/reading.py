"""An 835 transaction set, from segments into a ``Remittance``, at once or claim by claim in bounded memory."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from shared.claim import Name, Reference, Segment
from shared.x12.elements import amount, day, kept, padded
from shared.x12.remittance835.claims import read_claim
from shared.x12.remittance835.parties import HEADER_REFERENCES, read_party
from shared.x12.types import ClaimPayment, Header, ProviderAdjustment, Remittance

STARTS = frozenset(("LX", "TS3", "TS2", "CLP", "PLB", "SE"))
"""Segments that end what was before them: header, group or claim."""

_STOPS = STARTS | {"ISA", "GS", "ST", "GE", "IEA"}

Block = list[Sequence[str]]


def read_remittance(
    segments: Sequence[Sequence[str]], component: str, header: Header, first: int = 1
) -> tuple[Remittance, tuple[int, ...]]:
    """Read one set, ST to SE. ``first`` is the number of ST in the file.

    Gives the numbers of the segments that could not be read beside it: with any, the set is not to be posted.
    """
    reader = RemittanceReader(component, first)
    reader.feed(segments)
    reader.close()
    return reader.finish(header, tuple(reader.ready)), tuple(reader.unread)


class RemittanceReader:
    """Reads one 835 as its segments come: it holds the segments of one claim, and the claims that nobody fetched.

    ``respelt`` is the component separator that the first line uses, when the ISA announced another: it is taken from there on.
    ``unread`` are the numbers of segments whose amounts could not be read. Claims are in ``ready`` as soon as the
    segment after them is seen.
    """

    def __init__(self, component: str, first: int = 1) -> None:
        self.unread: list[int] = []
        self.ready: list[ClaimPayment] = []
        self._component = component
        self._number = first
        self._values: dict[str, Any] = {}
        self._opening: list[Segment] = []
        self._pairs: list[ProviderAdjustment] = []
        self._extra: list[Segment] = []
        self._any_claim = False
        self._unsure = True
        self.respelt = ""
        self._block: Block = []
        self._take: Taker = RemittanceReader._take_head

    def feed(self, segments: Iterable[Sequence[str]]) -> None:
        """Take the next segments, in order, ST first."""
        block = self._block
        for segment in segments:
            if segment[0] in STARTS:
                self._take(self, block)
                self._number += len(block)
                block, self._take = [segment], _TAKERS.get(segment[0], RemittanceReader._take_group)
            else:
                block.append(segment)
        self._block = block

    def feed_texts(self, texts: Sequence[str], start: int, separator: str) -> int:
        """Take segments that are not split yet, up to SE or the envelope; gives the index where that stands, or the end.

        The same as ``feed``, said again because a generator between the two would cost a tenth of the speed.
        """
        block = self._block
        for index in range(start, len(texts)):
            segment = texts[index].split(separator)
            if segment[0] in _STOPS:
                if segment[0] not in STARTS or segment[0] == "SE":
                    self._block = block
                    return index
                self._take(self, block)
                self._number += len(block)
                block, self._take = [segment], _TAKERS.get(segment[0], RemittanceReader._take_group)
            else:
                block.append(segment)
        self._block = block
        return len(texts)

    def close(self) -> None:
        """No more segments come: the last claim is ready."""
        if self._block:
            self._take(self, self._block)
            self._block = []

    @property
    def number(self) -> int:
        """The number of the first segment that was not read into a value yet."""
        return self._number

    @property
    def day(self) -> date | None:
        """The day of the payment (BPR16, else DTM*405), known before the first claim is ready."""
        on: date | None = self._values.get("on") or self._values.get("production")
        return on

    def finish(self, header: Header, claims: tuple[ClaimPayment, ...] = ()) -> Remittance:
        """Give the remittance with ``claims``: all of them, or none when each was dealt with as it came."""
        values: dict[str, Any] = {
            name: tuple(said) if isinstance(said, list) else said for name, said in self._values.items()
        }
        return Remittance(
            header=header,
            **values,
            claims=claims,
            provider_adjustments=tuple(self._pairs),
            extra=(*self._extra, *self._opening),
        )

    def _take_claim(self, block: Block) -> None:
        if self._unsure:
            line = next((segment for segment in block if segment[0] == "SVC"), None)
            if line is not None:
                self._unsure = False
                self.respelt = other_separator(line, self._component)
                self._component = self.respelt or self._component
        opening = self._opening
        if opening:
            self._opening = []
            if not self._any_claim and opening == [_IMPLIED]:
                opening = []
        self._any_claim = True
        self.ready.append(read_claim(block, self._number, self._component, self.unread, opening))

    def _take_group(self, block: Block) -> None:
        self._opening += [kept("2000", segment, self._component) for segment in block]

    def _take_end(self, block: Block) -> None:
        self._extra += [kept("835", segment, self._component) for segment in block[1:]]

    def _take_provider(self, block: Block) -> None:
        try:
            self._pairs += _pairs(block[0], self._component, self._number)
        except (ValueError, IndexError):
            self.unread.append(self._number)
            self._extra.append(kept("835", block[0], self._component))
        self._extra += [kept("835", segment, self._component) for segment in block[1:]]

    def _take_head(self, block: Block) -> None:
        values = self._values
        values |= {"handling": "", "paid": 0, "trace": "", "references": []}
        split = [at for at, segment in enumerate(block) if segment[0] == "N1" and segment[1:2] != [""]]
        bounds = [*split, len(block)]
        self._extra += self._read_start(block[: bounds[0]])
        for at, end in itertools.pairwise(bounds):
            self._extra += read_party(values, block[at:end], self._component)
        for party in ("payer", "payee"):
            values.setdefault(party, Name(last="", organization=True))

    def _read_start(self, block: Block) -> Iterator[Segment]:
        """BPR, TRN, CUR, REF and DTM; what is not modelled is yielded."""
        if not any(segment[0] == "BPR" for segment in block):
            self.unread.append(self._number)
        for at, segment in enumerate(block):
            read = _START.get(segment[0])
            try:
                if read is None or not read(self._values, segment):
                    yield kept("835", segment, self._component)
            except (ValueError, IndexError):
                self.unread.append(self._number + at)
                yield kept("835", segment, self._component)


Taker = Callable[[RemittanceReader, Block], None]
"""Reads one block. A function and no bound method: a reader that holds one of its own is a circle, and outlives its file."""

_TAKERS: Final[dict[str, Taker]] = {
    "CLP": RemittanceReader._take_claim,
    "PLB": RemittanceReader._take_provider,
    "SE": RemittanceReader._take_end,
}
"""By the segment that a block starts with; any other start is a group's."""


def other_separator(line: Sequence[str], component: str) -> str:
    """The component separator that an SVC uses (``HC>G0463``) where the announced one is not in it; empty otherwise."""
    product = line[1] if len(line) > 1 else ""
    match = _PRODUCT.match(product)
    return match[1] if match and component not in product else ""


_PRODUCT = re.compile(r"(?:AD|ER|HC|HP|IV|N4|N6|NU|UI|WK)([^A-Za-z0-9\s.-])[A-Z0-9]")


def _pairs(segment: Sequence[str], component: str, number: int) -> list[ProviderAdjustment]:
    """Read a PLB: up to six pairs of reason (with reference) and amount."""
    provider, fiscal = segment[1], _day(segment[2])
    pairs = []
    for at in range(3, len(segment), 2):
        if not any(segment[at : at + 2]):
            continue
        reason, _, reference = segment[at].partition(component)
        pairs.append(
            ProviderAdjustment(
                provider=provider,
                fiscal=fiscal,
                reason=reason,
                reference=reference,
                cents=amount(segment[at + 1]),
                segment=number,
            )
        )
    return pairs


def _day(text: str) -> date | None:
    """A date that is none does not make the money unreadable: the judge says it, the segment is kept."""
    try:
        return day(text)
    except ValueError:
        return None


def _bpr(values: dict[str, Any], segment: Sequence[str]) -> bool:
    if "method" in values:
        return False
    elements = padded(segment, 17)
    known = elements[3] in ("C", "D")
    values["handling"], values["method"] = elements[1], elements[4]
    values["credit"] = elements[3] if known else "C"
    values["bank"] = tuple(elements[5:16]) if any(elements[5:16]) else ()
    values["paid"] = amount(elements[2])
    values["on"] = _day(elements[16])
    return len(segment) <= 17 and known and bool(values["on"]) == bool(elements[16])


def _trn(values: dict[str, Any], segment: Sequence[str]) -> bool:
    if values["trace"]:
        return False
    _, kind, trace, payer, supplement = padded(segment, 5)
    values |= {"trace": trace, "trace_payer": payer, "trace_supplement": supplement}
    return kind == "1" and len(segment) <= 5


def _ref(values: dict[str, Any], segment: Sequence[str]) -> bool:
    if len(segment) != 3 or segment[1] not in HEADER_REFERENCES:
        return False
    values["references"].append(Reference(segment[1], segment[2]))
    return True


def _dtm(values: dict[str, Any], segment: Sequence[str]) -> bool:
    if len(segment) != 3 or segment[1] != "405" or "production" in values:
        return False
    values["production"] = _day(segment[2])
    return values["production"] is not None


def _start(values: dict[str, Any], segment: Sequence[str]) -> bool:
    return True


_START: dict[str, Callable[[dict[str, Any], Sequence[str]], bool]] = {
    "ST": _start,
    "BPR": _bpr,
    "TRN": _trn,
    "REF": _ref,
    "DTM": _dtm,
}
_IMPLIED = Segment("2000", ("LX", "1"))
"""The first group's LX when it says nothing: written again without being kept."""
