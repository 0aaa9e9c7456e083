"""Which door a file belongs to, how it is sent there, and what the answer means in plain words."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.client import Client, in_words
from deploy.local.place import Trouble
from shared.testing.servers.process import HOST

START, END = b"\x0b", b"\x1c\r"
_MESSAGE = re.compile(rb"(?m)^(?=MSH[|^~&#!@])")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door said to one message: taken or not, in words, and the door's own text."""

    door: str
    taken: bool
    words: str
    raw: str


def kind_of(content: bytes) -> str:
    """``hl7``, ``x12``, ``fhir`` or ``json``, by content. Raises Trouble for anything else."""
    text = content.lstrip(b"\xef\xbb\xbf\x0b \t\r\n")
    if text[:3] in {b"MSH", b"FHS", b"BHS"}:
        return "hl7"
    if text[:3] == b"ISA":
        return "x12"
    if text[:1] in {b"{", b"["}:
        return _kind_of_json(text)
    raise Trouble("This is neither HL7 v2 (MSH...), X12 (ISA...) nor JSON ({...): no door takes it.")


def _kind_of_json(text: bytes) -> str:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise Trouble(f"This starts like JSON but is not: {error}.") from None
    return "fhir" if isinstance(value, dict) and "resourceType" in value else "json"


def send(client: Client, content: bytes) -> Iterator[Answer]:
    """Send a file's content to its door: one answer per HL7 message, else one."""
    kind = kind_of(content)
    if kind == "hl7":
        with Mllp(client.ports["intake.mllp"]) as line:
            for message in messages(content):
                yield read_ack(line.send(message))
    else:
        yield _post(client, kind, content)


_PATHS = {
    "x12": ("/x12", "application/edi-x12"),
    "fhir": ("/fhir/Claim", "application/fhir+json"),
    "json": ("/claims", "application/json"),
}


def _post(client: Client, kind: str, content: bytes) -> Answer:
    path, media = _PATHS[kind]
    answer = client.raw("POST", "intake", path, content=content, headers={"Content-Type": media})
    words = {"x12": _x12_words, "fhir": _fhir_words, "json": _json_words}[kind](answer.text, in_words(answer))
    if where := answer.headers.get("Location"):
        words += f"\nclaim {where.rpartition('/')[2]}"
    return Answer(f"intake {path}", answer.is_success, words, answer.text)


def messages(content: bytes) -> list[bytes]:
    """The HL7 messages of a file: framed or not, with any line ends, envelopes (FHS, BHS) left away."""
    plain = content.replace(START, b"").replace(b"\x1c", b"").replace(b"\r\n", b"\r").replace(b"\n", b"\r")
    parts = _MESSAGE.split(plain.replace(b"\r", b"\n"))
    return [
        part.strip(b"\n").replace(b"\n", b"\r") + b"\r" for part in parts if part.lstrip().startswith(b"MSH")
    ]


class Mllp:
    """One MLLP connection: send a message, wait for its acknowledgement."""

    def __init__(self, port: int) -> None:
        try:
            self._socket = socket.create_connection((HOST, port), timeout=30)
        except OSError as error:
            raise Trouble(f"The MLLP door does not answer on port {port} ({error.strerror}).") from error

    def send(self, message: bytes) -> bytes:
        """Raises Trouble when the line is cut before the answer."""
        self._socket.sendall(START + message + END)
        heard = b""
        while not heard.endswith(END):
            more = self._socket.recv(65536)
            if not more:
                raise Trouble("The MLLP door hung up before it answered; the message may be sent again.")
            heard += more
        return heard.removeprefix(START).removesuffix(END)

    def __enter__(self) -> "Mllp":
        return self

    def __exit__(self, *exc: object) -> None:
        self._socket.close()


_ACK_WORDS = {
    "A": "taken",
    "E": "refused: mend the content, then send it again",
    "R": "refused: this door does not take it as it is",
}


def read_ack(ack: bytes) -> Answer:
    """MSA-1 says whether it was taken; each ERR segment says where and why not, in the old form or that of 2.5."""
    text = ack.decode("utf-8", "replace")
    segments = [line.split("|") for line in text.split("\r") if line]
    code = next((fields[1] for fields in segments if fields[0] == "MSA" and len(fields) > 1), "")
    words = [_ACK_WORDS.get(code[-1:], f"answered {code or 'without MSA'}")]
    words += [f"  {_error(fields)}" for fields in segments if fields[0] == "ERR"]
    return Answer("intake MLLP", code in {"AA", "CA"}, "\n".join(words), text)


def _error(fields: list[str]) -> str:
    """One ERR segment: the place as findings say it (``FT1[2]-11``), what is wrong there, what to do."""
    if len(fields) <= 3:
        *place, code = [*fields, ""][1].split("^")
        return f"{_spot(place)}: {code.split('&')[1] if '&' in code else code}"
    words = fields[8] if len(fields) > 8 else fields[3].split("^")[-1]
    return f"{_spot(fields[2].split('^'))}: {words}"


def _spot(parts: list[str]) -> str:
    segment, sequence, field, _, component = (*parts, "", "", "", "", "")[:5]
    where = f"{segment}[{sequence}]" if sequence not in ("", "1") else segment
    where += f"-{field}" if field and field != "0" else ""
    return where + (f".{component}" if component else "")


def _json_words(text: str, problem: str) -> str:
    known = _parsed(text)
    return str(known["state"]) if "id" in known else problem


def _fhir_words(text: str, problem: str) -> str:
    outcome = _parsed(text)
    issues = outcome.get("issue")
    if not issues:
        return problem
    return "\n".join(
        f"{issue.get('severity')}: {issue.get('details', {}).get('text') or issue.get('diagnostics', '')}"
        f" ({', '.join(issue.get('expression', []))})".replace(" ()", "")
        for issue in issues
    )


def _x12_words(text: str, problem: str) -> str:
    """A 999 (or TA1) said in words: AK9/IK5 tell what was taken, IK3/IK4 where it was not."""
    if not text.startswith("ISA"):
        return problem
    separator, end = text[3], text[105]
    said = {"A": "taken", "E": "taken with remarks", "P": "taken in part", "R": "refused"}
    words = []
    for segment in text.split(end):
        fields = segment.strip().split(separator)
        if fields[0] == "AK9":
            words.append(f"group {said.get(fields[1], fields[1])}")
        elif fields[0] == "IK5":
            words.append(f"transaction {said.get(fields[1], fields[1])}")
        elif fields[0] == "IK3":
            words.append(f"  segment {fields[1]} at {fields[2]}")
        elif fields[0] == "TA1":
            words.append(f"interchange {said.get(fields[4], fields[4])}")
    return "\n".join(words)


def _parsed(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def read(file: Path) -> bytes:
    """A file's bytes. Raises Trouble when it cannot be read."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise Trouble(f"{file} cannot be read: {error.strerror}.") from error
