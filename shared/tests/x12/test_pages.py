"""The pages below docs/findings and docs/x12 are what the tables say, and say all of it."""

from pathlib import Path

import pytest

from shared.x12.findings import CATALOGUE
from shared.x12.grammar import Loop
from shared.x12.pages import files
from shared.x12.pages.findings import AREAS
from shared.x12.pages.guides import GUIDES
from shared.x12.stories import STORIES

DOCS = Path(__file__).parents[3] / "docs"
MADE = files()


def test_the_committed_pages_are_what_the_tables_say() -> None:
    stale = [name for name, text in MADE.items() if (DOCS / name).read_text() != text]
    assert stale == [], "run: make docs"


def test_no_page_is_left_of_what_is_gone() -> None:
    kept = {f"{folder}/{path.name}" for folder in ("findings", "x12") for path in (DOCS / folder).iterdir()}
    assert kept == set(MADE)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_finding_says_why_it_matters_and_gives_an_example(code: str) -> None:
    why, example = STORIES.get(code, ("", ""))
    assert why, f"add {code} to shared/x12/stories"
    assert example


def test_every_finding_is_of_an_area_of_the_index() -> None:
    assert {code[:6] for code in CATALOGUE} <= set(AREAS)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.type)
def test_a_guides_page_has_every_loop_and_every_used_element(guide: object) -> None:
    page = MADE[f"x12/{guide.type}.md"]  # type: ignore[attr-defined]
    for loop in _loops(guide.root):  # type: ignore[attr-defined]
        assert f"{loop.id}: {loop.name}" in page
        for use in loop.segments:
            assert f"### {use.tag} {use.name}" in page
            for element in use.elements:
                row = f"| {use.id}{element.position:02d} | {element.name} |"
                assert element.usage == "N" or row in page


def _loops(loop: Loop) -> list[Loop]:
    return [loop, *(one for inner in loop.loops for one in _loops(inner))]
