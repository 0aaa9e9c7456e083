"""Named places where a crash test kills the process: ``CLAIMFLOW_FAILPOINT=consumer.after_commit:3``."""

import os
import signal

NAMES = (
    "consumer.before_fence",
    "consumer.after_fence",
    "consumer.before_decide",
    "consumer.after_decide",
    "consumer.before_outbox",
    "consumer.before_commit",
    "consumer.after_commit",
    "consumer.before_kafka_commit",
    "relay.after_read",
    "relay.after_public",
    "relay.after_send",
    "relay.before_delete",
    "relay.after_delete",
)
"""In the order of a batch's way."""


_LEFT: dict[str, int] = {}


def arm(point: str) -> None:
    """Arm one place, ``name:count``, or none. Raises ValueError for a name that there is not."""
    name, _, count = point.partition(":")
    if name and name not in NAMES:
        raise ValueError(f"no failpoint {name!r}")
    _LEFT.clear()
    if name:
        _LEFT[name] = int(count or 1)


arm(os.environ.get("CLAIMFLOW_FAILPOINT", ""))


def reach(name: str) -> None:
    """Nothing, unless this place is armed: then its n-th visit is the process's last act."""
    if _LEFT and name in _LEFT:
        _LEFT[name] -= 1
        if _LEFT[name] <= 0:
            os.kill(os.getpid(), signal.SIGKILL)
