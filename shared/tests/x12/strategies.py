"""Hypothesis strategies for everything that payer answers can say, in the form in which X12 can say it.

Texts are the upper case that the writer leaves alone: no delimiters, no blanks at the ends.
"""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from shared.claim import Address, Adjustment, Amount, Contact, Name, Quantity, Reference, Segment
from shared.x12.remittance835.parties import HEADER_REFERENCES, PAYEE_REFERENCES, PAYER_REFERENCES
from shared.x12.types import (
    ClaimPayment,
    Context,
    ElementError,
    GroupAck,
    Header,
    InterchangeAck,
    Party,
    ProviderAdjustment,
    Remittance,
    SegmentError,
    ServicePayment,
    SetAck,
)

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

word = st.text(LETTERS, min_size=1, max_size=12)
maybe = st.one_of(st.just(""), word)
digits = st.text("0123456789", min_size=1, max_size=8)
phrase = st.lists(word, min_size=1, max_size=3).map(" ".join)
cents = st.integers(-99_999_999, 99_999_999)
days = st.dates(date(1930, 1, 1), date(2099, 12, 31))
maybe_day = st.none() | days
moments = st.integers(15_800_000, 47_000_000).map(lambda minute: datetime.fromtimestamp(minute * 60, UTC))
numbers = st.integers(1, 999_999_999)


def some(one: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(one, max_size=most).map(tuple)


def codes(*values: str) -> st.SearchStrategy[str]:
    return st.sampled_from(values)


def optional(one: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | one


parties = st.builds(Party, id=word, qualifier=codes("ZZ", "30", "01"), application=word)
organizations = st.builds(Name, last=phrase, organization=st.just(True))
people = st.builds(Name, last=phrase, first=maybe, middle=maybe, suffix=maybe)
names = organizations | people
contacts = st.builds(Contact, name=phrase, numbers=some(st.tuples(codes("TE", "EM", "FX"), digits), 3))
addresses = st.builds(
    Address, line1=phrase, line2=st.just("") | phrase, city=phrase, state=codes("IL", "NY"), zip=digits
)
adjustments = st.builds(
    Adjustment,
    group=codes("CO", "PR", "OA", "PI"),
    reason=codes("1", "2", "45", "96", "A1", "253"),
    cents=cents,
    quantity=codes("", "1", "2.5"),
)
amounts = st.builds(Amount, codes("AU", "I", "T", "ZK"), cents)
quantities = st.builds(Quantity, codes("CA", "ZK", "PS"), codes("1", "2.5", "30"))


def references(*qualifiers: str) -> st.SearchStrategy[tuple[Reference, ...]]:
    return some(st.builds(Reference, codes(*qualifiers), word))


def headers(guide: str) -> st.SearchStrategy[Header]:
    return st.builds(
        Header,
        sender=parties,
        receiver=parties,
        interchange=numbers,
        group=numbers,
        transaction=st.text("0123456789", min_size=4, max_size=9),
        usage=codes("P", "T"),
        guide=st.just(guide),
        at=moments,
        acknowledge=st.booleans(),
    )


@st.composite
def service_payments(draw: st.DrawFn) -> ServicePayment:
    first = draw(maybe_day)
    submitted = draw(st.booleans())
    return ServicePayment(
        code=draw(word),
        code_kind=draw(codes("HC", "NU", "N4")),
        modifiers=draw(some(codes("25", "59", "LT"), 4)),
        description=draw(st.just("") | phrase),
        charge=draw(cents),
        paid=draw(cents),
        revenue_code=draw(codes("", "0450")),
        units=draw(codes("", "1", "2.5")),
        submitted_code=draw(word) if submitted else "",
        submitted_modifiers=draw(some(codes("26", "TC"), 4)) if submitted else (),
        submitted_description=draw(st.just("") | phrase) if submitted else "",
        submitted_units=draw(codes("", "3")),
        first=first,
        last=draw(maybe_day) if first else None,
        control=draw(maybe),
        adjustments=draw(some(adjustments, 8)),
        references=draw(references("1S", "LU", "0K", "HPI")),
        amounts=draw(some(st.builds(Amount, codes("B6", "KH", "ZK"), cents))),
        quantities=draw(some(st.builds(Quantity, codes("ZK", "ZL"), codes("1", "2")))),
        remarks=draw(some(codes("N130", "MA130", "M15"))),
        extra=draw(some(codes(*_LINE_EXTRA), 1)),
    )


_LINE_EXTRA = (Segment("2110", ("LQ", "RX", "77")), Segment("2110", ("REF", "1S", "X", "MORE")))
_CLAIM_EXTRA = (
    Segment("2100", ("NM1", "GB", "1", "OTHER", "ANN")),
    Segment("2100", ("NM1", "PR", "2", "NEXT PLAN", "", "", "", "", "PI", "777")),
    Segment("2100", ("PER", "CX", "", "TE", "5555550100")),
    Segment("2100", ("DTM", "036", "20301231")),
)
_GROUP_EXTRA = (
    (),
    (Segment("2000", ("LX", "7")),),
    (Segment("2000", ("LX", "2")), Segment("2000", ("TS3", "1234567893", "11", "20261231", "1", "100"))),
)


@st.composite
def claim_payments(draw: st.DrawFn) -> ClaimPayment:
    named = {name: draw(optional(people)) for name in ("patient", "subscriber", "corrected", "forwarded_to")}
    identified = {f"{name}_id": draw(maybe) if value else "" for name, value in named.items()}
    opening = draw(codes(*_GROUP_EXTRA))
    return ClaimPayment(
        number=draw(word),
        status=draw(codes("1", "2", "3", "4", "19", "22")),
        charge=draw(cents),
        paid=draw(cents),
        patient_responsibility=draw(cents),
        filing=draw(codes("12", "MB", "MC")),
        payer_claim_number=draw(word),
        facility=draw(codes("", "11")),
        frequency=draw(codes("", "1")),
        more=draw(codes((), ("", "470"), ("01", "470", "1.5"))),
        adjustments=draw(some(adjustments, 8)),
        **named,
        **identified,
        rendering_npi=draw(codes("", "1234567893")),
        inpatient=draw(codes((), ("0", "", "", "138018.4"))),
        outpatient=draw(codes((), ("", "", "MA01"))),
        references=draw(references("EA", "1L", "G1", "LU")),
        amounts=draw(some(amounts)),
        quantities=draw(some(quantities)),
        received=draw(maybe_day),
        first=draw(maybe_day),
        last=draw(maybe_day),
        services=draw(some(service_payments())),
        extra=(*opening, *draw(some(codes(*_CLAIM_EXTRA), 1))),
    )


provider_adjustments = st.builds(
    ProviderAdjustment,
    provider=codes("1234567893", "9876543213"),
    fiscal=days,
    reason=codes("WO", "FB", "72", "L6"),
    reference=maybe,
    cents=cents,
)


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    kind = draw(codes("", "XV"))
    npi = draw(codes("", "1234567893"))
    # One empty reference would be read back as the payer's own number.
    payer_id = draw(word)
    return Remittance(
        header=draw(headers("005010X221A1")),
        handling=draw(codes("I", "H", "C")),
        paid=draw(cents),
        credit=draw(codes("C", "D")),
        method=draw(codes("ACH", "CHK", "NON")),
        on=draw(maybe_day),
        bank=draw(codes((), ("CCP", "01", "111000025", "DA", "1", "1123456789", "", "01", "222", "DA", "9"))),
        trace=draw(word),
        trace_payer=draw(word),
        trace_supplement=draw(maybe),
        payer=draw(organizations),
        payer_id=payer_id,
        payer_id_kind=kind,
        payer_address=draw(optional(addresses)),
        payer_contacts=draw(some(contacts, 2)),
        payer_desk=draw(optional(contacts)),
        payee=draw(organizations),
        payee_npi=npi,
        payee_tax_id=draw(word),
        payee_address=draw(optional(addresses)),
        production=draw(maybe_day),
        claims=draw(some(claim_payments())),
        provider_adjustments=draw(some(provider_adjustments, 8)),
        references=(
            *draw(references(*HEADER_REFERENCES)),
            *draw(references(*PAYER_REFERENCES)),
            *draw(references(*(q for q in PAYEE_REFERENCES if npi or q != "TJ"))),
        ),
        extra=draw(
            codes(
                (), (Segment("835", ("CUR", "PR", "USD")),), (Segment("1000A", ("PER", "IC", "", "UR", "X")),)
            )
        ),
    )


contexts = st.builds(
    Context,
    segment=codes("CLM", "SBR"),
    position=st.integers(1, 9999),
    loop=codes("", "2300"),
    element=st.integers(1, 20),
    component=st.integers(0, 6),
    repetition=st.integers(0, 2),
)
element_errors = st.builds(
    ElementError,
    position=st.integers(1, 20),
    component=st.integers(0, 6),
    repetition=st.integers(0, 1),
    code=codes("1", "5", "7", "I10"),
    reference=codes("", "67"),
    value=maybe,
    context=some(contexts, 2),
    extra=codes((), (Segment("2110", ("CTX", "SITUATIONAL TRIGGER", "CLM", "43", "", "5", "C023")),)),
)
segment_errors = st.builds(
    SegmentError,
    context=some(contexts, 2),
    segment=codes("NM1", "CLM", "SV1"),
    position=st.integers(1, 9999),
    loop=codes("", "2300"),
    code=codes("1", "3", "8", "I9"),
    claim=maybe,
    elements=some(element_errors),
)
set_acks = st.builds(
    SetAck,
    transaction=digits,
    set_id=codes("837", "276"),
    guide=codes("", "005010X222A1"),
    code=codes("A", "E", "R"),
    reasons=some(codes("5", "I5"), 2),
    errors=some(segment_errors),
)
group_acks = st.builds(
    GroupAck,
    header=headers("005010X231A1"),
    functional=codes("HC", "HR"),
    group=numbers,
    guide=codes("", "005010X222A1"),
    code=codes("A", "E", "P", "R"),
    included=st.integers(0, 9999),
    received=st.integers(0, 9999),
    accepted=st.integers(0, 9999),
    reasons=some(codes("1", "5"), 2),
    sets=some(set_acks),
)


@st.composite
def interchange_acks(draw: st.DrawFn) -> InterchangeAck:
    header = draw(headers(""))
    header = Header(
        sender=Party(id=header.sender.id, qualifier=header.sender.qualifier),
        receiver=Party(id=header.receiver.id, qualifier=header.receiver.qualifier),
        interchange=header.interchange,
        group=0,
        transaction="",
        usage=header.usage,
        at=header.at,
        acknowledge=header.acknowledge,
    )
    return InterchangeAck(
        sender=header.sender,
        receiver=header.receiver,
        control=draw(numbers),
        at=draw(optional(moments)),
        code=draw(codes("A", "E", "R")),
        note=draw(codes("000", "025")),
        header=header,
    )
