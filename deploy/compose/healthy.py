"""A container's health: ``python -m deploy.compose.healthy PORT`` exits 0 when /readyz (or /livez) says so."""

import sys

import httpx


def healthy(port: int) -> bool:
    """Ask /readyz; a process that has none (the sandbox) is asked /livez."""
    try:
        for page in ("readyz", "livez"):
            answer = httpx.get(f"http://127.0.0.1:{port}/{page}", timeout=2.5)
            if answer.status_code != httpx.codes.NOT_FOUND:
                return answer.status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
    return False


if __name__ == "__main__":
    sys.exit(0 if healthy(int(sys.argv[1])) else 1)
