"""TA104 and TA105 by number, in our own words: 000 to 031 are those of 00501; later versions have more."""

from typing import Final

from shared.x12.code_lists.lists import Code, CodeList

_ANSWERS: Final = {
    "A": "accepted",
    "E": "accepted, with an error noted: it is not sent again",
    "R": "rejected, with everything in it",
}

_NOTES: Final = {
    "000": "nothing is wrong",
    "001": "the control numbers of ISA and IEA differ",
    "002": "the standard is not supported",
    "003": "the version of the controls is not supported",
    "004": "the segment terminator is not valid",
    "005": "the sender's qualifier is not valid",
    "006": "the sender's id is not valid",
    "007": "the receiver's qualifier is not valid",
    "008": "the receiver's id is not valid",
    "009": "the receiver is not known",
    "010": "the authorization qualifier is not valid",
    "011": "the authorization is not valid",
    "012": "the security qualifier is not valid",
    "013": "the security information is not valid",
    "014": "the interchange date is not valid",
    "015": "the interchange time is not valid",
    "016": "the standards identifier is not valid",
    "017": "the version is not valid",
    "018": "the control number is not valid",
    "019": "the request for an acknowledgment is not valid",
    "020": "the test indicator is not valid",
    "021": "the number of groups is wrong",
    "022": "the control structure is not valid",
    "023": "the file ends too early",
    "024": "something inside the envelope is not valid",
    "025": "the control number was used before",
    "026": "the element separator is not valid",
    "027": "the component separator is not valid",
    "028": "the day of a deferred delivery is not valid",
    "029": "the time of a deferred delivery is not valid",
    "030": "the time code of a deferred delivery is not valid",
    "031": "the grade of service is not valid",
}

INTERCHANGE_ANSWERS: Final = CodeList("TA104", {code: Code(code, words) for code, words in _ANSWERS.items()})
INTERCHANGE_NOTES: Final = CodeList("TA105", {code: Code(code, words) for code, words in _NOTES.items()})
