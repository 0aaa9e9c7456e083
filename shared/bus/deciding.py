"""One decision: open the state, decide, make the new events' records. Pure but for the sealing."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct

from shared.bus.records import Because, Frame, Outgoing, Writer
from shared.bus.routes import Kind
from shared.bus.sealer import Sealer
from shared.bus.states import Row
from shared.bus.trace import Tells, decision, is_sampled
from shared.bus.types import Cause, Decision, Intent, Known, Refused, Steps
from shared.bus.verdict import Failed, run, together


@dataclass(slots=True)
class Spoken:
    """What a transaction's decisions came to, beside the rows."""

    out: Outgoing = field(default_factory=Outgoing)
    intents: dict[Kind, list[tuple[str, Intent]]] = field(default_factory=dict)


class Step(Struct, frozen=True, gc=False):
    """One decision with its finished records, not yet taken."""

    decision: Decision[Any]
    version: int
    internal: list[Frame]
    public: list[Frame]


class Asked(NamedTuple):
    """One thing to be decided about, with all that its decision needs."""

    row: Row
    cause: Cause
    facts: Any
    because: Because


class Decider:
    """Runs decisions and takes their outcome into rows and records."""

    def __init__(self, sealer: Sealer, writer: Writer, tell: Tells) -> None:
        self.sealer = sealer
        self.tell = tell
        self._writer = writer

    def decide(
        self, kind: Kind, row: Row, cause: Cause, facts: Any, now: datetime, because: Because, said: Spoken
    ) -> Step | Refused | Failed:
        """Decide, and only when all of it went well change the row and say the events."""
        if _is_recorded(row, because):
            step = self._recorded(kind, row, cause, facts, now, because)
        else:
            step = run(self._step, kind, row, cause, facts, now, because)
        if isinstance(step, Step):
            self._take(kind, row, step, said)
        return step

    def decide_all(
        self, kind: Kind, stretch: Sequence[Asked], now: datetime, said: Spoken
    ) -> list[Step | Refused | Failed]:
        """The same for several rows, none of them twice: all are opened, then decided step by step, then their events written.

        The kind is one that takes steps.
        """
        steps = kind.steps
        assert steps is not None
        ended = together([self._steps(kind, steps, *asked, now) for asked in stretch])
        for asked, step in zip(stretch, ended, strict=True):
            if isinstance(step, Step):
                self._take(kind, asked.row, step, said)
        return ended

    def _recorded(
        self, kind: Kind, row: Row, cause: Cause, facts: Any, now: datetime, because: Because
    ) -> Step | Refused | Failed:
        with decision(self.tell, cause, because, kind.name, row.id, row.trace, now) as sampled:
            step = run(self._step, kind, row, cause, facts, now, sampled)
        if is_sampled(sampled.traceparent):
            row.trace = sampled.traceparent.decode("ascii")
        return step

    def _step(self, kind: Kind, row: Row, cause: Cause, facts: Any, now: datetime, because: Because) -> Step:
        state = kind.table.open(row, self.sealer)
        decided = kind.aggregate.decide(state, cause.what, _known(row, cause, facts, now))
        return self._written(row, decided, now, because)

    def _steps(
        self,
        kind: Kind,
        steps: Callable[..., Steps[Any]],
        row: Row,
        cause: Cause,
        facts: Any,
        because: Because,
        now: datetime,
    ) -> Generator[None, None, Step | Refused | Failed]:
        """``_step``, yielding between its parts. A recorded span is about one decision: that one is made in one go."""
        if _is_recorded(row, because):
            return self._recorded(kind, row, cause, facts, now, because)
        state = kind.table.open(row, self.sealer)
        yield
        decided = yield from steps(state, cause.what, _known(row, cause, facts, now))
        yield
        return self._written(row, decided, now, because)

    def _written(self, row: Row, decision: Decision[Any], now: datetime, because: Because) -> Step:
        version = row.version
        internal: list[Frame] = []
        public: list[Frame] = []
        for event in decision.events:
            version += 1
            frame, facts_said = self._writer.write(row.id, version, event, now, because)
            internal.append(frame)
            public.extend(facts_said)
        return Step(decision, version, internal, public)

    def _take(self, kind: Kind, row: Row, step: Step, said: Spoken) -> None:
        if step.version != row.version or step.decision.state is not row.state:
            row.changed, row.named = True, None
        row.version = step.version
        row.state = step.decision.state
        said.out.internal += step.internal
        said.out.public += step.public
        if step.decision.intents:
            said.intents.setdefault(kind, []).extend((row.id, intent) for intent in step.decision.intents)


def _known(row: Row, cause: Cause, facts: Any, now: datetime) -> Known[Any]:
    return Known(now, row.id, facts, cause.envelope.stream if cause.envelope else "")


def _is_recorded(row: Row, because: Because) -> bool:
    return is_sampled(because.traceparent) or bool(row.trace and not because.traceparent)
