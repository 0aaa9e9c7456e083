"""The gist of a file is what the whole reading says of it, and a file that is not plain is read as a whole."""

from collections.abc import Callable
from random import Random
from typing import Literal

import pytest
from msgspec.structs import replace

from deploy.sandbox import gist, reading
from deploy.sandbox.letters import answer_file, refused_letter
from deploy.sandbox.reading import AskedFile, UnreadableFileError
from deploy.tests.sandbox.files import a_276, an_837
from deploy.tests.sandbox.test_letters import desk
from shared.claim import Claim, Name, Person, PriorDecision
from shared.testing.builders import a_claim, a_coverage, an_institutional_claim
from shared.testing.every_claim import batch
from shared.x12 import Delimiters, write_837


def said(read: Callable[[bytes], AskedFile], data: bytes) -> tuple[object, ...]:
    """What is answered to a file, byte for byte, and what is remembered of its claims."""
    try:
        file = read(data)
    except UnreadableFileError as error:
        return (str(error), refused_letter(error.reading, desk()))
    return (file.sets, file.questions, answer_file(file, desk()))


def whole(data: bytes) -> AskedFile:
    return reading.read(data, judged=False)


def a_dependents_claim() -> Claim:
    claim = a_claim(lines=2)
    return replace(claim, patient=Person(name=Name(last="NEMO", first="BOB", middle="X", suffix="JR")))


def a_secondary_claim() -> Claim:
    first = replace(a_coverage(), prior=PriorDecision(paid=100))
    return replace(a_claim(), coverages=(first, a_coverage(payer="SBX07", order="S")), billed=1)


PLAIN = {
    "professional": an_837(*(a_claim(seed=n, payer=f"SBX0{n}", lines=n) for n in range(1, 8))),
    "institutional": an_837(*(an_institutional_claim(seed=n, lines=3) for n in range(1, 4))),
    "of a dependent": an_837(a_dependents_claim(), a_claim(seed=2)),
    "a replacement": an_837(replace(a_claim(), frequency="7", original_reference="SBX0100000000700001")),
    "without a TA1": an_837(acknowledge=False),
}


@pytest.mark.parametrize("kind", PLAIN)
def test_a_plain_file_needs_no_whole_reading_and_is_answered_as_by_it(kind: str) -> None:
    assert gist.plain(PLAIN[kind]) is not None
    assert said(gist.read, PLAIN[kind]) == said(whole, PLAIN[kind])


@pytest.mark.parametrize("kind", ["professional", "institutional"])
@pytest.mark.parametrize("seed", range(12))
def test_claims_with_anything_that_a_guide_allows_are_answered_as_the_whole_reading_answers_them(
    kind: Literal["professional", "institutional"], seed: int
) -> None:
    data = write_837([batch(Random(f"gist {seed}"), kind, 4)])
    assert said(gist.read, data) == said(whole, data)


FAULTS: dict[str, Callable[[bytes], bytes]] = {
    "a wrong count of segments": lambda d: d.replace(b"~SE*", b"~SE*1"),
    "another number at the set's end": lambda d: d.replace(b"*000000007~GE", b"*000000008~GE"),
    "a wrong count of sets": lambda d: d.replace(b"~GE*1*", b"~GE*2*"),
    "another number at the interchange's end": lambda d: d.replace(b"~IEA*1*000000007", b"~IEA*1*000000009"),
    "no end": lambda d: d[: d.index(b"~GE*") + 1],
    "two interchanges": lambda d: d + d,
    "no segment terminator at the end": lambda d: d.rstrip(b"~"),
    "line breaks": lambda d: d.replace(b"~", b"~\r\n"),
    "a segment between the sets": lambda d: d.replace(b"~ST*", b"~REF*EI*1~ST*"),
    "an amount that is none": lambda d: d.replace(b"~CLM*", b"~CLM*X*1.2.3***22:B:1~CLM*", 1),
    "a line without a service": lambda d: d.replace(b"~SV1*", b"~SV9*", 1),
    "a place by another separator": lambda d: d.replace(b"22:B:1", b"22>B>1"),
    "a letter of another alphabet": lambda d: d.replace(b"*ADA*", "*ÄDA*".encode()),
    "another guide": lambda d: d.replace(b"005010X222A1", b"005010X224A2"),
    "no set": lambda d: d[: d.index(b"~ST*") + 1] + d[d.index(b"~GE*") + 1 :],
    "nothing": lambda d: b"",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_not_plain_is_answered_as_the_whole_reading_answers_it(fault: str) -> None:
    data = FAULTS[fault](PLAIN["professional"])
    assert data != PLAIN["professional"]
    assert said(gist.read, data) == said(whole, data)


def test_an_earlier_payers_decision_and_a_question_are_left_to_the_whole_reading() -> None:
    for data in (an_837(a_secondary_claim()), a_276(a_claim())):
        assert said(gist.read, data) == said(whole, data)


def test_delimiters_are_those_of_the_file() -> None:
    written = batch(Random("marks"), "professional", 2)
    data = write_837([written], Delimiters(element="|", component=">", repetition="!", segment="\n"))
    assert said(gist.read, data) == said(whole, data)
