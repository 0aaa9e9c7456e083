"""The payment: 005010X221A1 (835), as of the A1 errata."""

from typing import Final

from shared.x12.grammar import MANY, Guide, Loop, SegmentUse, Usage
from shared.x12.notation import guide, loop, seg

GROUPS = "CO,OA,PI,PR"
CLAIM_STATUS = "1,2,3,4,19,20,21,22,23,25"
FILING = "12,13,14,15,16,17,AM,CH,DS,HM,LM,MA,MB,MC,OF,TV,VA,WC,ZZ"
PRODUCTS = "AD,ER,HC,HP,IV,N4,N6,NU,UI,WK"
SUBMITTED_PRODUCTS = "AD,ER,HC,HP,IV,N4,NU,WK"
PROVIDER_REASONS = (
    "50,51,72,90,AH,AM,AP,B2,B3,BD,BN,C5,CR,CS,CT,CV,CW,DM,E3,FB,FC,GO,HM,IP,IR,IS,J1,L3,L6,LE,LS,OA,OB,PI,PL,RA,"
    "RE,SL,TL,WO,WU"
)
RENDERING_IDS = "0B,1A,1B,1C,1D,1G,1H,1J,D3,G2,LU"
LINE_RENDERING_IDS = "0B,1A,1B,1C,1D,1G,1H,1J,D3,G2,HPI,SY,TJ"
PERSON = "03? 04? 05? 07?"
PHONE = "03?=EM,FX,TE 04? 05?=EM,EX,FX,TE 06? 07?=EX 08?"
NAMES = {"03": "last name or organisation", "04": "first name", "05": "middle name", "09": "identifier"}

_CAS_NAMES = {"01": "adjustment group"} | {
    f"{at + step:02d}": f"{word} {number}"
    for number, at in enumerate(range(2, 20, 3), 1)
    for step, word in enumerate(("adjustment reason", "adjustment amount", "adjustment quantity"))
}
_CAS = "02 03 04? " + " ".join(f"{at:02d}?" for at in range(5, 20))
_PLB = f"01 02 03(01={PROVIDER_REASONS} 02?) 04 " + " ".join(
    f"{at:02d}?(01={PROVIDER_REASONS} 02?) {at + 1:02d}?" for at in range(5, 14, 2)
)
_PLB_NAMES = {"01": "provider", "02": "fiscal period date"} | {
    f"{at + step:02d}": f"{word} {number}"
    for number, at in enumerate(range(3, 14, 2), 1)
    for step, word in enumerate(("reason and reference", "provider adjustment"))
}
_SVC_NAMES = {
    "01": "paid service",
    "01-2": "paid procedure code",
    "02": "line charge",
    "03": "line payment",
    "04": "revenue code",
    "05": "units paid",
    "06": "billed service",
    "06-2": "billed procedure code",
    "07": "units billed",
}
_CLP_NAMES = {
    "01": "our claim number",
    "02": "claim status",
    "03": "claim charge",
    "04": "claim payment",
    "05": "patient responsibility",
    "06": "claim filing indicator",
    "07": "payer claim number",
    "08": "facility type",
    "09": "claim frequency",
    "11": "diagnosis related group",
    "12": "group weight",
    "13": "discharge fraction",
}
_BPR = (
    "01=C,D,H,I,P,U,X 02 03=C,D 04=ACH,BOP,CHK,FWT,NON 05?=CCP,CTX 06?=01,04 07? 08?=DA 09? 10? 11? "
    "12?=01,04 13? 14?=DA,SG 15? 16"
)
_BPR_NAMES = {
    "01": "handling of the payment",
    "02": "total payment",
    "03": "credit or debit",
    "04": "payment method",
    "07": "payer's bank",
    "09": "payer's account",
    "13": "payee's bank",
    "15": "payee's account",
    "16": "payment date",
}


def _dates(name: str, usage: Usage, most: int, codes: str) -> SegmentUse:
    return seg("DTM", name, usage, most, f"01={codes} 02", {"02": name})


def _ref(name: str, most: int, codes: str) -> SegmentUse:
    return seg("REF", name, "S", most, f"01={codes} 02", {"02": name})


def _name(name: str, usage: Usage, code: str, words: str) -> SegmentUse:
    return seg("NM1", name, usage, 1, f"01={code} {words}", NAMES)


_PAYER: Final[Loop] = loop(
    "1000A",
    "payer",
    "R",
    1,
    seg("N1", "payer", "R", 1, "01=PR 02 03?=XV 04?", {"02": "payer name", "04": "payer identifier"}),
    seg("N3", "payer street", "R", 1, "01 02?"),
    seg("N4", "payer city", "R", 1, "01 02? 03? 04? 07?"),
    _ref("payer identifier", 4, "2U,EO,HI,NF"),
    seg("PER", "payer's claims desk", "S", 1, f"01=CX 02? {PHONE}"),
    seg(
        "PER",
        "payer's technical desk",
        "R",
        MANY,
        "01=BL 02? 03?=EM,TE,UR 04? 05?=EM,EX,FX,TE,UR 06? 07?=EM,EX,FX,UR 08?",
    ),
    seg("PER", "payer's web site", "S", 1, "01=IC 03=UR 04"),
)
_PAYEE: Final[Loop] = loop(
    "1000B",
    "payee",
    "R",
    1,
    seg("N1", "payee", "R", 1, "01=PE 02 03=FI,XV,XX 04", {"02": "payee name", "04": "payee identifier"}),
    seg("N3", "payee street", "S", 1, "01 02?"),
    seg("N4", "payee city", "S", 1, "01 02? 03? 04? 07?"),
    _ref("payee identifier", MANY, "0B,D3,PQ,TJ"),
    seg("RDM", "delivery of the remittance", "S", 1, "01=BM,EM,FT,OL 02? 03?"),
)
_LINE: Final[Loop] = loop(
    "2110",
    "service line",
    "S",
    999,
    seg(
        "SVC",
        "line payment",
        "R",
        1,
        f"01(01={PRODUCTS} 02 03? 04? 05? 06?) 02 03 04? 05? 06?(01={SUBMITTED_PRODUCTS} 02 03? 04? 05? 06? 07?) 07?",
        _SVC_NAMES,
    ),
    _dates("service date", "S", 2, "150,151,472"),
    seg("CAS", "line adjustment", "S", 99, f"01={GROUPS} {_CAS}", _CAS_NAMES),
    _ref("service identifier", 8, "1S,APC,BB,E9,G1,G3,LU,RB"),
    _ref("line control number", 1, "6R"),
    _ref("rendering provider identifier", 10, LINE_RENDERING_IDS),
    _ref("health care policy", 5, "0K"),
    seg("AMT", "line amount", "S", 9, "01=B6,KH,T,T2,ZK,ZL,ZM,ZN,ZO 02"),
    seg("QTY", "line quantity", "S", 6, "01=ZK,ZL,ZM,ZN,ZO 02"),
    seg("LQ", "remark", "S", 99, "01=HE,RX 02", {"02": "remark code"}),
)
_CLAIM: Final[Loop] = loop(
    "2100",
    "claim",
    "R",
    MANY,
    seg(
        "CLP",
        "claim payment",
        "R",
        1,
        f"01 02={CLAIM_STATUS} 03 04 05? 06={FILING} 07 08? 09? 11? 12? 13?",
        _CLP_NAMES,
    ),
    seg("CAS", "claim adjustment", "S", 99, f"01={GROUPS} {_CAS}", _CAS_NAMES),
    _name("patient", "R", "QC", f"02=1 {PERSON} 08?=34,HN,II,MI,MR 09?"),
    _name("insured", "S", "IL", f"02=1,2 {PERSON} 08=FI,II,MI 09"),
    _name("corrected patient or insured", "S", "74", f"02=1,2 {PERSON} 08?=C 09?"),
    _name("service provider", "S", "82", f"02=1,2 {PERSON} 08=BD,BS,FI,MC,PC,SL,UP,XX 09"),
    _name("crossover carrier", "S", "TT", "02=2 03 08=AD,FI,NI,PI,PP,XV 09"),
    _name("corrected priority payer", "S", "PR", "02=2 03 08=AD,FI,NI,PI,PP,XV 09"),
    _name("other subscriber", "S", "GB", f"02=1,2 {PERSON} 08?=FI,II,MI 09?"),
    seg("MIA", "inpatient adjudication", "S", 1, "01 " + " ".join(f"{at:02d}?" for at in range(2, 25))),
    seg("MOA", "outpatient adjudication", "S", 1, " ".join(f"{at:02d}?" for at in range(1, 10))),
    _ref("other claim identifier", 5, "1L,1W,28,6P,9A,9C,BB,CE,EA,F8,G1,G3,IG,SY"),
    _ref("rendering provider identifier", 10, RENDERING_IDS),
    _dates("statement date", "S", 2, "232,233"),
    _dates("coverage expiration date", "S", 1, "036"),
    _dates("claim received date", "S", 1, "050"),
    seg("PER", "claim contact", "S", 2, "01=CX 02? 03=EM,FX,TE 04 05?=EM,EX,FX,TE 06? 07?=EX 08?"),
    seg("AMT", "claim amount", "S", 13, "01=AU,D8,DY,F5,I,NL,T,T2,ZK,ZL,ZM,ZN,ZO 02"),
    seg("QTY", "claim quantity", "S", 14, "01=CA,CD,LA,LE,NE,NR,OU,PS,VS,ZK,ZL,ZM,ZN,ZO 02"),
    _LINE,
)
_GROUP: Final[Loop] = loop(
    "2000",
    "group of claims",
    "S",
    MANY,
    seg("LX", "group number", "R", 1, "01"),
    seg(
        "TS3",
        "provider summary",
        "S",
        1,
        "01 02 03 04 05 13? 15? 17? 18? 20? 21? 22? 23? 24?",
        {
            "01": "provider",
            "02": "facility type",
            "03": "fiscal period date",
            "04": "number of claims",
            "05": "total charge",
        },
    ),
    seg("TS2", "provider supplement", "S", 1, " ".join(f"{at:02d}?" for at in range(1, 20))),
    _CLAIM,
)

REMITTANCE_835: Final[Guide] = guide(
    "835",
    "835",
    "HP",
    "health care claim payment",
    ("005010X221A1", "005010X221"),
    seg("BPR", "payment", "R", 1, _BPR, _BPR_NAMES),
    seg("TRN", "trace number", "R", 1, "01=1 02 03 04?", {"02": "trace number", "03": "payer's tax number"}),
    seg("CUR", "currency", "S", 1, "01=PR 02"),
    _ref("receiver", 1, "EV"),
    _ref("version", 1, "F2"),
    _dates("production date", "S", 1, "405"),
    _PAYER,
    _PAYEE,
    _GROUP,
    seg("PLB", "provider adjustment", "S", MANY, _PLB, _PLB_NAMES),
)
