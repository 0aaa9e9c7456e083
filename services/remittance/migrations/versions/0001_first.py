"""Remittance's first tables: claims, files, transactions, the ledger, suspense."""

from alembic import op

from services.remittance.domain.file import FileState
from services.remittance.domain.states import ClaimState
from services.remittance.domain.transaction import RemittanceState
from services.remittance.store import CLAIM_COLUMNS, FILE_COLUMNS, REMITTANCE_COLUMNS
from shared.bus import tables
from shared.bus.states import StateTable
from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    tables.create(op)
    StateTable("claims", ClaimState, CLAIM_COLUMNS).create(op)
    StateTable("remittances", RemittanceState, REMITTANCE_COLUMNS).create(op)
    StateTable("files", FileState, FILE_COLUMNS).create(op)
    execute(QUEUES)
    execute(LEDGER)


QUEUES = """
create index claims_number on claims (number_blind);
create index remittances_trace on remittances (trace_id);
create index remittances_recent on remittances (changed_at desc, id);
create index files_due on files (changed_at) where state = 'complete';

create table file_parts (file uuid not null, part int not null, content bytea not null, primary key (file, part));
alter table file_parts alter content set storage external;

create table suspense (
    posting uuid primary key, remittance uuid not null, number_blind bytea not null, payer text not null,
    paid bigint not null, command bytea not null, since timestamptz not null,
    claim uuid, matched_by text, matched_why text, matched_at timestamptz);
alter table suspense alter command set storage external;
create index suspense_number on suspense (number_blind) where claim is null;
create index suspense_since on suspense (since, posting) where claim is null;
"""

LEDGER = """
create table journals (
    id uuid primary key, kind text not null, claim uuid, remittance uuid,
    made_at timestamptz not null default now());
create index journals_remittance on journals (remittance) where remittance is not null;

create table entries (
    journal uuid not null, position int not null, account text not null, cents bigint not null,
    line int not null, reason text not null, claim uuid,
    primary key (journal, position),
    constraint account_is_known check (account in (
        'charges', 'open', 'cash', 'suspense', 'contractual', 'other', 'patient', 'denied',
        'recoupment', 'forwarding', 'interest', 'provider_adjustment')));
create index entries_claim on entries (claim) where claim is not null;

create function entries_close() returns trigger language plpgsql as $$
begin
    if exists (
        select from (select journal, sum(cents) as rest from added group by journal) a
        left join journals j on j.id = a.journal
        where a.rest <> 0 or j.id is null)
    then
        raise exception 'a journal does not sum to zero' using errcode = '23514', constraint = 'journals_close';
    end if;
    return null;
end $$;
create trigger entries_close after insert on entries
    referencing new table as added for each statement execute function entries_close();

create function journal_closes() returns trigger language plpgsql as $$
declare
    rest bigint;
begin
    select sum(cents) into rest from entries where journal = new.id;
    if rest is null or rest <> 0 then
        raise exception 'a journal has no entries, or does not sum to zero'
            using errcode = '23514', constraint = 'journals_close';
    end if;
    return null;
end $$;
create constraint trigger journal_closes after insert on journals
    deferrable initially deferred for each row execute function journal_closes();

create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the ledger is append-only' using errcode = '42501', constraint = 'ledger_is_append_only';
end $$;
create trigger journals_stay before update or delete or truncate on journals
    for each statement execute function ledger_is_append_only();
create trigger entries_stay before update or delete or truncate on entries
    for each statement execute function ledger_is_append_only();
revoke update, delete, truncate on journals, entries from public, current_user;
"""
