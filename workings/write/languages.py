r"""How an expression is written, with names or with numbers: as plain text, Python, JavaScript, LaTeX.

>>> y = ast.parse("-a ** 2 / (b - 2)", mode="eval").body
>>> for style in TEXT, PYTHON, LATEX:
...     print(written(Written(y), style))
−a² / (b − 2)
-a ** 2 / (b - 2)
\frac{-{\text{a}}^{2}}{\text{b} - 2}
"""

import ast
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Context
from typing import NamedTuple

from bplit.given import rounded, shown
from bplit.line import Value, plain

# What has its first digit further behind the point, or so far before it, is written with a power of ten.
SMALL, LARGE = -6, 9
SURE_DIGITS = 14
Piece = tuple[str, int]  # of an expression that is broken into rows, and its length in plain text
SUM, PRODUCT, FRACTION, POWER, ATOM = range(5)  # how tightly an expression holds together


class Style(NamedTuple):
    """How a language writes what differs from one to the next.

    Numbers are given without a sign in Python's spelling; ∂lost/∂w5 is the name of a partial.
    """

    minus: str
    times: str
    divided: int  # how tightly a quotient holds together
    name: Callable[[str], str]
    power: Callable[[str, str], str]
    fraction: Callable[[str, str], str] = "{} / {}".format
    number: Callable[[str], str] = str
    brackets: Callable[[str], str] = "({})".format
    calls: Mapping[str, str] = {}  # patterns of functions that have a sign of their own

    def call(self, name: str, argument: str) -> str:
        """Write a function of something."""
        if name in self.calls:
            return self.calls[name] % argument
        return self.name(name) + self.brackets(argument)


SIGNS = {"theta": "θ", "alpha": "α", "sigmoid": "σ", "log": "ln"}
DIGITS_ABOVE = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LATEX_NAMES = {"theta": r"\theta", "alpha": r"\alpha", "sigmoid": r"\sigma", "log": r"\ln", "tanh": r"\tanh"}
LATEX_NAMES |= {name: rf"\mathrm{{{name}}}" for name in ("relu", "step")}


def small_power(base: str, exponent: str) -> str:
    """Write a power in plain text, with small digits if it is a whole number."""
    whole = exponent.lstrip("-").isdigit()
    return base + (exponent.translate(DIGITS_ABOVE) if whole else f"^({exponent})")


def latex_name(name: str) -> str:
    """Write a name upright, as it stands in the code, and a partial as a fraction."""
    if name.startswith("∂"):
        return LATEX.fraction(*(rf"\partial {latex_name(part[1:])}" for part in name.split("/")))
    escaped = name.replace("_", r"\_")
    return LATEX_NAMES.get(name, rf"\text{{{escaped}}}")


def latex_number(spelled: str) -> str:
    """Write a number; one with a power of ten is a product."""
    mantissa, e, size = spelled.partition("e")
    power = rf"10^{{{int(size)}}}" if e else ""
    return power if e and mantissa == "1" else rf"{mantissa} \times {power}" if e else mantissa


TEXT = Style("−", " × ", PRODUCT, lambda name: SIGNS.get(name, name), small_power)
# the partial of lost by w5 is d_lost_d_w5
PYTHON = Style("-", " * ", PRODUCT, lambda name: name.replace("/", "_").replace("∂", "d_"), "{} ** {}".format)
# a power in brackets, because -x ** 2 is no JavaScript
JAVASCRIPT = PYTHON._replace(power="({} ** {})".format)
LATEX: Style = Style(
    "-",
    r" \times ",
    FRACTION,
    latex_name,
    # a power of all that is in the brackets, not of the closing one
    lambda base, exponent: f"{{{base}}}^{{{numeral(exponent, LATEX)}}}",
    r"\frac{{{}}}{{{}}}".format,
    latex_number,
    # tall brackets around what is tall
    lambda text: rf"\left({text}\right)" if r"\frac" in text or "^" in text else f"({text})",
    {"exp": "e^{%s}", "sqrt": r"\sqrt{%s}"},
)


class Written(NamedTuple):
    """What is written in a formula: an expression, and the figures that stand for its names."""

    node: ast.expr
    figures: Mapping[str, str] = {}


def written(what: Written, style: Style = TEXT, least: int = SUM, first: bool = True) -> str:
    """Write an expression.

    Brackets stand where it holds together less tightly than least, and around a minus that does not
    come first.

    >>> line = ast.parse("-a * (b - c) ** 2 / (d / e) - -f", mode="eval").body
    >>> print(written(Written(line)))
    −a × (b − c)² / (d / e) − (−f)
    >>> print(written(Written(line, {"a": "-0.5", "b": "-2", "c": "-3"}), PYTHON))
    -(-0.5) * (-2 - (-3)) ** 2 / (d / e) - (-f)
    """
    match what.node:
        case ast.Name(id=name) if name in what.figures:
            return numeral(what.figures[name], style, least, first)
        case ast.Name(id=name):
            return style.name(name)
        case ast.Constant(value=value):
            return numeral(repr(value), style, least, first)
        case ast.UnaryOp(operand=operand):
            text = style.minus + written(what._replace(node=operand), style, PRODUCT, first=False)
            return text if first and least <= PRODUCT else style.brackets(text)
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            text, tight = style.call(name, written(what._replace(node=argument), style)), POWER
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            base, tight = written(what._replace(node=left), style, ATOM), POWER
            text = style.power(base, written(Written(right), PYTHON))
        case ast.BinOp(left=left, op=ast.Div(), right=right) if style.divided == FRACTION:
            above, below = (written(what._replace(node=node), style) for node in (left, right))
            text, tight = style.fraction(above, below), FRACTION
        case ast.BinOp(left=left, op=op, right=right):
            tight = SUM if isinstance(op, ast.Add | ast.Sub) else PRODUCT
            one = written(what._replace(node=left), style, inside(left, tight, style), first or tight < least)
            other = written(what._replace(node=right), style, tight + 1, first=False)
            text = style.fraction(one, other) if isinstance(op, ast.Div) else one + sign(op, style) + other
        case _:
            raise TypeError(ast.dump(what.node))
    return style.brackets(text) if tight < least else text


def inside(left: ast.expr, tight: int, style: Style) -> int:
    """Return how tight the left side has to be: a quotient gets brackets before it is multiplied."""
    while isinstance(left, ast.UnaryOp):
        left = left.operand
    quotient = isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div)
    return FRACTION if quotient and tight == PRODUCT == style.divided else tight


def sign(op: ast.operator, style: Style) -> str:
    """Write the sign between the two sides of a sum, a difference or a product."""
    return style.times if isinstance(op, ast.Mult) else f" {'+' if isinstance(op, ast.Add) else style.minus} "


def numeral(spelled: str, style: Style, least: int = SUM, first: bool = True) -> str:
    """Write a number that is given in Python's spelling, in brackets where they are needed."""
    text = style.number(spelled.removeprefix("-"))
    if spelled.startswith("-"):
        text = style.minus + text
        return text if first and least <= PRODUCT else style.brackets(text)
    tight = ATOM if "e" not in spelled else PRODUCT if style.divided == FRACTION else POWER
    return style.brackets(text) if least > tight else text


def figure(value: Value, digits: int, short: bool) -> str:
    """Return a number as it is written, to so many decimals; a short one without the zeros at its end.

    What would show none of its digits, or is very large, is written with a power of ten.

    >>> figure(0.5, 6, False), figure(0.5, 6, True), figure(-4.248354e-18, 6, False), figure(1e50, 6, True)
    ('0.500000', '0.5', '-4.24835e-18', '1e+50')
    """
    value = plain(value)
    if not isinstance(value, int | float):
        raise ValueError(f"values: expected one number for each name, got {shown(value)}")
    value = float(value) or 0.0  # without the minus that a zero may have
    if value and not 10.0**-digits <= abs(value) < 1e9:
        text = f"{value:.{max(digits - 1, 0)}e}"
    else:
        text = f"{rounded(value, digits):.{digits}f}"
    mantissa, e, size = text.partition("e")
    if short and "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + e + size


def significant(value: float, digits: int) -> str:
    """Return a number to so many digits that count; a small or large one with a power of ten.

    >>> significant(0.000438568, 3), significant(0.98, 6), significant(1454.216, 3), significant(-4.2e-18, 3)
    ('0.000439', '0.980000', '1450', '-4.20e-18')
    """
    # 14 digits, as the others hold what floats do to a sum; and more if they are asked for
    exact = f"{value:.{SURE_DIGITS}g}" if digits < SURE_DIGITS else repr(value)
    number = Context(digits, ROUND_HALF_UP).create_decimal(exact)
    size = number.adjusted()
    if not number:
        return "0"
    if not SMALL <= size < max(digits, LARGE):
        mantissa, _, power = f"{number:.{digits - 1}e}".partition("e")
        return f"{mantissa}e{int(power):+03}"
    return f"{number:.{max(digits - 1 - size, 0)}f}"


def broken(what: Written, style: Style, width: int) -> list[str]:
    """Write an expression in rows of up to width characters; each but the first begins with a sign."""
    rows: list[Piece] = []
    for text, length in pieces(what, style, width):
        if rows and rows[-1][1] + 1 + length <= width:
            text, length = f"{rows[-1][0]} {text}", rows.pop()[1] + 1 + length
        rows.append((text, length))
    return [text for text, _ in rows]


def pieces(what: Written, style: Style, width: int, least: int = SUM, first: bool = True) -> list[Piece]:
    """Take a sum or a product that is too wide apart; each piece with its length in plain text.

    What needs brackets, because it has to hold together more tightly, stays in one piece.
    """
    text, length = written(what, style, least, first), measured(what, style, least, first)
    match what.node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() as op, right=right) if (
            length > width and text == written(what, style, first=first)
        ):
            tight, mark = PRODUCT if isinstance(op, ast.Mult) else SUM, sign(op, style)
            if isinstance(op, ast.Mult) and slope_of(left, right):  # out and 1 - out are read as one
                if not (isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult)):
                    return [(text, length)]
                last = what._replace(node=ast.BinOp(left.right, op, right))
                end, left = pieces(last, style, width, PRODUCT, False), left.left
            else:
                end = pieces(what._replace(node=right), style, width, tight + 1, False)
            begin = pieces(what._replace(node=left), style, width, inside(left, tight, style), first)
            return [*begin, (mark.lstrip() + end[0][0], 2 + end[0][1]), *end[1:]]
    return [(text, length)]


def slope_of(left: ast.expr, right: ast.expr) -> bool:
    """Say whether right is 1 minus the last factor of left, as in the slope of a sigmoid."""
    last = left.right if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) else left
    return not isinstance(last, ast.BinOp) and ast.unparse(right) == f"1 - {ast.unparse(last)}"


def measured(what: Written, style: Style, least: int = SUM, first: bool = True) -> int:
    """Return about how wide an expression is, in characters: a partial is a fraction in LaTeX."""
    text = written(what, TEXT, least, first)
    if style.divided == FRACTION:
        text = re.sub(r"(∂\w+)/(∂\w+)", lambda found: max(found.groups(), key=len), text)
    return len(text)


def indented(what: Written, style: Style, width: int) -> list[tuple[int, str]]:
    """Break an expression into rows, and say how far in each stands: factors further than terms of a sum."""
    first, *rows = broken(what, style, width)
    factors = [row.startswith(style.times.strip()) for row in rows]
    depths = [2 if factor and not all(factors) else 1 for factor in factors]
    return [(0, first), *zip(depths, rows, strict=True)]
