"""Edits: how a line may be written otherwise in one place, and the parts of its expression.

>>> from bplit.listing import Listing
>>> line = Listing.read("d = o_delta_2 * h_out_2").lines[0]
>>> for edit, node in renamings(line, ["h_out_1"]):
...     print(f"{edit}: {ast.unparse(node)}")
h_out_1 for o_delta_2: h_out_1 * h_out_2
h_out_1 for h_out_2: o_delta_2 * h_out_1
"""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import combinations
from typing import NamedTuple

from bplit.calculus import times
from bplit.line import Line, mapped, names, replaced
from workings.words import WORDS


def said(key: str, **filled: object) -> str:
    """Return a sentence about mistakes, filled in.

    >>> said("path forgotten", path="delta_o1")
    'only the path through delta_o1 is followed back'
    """
    return WORDS["mistake"][key].format(**filled)


class Edit(NamedTuple):
    """What is written otherwise: how, the new name or part, the old one, and in which helper of the line."""

    how: str
    new: str = ""
    old: str = ""
    helper: str = ""

    def __str__(self) -> str:
        text = said(f"edit: {self.how}", new=self.new, old=self.old)
        return said("edit: helper", edit=text, line=self.helper) if self.helper else text


Edited = Iterator[tuple[Edit, ast.expr]]


def renamings(line: Line, known: Sequence[str]) -> Edited:
    """Write another name for one, wherever it stands or in one place only."""
    for old in line.uses:
        for new in known:
            if new != old:
                yield Edit("name", new, old), with_names(line.expression, {old: new})

    def here(node: ast.expr) -> Edited:
        if isinstance(node, ast.Name) and [*names(line.expression)].count(node.id) > 1:
            yield from ((Edit("one name", new, node.id), ast.Name(new)) for new in known if new != node.id)

    yield from somewhere(line.expression, here)


def exchanges(line: Line, known: Sequence[str]) -> Edited:
    """Exchange two names of the line."""
    for a, b in combinations(sorted(line.uses), 2):
        yield Edit("exchanged", a, b), swapped(line.expression, a, b)


def signs(line: Line, known: Sequence[str]) -> Edited:
    """Turn the sign of the line, or of one part of it."""

    def here(node: ast.expr) -> Edited:
        match node:
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                yield Edit("minus", ast.unparse(right)), ast.BinOp(left, ast.Sub(), right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                yield Edit("plus", ast.unparse(right)), ast.BinOp(left, ast.Add(), right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                yield Edit("no minus", ast.unparse(operand)), operand

    yield Edit("sign"), ast.UnaryOp(ast.USub(), line.expression)
    yield from somewhere(line.expression, here)


def more_factors(line: Line, known: Sequence[str]) -> Edited:
    """Give the line one more factor: 2, a half, a name, or 1 minus a name."""
    factors: list[ast.expr] = [ast.Constant(2), ast.Constant(0.5)]
    for name in known:
        factors += [ast.Name(name), ast.BinOp(ast.Constant(1), ast.Sub(), ast.Name(name))]
    for factor in factors:
        yield Edit("factor", ast.unparse(factor)), times(line.expression, factor)


def somewhere(node: ast.expr, here: Callable[[ast.expr], Edited]) -> Edited:
    """Go through the expressions that come of a change in one place; a part may stand in several."""
    yield from here(node)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            yield from ((edit, ast.UnaryOp(op, new)) for edit, new in somewhere(operand, here))
        case ast.BinOp(left=left, op=op, right=right):
            yield from ((edit, ast.BinOp(new, op, right)) for edit, new in somewhere(left, here))
            if not isinstance(op, ast.Pow):
                yield from ((edit, ast.BinOp(left, op, new)) for edit, new in somewhere(right, here))
        case ast.Call(func=function, args=[argument]):
            yield from ((edit, ast.Call(function, [new], [])) for edit, new in somewhere(argument, here))


def swapped(node: ast.expr, a: str, b: str) -> ast.expr:
    """Return an expression with two names exchanged."""
    return with_names(node, {a: b, b: a})


def with_names(node: ast.expr, other: Mapping[str, str]) -> ast.expr:
    """Return an expression with other names in place of some."""
    return replaced(node, {old: ast.Name(new) for old, new in other.items()})


def substituted(node: ast.expr, old: ast.expr, new: ast.expr) -> ast.expr:
    """Return an expression with another one in place of a part of it."""
    return mapped(node, lambda part: new if part is old else part)


def chain(node: ast.expr, kind: type[ast.operator]) -> list[ast.expr]:
    """Return the parts of a sum (`ast.Add`) or of a product (`ast.Mult`)."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, kind):
        return [*chain(node.left, kind), node.right]
    return [node]


def joined(parts: Sequence[ast.expr], kind: ast.operator) -> ast.expr:
    """Return the sum or the product of parts."""
    return reduce(lambda a, b: ast.BinOp(a, kind, b), parts)


def places(node: ast.expr, within: type[ast.operator] | None = None) -> Iterator[ast.expr]:
    """Go through the parts of an expression, of a sum or a product only the whole one, outer ones first."""
    own = type(node.op) if isinstance(node, ast.BinOp) else None
    if own not in (ast.Add, ast.Mult) or own is not within:
        yield node
    match node:
        case ast.UnaryOp(operand=inner) | ast.Call(args=[inner]):
            yield from places(inner)
        case ast.BinOp(left=left, op=op, right=right):
            yield from places(left, own)
            yield from () if isinstance(op, ast.Pow) else places(right)
