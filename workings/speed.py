"""The quick run: a listing taken through many passes, for one network or for many at once.

A Python function is written from the listing's checked expressions, so no formula stands here twice and
nothing else can be executed. It runs on floats, or on NumPy arrays piece by piece.

>>> from bplit import forward, partials, update
>>> from bplit.byhand import THETA
>>> listing, f = Listing.of(forward, partials, update), forward()
>>> values = repeat(listing, 1000, {name: getattr(f, name, THETA) for name in listing.inputs})
>>> print(f"{values['lost']:.12g}")
0.000399983376811
"""

import ast
import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from traceback import walk_tb
from typing import Any

import numpy as np

from bplit.given import LIMIT, number, shown, whole
from bplit.line import KNOWN, Value, exponent, mapped
from bplit.listing import Listing

__all__ = ["repeat"]

Carried = tuple[tuple[str, str], ...]  # an input, and the name whose value it takes over
# How many networks go through all passes together: so few that their numbers stay in a cache, and so many
# that a call is long enough for another thread to work meanwhile.
PIECE = 25_000
FILE = "<listing>"  # where the written function stands, as tracebacks name it


def logistic(t: Value) -> Value:
    """Squash real numbers as `bplit.byhand.sigmoid` does, quicker than with a look at their signs."""
    with np.errstate(over="ignore"):  # e ** -t may be infinite: then its inverse is 0, as it should be
        return 1 / (1 + np.exp(-t))


# What a written function may call, on floats and on arrays. A name that Python's math lacks is made of its
# program, which may call the others.
MATH: dict[str, Any] = {name: vars(math)[name] for name in KNOWN if name in vars(math)} | {"power": math.pow}
ON_FLOATS = MATH | {
    name: eval(f"lambda t: {known.program}", {"__builtins__": {}, **MATH})
    for name, known in KNOWN.items()
    if known.program
}
ON_ARRAYS = {name: known.value for name, known in KNOWN.items()} | {"sigmoid": logistic, "power": np.power}


def repeat(
    listing: Listing, n: int, given: Mapping[str, Value], updates: Mapping[str, str] | None = None
) -> dict[str, Value]:
    """Run a listing n times and return the value of every name in the n-th pass, after n - 1 updates.

    Args:
        listing: What a pass calculates.
        n: How many passes, from 1 on.
        given: For every input a real number, or an array; the shapes broadcast against each other.
        updates: For an input the name whose value it takes over in the next pass. If left out, every
            input X takes over that of update_X, if there is one.

    Returns:
        Floats if only numbers are given, otherwise float64 arrays of the shape of all together.

    Raises:
        ValueError: If an argument is not as above, a value of the n-th pass is not finite, or a line on the
            way to it fails, as in a division by zero.

    >>> repeat(Listing.read("update_a = a / b"), 4, {"a": 8, "b": np.array([1, 2])})["a"]
    array([8., 1.])
    """
    n = whole("n", n, 1)
    listing.expect(given)
    values = [reals(name, given[name]) for name in listing.inputs]
    names = (*listing.inputs, *listing.names)
    if updates is None:
        assigned = set(names)
        updates = {name: f"update_{name}" for name in listing.inputs if f"update_{name}" in assigned}
    for old, new in updates.items():
        if old not in listing.inputs or new not in names:
            raise ValueError(f"updates: expected an input and a name, got {shown(old)}: {shown(new)}")
    carried = tuple(updates.items())
    if all(type(value) is float for value in values):
        results = called(listing, compiled(listing, carried, False), n, *values)
        finite = all(map(math.isfinite, results))
    else:
        results = in_pieces(listing, compiled(listing, carried, True), n, values)
        finite = bool(np.isfinite(results).all())
    if not finite:
        bad = next(name for name, value in zip(names, results, strict=True) if not np.isfinite(value).all())
        raise ValueError(f"given: in pass {n} {bad} is not a finite number")
    return dict(zip(names, results, strict=True))


def in_pieces(listing: Listing, function: Callable[..., Any], n: int, values: list[Value]) -> Value:
    """Return an array of every name's values, calculated piece by piece."""
    try:
        shape = np.broadcast_shapes(*map(np.shape, values))
    except ValueError as error:
        raise ValueError(f"given: {error}") from None
    size = math.prod(shape)
    given = [np.broadcast_to(value, shape if np.ndim(value) else (size,)).ravel() for value in values]
    results = np.empty((len(listing.inputs) + len(listing.lines), size))

    def piece(start: int) -> None:
        part = slice(start, start + PIECE)
        for row, value in zip(results, called(listing, function, n, *(a[part] for a in given)), strict=True):
            row[part] = value

    with ThreadPoolExecutor(2) as pool:  # between NumPy's calls only one at a time gets on
        list(pool.map(piece, range(0, size, PIECE)))
    return results.reshape(len(results), *shape)


def called(listing: Listing, function: Callable[..., Any], *values: Value) -> Any:
    """Call a written function, and name the line in which it fails."""
    try:
        with np.errstate(all="raise", under="ignore"):
            return function(*values)
    except (ArithmeticError, ValueError) as error:
        row = next(row for frame, row in walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE)
        raise listing.lines[row - 3].wrong(f"not a finite number ({error})") from None


@lru_cache
def compiled(listing: Listing, carried: Carried, arrays: bool) -> Any:
    """Return the function that takes a listing through n passes."""
    space: dict[str, Any] = {"__builtins__": {}, **(ON_ARRAYS if arrays else ON_FLOATS)}
    exec(compile(program(listing, carried), FILE, "exec"), space)
    return space["run"]


def program(listing: Listing, carried: Carried) -> str:
    """Write the function: of n and a value for every input, with a row for each line from the third on.

    >>> print(program(Listing.read("b = 2 * n ** 2"), (("n", "b"),)))
    def run(n, v_n):
     while True:
      v_b = 2.0 * v_n ** 2
      n -= 1
      if n == 0: return v_n, v_b,
      v_n, = v_b,
    """
    inputs = [f"v_{name}" for name in listing.inputs]
    names = [*inputs, *(f"v_{name}" for name in listing.names)]
    lines = [f"v_{line.name} = {ast.unparse(mapped(line.expression, floated))}" for line in listing.lines]
    lines += ["n -= 1", f"if n == 0: return {', '.join(names)},"]
    if carried:
        old, new = (", ".join(f"v_{name}" for name in side) for side in zip(*carried, strict=True))
        lines.append(f"{old}, = {new},")
    return "\n  ".join([f"def run({', '.join(['n', *inputs])}):\n while True:", *lines])


def floated(node: ast.expr) -> ast.expr:
    """Return an expression as it is run: with names that clash with nothing, and floats for numbers.

    Whole exponents stay whole, which is quicker. With any other one a root of a negative number is an
    error, not complex.
    """
    match node:
        case ast.Name(id=name):
            return ast.Name(f"v_{name}")
        case ast.Constant(value=value):
            return ast.Constant(float(value))  # type: ignore[arg-type]
        case ast.BinOp(left=left, op=ast.Pow() as op, right=right):
            power, base = exponent(right), mapped(left, floated)
            if power >= 0 and power == int(power):
                return ast.BinOp(base, op, ast.Constant(int(power)))
            return ast.Call(ast.Name("power"), [base, ast.Constant(power)], [])
    return node


def reals(name: str, value: Value) -> Value:
    """Return a given value as a float or an array of floats, or raise a ValueError."""
    if type(value) is float and abs(value) <= LIMIT:
        return value  # the common answer, without the way through NumPy
    value = number(name, value)
    if np.iscomplexobj(value):
        raise ValueError(f"{name}: expected real numbers, got {shown(value)}")
    return value
