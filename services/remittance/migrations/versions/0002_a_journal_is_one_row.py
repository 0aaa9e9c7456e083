"""A journal and its entries are one row, closed by a check of that row; ``entries`` shows them as before (ADR 0103)."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Move the entries into their journals' rows, and put the walls around those."""
    execute(MOVE)
    execute(WALLS)
    execute(VIEW)


MOVE = """
drop trigger journals_stay on journals;
drop trigger journal_closes on journals;
alter table journals
    add accounts text[], add cents bigint[], add lines int[], add reasons text[], add owned bool[];
grant update on journals to current_user;
update journals j set accounts = e.accounts, cents = e.cents, lines = e.lines, reasons = e.reasons, owned = e.owned
from (
    select journal,
        array_agg(account order by position) as accounts, array_agg(cents order by position) as cents,
        array_agg(line order by position) as lines, array_agg(reason order by position) as reasons,
        array_agg(claim is not null order by position) as owned
    from entries group by journal) e
where e.journal = j.id;
revoke update on journals from current_user;
drop table entries;
drop function entries_close();
drop function journal_closes();
"""

WALLS = """
create function sums_to_zero(amounts bigint[]) returns bool immutable language plpgsql as $$
declare
    rest bigint := 0;
    amount bigint;
begin
    foreach amount in array amounts loop
        rest := rest + amount;
    end loop;
    return rest = 0 and cardinality(amounts) > 0;
end $$;

alter table journals
    alter accounts set not null, alter cents set not null, alter lines set not null, alter reasons set not null,
    alter owned set not null,
    add constraint journals_close check (sums_to_zero(cents) is true),
    add constraint entries_are_whole check (
        array_ndims(cents) = 1
        and cardinality(accounts) = cardinality(cents) and cardinality(lines) = cardinality(cents)
        and cardinality(reasons) = cardinality(cents) and cardinality(owned) = cardinality(cents)),
    add constraint account_is_known check (accounts <@ array[
        'charges', 'open', 'cash', 'suspense', 'contractual', 'other', 'patient', 'denied',
        'recoupment', 'forwarding', 'interest', 'provider_adjustment']);
create index journals_claim on journals (claim) where claim is not null;
create trigger journals_stay before update or delete or truncate on journals
    for each statement execute function ledger_is_append_only();
"""

VIEW = """
create view entries as
    select j.id as journal, e.position::int - 1 as position, e.account, e.cents, e.line, e.reason,
        case when e.owned then j.claim end as claim
    from journals j
    cross join unnest(j.accounts, j.cents, j.lines, j.reasons, j.owned)
        with ordinality as e (account, cents, line, reason, owned, position);
create trigger entries_stay instead of insert or update or delete on entries
    for each row execute function ledger_is_append_only();
revoke insert, update, delete, truncate on entries from public, current_user;
"""
