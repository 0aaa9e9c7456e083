"""What the dictionary is trained on."""

import random

from tests.load.train import with_others


def test_a_sample_with_other_values_keeps_its_structure_its_words_and_which_values_are_one() -> None:
    claim = {
        "type": "ClaimPaid",
        "state": "queued",
        "number": "B000000001",
        "paid": 12345,
        "told": True,
        "who": {"last": "MUSTERMANN", "sex": "F", "born": None},
        "lines": [{"code": "G0463", "first": "2026-10-12"}, {"code": "G0463", "last": "2026-10-12"}],
    }
    other = with_others(claim, random.Random(1), {})
    assert list(other) == list(claim)
    assert (other["type"], other["state"], other["told"]) == ("ClaimPaid", "queued", True)
    assert other["who"].keys() == claim["who"].keys()  # type: ignore[attr-defined]
    assert other["who"]["sex"] == "F"
    assert other["who"]["born"] is None
    assert other["lines"][0]["code"] == other["lines"][1]["code"] != "G0463"
    assert other["lines"][0]["first"] == other["lines"][1]["last"] != "2026-10-12"
    assert len(str(other["paid"])) == 5
    assert "MUSTERMANN" not in str(other)
    assert other["number"] != claim["number"]
