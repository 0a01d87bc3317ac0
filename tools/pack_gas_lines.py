"""Write `atlas/gas_lines.csv` from the tables of itur (MIT): the spectral lines of ITU-R P.676-12, tables 1 and 2.

Run where itur 0.4.0 is installed: `python tools/pack_gas_lines.py`.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

HEADER = """\
# Spectral lines of oxygen and water vapour: Recommendation ITU-R P.676-12 (2019), annex 1, tables 1 and 2, as printed.
# Packed from itur 0.4.0 (MIT) by tools/pack_gas_lines.py. Frequencies in GHz.
gas,f0_ghz,c1,c2,c3,c4,c5,c6
"""


def main() -> None:
    """Read both tables and write one."""
    found = find_spec("itur")
    if found is None or found.origin is None:
        raise SystemExit("itur is not installed")
    tables = Path(found.origin).parent / "data" / "676"
    rows: list[str] = []
    for gas, name in (("oxygen", "v12_lines_oxygen.txt"), ("water", "v12_lines_water_vapour.txt")):
        for line in (tables / name).read_text().splitlines()[1:]:
            rows.append(",".join([gas, *(f"{float(word):g}" if i else f"{float(word):.6f}"
                                         for i, word in enumerate(line.split(",")))]))
    target = Path(__file__).resolve().parent.parent / "src" / "jointsky" / "atlas" / "gas_lines.csv"
    target.write_text(HEADER + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
