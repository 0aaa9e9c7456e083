"""Who stands back where the processor is short."""

import asyncio
import os
from pathlib import Path

from deploy.local.stack import PARTS
from deploy.local.supervisor import stand_back


async def test_a_process_that_stands_back_has_less_weight_also_among_sessions() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60", start_new_session=True)
    try:
        await stand_back(process.pid, 6)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == 6
        group = Path(f"/proc/{process.pid}/autogroup")
        assert not group.exists() or group.read_text().rstrip().endswith("nice 6")
    finally:
        process.kill()
        await process.wait()


async def test_one_that_has_ended_is_left_alone() -> None:
    process = await asyncio.create_subprocess_exec("true", start_new_session=True)
    await process.wait()
    await stand_back(process.pid, 6)


def test_who_is_nearer_to_the_patient_goes_first() -> None:
    steps = {part.name: part.stands_back for part in PARTS}
    way = [steps[name] for name in ("intake", "scrubber", "submitter", "remittance", "statements")]
    assert way == sorted(way, reverse=True)
    assert way[0] > way[-1] == 0
