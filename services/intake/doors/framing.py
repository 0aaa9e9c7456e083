"""MLLP framing: VT, the message, FS, CR; from whatever pieces TCP makes of it."""

VT, FS = 0x0B, 0x1C
_VT, _FS = bytes([VT]), bytes([FS])


class NotMllpError(ValueError):
    """The peer sends something else than MLLP, or a message beyond the limit. Its text holds none of it."""


class TooLongError(NotMllpError):
    """A message beyond the limit. ``head`` is its beginning, enough to answer it."""

    def __init__(self, head: bytes) -> None:
        super().__init__("message too long")
        self.head = head


class Framer:
    """Put in bytes as they come, take out whole messages.

    CR behind FS is optional for us, and anything between frames is skipped. A VT inside of a frame means that the
    message before it was never ended: it comes out as broken, since half a charge must not become half a claim.
    """

    def __init__(self, limit: int, garbage: int = 64 * 1024) -> None:
        self._limit = limit
        self._most_garbage = garbage
        self._parts: list[bytes] = []
        self._size = 0
        self._open = False
        self._garbage = 0

    @property
    def inside(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._open

    def feed(self, data: bytes) -> list[tuple[bytes, bool]]:
        """The messages that these bytes complete, each with whether it is whole. Raises NotMllpError."""
        found: list[tuple[bytes, bool]] = []
        while data:
            data = self._inside(data, found) if self._open else self._outside(data)
        return found

    def _outside(self, data: bytes) -> bytes:
        skipped, start, rest = data.partition(_VT)
        self._garbage += len(skipped.strip(b"\r\n\x1c"))
        if self._garbage > self._most_garbage:
            raise NotMllpError("bytes without frames")
        self._open = bool(start)
        return rest

    def _inside(self, data: bytes, found: list[tuple[bytes, bool]]) -> bytes:
        end, again = data.find(_FS), data.find(_VT)
        whole = end >= 0 and (again < 0 or end < again)
        at = end if whole else again
        self._keep(data if at < 0 else data[:at])
        if at < 0:
            return b""
        found.append((b"".join(self._parts), whole))
        self._parts, self._size = [], 0
        self._open = not whole
        return data[at + 1 :]

    def _keep(self, piece: bytes) -> None:
        self._parts.append(piece)
        self._size += len(piece)
        if self._size > self._limit:
            raise TooLongError(b"".join(self._parts)[:4096])
