r"""The derivative of a line, as an expression that a person would write.

>>> y = ast.parse("(1 - out) ** 2 / 2 + 3 * sigmoid(out)", mode="eval").body
>>> print(ast.unparse(derivative(y, "out")))
out - 1 + 3 * sigmoid'(out)
"""

import ast
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce

from bplit.line import SLOPE, Line, Value, calculated, exponent

ZERO, ONE = ast.Constant(0), ast.Constant(1)


def derivative(node: ast.expr, by: str) -> ast.expr:
    """Return the derivative of an expression by a name; a known function's slope has a mark: sigmoid'(t)."""
    match node:
        case ast.Name(id=name) if name == by:
            return ONE
        case ast.UnaryOp(operand=operand):
            return product(derivative(operand, by), sign=-1)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = -1 if isinstance(op, ast.Sub) else 1
            return added(derivative(left, by), product(derivative(right, by), sign=sign))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return added(product(derivative(left, by), right), product(left, derivative(right, by)))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            # u / v times v' / v, because v ** 2 may be too large where both of these are not
            second = product(node, derivative(right, by), below=right, sign=-1)
            return added(product(derivative(left, by), below=right), second)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            power = exponent(right)
            base = left if power == 2 else ast.BinOp(left, ast.Pow(), constant(Fraction(power) - 1))
            return product(constant(Fraction(power)), base if power != 1 else ONE, derivative(left, by))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            slope = ast.Call(ast.Name(name + SLOPE), [argument], [])
            return product(slope, derivative(argument, by))
    return ZERO


def product(*factors: ast.expr, below: ast.expr = ONE, sign: Fraction | int = 1) -> ast.expr:
    """Return a product over a divisor as a person writes it: numbers first and in one, no factor 1."""
    if ZERO in factors:  # the others are long, and do not matter
        return ZERO
    coefficient, above = Fraction(sign), []
    for factor in factors:
        share, parts = split(factor)
        coefficient *= share
        above += parts
    if coefficient == 0:
        return ZERO
    share, under = split(below)
    if share == 0:
        under, share = [below], Fraction(1)  # a division by zero is said where it is calculated
    coefficient /= share
    for place, part in enumerate(above):
        match part:
            case ast.BinOp(left=left, op=ast.Sub(), right=right) if coefficient < 0:
                above[place] = ast.BinOp(right, ast.Sub(), left)  # -(a - b) is b - a
                coefficient = -coefficient
    amount = abs(coefficient)
    if amount.denominator < 10 or Fraction(repr(float(amount))) != amount:
        amount, divisor = Fraction(amount.numerator), Fraction(amount.denominator)
        under = under if divisor == 1 else [constant(divisor), *under]
    if amount != 1 or not above:
        above = [constant(amount), *above]
    if coefficient < 0:
        above = [ast.UnaryOp(ast.USub(), above[0]), *above[1:]]
    return ast.BinOp(reduce(times, above), ast.Div(), reduce(times, under)) if under else reduce(times, above)


def split(node: ast.expr) -> tuple[Fraction, list[ast.expr]]:
    """Return an expression as a number and the factors that are none."""
    match node:
        case ast.Constant(value=value):
            return Fraction(value if isinstance(value, int) else repr(value)), []
        case ast.UnaryOp(operand=operand):
            share, parts = split(operand)
            return -share, parts
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            (one, some), (other, more) = split(left), split(right)
            return one * other, some + more
        case ast.BinOp(left=left, op=ast.Div(), right=ast.Constant(value=value)) if value:
            share, parts = split(left)
            return share / Fraction(repr(value)), parts
    return Fraction(1), [node]


def times(a: ast.expr, b: ast.expr) -> ast.expr:
    """Return a times b."""
    return ast.BinOp(a, ast.Mult(), b)


def added(a: ast.expr, b: ast.expr) -> ast.expr:
    """Return a plus b without zeros, as a - b where b begins with a minus."""
    if ZERO in (a, b):
        return b if a is ZERO else a
    (one, some), (share, parts) = split(a), split(b)
    if not some and not parts:
        return product(sign=one + share)
    return ast.BinOp(a, ast.Sub(), product(b, sign=-1)) if share < 0 else ast.BinOp(a, ast.Add(), b)


def constant(value: Fraction) -> ast.Constant:
    """Return a number as it is written: whole where it is whole."""
    return ast.Constant(int(value) if value.denominator == 1 and value < 10**16 else float(value))


def slope_at(line: Line, by: str, values: Mapping[str, Value]) -> Value:
    """Return the local partial of a line by a name in it, or raise a ValueError that names the line."""
    if by not in line.uses:
        raise line.wrong(f"{by} does not stand in it")
    try:
        return calculated(line, derivative(line.expression, by), values)
    except OverflowError:  # numbers of the line, multiplied
        raise line.wrong("too large a number in its derivative") from None
