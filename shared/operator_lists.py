"""The operator's copies of official code lists, from files: read, and taken over at a process's start."""

import csv
from pathlib import Path

from shared.x12.code_lists.lists import CodeList
from shared.x12.code_lists.official import OFFICIAL, recognised


class ListError(ValueError):
    """A file that is not an official list; says its name, the line where there is one, and the fix."""


def read(file: Path) -> tuple[str, CodeList]:
    """One file: which list it is, and the list. Raises ListError."""
    try:
        return recognised(file.read_text("utf-8-sig"))
    except OSError as error:
        raise ListError(f"{file}: cannot be read ({error.strerror}): check the name and its rights") from None
    except UnicodeDecodeError:
        raise ListError(f"{file}: is not UTF-8: export it as CSV in UTF-8") from None
    except (ValueError, csv.Error) as error:
        raise ListError(f"{file}: {error}") from None


def adopt(folder: Path) -> dict[str, CodeList]:
    """Judge by the lists of a folder (``*.csv``) from now on; all are read before the first is taken over.

    Returns them by name. Raises ListError, also for a folder without a list or with one list twice.
    """
    found: dict[str, CodeList] = {}
    for file in sorted(folder.glob("*.csv")):
        name, official = read(file)
        if name in found:
            raise ListError(f"{file}: is {name}, as an earlier file of this folder: keep one of them")
        found[name] = official
    if not found:
        raise ListError(
            f"{folder}: has no *.csv: `claimflow codes import` writes them, or name another folder"
        )
    for name, official in found.items():
        OFFICIAL[name].adopt(official)
    return found
