"""Which field of a charge message becomes which part of the claim: one table, and a feed may override any line of it.

A path is ``SEG-field[.component[.subcomponent]]``. Of several the first that says something counts. Segments that come
once per line (FT1, PR1) are those of that line, IN1 those of that coverage, DG1 those of that diagnosis.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from services.intake.domain.hl7.message import Hl7Message, Segment

TABLE: dict[str, tuple[str, ...]] = {
    "number": ("PID-18.1", "PV1-19.1"),  # CLM01
    "account": ("PID-18.1", "PV1-19.1"),
    "medical_record": ("PID-3.1", "PID-2.1"),  # REF*EA
    "class": ("PV1-2",),
    "authorization": ("IN1-14.1",),  # REF*G1
    "admission_type": ("PV1-4",),  # CL101
    "admission_source": ("PV1-14",),  # CL102
    "discharge_status": ("PV1-36",),  # CL103
    "admitted": ("PV1-44",),  # DTP*435
    "discharged": ("PV1-45",),  # DTP*096
    "attending": ("PV1-7",),
    "referring": ("PV1-8",),
    "line.kind": ("FT1-6",),
    "line.id": ("FT1-2",),
    "line.code": ("FT1-25.1", "PR1-3.1"),  # SV101-2
    "line.charge_code": ("FT1-7.1",),
    "line.description": (),  # SV101-7: free words; only where a feed asks for them
    "line.modifiers": ("FT1-26", "PR1-16"),
    "line.units": ("FT1-10",),
    "line.charge": ("FT1-11.1.1",),  # SV102
    "line.unit_charge": ("FT1-12.1.1",),
    "line.first": ("FT1-4.1",),  # DTP*472
    "line.last": ("FT1-4.2",),
    "line.department": ("FT1-13.1",),
    "line.revenue_code": (),  # SV201
    "line.diagnoses": ("FT1-19",),
    "line.rendering": ("FT1-20", "PR1-11"),
    "line.ordering": ("FT1-21",),
    "line.ndc": ("FT1-29.1",),
    "diagnosis.code": ("DG1-3.1",),
    "diagnosis.system": ("DG1-3.3", "DG1-2"),
    "diagnosis.type": ("DG1-6",),
    "diagnosis.poa": ("DG1-26.1",),
    "coverage.payer": ("IN1-3.1", "IN1-2.1"),
    "coverage.payer_name": ("IN1-4.1",),
    "coverage.member": ("IN1-36", "IN1-49.1"),  # NM109 of 2010BA
    "coverage.group": ("IN1-8",),
    "coverage.group_name": ("IN1-9.1",),
    "coverage.relationship": ("IN1-17.1",),
}

_PATH = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\.(\d{1,2})(?:\.(\d{1,2}))?)?")


class Path(Struct, frozen=True, gc=False):
    """A parsed path. ``component`` 0: the field's first."""

    segment: str
    field: int
    component: int = 1
    sub: int = 1


def path_of(text: str) -> Path:
    """Parse ``FT1-11.1.1``. Raises ValueError with the text, which is configuration and no patient's."""
    match = _PATH.fullmatch(text)
    if match is None:
        raise ValueError(f"not an HL7 path: {text}")
    return Path(match[1], int(match[2]), int(match[3] or 1), int(match[4] or 1))


class FieldTable(Struct, frozen=True):
    """The table in force for a feed."""

    paths: dict[str, tuple[Path, ...]]

    def value(self, m: Hl7Message, name: str, near: Mapping[str, Segment]) -> str:
        """The first value that a part's paths find; ``near`` are the segments of the line, coverage or diagnosis."""
        for path in self.paths[name]:
            segment = near.get(path.segment)
            if segment is None:
                segment = m.first(path.segment)
            if path.field >= len(segment) or not segment[path.field]:
                continue
            if text := m.get(segment, path.field, path.component, path.sub):
                return text
        return ""

    def repetitions(self, m: Hl7Message, name: str, near: Mapping[str, Segment]) -> list[str]:
        """The raw repetitions of the first field that says something."""
        for path in self.paths[name]:
            segment = near.get(path.segment) or m.first(path.segment)
            if found := m.repetitions(segment, path.field):
                return found
        return []

    def spot(self, name: str) -> Path:
        """Where a sender should put this part."""
        paths = self.paths[name]
        return paths[0] if paths else Path("FT1", 0)


def mapping_of(overrides: Mapping[str, tuple[str, ...]]) -> FieldTable:
    """The table with a feed's overrides. Raises ValueError for a part that does not exist or a path that is none."""
    if unknown := sorted(set(overrides) - set(TABLE)):
        raise ValueError(f"no such part of a claim: {', '.join(unknown)}; there are: {', '.join(TABLE)}")
    return _compiled(tuple(sorted(overrides.items())))


@lru_cache(maxsize=256)
def _compiled(overrides: tuple[tuple[str, tuple[str, ...]], ...]) -> FieldTable:
    table = TABLE | dict(overrides)
    return FieldTable({name: tuple(map(path_of, paths)) for name, paths in table.items()})
