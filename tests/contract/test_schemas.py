"""The contract that other services build on: the committed schemas and pages are what the code says."""

from pathlib import Path

import pytest

from shared.events.describe import files
from shared.events.lifecycle import Fact

DOCS = Path(__file__).parents[2] / "docs"
MADE = files()


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_committed_contract_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == MADE[name], "run: python -m shared.events.describe"


def test_no_schema_is_left_of_an_event_that_is_gone() -> None:
    kept = {f"schemas/{path.name}" for path in (DOCS / "schemas").glob("*.json")}
    assert kept == {name for name in MADE if name.startswith("schemas/")}


def test_the_public_fact_has_no_field_that_could_hold_patient_data() -> None:
    allowed = {
        "what", "state", "subject", "about", "source", "stream", "version", "time", "payer", "door", "hop", "route",
        "charge", "paid", "contractual", "patient", "denied", "reasons",
    }  # fmt: skip
    assert set(Fact.__struct_fields__) == allowed
