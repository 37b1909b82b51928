"""The HTTP side of the test backend: every request is answered like httpbin's /anything, those for
/status/CODE with that status."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import urllib.parse
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any, Optional

__all__ = ["Exchange"]

_MAX_BODY = 1 << 20


class Exchange(BaseHTTPRequestHandler):
    """The requests of one connection.

    tls       what the handshake brought, for the answers; None without TLS
    requests  gets "METHOD PATH" of each request
    """

    protocol_version = "HTTP/1.1"
    server_version = "gwpolicy-testing"
    sys_version = ""

    def __init__(
        self,
        connection: socket.socket,
        peer: Any,
        requests: list[str],
        tls: Optional[Mapping[str, Any]],
    ) -> None:
        # Not BaseRequestHandler's constructor: it would serve at once, with a server object.
        self.request = self.connection = connection
        self.client_address = peer
        self._requests = requests
        self._tls = tls

    def run(self) -> None:
        self.setup()
        try:
            self.handle()
        finally:
            with contextlib.suppress(OSError):
                self.finish()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass

    def _answer(self) -> None:
        length = min(int(self.headers.get("content-length") or 0), _MAX_BODY)
        body = self.rfile.read(length).decode("utf-8", "replace") if length else ""
        self._requests.append(f"{self.command} {self.path}")
        parts = urllib.parse.urlsplit(self.path)
        host = self.headers.get("host", "")
        answer: dict[str, Any] = {
            "args": dict(urllib.parse.parse_qsl(parts.query)),
            "data": body,
            "headers": dict(self.headers.items()),
            "host": host,
            "method": self.command,
            "path": parts.path,
            "tls": self._tls,
            "url": f"{'http' if self._tls is None else 'https'}://{host}{self.path}",
        }
        text = (json.dumps(answer, indent=2, sort_keys=True) + "\n").encode("utf-8")
        # As httpbin has it: /status/503 is answered with that.
        wanted = re.fullmatch(r"/status/([2-5][0-9]{2})", parts.path)
        status = int(wanted[1]) if wanted else 200
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(text)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer
