"""A `jointsky` process that serves seats, for tests in a real browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LINK = re.compile(r"^ +(\S+) +(http://\S+)$", re.MULTILINE)


class Serving:
    """The process, what it has said, and the links of its seats."""

    def __init__(self, *words: str) -> None:
        command = [sys.executable, "-c", "from jointsky.cli import main; main()", *words, "--port", "0", "--no-open"]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""
        while "Ctrl-C" not in self.said:
            line = self.process.stdout.readline() if self.process.stdout is not None else ""
            if line == "":
                raise RuntimeError(f"nothing is served: {self.said}")
            self.said += line
        self.links = dict(LINK.findall(self.said))

    def end(self) -> int:
        """Ctrl-C, and wait for its last words; the code it ends with."""
        self.process.send_signal(2)
        out, _ = self.process.communicate(timeout=60)
        self.said += out
        return self.process.returncode
