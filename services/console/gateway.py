"""What the console asks of the services' APIs: reads, and replay or dismissal of what is parked."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import httpx

from shared.service import traces

PATIENCE = 3.0


class Reply(NamedTuple):
    """A service's answer. ``data`` is None where it has none; ``words`` says why, for a person."""

    status: int
    data: Any
    words: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is data to show."""
        return self.data is not None

    def get(self, key: str, default: Any = None) -> Any:
        """A field of the data, or the default."""
        return self.data.get(key, default) if isinstance(self.data, dict) else default


class Services(Protocol):
    """The five services, as the pages see them."""

    async def get(self, service: str, path: str, **query: str | int) -> Reply:
        """Read; never raises for a service that does not answer."""

    async def post(self, service: str, path: str, body: Mapping[str, object] | None = None) -> Reply:
        """Do; never raises for a service that does not answer."""

    def url(self, service: str) -> str:
        """Its address; empty when it is not connected."""


class HttpServices:
    """The services behind their HTTP APIs."""

    def __init__(
        self, urls: Mapping[str, str], token: str, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._urls = urls
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        self._client = httpx.AsyncClient(timeout=PATIENCE, headers=headers, transport=transport)

    def url(self, service: str) -> str:
        """Its address; empty when it is not connected."""
        return self._urls.get(service, "")

    async def get(self, service: str, path: str, **query: str | int) -> Reply:
        """Read; never raises for a service that does not answer."""
        return await self._ask("GET", service, path, params=query)

    async def post(self, service: str, path: str, body: Mapping[str, object] | None = None) -> Reply:
        """Do; never raises for a service that does not answer."""
        return await self._ask("POST", service, path, json=dict(body or {}))

    async def _ask(self, method: str, service: str, path: str, **more: Any) -> Reply:
        if not self.url(service):
            return Reply(0, None, f"{service} is not connected to this console")
        headers = {"traceparent": traces.current.get()} if traces.current.get() else {}
        try:
            answer = await self._client.request(method, self.url(service) + path, headers=headers, **more)
        except httpx.HTTPError as error:
            return Reply(0, None, f"{service} does not answer ({type(error).__name__})")
        return _read(service, answer)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()


def _read(service: str, answer: httpx.Response) -> Reply:
    if answer.headers.get("content-type", "").startswith("text/html") and answer.is_success:
        return Reply(answer.status_code, answer.text)
    try:
        data = answer.json()
    except ValueError:
        return Reply(answer.status_code, None, f"{service} said something that is no JSON")
    if answer.is_success or answer.status_code == httpx.codes.SERVICE_UNAVAILABLE:
        return Reply(answer.status_code, data)
    return Reply(answer.status_code, None, _words(service, answer.status_code, data))


def _words(service: str, status: int, problem: Any) -> str:
    if status == httpx.codes.NOT_FOUND:
        return f"{service} does not know it (yet)"
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        return f"{service} does not accept the console's token for this"
    title = problem.get("title", "") if isinstance(problem, dict) else ""
    detail = problem.get("detail", "") if isinstance(problem, dict) else ""
    return f"{service}: {title} {detail}".strip()
