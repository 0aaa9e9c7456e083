"""277CAs and 277s in which several payers answer (claims-rules 3.7)."""

from typing import Any

import msgspec
import pytest

from shared.claim import Name
from shared.tests.x12.payments import header
from shared.tests.x12.receipts import AT, DAY, answer, only, receipt
from shared.x12 import write_277, write_277ca
from shared.x12.types import (
    ClaimAnswers,
    FurtherSource,
    Status,
)


def of_two_payers(**more: Any) -> ClaimAnswers:
    """A 277CA in which two payers answer: the first took one claim of two, the second took its only one."""
    first = receipt(answer("1"), answer("2", "A3", 2500), source_kind="PR")
    other = receipt(answer("3", cents=700), source_kind="PR")
    values: dict[str, Any] = {
        "source": Name(last="OTHER MUTUAL", organization=True),
        "source_id": "PAYER2",
        "batch": "B2",
    }
    taken = ("trace", "received", "processed", "receiver", "receiver_id", "batch_statuses")
    counted = ("accepted_count", "rejected_count", "accepted_cents", "rejected_cents")
    values |= {name: getattr(other, name) for name in (*taken, *counted)}
    (claim,) = other.claims
    return msgspec.structs.replace(
        first,
        claims=(*first.claims, msgspec.structs.replace(claim, level=1)),
        further=(FurtherSource(**(values | more)),),
    )


def test_rule_3_7_two_payers_in_one_277ca_answer_for_their_own_claims_only():
    one = only(write_277ca(of_two_payers()))
    assert isinstance(one, ClaimAnswers)
    assert one.findings == ()
    parts = one.by_source()
    assert [(part.source_id, part.batch, [claim.number for claim in part.claims]) for part in parts] == [
        ("CH1", one.batch, ["1", "2"]),
        ("PAYER2", "B2", ["3"]),
    ]
    assert [(part.accepted_count, part.rejected_count, part.accepted_cents) for part in parts] == [
        (1, 1, 10000),
        (1, None, 700),
    ]


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("accepted_count", 3, "X12-1101"),
        ("rejected_count", 1, "X12-1101"),
        ("accepted_cents", 13200, "X12-1102"),
        ("rejected_cents", 2500, "X12-1102"),
    ],
)
def test_rule_3_7_each_payers_counts_and_amounts_equal_its_own_claims(field: str, value: Any, code: str):
    data = write_277ca(of_two_payers(**{field: value}))
    told = [(found.code, found.segment) for found in only(data).findings]
    levels = [at for at, text in enumerate(data.decode().split("~"), 1) if text.startswith("HL*")]
    second = next(at for at in levels[1:] if data.decode().split("~")[at - 1].split("*")[3] == "20")
    assert told == [(code, second)]


def test_rule_3_7_two_payers_in_one_277_report_their_own_claims():
    one = of_two_payers()
    cleared = {"trace": "", "received": None, "processed": None, "batch": "", "batch_statuses": ()}
    cleared |= dict.fromkeys(("accepted_count", "rejected_count", "accepted_cents", "rejected_cents"))
    paid = (Status(category="F1", status="65", on=DAY, charge=10000, paid=8000),)
    asked = msgspec.structs.replace(
        one,
        kind="277",
        header=msgspec.structs.replace(header("005010X212"), at=AT),
        claims=tuple(msgspec.structs.replace(c, statuses=paid, trace=f"Q{c.number}") for c in one.claims),
        further=tuple(msgspec.structs.replace(other, **cleared) for other in one.further),
        **cleared,
    )
    read_again = only(write_277(asked))
    assert isinstance(read_again, ClaimAnswers)
    assert read_again.findings == ()
    said_by = [(part.source_id, [claim.trace for claim in part.claims]) for part in read_again.by_source()]
    assert said_by == [("CH1", ["Q1", "Q2"]), ("PAYER2", ["Q3"])]


def test_a_level_without_a_code_after_the_second_payer_spoils_neither():
    """Found by the fuzzer: what such a level says is taken for the head of the set, which no second payer has."""
    data = write_277ca(of_two_payers())
    at = data.index(b"HL*", data.index(b"PAYER2"))
    one = only(data[:at] + b"HL*99**~BHT*0085*08*SECOND*20261012*0930*TH~" + data[at:])
    assert isinstance(one, ClaimAnswers)
    assert [part.source_id for part in one.by_source()] == ["CH1", "PAYER2"]
    assert one.findings
