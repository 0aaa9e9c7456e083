"""The professional claim: 005010X222A1, also announced as X222A2 or X222."""

from typing import Final

from shared.x12.grammar import MANY, Guide, Loop, SegmentUse
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

AMBULANCE_CONDITIONS = "01,04,05,06,07,08,09,12"
INSURANCE_TYPES = "12,13,14,15,16,41,42,43,47"
PROCEDURE = "(01=ER,HC,IV,WK 02 03? 04? 05? 06? 07?)"
PATIENT_FACTS = "05?=D8 06? 07?=01 08? 09?=Y"
PHONE = "01=IC 02? 03=TE 04 05?=EX 06?"


def _crc(name_: str, category: str, answers: str, values: str, most: int, further: int) -> SegmentUse:
    rest = " ".join(f"{n:02d}?={values}" for n in range(4, 4 + further))
    return seg("CRC", name_, "S", most, f"01={category} 02={answers} 03={values} {rest}")


def _provider(identifier: str, owner: str, code: str, kinds: str, refs: str, most: int, *, times: int = 1, taxonomy: bool = False,
              further: str = "", named: bool = True) -> Loop:  # fmt: skip
    words = f"02={kinds} 03 {PERSON} {NPI}" if named else f"02={kinds} {NPI}"
    specialty = (
        [seg("PRV", f"{owner} taxonomy", "S", 1, "01=PE 02=PXC 03", {"03": "taxonomy"})] if taxonomy else []
    )
    return loop(identifier, owner, "S", times, name(owner, code, words), *specialty,
                ref(f"{owner} secondary identifier", refs, "S", most, further))  # fmt: skip


def _place(identifier: str, owner: str, code: str, named: str) -> Loop:
    return loop(
        identifier, owner, "S", 1, name(owner, code, f"02=2 {named}"), street(owner, "R"), city(owner, "R")
    )


CLAIM_DATES = (
    day("onset of illness", "431"), day("initial treatment", "454"), day("last seen", "304"), day("acute manifestation", "453"),
    day("accident", "439"), day("last menstrual period", "484"), day("last X-ray", "455"), day("prescription", "471"),
    day("disability", "314,360,361", "D8,RD8"), day("last worked", "297"), day("return to work", "296"), day("admission", "435"),
    day("discharge", "096"), day("assumed or relinquished care", "090,091", most=2), day("first contact", "444"),
    day("repricer received", "050"),
)  # fmt: skip

CLAIM_REFERENCES = (
    ref("service authorization exception", "4N"), ref("Medicare crossover indicator", "F5"), ref("mammography certificate", "EW"),
    ref("referral", "9F"), ref("prior authorization", "G1"), ref("payer claim control number", "F8"), ref("CLIA number", "X4"),
    ref("repriced claim number", "9A"), ref("adjusted repriced claim number", "9C"), ref("investigational device", "LX"),
    ref("clearinghouse claim number", "D9"), ref("medical record number", "EA"), ref("demonstration project", "P4"),
    ref("care plan oversight", "1J"),
)  # fmt: skip

CR1 = seg("CR1", "ambulance transport", "S", 1, "01?=LB 02? 04=A,B,C,D,E 05=DH 06 09? 10?")

SERVICE_LINE = loop(
    "2400", "service line", "R", 50,
    seg("LX", "line counter", "R", 1, "01"),
    seg("SV1", "professional service", "R", 1,
        f"01{PROCEDURE} 02 03=MJ,UN 04 05? 07(01 02? 03? 04?) 09?=Y 11?=Y 12?=Y 15?=0",
        {"01-2": "procedure code", "02": "line charge", "04": "units", "05": "place of service", "09": "emergency", "11": "EPSDT",
         "12": "family planning"}),
    seg("SV5", "medical equipment", "S", 1, "01(01=HC 02) 02=DA 03 04 05 06=1,4,6",
        {"03": "days", "04": "rental price", "05": "purchase price"}),
    PAPERWORK,
    seg("PWK", "certificate of medical necessity", "S", 1, "01=CT 02=AB,AD,AF,AG,NS"),
    CR1,
    seg("CR3", "equipment certification", "S", 1, "01=I,R,S 02=MO 03"),
    _crc("ambulance certification", "07", "N,Y", AMBULANCE_CONDITIONS, 3, 4),
    _crc("hospice employee", "70", "N,Y", "65", 1, 0),
    _crc("equipment condition", "09", "N,Y", "38,ZV", 1, 1),
    day("service date", "472", "D8,RD8", "R"), day("prescription date", "471"), day("certification revision", "607"),
    day("begin of therapy", "463"), day("last certification", "461"), day("last seen", "304"), day("test", "738,739", most=2),
    day("shipped", "011"), day("last X-ray", "455"), day("initial treatment", "454"),
    seg("QTY", "ambulance patients", "S", 1, "01=PT 02"),
    seg("QTY", "obstetric anesthesia units", "S", 1, "01=FL 02"),
    seg("MEA", "test result", "S", 5, "01=OG,TR 02=HT,R1,R2,R3,R4 03"),
    CONTRACT,
    ref("repriced line number", "9B"), ref("adjusted repriced line number", "9D"),
    ref("prior authorization", "G1", most=5, further=PLAN_REFERENCE), ref("line control number", "6R"),
    ref("mammography certificate", "EW"), ref("CLIA number", "X4"), ref("referring CLIA number", "F4"),
    ref("immunization batch", "BT"), ref("referral", "9F", most=5, further=PLAN_REFERENCE),
    amount("sales tax", "T"), amount("postage", "F4"),
    FILE_INFORMATION,
    seg("NTE", "line note", "S", 1, "01=ADD,DCP 02"),
    seg("NTE", "third party note", "S", 1, "01=TPO 02"),
    seg("PS1", "purchased service", "S", 1, "01 02"),
    pricing("09?=ER,HC,IV,WK 10? 11?=MJ,UN 12?"),
    drug("EN,EO,HI,N4,ON,UK,UP"),
    _provider("2420A", "rendering provider", "82", "1,2", "0B,1G,G2,LU", 20, taxonomy=True, further=PLAN_REFERENCE),
    _provider("2420B", "purchased service provider", "QB", "1,2", "0B,1G,G2", 20, further=PLAN_REFERENCE, named=False),
    facility("2420C", "G2,LU", 3, PLAN_REFERENCE),
    _provider("2420D", "supervising provider", "DQ", "1", "0B,1G,G2,LU", 20, further=PLAN_REFERENCE),
    loop("2420E", "ordering provider", "S", 1,
         name("ordering provider", "DK", f"02=1 03 {PERSON} {NPI}"), *located("ordering provider", "S"),
         ref("ordering provider secondary identifier", "0B,1G,G2", most=20, further=PLAN_REFERENCE),
         seg("PER", "ordering provider contact", "S", 1, f"01=IC 02? {NUMBERS}")),
    _provider("2420F", "referring provider", "DN,P3", "1", "0B,1G,G2", 20, times=2, further=PLAN_REFERENCE),
    _place("2420G", "ambulance pick-up", "PW", ""),
    _place("2420H", "ambulance drop-off", "45", "03?"),
    adjudicated(f"03{PROCEDURE}"),
    loop("2440", "form", "S", MANY,
         seg("LQ", "form identification", "R", 1, "01=AS,UT 02"),
         seg("FRM", "form question", "R", 99, "01 02?=N,W,Y 03? 04? 05?")),
    rules=("line-pointers", "line-cob"),
)  # fmt: skip

CLAIM = loop(
    "2300", "claim", "S", 100,
    seg("CLM", "claim", "R", 1,
        f"01 02 05(01 02=B 03) 06=N,Y 07=A,B,C 08=N,W,Y 09=I,Y 10?=P 11?(01=AA,EM,OA 02?=AA,EM,OA 04? 05?) "
        f"12?=02,03,05,09 20?={DELAY}",
        {"01": "claim number", "02": "claim charge", "05-1": "place of service", "05-3": "frequency", "06": "provider signature",
         "08": "benefits assigned", "11-4": "accident state", "11-5": "accident country"}),
    *CLAIM_DATES,
    PAPERWORK,
    CONTRACT,
    amount("patient amount paid", "F5"),
    *CLAIM_REFERENCES,
    FILE_INFORMATION,
    seg("NTE", "claim note", "S", 1, "01=ADD,CER,DCP,DGN,TPO 02"),
    CR1,
    seg("CR2", "spinal manipulation", "S", 1, "08=A,C,D,E,F,G,M 10? 11?"),
    _crc("ambulance certification", "07", "N,Y", AMBULANCE_CONDITIONS, 3, 4),
    _crc("vision condition", "E1,E2,E3", "N,Y", "L1,L2,L3,L4,L5", 3, 4),
    _crc("homebound", "75", "Y", "IH", 1, 0),
    _crc("EPSDT referral", "ZZ", "N,Y", "AV,NU,S2,ST", 1, 2),
    codes("diagnoses", "ABF,BF", "02", "ABK,BK", usage="R"),
    codes("anesthesia procedure", "BO", "02", "BP", count=2),
    codes("conditions", "BG", "02", "BG", most=2),
    pricing(""),
    _provider("2310A", "referring provider", "DN,P3", "1", "0B,1G,G2", 3, times=2),
    _provider("2310B", "rendering provider", "82", "1,2", "0B,1G,G2,LU", 4, taxonomy=True),
    facility("2310C", "0B,G2,LU", contact=True),
    _provider("2310D", "supervising provider", "DQ", "1", "0B,1G,G2,LU", 4),
    _place("2310E", "ambulance pick-up", "PW", ""),
    _place("2310F", "ambulance drop-off", "45", "03?"),
    other_coverage(
        f"05?={INSURANCE_TYPES}", "04?=P", (),
        other_payer_provider("2330C", "referring provider", "DN,P3", "1", "0B,1G,G2", 3, 2),
        other_payer_provider("2330D", "rendering provider", "82", "1,2", "0B,1G,G2,LU", 3),
        other_payer_provider("2330E", "service facility", "77", "2", "0B,G2,LU", 3),
        other_payer_provider("2330F", "supervising provider", "DQ", "1", "0B,1G,G2,LU", 3),
        other_payer_provider("2330G", "billing provider", "85", "1,2", "G2,LU", 2),
    ),
    SERVICE_LINE,
    rules=("claim-sum", "claim-cob", "claim-frequency", "claim-accident", "claim-controls", "claim-diagnoses", "claim-payers",
           "claim-dated", "claim-dates", "claim-transport"),
)  # fmt: skip

PATIENT = loop(
    "2000C", "patient", "S", MANY,
    hierarchy("patient level", "23", "0", True),
    seg("PAT", "patient facts", "R", 1, f"01=01,19,20,21,39,40,53,G8 {PATIENT_FACTS}"),
    loop("2010CA", "patient", "R", 1,
         name("patient", "QC", f"02=1 03 {PERSON}"), street("patient", "R"), city("patient", "R"),
         seg("DMG", "patient birth date and sex", "R", 1, "01=D8 02 03=F,M,U", {"02": "birth date"}),
         ref("property and casualty claim number", "Y4"), ref("property and casualty patient identifier", "1W,SY"),
         seg("PER", "patient contact", "S", 1, PHONE)),
    CLAIM,
)  # fmt: skip

SUBSCRIBER = loop(
    "2000B", "subscriber", "R", MANY,
    hierarchy("subscriber level", "22", "0,1", True),
    seg("SBR", "subscriber", "R", 1, f"01={PAYER_ORDER} 02?=18 03? 04? 05?={INSURANCE_TYPES} 09?={FILING}"),
    seg("PAT", "subscriber facts", "S", 1, PATIENT_FACTS),
    loop("2010BA", "subscriber", "R", 1,
         name("subscriber", "IL", f"02=1,2 03 {PERSON} 08?=II,MI 09?"), street("subscriber", "S"), city("subscriber", "S"),
         seg("DMG", "subscriber birth date and sex", "S", 1, "01=D8 02 03=F,M,U", {"02": "birth date"}),
         ref("subscriber secondary identifier", "SY"), ref("property and casualty claim number", "Y4"),
         seg("PER", "subscriber contact", "S", 1, PHONE),
         rules=("member-id",)),
    payer(2),
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
         name("billing provider", "85", f"02=1,2 03 {PERSON} {NPI}"), *located("billing provider", "R"),
         ref("billing provider tax id", "EI,SY", "R"), ref("billing provider license", "0B,1G", most=2),
         seg("PER", "billing provider contact", "S", 2, f"01=IC 02? {NUMBERS}"),
         rules=("zip-plus-four",)),
    *pay_to("1,2"),
    SUBSCRIBER,
)  # fmt: skip

CLAIM_837P: Final[Guide] = guide(
    "837P",
    "837",
    "HC",
    "professional claim",
    ("005010X222A1", "005010X222A2", "005010X222"),
    *header(),
    BILLING,
)
