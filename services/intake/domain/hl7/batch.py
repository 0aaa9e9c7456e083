"""A file of HL7 v2 messages: one, several, or a batch with its envelopes (FHS, BHS, BTS, FTS; HL7 v2 chapter 2.10.3)."""

import re
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from services.intake.domain.hl7.ack import answers
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.message import Hl7Message
from services.intake.domain.inbound import Answer, Reading, Result

_HEADS = re.compile(rb"(?:^|(?<=[\r\n\x0b\x1c]))(?=(?:MSH|FHS|BHS|BTS|FTS)[^A-Za-z0-9\s])")
_AROUND = b" \r\n\x0b\x1c\x00"
_FRAMED = re.compile(rb"\x0b([^\x1c]*)\x1c")


class Hl7File(Struct, frozen=True, kw_only=True):
    """What a file holds: its messages, byte for byte, the control ids of its envelopes, what is wrong with these."""

    messages: tuple[bytes, ...]
    file: str = ""
    batches: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def closed(self) -> bool:
        """Whether each envelope that has begun has ended; a file without envelopes cannot say."""
        return not any(fault.code == _NO_END for fault in self.faults)


def read_file(raw: bytes) -> Hl7File:
    """Split a file. Never raises. Counts that are not what was found (BTS-1, FTS-1) and open envelopes are faults."""
    parts = [part.strip(_AROUND) for part in _HEADS.split(raw)]
    parts = [part for part in parts if part]
    names = [part[:3].decode("ascii", "replace") for part in parts]
    file = next((_field(p, 11) for p, n in zip(parts, names, strict=True) if n == "FHS"), "")
    return Hl7File(
        messages=tuple(p for p, n in zip(parts, names, strict=True) if n not in _ENVELOPES),
        file=file,
        batches=tuple(_field(p, 11) for p, n in zip(parts, names, strict=True) if n == "BHS"),
        faults=tuple(_judge(parts, names)),
    )


def refusal(raw: bytes, file: Hl7File, feed: str, at: datetime) -> Reading:
    """A file whose envelopes do not fit, as one refused message: half a batch must not become half of the claims."""
    header = _as_header(raw)

    def reply(result: Result) -> Answer:
        return Answer(body=answers(header, file.faults, result.message, at))

    findings = tuple(fault.finding() for fault in file.faults)
    sender = f"{header.get(header.header, 3)}|{header.get(header.header, 4)}"
    return Reading("hl7", "HL7 batch", sender, "", reply, feed, (), findings, 1)


def answer_file(file: Hl7File, said: Sequence[bytes], control: str, at: datetime) -> bytes:
    """The acknowledgments as a file: in a batch where the messages came in one, else one after another.

    ``said`` are as they would go over the wire, framed. FHS-12 and BHS-12 name the answered file and batch.
    """
    found = [message for answer in said for message in _FRAMED.findall(answer)]
    body = b"".join(found)
    if not file.file and not file.batches:
        return body
    when = at.strftime("%Y%m%d%H%M%S%z")
    answered = _plain(file.batches[0] if file.batches else "")
    head = f"FHS|^~\\&|CLAIMFLOW||||{when}||||{control}|{_plain(file.file)}\r"
    head += f"BHS|^~\\&|CLAIMFLOW||||{when}||||{control}|{answered}\r"
    return head.encode() + body + f"BTS|{len(found)}\rFTS|1\r".encode()


def _judge(parts: Sequence[bytes], names: Sequence[str]) -> list[Fault]:
    """Walk through the envelopes and count."""
    found: list[Fault] = []
    messages = batches = 0
    inside = False
    for part, name in zip(parts, names, strict=True):
        if name == "BHS":
            found += [_missing("BTS")] if inside else []
            inside, messages, batches = True, 0, batches + 1
        elif name == "BTS":
            found += _counted("BTS", part, messages)
            inside = False
        elif name == "FTS":
            found += _counted("FTS", part, batches)
        elif name != "FHS":
            messages += 1
    if inside:
        found.append(_missing("BTS"))
    if "FHS" in names and "FTS" not in names:
        found.append(_missing("FTS"))
    return found


def _counted(segment: str, part: bytes, count: int) -> list[Fault]:
    said = _field(part, 1)
    if not said or said == str(count) or (said.isdigit() and int(said) == count):
        return []
    problem = f"The count is not that of what was found, {count}: something is lost or was added."
    return [Fault(code=102, segment=segment, field=1, problem=problem, fix="Send the whole file again.")]


def _missing(segment: str) -> Fault:
    problem = "This trailer is missing: the end of the file may be lost."
    return Fault(code=_NO_END, segment=segment, problem=problem, fix="Send the whole file again.")


def _field(part: bytes, number: int) -> str:
    """A raw field of an envelope's segment; FHS-1 and BHS-1 are the separator itself."""
    line = part.split(b"\r")[0].split(b"\n")[0]
    fields = line.split(line[3:4] or b"|")
    place = number - 1 if line[:3] in (b"FHS", b"BHS") else number
    return fields[place].decode("utf-8", "replace").strip() if place < len(fields) else ""


def _as_header(raw: bytes) -> Hl7Message:
    """The first envelope as the header of a message: FHS-3 to 7 stand where MSH-3 to 7 do, FHS-11 is what is answered."""
    line = raw.strip(_AROUND).split(b"\r")[0].split(b"\n")[0]
    fields = [each.decode("utf-8", "replace") for each in line.split(line[3:4] or b"|")] + [""] * 12
    return Hl7Message(
        [["MSH", "|", "^~\\&", *fields[2:7], "", "ACK", fields[10], "P", "2.5.1"]], "|", "^~\\&"
    )


def _plain(text: str) -> str:
    """A control id as our own header can say it again."""
    return re.sub(r"[^ -~]|[|^~\\&]", "?", text)[:50]


_ENVELOPES = frozenset(("FHS", "BHS", "BTS", "FTS"))
_NO_END = 100
