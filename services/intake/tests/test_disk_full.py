"""PostgreSQL's disk is full: nothing is acknowledged, everybody may send again, and once there is space nothing is lost or twice.

The database lies in a tablespace on a tmpfs of a few megabytes, which a ballast file fills. Only root may mount one:
elsewhere this is skipped.
"""

import asyncio
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest

from services.intake.tests.door import Door, opened
from services.intake.tests.messages import dft
from services.intake.tests.resources import changed
from services.intake.tests.talking import code_of, framed
from shared.testing.servers.postgres import unprivileged

pytestmark = pytest.mark.real
MEGABYTES = 40
LONG = Random("disk").randbytes(200_000).hex()
"""What is sealed is compressed first, and this hardly can be."""


@dataclass
class Disk:
    """The small disk, and the database that lies on it."""

    folder: Path
    url: str

    def fill(self) -> None:
        """Take all the space that is left."""
        with (self.folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while ballast.write(bytes(4096)):
                    pass
            except OSError:
                return

    def free(self) -> None:
        """Give it back."""
        (self.folder / "ballast").unlink()


@pytest.fixture
async def disk(postgres_server: str, postgres_url: str) -> AsyncIterator[Disk]:
    """A disk of a few megabytes below the test's database."""
    folder = Path(tempfile.mkdtemp(prefix="claimflow-disk-"))
    if not _mounted(folder):
        folder.rmdir()
        pytest.skip("only who may mount a tmpfs can fill a disk")
    admin = await asyncpg.connect(postgres_server)
    name, place = postgres_url.rpartition("/")[2], f"small_{os.getpid()}"
    try:
        space = folder / "space"
        space.mkdir()
        os.chown(space, unprivileged().pw_uid, unprivileged().pw_gid)
        try:
            await admin.execute(f"create tablespace {place} location '{space}'")
        except asyncpg.PostgresError:
            pytest.skip("this server does not see the disk")
        try:
            await admin.execute(f'alter database "{name}" set tablespace {place}')
            yield Disk(folder, postgres_url)
        finally:
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name
            )
            await admin.execute(f'alter database "{name}" set tablespace pg_default')
            await admin.execute(f"drop tablespace {place}")
    finally:
        await admin.close()
        _unmount(folder)


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


def _mounted(folder: Path) -> bool:
    if os.geteuid() != 0:
        return False
    options = f"size={MEGABYTES}m,mode=0755"
    command = ["mount", "-t", "tmpfs", "-o", options, "claimflow", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


async def mllp(door: Door, raw: bytes) -> str:
    """MSA-1; what else came when the door hung up."""
    async with door.sender() as sender:
        await sender.send(framed(raw))
        try:
            return code_of(await sender.answer())[0]
        except asyncio.IncompleteReadError as hung_up:
            return hung_up.partial.decode()


def long_message(number: int) -> bytes:
    return dft(MSH_10=f"M{number}", PID_18=f"A{number}", ZZZ_1=LONG)


async def test_on_a_full_disk_nobody_is_acknowledged_and_afterwards_nothing_is_lost_or_twice(
    disk: Disk,
) -> None:
    claim = msgspec.json.encode(changed(text={"status": "generated", "div": f"<div>{LONG}</div>"}))
    headers = {"content-type": "application/fhir+json"}
    async with opened(disk.url) as door:
        http = door.harness.http
        assert await mllp(door, long_message(0)) == "AA"
        disk.fill()
        assert [await mllp(door, long_message(number)) for number in range(1, 4)] == ["", "", ""]
        refused = await http.post("/fhir/Claim", content=claim, headers=headers)
        assert (refused.status_code, refused.json()["issue"][0]["code"]) == (503, "transient")
        assert int(refused.headers["retry-after"]) > 0
        assert len(await door.inbox()) == 1  # reading goes on
        disk.free()
        assert [await mllp(door, long_message(number)) for number in range(4)] == ["AA"] * 4
        assert (await http.post("/fhir/Claim", content=claim, headers=headers)).status_code == 201
        assert sorted(row["state"] for row in await door.inbox()) == ["accepted"] * 5
        await door.harness.quiet()
        numbers = sorted(said.event.claim.number for said in door.harness.said())  # type: ignore[union-attr]
        assert numbers == ["A0", "A1", "A2", "A3", "F0000001"]
