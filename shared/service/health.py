"""Is it alive, is it ready: /livez asks nothing, /readyz asks everything the service stands on, each with its figure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from shared.service.logs import describe


class Finding(NamedTuple):
    """What one check found: good or not, and its figures (lag, rows, revision; never addresses or secrets)."""

    ok: bool
    figures: Mapping[str, object]


Check = Callable[[], Awaitable[Finding]]


async def examine(checks: Mapping[str, Check], patience: float = 2.0) -> tuple[bool, dict[str, object]]:
    """Run all checks side by side; each gets ``patience`` seconds. True when every one is good.

    A check that raises or does not end is a bad one, and says which kind of error it met.
    """
    results = await asyncio.gather(*(_one(check, patience) for check in checks.values()))
    return all(ok for ok, _ in results), dict(zip(checks, (report for _, report in results), strict=True))


async def _one(check: Check, patience: float) -> tuple[bool, dict[str, object]]:
    began = time.perf_counter()
    task = asyncio.ensure_future(check())
    done, _ = await asyncio.wait({task}, timeout=patience)
    took = round((time.perf_counter() - began) * 1000, 1)
    if not done:
        task.cancel()
        return False, {"ok": False, "ms": took, "error": "no answer in time"}
    error = task.exception()
    if error is not None:
        return False, {"ok": False, "ms": took, "error": describe(error)}
    finding = task.result()
    return finding.ok, {"ok": finding.ok, "ms": took, **finding.figures}
