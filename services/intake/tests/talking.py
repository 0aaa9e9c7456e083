"""A hospital's side of an MLLP connection."""

import asyncio

PATIENCE = 90.0


def framed(message: bytes) -> bytes:
    """A message in its frame."""
    return b"\x0b" + message + b"\x1c\r"


class Sender:
    """Sends messages and reads the answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    async def send(self, *pieces: bytes) -> None:
        """Send these bytes, each piece in a packet of its own."""
        for piece in pieces:
            self.writer.write(piece)
            await self.writer.drain()

    async def answer(self) -> str:
        """The next acknowledgment's text. Raises TimeoutError, and IncompleteReadError when the peer hangs up."""
        async with asyncio.timeout(PATIENCE):
            frame = await self._reader.readuntil(b"\x1c\r")
        return frame.removeprefix(b"\x0b").removesuffix(b"\x1c\r").decode()

    async def ask(self, message: bytes) -> str:
        """Send one message and read its answer."""
        await self.send(framed(message))
        return await self.answer()

    async def hung_up(self) -> bytes:
        """What else comes until the peer closes."""
        async with asyncio.timeout(PATIENCE):
            return await self._reader.read()


def code_of(answer: str) -> tuple[str, str]:
    """MSA-1 and MSA-2."""
    msa = next(line for line in answer.split("\r") if line.startswith("MSA")).split("|")
    return msa[1], msa[2]


def errors_of(answer: str) -> list[tuple[str, str]]:
    """ERR-2 and the code of ERR-3, of each ERR."""
    lines = [line.split("|") for line in answer.split("\r") if line.startswith("ERR")]
    return [(line[2], line[3].split("^")[0]) for line in lines]
