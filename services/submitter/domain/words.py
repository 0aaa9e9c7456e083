"""The codes of TA1, 999 and 277CA in plain words of our own, keyed by code. Words without a code's own say the number.

The lists are X12's (element I18, 716 to 721, 1271) and code sources 507 (status category) and 508 (status); their texts
are not repeated here.
"""

from shared.events import Reason
from shared.x12.code_lists import INTERCHANGE_NOTES
from shared.x12.types import ElementError, SegmentError, Status

SEGMENTS = {
    "1": "is not known",
    "2": "is not expected here",
    "3": "is required and missing",
    "4": "stands in a loop that occurs too often",
    "5": "occurs too often",
    "6": "does not belong to this kind of file",
    "7": "is out of order",
    "8": "holds wrong elements",
    "I4": "is not used by the guide",
    "I6": "is required by the guide here and missing",
    "I7": "stands in a loop that occurs less often than the guide asks",
    "I8": "is required by the guide and missing",
    "I9": "must not be there in this situation",
}

ELEMENTS = {
    "1": "is required and missing",
    "2": "is required because of its neighbours and missing",
    "3": "is one element too many",
    "4": "is too short",
    "5": "is too long",
    "6": "has a character that is not allowed",
    "7": "is not a valid code",
    "8": "is not a valid date",
    "9": "is not a valid time",
    "10": "must not stand beside its neighbours",
    "12": "repeats too often",
    "13": "has too many parts",
    "I6": "has a value that the guide does not allow",
    "I9": "is required by the guide here and missing",
    "I10": "is not used by the guide",
    "I11": "repeats less often than the guide asks",
    "I12": "is not of the form that the guide asks",
    "I13": "must not be filled in this situation",
}

SETS = {
    "1": "the partner does not take this kind of transaction",
    "2": "the trailer SE is missing",
    "3": "the control numbers of ST and SE differ",
    "4": "the number of segments (SE01) is wrong",
    "5": "one or more segments are wrong",
    "6": "the transaction's identifier is not valid",
    "7": "the control number (ST02) is missing or not valid",
    "18": "the transaction does not belong into its group",
    "19": "the guide's version (ST03) is not valid",
    "23": "the control number (ST02) is not unique in its group",
    "I5": "the guide does not allow what is in it",
    "I6": "the partner does not take this guide",
}

GROUPS = {
    "1": "the partner does not take this kind of group (GS01)",
    "2": "the partner does not take this version (GS08)",
    "3": "the trailer GE is missing",
    "4": "the control numbers of GS and GE differ",
    "5": "the number of transactions (GE01) is wrong",
    "6": "the control number (GS06) is not valid",
    "19": "the control number (GS06) is not unique in its interchange",
}

CATEGORIES = {
    "A0": "was passed on",
    "A1": "was received",
    "A2": "was taken into adjudication",
    "A3": "was returned as it cannot be processed",
    "A4": "was not found",
    "A5": "was split",
    "A6": "was rejected because information is missing",
    "A7": "was rejected because information is wrong",
    "A8": "was rejected because parts of it contradict each other",
}

STATUSES = {
    "20": "accepted for processing",
    "21": "information is missing or wrong",
    "24": "not approved to send claims electronically",
    "26": "not found",
    "33": "the insured person is not found",
    "54": "the same as a claim sent before",
    "78": "the same as a claim or line that is already in work",
    "97": "the patient is not known as insured",
    "104": "processed under another plan",
    "116": "sent to the wrong payer",
    "125": "name",
    "126": "address",
    "128": "tax number",
    "145": "taxonomy code",
    "153": "identifier",
    "158": "date of birth",
    "164": "member id",
    "178": "charge",
    "187": "dates of service",
    "228": "type of bill",
    "249": "place of service",
    "254": "principal diagnosis",
    "255": "diagnosis code",
    "453": "procedure modifier",
    "454": "procedure code",
    "455": "revenue code",
    "464": "the payer's own claim number",
    "481": "form of the claim",
    "535": "claim frequency code",
    "562": "National Provider Identifier",
}

ENTITIES = {
    "40": "receiver",
    "41": "submitter",
    "71": "attending provider",
    "77": "place of service",
    "82": "rendering provider",
    "85": "billing provider",
    "DN": "referring provider",
    "IL": "insured person",
    "PR": "payer",
    "QC": "patient",
}


def of_note(note: str) -> str:
    """Why a TA1 refused an interchange."""
    return f"The envelope was refused: {INTERCHANGE_NOTES.words(note) or f'note {note}'}."


def of_set(code: str) -> str:
    """Why a 999 refused a transaction set."""
    return f"The file was refused: {SETS.get(code, f'reason {code}')}."


def of_group(code: str) -> str:
    """Why a 999 refused a group as a whole."""
    return f"The file was refused: {GROUPS.get(code, f'reason {code}')}."


def of_status(status: Status) -> Reason:
    """One 277CA status as a reason: what happened, about what, whose."""
    happened = CATEGORIES.get(status.category, f"has status category {status.category}")
    about = STATUSES.get(status.status, f"status {status.status}")
    whose = f", {ENTITIES.get(status.entity, f'entity {status.entity}')}" if status.entity else ""
    words = f"The claim {happened}: {about}{whose}."
    return Reason(code=status.category, status=status.status, entity=status.entity, words=words)


def of_segment(error: SegmentError) -> tuple[Reason, ...]:
    """One IK3 with its IK4s as reasons; never the value that was found."""
    place = f"{error.loop + '/' if error.loop else ''}{error.segment}"
    if not error.elements:
        words = f"Segment {error.segment} {SEGMENTS.get(error.code, f'has error {error.code}')}."
        return (Reason(code=f"IK3-{error.code}", place=place, words=words),)
    return tuple(_of_element(error.segment, place, element) for element in error.elements)


def _of_element(segment: str, place: str, error: ElementError) -> Reason:
    name = f"{error.position:02d}" + (f"-{error.component}" if error.component else "")
    words = f"Element {segment}{name} {ELEMENTS.get(error.code, f'has error {error.code}')}."
    return Reason(code=f"IK4-{error.code}", place=f"{place}{name}", words=words)
