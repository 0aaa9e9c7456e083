"""Sealed bytes: what opens, what does not, and what nobody can read."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.bus import Sealer, Unsealable
from shared.bus.sealer import DICTIONARIES, LARGEST
from shared.events import ClaimCleared, ClaimReceived
from shared.testing.builders import a_claim, an_institutional_claim

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
SEALER = Sealer({1: KEY})


@given(st.binary(max_size=5000), st.binary(max_size=50))
def test_what_was_sealed_opens_again(plain: bytes, aad: bytes) -> None:
    assert SEALER.open(SEALER.seal(plain, aad), aad) == plain


@given(st.data())
def test_one_changed_bit_anywhere_keeps_it_shut(data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal(b"a claim", b"here"))
    at = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[at // 8] ^= 1 << at % 8
    with pytest.raises(Unsealable):
        SEALER.open(bytes(sealed), b"here")


def test_sealed_bytes_moved_to_another_place_do_not_open() -> None:
    sealed = SEALER.seal(b"a claim", b"intake/a/1")
    with pytest.raises(Unsealable, match="another place"):
        SEALER.open(sealed, b"intake/a/2")


@given(st.binary(max_size=60))
def test_bytes_that_are_not_ours_are_refused(noise: bytes) -> None:
    with pytest.raises(Unsealable):
        SEALER.open(noise, b"")


def test_a_new_key_writes_while_the_old_one_still_reads() -> None:
    before = SEALER.seal(b"old", b"")
    both = Sealer.parse(f"2:{b64encode(OTHER).decode()},1:{b64encode(KEY).decode()}")
    assert both.key == 2
    assert both.open(before, b"") == b"old"
    with pytest.raises(Unsealable, match="key 2"):
        SEALER.open(both.seal(b"new", b""), b"")


@pytest.mark.parametrize(
    "text", ["", "1:short", "300:" + b64encode(KEY).decode(), "x:" + b64encode(KEY).decode()]
)
def test_a_key_that_cannot_be_one_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Sealer.parse(text)


def test_the_same_bytes_sealed_twice_look_different_and_show_nothing() -> None:
    name = b"Mustermann, Erika"
    one, two = SEALER.seal(name * 5, b""), SEALER.seal(name * 5, b"")
    assert one != two
    assert b"Mustermann" not in one


def test_a_small_record_that_claims_to_be_huge_is_not_unpacked() -> None:
    bomb = SEALER.seal(bytes(LARGEST + 1), b"")
    assert len(bomb) < LARGEST / 100
    with pytest.raises(Unsealable, match="more than is allowed"):
        SEALER.open(bomb, b"")


def test_dictionaries_are_small_and_worth_it() -> None:
    assert all(path.stat().st_size <= 64 * 1024 for path in DICTIONARIES.values())
    at = datetime(2026, 10, 12, tzinfo=UTC)
    claims = [
        make(n, lines=1 + n % 5)
        for n in range(100_000, 100_020)
        for make in (a_claim, an_institutional_claim)
    ]
    fresh = [msgspec.json.encode(ClaimCleared(claim=claim, rules="2026.1")) for claim in claims]
    fresh += [
        msgspec.json.encode(ClaimReceived(claim=claim, door="x12", message="", received=at))
        for claim in claims
    ]
    assert sum(len(SEALER.seal(plain, b"")) for plain in fresh) < sum(map(len, fresh)) / 5


def test_what_was_sealed_with_the_first_dictionary_opens() -> None:
    sealed = b64decode(
        "AQEBCl9NHYdUE9kr2Y4R62egiAAAAAAAAAABwhSOQ9gwBLsCQHBsy/16t3ggOGvxV5+32Z2C5wz1cnbRUgpNKhpgSKtR5g=="
    )
    assert SEALER.open(sealed, b"intake/a/1").startswith(b'{"type":"ClaimReceived"')


def test_two_processes_with_one_key_never_share_a_nonce() -> None:
    salts = {Sealer({1: KEY}).seal(b"", b"")[3:19] for _ in range(50)}
    assert len(salts) == 50
