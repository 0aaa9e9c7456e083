"""``claimflow codes``: the operator's licensed copies of the official code lists, taken into the local place."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.place import Place, Trouble, here
from shared.operator_lists import ListError, read
from shared.x12.code_lists.lists import Code, CodeList
from shared.x12.code_lists.official import SHIPPED, written

codes = typer.Typer(help="Official code lists that you license.", no_args_is_help=True)
console = Console(highlight=False)


class Difference(NamedTuple):
    """How many codes of a list are new, have other days or words, have ended since, or are gone altogether."""

    new: int
    changed: int
    ended: int
    gone: int


@codes.command("import")
def take(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="CSV: code, start, stop, words.")],
) -> None:
    """Take over official lists (CARC, RARC, claim status, status category). All files are read before one is kept."""
    place, today = here(), datetime.now(UTC).date()
    read_lists: dict[str, CodeList] = {}
    for file in files:
        name, official = _read(file)
        if name in read_lists:
            raise Trouble(f"{file} is {name}, as another of these files. Leave one of them away.")
        read_lists[name] = official
    for name, official in read_lists.items():
        now = difference(in_force(place, name)[0], official, today)
        _keep(place, name, official)
        console.print(
            f"{name}: {len(official.codes)} codes; {now.new} new, {now.changed} changed, {now.ended} ended, "
            f"{now.gone} gone"
        )
    console.print("`claimflow check` goes by them now, the services from their next start.")


@codes.command("list")
def show() -> None:
    """Show each list's source, its number of codes and its newest date."""
    place, table = here(), Table("list", "source", "codes", "newest date", box=None, pad_edge=False)
    for name in SHIPPED:
        known, source = in_force(place, name)
        table.add_row(name, source, str(len(known.codes)), str(_newest(known) or "-"))
    console.print(table)


def in_force(place: Place, name: str) -> tuple[CodeList, str]:
    """The list that this place goes by, and its source: the imported copy, else ours. Raises Trouble for a broken copy."""
    copy = place.code_lists / f"{name}.csv"
    return (_read(copy)[1], "imported") if copy.exists() else (SHIPPED[name], "our own words")


def difference(before: CodeList, after: CodeList, today: date) -> Difference:
    """Compare two lists on a day; a code that ended is not counted as changed."""
    old, new = before.codes, after.codes
    both = old.keys() & new.keys()
    ended = {code for code in both if _over(after, code, today) and not _over(before, code, today)}
    changed = {code for code in both - ended if _told(old[code]) != _told(new[code])}
    return Difference(len(new.keys() - old.keys()), len(changed), len(ended), len(old.keys() - new.keys()))


def _over(known: CodeList, code: str, today: date) -> bool:
    return known.validity(code, today) == "ended"


def _told(code: Code) -> tuple[object, ...]:
    return code.words, code.start, code.stop


def _newest(known: CodeList) -> date | None:
    return max((day for code in known.codes.values() for day in (code.start, code.stop) if day), default=None)


def _read(file: Path) -> tuple[str, CodeList]:
    try:
        return read(file)
    except ListError as error:
        raise Trouble(str(error)) from None


def _keep(place: Place, name: str, official: CodeList) -> None:
    place.code_lists.mkdir(parents=True, exist_ok=True)
    draft = place.code_lists / f"{name}.draft"
    draft.write_text(written(official), "utf-8")
    draft.replace(place.code_lists / f"{name}.csv")
