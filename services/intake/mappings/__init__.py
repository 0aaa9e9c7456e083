"""The doors' tables and the feeds as files: read, checked, merged. What is wrong is told with file, line, key and fix."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar, get_args

from msgspec import Struct

from services.intake.domain.feed import Feed, Feeds, in_force
from services.intake.domain.fhir.mapped import moves_of
from services.intake.domain.hl7.fields import compiled
from services.intake.domain.mapping import MappingError, Part, Rule, Rules, merged
from services.intake.mappings.documents import Document, DocumentError, read_document
from shared.claim import Name, Provider
from shared.events.intake import Door

HERE = Path(__file__).parent
T = TypeVar("T")


class Tables(Struct, frozen=True):
    """The tables that this version ships: which part stands where at each door, and what each part is."""

    claim: dict[str, Part]
    hl7: dict[str, Rule]
    fhir: dict[str, Rule]


@cache
def load_tables(folder: Path = HERE) -> Tables:
    """Read the shipped tables, once. Raises DocumentError."""
    claim = _read(folder / "claim.yaml", dict[str, Part])
    tables = Tables(
        claim.value,
        _checked(_read(folder / "hl7.yaml", dict[str, Rule]), claim.value),
        _checked(_read(folder / "fhir.yaml", dict[str, Rule]), claim.value),
    )
    compiled(tables.hl7)
    return tables


def read_feed(text: str, file: str, tables: Tables) -> Feed:
    """One feed's document, with the doors' tables in force in it. Raises DocumentError with file, line, key and fix."""
    document = read_document(text, file, Feed)
    feed = document.value
    try:
        ready = in_force(feed, _merged("hl7", tables.hl7, feed.hl7), _merged("fhir", tables.fhir, feed.fhir))
        compiled(ready.hl7)
        _moved(ready)
    except MappingError as error:
        raise document.error(_where(error, document), error.problem, error.fix) from None
    return ready


def _moved(feed: Feed) -> None:
    try:
        moves_of(feed.fhir)
    except MappingError as error:
        raise MappingError(("fhir", *error.key), error.problem, error.fix) from None


def _where(error: MappingError, document: Document[Feed]) -> tuple[str, ...]:
    """Where in the feed's own file it stands: below ``hl7``, or in the older short forms ``classes`` and ``relationships``."""
    if error.key[0] in ("hl7", "fhir"):
        return error.key
    short = {"visit.kind": "classes", "visit.place": "places", "coverage.relationship": "relationships"}
    below = ("hl7", *error.key)
    return below if document.has(below) or error.key[0] not in short else (short[error.key[0]], error.key[-1])


def _merged(door: str, table: Rules, said: Rules) -> dict[str, Rule]:
    try:
        return merged(table, said)
    except MappingError as error:
        raise MappingError((door, *error.key), error.problem, error.fix) from None


def _read(file: Path, kind: type[T]) -> Document[T]:
    return read_document(file.read_text(encoding="utf-8"), file.name, kind)


def _checked(document: Document[dict[str, Rule]], parts: dict[str, Part]) -> dict[str, Rule]:
    """A table names only parts that claim.yaml explains."""
    for name in document.value:
        if name not in parts:
            raise document.error((name,), "No line of claim.yaml says what this part is.", "Add one there.")
    return document.value


def feed_files(folder: Path) -> Iterator[Path]:
    """The feed files of a folder, in order of name. Raises ValueError where there is none."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise ValueError(f"no feed file (*.yaml) in {folder}")
    yield from files


def open_feeds(tables: Tables) -> Feeds:
    """A feed that takes anybody's messages, for checking files without knowing where they will be sent."""
    anybody: dict[Door, tuple[str, ...]] = dict.fromkeys(DOORS, ("*",))
    billing = Provider(name=Name(last="ANY PROVIDER", organization=True))
    feed = Feed(name="open", facility="any", senders=anybody, billing=billing, processing=("*",))
    return Feeds([in_force(feed, tables.hl7, tables.fhir)])


DOORS: tuple[Door, ...] = get_args(Door)

__all__ = ["DOORS", "HERE", "DocumentError", "Tables", "feed_files", "load_tables", "open_feeds", "read_feed"]
