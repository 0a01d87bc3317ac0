"""The verbs about agreements: examples in their help, no compiled code, JSON, and one line for what is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from jointsky.cli import main

ROOT = Path(__file__).resolve().parents[3]
FILES = ROOT / "scenarios/agreements"
VERBS = {
    "explain": [FILES / "joint-2009.yaml"],
    "diff": [FILES / "tracks-1995.yaml", FILES / "joint-2009.yaml"],
    "at": [FILES / "treaties/cis-1995.yaml", "2012-01-01"],
    "orbat": [FILES / "joint-2009.yaml"],
}


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["jointsky", "agreement", *map(str, words)])
        with pytest.raises(SystemExit) as found:
            main()
        return (int(found.value.code or 0), *capsys.readouterr())

    return run


@pytest.mark.parametrize("verb", VERBS)
def test_help_shows_an_example_that_works(verb: str, call, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = call(verb, "--help")
    told = " ".join(out.replace("\u2502", " ").split())
    example = re.search(rf"Example: jointsky agreement ({verb} .*?)(?: \W| \*| Arguments|$)", told)
    assert code == 0 and example
    monkeypatch.chdir(ROOT)
    code, out, err = call(*example[1].split())
    assert (code, err) == (0, "") and out


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_runs_without_compiled_code(verb: str) -> None:
    code = "import sys, atexit; atexit.register(lambda: print('numba' in sys.modules, file=sys.stderr))\n"
    code += "from jointsky.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "agreement", verb, *map(str, VERBS[verb])],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0 and done.stdout and done.stderr.strip() == "False"


@pytest.mark.parametrize("verb", ["diff", "at", "orbat"])
def test_json_is_whole_and_nothing_else(verb: str, call) -> None:
    code, out, err = call(verb, *VERBS[verb], "--json")
    found = json.loads(out)
    assert (code, err) == (0, "") and found
    if verb == "at":
        assert {item["name"]: item["state"] for item in found["standing"]}["H1"] == "not yet in force"
        assert [item["day"] for item in found["days"]] == sorted(item["day"] for item in found["days"])
    if verb == "orbat":
        assert {"unit", "kind", "owner", "phases", "users", "commander", "by_place"} == set(found[0])
    if verb == "diff":
        assert {change["name"] for change in found["changes"]} >= {"C1", "joint.cp", "joint"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("explain", FILES / "joint-2009.yaml", "--nation", "wset"), "did you mean west?"),
        (("explain", FILES / "joint-2009.yaml", "--phase", "piece"), "did you mean peace?"),
        (("explain", FILES / "joint-2009.yaml", "--at", "yesterday"), "expected a day such as 2026-06-01"),
        (("orbat", FILES / "joint-2009.yaml", "--phase", "x"), "unknown phase"),
        (("at", FILES / "joint-2009.yaml", "1.1.2000"), "expected a day such as 2026-06-01"),
        (("explain", FILES / "no-such.yaml"), "no-such.yaml"),
        (("diff", FILES / "none.yaml", FILES / "no-such.yaml"), "no-such.yaml"),
    ],
)
def test_bad_input_is_one_line_and_code_2(words: tuple[str | Path, ...], told: str, call) -> None:
    code, out, err = call(*words)
    assert (code, out) == (2, "") and told in err and len(err.strip().splitlines()) == 1


def test_a_faulty_file_is_refused_with_its_lines(tmp_path: Path, call) -> None:
    text = (FILES / "none.yaml").read_text().replace("agreements: []", "agreements: [{name: a, parties: [west, wset]}]")
    (tmp_path / "bad.yaml").write_text(text.replace("include: world", f"include: {FILES}/world"))
    code, out, err = call("explain", tmp_path / "bad.yaml")
    assert (code, out) == (2, "") and "bad.yaml:" in err and "did you mean west?" in err
