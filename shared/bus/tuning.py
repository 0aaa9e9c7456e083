"""The runtime's numbers, all in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tuning:
    """Seconds, counts and bytes. The defaults are for production; tests shorten the waits."""

    batch: int = 1000
    """Most events of one transaction."""
    linger: float = 0.05
    """How long a poll may wait for more when little is there: part of every stage's latency budget."""
    linger_below: int = 100
    """A poll that found this many goes on at once."""
    linger_rate: float = 40.0
    """Events a second below which waiting would gather nothing."""
    poll: float = 0.5
    retry_first: float = 0.1
    retry_most: float = 5.0
    fence_pause: float = 1.0
    """After losing a fence: time for the group to tell a zombie that it is one, before it takes partitions again."""
    revoke_patience: float = 10.0
    """How long a rebalance waits for the batch in hand."""
    kafka_commit: float = 1.0
    relay_poll: float = 0.25
    """How soon a relay sees rows that another process wrote."""
    relay_rows: int = 16
    relay_standby: float = 1.0
    send_limit: float = 30.0
    archive_days: int = 7
    """How long sent records can be sent again; 0 keeps none. At least the broker's retention."""
    watchdog: float = 30.0
    """Lag without progress for this long ends the process."""
    watchdog_every: float = 5.0
    heal_every: float = 2.0
    """How often parked gaps are looked at: has what was missing come?"""
