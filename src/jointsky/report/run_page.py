"""The after-action report of one recorded run: facts from its folder, no blame, every number with its source."""

from html import escape
from os import PathLike
from pathlib import Path

import numpy as np

from jointsky.report import maps, run_clauses, run_decisions, run_policing, run_tables
from jointsky.report.page import (
    bullets,
    card,
    facts,
    figure,
    heading,
    links,
    page,
    paragraph,
    program_version,
    save,
    stylesheet,
)
from jointsky.report.run_charts import delays_chart, held_chart
from jointsky.report.run_facts import Reading, RunFacts, read_run
from jointsky.report.svg import text
from jointsky.report.words import NEVER, STAGES, clock, stage_meaning, wording

NAME = "report.html"
_SECTIONS = {
    "summary": "On one page",
    "maps": "Truth beside the pictures",
    "pictures": "Truth against picture",
    "released": "Held by release alone",
    "chain": "From detectable to acted",
    "decisions": "Threats and plans",
    "engagements": "Engagements",
    "refused": "Refusals and double shots",
    "leakers": "Leakers",
    "agreements": "What people said, and the seam",
    "links": "Links and alerts",
    "measures": "Measures",
    "again": "Do it again",
    "limits": "Limits",
}


def write_run_page(run_dir: str | PathLike[str]) -> Path:
    """Write `report.html` into the folder of a finished run, from what is in that folder alone; its path. Raises
    LogError, ScenarioErrors."""
    return save(Path(run_dir) / NAME, run_html(read_run(run_dir)))


def run_html(run: RunFacts) -> str:
    """The whole page as text; an equal recording and summary give equal text."""
    body = [
        f"<style>{stylesheet('map')}</style>",
        *_cover(run),
        links(_SECTIONS),
        *_section("summary", _summary(run)),
        *_section("maps", _maps(run)),
        *_section(
            "pictures",
            [
                run_tables.pictures_table(run),
                figure(
                    held_chart(run),
                    "Read every ten seconds: a raider is held when one of the post's tracks "
                    "stands for it, one to one within 6 km.",
                ),
            ],
        ),
        *_section(
            "released",
            [
                *run_tables.released_part(run),
                *run_clauses.released_table(run),
                *run_clauses.told_table(run),
                run_tables.clauses_table(run),
            ],
        ),
        *_section("chain", [*_chain(run), *run_policing.policing_part(run)]),
        *_section("decisions", run_decisions.decisions_part(run)),
        *_section("engagements", [*run_tables.engagement_part(run), *run_clauses.reasons_part(run)]),
        *_section(
            "refused",
            [*run_clauses.refusals_by_clause(run), *run_tables.refusal_part(run), *run_tables.double_part(run)],
        ),
        *_section("leakers", run_clauses.leakers_part(run)),
        *_section(
            "agreements",
            [*run_clauses.said_part(run), *run_clauses.uses_part(run), *run_clauses.seams_part(run)],
        ),
        *_section("links", [*run_tables.links_part(run), *run_tables.events_part(run)]),
        *_section("measures", [run_tables.measures_table(run), run_tables.assets_table(run)]),
        *_section("again", _again(run)),
        *_section("limits", _limits()),
    ]
    return page(f"jointsky run: {run.scenario.title or run.scenario.scenario}", body)


def _section(anchor: str, parts: list[str]) -> list[str]:
    return [heading(_SECTIONS[anchor], anchor), *parts]


def _cover(run: RunFacts) -> list[str]:
    recipe, summary, start = run.recording.recipe, run.summary, run.scenario.start
    told = {
        "scenario": str(run.scenario.scenario),
        "agreement in force": summary.agreement or "as the scenario has it",
        "seed": str(summary.seed),
        "begins (in the exercise)": start.strftime("%Y-%m-%d %H:%M:%SZ") if start else NEVER,
        "ran for": clock(summary.until_s),
        "digest of everything that happened": summary.digest,
        "chain of the log's seal": summary.log_chain or "not kept",
        "scenario sha-256": summary.scenario_sha256,
        "program that ran it": f"jointsky {recipe.version}",
        "log": "sealed, undamaged"
        if run.recording.sealed and not run.recording.damage
        else "NOT sealed or damaged: this page may lack a part",
    }
    about = run.scenario.about.strip()
    return [
        f"<h1>{escape(run.scenario.title or str(run.scenario.scenario))}: after-action report</h1>",
        *([paragraph(about)] if about else []),
        facts(told),
    ]


def _summary(run: RunFacts) -> list[str]:
    measures = run.summary.measures
    cards = [
        card(
            wording(name).label,
            wording(name).single(measures.get(name)),
            f"{wording(name).meaning}; single run",
            f"summary.json: measures.{name}",
        )
        for name in (
            "stopped_share",
            "damage_share",
            "identified_after_s",
            "acted_after_s",
            "missiles_per_kill",
            "double_shots",
        )
    ]
    return [
        paragraph(
            "A single run is one throw of the dice: it shows how things came about, not what an "
            "arrangement is worth. For that, see a study."
        ),
        f'<div class="grid2">{"".join(cards)}</div>',
        bullets(_findings(run)),
    ]


def _findings(run: RunFacts) -> list[str]:
    everyone = np.arange(len(run.raiders))
    reached = {stage: int(np.isfinite(run.chain[stage]).sum()) for stage in STAGES}
    only = sum(int(reading.by_release.sum()) for readings in run.readings.values() for reading in readings)
    refused = sum(1 for note in run.recording.decisions() if not note.allowed)
    return [
        f"Of {len(everyone)} raiders "
        + ", ".join(f"{reached[stage]} were {stage}" for stage in STAGES[:-1])
        + f", and {reached['acted']} were fired at.",
        (
            "The longest step between two stages (median over raiders that reached both): "
            f"{run_tables.longest_step(run, everyone)}."
        ),
        f"Engagements: {run_tables.results_words(run)}; orders refused: {refused}.",
        f"Readings of a track that a post held by release alone: {only}.",
    ]


def _maps(run: RunFacts) -> list[str]:
    chosen = maps.moments(run)
    if not chosen:
        return [paragraph(f"No raider was in the air: a picture of the raid {NEVER}.")]
    sheet = maps.sheet_of(run)
    told = [maps.definitions(run, sheet), _key()]
    for why, t_s in chosen:
        drawn = [
            figure(
                maps.truth_map(run, sheet, t_s),
                "Truth: all aircraft in the air, with radars (R), missile batteries (M) and airfields (A)",
            )
        ]
        for post in run.posts:
            reading = next((reading for reading in run.readings[post] if reading.t_s == t_s), None)
            if reading is not None:
                drawn.append(figure(maps.picture_map(run, sheet, post, reading), _map_caption(run, post, reading)))
        told += [
            f"<h3>{clock(t_s)}: {escape(why)}</h3>",
            f'<div class="maps{" three" if len(drawn) == 3 else ""}">{"".join(drawn)}</div>',
        ]
    return told


def _map_caption(run: RunFacts, post: str, reading: Reading) -> str:
    raider = np.isin(reading.truth["row"], run.raiders)
    held, whole = int((reading.match[raider] >= 0).sum()), int(raider.sum())
    only = int(reading.by_release.sum())
    return f"{post}: {len(reading.tracks)} tracks; {held} of {whole} raiders held" + (
        f"; {only} tracks by release alone" if only else ""
    )


def _key() -> str:
    entries = (
        ("hostile", False, "hostile"),
        ("hostile", True, "suspect"),
        ("friend", False, "friend"),
        ("friend", True, "assumed friend"),
        ("neutral", False, "neutral"),
        ("unknown", False, "unknown"),
        ("unknown", True, "pending"),
    )
    drawn = "".join(
        maps.symbol(10 + 128 * i, 14, frame, dashed, words) + text(22 + 128 * i, 18, words)
        for i, (frame, dashed, words) in enumerate(entries)
    )
    more = (
        "The line at a symbol is its way of the next minute; a bar below it: held by release "
        "alone; a small ring: a raider the post does not hold. Circles are "
        "defended places. Longitude is scaled by the cosine of the middle latitude; north is up."
    )
    return figure(
        f'<svg viewBox="0 0 900 28" width="900" height="28" role="img" aria-label="Key to symbols">{drawn}</svg>', more
    )


def _chain(run: RunFacts) -> list[str]:
    return [
        figure(
            delays_chart(run),
            (
                "Over raiders that were ever detectable. A stage may come before detectable: that needs "
                "a detection probability of one half, and luck may be quicker."
            ),
        ),
        run_clauses.delays_table(run),
        run_tables.chain_table(run),
        bullets(f"{stage}: {stage_meaning(stage)}" for stage in STAGES),
        paragraph("Pictures are read every ten seconds, which is the resolution of reported and identified.", "note"),
    ]


def _again(run: RunFacts) -> list[str]:
    other = "OTHER-AGREEMENT"
    lines = (
        "jointsky replay FOLDER          # this folder: runs the log's own scenario again, to the same digest",
        "jointsky audit FOLDER           # every order and engagement decided again by the log's own agreement",
        "jointsky report FOLDER          # this page again",
        (
            f"jointsky run {run.recording.recipe.bundle.main} --agreement "
            f"{run.summary.agreement or 'NAME'} --seed {run.summary.seed} --until "
            f"'{run.summary.until_s:g} s' --out FOLDER"
        ),
        (
            f"jointsky run {run.recording.recipe.bundle.main} --agreement {other} --seed "
            f"{run.summary.seed} --out FOLDER   # what if: same raid, same luck, another agreement"
        ),
    )
    return [
        f"<pre>{escape(chr(10).join(lines))}</pre>",
        paragraph(
            "Every number names its source in its data-query attribute: a path in summary.json, or a "
            "kind of record in the log. This page was written by jointsky "
            f"{program_version()}.",
            "note",
        ),
    ]


def _limits() -> list[str]:
    return [
        bullets(
            (
                (
                    "One run, one seed: another seed may turn its findings round. Nothing here is a "
                    "statement about any real force."
                ),
                "Every unit type is notional: values come from open estimates or are assumed.",
                "The page holds no assessment of objectives: the scenario has none written down.",
                (
                    "The simulator's limits: a first tracker, plans for the moment at hand, simple missiles and "
                    "fighters, no terrain masking beyond the horizon, fixed decision times."
                ),
            )
        )
    ]
