#!/usr/bin/env python3
"""An HTTP server for tests: file_server.py FOLDER PORT; prints its port and ends with its standard input.

GET /NAME               the file, or the part of it that a Range header asks for
GET /cut/BYTES/NAME     the same, but the connection breaks after so many bytes
GET /whole/NAME         the same without any notion of ranges
GET /moved/NAME         sends to /NAME
GET /requests           the ranges that were asked for so far, one a line, "-" for none
"""

import http.server
import pathlib
import re
import sys
import threading

FOLDER = pathlib.Path(sys.argv[1])
REQUESTS: list[str] = []


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.lstrip("/")
        if path == "requests":
            return self.answer(200, "\n".join(REQUESTS).encode())
        REQUESTS.append(self.headers.get("Range", "-"))
        if path.startswith("moved/"):
            self.send_response(302)
            self.send_header("Location", "/" + path.removeprefix("moved/"))
            self.send_header("Content-Length", "0")
            return self.end_headers()
        limit = None
        if cut := re.match(r"cut/(\d+)/(.*)", path):
            limit, path = int(cut.group(1)), cut.group(2)
        ranges = not path.startswith("whole/")
        file = FOLDER / path.removeprefix("whole/")
        if not file.is_file():
            return self.answer(404, b"no such file")
        data = file.read_bytes()
        asked = re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) if ranges else None
        if not asked:
            return self.answer(200, data, limit=limit)
        begin = int(asked.group(1))
        if begin >= len(data):
            return self.answer(416, b"")
        return self.answer(206, data[begin:], f"bytes {begin}-{len(data) - 1}/{len(data)}", limit)

    def answer(self, status, body, content_range=None, limit=None):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()
        self.wfile.write(body[:limit])
        if limit is not None and limit < len(body):
            self.close_connection = True

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), Handler)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
