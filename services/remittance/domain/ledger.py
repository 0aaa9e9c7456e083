"""The ledger's sentences: journals whose entries sum to zero, in cents. Debits are positive.

A claim's charge is a debit of ``open`` against ``charges`` when the claim is first heard of; every decision then moves parts
of it out of ``open``. So for each claim, at all times, charge = paid + contractual + other + patient + denied + open, where
paid is ``cash + suspense``: money that waits in suspense has been received, but counts for nothing yet.
Nothing is ever changed: a correction is another journal. The same thing posted again has the same id and is no news.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from services.remittance.domain.standing import Amounts
from services.remittance.domain.states import Booked, Posting
from shared.bus.types import Intent
from shared.claim import Cents, derived_id
from shared.x12.types import ProviderAdjustment

Account = Literal[
    "charges",
    "open",
    "cash",
    "suspense",
    "contractual",
    "other",
    "patient",
    "denied",
    "recoupment",
    "forwarding",
    "interest",
    "provider_adjustment",
]

PROVIDER_ACCOUNTS: dict[str, Account] = {
    "WO": "recoupment",
    "72": "recoupment",
    "FB": "forwarding",
    "L6": "interest",
    **dict.fromkeys(
        ("50", "AM", "AP", "B2", "BD", "BN", "C5", "CR", "CS", "CT", "CV", "CW", "DM"), "provider_adjustment"
    ),
    **dict.fromkeys(("E3", "FC", "GO", "HM", "IP", "IR", "IS", "J1", "LE", "LS"), "provider_adjustment"),
    **dict.fromkeys(("OA", "OB", "PI", "PL", "RA", "RE", "SL", "TL", "WU"), "provider_adjustment"),
}
"""PLB03-1 -> account (claims-rules 3.4). WO and its acknowledgment 72 meet in one account and close there. Others: suspense."""


class Entry(Struct, frozen=True, gc=False):
    """One line of a journal. ``claim`` says whether it belongs to the journal's claim, or to its remittance alone."""

    account: Account
    cents: Cents
    reason: str = ""
    line: int = 0
    claim: bool = True


class Journal(Intent, frozen=True):
    """One closed set of entries. ``id`` is derived from what it is about, so that a repeat is recognised."""

    id: str
    kind: Literal["charge", "booking", "rebooking", "move", "unmatched", "provider"]
    entries: tuple[Entry, ...]
    claim: str = ""
    remittance: str = ""


def charge_journal(claim: str, nth: int, cents: Cents) -> Journal:
    """Open a claim's charge, or the difference that a correction makes before any payer decided."""
    return Journal(
        id=derived_id("charge", claim, str(nth)),
        kind="charge",
        claim=claim,
        entries=(Entry("open", cents), Entry("charges", -cents)),
    )


def booking_journal(
    claim: str, posting: Posting, decided: Amounts | None, *, unmatched: bool = False
) -> Journal:
    """Book a posting that is new: the money in, and either what it decides or, without that, suspense.

    ``unmatched``: its money is in the remittance's own suspense until now.
    """
    entries = [Entry("cash", posting.paid)]
    if unmatched:
        entries += [Entry("cash", -posting.paid, claim=False), Entry("suspense", posting.paid, claim=False)]
    entries += [Entry("suspense", -posting.paid)] if decided is None else _decided(decided)
    return Journal(
        id=derived_id("booking", posting.id),
        kind="booking",
        claim=claim,
        remittance=posting.remittance,
        entries=_merged(entries),
    )


def rebooking_journal(claim: str, posting: Posting, decided: Amounts, turn: int, to: Booked) -> Journal:
    """Move a posting from suspense to the claim, or back when what it stood on was taken away."""
    entries = [Entry("suspense", posting.paid), *_decided(decided)]
    if to == "suspense":
        entries = [_negated(e) for e in entries]
    return Journal(
        id=derived_id("rebooking", posting.id, str(turn)),
        kind="rebooking",
        claim=claim,
        remittance=posting.remittance,
        entries=_merged(entries),
    )


def reversal_journal(claim: str, reversal: Posting, original: Amounts, *, unmatched: bool) -> Journal:
    """Book a reversal as the exact opposite of the decision that it takes back, on every account it touched."""
    entries = [Entry("cash", reversal.paid)]
    if unmatched:
        entries += [Entry("cash", -reversal.paid, claim=False), Entry("suspense", reversal.paid, claim=False)]
    entries += [_negated(e) for e in _decided(original)]
    return Journal(
        id=derived_id("booking", reversal.id),
        kind="booking",
        claim=claim,
        remittance=reversal.remittance,
        entries=_merged(entries),
    )


def move_journal(claim: str, name: str, turn: int, cents: Cents) -> Journal:
    """Move our own part: a ``handover`` from the patient to the next payer, a ``draw`` from denied to open."""
    source: Account = "patient" if name.startswith("handover") else "denied"
    return Journal(
        id=derived_id("move", claim, name, str(turn)),
        kind="move",
        claim=claim,
        entries=(Entry("open", cents, name), Entry(source, -cents, name)),
    )


def unmatched_journal(remittance: str, posting: str, paid: Cents) -> Journal:
    """Book money for a claim that is not known: in the bank, in the remittance's suspense."""
    return Journal(
        id=derived_id("unmatched", posting),
        kind="unmatched",
        remittance=remittance,
        entries=(Entry("cash", paid, claim=False), Entry("suspense", -paid, claim=False)),
    )


def provider_journal(remittance: str, pairs: Iterable[ProviderAdjustment]) -> Journal | None:
    """Book the provider-level adjustments; None without any. Positive lowers the payment (claims-rules 3.4)."""
    entries = []
    for pair in pairs:
        account = PROVIDER_ACCOUNTS.get(pair.reason, "suspense")
        entries.append(Entry("cash", -pair.cents, pair.reason, claim=False))
        entries.append(Entry(account, pair.cents, pair.reason, claim=False))
    if not entries:
        return None
    return Journal(
        id=derived_id("provider", remittance),
        kind="provider",
        remittance=remittance,
        entries=tuple(entries),
    )


def _decided(amounts: Amounts) -> list[Entry]:
    """What a decision moves out of ``open``, without the money: one entry per adjustment, one for the sum."""
    entries = [
        Entry(account, one.cents, f"{one.group}-{one.reason}", line) for line, one, account in amounts.placed
    ]
    return [*entries, Entry("open", -amounts.moved)]


def _negated(entry: Entry) -> Entry:
    return Entry(entry.account, -entry.cents, entry.reason, entry.line, entry.claim)


def _merged(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """One entry per account, reason, line and owner; nothing for zero."""
    found: dict[tuple[Account, str, int, bool], Entry] = {}
    for e in entries:
        key = (e.account, e.reason, e.line, e.claim)
        other = found.get(key)
        found[key] = (
            e if other is None else Entry(e.account, other.cents + e.cents, e.reason, e.line, e.claim)
        )
    return tuple([e for e in found.values() if e.cents])
