"""JSON files: FHIR resources, one or one a line, and claims of our own, one, an array, or one a line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from deploy.local.checking.jsonwords import PAGES
from deploy.local.checking.seam import Kind, Page, Said

_BLANK = b"\xef\xbb\xbf \t\r\n\x00"
_RESOURCE = re.compile(rb'"resourceType"\s*:')
_FHIR_XML = re.compile(rb"http://hl7\.org/fhir[\"']")


class Fhir:
    """Resources of FHIR R4; other releases and what makes no claim are named and refused."""

    kind: Final[Kind] = "fhir"
    looked_for: Final = 'FHIR (JSON with a "resourceType")'
    pages: Final[Mapping[str, Page]] = {code: page for code, page in PAGES.items() if code.startswith("FHIR")}

    def knows(self, head: bytes) -> bool:
        """JSON that names a resource type; FHIR in XML, to refuse it by name."""
        text = head.lstrip(_BLANK)
        if text[:1] == b"<":
            return bool(_FHIR_XML.search(text))
        return text[:1] in (b"{", b"[") and bool(_RESOURCE.search(text))

    def check(self, chunks: Iterable[bytes]) -> Iterator[Said]:
        """Tell each resource."""
        from deploy.local.checking.jsonfile import Resources, told  # only who checks such a file waits for it

        yield from told(chunks, Resources())


class Own:
    """Claims as ``POST /claims`` takes them."""

    kind: Final[Kind] = "json"
    looked_for: Final = "a claim in JSON (an object, an array, or one a line)"
    pages: Final[Mapping[str, Page]] = {code: page for code, page in PAGES.items() if code.startswith("CLM")}

    def knows(self, head: bytes) -> bool:
        """Anything that begins as JSON."""
        return bool(re.match(rb'[{\[]\s*(?:["{\[\]}]|\Z|-?\d)', head.lstrip(_BLANK)))

    def check(self, chunks: Iterable[bytes]) -> Iterator[Said]:
        """Tell each claim."""
        from deploy.local.checking.jsonfile import Claims, told

        yield from told(chain(chunks), Claims())
