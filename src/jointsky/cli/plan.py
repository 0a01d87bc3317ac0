"""The verb plan: a better laydown of a scenario."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jointsky.cli.show import table
from jointsky.errors import ScenarioError

if TYPE_CHECKING:
    from jointsky.planning.laydown import Laydown
    from jointsky.planning.reaction import Gap, Isochrone

SHOWN = 12
"""So many gaps are shown in a table."""


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command()(plan)


def plan(
    scenario: Annotated[Path, typer.Argument(help="A scenario file.")],
    out: Annotated[Path | None, typer.Option(help="Write the planned scenario to this file.")] = None,
    height: Annotated[str, typer.Option(help="Height at which radars should see.")] = "500 m",
    step: Annotated[str, typer.Option(help="Grid of candidate sites and of places to cover.")] = "40 km",
    agreement: Annotated[str | None, typer.Option(help="Read it under this arrangement: a name or a file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Plan where radars, missile batteries, fighters and heavy aircraft should stand, list the border's gaps and how
    soon fighters are where; with --out as a scenario that runs.

    Example: `jointsky plan scenarios/union-5-10.yaml --out out/planned.yaml`
    """
    from jointsky.engine.check import judged
    from jointsky.planning.laydown import plan_laydown
    from jointsky.planning.overlay import write_overlay
    from jointsky.planning.reaction import gaps, isochrones

    height_m, step_km = _metres("--height", height, 1.0), _metres("--step", step, 5_000.0) / 1000.0
    if out is not None and out.resolve() == scenario.resolve():
        raise ScenarioError("--out", 0, 0, "", "found the scenario itself, expected another file")
    before = judged(scenario, agreement)
    found = plan_laydown(before, height_m, _tell, step_km)
    after = before
    if out is not None:
        write_overlay(scenario, out, f"{before.scenario or scenario.stem}-planned", found)
        after = judged(out, agreement)
    facts = _facts(found, gaps(before, height_m), gaps(after, height_m) if out else None, isochrones(after))
    if as_json:
        print(json.dumps(facts, indent=2))
    else:
        _show(facts)
    if out is not None:
        print(f"plan: wrote {out}", file=sys.stderr)


def _metres(option: str, text: str, least: float) -> float:
    from jointsky.units import parse_quantity

    try:
        found = parse_quantity(text, "m")
    except ValueError as error:
        raise ScenarioError(option, 0, 0, "", str(error)) from None
    if not found >= least:
        raise ScenarioError(option, 0, 0, "", f"found {text!r}, expected at least {least:g} m")
    return found


def _facts(found: "Laydown", now: "list[Gap]", planned: "list[Gap] | None", reach: "list[Isochrone]") -> dict[str, Any]:
    return {
        "covered": {
            what: {"before": round(before, 4), "after": round(after, 4), "bound": round(bound, 4)}
            for what, (before, after, bound) in found.worth.items()
        },
        "moves": [
            {"unit": m.unit, "part": m.part, "type": m.type, "from": m.before, "to": m.after, "km": round(m.km, 1),
             "ready_h": round(m.hours, 1)} for m in found.moves
        ],
        "mobilised_h": round(max((m.hours for m in found.moves), default=0.0), 1),
        "gaps": {"before_km": _length(now), "after_km": None if planned is None else _length(planned),
                 "list": [{"nation": g.nation, "from": g.begin, "to": g.end, "km": round(g.km, 1)}
                          for g in (now if planned is None else planned)]},
        "isochrones": [
            {"unit": i.unit, "base": i.base, "reach_km": {str(k): round(v, 1) for k, v in i.reach_km.items()},
             "assets_min": i.assets_min} for i in reach
        ],
        "notes": found.notes,
    }  # fmt: skip


def _length(found: "list[Gap]") -> float:
    return round(sum(gap.km for gap in found), 1)


def _show(facts: dict[str, Any]) -> None:
    table("Weight covered, and what no laydown exceeds", [{"what": k} | v for k, v in facts["covered"].items()])
    table("Moves", facts["moves"])
    gaps = facts["gaps"]
    length = f"{gaps['before_km']} km before, {gaps['after_km'] or '-'} after"
    table(f"Longest gaps of the border ({length})", gaps["list"][:SHOWN])
    rows = [{"unit": i["unit"], "base": i["base"]} | {f"{k} min": f"{v:g} km" for k, v in i["reach_km"].items()}
            for i in facts["isochrones"]]  # fmt: skip
    table("How far the first fighter is after the order", rows)
    print(f"{len(facts['moves'])} moves, all ready after {facts['mobilised_h']} h (notional)")
    for note in facts["notes"]:
        print(note)


def _tell(text: str) -> None:
    print(f"plan: {text}", file=sys.stderr)
