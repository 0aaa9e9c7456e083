"""What the scrubber remembers of a claim, and what may be asked of it."""

from typing import Literal

from msgspec import Struct

from shared.claim import Claim
from shared.deciding import Command
from shared.events import Change, Finding

Name = Literal["cleared", "held", "withdrawn", "cancelled"]


class Scrubbing(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A claim as the scrubber knows it.

    ``findings`` are those of the last scrub, ``rules`` the rule set that gave them. ``sent`` tells that the claim was cleared
    and not rejected since, so that the submitter or a payer may have it. ``fingerprint`` finds the same visit billed twice.
    """

    state: Name
    claim: Claim
    findings: tuple[Finding, ...] = ()
    rules: str = ""
    sent: bool = False
    fingerprint: bytes = b""
    withdrawn_for: str = ""


class Correct(Command, frozen=True, kw_only=True):
    """Change these fields of a held claim. ``changes[].after`` is JSON text; empty removes an optional field."""

    changes: tuple[Change, ...]
    by: str
    reason: str


class Replace(Command, frozen=True, kw_only=True):
    """Put a whole corrected claim in the place of a held one."""

    claim: Claim
    by: str
    reason: str


class Withdraw(Command, frozen=True, kw_only=True):
    """Do not send a held claim. ``duplicate_of`` names the claim that it repeats, if that is why."""

    by: str
    reason: str
    duplicate_of: str = ""


class Rescrub(Command, frozen=True, kw_only=True):
    """Scrub a held claim again under the rules of now."""
