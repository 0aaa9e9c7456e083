"""The sockets of the MLLP door: who may connect, how many, with which certificate."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from services.intake.domain.feed import Feeds
from services.intake.domain.links import Port
from services.intake.settings import IntakeSettings

BUFFER = 64 * 1024
BACKLOG = 1024
PAUSE = 0.2
KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 15), (socket.TCP_KEEPCNT, 4))
"""A peer that is gone without a word is noticed after two minutes."""

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Listener:
    """One port: the feeds whose senders may use it, and the certificates."""

    port: Port
    feeds: Feeds
    tls: ssl.SSLContext | None

    def admits(self, writer: asyncio.StreamWriter) -> bool:
        """Whether the certificate that was shown has one of the names that are let in."""
        shown = writer.get_extra_info("peercert") or {}
        return not self.port.names or any(
            fnmatchcase(name, pattern) for name in _names(shown) for pattern in self.port.names
        )


def listeners_of(settings: IntakeSettings, feeds: Feeds) -> list[Listener]:
    """The port of the settings, and those that feeds have of their own.

    Raises ValueError that names the port when a certificate cannot be used.
    """
    shared = Port(
        port=settings.mllp_port,
        certificate=str(settings.mllp_certificate or ""),
        key=str(settings.mllp_key or ""),
        clients=str(settings.mllp_clients or ""),
        revoked=str(settings.mllp_revoked or ""),
    )
    own = [Listener(f.mllp, feeds.only(f.name), tls_of(f.mllp)) for f in feeds.all if f.mllp]
    return [Listener(shared, feeds, tls_of(shared)), *own]


def tls_of(port: Port) -> ssl.SSLContext | None:
    """TLS 1.2 and later by the port's files; None for a port without a certificate. Raises ValueError."""
    if not port.certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(port.certificate, port.key or None)
        if port.clients:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(port.clients)
        if port.revoked:
            context.load_verify_locations(port.revoked)
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:  # an SSLError is one; neither's words are ours to repeat
        raise ValueError(
            f"MLLP port {port.port}: its certificate files cannot be used ({error.strerror or error.errno})"
        ) from None
    return context


def bound(listener: Listener, host: str) -> socket.socket:
    """The listening socket. Raises OSError for a port that is taken."""
    opened = socket.create_server((listener.port.host or host, listener.port.port), backlog=BACKLOG)
    opened.setblocking(False)
    return opened


async def accepted(listening: socket.socket) -> socket.socket:
    """The next connection. When the process has no file left for it, the peer waits in the backlog."""
    while True:
        try:
            connection, _ = await asyncio.get_running_loop().sock_accept(listening)
        except OSError:
            await asyncio.sleep(PAUSE)
            continue
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
        return connection


async def streams(
    connection: socket.socket, tls: ssl.SSLContext | None, handshake: float
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """The connection as streams, its handshake done. Raises OSError (TLS included) and TimeoutError."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=BUFFER, loop=loop)
    protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
    more: dict[str, Any] = {"ssl": tls, "ssl_handshake_timeout": handshake} if tls else {}
    transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, **more)
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _names(shown: dict[str, Any]) -> list[str]:
    subject = [value for part in shown.get("subject", ()) for kind, value in part if kind == "commonName"]
    return subject + [value for kind, value in shown.get("subjectAltName", ()) if kind == "DNS"]
