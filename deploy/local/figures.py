"""Where all claims and all money are, read from the services' databases: rows, not counters."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import asyncpg

OPEN_OUTCOMES = ("waiting", "secondary", "forwarded", "held")
"""Remittance's states of claims that still wait for a payer, or for a person."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of claims and cents at one moment. State -> (claims, cents) for scrubber, submitter and remittance."""

    told: int = 0
    """Claims told at the doors, each time it was told."""
    refused: int = 0
    repeated: int = 0
    """Told again, the same: nothing was made of it."""
    amended: int = 0
    received: int = 0
    received_cents: int = 0
    scrubber: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    submitter: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    remittance: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    money: Mapping[str, int] = field(default_factory=dict)
    """charge, paid, contractual, other, patient, denied, open: cents of all claims that remittance knows."""
    patient_due: int = 0
    """Cents on all guarantors' accounts; what they paid of it; what is left."""
    patients_paid: int = 0
    patients_owe: int = 0
    gathering: int = 0
    """Accounts whose next statement is not made yet."""
    statements: int = 0
    suspense: int = 0
    parked: int = 0
    waiting: int = 0
    """Rows of the outboxes."""

    def claims(self, service: str, *states: str) -> int:
        """How many claims of a service are in these states; in any when none is named."""
        kept: Mapping[str, tuple[int, int]] = getattr(self, service)
        return sum(count for state, (count, _) in kept.items() if not states or state in states)

    def cents(self, service: str, *states: str) -> int:
        """The same in cents."""
        kept: Mapping[str, tuple[int, int]] = getattr(self, service)
        return sum(cents for state, (_, cents) in kept.items() if not states or state in states)

    @property
    def denied(self) -> int:
        """Claims that a payer refused as a whole."""
        return self.claims("remittance", "denied")

    @property
    def settled(self) -> int:
        """Claims that every payer has decided and that are no denial."""
        return self.claims("remittance") - self.denied - self.claims("remittance", *OPEN_OUTCOMES)

    @property
    def moving(self) -> int:
        """Claims that are on their way by themselves: neither held for a person nor at an end."""
        cleared = self.claims("scrubber", "cleared")
        known = self.received - self.claims("scrubber")
        return known + cleared - self.settled - self.denied - self.claims("remittance", "held")


_INTAKE = """
select coalesce(sum((made + amended + duplicates + refused) * (1 + repeats)), 0)::bigint as told,
       coalesce(sum(refused * (1 + repeats)), 0)::bigint as refused,
       coalesce(sum(duplicates + repeats * (made + amended + duplicates)), 0)::bigint as repeated,
       coalesce(sum(amended), 0)::bigint as amended,
       coalesce(sum(made), 0)::bigint as received, coalesce(sum(cents), 0)::bigint as received_cents
from inbound"""
_SCRUBBER = "select state, count(*), coalesce(sum(charge), 0)::bigint from claim where state <> '' group by 1"
_SUBMITTER = (
    "select state, count(*), coalesce(sum(cents), 0)::bigint from claims where state <> '' group by 1"
)
_REMITTANCE = (
    "select state, count(*), coalesce(sum(charge), 0)::bigint from claims where state <> '' group by 1"
)
_MONEY = """
select coalesce(sum(charge), 0)::bigint as charge, coalesce(sum(paid), 0)::bigint as paid,
       coalesce(sum(contractual), 0)::bigint as contractual, coalesce(sum(other), 0)::bigint as other,
       coalesce(sum(patient), 0)::bigint as patient, coalesce(sum(denied), 0)::bigint as denied,
       coalesce(sum(open), 0)::bigint as open
from claims"""
_SUSPENSE = "select coalesce(sum(paid), 0)::bigint from suspense where claim is null"
_STATEMENTS = """
select coalesce(sum(due), 0)::bigint as patient_due, coalesce(sum(paid), 0)::bigint as patients_paid,
       coalesce(sum(left_to_pay), 0)::bigint as patients_owe, count(*) filter (where state = 'gathering') as gathering,
       (select count(*) from statements) as statements
from accounts where document is not null"""
_RUNTIME = "select (select count(*) from outbox), (select count(*) from parked where closed_at is null)"
SERVICES = ("intake", "scrubber", "submitter", "remittance", "statements")


class Books:
    """Open connections to the databases, for reading."""

    def __init__(self, address: Callable[[str], str]) -> None:
        self._address = address
        self._open: dict[str, asyncpg.Connection] = {}

    async def read(self) -> Figures:
        """The figures of now. Each database is read at a moment of its own: compare when nothing moves."""
        intake = (await self._rows("intake", _INTAKE))[0]
        scrubber, submitter, remittance = await asyncio.gather(
            self._states("scrubber", _SCRUBBER),
            self._states("submitter", _SUBMITTER),
            self._states("remittance", _REMITTANCE),
        )
        money = (await self._rows("remittance", _MONEY))[0]
        suspense = (await self._rows("remittance", _SUSPENSE))[0][0]
        return Figures(
            **dict(intake), scrubber=scrubber, submitter=submitter, remittance=remittance, money=dict(money),
            suspense=suspense, **await self._statements(), **await self._runtime(),
        )  # fmt: skip

    async def owing(self) -> list[tuple[str, int]]:
        """Accounts that have been billed and owe something, with the cents."""
        rows = await self._rows(
            "statements", "select id, left_to_pay from accounts where state = 'billed' order by id"
        )
        return [(str(row[0]), row[1]) for row in rows]

    async def unsettled(self) -> list[str]:
        """The claims that are at no end, each with where it is: for the failing demonstration to name."""
        held = await self._rows("scrubber", "select id, state, rules from claim where state = 'held'")
        known = {row[0] for row in await self._rows("remittance", "select id from claims where state <> ''")}
        cleared = await self._rows("scrubber", "select id from claim where state = 'cleared'")
        waiting = await self._rows(
            "remittance",
            f"select id, state from claims where state in {OPEN_OUTCOMES}",  # noqa: S608
        )
        submitter = {row[0]: row[1] for row in await self._rows("submitter", "select id, state from claims")}
        return [
            *(f"{row[0]} held by the scrubber for {row[2]}" for row in held),
            *(
                f"{row[0]} cleared, submitter: {submitter.get(row[0], 'unknown')}"
                for row in cleared
                if row[0] not in known
            ),
            *(f"{row[0]} {row[1]} in remittance, submitter: {submitter.get(row[0], '?')}" for row in waiting),
        ]

    async def close(self) -> None:
        """Hang up."""
        for connection in self._open.values():
            await connection.close()

    async def _states(self, service: str, query: str) -> dict[str, tuple[int, int]]:
        return {row[0]: (row[1], row[2]) for row in await self._rows(service, query)}

    async def _statements(self) -> dict[str, int]:
        row = (await self._rows("statements", _STATEMENTS))[0]
        return dict(row)

    async def _runtime(self) -> dict[str, int]:
        rows = [(await self._rows(service, _RUNTIME))[0] for service in SERVICES]
        return {"waiting": sum(row[0] for row in rows), "parked": sum(row[1] for row in rows)}

    async def _rows(self, service: str, query: str) -> list[asyncpg.Record]:
        connection = self._open.get(service)
        if connection is None or connection.is_closed():
            connection = self._open[service] = await asyncpg.connect(self._address(service), timeout=10)
        rows: list[asyncpg.Record] = await connection.fetch(query)
        return rows
