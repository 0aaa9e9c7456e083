"""A quick look at a received file's outside: is it whole, and does it hold an 835? Pure."""

from typing import NamedTuple

from services.submitter.domain.files import Trouble

_AGAIN = "Ask the partner to send it again; the bytes are kept here under the file's id."


class Outside(NamedTuple):
    """``functional`` are the GS01 codes in order (HP 835, FA 999, HN 277), ``trouble`` why it is no whole interchange."""

    functional: tuple[str, ...]
    trouble: Trouble | None = None

    @property
    def only_money(self) -> bool:
        """Whether it holds remittances (835) and nothing else: remittance reads those, not we."""
        return bool(self.functional) and set(self.functional) == {"HP"}


def look(data: bytes) -> Outside:
    """Look at the envelope only: ISA at the start, IEA with ISA13 at the end, and the groups between."""
    text = data.decode("latin-1").strip()
    if len(text) < 106 or not text.startswith("ISA"):
        return Outside((), Trouble(problem="The file does not begin with an ISA segment.", fix=_AGAIN))
    element, terminator = text[3], text[105]
    starts = (
        text.split(f"{terminator}GS{element}") if terminator not in "\r\n" else text.split(f"GS{element}")
    )
    if len(starts) == 1:
        starts = text.replace("\r", "").replace("\n", "").split(f"{terminator}GS{element}")
    functional = tuple(start[:2] for start in starts[1:])
    return Outside(functional, None if is_whole(data) else _cut_off())


def is_whole(data: bytes) -> bool:
    """Whether the last segment is an IEA that repeats the last ISA's control number: the sender had finished."""
    text = data.decode("latin-1").strip()
    start = text.rfind("ISA", 0, max(text.rfind("IEA"), 0))
    if start < 0 or len(text) < start + 106:
        return False
    element = text[start + 3]
    isa = text[start : start + 105].split(element)
    iea = text[text.rfind("IEA") :].rstrip(text[start + 105] + "\r\n ").split(element)
    return len(isa) > 13 and len(iea) == 3 and iea[2].strip() == isa[13].strip()


def _cut_off() -> Trouble:
    return Trouble(problem="The file does not end with the IEA segment of its own interchange.", fix=_AGAIN)
