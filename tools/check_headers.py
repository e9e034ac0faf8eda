#!/usr/bin/env python3
"""Checks that each header under src/ compiles alone: check_headers.py --build DIR [--root DIR].

A header is compiled with the flags of a .cpp of its room, taken from DIR/compile_commands.json. The precompiled torch header
is used for those headers that include torch, themselves or through another header: it spares 15 s each, and hides nothing
that torch does not bring anyway. What compiled once, in any build tree of this user, is not compiled again until it, a header
that it includes, its flags or an installed package changes.
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time

KEPT_S = 90 * 24 * 3600  # since it was last asked for
REPO = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)


def closure(header: pathlib.Path, src: pathlib.Path, seen: dict[pathlib.Path, str]) -> dict[pathlib.Path, str]:
    """The header and the headers of src/ that it includes, with their text."""
    if header not in seen and header.is_file():
        seen[header] = header.read_text(encoding="utf-8")
        for quoted, _ in INCLUDE.findall(seen[header]):
            if quoted:
                closure(src / quoted, src, seen)
    return seen


def room_flags(build: pathlib.Path, src: pathlib.Path) -> dict[str, list[str]]:
    """Room -> the compiler and flags of one of its files, without input, output and dependency files."""
    flags = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["file"])
        if not file.is_relative_to(src) or file.relative_to(src).parts[0] in flags:
            continue
        words = shlex.split(entry["command"])
        if pathlib.Path(words[0]).name == "ccache":
            words = words[1:]
        kept, skip = [], False
        for word in words:
            if skip:
                skip = False
            elif word in {"-o", "-c", "-MT", "-MF"}:
                skip = True
            elif word != "-MD":
                kept.append(word)
        flags[file.relative_to(src).parts[0]] = kept
    return flags


def without_precompiled(flags: list[str]) -> list[str]:
    kept = []
    for word in flags:
        if "cmake_pch" in word:
            kept.pop()  # its -include
        elif word != "-Winvalid-pch":
            kept.append(word)
    return kept


def packages() -> str:
    """Versions of what Debian installed, the compiler and the libraries among it."""
    return subprocess.run(["dpkg-query", "-W"], capture_output=True, text=True, check=True).stdout


class Passed:
    """What is known to compile, kept as empty files named after a hash."""

    def __init__(self, root: pathlib.Path, build: pathlib.Path):
        caches = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
        self.folder = caches / "vigil" / "headers_checked"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.installed = packages()
        self.paths = [(str(build), "BUILD"), (str(root), "ROOT"), (str(REPO), "ROOT")]
        for stamp in self.folder.iterdir():
            if time.time() - stamp.stat().st_mtime > KEPT_S:
                stamp.unlink(missing_ok=True)

    def stamp(self, command: list[str], texts: dict[pathlib.Path, str]) -> pathlib.Path:
        key = repr((command, sorted((str(path), text) for path, text in texts.items())))
        for path, name in self.paths:
            key = key.replace(path, name)
        return self.folder / hashlib.sha256((key + self.installed).encode()).hexdigest()


def check(header: pathlib.Path, src: pathlib.Path, flags: dict[str, list[str]], passed: Passed, build: pathlib.Path) -> str:
    """The compiler's complaint, or nothing."""
    room = header.relative_to(src).parts[0]
    if room not in flags:
        return f"{header.relative_to(src.parent)}:1: no .cpp of room {room} is built, so its headers cannot be checked"
    texts = closure(header, src, {})
    torch = any(re.match(r"(torch|ATen|c10)/", system) for text in texts.values() for _, system in INCLUDE.findall(text))
    command = flags[room] if torch else without_precompiled(flags[room])
    stamp = passed.stamp(command, texts)
    if stamp.exists():
        stamp.touch()
        return ""
    alone = f'#include "{header.relative_to(src)}"\n'
    run = subprocess.run(
        [*command, "-fsyntax-only", "-x", "c++", "-"], input=alone, capture_output=True, text=True, cwd=build, check=False
    )
    if run.returncode == 0:
        stamp.touch()
        return ""
    return f"{header.relative_to(src.parent)}:1: does not compile alone\n{run.stderr}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--root", type=pathlib.Path, default=REPO)
    options = parser.parse_args()
    src = options.root / "src"
    passed = Passed(options.root, options.build)
    flags = room_flags(options.build, src)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        headers = sorted(src.rglob("*.h"))
        wrong = [text for text in pool.map(lambda header: check(header, src, flags, passed, options.build), headers) if text]
    print("\n".join(wrong) if wrong else f"{len(headers)} headers compile alone")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
