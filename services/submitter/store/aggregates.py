"""The two aggregates and the columns that their worklists need."""

from collections.abc import Sequence

from services.submitter.domain import claims, files
from services.submitter.domain.files import FileState, Kept, Understood, kept_of, troubles_of
from services.submitter.domain.states import (
    AtHome,
    ClaimState,
    Queued,
    charge_of,
    name_of,
    payer_of,
)
from shared.bus.states import StateTable
from shared.bus.types import Tx, nothing
from shared.deciding import Command, Decision, Intent, Known
from shared.events import Event


class Claims:
    """Claims on their way to a payer and back. Table ``claims``."""

    table = "claims"
    state_type: object = ClaimState
    columns: tuple[tuple[str, str], ...] = (
        ("payer", "text"),
        ("kind", "text"),
        ("cents", "bigint"),
        ("since", "timestamptz"),
        ("awaiting", "text"),
        ("due", "timestamptz"),
    )

    def decide(
        self, state: ClaimState | None, what: Event | Command, known: Known[None]
    ) -> Decision[ClaimState]:
        """See services.submitter.domain.claims."""
        return claims.decide(state, what, known)

    know = nothing
    """A claim is decided by its own state alone."""

    def promoted(self, state: ClaimState) -> tuple[str, tuple[object, ...]]:
        """State, payer, kind, charge, since when it is queued, what is awaited until when."""
        if isinstance(state, AtHome):
            since = state.since if isinstance(state, Queued) else None
            kind, awaiting, due = state.claim.kind, None, None
            return name_of(state), (payer_of(state), kind, charge_of(state), since, awaiting, due)
        about = state.about
        return name_of(state), (
            about.payer,
            about.kind,
            about.charge,
            None,
            about.awaiting or None,
            about.due,
        )

    def caught_up(self, state: ClaimState, noted: str) -> ClaimState:
        """A queued claim of which the batch job noted the file that it is in (``put_in_file``)."""
        return claims.built(state, noted)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """None are made: a submission's row is written by the job that builds it."""


class Files:
    """Files from partners' mailboxes. Table ``payer_files``; their bytes are in ``contents``."""

    table = "payer_files"
    state_type: object = FileState
    columns: tuple[tuple[str, str], ...] = (
        ("partner", "text"),
        ("name", "text"),
        ("kinds", "text"),
        ("size", "bigint"),
        ("claims", "int"),
        ("again", "int"),
        ("troubles", "int"),
        ("at", "timestamptz"),
    )

    def decide(
        self, state: FileState | None, what: Event | Command, known: Known[None]
    ) -> Decision[FileState]:
        """See services.submitter.domain.files."""
        return files.decide(state, what, known)

    know = nothing
    """A file is decided by itself."""

    def promoted(self, state: FileState) -> tuple[str, tuple[object, ...]]:
        """State, partner, name, kinds, size, claims answered, repeats, troubles, when it came."""
        kept = kept_of(state)
        kinds = " ".join(state.kinds) if isinstance(state, Understood) else ""
        count = 0 if isinstance(state, Kept) else getattr(state, "claims", 0)
        name = type(state).__name__.lower()
        again, troubles = kept.again, len(troubles_of(state))
        return name, (kept.partner, kept.name, kinds, kept.size, count, again, troubles, kept.at)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """None are made."""


CLAIMS = Claims()
FILES = Files()
CLAIM_TABLE: StateTable[ClaimState] = StateTable.of(CLAIMS)
FILE_TABLE: StateTable[FileState] = StateTable.of(FILES)
