"""The ``claimflow`` command: run the system on this machine, feed it, look into it.

What only some commands need is imported where they need it: ``claimflow check`` must not wait for a web framework.
"""

import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.asking import claims, clock, parked
from deploy.local.checking.commands import check, explain
from deploy.local.codes import codes
from deploy.local.feeding import feed
from deploy.local.inbox import inbox
from deploy.local.place import Place, Trouble, here

if TYPE_CHECKING:
    from deploy.local.machine import Machine
    from deploy.local.supervisor import Child

app = typer.Typer(
    help="claimflow: medical claims from the EHR's charge to the patient's zero balance.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(check)
app.command()(explain)
app.add_typer(feed, name="feed")
app.add_typer(codes, name="codes")
app.add_typer(claims, name="claims")
app.add_typer(inbox, name="inbox")
app.add_typer(parked, name="parked")
app.add_typer(clock, name="clock")
console = Console(highlight=False)

Ports = Annotated[
    list[str] | None,
    typer.Option("--port", help="NAME=NUMBER, for example console.http=8000. May be repeated."),
]

Memory = Annotated[
    bool,
    typer.Option(
        "--memory", help="Without Kafka: all services in one process, data forgotten at each start."
    ),
]


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="End after the day, with a summary and an honest exit code.")
    ] = False,
    visits: Annotated[int, typer.Option(min=1, help="How many visits the day has.")] = 200,
    seed: Annotated[int, typer.Option(help="Another seed, another day.")] = 2026,
    port: Ports = None,
    memory: Memory = False,
) -> None:
    """Run the whole system and play the day of a small hospital; then stay up until Ctrl-C."""
    from deploy.local.day import play

    async def work(machine: "Machine", stop: asyncio.Event) -> int:
        _say_where(machine)
        day = asyncio.create_task(play(machine, visits=visits, seed=seed, console=console))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({day, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not day.done():
            day.cancel()
            return 130
        code = day.result()
        if not once:
            console.print(f"\nEverything goes on running, until Ctrl-C: {machine.urls['console']}")
            await stopped
        stopped.cancel()
        return code

    try:
        code = _run(here(), asked(port), work, memory)
    except NoKafka as reason:
        console.print(f"[yellow]Kafka cannot be had here.[/] {reason}")
        console.print(
            "The demonstration runs without it: all services in one process, on a broker in memory."
        )
        code = _run(here(), asked(port), work, memory=True)
    raise typer.Exit(code)


@app.command()
def up(
    port: Ports = None,
    memory: Memory = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not show the processes' logs.")] = False,
) -> None:
    """Run the whole system until Ctrl-C."""

    from deploy.local import logs

    async def work(machine: "Machine", stop: asyncio.Event) -> int:
        _say_where(machine)
        files = {name: child.log for name, child in machine.supervisor.children.items()}
        follower = asyncio.create_task(logs.follow(files, _say_line)) if not quiet else None
        await stop.wait()
        if follower:
            follower.cancel()
        return 0

    raise typer.Exit(_run(here(), asked(port), work, memory))


@app.command()
def reset(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Forget all data, logs, keys and settings of the local system. It must be stopped."""
    place = here()
    if not yes:
        typer.confirm(f"Forget everything in {place.folder} (but Kafka's jars)?", abort=True)
    place.reset()
    console.print(f"{place.folder} is as new.")


@app.command()
def doctor() -> None:
    """Check each part and say what to do. Exit code 1 when something needs doing."""
    from deploy.local import doctor as examination

    table = Table("part", "found", "what to do", box=None, pad_edge=False)
    found = list(examination.examine(here()))
    for part, words, remedy in found:
        table.add_row(f"[{'red' if remedy else 'green'}]{part}[/]", words, remedy)
    console.print(table)
    raise typer.Exit(any(each.remedy for each in found))


@app.command()
def config(service: Annotated[str, typer.Argument(help="One service; all when left away.")] = "") -> None:
    """Print each service's effective settings and where each value came from. Secrets are masked."""
    from deploy.local.effective import settings_of

    for name, lines in settings_of(here(), service):
        table = Table("variable", "value", "from", title=name, title_justify="left", box=None, pad_edge=False)
        for line in lines:
            table.add_row(line.variable, line.value, line.origin)
        console.print(table, "")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context) -> None:
    """Measure: claims per second, CPU per claim, latency. ``--json`` prints one object as the last line."""
    import subprocess

    from deploy.local.place import PROJECT

    if not (PROJECT / "tests" / "load" / "__main__.py").exists():
        raise Trouble("The benchmark (tests/load) is not in this installation.")
    done = subprocess.run([sys.executable, "-m", "tests.load", *context.args], cwd=PROJECT, check=False)
    raise typer.Exit(done.returncode)


Work = Callable[["Machine", asyncio.Event], Awaitable[int]]


class NoKafka(Trouble):
    """Kafka cannot be had on this machine."""


def _run(place: Place, ports: dict[str, int], work: Work, memory: bool) -> int:
    """Raises Trouble when the system cannot be started, NoKafka when that is for want of Kafka alone."""
    from shared.testing.servers import NoKafkaError, ServerError

    try:
        return asyncio.run(_guarded(place, ports, work, memory))
    except NoKafkaError as reason:
        raise NoKafka(str(reason)) from reason
    except ServerError as reason:
        raise Trouble(str(reason)) from reason


async def _guarded(place: Place, ports: dict[str, int], work: Work, memory: bool) -> int:
    """Start the system, do the work, stop it; the first Ctrl-C or SIGTERM asks the work to end."""
    from deploy.local import logs
    from deploy.local.machine import running

    stop = asyncio.Event()
    main_task = asyncio.current_task()
    assert main_task is not None
    ready = False

    def asked_to_stop() -> None:
        stop.set()
        if not ready:
            main_task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop)
    logs.turn(place.logs)
    console.print("starting", style="bold")
    began = time.monotonic()
    try:
        async with running(place, ports, _say_started, memory=memory) as machine:
            ready = True
            console.print(f"  everything is ready after {time.monotonic() - began:.1f} s")
            return await work(machine, stop)
    except asyncio.CancelledError:
        console.print("stopped before everything was up")
        return 130


def _say_started(child: "Child") -> None:
    if child.state == "ready":
        again = f" (start {child.restarts + 1})" if child.restarts else ""
        console.print(f"  {child.name:<12} ready after {child.seconds:5.1f} s{again}")
    elif child.state == "fallen":
        console.print(f"  {child.name:<12} [red]ended by itself[/]; starting it again. Its log: {child.log}")


def _say_where(machine: "Machine") -> None:
    console.print(f"\n[bold]claimflow runs: {machine.entrance}[/]  (Ctrl-C stops it)", soft_wrap=True)
    ports = machine.ports
    console.print(f"  HL7 v2 (MLLP) {ports['intake.mllp']}, FHIR, X12 and JSON {machine.urls['intake']}")
    console.print(f"  logs {machine.place.logs}, ports in {machine.place.state_file}")


def _say_line(name: str, colour: str, line: str) -> None:
    console.print(f"[{colour}]{name:<12}[/] ", end="")
    console.print(line, markup=False)


def asked(port: list[str] | None) -> dict[str, int]:
    """``NAME=NUMBER`` options as a table. Raises Trouble for any other form."""
    try:
        return {name: int(number) for name, number in (each.split("=") for each in port or [])}
    except ValueError:
        raise Trouble("--port wants NAME=NUMBER, for example --port console.http=8000.") from None


def main() -> None:
    """The command's entry: whatever stands in the way is told in a sentence, with exit code 1."""
    try:
        app()
    except Trouble as trouble:
        Console(stderr=True, highlight=False).print(f"[red]claimflow:[/] {trouble}", soft_wrap=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
