"""One file's report: which checker it went to, what that said, and the verdict, in bounded memory."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import replace

from deploy.local.checking.files import HEAD, File, chunks, finding
from deploy.local.checking.registry import checker_for, looked_for
from deploy.local.checking.seam import Claim, Finding, Kind, Said, Transaction, Verdict, worse
from deploy.local.checking.spool import Spool

MOST_CLAIMS: Final = 20
"""Claims of one transaction that are told one by one."""

MOST_TYPES: Final = 5
"""Types of transactions that a line of a table names."""


class Told(Struct, frozen=True, kw_only=True):
    """A transaction with its first claims, as people read it."""

    transaction: Transaction
    claims: tuple[Claim, ...] = ()


class Report:
    """What was found in one file. ``readable`` is false when not all of it could be read. ``close`` it at the end."""

    def __init__(self, name: str, *, values: bool) -> None:
        self.name: Final = name
        self.kind: Kind = "unknown"
        self.verdict: Verdict = "accepted"
        self.readable = True
        self.transactions: Final = Spool(Told, lambda one: one.transaction.segments)
        self.errors: Final = Spool(Finding, _place)
        self.warnings: Final = Spool(Finding, _place)
        self._values: Final = values
        self._claims: list[Claim] = []

    def take(self, said: Said) -> None:
        """Take what a checker says."""
        if isinstance(said, Claim):
            if len(self._claims) < MOST_CLAIMS:
                self._claims.append(said if self._values else replace(said, number=""))
        elif isinstance(said, Finding):
            own = said if self._values and said.value else replace(said, value=UNSET)
            (self.errors if said.severity == "error" else self.warnings).add(own)
            self.verdict = worse(self.verdict, "refused" if said.severity == "error" else "warnings")
        else:
            self.transactions.add(Told(transaction=said, claims=tuple(self._claims)))
            self.verdict = worse(self.verdict, said.verdict)
            self._claims = []

    def json(self) -> Iterator[bytes]:
        """One object, in pieces, without a line end."""
        encode = msgspec.json.encode
        yield b'{"file":%b,"kind":%b,"verdict":%b,"transactions":[' % (
            encode(self.name),
            encode(self.kind),
            encode(self.verdict),
        )
        yield from _joined(encode(told.transaction) for told in self.transactions)
        yield b'],"findings":['
        yield from _joined(encode(found) for found in chain(self.errors, self.warnings))
        yield b"]}"

    def row(self) -> str:
        """File, type, verdict and the first reason, with tabs between: a line of a table."""
        types = dict.fromkeys(told.transaction.type for told in self.transactions)
        shown = [*types][:MOST_TYPES] + (["..."] if len(types) > MOST_TYPES else [])
        first = next(iter(chain(self.errors, self.warnings)), None)
        why = f"{first.code} {first.path}: {first.problem}" if first else ""
        cells = (self.name, f"{self.kind} {', '.join(shown)}".strip(), self.verdict, why)
        return "\t".join(" ".join(cell.split()) for cell in cells)

    def close(self) -> None:
        """Forget everything."""
        for spool in (self.transactions, self.errors, self.warnings):
            spool.close()


def check(file: File, *, values: bool, seen: Callable[[int], object] = lambda count: None) -> Report:
    """Check one file. Raises for nothing that a file can be or say. ``seen`` hears of bytes read."""
    report = Report(file.name, values=values)
    try:
        _check(chunks(file, seen), report)
    except (OSError, ValueError) as error:  # ValueError: a path that no system call takes
        report.readable = False
        report.take(finding("FILE-0003", getattr(error, "strerror", None) or "not a possible path"))
    return report


def _check(parts: Iterator[bytes], report: Report) -> None:
    head = next(parts, b"")
    checker = checker_for(head[:HEAD])
    if not head:
        report.take(finding("FILE-0002"))
    elif checker is None:
        report.take(finding("FILE-0001", looked_for()))
    else:
        report.kind = checker.kind
        for said in checker.check(chain((head,), parts)):
            report.take(said)


def _place(found: Finding) -> tuple[int, int]:
    return found.segment or 0, found.offset or 0


def _joined(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for at, piece in enumerate(pieces):
        yield b"," + piece if at else piece
