"""What the X12 standard itself says (005010): data elements, composites, segment layouts. Facts, said once for all guides."""

from typing import Final

from msgspec import Struct

from shared.x12.grammar import Condition


class DataElement(Struct, frozen=True, gc=False):
    """One data element: type, shortest and longest, plain name."""

    kind: str
    low: int
    high: int
    name: str


class Composite(Struct, frozen=True, gc=False):
    """A composite: its plain name and the data elements inside."""

    name: str
    layout: tuple[str, ...]


class Layout(Struct, frozen=True, gc=False):
    """A segment of the standard: its elements in order (``number`` or ``number*repeats``) and relational conditions."""

    layout: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()


_DATA = """
2 N0 1/6 accepted transaction sets|19 AN 2/30 city|26 ID 2/3 country|28 N0 1/9 group control number
66 ID 1/2 kind of identifier|67 AN 2/80 identifier|81 R 1/10 weight|90 ID 1/2 measurement unit|93 AN 1/60 name
96 N0 1/10 number of segments|97 N0 1/6 number of transaction sets|98 ID 2/3 entity|100 ID 3/3 currency
116 ID 3/15 ZIP or postal code|118 R 1/9 rate|123 N0 1/6 received transaction sets|124 AN 2/15 application receiver
127 AN 1/50 reference number|128 ID 2/3 kind of reference|142 AN 2/15 application sender|143 ID 3/3 transaction set
156 ID 2/2 state or province|166 AN 1/55 street|212 R 1/17 unit price|234 AN 1/48 product or service
235 ID 2/2 kind of product or service|236 ID 3/3 price kind|280 R 4/10 exchange rate|289 N0 1/2 price multiple
305 ID 1/2 handling of the payment|306 ID 1/2 action|309 ID 1/2 kind of location|310 AN 1/30 location
329 AN 4/9 transaction set control number|332 R 1/6 percent|337 TM 4/8 time|338 R 1/6 terms discount percent
350 AN 1/20 assigned identification|352 AN 1/80 description|353 ID 2/2 purpose|355 ID 2/2 unit|363 ID 3/3 kind of note
364 AN 1/256 number to reach|365 ID 2/2 way to reach|366 ID 2/2 contact function|373 DT 8/8 date|374 ID 3/3 kind of date
380 R 1/15 quantity|426 ID 2/2 reason of the provider adjustment|429 AN 1/16 check number
443 AN 1/20 contact inquiry reference|447 AN 1/4 loop|449 AN 1/80 fixed format information|455 ID 1/2 responsible agency
478 ID 1/1 credit or debit|479 ID 2/2 functional group|480 AN 1/12 version|481 ID 1/2 kind of trace
499 AN 1/10 condition value|506 ID 2/2 kind of bank number|507 AN 3/12 bank number|508 AN 1/35 account number
509 AN 10/10 originating company|510 AN 9/9 originating company supplement|522 ID 1/3 kind of amount|554 N0 1/6 line number
569 ID 1/3 kind of account|584 ID 2/2 employment status|591 ID 3/3 payment method|594 ID 1/1 billing frequency
609 N0 1/9 count|616 R 1/9 number of periods|61 AN 1/30 free words|615 ID 1/2 time period|618 ID 1/3 set error
620 ID 1/3 segment error|621 ID 1/3 element error|623 ID 2/2 time zone|628 AN 1/12 level number|639 ID 2/2 unit price basis
640 ID 2/2 kind of transaction|648 ID 3/3 price multiplier kind|649 R 1/10 multiplier|659 ID 1/2 verification basis
669 ID 3/3 currency market|673 ID 2/2 kind of quantity|678 ID 1/2 pattern|679 ID 1/1 pattern time|687 ID 2/2 class of trade
706 ID 2/2 relationship of entities|715 ID 1/1 group answer|716 ID 1/3 group error|717 ID 1/1 set answer
719 N0 1/10 segment position|721 ID 2/3 segment|722 N0 1/2 element position|724 AN 1/99 copy of the bad element
725 N0 1/4 data element|734 AN 1/12 parent level number|735 ID 1/2 kind of level|736 ID 1/1 has child levels
737 ID 2/2 kind of measurement|738 ID 1/3 measurement qualifier|739 R 1/20 measured value|740 R 1/20 range minimum
741 R 1/20 range maximum|752 ID 2/2 surface|755 ID 2/2 kind of attachment|756 ID 1/2 way of sending|757 N0 1/2 copies
782 R 1/18 amount|799 AN 1/30 version identifier|812 ID 1/10 payment format|901 ID 2/2 reject reason|923 ID 1/1 prognosis
933 AN 1/264 message|935 ID 2/2 measurement significance|936 ID 2/2 measurement attribute|954 R 1/10 percentage
1005 ID 4/4 hierarchy|1018 R 1/15 exponent|1028 AN 1/38 claim number|1029 ID 1/2 claim status
1032 ID 1/2 claim filing indicator|1033 ID 1/2 adjustment group|1034 ID 1/5 adjustment reason
1035 AN 1/60 last name or organisation|1036 AN 1/35 first name|1037 AN 1/25 middle name|1038 AN 1/10 name prefix
1039 AN 1/10 name suffix|1048 ID 1/3 business function|1065 ID 1/1 person or organisation|1066 ID 1/2 citizenship
1067 ID 1/1 marital status|1068 ID 1/1 sex|1069 ID 2/2 relationship|1073 ID 1/1 yes or no|1109 ID 1/1 race
1136 ID 2/2 condition category|1138 ID 1/1 payer sequence|1143 ID 1/1 coordination of benefits|1166 ID 2/2 contract type
1220 ID 1/1 student status|1221 ID 1/3 provider role|1223 ID 3/3 provider organisation|1250 ID 2/3 date format
1251 AN 1/35 date or period|1270 ID 1/3 code list|1271 AN 1/30 code|1314 ID 1/1 admission source|1315 ID 1/1 admission type
1316 ID 1/1 ambulance transport|1317 ID 1/1 ambulance reason|1321 ID 2/3 condition|1322 ID 1/1 certification type
1325 ID 1/1 frequency|1327 ID 1/1 copay status|1328 N0 1/2 diagnosis pointer|1331 AN 1/2 place of service
1332 ID 1/2 kind of place|1333 ID 1/2 record format|1334 ID 1/1 shortage area|1335 ID 1/1 insulin dependent
1336 ID 1/3 insurance type|1337 ID 1/1 level of care|1338 ID 1/3 level of service|1339 AN 2/2 modifier
1340 ID 1/2 multiple procedure|1341 AN 1/2 review value|1342 ID 1/1 nature of condition|1343 ID 1/2 claim type
1345 ID 1/1 nursing home status|1351 ID 1/1 patient signature|1352 ID 1/2 patient status|1354 ID 1/4 diagnosis related group
1359 ID 1/1 accepts assignment|1360 ID 1/1 provider agreement|1362 ID 2/3 related cause|1363 ID 1/1 release of information
1364 ID 1/2 review|1365 ID 1/2 service type|1366 ID 2/3 special program|1367 ID 2/3 subluxation level|1371 R 1/10 unit rate
1373 ID 2/4 measurement method|1383 ID 2/2 submission reason|1384 ID 1/1 patient location|1473 ID 2/2 pricing method
1514 ID 1/2 delay reason|1525 ID 1/2 request category|1526 ID 1/2 policy compliance|1527 ID 1/2 exception
1528 N0 1/2 component position|1686 N0 1/4 repetition|1705 AN 1/35 guide|1715 ID 1/3 country subdivision
9998 AN 1/35 context reference|9999 AN 1/35 context|I01 ID 2/2 authorization kind|I02 AN 10/10 authorization
I03 ID 2/2 security kind|I04 AN 10/10 security|I05 ID 2/2 kind of identifier|I06 AN 15/15 interchange sender
I07 AN 15/15 interchange receiver|I08 DT 6/6 interchange date|I09 TM 4/4 interchange time|I11 ID 5/5 interchange version
I12 N0 9/9 interchange control number|I13 ID 1/1 acknowledgment requested|I14 ID 1/1 test or production
I15 AN 1/1 component separator|I16 N0 1/5 number of groups|I17 ID 1/1 interchange answer|I18 ID 3/3 interchange note
I65 AN 1/1 repetition separator
"""

_COMPOSITES = """
C001 unit of measure: 355 1018 649 355 1018 649 355 1018 649 355 1018 649 355 1018 649
C002 actions indicated: 704 704 704 704 704
C003 procedure: 235 234 1339 1339 1339 1339 352 234
C004 diagnosis pointers: 1328 1328 1328 1328
C022 coded fact: 1270 1271 1250 1251 782 380 799 1271 1073
C023 place of service: 1331 1332 1325
C024 related causes: 1362 1362 1362 156 26
C030 position in segment: 722 1528 1686
C035 provider specialty: 1222 559 1073
C040 further reference: 128 127 128 127 128 127
C042 adjustment identifier: 426 127
C043 status: 1271 1271 98 1270
C056 race or ethnicity: 1109 1270 1271
C998 context identification: 9999 9998
C999 reference in segment: 725 725
"""

_SEGMENTS = """
AK1 479 28 480
AK2 143 329 1705
AK9 715 97 123 2 716 716 716 716 716
AMT 522 782 478
BHT 1005 353 127 373 337 640
BPR 305 782 478 591 812 506 507 569 508 509 510 506 507 569 508 373 1048 506 507 569 508 | P0607 C0809 P1213 C1415 P1819
  C2021
CAS 1033 1034 782 380 1034 782 380 1034 782 380 1034 782 380 1034 782 380 1034 782 380 | L050607 C0605 C0705 L080910
  C0908 C1008 L111213 C1211 C1311 L141516 C1514 C1614 L171819 C1817 C1917
CL1 1315 1314 1352 1345
CLM 1028 782 1032 1343 C023 1073 1359 1073 1363 1351 C024 1366 1073 1338 1073 1360 1029 1073 1383 1514
CLP 1028 1029 782 782 782 1032 127 1331 1325 1352 1354 380 954 1073
CN1 1166 782 332 127 338 799
CR1 355 81 1316 1317 355 380 166 166 352 352 | P0102 P0506
CR2 609 380 1367 1367 355 380 380 1342 1073 352 352 1073 | P0102 C0403 P0506
CR3 1322 355 380 1335 352 | P0203
CRC 1136 1073 1321 1321 1321 1321 1321
CTP 687 236 212 380 C001 648 649 782 639 499 289 | P0405 C0607 C0902 C1002 C1103
CTX C998*10 721 719 447 C030 C999
CUR 98 100 280 98 100 669 374 373 337 374 373 337 374 373 337 374 373 337 374 373 337 | C0807 C0907 L101112 C1110 C1210
  L131415 C1413 C1513 L161718 C1716 C1816 L192021 C2019 C2119
DMG 1250 1251 1068 1067 C056*10 1066 26 659 380 1270 1271 | P0102 P1011 C1105
DTM 374 373 337 623 1250 1251 | R020305 C0403 P0506
DTP 374 1250 1251
FRM 350 1073 127 373 332 | R02030405
GE 97 28
GS 479 142 124 373 337 28 455 480
HCP 1473 782 782 127 118 127 782 234 235 234 355 380 901 1526 1527 | R0113 P0910 P1112
HI C022 C022 C022 C022 C022 C022 C022 C022 C022 C022 C022 C022
HL 628 734 735 736
IEA I16 I12
IK3 721 719 447 620
IK4 C030 725 621 724
IK5 717 618 618 618 618 618
ISA I01 I02 I03 I04 I05 I06 I05 I07 I08 I09 I65 I11 I12 I13 I14 I15
K3 449 1333 C001
LIN 350 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234 235 234
  235 234 | P0405 P0607 P0809 P1011 P1213 P1415 P1617 P1819 P2021 P2223 P2425 P2627 P2829 P3031
LQ 1270 1271 | C0102
LX 554
MEA 737 738 739 C001 740 741 935 936 752 1373 1270 1271 | R03050608 L050412 L060412 L07030506 E0803 P1112
MIA 380 782 380 782 127 782 782 782 782 782 782 782 782 782 380 782 782 782 782 127 127 127 127 782
MOA 954 782 127 127 127 127 127 782 782
N1 98 93 66 67 706 98 | R0203 P0304
N2 93 93
N3 166 166
N4 19 156 116 26 309 310 1715 | E0207 C0605 C0704
NM1 98 1065 1035 1036 1037 1038 1039 66 67 706 98 1035 | P0809 C1110 C1203
NTE 363 352
OI 1032 1383 1073 1351 1360 1363
PAT 1069 1384 584 1220 1250 1251 355 81 1073 | P0506 P0708
PER 366 93 365 364 365 364 365 364 443 | P0304 P0506 P0708
PLB 127 373 C042 782 C042 782 C042 782 C042 782 C042 782 C042 782 | P0506 P0708 P0910 P1112 P1314
PRV 1221 128 127 156 C035 1223 | P0203
PS1 127 782 156
PWK 755 756 757 98 66 67 352 C002 1525 | P0506
QTY 673 380 C001 61 | R0204 E0204
RDM 756 93 364 C040 C040
REF 128 127 352 C040 | R0203
SBR 1138 1069 127 93 1336 1143 1073 584 1032
SE 96 329
ST 143 329 1705
STC C043 373 306 782 782 373 591 373 429 C043 C043 933
SV1 C003 782 355 380 1331 1365 C004 782 1073 1340 1073 1073 1364 1341 1327 1334 127 116 782 1337 1360 | P0304
SV2 234 C003 782 355 380 1371 782 1073 1345 1337 | R0102 P0405
SV5 C003 355 380 782 782 594 923 | R0405 C0604
SVC C003 782 782 234 380 C003 380
SVD 67 782 C003 234 380 554
TA1 I12 I08 I09 I17 I18
TRN 481 127 509 127
TS2 782 782 782 782 782 782 380 782 782 380 380 380 380 380 782 380 782 782 782
TS3 127 1331 373 380 782 782 782 782 782 782 782 782 782 782 782 782 782 782 782 782 782 782 380 782
"""

DISCRIMINATORS: Final[dict[str, tuple[int, int]]] = {
    "AMT": (1, 0), "CRC": (1, 0), "DTM": (1, 0), "DTP": (1, 0), "HI": (1, 1), "HL": (3, 0), "N1": (1, 0),
    "NM1": (1, 0), "NTE": (1, 0), "PER": (1, 0), "PWK": (2, 0), "QTY": (1, 0), "REF": (1, 0),
}  # fmt: skip
"""Where a segment says which of several namesakes it is: (element, component or 0)."""


def _data_elements() -> dict[str, DataElement]:
    found = {"704": DataElement("ID", 1, 2, "action"), "559": DataElement("ID", 2, 2, "agency"),
             "1222": DataElement("AN", 1, 3, "specialty")}  # fmt: skip
    for entry in _DATA.replace("\n", "|").strip("|").split("|"):
        number, kind, sizes, name = entry.split(" ", 3)
        low, high = sizes.split("/")
        found[number] = DataElement(kind, int(low), int(high), name)
    return found


def _composites() -> dict[str, Composite]:
    found = {}
    for row in _COMPOSITES.strip().splitlines():
        head, layout = row.split(": ")
        number, name = head.split(" ", 1)
        found[number] = Composite(name, tuple(layout.split()))
    return found


def condition(text: str) -> Condition:
    """Read a relational condition as the standard prints it, e.g. ``P0304``."""
    positions = tuple(int(text[i : i + 2]) for i in range(1, len(text), 2))
    return Condition(text[0], positions)  # type: ignore[arg-type]


def _segments() -> dict[str, Layout]:
    found = {}
    for row in _SEGMENTS.replace("\n  ", " ").strip().splitlines():
        left, _, right = row.partition(" | ")
        identifier, *layout = left.split()
        found[identifier] = Layout(tuple(layout), tuple(condition(c) for c in right.split()))
    return found


DATA_ELEMENTS: Final = _data_elements()
COMPOSITES: Final = _composites()
SEGMENTS: Final = _segments()

_STANDARD = """
837 ST BHT REF NM1 N2 N3 N4 PER HL PRV SBR PAT DMG CUR DTP CLM CL1 DN1 DN2 PWK CN1 DSB UR AMT K3 NTE CR1 CR2 CR3 CR4 CR5 CR6 CR7
  CR8 CRC HI QTY HCP HSD CAS OI MIA MOA LX SV1 SV2 SV3 SV4 SV5 SV6 SV7 TOO MEA PS1 IMM LIN CTP SVD LQ FRM SE
835 ST BPR NTE TRN CUR REF DTM N1 N2 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB SE
"""

STANDARD: Final[dict[str, frozenset[str]]] = {
    number: frozenset(segments)
    for number, *segments in map(str.split, _STANDARD.replace("\n  ", " ").strip().splitlines())
}
"""The segments that the standard has in a transaction set, whether a guide uses them or not."""
