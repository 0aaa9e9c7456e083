"""A JSON file while it is read: each document in it judged as intake's doors would judge it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

import msgspec
from msgspec import Struct

from deploy.local.checking.jsonwords import PAGES
from deploy.local.checking.seam import Claim, Finding, Said, Severity, Transaction, verdict_of
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.inbound import Reading
from services.intake.domain.own import read_own
from services.intake.mappings import load_tables, open_feeds

MOST: Final = 64 * 1024 * 1024
"""Bytes of one document that are read; a longer one no door takes."""

_BLANK = b"\xef\xbb\xbf \t\r\n\x00"
_BYTE = re.compile(r"\(byte (\d+)\)")
_STEPS = re.compile(r"[A-Za-z][A-Za-z0-9]*|\[\d+\]|\d+")


class Document(Struct, frozen=True):
    """One JSON document of a file: its bytes, where it begins, its line, and whether it was too long to be read."""

    raw: bytes
    offset: int
    line: int
    long: bool = False


class Door(Protocol):
    """The door that takes such documents."""

    def items(self, document: Document) -> Iterator[Document]:
        """The documents in one: an array's."""

    def read(self, raw: bytes) -> Reading:
        """Judge one."""

    def type_of(self, tree: object) -> tuple[str, str]:
        """What it is called, and its own id."""

    @property
    def broken(self) -> str:
        """The code of what is no JSON."""

    @property
    def long(self) -> str:
        """The code of what is too long."""


class Resources:
    """FHIR."""

    broken: Final = "FHIR-STRUCTURE"
    long: Final = "FHIR-TOO-LONG"

    def __init__(self) -> None:
        self._feeds = open_feeds(load_tables())

    def items(self, document: Document) -> Iterator[Document]:
        """An array of resources is none of FHIR's forms, but people keep samples so."""
        return _elements(document)

    def read(self, raw: bytes) -> Reading:
        """As ``POST /fhir`` would."""
        return read_fhir(raw, "check", "", self._feeds)

    def type_of(self, tree: object) -> tuple[str, str]:
        """The resource type and id."""
        said = tree if isinstance(tree, dict) else {}
        kind, name = said.get("resourceType"), said.get("id")
        plain = isinstance(kind, str) and re.fullmatch(r"[A-Z][A-Za-z]{1,60}", kind)
        return str(kind) if plain else "unknown", name if isinstance(name, str) else ""


class Claims:
    """Our own JSON."""

    broken: Final = "CLM-SYNTAX"
    long: Final = "CLM-TOO-LONG"

    def __init__(self) -> None:
        self._feeds = open_feeds(load_tables())

    def items(self, document: Document) -> Iterator[Document]:
        """Each claim of an array by itself."""
        return _elements(document)

    def read(self, raw: bytes) -> Reading:
        """As ``POST /claims`` would."""
        return read_own(raw, "check", "", self._feeds)

    def type_of(self, tree: object) -> tuple[str, str]:
        """A claim, and its number."""
        number = tree.get("number") if isinstance(tree, dict) else ""
        return "Claim", number if isinstance(number, str) else ""


def told(chunks: Iterable[bytes], door: Door) -> Iterator[Said]:
    """What there is to say about a file, document by document."""
    for document in _documents(chunks):
        if document.long:
            yield _finding(door.long, "error", document, "")
            yield _transaction(door, document, None, ["error"], 0)
            continue
        for one in door.items(document):
            yield from _one(one, door)


def _one(document: Document, door: Door) -> Iterator[Said]:
    try:
        tree: object = msgspec.json.decode(document.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = _BYTE.search(str(error))
        yield _finding(door.broken, "error", document, "", at=int(at[1]) if at else None)
        yield _transaction(door, document, None, ["error"], 0)
        return
    reading = door.read(document.raw)
    severities = [f.severity for f in reading.findings] + (["error"] if reading.refused else [])
    verdict = verdict_of(severities)
    for candidate in reading.claims:
        words = f"{candidate.claim.kind} claim, {len(candidate.claim.lines)} lines"
        place = (document.line, document.line)
        yield Claim(words=words, verdict=verdict, number=candidate.claim.number, segments=place)
    for f in reading.findings:
        code = f.rule.upper()
        where = f.location or f.place
        yield Finding(
            code=code,
            severity=f.severity,
            segment=document.line,
            offset=document.offset,
            path=where,
            element=_name(where),
            title=PAGES[code].title if code in PAGES else f.title,
            problem=f.problem,
            fix=f.fix,
            source=f.source or (PAGES[code].source if code in PAGES else ""),
            value=_value(tree, where),
        )
    yield _transaction(door, document, tree, severities, len(reading.claims))


def _transaction(
    door: Door, document: Document, tree: object, severities: list[Severity], claims: int
) -> Transaction:
    kind, control = door.type_of(tree)
    return Transaction(
        type=kind,
        control=control,
        verdict=verdict_of(severities),
        claims=claims,
        segments=(document.line, document.line),
    )


def _finding(code: str, severity: Severity, document: Document, path: str, at: int | None = None) -> Finding:
    page = PAGES[code]
    return Finding(
        code=code,
        severity=severity,
        segment=document.line,
        offset=document.offset + (at or 0),
        path=path,
        element="",
        title=page.title,
        problem=page.problem,
        fix=page.fix,
        source=page.source,
    )


def _name(where: str) -> str:
    """The element's own name: the last of its path that is no number."""
    names = re.findall(r"[A-Za-z][A-Za-z0-9]*", where)
    return str(names[-1]) if names else ""


def _value(tree: Any, where: str) -> str:
    """What stands at a FHIRPath or a JSON pointer, where it is a single value."""
    steps = _STEPS.findall(where)
    if isinstance(tree, dict) and steps and steps[0] == tree.get("resourceType"):
        steps = steps[1:]
    for step in steps:
        key = step.strip("[]")
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and key.isdigit() and int(key) < len(tree):
            tree = tree[int(key)]
        else:
            return ""
    return str(tree) if isinstance(tree, (str, int, float)) else ""


def _documents(chunks: Iterable[bytes]) -> Iterator[Document]:
    """The file as one document, or, where its first line is a whole object with more behind it, one a line."""
    held, parts = b"", iter(chunks)
    for part in parts:
        held += part
        if _is_lines(held):
            yield from _lines(held, parts)
            return
        if len(held) > MOST:
            yield Document(b"", 0, 1, long=True)
            return
    raw = held.strip(_BLANK)
    yield Document(raw, held.find(raw[:1]) if raw else 0, 1)


def _is_lines(held: bytes) -> bool:
    first, _, rest = held.lstrip(_BLANK).partition(b"\n")
    if not rest.strip() or not first.rstrip().endswith(b"}"):
        return False
    try:
        msgspec.json.decode(first)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _lines(held: bytes, parts: Iterator[bytes]) -> Iterator[Document]:
    number, at, long = 1, 0, False
    while True:
        *lines, rest = held.split(b"\n")
        for line in lines:
            text = line.strip(_BLANK)
            if text or long:
                yield Document(text, at + line.find(text[:1]), number, long)
            number, at, long = number + 1, at + len(line) + 1, False
        if len(rest) > MOST:
            rest, at, long = b"", at + len(rest), True
        part = next(parts, b"")
        if not part:
            break
        held = rest + part
    if (text := rest.strip(_BLANK)) or long:
        yield Document(text, at + rest.find(text[:1]), number, long)


_ARRAY = msgspec.json.Decoder(list[msgspec.Raw])


def _elements(document: Document) -> Iterator[Document]:
    """An array's elements, each with the line that the array is on; anything else itself."""
    if document.raw[:1] != b"[":
        yield document
        return
    try:
        items = _ARRAY.decode(document.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield document
        return
    at = 0
    for number, item in enumerate(items, 1):
        raw = bytes(item)
        at = document.raw.find(raw, at)
        yield Document(raw, document.offset + at, number)
        at += len(raw)
    if not items:
        yield document
