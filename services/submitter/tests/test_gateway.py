"""The mailbox against a real SFTP server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import pytest
from msgspec.structs import replace

from services.submitter.domain.routes import Partner
from services.submitter.domain.sending import Names, Sight
from services.submitter.gateway import MailboxError, MailboxUntrustedError, SftpMailbox
from services.submitter.tests.sftp import Trouble, partner_server

NAMES = Names("837P_000000001.x12", "837P_000000001.x12.tmp")
DATA = bytes(range(256)) * 3000


@asynccontextmanager
async def mailbox(partner: Partner, seconds: float = 20.0) -> AsyncIterator[SftpMailbox]:
    opened = SftpMailbox(partner, seconds)
    try:
        yield opened
    finally:
        await opened.close()


async def test_a_file_is_uploaded_under_its_temporary_name_and_renamed(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner, mailbox(partner) as box:
        assert await box.look(NAMES) == Sight(None, None)
        await box.upload(NAMES.temporary, DATA)
        assert await box.look(NAMES) == Sight(None, len(DATA))
        await box.rename(NAMES)
        assert await box.look(NAMES) == Sight(len(DATA), None)
        assert (tmp_path / "inbound" / NAMES.final).read_bytes() == DATA


async def test_an_upload_writes_over_what_an_earlier_attempt_left(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner, mailbox(partner) as box:
        (tmp_path / "inbound" / NAMES.temporary).write_bytes(DATA + b"longer")
        await box.upload(NAMES.temporary, DATA)
        assert (tmp_path / "inbound" / NAMES.temporary).read_bytes() == DATA


async def test_arrived_lists_whole_files_and_archive_moves_them(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner, mailbox(partner) as box:
        for name in ("999_1.x12", "835_1.x12.tmp", "835_2.part", ".hidden"):
            (tmp_path / "outbound" / name).write_bytes(b"x")
        (tmp_path / "outbound" / "folder").mkdir()
        assert [(remote.name, remote.size) for remote in await box.arrived()] == [("999_1.x12", 1)]
        assert await box.download("999_1.x12") == b"x"
        await box.archive("999_1.x12", "mark")
        (tmp_path / "outbound" / "999_1.x12").write_bytes(b"y")
        await box.archive("999_1.x12", "mark")
        assert (tmp_path / "archive" / "999_1.x12").read_bytes() == b"x"
        assert (tmp_path / "archive" / "999_1.x12.mark").read_bytes() == b"y"


async def test_a_server_with_another_host_key_gets_nothing(tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    async with partner_server(tmp_path) as partner, mailbox(replace(partner, host_key=other)) as box:
        with pytest.raises(MailboxUntrustedError):
            await box.upload(NAMES.temporary, DATA)
        assert list((tmp_path / "inbound").iterdir()) == []


async def test_a_host_key_can_be_pinned_by_a_known_hosts_file(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner:
        known = tmp_path / "known_hosts"
        known.write_text(f"[127.0.0.1]:{partner.port} {partner.host_key}\n")
        async with mailbox(replace(partner, host_key="", known_hosts=str(known))) as box:
            assert await box.arrived() == []
        known.write_text("")
        async with mailbox(replace(partner, host_key="", known_hosts=str(known))) as box:
            with pytest.raises(MailboxUntrustedError):
                await box.arrived()


async def test_a_partner_without_a_pinned_key_is_not_spoken_to(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner, mailbox(replace(partner, host_key="")) as box:
        with pytest.raises(ValueError, match="pinned"):
            await box.arrived()


async def test_a_wrong_password_is_mailbox_trouble(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner:
        wrong = tmp_path / "wrong"
        wrong.write_text("wrong")
        async with mailbox(replace(partner, password_file=str(wrong))) as box:
            with pytest.raises(MailboxError, match="list"):
                await box.arrived()


async def test_a_lost_connection_is_trouble_once_and_the_next_call_connects_again(tmp_path: Path) -> None:
    trouble = Trouble()
    async with partner_server(tmp_path, trouble) as partner, mailbox(partner) as box:
        await box.upload(NAMES.temporary, DATA)
        trouble.once.add("lose_after_rename")
        with pytest.raises(MailboxError, match="rename"):
            await box.rename(NAMES)
        assert await box.look(NAMES) == Sight(len(DATA), None)


async def test_a_server_that_fails_a_rename_keeps_the_connection(tmp_path: Path) -> None:
    trouble = Trouble()
    async with partner_server(tmp_path, trouble) as partner, mailbox(partner) as box:
        await box.upload(NAMES.temporary, DATA)
        trouble.once.add("fail_rename")
        with pytest.raises(MailboxError):
            await box.rename(NAMES)
        await box.rename(NAMES)
        assert len(trouble.connections) == 1


async def test_a_hanging_server_costs_its_time_and_no_more(tmp_path: Path) -> None:
    trouble = Trouble()
    async with partner_server(tmp_path, trouble) as partner, mailbox(partner, 0.5) as box:
        await box.arrived()
        trouble.slow = asyncio.Event()
        with pytest.raises(MailboxError, match="took too long"):
            await box.upload(NAMES.temporary, DATA)
        trouble.slow.set()
        trouble.slow = None
        assert await box.arrived() == []


async def test_an_unreachable_server_is_mailbox_trouble(tmp_path: Path) -> None:
    async with partner_server(tmp_path) as partner:
        gone = partner
    async with mailbox(gone) as box:
        with pytest.raises(MailboxError, match="ConnectionRefusedError"):
            await box.arrived()
