"""The tables of a run's page: pictures, releases, the chain by group, engagements, refusals, double shots, links."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from jointsky.measures.raid import IN_THE_AIR_OR_AFTER, double_shots
from jointsky.record.kinds import Kind
from jointsky.report.page import bullets, cell, paragraph, table
from jointsky.report.run_clauses import granted
from jointsky.report.run_facts import RunFacts, is_away, names_at
from jointsky.report.words import NEVER, STAGES, clock, wording
from jointsky.vocab.codes import Act, Alert, Shooter, Shot

REFUSALS = 60
"""How many kinds of refusal are shown; the rest is counted."""
_PICTURE = ("completeness", "raiders_held", "spurious", "identity_right", "civil_called_hostile", "released_only")
_RESULTS = {
    Shot.ACQUIRING: "not begun when the run ended",
    Shot.IN_FLIGHT: "in the air when the run ended",
    Shot.HIT: "hit",
    Shot.MISS: "missed",
    Shot.NO_ACQUISITION: "target not found",
    Shot.OUT_OF_ENVELOPE: "out of reach",
    Shot.CEASED: "broken off",
    Shot.LOST: "target already gone",
}


def pictures_table(run: RunFacts) -> str:
    """Truth against picture, post by post."""
    measures = run.summary.measures
    heads = (
        "Post",
        *(
            f"{wording(f'x.{name}').label.removeprefix('x: ')}{', %' if wording(f'x.{name}').unit else ''}"
            for name in _PICTURE
        ),
    )
    rows = [
        [
            cell(post),
            *(
                cell(
                    wording(f"{post}.{n}").single(measures.get(f"{post}.{n}")),
                    f"summary.json: measures.{post}.{n}",
                    True,
                )
                for n in _PICTURE
            ),
        ]
        for post in run.posts
    ]
    return table("Truth against picture (sums over the whole run)", heads, rows)


def measures_table(run: RunFacts) -> str:
    """Every measure of the run."""
    rows: list[list[str]] = []
    for name, value in sorted(run.summary.measures.items()):
        words = wording(name)
        rows.append(
            [
                cell(words.label),
                cell(words.single(value), f"summary.json: measures.{name}", True),
                cell(words.meaning),
                cell(name),
            ]
        )
    return table("", ("Measure", "Single run", "What it is", "Name in summary.json"), rows)


def clauses_table(run: RunFacts) -> str:
    """The clauses of the arrangement in words."""
    if not run.clauses:
        return paragraph("This arrangement has no clause: nothing is shared, ordered or used across a border.")
    rows = [
        [
            cell(section.id),
            cell(name),
            cell(f"{section.giver} \u2192 {section.to}"),
            cell(granted(section)),
            cell(", ".join(section.phases or ("all",))),
        ]
        for name, section in run.clauses
    ]
    return table(
        "Clauses of the agreements in force", ("Clause", "Agreement", "From \u2192 to", "Grants", "Phases"), rows
    )


def released_part(run: RunFacts) -> list[str]:
    """Tracks that posts held only because a clause released them, with the clause."""
    counts: Counter[tuple[str, int]] = Counter()
    tracks: dict[tuple[str, int], set[int]] = {}
    total: Counter[str] = Counter()
    for post, readings in run.readings.items():
        for reading in readings:
            total[post] += len(reading.tracks)
            for row in reading.tracks[reading.by_release]:
                key = (post, int(row["clause"]))
                counts[key] += 1
                tracks.setdefault(key, set()).add(int(row["track_id"]))
    if not counts:
        return [paragraph("No post held any track by release alone, in any reading of any picture.")]
    rows = [
        [
            cell(post),
            cell(clause_name(run, clause)),
            cell(str(len(tracks[post, clause])), _PICTURES, True),
            cell(str(number), _PICTURES, True),
            cell(f"{100.0 * number / total[post]:.1f}", _PICTURES, True),
            cell(_some(tracks[post, clause])),
        ]
        for (post, clause), number in sorted(counts.items())
    ]
    heads = ("Post", "Released by clause", "Tracks", "Readings", "% of its readings", "Track numbers")
    note = (
        "A track counts when own data have not touched it for 60 s and released data have; "
        "pictures are read every ten seconds. A post that sits in another's room has its picture."
    )
    return [table("Tracks held only because a clause released them", heads, rows), paragraph(note, "note")]


_PICTURES = "log: PICTURE at TRUTH ticks, t_s - t_own_s > 60 and t_released_s finite"


def _some(numbers: set[int]) -> str:
    shown = sorted(numbers)[:12]
    return ", ".join(map(str, shown)) + (f" and {len(numbers) - 12} more" if len(numbers) > 12 else "")


def clause_name(run: RunFacts, index: int) -> str:
    """A clause as agreement and id; released plots of several clauses carry the last."""
    if 0 <= index < len(run.clauses):
        agreement, section = run.clauses[index]
        return f"{section.id} ({agreement})"
    return "several, by plots"


def chain_table(run: RunFacts) -> str:
    """When each group of raiders first reached each stage, how many of it did, and the longest step."""
    rows: list[list[str]] = []
    for group, members in run.groups.items():
        cells = [cell(group), cell(str(len(members)), "log: AIRCRAFT", True)]
        for stage in STAGES:
            times = run.chain[stage][members]
            reached = int(np.isfinite(times).sum())
            words = f"{clock(float(times.min()))} ({reached})" if reached else NEVER
            cells.append(cell(words, f"log: first {stage}, {group}", True))
        rows.append([*cells, cell(longest_step(run, members))])
    return table(
        "First time of each stage in each group of raiders, h:mm:ss (and how many reached it)",
        ("Group", "Raiders", *STAGES, "Longest step"),
        rows,
    )


def longest_step(run: RunFacts, members: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> str:
    """The longest median wait between a stage and the one before it, over raiders that reached both."""
    steps: list[tuple[float, str]] = []
    for before, after in zip(STAGES[:-1], STAGES[1:], strict=True):
        a, b = run.chain[before][members], run.chain[after][members]
        both = np.isfinite(a) & np.isfinite(b)
        if both.any():
            steps.append((float(np.median(b[both] - a[both])), f"{before} \u2192 {after}"))
    if not steps or max(steps)[0] <= 0.0:
        return "\u2013"
    wait, name = max(steps)
    return f"{name}: {wait / 60.0:.1f} min"


def engagement_part(run: RunFacts) -> list[str]:
    """Every engagement (simulated): order, by whom, under which clause, result."""
    if not len(run.engagements):
        return [paragraph(f"Engagements: {NEVER}.")]
    heads = (
        "No",
        "Approved",
        "Begun",
        "Post",
        "Unit",
        "Target (truth)",
        "Track",
        "Phase",
        "Clauses",
        "Launch",
        "End",
        "Shots",
        "Pk",
        "Result",
    )
    counted = paragraph(f"{len(run.engagements)} engagements: {results_words(run)}.")
    return [
        counted,
        table("Engagements (simulated)", heads, [_engagement(run, i, shot) for i, shot in enumerate(run.engagements)]),
    ]


def _engagement(run: RunFacts, index: int, shot: np.void) -> Sequence[str]:
    names, source = run.recording.names, f"log: ENGAGEMENTS row {index}"
    unit = names.aircraft if shot["shooter"] == Shooter.FIGHTER else names.launchers
    clauses = run.clauses_of_orders.get(int(shot["order_id"]), ())
    words = (
        clock(float(shot["t_approved_s"])),
        clock(float(shot["t_order_s"])),
        names_at(sorted(run.scenario.posts), int(shot["post"])),
        names_at(unit, int(shot["row"])),
        names_at(names.aircraft, int(shot["target"])),
        str(int(shot["track_id"])),
        names_at(run.scenario.phases, int(shot["phase"])),
        ", ".join(clauses) or "\u2013",
        clock(float(shot["t_launch_s"])) if is_away(shot) else "none",
        clock(float(shot["t_end_s"])),
        str(int(shot["shots"])) if is_away(shot) else "0",
        f"{float(shot['pk']):.2f}" if shot["pk"] > 0.0 else "\u2013",
        _RESULTS.get(Shot(int(shot["state"])), "\u2013"),
    )
    return [cell(str(index), source, True), *(cell(word) for word in words)]


def results_words(run: RunFacts) -> str:
    """How engagements ended, counted."""
    counts = Counter(_RESULTS.get(Shot(int(state)), "other") for state in run.engagements["state"].tolist())
    return "; ".join(f"{number} {words}" for words, number in counts.most_common()) or NEVER


def refusal_part(run: RunFacts) -> list[str]:
    """What posts wanted and might not, counted by unit and reason."""
    found: dict[tuple[str, str, str, str, str, str], list[float]] = {}
    for note in run.recording.decisions():
        if not note.allowed:
            act = Act(note.act).name.lower().replace("_", " ")
            found.setdefault((note.post, act, note.unit, note.phase, ", ".join(note.clauses), note.reason), []).append(
                note.t_s
            )
    if not found:
        return [paragraph("No order was refused.")]
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    rows = [
        [
            *(cell(word or "\u2013") for word in key),
            cell(str(len(times)), "log: DECISIONS, allowed = false", True),
            cell(clock(min(times))),
            cell(clock(max(times))),
        ]
        for key, times in ordered[:REFUSALS]
    ]
    heads = ("Post", "Wanted", "Unit", "Phase", "Clauses", "Why not", "Times", "First", "Last")
    rest = sum(len(times) for _, times in ordered[REFUSALS:])
    told = [table("What posts wanted and might not", heads, rows)]
    return told + (
        [paragraph(f"{len(ordered) - REFUSALS} further kinds of refusal, {rest} in number, are in the log.", "note")]
        if rest
        else []
    )


def double_part(run: RunFacts) -> list[str]:
    """Pairs of engagements of different posts with missiles in the air at one target at once."""
    fired = run.engagements[np.isin(run.engagements["state"], IN_THE_AIR_OR_AFTER)]
    posts, names = sorted(run.scenario.posts), run.recording.names
    rows = [
        [
            cell(names_at(names.aircraft, int(fired[b]["target"])), "log: ENGAGEMENTS"),
            *(
                cell(f"{names_at(posts, int(fired[i]['post']))}, {clock(float(fired[i]['t_launch_s']))}")
                for i in (a, b)
            ),
        ]
        for a, b in double_shots(fired)
    ]
    return (
        [table("Double shots", ("Target (truth)", "First", "Second"), rows)]
        if rows
        else [paragraph("Double shots: none.")]
    )


def assets_table(run: RunFacts) -> str:
    """Damage place by place."""
    names = run.recording.names
    rows = [
        [
            cell(name),
            cell(names_at(names.nations, int(row["nation"]))),
            cell(f"{row['value']:g}", "log: ASSETS", True),
            cell(f"{row['damage']:.1f}", "log: ASSETS", True),
        ]
        for name, row in zip(names.assets, run.recording.last(Kind.ASSETS), strict=True)
    ]
    return table("Defended places", ("Place", "Nation", "Value", "Damage"), rows)


def links_part(run: RunFacts) -> list[str]:
    """Links as written, and how old released data were when they stood in a picture."""
    rows = [
        [
            cell(name),
            cell(" \u2013 ".join(link.between)),
            cell(f"{link.delay:g}"),
            cell(f"{100 * link.loss:g}"),
            cell("; ".join(f"{clock(cut.start)}\u2013{clock(cut.end)}" for cut in link.cuts) or "none"),
        ]
        for name, link in sorted(run.scenario.links.items())
    ]
    rows += [
        [
            cell(f"{name} (national network)"),
            cell("sensors, posts, units"),
            cell(f"{net.delay:g}"),
            cell(f"{100 * net.loss:g}"),
            cell("none"),
        ]
        for name, net in sorted(run.scenario.networks.items())
    ]
    told = [table("Links as the scenario has them", ("Link", "Between", "Delay, s", "Loss, %", "Planned cuts"), rows)]
    ages = _ages(run)
    if ages:
        told.append(
            table(
                "Age of the last released data in tracks held by release alone, s",
                ("Post", "Median", "Most", "Readings"),
                ages,
            )
        )
    return [
        *told,
        paragraph(
            (
                "The log holds what arrived, not each message that was lost, so losses are given as "
                "written and not counted."
            ),
            "note",
        ),
    ]


def _ages(run: RunFacts) -> list[list[str]]:
    rows: list[list[str]] = []
    for post, readings in run.readings.items():
        found = [r.t_s - r.tracks["t_released_s"][r.by_release] for r in readings]
        ages = np.concatenate(found) if found else np.zeros(0)
        if len(ages):
            rows.append(
                [
                    cell(post),
                    *(cell(f"{value:.1f}", _PICTURES, True) for value in (float(np.median(ages)), float(ages.max()))),
                    cell(str(len(ages)), _PICTURES, True),
                ]
            )
    return rows


def events_part(run: RunFacts) -> list[str]:
    """Phases that came into force, and the alerts of each post."""
    phases = [f"{clock(phase.t_s)}: phase {phase.name} came into force" for phase in run.recording.phases()]
    start = f"0:00:00: the run starts in phase {run.scenario.phase or run.scenario.phases[0]}"
    alerts = run.recording.table(Kind.ALERTS)
    rows: list[list[str]] = []
    for index, post in enumerate(alerts.senders):
        for kind in Alert:
            own = (alerts.sender == index) & (alerts.rows["kind"] == kind)
            if own.any():
                rows.append(
                    [
                        cell(post),
                        cell(kind.name.lower()),
                        cell(str(int(own.sum())), "log: ALERTS", True),
                        cell(clock(float(alerts.rows["t_s"][own].min()))),
                    ]
                )
    told = [bullets([start, *phases])]
    return told + (
        [table("Alerts", ("Post", "Kind", "Number", "First"), rows)] if rows else [paragraph(f"Alerts: {NEVER}.")]
    )
