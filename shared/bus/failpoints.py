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

SUBMITTING = (
    "batch.after_note",
    "batch.before_commit",
    "batch.after_commit",
    "send.before_upload",
    "send.after_upload",
    "send.before_rename",
    "send.after_rename",
    "send.before_submitted",
    "send.after_submitted",
    "fetch.after_keep",
    "fetch.after_answers",
    "fetch.before_archive",
    "fetch.after_archive",
)
"""In the submitter's jobs: a file's way to the partner, and of the partner's answers to us."""

POSTING = (
    "post.after_take",
    "post.before_close",
    "post.before_commit",
    "post.after_commit",
    "post.after_file",
)
"""In remittance's job: an 835's way into the ledger."""


_LEFT: dict[str, int] = {}


def arm(point: str) -> None:
    """Arm one place, ``name:count``, or none. Raises ValueError for a name that there is not."""
    name, _, count = point.partition(":")
    if name and name not in (*NAMES, *SUBMITTING, *POSTING):
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
