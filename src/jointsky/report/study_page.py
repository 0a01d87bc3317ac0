"""The page of a study: what joining is worth in one scenario, with intervals, and how far the numbers reach."""

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import yaml

from jointsky.report.charts import ABREAST, GAIN, multiple, staircase, strip
from jointsky.report.gains import StudyFacts, StudyResult, facts_of, relative_gain
from jointsky.report.page import (
    bullets,
    cell,
    facts,
    figure,
    folded,
    heading,
    links,
    page,
    paragraph,
    program_version,
    save,
    table,
)
from jointsky.report.study_clauses import arms_part, factorial_part, refusals_part, steps_part
from jointsky.report.words import NEVER, difference_words, wording

NAMES = ("study.html", "report.html")
"""The files that a study's page is written to."""
ENOUGH = 15
"""Replications of each arm below which the page warns of rough intervals."""
SMALL = (
    "stopped_share",
    "damage_share",
    "detected_after_s",
    "identified_after_s",
    "acted_after_s",
    "missiles_per_kill",
    "double_shots",
    "civil_lost",
)
STRIPS = ("damage_share", "identified_after_s", "acted_after_s", "missiles_per_kill", "double_shots")
MANY = 16
"""Beyond so many arms the page shows what groups of clauses are worth, and leaves single arms to summary.json."""
_SECTIONS = {
    "gain": "What joining is worth",
    "groups": "What each group of clauses adds",
    "clauses": "Leaks, delays and refusals",
    "other": "Other measures",
    "pairs": "Every replication",
    "sharing": "What was shared",
    "tables": "All numbers",
    "again": "Do it again",
    "limits": "Limits",
}


def write_study_page(result: StudyResult, out: Path) -> Path:
    """Write the page of a finished study as `study.html` and `report.html` into `out`; the path of the latter. Raises
    LogError when the disk refuses."""
    return write_facts_page(facts_of(result), out)


def write_facts_page(study: StudyFacts, out: Path) -> Path:
    """The same from plain facts."""
    out.mkdir(parents=True, exist_ok=True)
    html = study_html(study)
    return [save(out / name, html) for name in NAMES][-1]


def staircase_svg(result: StudyResult) -> str:
    """The headline chart as a picture that stands alone, for documents."""
    return staircase(facts_of(result), alone=True) + "\n"


def study_html(study: StudyFacts) -> str:
    """The whole page as text; equal facts give equal text."""
    parts = _parts(study)
    body = [
        f"<h1>{escape(str(study.design.get('question') or study.design['study']))}</h1>",
        paragraph(_size(study), "dim"),
        links({anchor: _SECTIONS[anchor] for anchor in parts}),
        *(line for anchor, part in parts.items() for line in (heading(_SECTIONS[anchor], anchor), *part)),
    ]
    return page(f"jointsky study: {study.design['study']}", body)


def _parts(study: StudyFacts) -> dict[str, list[str]]:
    """The sections in order; one that has nothing to say is left out."""
    few = len(study.arms) <= MANY
    chart = [figure(staircase(study), _staircase_caption(study), "full")] if few else []
    parts = {
        "gain": [*_answer(study), *chart, _gain_table(study)],
        "groups": [*steps_part(study), *factorial_part(study)],
        "clauses": [*arms_part(study), *refusals_part(study)],
        "other": _multiples(study) if few else [],
        "pairs": _strips(study) if few else [],
        "sharing": _sharing(study),
        "tables": _tables(study) if few else [],
        "again": _again(study),
        "limits": _limits(study),
    }
    return {anchor: part for anchor, part in parts.items() if part}


def _size(study: StudyFacts) -> str:
    arms, count = len(study.arms), study.design["replications"]
    few = f" With fewer than {ENOUGH} replications the intervals are rough." if count < ENOUGH else ""
    return (
        f"{arms} arm{'s' if arms != 1 else ''} \u00d7 {count} "
        f"replication{'s' if count != 1 else ''}; replication k of every arm meets the same raid "
        f"and the same luck (common random numbers, seed {study.design['seed']}). Intervals are "
        f"95 %. All forces are notional and simulated.{few}"
    )


def _answer(study: StudyFacts) -> list[str]:
    """One sentence an arm: the difference, its interval, what it does not show, and where it stands to the claim."""
    first, words = study.arms[0], wording(study.headline)
    start = study.mean(first, study.headline)
    told = [
        paragraph(
            (
                f"{words.label} ({words.meaning or study.headline}): under {study.label(first)} "
                f"{_mean_words(study, first)}."
            ),
            "lead",
        )
    ]
    if start["mean"] is None:
        told.append(paragraph("Without a number for the first arm there is no gain to state."))
    for arm in study.arms[1 : MANY + 1]:
        pair = study.pair(arm, first, study.headline)
        told.append(
            paragraph(
                f"{study.label(arm)}: {_mean_words(study, arm)}; {_pair_words(study, arm)}: "
                f"{_verdict(study, pair)}.{_claim(study, arm)}"
            )
        )
    if len(study.arms) > MANY + 1:
        told.append(paragraph(f"{len(study.arms) - MANY - 1} further arms stand in the table.", "note"))
    if len(study.arms) == 1:
        told.append(paragraph("The study has one arm, so it states a level and no gain."))
    return told


def _mean_words(study: StudyFacts, arm: str) -> str:
    words, found = wording(study.headline), study.mean(arm, study.headline)
    return f"{words.text(found['mean'])} (95\u00a0% {words.interval(found['low'], found['high'])}, n = {found['n']})"


def _pair_words(study: StudyFacts, arm: str) -> str:
    words, pair = wording(study.headline), study.pair(arm, study.arms[0], study.headline)
    unit = " points" if words.unit == "%" else f" {words.unit}".rstrip()
    return (
        f"difference to {study.label(study.arms[0])} {words.number(pair['diff'])}{unit} (95\u00a0% "
        f"{words.interval(pair['low'], pair['high'])}, n = {pair['n']})"
    )


def _verdict(study: StudyFacts, pair: Mapping[str, Any]) -> str:
    return difference_words(pair, float(study.design.get("useful_margin") or 0.0))


def _claim(study: StudyFacts, arm: str) -> str:
    """Where the interval of the relative gain stands to the claimed band."""
    gain = relative_gain(study.values(arm, study.headline), study.values(study.arms[0], study.headline))
    if study.band is None or gain.value is None:
        return ""
    told = f" Relative gain {GAIN.text(gain.value)} (95\u00a0% {GAIN.interval(gain.low, gain.high)})"
    if gain.low is None or gain.high is None:
        return f"{told}."
    low, high = study.band
    if gain.low > high:
        place = "wholly above"
    elif gain.high < low:
        place = "wholly below"
    elif low <= gain.low and gain.high <= high:
        place = "wholly within"
    elif gain.low < low and gain.high > high:
        place = "around the whole of"
    else:
        place = "partly within"
    return f"{told}: the interval lies {place} the claimed {low * 100:g}\u2013{high * 100:g} %."


def _staircase_caption(study: StudyFacts) -> str:
    first = study.label(study.arms[0])
    claim = (
        f" The shaded band is the claimed gain of {study.band[0] * 100:g}\u2013{study.band[1] * 100:g} % over {first}."
        if study.band
        else ""
    )
    one, other = ("Left", "Right") if len(study.arms) <= ABREAST else ("Above", "Below")
    return (
        f"{one}: mean of each arm with its 95 % interval (Student t over replications). {other}: "
        f"relative gain = mean of the arm / mean of {first} \u2212 1, over "
        f"paired replications, with Fieller's 95 % interval. The dashed line is no gain.{claim} "
        "Intervals state the luck of the replications of this one "
        "scenario, nothing else."
    )


def _gain_table(study: StudyFacts) -> str:
    first, words = study.arms[0], wording(study.headline)
    rows: list[Sequence[str]] = []
    for arm in study.arms:
        found, source = study.mean(arm, study.headline), f"summary.json: arms.{arm}.{study.headline}"
        row = [
            cell(study.label(arm)),
            cell(str(found["n"]), f"{source}.n", True),
            cell(words.text(found["mean"]), f"{source}.mean", True),
            cell(words.interval(found["low"], found["high"]), f"{source}.low,high", True),
        ]
        if arm != first:
            pair, where = study.pair(arm, first, study.headline), f"summary.json: pairs.{arm}-{first}.{study.headline}"
            gain = relative_gain(study.values(arm, study.headline), study.values(first, study.headline))
            row += [
                cell(words.number(pair["diff"]), f"{where}.diff", True),
                cell(words.interval(pair["low"], pair["high"]), f"{where}.low,high", True),
                cell(
                    f"{GAIN.text(gain.value)} ({GAIN.interval(gain.low, gain.high)})",
                    f"results.parquet: {study.headline}, {arm} / {first}",
                    True,
                ),
                cell(_verdict(study, pair)),
            ]
        else:
            row += [cell("first arm"), cell(""), cell(""), cell("")]
        rows.append(row)
    unit = {"": "", "%": " (points)"}.get(words.unit, f" ({words.unit})")
    heads = (
        "Arm",
        "n",
        f"{words.label}, mean",
        "95 % interval",
        f"Difference{unit}",
        "95 % interval",
        "Relative gain (95 %)",
        "In words",
    )
    return table(f"{words.label}: every arm, and its difference to {first}", heads, rows)


def _multiples(study: StudyFacts) -> list[str]:
    known = set(study.measures)
    chosen = [name for name in SMALL if name in known and name != study.headline]
    chosen += [name for name in study.measures if name.endswith(".identity_right")]
    cards = "".join(
        f'<div class="card">{multiple(study, name)}<div class="note">{escape(wording(name).meaning)}</div></div>'
        for name in chosen
    )
    note = (
        "Mean and 95 % interval of each arm. Times are medians over the raiders that reached the "
        "stage, so an arm in which fewer raiders reach it is not thereby slower."
    )
    return [f'<div class="grid2">{cards}</div>', paragraph(note, "note")]


def _strips(study: StudyFacts) -> list[str]:
    if len(study.arms) < 2:
        return [paragraph("One arm only: there are no pairs.")]
    known = set(study.measures)
    chosen = [study.headline, *(name for name in STRIPS if name in known and name != study.headline)]
    drawn = "".join(figure(strip(study, name)) for name in chosen)
    return [
        paragraph(
            "One mark is one replication: the arm minus the first arm, same raid, same luck. Below "
            "them the mean difference with its 95 % interval; the dashed line is zero."
        ),
        f'<div class="grid2 wide">{drawn}</div>',
    ]


def _sharing(study: StudyFacts) -> list[str]:
    """Whether arms that must differ do: what posts held only because a clause released it."""
    names = [name for name in study.measures if name.endswith(".released_only")]
    if not names:
        return [paragraph(f"Tracks held only by release: {NEVER}.")]
    rows = [
        [cell(study.label(arm)), cell(wording(name).label), *_most(study, arm, name)]
        for arm in study.arms
        for name in names
    ]
    told = paragraph(
        "Share of a post's tracks that lived for a minute or more on released data alone. Where "
        "no clause shares anything it must be 0 in every replication; "
        "where it is above 0, the arrangement did reach the picture."
    )
    return [told, *_silent(study, names), table("", ("Arm", "Post", "Mean", "Most in any replication"), rows)]


def _most(study: StudyFacts, arm: str, name: str) -> list[str]:
    values, words = study.values(arm, name), wording(name)
    seen = [float(v) for v in values if v == v]
    source = f"results.parquet: {name}, arm {arm}"
    return [
        cell(words.text(study.mean(arm, name)["mean"]), f"summary.json: arms.{arm}.{name}.mean", True),
        cell(words.text(max(seen, default=None)), source, True),
    ]


def _silent(study: StudyFacts, names: Sequence[str]) -> list[str]:
    """For each arm that shares nothing by its name: whether it kept to that."""
    told: list[str] = []
    for arm in study.arms:
        if Path(str(study.design["arms"][arm]["agreement"])).stem == "none":
            most = max((float(v) for name in names for v in study.values(arm, name) if v == v), default=0.0)
            words = (
                "0 in every replication, as it must be"
                if most == 0.0
                else "NOT 0: nothing may be released here, so this study is not to be trusted"
            )
            told.append(paragraph(f"{study.label(arm)}: {words}.", "" if most == 0.0 else "warn"))
    return told


def _tables(study: StudyFacts) -> list[str]:
    means = table(
        "Every measure of every arm: mean, 95 % interval, n (an empty number did not happen in any replication)",
        ("Measure", *(f"{arm}" for arm in study.arms)),
        [_mean_row(study, name) for name in study.measures],
    )
    told = [
        paragraph(
            "Shown in the unit beside the name; summary.json holds shares of one, seconds and "
            "counts. A row's interval covers that row alone: of many "
            "rows some lie off zero by luck.",
            "note",
        ),
        means,
    ]
    pairs: list[str] = []
    for index, arm in enumerate(study.arms):
        for other in study.arms[:index]:
            if f"{arm}-{other}" not in study.summary["pairs"]:
                continue
            rows = [_pair_row(study, arm, other, name) for name in study.measures]
            pairs.append(
                table(
                    f"{arm} minus {other}, paired by replication",
                    ("Measure", "n", "Difference", "95 % interval", "In words"),
                    rows,
                )
            )
    count = f"{len(pairs)} table{'s' if len(pairs) != 1 else ''}"
    return [*told, folded(f"Every measure, arm minus arm ({count})", pairs)] if pairs else told


def _mean_row(study: StudyFacts, name: str) -> list[str]:
    words = wording(name)
    means = (cell(words.mean(study.mean(arm, name)), f"summary.json: arms.{arm}.{name}", True) for arm in study.arms)
    return [cell(_named(name)), *means]


def _pair_row(study: StudyFacts, arm: str, other: str, name: str) -> list[str]:
    words, pair = wording(name), study.pair(arm, other, name)
    source = f"summary.json: pairs.{arm}-{other}.{name}"
    told = _verdict(study, pair) if name == study.headline else difference_words(pair)
    return [
        cell(_named(name)),
        cell(str(pair["n"]), f"{source}.n", True),
        cell(words.number(pair["diff"]), f"{source}.diff", True),
        cell(words.interval(pair["low"], pair["high"]), f"{source}.low,high", True),
        cell(told),
    ]


def _named(name: str) -> str:
    words = wording(name)
    label = words.label if words.label == name else f"{words.label} [{name}]"
    return f"{label}, {words.unit}" if words.unit else label


def _again(study: StudyFacts) -> list[str]:
    shas = study.summary.get("scenario_sha256", {})
    told = {f"scenario sha-256, {arm}": str(sha) for arm, sha in sorted(shas.items())}
    written = yaml.safe_dump(dict(study.design), sort_keys=False, allow_unicode=True, width=120)
    return [
        facts(
            {
                "study": str(study.design["study"]),
                "seed": str(study.design["seed"]),
                "program": f"jointsky {program_version()}",
                **told,
                "kept from an earlier run": f"{study.resumed} of {len(study.rows)} rows",
            }
        ),
        paragraph("The same study file on the same scenario gives the same numbers with any number of workers:"),
        (
            f"<pre>jointsky study STUDY.yaml --replications {study.design['replications']} --out "
            "OUT\njointsky report OUT        # this page again, from results.parquet and "
            "summary.json</pre>"
        ),
        paragraph("The study as it was run (times in seconds, shares of one):"),
        f"<pre>{escape(written)}</pre>",
        paragraph(
            "Every cell names its source in its data-query attribute: a path in summary.json, or a "
            "column of results.parquet. One row of that table run alone: "
            "jointsky run SCENARIO --agreement ARM --seed SEED, with the seed of the row.",
            "note",
        ),
    ]


def _limits(study: StudyFacts) -> list[str]:
    return [
        bullets(
            (
                f"One scenario ({study.design['scenario']}): another laydown, raid or agreement may turn "
                "the order of the arms round. Nothing here is a "
                "statement about any real force, and no cause is claimed beyond the difference between "
                "the written arrangements.",
                (
                    "Every unit type is notional: its values come from open estimates or are assumed. Their "
                    "uncertainty is not in the intervals; those hold the luck of replications only."
                ),
                "The simulator's limits: a first tracker and assignment rule, simple missiles and "
                "fighters, no terrain masking beyond the horizon, no human error "
                "beyond fixed decision times, and links that are either up, lossy or cut.",
                (
                    "Student's t interval takes the mean over replications as normal; with few replications "
                    "of a skewed measure its 95 % is nominal."
                ),
                (
                    "No correction is made for looking at many measures at once; the headline was named "
                    "before the runs, the rest is description."
                ),
            )
        )
    ]
