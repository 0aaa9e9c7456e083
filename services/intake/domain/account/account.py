"""The encounter account as an aggregate: what is told is joined in, then it says what it bills or what it waits for."""

from collections.abc import Mapping
from datetime import UTC, date, timedelta
from typing import Literal

from msgspec import Struct, structs

from services.intake.domain.account.billing import Hold, Reason, billing, charging_feed, ledger
from services.intake.domain.account.claims import claims_of
from services.intake.domain.account.parts import NOTHING, Parts, join
from services.intake.domain.account.patient import NOBODY, Patient, records_of
from services.intake.domain.feed import Feed
from shared.claim import Claim
from shared.deciding import Command, Decision, Intent, Known, Refused
from shared.events.intake import Door

Name = Literal["held", "billed", "ended"]
"""Where an account is: waiting for something, billed as it stands, or cancelled, merged or credited."""

MESSAGES = 200


class Account(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One encounter account.

    ``parts`` is what was said of it, ``person`` what was said of its patient, ``merges`` the medical record numbers that
    gave way to another, as ``(retired, kept)``.
    ``bills`` are the numbers of the claims that it makes now, ``billed`` of all that it ever made. ``reasons`` say what
    it waits for, ``due`` when one of them passes by itself. ``messages`` are the ids of the last
    messages that spoke of it, in the order of arrival; ``door`` is where the last one came in.
    """

    facility: str
    number: str
    parts: Parts
    person: Parts = NOTHING
    merges: tuple[tuple[str, str], ...] = ()
    bills: tuple[str, ...] = ()
    billed: tuple[str, ...] = ()
    reasons: tuple[Reason, ...] = ()
    for_good: bool = False
    due: date | None = None
    messages: tuple[str, ...] = ()
    door: Door = "hl7"

    @property
    def medical_record(self) -> str:
        """The patient's number as the account was registered, empty when nobody said one."""
        return self.parts.medical_record.value if self.parts.medical_record else ""

    @property
    def name(self) -> Name:
        """The state's name."""
        if not self.reasons:
            return "billed"
        return "ended" if self.for_good else "held"


class Fold(Command, frozen=True, kw_only=True):
    """A message said this about the account."""

    facility: str
    number: str
    parts: Parts
    message: str
    door: Door


class Ripen(Command, frozen=True):
    """Look again: the day has come on which the account may be billable, or something was said of its patient."""


class Postpone(Command, frozen=True):
    """One of its claims could not be asked, because something about it is parked: look again tomorrow."""


class Made(Intent, frozen=True):
    """What an account that was weighed intends: these claims, none while it waits."""

    account: Account
    claims: tuple[Claim, ...]


class Around(Struct, frozen=True, gc=False):
    """What an account's decision knows beside it: the feeds by name, the patients by facility and medical record number."""

    feeds: Mapping[str, Feed]
    patients: Mapping[tuple[str, str], Patient] = {}


def decide(state: Account | None, what: Command, known: Known[Around]) -> Decision[Account]:
    """Join what was told, then bill or hold by the service's clock. Says no event: claims say theirs.

    Raises Refused for a day that comes for an account that nobody spoke of.
    """
    match what:
        case Fold():
            folded = _folded(state, what)
        case Postpone() if state is not None:
            return Decision(structs.replace(state, due=known.now.date() + timedelta(days=1)))
        case Ripen() if state is not None:
            folded = state
        case Ripen() | Postpone():
            raise Refused("unknown_account", "No message spoke of this account.")
        case _:
            raise TypeError(f"an account does not take {type(what).__name__}")
    identified = _identified(folded, known.facts)
    if identified is state and not state.reasons and state.due is None:
        return Decision(state)
    after, claims = _weighed(identified, known)
    if state is not None and after == state:
        after = state
    return Decision(after, intents=(Made(after, claims),))


def claims_now(account: Account, feeds: Mapping[str, Feed]) -> tuple[Claim, ...]:
    """The claims that an account bills as it stands; none while it waits."""
    if account.reasons:
        return ()
    told = whole(account)
    return claims_of(account.number, told, feeds[charging_feed(told)], ledger(told))


def whole(account: Account) -> Parts:
    """What is known of the account and its patient together."""
    return account.parts if account.person is NOTHING else join(account.parts, account.person)


def _folded(state: Account | None, what: Fold) -> Account:
    if state is None:
        return Account(
            facility=what.facility,
            number=what.number,
            parts=what.parts,
            messages=(what.message,),
            door=what.door,
        )
    parts = join(state.parts, what.parts)
    if parts is state.parts:
        return state
    messages = state.messages
    if what.message not in messages:
        messages = (*messages, what.message)[-MESSAGES:]
    return structs.replace(state, parts=parts, messages=messages, door=what.door)


def _identified(account: Account, around: Around) -> Account:
    """The account with what is known of its patient now."""
    records = NOBODY
    if around.patients and account.medical_record:
        own = {number: p for (facility, number), p in around.patients.items() if facility == account.facility}
        records = records_of(account.medical_record, own)
    if (account.person, account.merges) == (records.parts, records.merges):
        return account
    return structs.replace(account, person=records.parts, merges=records.merges)


def _weighed(account: Account, known: Known[Around]) -> tuple[Account, tuple[Claim, ...]]:
    told = whole(account)
    feed = known.facts.feeds.get(charging_feed(told))
    today = known.now.astimezone(feed.zone if feed else UTC).date()
    outcome = billing(account.number, told, today, feed)
    if isinstance(outcome, Hold):
        held = structs.replace(
            account, bills=(), reasons=outcome.reasons, for_good=outcome.for_good, due=outcome.due
        )
        return held, ()
    bills = tuple(claim.number for claim in outcome.claims)
    billed = tuple(dict.fromkeys((*account.billed, *bills)))
    after = structs.replace(account, bills=bills, billed=billed, reasons=(), for_good=False, due=None)
    return after, outcome.claims
