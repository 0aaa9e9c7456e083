"""A mailbox in memory that can be told to fail at a step, before or after the step took effect."""

from collections.abc import Awaitable, Callable

from services.submitter.domain.sending import Names, Sight
from services.submitter.gateway import MailboxError, Remote


class MemoryMailbox:
    """Same calls as SftpMailbox. ``fail[step] = "before" | "after"`` fails that step once; ``during`` runs inside an upload.

    ``grows[name]`` are a file's bytes by the time of its download.
    ``fail["rename"] = "lost"`` renames and then loses the connection, so that the look after it fails too.
    """

    def __init__(self) -> None:
        self.inbound: dict[str, bytes] = {}
        self.outbound: dict[str, bytes] = {}
        self.archived: dict[str, bytes] = {}
        self.calls: list[str] = []
        self.renamed: list[str] = []
        self.fail: dict[str, str] = {}
        self.grows: dict[str, bytes] = {}
        self.during: Callable[[], Awaitable[None]] | None = None
        self.modified = 1

    async def upload(self, name: str, data: bytes) -> None:
        self._step("upload", "before")
        if self.during is not None:
            await self.during()
        if self.fail.get("upload") == "half":
            self.inbound[name] = data[: len(data) // 2]
            del self.fail["upload"]
            raise MailboxError("upload: lost")
        self.inbound[name] = data
        self._step("upload", "after")

    async def rename(self, names: Names) -> None:
        self._step("rename", "before")
        self.inbound[names.final] = self.inbound.pop(names.temporary)
        self.renamed.append(names.final)
        if self.fail.get("rename") == "lost":
            self.fail = {"look": "before"}
            raise MailboxError("rename: lost")
        self._step("rename", "after")

    async def look(self, names: Names) -> Sight:
        self._step("look", "before")
        return Sight(*(len(self.inbound[n]) if n in self.inbound else None for n in names))

    async def arrived(self) -> list[Remote]:
        self._step("arrived", "before")
        return [Remote(name, len(data), self.modified) for name, data in self.outbound.items()]

    async def download(self, name: str) -> bytes:
        self._step("download", "before")
        self.outbound[name] = self.grows.get(name, self.outbound[name])
        return self.outbound[name]

    async def archive(self, name: str, mark: str) -> None:
        self._step("archive", "before")
        self.archived[name if name not in self.archived else f"{name}.{mark}"] = self.outbound.pop(name)
        self._step("archive", "after")

    def _step(self, step: str, when: str) -> None:
        if when == "before":
            self.calls.append(step)
        if self.fail.get(step) == when:
            del self.fail[step]
            raise MailboxError(f"{step}: lost")
