"""A consumer that has lag and makes no progress is ended: whoever supervises the process starts it anew.

aiokafka has open defects (1037, 1154, 1175) after which a consumer is alive, in its group, and reads nothing for ever.
"""

import asyncio
import time

import structlog

from shared.bus import positions
from shared.bus.consumer import Consumer, Opens, pause
from shared.bus.tuning import Tuning
from shared.bus.verdict import INFRASTRUCTURE

_log = structlog.stdlib.get_logger("claimflow.watchdog")


class Stuck(RuntimeError):
    """There is lag, the infrastructure answers, and for the time allowed no position of the service moved."""


class Watchdog:
    """Looks every few seconds whether the positions in the database move while there is something to read."""

    def __init__(self, db: Opens, consumer: Consumer, tuning: Tuning) -> None:
        self._db = db
        self._consumer = consumer
        self._tuning = tuning
        self._seen: object = None
        self._since = time.monotonic()
        self.lag = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Watch until told to stop. Raises Stuck."""
        while not await pause(self._tuning.watchdog_every, stopping):
            try:
                await self.look()
            except INFRASTRUCTURE as error:
                _log.info("cannot see the lag", error=type(error).__name__)

    async def look(self) -> None:
        """Look once. Waiting for infrastructure is not being stuck: that is retried for ever. Raises Stuck."""
        inbound = self._consumer.inbound()
        async with self._db.connect() as tx:
            known = await positions.all_stored(tx, inbound.topics)
        ends = await inbound.ends(known)
        self.lag = sum(max(0, ends[part][1] - at) for part, at in known.items())
        seen = (known, self._consumer.trouble)
        if not self.lag or self._consumer.trouble or seen != self._seen:
            self._seen, self._since = seen, time.monotonic()
        elif time.monotonic() - self._since >= self._tuning.watchdog:
            _log.critical("stuck: there is lag and no progress", lag=self.lag)
            raise Stuck(f"lag {self.lag}, no progress")
