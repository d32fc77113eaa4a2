r"""A line of a listing: its name, its expression, and what it is worth at numbers.

An expression is a tree of Python's own ``ast`` with five kinds of nodes: a name, a number, a minus, an
operation on two parts, and a known function of one.

>>> line = Line("out", ast.parse("sigmoid(w * x)", mode="eval").body, "line 1", "out = sigmoid(w * x)")
>>> print(line, line.uses, f"{calculated(line, line.expression, {'w': 1, 'x': 0.98}):.6f}")
out = sigmoid(w * x) ('w', 'x') 0.727108
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from math import nan
from typing import Any, NamedTuple

import numpy as np

from bplit.given import wrong

Value = Any  # a float, a complex number, or a NumPy array of them


def squash(t: Value) -> Value:
    """Squash net inputs, also complex ones, into the interval from 0 to 1, without overflow.

    >>> print(f"{squash(0.98):.6f} {squash(-800):g} {squash(800):g}")
    0.727108 0 1
    """
    e = np.exp(np.where(np.real(t) >= 0, -t, t))
    return np.where(np.real(t) >= 0, 1, e) / (1 + e)


def rise(t: Value) -> Value:
    """Return 1 above 0, otherwise 0: the slope of relu, whose kink has by custom that of its left side."""
    return np.where(np.real(t) > 0, 1.0, 0.0)


class Known(NamedTuple):
    """A function that a listing may call: its value, and its slope, calculated and as a person writes it.

    ``program`` is its value where a language lacks it. A layer may be of such functions if ``unit`` says so.
    """

    value: Callable[[Value], Value]
    slope: Callable[[Value], Value]
    written: str  # of t, which is given, and out, which is returned
    program: str = ""
    unit: bool = False


KNOWN = {
    "exp": Known(np.exp, np.exp, "out"),
    "log": Known(np.log, lambda t: np.divide(1, t), "1 / t"),
    "sqrt": Known(np.sqrt, lambda t: np.divide(0.5, np.sqrt(t)), "1 / (2 * out)"),
    "sigmoid": Known(
        squash,
        lambda t: squash(t) * squash(-t),  # exact also where out * (1 - out) has lost its digits
        "out * (1 - out)",
        "1 / (1 + exp(-t)) if t >= 0 else exp(t) / (1 + exp(t))",
        True,
    ),
    "tanh": Known(np.tanh, lambda t: 4 * squash(2 * t) * squash(-2 * t), "1 - out ** 2", "", True),
    "relu": Known(lambda t: np.where(np.real(t) > 0, t, 0.0), rise, "step(t)", "t if t > 0 else 0.0", True),
    "step": Known(rise, lambda t: 0.0 * np.abs(t), "0", "1.0 if t > 0 else 0.0"),
}
SLOPE = "'"  # the slope of a known function is called by its name and this mark: sigmoid'(t)
OPERATORS: dict[type, Callable[[Value, Value], Value]] = {
    ast.Add: np.add,
    ast.Sub: np.subtract,
    ast.Mult: np.multiply,
    ast.Div: np.divide,
    ast.Pow: np.power,
}


class Line(NamedTuple):
    """One assignment: its name, its expression, where it stands, and how it was written."""

    name: str
    expression: ast.expr
    place: str
    source: str

    def __str__(self) -> str:
        return f"{self.name} = {ast.unparse(self.expression)}"

    @property
    def uses(self) -> tuple[str, ...]:
        """The names in the expression, each once, in reading order."""
        return tuple(dict.fromkeys(names(self.expression)))

    def wrong(self, what: str) -> ValueError:
        """Return an error that says where it is, what is wrong, and shows the line."""
        return wrong(self.place, what, self.source)


def calculated(line: Line, node: ast.expr, values: Mapping[str, Value]) -> Value:
    """Return the value of an expression of a line, or raise a ValueError that names and shows the line."""
    try:
        with np.errstate(all="raise", under="ignore"):
            return plain(evaluated(node, values))
    except FloatingPointError as error:
        zero = str(error).endswith("divide") and "overflow" not in str(error)
        raise line.wrong("division by zero" if zero else "not a finite number") from None
    except (MemoryError, ValueError) as error:  # arrays of shapes that do not fit, or that are too large
        raise line.wrong(str(error)) from None


def evaluated(node: ast.expr, values: Mapping[str, Value]) -> Value:
    """Return the value of an expression, calculated by NumPy, which tells when a number leaves its range."""
    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=value):
            return float(value)  # type: ignore[arg-type]
        case ast.UnaryOp(operand=operand):
            return -evaluated(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return OPERATORS[type(op)](evaluated(left, values), evaluated(right, values))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            known = KNOWN[name.removesuffix(SLOPE)]
            function = known.slope if name.endswith(SLOPE) else known.value
            return function(evaluated(argument, values))
    raise TypeError(ast.dump(node))


def plain(value: Value) -> Value:
    """Return an array as it is, and a single number as one of Python's."""
    return value if np.ndim(value) else np.asarray(value).item()


def exponent(node: ast.expr) -> float:
    """Return the number that an exponent is, or nan if it is none."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant() as operand):
            return -exponent(operand)
    return nan


def parts(node: ast.AST) -> int:
    """Return how many names, numbers, operations and functions an expression has."""
    return sum(isinstance(part, ast.expr) for part in ast.walk(node))


def names(node: ast.expr) -> Iterator[str]:
    """Go through the names in an expression, in reading order."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.UnaryOp(operand=operand):
            yield from names(operand)
        case ast.BinOp(left=left, right=right):
            yield from names(left)
            yield from names(right)
        case ast.Call(args=arguments):
            yield from names(arguments[0])


def replaced(node: ast.expr, written: Mapping[str, ast.expr]) -> ast.expr:
    """Return an expression with other expressions in place of names."""
    return mapped(node, lambda part: written.get(part.id, part) if isinstance(part, ast.Name) else part)


def mapped(node: ast.expr, change: Callable[[ast.expr], ast.expr]) -> ast.expr:
    """Return an expression with parts changed, the outer ones first; the others stay the same objects."""
    changed = change(node)
    if changed is not node:
        return changed
    match node:
        case ast.UnaryOp(op=op, operand=operand):
            inner = mapped(operand, change)
            return node if inner is operand else ast.UnaryOp(op, inner)
        case ast.BinOp(left=left, op=op, right=right):
            one, other = mapped(left, change), mapped(right, change)
            return node if one is left and other is right else ast.BinOp(one, op, other)
        case ast.Call(func=function, args=[argument]):
            inner = mapped(argument, change)
            return node if inner is argument else ast.Call(function, [inner], [])
    return node
