"""The submitter's rows: claims and payer files (aggregates), submissions, control numbers, contents."""

from services.submitter.store.aggregates import CLAIM_TABLE, CLAIMS, FILE_TABLE, FILES, Claims, Files
from services.submitter.store.contents import keep_contents, read_content
from services.submitter.store.follow_up import follow_up_by, follow_up_later, next_follow_up, overdue
from services.submitter.store.queue import Waiting, put_in_file, take_queued, waiting
from services.submitter.store.submissions import (
    Carried,
    Submission,
    add_submission,
    carried_by,
    carry,
    claims_in,
    find_answered,
    next_due,
    note_attempt,
    recall,
    reserve,
    set_phase,
    submission,
)
from services.submitter.store.views import files_page, one_submission, summary

__all__ = [
    "CLAIMS",
    "CLAIM_TABLE",
    "FILES",
    "FILE_TABLE",
    "Carried",
    "Claims",
    "Files",
    "Submission",
    "Waiting",
    "add_submission",
    "carried_by",
    "carry",
    "claims_in",
    "files_page",
    "find_answered",
    "follow_up_by",
    "follow_up_later",
    "keep_contents",
    "next_due",
    "next_follow_up",
    "note_attempt",
    "one_submission",
    "overdue",
    "put_in_file",
    "read_content",
    "recall",
    "reserve",
    "set_phase",
    "submission",
    "summary",
    "take_queued",
    "waiting",
]
