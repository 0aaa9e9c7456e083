"""Stands in for a service: listens where it was told, is ready after a moment, ends on SIGTERM. ``/fall`` ends it hard."""

import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Answers(BaseHTTPRequestHandler):
    """/readyz is all it knows."""

    def do_GET(self) -> None:
        if self.path == "/fall":
            os._exit(3)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_words: object) -> None:
        """Stay quiet."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ["CLAIMFLOW_HTTP_PORT"])), Answers).serve_forever()
