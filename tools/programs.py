"""Install the programs that some tests judge by, where this machine allows it; say what stays absent.

    python3 tools/programs.py

Tests whose program is absent are skipped, and the end of the test run names each of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PROGRAMS = {"chromium": "the console in a real browser", "tshark": "octets as Wireshark reads them"}


def absent() -> list[str]:
    """The programs that are not on the path."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def install(names: list[str]) -> None:
    """Ask apt for them; a failure is no error, since the tests that need them are then named and left out."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        done = subprocess.run(["apt-get", "--quiet=2", *command], env=quiet, stdout=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            return


def main() -> int:
    """Install if root and apt are there; print one line for each program that stays absent."""
    names = absent()
    if names and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"test: installing {', '.join(names)} with apt-get", flush=True)
        install(names)
    for name in absent():
        print(f"test: {name} is absent, so tests of {PROGRAMS[name]} are left out (named at the end)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
