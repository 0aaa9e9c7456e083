"""What a decision is made of: the whole vocabulary of a service's pure core.

A service's domain imports this, ``shared.claim``, ``shared.events`` and ``shared.x12``, and nothing else of ours.
"""

from collections.abc import Generator
from datetime import datetime
from typing import Generic, TypeVar

from msgspec import Struct

from shared.events import Event

S = TypeVar("S")
K = TypeVar("K")
F = TypeVar("F")


class Command(Struct, frozen=True):
    """What an API call, a door or a timer asks of an aggregate. Services subclass it; it never leaves the service."""


class Intent(Struct, frozen=True):
    """An external effect to be done later by a job, after the commit. Services subclass it."""


class Known(Struct, Generic[K], frozen=True, gc=False):
    """Everything outside the aggregate that a decision may use. ``facts`` is what ``Aggregate.know`` loaded.

    ``about`` is the heard event's own stream: the claim, where the aggregate is an account. Empty for a command.
    """

    now: datetime
    stream: str
    facts: K
    about: str = ""

    def with_facts(self, facts: F) -> "Known[F]":
        """The same with other facts, for an aggregate that has what it knows at hand and loads nothing."""
        return Known(self.now, self.stream, facts, self.about)


class Decision(Struct, Generic[S], frozen=True, gc=False):
    """What a decision changes: the new state, the events to say about this stream, the effects to do later."""

    state: S
    events: tuple[Event, ...] = ()
    intents: tuple[Intent, ...] = ()


Steps = Generator[None, None, Decision[S]]
"""A long decision in steps: it yields between them, so that the same step of many decisions can be done in a row."""


def at_once(steps: Steps[S]) -> Decision[S]:
    """Take all steps of one decision. Raises what they raise."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            decision: Decision[S] = end.value
            return decision


class Refused(Exception):
    """A command that the aggregate's state does not allow. The caller gets it back; nothing is written or parked.

    ``code`` is a stable word for the problem type (``not_held``), ``words`` plain words without patient data.
    """

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words
