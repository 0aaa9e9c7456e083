"""The payer of the floor in a process of its own: ``python -m tests.load.floor_payer JSON``. See floor.py.

A real SFTP server, the sandbox's own, over a folder. It reads each file that comes and puts as many answers of as many bytes
into the outbound folder as the sandbox gave, without having looked into it.
"""

import asyncio
import os
import sys
from itertools import count
from pathlib import Path

import msgspec
import uvloop

from deploy.sandbox.folder import Folder
from deploy.sandbox.server import serve
from shared.service import memory

PARTNER = "floor"
NUMBER = 9
"""Digits at the end of a file's name, as an interchange has."""


class Letters(msgspec.Struct, frozen=True):
    """What a payer is told: where it lives, and how many answers of how many bytes it gives to a file."""

    folder: str
    port: int
    password: str
    answers: int
    bytes: int

    @property
    def key(self) -> Path:
        """Its private host key; the public half lies beside it."""
        return Path(self.folder) / "host_key"


async def _main(letters: Letters) -> None:
    folder = Folder(Path(letters.folder), [PARTNER])
    news = asyncio.Event()
    async with await serve(
        folder, {PARTNER: letters.password}, "127.0.0.1", letters.port, letters.key, news.set
    ):
        print("ready", flush=True)
        stopped = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
        numbers = count(1)
        while not stopped.done():
            news.clear()
            for partner, path in list(folder.arrived()):
                path.read_bytes()
                for _ in range(letters.answers):
                    _deliver(folder, os.urandom(letters.bytes), next(numbers))
                folder.put_away(path, partner, int(path.name[-NUMBER:]))
            waiting = asyncio.ensure_future(news.wait())
            await asyncio.wait([waiting, stopped], timeout=0.25, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()


def _deliver(folder: Folder, data: bytes, number: int) -> None:
    outbound = folder.mailbox(PARTNER) / "outbound"
    temporary = outbound / f"{number}.tmp"
    temporary.write_bytes(data)
    temporary.rename(outbound / str(number))


if __name__ == "__main__":
    memory.settle()
    uvloop.run(_main(msgspec.json.decode(sys.argv[1], type=Letters)))
