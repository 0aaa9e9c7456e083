"""What the X12 checker tells: types, claims, verdicts by set, group and interchange, sums; and never a value unasked."""

from itertools import islice
from random import Random

import pytest

from deploy.local.checking.report import Report
from deploy.local.checking.seam import Claim, Finding, Said, Transaction
from deploy.local.checking.spool import Spool
from deploy.local.checking.x12 import X12
from shared.testing.every_claim import batch
from shared.testing.every_receipt import group_ack, receipt
from shared.testing.every_remittance import remittance
from shared.x12 import write_277ca, write_835, write_837, write_999

CLAIMS = write_837([batch(Random("x12"), "institutional", 3)])
PAYMENT = write_835([remittance(Random("x12"), 4)])
RECEIPT = write_277ca(receipt(Random("x12"), 3))
ANSWER = write_999(group_ack(Random("x12"), 3))
CANARY = "CANARYBIRD"


def check(data: bytes) -> list[Said]:
    return list(X12().check([data]))


def transactions(said: list[Said]) -> list[Transaction]:
    return [one for one in said if isinstance(one, Transaction)]


@pytest.mark.parametrize(
    ("data", "type_", "claims", "balanced"),
    [
        (CLAIMS, "837I", 3, True),
        (PAYMENT, "835", 4, True),
        (RECEIPT, "277CA", 3, True),
        (ANSWER, "999", 0, None),
        (CLAIMS.replace(b"ST*837*", b"ST*834*"), "834", 0, None),
        (CLAIMS.replace(b"005010X223A2", b"005010X224A2"), "837D", 0, None),
        (PAYMENT.replace(b"005010X221A1", b"004010X091A1"), "835", 0, None),
    ],
)
def test_each_transaction_is_called_by_its_name_with_its_claims_and_whether_its_sums_close(
    data: bytes, type_: str, claims: int, balanced: bool | None
) -> None:
    (told,) = transactions(check(data))
    assert (told.type, told.claims, told.balanced) == (type_, claims, balanced)
    assert told.segments == (3, data.count(b"~") - 2)


def test_a_ta1_is_told_by_the_interchange_that_it_answers() -> None:
    start = CLAIMS[: CLAIMS.index(b"GS*")]
    (told,) = transactions(check(start + b"TA1*000000100*261014*0930*R*025~IEA*0*000000905~"))
    assert (told.type, told.control, told.verdict, told.segments) == ("TA1", "000000100", "accepted", (2, 2))


def test_a_group_that_is_refused_takes_its_own_sets_and_no_others() -> None:
    start, end = CLAIMS.index(b"GS*"), CLAIMS.rindex(b"IEA*")
    group = CLAIMS[start:end]
    number = group.split(b"*")[6]
    other = group.replace(b"*" + number + b"*X", b"*777*X").replace(b"GE*1*" + number, b"GE*1*778")
    data = CLAIMS[:end] + other + CLAIMS[end:].replace(b"IEA*1*", b"IEA*2*")
    assert [one.verdict for one in transactions(check(data))] == ["accepted", "refused"]


def test_a_claim_of_a_payment_is_refused_where_its_own_sums_do_not_close() -> None:
    at = PAYMENT.rindex(b"CLP*")
    elements = PAYMENT[at:].split(b"*")
    spoilt = PAYMENT[:at] + b"*".join([*elements[:4], b"1" + elements[4].lstrip(b"-"), *elements[5:]])
    claims = [one for one in check(spoilt) if isinstance(one, Claim)]
    assert [one.verdict for one in claims[:-1]] == ["accepted"] * 3
    assert claims[-1].verdict == "refused"


def test_a_transaction_comes_after_its_claims() -> None:
    kinds = [type(one) for one in check(CLAIMS)]
    assert kinds == [Claim, Claim, Claim, Transaction]


@pytest.mark.parametrize("data", [CLAIMS, PAYMENT, RECEIPT], ids=["837I", "835", "277CA"])
def test_no_value_of_a_file_is_told_unasked_whichever_element_is_wrong(data: bytes) -> None:
    places = [
        at
        for at, mark in enumerate(data)
        if mark == ord("*") and at > data.index(b"BHT" if b"BHT*" in data else b"BPR")
    ]
    for at in islice(Random(1).sample(places, len(places)), 60):
        end = min(data.index(mark, at + 1) for mark in (b"*", b"~") if mark in data[at + 1 :])
        report = Report("file", values=False)
        for said in check(data[: at + 1] + CANARY.encode() + data[end:]):
            report.take(said)
        assert CANARY.encode() not in b"".join(report.json())


def test_a_long_list_goes_to_disk_and_comes_back_whole() -> None:
    spool = Spool(Claim, lambda one: one.words, limit=10)
    for number in range(25, 0, -1):
        spool.add(Claim(words=f"{number:02d}", verdict="accepted"))
    assert len(spool) == 25
    assert [one.words for one in spool] == [f"{number:02d}" for number in range(25, 0, -1)]
    assert [one.words for one in spool] == [f"{number:02d}" for number in range(25, 0, -1)]
    spool.close()


def test_a_short_list_comes_in_order() -> None:
    spool = Spool(Claim, lambda one: one.words, limit=10)
    for number in (3, 1, 2):
        spool.add(Claim(words=str(number), verdict="accepted"))
    assert [one.words for one in spool] == ["1", "2", "3"]


def test_findings_have_the_place_that_their_segment_has() -> None:
    found = [one for one in check(CLAIMS.replace(b"~SE*", b"~SE*9")) if isinstance(one, Finding)]
    assert [(one.code, one.path, CLAIMS[one.offset or 0 :][:3]) for one in found] == [
        ("X12-0302", "SE01", b"SE*")
    ]
