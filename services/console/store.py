"""The console's rows: views of claims, facts, figures. Every SQL statement of the service. No patient data in any."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import msgspec

from services.console.domain import Money, Tally, View
from shared.bus.types import Tx
from shared.events.lifecycle import Fact

DDL = """
create table claim (
    id uuid primary key, state text not null, since timestamptz not null, opened timestamptz not null,
    seen timestamptz not null, payer text not null, door text not null, route text not null, hop text not null,
    reasons text not null, facts int not null, stake bigint not null, charge bigint not null, paid bigint not null,
    contractual bigint not null, patient bigint not null, patient_paid bigint not null, denied bigint not null);
create index claim_waiting on claim (since, id) where state not in ('settled', 'withdrawn', 'cancelled');
create index claim_state on claim (state, since, id);
create index claim_payer on claim (payer);
create index claim_part_denied on claim (since, id) where denied > 0 and state <> 'denied';
create table fact (
    id bigint generated always as identity primary key,
    subject uuid not null, source text not null, stream uuid not null, version int not null,
    at timestamptz not null, body bytea not null, unique (subject, source, stream, version));
create index fact_subject on fact (subject, id);
create table tally (
    state text primary key, claims bigint not null, stake bigint not null, charge bigint not null, denied bigint not null,
    denied_claims bigint not null);
create table remittance (
    id uuid primary key, state text not null, payer text not null, paid bigint not null, since timestamptz not null,
    reason text not null);
create table unreadable (
    topic text not null, part int not null, off bigint not null, seen timestamptz not null default now(),
    primary key (topic, part, off));
create table spent (token bytea primary key, at timestamptz not null default now());
"""

_MONEY = ("charge", "paid", "contractual", "patient", "patient_paid", "denied")
_TEXTS = ("state", "payer", "door", "route", "hop", "reasons")
_TIMES = ("since", "opened", "seen")
_COLUMNS = ("id", *_TEXTS, *_TIMES, "facts", "stake", *_MONEY)
_TYPES = (
    "uuid",
    *["text"] * len(_TEXTS),
    *["timestamptz"] * len(_TIMES),
    "int",
    *["bigint"] * (1 + len(_MONEY)),
)

_SELECT = f"select {', '.join(_COLUMNS)} from claim"  # noqa: S608 - names of our own
_SAVE = (
    f"insert into claim ({', '.join(_COLUMNS)}) select * from unnest("  # noqa: S608
    + ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_TYPES, 1))
    + ") on conflict (id) do update set "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)
_KEEP = (
    "insert into fact (subject, source, stream, version, at, body)"
    " select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::int[], $5::timestamptz[], $6::bytea[])"
    " on conflict do nothing returning subject, source, stream, version"
)
_TALLY = (
    "insert into tally as t select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],"
    " $6::bigint[]) on conflict (state) do update set claims = t.claims + excluded.claims, stake = t.stake + excluded.stake,"
    " charge = t.charge + excluded.charge, denied = t.denied + excluded.denied,"
    " denied_claims = t.denied_claims + excluded.denied_claims"
)
_FIGURES = """
select t.state, t.claims, t.stake, t.charge, t.denied, t.denied_claims, o.since, late.claims, late.stake
from tally t
left join unnest($1::text[], $2::timestamptz[]) as target (state, before) on target.state = t.state
left join lateral (select since from claim c where c.state = t.state order by since limit 1) o on true
left join lateral (
    select count(*) as claims, coalesce(sum(stake), 0)::bigint as stake from claim c
    where c.state = t.state and c.since < target.before) late on true
where t.claims > 0"""
_PAGE = (
    " where state not in ('settled', 'withdrawn', 'cancelled') and (since, id) > ($1, $2::uuid)"
    " and ($3::text = '' or payer = $3) order by since, id limit $4"
)
_PAGE_OF_STATE = (
    " where state = $5 and (since, id) > ($1, $2::uuid) and ($3::text = '' or payer = $3)"
    " order by since, id limit $4"
)
_PAGE_PART_DENIED = (
    " where denied > 0 and state <> 'denied' and (since, id) > ($1, $2::uuid) and ($3::text = '' or payer = $3)"
    " order by since, id limit $4"
)
PART = "part"
"""The list's name for claims of any other state within which something was denied."""
_PAYERS = """
with recursive p as (
    (select payer from claim order by payer limit 1)
    union all select (select payer from claim c where c.payer > p.payer order by payer limit 1) from p
    where p.payer is not null)
select payer from p where payer is not null and payer <> '' limit 200"""


class Figures(NamedTuple):
    """One state's figures: claims, cents that wait there, cents charged, cents denied in so many of the claims, since
    when the oldest waits, and how many claims and cents of these wait longer than they should."""

    state: str
    claims: int
    stake: int
    charge: int
    denied: int
    denied_claims: int
    oldest: datetime | None
    late: int
    late_stake: int


class Step(NamedTuple):
    """One kept fact with its number in the console's order."""

    id: int
    fact: Fact


class Remittance(NamedTuple):
    """One payment that is not posted."""

    id: str
    state: str
    payer: str
    paid: int
    since: datetime
    reason: str


async def keep(tx: Tx, facts: Sequence[Fact]) -> list[Fact]:
    """Keep the facts that are new, in order, and return them. A repeat is known by (subject, source, stream, version)."""
    rows = await tx.driver.fetch(
        _KEEP,
        [f.subject for f in facts],
        [f.source for f in facts],
        [f.stream for f in facts],
        [f.version for f in facts],
        [f.time for f in facts],
        [msgspec.json.encode(f) for f in facts],
    )
    new = {(str(r[0]), r[1], str(r[2]), r[3]) for r in rows}
    kept: list[Fact] = []
    for fact in facts:
        key = (fact.subject, fact.source, fact.stream, fact.version)
        if key in new:
            new.remove(key)
            kept.append(fact)
    return kept


async def load(tx: Tx, ids: Iterable[str]) -> dict[str, View]:
    """Lock and load views in key order; unknown ids are absent."""
    rows = await tx.driver.fetch(_SELECT + " where id = any($1::uuid[]) order by id for update", sorted(ids))
    return {view.id: view for view in map(_view, rows)}


async def save(tx: Tx, views: Sequence[View], tallies: Sequence[Tally]) -> None:
    """Write views and figures, set-based."""
    rows = [_values(view) for view in sorted(views, key=lambda view: view.id)]
    await tx.driver.execute(_SAVE, *map(list, zip(*rows, strict=True)))
    if tallies:
        await tx.driver.execute(_TALLY, *map(list, zip(*tallies, strict=True)))


async def save_remittances(tx: Tx, facts: Sequence[Fact]) -> None:
    """Where each remittance is: the last fact about it says."""
    latest = {fact.subject: fact for fact in facts if fact.what in REMITTANCE_STATES}
    await tx.driver.execute(
        "insert into remittance as r select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[],"
        " $5::timestamptz[], $6::text[]) on conflict (id) do update set state = excluded.state,"
        " since = excluded.since, reason = excluded.reason,"
        " paid = case when excluded.state = 'quarantined' then r.paid else excluded.paid end",
        list(latest),
        [REMITTANCE_STATES[fact.what] for fact in latest.values()],
        [fact.payer for fact in latest.values()],
        [fact.paid or 0 for fact in latest.values()],
        [fact.time for fact in latest.values()],
        [" ".join(fact.reasons) for fact in latest.values()],
    )


REMITTANCE_STATES = {
    "RemittanceReceived": "received",
    "RemittanceQuarantined": "quarantined",
    "RemittancePosted": "posted",
    "PaymentUnmatched": "unmatched",
}


async def figures(tx: Tx, late_before: Mapping[str, datetime]) -> dict[str, Figures]:
    """Every state that has claims. ``late_before``: who came into a state before this instant is late there."""
    rows = await tx.driver.fetch(_FIGURES, list(late_before), list(late_before.values()))
    return {row[0]: Figures(*row) for row in rows}


async def page(tx: Tx, state: str, payer: str, after: tuple[datetime, str], limit: int) -> list[View]:
    """Claims that wait, oldest in their state first, after a cursor (since, id); of one state also finished ones."""
    more = (state,) if state not in ("", PART) else ()
    where = _PAGE_OF_STATE if more else _PAGE_PART_DENIED if state == PART else _PAGE
    return [_view(row) for row in await tx.driver.fetch(_SELECT + where, *after, payer, limit, *more)]


async def one(tx: Tx, claim: str) -> View | None:
    """One claim."""
    row = await tx.driver.fetchrow(_SELECT + " where id = $1", claim)
    return _view(row) if row else None


async def steps(tx: Tx, claim: str) -> list[Step]:
    """All that was heard of one claim, in order."""
    rows = await tx.driver.fetch("select id, body from fact where subject = $1 order by id", claim)
    return [Step(row[0], msgspec.json.decode(row[1], type=Fact)) for row in rows]


async def last_step(tx: Tx, claim: str | None = None) -> int:
    """The number of the last fact, of one claim or of all; 0 when there is none."""
    if claim is None:
        return int(await tx.driver.fetchval("select max(id) from fact") or 0)
    return int(await tx.driver.fetchval("select max(id) from fact where subject = $1", claim) or 0)


async def payers(tx: Tx) -> list[str]:
    """Payers that claims name."""
    return [row[0] for row in await tx.driver.fetch(_PAYERS)]


async def unposted(tx: Tx, limit: int = 50) -> list[Remittance]:
    """Payments that came and are not on claims, oldest first."""
    rows = await tx.driver.fetch(
        "select id, state, payer, paid, since, reason from remittance where state in ('quarantined', 'unmatched')"
        " order by since limit $1",
        limit,
    )
    return [Remittance(str(row[0]), *row[1:]) for row in rows]


async def note_unreadable(tx: Tx, places: Sequence[tuple[str, int, int]]) -> None:
    """Remember where records stand that are no facts."""
    await tx.driver.execute(
        "insert into unreadable (topic, part, off) select * from unnest($1::text[], $2::int[], $3::bigint[])"
        " on conflict do nothing",
        *map(list, zip(*places, strict=True)),
    )


async def unreadable(tx: Tx) -> int:
    """How many records of the topic could not be read."""
    return int(await tx.driver.fetchval("select count(*) from unreadable"))


async def spend(tx: Tx, token: bytes) -> bool:
    """Use up a one-time token (its hash). False when it was used before."""
    sql = "insert into spent (token) values ($1) on conflict do nothing returning true"
    return bool(await tx.driver.fetchval(sql, token))


def _view(row: asyncpg.Record | Mapping[str, Any]) -> View:
    return View(
        id=str(row["id"]),
        opened=row["opened"],
        since=row["since"],
        seen=row["seen"],
        state=row["state"],
        money=Money(*(row[name] for name in _MONEY)),
        payer=row["payer"],
        door=row["door"],
        route=row["route"],
        hop=row["hop"],
        reasons=tuple(row["reasons"].split()),
        facts=row["facts"],
    )


def _values(view: View) -> tuple[object, ...]:
    texts = (view.state, view.payer, view.door, view.route, view.hop, " ".join(view.reasons))
    times = (view.since, view.opened, view.seen)
    money = tuple(getattr(view.money, name) for name in _MONEY)
    return (view.id, *texts, *times, view.facts, view.stake, *money)
