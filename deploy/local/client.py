"""Talk to the running system as a biller's program would: its addresses from the state file, its token from the secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx

from deploy.local import keys
from deploy.local.place import Place, Trouble

NOT_RUNNING = "claimflow does not run here. Start it in another terminal: `claimflow up` (or `make demo`)."


class Client:
    """HTTP to the services of the system that runs in a place. Raises Trouble with the answer's own words."""

    def __init__(self, place: Place, caller: str = "biller") -> None:
        state = place.state()
        if not state.get("processes"):
            raise Trouble(NOT_RUNNING)
        self.urls: dict[str, str] = state["urls"]
        self.ports: dict[str, int] = state["ports"]
        bearer = {"Authorization": f"Bearer {keys.token(place, caller)}"}
        self._http = httpx.Client(headers=bearer, timeout=30)

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The JSON that a service answers."""
        return self.ask("GET", service, path, params=query).json()

    def post(self, service: str, path: str, body: object = None) -> Any:
        """The same for a request that changes something."""
        answer = self.ask("POST", service, path, json=body)
        return answer.json() if answer.content else None

    def ask(self, method: str, service: str, path: str, **more: Any) -> httpx.Response:
        """Any request; an answer of 400 or more is raised."""
        answer = self.raw(method, service, path, **more)
        if answer.is_error:
            raise Trouble(in_words(answer))
        return answer

    def raw(self, method: str, service: str, path: str, **more: Any) -> httpx.Response:
        """Any request and whatever is answered."""
        try:
            return self._http.request(method, self.urls[service] + path, **more)
        except httpx.HTTPError as error:
            raise Trouble(f"{service} does not answer ({type(error).__name__}). {NOT_RUNNING}") from error

    @contextmanager
    def stream(self, method: str, service: str, path: str, **more: Any) -> Iterator[httpx.Response]:
        """Any request whose answer comes piece by piece."""
        try:
            with self._http.stream(method, self.urls[service] + path, **more) as answer:
                yield answer
        except httpx.HTTPError as error:
            raise Trouble(f"{service} does not answer ({type(error).__name__}). {NOT_RUNNING}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._http.close()


def in_words(answer: httpx.Response) -> str:
    """A problem document (RFC 9457) as sentences: title, detail, and each place with its problem and fix."""
    try:
        problem = answer.json()
    except ValueError:
        return f"{answer.request.url.path} answered {answer.status_code}: {answer.text[:200]}"
    if not isinstance(problem, dict) or "title" not in problem:
        return f"{answer.request.url.path} answered {answer.status_code}."
    lines = [f"{problem['title']}: {problem['detail']}" if problem.get("detail") else str(problem["title"])]
    for error in problem.get("errors", []):
        place = error.get("pointer") or error.get("place") or ""
        words = error.get("problem") or error.get("detail") or error.get("message") or ""
        fix = f" -> {error['fix']}" if error.get("fix") else ""
        lines.append(f"  {place}: {words}{fix}")
    return "\n".join(lines)
