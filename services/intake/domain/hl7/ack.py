"""Acknowledgments, strict: MSA-2 echoes MSH-10, each defect is one ERR, original and enhanced mode (HL7 v2 2.9).

Original mode: one answer, AA, AE or AR. Enhanced mode (MSH-15 or MSH-16 valued): the accept acknowledgment says whether the
message is safely stored (CA), or will not be taken (CE, CR) when no application acknowledgment is asked
for; the application acknowledgment, when asked for, follows on the same connection.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from services.intake.domain.hl7.fault import CODES, REJECTS, Fault
from services.intake.domain.hl7.message import Hl7Message

START, END = b"\x0b", b"\x1c\r"
"""MLLP's frame: VT before a message, FS CR behind it."""

Verdict = Literal["A", "E", "R"]
MOST_ERRORS = 20


def frame(message: str) -> bytes:
    """A message as it goes over the wire."""
    return START + message.encode("utf-8") + END


def verdict_of(faults: Sequence[Fault]) -> Verdict:
    """Accept, error (mend the content) or reject (not for us, or not now)."""
    errors = [f for f in faults if f.severity == "E"]
    if not errors:
        return "A"
    return "R" if any(f.code in REJECTS for f in errors) else "E"


def answers(
    message: Hl7Message | None,
    faults: Sequence[Fault],
    our_id: str,
    at: datetime,
    expected: int | None = None,
) -> bytes:
    """All that goes back for one message, framed: one acknowledgment, two in enhanced mode, or none where none is wanted.

    ``expected`` is MSA-4, where the sender counts its messages.
    """
    verdict = verdict_of(faults)
    accept, application = _wanted(message)
    if not accept and not application:
        return frame(_acknowledgment(message, "A" + verdict, faults, our_id, at, expected))
    good = verdict == "A"
    application_follows = _applies(application, good)
    stored: Verdict = "A" if application_follows else verdict
    out = b""
    if _applies(accept, stored == "A"):
        out += frame(
            _acknowledgment(message, "C" + stored, () if stored == "A" else faults, our_id, at, expected)
        )
    if application_follows:
        out += frame(_acknowledgment(message, "A" + verdict, faults, f"{our_id}-A", at, expected))
    return out


def _wanted(message: Hl7Message | None) -> tuple[str, str]:
    if message is None:
        return "", ""
    return message.get(message.header, 15).upper(), message.get(message.header, 16).upper()


def _applies(condition: str, good: bool) -> bool:
    """Table 0155: AL always, NE never, ER on errors, SU on success; a value that is none of these asks for an answer."""
    if condition in ("", "NE"):
        return False
    return good if condition == "SU" else not good if condition == "ER" else True


def _acknowledgment(
    message: Hl7Message | None,
    code: str,
    faults: Sequence[Fault],
    our_id: str,
    at: datetime,
    expected: int | None,
) -> str:
    m = message or Hl7Message([["MSH", "|", "^~\\&"]], "|", "^~\\&")
    raw = m.header + [""] * 20
    version = m.get(m.header, 12) or "2.5.1"
    c = m.component
    trigger = m.get(m.header, 9, 2)
    kind = c.join(("ACK", trigger, "ACK")) if trigger else "ACK"
    encoding = m.component + m.repetition + m.escape + m.sub
    header = [
        "MSH",
        encoding,
        raw[5],
        raw[6],
        raw[3],
        raw[4],
        at.strftime("%Y%m%d%H%M%S%z"),
        "",
        kind,
        our_id,
    ]
    header += [raw[11] or "P", version]
    words = _escaped(m, faults[0].problem) if faults and code[1] != "A" else ""
    lines = [header, ["MSA", code, raw[10], words, "" if expected is None else str(expected)]]
    lines += [_error(m, f, version) for f in faults[:MOST_ERRORS]]
    return "".join(m.field.join(line).rstrip(m.field) + "\r" for line in lines)


def _error(m: Hl7Message, fault: Fault, version: str) -> list[str]:
    words = CODES[fault.code]
    place = [fault.segment, str(fault.sequence)]
    if version < "2.5":
        old = [*place, str(fault.field or ""), m.sub.join((str(fault.code), words, "HL70357"))]
        return ["ERR", m.component.join(old)]
    if fault.field:
        place += [str(fault.field), str(fault.repetition)]
    if fault.component:
        place.append(str(fault.component))
    code = m.component.join((str(fault.code), words, "HL70357"))
    user = _escaped(m, f"{fault.problem} {fault.fix}")
    return ["ERR", "", m.component.join(place), code, fault.severity, "", "", "", user]


def _escaped(m: Hl7Message, text: str) -> str:
    e = m.escape
    text = text.replace(e, f"{e}E{e}")
    for sign, name in ((m.field, "F"), (m.component, "S"), (m.sub, "T"), (m.repetition, "R")):
        text = text.replace(sign, f"{e}{name}{e}")
    return text
