"""Code sets and payer wishes as files that people can review: loading them, importing official ones."""

from services.scrubber.codes.loading import BadCodeFile, load_book

__all__ = ["BadCodeFile", "load_book"]
