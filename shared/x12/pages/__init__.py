"""Pages for people, made from the tables that read and judge: one per finding, one per guide, one of the codes of a 999.

``python -m shared.x12.pages`` (or ``make docs``) rewrites docs/findings/ and docs/x12/; a test fails while they differ from the
tables, so that a change of the table is always seen in review.
"""

from shared.x12.pages.codes import codes_page
from shared.x12.pages.findings import finding_page, findings_index
from shared.x12.pages.guides import GUIDES, guide_page, guides_index

__all__ = ["files", "finding_page", "guide_page"]


def files() -> dict[str, str]:
    """Every generated file by its path below docs/, with its text."""
    from shared.x12.findings import CATALOGUE

    made = {f"findings/{code}.md": finding_page(code) for code in CATALOGUE}
    made |= {f"x12/{guide.type}.md": guide_page(guide) for guide in GUIDES}
    return made | {
        "findings/README.md": findings_index(),
        "x12/README.md": guides_index(),
        "x12/999-codes.md": codes_page(),
    }
