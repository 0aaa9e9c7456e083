"""The end of a day: figures from the five databases that must close, in claims and to the cent, or be named."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from rich.table import Table as Grid

from deploy.local.figures import Figures
from deploy.local.table import lines
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


def checks(figures: Figures, expected: int) -> Iterator[Check]:
    """What must be true when nothing moves any more. ``expected``: claims that the hospital told on all days."""
    f, money = figures, figures.money
    withdrawn = f.claims("scrubber", "withdrawn")
    duplicates = f.repeated + withdrawn
    held = f.claims("scrubber", "held") + f.claims("remittance", "held")
    yield Check("every claim that the hospital told is known", expected, f.told)
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
    yield Check("nothing is open", money["open"], 0, money=True)
    yield Check("no money in suspense", f.suspense, 0, money=True)
    yield Check("no claim is held", held, 0)
    yield Check("nothing is parked", f.parked, 0)
    yield Check("patient parts = patients' accounts", money["patient"], f.patient_due, money=True)
    yield Check(
        "patients' accounts = paid by them + still owed",
        f.patient_due,
        f.patients_paid + f.patients_owe,
        money=True,
    )
    yield Check("every account has its statement", f.gathering, 0)


async def close_books(day: "Day", before: Figures, figures: Figures, seconds: float) -> int:
    """Print the day's summary; 0 when all of it closes, else 1 after naming what does not and the claims behind it."""
    console = day.console
    told_before = before.told
    found = list(checks(figures, told_before + day.hospital.sent.claims))
    console.print(_summary(figures))
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
    console.print(f"{verdict} {figures.told - told_before} claims told in {seconds:.1f} s.")
    return 0 if good else 1


def _summary(figures: Figures) -> Grid:
    grid = Grid("where", "claims", "dollars", box=None, pad_edge=False)
    grid.columns[1].justify = grid.columns[2].justify = "right"
    for name, count, cents in lines(figures):
        grid.add_row(name, str(count), dollars(cents))
    return grid


def _story(day: "Day") -> str:
    mistakes = ", ".join(f"{count} {name}" for name, count in sorted(day.mistakes.items()))
    corrected = ", ".join(f"{count} {name}" for name, count in sorted(day.biller.corrected.items()))
    return (
        f"  mistakes in the day: {mistakes}\n  corrected by the biller: {corrected or 'nothing'}; "
        f"withdrawn as registered twice: {len(day.biller.withdrawn)}"
    )
