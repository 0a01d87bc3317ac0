"""Errors say where, what was found and what was expected, on one line, and travel between processes."""

import pickle

import pytest

from jointsky import errors


def test_a_scenario_error_reads_as_one_line_with_its_place() -> None:
    error = errors.ScenarioError("war.yaml", 12, 7, "units.radar.1.period", "found '10',\n  expected a time")
    assert str(error) == "war.yaml:12:7: units.radar.1.period: found '10', expected a time"


def test_an_unknown_place_is_left_out() -> None:
    assert str(errors.ScenarioError("war.yaml", 0, 0, "", "file not found")) == "war.yaml: file not found"


def test_all_scenario_errors_are_shown_one_a_line() -> None:
    faults = [errors.ScenarioError("a", n, 1, "p", "bad") for n in (3, 9)]
    assert str(errors.ScenarioErrors(faults)).splitlines() == ["a:3:1: p: bad", "a:9:1: p: bad"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.DecodeError(17, "length 2 is too short"), "octet 17: length 2 is too short"),
        (errors.TableError("plots.csv", 4, "t_s", "'x' is no number"), "plots.csv:4: column t_s: 'x' is no number"),
        (errors.TableError("plots.csv", 0, "", "no rows"), "plots.csv: no rows"),
        (errors.AuthorityError("engage", ["C2", "C3"]), "order engage refused by C2, C3"),
        (errors.AuthorityError("engage", []), "order engage refused because no clause in force grants it"),
        (errors.RunError(5, "west.radar.1", "NaN range"), "tick 5: west.radar.1: NaN range"),
        (errors.LogError("cut at 12"), "cut at 12"),
        (errors.StudyError("no arms"), "no arms"),
    ],
)
def test_texts_and_pickling(error: errors.JointskyError, text: str) -> None:
    assert str(error) == text
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(twin) is type(error)
    assert str(twin) == text
    assert vars(twin) == vars(error)


def test_suggest_names_the_nearest() -> None:
    known = [f"kind{n}" for n in range(9)] + ["radar"]
    assert errors.suggest("rader", known) == "did you mean radar?"
    assert errors.suggest("RADAR", known) == "did you mean radar?"
    assert errors.suggest("zzz", known) == ""


def test_suggest_lists_all_when_there_are_five_or_fewer() -> None:
    assert errors.suggest("rader", ["sam", "radar"]) == "did you mean radar? known: radar, sam"
    assert errors.suggest("zzz", ["b", "a"]) == "known: a, b"
    assert errors.suggest("zzz", []) == ""
