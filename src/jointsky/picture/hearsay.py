"""What partners take tracks for: kept by the number under which they told the track, and handed to identification."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from jointsky.vocab.records import Rows

FORGOTTEN_S = 60.0
"""What has not been told again for so long no longer counts."""
Key = tuple[int, int]
"""(origin nation, number there)."""


@dataclass(slots=True)
class Hearsay:
    """The newest word of each partner on each of its tracks."""

    held: dict[Key, np.void] = field(default_factory=dict[Key, np.void])

    def accept(self, rows: Rows) -> None:
        """Take in TOLD_IDENTITY rows; an older word never replaces a newer one."""
        for row in rows:
            key = (int(row["origin"]), int(row["track_id"]))
            if key not in self.held or self.held[key]["t_valid_s"] <= row["t_valid_s"]:
                self.held[key] = row.copy()

    def facts(self, numbers: Mapping[Key, int], alias: Mapping[int, int], now_s: float) -> dict[int, int]:
        """What is known by hearsay (Evidence bits) of tracks by the numbers they go by here: `numbers` says which a
        partner's track was given, `alias` which one goes on for it. What several told is put together."""
        self.held = {key: row for key, row in self.held.items() if row["t_valid_s"] >= now_s - FORGOTTEN_S}
        found: dict[int, int] = {}
        for key in sorted(self.held.keys() & numbers.keys()):
            number = alias.get(numbers[key], numbers[key])
            found[number] = found.get(number, 0) | int(self.held[key]["reasons"])
        return found
