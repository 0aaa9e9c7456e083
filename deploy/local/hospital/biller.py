"""The biller: looks at what is held, compares it with the chart, corrects it by the API as a person would."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import msgspec

from deploy.local.hospital.visits import Visit
from shared.claim import Claim

LIMIT = 3
"""So often one claim is corrected; after that somebody else has to look."""
TWICE = "SCR-0601"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Biller:
    """Works the scrubber's list of held claims. ``visits`` is the chart, by claim number."""

    def __init__(self, scrubber: str, token: str, visits: Mapping[str, Visit]) -> None:
        self.visits = visits
        self.corrected: Counter[str] = Counter()
        """Mistake -> claims corrected."""
        self.withdrawn: set[str] = set()
        self.given_up: set[str] = set()
        """Numbers of claims that stay held."""
        self._tries: Counter[str] = Counter()
        self._http = httpx.AsyncClient(
            base_url=scrubber, timeout=30, headers={"Authorization": f"Bearer {token}"}
        )

    async def work(self) -> None:
        """Work the list for ever."""
        while True:
            for row in await self._held():
                await self._look(row["claim"])
            await asyncio.sleep(0.3)

    async def _held(self) -> list[dict[str, Any]]:
        answer = await self._http.get("/held", params={"limit": 1000})
        answer.raise_for_status()
        held: list[dict[str, Any]] = answer.json()["held"]
        return [row for row in held if row["claim"] not in self.given_up]

    async def _look(self, claim: str) -> None:
        found = (await self._http.get(f"/claims/{claim}")).json()
        if found["state"] != "held":
            return
        number = found["claim"]["number"]
        visit = self.visits.get(number)
        self._tries[claim] += 1
        if visit is None or self._tries[claim] > LIMIT:
            self.given_up.add(claim)
        elif any(finding["rule"] == TWICE for finding in found["findings"]):
            await self._withdraw(claim, found["findings"])
        else:
            await self._correct(claim, visit)

    async def _withdraw(self, claim: str, findings: list[dict[str, str]]) -> None:
        told = next(finding["problem"] for finding in findings if finding["rule"] == TWICE)
        twin = _UUID.search(told)
        body = {"reason": "registered twice", "by": "demo biller", "duplicate_of": twin[0] if twin else ""}
        answer = await self._http.post(f"/claims/{claim}/withdrawal", json=body)
        if answer.is_success:
            self.withdrawn.add(claim)

    async def _correct(self, claim: str, visit: Visit) -> None:
        """Set what the chart says at each place where the claim differs from it."""
        changes = [{"place": place, "value": at(visit.truth, place)} for place in visit.places]
        body = {"changes": changes, "reason": "as in the chart", "by": "demo biller"}
        answer = await self._http.post(f"/claims/{claim}/corrections", json=body)
        if answer.is_success:
            self.corrected[visit.mistake or "rejected by the payer"] += 1

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()


def at(claim: Claim, pointer: str) -> Any:
    """What stands at a JSON pointer of a claim."""
    value: Any = msgspec.to_builtins(claim)
    for step in pointer.strip("/").split("/"):
        value = value[int(step)] if isinstance(value, list | tuple) else value[step]
    return value
