"""X12-04 and X12-05: segments and elements, as a 999 says them."""

from shared.x12.findings import entry

_GUIDE = "the guide's table; 005010X231A1 (999) IK304"
_ELEMENT = "the guide's table; 005010X231A1 (999) IK403"

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
    "Move it to the loop it belongs to, check the code in its first elements, or check whether the loop's first segment is missing.",
    _GUIDE,
    ik3="2",
)
