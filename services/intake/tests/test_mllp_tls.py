"""TLS on MLLP ports, and ports that one feed has of its own. The certificates are real."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.intake.domain.links import Port
from services.intake.doors.listening import tls_of
from services.intake.settings import OWN_FEEDS, load_feeds
from services.intake.tests.certificates import Authority
from services.intake.tests.door import Door, opened
from services.intake.tests.messages import dft
from services.intake.tests.talking import code_of, errors_of, framed

real = pytest.mark.real
USUAL: dict[str, Any] = msgspec.yaml.decode((OWN_FEEDS / "springfield.yaml").read_bytes())


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    """The authority that signs our certificate and those of the hospitals that are let in."""
    return Authority(tmp_path, "OURS")


def folder_of(tmp_path: Path, **ports: dict[str, Any]) -> Path:
    """Feed files: the usual feed, and for each name a feed of a sender of that name with a port of its own."""
    folder = tmp_path / "feeds"
    folder.mkdir()
    for at, (name, port) in enumerate(ports.items()):
        feed = {**USUAL, "name": name, "senders": {"hl7": [f"{name}|*"]}, "mllp": {"port": 0, **port}}
        (folder / f"{at}.yaml").write_bytes(msgspec.yaml.encode(feed))
    (folder / "usual.yaml").write_bytes(msgspec.yaml.encode(USUAL))
    return folder


@pytest.fixture
async def door(postgres_url: str, tmp_path: Path, ours: Authority) -> AsyncIterator[Door]:
    """A shared port in the clear; NORTH's port with TLS and client certificates for the name north; SOUTH's in the clear."""
    revoked = ours.revoke(ours.issue("revoked"))
    secured = {
        "certificate": str(ours.issue("server")), "clients": str(ours.file), "names": ["north", "revoked", "late"],
        "revoked": str(revoked),
    }  # fmt: skip
    feeds = folder_of(tmp_path, NORTH=secured, SOUTH={})
    async with opened(postgres_url, ports=3, feeds=feeds, mllp_handshake_seconds=5) as one:
        yield one


@real
async def test_a_sender_with_a_certificate_is_answered_over_tls(door: Door, ours: Authority) -> None:
    async with door.sender(1, ours.trusting(ours.issue("north"))) as sender:
        assert code_of(await sender.ask(dft(MSH_3="NORTH"))) == ("AA", "MSG1")
        secured = sender.writer.get_extra_info("ssl_object")
        assert secured.version() in ("TLSv1.2", "TLSv1.3")
    assert [m["feed"] for m in await door.inbox()] == ["NORTH"]


@real
async def test_another_door_process_speaks_the_tls_of_the_port_and_knows_whose_it_is(
    postgres_url: str, tmp_path: Path, ours: Authority
) -> None:
    secured = {"certificate": str(ours.issue("server")), "clients": str(ours.file), "names": ["north"]}
    feeds = folder_of(tmp_path, SOUTH={}, NORTH=secured)
    async with (
        opened(postgres_url, ports=3, feeds=feeds, mllp_processes=2) as door,
        door.sender() as ours_to_serve,
        door.sender(2, ours.trusting(ours.issue("north"))) as handed,
    ):
        assert code_of(await ours_to_serve.ask(dft(MSH_10="M1"))) == ("AA", "M1")
        assert code_of(await handed.ask(dft(MSH_10="M2", MSH_3="NORTH", PID_18="A2"))) == ("AA", "M2")
        assert code_of(await handed.ask(dft(MSH_10="M3", MSH_3="SOUTH")))[0] == "AR"
        assert (await door.harness.http.get("/readyz")).json()["checks"]["doors"]["handed"] == 1
        assert sorted(m["feed"] for m in await door.inbox(state="accepted")) == ["NORTH", "springfield"]


@real
@pytest.mark.parametrize(
    "shown", ["nothing", "another authority's", "expired", "revoked", "another name", "old TLS"]
)
async def test_who_does_not_show_the_right_certificate_is_not_served(
    door: Door, ours: Authority, tmp_path: Path, shown: str
) -> None:
    other = Authority(tmp_path, "OTHERS")
    tls = {
        "nothing": lambda: ours.trusting(),
        "another authority's": lambda: ours.trusting(other.issue("north")),
        "expired": lambda: ours.trusting(ours.issue("late", days=-1)),
        "revoked": lambda: ours.trusting(tmp_path / "revoked.pem"),
        "another name": lambda: ours.trusting(ours.issue("south")),
        "old TLS": lambda: old(ours.trusting(ours.issue("north"))),
    }[shown]()
    with pytest.raises((OSError, asyncio.IncompleteReadError)):
        async with door.sender(1, tls) as sender:
            await sender.ask(dft(MSH_3="NORTH"))
    assert await door.inbox() == []


def old(context: ssl.SSLContext) -> ssl.SSLContext:
    """The same, but it speaks TLS 1.1 at most."""
    with warnings.catch_warnings(action="ignore"):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@real
async def test_a_sender_without_tls_is_not_served_by_a_port_with_tls(door: Door) -> None:
    async with door.sender(1) as sender:
        await sender.send(framed(dft(MSH_3="NORTH")))
        assert b"MSA" not in await sender.hung_up()
    assert await door.inbox() == []


@real
async def test_a_feeds_own_port_takes_its_messages_only(door: Door) -> None:
    async with door.sender(2) as sender:
        assert code_of(await sender.ask(dft(MSH_3="SOUTH"))) == ("AA", "MSG1")
        answer = await sender.ask(dft(MSH_10="M2"))
    assert (code_of(answer), errors_of(answer)) == (("AR", "M2"), [("MSH^1^3^1", "204")])
    async with door.sender(0) as sender:
        assert code_of(await sender.ask(dft(MSH_10="M3"))) == ("AA", "M3")


@real
async def test_the_shared_port_speaks_tls_when_the_settings_name_a_certificate(
    postgres_url: str, ours: Authority
) -> None:
    async with (
        opened(postgres_url, mllp_certificate=ours.issue("server")) as door,
        door.sender(0, ours.trusting()) as sender,
    ):
        assert code_of(await sender.ask(dft())) == ("AA", "MSG1")


@real
async def test_a_handshake_that_is_not_finished_ends_the_connection(
    postgres_url: str, ours: Authority
) -> None:
    limits = {"mllp_handshake_seconds": 0.3, "mllp_connections": 1}
    async with opened(postgres_url, mllp_certificate=ours.issue("server"), **limits) as door:
        async with door.sender() as silent, door.sender() as second:
            assert await second.hung_up() == b""  # the first counts, though it has said nothing
            assert await silent.hung_up() == b""
        async with door.sender(0, ours.trusting()) as sender:
            assert code_of(await sender.ask(dft())) == ("AA", "MSG1")


def test_a_certificate_that_cannot_be_used_is_said_with_its_port(tmp_path: Path) -> None:
    nonsense = tmp_path / "nonsense.pem"
    nonsense.write_text("no certificate")
    for file in (nonsense, tmp_path / "nowhere.pem"):
        with pytest.raises(ValueError, match="MLLP port 2576"):
            tls_of(Port(port=2576, certificate=str(file)))


@pytest.mark.parametrize(
    ("port", "words"),
    [
        ({"port": 70000}, "65535"),
        ({"key": "k"}, "certificate"),
        ({"certificate": "c", "names": ["n"]}, "clients"),
    ],
)
def test_a_feed_file_whose_port_makes_no_sense_is_refused_with_its_name(
    tmp_path: Path, port: dict[str, Any], words: str
) -> None:
    folder = tmp_path / "feeds"
    folder.mkdir()
    document = USUAL | {"mllp": {"port": 2576, **port}}
    (folder / "north.yaml").write_bytes(msgspec.yaml.encode(document))
    with pytest.raises(ValueError, match=rf"north.yaml.*{words}"):
        load_feeds(folder)
