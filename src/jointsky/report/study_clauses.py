"""What a study says about clauses: leaks, delays and refusals in each arm, and what each group of clauses adds."""

from collections.abc import Mapping, Sequence
from typing import Any

from jointsky.report import charts
from jointsky.report.gains import StudyFacts
from jointsky.report.page import cell, figure, paragraph, table
from jointsky.report.words import Wording, difference_words, wording

REFUSED = "refused."
"""Begins the names of measures that count refusals by what stood against them."""
_HOW = (
    "leakers",
    "double_shots",
    "decided_after_s",
    "decided_after_p90_s",
    "acted_after_s",
    "acted_after_p90_s",
    "refused",
)


def arms_part(study: StudyFacts) -> list[str]:
    """For each arm: leakers, double shots, how soon raiders were decided on and fired at, refusals."""
    known = set(study.measures)
    names = [name for name in _HOW if name in known]
    if not names:
        return []
    rows = [[cell(study.label(arm)), *(_mean(study, arm, name) for name in names)] for arm in study.arms]
    note = (
        "Delays are over the raiders that reached the stage, of each replication; then the mean over replications. "
        "p90: nine raiders in ten were quicker."
    )
    heads = ("Arm", *(_headed(name) for name in names))
    return [
        table("Leaks, double shots, delays and refusals: mean, 95 % interval, n", heads, rows),
        paragraph(note, "note"),
    ]


def refusals_part(study: StudyFacts) -> list[str]:
    """How often each clause, area, law or commander stood against an act, in each arm."""
    names = [name for name in study.measures if name.startswith(REFUSED)]
    if not names:
        return [paragraph("No decision of any arm was refused, or this study did not count them.")]
    rows = [[cell(name.removeprefix(REFUSED)), *(_mean(study, arm, name) for arm in study.arms)] for name in names]
    note = (
        "One count is one unit and one target that a post would have engaged and might not. Where several stood "
        "against it each counts, so that a column may be more than the refusals of its arm. none: no clause speaks "
        "of it at all."
    )
    heads = ("Stood against it", *study.arms)
    return [table("Refusals by clause: mean, 95 % interval, n", heads, rows), paragraph(note, "note")]


def steps_part(study: StudyFacts) -> list[str]:
    """What each step of a staircase adds to the one before it, and in all."""
    told: Mapping[str, Any] | None = study.summary.get("staircase")
    if told is None:
        return []
    words, steps = wording(str(told["measure"])), told["steps"]
    drawn = charts.effects(
        f"What each step adds to the one before it: {words.label.lower()}{_points(words)}, 95 % interval",
        [(study.label(step["arm"]), step["adds"]) for step in steps],
        words,
    )
    rows = [
        [
            cell(study.label(step["arm"])),
            cell(", ".join(step["clauses"])),
            *_difference(words, step["adds"], f"summary.json: staircase.steps[{index}].adds"),
            cell(str(step["adds"]["differ"]), f"summary.json: staircase.steps[{index}].adds.differ", True),
            *_difference(words, step["in_all"], f"summary.json: staircase.steps[{index}].in_all"),
        ]
        for index, step in enumerate(steps)
    ]
    compared = ("n", f"To the step before{_points(words)}", "In words", "Replications that differ at all")
    heads = ("Step", "Adds", *compared, "n", "In all", "In words")
    return [
        paragraph(_count_words(steps)),
        figure(drawn, "Paired by replication: same raid, same luck. The dashed line is zero.", "full"),
        table("Each step against the one before it, and against the first arm", heads, rows),
        paragraph(
            "What a step adds depends on what was there before it: in another order the steps would be other ones.",
            "note",
        ),
    ]


def factorial_part(study: StudyFacts) -> list[str]:
    """Main effects and Shapley values of a factorial, with the sum that they must give."""
    told: Mapping[str, Any] | None = study.summary.get("factorial")
    if told is None:
        return []
    words, names = wording(str(told["measure"])), list(told["factors"])
    parts: list[str] = []
    for key, what in (("shapley", "Shapley value"), ("main", "Main effect")):
        if key in told:
            parts.append(
                figure(
                    charts.effects(
                        f"{what} of each group of clauses: {words.label.lower()}{_points(words)}, 95 % interval",
                        [(name, told[key][name]) for name in names],
                        words,
                    ),
                    "Paired by replication. The dashed line is zero.",
                    "full",
                )
            )
    rows = [
        [
            cell(name),
            cell(", ".join(told["factors"][name])),
            *(
                part
                for key in ("shapley", "main")
                if key in told
                for part in _difference(words, told[key][name], f"summary.json: factorial.{key}.{name}")
            ),
        ]
        for name in names
    ]
    heads = ["Group", "Clauses"]
    for key, what in (("shapley", "Shapley value"), ("main", "Main effect")):
        heads += ["n", f"{what}{_points(words)}", "In words"] if key in told else []
    return [*parts, table("Groups of clauses", heads, rows), paragraph(_sum_words(told, words))]


def _sum_words(told: Mapping[str, Any], words: Wording) -> str:
    if "shapley" not in told:
        return (
            "Half of the combinations were run: main effects can be told (they are mixed up with what all the other "
            "groups do together), Shapley values cannot."
        )
    total = told["total"]
    return (
        f"The Shapley values add up to {words.number(told['sum_of_shapley'])}, the gain of all groups together is "
        f"{words.number(total['mean'])} (95\u00a0% {words.interval(total['low'], total['high'])}, n = {total['n']}); "
        f"the sums differ by {told['off_by']:.1e} at most in any replication. A Shapley value is what a group adds to "
        "those that came before it, averaged over all orders in which they could come."
    )


def _count_words(steps: Sequence[Mapping[str, Any]]) -> str:
    """How many steps add, take, or cannot be told to do either, and which change nothing at all."""
    adds = sum(1 for step in steps if not step["adds"]["includes_zero"] and step["adds"]["mean"] > 0.0)
    takes = sum(1 for step in steps if not step["adds"]["includes_zero"] and step["adds"]["mean"] < 0.0)
    rest = len(steps) - adds - takes
    same = sum(1 for step in steps if step["adds"]["differ"] == 0)
    told = f"Of {len(steps)} steps {adds} add something and {takes} take something that the interval tells from nothing"
    told += f"; the interval of the other {rest} includes zero" if rest else ""
    return told + (f", and {same} of them changed nothing in any replication." if same else ".")


def _mean(study: StudyFacts, arm: str, name: str) -> str:
    told = wording(name).mean(study.mean(arm, name))
    return cell(told, f"results.parquet: mean of {name}, arm {arm}", True)


def _headed(name: str) -> str:
    words = wording(name)
    return f"{words.label}{f', {words.unit}' if words.unit else ''}"


def _difference(words: Wording, found: Mapping[str, Any], source: str) -> list[str]:
    told = f"{words.number(found['mean'])} ({words.interval(found['low'], found['high'])})"
    verdict = difference_words({"diff": found["mean"], "low": found["low"], "high": found["high"]})
    return [cell(str(found["n"]), f"{source}.n", True), cell(told, f"{source}.mean,low,high", True), cell(verdict)]


def _points(words: Wording) -> str:
    return {"": "", "%": " (points)"}.get(words.unit, f" ({words.unit})")
