"""``claimflow inbox``: what the hospital's feeds sent, what became of it, and reading it again."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from deploy.local.place import Trouble, here

if TYPE_CHECKING:
    from deploy.local.client import Client

inbox = typer.Typer(help="Messages of the hospital's feeds: find, look, read again.", no_args_is_help=True)
console = Console(highlight=False)
State = Annotated[str, typer.Option(help="accepted, kept, partly, duplicate or refused.")]
Since = Annotated[str, typer.Option(help="From this day or moment on: 2026-11-25, 2026-11-25T14:00:00Z.")]
Feed = Annotated[str, typer.Option(help="One feed's only.")]


@inbox.command("list")
def list_messages(
    state: State = "",
    feed: Feed = "",
    since: Since = "",
    control: Annotated[str, typer.Option(help="By control id (MSH-10, ISA13, Idempotency-Key).")] = "",
    account: Annotated[str, typer.Option(help="By account number.")] = "",
    record: Annotated[str, typer.Option(help="By medical record number.")] = "",
    claim: Annotated[str, typer.Option(help="By claim number.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=500)] = 20,
) -> None:
    """Messages, newest first."""
    from deploy.local.client import Client

    asked = {
        "state": state, "feed": feed, "since": _moment(since), "control": control, "account": account,
        "record": record, "claim": claim, "limit": limit,
    }  # fmt: skip
    with Client(here()) as client:
        rows = client.get("intake", "/inbox", **{k: v for k, v in asked.items() if v})["messages"]
    table = Table(
        Column("message", no_wrap=True, min_width=36), "at", "type", "state", "claims", "feed", box=None
    )
    for row in rows:
        claims = str(row["made"] + row["amended"] + row["duplicates"])
        feed_name = row["feed"] or "unknown"
        table.add_row(row["id"], row["received_at"][11:19], row["kind"], row["state"], claims, feed_name)
    console.print(table if rows else "No message matches.")


@inbox.command("show")
def show(
    message: str,
    full: Annotated[
        bool, typer.Option("--full", help="The original and its values too: patient data.")
    ] = False,
) -> None:
    """One message: what became of it, what was not liked and how to mend it, the answer."""
    from deploy.local.client import Client

    with Client(here()) as client:
        told = client.get("intake", f"/inbox/{message}")
    console.print(
        f"[bold]{told['kind']} {told['state']}[/]  {told['received_at'][:19]}  feed {told['feed'] or 'unknown'}"
    )
    for finding in told["findings"]:
        console.print(
            f"  [red]{finding.get('location') or finding.get('place', '')}[/] {finding['problem']} {finding['fix']}"
        )
    for claim in told["claims"]:
        console.print(f"  claim {claim}")
    for each in told["replayed"]:
        console.print(
            f"  read again {each['at'][:19]} by {each['who']}: {each['reason']} ({each['before']} -> {each['after']})"
        )
    console.print("\nanswer", style="bold")
    console.print(_lines(told["answer"]), markup=False)
    if full:
        console.print("\noriginal", style="bold")
        console.print(_lines(told["original"] or "(dropped)"), markup=False)


@inbox.command("replay")
def replay(
    messages: Annotated[
        list[str] | None, typer.Argument(help="Messages by id; none: all since --since.")
    ] = None,
    since: Since = "",
    state: State = "",
    feed: Feed = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept. Without it only the preview is shown.")] = "",
) -> None:
    """Read messages again with today's feeds: a preview of what would change, and with --reason the change."""
    from deploy.local.client import Client

    if not messages and not since:
        raise Trouble("Name messages, or give --since.")
    chosen = {"messages": messages} if messages else {"since": _moment(since), "state": state, "feed": feed}
    with Client(here()) as client:
        total = _in_pieces(client, {**chosen, "preview": not reason, "reason": reason})
    words = "would be " if not reason else ""
    console.print(
        f"{total['messages']} messages read again: {total['made']} claims {words}made, {total['amended']} {words}amended, "
        f"{total['unchanged']} unchanged, {total['failed']} failed."
    )
    if not reason:
        console.print("Nothing was changed. To do it, add --reason.")
    raise typer.Exit(1 if total["failed"] else 0)


def _in_pieces(client: "Client", wanted: dict[str, Any]) -> dict[str, int]:
    """Ask until nothing is left to do; each piece is shown as it comes."""
    total: dict[str, int] = {}
    after = ""
    while True:
        told = client.post("intake", "/inbox/replays", {**wanted, "after": after})
        for name, count in told["summary"].items():
            total[name] = total.get(name, 0) + count
        for change in told["changes"]:
            if change["changes"]:
                what = change["failed"] or ", ".join(fate for _, fate in change["claims"]) or "no claim"
                console.print(f"  {change['message']}  {change['before']} -> {change['after']}  {what}")
        for missing in told["missing"]:
            console.print(f"  {missing}  [yellow]is not here, or its original was dropped[/]")
        after = told["next"]
        if not after:
            return total


def _moment(text: str) -> str:
    return f"{text}T00:00:00Z" if len(text) == 10 else text


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\x0b\x1c\n")
