"""The kinds of defects, by the level they are found at. Importing this fills ``findings.CATALOGUE``."""

from shared.x12.catalogue import envelope, reading, structure

__all__ = ["envelope", "reading", "structure"]
