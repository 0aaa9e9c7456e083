"""One life of the real submitter or the real remittance, in a process of its own: it ends by SIGKILL."""

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from pydantic import SecretStr

from services.remittance.app import build as build_remittance
from services.remittance.jobs import posting
from services.remittance.settings import RemittanceSettings
from services.submitter import store
from services.submitter.app import build as build_submitter
from services.submitter.domain import claims
from services.submitter.domain.states import Building
from services.submitter.jobs import send
from services.submitter.settings import SubmitterSettings
from shared.bus import Bus, Sealer, failpoints
from shared.bus.kafka import KafkaBroker
from shared.claim import uuid7
from shared.deciding import Decision
from shared.events import ClaimSubmitted
from shared.service.clock import Clock
from shared.service.database import Database
from shared.service.health import Check
from shared.service.jobs import Leases, keep
from shared.service.service import Service, assembled
from shared.testing.app import BLIND_KEY, SEAL_KEYS
from shared.testing.builders import a_claim
from tests.faults.worker import die_with_the_runner
from tests.faults.world import QUICK

SUBMITTER, REMITTANCE = "submitter", "remittance"
AT_ONCE = 3
"""Claims that are noted as sent in one transaction: files have several, so that there is a place between them."""


@dataclass(frozen=True)
class Place:
    """Where everything is: a database per service, topics under a prefix, the partner's server and its secrets."""

    urls: Mapping[str, str]
    bootstrap: str
    prefix: str
    sftp_port: int
    password_file: str
    known_hosts: str
    log: str
    """Where a life writes why it ended by itself."""

    def broker(self) -> KafkaBroker:
        """Dead members are noticed after a second."""
        return KafkaBroker(self.bootstrap, session_ms=1000, prefix=self.prefix)

    def service(self, name: str) -> Service:
        """The service as its own app builds it, with short pauses and small files."""
        settings: dict[str, Any] = {
            "database_url": SecretStr(self.urls[name]),
            "seal_keys": SecretStr(SEAL_KEYS),
            "blind_key": SecretStr(BLIND_KEY),
            "pool_size": 6,
        }
        if name == REMITTANCE:
            return build_remittance(RemittanceSettings(post_every=0.05, match_every=0.2, **settings))
        return build_submitter(
            SubmitterSettings(
                mailbox_port=self.sftp_port, mailbox_password_file=self.password_file, mailbox_known_hosts=self.known_hosts,
                batch_size=7, batch_after=0.2, batch_every=0.05, send_every=0.05, fetch_every=0.1, follow_up_every=0.5,
                **settings,
            )
        )  # fmt: skip


def live(place: Place, name: str, failpoint: str, planted: str) -> None:
    """The process's main function."""
    die_with_the_runner()
    sys.stderr = Path(place.log).open("a", buffering=1)  # noqa: SIM115 - it is open as long as we live
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    logging.disable(logging.CRITICAL)
    send.CHUNK = AT_ONCE
    PLANTED[planted]()
    failpoints.arm(failpoint)
    asyncio.run(_run(place, name))


async def _run(place: Place, name: str) -> None:
    """The bus and every job of the service, as shared.service.run has them."""
    async with assembled(place.service(name), partial(_bus, place.broker())) as parts:
        await parts.bus.start()
        leases, stopping = Leases(parts.ctx.db), asyncio.Event()
        jobs = [keep(job, parts.ctx, leases, stopping, parts.failing) for job in parts.service.jobs]
        await asyncio.gather(parts.bus.run(), *jobs)


def _bus(
    broker: KafkaBroker, service: Service, db: Database, seal: Sealer, clock: Clock
) -> tuple[Bus, dict[str, Check]]:
    return Bus(service.name, db, broker, seal, clock.now, service.hears, QUICK), {}


# ------------------------------------------------------------------ planted bugs: the test of the test


def _note_apart() -> None:
    """The note that claims are in a file is committed before the file is."""
    whole = store.put_in_file

    async def apart(tx: Any, *rest: Any) -> None:
        await whole(tx, *rest)
        await tx.driver.execute("commit")
        await tx.driver.execute("begin")

    store.put_in_file = apart


def _sent_again() -> None:
    """A claim that is noted as sent is noted again."""
    whole = claims._mark_sent

    def again(state: Any, what: Any) -> Any:
        if isinstance(state, Building):
            return whole(state, what)
        said = ClaimSubmitted(
            claim=a_claim(), route=what.route, file=what.submission, controls=what.controls, at=what.at
        )
        return Decision(state, (said,))

    claims._mark_sent = again


def _no_look() -> None:
    """Nobody looks what an earlier attempt has left in the mailbox."""

    async def blind(*_: Any) -> None:
        return None

    send.Sending._look = blind  # type: ignore[method-assign,assignment]


def _posted_apart() -> None:
    """Claims are posted in a transaction before the one that closes their 835, which is another one when it is read again."""
    whole = posting._post_claims

    async def apart(tables: Any, ctx: Any, tx: Any, *rest: Any) -> Any:
        unmatched = await whole(tables, ctx, tx, *rest)
        await tx.driver.execute("commit")
        await tx.driver.execute("begin")
        return unmatched

    posting._post_claims = apart
    posting.remittance_id = lambda remittance, digest: uuid7()


PLANTED: Mapping[str, Callable[[], None]] = {
    "": lambda: None,
    "note apart from its file": _note_apart,
    "sent without a look at the state": _sent_again,
    "upload without a look": _no_look,
    "posted apart from its close": _posted_apart,
}
