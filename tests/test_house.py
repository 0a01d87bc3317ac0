"""The house as rules: floors, walls and habits. Each wall is a line of a table and has a violation planted."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from house import Module, body_lines, dotted, find_circle, methods, read_tree, unannotated, words

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "jointsky"

# Imports point down only. Rooms of one floor do not import each other, but for floor 1, where a later room may import
# an earlier one.
FLOORS: dict[int, tuple[str, ...]] = {
    10: ("__main__",),
    9: ("cli",),
    8: ("console", "report"),
    7: ("study", "live", "planning"),
    6: ("engine",),
    5: ("builtin", "post"),
    4: ("truth", "sensing", "command", "measures", "record"),
    3: ("world", "tracking", "feeds", "links", "picture"),
    2: ("kernels", "scenario"),
    1: ("errors", "units", "vocab", "clock", "geo", "rng", "atlas", "catalogue"),
}
FLOOR_OF = {room: floor for floor, rooms in FLOORS.items() for room in rooms}

KNOWN_SIDE = ("post", "tracking", "picture", "command")
DECODERS = ("feeds", "post", "links.wire")
SOCKETS = ("socket", "asyncio", "selectors", "ssl", "socketserver", "http", "urllib.request", "anyio", "starlette",
           "uvicorn", "websockets", "zenoh")
WALL_TIME = ("time", "timeit", "sched", "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today",
             "datetime.date.today")
LUCK = ("random", "secrets", "numpy.random", "uuid.uuid1", "uuid.uuid4", "os.urandom")
UNSAFE = ("pickle", "dill", "shelve", "marshal", "cloudpickle", "builtins.eval", "builtins.exec", "builtins.__import__",
          "os.system", "os.popen", "yaml.unsafe_load", "yaml.full_load", "yaml.UnsafeLoader", "yaml.FullLoader")
MATHS = """exp exp2 expm1 log log2 log10 log1p sin cos tan asin acos atan atan2 arcsin arccos arctan arctan2 sinh
cosh tanh pow power float_power hypot cbrt erf erfc gamma lgamma""".split()
LIBM = tuple(f"{library}.{name}" for library in ("math", "numpy") for name in MATHS)
BLAS = ("numpy.dot", "numpy.vdot", "numpy.inner", "numpy.matmul", "numpy.einsum", "numpy.tensordot", "numpy.linalg",
        "numba.prange", "scipy")


@dataclass(frozen=True)
class Wall:
    """`who` never names anything under `never`, or imports `only` these; `but` are the rooms or files left free."""

    why: str
    who: tuple[str, ...] = ()  # every room, where empty
    never: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()


WALLS = (
    Wall("kernels know numbers, no world", ("kernels",), only=("jointsky.kernels", "jointsky.vocab", "numpy", "numba",
                                                                "math", "typing", "collections.abc", "__future__"),
         but=("kernels.cache", "kernels.warm")),  # where compiled code is kept, and making it: they touch no number
    Wall("a post can never peek at truth", KNOWN_SIDE, never=("jointsky.world", "jointsky.truth")),
    Wall("truth does not know who watches", ("truth", "sensing"), never=("jointsky.post",)),
    Wall("decoders and posts do no I/O", DECODERS, never=(*SOCKETS, *WALL_TIME), but=("feeds.sources",)),
    Wall("sockets live in three places", never=SOCKETS, but=("feeds.sources", "live.peer", "console")),
    Wall("only clock reads the wall clock", never=WALL_TIME, but=("clock",)),
    Wall("only rng makes luck", never=LUCK, but=("rng", "kernels.draws", "console")),
    Wall("tokens may be secret, luck may not", ("console",), never=tuple(set(LUCK) - {"secrets"})),
    Wall("no code from data", never=UNSAFE),
    Wall("same bits on any machine", ("kernels",), never=(*LIBM, *BLAS)),
)

KEYWORDS_NEVER = {"shell": "a shell", "allow_pickle": "pickle", "fastmath": "other bits", "parallel": "other bits"}
NAMES_NEVER = {"util", "utils", "helper", "helpers", "manager", "managers"}
WITHOUT_NUMBA = ("", "cli", "report", "console")
IMPORT_NAME = {"pyyaml": "yaml", "eclipse-zenoh": "zenoh"}
COMPANIONS = {"pydantic_core"}  # comes with pydantic in one exact version, and is named by its documentation
FILE_LINES, BODY_LINES, KERNEL_LINES, MEDIAN_LINES, LONG_LINES, LONG_SHARE = 450, 60, 150, 10, 30, 0.10

# Nations are data. Names that are also words of English or of mathematics (Chad, Jordan, Turkey, Polish) are left out.
NATIONS = """afghanistan albania algeria argentina armenia australia austria azerbaijan bahrain bangladesh belarus
belarusian belgium bolivia bosnia brazil britain british bulgaria cambodia canada chile china chinese
colombia croatia cuba cyprus czech denmark ecuador egypt estonia ethiopia finland france germany
greece hungary iceland india indonesia iran iraq israel israeli italy japan kazakhstan kenya korea
kosovo kuwait kyrgyzstan latvia lebanon libya lithuania luxembourg macedonia malaysia mexico moldova
mongolia montenegro morocco netherlands nigeria norway pakistan palestine peru philippines poland
portugal qatar romania russia russian serbia singapore slovakia slovenia somalia soviet spain sudan
sweden switzerland syria taiwan tajikistan thailand tunisia turkmenistan ukraine ukrainian ussr
uzbekistan venezuela vietnam yemen yugoslavia america american minsk moscow kyiv kiev warsaw""".split()
NATION = re.compile(r"(?<![a-z])(" + "|".join(NATIONS) + r")(?![a-z])", re.IGNORECASE)

Rule = Callable[[list[Module]], Iterator[str]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """Enter a function into the table of rules, under its own name."""
    RULES[check.__name__] = check
    return check


def at(module: Module, line: int) -> str:
    """Where a reader finds it."""
    return f"{module.name or '__init__'} ({module.path.name}:{line})"


def is_under(name: str, places: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the places or inside one."""
    return any(name == place or name.startswith(f"{place}.") for place in places)


@rule
def floors(modules: list[Module]) -> Iterator[str]:
    """Imports point down, and every room has a floor; the root only offers names and may reach anywhere."""
    for module in modules:
        if module.name and module.room not in FLOOR_OF:
            yield f"{at(module, 1)}: room `{module.room}` has no floor; give it one in FLOORS and in DESIGN's tree"
            continue
        for found in module.inner_imports if module.name else ():
            target = found.module.split(".")[0]
            if target and target != module.room and not is_below(target, module.room):
                yield f"{at(module, found.line)}: {module.room} may not import {target}: imports point down only"


def is_below(target: str, room: str) -> bool:
    """Whether a room may be imported from another."""
    low, high = FLOOR_OF.get(target, 99), FLOOR_OF[room]
    return low < high or (low == high == 1 and FLOORS[1].index(target) < FLOORS[1].index(room))


@rule
def walls(modules: list[Module]) -> Iterator[str]:
    """Nobody names what a wall hides from him."""
    for module in modules:
        for wall in WALLS:
            if (not wall.who or is_under(module.name, wall.who)) and not is_under(module.name, wall.but):
                yield from behind(module, wall)


def behind(module: Module, wall: Wall) -> Iterator[str]:
    """What one file names against one wall."""
    imported = [(found.module, found.line) for found in module.imports]
    for name, line in {*imported, *module.dotted_uses()}:
        if is_under(name, wall.never):
            yield f"{at(module, line)}: {name} stands behind a wall: {wall.why}"
    for name, line in imported if wall.only else ():
        if not is_under(name, wall.only):
            yield f"{at(module, line)}: {name} stands behind a wall: {wall.why}"


@rule
def root(modules: list[Module]) -> Iterator[str]:
    """The root is for users: code inside imports the room it needs."""
    for module in modules:
        yield from (f"{at(module, found.line)}: imports the package root" for found in module.inner_imports
                    if not found.module)


@rule
def circles(modules: list[Module]) -> Iterator[str]:
    """No file reaches itself through imports, not even through late ones."""
    edges = {m.name: {found.module for found in m.inner_imports} - {m.name} for m in modules if m.name}
    circle = find_circle(edges)
    if circle:
        yield "a circle of imports: " + " -> ".join(circle)


@rule
def declared(modules: list[Module]) -> Iterator[str]:
    """Every outside import is a dependency that pyproject declares."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for group in project.get("optional-dependencies", {}).values() for name in group]
    names = {re.split(r"[^\w-]", name)[0].lower() for name in [*project["dependencies"], *extras]}
    allowed = {IMPORT_NAME.get(name, name) for name in names} | COMPANIONS | set(sys.stdlib_module_names)
    for module in modules:
        for found in module.outer_imports:
            if found.module.split(".")[0] not in allowed:
                yield f"{at(module, found.line)}: {found.module} is not among the dependencies in pyproject"


@rule
def sizes(modules: list[Module]) -> Iterator[str]:
    """Files, function bodies, the median body and the share of long ones."""
    bodies: list[int] = []
    for module in modules:
        lines = module.source.count("\n")
        if lines > FILE_LINES:
            yield f"{at(module, 1)}: {lines} lines; the limit is {FILE_LINES}"
        is_kernel = module.room == "kernels"
        for function in module.functions:
            length, limit = body_lines(function), KERNEL_LINES if is_kernel else BODY_LINES
            bodies += [] if is_kernel else [length]
            if length > limit:
                yield f"{at(module, function.lineno)}: {function.name} has {length} lines; the limit is {limit}"
    if bodies and statistics.median(bodies) > MEDIAN_LINES:
        yield f"the median function has {statistics.median(bodies)} lines; the limit is {MEDIAN_LINES}"
    share = sum(length > LONG_LINES for length in bodies) / max(len(bodies), 1)
    if share > LONG_SHARE:
        yield f"{share:.0%} of the functions have more than {LONG_LINES} lines; the limit is {LONG_SHARE:.0%}"


@rule
def docstrings(modules: list[Module]) -> Iterator[str]:
    """Every module and public name says what it is."""
    for module in modules:
        if not ast.get_docstring(module.tree):
            yield f"{at(module, 1)}: the module has no docstring"
        for name, node in module.public():
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not ast.get_docstring(node):
                yield f"{at(module, node.lineno)}: {name} has no docstring"


@rule
def annotations(modules: list[Module]) -> Iterator[str]:
    """Every argument and result has a type, in nested and private functions too."""
    for module in modules:
        inside = methods(module.tree)
        for function in module.functions:
            missing = unannotated(function, function in inside)
            if missing:
                yield f"{at(module, function.lineno)}: {function.name} has no type for {', '.join(missing)}"


@rule
def names(modules: list[Module]) -> Iterator[str]:
    """Nothing is called by a word that says nothing."""
    for module in modules:
        for name, line in [(module.name, 1), *module.defined_names()]:
            if words(name) & NAMES_NEVER:
                yield f"{at(module, line)}: `{name}` says nothing; name the role"


@rule
def nations(modules: list[Module]) -> Iterator[str]:
    """Nations are data: none is named in code, not even in a comment."""
    for module in modules:
        for number, line in enumerate(module.source.splitlines(), 1):
            for found in NATION.finditer(line):
                yield f"{at(module, number)}: names a nation or its city: {found.group()}"


@rule
def statements(modules: list[Module]) -> Iterator[str]:
    """No assert for input, no bare except, no unsafe keyword, no unsafe YAML loader."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Assert):
                yield f"{at(module, node.lineno)}: assert vanishes under -O; raise an error of jointsky.errors"
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                yield f"{at(module, node.lineno)}: bare except"
        for called, call in module.calls():
            for word in call.keywords:
                if word.arg in KEYWORDS_NEVER and not is_false(word.value):
                    yield f"{at(module, call.lineno)}: {word.arg}=True means {KEYWORDS_NEVER[word.arg]}"
            if called == "yaml.load" and not loads_safely(call):
                yield f"{at(module, call.lineno)}: yaml.load without a safe loader"


def is_false(value: ast.expr) -> bool:
    """Whether an argument is the constant False."""
    return isinstance(value, ast.Constant) and value.value is False


def loads_safely(call: ast.Call) -> bool:
    """Whether yaml.load is given a loader whose name says that it is safe."""
    given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "Loader")]
    return any("Safe" in dotted(loader) for loader in given)


@rule
def powers(modules: list[Module]) -> Iterator[str]:
    """Kernels multiply: `x**0.5` and `a @ b` call libraries whose bits differ between machines."""
    for module in (m for m in modules if m.room == "kernels"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
                yield f"{at(module, node.lineno)}: @ calls BLAS"
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and not is_small_power(node):
                yield f"{at(module, node.lineno)}: ** with such an exponent calls libm"


def is_small_power(node: ast.BinOp) -> bool:
    """A constant to a constant, or a square, cube or fourth power, which compile to products."""
    exponent = node.right
    if isinstance(node.left, ast.Constant) and isinstance(exponent, ast.Constant | ast.UnaryOp):
        return True
    return isinstance(exponent, ast.Constant) and exponent.value in (2, 3, 4) and isinstance(exponent.value, int)


@pytest.mark.parametrize("name", RULES)
def test_the_house_holds(name: str) -> None:
    found = list(RULES[name](read_tree(SOURCE)))
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", WITHOUT_NUMBA)
def test_starts_without_compiled_code(name: str) -> None:
    if name and not list(SOURCE.glob(f"{name}.py")) + list(SOURCE.glob(f"{name}/__init__.py")):
        pytest.skip(f"room {name} is not built yet")
    code = f"import sys, jointsky{'.' + name if name else ''}; sys.exit('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(SOURCE.parent)}, check=False)
    assert done.returncode == 0, f"jointsky.{name} imports numba when it is imported"


GOOD = {
    "__init__.py": '"""Root."""\n',
    "vocab/__init__.py": '"""Words."""\n',
    "vocab/ids.py": '"""Ids."""\nimport enum\n\n\nclass Row(enum.IntEnum):\n    """A row."""\n\n    NONE = -1\n',
    "rng.py": '"""Luck."""\nimport numpy as np\n\nfrom jointsky.vocab import ids\n\nX = np.random.Philox, ids.Row\n',
    "clock.py": '"""Time."""\nimport time\n\n\ndef now_s() -> float:\n    """Seconds."""\n    return time.time()\n',
    "kernels/__init__.py": '"""Loops."""\n',
    "kernels/gauss.py": '"""Gauss."""\nimport math\n\nimport numpy as np\n\n\ndef norm(x: float) -> float:\n'
                        '    """Norm."""\n    return math.sqrt(x**2 + 1.0e-3) + np.sqrt(x)\n',
    "tracking/__init__.py": '"""Tracks."""\nfrom .lifecycle import age\n\n__all__ = ["age"]\n',
    "tracking/lifecycle.py": '"""Life."""\nfrom ..clock import now_s\n\n\ndef age(time: float) -> float:\n'
                             '    """Age at a time."""\n    return now_s() - time\n',
    "world/__init__.py": '"""World."""\n',
    "truth/__init__.py": '"""Truth."""\nimport jointsky.world\n\n__all__ = ["jointsky"]\n',
    "post.py": '"""Post."""\nimport yaml\n\nfrom jointsky.tracking import age\n\n'
               'X = yaml.load("1", Loader=yaml.SafeLoader), age\n',
    "cli.py": '"""Verbs."""\n\n\ndef main() -> None:\n    """Go."""\n    from jointsky.post import X\n    print(X)\n',
}
PLAIN = "def f{}() -> None:\n    print()\n\n\n"
LONG = "".join(map(PLAIN.format, range(9))) + "def f() -> None:\n" + "    print()\n" * 61
CASES = [  # the rule that must catch it, the file, and what is planted there
    ("floors", "tracking/peek.py", "from jointsky.truth import jointsky"),
    ("floors", "tracking/peek.py", "from ..post import X"),
    ("floors", "tracking/late.py", "def f() -> None:\n    import jointsky.cli\n    print(jointsky)"),
    ("floors", "world/sibling.py", "import jointsky.tracking"),
    ("floors", "vocab/later.py", "from jointsky import rng"),
    ("floors", "attic.py", ""),
    ("walls", "kernels/world.py", "from jointsky import rng"),
    ("walls", "kernels/outer.py", "import scipy.special"),
    ("walls", "kernels/bits.py", "import math\n\nX = math.exp(1.0)"),
    ("walls", "kernels/bits.py", "from numpy import arctan2"),
    ("walls", "kernels/bits.py", "import numpy as np\n\nX = np.linalg.norm"),
    ("walls", "kernels/race.py", "from numba import prange"),
    ("walls", "post/x.py", "import jointsky.world"),
    ("walls", "picture/x.py", "from jointsky.truth import jointsky"),
    ("walls", "command/x.py", "from jointsky import world"),
    ("walls", "tracking/x.py", "from jointsky.world import state"),
    ("walls", "sensing/x.py", "from jointsky import post"),
    ("walls", "truth/x.py", "from jointsky.post import X"),
    ("walls", "feeds/asterix.py", "import socket"),
    ("walls", "feeds/asterix.py", "from datetime import datetime\n\nX = datetime.now()"),
    ("walls", "links/wire.py", "import asyncio"),
    ("walls", "study/x.py", "import asyncio"),
    ("walls", "live/session.py", "import websockets.sync.server"),
    ("walls", "engine.py", "from time import perf_counter"),
    ("walls", "engine.py", "import datetime as dt\n\nX = dt.date.today()"),
    ("walls", "clock_face.py", "import time"),
    ("walls", "sensing/x.py", "import random"),
    ("walls", "sensing/x.py", "import numpy as np\n\nX = np.random.default_rng(1)"),
    ("walls", "sensing/x.py", "from numpy import random as luck"),
    ("walls", "record/x.py", "import uuid\n\nX = uuid.uuid4()"),
    ("walls", "console/x.py", "import random"),
    ("walls", "record/x.py", "import pickle"),
    ("walls", "record/x.py", "X = eval('1')"),
    ("walls", "record/x.py", "exec('1')"),
    ("root", "cli_root.py", "import jointsky"),
    ("root", "cli_root.py", "from jointsky import load"),
    ("circles", "tracking/a.py", "from jointsky.tracking import b\n\n\ndef f() -> None:\n    print(b)"),
    ("declared", "record/x.py", "import pandas"),
    ("sizes", "record/x.py", LONG),
    ("sizes", "record/x.py", "X = 1\n" * 450),
    ("docstrings", "record/x.py", "def f() -> None:\n    print()"),
    ("docstrings", "record/x.py", "class C:\n    X = 1"),
    ("docstrings", "record/x.py", 'class C:\n    """C."""\n\n    def f(self) -> None:\n        print()'),
    ("annotations", "record/x.py", "def _f(x) -> None:\n    print(x)"),
    ("annotations", "record/x.py", "def _f():\n    print()"),
    ("annotations", "record/x.py", "class _C:\n    def f(self, *x) -> None:\n        print(x)"),
    ("names", "record/utils.py", ""),
    ("names", "record/x.py", "class TrackManager:\n    X = 1"),
    ("names", "record/x.py", "plot_helper = 1"),
    ("nations", "record/x.py", "LINE_OF_" + "POLAND = 1"),
    ("nations", "record/x.py", "# as in " + "Russia"),
    ("statements", "record/x.py", "assert True"),
    ("statements", "record/x.py", "try:\n    print()\nexcept:\n    print()"),
    ("statements", "record/x.py", "import subprocess\n\nsubprocess.run('ls', shell=True)"),
    ("statements", "record/x.py", "import yaml\n\nX = yaml.load('1', yaml.Loader)"),
    ("statements", "kernels/x.py", "from numba import njit\n\nX = njit(fastmath=True)"),
    ("statements", "kernels/x.py", "from numba import njit\n\nX = njit(parallel=True)"),
    ("powers", "kernels/x.py", "X = 3\nY = X**0.5"),
    ("powers", "kernels/x.py", "X = 3\nY = X @ X"),
]


def build(folder: Path, files: dict[str, str]) -> list[Module]:
    """A small house in a folder, read."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_tree(folder)


@pytest.mark.parametrize("name", RULES)
def test_a_good_house_passes(name: str, tmp_path: Path) -> None:
    assert list(RULES[name](build(tmp_path, GOOD))) == []


@pytest.mark.parametrize(("name", "file", "planted"), CASES)
def test_a_planted_violation_is_caught(name: str, file: str, planted: str, tmp_path: Path) -> None:
    files = {**GOOD, file: f'"""A module."""\n{planted}\n'}
    if name == "circles":
        files["tracking/b.py"] = '"""B."""\nfrom . import a\n'
    found = list(RULES[name](build(tmp_path, files)))
    assert found and all(Path(file).stem in line or name == "circles" for line in found), found


def test_the_median_body_is_held(tmp_path: Path) -> None:
    longish = "".join(f'def f{i}() -> None:\n    """F."""\n' + "    print()\n" * 11 + "\n\n" for i in range(9))
    found = list(RULES["sizes"](build(tmp_path, {**GOOD, "record/x.py": f'"""X."""\n{longish}'})))
    assert any("median" in line for line in found)


@pytest.mark.parametrize("wall", WALLS, ids=lambda wall: wall.why)
def test_each_wall_stops_something_planted(wall: Wall, tmp_path: Path) -> None:
    """A wall that no planted violation meets could be broken without anyone noticing."""
    for number, (_, file, planted) in enumerate(case for case in CASES if case[0] == "walls"):
        planted_in = build(tmp_path / str(number), {file: f'"""A module."""\n{planted}\n'})
        if any(list(behind(m, wall)) for m in planted_in if not wall.who or is_under(m.name, wall.who)):
            return
    pytest.fail(f"no case is planted against the wall: {wall.why}")


def test_each_rule_is_planted() -> None:
    assert {case[0] for case in CASES} == set(RULES)
