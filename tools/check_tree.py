#!/usr/bin/env python3
"""Checks of the tree that no compiler makes: check_tree.py CHECK [--root DIR] [--build DIR].

CHECK is one of
  format   C++ files are as .clang-format wants them
  shell    shell scripts parse (bash -n) and shellcheck, where installed, has no warning
  links    relative links in Markdown files lead to files that exist
  words    no path of one machine and no leftover marker (TO DO, conflict) is in the tree
  cards    every weight file under models/ has a card, and every recipe says what it is for in its first line
  tests    every tests/**/*_test.cpp is compiled by a target, and CTest knows at least one test of it (needs --build)

Prints each violation as FILE:LINE: what is wrong, and exits 1 when there is one.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable

REPO = pathlib.Path(__file__).resolve().parent.parent
SKIPPED = {".git", "build", "node_modules", "__pycache__"}


def project_files(root: pathlib.Path, *patterns: str) -> list[pathlib.Path]:
    """Files of the project that match a pattern: what git tracks or would track, or all where there is no git."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
    )
    if listed.returncode == 0:
        files = [root / name for name in listed.stdout.split("\0") if name]
    else:
        files = [file for file in root.rglob("*") if not SKIPPED & set(file.relative_to(root).parts)]
    return sorted(
        file
        for file in set(files)
        if file.is_file() and any(file.relative_to(root).match(pattern) for pattern in patterns)
    )


def lines_of(file: pathlib.Path) -> Iterable[tuple[int, str]]:
    return enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)


def check_format(root: pathlib.Path, _build) -> list[str]:
    files = project_files(root, "*.h", "*.cpp")
    style = f"--style=file:{REPO / '.clang-format'}"
    run = subprocess.run(["clang-format", style, "--dry-run", "--Werror", *files], capture_output=True, text=True)
    return [line for line in run.stderr.splitlines() if "error:" in line]


def check_shell(root: pathlib.Path, _build) -> list[str]:
    scripts = [
        file
        for file in project_files(root, "*")
        if file.suffix == ".sh" or (not file.suffix and file.read_bytes()[:64].startswith(b"#!/usr/bin/env bash"))
    ]
    wrong = []
    for script in scripts:
        run = subprocess.run(["bash", "-n", script], capture_output=True, text=True)
        wrong += run.stderr.splitlines()
    if scripts and shutil.which("shellcheck"):
        run = subprocess.run(
            ["shellcheck", "--severity=warning", "--format=gcc", *scripts],
            capture_output=True,
            text=True,
        )
        wrong += run.stdout.splitlines()
    return wrong


def check_links(root: pathlib.Path, _build) -> list[str]:
    wrong = []
    for file in project_files(root, "*.md"):
        fenced = False
        for number, line in lines_of(file):
            fenced ^= line.lstrip().startswith("```")
            if fenced:
                continue
            for target in re.findall(r"(?:\]\(|(?:src|srcset|href)=\")([^)\"\s]+)", re.sub(r"`[^`]*`", "", line)):
                path = target.split("#")[0]
                if path and not re.match(r"[a-z]+:", target) and not (file.parent / path).exists():
                    wrong.append(f"{file.relative_to(root)}:{number}: link to {target}, which does not exist")
    return wrong


MARKERS = {
    r"(?<![\w.])/(work|farm|root)/": "path of one machine",
    r"(?<![\w.])/home/(?!you\b|user\b)\w": "path of one machine",
    r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b": "leftover marker",
    r"^(<{7}|>{7}) ": "merge conflict",
}
TEXT = (".h", ".cpp", ".cmake", ".py", ".sh", ".md", ".toml", ".json", ".txt", ".yaml", ".yml", ".html", ".js", ".css", "")


def check_words(root: pathlib.Path, _build) -> list[str]:
    wrong = []
    for file in project_files(root, "*"):
        if file.suffix not in TEXT or b"\0" in file.read_bytes()[:4096]:
            continue
        for number, line in lines_of(file):
            for pattern, what in MARKERS.items():
                if found := re.search(pattern, line):
                    wrong.append(f"{file.relative_to(root)}:{number}: {what}: {found.group(0).strip()}")
    return wrong


def check_cards(root: pathlib.Path, _build) -> list[str]:
    wrong = []
    for weights in project_files(root, "models/*.safetensors", "models/**/*.safetensors"):
        if not weights.with_suffix(".md").exists() and not (weights.parent / "README.md").exists():
            wrong.append(f"{weights.relative_to(root)}:1: weights without a model card {weights.with_suffix('.md').name}")
        if weights.stat().st_size > 10_000_000:
            wrong.append(f"{weights.relative_to(root)}:1: {weights.stat().st_size} bytes; house weights stay under 10 MB")
    for recipe in project_files(root, "recipes/*.toml"):
        if not recipe.read_text(encoding="utf-8").startswith("# "):
            wrong.append(f"{recipe.relative_to(root)}:1: the first line must be a comment that says what the recipe is for")
    return wrong


TEST_MACRO = re.compile(r"^\s*(?:TYPED_)?TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\s*\)", re.MULTILINE)


def check_tests(root: pathlib.Path, build: pathlib.Path) -> list[str]:
    compiled = {pathlib.Path(entry["file"]) for entry in json.loads((build / "compile_commands.json").read_text())}
    listing = subprocess.run(
        ["ctest", "--test-dir", build, "--show-only=json-v1"], capture_output=True, text=True, check=True
    )
    known = [test["name"] for test in json.loads(listing.stdout)["tests"]]
    wrong = []
    for file in project_files(root, "tests/**/*_test.cpp", "tests/*/*_test.cpp"):
        where = file.relative_to(root)
        if file not in compiled:
            wrong.append(f"{where}:1: no target of {build.name} compiles this file")
            continue
        tests = [f"{suite}.{name}" for suite, name in TEST_MACRO.findall(file.read_text(encoding="utf-8"))]
        if not any(re.search(rf"[./]{re.escape(test)}(/|$)", name) for test in tests for name in known):
            wrong.append(f"{where}:1: CTest knows no test of this file")
    return wrong


CHECKS = {
    "format": check_format,
    "shell": check_shell,
    "links": check_links,
    "words": check_words,
    "cards": check_cards,
    "tests": check_tests,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("check", choices=CHECKS)
    parser.add_argument("--root", type=pathlib.Path, default=REPO)
    parser.add_argument("--build", type=pathlib.Path)
    options = parser.parse_args()
    wrong = CHECKS[options.check](options.root, options.build)
    print("\n".join(wrong) if wrong else f"{options.check}: nothing wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
