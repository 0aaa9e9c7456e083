"""The bytes of the floor: as many records and seals as were counted, and one record that brings each claim on."""

from collections import Counter

import pytest
from msgspec.structs import replace

from shared.bus.sealer import Sealer, Unsealable
from tests.load.floor_bytes import Cargo
from tests.load.moved import Moves
from tests.load.sampled import Said, Sample

KEYS = [f"{n:08x}-0000-7000-8000-000000000000" for n in range(300)]
SEALER = Sealer({1: bytes(32)})
MOVES = Moves(
    made=1, rewritten=2, seals=4, rows_made=0, rows_rewritten=0, internal=2, public=1.5, document=5, internal_bytes=5,
    public_bytes=5, said_bytes=5, kept=0, kept_bytes=0,
)  # fmt: skip
SAMPLE = Sample(
    documents=[(b"plain", b"sealed")],
    internal=[Said(b"plain event", b"sealed event", [("ver", b"1")])],
    public=[Said(b"fact", b"fact", [("ver", b"1")])],
)


def cargo(sealer: Sealer | None = SEALER) -> Cargo:
    return Cargo("floor", "scrubber", SAMPLE, MOVES, sealer)


@pytest.mark.parametrize("sealer", [SEALER, None])
def test_every_claim_is_brought_on_by_one_record_of_its_last_pass_and_all_are_said(
    sealer: Sealer | None,
) -> None:
    load, passes = cargo(sealer), 3
    said = [load.frames(KEYS, turn, passes) for turn in range(passes)]
    assert sum(len(public) for public, _ in said) == 450
    assert sum(len(internal) for _, internal in said) == 600
    brought = [
        Counter(key for _, _, name, value, _ in internal if (key := load.brought(name, value)))
        for _, internal in said
    ]
    assert sum(brought, Counter()) == Counter(KEYS)
    assert not brought[0]


def test_half_of_what_is_rewritten_is_sealed_again_when_four_seals_were_counted() -> None:
    load = cargo()
    assert load.sealed_again == 0.5
    documents = load.documents(KEYS[:2])
    load.open(zip(KEYS[:2], documents, strict=True))
    with pytest.raises(Unsealable):
        load.open([(KEYS[1], documents[0])])


def test_a_bare_floor_moves_what_lies_there() -> None:
    load = cargo(None)
    assert load.documents(KEYS[:2]) == [b"sealed", b"sealed"]
    assert [value[1:] for _, _, _, value, _ in load.frames(KEYS[:2], 0, 1)[1]] == [b"sealed event"] * 4


def test_a_floor_that_has_no_sample_of_what_it_moves_is_none() -> None:
    with pytest.raises(ValueError, match="no sample of what scrubber moves"):
        Cargo("floor", "scrubber", replace(SAMPLE, public=[]), MOVES, SEALER)
