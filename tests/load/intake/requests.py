"""What is sent: the same charge message, FHIR Claim and batch of JSON claims for ever, each under numbers of its own."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from services.intake.tests.messages import dft
from services.intake.tests.resources import changed
from services.intake.tests.talking import framed
from tests.load.feeding import claims
from tests.load.intake.senders import Request, request

BATCH = 100
_MARK = b"@@@@@@@@@"
_SUCCESS = b"HTTP/1.1 2"
_numbers = itertools.count(1)


def _numbered(template: bytes, yes: bytes) -> Iterator[Request]:
    parts, before, marked, after = template.split(_MARK), *yes.partition(_MARK)
    for count in _numbers:
        number = b"%09d" % count
        yield Request(number.join(parts), before + number + after if marked else yes)


def messages() -> Iterator[Request]:
    """Framed charge messages, each with its own control id and account."""
    mark = _MARK.decode()
    return _numbered(framed(dft(MSH_10=f"B{mark}", PID_18=f"A{mark}")), b"\rMSA|AA|B" + _MARK)


def resources() -> Iterator[Request]:
    """Requests with one FHIR Claim each."""
    body = msgspec.json.encode(changed(identifier_0_value=f"F{_MARK.decode()}"))
    return _numbered(request("/fhir/Claim", "application/fhir+json", body), _SUCCESS)


def batches() -> Iterator[Request]:
    """Requests with BATCH JSON claims each: a hundred different ones, numbered anew each time."""
    made = list(claims(1, BATCH, datetime.now(UTC).date() - timedelta(days=7)))
    marked = (
        msgspec.json.encode(msgspec.structs.replace(c, number=f"J{n:03d}{_MARK.decode()}"))
        for n, c in enumerate(made)
    )
    return _numbered(request("/claims", "application/json", b"[" + b",".join(marked) + b"]"), _SUCCESS)
