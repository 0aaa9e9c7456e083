"""``claimflow check`` and ``claimflow explain``."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.local.checking import page as pages_of
from deploy.local.checking.files import File, find
from deploy.local.checking.registry import pages
from deploy.local.checking.report import Report
from deploy.local.checking.report import check as check_file
from deploy.local.place import here

CHECKED, REFUSED, COULD_NOT = 0, 1, 2
LONG = 8 * 1024 * 1024
"""Bytes from which a file's progress is shown."""


def check(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH...", help="Files, folders, or - for standard input.")
    ],
    json: Annotated[bool, typer.Option("--json", help="One JSON object per file and line.")] = False,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show the values that are wrong: patient data.")
    ] = False,
    table: Annotated[
        bool,
        typer.Option("--table", help="A line per file: file, type, verdict, first reason, tabs between."),
    ] = False,
    codes: Annotated[
        Path | None,
        typer.Option(
            "--codes", help="Folder of official code lists; else those of `claimflow codes import`."
        ),
    ] = None,
) -> None:
    """Say what files are, what is in them, and what is wrong, where, with the fix.

    Exit code 0: nothing would be refused; 1: something would; 2: something could not be read.
    """
    _adopt(codes)
    code, count = CHECKED, 0
    out = Console(highlight=False)
    for file in (file for path in paths for file in find(path)):
        count += 1
        with _progress(file) as seen:
            report = check_file(file, values=show_values, seen=seen)
        with closing(report):
            _tell(report, out, json=json, table=table)
            code = max(code, _code(report))
    if not count:
        _complain("There is no file in " + ", ".join(paths) + ".")
        code = COULD_NOT
    raise typer.Exit(code)


def _adopt(folder: Path | None) -> None:
    imported = here().code_lists
    if folder is None and not imported.is_dir():
        return
    from shared.operator_lists import ListError, adopt

    try:
        adopt(folder or imported)
    except ListError as error:
        _complain(str(error))
        raise typer.Exit(COULD_NOT) from None


def _code(report: Report) -> int:
    if not report.readable:
        _complain(f"{report.name} could not be read.")
        return COULD_NOT
    return REFUSED if report.verdict == "refused" else CHECKED


def _tell(report: Report, out: Console, *, json: bool, table: bool) -> None:
    if json:
        _write(report)
    elif table:
        print(report.row())
    else:
        pages_of.show(report, out)


def _write(report: Report) -> None:
    for piece in report.json():
        sys.stdout.buffer.write(piece)
    sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()


@contextmanager
def _progress(file: File) -> Iterator[Callable[[int], object]]:
    """A bar for long files, on a terminal; it is gone when the file is read."""
    error = Console(stderr=True)
    if not error.is_terminal or (file.size is not None and file.size < LONG):
        yield lambda count: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=error, transient=True) as bar:
        task = bar.add_task(file.name, total=file.size)
        yield lambda count: bar.advance(task, count)


def explain(
    codes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CODE...]", help="Codes of findings, or the beginning of some."),
    ] = None,
    everything: Annotated[bool, typer.Option("--list", help="List all codes.")] = False,
) -> None:
    """Explain findings: what one means, why it matters, an example, the fix, the source. Exit code 2: no such code."""
    known, out = pages(), Console(highlight=False)
    if everything or not codes:
        pages_of.listing((known[code] for code in sorted(known) if _fits(code, codes or [""])), out)
        return
    for asked in codes:
        found = [code for code in sorted(known) if code.startswith(asked.upper())]
        if not found:
            _complain(f"There is no finding {asked}. `claimflow explain --list` lists them all.")
            raise typer.Exit(COULD_NOT)
        if len(found) == 1:
            pages_of.explain(known[found[0]], out)
        else:
            pages_of.listing((known[code] for code in found), out)


def _fits(code: str, prefixes: Iterable[str]) -> bool:
    return any(code.startswith(one.upper()) for one in prefixes)


def _complain(words: str) -> None:
    Console(stderr=True, highlight=False).print(f"claimflow: {words}", markup=False, soft_wrap=True)
