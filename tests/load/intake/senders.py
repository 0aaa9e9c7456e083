"""Many senders in one process, each waiting for its answer before it sends again: what a hospital's engine does."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import cast

from shared.testing.app import TOKEN
from shared.testing.servers.process import HOST

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Tally:
    """What a stretch of sending came to. ``seconds`` are the answers' times, ``wrong`` the answers that were no yes."""

    requests: Iterator[bytes]
    until: float
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def next(self) -> bytes | None:
        """The next request; None when the time is over."""
        return next(self.requests) if time.perf_counter() < self.until else None


class _Sender(asyncio.Protocol):
    """One connection. ``take`` says of the bytes so far whether they are a whole answer, and a yes."""

    def __init__(self, tally: Tally, take: Callable[[bytes], bool | None]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._take = take
        self._got = b""
        self._sent = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        request = self._tally.next()
        if request is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._got += data
        good = self._take(self._got)
        if good is None:
            return
        self._tally.seconds.append(time.perf_counter() - self._sent)
        self._tally.wrong += not good
        self._got = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def acknowledged(got: bytes) -> bool | None:
    """Whether a whole MLLP answer is there, and is an AA."""
    return b"\rMSA|AA|" in got if got.endswith(b"\x1c\r") else None


def answered(got: bytes) -> bool | None:
    """Whether a whole HTTP answer is there, and is a success."""
    head, found, body = got.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not found or length is None or len(body) < int(length[1]):
        return None
    return got.startswith(b"HTTP/1.1 2")


def request(path: str, media: str, body: bytes) -> bytes:
    """A POST with the test's token."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer {TOKEN}\r\n"
        f"Content-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(
    port: int,
    connections: int,
    seconds: float,
    requests: Iterator[bytes],
    take: Callable[[bytes], bool | None],
) -> Tally:
    """Send for so long over so many connections. Answers that are on their way at the end are waited for."""
    tally = Tally(requests, time.perf_counter() + seconds)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(partial(_Sender, tally, take), HOST, port) for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for _, sender in opened))
    return tally
