"""The intake fuzzer in short: a few thousand bent inputs, and it notices what it should."""

import pytest

from services.intake.tests.messages import OPEN_FEEDS
from tests.fuzz import intake


def test_every_bent_message_and_document_gets_an_answer() -> None:
    said: list[str] = []
    done = intake.run(2600, 7, said.append)
    assert done == {"hl7": 2000, "fhir": 400, "json": 200}
    assert "nothing broke" in said[-1]


def test_the_fuzzer_shows_the_input_that_broke(monkeypatch: pytest.MonkeyPatch) -> None:
    def fragile(data: bytes, *_: object, **__: object) -> object:
        raise IndexError

    monkeypatch.setattr(intake, "read_own", fragile)
    said: list[str] = []
    with pytest.raises(IndexError):
        intake.run(26, 7, said.append)
    assert said[0].startswith("broke as json on b'")
    assert OPEN_FEEDS.all
