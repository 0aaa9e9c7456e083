"""Where a decision is run, and the only place that catches everything: a decision that raises must not stop the others."""

from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import ParamSpec, TypeVar

import asyncpg
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.bus.states import Conflict
from shared.bus.types import Refused

P = ParamSpec("P")
T = TypeVar("T")

_ROOT = Path(__file__).parents[2]

_RETRIED = (
    OSError,
    TimeoutError,
    Conflict,
    KafkaError,
    PoolTimeout,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidTransactionStateError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.UndefinedTableError,
    asyncpg.ReadOnlySQLTransactionError,
)


INFRASTRUCTURE = (*_RETRIED, DBAPIError)
"""What the loops wait out. Errors of a batch's own statements have been judged by ``attempt`` before they get there."""


RIVALRY = (Conflict, asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Somebody else was at the same rows: the same work succeeds at once."""


@dataclass(frozen=True, slots=True)
class Failed:
    """An exception by its kind and place. Its words may hold patient data: they go nowhere."""

    error: Exception

    @property
    def where(self) -> str:
        """``KeyError at services/scrubber/domain.py:81``."""
        frames = extract_tb(self.error.__traceback__)
        if not frames:
            return type(self.error).__name__
        path = Path(frames[-1].filename)
        shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(path.name)
        return f"{type(self.error).__name__} at {shown}:{frames[-1].lineno}"


def run(step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refused | Failed:
    """Run a pure step and return what came of it, whatever it was."""
    try:
        return step(*args, **kwargs)
    except Refused as refused:
        return refused
    except Exception as error:  # noqa: BLE001 - the one place, see above
        return Failed(error)


def together(steps: Sequence[Generator[None, None, T]]) -> list[T | Refused | Failed]:
    """Run pure works that yield between their steps: each step of all of them before the next. What came of each, in order.

    The same code in a row costs half of what it costs in turns with other code (docs/decisions/0123, 0130).
    """
    ended: dict[int, T | Refused | Failed] = {}
    going = list(range(len(steps)))
    while going:
        for n in going:
            try:
                next(steps[n])
            except StopIteration as end:
                ended[n] = end.value
            except Refused as refused:
                ended[n] = refused
            except Exception as error:  # noqa: BLE001 - as in run
                ended[n] = Failed(error)
        going = [n for n in going if n not in ended]
    return [ended[n] for n in range(len(steps))]


async def attempt(work: Awaitable[T]) -> T | Failed:
    """Await a step of a batch and return what came of it. Infrastructure's errors are raised: they are nobody's fault."""
    try:
        return await work
    except Exception as error:
        if is_infrastructure(error):
            raise
        return Failed(error)


def is_infrastructure(error: BaseException) -> bool:
    """Whether the same work may succeed later, unchanged: then it is retried for ever and nothing is parked."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.connection_invalidated or isinstance(error.orig.__cause__ or error.orig, _RETRIED)
    return isinstance(error, _RETRIED)
