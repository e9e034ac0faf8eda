#!/usr/bin/env python3
"""A Mosquitto broker for tests: mqtt_broker.py FOLDER [USER PASSWORD] PORT; prints its port once it listens. The broker ends
with this program, however that ends, and this program with its standard input. With a USER nobody else may connect."""

import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def end_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


folder = pathlib.Path(sys.argv[1])
port = int(sys.argv[-1]) or free_port()
lines = [f"listener {port} 127.0.0.1", "persistence false"]
if os.geteuid() == 0:
    lines.append("user root")
if len(sys.argv) > 3:
    passwords = folder / "passwords"
    subprocess.run(["mosquitto_passwd", "-c", "-b", passwords, sys.argv[2], sys.argv[3]], check=True)
    lines += ["allow_anonymous false", f"password_file {passwords}"]
else:
    lines.append("allow_anonymous true")
configuration = folder / "mosquitto.conf"
configuration.write_text("\n".join(lines) + "\n")

path = os.environ.get("PATH", "") + ":/usr/sbin"
with (folder / "mosquitto.log").open("a") as log:
    broker = subprocess.Popen(
        ["mosquitto", "-c", configuration],
        env={"PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=end_with_parent,
    )
while broker.poll() is None and not listens(port):
    time.sleep(0.02)
if broker.poll() is not None:
    sys.exit(1)
print(port, flush=True)
sys.stdin.read()
broker.kill()
