"""The institutional claim: 005010X223A2, also announced as X223A3, X223A1 or X223."""

from typing import Final

from shared.x12.grammar import MANY, Guide, Loop
from shared.x12.guides.claim837 import (
    BILLING_SPECIALTY,
    CONTRACT,
    CURRENCY,
    DELAY,
    FILE_INFORMATION,
    FILING,
    NPI,
    NUMBERS,
    PAPERWORK,
    PAYER_ORDER,
    PERSON,
    PLAN_REFERENCE,
    adjudicated,
    amount,
    city,
    codes,
    day,
    drug,
    facility,
    header,
    hierarchy,
    located,
    name,
    other_coverage,
    other_payer_provider,
    pay_to,
    payer,
    pricing,
    ref,
    street,
)
from shared.x12.notation import guide, loop, seg

PROCEDURE = "(01=ER,HC,HP,IV,WK 02 03? 04? 05? 06? 07?)"
POA = "02 09?=N,U,W,Y"
NOTES = "ALG,DCP,DGN,DME,MED,NTR,ODT,RHB,RLH,RNH,SET,SFM,SPT,UPI"
ALL_REFS = "0B,1G,G2,LU"
PRICED_CODE = "08?"


def _physician(
    identifier: str, owner: str, code: str, refs: str, most: int, taxonomy: bool = False, further: str = ""
) -> Loop:
    specialty = (
        [seg("PRV", f"{owner} taxonomy", "S", 1, "01=AT 02=PXC 03", {"03": "taxonomy"})] if taxonomy else []
    )
    return loop(identifier, owner, "S", 1, name(owner, code, f"02=1 03 {PERSON} {NPI}"), *specialty,
                ref(f"{owner} secondary identifier", refs, "S", most, further))  # fmt: skip


CLAIM_REFERENCES = (
    ref("service authorization exception", "4N"), ref("referral", "9F"), ref("prior authorization", "G1"),
    ref("payer claim control number", "F8"), ref("repriced claim number", "9A"), ref("adjusted repriced claim number", "9C"),
    ref("investigational device", "LX", most=5), ref("clearinghouse claim number", "D9"), ref("accident state", "LU"),
    ref("medical record number", "EA"), ref("demonstration project", "P4"), ref("peer review approval", "G4"),
)  # fmt: skip

CLAIM_CODES = (
    codes("principal diagnosis", "", POA, "ABK,BK", count=1, usage="R"),
    codes("admitting diagnosis", "", "02", "ABJ,BJ", count=1),
    codes("patient's reason for visit", "APR,PR", "02", "APR,PR", count=3),
    codes("external causes of injury", "ABN,BN", POA, "ABN,BN"),
    codes("diagnosis related group", "", "02", "DR", count=1),
    codes("other diagnoses", "ABF,BF", POA, "ABF,BF", most=2),
    codes("principal procedure", "", "02 03=D8 04", "BBR,BR,CAH", count=1),
    codes("other procedures", "BBQ,BQ", "02 03=D8 04", "BBQ,BQ", most=2),
    codes("occurrence spans", "BI", "02 03=RD8 04", "BI", most=2),
    codes("occurrences", "BH", "02 03=D8 04", "BH", most=2),
    codes("value codes", "BE", "02 05", "BE", most=2),
    codes("conditions", "BG", "02", "BG", most=2),
    codes("treatment codes", "TC", "02", "TC", most=2),
)

INPATIENT = seg("MIA", "inpatient adjudication", "S", 1, "01 " + " ".join(f"{n:02d}?" for n in range(3, 25)))

SERVICE_LINE = loop(
    "2400", "service line", "R", 999,
    seg("LX", "line counter", "R", 1, "01"),
    seg("SV2", "institutional service", "R", 1, f"01 02?{PROCEDURE} 03 04=DA,UN 05 07?",
        {"01": "revenue code", "02-2": "procedure code", "03": "line charge", "05": "units", "07": "non-covered charge"}),
    PAPERWORK,
    day("service date", "472", "D8,RD8"),
    ref("line control number", "6R"), ref("repriced line number", "9B"), ref("adjusted repriced line number", "9D"),
    amount("service tax", "GT"), amount("facility tax", "N8"),
    seg("NTE", "third party note", "S", 1, "01=TPO 02"),
    pricing(f"{PRICED_CODE} 09?=ER,HC,HP,IV,WK 10? 11?=DA,UN 12?"),
    drug("N4"),
    _physician("2420A", "operating physician", "72", ALL_REFS, 20, further=PLAN_REFERENCE),
    _physician("2420B", "other operating physician", "ZZ", ALL_REFS, 20, further=PLAN_REFERENCE),
    _physician("2420C", "rendering provider", "82", ALL_REFS, 20, further=PLAN_REFERENCE),
    _physician("2420D", "referring provider", "DN", "0B,1G,G2", 20, further=PLAN_REFERENCE),
    adjudicated(f"03?{PROCEDURE} 04"),
    rules=("line-cob",),
)  # fmt: skip

CLAIM = loop(
    "2300", "claim", "S", 100,
    seg("CLM", "claim", "R", 1, f"01 02 05(01 02=A 03) 06?=N,Y 07=A,B,C 08=N,W,Y 09=I,Y 20?={DELAY}",
        {"01": "claim number", "02": "claim charge", "05-1": "type of bill", "05-3": "frequency", "08": "benefits assigned"}),
    day("discharge hour", "096", "TM"), day("statement dates", "434", "RD8", "R"), day("admission date and hour", "435", "D8,DT"),
    day("repricer received", "050"),
    seg("CL1", "institutional facts", "R", 1, "01? 02? 03"),
    PAPERWORK,
    CONTRACT,
    amount("patient estimated amount due", "F3"),
    *CLAIM_REFERENCES,
    FILE_INFORMATION,
    seg("NTE", "claim note", "S", 10, f"01={NOTES} 02"),
    seg("NTE", "billing note", "S", 1, "01=ADD 02"),
    seg("CRC", "EPSDT referral", "S", 1, "01=ZZ 02=N,Y 03=AV,NU,S2,ST 04?=AV,NU,S2,ST 05?=AV,NU,S2,ST"),
    *CLAIM_CODES,
    pricing(f"{PRICED_CODE} 11?=DA,UN 12?"),
    _physician("2310A", "attending provider", "71", ALL_REFS, 4, taxonomy=True),
    _physician("2310B", "operating physician", "72", ALL_REFS, 4),
    _physician("2310C", "other operating physician", "ZZ", ALL_REFS, 4),
    _physician("2310D", "rendering provider", "82", ALL_REFS, 4),
    facility("2310E", "0B,G2,LU"),
    _physician("2310F", "referring provider", "DN", "0B,1G,G2", 3),
    other_coverage(
        "", "", (INPATIENT,),
        other_payer_provider("2330C", "attending provider", "71", "1", ALL_REFS, 4),
        other_payer_provider("2330D", "operating physician", "72", "1", ALL_REFS, 4),
        other_payer_provider("2330E", "other operating physician", "ZZ", "1", ALL_REFS, 4),
        other_payer_provider("2330F", "service facility", "77", "2", "0B,G2,LU", 3),
        other_payer_provider("2330G", "rendering provider", "82", "1", ALL_REFS, 4),
        other_payer_provider("2330H", "referring provider", "DN", "1", "0B,1G,G2", 3),
        other_payer_provider("2330I", "billing provider", "85", "2", "G2,LU", 2),
    ),
    SERVICE_LINE,
    rules=("claim-sum", "claim-cob", "claim-frequency", "claim-controls", "claim-diagnoses", "claim-payers",
           "claim-dated", "claim-stay", "claim-dates"),
)  # fmt: skip

PATIENT = loop(
    "2000C", "patient", "S", MANY,
    hierarchy("patient level", "23", "0", True),
    seg("PAT", "patient facts", "R", 1, "01=01,19,20,21,39,40,53,G8"),
    loop("2010CA", "patient", "R", 1,
         name("patient", "QC", f"02=1 03 {PERSON}"), street("patient", "R"), city("patient", "R"),
         seg("DMG", "patient birth date and sex", "R", 1, "01=D8 02 03=F,M,U", {"02": "birth date"}),
         ref("property and casualty claim number", "Y4"), ref("property and casualty patient identifier", "1W,SY")),
    CLAIM,
)  # fmt: skip

SUBSCRIBER = loop(
    "2000B", "subscriber", "R", MANY,
    hierarchy("subscriber level", "22", "0,1", True),
    seg("SBR", "subscriber", "R", 1, f"01={PAYER_ORDER} 02?=18 03? 04? 09?={FILING}"),
    loop("2010BA", "subscriber", "R", 1,
         name("subscriber", "IL", f"02=1,2 03 {PERSON} 08?=II,MI 09?"), street("subscriber", "S"), city("subscriber", "S"),
         seg("DMG", "subscriber birth date and sex", "S", 1, "01=D8 02 03=F,M,U", {"02": "birth date"}),
         ref("subscriber secondary identifier", "SY"), ref("property and casualty claim number", "Y4"),
         rules=("member-id",)),
    payer(1),
    CLAIM,
    PATIENT,
    rules=("subscriber-patient",),
)  # fmt: skip

BILLING = loop(
    "2000A", "billing provider", "R", MANY,
    hierarchy("billing provider level", "20", "1", False),
    BILLING_SPECIALTY,
    CURRENCY,
    loop("2010AA", "billing provider", "R", 1,
         name("billing provider", "85", f"02=2 03 {NPI}"), *located("billing provider", "R"),
         ref("billing provider tax id", "EI", "R"),
         seg("PER", "billing provider contact", "S", 2, f"01=IC 02? {NUMBERS}"),
         rules=("zip-plus-four",)),
    *pay_to("2"),
    SUBSCRIBER,
)  # fmt: skip

CLAIM_837I: Final[Guide] = guide(
    "837I",
    "837",
    "HC",
    "institutional claim",
    ("005010X223A2", "005010X223A3", "005010X223A1", "005010X223"),
    *header(),
    BILLING,
)
