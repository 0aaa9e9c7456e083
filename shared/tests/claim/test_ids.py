"""Identifiers that we make."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shared.claim import derived_id, uuid7, uuid7s


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_derived_id_is_the_uuid5_of_its_parts_in_our_name_space(parts: list[str]) -> None:
    ours = uuid.UUID("b7a5d1f0-5c1e-5e6b-9a59-3f1f0c1a1f10")
    assert derived_id(*parts) == str(uuid.uuid5(ours, "\x1f".join(parts)))


def test_a_claim_id_is_a_uuid_of_version_seven_with_its_time_and_its_random_bits() -> None:
    made = uuid.UUID(uuid7(0x0123456789AB, bytes(range(0xF0, 0xFA))))
    assert str(made) == "01234567-89ab-70f1-b2f3-f4f5f6f7f8f9"
    assert (made.version, made.variant) == (7, uuid.RFC_4122)


def test_ids_made_at_one_time_differ() -> None:
    assert len({uuid7(1) for _ in range(100)}) == 100


def test_ids_made_together_are_as_many_as_asked_for_and_differ() -> None:
    made = list(uuid7s(100))
    assert len(set(made)) == 100
    assert {uuid.UUID(one).version for one in made} == {7}
    assert list(uuid7s(0)) == []
