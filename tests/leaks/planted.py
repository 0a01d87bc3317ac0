"""Leaks to be planted: each a small edit of one module, and the twins (see `lab`) that must then differ.

Each old text must stand in its module exactly once; when it no longer does, the test says so and the leak is written
anew.
"""

from __future__ import annotations

from dataclasses import dataclass

NETWORK, RELEASE, TABLES, FORCE = (f"jointsky.links.{name}" for name in ("network", "release", "tables", "force"))
TELLING = "jointsky.links.telling"
SEATS, HUB, TOLD = "jointsky.live.seats", "jointsky.console.hub", "jointsky.console.told"
PLAN, ASSEMBLE, POST = "jointsky.engine.plan", "jointsky.engine.assemble", "jointsky.post"


@dataclass(frozen=True)
class Leak:
    """One leak: what it is, where, the edit, and the pair of twins that shows it."""

    name: str
    module: str
    old: str
    new: str
    pair: str


LEAKS = (
    # ------------------------------------------------------------ tracks that are released
    Leak("gaps in track numbers", NETWORK, 'numbers.of(key, rows["track_id"].tolist())',
         'rows["track_id"].tolist()', "far tracks in no zone"),
    Leak("one numbering for all receivers", NETWORK, "setdefault((sender, receiver), TrackNumbers())",
         'setdefault((sender, ""), TrackNumbers())', "told to others"),
    Leak("numbers given before the choice", NETWORK, "rows = release_tracks(picture(group[0].sensors), group)",
         'numbers.of(key, sorted(picture(group[0].sensors)["track_id"].tolist(), reverse=True))\n                '
         "rows = release_tracks(picture(group[0].sensors), group)", "far tracks in no zone"),
    Leak("tracks outside the zone", RELEASE, "covered &= grant.zone.inside(lat, lon)",
         "covered &= np.ones(len(rows), np.bool_)", "far tracks in no zone"),
    Leak("tracks of any sensor", POST, 'where(plots, self.mask[plots["sensor"]])', "plots",
         "far deeds"),
    Leak("tracks that hidden sensors helped", POST, "return offer.picture(self.nation, now_s)",
         "return self.picture(now_s)", "hidden radar and tracks"),
    Leak("what a third nation told", POST, "return offer.picture(self.nation, now_s)",
         'rows = self.picture(now_s)\n                rows["clause"] = -1\n                return rows', "passed on"),
    Leak("identities by plans that are withheld", "jointsky.engine.pictures",
         "PlanBook(filed[:0], waypoints), judges_codes=False", "PlanBook(mine, waypoints)", "plans of others"),
    Leak("identities by plans that the receiver holds too", "jointsky.engine.pictures",
         "PlanBook(filed[:0], waypoints), judges_codes=False",
         'PlanBook(mine[np.isin(mine["code"], filed["code"][filed["nation"] != nations.index(nation)])], waypoints)',
         "who knows a plan"),
    Leak("counts of tracks in a field", RELEASE, 'out["clause"] = clause[keep]',
         'out["clause"] = clause[keep]\n    out["t_first_s"] += len(rows)', "far tracks in no zone"),
    Leak("covariance by all that is held", RELEASE, 'out["clause"] = clause[keep]',
         'out["clause"] = clause[keep]\n    out["sigma_pos_m"] /= 1.0 + 0.01 * len(rows)', "far tracks in no zone"),
    Leak("places drawn to the middle of all", RELEASE, 'out["clause"] = clause[keep]',
         'out["clause"] = clause[keep]\n    out["pos_ecef_m"] += 1e-6 * rows["pos_ecef_m"].mean(axis=0)', "far tracks in no zone"),
    Leak("order of rows by what is kept back", RELEASE, "keep = np.flatnonzero(clause != NONE)",
         "keep = np.flatnonzero(clause != NONE)[:: 1 if len(rows) % 2 else -1]", "far tracks in no zone"),
    Leak("every track at any time", NETWORK,
         "if last is not None and t_s - last < self.arr.clauses[index].every_s - SOON_S:", "if last is None and t_s < 0.0:",
         "not due"),
    Leak("time of arrival by the queue", NETWORK, "arrival = t_s + (way_s + clause.delay_s)",
         "arrival = t_s + (way_s + clause.delay_s) + 0.4 * len(self.desk.book.clauses)",
         "far deeds"),
    # ------------------------------------------------------------ plots that are released
    Leak("plots of any sensor", TABLES, "plain[grant.sensors & (plain > grant.clause.index)]",
         "plain[plain > grant.clause.index]", "hidden radar"),
    Leak("plots outside the zone", TABLES,
         "inside = asked[grant.zone.inside(lat_deg[asked], lon_deg[asked])]", "inside = asked", "far plots in no zone"),
    Leak("plots in another phase", FORCE, "return force.phase in clause.phases and helped", "return helped",
         "other phase"),
    Leak("plots while the link is down", NETWORK,
         "frozenset(clause.index for clause in self.arr.clauses if clause.link in down)", "frozenset()", "link down"),
    Leak("plots while the link counts as lost", FORCE,
         "if _stands(arr, force, clause) and not any(_suspends(rule, clause) for rule in force.lost)",
         "if _stands(arr, force, clause)", "link lost"),
    Leak("measurement errors by all that saw it", NETWORK, 'part["clause"] = clause[index]',
         'part["clause"] = clause[index]\n                part["sigma_range_m"] *= 1.0 + 0.01 * len(rows)',
         "hidden radar"),
    Leak("ranges mended by all that saw it", NETWORK, 'part["clause"] = clause[index]',
         'part["clause"] = clause[index]\n                part["range_m"] += 1e-3 * rows["range_m"].max()',
         "hidden radar"),
    Leak("order of messages by how many there are", NETWORK, "sorted(due, key=lambda item: item.t_s)",
         "sorted(due, key=lambda item: item.t_s)[:: 1 if len(self.desk.book.clauses) % 2 else -1]", "far deeds"),
    Leak("time of plots by what is kept back", NETWORK,
         'part["t_seen_s"] = seen_s[index] + self._clause_delay_s[clause[index]]',
         'part["t_seen_s"] = seen_s[index] + self._clause_delay_s[clause[index]] + 1e-3 * len(rows)', "hidden radar"),
    Leak("loss by what others lost", "jointsky.links.carrier", '"{link}:{sender}>{receiver}:{kind}:{clause}", t_s, k)',
         '"{link}:{sender}>{receiver}:{kind}:{clause}", t_s, k + len(self.dropped))', "others' link in use"),
    # ------------------------------------------------------------ who hears what
    Leak("a host's picture for everybody", NETWORK, "if role.host == host and self._exists(name)",
         "if name != host and self._exists(name)", "hidden radar"),
    Leak("copies of orders for everybody", NETWORK,
         "for post in self._partners[message.sender]:",
         "for post in self.arr.posts.keys() - {message.sender}:", "far deeds"),
    Leak("states of units for everybody", NETWORK, "mask = (self._unit_owner == rank) & (wanted | (nation == role.nation))",
         "mask = self._unit_owner == rank", "hidden guns"),
    Leak("all states in one message", NETWORK, 'part = where(rows, mask[rows["unit"]])', "part = rows", "hidden guns"),
    Leak("results for everybody", NETWORK, "self._ordered(number) == (post, rank)", "self._ordered(number)[1] == rank",
         "far deeds"),
    Leak("others' consent told", NETWORK,
         "return tuple(nation for name in agreements & self.arr.pacts.keys() for nation in self.arr.pacts[name].parties)",
         "return self.arr.nations if agreements else ()", "others' consent"),
    Leak("others' links told", NETWORK, "if role.nation in nations]", "if role.nation in self.arr.nations]",
         "others' link"),
    Leak("others' alerts heard", "jointsky.links.plans", 'alert = self._alert_s.get(nation or "")',
         "alert = min(self._alert_s.values(), default=None) if nation else None", "others' alert"),
    Leak("help called by others' alerts", "jointsky.links.consents",
         "for clause in self._owed(nation):\n                if clause.assistance is not None",
         "for clause in self.arr.clauses:\n                if clause.assistance is not None", "others' help"),
    Leak("others' decisions heard", PLAN, "for name in _hosts_first(engine.posts):\n        sent = "
         "engine.posts[name].receive(engine.t_s, arrived.get(name, []))",
         "for name in _hosts_first(engine.posts):\n        arrived.setdefault(name, []).extend(engine.tick.sent.get("
         "'east.cp', []) if name == 'west.cp' else [])\n        sent = engine.posts[name].receive(engine.t_s, "
         "arrived.get(name, []))", "far deeds"),
    # ------------------------------------------------------------ what a post knows from the start
    Leak("all flight plans", ASSEMBLE,
         'plans = world.model.flight_plans[world.model.flight_plans["nation"] == nation]',
         "plans = world.model.flight_plans", "own plans only"),
    Leak("identities of all that the giver holds", TELLING, 'keep = np.isin(tracks["track_id"], told)',
         'keep = np.ones(len(tracks), np.bool_)', "identities of what is not told"),
    Leak("plans by clauses that do not hold", TELLING,
         "for grant in grants_in(self.arr, role.nation, receiver, force, idle, Share.FLIGHT_PLANS):",
         "for grant in [g for g in self.arr.shares if Share.FLIGHT_PLANS in g.shares and g.receiver == receiver]:",
         "plans in another phase"),
    Leak("plans for all that agree on something", TELLING,
         "yield Parcel(t_s + way_s, grant.receiver, FlightPlans(sender, nation, rows))",
         "yield from (Parcel(t_s + way_s, name, FlightPlans(sender, nation, rows))"
         " for name in self.arr.nations)", "plans told to others"),
    Leak("everybody's assets guarded", ASSEMBLE,
         'return (world.state.assets["nation"] == nation) | (spec.host is not None)',
         'return (world.state.assets["nation"] >= 0) | (spec.host is not None)', "hidden asset"),
    Leak("order numbers by all units", ASSEMBLE, "first_order_id=(index + 1) * ORDERS_PER_POST,",
         "first_order_id=(index + 1) * ORDERS_PER_POST + len(world.state.launchers),", "hidden guns"),
    # ------------------------------------------------------------ words
    Leak("refusals that count units", "jointsky.links.agreements",
         "clause.index))\n    verdict = _verdict(what, granted, against)",
         "clause.index))\n    verdict = _verdict(f'{what}, one of {len(arr.units)}', granted, against)", "words"),
    Leak("refusals that name a foreign unit", "jointsky.links.agreements",
         "clause.index))\n    verdict = _verdict(what, granted, against)",
         "clause.index))\n    verdict = _verdict(f'{what} (not {arr.units[0].name})', granted, against)", "words"),
    Leak("reasons that count units", "jointsky.links.agreements",
         'f"{what}: it commands this unit of its own nation")', 'f"{what}: of {len(arr.units)} units")', "hidden guns"),
    Leak("errors that name what there is", "jointsky.command.operator", '"there is no such launcher or fighter"',
         'f"there is no such launcher or fighter, known: {planner.config.unit_names}"', "hidden guns"),
    Leak("alerts that name others' sensors", "jointsky.console.happenings", "names = watch.arrangement.nations\n",
         "names = [f'{name} ({len(watch.arrangement.sensors)})' for name in watch.arrangement.nations]\n",
         "no hidden radar"),
    # ------------------------------------------------------------ seats
    Leak("all shooters at a seat", SEATS, 'shooters=np.flatnonzero(units[capability["unit"]]),',
         "shooters=np.arange(len(capability)),", "hidden guns"),
    Leak("all sensors at a seat", SEATS, "sensors=np.flatnonzero(sensors),", "sensors=np.arange(len(sensors)),",
         "no hidden radar"),
    Leak("all assets at a seat", SEATS, "assets=np.flatnonzero([name in guarded for name in names.assets]),",
         "assets=np.arange(len(names.assets)),", "hidden asset moved"),
    Leak("all airfields at a seat", SEATS, 'np.flatnonzero(np.isin(world.state.airfields["nation"], lent))',
         "np.arange(len(world.state.airfields))", "hidden field"),
    Leak("truth for every seat", HUB, "if desk.name == self.steering:\n            tables", "if desk.name:\n            tables",
         "far deeds"),
    Leak("everybody's events at every seat", HUB, "desk.tell(words)\n",
         "[one.tell(words) for one in self.desks.values()]\n", "far deeds"),
    Leak("names of all that flies", TOLD, "_truth_names(world) if control else []", "_truth_names(world)", "far deeds"),
    Leak("the author's words", TOLD, '"about": scenario.about if control else ""', '"about": scenario.about',
         "the author's words"),
    Leak("rows of the machine as numbers of units", "jointsky.console.updates",
         'rows["shooter"], rows["age_s"] = told,', 'rows["shooter"], rows["age_s"] = places,', "hidden guns"),
    Leak("rows of the machine in results", "jointsky.console.happenings", "return int(found[0]) if len(found) else -1",
         "return row if len(found) else -1", "hidden guns"),
    # ------------------------------------------------------------ the log
    Leak("others' words under my name", "jointsky.record.recorder", "for frame in _sent(tick.number, post, message)]",
         "for frame in _sent(tick.number, max(tick.sent), message)]", "far deeds"),
)  # fmt: skip
DAILY = ("gaps in track numbers", "plots of any sensor", "covariance by all that is held", "copies of orders for everybody",
         "states of units for everybody", "all flight plans", "errors that name what there is",
         "truth for every seat")  # fmt: skip
"""Tried in the everyday suite; all are in the nightly run."""
