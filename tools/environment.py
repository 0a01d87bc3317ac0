"""Make or refresh a virtual environment from the locked requirements. Needs nothing but Python.

    python3 tools/environment.py [--venv .venv] [--set run|test] [--python NAME]

The file must stay readable by old Pythons, so that an old one can say clearly that it is too old and look for a newer.
A stamp inside the environment holds the fingerprint of what was installed: a second call ends at once.
"""

import argparse
import glob
import hashlib
import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NAMES = ("python3.11", "python3.12", "python3.13", "python3")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FITS = f"import sys, venv, ensurepip; sys.exit(sys.version_info[:2] < {OLDEST})"


def runs(command, code):
    """Whether `command -c code` ends well (a launcher may be on the path and still start nothing)."""
    try:
        done = subprocess.run([command, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return done.returncode == 0


def candidates(name):
    """Places where an interpreter of this name may be: the path first, then the versions that pyenv keeps."""
    found = shutil.which(name)
    home = os.environ.get("PYENV_ROOT", os.path.expanduser("~/.pyenv"))
    kept = sorted(glob.glob(os.path.join(home, "versions", "*", "bin", name)), reverse=True)
    return ([found] if found else []) + kept


def find_python(names):
    """The first interpreter of these names that is new enough and can make environments, or None."""
    if sys.version_info[:2] >= OLDEST and names is NAMES and runs(sys.executable, FITS):
        return sys.executable
    for name in names:
        for path in candidates(name):
            if runs(path, FITS):
                return path
    return None


def explain_no_python():
    """What was found, what is needed and how to get it."""
    version = ".".join(map(str, sys.version_info[:2]))
    if sys.version_info[:2] < OLDEST:
        wanted = ".".join(map(str, OLDEST))
        return f"python3 is {version} ({sys.executable}); jointsky needs Python {wanted} or newer, and none was found"
    return f"python3 ({version}) cannot make virtual environments; on Debian or Ubuntu: apt-get install python3-venv"


def fingerprint(which, python):
    """A digest of everything that decides what the environment holds."""
    digest = hashlib.sha256((which + python + ROOT).encode())
    for path in (f"requirements/{which}.txt", "pyproject.toml", "tools/environment.py"):
        with open(os.path.join(ROOT, path), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_current(venv, which):
    """Whether the environment already holds this set; the test set holds the run set too."""
    try:
        with open(os.path.join(venv, "installed")) as file:
            stamped = file.read().split()
    except OSError:
        return False
    sets = ("run", "test") if which == "run" else ("test",)
    inner = os.path.join(venv, "bin", "python")
    return os.path.exists(inner) and any(fingerprint(name, inner) in stamped for name in sets)


def install(venv, which):
    """The locked packages by hash, then the project itself without fetching anything more."""
    inner = os.path.join(venv, "bin", "python")
    pip = [inner, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
    locked = os.path.join(ROOT, "requirements", f"{which}.txt")
    subprocess.run([*pip, "--require-hashes", "--requirement", locked], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT], check=True)
    with open(os.path.join(venv, "installed"), "w") as file:
        file.write(fingerprint(which, inner) + "\n")


def main():
    """Find a Python, make the environment if there is none, and install what is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--venv", default=os.path.join(ROOT, ".venv"))
    parser.add_argument("--set", default="run", choices=("run", "test"), dest="which")
    parser.add_argument("--python", help="an interpreter name, such as python3.12, instead of the first that fits")
    parser.add_argument("--find", action="store_true", help="only print the interpreter that would be used")
    asked = parser.parse_args()
    python = find_python((asked.python,) if asked.python else NAMES)
    if asked.find:
        print(python or "")
        return 0 if python else 1
    venv = os.path.abspath(asked.venv)
    if is_current(venv, asked.which):
        return 0
    if python is None:
        reason = f"no working {asked.python} was found" if asked.python else explain_no_python()
        sys.stderr.write(f"setup: {reason}\n")
        return 2
    print(f"setup: {asked.which} set into {os.path.relpath(venv)}, with {python}", flush=True)
    if not runs(os.path.join(venv, "bin", "python"), FITS):
        subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
    try:
        install(venv, asked.which)
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"setup: pip failed ({error.returncode}); nothing was marked as installed, run it again\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
