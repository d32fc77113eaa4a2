"""A number that is not known yet: calculated with, it writes down the expression that calculates it.

NumPy arrays of symbols are added, multiplied and summed as arrays of numbers are. So a calculation that is
written for arrays writes its own listing when it is handed symbols.

>>> w, x = np.array([[Symbol.named("w1"), Symbol.named("w2")]]), np.array([Symbol.named("x1"), 1])
>>> print(*w @ x, call("sigmoid", w @ x)[0])
w1 * x1 + w2 sigmoid(w1 * x1 + w2)
"""

import ast
from typing import Any

import numpy as np

from bplit.line import KNOWN

Array = Any  # a NumPy array: of float64, or of symbols and numbers


class Symbol:
    """An expression in place of a number. A factor or a divisor of 1 is not written."""

    __slots__ = ("node",)

    def __init__(self, node: ast.expr) -> None:
        self.node = node

    @classmethod
    def named(cls, name: str) -> "Symbol":
        """Return the symbol of a name."""
        return cls(ast.Name(name))

    def __str__(self) -> str:
        return ast.unparse(self.node)

    def __add__(self, other: Any) -> Any:
        return self.combined(ast.Add, self, other)

    def __radd__(self, other: Any) -> Any:
        return self.combined(ast.Add, other, self)

    def __sub__(self, other: Any) -> Any:
        return self.combined(ast.Sub, self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.combined(ast.Sub, other, self)

    def __mul__(self, other: Any) -> Any:
        return self if is_one(other) else self.combined(ast.Mult, self, other)

    def __rmul__(self, other: Any) -> Any:
        return self if is_one(other) else self.combined(ast.Mult, other, self)

    def __truediv__(self, other: Any) -> Any:
        return self if is_one(other) else self.combined(ast.Div, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self.combined(ast.Div, other, self)

    def __pow__(self, other: Any) -> Any:
        return self.combined(ast.Pow, self, other)

    def __neg__(self) -> "Symbol":
        return Symbol(ast.UnaryOp(ast.USub(), self.node))

    def combined(self, kind: type[ast.operator], one: Any, other: Any) -> Any:
        """Return an operation on two values; an array goes through its own elements."""
        if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
            return NotImplemented
        return Symbol(ast.BinOp(expression(one), kind(), expression(other)))


def is_one(value: Any) -> bool:
    """Say whether a value is the number 1."""
    return not isinstance(value, Symbol | np.ndarray) and bool(value == 1)


def expression(value: Any) -> ast.expr:
    """Return a number or a symbol as an expression."""
    if isinstance(value, Symbol):
        return value.node
    number = float(value)
    return ast.Constant(int(number) if number.is_integer() else number)


def call(name: str, t: Array) -> Array:
    """Return a known function of each element, numbers or symbols.

    >>> call("tanh", np.array([0.5])).round(6).tolist()
    [0.462117]
    """
    if t.dtype != object:
        return KNOWN[name].value(t)
    return np.frompyfunc(lambda one: Symbol(ast.Call(ast.Name(name), [expression(one)], [])), 1, 1)(t)
