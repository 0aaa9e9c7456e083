"""Hypothesis makes transaction sets of any segments with any elements, in the words that X12 knows."""

from hypothesis import strategies as st

CLAIM = (
    "BHT NM1 N3 N4 REF PER HL PRV CUR SBR PAT DMG CLM DTP CL1 PWK CN1 AMT K3 NTE CR1 CR2 CR3 CRC HI HCP CAS OI MIA MOA LX SV1 "
    "SV2 SV5 QTY MEA PS1 LIN CTP SVD LQ FRM"
)
SETS = {
    "837P": ("837", "HC", "005010X222A1", CLAIM),
    "837I": ("837", "HC", "005010X223A2", CLAIM),
    "835": (
        "835",
        "HP",
        "005010X221A1",
        "BPR TRN CUR REF DTM N1 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB",
    ),
    "999": ("999", "FA", "005010X231A1", "AK1 AK2 IK3 CTX IK4 IK5 AK9"),
    "277CA": ("277", "HN", "005010X214", "BHT HL NM1 TRN STC QTY AMT REF DTP SVC"),
    "277": ("277", "HN", "005010X212", "BHT HL NM1 PER TRN STC REF DTP SVC"),
    "276": ("276", "HR", "005010X212", "BHT HL NM1 TRN REF AMT DTP SVC DMG"),
}
"""By kind: ST01, GS01, the guide, and the segments that it knows."""

ELEMENTS = """
1 2 22 PR PE QC IL 74 82 TT 85 1P 41 40 87 77 71 XX XV FI MI 45 CO 6R 232 150 151 472 434 435 573 D8 RD8 DT TM 20260101 20260231
20260101-20260105 HE 20 21 19 23 PT 10.50 -3 1,5 . - HC:G0463:25 WO:REF A7:562:85 :::::::: 90 YU 1K EJ I L6 TJ 2U 11:B:1 ABK:I10
ABF:E119 BBR:0DTJ4ZZ:D8:20260101 BE:80:::1.5 18 S P Y A D F8 G1 1:2 9999999999999999999999 0.001 UN XZ N4
"""

HEAD = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261012*0930*^*00501*000000001*0*T*:"

element = st.one_of(st.just(""), st.sampled_from(ELEMENTS.split()), st.text("ABC019.-: ^", max_size=6))


@st.composite
def soups(draw: st.DrawFn) -> tuple[str, bytes]:
    """A kind, and a file of one set of that kind with any segments in any order."""
    kind = draw(st.sampled_from(sorted(SETS)))
    set_id, functional, guide, vocabulary = SETS[kind]
    names = st.sampled_from([*vocabulary.split(), "ZZZ", "", "SE"])
    rows = draw(st.lists(st.tuples(names, st.lists(element, max_size=12)), max_size=25))
    start = f"ST*{set_id}*0001" + ("" if kind == "835" else f"*{guide}")
    body = [start, *("*".join((name, *values)) for name, values in rows), f"SE*{len(rows) + 2}*0001"]
    group = f"GS*{functional}*A*B*20261012*0930*1*X*{guide}"
    return kind, ("~".join([HEAD, group, *body, "GE*1*1", "IEA*1*000000001"]) + "~").encode()
