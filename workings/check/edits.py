"""Edits: the parts of an expression, and an expression with some of them written otherwise.

>>> from bplit.listing import Listing
>>> node = Listing.read("d = a * (b + c) * 2").lines[0].expression
>>> print(*(ast.unparse(part) for part in chain(node, ast.Mult)), sep="; ")
a; b + c; 2
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from bplit.line import mapped, replaced
from workings.words import WORDS

Changed = Iterable[tuple[Any, ast.expr]]  # what is said of a change, and what comes of it


def said(key: str, **filled: object) -> str:
    """Return a sentence about mistakes, filled in.

    >>> said("same cause", figure="delta_h1")
    'It has the same cause as delta_h1.'
    """
    return WORDS["mistake"][key].format(**filled)


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


def somewhere(node: ast.expr, here: Callable[[ast.expr], Changed]) -> Changed:
    """Go through the expressions that come of a change in one place; a part may stand in several."""
    yield from here(node)
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            yield from ((change, ast.UnaryOp(op, new)) for change, new in somewhere(operand, here))
        case ast.BinOp(left=left, op=op, right=right):
            yield from ((change, ast.BinOp(new, op, right)) for change, new in somewhere(left, here))
            if not isinstance(op, ast.Pow):
                yield from ((change, ast.BinOp(left, op, new)) for change, new in somewhere(right, here))
        case ast.Call(func=function, args=[argument]):
            yield from ((change, ast.Call(function, [new], [])) for change, new in somewhere(argument, here))
