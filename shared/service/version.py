"""Which release this is."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("claimflow")
    except PackageNotFoundError:
        return "0.0.0"


VERSION = _installed()
