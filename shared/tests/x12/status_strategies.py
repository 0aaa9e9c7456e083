"""Hypothesis strategies for what 277CAs, 277s and 276s can say, in the form in which X12 can say it."""

import msgspec
from hypothesis import strategies as st

from shared.claim import Name, Segment
from shared.tests.x12.strategies import (
    cents,
    codes,
    days,
    headers,
    maybe,
    maybe_day,
    moments,
    names,
    optional,
    organizations,
    people,
    phrase,
    some,
    word,
)
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    FurtherSource,
    LineStatus,
    Status,
    StatusInquiry,
    StatusQuestion,
)


@st.composite
def statuses(draw: st.DrawFn, *, with_money: bool = True) -> tuple[Status, ...]:
    found = []
    for _ in range(draw(st.integers(1, 2))):
        found.append(
            Status(
                category=draw(codes("A1", "A2", "A7", "F1")),
                status=draw(codes("20", "562")),
                entity=draw(codes("", "QC")),
                code_list=draw(codes("", "RX")),
                action=draw(codes("", "WQ", "U")),
                on=draw(days),
                charge=draw(optional(cents)) if with_money else None,
                paid=draw(optional(cents)) if with_money else None,
                words=draw(st.just("") | phrase),
                payment=draw(codes((), ("20260101", "ACH", "20260102", "123"))),
            )
        )
        found += [
            Status(
                category=draw(codes("A7", "A3")), status=draw(codes("21", "33")), entity=draw(codes("", "85"))
            )
            for _ in range(draw(st.integers(0, 2)))
        ]
    return tuple(found)


@st.composite
def line_statuses(draw: st.DrawFn) -> LineStatus:
    first = draw(maybe_day)
    return LineStatus(
        control=draw(maybe),
        code=draw(word),
        code_kind=draw(codes("HC", "NU")),
        modifiers=draw(some(codes("25", "LT"), 4)),
        revenue_code=draw(codes("", "0450")),
        charge=draw(optional(cents)),
        paid=draw(optional(cents)),
        units=draw(codes("", "1")),
        first=first,
        last=draw(maybe_day) if first else None,
        statuses=draw(statuses()),
        extra=draw(codes((), (Segment("2220D", ("REF", "XZ", "77")),))),
    )


@st.composite
def claim_answers(draw: st.DrawFn, kind: str) -> ClaimAnswer:
    first = draw(maybe_day)
    dependent = kind == "277" and draw(st.booleans())
    provider = draw(codes(*_PROVIDERS))
    return ClaimAnswer(
        number=draw(word),
        trace=draw(word) if kind == "277" else "",
        statuses=draw(statuses()),
        payer_claim_number=draw(maybe),
        clearinghouse_number=draw(maybe),
        patient=draw(people),
        member_id=draw(word),
        subscriber=draw(people) if dependent else None,
        first=first,
        last=draw(maybe_day) if first else None,
        provider=provider,
        provider_npi="1234567893",
        lines=draw(some(line_statuses(), 2)),
        extra=(*draw(codes(*_PROVIDER_SAYS)), *draw(codes((), (Segment("2200D", ("REF", "BLT", "731")),)))),
    )


_PROVIDERS = (Name(last="CLINIC", organization=True), Name(last="DOE", first="JO"))
_PROVIDER_SAYS = (
    (),
    (Segment("2200C", ("TRN", "1", "ABC")), Segment("2200C", ("STC", "A1:19:PR", "", "WQ", "100"))),
)


@st.composite
def further(draw: st.DrawFn, receipt: bool) -> FurtherSource:
    return FurtherSource(
        source=draw(organizations),
        source_id=draw(word),
        trace=draw(maybe) if receipt else "",
        received=draw(maybe_day) if receipt else None,
        receiver=draw(names),
        receiver_id=draw(word),
        batch=draw(maybe),
        batch_statuses=draw(statuses() | st.just(())),
        accepted_count=draw(optional(st.integers(0, 9999))) if receipt else None,
        rejected_cents=draw(optional(cents)) if receipt else None,
    )


@st.composite
def all_answers(draw: st.DrawFn) -> ClaimAnswers:
    kind = draw(codes("277CA", "277"))
    receipt = kind == "277CA"
    others = draw(some(further(receipt), 2))
    claims = draw(some(claim_answers(kind)))
    theirs = [
        msgspec.structs.replace(claim, level=at)
        for at in range(1, len(others) + 1)
        for claim in draw(some(claim_answers(kind), 2))
    ]
    return ClaimAnswers(
        header=draw(headers("005010X214" if receipt else "005010X212")),
        kind=kind,
        source=draw(organizations),
        source_id=draw(word),
        source_kind=draw(codes("PR", "AY")) if receipt else "PR",
        reference=draw(word),
        at=draw(moments),
        trace=draw(maybe) if receipt else "",
        received=draw(maybe_day) if receipt else None,
        processed=draw(maybe_day) if receipt else None,
        receiver=draw(names),
        receiver_id=draw(word),
        batch=draw(maybe),
        batch_statuses=draw(statuses() | st.just(())),
        accepted_count=draw(optional(st.integers(0, 9999))) if receipt else None,
        rejected_count=draw(optional(st.integers(0, 9999))) if receipt else None,
        accepted_cents=draw(optional(cents)) if receipt else None,
        rejected_cents=draw(optional(cents)) if receipt else None,
        claims=(*claims, *theirs),
        further=others,
        extra=draw(
            codes((), (Segment("2100C", ("NM1", "1P", "2", "OTHER")), Segment("2200C", ("TRN", "1", "0"))))
        ),
    )


@st.composite
def questions(draw: st.DrawFn) -> StatusQuestion:
    first = draw(maybe_day)
    dependent = draw(st.booleans())
    return StatusQuestion(
        trace=draw(word),
        number=draw(maybe),
        payer_claim_number=draw(maybe),
        charge=draw(st.integers(0, 99_999_999)),
        first=first,
        last=draw(maybe_day) if first else None,
        provider=draw(codes(*_PROVIDERS)),
        provider_npi="1234567893",
        patient=draw(people),
        birth=draw(maybe_day),
        sex=draw(codes("", "F", "M")),
        member_id=draw(word),
        dependent=dependent,
        subscriber=draw(people) if dependent else None,
        extra=draw(codes((), (Segment("2200D", ("REF", "BLT", "731")),))),
    )


inquiries = st.builds(
    StatusInquiry,
    header=headers("005010X212"),
    reference=word,
    at=moments,
    payer=organizations,
    payer_id=word,
    receiver=organizations,
    receiver_id=word,
    questions=some(questions()),
)
