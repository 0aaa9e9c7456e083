"""Where is the claim: 005010X212, the question (276) and the answer (277)."""

from typing import Final

from shared.x12.grammar import MANY, Guide, Loop, SegmentUse, Usage
from shared.x12.notation import guide, loop, seg

PERSON = "03? 04? 05? 07?"
ORGANIZATION = "03 04? 05? 06? 07?"
NAMES = {"03": "last name or organisation", "04": "first name", "05": "middle name", "09": "identifier"}
SERVICE = "01=AD,ER,HC,HP,IV,N4,NU,WK 02 03? 04? 05? 06?"
SERVICE_NAMES = {
    "01": "service",
    "01-2": "procedure code",
    "02": "line charge",
    "03": "line payment",
    "04": "revenue code",
    "07": "units",
}
_STATUS_NAMES = {
    "01": "status",
    "01-1": "status category",
    "01-2": "status code",
    "01-3": "whom it concerns",
    "02": "status date",
    "03": "action",
    "04": "charge",
    "05": "payment",
    "06": "adjudication date",
    "08": "payment date",
    "09": "check number",
    "10": "second status",
    "11": "third status",
    "12": "words",
}


def hierarchy(name: str, code: str, words: str) -> SegmentUse:
    """Make the HL that opens a level."""
    return seg(
        "HL",
        f"{name} level",
        "R",
        1,
        words,
        {"01": "level number", "02": "parent level", "03": f"level {code}"},
    )


def status(name: str, usage: Usage, most: int, entities: str, words: str, code_list: str = "") -> SegmentUse:
    """Make an STC; ``entities`` empty means that any entity code may stand in its third component."""
    entity = f"03?={entities}" if entities else "03?"
    composite = f"01 02 {entity}{code_list}"
    first, *rest = words.split(" 12?")
    end = " 12?" if rest else ""
    return seg(
        "STC",
        name,
        usage,
        most,
        f"01({composite}) {first} 10?(01 02 03?{code_list}) 11?(01 02 03?{code_list}){end}",
        _STATUS_NAMES,
    )


def reference(name: str, most: int, codes: str) -> SegmentUse:
    """Make a REF that is told by its qualifier."""
    return seg("REF", name, "S", most, f"01={codes} 02", {"02": name})


def service_date(usage: Usage) -> SegmentUse:
    """Make the DTP*472 of a claim or a line."""
    return seg("DTP", "service date", usage, 1, "01=472 02=D8,RD8 03", {"03": "service date"})


def _party(identifier: str, name: str, words: str, *more: SegmentUse, most: int = 1) -> Loop:
    return loop(identifier, name, "R", most, seg("NM1", name, "R", 1, words, NAMES), *more)


_PAYER = "01=PR 02=2 03 08=PI,XV 09"
_RECEIVER = f"01=41 02=1,2 {PERSON} 08=46 09"
_PROVIDER = f"01=1P 02=1,2 {PERSON} 08=FI,SV,XX 09"
_SUBSCRIBER = "01=IL 02=1,2 03 04? 05? 07? 08=24,II,MI 09"
_DEPENDENT = "01=QC 02=1 03 04? 05? 07?"
_TOP = "01 03=20 04=1"


def _references(answer: bool) -> tuple[SegmentUse, ...]:
    found = [
        reference("payer claim number", 1, "1K"),
        reference("type of bill", 1, "BLT"),
        reference("our claim number", 1, "EJ"),
        reference("prescription number", 1, "XZ"),
        reference("voucher", 1, "VV") if answer else reference("group number", 1, "6P"),
        reference("clearinghouse claim number", 1, "D9"),
    ]
    if not answer:
        found.insert(3, reference("application or location", 1, "LU"))
    return tuple(found)


def _answered(letter: str, usage: Usage) -> Loop:
    line = loop(
        f"2220{letter}",
        "service line",
        "S",
        MANY,
        seg("SVC", "service line", "R", 1, f"01({SERVICE}) 02 03 04? 07?", SERVICE_NAMES),
        status("line status", "R", MANY, "", "02", " 04?=RX"),
        reference("line control number", 1, "FJ"),
        service_date("S"),
    )
    return loop(
        f"2200{letter}",
        "claim",
        usage,
        MANY,
        seg("TRN", "trace of the question", "R", 1, "01=2 02", {"02": "trace of the question"}),
        status("claim status", "R", MANY, "", "02 03? 04? 05? 06? 07? 08? 09? 12?", " 04?=RX"),
        *_references(answer=True),
        service_date("S"),
        line,
    )


def _asked(letter: str, usage: Usage) -> Loop:
    line = loop(
        f"2210{letter}",
        "service line",
        "S",
        MANY,
        seg("SVC", "service line", "R", 1, f"01({SERVICE}) 02 04? 07", SERVICE_NAMES),
        reference("line control number", 1, "FJ"),
        service_date("R"),
    )
    return loop(
        f"2200{letter}",
        "claim",
        usage,
        MANY,
        seg("TRN", "trace of the question", "R", 1, "01=1 02", {"02": "trace of the question"}),
        *_references(answer=False),
        seg("AMT", "claim charge", "S", 1, "01=T3 02", {"02": "claim charge"}),
        service_date("S"),
        line,
    )


_BIRTH = seg("DMG", "birth and sex", "S", 1, "01=D8 02 03?=F,M,U", {"02": "birth date", "03": "sex"})
_DESK = seg(
    "PER",
    "payer contact",
    "S",
    1,
    "01=IC 02? 03=ED,EM,FX,TE 04 05?=ED,EM,EX,FX,TE 06? 07?=ED,EM,EX,FX,TE 08?",
)


def _silent(identifier: str, name: str, kind: str, entities: str) -> Loop:
    return loop(
        identifier,
        name,
        "S",
        1,
        seg("TRN", name, "R", 1, f"01={kind} 02"),
        status(f"{name} status", "R", MANY, entities, "02"),
    )


STATUS_277: Final[Guide] = guide(
    "277",
    "277",
    "HN",
    "claim status",
    ("005010X212",),
    seg("BHT", "beginning", "R", 1, "01=0010 02=08 03 04 05 06=DG", {"03": "reference number"}),
    loop(
        "2000A",
        "payer",
        "R",
        MANY,
        hierarchy("payer", "20", _TOP),
        _party("2100A", "payer", _PAYER, _DESK),
        loop(
            "2000B",
            "information receiver",
            "R",
            MANY,
            hierarchy("information receiver", "21", "01 02 03=21 04=0,1"),
            _party("2100B", "information receiver", _RECEIVER),
            _silent("2200B", "answer to the receiver", "2", "41,AY,PR"),
            loop(
                "2000C",
                "service provider",
                "S",
                MANY,
                hierarchy("service provider", "19", "01 02 03=19 04=0,1"),
                _party("2100C", "service provider", _PROVIDER, most=2),
                _silent("2200C", "answer to the provider", "1", "1P,85"),
                loop(
                    "2000D",
                    "subscriber",
                    "S",
                    MANY,
                    hierarchy("subscriber", "22", "01 02 03=22 04=0,1"),
                    _party("2100D", "subscriber", _SUBSCRIBER),
                    _answered("D", "S"),
                    loop(
                        "2000E",
                        "dependent",
                        "S",
                        MANY,
                        hierarchy("dependent", "23", "01 02 03=23"),
                        _party("2100E", "dependent", _DEPENDENT),
                        _answered("E", "R"),
                    ),
                ),
            ),
        ),
    ),
)

STATUS_276: Final[Guide] = guide(
    "276",
    "276",
    "HR",
    "claim status request",
    ("005010X212",),
    seg("BHT", "beginning", "R", 1, "01=0010 02=13 03 04 05", {"03": "reference number"}),
    loop(
        "2000A",
        "payer",
        "R",
        MANY,
        hierarchy("payer", "20", _TOP),
        _party("2100A", "payer", _PAYER),
        loop(
            "2000B",
            "information receiver",
            "R",
            MANY,
            hierarchy("information receiver", "21", "01 02 03=21 04=1"),
            _party("2100B", "information receiver", _RECEIVER),
            loop(
                "2000C",
                "service provider",
                "R",
                MANY,
                hierarchy("service provider", "19", "01 02 03=19 04=1"),
                _party("2100C", "service provider", _PROVIDER, most=2),
                loop(
                    "2000D",
                    "subscriber",
                    "R",
                    MANY,
                    hierarchy("subscriber", "22", "01 02 03=22 04=0,1"),
                    _BIRTH,
                    _party("2100D", "subscriber", _SUBSCRIBER),
                    _asked("D", "S"),
                    loop(
                        "2000E",
                        "dependent",
                        "S",
                        MANY,
                        hierarchy("dependent", "23", "01 02 03=23"),
                        _BIRTH,
                        _party("2100E", "dependent", _DEPENDENT),
                        _asked("E", "R"),
                    ),
                ),
            ),
        ),
    ),
)
