"""The doors' tables as a page for people: docs/howto/where-a-claim-comes-from.md.

``python -m services.intake.mappings.describe`` writes it; a test fails while it differs from the tables.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from services.intake.domain.hl7.events import EVENTS
from services.intake.domain.mapping import Part, Rule
from services.intake.mappings import Tables, load_tables

PAGE = Path("docs/howto/where-a-claim-comes-from.md")

_HEAD = """# Where does CLM05 come from?
Made from services/intake/mappings by `python -m services.intake.mappings.describe`; do not edit.

Each row is one part of a claim: its place in the 837, its place in our JSON (`POST /claims` writes it there directly; an
837 is read by its own grammar), the HL7 v2 field and the FHIR R4 element that fill it. Of several fields the first that says
something counts.

## To change it for one feed
Write the line anew in the feed's file (services/intake/feeds, `CLAIMFLOW_FEEDS`), below `hl7`:
```yaml
hl7:
  account: { from: [ZCL-2, PID-18.1] } # a Z segment first
  line.kind: { codes: { CHG: charge, VOID: credit } } # added to the codes below
  line.units: { default: "1" }
```
`from` and `default` replace what stands here, `codes` are added; `PID-3[MR].1` is the repetition whose identifier type is MR.
`payers` (IN1-3), `departments` (FT1-13) and `charges` (FT1-7) of the feed's file translate the facility's own codes.
Then, before it is put in force:
```
claimflow feed check feeds/mine.yaml                  # what the last 1,000 messages would give, and the difference
claimflow feed check feeds/mine.yaml messages.hl7     # the same for files, without a server
claimflow feed coverage --feed feeds/mine.yaml messages.hl7   # which fields are used, which are ignored
```
A file that cannot be used stops the start, with its name, line and key.
"""


def page(tables: Tables) -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_parts(tables), *_codes(tables), *_events()]) + "\n"


def _parts(tables: Tables) -> Iterator[str]:
    yield "## The parts"
    yield "| 837 | JSON | HL7 v2 | FHIR R4 | what it is | part |"
    yield "|---|---|---|---|---|---|"
    for name, part in tables.claim.items():
        yield f"| {_row(name, part, tables)} |"
    yield ""


def _row(name: str, part: Part, tables: Tables) -> str:
    cells = (
        part.x12,
        f"`{part.claim}`" if part.claim else "",
        _from(name, tables.hl7),
        _from(name, tables.fhir),
        part.words,
        f"`{name}`",
    )
    return " | ".join(cell.replace("|", "\\|") for cell in cells)


def _from(name: str, rules: Mapping[str, Rule]) -> str:
    rule = rules.get(name)
    if rule is None:
        return ""
    said = ", ".join(rule.sources or ()) or "only where a feed says so"
    return f"{said}; else {rule.default}" if rule.default else said


def _codes(tables: Tables) -> Iterator[str]:
    """What is written -> what the claim says."""
    yield "## Codes that are translated"
    yield "`*` stands for all that is not listed."
    yield ""
    yield "| part | door | codes |"
    yield "|---|---|---|"
    for door, rules in (("HL7 v2", tables.hl7), ("FHIR R4", tables.fhir)):
        for name, rule in rules.items():
            if rule.codes:
                said = ", ".join(
                    f"{written} → {meaning or 'nothing'}" for written, meaning in rule.codes.items()
                )
                yield f"| `{name}` | {door} | {said.replace('|', chr(92) + '|')} |"
    yield ""


def _events() -> Iterator[str]:
    yield "## HL7 v2 messages that are taken"
    yield "Anything else is kept and answered AR: 200 for another type, 201 for another event."
    yield ""
    yield "| message | what happened | what the account hears |"
    yield "|---|---|---|"
    for kind, events in EVENTS.items():
        for trigger, event in events.items():
            heard = {"patients": "patient merged", "accounts": "account merged"}.get(
                event.about, event.happening
            )
            yield f"| {kind}^{trigger} | {event.words} | {heard.replace('_', ' ')} |"


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(load_tables()), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
