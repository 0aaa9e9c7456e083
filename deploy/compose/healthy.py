"""A container's health: ``python -m deploy.compose.healthy PORT`` exits 0 when /readyz (or /livez) says so.

Only the standard library: this runs every few seconds in every container.
"""

import sys
from http.client import HTTPConnection, HTTPException


def healthy(port: int) -> bool:
    """Ask /readyz; a process that has none (the sandbox) is asked /livez."""
    try:
        for page in ("/readyz", "/livez"):
            connection = HTTPConnection("127.0.0.1", port, timeout=2.5)
            connection.request("GET", page)
            status = connection.getresponse().status
            connection.close()
            if status != 404:
                return status == 200
    except (HTTPException, OSError):
        return False
    return False


if __name__ == "__main__":
    sys.exit(0 if healthy(int(sys.argv[1])) else 1)
