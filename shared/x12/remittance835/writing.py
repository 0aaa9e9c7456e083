"""Remittances into an 835: the sandbox's payers and the tests write with it. Nothing is balanced here; ``prove`` says."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from shared.claim import Address, Contact, Reference
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.interchange import write_interchange
from shared.x12.remittance835.claimtext import claim_text, kept_tags
from shared.x12.remittance835.parties import HEADER_REFERENCES, PAYEE_REFERENCES
from shared.x12.segments import Delimiters
from shared.x12.types import ProviderAdjustment, Remittance
from shared.x12.writing837.marks import C, E, S, cents, day
from shared.x12.writing837.ranks import Ranks, Rows, joined

RANKS: Final = Ranks(REMITTANCE_835)


def write_835(remittances: Sequence[Remittance], delimiters: Delimiters | None = None) -> bytes:
    """Write one interchange with one ST per payment (005010X221A1).

    Sender, receiver, control numbers and time are the first header's, ST02 is each one's own. Upper case and the
    characters of X12 only: what is not is cleaned. Raises ValueError without a remittance or without a time.
    """
    headers = [remittance.header for remittance in remittances]
    texts = ["".join(_set(remittance)) for remittance in remittances]
    return write_interchange(headers, "HP", REMITTANCE_835.versions[0], texts, delimiters)


def _set(said: Remittance) -> Iterator[str]:
    start, end = _around(said)
    yield start
    yield _payer(said)
    yield _payee(said)
    for number, claim in enumerate(said.claims):
        # The first claim stands in a group, whether or not the group has something to say.
        if not number and not any(segment.loop == "2000" for segment in claim.extra):
            yield f"LX{E}1{S}"
        yield claim_text(RANKS, claim)
    rest: Rows = []
    RANKS.keep(rest, "2000", said.extra)
    yield joined(rest)
    yield end


def _around(said: Remittance) -> tuple[str, str]:
    """The segments of the set itself: those before the parties, and the provider adjustments."""
    places, own = RANKS.loops["835"], kept_tags(said.extra, "835")
    rows: Rows = []
    bank = E.join((*said.bank, *[""] * 11)[:11])
    on = day(said.on) if said.on else ""
    if "BPR" not in own:
        text = (
            f"BPR{E}{said.handling}{E}{cents(said.paid)}{E}{said.credit}{E}{said.method}{E}{bank}{E}{on}{S}"
        )
        rows.append((places["BPR"], text))
    if "TRN" not in own:
        text = f"TRN{E}1{E}{said.trace}{E}{said.trace_payer}{E}{said.trace_supplement}{S}"
        rows.append((places["TRN"], text))
    rows += _references(said.references, places, HEADER_REFERENCES)
    if said.production:
        rows.append((places["DTM*405"], f"DTM{E}405{E}{day(said.production)}{S}"))
    rows += [(places["PLB"], text) for text in _provider_level(said.provider_adjustments)]
    RANKS.keep(rows, "835", said.extra)
    before = [row for row in rows if row[0] < places["PLB"]]
    return joined(before), joined([row for row in rows if row[0] >= places["PLB"]])


def _payer(said: Remittance) -> str:
    places, own = RANKS.loops["1000A"], kept_tags(said.extra, "1000A")
    plan = f"{E}XV{E}{said.payer_id}" if said.payer_id and said.payer_id_kind else ""
    rows: Rows = [] if "N1*PR" in own else [(places["N1*PR"], f"N1{E}PR{E}{said.payer.last}{plan}{S}")]
    rows += _address(said.payer_address, places, own)
    if said.payer_id and not said.payer_id_kind:
        rows.append((places["REF*2U"], f"REF{E}2U{E}{said.payer_id}{S}"))
    others = HEADER_REFERENCES + PAYEE_REFERENCES
    rows += [
        (places["REF*2U"], f"REF{E}{one.qualifier}{E}{one.value}{S}")
        for one in said.references
        if one.qualifier not in others
    ]
    if said.payer_desk:
        rows.append((places["PER*CX"], _contact("CX", said.payer_desk)))
    rows += [(places["PER*BL"], _contact("BL", one)) for one in said.payer_contacts or (Contact(),)]
    RANKS.keep(rows, "1000A", said.extra)
    return joined(rows)


def _payee(said: Remittance) -> str:
    places, own = RANKS.loops["1000B"], kept_tags(said.extra, "1000B")
    kind = "XX" if said.payee_npi else "FI" if said.payee_tax_id else ""
    text = f"N1{E}PE{E}{said.payee.last}{E}{kind}{E}{said.payee_npi or said.payee_tax_id}{S}"
    rows: Rows = [] if "N1*PE" in own else [(places["N1*PE"], text)]
    rows += _address(said.payee_address, places, own)
    if said.payee_tax_id and said.payee_npi:
        rows.append((places["REF*TJ"], f"REF{E}TJ{E}{said.payee_tax_id}{S}"))
    rows += _references(said.references, places, PAYEE_REFERENCES)
    RANKS.keep(rows, "1000B", said.extra)
    return joined(rows)


def _references(said: Iterable[Reference], places: dict[str, int], qualifiers: tuple[str, ...]) -> Rows:
    rank = places[f"REF*{qualifiers[0]}"]
    return [(rank, f"REF{E}{one.qualifier}{E}{one.value}{S}") for one in said if one.qualifier in qualifiers]


def _address(said: Address | None, places: dict[str, int], own: frozenset[str]) -> Rows:
    if said is None:
        return []
    rows: Rows = []
    if said.line1 and "N3" not in own:
        rows.append((places["N3"], f"N3{E}{said.line1}{E}{said.line2}{S}"))
    city = f"N4{E}{said.city}{E}{said.state}{E}{said.zip}{E}{said.country}{E}{E}{E}{said.subdivision}{S}"
    if city.strip(f"N4{E}{S}") and "N4" not in own:
        rows.append((places["N4"], city))
    return rows


def _contact(function: str, said: Contact) -> str:
    numbers = "".join(f"{E}{kind}{E}{number}" for kind, number in said.numbers)
    return f"PER{E}{function}{E}{said.name}{numbers}{S}"


def _provider_level(said: Iterable[ProviderAdjustment]) -> Iterator[str]:
    """Write PLB segments: pairs that follow each other for one provider and period share one, up to six."""
    for (provider, fiscal), pairs in groupby(said, key=lambda pair: (pair.provider, pair.fiscal)):
        texts = [f"{E}{pair.reason}{C}{pair.reference}{E}{cents(pair.cents)}" for pair in pairs]
        period = day(fiscal) if fiscal else ""
        for at in range(0, len(texts), 6):
            yield f"PLB{E}{provider}{E}{period}{''.join(texts[at : at + 6])}{S}"
