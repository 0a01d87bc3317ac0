"""A second opinion on who may see, order and use what: written from the words of the agreement file alone.

It reads the sections that the author wrote and looks every question up in them, clause by clause and cell by cell, with
shapely for places. It imports nothing of `jointsky.links` or `jointsky.command` and shares no step with them. Where a
place is so near an edge that maps may differ, it says None: do not ask.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from shapely import affinity
from shapely.geometry import MultiPolygon, Point, Polygon
from shapely.ops import unary_union

from jointsky.rng import entity_key
from jointsky.units import parse_quantity

EDGE_KM = 3.0
STRIP_EDGE_KM = 8.0
DEGREE_KM = 111.2
OWN = "national"
MORE_OF = {"plots": ("plots", "fire-control"), "warning": ("warning", "plots", "fire-control")}
"""Who is given the more detailed kind has the lesser one too."""


@dataclass(frozen=True)
class Aim:
    """A target: identity as a word, civil or not, (lat, lon) or the nation below, and a crossing of a seam."""

    identity: str
    civil: bool
    place: tuple[float, float] | None = None
    land: str | None = None
    crossed_s: float = math.inf
    came_from: str | None = None


@dataclass(frozen=True)
class State:
    """The state of the agreement: phase, time, histories of links (down, up, ...) and of consent (taken, given, ...),
    calls for help, and (clause, giver) whose shots are used up."""

    phase: str
    t_s: float = 1000.0
    links: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    withdrawn: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    called: Mapping[str, float] = field(default_factory=dict)
    spent: frozenset[tuple[str, str]] = frozenset()


class NearEdge(Exception):
    """A place too near an edge to be asked about."""


class Oracle:
    """`owners` are units by name, `sensors` map a sensor to its unit; `lands` and `zones` are shapely shapes."""

    def __init__(
        self, spec: Any, owners: Mapping[str, str], sensors: Mapping[str, str], lands: Mapping[str, Any],
        zones: Mapping[str, Any] | None = None, laws: Mapping[str, Mapping[str, Any]] | None = None,
        on: date | None = None,
    ) -> None:  # fmt: skip
        self.spec, self.owners, self.sensors = spec, owners, sensors
        self.lands, self.zones, self.laws = lands, zones or {}, laws or {}
        by_name = {text.name: text for text in spec.agreements}
        self.texts = [text for text in spec.agreements if self._alive(text, by_name, on)]
        self.clauses = [
            (text, clause) for text in self.texts for clause in text.clauses
            if on is None or _between(clause.in_force, on, clause.until)
        ]  # fmt: skip
        self._answers: dict[Any, bool | None] = {}

    # ------------------------------------------------------------ days

    def _alive(self, text: Any, by_name: Mapping[str, Any], on: date | None) -> bool:
        for _ in range(len(by_name) + 1):
            if text.kind == "intent" or (text.signed and not text.in_force):
                return False
            if on is not None:
                if not _between(text.in_force, on, text.until):
                    return False
                if any(_between(span.start, on, span.end) for span in text.suspended):
                    return False
            if text.under is None:
                return True
            if text.under not in by_name:
                return False
            text = by_name[text.under]
        return False

    # ------------------------------------------------------------ questions

    def sees(self, nation: str, share: str, sensor: str, place: tuple[float, float], state: State) -> set[str]:
        """Ids that let a nation see data of a sensor seen at a place."""
        unit = self.sensors[sensor]
        owner = self.owners[unit]
        if owner == nation:
            return {OWN}
        found: set[str] = set()
        for text, clause in self.clauses:
            if not set(clause.share) & set(MORE_OF.get(share, (share,))):
                continue
            if (owner, nation) not in self._pairs(text, clause) or not self._in_force(text, clause, state):
                continue
            of = clause.of
            patterns = of.sensors if of is not None and of.sensors else ("*",)
            if sensor not in self._parts(text, clause, patterns, self.sensors):
                continue
            zone = None if of is None else of.zone
            if zone is not None and not self._within(zone, text, owner, nation, place, None):
                continue
            found.add(clause.id)
        return found

    def orders(
        self, post: str, act: str, unit: str, aim: Aim | None, state: State
    ) -> dict[str, tuple[str | None, float]]:
        """Ids that let a post order a unit, each with who must consent and how long that takes; empty: it may not."""
        role, owner = self.spec.posts.get(post), self.owners.get(unit)
        if role is None or owner is None or state.phase not in (role.phases or self.spec.phases):
            return {}
        if act == "engage" and aim is None:
            return {}
        if role.nation == owner and any(_named(unit, unit, pattern) for pattern in role.commands):
            found: dict[str, tuple[str | None, float]] = {OWN: (None, 0.0)}
        else:
            found = dict(self._by_clauses(post, act, unit, owner, aim, state))
        if found and act == "engage" and aim is not None and self._barred(post, owner, aim, state):
            return {}
        return found

    def commander(self, unit: str, asker: str, aim: Aim | None, state: State) -> str:
        """The post whose orders a unit follows first about a target (None: whatever the place); empty: nobody."""
        posts, owner = self.spec.posts, self.owners[unit]
        alive = [name for name, role in posts.items() if state.phase in (role.phases or self.spec.phases)]
        ranks: list[Any] = []
        ordered = sorted(self.clauses, key=lambda pair: (pair[0].name, pair[1].id))
        for place, (text, clause) in enumerate(ordered):
            if not clause.order or clause.approval is not None:
                continue
            if unit not in self._parts(text, clause, clause.units, dict.fromkeys(self.owners)):
                continue
            for giver, receiver in self._pairs(text, clause):
                if giver != owner:
                    continue
                bound = aim is not None and clause.where is not None
                if bound and not self._within(clause.where, text, giver, receiver, aim.place, aim.land):
                    continue
                meant = {clause.to} if clause.to in posts else {n for n, p in posts.items() if p.nation == receiver}
                held = self._holders(text, clause, giver, receiver, state)
                for name in held if self._lost(text, clause, state) else held & meant:
                    if name in alive:
                        ranks.append((0, _precedence(posts[name]), place, name != asker, name))
        for name in alive:
            if posts[name].nation == owner and any(_named(unit, unit, pattern) for pattern in posts[name].commands):
                ranks.append((1, _precedence(posts[name]), 0, name != asker, name))
        return min(ranks)[-1] if ranks else ""

    def uses(self, nation: str, word: str, owner: str, state: State) -> set[str]:
        """Ids that let a nation use another's things."""
        if nation == owner:
            return {OWN}
        return {
            clause.id
            for text, clause in self.clauses
            if word in clause.use
            and (owner, nation) in self._pairs(text, clause)
            and self._in_force(text, clause, state)
        }

    # ------------------------------------------------------------ clauses

    def _by_clauses(
        self, post: str, act: str, unit: str, owner: str, aim: Aim | None, state: State
    ) -> Iterator[tuple[str, tuple[str | None, float]]]:
        wanted = {"cease": {"engage"}, "recover": {"scramble", "position"}}.get(act, {act})
        for text, clause in self.clauses:
            if not wanted & set(clause.order):
                continue
            for giver, receiver in self._pairs(text, clause):
                if giver != owner or unit not in self._parts(text, clause, clause.units, dict.fromkeys(self.owners)):
                    continue
                if post not in self._holders(text, clause, giver, receiver, state):
                    continue
                if act == "engage" and (clause.id, giver) in state.spent:
                    continue
                if aim is not None and act not in ("cease", "recover") and not _fits(clause, aim):
                    continue
                where = clause.where if aim is not None and act in ("engage", "position") else None
                if where is not None and not self._within(where, text, giver, receiver, aim.place, aim.land):
                    continue
                free = clause.approval is None or act in ("cease", "recover")
                by = None if free else owner if clause.approval.by == "owner" else clause.approval.by
                yield clause.id, (by, 0.0 if free else clause.approval.takes)

    def _holders(self, text: Any, clause: Any, giver: str, receiver: str, state: State) -> set[str]:
        """The posts that may order by a clause now."""
        if not self._stands(text, clause, state):
            return set()
        posts = self.spec.posts
        commanders = {clause.to} if clause.to in posts else {n for n, p in posts.items() if p.nation == receiver}
        if not self._lost(text, clause, state):
            return commanders | {name for name in clause.delegate if posts[name].nation == giver}
        if text.on_link_loss.then != "deputy":
            return set()
        found = [self._stand_in(posts[name].deputies, giver, state) for name in commanders]
        return {name for name in found if name is not None}

    def _stand_in(self, deputies: Sequence[str], giver: str, state: State) -> str | None:
        for name in deputies:
            role = self.spec.posts[name]
            if state.phase in (role.phases or self.spec.phases) and self._reaches(name, giver, state):
                return name
        return None

    def _reaches(self, post: str, nation: str, state: State) -> bool:
        posts, role = self.spec.posts, self.spec.posts[post]
        if role.nation == nation:
            return True
        for name, link in self.spec.links.items():
            near = any(end == post or end == role.host or posts[end].nation == role.nation for end in link.between)
            far = any(end != post and posts[end].nation == nation for end in link.between)
            if near and far and len(state.links.get(name, ())) % 2 == 0:
                return True
        return False

    def _pairs(self, text: Any, clause: Any) -> set[tuple[str, str]]:
        sides = [party for party in text.parties if not clause.between or party in clause.between]
        givers = sides if clause.giver == "each" else [clause.giver]
        if clause.to in self.spec.posts:
            nation = self.spec.posts[clause.to].nation
            return {(giver, nation) for giver in givers if clause.order or giver != nation}
        receivers = sides if clause.to in ("others", "each") else [clause.to]
        return {(giver, receiver) for giver in givers for receiver in receivers if giver != receiver}

    def _parts(self, text: Any, clause: Any, patterns: Sequence[str], things: Mapping[str, str | None]) -> set[str]:
        """The things of a clause, as far as it has been put into practice."""
        joint, wide = self.spec.joint_units, list(patterns)
        for name, unit in joint.items():
            if any(fnmatchcase(name, pattern) for pattern in patterns):
                wide += unit.of
        for _ in joint:
            wide += [part for name in wide if name in joint for part in joint[name].of if part not in wide]
        givers = {giver for giver, _ in self._pairs(text, clause)}
        named = [
            thing
            for thing, unit in things.items()
            if self.owners[unit or thing] in givers and any(_named(thing, unit or thing, pattern) for pattern in wide)
        ]
        count = math.ceil(clause.level * len(named) - 1e-9)
        return set(sorted(named, key=lambda thing: entity_key(f"{clause.id} {thing}"))[:count])

    # ------------------------------------------------------------ force

    def _in_force(self, text: Any, clause: Any, state: State) -> bool:
        return self._stands(text, clause, state) and not self._lost(text, clause, state)

    def _stands(self, text: Any, clause: Any, state: State) -> bool:
        if clause.phases is not None and state.phase not in clause.phases:
            return False
        if self._taken_back(clause.id, clause.withdrawal, state) or self._pact_taken_back(text, state):
            return False
        help_ = clause.if_attacked
        if help_ is None:
            return True
        return clause.id in state.called and state.t_s - state.called[clause.id] >= help_.takes

    def _pact_taken_back(self, text: Any, state: State) -> bool:
        by_name = {one.name: one for one in self.texts}
        names: list[str] = []
        name: str | None = text.name
        while name is not None and name not in names:
            names.append(name)
            name = by_name[name].under if name in by_name else None
        return any(self._taken_back(one, by_name[one].withdrawal if one in by_name else None, state) for one in names)

    @staticmethod
    def _taken_back(name: str, terms: Any, state: State) -> bool:
        history = state.withdrawn.get(name, ())
        if len(history) % 2 == 0:
            return False
        return state.t_s >= history[-1] + (0.0 if terms is None else terms.takes)

    def _lost(self, text: Any, clause: Any, state: State) -> bool:
        """Whether the agreement's link is lost, as its loss rule counts, and the clause hangs on it."""
        rule = text.on_link_loss
        if rule is None or clause.over not in (None, rule.link):
            return False
        return self._link_lost(rule, state)

    def _link_lost(self, rule: Any, state: State) -> bool:
        back = 0.0
        if rule.resume is not None:
            back = rule.resume.after_s + (self.spec.links[rule.link].delay if rule.resume.confirmed else 0.0)
        lost, up, since = False, True, -math.inf
        for t in (*state.links.get(rule.link, ()), state.t_s):
            if not up and t - since > rule.after:
                lost = True
            if up and since > -math.inf and t - since >= back:
                lost = False
            up, since = not up, t
        return lost

    # ------------------------------------------------------------ places

    def _barred(self, post: str, owner: str, aim: Aim, state: State) -> bool:
        """Whether an area or the law of the land below forbids an engagement."""
        areas = self._areas(state)
        if post in areas and self._responsible(areas, aim) != post:
            return True
        for land in self._below(aim):
            below, own = self.laws.get(land, {}).get(state.phase), self.laws.get(owner, {}).get(state.phase)
            if below is not None and (below.over_land == "none" or (below.over_land == "own" and owner != land)):
                return True
            if own is not None and not own.abroad and owner != land:
                return True
        return False

    def _areas(self, state: State) -> dict[str, tuple[Any, str, float]]:
        found: dict[str, tuple[Any, str, float]] = {}
        for text in sorted(self.texts, key=lambda one: one.name):
            rule = text.on_link_loss
            if (rule is not None and self._link_lost(rule, state)) or self._pact_taken_back(text, state):
                continue
            for post, zone in text.areas.items():
                if state.phase in (self.spec.posts[post].phases or self.spec.phases):
                    found.setdefault(post, (text, zone, 0.0 if text.handover is None else text.handover.takes))
        return dict(sorted(found.items()))

    def _responsible(self, areas: Mapping[str, tuple[Any, str, float]], aim: Aim) -> str:
        now = ""
        for post, (text, zone, _) in areas.items():
            nation = self.spec.posts[post].nation
            if not now and self._within(zone, text, nation, nation, aim.place, aim.land):
                now = post
        if not now:
            below = self._below(aim)
            lords = [post for post in areas if self.spec.posts[post].nation in below]
            now = min(lords, key=lambda post: (self.spec.posts[post].nation, post), default="")
        if aim.crossed_s == math.inf:
            return now
        old = aim.came_from
        if old is None and now in areas:
            others = [post for post, (text, _, _) in areas.items() if text is areas[now][0] and post != now]
            old = others[0] if len(others) == 1 else ""
        return old if old in areas and old != now and aim.crossed_s < areas[old][2] else now

    def _below(self, aim: Aim) -> list[str]:
        if aim.place is None:
            return [] if aim.land is None else [aim.land]
        return [name for name in self.lands if self._inside(("land", name), self.lands[name], aim.place)]

    def _within(
        self, text: str, agreement: Any, giver: str, receiver: str, place: tuple[float, float] | None, land: str | None
    ) -> bool:
        """Whether a place is in a zone as written. Raises NearEdge."""
        words = text.split()
        if words[0] == "within":
            if place is None:
                return False
            far_km = parse_quantity(text.split(" of ")[0].removeprefix("within "), "m") / 1000.0
            names = (words[-1],) if words[-2] == "of" and words[-1] != "border" else tuple(sorted(agreement.parties))
            return self._strip(names, far_km, place)
        if text in ("receiver territory", "owner territory"):
            names = [receiver if words[0] == "receiver" else giver]
        elif words[0] == "anywhere":
            names = text.removeprefix("anywhere in ").split(" + ")
        else:
            names = [words[0]]
        if place is None:
            return land is not None and land in names
        return any(self._inside(("land", name), self._shape(name), place) for name in names)

    def _shape(self, name: str) -> Any:
        return self.zones[name] if name in self.zones else self.lands[name]

    def _inside(self, key: Any, shape: Any, place: tuple[float, float]) -> bool:
        known = self._answers.get((key, place), "ask")
        if known == "ask":
            local = _local(shape, place)
            near = local.boundary.distance(Point(0, 0)) < EDGE_KM
            known = self._answers[key, place] = None if near else bool(local.contains(Point(0, 0)))
        if known is None:
            raise NearEdge
        return bool(known)

    def _strip(self, names: tuple[str, ...], far_km: float, place: tuple[float, float]) -> bool:
        key = ("strip", names, far_km, place)
        if key not in self._answers:
            away = _local(self._border(names), place).distance(Point(0, 0))
            self._answers[key] = None if abs(away - far_km) < STRIP_EDGE_KM else bool(away < far_km)
        found = self._answers[key]
        if found is None:
            raise NearEdge
        return found

    def _border(self, names: tuple[str, ...]) -> Any:
        key = ("border", names)
        if key not in self._answers:
            shapes = [self.lands[name] for name in names]
            parts = [shapes[0].boundary] if len(shapes) == 1 else [
                one.boundary.intersection(other.boundary.buffer(0.03))
                for i, one in enumerate(shapes) for other in shapes[i + 1 :]
            ]  # fmt: skip
            self._answers[key] = unary_union(parts)
        return self._answers[key]


def shape_of(polygons: Sequence[Sequence[Sequence[Sequence[float]]]]) -> Any:
    """GeoJSON MultiPolygon coordinates as a shape; rings are taken together by the even-odd rule."""
    whole: Any = MultiPolygon()
    for polygon in polygons:
        for ring in polygon:
            whole = whole.symmetric_difference(Polygon(ring).buffer(0))
    return whole


def _local(shape: Any, place: tuple[float, float]) -> Any:
    """A shape in kilometres east and north of a place."""
    lat, lon = place
    moved = affinity.translate(shape, -lon, -lat)
    return affinity.scale(moved, DEGREE_KM * math.cos(math.radians(lat)), DEGREE_KM, origin=(0, 0))


def _named(thing: str, unit: str, pattern: str) -> bool:
    return fnmatchcase(thing, pattern) or fnmatchcase(unit, pattern)


def _fits(clause: Any, aim: Aim) -> bool:
    targets = clause.targets
    if targets is None:
        return True
    if "civil" in targets.never and aim.civil:
        return False
    return targets.identity is None or aim.identity in targets.identity


def _between(start: date | None, on: date, end: date | None) -> bool:
    return not (start is not None and on < start) and not (end is not None and on >= end)


def _precedence(role: Any) -> float:
    return math.inf if role.precedence is None else role.precedence
