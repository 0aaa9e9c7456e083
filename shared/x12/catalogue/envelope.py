"""X12-01 to X12-03: bytes, interchange, group, transaction set."""

from shared.x12.findings import entry

_APPENDIX = "X12.5 interchange control structures; 005010 guides, appendix C"
_ENVELOPE = "005010 guides, appendix C.1"
_SYNTAX = "X12.6 application control structure"

# ---------------------------------------------------------------- bytes and interchange
entry(
    "X12-0101",
    "error",
    "not an X12 file",
    "No interchange header (ISA) was found.",
    "Send a file that begins with ISA. If it is of another format, use the door for that format.",
    _APPENDIX,
)
entry(
    "X12-0102",
    "warning",
    "bytes outside the interchange",
    "There are bytes before or between interchanges that belong to none.",
    "Remove what is not X12 (mail headers, banners, page breaks) before sending.",
    _APPENDIX,
)
entry(
    "X12-0103",
    "warning",
    "byte order mark",
    "The file begins with a UTF-8 byte order mark.",
    "Write the file without a byte order mark; X12 knows none.",
    _APPENDIX,
)
entry(
    "X12-0104",
    "warning",
    "not UTF-8",
    "Some bytes are not UTF-8; they were read as Latin-1.",
    "Send only characters of the X12 basic and extended sets, which are ASCII.",
    "005010 guides, appendix B.1.1.2",
)
entry(
    "X12-0105",
    "warning",
    "white space between segments",
    "There are line breaks or spaces around segment terminators.",
    "End each segment with the terminator alone; many receivers do not take anything after it.",
    _APPENDIX,
)
entry(
    "X12-0106",
    "error",
    "file ends too early",
    "The file ends before the {} was closed: the last whole segment is {}.",
    "Send the whole file again: a transfer was probably cut off.",
    _APPENDIX,
    ta1="023",
)
entry(
    "X12-0107",
    "error",
    "interchange header has the wrong width",
    "Elements of the ISA do not have their fixed widths (106 characters with the terminator).",
    "Pad each ISA element with spaces to its width; ISA06 and ISA08 have 15 characters.",
    _ENVELOPE,
    ta1="022",
    at="ISA interchange header",
)
entry(
    "X12-0108",
    "error",
    "interchange header cannot be read",
    "An ISA begins here, but its sixteen elements and delimiters cannot be found.",
    "Write the ISA with all sixteen elements.",
    _ENVELOPE,
    ta1="022",
    at="ISA interchange header",
)
entry(
    "X12-0109",
    "error",
    "interchange version not supported",
    "ISA12 is not 00501.",
    "Send version 005010 (ISA12 = 00501).",
    _ENVELOPE,
    ta1="017",
    at="ISA12 interchange version",
)
entry(
    "X12-0110",
    "error",
    "interchange header element not valid",
    "{} of the ISA is not one of the values it may have.",
    "Correct the element; see appendix C of the guide.",
    _ENVELOPE,
    ta1="024",
)
entry(
    "X12-0111",
    "error",
    "interchange date or time not valid",
    "{} of the ISA is not a date or time.",
    "Write ISA09 as YYMMDD and ISA10 as HHMM.",
    _ENVELOPE,
    ta1="014",
)
entry(
    "X12-0112",
    "error",
    "interchange control number not valid",
    "ISA13 is not nine digits.",
    "Write ISA13 as nine digits, with leading zeros.",
    _ENVELOPE,
    ta1="018",
    at="ISA13 interchange control number",
)
entry(
    "X12-0113",
    "error",
    "interchange control numbers differ",
    "IEA02 is not the ISA13 of this interchange.",
    "Repeat ISA13 in IEA02.",
    _ENVELOPE,
    ta1="001",
    at="IEA02 interchange control number",
)
entry(
    "X12-0114",
    "error",
    "wrong number of groups",
    "IEA01 says {} groups, the interchange has {}.",
    "Count the GS segments.",
    _ENVELOPE,
    ta1="021",
    at="IEA01 number of groups",
)
entry(
    "X12-0115",
    "error",
    "interchange not closed",
    "The interchange has no IEA.",
    "End each interchange with IEA.",
    _ENVELOPE,
    ta1="023",
    at="ISA interchange header",
)
entry(
    "X12-0116",
    "error",
    "duplicate interchange control number",
    "This ISA13 was used before in this file by the same sender.",
    "Give each interchange its own control number.",
    _ENVELOPE,
    ta1="025",
    at="ISA13 interchange control number",
)
entry(
    "X12-0117",
    "error",
    "delimiters are not distinct",
    "Two of the four delimiters are the same character, or one is a letter, digit or space.",
    "Choose four different characters that do not occur in values; * ^ : ~ are usual.",
    _ENVELOPE,
    ta1="026",
    at="ISA delimiters",
)
entry(
    "X12-0118",
    "warning",
    "component separator is not the announced one",
    "ISA16 announces another component separator than the composites of this file use.",
    "Announce in ISA16 the character that separates components.",
    _ENVELOPE,
    ta1="027",
)
entry(
    "X12-0119",
    "error",
    "segment outside a group",
    "The segment {} stands where only GS, TA1 or IEA may stand.",
    "Put transaction sets inside a group (GS to GE).",
    _ENVELOPE,
    ta1="024",
)
entry(
    "X12-0120",
    "warning",
    "interchange is empty",
    "The interchange has neither a group nor a TA1.",
    "Send no empty interchange.",
    _ENVELOPE,
)
entry(
    "X12-0121",
    "warning",
    "empty segment",
    "Two terminators follow each other.",
    "Write one terminator after each segment.",
    _SYNTAX,
)

entry(
    "X12-0122",
    "warning",
    "last segment not terminated",
    "The file ends right behind its last segment, without a terminator.",
    "End each segment with the terminator, the last one too; receivers take a file without it for cut off.",
    _SYNTAX,
)

# ---------------------------------------------------------------- group
entry(
    "X12-0201",
    "error",
    "group control numbers differ",
    "GE02 is not the GS06 of this group.",
    "Repeat GS06 in GE02.",
    _ENVELOPE,
    ak9="4",
    at="GE02 group control number",
)
entry(
    "X12-0202",
    "error",
    "wrong number of transaction sets",
    "GE01 says {} transaction sets, the group has {}.",
    "Count the ST segments.",
    _ENVELOPE,
    ak9="5",
    at="GE01 number of transaction sets",
)
entry(
    "X12-0203",
    "error",
    "group not closed",
    "The group has no GE.",
    "End each group with GE.",
    _ENVELOPE,
    ak9="3",
    at="GS group header",
)
entry(
    "X12-0204",
    "error",
    "group control number not valid",
    "GS06 is not a number of one to nine digits.",
    "Write GS06 as a number, not 0.",
    _ENVELOPE,
    ak9="6",
    at="GS06 group control number",
)
entry(
    "X12-0205",
    "error",
    "duplicate group control number",
    "This GS06 was used before in this interchange.",
    "Give each group its own control number.",
    _ENVELOPE,
    ak9="19",
    at="GS06 group control number",
)
entry(
    "X12-0206",
    "error",
    "group header element not valid",
    "{} of the GS is missing or not one of the values it may have.",
    "Correct the element; see appendix C of the guide.",
    _ENVELOPE,
    ak9="2",
)
entry(
    "X12-0207",
    "error",
    "group does not fit its content",
    "GS01 says {}, but the group holds transaction sets of kind {}.",
    "Write the functional identifier of the transaction set in GS01.",
    _ENVELOPE,
    ak9="1",
    at="GS01 functional group",
)
entry(
    "X12-0208",
    "error",
    "group date or time not valid",
    "{} of the GS is not a date or time.",
    "Write GS04 as CCYYMMDD and GS05 as HHMM.",
    _ENVELOPE,
    ak9="2",
)

# ---------------------------------------------------------------- transaction set
entry(
    "X12-0301",
    "error",
    "set control numbers differ",
    "SE02 is not the ST02 of this transaction set.",
    "Repeat ST02 in SE02.",
    _ENVELOPE,
    ik5="3",
    at="SE02 set control number",
)
entry(
    "X12-0302",
    "error",
    "wrong number of segments",
    "SE01 says {} segments, the set has {}, counted with ST and SE.",
    "Count all segments from ST to SE.",
    _ENVELOPE,
    ik5="4",
    at="SE01 number of segments",
)
entry(
    "X12-0303",
    "error",
    "set not closed",
    "The transaction set has no SE.",
    "End each transaction set with SE.",
    _ENVELOPE,
    ik5="2",
    at="ST transaction set header",
)
entry(
    "X12-0304",
    "error",
    "set control number not valid",
    "ST02 is missing or does not have four to nine characters.",
    "Write ST02 with four to nine characters.",
    _ENVELOPE,
    ik5="7",
    at="ST02 set control number",
)
entry(
    "X12-0305",
    "error",
    "duplicate set control number",
    "This ST02 was used before in this group.",
    "Give each transaction set of a group its own control number.",
    _ENVELOPE,
    ik5="23",
    at="ST02 set control number",
)
entry(
    "X12-0306",
    "error",
    "transaction not supported",
    "This is a {}, which is not taken here.",
    "Send 837P, 837I, 835, 999, TA1, 277CA, 276 or 277 of version 005010.",
    _ENVELOPE,
    ik5="1",
    at="ST01 transaction set",
)
entry(
    "X12-0307",
    "error",
    "guide not supported",
    "The version {} is not one that is taken here.",
    "Announce the guide in GS08 and ST03, for example 005010X222A1.",
    _ENVELOPE,
    ik5="I6",
    ak9="2",
    at="ST03 guide",
)
entry(
    "X12-0308",
    "warning",
    "guide announced twice, differently",
    "ST03 is not the GS08 of its group.",
    "Write the same version in both.",
    _ENVELOPE,
    ik5="19",
    at="ST03 guide",
)
entry(
    "X12-0309",
    "error",
    "segment outside a transaction set",
    "The segment {} stands between transaction sets.",
    "Put every segment between ST and SE.",
    _SYNTAX,
    ik3="2",
)
entry(
    "X12-0310",
    "error",
    "transaction set identifier not valid",
    "ST01 is not the number of a transaction set, which has three digits.",
    "Write the number of the transaction set in ST01: 837, 835, 277 ...",
    _ENVELOPE,
    ik5="6",
    at="ST01 transaction set",
)
