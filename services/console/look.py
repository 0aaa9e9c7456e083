"""How pages look: templates with autoescape, money, ages and times in one form, headers that keep strangers out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from jinja2 import ChainableUndefined, Environment, FileSystemLoader, Undefined
from starlette.responses import HTMLResponse

from services.console.domain import STAGES, stage_of
from services.console.words import door_words, reason_words, step_words, waits_words

HERE = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Nothing from elsewhere, nothing inline, nothing kept by the browser: a claim page shows patient data."""


def dollars(cents: int | Undefined | None) -> str:
    """``$1,234.56``; a dash where there is no amount."""
    if cents is None or isinstance(cents, Undefined):
        return "–"
    return f"{'-' if cents < 0 else ''}${abs(cents) / 100:,.2f}"


def age(delta: timedelta) -> str:
    """The largest unit that says it: ``3 days``, ``5 h``, ``12 min``, ``just now``."""
    seconds = delta.total_seconds()
    if seconds >= 172_800:
        return f"{int(seconds // 86_400)} days"
    if seconds >= 3_600:
        return f"{int(seconds // 3_600)} h"
    if seconds >= 60:
        return f"{int(seconds // 60)} min"
    return "just now" if seconds >= 0 else f"in {age(-delta)}"


def when(value: datetime | date | str | Undefined | None) -> str:
    """``2 Mar 2026, 14:05`` in UTC, a date without a time; also for the ISO text that an API gives."""
    if isinstance(value, str) and value:
        try:
            return when(date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value))
        except ValueError:
            return value
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%-d %b %Y, %H:%M}"
    return f"{value:%-d %b %Y}" if isinstance(value, date) else "–"


def figures(check: Mapping[str, object]) -> list[str]:
    """A readiness check's figures as short phrases."""
    words = {key: _FIGURES[key].format(value) for key, value in check.items() if key in _FIGURES}
    if check.get("wanted") == check.get("revision"):
        words.pop("wanted", None)
    for key in ("waiting_for", "failing"):
        if not check.get(key):
            words.pop(key, None)
    if "active" in check:
        words["active"] = "relaying" if check["active"] else "standing by"
    return list(words.values())


_FIGURES = {
    "lag": "lag {}",
    "partitions": "{} partitions",
    "rows": "{} outbox rows",
    "oldest_seconds": "oldest {} s",
    "active": "{}",
    "waiting_for": "waits for {}",
    "failing": "failing: {}",
    "in_use": "{} connections in use",
    "revision": "revision {}",
    "wanted": "wants {}",
    "ms": "{} ms",
}


def ago(value: str, now: datetime) -> str:
    """How long ago an ISO time of an API was."""
    return age(now - datetime.fromisoformat(value))


def gap(seconds: float | Undefined | None) -> str:
    """A time between two messages: ``0.4 s``, ``12 s``, ``3 min``, ``2.5 h``; a dash where none is known."""
    if seconds is None or isinstance(seconds, Undefined):
        return "–"
    if seconds < 120:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def lines(text: str) -> str:
    """A message as lines a person can read: HL7 ends its segments with CR, X12 with a sign of its own."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\x0b\x1c\n")
    return (
        text.replace(text[105], f"{text[105]}\n")
        if text.startswith("ISA") and len(text) > 105 and "\n" not in text
        else text
    )


def share(part: int, whole: int, of: int) -> int:
    """``part`` of ``whole`` as so many of ``of`` units; at least one for anything that is there."""
    return max(1, round(of * part / whole)) if part > 0 and whole > 0 else 0


def make_pages() -> Environment:
    """The templates with everything they use."""
    env = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=ChainableUndefined,  # services leave out what has its default value
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        dollars=dollars,
        age=age,
        when=when,
        step_words=step_words,
        reason_words=reason_words,
        door_words=door_words,
        figures=figures,
        gap=gap,
        ago=ago,
        waits_words=waits_words,
        lines=lines,
    )
    env.globals.update(stage_of=stage_of, share=share, STAGES=STAGES)
    return env


PAGES = make_pages()


def fragment(name: str, **values: Any) -> str:
    """A template as text."""
    return PAGES.get_template(name).render(**values)


def page(name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A template as a page."""
    return HTMLResponse(fragment(name, **values), status, HEADERS)
