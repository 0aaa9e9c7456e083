"""The sandbox as a process of its own: SFTP in and out, HTTP control, killed and started again."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh
import httpx
import pytest

from deploy.tests.sandbox.files import a_276, an_837
from shared.testing.builders import a_claim
from shared.x12 import read
from shared.x12.types import ClaimAnswers

PROJECT = Path(__file__).parents[3]
PATIENCE = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Sandbox:
    """One sandbox folder with its ports; ``running()`` runs the process."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sftp, self.http = free_port(), free_port()
        (root / "accounts.json").write_text(json.dumps({"north": "for-tests"}))
        (root / "clock").write_text("0")
        self.environment = {
            **os.environ,
            "CLAIMFLOW_SANDBOX_FOLDER": str(root / "data"),
            "CLAIMFLOW_SANDBOX_SFTP_PORT": str(self.sftp),
            "CLAIMFLOW_SANDBOX_HTTP_PORT": str(self.http),
            "CLAIMFLOW_SANDBOX_ACCOUNTS": str(root / "accounts.json"),
            "CLAIMFLOW_SANDBOX_EVERY": "0.02",
            "CLAIMFLOW_CLOCK_FILE": str(root / "clock"),
        }

    @asynccontextmanager
    async def running(self, stop: signal.Signals = signal.SIGTERM) -> AsyncIterator[httpx.AsyncClient]:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.sandbox.app", cwd=PROJECT, env=self.environment
        )
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.http}") as client:
                await until(lambda: _answers(client))
                yield client
                process.send_signal(stop)
                code = await asyncio.wait_for(process.wait(), PATIENCE)
                assert code == (0 if stop is signal.SIGTERM else -stop)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    @asynccontextmanager
    async def mailbox(self, password: str = "for-tests") -> AsyncIterator[asyncssh.SFTPClient]:
        key = asyncssh.read_public_key(self.root / "data" / "host_key.pub")
        async with (
            asyncssh.connect(
                "127.0.0.1",
                self.sftp,
                username="north",
                password=password,
                known_hosts=([key], [], []),
                client_keys=None,
                config=None,
                agent_path=None,
            ) as connection,
            connection.start_sftp_client() as sftp,
        ):
            yield sftp


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/livez")).status_code == 200
    except httpx.TransportError:
        return False


async def until(done: Callable[[], object]) -> None:
    """Wait until it is so. Raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while True:
            found = done()
            if await found if asyncio.iscoroutine(found) else found:
                return
            await asyncio.sleep(0.02)


async def _put(sftp: asyncssh.SFTPClient, name: str, data: bytes) -> None:
    async with sftp.open(f"/inbound/{name}.tmp", "wb") as file:
        await file.write(data)
    await sftp.rename(f"/inbound/{name}.tmp", f"/inbound/{name}")


async def _outbound(sftp: asyncssh.SFTPClient) -> list[str]:
    return sorted(str(n).split("_")[0] for n in await sftp.listdir("/outbound") if str(n)[0] != ".")


async def test_an_837_goes_in_and_four_answers_come_out_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    async with sandbox.running(signal.SIGKILL) as http, sandbox.mailbox() as sftp:
        await _put(sftp, "837P_000000007.x12", an_837(a_claim(payer="SBX06"), a_claim(seed=2)))

        async def answered() -> bool:
            return await _outbound(sftp) == ["277CA", "835", "999", "TA1"]

        await until(answered)
        assert (await http.get("/summary")).json() == {
            "files": 1,
            "claims": 2,
            "cents": 2 * a_claim().charge,
            "rejected": 0,
            "duplicates": 0,
            "repeated_files": 0,
            "letters_waiting": 2,
        }
    async with sandbox.running() as http, sandbox.mailbox() as sftp:
        assert (await http.get("/received")).json()["files"][0]["interchange"] == 7
        assert (await http.post("/clock", json={"days": 5, "seconds": 60})).status_code == 200

        async def all_answered() -> bool:
            return len(await _outbound(sftp)) == 6

        await until(all_answered)


async def test_moods_are_set_over_http_and_nonsense_is_refused(tmp_path: Path) -> None:
    async with Sandbox(tmp_path).running() as http:
        moods = (await http.put("/moods/SBX01", json={"mood": "denies"})).json()["moods"]
        assert moods["SBX01"] == "denies"
        assert (await http.put("/moods/SBX01", json={"mood": "sulks"})).status_code == 422
        assert (await http.post("/clock", json={"days": -1})).status_code == 422


async def test_a_partner_sees_its_own_mailbox_only_and_needs_its_password(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    async with sandbox.running():
        async with sandbox.mailbox() as sftp:
            names = {str(name) for name in await sftp.listdir("/")} - {".", ".."}
            assert names == {"inbound", "outbound", "archive"}
            assert await sftp.realpath("/../../..") == "/"
        with pytest.raises(asyncssh.PermissionDenied):
            async with sandbox.mailbox("wrong"):
                pass


async def test_a_276_in_the_mailbox_is_answered_with_a_277_that_says_where_each_claim_is(
    tmp_path: Path,
) -> None:
    sandbox = Sandbox(tmp_path)
    paid, unheard, late = a_claim(seed=2), a_claim(seed=3), a_claim(seed=4, payer="SBX06")
    async with sandbox.running() as http, sandbox.mailbox() as sftp:
        await _put(sftp, "837P_7.x12", an_837(paid, late, acknowledge=False))
        await until(lambda: _has(sftp, "277CA", "835", "999"))
        await _put(sftp, "276_8.x12", a_276(paid, unheard, number=8))
        await _put(sftp, "276_9.x12", a_276(late, number=9))
        await until(lambda: _has(sftp, "277", "277", "277CA", "835", "999", "999", "999"))
        first, second = [await _read(sftp, number) for number in (8, 9)]
        assert first.findings == second.findings == ()
        assert [(one.number, one.trace, one.statuses[0].category) for one in first.claims] == [
            (paid.number, f"T{paid.number}", "F1"),
            (unheard.number, f"T{unheard.number}", "A4"),
        ]
        (status,) = first.claims[0].statuses
        assert (status.charge, bool(status.paid), bool(first.claims[0].payer_claim_number)) == (
            paid.charge,
            True,
            True,
        )
        assert [one.statuses[0].category for one in second.claims] == ["P1"]
        assert (await http.get("/summary")).json()["claims"] == 2


async def _has(sftp: asyncssh.SFTPClient, *kinds: str) -> bool:
    return await _outbound(sftp) == sorted(kinds)


async def _read(sftp: asyncssh.SFTPClient, asked: int) -> ClaimAnswers:
    """The 277 that answers the 276 of this number, read and judged by ourselves."""
    names = [str(name) for name in await sftp.listdir("/outbound")]
    (name,) = (name for name in names if name.startswith(f"277_{asked:09d}_"))
    async with sftp.open(f"/outbound/{name}", "rb") as file:
        reading = read(await file.read())
    (one,) = reading.transactions
    assert reading.findings == ()
    assert isinstance(one, ClaimAnswers)
    return one
