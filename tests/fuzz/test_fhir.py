"""A thousand bent FHIR documents: each gets an answer in the door's own form. ``python -m tests.fuzz.fhir`` reads more."""

import msgspec

from tests.fuzz.fhir import ASKS, read_and_answer, run, seeds


def test_every_bent_document_gets_an_answer() -> None:
    found = run(1000, 7)
    assert sum(found.values()) == 1000
    assert {201, 400, 422} <= found.keys()


def test_every_seed_is_taken() -> None:
    for document in seeds():
        assert read_and_answer(msgspec.json.encode(document), ASKS[0]) in (200, 201, 202)
