#!/usr/bin/env python3
"""Checks who includes whom: check_rooms.py [ROOT].

Reads every #include under src/ and tests/. A room may include itself and the rooms that its row in the table of
src/README.md names; a foreign header may stand only where FOREIGN allows it, and in a header only where HEADERS does.
Prints each violation as FILE:LINE: what is wrong, and exits 1 when there is one.
"""

import pathlib
import re
import sys

# Foreign headers (by prefix of what stands between < > or " ") -> the rooms that may include them.
FOREIGN = {
    r"libav(format|codec|util|device|filter)/|libsw(scale|resample)/": {"media"},
    r"opencv2/": {"media", "learn", "vision"},
    r"(torch|ATen|c10|caffe2)/": {"nn", "nets", "vision", "learn"},
    r"omp\.h$": {"nn"},
    r"nlohmann/": {"report", "models", "archive", "formats", "nn", "learn", "pipeline", "alerts", "station", "server", "cli"},
    r"toml\+\+/": {"behavior", "learn", "server"},
    r"CLI/": {"cli"},
    r"curl/": {"models", "alerts"},
    r"mosquitto\.h$": {"alerts"},
    r"openssl/": {"alerts", "server"},
    r"boost/": {"server"},
    r"(drogon|trantor)/": {"server"},
    r"liboath/": {"server"},
    r"sodium\.h$": {"models", "archive"},
    r"soci/": {"archive"},
    r"google/protobuf/|.*\.pb\.h": {"formats", "learn"},
}

# The only foreign headers that may stand in a header, and the rooms where they may.
HEADERS = {
    r"(torch|ATen|c10)/": {"nn", "nets", "vision", "learn"},
    r"soci/": {"archive"},
    r"(drogon|nlohmann|boost)/": {"server"},
}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]')
TABLE_ROW = re.compile(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|")


def read_table(readme: pathlib.Path) -> dict[str, set[str]]:
    """Room -> the rooms that it may include, in the order of the table; "all" means every row above."""
    rooms: dict[str, set[str]] = {}
    for line in readme.read_text(encoding="utf-8").splitlines():
        if found := TABLE_ROW.match(line):
            named = set(re.findall(r"\w+", found.group(2)))
            if unknown := named - set(rooms) - {"all"}:
                sys.exit(f"{readme}:1: room {found.group(1)} stands on {sorted(unknown)}, which are not further up in the table")
            rooms[found.group(1)] = set(rooms) if "all" in named else named
    if not rooms:
        sys.exit(f"{readme}:1: no table of rooms was found")
    return rooms


def includes(file: pathlib.Path):
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if found := INCLUDE.match(line):
            yield number, found.group(1)


def allowed(table: dict, header: str, room: str):
    """Whether `room` may include `header` by `table`; None when the table does not speak of it."""
    for prefix, rooms in table.items():
        if re.match(prefix, header):
            return room in rooms
    return None


def check_source(root: pathlib.Path, rooms: dict) -> list[str]:
    wrong = []
    for file in sorted((root / "src").rglob("*")):
        if file.suffix not in {".h", ".cpp"}:
            continue
        where = file.relative_to(root)
        room = where.parts[1]
        if room not in rooms:
            wrong.append(f"{where}:1: room '{room}' is not in the table of src/README.md")
            continue
        for line, header in includes(file):
            target = header.split("/")[0]
            if target in rooms and "/" in header:
                if target != room and target not in rooms[room]:
                    wrong.append(f"{where}:{line}: {room} may not include {header}")
            elif allowed(FOREIGN, header, room) is False:
                wrong.append(f"{where}:{line}: foreign header {header} has no place in room {room}")
            elif file.suffix == ".h" and allowed(FOREIGN, header, room) and not allowed(HEADERS, header, room):
                wrong.append(f"{where}:{line}: foreign header {header} stands in a header; it belongs in a .cpp")
            elif target in {"support", "bench", "fuzz", "tests"}:
                wrong.append(f"{where}:{line}: src may not include {header}")
    return wrong


def check_tests(root: pathlib.Path, rooms: dict) -> list[str]:
    """A room's tests may include what the room may, and the room itself."""
    wrong = []
    for file in sorted((root / "tests").rglob("*")):
        where = file.relative_to(root)
        if file.suffix not in {".h", ".cpp"} or len(where.parts) < 3 or where.parts[1] not in rooms:
            continue
        room = where.parts[1]
        for line, header in includes(file):
            target = header.split("/")[0]
            if target in rooms and "/" in header and target != room and target not in rooms[room]:
                wrong.append(f"{where}:{line}: tests of {room} may not include {header}")
    return wrong


def main() -> int:
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    rooms = read_table(root / "src" / "README.md")
    wrong = check_source(root, rooms) + check_tests(root, rooms)
    print("\n".join(wrong) if wrong else "every include follows the table of rooms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
