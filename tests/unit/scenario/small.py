"""A small scenario that is right, for tests to spoil: | in the new text marks where a fault must be reported."""

SMALL = """\
scenario: small
title: A small scenario
start: 2026-06-01T04:00:00Z
duration: 20 min
tick: 1 s
phase: war
phases: [peace, war]
nations:
  west: {territory: {country: Portugal}, roe: {war: {weapons: tight, identity: [hostile], approval: 0 s}}}
  east: {territory: {country: Spain, box: [-7, 36, 4, 44]}}
  third: {side: raider, iff: third}
posts:
  west.cp: {nation: west, commands: [west.*], at: [53.9, 27.6], cycle: 5 s, decision: 20 s}
  east.cp: {nation: east, commands: [east.*]}
links:
  wire: {between: [west.cp, east.cp], delay: 4 s, loss: 1 %}
agreements:
  - name: pact
    parties: [west, east]
    activates:
      war: {declared_by: [west.president], all: true, takes: 30 min}
    clauses:
      - {id: W1, share: tracks, from: west, to: east, of: {sensors: [west.radar.*]}, over: wire, every: 10 s}
units:
  west.radar.1:
    kind: radar
    radars:
      - {id: a, type: gap_filler_uhf_2d, at: [53.9, 27.5], mast: 15 m}
  west.sam.1:
    kind: sam
    batteries:
      - {id: a, type: sam_long, at: [53.8, 27.4], shots: 24, reloads: 24}
      - {id: b, type: sam_short, at: [53.9, 27.4]}
  west.qra: {kind: fighter, type: fighter, aircraft: 8, base: home, readiness: [5 min, 15 min]}
  west.ew.1: {kind: ew, at: [53.9, 27.6], radius: 60 km, spoils: 40 %}
  east.aew.1: {kind: aew, type: aew_aircraft, orbit: {from: [54, 30], to: [55, 30], altitude: 9 km}}
  east.warning: {kind: early-warning, radars: [{id: a, type: early_warning_uhf, at: [57.9, 31.9]}]}
airfields:
  home: {nation: west, at: [53.1, 26.0], elevation: 190 m, parking: 40, slot: 30 s}
assets:
  capital: {nation: west, at: [53.9, 27.56], radius: 8 km, value: 10}
raid:
  - id: bombers
    nation: third
    type: bomber
    count: 2
    depart: 1 min
    jitter: {time: 20 s, lateral: 4 km}
    target: capital
    route: [{at: [54.0, 20.0], altitude: 10 km, speed: 225 m/s}, {at: [54.0, 24.0], altitude: 10 km}]
    carries: {type: cruise_missile, count: 4, release: 1, targets: [capital]}
traffic:
  - {id: airway, count: 3, every: 4 min, squawk: '2001', known_to: [west],
     route: [{at: [53, 21], altitude: 11 km}, {at: [54, 30], altitude: 11 km}]}
declarations:
  - {phase: war, by: [west.president], when: alert, after: 5 min}
networks:
  west: {delay: 2 s, loss: 2 %}
"""


def spoil(old: str, new: str) -> tuple[str, list[tuple[int, int]]]:
    """SMALL with its first `old` replaced by `new`, and the (line, column) of every | in `new`, which is taken out."""
    at = SMALL.index(old)
    text = SMALL[:at] + new + SMALL[at + len(old) :]
    places: list[tuple[int, int]] = []
    while "|" in text:
        at = text.index("|")
        places.append((text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1))
        text = text[:at] + text[at + 1 :]
    return text, places
