"""``claimflow feed``: send files to their doors, try a changed feed file, see what of a message is used."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from typer.core import TyperGroup

from deploy.local.place import Trouble, here

if TYPE_CHECKING:
    from deploy.local import doors
    from deploy.local.client import Client
    from services.intake.domain.feed import Feed, Feeds
    from services.intake.domain.hl7.coverage import Use
    from services.intake.domain.trial import Stored
    from shared.events.intake import Door

console = Console(highlight=False)


class _SendByDefault(TyperGroup):
    """``claimflow feed FILE...`` sends, as it always did; a file called like a subcommand is written ``./check``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put ``send`` in front of what names no subcommand."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["send", *args]
        return super().parse_args(ctx, args)


feed = typer.Typer(
    cls=_SendByDefault,
    help="Send HL7 v2, X12, FHIR or JSON files to the door they belong to; try feed files.",
    no_args_is_help=True,
)


@feed.command()
def send(
    files: Annotated[
        list[Path], typer.Argument(help="HL7 v2, X12, FHIR or JSON files, recognised by content.")
    ],
    raw: Annotated[bool, typer.Option("--raw", help="Print the door's own answer too.")] = False,
) -> None:
    """Send files to the door they belong to and print what it answered. Exit code 1 when any was refused."""
    from deploy.local.client import Client

    refused = 0
    with Client(here(), "ehr") as client:
        for file in files:
            for answer in _answers(client, file):
                refused += not answer.taken
                mark = "[green]taken[/]" if answer.taken else "[red]refused[/]"
                console.print(f"{file.name} -> {answer.door}: {mark}", soft_wrap=True)
                console.print(answer.words, markup=False, soft_wrap=True)
                if raw:
                    console.print(answer.raw.replace("\r", "\n"), markup=False, soft_wrap=True)
    raise typer.Exit(bool(refused))


def _answers(client: "Client", file: Path) -> "Iterator[doors.Answer]":
    """A file that belongs to no door, or whose door hangs up, does not keep the next one from being sent."""
    from deploy.local import doors

    try:
        yield from doors.send(client, doors.read(file))
    except Trouble as trouble:
        yield doors.Answer("no answer", False, str(trouble), "")


Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@feed.command("check")
def check_feed(
    candidate: Annotated[Path, typer.Argument(help="The changed feed file (YAML).")],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files to try it on; without any, the feed's last messages of the running system."
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", help="The feed file in force; else the one of that name where feeds are configured."
        ),
    ] = None,
    last: Annotated[
        int, typer.Option(min=1, max=5000, help="How many messages of the running system.")
    ] = 1000,
    as_json: Json = False,
) -> None:
    """Say what messages would give under a changed feed file, before it is put in force. It changes nothing.

    Exit code 0: nothing would be different; 1: something would; 2: the file cannot be used.
    """
    text, name = _candidate(candidate)
    tells = _offline(text, candidate, files, against) if files else _online(text, name, last)
    found = _followed(tells)
    if as_json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        _show(found)
    raise typer.Exit(int(_differs(found)))


def _followed(tells: Iterator[dict[str, Any]]) -> dict[str, Any]:
    """The difference at the end; until it comes, how far it is."""
    with console.status("reading") as status:
        for tell in tells:
            if tell.get("tell") != "progress":
                return tell
            status.update(f"{tell['read']} of {tell['of']} messages")
    raise Trouble("intake ended its answer before the difference.")


def _candidate(file: Path) -> tuple[str, str]:
    """The file's text, once it is known to be a feed's, and the feed's name; what is wrong is told with line, key and fix."""
    from services.intake.mappings import DocumentError, load_tables, read_feed

    try:
        text = file.read_text(encoding="utf-8")
        return text, read_feed(text, file.name, load_tables()).name
    except OSError as error:
        Console(stderr=True).print(f"claimflow: {file} cannot be read: {error.strerror}", markup=False)
    except (DocumentError, UnicodeDecodeError) as error:
        Console(stderr=True).print(f"claimflow: {error}", markup=False, soft_wrap=True)
    raise typer.Exit(2)


def _online(text: str, name: str, last: int) -> Iterator[dict[str, Any]]:
    from deploy.local.client import Client, in_words

    with (
        Client(here()) as client,
        client.stream(
            "POST", "intake", f"/feeds/{name}/check", params={"last": last}, content=text.encode()
        ) as answer,
    ):
        if answer.is_error:
            answer.read()
            raise Trouble(in_words(answer))
        for line in answer.iter_lines():
            if line:
                yield msgspec.json.decode(line)


def _offline(text: str, candidate: Path, files: list[Path], against: Path | None) -> Iterator[dict[str, Any]]:
    from services.intake.domain.feed import Feeds
    from services.intake.domain.trial import trial
    from services.intake.mappings import load_tables, read_feed

    after = read_feed(text, candidate.name, load_tables())
    before = Feeds([_in_force(after, against)])
    stored = list(_stored(files))
    for tell in trial(stored, len(stored), before, Feeds([after])):
        yield msgspec.to_builtins(tell)


def _in_force(after: "Feed", against: Path | None) -> "Feed":
    from services.intake.mappings import load_tables, read_feed
    from services.intake.settings import OWN_FEEDS, load_feeds

    if against is not None:
        return read_feed(against.read_text(encoding="utf-8"), against.name, load_tables())
    folder = Path(os.environ.get("CLAIMFLOW_FEEDS") or OWN_FEEDS)
    one = next((f for f in load_feeds(folder).all if f.name == after.name), None)
    if one is None:
        raise Trouble(f"No feed {after.name} is configured in {folder}: name its file with --against.")
    return one


def _stored(files: Iterable[Path]) -> "Iterator[Stored]":
    """What files bring to the doors, named by where it stands: each HL7 v2 message by itself, other files whole."""
    from services.intake.domain.hl7.splitting import pieces
    from services.intake.domain.trial import Stored

    now = datetime.now(UTC)
    for file in files:
        raw = file.read_bytes()
        door = _door(raw)
        if door != "hl7":
            yield Stored(id=file.name, door=door, raw=raw, received=now)
            continue
        for piece in pieces([raw]):
            if piece.what == "message":
                name = f"{file.name}, segment {piece.segment}"
                yield Stored(id=name, door="hl7", raw=piece.raw, received=now)


def _door(raw: bytes) -> "Door":
    """Which door a file is for, as ``claimflow check`` tells it."""
    from deploy.local.checking.registry import checker_for

    checker = checker_for(raw[:65536])
    kind = checker.kind if checker else "unknown"
    return "hl7" if kind == "unknown" else kind


def _differs(found: dict[str, Any]) -> bool:
    lists = ("claims", "newly_refused", "newly_taken")
    return found["before"] != found["after"] or any(found[name] for name in lists)


def _show(found: dict[str, Any]) -> None:
    """The two sides beside each other, then what changes, most places first."""
    before, after = found["before"], found["after"]
    table = Table(f"{found['messages']} messages", "now", "then", box=None, pad_edge=False)
    for name in ("claims", "refused"):
        table.add_row(name, str(before[name]), str(after[name]))
    table.add_row("charges", _dollars(before["cents"]), _dollars(after["cents"]))
    for why in sorted({*before["held"], *after["held"]}):
        table.add_row(f"held: {why}", str(before["held"].get(why, 0)), str(after["held"].get(why, 0)))
    console.print(table)
    if not _differs(found):
        console.print("Nothing would be different.")
        return
    console.print(f"claims: {found['added']} added, {found['removed']} removed, {found['changed']} changed")
    for place, count in found["places"].items():
        console.print(f"  {place} in {count}", markup=False)
    for words, name in (("would be refused", "newly_refused"), ("would be taken", "newly_taken")):
        for one in found[name]:
            console.print(
                f"{words}: {one['message']}: {'; '.join(one['errors'])}", markup=False, soft_wrap=True
            )


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}.{cents % 100:02d}"


@feed.command()
def coverage(
    files: Annotated[list[Path], typer.Argument(help="HL7 v2 or FHIR files.")],
    feed_file: Annotated[
        Path | None, typer.Option("--feed", help="A feed file (YAML); else the shipped table.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which fields of real messages are used, for which part of the claim, and which are ignored. No values are shown."""
    counts, messages = _counted(files, feed_file)
    if as_json:
        rows = [{"place": p, "parts": parts, "messages": n} for (p, parts), n in counts.items()]
        sys.stdout.write(msgspec.json.encode({"messages": messages, "fields": rows}).decode() + "\n")
        return
    table = Table("field", "becomes", "times", title=f"{messages} messages", box=None, pad_edge=False)
    for (place, parts), count in sorted(counts.items(), key=lambda row: not row[0][1]):
        table.add_row(place, ", ".join(parts) or "[yellow]ignored[/]", str(count))
    console.print(table)


def _counted(files: list[Path], feed_file: Path | None) -> tuple[Counter[tuple[str, tuple[str, ...]]], int]:
    from services.intake.domain.feed import Feeds
    from services.intake.mappings import load_tables, open_feeds, read_feed

    tables = load_tables()
    feeds = open_feeds(tables)
    if feed_file is not None:
        feeds = Feeds([read_feed(feed_file.read_text(encoding="utf-8"), feed_file.name, tables)])
    counts: Counter[tuple[str, tuple[str, ...]]] = Counter()
    messages = 0
    for stored in _stored(files):
        if (found := _uses(stored, feeds)) is not None:
            messages += 1
            counts.update((use.place, use.parts) for use in found)
    return counts, messages


def _uses(stored: "Stored", feeds: "Feeds") -> "tuple[Use, ...] | None":
    """What of one message is used; None where no table says it (X12 and our own JSON say the parts themselves)."""
    from services.intake.domain.fhir import coverage as of_fhir
    from services.intake.domain.fhir.tree import NotFhirError
    from services.intake.domain.fhir.tree import parse as parse_fhir
    from services.intake.domain.hl7 import coverage as of_hl7
    from services.intake.domain.hl7.events import event_of
    from services.intake.domain.hl7.message import NotHl7Error, parse
    from services.intake.domain.hl7.reading import type_of

    feed = feeds.all[0]
    try:
        if stored.door == "fhir":
            return of_fhir.uses(parse_fhir(stored.raw), feed.fhir)
        if stored.door == "hl7":
            m = parse(stored.raw)
            return of_hl7.uses(m, feed, feeds.hl7(feed), event_of(*type_of(m)), stored.received)
    except (NotHl7Error, NotFhirError):
        return None
    return None
