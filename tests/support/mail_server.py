#!/usr/bin/env python3
"""An SMTP server for tests: mail_server.py FOLDER [CERTIFICATE USER PASSWORD] PORT; prints its port and ends with its
standard input. With a CERTIFICATE (a file with certificate and key) it wants STARTTLS and then the user's password.

Each mail goes to FOLDER/N.json, N from 1, as {"from", "to", "subject", "headers", "parts"}; parts are
{"type", "name", "text"}, or {"type", "name", "base64"} of what is no text. Recipients that begin with "refused" get 550, with "later" 451.
"""

import asyncio
import base64
import email.policy
import json
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER = pathlib.Path(sys.argv[1])


class Handler:
    mails = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 no such mailbox"
        if address.startswith("later"):
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = []
        for part in message.walk():
            if part.is_multipart():
                continue
            entry = {"type": part.get_content_type(), "name": part.get_filename() or ""}
            if part.get_content_maintype() == "text":
                entry["text"] = part.get_content()
            else:
                entry["base64"] = base64.b64encode(part.get_content()).decode()
            parts.append(entry)
        mail = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": str(message["Subject"]),
            "headers": [[name, str(value)] for name, value in message.items()],
            "parts": parts,
        }
        self.mails += 1
        unfinished = FOLDER / "mail.part"
        unfinished.write_text(json.dumps(mail))
        unfinished.rename(FOLDER / f"{self.mails}.json")
        return "250 OK"


def options():
    if len(sys.argv) < 6:
        return {}
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    right = (sys.argv[3].encode(), sys.argv[4].encode())

    def authenticate(_server, _session, _envelope, _mechanism, data):
        # not handled: the server is to answer
        return AuthResult(success=(data.login, data.password) == right, handled=False)

    return {
        "tls_context": context,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": authenticate,
    }


async def serve():
    handler = Handler()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="localhost", **options()), "127.0.0.1", int(sys.argv[-1])
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
sys.stdin.read()
