"""A quick look at a received file's outside: is it whole, and does it hold an 835? Pure."""

from typing import NamedTuple

from services.submitter.domain.files import Trouble
from shared.x12.outline import frame

_AGAIN = "Ask the partner to send it again; the bytes are kept here under the file's id."


class Outside(NamedTuple):
    """``functional`` are the GS01 codes in order (HP 835, FA 999, HN 277), ``trouble`` why it is no whole interchange.

    ``whole``: it ends as it should. What does not may still grow.
    """

    functional: tuple[str, ...]
    whole: bool
    trouble: Trouble | None = None

    @property
    def only_money(self) -> bool:
        """Whether it holds remittances (835) and nothing else: remittance reads those, not we."""
        return bool(self.functional) and set(self.functional) == {"HP"}


def look(data: bytes) -> Outside:
    """Look at the envelope only: ISA at the start, IEA with ISA13 at the end, and the groups between."""
    groups, whole = frame(data)
    if not data.lstrip().startswith(b"ISA"):
        return Outside((), whole, Trouble(problem="The file does not begin with an ISA segment.", fix=_AGAIN))
    return Outside(tuple([elements[1] for elements in groups]), whole, None if whole else _cut_off())


def _cut_off() -> Trouble:
    return Trouble(problem="The file does not end with the IEA segment of its own interchange.", fix=_AGAIN)
