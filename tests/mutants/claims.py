"""Defects of 837P and 837I: structure, elements, codes, sums, situational rules."""

from functools import partial

from tests.mutants.kinds import Kind, Spoil, drop, insert, put
from tests.mutants.spoiling import (
    add_cent,
    again,
    begins,
    claim_off,
    claim_says,
    claim_twice,
    component,
    late,
    line_off,
    no_relationship,
    own_address,
    paid_off,
    paid_off_of_lines,
    pointer,
    reference_of_seven,
    same_control,
    same_order,
    when,
    wrong_first_segment,
)

_professional = partial(when, claim_says(5, "B"))
_auto = partial(when, claim_says(11, "AA"))
_accident = partial(when, claim_says(11, "AA", "OA"))


def _inpatient(spoil: Spoil) -> Spoil:
    return when(claim_says(5, "A"), when(claim_says(5, "11", "18"), spoil))


STRUCTURE = (
    Kind("unknown segment", "structure", "X12-0401", insert("CLM", segment="ZZZ*1", path="ZZZ")),
    Kind(
        "segment that the guide does not use",
        "structure",
        "X12-0410",
        insert("CLM", segment="CR4*1", path="CR4"),
    ),
    Kind(
        "segment of another transaction", "structure", "X12-0411", insert("CLM", segment="PLB*1", path="PLB")
    ),
    Kind("loop of before", "structure", "X12-0408", insert("LX", segment="SBR*P*18", path="SBR")),
    Kind("name of no role here", "structure", "X12-0402", insert("CLM", segment="NM1*QQ*1*FERN", path="NM1")),
    Kind(
        "REF qualifier not of this loop",
        "structure",
        "X12-0402",
        insert("CLM", segment="REF*ZZ*1", path="REF"),
    ),
    Kind("required N3 missing", "structure", "X12-0403", drop("N3", stands="NM1*85", path="N3")),
    Kind("required BHT missing", "structure", "X12-0403", drop("BHT", stands="ST", path="BHT")),
    Kind("required HI missing", "structure", "X12-0403", drop("HI", stands="CLM", path="HI")),
    Kind("CLM twice in a row", "structure", "X12-0403", claim_twice),
    Kind("loop too often", "structure", "X12-0404", again("NM1", "40", path="NM1")),
    Kind("segment too often", "structure", "X12-0405", again("DMG", path="DMG")),
    Kind("tax id twice", "structure", "X12-0405", again("REF", "EI", path="REF")),
    Kind("segment out of order", "structure", "X12-0406", late("SBR", "NM1", path="SBR")),
    Kind("payer loop missing", "structure", "X12-0407", wrong_first_segment),
    Kind("separators at the end", "structure", "X12-0409", put("N3", position=2, value="", path="N3")),
    Kind("HL01 jumps", "structure", "X12-0630", put("HL", "2", position=1, value="7", path="HL01")),
    Kind(
        "HL02 names another level",
        "structure",
        "X12-0631",
        put("HL", "2", position=2, value="9", path="HL02"),
    ),
    Kind(
        "HL04 says no children", "structure", "X12-0638", put("HL", "1", position=4, value="0", path="HL04")
    ),
    Kind("LX does not count", "structure", "X12-0629", put("LX", "1", position=1, value="5", path="LX01")),
)

ELEMENT = (
    Kind(
        "required element empty", "element", "X12-0501", put("NM1", "85", position=3, value="", path="NM103")
    ),
    Kind("required component empty", "element", "X12-0501", component("CLM", 5, 2, "", "CLM05-2")),
    Kind("pair half empty", "element", "X12-0502", put("NM1", "85", position=8, value="", path="NM108")),
    Kind(
        "element that the guide does not use",
        "element",
        "X12-0513",
        put("CLM", position=3, value="CI", path="CLM03"),
    ),
    Kind(
        "space before a name",
        "element",
        "X12-0515",
        put("NM1", "85", position=3, value=" MILL", path="NM103"),
    ),
    Kind("space in a component", "element", "X12-0515", component("HI", 1, 2, " E119", "HI01-2")),
    Kind("too many elements", "element", "X12-0503", put("LX", position=2, value="X", path="LX02")),
    Kind("element too short", "element", "X12-0504", put("N4", position=1, value="X", path="N401")),
    Kind("element too long", "element", "X12-0505", put("N4", position=1, value="X" * 31, path="N401")),
    Kind(
        "claim number too long", "element", "X12-0505", put("CLM", position=1, value="A" * 39, path="CLM01")
    ),
    Kind(
        "character outside the sets",
        "element",
        "X12-0506",
        put("N3", position=1, value="1 \x07 STREET", path="N301"),
    ),
    Kind("code not of the guide", "element", "X12-0507", put("BHT", position=6, value="QQ", path="BHT06")),
    Kind("component code not of the guide", "element", "X12-0507", component("CLM", 5, 2, "Z", "CLM05-2")),
    Kind(
        "date that does not exist",
        "element",
        "X12-0508",
        put("DMG", position=2, value="19570230", path="DMG02"),
    ),
    Kind("date too short", "element", "X12-0508", put("BHT", position=4, value="202610", path="BHT04")),
    Kind(
        "time that does not exist", "element", "X12-0509", put("BHT", position=5, value="2561", path="BHT05")
    ),
    Kind("letters in an amount", "element", "X12-0514", put("CLM", position=2, value="12O.5", path="CLM02")),
    Kind(
        "repeated where it may not", "element", "X12-0511", put("CLM", position=8, value="Y^N", path="CLM08")
    ),
    Kind(
        "composite where it may not", "element", "X12-0512", put("CLM", position=8, value="Y:N", path="CLM08")
    ),
    Kind(
        "too many components", "element", "X12-0512", put("CLM", position=5, value="11:B:1:9:9", path="CLM05")
    ),
)

CODE = (
    Kind(
        "NPI with a wrong digit",
        "code",
        "X12-0601",
        put("NM1", "85", position=9, value="1234567890", path="NM109"),
    ),
    Kind(
        "NPI with nine digits",
        "code",
        "X12-0601",
        put("NM1", "85", position=9, value="123456789", path="NM109"),
    ),
    Kind(
        "tax id with a hyphen",
        "code",
        "X12-0602",
        put("REF", "EI", position=2, value="12-3456789", path="REF02"),
    ),
    Kind("state that is none", "code", "X12-0604", put("N4", position=2, value="XX", path="N402")),
    Kind("ZIP of seven digits", "code", "X12-0605", put("N4", position=3, value="1234567", path="N403")),
    Kind("ZIP without plus four", "code", "X12-0606", put("N4", position=3, value="12345", path="N403")),
    Kind("taxonomy too short", "code", "X12-0607", put("PRV", position=3, value="207Q0000", path="PRV03")),
    Kind(
        "period backwards",
        "code",
        "X12-0608",
        put("DTP", "472", "RD8", position=3, value="20261012-20261011", path="DTP03"),
    ),
    Kind(
        "place of service that is none",
        "code",
        "X12-0610",
        _professional(component("CLM", 5, 1, "89", "CLM05-1")),
    ),
    Kind(
        "diagnosis with its point",
        "code",
        "X12-0613",
        when(begins("HI", 1, "ABK"), component("HI", 1, 2, "E11.9", "HI01-2")),
    ),
    Kind("procedure of four characters", "code", "X12-0615", component("SV1", 1, 2, "G046", "SV101-2")),
    Kind("modifier with a sign", "code", "X12-0623", component("SV1", 1, 3, "R-", "SV101-3")),
    Kind(
        "drug code with hyphens",
        "code",
        "X12-0616",
        put("LIN", position=3, value="1234-5678-90", path="LIN03"),
    ),
    Kind("pointer to no diagnosis", "code", "X12-0620", pointer),
    Kind("line control number twice", "code", "X12-0621", same_control),
    Kind(
        "organisation with a first name",
        "code",
        "X12-0632",
        put("NM1", "41", position=4, value="ANNA", path="NM104"),
    ),
)

SUM = (
    Kind("claim a cent too high", "sum", "X12-0701", claim_off),
    Kind("line a cent too high", "sum", "X12-0701", line_off),
    Kind("other payer's claim amount a cent too high", "sum", "X12-0702", paid_off),
    Kind("other payer's line amount a cent too high", "sum", "X12-0704", add_cent("SVD", 2, "SVD02")),
    Kind("claim amount is not the lines'", "sum", "X12-0703", paid_off_of_lines),
)

SITUATION = (
    Kind("replacement without the payer's number", "situation", "X12-0801", reference_of_seven),
    Kind(
        "auto accident without a state",
        "situation",
        "X12-0803",
        _auto(component("CLM", 11, 4, "", "CLM11-4")),
    ),
    Kind(
        "accident without a day",
        "situation",
        "X12-0804",
        _accident(drop("DTP", "439", stands="CLM", path="CLM11")),
    ),
    Kind("patient without a street", "situation", "X12-0805", own_address("N3")),
    Kind("patient without a birth date", "situation", "X12-0805", own_address("DMG")),
    Kind("subscriber is not said to be the patient", "situation", "X12-0806", no_relationship),
    Kind("two payers in one place", "situation", "X12-0808", same_order),
    Kind(
        "line decision of an unknown payer",
        "situation",
        "X12-0809",
        put("SVD", position=1, value="NOBODY", path="SVD01"),
    ),
    Kind("address without a state", "situation", "X12-0815", put("N4", position=2, value="", path="N402")),
    Kind(
        "inpatient without an admission",
        "situation",
        "X12-0810",
        _inpatient(drop("DTP", "435", stands="CLM", path="CLM")),
    ),
)

CLAIMS = (*STRUCTURE, *ELEMENT, *CODE, *SUM, *SITUATION)
