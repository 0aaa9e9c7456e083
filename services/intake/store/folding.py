"""What messages say of accounts and patients, folded in one transaction; and the claims that the accounts make of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct

from services.intake.domain.account.account import Account, Fold, Postpone, Ripen
from services.intake.domain.account.facts import Facts
from services.intake.domain.account.parts import accounts_in, charged_in, patients_in
from services.intake.domain.account.patient import FOLLOWED, Tell
from services.intake.domain.account.wishes import wishes
from services.intake.domain.filing import Filed, Merge, Want
from services.intake.domain.inbound import Fate, key_of
from services.intake.store.accounts import PATIENTS, Accounts, lock, of_patients
from services.intake.store.claims import CLAIMS, causes_of, ids_of
from shared.bus.types import Asks, Cause, Command, Done, Tx
from shared.events import ClaimReceived
from shared.events.intake import Door

CHUNK = 500
"""Accounts or claims put to their aggregate at once."""


class Origin(Struct, frozen=True, gc=False):
    """The message behind a change: the stored original's id, its door, when it came, its trace. No id: time is behind it."""

    at: datetime
    message: str = ""
    door: Door = "hl7"
    traceparent: str = ""


class Outcome(Struct, frozen=True, gc=False):
    """What became of one claim because of a message. ``cents`` is its charge when it was made, ``version`` as in Result."""

    message: str
    claim: str
    fate: Fate
    version: int
    cents: int = 0


class _Weighed(Struct, frozen=True, gc=False):
    """An account after one message, and whether that charged it."""

    id: str
    state: Account
    origin: Origin
    charged: bool = False


class _Asked(Struct, frozen=True, gc=False):
    """What is asked of one claim."""

    number: bytes
    command: Command
    weighed: _Weighed
    cents: int = 0


async def fold(bus: Asks, tx: Tx, accounts: Accounts, told: Sequence[tuple[Origin, Facts]]) -> list[Outcome]:
    """Fold what the messages say, in their order, and file the claims that come of it."""
    if not told:
        return []
    patients = await _tell(bus, tx, accounts, told)
    causes, behind = [], []
    for origin, facts in told:
        facility = accounts.feeds[facts.feed].facility
        for number, parts in accounts_in(facts):
            command = Fold(
                facility=facility, number=number, parts=parts, message=origin.message, door=origin.door
            )
            causes.append(_cause(accounts.account_id(facility, number), command, origin))
            behind.append((origin, bool(facts.charges)))
    if patients:
        await lock(tx, [*(cause.stream for cause in causes), *await of_patients(tx, patients)])
    weighed = await _ask(bus, tx, accounts, causes, behind)
    weighed += await _onward(bus, tx, accounts, weighed)
    if patients:
        ids = await of_patients(tx, patients)
        weighed += await review(bus, tx, accounts, ids, told[-1][0])
    return await bill(bus, tx, accounts, weighed)


async def review(bus: Asks, tx: Tx, accounts: Accounts, ids: Sequence[str], origin: Origin) -> list[_Weighed]:
    """Look at accounts again: their day has come, or something was said of their patient."""
    causes = [_cause(id_, Ripen(), origin) for id_ in ids]
    return await _ask(bus, tx, accounts, causes, [(origin, False)] * len(causes))


def _cause(stream: str, command: Command, origin: Origin) -> Cause:
    return Cause(stream, command, traceparent=origin.traceparent)


async def _tell(bus: Asks, tx: Tx, accounts: Accounts, told: Iterable[tuple[Origin, Facts]]) -> set[str]:
    """Tell the patients, and say whose accounts have to be looked at: theirs, and those of the numbers that became theirs."""
    causes, numbers = [], set()
    for origin, facts in told:
        facility = accounts.feeds[facts.feed].facility
        for number, parts, absorbed in patients_in(facts):
            command = Tell(facility=facility, number=number, parts=parts, absorbed=absorbed)
            causes.append(_cause(accounts.patient_id(facility, number), command, origin))
            numbers.add((facility, number))
    if not causes:
        return set()
    await bus.ask_in(tx, PATIENTS, causes)
    known = await accounts.patients(tx, numbers)
    return {accounts.patient_id(*number) for number in numbers | known.keys()}


async def _ask(
    bus: Asks, tx: Tx, accounts: Accounts, causes: Sequence[Cause], behind: Sequence[tuple[Origin, bool]]
) -> list[_Weighed]:
    done: list[Done[Account]] = []
    for at in range(0, len(causes), CHUNK):
        done += await bus.ask_in(tx, accounts, causes[at : at + CHUNK])
    return [
        _Weighed(one.stream, one.state, origin, charged)
        for one, (origin, charged) in zip(done, behind, strict=True)
        if one.state is not None and one.refused is None
    ]


async def _onward(bus: Asks, tx: Tx, accounts: Accounts, weighed: Sequence[_Weighed]) -> list[_Weighed]:
    """The charges of accounts that were merged into others, folded into those."""
    found: list[_Weighed] = []
    for _ in range(FOLLOWED):
        causes, behind = [], []
        for one in weighed:
            moved = one.state.parts.moved
            if moved is None or moved.value == one.state.number:
                continue
            command = Fold(
                facility=one.state.facility,
                number=moved.value,
                parts=charged_in(one.state.parts),
                message=one.origin.message or one.state.messages[-1],
                door=one.origin.door,
            )
            causes.append(_cause(accounts.account_id(one.state.facility, moved.value), command, one.origin))
            behind.append((one.origin, one.charged))
        if not causes:
            break
        weighed = await _ask(bus, tx, accounts, causes, behind)
        found += weighed
    return found


async def bill(bus: Asks, tx: Tx, accounts: Accounts, weighed: Sequence[_Weighed]) -> list[Outcome]:
    """Ask the claims of these accounts to be what the accounts want, in order, and say what became of each."""
    asked = [one for account in weighed for one in _asked(accounts, account)]
    if not asked:
        return []
    ids = await ids_of(tx, [one.number for one in asked])
    causes = causes_of(ids, [(one.number, one.command, one.weighed.origin.traceparent) for one in asked])
    done: list[Done[Filed]] = []
    for at in range(0, len(causes), CHUNK):
        done += await bus.ask_in(tx, CLAIMS, causes[at : at + CHUNK])
    pairs = list(zip(asked, done, strict=True))
    parked = {one.weighed.id for one, what in pairs if what.refused and what.refused.code == "parked"}
    if parked:  # what the account wants of that claim is asked again, until somebody has seen to it
        await bus.ask_in(tx, accounts, [Cause(id_, Postpone()) for id_ in sorted(parked)])
    return [outcome for one, what in pairs if (outcome := _outcome(one, what)) is not None]


def _asked(accounts: Accounts, weighed: _Weighed) -> Iterable[_Asked]:
    state, origin = weighed.state, weighed.origin
    if not state.billed:
        return
    for number, wish in wishes(state, accounts.claims(state), origin.message, origin.at):
        key = accounts.blind(key_of(state.facility, number))
        cents = wish.claim.charge if wish.claim else 0
        yield _Asked(key, Want(account=weighed.id, key=key, wish=wish), weighed, cents)
        for retired, kept in state.merges:
            message = origin.message or state.messages[-1]
            merge = Merge(kept=kept, retired=retired, facility=state.facility, message=message)
            yield _Asked(key, merge, weighed)


def _outcome(one: _Asked, done: Done[Filed]) -> Outcome | None:
    """A claim that stays as it is, is told only of a message that charged the account: the sender asks what became of it."""
    message, version = one.weighed.origin.message, done.state.version if done.state else 0
    if any(isinstance(event, ClaimReceived) for event in done.events):
        fate: Fate = "made" if len(done.events) == 1 else "amended"
        return Outcome(message, done.stream, fate, version, one.cents if fate == "made" else 0)
    if done.events or _waits_for(message, done.state):
        return Outcome(message, done.stream, "amended", version)
    wanted = isinstance(one.command, Want) and one.command.wish.claim is not None
    return Outcome(message, done.stream, "duplicate", version) if one.weighed.charged and wanted else None


def _waits_for(message: str, state: Filed | None) -> bool:
    following = state.following if state is not None else None
    return bool(message and following and following.waiting and following.waiting.message == message)
