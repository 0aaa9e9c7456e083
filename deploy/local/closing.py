"""The end of a day: figures from the five databases that must close, in claims and to the cent, or be named."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from deploy.local.figures import Figures
from deploy.local.table import grid_of
from shared.claim import dollars

if TYPE_CHECKING:
    from deploy.local.day import Day


class Check(NamedTuple):
    """One equation: what it says, its two sides."""

    words: str
    left: int
    right: int
    money: bool = False

    @property
    def holds(self) -> bool:
        """Whether both sides are the same."""
        return self.left == self.right


def checks(figures: Figures, before: Figures, sent: int) -> Iterator[Check]:
    """What must be true when nothing moves any more, of everything that the databases hold.

    ``before`` are the figures before the day, ``sent`` the claims that the hospital told on it: whatever was held or
    open before is not this day's fault.
    """
    f, money = figures, figures.money
    withdrawn = f.claims("scrubber", "withdrawn")
    duplicates = f.repeated + withdrawn
    held = _held(f)
    yield Check("every claim that the hospital told is known", sent, f.told - before.told)
    yield Check(
        "told = settled + denied + held + refused + duplicates + amended",
        f.told,
        f.settled + f.denied + held + f.refused + duplicates + f.amended,
    )
    yield Check("every claim received is in the scrubber", f.received, f.claims("scrubber"))
    yield Check(
        "every claim cleared reached a payer", f.claims("scrubber", "cleared"), f.claims("remittance")
    )
    yield Check("cents cleared = cents billed", f.cents("scrubber", "cleared"), money["charge"], money=True)
    yield Check(
        "charges = payments + contractual + other + patient + denied + open",
        money["charge"],
        sum(money[kind] for kind in ("paid", "contractual", "other", "patient", "denied", "open")),
        money=True,
    )
    yield Check("nothing of this day is open", money["open"] - before.money["open"], 0, money=True)
    yield Check("none of its money is in suspense", f.suspense - before.suspense, 0, money=True)
    yield Check("none of its claims is held", held - _held(before), 0)
    yield Check("nothing of it is parked", f.parked - before.parked, 0)
    yield Check("patient parts = patients' accounts", money["patient"], f.patient_due, money=True)
    yield Check(
        "patients' accounts = paid by them + still owed",
        f.patient_due,
        f.patients_paid + f.patients_owe,
        money=True,
    )
    yield Check("every account has its statement", f.gathering, 0)


def _held(figures: Figures) -> int:
    return figures.claims("scrubber", "held") + figures.claims("remittance", "held")


async def close_books(day: "Day", before: Figures, figures: Figures, seconds: float) -> int:
    """Print the day's summary; 0 when all of it closes, else 1 after naming what does not and the claims behind it."""
    console = day.console
    found = list(checks(figures, before, day.hospital.sent.claims))
    console.print(grid_of(figures))
    console.print(_story(day))
    for check in found:
        mark = "[green]closes[/]" if check.holds else "[red]does not close[/]"
        sides = (dollars(check.left), dollars(check.right)) if check.money else (check.left, check.right)
        console.print(f"  {mark}  {check.words}: {sides[0]}" + ("" if check.holds else f" is not {sides[1]}"))
    surprises = day.hospital.sent.surprises
    for number in surprises:
        console.print(f"  [red]a door answered otherwise than expected[/]: visit {number}")
    good = all(check.holds for check in found) and not surprises
    if not good:
        for line in (await day.books.unsettled())[:20]:
            console.print(f"  [red]claim[/] {line}", soft_wrap=True)
    verdict = "[green]The books close.[/]" if good else "[red]The books do not close.[/]"
    console.print(f"{verdict} {day.hospital.sent.claims} claims told in {seconds:.1f} s.")
    return 0 if good else 1


def _story(day: "Day") -> str:
    mistakes = ", ".join(f"{count} {name}" for name, count in sorted(day.mistakes.items()))
    corrected = ", ".join(f"{count} {name}" for name, count in sorted(day.biller.corrected.items()))
    return (
        f"  mistakes in the day: {mistakes}\n  corrected by the biller: {corrected or 'nothing'}; "
        f"withdrawn as registered twice: {len(day.biller.withdrawn)}"
    )
