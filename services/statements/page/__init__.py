"""The statement as a page: one file of HTML with its own style, nothing loaded from anywhere, printable.

The template only lays out: every word about money comes from ``services.statements.domain.statement``.
"""

import hashlib
from base64 import b64encode
from datetime import date
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from services.statements.domain.statement import Statement
from shared.claim import dollars

FOLDER = Path(__file__).parent
STYLE = (FOLDER / "statement.css").read_text("utf-8")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    f" style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
"""Patient data: not cached, not framed, no script can run, and a link tells nobody where it was followed."""


def render(statement: Statement) -> str:
    """The page. Text is escaped; a name missing in the template is an error, not an empty place."""
    return _template().render(s=statement, style=Markup(STYLE))  # noqa: S704 -- our own file


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(money=dollars, day=day, short_day=short_day, zip=zip_code)
    return environment.get_template("statement.html")


def day(on: date | None) -> str:
    """``March 3, 2026``."""
    return f"{on:%B} {on.day}, {on.year}" if on else ""


def short_day(on: date | None) -> str:
    """``Mar 3, 2026``."""
    return f"{on:%b} {on.day}, {on.year}" if on else ""


def zip_code(digits: str) -> str:
    """``02139-4307`` for nine digits."""
    return f"{digits[:5]}-{digits[5:]}" if len(digits) == 9 else digits
