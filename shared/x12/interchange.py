"""The envelope around payer answers: one interchange, one group, and sets that are finished but for ST and SE."""

from collections.abc import Sequence

from shared.x12.segments import Delimiters
from shared.x12.types import Header
from shared.x12.writing837 import interchange_start
from shared.x12.writing837.marks import E, S, finish


def write_interchange(
    headers: Sequence[Header],
    functional: str,
    version: str,
    sets: Sequence[str],
    delimiters: Delimiters | None = None,
) -> bytes:
    """Write sets of one functional group into one interchange.

    ``sets`` are marked texts from BHT, BPR or AK1 on: ST, SE and the counts are put around each. Parties, control
    numbers and the time are the first header's; ST02 is each header's own. Raises ValueError when there is no set,
    or when the first header does not say when it was made.
    """
    if not headers or headers[0].at is None:
        raise ValueError("an interchange needs a set, and a header that says when it was made")
    header, marks, when = headers[0], delimiters or Delimiters(), headers[0].at
    guide = header.guide or version
    ends = f"{header.sender.application or header.sender.id}{E}{header.receiver.application or header.receiver.id}"
    group = f"GS{E}{functional}{E}{ends}{E}{when:%Y%m%d}{E}{when:%H%M%S}{E}{header.group}{E}X{E}{guide}{S}"
    parts = [interchange_start(header, marks, when), finish(group, marks)]
    for own, text in zip(headers, sets, strict=True):
        parts.append(finish(_enclosed(own, functional, guide, text), marks))
    end = f"GE{E}{len(sets)}{E}{header.group}{S}IEA{E}1{E}{header.interchange:09d}{S}"
    parts.append(finish(end, marks))
    return "".join(parts).encode("ascii")


def _enclosed(header: Header, functional: str, guide: str, text: str) -> str:
    set_id = {"HP": "835", "FA": "999", "HN": "277", "HR": "276"}[functional]
    # The 835 alone has no ST03: its guide is announced by GS08.
    start = f"ST{E}{set_id}{E}{header.transaction}" + (f"{E}{guide}" if functional != "HP" else "") + S
    return f"{start}{text}SE{E}{text.count(S) + 2}{E}{header.transaction}{S}"
