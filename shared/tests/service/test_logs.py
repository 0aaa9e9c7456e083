"""Logs: every line has who and which claim; no line has what an error was about."""

import io
import json
import logging
from collections.abc import Iterator

import asyncpg
import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from shared.service import logs, traces
from shared.service.database import Database
from shared.service.migrations import migrate

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, while structlog and the root logger are set up as in a process."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    logs.configure("scrubber", "json", "INFO")
    out = io.StringIO()
    root.handlers[0].stream = out  # type: ignore[attr-defined]
    yield out
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def _read(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_says_service_claim_and_trace(lines: io.StringIO) -> None:
    log = structlog.stdlib.get_logger("claimflow.scrubber")
    with logs.about("0198-claim", TRACE):
        log.info("held", count=2)
    log.info("idle")
    first, second = _read(lines)
    assert first["service"] == "scrubber"
    assert (first["claim"], first["trace"], first["count"]) == ("0198-claim", TRACE[3:35], 2)
    assert "claim" not in second


def test_a_key_that_is_not_on_the_list_is_dropped_and_its_name_told(lines: io.StringIO) -> None:
    structlog.stdlib.get_logger("claimflow.x").info("seen", patient_name="DOE^JANE")
    (line,) = _read(lines)
    assert line["dropped"] == ["patient_name"]
    assert "JANE" not in lines.getvalue()


def test_an_error_is_its_kinds_down_to_the_cause_and_no_message(lines: io.StringIO) -> None:
    try:
        try:
            raise KeyError("DOE^JANE")
        except KeyError as cause:
            raise RuntimeError("of JANE") from cause
    except RuntimeError:
        structlog.stdlib.get_logger("claimflow.x").exception("failed")
    (line,) = _read(lines)
    assert line["error"] == "RuntimeError < KeyError"
    assert "test_logs.py" in str(line["where"])
    assert "JANE" not in lines.getvalue()


def test_a_librarys_error_line_loses_its_values(lines: io.StringIO) -> None:
    logging.getLogger("aiokafka").error("cannot handle %r of 'W123'", "DOE^JANE")
    try:
        raise ValueError("DOE^JANE")
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application\n")
    first, second = _read(lines)
    assert first["logger"] == "aiokafka"
    assert second["error"] == "ValueError"
    assert "JANE" not in lines.getvalue()
    assert "W123" not in lines.getvalue()


@pytest.mark.real
async def test_a_broken_constraint_names_the_constraint_and_not_the_row(
    lines: io.StringIO, postgres_url: str
) -> None:
    db = Database(postgres_url)
    await migrate(db, "shared/tests/service/revisions/good")
    try:
        async with db.begin() as tx:
            await tx.connection.exec_driver_sql("INSERT INTO thing VALUES (1, 'DOE^JANE'), (2, 'DOE^JANE')")
    except IntegrityError:
        structlog.stdlib.get_logger("claimflow.x").exception("failed")
    await db.close()
    assert "JANE" not in lines.getvalue()
    assert "UniqueViolationError[23505 words_are_unique]" in str(_read(lines)[-1]["error"])


def test_an_error_that_is_its_own_context_ends() -> None:
    one, other = ValueError(), asyncpg.PostgresError()
    one.__context__, other.__context__ = other, one
    assert logs.describe(one) == "ValueError < PostgresError"


def test_a_line_inside_of_a_request_has_its_trace_without_being_told(lines: io.StringIO) -> None:
    with traces.entered(TRACE):
        structlog.stdlib.get_logger("claimflow.x").info("asked")
    assert _read(lines)[0]["trace"] == TRACE[3:35]
