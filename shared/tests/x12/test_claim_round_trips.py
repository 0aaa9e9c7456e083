"""Reading what was written gives the same claim back, and nothing to complain about."""

from random import Random

import pytest
from hypothesis import given, settings

from shared.claim import Claim, Kind
from shared.testing.claims_strategy import institutional, professional
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.x12 import Delimiters, read, write_837
from shared.x12.types import Batch, FileReading
from shared.x12.writing837.ranks import INSTITUTIONAL, PROFESSIONAL

KINDS: tuple[Kind, ...] = ("professional", "institutional")


def only_batch(reading: FileReading) -> Batch:
    (found,) = reading.transactions
    assert isinstance(found, Batch)
    return found


def complaints(reading: FileReading) -> list[tuple[str, str]]:
    found = [*reading.findings, *only_batch(reading).findings]
    return [(one.code, one.path) for one in found]


@settings(max_examples=50, deadline=None)
@given(professional)
def test_a_professional_claim_comes_back_as_it_was_written(claim: Claim) -> None:
    reading = read(write_837([around([claim])]))
    assert only_batch(reading).claims == (claim,)
    assert complaints(reading) == []


@settings(max_examples=50, deadline=None)
@given(institutional)
def test_an_institutional_claim_comes_back_as_it_was_written(claim: Claim) -> None:
    reading = read(write_837([around([claim])]))
    assert only_batch(reading).claims == (claim,)
    assert complaints(reading) == []


@pytest.mark.parametrize("kind", KINDS)
def test_many_claims_of_a_batch_come_back_in_order_with_their_batch(kind: Kind) -> None:
    written = batch(Random(7), kind, 40)
    found = only_batch(read(write_837([written])))
    assert found.claims == written.claims
    assert (found.batch, found.submitter, found.submitter_id, found.submitter_contact) == (
        written.batch,
        written.submitter,
        written.submitter_id,
        written.submitter_contact,
    )
    assert (found.receiver, found.receiver_id, found.at, found.purpose, found.usage) == (
        written.receiver,
        written.receiver_id,
        written.at,
        written.purpose,
        written.usage,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_writing_what_was_read_gives_the_same_bytes(kind: Kind) -> None:
    data = write_837([batch(Random(11), kind, 25)])
    assert write_837([only_batch(read(data))]) == data


@pytest.mark.parametrize(
    "marks",
    [
        Delimiters("|", ">", "^", "\n"),
        Delimiters("*", "<", "!", "~"),
        Delimiters("\x1d", "\x1f", "\x1e", "\x1c"),
    ],
)
def test_other_delimiters_say_the_same(marks: Delimiters) -> None:
    written = batch(Random(13), "professional", 20)
    reading = read(write_837([written], marks))
    assert only_batch(reading).claims == written.claims
    assert [one.code for one in reading.findings if one.severity == "error"] == []


def test_claims_of_one_provider_and_one_subscriber_share_their_levels() -> None:
    (claim,) = batch(Random(3), "professional", 1).claims
    text = write_837([around([claim, claim, claim])]).decode()
    assert text.count("~HL*") == 2 + (claim.patient is not None)
    assert text.count("~CLM*") == 3


def test_each_loop_of_the_tables_has_a_rank_for_each_of_its_segments() -> None:
    for ranks in (PROFESSIONAL, INSTITUTIONAL):
        assert all(ranks.loops.values())


def test_a_batch_of_nothing_and_a_mixture_of_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="one kind"):
        write_837([])
    with pytest.raises(ValueError, match="one kind"):
        write_837([batch(Random(1), "professional", 1), batch(Random(1), "institutional", 1)])
