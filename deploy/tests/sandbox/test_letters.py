"""The letters about one 837, read back by the product's own reader and proved by its own proof."""

from collections import Counter
from datetime import timedelta
from itertools import count

import msgspec
import pytest

from deploy.sandbox import moods
from deploy.sandbox.folder import Letter
from deploy.sandbox.letters import Answered, Desk, answer_file, refused_letter, repeated_letter
from deploy.sandbox.reading import UnreadableFileError, read
from deploy.tests.sandbox.files import AT, an_837
from shared import x12
from shared.claim import Adjustment, PriorDecision
from shared.testing.builders import a_claim, a_coverage, an_institutional_claim
from shared.x12.types import ClaimAnswers, FileReading, GroupAck, InterchangeAck, Remittance


def desk(**changes: object) -> Desk:
    numbers = count(1)
    values: dict[str, object] = {
        "now": AT,
        "mood_of": lambda payer: moods.BY_PAYER.get(payer, "pays"),
        "number": lambda: next(numbers),
        **changes,
    }
    return Desk(**values)  # type: ignore[arg-type]


def answered(data: bytes, **changes: object) -> Answered:
    return answer_file(read(data), desk(**changes))


def readings(letters: tuple[Letter, ...]) -> list[FileReading]:
    return [x12.read(letter.data) for letter in letters]


@pytest.mark.parametrize("make", [a_claim, an_institutional_claim])
def test_every_letter_is_clean_x12_and_every_835_proves(make: object) -> None:
    claims = tuple(make(seed=n, payer=f"SBX0{n}", lines=3) for n in range(1, 8))  # type: ignore[operator]
    result = answered(an_837(*claims))
    for reading in readings(result.letters):
        assert reading.findings == ()
        for transaction in reading.transactions:
            assert getattr(transaction, "findings", ()) == ()
            if isinstance(transaction, Remittance):
                assert x12.prove(transaction) == ()


def test_every_claim_is_answered_once_by_its_payers_mood() -> None:
    result = answered(an_837())
    verdicts: dict[str, bool] = {}
    money: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    for reading in readings(result.letters):
        for transaction in reading.transactions:
            kinds[type(transaction).__name__] += 1
            if isinstance(transaction, ClaimAnswers):
                verdicts |= {claim.number: claim.accepted for claim in transaction.claims}
            elif isinstance(transaction, Remittance):
                money.update(claim.number for claim in transaction.claims)
    numbers = [a_claim(seed=n).number for n in range(1, 8)]
    assert verdicts == {number: number != numbers[4] for number in numbers}
    assert money == Counter(number for number in numbers if number != numbers[4])
    assert kinds == {"InterchangeAck": 1, "GroupAck": 1, "ClaimAnswers": 2, "Remittance": 6}
    assert result.rejected == 1
    assert len(result.accepted) == 5  # SBX05 rejected, SBX04 denied: both may come again


def test_the_answers_name_our_control_numbers() -> None:
    result = answered(an_837())
    ta1, ack, claims = (reading.transactions[0] for reading in readings(result.letters)[:3])
    assert isinstance(ta1, InterchangeAck)
    assert (ta1.control, ta1.code) == (7, "A")
    assert isinstance(ack, GroupAck)
    assert (ack.group, ack.sets[0].transaction, ack.code) == (7, "000000007", "A")
    assert isinstance(claims, ClaimAnswers)
    assert claims.batch == "CLEARINGHOUSE-000000007"


def test_rfi_1991_a_277ca_counts_and_sums_what_it_lists() -> None:
    for reading in readings(answered(an_837()).letters):
        for told in reading.transactions:
            if isinstance(told, ClaimAnswers):
                good = [claim for claim in told.claims if claim.accepted]
                assert (told.accepted_count or 0, told.rejected_count or 0) == (
                    len(good),
                    len(told.claims) - len(good),
                )
                assert (told.accepted_cents or 0) + (told.rejected_cents or 0) == sum(
                    claim.statuses[0].charge or 0 for claim in told.claims
                )


def test_a_late_payer_answers_in_letters_of_its_own_five_days_later() -> None:
    late = [letter for letter in answered(an_837()).letters if letter.due == AT + moods.LATE]
    assert sorted(letter.name.split("_")[0] for letter in late) == ["277CA", "835"]


def test_no_ta1_is_sent_when_none_was_asked_for() -> None:
    names = [letter.name for letter in answered(an_837(acknowledge=False)).letters]
    assert not any(name.startswith("TA1") for name in names)


def test_delays_are_those_of_the_settings() -> None:
    result = answered(an_837(a_claim()), claims_after=timedelta(hours=1), money_after=timedelta(days=14))
    due = {letter.name.split("_")[0]: letter.due - AT for letter in result.letters}
    assert due == {
        "TA1": timedelta(),
        "999": timedelta(),
        "277CA": timedelta(hours=1),
        "835": timedelta(days=14),
    }


def test_a_set_whose_count_is_wrong_is_refused_in_the_999_and_its_claims_are_not_answered() -> None:
    data = an_837(a_claim())
    start = data.index(b"~SE*") + 4
    wrong = data[:start] + b"9" + data[start:]
    result = answered(wrong)
    assert [letter.name.split("_")[0] for letter in result.letters] == ["TA1", "999"]
    (ack,) = readings(result.letters)[1].transactions
    assert isinstance(ack, GroupAck)
    assert (ack.code, ack.sets[0].code) == ("R", "R")


def test_an_element_that_the_guide_forbids_is_refused_in_the_999_with_its_place() -> None:
    wrong = an_837(a_claim()).replace(b"BHT*0019*00*", b"BHT*0019*02*")
    result = answered(wrong)
    assert [letter.name.split("_")[0] for letter in result.letters] == ["TA1", "999"]
    (ack,) = readings(result.letters)[1].transactions
    assert isinstance(ack, GroupAck)
    (error,) = ack.sets[0].errors
    assert (ack.code, error.segment, error.position, error.elements[0].position, error.elements[0].code) == (
        "R", "BHT", 2, 2, "7",
    )  # fmt: skip


def test_an_unjudged_file_is_refused_for_its_counts_alone() -> None:
    wrong = an_837(a_claim()).replace(b"BHT*0019*00*", b"BHT*0019*02*")
    result = answer_file(read(wrong, judged=False), desk())
    assert [letter.name.split("_")[0] for letter in result.letters] == ["TA1", "999", "277CA", "835"]


def test_what_stands_in_a_sound_claim_is_left_to_the_payers_mood() -> None:
    (claim,) = (a_claim(),)
    short = msgspec.structs.replace(claim, charge=claim.charge + 1)
    kinds = [letter.name.split("_")[0] for letter in answered(an_837(short)).letters]
    assert kinds == ["TA1", "999", "277CA", "835"]


@pytest.mark.parametrize(
    ("before", "after", "note"),
    [
        (b"IEA*1*000000007", b"IEA*1*000000008", "001"),
        (b"*00501*", b"*00401*", "017"),
        (b"IEA*1*", b"IEA*3*", "021"),
    ],
)
def test_an_envelope_that_cannot_be_trusted_is_refused_by_a_ta1(
    before: bytes, after: bytes, note: str
) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(an_837(a_claim()).replace(before, after))
    letter = refused_letter(refused.value.reading, desk())
    assert letter is not None
    (ack,) = x12.read(letter.data).transactions
    assert isinstance(ack, InterchangeAck)
    assert (ack.control, ack.code, ack.note) == (7, "R", note)


def test_bytes_that_name_no_sender_are_not_answered() -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(b"hello")
    assert refused_letter(refused.value.reading, desk()) is None


def test_rule_3_6_the_share_that_the_payer_before_left_is_what_a_secondary_payer_pays() -> None:
    claim = a_claim(payer="SBX07", lines=1)
    medicare = msgspec.structs.replace(
        a_coverage("SBX01", order="P"),
        prior=PriorDecision(
            paid=10_000,
            adjustments=(
                Adjustment(group="CO", reason="45", cents=1_000),
                Adjustment(group="PR", reason="2", cents=1_500),
            ),
            on=AT.date(),
        ),
    )
    second = msgspec.structs.replace(claim.coverage, order="S")
    asked = msgspec.structs.replace(claim, coverages=(medicare, second), billed=1)
    (paid,) = [
        t
        for r in readings(answered(an_837(asked)).letters)
        for t in r.transactions
        if isinstance(t, Remittance)
    ]
    assert (paid.paid, paid.claims[0].status, x12.prior_payers_share(paid.claims[0])) == (1_500, "2", 11_000)


def test_a_repeated_control_number_is_answered_with_note_025() -> None:
    (ack,) = x12.read(repeated_letter(read(an_837(a_claim())), desk()).data).transactions
    assert isinstance(ack, InterchangeAck)
    assert (ack.control, ack.code, ack.note) == (7, "R", "025")


def test_claims_rules_3_3_a_reversing_payer_mirrors_its_payment_and_decides_anew() -> None:
    result = answered(an_837(a_claim(), a_claim(seed=2)), mood_of=lambda payer: "reverses")
    first, second = (letter for letter in result.letters if letter.name.startswith("835"))
    assert second.due - first.due == moods.REVERSED
    (paid,) = x12.read(first.data).transactions
    (again,) = x12.read(second.data).transactions
    assert isinstance(paid, Remittance)
    assert isinstance(again, Remittance)
    assert (x12.prove(again), again.findings) == ((), ())
    assert again.paid > 0
    for original, mirror, better in zip(paid.claims, again.claims[::2], again.claims[1::2], strict=True):
        assert (mirror.status, better.status) == ("22", "1")
        assert x12.unmirrored(original, mirror) == ()
        assert better.paid > original.paid


def test_a_repeating_payer_sends_the_same_bytes_under_another_name() -> None:
    letters = [x for x in answered(an_837(a_claim()), mood_of=lambda _: "repeats").letters if "835" in x.name]
    assert len({letter.name for letter in letters}) == 2
    assert len({letter.data for letter in letters}) == 1


def test_a_garbage_payer_sends_something_that_is_no_x12_besides() -> None:
    letters = answered(an_837(a_claim()), mood_of=lambda _: "garbage").letters
    assert [letter.data[:4] for letter in letters if letter.name.startswith("report_")] == [b"%PDF"]


def test_a_claim_sent_twice_in_two_files_is_denied_as_a_duplicate() -> None:
    first = answered(an_837(a_claim()))
    again = answered(an_837(a_claim(), number=8), known=first.accepted)
    assert (first.duplicates, again.duplicates) == (0, 1)
    (paid,) = [t for r in readings(again.letters) for t in r.transactions if isinstance(t, Remittance)]
    assert paid.claims[0].services[0].adjustments[0].reason == "18"
    assert x12.prove(paid) == ()


@pytest.mark.parametrize("data", [b"", b"hello", b"ISA" + b"*" * 200, an_837(a_claim())[:-10]])
def test_what_is_no_whole_interchange_is_not_taken(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(data)


def test_of_each_claim_stays_what_an_answer_needs() -> None:
    claims = (an_institutional_claim(seed=3, lines=2), an_institutional_claim(seed=4, payer="SBX02"))
    file = read(an_837(*claims))
    for asked, claim in zip(file.claims, claims, strict=True):
        assert (asked.number, asked.charge, asked.payer) == (claim.number, claim.charge, claim.payer)
        assert asked.member == claim.coverage.subscriber.member_id
        assert [(line.charge, line.control, line.revenue_code, line.code) for line in asked.lines] == [
            (line.charge, line.control, line.revenue_code, line.code) for line in claim.lines
        ]
        assert (asked.npi, asked.tax_id) == (claim.billing.npi, claim.billing.tax_id)


@pytest.mark.parametrize(("frequency", "statuses"), [("7", ["22", "1"]), ("8", ["22"])])
def test_3_8_a_replacement_is_answered_by_reversal_and_decision_and_a_void_by_the_reversal(
    frequency: str, statuses: list[str]
) -> None:
    claim = a_claim(lines=2)
    (before,) = answered(an_837(claim)).payments
    later = msgspec.structs.replace(claim, frequency=frequency, original_reference=before.payer_claim_number)
    paid = {before.payer_claim_number: before}
    result = answered(an_837(later, number=8), paid_before=paid.get)
    (remittance,) = remittances(result)
    assert x12.prove(remittance) == ()
    assert [one.status for one in remittance.claims] == statuses
    back = remittance.claims[0]
    assert (back.charge, back.paid, back.patient_responsibility) == (-before.charge, -before.paid, 0)
    assert back.payer_claim_number == before.payer_claim_number


def test_rfi_222_what_a_void_takes_back_is_carried_forward_and_the_payment_is_not_negative() -> None:
    claim = a_claim(lines=2)
    (before,) = answered(an_837(claim)).payments
    void = msgspec.structs.replace(claim, frequency="8", original_reference=before.payer_claim_number)
    (remittance,) = remittances(answered(an_837(void, number=8), paid_before=lambda _: before))
    assert (remittance.paid, remittance.method) == (0, "NON")
    assert [(p.reason, p.cents) for p in remittance.provider_adjustments] == [("FB", -before.paid)]


def test_3_8_a_void_of_what_was_never_decided_is_rejected() -> None:
    void = msgspec.structs.replace(a_claim(), frequency="8", original_reference="NOTHING")
    result = answered(an_837(void))
    assert (result.rejected, remittances(result)) == (1, [])


def remittances(result: Answered) -> list[Remittance]:
    every = [one for reading in readings(result.letters) for one in reading.transactions]
    return [one for one in every if isinstance(one, Remittance)]
