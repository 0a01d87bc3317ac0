"""What the numbers of a page are called, in which unit they are shown, and what they mean."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

NEVER = "did not happen"
"""What stands where a number is missing: the thing measured did not come about."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a measure is shown: `label`, `unit` (`%`, `min` or empty), digits behind the point, and what it means."""

    label: str
    unit: str
    digits: int
    meaning: str

    @property
    def factor(self) -> float:
        """From the measure's own unit (a share of one, seconds, a count) to the shown one."""
        return {"%": 100.0, "min": 1.0 / 60.0}.get(self.unit, 1.0)

    def number(self, value: float | None) -> str:
        """A value without its unit, or the words for a missing one."""
        if value is None or not math.isfinite(value):
            return NEVER
        return f"{value * self.factor:.{self.digits}f}".replace("-", "\u2212")

    def text(self, value: float | None) -> str:
        """A value with its unit."""
        number = self.number(value)
        return number if number == NEVER or not self.unit else f"{number}\u00a0{self.unit}"

    def single(self, value: float | None) -> str:
        """A value of a single run with its unit: a whole count without digits."""
        if value is not None and math.isfinite(value) and not self.unit and value == round(value):
            return f"{value:.0f}"
        return self.text(value)

    def mean(self, found: Mapping[str, Any]) -> str:
        """A mean with its interval, where there is one, and n, kept together in a line."""
        interval = "" if found["low"] is None else f" ({self.interval(found['low'], found['high'])})"
        return f"{self.number(found['mean'])}{interval}; n\u00a0=\u00a0{found['n']}"

    def interval(self, low: float | None, high: float | None) -> str:
        """The ends of an interval, or that there is none."""
        if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
            return "no interval"
        return f"{self.number(low)}\u00a0\u2026\u00a0{self.number(high)}"


def _share(label: str, meaning: str) -> Wording:
    return Wording(label, "%", 1, meaning)


def _count(label: str, meaning: str) -> Wording:
    return Wording(label, "", 1, meaning)


def _minutes(label: str, meaning: str) -> Wording:
    return Wording(f"{label}, minutes", "", 1, meaning)


_STAGES: Mapping[str, str] = {
    "detectable": "some radar of either nation could see it (geometry and detection probability of at least one half)",
    "detected": "a radar made a plot of it",
    "reported": "a post held a track of it",
    "identified": "a post called it hostile",
    "decided": "a post ordered an engagement of it",
    "authorised": "the last needed approval was given",
    "acted": "the first missile at it was away",
}
STAGES = tuple(_STAGES)
"""From detectable to acted, in order."""

_NAMED: Mapping[str, Wording] = {
    "raiders": _count("Raiders", "aircraft and missiles of the raid"),
    "stopped": _count("Raiders stopped", "raiders shot down"),
    "stopped_share": _share("Raid stopped", "raiders shot down, of all raiders"),
    "leakers": _count("Leakers", "raiders that reached their target or release line"),
    "leaked_share": _share("Raid leaked", "raiders that reached their target or release line, of all raiders"),
    "damage": _count("Damage", "damage to defended assets, in asset value"),
    "damage_share": _share("Damage to assets", "damage, of the value of all defended assets"),
    "civil_lost": _count("Airliners lost", "civil aircraft shot down"),
    "friends_lost": _count("Own aircraft lost", "defending aircraft shot down, by whomever"),
    "missiles": _count("Missiles fired", "missiles launched by batteries and fighters"),
    "missiles_per_kill": Wording("Missiles a kill", "", 2, "missiles launched for each raider shot down"),
    "double_shots": _count(
        "Double shots", "pairs of engagements by different posts with missiles in the air at one target at once"
    ),
    "refused": _count("Refusals", "times a post would have engaged and might not, by unit and target"),
    "eyes_on_after_min": _minutes("Silence to eyes on", "until a fighter's crew saw the aircraft that fell silent"),
    "heeded_after_min": _minutes("Silence to an answer", "until it answered on the radio or followed"),
    "scrambled_after_min": _minutes("Silence to a pair ordered", "until a post ordered a pair to it"),
    "force_decided_after_min": _minutes("Silence to a decision on force", "until whoever may decide had decided"),
    "civil_loss": _share("Civil loss", "runs in which a civil aircraft was shot down"),
    "never_seen": _share("Never seen", "runs in which no crew saw the aircraft that fell silent"),
    "incidents": _count("Incidents of air policing", "tracks that a post took for out of contact"),
    "first_launch_s": Wording("First missile away", "min", 1, "since scenario start"),
}

_OF_A_POST: Mapping[str, Wording] = {
    "completeness": _share("completeness", "airborne aircraft that the post held a track of"),
    "raiders_held": _share("raiders held", "airborne raiders that the post held a track of"),
    "spurious": _share("spurious", "tracks that stand for no aircraft, of all its tracks"),
    "identity_right": _share("identity right", "held aircraft with the right identity"),
    "civil_called_hostile": _count(
        "airliners called hostile", "times a held airliner was called hostile, summed over readings of the picture"
    ),
    "released_only": _share(
        "tracks by release only", "tracks kept alive by released data alone for a minute, of all its tracks"
    ),
}


def wording(measure: str) -> Wording:
    """How a measure is shown; one that is not known goes by its own name with three digits."""
    if measure in _NAMED:
        return _NAMED[measure]
    post, _, kind = measure.rpartition(".")
    if post and not measure.startswith("refused.") and kind in _OF_A_POST:
        found = _OF_A_POST[kind]
        return Wording(f"{post}: {found.label}", found.unit, found.digits, found.meaning)
    return _of_a_stage(measure) or _of_a_part(measure) or Wording(measure, "", 3, "")


def _of_a_stage(measure: str) -> Wording | None:
    for stage, meaning in _STAGES.items():
        if measure == f"{stage}_share":
            return _share(f"Raiders {stage}", f"of all raiders; {stage}: {meaning}")
        if measure == f"{stage}_after_s":
            return Wording(f"Detectable to {stage}", "min", 1, f"median over raiders; {stage}: {meaning}")
        if measure == f"{stage}_after_p90_s":
            return Wording(f"Detectable to {stage}, p90", "min", 1, f"nine in ten raiders within; {stage}: {meaning}")
        if measure == f"first_{stage}_s":
            return Wording(f"First raider {stage}", "min", 1, f"since scenario start; {stage}: {meaning}")
    return None


def _of_a_part(measure: str) -> Wording | None:
    if measure.startswith("refused."):
        clause = measure.removeprefix("refused.")
        return _count(f"Refused by {clause}", f"times {clause} stood against an act that a post wanted")
    if measure.startswith("eyes_on_after_min_"):
        nation = measure.removeprefix("eyes_on_after_min_")
        return _minutes(f"Silence to eyes on, {nation}", f"until a crew sent by {nation} saw the silent aircraft")
    kind, _, nation = measure.partition("_")
    return (
        _count(f"Damage: {nation}", "damage to this nation's assets, in asset value")
        if kind == "damage" and nation
        else None
    )


def stage_meaning(stage: str) -> str:
    """What has happened when a raider has reached a stage."""
    return _STAGES[stage]


def clock(t_s: float) -> str:
    """Seconds since scenario start as h:mm:ss, or the words for never."""
    if not math.isfinite(t_s):
        return NEVER
    whole = round(t_s)
    return f"{whole // 3600}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


def difference_words(pair: Mapping[str, Any], margin: float = 0.0) -> str:
    """What a paired difference (n, diff, low, high) says and does not say; `margin` is the least difference that is of
    use."""
    low, high = pair.get("low"), pair.get("high")
    if pair.get("diff") is None:
        return NEVER
    if low is None or high is None:
        return "one pair only: no interval"
    beyond = low > 0.0 or high < 0.0
    if margin > 0.0 and max(abs(low), abs(high)) < margin:
        return (
            "zero is outside the interval, but it lies below the useful margin"
            if beyond
            else "the interval includes zero and lies below the useful margin"
        )
    if not beyond:
        return "the interval includes zero"
    side = "above" if low > 0.0 else "below"
    if margin > 0.0 and min(abs(low), abs(high)) < margin:
        return f"the interval lies {side} zero; it does not clear the useful margin"
    return f"the interval lies {side} zero"
