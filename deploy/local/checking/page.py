"""A report, and a finding's page, as people read them in a terminal."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from deploy.local.checking.report import MOST_CLAIMS, Report, Told
from deploy.local.checking.seam import Finding, Page

_COLOURS: Final = {
    "error": "bold red", "warning": "yellow", "refused": "bold red", "warnings": "yellow", "accepted": "green",
}  # fmt: skip
_BALANCE: Final = {True: "balanced", False: "NOT balanced", None: ""}


def show(report: Report, console: Console) -> None:
    """Print one file's report: what it is, its transactions and claims, then the findings, most serious first."""
    head = Text.assemble((report.name, "bold"), f": {report.kind}, ", _coloured(report.verdict))
    head.append(f", {len(report.errors)} errors, {len(report.warnings)} warnings")
    _line(console, head)
    for told in report.transactions:
        for words in _transaction(told):
            _line(console, words)
    for findings in (report.errors, report.warnings):
        for _, same in groupby(_by_code(findings, len(findings)), key=lambda one: (one.code, one.problem)):
            for words in _findings(list(same)):
                _line(console, words)


def _by_code(findings: Iterable[Finding], count: int) -> Iterable[Finding]:
    """Together what is of one kind, unless there are so many that they are on disk."""
    return sorted(findings, key=lambda one: (one.code, one.problem)) if count < 20_000 else findings


def _transaction(told: Told) -> Iterator[Text]:
    said = told.transaction
    words = [f"segments {said.segments[0]}-{said.segments[1]}"] if said.segments[1] else []
    words += [f"{said.claims} claims"] if said.claims else []
    words += [_BALANCE[said.balanced]] if said.balanced is not None else []
    yield Text.assemble(
        "  ",
        (f"{said.type or 'unnamed'} {said.control}", "bold"),
        " ",
        _coloured(said.verdict),
        f"  {', '.join(words)}",
    )
    for number, claim in enumerate(told.claims, 1):
        first, last = claim.segments
        place = f", segments {first}-{last}" if last else f", from segment {first}" if first else ""
        name = f" {claim.number}" if claim.number else ""
        verdict = () if claim.verdict == "accepted" else (" ", _coloured(claim.verdict))
        yield Text.assemble(f"    {number}.{name} {claim.words}{place}", *verdict)
    if said.claims > MOST_CLAIMS:
        yield Text(f"    ... and {said.claims - MOST_CLAIMS} more")


def _findings(same: list[Finding]) -> Iterator[Text]:
    first = same[0]
    yield Text.assemble(
        "  ", (first.severity, _COLOURS[first.severity]), " ", (first.code, "bold"), f" {first.title}"
    )
    yield Text(f"    {first.problem}")
    yield Text.assemble("    ", ("fix: ", "green"), first.fix)
    for found in same:
        if place := _place(found):
            yield Text(f"    at {place}")
    if first.source:
        yield Text(f"    source: {first.source}", "dim")


def _place(found: Finding) -> str:
    words = [f"segment {found.segment}"] if found.segment else []
    words += [f"byte {found.offset}"] if found.segment and found.offset is not None else []
    where = found.path + (f" ({found.element})" if found.element else "")
    words += [where] if where.strip() else []
    if isinstance(found.value, str) and found.value:
        words.append(f"value: {found.value}")
    return ", ".join(words)


def explain(page: Page, console: Console) -> None:
    """Print one finding's page."""
    _line(
        console,
        Text.assemble((page.code, "bold"), " ", (page.severity, _COLOURS[page.severity]), f" {page.title}"),
    )
    for title, words in (
        ("what", page.problem.replace("{}", "...")),
        ("why it matters", page.why),
        ("example", page.example),
        ("fix", page.fix),
        ("told as", ", ".join(page.answers)),
        ("source", page.source),
    ):
        if words:
            _line(console, Text.assemble("  ", (f"{title}: ", "green"), words))


def listing(pages: Iterable[Page], console: Console) -> None:
    """Print one line for each page."""
    for page in pages:
        _line(
            console,
            Text.assemble(
                (page.code, "bold"), " ", (f"{page.severity:8}", _COLOURS[page.severity]), page.title
            ),
        )


def _coloured(word: str) -> tuple[str, str]:
    return word, _COLOURS[word]


def _line(console: Console, words: Text) -> None:
    """Print a line; what a file's names and words could do to a terminal is taken out."""
    plain = words.plain
    if not plain.isprintable():
        words.plain = "".join(one if one.isprintable() else "\ufffd" for one in plain)
    console.print(words, soft_wrap=True)
