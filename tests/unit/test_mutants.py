"""The mutator: every small change once; and forks that read a changed module and its users anew, and nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import planting

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

import mutate

TEXT = '''"""About signs."""

from math import copysign

def sign(x: float, most: int = 1) -> int:
    """Its sign."""
    if x == 0 and most > 0:
        return min(0, most)
    return most if x > 0.0 else -most
'''


def answers(text: str) -> list[object]:
    space: dict[str, object] = {}
    exec(compile(text, "text", "exec"), space)
    sign = space["sign"]
    assert callable(sign)
    return [sign(x, most) for x in (-2.0, 0.0, 0.5, 2.0) for most in (0, 1, 3)] + [sign(1.0)]


def test_mutants_are_all_different_and_named_apart() -> None:
    found = list(mutate.mutants(TEXT))
    plain = ast.unparse(ast.parse(TEXT))
    assert len({one.text for one in found} | {plain}) == len(found) + 1
    assert len({(one.line, one.what) for one in found}) == len(found) > 15
    for words in ("Eq -> NotEq", "And -> Or", "min -> max", "condition -> True", "0 -> 1", "return None"):
        assert any(words in one.what for one in found), words
    assert all("About signs" in one.text and "import copysign" in one.text for one in found)


def test_most_of_them_change_an_answer() -> None:
    wrong = 0
    for one in mutate.mutants(TEXT):
        try:
            wrong += answers(one.text) != answers(TEXT)
        except Exception:
            wrong += 1
    assert wrong > 0.7 * len(list(mutate.mutants(TEXT)))


def test_a_fork_reads_a_module_and_its_users_anew_and_leaves_the_rest() -> None:
    import jointsky.links.agreements
    import jointsky.scenario.agreement

    module, kept = "jointsky.links.days", sys.modules["jointsky.scenario.agreement"]
    users = planting.users_of(module)
    assert {module, "jointsky.links.compiler", "jointsky.links.agreements"} <= users
    assert not users & {"jointsky.scenario.agreement", "jointsky.links.zones", "jointsky.links.arrangement"}

    def work() -> list[bool]:
        text = planting.path_of(module).read_text() + "\nPLANTED = True\n"
        sys.meta_path.insert(0, planting.Planter({module: text}))  # pyright: ignore[reportArgumentType]
        old = jointsky.links.agreements
        planting.forget_users(module, sorted(users))
        import jointsky.links.agreements as anew
        import jointsky.links.days as days

        return [days.PLANTED, anew is not old, sys.modules["jointsky.scenario.agreement"] is kept]

    assert planting.in_child(work, 30.0) == {"value": [True, True, True]}
    assert planting.in_child(lambda: 1 / 0, 30.0).keys() == {"error"}
