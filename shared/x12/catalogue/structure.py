"""X12-04 and X12-05: segments and elements, as a 999 says them."""

from shared.x12.findings import entry

_GUIDE = "the guide's table; 005010X231A1 (999) IK304"
_ELEMENT = "the guide's table; 005010X231A1 (999) IK403"
_STANDARD = "X12.6 section 3.8.3"

entry(
    "X12-0401",
    "error",
    "unknown segment",
    "The segment {} does not exist in this transaction set.",
    "Remove it, or check the identifier.",
    _GUIDE,
    ik3="1",
)
entry(
    "X12-0402",
    "error",
    "segment not expected here",
    "The segment {} has no place in loop {} or after it.",
    "Move it to its loop, check the code in its first elements, or whether the loop's first segment is missing.",
    _GUIDE,
    ik3="2",
)
entry(
    "X12-0403",
    "error",
    "required segment missing",
    "The segment {} ({}) is required in this loop.",
    "Add the segment.",
    _GUIDE,
    ik3="3",
)
entry(
    "X12-0404",
    "error",
    "loop too often",
    "Loop {} may occur {} times here and occurs more often.",
    "Remove the surplus loop, or move it to the parent that it belongs to.",
    _GUIDE,
    ik3="4",
)
entry(
    "X12-0405",
    "error",
    "segment too often",
    "The segment {} may occur {} times here and occurs more often.",
    "Remove the surplus segment.",
    _GUIDE,
    ik3="5",
)
entry(
    "X12-0406",
    "error",
    "segment out of order",
    "The segment {} belongs to loop {}, before what stands before it.",
    "Write segments in the order of the guide.",
    _GUIDE,
    ik3="7",
)
entry(
    "X12-0407",
    "error",
    "required loop missing",
    "Loop {} ({}) is required here.",
    "Add the loop.",
    _GUIDE,
    ik3="I7",
)
entry(
    "X12-0408",
    "error",
    "loop out of order",
    "The segment {} opens loop {}, which belongs before what stands before it.",
    "Write loops in the order of the guide.",
    _GUIDE,
    ik3="7",
)
entry(
    "X12-0409",
    "warning",
    "separators at the end",
    "The segment or composite ends with separators and nothing behind them.",
    "Leave out separators of elements that are empty to the end.",
    "005010 guides, appendix B.1.1.3.10",
)

entry(
    "X12-0410",
    "error",
    "segment that the guide does not use",
    "X12 has the segment {} in this transaction set, but the guide does not use it.",
    "Remove the segment, or say what it says where the guide has a place for it.",
    _GUIDE,
    ik3="I4",
)
entry(
    "X12-0411",
    "error",
    "segment of another transaction set",
    "X12 has the segment {}, but not in this transaction set.",
    "Remove the segment.",
    _GUIDE,
    ik3="6",
)
entry(
    "X12-0501",
    "error",
    "required element missing",
    "The element is required and empty.",
    "Fill the element.",
    _ELEMENT,
    ik3="8",
    ik4="1",
)
entry(
    "X12-0502",
    "error",
    "element missing beside others",
    "The element is empty, but what stands beside it asks for it ({}).",
    "Fill the element, or leave out those that it goes with.",
    _STANDARD,
    ik3="8",
    ik4="2",
)
entry(
    "X12-0503",
    "error",
    "too many elements",
    "The segment has more than its {} elements.",
    "Remove what is behind the last one.",
    _ELEMENT,
    ik3="8",
    ik4="3",
)
entry(
    "X12-0504",
    "error",
    "element too short",
    "The element must have at least {} characters and has {}.",
    "Write the whole value.",
    _ELEMENT,
    ik3="8",
    ik4="4",
)
entry(
    "X12-0505",
    "error",
    "element too long",
    "The element may have at most {} characters and has {}.",
    "Shorten the value at its source; nothing is cut here.",
    _ELEMENT,
    ik3="8",
    ik4="5",
)
entry(
    "X12-0506",
    "error",
    "character not allowed",
    "The element has a character that X12's basic and extended sets do not have.",
    "Use letters, digits and the punctuation of the basic set.",
    "005010 guides, appendix B.1.1.2",
    ik3="8",
    ik4="6",
)
entry(
    "X12-0507",
    "error",
    "code not valid",
    "The value is not one of the codes that the guide allows here.",
    "Use one of the guide's codes.",
    _ELEMENT,
    ik3="8",
    ik4="7",
)
entry(
    "X12-0508",
    "error",
    "date not valid",
    "The value is not a date that exists, in the form that is asked for.",
    "Write dates CCYYMMDD, periods CCYYMMDD-CCYYMMDD.",
    _ELEMENT,
    ik3="8",
    ik4="8",
)
entry(
    "X12-0509",
    "error",
    "time not valid",
    "The value is not a time.",
    "Write times HHMM or HHMMSS.",
    _ELEMENT,
    ik3="8",
    ik4="9",
)
entry(
    "X12-0510",
    "error",
    "elements exclude each other",
    "The element may not stand beside another that is filled ({}).",
    "Leave one of them out.",
    _STANDARD,
    ik3="8",
    ik4="10",
)
entry(
    "X12-0511",
    "error",
    "too many repetitions",
    "The element is repeated more often than it may be.",
    "Remove the surplus repetitions.",
    _ELEMENT,
    ik3="8",
    ik4="12",
)
entry(
    "X12-0512",
    "error",
    "too many components",
    "The element has more than its {} components.",
    "Remove what is behind the last one, or a separator that is part of a value.",
    _ELEMENT,
    ik3="8",
    ik4="13",
)
entry(
    "X12-0513",
    "error",
    "element not used",
    "The guide does not use this element.",
    "Leave the element empty.",
    _ELEMENT,
    ik3="8",
    ik4="I10",
)
entry(
    "X12-0514",
    "error",
    "not a number",
    "The value is not a number.",
    "Write digits, a leading minus and a decimal point only.",
    _ELEMENT,
    ik3="8",
    ik4="6",
)
entry(
    "X12-0515",
    "warning",
    "spaces around a value",
    "The value begins or ends with spaces.",
    "Write values without padding.",
    "005010 guides, appendix B.1.1.3.1",
)
