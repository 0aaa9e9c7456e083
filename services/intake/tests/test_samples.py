"""Messages that this project did not write, where they are at hand: each gets a disposition, none is met with an exception."""

from pathlib import Path

import msgspec
import pytest

from services.intake.domain.edi import read_x12
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Reading, Result
from services.intake.tests.messages import AT, OPEN_FEEDS
from shared.testing.samples import of_kinds


def files(kind: str) -> list[Path]:
    return of_kinds(f"{kind}/*")


def messages(raw: bytes) -> list[bytes]:
    """A file may hold several messages: each begins with MSH at the start of a line."""
    lines = raw.replace(b"\r\n", b"\r").replace(b"\n", b"\r").split(b"\rMSH")
    return [lines[0], *(b"MSH" + line for line in lines[1:])]


def answered(reading: Reading) -> bytes:
    fates = tuple(("c", "made") for _ in reading.claims)
    return reading.reply(Result(message="m", claims=fates)).body  # type: ignore[arg-type]


@pytest.mark.skipif(not files("hl7"), reason="no sample messages here")
def test_every_hl7_sample_gets_a_disposition() -> None:
    for file in files("hl7"):
        for raw in messages(file.read_bytes()):
            reading = read_hl7(raw, OPEN_FEEDS, AT)
            assert b"MSA|" in answered(reading) or b"AL" in raw or b"NE" in raw, file.name
            assert bool(reading.facts) != bool(reading.refused), file.name
            assert not reading.refused or reading.findings, file.name


@pytest.mark.skipif(not files("fhir"), reason="no sample resources here")
def test_every_fhir_sample_gets_a_disposition() -> None:
    releases = {"~1.0.2~": "DSTU2", "~3.0.1~": "STU3", "~R5~": "R5"}
    for file in files("fhir"):
        reading = read_fhir(file.read_bytes(), "test", "", OPEN_FEEDS)
        said = msgspec.json.decode(answered(reading))
        assert said["resourceType"] == "OperationOutcome" or said["type"].endswith("-response"), file.name
        assert reading.claims or reading.facts or reading.findings, file.name
        named = [release for part, release in releases.items() if part in file.name]
        assert all(reading.refused and f"of FHIR {r}" in reading.findings[0].problem for r in named), (
            file.name
        )


@pytest.mark.skipif(not files("x12"), reason="no sample files here")
def test_every_x12_sample_gets_a_disposition() -> None:
    for file in files("x12"):
        reading = read_x12(file.read_bytes(), OPEN_FEEDS, AT)
        assert answered(reading).startswith(b"ISA"), file.name
        assert reading.claims or reading.refused, file.name
        assert not reading.refused or reading.findings, file.name
