"""What a process says about itself: one line per fact, on standard output, without patient data.

Lines carry the keys of ``KEYS`` and no others; claim and trace id come from ``about``. Errors are described by
``describe``: kinds, SQLSTATE and constraint names. A traceback's locals and a driver's DETAIL hold names of patients.
"""

import contextlib
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

from shared.service import traces

_WORDS_ALLOWED = (
    "event level time logger service claim trace error where attempt aggregate batch bytes check "
    "code count door epoch every events health hop host job kind lag method mode ms name next_offset "
    "offset offsets outcome partition partitions payer peer pid port position producer reason "
    "refused relay retry_in revision route rows rule scope seconds signal source state status step "
    "stream topic topics total type version wanted what"
)
KEYS = frozenset(_WORDS_ALLOWED.split())
"""The allow-list. Anything else is dropped from the line, and its name told in ``dropped``."""


def describe(error: BaseException) -> str:
    """An error's kinds from outermost to cause, with SQLSTATE and constraint; never its message.

    ``IntegrityError < UniqueViolationError[23505 claim_pkey]``. The message may quote a row.
    """
    kinds: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen and len(kinds) < 8:
        seen.add(id(at))
        kinds.append(_kind(at))
        if isinstance(at, BaseExceptionGroup) and at.exceptions:
            at = at.exceptions[0]
        else:
            at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return " < ".join(kinds)


def _kind(error: BaseException) -> str:
    state = getattr(error, "sqlstate", None)
    constraint = getattr(error, "constraint_name", None)
    marks = [str(mark) for mark in (state, constraint) if isinstance(mark, str)]
    number = getattr(error, "errno", None)
    if isinstance(number, int):
        marks.append(f"errno {number}")
    return type(error).__name__ + (f"[{' '.join(marks)}]" if marks else "")


def where(error: BaseException) -> str:
    """The innermost place of the project's own code: ``shared/bus/relay.py:88 in send``."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if ".venv" not in f.filename and "site-packages" not in f.filename] or frames
    if not own:
        return ""
    frame = own[-1]
    return f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} in {frame.name}"


@contextlib.contextmanager
def about(claim: str = "", traceparent: str = "") -> Iterator[None]:
    """Every line written inside carries this claim id and this trace id."""
    values = {"claim": claim, "trace": traceparent[3:35]}
    with structlog.contextvars.bound_contextvars(**{key: value for key, value in values.items() if value}):
        yield


def configure(service: str, form: Literal["json", "console"] = "json", level: str = "INFO") -> None:
    """Make structlog and the standard library (uvicorn, aiokafka, alembic) write such lines and nothing else."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _trace,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _error,
        _Named(service),
        _allow,
    ]
    last: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stdout.isatty(), timestamp_key="time")
        if form == "console"
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, last],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(_Lines(shared, last))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("uvicorn.access", "aiokafka.conn", "alembic", "asyncssh", "httpx"):
        logging.getLogger(noisy).setLevel("WARNING")


class _Named:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: Any, _method: str, line: EventDict) -> EventDict:
        line["service"] = self._service
        return line


def _trace(_logger: Any, _method: str, line: EventDict) -> EventDict:
    current = traces.current.get()
    if current and "trace" not in line:
        line["trace"] = current[3:35]
    return line


def _error(_logger: Any, _method: str, line: EventDict) -> EventDict:
    found = line.pop("exc_info", None)
    error = found if isinstance(found, BaseException) else sys.exc_info()[1] if found is True else None
    if isinstance(found, tuple):
        error = found[1]
    if error is not None:
        line["error"] = describe(error)
        line["where"] = where(error)
    elif isinstance(line.get("error"), BaseException):
        line["error"] = describe(line["error"])
    return line


def _allow(_logger: Any, _method: str, line: EventDict) -> EventDict:
    dropped = [key for key in line if key not in KEYS and not key.startswith("_")]
    for key in dropped:
        del line[key]
    if dropped:
        line["dropped"] = sorted(dropped)
    return line


_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


class _Lines(logging.Formatter):
    """Lines of libraries in the same form. Our own come rendered already."""

    def __init__(self, processors: list[Processor], last: Processor) -> None:
        super().__init__()
        self._processors = processors
        self._last = last

    def format(self, record: logging.LogRecord) -> str:
        if record.name == "root" or record.name.startswith("claimflow"):
            return record.getMessage()
        line: EventDict = {"event": _library_words(record), "logger": record.name}
        if record.exc_info:
            line["exc_info"] = record.exc_info
        for processor in self._processors:
            line = processor(None, record.levelname.lower(), line)  # type: ignore[assignment]
        return str(self._last(None, record.levelname.lower(), line))


def _library_words(record: logging.LogRecord) -> str:
    """A library's message; where it was given arguments at ERROR, only its template, for they may quote data."""
    text = str(record.msg) if record.levelno >= logging.ERROR and record.args else record.getMessage()
    return _QUOTED.sub("'...'", text.splitlines()[0] if text else "")
