"""The floor's two doors: HTTP, through which claims come in files, and a partner's mailbox, through which files go and come.

Each is what the services have (uvicorn, asyncssh through the submitter's mailbox) around bytes that nobody looks into.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import uvicorn

from services.submitter.domain.routes import Partner
from services.submitter.domain.sending import Names
from services.submitter.gateway import SftpMailbox
from shared.x12.types import Party
from tests.load.floor_payer import NUMBER, PARTNER, Letters

OK = {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/edi-x12")]}


@asynccontextmanager
async def http_door(port: int, take: Callable[[bytes], Awaitable[bytes]]) -> AsyncIterator[None]:
    """Listen while the block runs. ``take`` gets each request's body and makes the answer's."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        pieces, more = [], True
        while more:
            message = await receive()
            pieces.append(message["body"])
            more = message["more_body"]
        answer = await take(b"".join(pieces))
        await send(OK)
        await send({"type": "http.response.body", "body": answer})

    server = uvicorn.Server(
        uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off")
    )
    serving = asyncio.create_task(server._serve())  # signals stay with the stage
    while not server.started:  # noqa: ASYNC110 -- uvicorn tells nobody
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class MailWork(msgspec.Struct, frozen=True):
    """The payer that files go to, the file with its password, claims in a file of ours and bytes for each of them."""

    payer: Letters
    secret: str
    per_file: int
    bytes: int


class Mail:
    """Files of claims to a payer, its answers back: uploaded, renamed, listed, downloaded, archived."""

    def __init__(self, work: MailWork) -> None:
        self._work = work
        self._waiting = 0
        self._files = 0
        self._answered = 0
        payer, us = work.payer, Party(id=PARTNER)
        self._mailbox = SftpMailbox(
            Partner(
                host="127.0.0.1", port=payer.port, user=PARTNER, password_file=work.secret,
                host_key=payer.key.with_name("host_key.pub").read_text(),
                sender=us, receiver=us, receiver_name=PARTNER, receiver_id=PARTNER,
            )
        )  # fmt: skip

    def put(self, claims: int) -> None:
        """So many more claims are to be sent."""
        self._waiting += claims

    async def turn(self, last: bool) -> bool:
        """Send what makes whole files (or any, if these are the last claims), take what came; whether all is answered."""
        while self._waiting >= self._work.per_file or (last and self._waiting):
            claims = min(self._waiting, self._work.per_file)
            self._waiting -= claims
            self._files += 1
            name = f"{self._files:0{NUMBER}d}"
            names = Names(final=name, temporary=f"{name}.tmp")
            await self._mailbox.upload(names.temporary, os.urandom(claims * self._work.bytes))
            await self._mailbox.rename(names)
        for file in await self._mailbox.arrived():
            await self._mailbox.download(file.name)
            await self._mailbox.archive(file.name, "again")
            self._answered += 1
        return last and not self._waiting and self._answered >= self._files * self._work.payer.answers

    async def close(self) -> None:
        """Hang up."""
        await self._mailbox.close()
