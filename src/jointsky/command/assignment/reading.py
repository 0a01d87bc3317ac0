"""The problem file of `jointsky assign`: JSON to a Salvo, each fault with its place.

    {"values": [60, 30], "p": [[0.7, 0.6]], "shots": [2], "allowed": [[1, 1]], "pools": [{"weapons": [0], "shots": 1}]}
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, cast

import numpy as np

from jointsky.command.assignment.problem import Float, Salvo, Whole
from jointsky.errors import ScenarioError, suggest

KEYS = ("values", "p", "shots", "allowed", "pools")
REMARKS = ("name", "title", "about", "comment", "source", "family", "seed")
POOL_SHOTS = ("shots", "limit", "capacity", "most")
MOST_SHOTS = 1_000_000_000


def read_problem(path: Path) -> Salvo:
    """Read a problem file. Raises ScenarioError with the place of the first fault, OSError when it cannot be read."""
    return problem_of(path.read_bytes(), str(path))


def problem_of(text: bytes, file: str) -> Salvo:
    """The problem that a JSON text states. Raises ScenarioError."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise ScenarioError(file, error.lineno, error.colno, "", f"not JSON: {error.msg}") from None
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        raise ScenarioError(file, 0, 0, "", f"not JSON: {error}") from None
    return _Reader(file).problem(found)


class _Reader:
    """Reads one file; every fault names it."""

    def __init__(self, file: str) -> None:
        self.file = file

    def problem(self, found: Any) -> Salvo:
        if not isinstance(found, dict):
            self.fault("", f"found {_kind(found)}, expected an object with {', '.join(KEYS[:3])}")
        given = cast(dict[str, Any], found)
        for key in given:
            if key not in (*KEYS, *REMARKS):
                self.fault(key, f"unknown key; {suggest(key, KEYS)}".rstrip("; "))
        for key in KEYS[:3]:
            if key not in given:
                self.fault(key, "is missing, expected a list")
        worth = self.values(given["values"])
        p = self.chances(given["p"], len(worth))
        shots = np.array([self.whole(f"shots[{i}]", s) for i, s in enumerate(self.listed("shots", given["shots"]))])
        if len(shots) != len(p):
            self.fault("shots", f"found {len(shots)} weapons, expected {len(p)}, as p has rows")
        if given.get("allowed") is not None:
            p = p * self.allowed(given["allowed"], p.shape)
        member, room = self.pools(given.get("pools"), len(p))
        return Salvo(worth, np.ascontiguousarray(p), shots.astype(np.int64), member, room)

    def values(self, found: Any) -> Float:
        listed = self.listed("values", found)
        if not listed:
            self.fault("values", "found no target, expected at least one")
        worth = np.array([self.number(f"values[{j}]", v, math.inf) for j, v in enumerate(listed)])
        if not math.isfinite(math.fsum(min(v, 1e300) for v in worth.tolist())) or worth.max() > 1e300:
            self.fault("values", "their sum is too great, expected below 1e300")
        return worth

    def chances(self, found: Any, m: int) -> Float:
        rows = self.table("p", found, m)
        if not rows:
            self.fault("p", "found no weapon, expected at least one row")
        places = [[(f"p[{i}][{j}]", v) for j, v in enumerate(row)] for i, row in enumerate(rows)]
        return np.array([[self.number(place, v, 1.0) for place, v in row] for row in places])

    def allowed(self, found: Any, shape: tuple[int, ...]) -> Float:
        rows = self.table("allowed", found, shape[1])
        if len(rows) != shape[0]:
            self.fault("allowed", f"found {len(rows)} rows, expected {shape[0]}, as p has")
        for i, row in enumerate(rows):
            for j, v in enumerate(row):
                if not (isinstance(v, bool) or v in (0, 1)):
                    self.fault(f"allowed[{i}][{j}]", f"found {_shown(v)}, expected 0 or 1")
        mask = np.array(rows, np.float64)
        if not mask.any():
            self.fault("allowed", "nothing is allowed, expected at least one 1")
        return mask

    def pools(self, found: Any, n: int) -> tuple[Whole, Whole]:
        """Pools as a list or by name: each `weapons` (numbers from 0) and `shots`, or a pair of both."""
        named: Mapping[str, Any] = {}
        if isinstance(found, dict):
            named = {f"pools.{name}": pool for name, pool in cast(dict[str, Any], found).items()}
        elif found is not None:
            named = {f"pools[{k}]": pool for k, pool in enumerate(self.listed("pools", found))}
        member, room = np.zeros((len(named), n), np.int64), np.zeros(len(named), np.int64)
        for k, (place, pool) in enumerate(named.items()):
            weapons, room[k] = self.pool(place, pool)
            for at, i in enumerate(weapons):
                if isinstance(i, bool) or not isinstance(i, int) or not 0 <= i < n:
                    self.fault(f"{place}.weapons[{at}]", f"found {_shown(i)}, expected a weapon's number, 0 to {n - 1}")
                if member[k, i]:
                    self.fault(f"{place}.weapons[{at}]", f"found {i} again, expected each weapon once")
                member[k, i] = 1
        return member, room

    def pool(self, place: str, found: Any) -> tuple[list[Any], int]:
        if isinstance(found, list) and len(cast(list[Any], found)) == 2:
            weapons, shots = cast(list[Any], found)
            return self.listed(f"{place}.weapons", weapons), self.whole(f"{place}.shots", shots)
        if not isinstance(found, dict):
            self.fault(place, f"found {_kind(found)}, expected an object with weapons and shots")
        pool = cast(dict[str, Any], found)
        for key in pool:
            if key not in ("weapons", "name", *POOL_SHOTS):
                self.fault(f"{place}.{key}", f"unknown key; {suggest(key, ('weapons', 'shots'))}".rstrip("; "))
        said = [key for key in POOL_SHOTS if key in pool]
        if "weapons" not in pool or len(said) != 1:
            self.fault(place, "expected weapons, and their shots once")
        return self.listed(f"{place}.weapons", pool["weapons"]), self.whole(f"{place}.{said[0]}", pool[said[0]])

    def table(self, place: str, found: Any, m: int) -> list[list[Any]]:
        rows = self.listed(place, found)
        for i, row in enumerate(rows):
            if len(self.listed(f"{place}[{i}]", row)) != m:
                self.fault(f"{place}[{i}]", f"found {len(row)} entries, expected {m}, one for each target")
        return rows

    def listed(self, place: str, found: Any) -> list[Any]:
        if not isinstance(found, list):
            self.fault(place, f"found {_kind(found)}, expected a list")
        return cast(list[Any], found)

    def number(self, place: str, found: Any, most: float) -> float:
        """A number from 0 to `most`."""
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.fault(place, f"found {_shown(found)}, expected a number")
        value = float(found) if abs(found) < 1e308 or isinstance(found, float) else math.inf
        if not (math.isfinite(value) and 0.0 <= value <= most):
            least = "a number from 0 to 1" if most == 1.0 else "a finite number of 0 or more"
            self.fault(place, f"found {_shown(found)}, expected {least}")
        return value

    def whole(self, place: str, found: Any) -> int:
        value = self.number(place, found, math.inf)
        if value != int(value) or value > MOST_SHOTS:
            self.fault(place, f"found {_shown(found)}, expected a whole number from 0 to {MOST_SHOTS}")
        return int(value)

    def fault(self, place: str, message: str) -> NoReturn:
        raise ScenarioError(self.file, 0, 0, place, message)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice in one object")
    return found


def _kind(found: Any) -> str:
    names: dict[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
    names[type(None)] = "null"
    return names.get(found.__class__, _shown(found))


def _shown(found: Any) -> str:
    text = json.dumps(found)
    return text if len(text) <= 40 else f"{text[:37]}..."
