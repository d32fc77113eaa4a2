r"""The worked listing: assignments in reading order, to be read, run and swept backwards.

A `Listing` is read from the straight-line functions of `bplit.byhand`, or from text. Text is parsed
and checked against a short list of what arithmetic may contain; it is never executed. Values are
floats or NumPy arrays of any shapes that broadcast: an array holds many networks at once.

>>> listing = Listing.read("net = w * x\nlost = (1 - sigmoid(net)) ** 2 / 2")
>>> values = listing.run({"w": 1, "x": 0.98})
>>> sweep = listing.sweep(values, "lost")
>>> print(f"{values['lost']:.6f} {sweep.local['net', 'w']:.2f} {sweep.partials['w']:.6f}")
0.037235 0.98 -0.053065
"""

import ast
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import cached_property, reduce
from itertools import pairwise
from math import nan
from numbers import Real
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.ma import MaskedArray

from bplit.byhand import LIMIT, real, shown, whole

Value = Any  # a float, a complex number, or a NumPy array of them

# What may be handed in: characters and lines of a text, parts and nesting of a line, size of an exponent.
# A sum of n terms is nested n deep.
LENGTH, LINES, PARTS, DEPTH, EXPONENT = 100_000, 5_000, 500, 120, 100
EXACT, DIGITS = Context(prec=700), 17  # more digits than any float has; as many as tell one from the next


def sigmoid(t: Value) -> Value:
    """Squash net inputs, also complex ones, into the interval from 0 to 1, without overflow.

    >>> print(f"{sigmoid(0.98):.6f} {sigmoid(-800):g} {sigmoid(800):g}")
    0.727108 0 1
    """
    e = np.exp(np.where(np.real(t) >= 0, -t, t))
    return np.where(np.real(t) >= 0, 1, e) / (1 + e)


def sigmoid_slope(t: Value) -> Value:
    """Return the slope of the sigmoid, exact also where out * (1 - out) has lost its digits.

    >>> print(f"{sigmoid_slope(0.98):.6f} {sigmoid_slope(40):.12g} {sigmoid(40) * (1 - sigmoid(40)):g}")
    0.198422 4.24835425529e-18 0
    """
    e = np.exp(np.where(np.real(t) >= 0, -t, t))
    return e / (1 + e) ** 2


def step(t: Value) -> Value:
    """Return 1 above 0, otherwise 0: the slope of relu, whose kink has by custom that of its left side.

    >>> step(np.array([-2.0, 0.0, 0.5])).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.where(np.real(t) > 0, 1.0, 0.0)


class Known(NamedTuple):
    """A function that a listing may call: its value, its slope, and the slope as a person writes it.

    In the written slope, t is what the function is given and out is what it returns.
    """

    value: Callable[[Value], Value]
    slope: Callable[[Value], Value]
    written: str


KNOWN = {
    "exp": Known(np.exp, np.exp, "out"),
    "log": Known(np.log, lambda t: np.divide(1, t), "1 / t"),
    "sqrt": Known(np.sqrt, lambda t: np.divide(0.5, np.sqrt(t)), "1 / (2 * out)"),
    "tanh": Known(np.tanh, lambda t: 4 * sigmoid_slope(2 * t), "1 - out ** 2"),
    "sigmoid": Known(sigmoid, sigmoid_slope, "out * (1 - out)"),
    "relu": Known(lambda t: np.where(np.real(t) > 0, t, 0.0), step, "step(t)"),
    "step": Known(step, lambda t: 0.0 * np.abs(t), "0"),
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


class Sweep(NamedTuple):
    """The partials of one name by every name, and the local partials of the lines that lead to it.

    ``local["o_in_1", "w5"]`` is the partial of the line o_in_1 by w5, which stands in it.
    """

    of: str
    partials: Mapping[str, Value]
    local: Mapping[tuple[str, str], Value]

    def along(self, path: Iterable[str]) -> Value:
        """Return the product of the local partials along a path of names, as `Listing.paths` gives it."""
        product: Value = 1.0
        for name, line in pairwise(path):
            if (line, name) not in self.local:
                raise ValueError(f"path: expected a path to {self.of}, but {name} does not stand in {line}")
            product = product * self.local[line, name]
        return product


@dataclass(frozen=True, eq=False)
class Listing:
    """Assignments in reading order. A name that no line assigns is an input.

    Raises ValueError, which names the line and shows it, for a name that is assigned twice, or used
    before it is assigned.

    >>> from bplit.byhand import forward
    >>> listing = Listing.of(forward)
    >>> print(*listing.inputs)
    w1 x1 w2 x2 w3 w4 w5 w6 w7 w8 y1 y2
    >>> print(listing.line("o_in_1"))
    o_in_1 = w5 * h_out_1 + w6 * h_out_2
    """

    lines: tuple[Line, ...]

    def __post_init__(self) -> None:
        if not self.lines:
            raise ValueError("listing: expected at least one assignment, got none")
        assigned = {line.name for line in self.lines}
        before: set[str] = set()
        for line in self.lines:
            early = [name for name in line.uses if name in assigned - before]
            if early:
                raise line.wrong(f"{early[0]} is used before it is assigned")
            if line.name in before:
                raise line.wrong(f"{line.name} is assigned twice")
            before.add(line.name)

    @classmethod
    def read(cls, text: str) -> "Listing":
        r"""Read a listing from text, one assignment a line. Nothing of the text is executed.

        Raises ValueError for anything but assignments of arithmetic, and for a text beyond the bounds.

        >>> Listing.read("a = f(1)")
        Traceback (most recent call last):
        ValueError: line 1: unknown function f, known are exp, log, sqrt, tanh, sigmoid, relu, step: a = f(1)
        """
        body = parsed(text)
        rows = split_rows(text)
        return cls(
            tuple(
                read_line(part, f"line {part.lineno}", "".join(rows[part.lineno - 1 : part.end_lineno]))
                for part in body
            )
        )

    @classmethod
    def of(cls, *functions: Callable[..., Any]) -> "Listing":
        """Read a listing from the source of straight-line functions, one after the other.

        What a function does to take values in (an unpacking, a check of an argument) and to hand them
        back (a tuple, the return) is no line of the listing; an attribute of an argument is a name.

        Raises ValueError for a function that has no source, or does anything else.
        """
        return cls(tuple(part for function in functions for part in calculation(function)))

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names that no line assigns, in the order in which they are first used."""
        assigned = {line.name for line in self.lines}
        return tuple(dict.fromkeys(name for line in self.lines for name in line.uses if name not in assigned))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names that the lines assign, in order."""
        return tuple(line.name for line in self.lines)

    def line(self, name: str) -> "Line":
        """Return the line that assigns a name."""
        for line in self.lines:
            if line.name == name:
                return line
        raise ValueError(f"name: expected one that a line assigns, got {shown(name)}")

    def run(self, given: Mapping[str, Value], places: int | None = None) -> dict[str, Value]:
        """Return the value of every name: the given inputs first, then the lines in order.

        Values are floats, complex numbers, or arrays that broadcast against each other. With places, every
        line's result is rounded to so many decimals before the next line uses it, as on paper.

        Raises ValueError if an input is missing, unknown or not finite, and for a line that divides by
        zero or whose value is not finite.

        >>> Listing.read("a = 1 / b").run({"b": 0})
        Traceback (most recent call last):
        ValueError: line 1: division by zero: a = 1 / b
        """
        self.expect(given)
        values = {name: number(name, given[name]) for name in self.inputs}
        for line in self.lines:
            value = calculated(line, line.expression, values)
            values[line.name] = value if places is None else rounded(value, places)
        return values

    def expect(self, given: Mapping[str, Value]) -> None:
        """Raise a ValueError if an input is missing in given, or a name in it is no input."""
        complete("given", self.inputs, given)
        for name in given:
            if name not in self.inputs:
                what = "is calculated, not given" if name in self.names else "is no name of the listing"
                raise ValueError(f"given: {shown(name)} {what}")

    def sweep(self, values: Mapping[str, Value], of: str) -> Sweep:
        """Return the partial of one name by every name at values, by reverse accumulation.

        Values are what `run` returned. The sweep goes through the lines backwards and hands the partial
        of each line on to the names in it, times the line's local partial by each. Lines on which the
        name does not depend have no part in it. Arrays are swept element by element.

        Raises ValueError for a name that no line assigns, and for a line without a slope at values.

        >>> from bplit.byhand import forward
        >>> listing = Listing.of(forward)
        >>> values = listing.run({name: getattr(forward(), name) for name in listing.inputs})
        >>> sweep = listing.sweep(values, "lost")
        >>> print(f"{sweep.partials['w5']:.6f} {sweep.partials['w1']:.6f}")
        0.029091 0.000217
        """
        needed = self.needed(of)
        complete("values", (*self.inputs, *self.names), values)
        nothing = abs(values[of]) * 0.0
        partials = dict.fromkeys((*self.inputs, *self.names), nothing)
        partials[of] = nothing + 1.0
        local = {}
        for line in reversed([line for line in self.lines if line.name in needed]):
            for name in line.uses:
                local[line.name, name] = slope_at(line, name, values)
                with np.errstate(all="ignore"):
                    partials[name] = partials[name] + partials[line.name] * local[line.name, name]
                if not np.all(np.isfinite(partials[name])):
                    raise line.wrong(f"the partial of {of} by {name} is too large a number")
        return Sweep(of, partials, local)

    def paths(self, by: str, of: str) -> Iterator[tuple[str, ...]]:
        """Go through the paths from one name to another, in reading order: each a tuple of names.

        >>> from bplit.byhand import forward
        >>> for path in Listing.of(forward).paths("w1", "lost"):
        ...     print(*path)
        w1 h_in_1 h_out_1 o_in_1 o_out_1 lost1 lost
        w1 h_in_1 h_out_1 o_in_2 o_out_2 lost2 lost
        """
        if by not in self.inputs:
            self.line(by)
        needed = self.needed(of)
        stack: list[tuple[str, ...]] = [(by,)]
        while stack:
            path = stack.pop()
            if path[-1] == of:
                yield path
                continue
            users = (line.name for line in self.lines if path[-1] in line.uses and line.name in needed)
            stack += reversed([(*path, name) for name in users])

    def needed(self, of: str) -> set[str]:
        """Return the names that one name depends on, and itself."""
        needed = {self.line(of).name}
        for line in reversed(self.lines):
            if line.name in needed:
                needed.update(line.uses)
        return needed

    def expanded(self, name: str, *inner: str) -> ast.expr:
        """Return the expression of a name, with the expressions of the inner names written out in it.

        Raises ValueError for a name that no line assigns, and if the whole has too many parts.

        >>> from bplit.byhand import forward
        >>> ast.unparse(Listing.of(forward).expanded("h_out_1", "h_in_1"))
        'sigmoid(w1 * x1 + w2 * x2)'
        """
        written: dict[str, ast.expr] = {}
        size = dict.fromkeys(self.inputs, 1)
        for line in [*sorted(map(self.line, set(inner)), key=self.lines.index), self.line(name)]:
            size[line.name] = parts(line.expression) + sum(size.get(n, 1) - 1 for n in names(line.expression))
            if size[line.name] > PARTS:
                raise line.wrong(f"written out it has {size[line.name]} parts, expected up to {PARTS}")
            written[line.name] = replaced(line.expression, written)
        return written[name]

    def __str__(self) -> str:
        return "\n".join(map(str, self.lines))


def text_of(file: str | Path) -> str:
    """Return the text of a file, one character beyond LENGTH at most, or raise a ValueError that names it."""
    try:
        with open(file, encoding="utf-8-sig") as opened:
            return opened.read(LENGTH + 1)
    except UnicodeDecodeError:
        raise ValueError(f"{file}: expected text in UTF-8") from None
    except (OSError, ValueError) as error:
        raise ValueError(f"{file}: {getattr(error, 'strerror', None) or error}") from None


def parsed(text: str) -> list[ast.stmt]:
    """Return the statements of a text, or raise a ValueError that names the line."""
    if not isinstance(text, str):
        raise ValueError(f"text: expected a string, got {shown(text)}")
    if len(text) > LENGTH:
        raise ValueError(f"text: expected up to {LENGTH} characters, got {len(text)}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python thinks of a constant is not asked here
            body = ast.parse(text).body
    except SyntaxError as error:
        row = (text[: text.index("\0")].count("\n") + 1 if "\0" in text else error.lineno) or 1
        source = [*split_rows(text), ""][row - 1]
        reason = shorter(error.msg.split(";")[0])
        raise wrong(f"line {row}", f"not an assignment in Python's spelling ({reason})", source) from None
    except (ValueError, RecursionError, MemoryError):  # half a character, brackets in brackets
        raise ValueError("text: expected plain assignments, got something that Python cannot read") from None
    if len(body) > LINES:
        raise ValueError(f"text: expected up to {LINES} assignments, got {len(body)}")
    return body


def split_rows(text: str) -> list[str]:
    """Return the rows of a text as Python counts them: unlike splitlines, not at a form feed."""
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def read_line(statement: ast.stmt, place: str, source: str) -> Line:
    """Return a statement as a line of a listing, or raise a ValueError that names and shows it."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=expression):
            if name in KNOWN:
                raise wrong(place, f"{name} is the name of a function", source)
            try:
                return Line(name, allowed(expression, DEPTH), place, " ".join(source.split()))
            except ValueError as error:
                raise wrong(place, str(error), source) from None
    raise wrong(place, "not an assignment to one name", source)


def allowed(node: ast.expr, depth: int) -> ast.expr:
    """Return an expression if it is arithmetic within the bounds, or raise a ValueError."""
    if depth == DEPTH and parts(node) > PARTS:
        raise ValueError(f"expected up to {PARTS} parts in a line")
    if depth == 0:
        raise ValueError(f"expected up to {DEPTH} operations nested in each other")
    inner: list[ast.expr] = []
    match node:
        case ast.Name(id=name) if name not in KNOWN:
            pass
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            if not value <= LIMIT:
                raise ValueError(f"expected numbers up to {LIMIT:g}, got {shown(value)}")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = [operand]
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            if not -EXPONENT <= exponent(right) <= EXPONENT:
                raise ValueError(f"expected a number from -{EXPONENT} to {EXPONENT} as exponent")
            inner = [left]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            inner = [left, right]
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in KNOWN:
            inner = [argument]
        case ast.Call(func=ast.Name(id=name)) if name in KNOWN:
            raise ValueError(f"{name} takes one argument")
        case ast.Call(func=ast.Name() | ast.Attribute(value=ast.Name()) as function):
            raise ValueError(f"unknown function {ast.unparse(function)}, known are {', '.join(KNOWN)}")
        case _:
            raise ValueError("expected only names, numbers, + - * / ** and functions")
    for part in inner:
        allowed(part, depth - 1)
    return node


def exponent(node: ast.expr) -> float:
    """Return the number that an exponent is, or nan if it is none."""
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return -value
    return nan


def calculation(function: Callable[..., Any]) -> Iterator[Line]:
    """Go through the lines that a straight-line function calculates, and check what stands around them."""
    try:
        rows, first = inspect.getsourcelines(function)
        file = Path(inspect.getsourcefile(function) or "").name
        definition = ast.parse(textwrap.dedent("".join(rows))).body[0]
    except (OSError, TypeError, SyntaxError):
        raise ValueError(f"function: expected one with its source, got {shown(function)}") from None
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list:
        raise ValueError(f"function: expected a function without decorators, got {shown(function)}")
    read = Attributes({argument.arg for argument in definition.args.args})
    assigned: set[str] = set()
    *body, last = definition.body
    for statement in (*body, last):
        place = f"{file}, line {first + statement.lineno - 1}"
        source = "".join(rows[statement.lineno - 1 : statement.end_lineno])
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Return(value=value) if statement is last and plain_names(value):
                continue
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
                for target, value in zip(targets, values, strict=True):
                    name = read.visit(value)
                    if isinstance(value, ast.Name) or ast.unparse(name) != ast.unparse(target):
                        what = f"{ast.unparse(target)} is read from {ast.unparse(value)}"
                        raise wrong(place, what, source)
                continue
            case ast.Assign(targets=[ast.Tuple()], value=ast.Call(func=ast.Name(id="checked"))):
                continue
            case ast.Assign(targets=[ast.Name()], value=ast.Call(func=ast.Name(id="rate"))):
                continue
            case ast.Assign(targets=[ast.Name()], value=ast.Tuple() as value) if plain_names(value):
                continue
        line = read_line(read.visit(statement), place, source)
        assigned.add(line.name)
        yield line
    for faults, what in (
        (read.twice, "reads {} from two of its arguments"),
        (assigned & read.found.keys(), "reads {} from an argument and assigns it"),
        (assigned & read.arguments, "assigns its argument {}"),
    ):
        if faults:
            raise ValueError(f"function: {definition.name} {what.format(min(faults))}")


def plain_names(node: ast.expr | None) -> bool:
    """Say whether an expression only hands names on: in a tuple, or to a record."""
    kinds = (ast.Name, ast.Tuple, ast.Starred, ast.Call, ast.Load)
    return node is not None and all(isinstance(part, kinds) for part in ast.walk(node))


class Attributes(ast.NodeTransformer):
    """Write the name for an attribute of an argument: w5 for f.w5."""

    def __init__(self, arguments: set[str]) -> None:
        self.arguments = arguments
        self.found: dict[str, str] = {}  # the attributes read so far, each with its argument
        self.twice: set[str] = set()

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Replace one attribute."""
        match node:
            case ast.Attribute(value=ast.Name(id=argument), attr=name) if argument in self.arguments:
                if self.found.setdefault(name, argument) != argument:
                    self.twice.add(name)
                return ast.Name(name)
        return node


def wrong(place: str, what: str, source: str) -> ValueError:
    """Return an error that says where it is, what is wrong, and shows the line."""
    return ValueError(f"{place}: {what}: {shorter(' '.join(source.split()))}")


def shorter(text: str) -> str:
    """Return a text as a message shows it: not at any length."""
    return text if len(text) <= 120 else f"{text[:117]}..."


def parts(node: ast.AST) -> int:
    """Return how many names, numbers and operations an expression has."""
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


ZERO, ONE = ast.Constant(0), ast.Constant(1)


def derivative(node: ast.expr, by: str) -> ast.expr:
    """Return the derivative of an expression by a name, as an expression.

    The slope of a known function is written with a mark: sigmoid'(t).

    >>> y = Listing.read("y = (1 - out) ** 2 / 2 + 3 * sigmoid(out)").line("y").expression
    >>> ast.unparse(derivative(y, "out"))
    "out - 1 + 3 * sigmoid'(out)"
    """
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
            first = product(derivative(left, by), below=right)
            # u / v times v' / v, because v ** 2 may be too large where both of these are not
            second = product(node, derivative(right, by), below=right, sign=-1)
            return added(first, second)
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
    coefficient, above = Fraction(sign), []
    for factor in factors:
        share, parts = split(factor)
        coefficient *= share
        above += parts
    share, under = split(below)
    if coefficient == 0:
        return ZERO
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
    result = reduce(times, above)
    return ast.BinOp(result, ast.Div(), reduce(times, under)) if under else result


def split(node: ast.expr) -> tuple[Fraction, list[ast.expr]]:
    """Return an expression as a number and the factors that are none."""
    match node:
        case ast.Constant(value=value):
            return Fraction(repr(value)), []
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
    (one, some), (share, parts) = split(a), split(b)
    if one == 0 or share == 0:
        return b if one == 0 else a
    if not some and not parts:
        return product(sign=one + share)
    return ast.BinOp(a, ast.Sub(), product(b, sign=-1)) if share < 0 else ast.BinOp(a, ast.Add(), b)


def constant(value: Fraction) -> ast.Constant:
    """Return a number as it is written: whole where it is whole."""
    return ast.Constant(int(value) if value.denominator == 1 and value < 10**16 else float(value))


def complete(name: str, wanted: Iterable[str], values: Mapping[str, Value]) -> None:
    """Raise a ValueError if a value is missing."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{name}: expected values by their names, got {shown(values)}")
    for missing in wanted:
        if missing not in values:
            raise ValueError(f"{name}: expected a value for {missing}, got none")


def number(name: str, value: Value) -> Value:
    """Return a given value as a float, a complex number or an array of them, or raise a ValueError."""
    try:
        one = isinstance(value, Real) and not isinstance(value, np.generic)
        array = np.asarray(real(value) if one else value)
        if array.dtype.kind not in "biufc" or isinstance(value, MaskedArray | bytearray):
            raise TypeError
        with np.errstate(all="ignore"):
            array = array.astype("complex128" if array.dtype.kind == "c" else "float64")
    except (TypeError, ValueError):
        raise ValueError(f"{name}: expected a number or an array of numbers, got {shown(value)}") from None
    if not np.all(np.abs(array) <= LIMIT):
        raise ValueError(f"{name}: expected numbers from -{LIMIT:g} to {LIMIT:g}, got {shown(value)}")
    return plain(array)


def rounded(value: Value, places: int) -> float:
    """Return a float rounded to so many decimals as a person does: by its digits, a 5 away from 0.

    >>> rounded(0.125, 2), rounded(-2.5, 0), rounded(1.1 + 2.2 + 0.0005, 3)
    (0.13, -3.0, 3.301)
    """
    if type(value) is not float:
        raise ValueError(f"places: expected single numbers to round, got {shown(value)}")
    if whole("places", places, 0) > DIGITS:
        raise ValueError(f"places: expected up to {DIGITS}, got {shown(places)}")
    # 14 digits: the others hold what floats do to a sum, 0.39249999999999996 for 0.3925
    digits = f"{value:.14g}" if abs(value) * 10.0**places < 1e13 else repr(value)
    return float(Decimal(digits).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, EXACT))


def plain(value: Value) -> Value:
    """Return an array as it is, and a single number as one of Python's."""
    return value if np.ndim(value) else np.asarray(value).item()


def slope_at(line: Line, by: str, values: Mapping[str, Value]) -> Value:
    """Return the local partial of a line by a name in it, or raise a ValueError that names the line."""
    if by not in line.uses:
        raise line.wrong(f"{by} does not stand in it")
    try:
        return calculated(line, derivative(line.expression, by), values)
    except OverflowError:  # numbers of the line, multiplied
        raise line.wrong("too large a number in its derivative") from None


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
