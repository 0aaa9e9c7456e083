"""Receipts: 005010X231A1 (999) and 005010X214 (277CA)."""

from typing import Final

from shared.x12.acknowledgments.codes import AK901, AK905, IK304, IK403, IK501, IK502
from shared.x12.grammar import MANY, Guide, SegmentUse
from shared.x12.guides.status import (
    NAMES,
    ORGANIZATION,
    PERSON,
    SERVICE,
    SERVICE_NAMES,
    hierarchy,
    reference,
    service_date,
    status,
)
from shared.x12.notation import guide, loop, seg

GROUPS = "BE,HB,HC,HI,HN,HP,HR,HS,RA"
SEGMENT_ERRORS = ",".join(IK304)
ELEMENT_ERRORS = ",".join(IK403)
SET_ERRORS = ",".join(IK502)
GROUP_ERRORS = ",".join(AK905)
RECEIVED_BY = "36,40,41,AY,PR"
PROVIDER_ENTITIES = "36,40,41,77,82,85,87,AY,PR"


def _context(name: str, most: int) -> SegmentUse:
    # CTX01 tells situational trigger and business unit apart by words, not by a code: one place holds both.
    return seg("CTX", name, "S", most, "01*10(01 02?) 02? 03? 04? 05?(01 02? 03?) 06?(01)")


def _reasons(first: int, last: int, codes: str) -> str:
    return " ".join(f"{at:02d}?={codes}" for at in range(first, last + 1))


IMPLEMENTATION_999: Final[Guide] = guide(
    "999",
    "999",
    "FA",
    "implementation acknowledgment",
    ("005010X231A1", "005010X231"),
    seg(
        "AK1", "answered group", "R", 1, f"01={GROUPS} 02 03?", {"02": "group control number", "03": "guide"}
    ),
    loop(
        "2000",
        "answered transaction set",
        "S",
        MANY,
        seg("AK2", "answered transaction set", "R", 1, "01 02 03?", {"02": "set control number"}),
        loop(
            "2100",
            "segment in error",
            "S",
            MANY,
            seg(
                "IK3",
                "segment in error",
                "R",
                1,
                f"01 02 03? 04?={SEGMENT_ERRORS}",
                {"01": "segment", "02": "position of the segment", "03": "loop", "04": "segment error"},
            ),
            _context("context of the segment", 10),
            loop(
                "2110",
                "element in error",
                "S",
                MANY,
                seg(
                    "IK4",
                    "element in error",
                    "R",
                    1,
                    f"01(01 02? 03?) 02? 03={ELEMENT_ERRORS} 04?",
                    {"01": "position of the element", "03": "element error", "04": "copy of the bad element"},
                ),
                _context("context of the element", 10),
            ),
        ),
        seg(
            "IK5",
            "answer to the set",
            "R",
            1,
            f"01={','.join(IK501)} {_reasons(2, 6, SET_ERRORS)}",
            {"01": "answer to the set"},
        ),
    ),
    seg(
        "AK9",
        "answer to the group",
        "R",
        1,
        f"01={','.join(AK901)} 02 03 04 {_reasons(5, 9, GROUP_ERRORS)}",
        {"01": "answer to the group", "02": "sets included", "03": "sets received", "04": "sets accepted"},
    ),
)

_RECEIPT_DATES = {"03": "date"}

CLAIM_ACKNOWLEDGMENT_277CA: Final[Guide] = guide(
    "277CA",
    "277",
    "HN",
    "claim acknowledgment",
    ("005010X214",),
    seg("BHT", "beginning", "R", 1, "01=0085 02=08 03 04 05 06=TH", {"03": "reference number"}),
    loop(
        "2000A",
        "information source",
        "R",
        MANY,
        hierarchy("information source", "20", "01 03=20 04=1"),
        loop(
            "2100A",
            "information source",
            "R",
            1,
            seg("NM1", "information source", "R", 1, "01=PR,AY 02=2 03 08=46,FI,PI,XV 09", NAMES),
        ),
        loop(
            "2200A",
            "receipt of the transmission",
            "R",
            MANY,
            seg("TRN", "receipt of the transmission", "R", 1, "01=1 02"),
            seg("DTP", "date received", "R", 1, "01=050 02=D8 03", _RECEIPT_DATES),
            seg("DTP", "date processed", "R", 1, "01=009 02=D8 03", _RECEIPT_DATES),
        ),
        loop(
            "2000B",
            "information receiver",
            "R",
            1,
            hierarchy("information receiver", "21", "01 02 03=21 04=0,1"),
            loop(
                "2100B",
                "information receiver",
                "R",
                1,
                seg("NM1", "information receiver", "R", 1, f"01=41 02=1,2 {PERSON} 08=46 09", NAMES),
            ),
            loop(
                "2200B",
                "answered batch",
                "R",
                1,
                seg("TRN", "answered batch", "R", 1, "01=2 02", {"02": "batch number"}),
                status("batch status", "R", MANY, RECEIVED_BY, "02 03=U,WQ 04"),
                seg("QTY", "accepted claims", "S", 1, "01=90 02", {"02": "accepted claims"}),
                seg("QTY", "rejected claims", "S", 1, "01=AA 02", {"02": "rejected claims"}),
                seg("AMT", "accepted amount", "S", 1, "01=YU 02", {"02": "accepted amount"}),
                seg("AMT", "rejected amount", "S", 1, "01=YY 02", {"02": "rejected amount"}),
            ),
            loop(
                "2000C",
                "billing provider",
                "S",
                MANY,
                hierarchy("billing provider", "19", "01 02 03=19 04=0,1"),
                loop(
                    "2100C",
                    "billing provider",
                    "R",
                    1,
                    seg(
                        "NM1",
                        "billing provider",
                        "R",
                        1,
                        f"01=85 02=1,2 {ORGANIZATION} 08=FI,SV,XX 09",
                        NAMES,
                    ),
                ),
                loop(
                    "2200C",
                    "answer to the provider",
                    "S",
                    1,
                    seg("TRN", "answer to the provider", "R", 1, "01=1 02"),
                    status("provider status", "S", MANY, PROVIDER_ENTITIES, "02? 03=U,WQ 04"),
                    reference("provider identifier", 3, "0B,1G,G2,LU,SY,TJ"),
                    seg("QTY", "accepted claims", "S", 1, "01=QA 02"),
                    seg("QTY", "rejected claims", "S", 1, "01=QC 02"),
                    seg("AMT", "accepted amount", "S", 1, "01=YU 02"),
                    seg("AMT", "rejected amount", "S", 1, "01=YY 02"),
                ),
                loop(
                    "2000D",
                    "patient",
                    "S",
                    MANY,
                    hierarchy("patient", "PT", "01 02 03=PT 04?"),
                    loop(
                        "2100D",
                        "patient",
                        "R",
                        1,
                        seg("NM1", "patient", "R", 1, f"01=QC 02=1 {ORGANIZATION} 08=II,MI 09", NAMES),
                    ),
                    loop(
                        "2200D",
                        "claim",
                        "S",
                        MANY,
                        seg("TRN", "our claim number", "R", 1, "01=2 02", {"02": "our claim number"}),
                        status("claim status", "R", MANY, "", "02 03=U,WQ 04 12?"),
                        reference("payer claim number", 1, "1K"),
                        reference("clearinghouse claim number", 1, "D9"),
                        reference("type of bill", 1, "BLT"),
                        service_date("S"),
                        loop(
                            "2220D",
                            "service line",
                            "S",
                            MANY,
                            seg("SVC", "service line", "R", 1, f"01({SERVICE}) 02 04? 07?", SERVICE_NAMES),
                            status("line status", "R", MANY, "", "02 03=U"),
                            reference("line control number", 1, "FJ"),
                            reference("prescription number", 1, "XZ"),
                            service_date("S"),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
