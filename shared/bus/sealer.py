"""Bytes at rest and in flight: zstd with a trained dictionary, then AES-256-GCM."""

import os
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

DICTIONARIES = {number: Path(__file__).parent / f"claims-{number}.dict" for number in (1, 2)}
"""Every dictionary that was ever written with. A new one gets a new number; none is ever removed (tests/load/train.py)."""

WRITES = 2
FORMAT = 1
LEVEL = 1
"""Of zstd: its tables over the dictionary stay in the processor's first cache, where level 3 looks into 400 KB of them."""
LARGEST = 8 * 2**20
"""No sealed document unpacks to more bytes than this: a forged length must not fill the memory."""

_SALT = 16
_HEAD = 3 + _SALT + 8
_SALTS_KEPT = 4096


class Unsealable(Exception):
    """Bytes that cannot be opened: another key, another place (``aad``), a changed bit, or not ours. Says which, no content."""


class Sealer:
    """Seal and open bytes. ``keys`` maps a key's number (1-255) to its 32 bytes; ``writes`` is the one that seals.

    Each sealer draws a random salt and seals under HKDF-SHA256(key, salt) with a counting nonce, so that the bound of 2^32
    random nonces per key (NIST SP 800-38D 8.3) never matters however long a key is kept.
    Layout: format, key number, dictionary number, salt (16), counter (8), ciphertext and tag.
    """

    def __init__(self, keys: Mapping[int, bytes], writes: int | None = None) -> None:
        if not keys or any(not 0 < number < 256 or len(key) != 32 for number, key in keys.items()):
            raise ValueError("a sealing key has a number from 1 to 255 and 32 bytes")
        self._keys = dict(keys)
        self.key = max(keys) if writes is None else writes
        self.dictionary = WRITES
        packed = {n: zstandard.ZstdCompressionDict(path.read_bytes()) for n, path in DICTIONARIES.items()}
        self._compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=packed[WRITES])
        self._openers = {n: zstandard.ZstdDecompressor(dict_data=d) for n, d in packed.items()}
        salt = os.urandom(_SALT)
        self._head = bytes((FORMAT, self.key, WRITES)) + salt
        self._opened: dict[tuple[int, bytes], AESGCM] = {}
        self._cipher = self._derive(self.key, salt)
        self._count = 0

    @classmethod
    def parse(cls, text: str) -> "Sealer":
        """Make one from ``2:base64,1:base64``: the first key writes, all of them read. Raises ValueError."""
        pairs = [part.strip().partition(":") for part in text.split(",") if part.strip()]
        keys = {int(number): b64decode(key, validate=True) for number, _, key in pairs}
        return cls(keys, int(pairs[0][0]) if pairs else None)

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Compress and encrypt, bound to ``aad`` (what it is and where it stands): elsewhere it does not open."""
        self._count += 1
        count = self._count.to_bytes(8, "big")
        packed = self._compressor.compress(plain)
        return self._head + count + self._cipher.encrypt(b"\0\0\0\0" + count, packed, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The reverse of ``seal``. Raises Unsealable."""
        if len(sealed) < _HEAD + 16 or sealed[0] != FORMAT:
            raise Unsealable("not sealed by us")
        cipher = self._opened.get((sealed[1], sealed[3:19])) or self._derive(sealed[1], sealed[3:19])
        opener = self._openers.get(sealed[2])
        if opener is None:
            raise Unsealable(f"dictionary {sealed[2]} is not known")
        try:
            packed = cipher.decrypt(b"\0\0\0\0" + sealed[19:27], sealed[27:], aad)
            if zstandard.frame_content_size(packed) > LARGEST:
                raise Unsealable("unpacks to more than is allowed")
            return opener.decompress(packed)
        except InvalidTag:
            raise Unsealable("another key, another place, or changed") from None
        except zstandard.ZstdError:
            raise Unsealable("does not unpack") from None

    def _derive(self, number: int, salt: bytes) -> AESGCM:
        if number not in self._keys:
            raise Unsealable(f"key {number} is not known")
        if len(self._opened) >= _SALTS_KEPT:
            del self._opened[next(iter(self._opened))]
        kdf = HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"claimflow sealer 1")
        cipher = AESGCM(kdf.derive(self._keys[number]))
        self._opened[number, salt] = cipher
        return cipher
