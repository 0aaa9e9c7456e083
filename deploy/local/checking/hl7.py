"""HL7 v2 files: one message or many, as on the wire or in batches."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from deploy.local.checking.hl7words import PAGES, XML
from deploy.local.checking.seam import Finding, Kind, Page, Said

_BEGINS = re.compile(
    rb"MSH|(?i:MSH|FHS|BHS|BTS|FTS)[^A-Za-z0-9\s]|(?i:EVN|PID|PV1|FT1|IN1|DG1|GT1|MRG|NK1|SFT)\|"
)
_INSIDE = re.compile(rb"[\r\n\x0b]MSH([^A-Za-z0-9\s])[^A-Za-z0-9\s]{3,5}\1")
"""A message behind a banner."""

_XML = re.compile(rb"urn:hl7-org:v2xml")
_BLANK = b"\xef\xbb\xbf\x0b\x1c\x00 \t\r\n"


class Hl7:
    """Messages of any type; what is not taken is named and refused."""

    kind: Final[Kind] = "hl7"
    looked_for: Final = "HL7 v2 (a message header MSH, or a batch's FHS or BHS)"
    pages: Final[Mapping[str, Page]] = PAGES

    def knows(self, head: bytes) -> bool:
        """A message, a batch, or segments whose MSH is lost; and HL7 v2 in XML, to refuse it by name."""
        text = head.lstrip(_BLANK)
        if text[:1] == b"<":
            return bool(_XML.search(text))
        return bool(_BEGINS.match(text) or (text[:1] not in (b"{", b"[") and _INSIDE.search(text)))

    def check(self, chunks: Iterable[bytes]) -> Iterator[Said]:
        """Tell each message when it is whole."""
        parts = iter(chunks)
        first = next(parts, b"")
        if first.lstrip(_BLANK)[:1] == b"<":
            yield _xml()
            return
        from deploy.local.checking.hl7file import told  # only who checks such a file waits for it

        yield from told(chain((first,), parts))


def _xml() -> Finding:
    page = PAGES[XML]
    return Finding(
        code=page.code,
        severity=page.severity,
        segment=None,
        offset=0,
        path="",
        element="",
        title=page.title,
        problem=page.problem,
        fix=page.fix,
        source=page.source,
    )
