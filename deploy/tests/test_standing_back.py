"""Who stands back where the processor is short."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.stack import PARTS
from deploy.local.supervisor import stand_back

GROUPED = Path("/proc/sys/kernel/sched_autogroup_enabled")


@pytest.mark.parametrize("already", [0, 7])
async def test_a_process_stands_back_behind_who_started_it_also_among_sessions(already: int) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    command = ["nice", "-n", str(already), "sleep", "60"] if already else ["sleep", "60"]
    process = await asyncio.create_subprocess_exec(*command, start_new_session=True)
    try:
        await until(lambda: os.getpriority(os.PRIO_PROCESS, process.pid) == own + already)
        await stand_back(process.pid, 6)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == min(own + already + 6, 19)
        if GROUPED.exists() and GROUPED.read_text().strip() == "1":
            group = Path(f"/proc/{process.pid}/autogroup").read_text().strip()
            assert group.endswith(f"nice {min(own + already + 6, 19)}")
    finally:
        process.kill()
        await process.wait()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 -- another process tells nobody
            await asyncio.sleep(0.01)


async def test_one_that_has_ended_is_left_alone() -> None:
    process = await asyncio.create_subprocess_exec("true", start_new_session=True)
    await process.wait()
    await stand_back(process.pid, 6)


def test_who_is_nearer_to_the_patient_goes_first() -> None:
    steps = {part.name: part.stands_back for part in PARTS}
    way = [steps[name] for name in ("intake", "scrubber", "submitter", "remittance", "statements")]
    assert way == sorted(way, reverse=True)
    assert way[0] > way[-1] == 0
