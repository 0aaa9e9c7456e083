"""Derived ids are UUIDv5 as the standard library makes them."""

import uuid

from hypothesis import given
from hypothesis import strategies as st

from shared.claim import derived_id


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_derived_id_is_the_uuid5_of_its_parts_in_our_name_space(parts: list[str]) -> None:
    ours = uuid.UUID("b7a5d1f0-5c1e-5e6b-9a59-3f1f0c1a1f10")
    assert derived_id(*parts) == str(uuid.uuid5(ours, "\x1f".join(parts)))
