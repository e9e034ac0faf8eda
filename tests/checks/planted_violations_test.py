"""Each check of the tree finds the violation it is there for, and says nothing about a tree without one."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

REPO = pathlib.Path(__file__).resolve().parents[2]

TABLE = """\
| room | in, out | stands on | foreign |
|---|---|---|---|
| `core` | x | – | – |
| `media` | x | core | FFmpeg |
| `nets` | x | core | libtorch |
"""


class PlantedViolations(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.write("src/README.md", TABLE)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def run_tool(self, tool, *arguments):
        return subprocess.run(
            [sys.executable, REPO / "tools" / tool, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"XDG_CACHE_HOME": str(self.root / "cache")},
        )

    def assert_finds(self, run, *parts):
        self.assertEqual(run.returncode, 1, run.stdout + run.stderr)
        for part in parts:
            self.assertIn(part, run.stdout)

    def assert_clean(self, run):
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)

    def rooms(self):
        return self.run_tool("check_rooms.py", self.root)

    def tree(self, check, *arguments):
        return self.run_tool("check_tree.py", check, "--root", self.root, *arguments)

    def test_an_arrow_against_the_table(self):
        self.write("src/media/a.h", '#include "core/time.h"\n')
        self.assert_clean(self.rooms())
        self.write("src/core/a.cpp", '\n#include "media/a.h"\n')
        self.assert_finds(self.rooms(), "src/core/a.cpp:2", "core may not include media/a.h")

    def test_a_test_that_reaches_past_its_room(self):
        self.write("tests/core/a_test.cpp", '#include "media/a.h"\n')
        self.assert_finds(self.rooms(), "tests/core/a_test.cpp:1")

    def test_a_room_that_the_table_does_not_know(self):
        self.write("src/attic/a.cpp", "\n")
        self.assert_finds(self.rooms(), "src/attic/a.cpp:1")

    def test_a_foreign_header_in_the_wrong_room(self):
        self.write("src/core/a.cpp", "#include <libavutil/frame.h>\n")
        self.assert_finds(self.rooms(), "libavutil/frame.h has no place in room core")

    def test_a_foreign_header_in_a_header(self):
        self.write("src/nets/a.h", "#include <torch/torch.h>\n")
        self.assert_clean(self.rooms())
        self.write("src/media/a.h", "#include <libavutil/frame.h>\n")
        self.assert_finds(self.rooms(), "src/media/a.h:1")

    def test_a_table_whose_arrow_points_down(self):
        self.write("src/README.md", TABLE.replace("| `core` | x | –", "| `core` | x | media"))
        self.assertNotEqual(self.rooms().returncode, 0)

    def test_format(self):
        self.write("src/core/a.cpp", "int main() { return 0; }\n")
        self.assert_clean(self.tree("format"))
        self.write("src/core/a.cpp", "int  main( ) {return 0;}\n")
        self.assert_finds(self.tree("format"), "a.cpp:1")

    def test_shell_syntax(self):
        self.write("a.sh", "#!/usr/bin/env bash\ntrue\n")
        self.assert_clean(self.tree("shell"))
        self.write("run", "#!/usr/bin/env bash\nif true; then\n")
        self.assert_finds(self.tree("shell"), "run: line")

    def test_dead_links(self):
        self.write("docs/a.md", "[rooms](../src/README.md#x) `[not](a/link)` [web](https://example.org/)\n")
        self.assert_clean(self.tree("links"))
        self.write("docs/b.md", "\n[gone](gone.md)\n")
        self.assert_finds(self.tree("links"), "docs/b.md:2", "gone.md")

    def test_machine_paths_and_markers(self):
        self.write("a.md", "in ~/.cache and build/root/x\n")
        self.assert_clean(self.tree("words"))
        self.write("a.md", "see /ro" + "ot/x\n")
        self.assert_finds(self.tree("words"), "a.md:1")
        self.write("a.md", "fine\n")
        self.write("b.cpp", "// TO" + "DO: later\n")
        self.assert_finds(self.tree("words"), "b.cpp:1")

    def test_weights_without_a_card(self):
        self.write("models/a.safetensors", "x")
        self.assert_finds(self.tree("cards"), "models/a.safetensors:1")
        self.write("models/a.md", "# a\n")
        self.assert_clean(self.tree("cards"))

    def test_a_recipe_without_a_purpose(self):
        self.write("recipes/a.toml", "x = 1\n")
        self.assert_finds(self.tree("cards"), "recipes/a.toml:1")

    def test_a_header_that_does_not_compile_alone(self):
        cpp = self.write("src/core/a.cpp", "int main() {}\n")
        command = f"c++ -std=c++23 -I{self.root}/src -o a.o -c {cpp}"
        entry = {"directory": str(self.root), "command": command, "file": str(cpp)}
        self.write("build/compile_commands.json", json.dumps([entry]))
        self.write("src/core/a.h", "#include <string>\nstd::string name();\n")
        check = ["check_headers.py", "--root", self.root, "--build", self.root / "build"]
        self.assert_clean(self.run_tool(*check))
        self.assert_clean(self.run_tool(*check))
        self.write("src/core/a.h", "std::string name();\n")
        self.assert_finds(self.run_tool(*check), "src/core/a.h:1: does not compile alone")
        self.write("src/core/b.h", "std::string other();\n")
        self.assert_finds(self.run_tool(*check), "src/core/b.h:1: does not compile alone")
        self.write("src/media/c.h", "\n")
        self.assert_finds(self.run_tool(*check), "src/media/c.h:1: no .cpp of room media is built")

    def test_a_test_file_that_nothing_builds(self):
        self.write("tests/core/a_test.cpp", "TEST(A, b) {}\n")
        self.write("build/compile_commands.json", "[]")
        self.write("build/CTestTestfile.cmake", "")
        self.assert_finds(self.tree("tests", "--build", self.root / "build"), "tests/core/a_test.cpp:1")

    def test_a_test_file_without_a_test(self):
        file = self.write("tests/core/a_test.cpp", "TEST(A, b) {}\n")
        self.write("build/compile_commands.json", f'[{{"file": "{file}"}}]')
        self.write("build/CTestTestfile.cmake", "add_test(core.A.b true)\n")
        self.assert_clean(self.tree("tests", "--build", self.root / "build"))
        self.write("build/CTestTestfile.cmake", "add_test(core.A.c true)\n")
        self.assert_finds(self.tree("tests", "--build", self.root / "build"), "CTest knows no test")


class Skips(unittest.TestCase):
    REPORT = """<testsuite><testcase name="media.A.b"><skipped/><system-out>f.cpp:3: Skipped
{reason}

[  SKIPPED ] A.b (0 ms)</system-out></testcase><testcase name="media.A.c"/></testsuite>"""

    def report(self, reason, shared):
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "test.xml"
            file.write_text(self.REPORT.format(reason=reason), encoding="utf-8")
            return subprocess.run(
                [sys.executable, REPO / "tools" / "report_skips.py", file, "--shared", shared],
                capture_output=True,
                text=True,
                check=False,
            )

    def test_a_skip_is_printed_with_its_reason(self):
        run = self.report("needs a camera", "/")
        self.assertIn("skipped: media.A.b: needs a camera", run.stdout)
        self.assertEqual(run.returncode, 0)

    def test_shared_data_may_only_be_missing_where_it_is_missing(self):
        self.assertEqual(self.report("needs shared data: x", "/").returncode, 1)
        self.assertEqual(self.report("needs shared data: x", "/nowhere").returncode, 0)

    def test_a_skip_needs_a_reason(self):
        self.assertEqual(self.report("", "/").returncode, 1)


if __name__ == "__main__":
    unittest.main()
