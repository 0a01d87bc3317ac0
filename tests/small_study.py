"""A study that takes milliseconds a run: the coordination case of 8 raiders, dealt evenly or blind, as two arms."""

from __future__ import annotations

import shutil
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[1] / "scenarios"
STUDY = """\
study: small
question: What is it worth to know of each other's shots?
scenario: case.yaml
arms: {blind: blind, even: even}
replications: 4
seed: 5
headline: stopped
until: 36 s
"""


def lay_out(folder: Path, text: str = STUDY) -> Path:
    """The files of the study in `folder`; the path of the study's file."""
    (folder / "agreements").mkdir(parents=True)
    for name in ("coordination.yaml", "square.geojson"):
        shutil.copy(SCENARIOS / "pieces" / name, folder / name)
    piece = folder / "coordination.yaml"
    piece.write_text(piece.read_text().replace(" policy: even,", ""))
    case = (SCENARIOS / "coordination-8-12.yaml").read_text()
    (folder / "case.yaml").write_text(case.replace("pieces/coordination.yaml", "coordination.yaml"))
    for policy in ("even", "blind"):
        (folder / "agreements" / f"{policy}.yaml").write_text(f"posts:\n  blue.cp: {{policy: {policy}}}\n")
    path = folder / "study.yaml"
    path.write_text(text)
    return path
