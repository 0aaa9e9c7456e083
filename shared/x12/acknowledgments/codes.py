"""The codes of a 999 in our own words, and which of them we never write, each with its reason.

Element 620 is IK304, 621 IK403, 618 IK502, 716 AK905 (005010X231A1). Codes that begin with I are about the implementation guide,
the others about the X12 standard (RFI 2502): what the standard asks for itself is 3, what only the guide asks for is I8.
"""

from typing import Final

IK304: Final = {
    "1": "no segment of X12 has this identifier",
    "2": "segment not expected at this place",
    "3": "segment missing that the standard makes mandatory",
    "4": "loop more often than it may be",
    "5": "segment more often than it may be",
    "6": "segment that this transaction set does not have",
    "7": "segment out of order",
    "8": "elements of the segment are in error",
    "I4": "segment that the guide does not use",
    "I6": "segment missing that the guide requires in this situation",
    "I7": "loop less often than the guide requires",
    "I8": "segment less often than the guide requires",
    "I9": "segment present that the guide does not use in this situation",
}

IK403: Final = {
    "1": "required element missing",
    "2": "element missing that others ask for (relational condition)",
    "3": "too many elements",
    "4": "element too short",
    "5": "element too long",
    "6": "character not allowed",
    "7": "no valid code",
    "8": "no valid date",
    "9": "no valid time",
    "10": "elements that exclude each other",
    "12": "too many repetitions",
    "13": "too many components",
    "I6": "code of the standard that the guide does not use here",
    "I9": "element missing that the guide requires in this situation",
    "I10": "element that the guide does not use",
    "I11": "fewer repetitions than the guide requires",
    "I12": "not of the form that the guide prescribes",
    "I13": "element present that the guide does not use in this situation",
}
"""Element 621 has no code 11: too many components are 13."""

_SECURITY: Final = "about X12.58 security segments (S3S, S3E, S4S, S4E), which no guide of 005010X2xx uses"

IK502: Final = {
    "1": "transaction set not supported",
    "2": "no SE",
    "3": "SE02 is not ST02",
    "4": "SE01 is not the number of segments",
    "5": "segments in error against the standard",
    "6": "ST01 missing or not valid",
    "7": "ST02 missing or not valid",
    **dict.fromkeys(("8", "9", "10", "11", "12", "13", "15", "16", "17"), "security"),
    "18": "transaction set does not belong into this group",
    "19": "ST03 is not a valid reference for this group",
    "23": "ST02 twice in the group",
    **dict.fromkeys(("24", "25", "26", "27"), "security"),
    "I5": "segments in error against the guide",
    "I6": "guide not supported",
}

AK905: Final = {
    "1": "kind of group not supported",
    "2": "version of the group not supported",
    "3": "no GE",
    "4": "GE02 is not GS06",
    "5": "GE01 is not the number of transaction sets",
    "6": "GS06 not valid",
    **dict.fromkeys(("10", "11", "12", "13", "14", "15", "16", "17", "18"), "security"),
    "19": "GS06 twice in the interchange",
    **dict.fromkeys(("23", "24", "25", "26"), "security"),
}

IK501: Final = {
    "A": "accepted", "E": "accepted, errors noted", "M": "security", "R": "rejected", "W": "security", "X": "security",
}  # fmt: skip

AK901: Final = {**IK501, "P": "partly accepted: at least one set is rejected"}

CODES: Final = {
    "IK304": IK304,
    "IK403": IK403,
    "IK501": IK501,
    "IK502": IK502,
    "AK901": AK901,
    "AK905": AK905,
}
"""All codes that 005010X231A1 has, by element."""

UNSAID: Final = {
    (element, code): _SECURITY
    for element, codes in CODES.items()
    for code, words in codes.items()
    if words == "security"
} | {("IK403", "I11"): "none of our guides' tables requires an element more than once"}
"""The codes that cannot arise with us, and why; every other one has a test in ``test_acknowledge_codes``."""

MANDATORY: Final = {
    "837": frozenset(("BHT", "FRM", "SE")),
    "835": frozenset(("BPR", "NM1", "SE")),
    "277": frozenset(("BHT", "SE")),
    "276": frozenset(("BHT", "SE")),
    "999": frozenset(("AK1", "IK5", "AK9", "SE")),
}
"""Segments that the standard makes mandatory in their loop (openers of loops left out: a loop without one is no loop)."""
