"""Wrong files: every fault is found at its line and column, all at once, in words that help."""

from pathlib import Path

import pytest
from unit.scenario.small import spoil

from jointsky.errors import ScenarioErrors
from jointsky.scenario.load import load

# (what is spoilt, how: | marks each place that must be reported in order, a fragment of each message)
WRONG: list[tuple[str, str, list[str]]] = [
    # keys
    ("title: A", "|titel: A", ["unknown key 'titel'; did you mean title?"]),
    ("mast: 15 m", "|masst: 15 m", ["unknown key 'masst'; did you mean mast?"]),
    ("loss: 2 %", "|lost: 2 %", ["unknown key 'lost'; did you mean loss? known: delay, downlink, loss"]),
    ("jitter: {time", "jitter: {|tme", ["unknown key 'tme'; did you mean time? known: altitude, lateral, time"]),
    ("orbit: {from", "|orbit: {|form", ["'from' is missing", "unknown key 'form'"]),
    ("every: 10 s}", "|evry: 10 s}", ["unknown key 'evry'; did you mean every?"]),
    ("  third: {side", "  |no: {}\n  third: {side", ["YAML reads the key no as false: write it in quotes, 'no'"]),
    ("  west.ew.1:", "  |west.qra:", ["this key stands twice; first on line 34"]),
    ("  third: {side", "  |1: {}\n  third: {side", ["a key must be a name: write it in quotes, '1'"]),
    ("id: bombers\n    nation: third\n    type: bomber", "|nation: third\n    type: bomber", ["'id' is missing"]),
    ("west.ew.1: {kind: ew, ", "|west.ew.1: {", ["'kind' is missing"]),
    # words of closed lists
    ("kind: ew", "kind: |we", ["unknown kind 'we'; known: radar, sam, fighter, ew, aew, early-warning"]),
    ("side: raider", "side: |rider", ["expected one of defender, raider, neutral"]),
    ("weapons: tight", "weapons: |thight", ["did you mean tight?"]),
    ("identity: [hostile]", "identity: [|enemy]", ["expected one of pending, unknown"]),
    ("share: tracks", "share: |track", ["did you mean tracks?"]),
    ("when: alert", "when: |alarm", ["expected alert or {at: 10 min}, found 'alarm'"]),
    # quantities
    ("duration: 20 min", "duration: |20", ["found 20 without a unit, expected one: write '20 min'"]),
    ("duration: 20 min", "duration: |0 min", ["expected more than 0 min"]),
    ("cycle: 5 s", "cycle: |5", ["write '5 s'"]),
    ("radius: 60 km", "radius: |60", ["write '60 km'"]),
    ("mast: 15 m", "mast: |15", ["write '15 m'"]),
    ("spoils: 40 %", "spoils: |0.4", ["write '0.4 %'"]),
    ("spoils: 40 %", "spoils: |140 %", ["found '140 %', expected at most 100 %"]),
    ("radius: 60 km", "radius: |-60 km", ["expected at least 0 km"]),
    ("radius: 60 km", "radius: |60 kn", ["found unit 'kn', expected a length"]),
    ("radius: 60 km", "radius: |60 s", ["a time; expected a length"]),
    ("radius: 60 km", "radius: |far", ["expected a length"]),
    ("radius: 60 km", "radius: |yes", ["true (YAML reads yes, no, on and off as true or false)"]),
    ("readiness: [5 min, 15 min]", "readiness: [5 min, |15]", ["write '15 s'"]),
    ("delay: 4 s", "delay: |4", ["found 4 without a unit"]),
    ("takes: 30 min", "takes: |30", ["found 30 without a unit"]),
    ("depart: 1 min", "depart: |1:00", ["found 60 without a unit"]),
    # numbers, places, times
    ("aircraft: 8", "aircraft: |-8", ["expected at least 0, found -8"]),
    ("aircraft: 8", "aircraft: |'8'", ["expected a whole number, found the text '8'"]),
    ("aircraft: 8", "aircraft: |8.5", ["expected a whole number, found 8.5"]),
    ("value: 10", "value: |0", ["expected more than 0"]),
    ("value: 10", "value: |big", ["expected a number, found the text 'big'"]),
    ("at: [53.9, 27.56]", "at: |[153.9, 27.56]", ["the latitude 153.9 is not between -90 and 90 degrees"]),
    ("at: [53.9, 27.56]", "at: |[53.9]", ["expected [latitude, longitude]"]),
    ("at: [53.9, 27.56]", "at: |[53.9 N, 27.56]", ["expected the latitude in degrees"]),
    ("box: [-7, 36, 4, 44]", "box: |[4, 36, -7, 44]", ["west < east"]),
    ("start: 2026-06-01T04:00:00Z", "start: |tomorrow", ["expected a time in UTC"]),
    ("start: 2026-06-01T04:00:00Z", "start: |2026-13-01T04:00:00Z", ["cannot read '2026-13-01T04:00:00Z'"]),
    ("squawk: '2001'", "squawk: |'2801'", ["four octal digits"]),
    ("squawk: '2001'", "squawk: |'7776'", ["3 codes from 7776 on run over 7777"]),
    ("title: A small scenario", "title: |no", ["expected text, found no, which YAML reads as false"]),
    ("title: A small scenario", "title: |[a]", ["expected text, found a list"]),
    ("networks:\n  west: {delay: 2 s, loss: 2 %}", "networks: |5", ["expected a map of names to values, found 5"]),
    ("targets: [capital]", "targets: [|no]", ["found False: YAML reads an unquoted no, off or false so"]),
    # names that lead nowhere
    ("target: capital", "target: |capitol", ["unknown asset 'capitol'; did you mean capital?"]),
    ("targets: [capital]", "targets: [capital, |x]", ["unknown asset 'x'; known: capital"]),
    ("base: home", "base: |hime", ["unknown airfield 'hime'; did you mean home?"]),
    ("type: gap_filler_uhf_2d", "type: |gap_filer_uhf_2d", ["did you mean gap_filler_uhf_2d?"]),
    ("type: bomber", "type: |sam_long", ["'sam_long' is a sam type, expected a aircraft type"]),
    ("type: sam_short", "type: |sam_shrt", ["known: sam_long, sam_medium, sam_short"]),
    ("nation: third\n", "nation: |thrid\n", ["unknown nation 'thrid'; did you mean third? known: east, third, west"]),
    ("west.cp: {nation: west", "west.cp: {nation: |vest", ["unknown nation 'vest'"]),
    ("known_to: [west]", "known_to: [|wst]", ["unknown nation 'wst'"]),
    ("phase: war\n", "phase: |wra\n", ["unknown phase 'wra'; did you mean war? known: peace, war"]),
    ("phase: war, by", "phase: |wars, by", ["unknown phase 'wars'"]),
    ("roe: {war:", "roe: {|wr:", ["unknown phase 'wr'"]),
    ("networks:\n  west: ", "networks:\n  |nord: ", ["unknown nation 'nord'"]),
    ("  west.ew.1: {", "  |ew.1: {", ["no nation's name begins 'ew.1'"]),
    ("{id: b, type: sam_short", "{id: |a, type: sam_short", ["'a' stands twice; first as number 1 of the list"]),
    ("release: 1", "release: |2", ["found 2, but the last point of the route is number 1"]),
    ("country: Spain", "country: |Spane", ["unknown country 'Spane'; did you mean Spain?"]),
    ("box: [-7, 36, 4, 44]", "box: |[27, 52, 42, 60]", ["no land of Spain lies within"]),
    ("at: [53.1, 26.0], elevation: 190 m, ", "icao: |UMNN, ", ["unknown airfield 'UMNN'"]),
    ("  home: {nation: west, at: [53.1, 26.0], ", "  |home: {nation: west, ", ["expected icao, or at and elevation"]),
    # types of the scenario's own
    ("raid:\n", "types:\n  mine: {base: |gap_filer}\nraid:\n", ["unknown type 'gap_filer'"]),
    ("raid:\n", "types:\n  mine: {base: fighter, rcs: |3}\nraid:\n", ["write '3 m2'"]),
    ("raid:\n", "types:\n  mine: {base: fighter, |rsc: 3 m2}\nraid:\n", ["did you mean rcs?"]),
    ("raid:\n", "types:\n  mine: {kind: |rader}\nraid:\n", ["unknown kind 'rader'; did you mean radar?"]),
    ("raid:\n", "types:\n  mine: {base: sam_long, radar: |fighter}\nraid:\n", ["is a aircraft type, expected a radar"]),
    ("raid:\n", "types:\n  a: {base: |b}\n  b: {base: |a}\nraid:\n", ["a circle of bases", "a circle of bases"]),
    # clauses
    (
        "{id: W1, share: tracks, from: west, to",
        "|{id: W1, share: tracks, from: west, |t",
        ["'to' is missing", "unknown key 't'"],
    ),
    ("between: [west.cp, east.cp]", "between: |[west.cp]", ["expected at least two different posts"]),
]


@pytest.mark.parametrize(
    ("old", "new", "fragments"), WRONG, ids=[f"{i}-{case[1][:30]}" for i, case in enumerate(WRONG)]
)
def test_a_fault_is_reported_where_it_stands(old: str, new: str, fragments: list[str], tmp_path: Path) -> None:
    text, places = spoil(old, new)
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    with pytest.raises(ScenarioErrors) as caught:
        load(file)
    found = [(error.line, error.column) for error in caught.value.errors]
    assert found == places, str(caught.value)
    for error, fragment in zip(caught.value.errors, fragments, strict=True):
        assert fragment in error.message, str(error)
        assert str(error).startswith(f"{file}:{error.line}:{error.column}: ")
        assert "\n" not in str(error)
