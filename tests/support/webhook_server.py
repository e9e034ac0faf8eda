#!/usr/bin/env python3
"""An HTTP server for tests that takes what is posted: webhook_server.py FOLDER [CERTIFICATE] PORT; prints its port and ends
with its standard input. CERTIFICATE is a file with certificate and key: https then.

POST /fail/N/NAME       answers 503 the first N times, 200 after that
POST /status/CODE/NAME  answers CODE
POST /moved/NAME        sends to /NAME
POST /hang/NAME         never answers
POST /NAME              answers 200

Each request goes as a line of JSON, {"path", "headers", "body"} with the body in base64 and the headers' names in lower
case, to FOLDER/requests.jsonl before it is answered.
"""

import base64
import collections
import http.server
import json
import pathlib
import ssl
import sys
import threading

RECORD = pathlib.Path(sys.argv[1]) / "requests.jsonl"
LOCK = threading.Lock()
TRIES: collections.Counter[str] = collections.Counter()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        line = json.dumps({"path": self.path, "headers": headers, "body": base64.b64encode(body).decode()})
        with LOCK:
            with RECORD.open("a") as record:
                record.write(line + "\n")
            TRIES[self.path] += 1
            tried = TRIES[self.path]
        match self.path.strip("/").split("/"):
            case ["fail", times, _]:
                self.answer(503 if tried <= int(times) else 200)
            case ["status", code, _]:
                self.answer(int(code))
            case ["moved", name]:
                self.answer(302, f"/{name}")
            case ["hang", _]:
                threading.Event().wait()
            case _:
                self.answer(200)

    def answer(self, status, location=None):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if location:
            self.send_header("Location", location)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # clients that go away


server = Server(("127.0.0.1", int(sys.argv[-1])), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
sys.stdin.read()
