"""Each rule 3.1 to 3.11 of the claim life cycle, and each published interpretation (RFI) they rest on, is a test of that name."""

import re
from functools import lru_cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]

RFIS = (
    137, 213, 222, 227, 319, 352, 358, 396, 498, 504, 546, 604, 626, 654, 738, 791, 1079, 1082, 1147, 1294, 1423, 1429, 1512,
    1538, 1604, 1684, 1696, 1756, 1847, 1942, 1956, 1976, 1991, 2062, 2143, 2202, 2203, 2348, 2370, 2442, 2535, 2548, 2570, 2601,
)  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    folders = ("shared", "services", "tests", "deploy")
    files = (path for folder in folders for path in (PROJECT / folder).rglob("test_*.py"))
    return frozenset(
        name
        for path in files
        for name in re.findall(r"^ *(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE)
    )


@pytest.mark.parametrize("number", RFIS)
def test_each_interpretation_has_a_test_that_names_it(number: int):
    assert any(re.search(rf"_rfi_{number}(?:_|$)", name) for name in _names())


@pytest.mark.parametrize("rule", range(1, 12))
def test_each_rule_has_a_test_that_names_it(rule: int):
    assert any(f"_rule_3_{rule}_" in name for name in _names())
