"""One life of the system, in a process of its own: it ends by SIGKILL, at a failpoint or from outside."""

import asyncio
import logging
import multiprocessing
import os
import threading

import structlog

from shared.bus import failpoints
from tests.faults.world import World, run_all


def live(world: World, failpoint: str, planted: str) -> None:
    """The process's main function."""
    die_with_the_runner()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    failpoints.arm(failpoint)
    asyncio.run(run_all(world, planted))


def die_with_the_runner() -> None:
    """End this process when the one that started it has ended."""
    threading.Thread(target=_wait_and_die, daemon=True).start()


def _wait_and_die() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
