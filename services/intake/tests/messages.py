"""Messages for tests: a charge message that makes a clean claim, and how to change one field of it. Invented people."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec

from services.intake.domain.account.billing import ledger
from services.intake.domain.account.claims import claims_of
from services.intake.domain.account.parts import parts_of
from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Reading
from services.intake.mappings import load_tables, read_feed
from shared.claim import Claim

AT = datetime(2026, 10, 13, 8, 0, tzinfo=UTC)
TABLES = load_tables()
FEED = read_feed(
    (Path(__file__).parents[1] / "feeds" / "springfield.yaml").read_text(), "springfield.yaml", TABLES
)
FEEDS = Feeds([FEED])
OPEN_FEEDS = Feeds(
    [
        msgspec.structs.replace(
            FEED,
            senders=dict.fromkeys(("hl7", "fhir", "json", "x12"), ("*",)),
            processing=("*",),
        )
    ]
)
"""A feed that takes anybody's messages, training ones too."""


def made(reading: Reading, feeds: Feeds = FEEDS) -> tuple[Claim, ...]:
    """The claims of the account that knows this message only, as if nothing held it."""
    feed = next(f for f in feeds.all if f.name == reading.feed)
    claims: list[Claim] = []
    for facts in reading.facts:
        parts = parts_of(facts)
        claims += claims_of(facts.account, parts, feed, ledger(parts))
    return tuple(claims)


Changes = dict[str, str | None]

DFT: dict[str, dict[int, str]] = {
    "MSH": {
        3: "EPIC", 4: "SPRINGFIELD", 5: "CLAIMFLOW", 6: "HUB", 7: "20261012120000", 9: "DFT^P03^DFT_P03",
        10: "MSG1", 11: "P", 12: "2.5.1",
    },
    "EVN": {1: "P03", 2: "20261012120000"},
    "PID": {
        1: "1", 3: "MRN001^^^SPR^MR", 5: "TESTA^ADA^M", 7: "19800102", 8: "F",
        11: "1 Example Street^^Springfield^IL^62701-1234", 18: "A0000001",
    },
    "PV1": {1: "1", 2: "O", 3: "CLINIC", 7: "1000200015^NEMO^KIM^^^^^^NPI", 19: "VN1"},
    "FT1": {
        1: "1", 2: "T1", 4: "20261012", 6: "CG", 7: "G0463", 10: "1", 11: "125.00", 13: "CLINIC", 19: "I10",
        20: "1000200015^NEMO^KIM^^^^^^NPI", 25: "G0463", 26: "25",
    },
    "FT1#2": {1: "2", 2: "T2", 4: "20261012", 6: "CG", 7: "J1885", 10: "2", 12: "23.50", 25: "J1885"},
    "DG1": {1: "1", 3: "I10^Hypertension^I10", 6: "F"},
    "DG1#2": {1: "2", 3: "E11.9^Diabetes^I10", 6: "F"},
    "GT1": {1: "1", 2: "G1", 3: "TESTA^ADA", 5: "1 Example Street^^Springfield^IL^62701"},
    "IN1": {
        1: "1", 2: "PLAN", 3: "SBX01", 4: "SANDBOX MUTUAL", 8: "GRP1", 16: "TESTA^ADA", 17: "SEL", 18: "19800102",
        36: "M00000001", 43: "F",
    },
}  # fmt: skip


def dft(**changes: str | None) -> bytes:
    """The charge message with fields changed: ``dft(FT1_11="x")``, ``dft(FT1_2__11=...)``, ``dft(IN1=None)`` removes."""
    segments = {name: dict(fields) for name, fields in DFT.items()}
    for spot, value in changes.items():
        name, _, field = spot.replace("_2__", "#2_").partition("_")
        if not field:
            segments.pop(name, None)
            segments.pop(f"{name}#2", None)
        else:
            segments.setdefault(name, {})[int(field)] = value or ""
    return "".join(_line(name.partition("#")[0], fields) + "\r" for name, fields in segments.items()).encode()


def _line(name: str, fields: dict[int, str]) -> str:
    if name == "MSH":
        return "|".join(["MSH", "^~\\&", *(fields.get(n, "") for n in range(3, max(fields) + 1))])
    return "|".join([name, *(fields.get(n, "") for n in range(1, max(fields) + 1))])
