"""Code lists by number with our own plain words. The official texts belong to others and are imported by the operator.

``CARC`` claim adjustment reasons, ``RARC`` remarks, ``CLAIM_STATUS_CATEGORY`` and ``CLAIM_STATUS`` (277, 277CA), ``GROUPS`` of a
CAS, ``PROVIDER_REASONS`` of a PLB, ``CLP_STATUS`` (CLP02), ``PLACES`` of service, ``STATES``, ``INTERCHANGE_ANSWERS`` (TA104),
``INTERCHANGE_NOTES`` (TA105).

The first four can be replaced by copies that the operator licenses: a CSV each, columns code, start, stop (ISO dates, may be
empty) and words, taken in with ``claimflow codes import`` or put into the folder that CLAIMFLOW_CODE_LISTS names. What an
official list lacks is unknown from then on, so a list that holds less than four fifths of our current codes is refused.
"""

from shared.x12.code_lists.adjustment_reasons import CARC
from shared.x12.code_lists.lists import Code, CodeList, Validity, imported
from shared.x12.code_lists.notes import INTERCHANGE_ANSWERS, INTERCHANGE_NOTES
from shared.x12.code_lists.places import PLACES, STATES
from shared.x12.code_lists.remarks import RARC
from shared.x12.code_lists.remittance import CLP_STATUS, GROUPS, PROVIDER_REASONS
from shared.x12.code_lists.statuses import CLAIM_STATUS, CLAIM_STATUS_CATEGORY

__all__ = [
    "CARC",
    "CLAIM_STATUS",
    "CLAIM_STATUS_CATEGORY",
    "CLP_STATUS",
    "GROUPS",
    "INTERCHANGE_ANSWERS",
    "INTERCHANGE_NOTES",
    "PLACES",
    "PROVIDER_REASONS",
    "RARC",
    "STATES",
    "Code",
    "CodeList",
    "Validity",
    "imported",
]
