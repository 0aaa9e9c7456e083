"""Which checkers there are."""

from collections.abc import Mapping
from typing import Final

from deploy.local.checking.files import PAGES as OF_FILES
from deploy.local.checking.hl7 import Hl7
from deploy.local.checking.json import Fhir, Own
from deploy.local.checking.seam import Checker, Page
from deploy.local.checking.x12 import X12

CHECKERS: Final[tuple[Checker, ...]] = (X12(), Hl7(), Fhir(), Own())
"""In the order in which they are asked; the first that knows a file checks it."""


def checker_for(head: bytes) -> Checker | None:
    """The checker of a file that begins with these bytes; None when nobody knows it."""
    return next((one for one in CHECKERS if one.knows(head)), None)


def looked_for() -> str:
    """What was looked for in a file that nobody knows."""
    return "; ".join(one.looked_for for one in CHECKERS)


def pages() -> Mapping[str, Page]:
    """Every finding that there is, by its code."""
    return {
        code: page for known in (OF_FILES, *(one.pages for one in CHECKERS)) for code, page in known.items()
    }
