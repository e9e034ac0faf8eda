#!/usr/bin/env python3
"""Prints every skipped test of a CTest JUnit file with its reason: report_skips.py FILE [--shared DIR].

A skip for want of shared data is a failure (exit code 1) where the folder of shared data is there.
"""

import argparse
import os
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

REPO = pathlib.Path(__file__).resolve().parent.parent


def reason_of(output: str) -> str:
    """GoogleTest prints "FILE:LINE: Skipped" and the reason on the lines after it, up to the test's closing line."""
    found = re.search(r": Skipped\n(.*?)\n+\[  SKIPPED \]", output, re.DOTALL)
    if found and found.group(1).strip():
        return " ".join(found.group(1).split())
    found = re.search(r"^SKIP: (.*)$", output, re.MULTILINE)
    return found.group(1).strip() if found else "no reason given"


def skips(junit: pathlib.Path) -> list[tuple[str, str]]:
    cases = ElementTree.parse(junit).getroot().iter("testcase")
    return [
        (case.get("name", "?"), reason_of(case.findtext("system-out") or ""))
        for case in cases
        if case.find("skipped") is not None
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("junit", type=pathlib.Path)
    default = os.environ.get("VIGIL_SHARED") or REPO.parent / "shared"
    parser.add_argument("--shared", type=pathlib.Path, default=pathlib.Path(default))
    options = parser.parse_args()

    wrong = 0
    for name, reason in skips(options.junit):
        print(f"skipped: {name}: {reason}")
        if reason == "no reason given":
            wrong += 1
            print(f"error: {name} skips without a reason")
        elif reason.startswith("needs shared data") and options.shared.is_dir():
            wrong += 1
            print(f"error: {name} skips though {options.shared} is there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
