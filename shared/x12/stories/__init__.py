"""Why each kind of finding matters to a biller, and an example of it: what its page says beyond the catalogue.

Keyed by code, ``(why, example)``; a test asks for one of every code. Examples are made up, and no patient stands in them.
"""

from typing import Final

from shared.x12.stories import codes, envelope, money, structure

STORIES: Final[dict[str, tuple[str, str]]] = {
    **envelope.STORIES,
    **structure.STORIES,
    **codes.STORIES,
    **money.STORIES,
}
"""``(why it matters, example)`` by code."""
