"""What the professional and the institutional claim guide say alike: names, addresses, other payers, adjudicated lines."""

from shared.x12.grammar import MANY, Loop, SegmentUse, Usage
from shared.x12.notation import loop, seg

FILING = "11,12,13,14,15,16,17,AM,BL,CH,CI,DS,FI,HM,LM,MA,MB,MC,OF,TV,VA,WC,ZZ"
PAYER_ORDER = "A,B,C,D,E,F,G,H,P,S,T,U"
RELATIONSHIP = "01,18,19,20,21,39,40,53,G8"
DELAY = "1,2,3,4,5,6,7,8,9,10,11,15"
ATTACHMENTS = (
    "03,04,05,06,07,08,09,10,11,13,15,21,A3,A4,AM,AS,B2,B3,B4,BR,BS,BT,CB,CK,CT,D2,DA,DB,DG,DJ,DS,EB,HC,HR,I5,IR,LA,M1,MT,"
    "NN,OB,OC,OD,OE,OX,OZ,P4,P5,PE,PN,PO,PQ,PY,PZ,RB,RR,RT,RX,SG,V5,XP"
)
SENDING = "AA,BM,EL,EM,FT,FX"
PRICING = "00,01,02,03,04,05,06,07,08,09,10,11,12,13,14"
REJECTS = "13?=T1,T2,T3,T4,T5,T6 14?=1,2,3,4,5 15?=1,2,3,4,5,6"
PERSON = "04? 05? 07?"
NPI = "08?=XX 09?"
NUMBERS = "03=EM,FX,TE 04 05?=EM,EX,FX,TE 06? 07?=EM,EX,FX,TE 08?"


def street(owner: str, usage: Usage) -> SegmentUse:
    """Make the N3 of an address."""
    return seg("N3", f"{owner} street", usage, 1, "01 02?")


def city(owner: str, usage: Usage) -> SegmentUse:
    """Make the N4 of an address."""
    return seg("N4", f"{owner} city, state, ZIP", usage, 1, "01 02? 03? 04? 07?")


def located(owner: str, usage: Usage) -> tuple[SegmentUse, SegmentUse]:
    """Make N3 and N4."""
    return street(owner, usage), city(owner, usage)


def ref(name: str, codes: str, usage: Usage = "S", most: int = 1, further: str = "") -> SegmentUse:
    """Make a REF; ``further`` is the notation of REF04 where the guide uses it."""
    return seg("REF", name, usage, most, f"01={codes} 02 {further}", {"02": name})


def day(name: str, codes: str, formats: str = "D8", usage: Usage = "S", most: int = 1) -> SegmentUse:
    """Make a DTP."""
    return seg("DTP", name, usage, most, f"01={codes} 02={formats} 03", {"03": name})


def amount(name: str, code: str) -> SegmentUse:
    """Make an AMT."""
    return seg("AMT", name, "S", 1, f"01={code} 02", {"02": name})


def name(owner: str, code: str, words: str) -> SegmentUse:
    """Make an NM1, required, once: every name loop begins so."""
    return seg(
        "NM1",
        f"{owner} name",
        "R",
        1,
        f"01={code} {words}",
        {"03": f"{owner} name", "09": f"{owner} identifier"},
    )


def codes(
    name_: str, qualifiers: str, inner: str, first: str, most: int = 1, count: int = 12, usage: Usage = "S"
) -> SegmentUse:
    """Make an HI of up to ``count`` composites; ``first`` are the qualifiers of the first."""
    words = [f"01(01={first} {inner})", *(f"{n:02d}?(01={qualifiers} {inner})" for n in range(2, count + 1))]
    return seg("HI", name_, usage, most, " ".join(words))


def adjustments(name_: str) -> SegmentUse:
    """Make a CAS: group, then up to six times reason, amount, quantity."""
    rest = " ".join(f"{n:02d}?" for n in range(4, 20))
    return seg("CAS", name_, "S", 5, f"01=CO,CR,OA,PI,PR 02 03 {rest}")


def header(purposes: str = "CH,RP,31") -> tuple[SegmentUse | Loop, ...]:
    """Make BHT, submitter and receiver."""
    return (
        seg("BHT", "beginning of the batch", "R", 1, f"01=0019 02=00,18 03{{1,30}} 04 05 06={purposes}",
            {"03": "batch number", "04": "batch date", "05": "batch time"}),
        loop("1000A", "submitter", "R", 1,
             name("submitter", "41", "02=1,2 03 04? 05? 08=46 09"),
             seg("PER", "submitter contact", "R", 2, f"01=IC 02? {NUMBERS}")),
        loop("1000B", "receiver", "R", 1, name("receiver", "40", "02=2 03 08=46 09")),
    )  # fmt: skip


def pay_to(kinds: str) -> tuple[Loop, Loop]:
    """Make the two pay-to loops."""
    return (
        loop("2010AB", "pay-to address", "S", 1, name("pay-to", "87", f"02={kinds}"), street("pay-to", "R"), city("pay-to", "R")),
        loop("2010AC", "pay-to plan", "S", 1,
             name("pay-to plan", "PE", "02=2 03 08=PI,XV 09"), street("pay-to plan", "R"), city("pay-to plan", "R"),
             ref("pay-to plan secondary identifier", "2U,FY,NF"), ref("pay-to plan tax id", "EI", "R")),
    )  # fmt: skip


def payer(billing_refs: int) -> Loop:
    """Make the billed payer's loop."""
    return loop("2010BB", "payer", "R", 1,
                name("payer", "PR", "02=2 03 08=PI,XV 09"), street("payer", "S"), city("payer", "S"),
                ref("payer secondary identifier", "2U,EI,FY,NF", most=3),
                ref("billing provider's number with this payer", "G2,LU", most=billing_refs))  # fmt: skip


def facility(identifier: str, refs: str, most: int = 3, further: str = "", contact: bool = False) -> Loop:
    """Make a service facility loop."""
    words = seg("PER", "service facility contact", "S", 1, "01=IC 02? 03=TE 04 05?=EX 06?")
    return loop(identifier, "service facility", "S", 1,
                name("service facility", "77", f"02=2 03 {NPI}"), *located("service facility", "R"),
                ref("service facility secondary identifier", refs, "S", most, further), *([words] * contact),
                rules=("zip-plus-four",))  # fmt: skip


def other_payer_provider(
    identifier: str, owner: str, code: str, kinds: str, refs: str, most: int, times: int = 1
) -> Loop:
    """Make a provider as another payer knows it (2330C and following)."""
    return loop(identifier, f"other payer's {owner}", "S", times,
                seg("NM1", f"other payer's {owner}", "R", 1, f"01={code} 02={kinds}"),
                ref(f"other payer's number of the {owner}", refs, "R", most))  # fmt: skip


def other_coverage(
    insurance_type: str, signature: str, inpatient: tuple[SegmentUse, ...], *providers: Loop
) -> Loop:
    """Make loop 2320: another payer of the patient, and what it decided."""
    return loop(
        "2320", "other coverage", "S", 10,
        seg("SBR", "other subscriber", "R", 1, f"01={PAYER_ORDER} 02={RELATIONSHIP} 03? 04? {insurance_type} 09?={FILING}"),
        adjustments("claim adjustments of the other payer"),
        amount("amount the other payer paid", "D"),
        amount("non-covered amount", "A8"),
        amount("remaining patient liability", "EAF"),
        seg("OI", "other coverage's agreements", "R", 1, f"03=N,W,Y {signature} 06=I,Y"),
        *inpatient,
        seg("MOA", "outpatient adjudication", "S", 1, " ".join(f"{n:02d}?" for n in range(1, 10))),
        loop("2330A", "other subscriber", "R", 1,
             name("other subscriber", "IL", f"02=1,2 03 {PERSON} 08=II,MI 09"), street("other subscriber", "S"),
             city("other subscriber", "S"), ref("other subscriber secondary identifier", "SY", most=2)),
        loop("2330B", "other payer", "R", 1,
             name("other payer", "PR", "02=2 03 08=PI,XV 09"), street("other payer", "S"), city("other payer", "S"),
             day("day the other payer decided", "573"),
             ref("other payer secondary identifier", "2U,EI,FY,NF", most=2), ref("other payer's prior authorization", "G1"),
             ref("other payer's referral", "9F"), ref("other payer's claim adjustment indicator", "T4"),
             ref("other payer's claim control number", "F8")),
        *providers,
        rules=("adjustments",),
    )  # fmt: skip


def adjudicated(procedure: str) -> Loop:
    """Make loop 2430: what another payer decided about this line."""
    return loop(
        "2430", "line adjudication", "S", 15,
        seg("SVD", "line decision of the other payer", "R", 1, f"01 02 {procedure} 05 06?",
            {"01": "other payer identifier", "02": "amount the other payer paid"}),
        adjustments("line adjustments of the other payer"),
        day("day the other payer decided", "573", usage="R"),
        amount("remaining patient liability", "EAF"),
        rules=("adjustments",),
    )  # fmt: skip


def drug(kinds: str) -> Loop:
    """Make loop 2410."""
    return loop("2410", "drug", "S", 1,
                seg("LIN", "drug", "R", 1, f"02={kinds} 03", {"03": "national drug code"}),
                seg("CTP", "drug quantity", "R", 1, "04 05(01=F2,GR,ME,ML,UN)"),
                ref("prescription", "VY,XZ"))  # fmt: skip


def pricing(usage_words: str) -> SegmentUse:
    """Make an HCP."""
    return seg("HCP", "pricing", "S", 1, f"01={PRICING} 02 03? 04? 05? 06? 07? {usage_words} {REJECTS}")


CONTRACT = seg("CN1", "contract", "S", 1, "01=01,02,03,04,05,06,09 02? 03? 04? 05? 06?")
FILE_INFORMATION = seg("K3", "file information", "S", 10, "01")
PAPERWORK = seg(
    "PWK",
    "attachment",
    "S",
    10,
    f"01={ATTACHMENTS} 02={SENDING} 05?=AC 06?",
    {"06": "attachment control number"},
)
CURRENCY = seg("CUR", "foreign currency", "S", 1, "01=85 02")
BILLING_SPECIALTY = seg("PRV", "billing provider taxonomy", "S", 1, "01=BI 02=PXC 03", {"03": "taxonomy"})
PLAN_REFERENCE = "04?(01=2U 02)"


def hierarchy(name_: str, level: str, child: str, parent: bool) -> SegmentUse:
    """Make an HL."""
    return seg("HL", name_, "R", 1, f"01 {'02' if parent else ''} 03={level} 04={child}")


__all__ = ["MANY"]
