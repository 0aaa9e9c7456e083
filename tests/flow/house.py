"""All five services in one process for flow tests of money: real PostgreSQL, one memory broker, one clock, a payer by hand.

Real bytes go in (HL7 v2) and out (837), and the payer's answers come as real 835 files. Processes and Kafka have their
own flow tests (test_whole_system.py); here each step is taken when the test says so, so that nothing is waited for.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import msgspec

from services.console.domain.view import View, fold
from services.intake.app import build as build_intake
from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Arrival
from services.intake.settings import IntakeSettings
from services.intake.store.desk import Desk
from services.intake.tests.messages import FEED
from services.remittance.app import build as build_remittance
from services.remittance.settings import RemittanceSettings
from services.remittance.tests.paying import an_835
from services.scrubber.app import build as build_scrubber
from services.scrubber.settings import ScrubberSettings
from services.statements.app import build as build_statements
from services.statements.settings import StatementsSettings
from services.statements.tests.test_service import OFFICE
from services.submitter.app import build as build_submitter
from services.submitter.settings import SubmitterSettings
from services.submitter.tests.mailbox import MemoryMailbox
from shared.bus.memory import MemoryBroker
from shared.claim import Claim, uuid7
from shared.events import LIFECYCLE
from shared.events.lifecycle import Fact
from shared.service import Service
from shared.testing.app import Harness, quiet, settings_for, started
from shared.testing.clock import FixedClock
from shared.testing.fixtures import NewDatabase
from shared.x12 import read, write_835
from shared.x12.types import Batch, ClaimPayment, ProviderAdjustment

FEEDS = Feeds([FEED])


@dataclass
class House:
    """Five services that hear each other, and the mailbox between them and the payer."""

    intake: Harness
    scrubber: Harness
    submitter: Harness
    remittance: Harness
    statements: Harness
    mailbox: MemoryMailbox
    desk: Desk = field(default_factory=lambda: Desk(FEEDS))

    async def quiet(self) -> None:
        """Wait until nobody has anything to do."""
        await quiet(self.intake, self.scrubber, self.submitter, self.remittance, self.statements)

    async def tell(self, message: bytes) -> None:
        """The hospital sends this HL7 v2 message."""
        at = self.intake.clock.now()
        await self.desk.take(self.intake.ctx, Arrival(uuid7(), message, at, read_hl7(message, FEEDS, at)))
        await self.quiet()

    async def account(self, number: str) -> dict[str, Any]:
        """The hospital's account as intake shows it."""
        query = {"facility": "springfield", "number": number}
        (row,) = (await self.intake.http.get("/accounts", params=query)).json()["accounts"]
        found: dict[str, Any] = (await self.intake.http.get(f"/accounts/{row['id']}")).json()
        return found

    async def send(self) -> tuple[Claim, ...]:
        """Make the files that are due and put them into the mailbox; the claims that the payer finds there."""
        known = set(self.mailbox.inbound)
        await self.submitter.job("batch")
        await self.submitter.job("send-clearinghouse")
        await self.quiet()
        new = [data for name, data in self.mailbox.inbound.items() if name not in known]
        batches = [t for data in new for t in read(data).transactions]
        return tuple(c for b in batches if isinstance(b, Batch) for c in b.claims)

    async def pay(self, payments: Sequence[ClaimPayment], payer: str, trace: str) -> None:
        """The payer's 835 comes: what is taken back beyond what is paid is carried forward (PLB FB, claims-rules 3.4)."""
        net = sum(p.paid for p in payments)
        carried = ProviderAdjustment(
            provider="1234567893", fiscal=date(2026, 12, 31), reason="FB", reference=trace, cents=net
        )
        plb = (carried,) if net < 0 else ()
        file = write_835([an_835(payments, payer=payer, trace=trace, provider_adjustments=plb)])
        self.mailbox.outbound[f"{trace}.835"] = file
        for _ in range(2):  # a mailbox's file is taken when it was seen twice with one size
            await self.submitter.job("fetch-clearinghouse")
            await self.quiet()
        await self.remittance.job("post")
        await self.quiet()

    async def issue(self) -> None:
        """A day passes, and the statements that are due are made."""
        clock = self.statements.clock
        assert isinstance(clock, FixedClock)
        clock.advance(timedelta(days=1))
        await self.statements.job("issue")
        await self.quiet()

    async def get(self, service: str, path: str) -> Any:
        """What a service's API answers."""
        harness: Harness = getattr(self, service)
        answer = await harness.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def view(self, claim: str) -> View:
        """The claim as the console sees it: the public facts, folded."""
        logs = self.intake.broker.logs.get(LIFECYCLE, [])
        facts = [msgspec.json.decode(record.value, type=Fact) for log in logs for record in log]
        seen: View | None = None
        for fact in (f for f in facts if f.subject == claim):
            seen = fold(seen, fact)
        assert seen is not None
        return seen


@asynccontextmanager
async def opened(new_database: NewDatabase, clock: FixedClock) -> AsyncIterator[House]:
    """The house, until the block is left."""
    broker, mailbox = MemoryBroker(), MemoryMailbox()

    def url(name: str) -> str:
        return new_database(f"services/{name}/migrations")

    services: list[Service] = [
        build_intake(settings_for(IntakeSettings, url("intake"), mllp_port=0)),
        build_scrubber(settings_for(ScrubberSettings, url("scrubber"))),
        build_submitter(
            settings_for(SubmitterSettings, url("submitter"), batch_after=0), lambda partner: mailbox
        ),
        build_remittance(settings_for(RemittanceSettings, url("remittance"))),
        build_statements(settings_for(StatementsSettings, url("statements"), **OFFICE)),
    ]
    async with AsyncExitStack() as stack:
        running = [
            await stack.enter_async_context(started(one, broker=broker, clock=clock)) for one in services
        ]
        yield House(*running, mailbox=mailbox)
