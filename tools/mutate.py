"""Mutants of a module, one small change each, made on its syntax tree: what a test must notice.

Operators: comparisons and arithmetic turned, `and` and `or` exchanged, `not` and `~` dropped, conditions fixed,
constants moved, words in comparisons and calls spoilt, `any`/`all` and `min`/`max` exchanged, filters of
comprehensions dropped, statements left out. Docstrings, annotations, sentences for people (f-strings and texts with a
blank) and imports stay.

The tools that are maintained copy the sources elsewhere or start a process for each mutant; compiled kernels would then
be compiled again for each, at a minute a mutant. So the mutants are made here and tried in forks (tests/planting.py).
"""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

TURNED: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Mutant:
    """One mutant: line, what was changed (no two of a line alike), and the whole text."""

    line: int
    what: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of a module's text."""
    tree, met = ast.parse(text), Counter[tuple[int, str]]()
    places = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    skipped = _skipped(tree)
    for number, node in enumerate(places):
        if id(node) in skipped:
            continue
        for k in range(len(list(_changes(node)))):
            twin = copy.deepcopy(tree)
            twins = [other for other in ast.walk(twin) if hasattr(other, "lineno")]
            what = _apply(twin, twins[number], k)
            try:
                made = ast.unparse(ast.fix_missing_locations(twin))
                compile(made, "mutant", "exec")
            except (SyntaxError, ValueError):
                continue
            line = getattr(node, "lineno", 0)
            met[line, what] += 1
            again = f" ({met[line, what]})" if met[line, what] > 1 else ""
            yield Mutant(line, what + again, made)


def _skipped(tree: ast.Module) -> set[int]:
    """Nodes that are not touched: annotations, docstrings, decorators, sentences, imports and `__all__`."""
    roots: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            roots += node.decorator_list
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            roots += [one.annotation for one in _arguments(node) if one.annotation is not None]
            roots += [node.returns] if node.returns is not None else []
        if isinstance(node, ast.AnnAssign):
            roots.append(node.annotation)
        if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom | ast.Raise):
            roots.append(node)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            roots.append(node)
        if isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "__all__" for t in node.targets):
            roots.append(node)
    return {id(node) for root in roots for node in ast.walk(root)}


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _changes(node: ast.AST) -> Iterator[str]:
    """What can be changed at a node, in words; `_apply` makes the k-th."""
    match node:
        case ast.Compare(ops=ops):
            for op in ops:
                yield from (f"{type(op).__name__} -> {to.__name__}" for to in TURNED.get(type(op), ()))
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield from (f"{type(op).__name__} -> {to.__name__}" for to in TURNED.get(type(op), ()))
        case ast.UnaryOp(op=ast.Not() | ast.Invert()):
            yield "negation dropped"
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition -> True"
            yield "condition -> False"
        case ast.comprehension(ifs=ifs) if ifs:
            yield "filter dropped"
        case ast.Name(id=name) if name in NAMES:
            yield f"{name} -> {NAMES[name]}"
        case ast.Constant(value=bool() as value):
            yield f"{value} -> {not value}"
        case ast.Constant(value=int() | float() as value):
            yield f"{value} -> {value + 1}"
        case ast.Constant(value=str() as value) if value and " " not in value:
            yield f"{value!r} spoilt"
        case ast.Expr(value=ast.Call()) | ast.Assign() | ast.Continue():
            yield "statement left out"
        case ast.Return(value=value) if value is not None and not isinstance(value, ast.Constant):
            yield "return None"
        case _:
            pass
    if isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        for number, part in enumerate(node.generators):
            if part.ifs:
                yield f"filter {number} dropped"


def _apply(tree: ast.Module, node: ast.AST, k: int) -> str:
    """Make the k-th change at a node of the tree; what it was, and in which comparison, sum or condition."""
    what = list(_changes(node))[k]
    if isinstance(node, ast.Compare | ast.BoolOp | ast.BinOp | ast.comprehension):
        what += f" in {ast.unparse(node)[:60]}"
    if isinstance(node, ast.Compare):
        where = [(i, to) for i, op in enumerate(node.ops) for to in TURNED.get(type(op), ())]
        index, to = where[k]
        node.ops[index] = to()  # pyright: ignore[reportCallIssue, reportArgumentType]
    elif isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign):
        node.op = TURNED[type(node.op)][k]()  # pyright: ignore[reportAttributeAccessIssue]
    elif isinstance(node, ast.UnaryOp):
        _replace(tree, node, node.operand)
    elif isinstance(node, ast.If | ast.IfExp | ast.While):
        node.test = ast.Constant(value=k == 0)
    elif isinstance(node, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp):
        [part for part in node.generators if part.ifs][k].ifs = []
    elif isinstance(node, ast.Name):
        node.id = NAMES[node.id]
    elif isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, str):
            node.value = f"spoilt-{value}"
        else:
            node.value = (not value) if isinstance(value, bool) else value + 1  # type: ignore[operator]
    elif isinstance(node, ast.Return):
        node.value = ast.Constant(value=None)
    else:
        _replace(tree, node, ast.Pass())
    return what


def _replace(tree: ast.Module, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and any(item is old for item in value):
                setattr(parent, name, [new if item is old else item for item in value])
