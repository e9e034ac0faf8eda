"""What ./vigil and ./test rest on: the package sets, the choice of toolchain, and which paths of the host are laid over."""

import os
import pathlib
import subprocess
import tempfile
import unittest

REPO = pathlib.Path(__file__).resolve().parents[2]


def bash(script, **environment):
    return subprocess.run(
        ["bash", "-c", f"set -euo pipefail; . '{REPO}/deploy/lib.sh'; {script}"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


class Packages(unittest.TestCase):
    def test_the_test_set_contains_the_build_set(self):
        build = bash("packages build").stdout.split()
        test = bash("packages test").stdout.split()
        self.assertIn("g++", build)
        self.assertLess(set(build), set(test))
        self.assertEqual(test, sorted(test))

    def test_the_hash_follows_the_set(self):
        self.assertNotEqual(bash("packages_hash build").stdout, bash("packages_hash test").stdout)


class Toolchain(unittest.TestCase):
    def test_an_unknown_choice_is_refused_in_one_sentence(self):
        run = bash("toolchain_ready build", VIGIL_TOOLCHAIN="windows")
        self.assertEqual(run.returncode, 1)
        self.assertIn("VIGIL_TOOLCHAIN is 'windows'", run.stderr)
        self.assertEqual(len(run.stderr.splitlines()), 1)

    def test_arguments_and_exit_code_pass_through(self):
        run = bash('toolchain_ready build; toolchain_run sh -c \'echo "$1"; exit 42\' sh "a b  c"', VIGIL_TOOLCHAIN="native")
        self.assertEqual(run.stdout, "a b  c\n")
        self.assertEqual(run.returncode, 42)

    def test_a_missing_tool_is_named_with_the_remedy(self):
        with tempfile.TemporaryDirectory() as empty:
            for name in ("id", "bash"):
                os.symlink(f"/usr/bin/{name}", f"{empty}/{name}")
            run = bash(f". '{REPO}/deploy/private_root.sh'; PATH={empty}; need_host_tools")
        self.assertEqual(run.returncode, 1)
        self.assertIn("mmdebstrap bubblewrap", run.stderr)
        self.assertIn("install them", run.stderr)


class HostPaths(unittest.TestCase):
    """A root that owns only /usr/share, and files of the host beside it."""

    def mounts(self, *arguments):
        with tempfile.TemporaryDirectory() as root:
            pathlib.Path(root, ".vigil-directories").write_text("/usr\n/usr/share\n/etc\n/var\n", encoding="utf-8")
            quoted = " ".join(f"'{argument}'" for argument in arguments)
            run = bash(
                f". '{REPO}/deploy/enter_root.sh'; root={root}; mounts=(); "
                f'for path in {quoted}; do mount_argument "$path"; done; echo "${{mounts[@]:-nothing}}"'
            )
        self.assertEqual(run.returncode, 0, run.stderr)
        return run.stdout.split()

    def test_files_of_the_host_under_usr_are_laid_over_read_only(self):
        self.assertEqual(self.mounts("/usr/bin/env")[:3], ["--ro-bind", "/usr/bin/env", "/usr/bin/env"])
        self.assertEqual(self.mounts("--config=/etc/hostname")[0:2], ["--ro-bind", "/etc/hostname"])

    def test_the_roots_own_directories_and_paths_elsewhere_are_not(self):
        self.assertEqual(self.mounts("/usr/share", "/tmp", "plain", "--flag", "/usr/no/such/file"), ["nothing"])

    def test_a_link_brings_what_it_leads_to(self):
        with tempfile.TemporaryDirectory() as directory:
            link = pathlib.Path(directory, "link")
            link.symlink_to("/etc/hostname")
            self.assertEqual(self.mounts(link), ["--ro-bind", "/etc/hostname", "/etc/hostname"])


if __name__ == "__main__":
    unittest.main()
