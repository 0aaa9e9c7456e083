"""Many senders in one process, each waiting for its answer before it sends again: what a hospital's engine does."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, cast

from shared.testing.app import TOKEN
from shared.testing.servers.process import HOST

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


class Request(NamedTuple):
    """What is sent, and what stands in its answer if that is a yes to this very request."""

    sent: bytes
    yes: bytes


@dataclass
class Tally:
    """What a stretch of sending came to. ``seconds`` are the answers' times, ``wrong`` the answers that were no yes."""

    requests: Iterator[Request]
    until: float
    seconds: list[float] = field(default_factory=list)
    wrong: int = 0

    def next(self) -> Request | None:
        """The next request; None when the time is over."""
        return next(self.requests) if time.perf_counter() < self.until else None


class _Sender(asyncio.Protocol):
    """One connection. ``whole`` says of the bytes so far whether they are a whole answer."""

    def __init__(self, tally: Tally, whole: Callable[[bytes], bool]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tally = tally
        self._whole = whole
        self._got = b""
        self._yes = b""
        self._began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        request = self._tally.next()
        if request is None:
            self._transport.close()
            return
        sent, self._yes = request
        self._began = time.perf_counter()
        self._transport.write(sent)

    def data_received(self, data: bytes) -> None:
        got = self._got = self._got + data if self._got else data
        if self._whole(got):
            self._tally.seconds.append(time.perf_counter() - self._began)
            self._tally.wrong += self._yes not in got
            self._got = b""
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


def acknowledged(got: bytes) -> bool:
    """Whether a whole MLLP answer is there."""
    return got.endswith(b"\x1c\r")


def answered(got: bytes) -> bool:
    """Whether a whole HTTP answer is there."""
    head, found, body = got.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(found) and length is not None and len(body) >= int(length[1])


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
    requests: Iterator[Request],
    whole: Callable[[bytes], bool],
) -> Tally:
    """Send for so long over so many connections. Answers that are on their way at the end are waited for."""
    tally = Tally(requests, time.perf_counter() + seconds)
    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(partial(_Sender, tally, whole), HOST, port) for _ in range(connections)
    ]
    await asyncio.gather(*(sender.done for _, sender in opened))
    return tally
