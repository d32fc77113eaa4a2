"""The quick run: a listing taken through many passes, for one network or for many at once.

A Python function is written from the listing's checked expressions, so no formula stands here twice and
nothing else can be executed. It runs as it is, on floats or on NumPy arrays, or as machine code by Numba.

>>> from bplit.byhand import THETA, forward, partials, update
>>> listing, f = Listing.of(forward, partials, update), forward()
>>> values = repeat(listing, 1000, {name: getattr(f, name, THETA) for name in listing.inputs})
>>> print(f"{values['lost']:.12g}")
0.000399983376811
"""

import ast
import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from traceback import walk_tb
from typing import Any

import numpy as np

from bplit import byhand
from bplit.byhand import LIMIT, shown, whole
from bplit.listing import KNOWN, Listing, Value, exponent, number

# How many networks go through all passes together. Their numbers stay in the cache of a core.
PIECE, PIECE_JIT = 8192, 1024
Carried = tuple[tuple[str, str], ...]  # an input, and the name whose value it takes over
FILE = "<listing>"  # where the written function stands, as tracebacks name it


def repeat(
    listing: Listing,
    n: int,
    given: Mapping[str, Value],
    updates: Mapping[str, str] | None = None,
    jit: bool = False,
) -> dict[str, Value]:
    """Run a listing n times and return the value of every name in the n-th pass, after n - 1 updates.

    Args:
        listing: What a pass calculates.
        n: How many passes, from 1 on.
        given: For every input a real number, or an array; the shapes broadcast against each other.
        updates: For an input the name whose value it takes over in the next pass. If left out, every
            input X takes over that of update_X, if there is one.
        jit: Whether Numba makes machine code of it, once for a listing. That takes about a second for
            the article's network, and longer for longer ones.

    Returns:
        Floats if only numbers are given, otherwise float64 arrays of the shape of all together.

    Raises:
        ValueError: If an argument is not as above, or a value of the n-th pass is not finite. Without
            jit also if that happens on the way, as in a division by zero.
        ImportError: If jit is asked for and Numba is not installed.

    >>> repeat(Listing.read("update_a = a / b"), 4, {"a": 8, "b": np.array([1, 2])})["a"]
    array([8., 1.])
    """
    n = whole("n", n, 1)
    listing.expect(given)
    values = [real(name, given[name]) for name in listing.inputs]
    names = (*listing.inputs, *listing.names)
    if updates is None:
        assigned = set(names)
        updates = {name: f"update_{name}" for name in listing.inputs if f"update_{name}" in assigned}
    elif wrong := [
        f"{shown(a)}: {shown(b)}" for a, b in updates.items() if a not in listing.inputs or b not in names
    ]:
        raise ValueError(f"updates: expected an input and a name, got {wrong[0]}")
    carried = tuple(updates.items())

    if all(type(value) is float for value in values):
        results = called(listing, compiled(listing, carried, False, jit), n, *values)
        finite = all(map(math.isfinite, results))
    else:
        results = in_pieces(listing, carried, jit, n, values)
        finite = bool(np.isfinite(results).all())
    if not finite:
        bad = next(name for name, value in zip(names, results, strict=True) if not np.isfinite(value).all())
        raise ValueError(f"given: in pass {n} {bad} is not a finite number")
    return dict(zip(names, results, strict=True))


def in_pieces(listing: Listing, carried: Carried, jit: bool, n: int, values: list[Value]) -> Value:
    """Return an array of every name's values, calculated piece by piece."""
    try:
        shape = np.broadcast_shapes(*map(np.shape, values))
    except ValueError as error:
        raise ValueError(f"given: {error}") from None
    function = compiled(listing, carried, True, jit)
    values = [np.broadcast_to(value, shape).ravel() if np.ndim(value) else value for value in values]
    results = np.empty((len(listing.inputs) + len(listing.lines), math.prod(shape)))
    size = PIECE_JIT if jit else PIECE

    def piece(start: int) -> None:
        stop = min(start + size, results.shape[1])
        part = [value[start:stop] if np.ndim(value) else value for value in values]
        if jit:
            state = np.empty((len(part), size))
            for row, value in zip(state, part, strict=True):
                row[: stop - start] = value
            function(n, state.ravel(), results, start, stop)
        else:
            for row, value in zip(results, called(listing, function, n, *part), strict=True):
                row[start:stop] = value

    # machine code runs on all cores at once; NumPy's short calls would only wait for each other
    with ThreadPoolExecutor(os.cpu_count() if jit else 1) as pool:
        list(pool.map(piece, range(0, results.shape[1], size)))
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
def compiled(listing: Listing, carried: Carried, arrays: bool, jit: bool) -> Callable[..., Any]:
    """Return the function that takes a listing through n passes."""
    plain = not (arrays or jit)
    functions = {name: getattr(math if plain else np, name) for name in ("exp", "log", "sqrt", "tanh")}
    own = dict(PLAIN if plain else ARRAYS)
    if jit:
        try:
            import numba
        except ImportError:
            raise ImportError("jit: Numba is not installed: pip install bplit[fast]") from None
        # zeros divide as in NumPy: a loop that may stop at one cannot take several networks at once
        machine = numba.njit(error_model="numpy", nogil=True)
        own = {name: machine(own[name]) if name in KNOWN else own[name] for name in own}
    space = {"__builtins__": {}, "range": range, **functions, **own}
    exec(compile(written(listing, carried, arrays and jit), FILE, "exec"), space)
    function: Callable[..., Any] = machine(space["run"]) if jit else space["run"]
    return function


def sigmoid(t: Value) -> Value:
    """Squash as `bplit.byhand.sigmoid` does, without a branch: so a compiler can take several t at once."""
    e = np.exp(-np.abs(t))
    return np.maximum(e, t >= 0) / (1 + e)


PLAIN: Mapping[str, Callable[..., Any]] = {
    "power": math.pow,
    "sigmoid": byhand.sigmoid,
    "relu": lambda t: max(t, 0.0),
    "step": lambda t: float(t > 0),
}
ARRAYS: Mapping[str, Callable[..., Any]] = {
    "power": np.power,
    "sigmoid": sigmoid,
    "relu": lambda t: np.maximum(t, 0.0),
    "step": lambda t: (t > 0) * 1.0,
}


def written(listing: Listing, carried: Carried, rows: bool) -> str:
    """Write the function: of n and a value for every input, or of arrays with a row for each.

    >>> print(written(Listing.read("b = 2 * n ** 2"), (("n", "b"),), rows=False))
    def run(n, v_n):
     while True:
      v_b = 2.0 * v_n ** 2
      n -= 1
      if n == 0: return v_n, v_b,
      v_n, = v_b,
    """
    lines = [f"v_{line.name} = {ast.unparse(spelled(line.expression))}" for line in listing.lines]
    inputs = [f"v_{name}" for name in listing.inputs]
    names = [*inputs, *(f"v_{name}" for name in listing.names)]
    if not rows:
        old, new = ("".join(f"v_{pair[side]}, " for pair in carried).strip() for side in (0, 1))
        lines += ["n -= 1", f"if n == 0: return {', '.join(names)},", f"{old} = {new}" if carried else ""]
        return "\n  ".join([f"def run({', '.join(['n', *inputs])}):\n while True:", *lines]).rstrip()
    # the rows of state stand end to end at known places: so a compiler sees that they never overlap
    places = {name: f"state[{row * PIECE_JIT} + i]" for row, name in enumerate(inputs)}
    lines = [f"{name} = {place}" for name, place in places.items()] + lines
    carry = [f"{places[f'v_{name}']} = v_{new}" for name, new in carried]
    keep = [f"results[{row}, start + i] = {name}" for row, name in enumerate(names)]
    loop = "for i in range(stop - start):"
    once, last = "\n   ".join([loop, *lines, *carry]), "\n  ".join([loop, *lines, *keep])
    return f"def run(n, state, results, start, stop):\n for _ in range(n - 1):\n  {once}\n {last}"


def spelled(node: ast.expr) -> ast.expr:
    """Return an expression as it is run: with names that clash with nothing, and floats for numbers.

    Whole exponents stay whole, which is quicker. With any other one a root of a negative number is an
    error, not complex, and 1 / 0 is infinite for Numba, which otherwise stops there.
    """
    match node:
        case ast.Name(id=name):
            return ast.Name(f"v_{name}")
        case ast.Constant(value=value):
            return ast.Constant(float(value))  # type: ignore[arg-type]
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, spelled(operand))
        case ast.BinOp(left=left, op=ast.Pow() as op, right=right):
            power = exponent(right)
            if power >= 0 and power == int(power):
                return ast.BinOp(spelled(left), op, ast.Constant(int(power)))
            return ast.Call(ast.Name("power"), [spelled(left), ast.Constant(power)], [])
        case ast.BinOp(left=left, op=op, right=right):
            return ast.BinOp(spelled(left), op, spelled(right))
        case ast.Call(func=function, args=[argument]):
            return ast.Call(function, [spelled(argument)], [])
    raise TypeError(ast.dump(node))


def real(name: str, value: Value) -> Value:
    """Return a given value as a float or an array of floats, or raise a ValueError."""
    if type(value) is float and abs(value) <= LIMIT:
        return value  # the common answer, without the way through NumPy
    value = number(name, value)
    if np.iscomplexobj(value):
        raise ValueError(f"{name}: expected real numbers, got {shown(value)}")
    return value
