"""The bytes that a stage of the floor moves: those that the system moved, sealed and opened as often, or as they lie."""

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice

from shared.bus.sealer import Sealer
from tests.load.moved import Moves
from tests.load.sampled import Said, Sample

PARTITIONS = 12
ON = b"\x01"
"""First byte of a record that goes on to the next stage; the others are only read there."""
STAYS = b"\x00"
Frame = tuple[str, int, bytes, bytes, list[tuple[str, bytes]]]


class Cargo:
    """Documents and records of one stage. ``sealer`` None: sealed bytes are moved that nobody has to make or open.

    Raises ValueError when the sample has nothing of what is to be moved.
    """

    def __init__(self, run: str, name: str, sample: Sample, moves: Moves, sealer: Sealer | None) -> None:
        self._topic, self._facts = f"{run}.{name}", f"{run}.facts"
        self._moves = moves
        self._sealer = sealer
        self._documents = cycle(sample.documents)
        self._internal, self._public = cycle(sample.internal), cycle(sample.public)
        asked = (
            (moves.made, sample.documents),
            (moves.internal, sample.internal),
            (moves.public, sample.public),
        )
        if any(count and not some for count, some in asked):
            raise ValueError(f"no sample of what {name} moves")
        again = moves.seals - moves.made - moves.internal
        self.sealed_again = min(max(again / moves.rewritten, 0.0), 1.0) if moves.rewritten else 0.0
        """The share of rewritten documents that are opened and sealed again; of the others only columns beside them change."""

    def documents(self, keys: Sequence[str]) -> list[bytes]:
        """A document for each key, sealed now."""
        some = islice(self._documents, len(keys))
        return [
            lies if self._sealer is None else self._sealer.seal(plain, key.encode())
            for key, (plain, lies) in zip(keys, some, strict=True)
        ]

    def open(self, sealed: Iterable[tuple[str, bytes]]) -> None:
        """Open what ``documents`` sealed."""
        if self._sealer is not None:
            for key, document in sealed:
                self._sealer.open(document, key.encode())

    def brought(self, key: bytes, value: bytes) -> str | None:
        """The claim that a record brings, opened; None for a record that is only read here."""
        if value[:1] != ON:
            return None
        if self._sealer is not None:
            self._sealer.open(value[1:], key)
        return key.decode()

    def frames(self, keys: Sequence[str], turn: int, passes: int) -> tuple[list[Frame], list[Frame]]:
        """This pass's share of the public and internal records that are said: the one that goes on in the last pass."""
        public = _share(keys, self._moves.public, turn, passes)
        internal = _share(keys, self._moves.internal, turn, passes)
        return (
            [
                _frame(self._facts, key, said.plain, said)
                for (key, _), said in zip(public, self._public, strict=False)
            ],
            [
                _frame(self._topic, key, (ON if on else STAYS) + self._sent(said, key), said)
                for (key, on), said in zip(internal, self._internal, strict=False)
            ],
        )

    def _sent(self, said: Said, key: str) -> bytes:
        return said.sent if self._sealer is None else self._sealer.seal(said.plain, key.encode())


def _share(keys: Sequence[str], each: float, turn: int, passes: int) -> Iterator[tuple[str, bool]]:
    """Keys of one pass's records, and whether each goes on: the last record of every key does."""
    total = int(len(keys) * each + 0.5)
    for n in range(total * turn // passes, total * (turn + 1) // passes):
        yield keys[n % len(keys)], n >= total - len(keys)


def _frame(topic: str, key: str, value: bytes, said: Said) -> Frame:
    name = key.encode()
    return (topic, zlib.crc32(name) % PARTITIONS, name, value, said.headers)
