"""The commands that talk to the running system: claims, parked, clock.

The HTTP client and the services' own modules are imported by the commands that need them, not by ``claimflow check``.
"""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from deploy.local.place import Trouble, here
from deploy.local.stack import SERVICES

if TYPE_CHECKING:
    pass

console = Console(highlight=False)
claims = typer.Typer(help="Look at claims.", no_args_is_help=True)
parked = typer.Typer(help="Events that a service could not decide about.", no_args_is_help=True)
clock = typer.Typer(help="The system's clock, which a demonstration may move ahead.", no_args_is_help=True)
ON_THE_WAY = tuple(part.name for part in SERVICES if part.name != "console")


@claims.command("show")
def show(
    claim: Annotated[str, typer.Argument(help="The claim's id, as a door or the console told it.")],
    full: Annotated[bool, typer.Option("--full", help="The claim's content too: patient data.")] = False,
) -> None:
    """What each service knows of a claim. Exit code 1 when none knows it."""
    from deploy.local.client import Client

    known = False
    with Client(here()) as client:
        for service in ON_THE_WAY:
            answer = client.raw("GET", service, f"/claims/{claim}")
            if answer.is_success:
                known = True
                told = answer.json()
                console.print(_tree(service, {k: v for k, v in told.items() if full or k != "claim"}))
    if not known:
        raise Trouble(f"No service knows a claim {claim}.")


@parked.command("list")
def list_parked() -> None:
    """What is parked, in all services."""
    from deploy.local.client import Client

    table = Table("service", "id", "stream", "event", "why", box=None, pad_edge=False)
    with Client(here()) as client:
        for service in ON_THE_WAY:
            for row in _rows(client.get(service, "/parked")):
                shown = (row.get(name, "") for name in ("id", "stream", "type", "reason"))
                table.add_row(service, *(str(each) for each in shown))
    console.print(table if table.row_count else "Nothing is parked.")


@parked.command()
def replay(service: str, number: str) -> None:
    """Decide about a parked event again, and about those of the same claim that queue behind it."""
    from deploy.local.client import Client

    with Client(here()) as client:
        client.post(service, f"/parked/{number}/replay")
    console.print("replayed")


@parked.command()
def dismiss(service: str, number: str, reason: Annotated[str, typer.Option(help="Why; it is kept.")]) -> None:
    """Give a parked event up, for a reason. What queues behind it goes on."""
    from deploy.local.client import Client

    with Client(here()) as client:
        client.post(service, f"/parked/{number}/dismiss", {"reason": reason})
    console.print("dismissed")


@clock.command()
def advance(
    days: Annotated[float, typer.Option(min=0)] = 0, hours: Annotated[float, typer.Option(min=0)] = 0
) -> None:
    """Let time pass for all services and the sandbox: what falls due is done. Time never goes back."""
    from shared.service.clock import move_ahead

    place = here()
    file = Path(place.state().get("clock", place.clock))
    file.parent.mkdir(parents=True, exist_ok=True)
    ahead = move_ahead(file, timedelta(days=days, hours=hours))
    console.print(f"The clock is {ahead} ahead of real time.")


def _rows(answer: Any) -> list[dict[str, Any]]:
    """A list's rows, whether it comes bare or under a name."""
    if isinstance(answer, list):
        return answer
    return next((value for value in answer.values() if isinstance(value, list)), [])


def _tree(title: str, value: object) -> Tree:
    tree = Tree(f"[bold]{title}[/]")
    _grow(tree, value)
    return tree


def _grow(tree: Tree, value: object) -> None:
    pairs = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for name, inner in pairs:
        if isinstance(inner, (Mapping, list)) and inner:
            _grow(tree.add(str(name)), inner)
        else:
            tree.add(f"{name}: {inner}")
