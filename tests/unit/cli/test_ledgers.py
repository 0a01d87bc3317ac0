"""The verbs ledger, limits and roe: the shipped cases by one command each, JSON, and one line with exit code 2."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from ledger_world import MONEY, written

from jointsky.cli import main

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "scenarios/ledgers"


@dataclass
class Said:
    """What a call said and how it ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setenv("COLUMNS", "240")

    def run(*words: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["jointsky", *map(str, words)])
        with pytest.raises(SystemExit) as found:
            main()
        out, err = capsys.readouterr()
        return Said(int(found.value.code or 0), out, err)

    return run


def test_the_withdrawal(call) -> None:
    for day, left in (("1995-12-09", 18), ("1997-01-01", 0)):
        said = call("ledger", CASES / "withdrawal-1996.yaml", "--at", day, "--json")
        there = [h for h in json.loads(said.out)["holdings"] if (h["category"], h["place"]) == ("launchers", "west")]
        assert (said.code, there[0]["count"]) == (0, left)
    assert "the last two regiments leave" in call("ledger", CASES / "withdrawal-1996.yaml").out


def test_the_deal_of_two_nations(call) -> None:
    said = call("ledger", CASES / "deal-2009.yaml", "--at", "2009-12-31")
    assert said.code == 0
    for words in (
        "Bill up to 2009-12-31, in USD of 2009",
        "loan of the fund",
        "article of Feb 2009",
        "Break-even",
        "without east",
    ):
        assert words in said.out
    facts = json.loads(call("ledger", CASES / "deal-2009.yaml", "--at", "2009-12-31", "--json").out)
    assert facts["bill"]["west"]["owes"] == 2e9 + 2.46e9 + 1e9
    assert facts["bill"]["west"]["let_off"] == -facts["bill"]["east"]["let_off"] == 300e6 + 750e6


def test_without_the_agreement_its_payments_are_not_due(call) -> None:
    facts = json.loads(
        call(
            "ledger", CASES / "deal-2009.yaml", "--at", "2009-12-31", "--agreement", "agreements/none.yaml", "--json"
        ).out
        or "{}"
    )
    told = call(
        "ledger",
        CASES / "deal-2009.yaml",
        "--agreement",
        ROOT / "scenarios/agreements/none.yaml",
        "--at",
        "2009-12-31",
        "--json",
    )
    facts = facts or json.loads(told.out)
    assert len(facts["not_due"]) == 2
    assert facts["break_even"]["west"]["extra_cost"] == 0.0


def test_a_study_adds_what_each_nation_gains(call, tmp_path: Path) -> None:
    arms = {
        name: {f"damage_{n}": {"mean": mean} for n in ("west", "east")}
        for name, mean in (("none", 9.0), ("joint-2009", 4.0))
    }
    (tmp_path / "summary.json").write_text(json.dumps({"arms": arms, "pairs": {}}))
    words = ("ledger", CASES / "deal-2009.yaml", "--at", "2009-12-31", "--study", tmp_path)
    even = json.loads(call(*words, "--json").out)["break_even"]["west"]
    assert even["gain"] == 5.0
    assert even["transfer"] == pytest.approx(even["extra_cost"] - 5.0 * 500e6)
    assert "left to divide among them" in call(*words).out


def test_limits_name_the_rule_and_end_with_one(call) -> None:
    kept = call("limits", CASES / "ceilings.yaml")
    assert (kept.code, kept.err) == (0, "")
    said = call("limits", CASES / "ceilings-one-more.yaml")
    assert said.code == 1
    assert (
        "rule N1 of ceilings: east holds 26 fighters in east territory, at most 24, 2 too many; east.air.9 (10)"
        in said.out
    )
    ban = call("limits", CASES / "range-rule.yaml", "--at", "2007-11-20", "--json")
    facts = json.loads(ban.out)
    assert (ban.code, [f["rule"] for f in facts if f["broken"]]) == (1, ["R1"])
    assert call("limits", CASES / "range-rule.yaml", "--at", "2019-08-02").out.strip().endswith("no rule is in force")


def test_laws_that_differ(call) -> None:
    said = call("roe", CASES / "laws-differ.yaml", "--all")
    assert said.code == 0
    assert "law of east: not over another's land" in said.out
    facts = json.loads(call("roe", CASES / "laws-differ.yaml", "--json").out)
    assert {tuple(one["clauses"]) for one in facts["conflicts"]} == {("C3",)}
    assert f"{len(facts['conflicts'])} conflicting cells among 2 nations" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ledger", "union-5-10.yaml"), "'ledger' is missing"),
        (("ledger", "none.yaml"), "none.yaml: cannot read this file"),
        (
            ("ledger", "ledgers/deal-2009.yaml", "--at", "2009-13-01"),
            "--at: found '2009-13-01', expected a day such as 1995-02-10",
        ),
        (("limits", "ledgers/ceilings.yaml", "--at", "today"), "--at: found 'today', expected a day"),
        (("ledger", "ledgers/deal-2009.yaml", "--phase", "wra"), "--phase: unknown phase 'wra'; did you mean war"),
        (("ledger", "ledgers/deal-2009.yaml", "--study", "nowhere"), "summary.json: cannot be read"),
        (("roe", "ledgers/laws-differ.yaml", "--every"), "No such option"),
    ],
)
def test_bad_input_is_one_line_and_two(call, words: tuple[str, ...], told: str) -> None:
    verb, file, *rest = words
    said = call(verb, ROOT / "scenarios" / file, *rest)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert len(said.err.splitlines()) == 1


def test_a_ledger_with_a_fault_stops_limits_too(call, tmp_path: Path) -> None:
    move = {"category": "x", "count": 3, "from": "west", "to": "east", "day": "2000-01-01"}
    said = call("limits", written(tmp_path, ledger={**MONEY, "movements": [move]}))
    assert said.code == 2
    assert (
        "ledger.movements[0].count: found 3 x of west leaving on 2000-01-01, expected at most the 0 that are there"
        in said.err
    )


@pytest.mark.parametrize("verb", ["check", "run", "roe", "ledger"])
def test_every_verb_that_reads_a_file_judges_its_ledger(call, tmp_path: Path, verb: str) -> None:
    stock = {"category": "x", "held": "wets", "count": 3, "day": "2000-01-01"}
    said = call(verb, written(tmp_path, ledger={**MONEY, "stocks": [stock]}))
    assert (said.code, said.out) == (2, "")
    assert re.search(
        r"main\.yaml:\d+:\d+: ledger\.stocks\[0\]\.held: unknown nation 'wets'; did you mean west", said.err
    )


@pytest.mark.parametrize("verb", ["ledger", "limits", "roe"])
def test_help_has_an_example(call, verb: str) -> None:
    said = call(verb, "--help")
    assert said.code == 0
    assert f"jointsky {verb} scenarios/ledgers/" in said.out


def test_the_verbs_need_no_compiled_code() -> None:
    code = (
        "import sys; from jointsky.cli import main\n"
        f"sys.argv = ['jointsky', 'ledger', {str(CASES / 'deal-2009.yaml')!r}, '--json']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "sys.exit('numba' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT / "src")}, check=False, capture_output=True
    )
    assert done.returncode == 0, done.stderr
