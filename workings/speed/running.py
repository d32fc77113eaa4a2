"""Many passes of one network, or of many at once."""

import math
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from traceback import walk_tb
from typing import Any

import numpy as np

from bplit.given import LIMIT, number, shown, whole
from bplit.line import Value
from bplit.listing import Listing
from workings.speed.functions import ON_ARRAYS, ON_FLOATS, compiler, in_machine_code
from workings.speed.writing import PIECE_JIT, Carried, program

# How many networks go through all passes together in NumPy: so few that their numbers stay in a cache, and so
# many that a call is long enough for another thread to work meanwhile.
PIECE = 25_000
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
            jit also if one on the way to them is not, as in a division by zero.
        ImportError: If jit is asked for and Numba is not installed.

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
    results = np.empty((len(listing.inputs) + len(listing.lines), math.prod(shape)))
    values = [np.broadcast_to(value, shape).ravel() if np.ndim(value) else value for value in values]
    values = [np.broadcast_to(value, results.shape[1]) for value in values]
    given = dict(zip(listing.inputs, values, strict=True))
    size = PIECE_JIT if jit else PIECE

    def piece(start: int) -> None:
        stop = min(start + size, results.shape[1])
        part = {name: value[start:stop] for name, value in given.items()}
        if jit:
            state = np.empty((len(part), size))
            state[:, : stop - start] = [*part.values()]
            function(n, state.ravel(), results, start, stop)
        else:
            part |= {name: np.array(part[name]) for name, _ in carried}  # these the passes write over
            room = np.empty((function.__code__.co_argcount - len(part) - 1, stop - start))
            for row, value in zip(results, called(listing, function, n, *part.values(), *room), strict=True):
                row[start:stop] = value

    # machine code runs on all cores at once; between NumPy's calls only one thread at a time gets on
    with ThreadPoolExecutor(os.cpu_count() if jit else 2) as pool:
        list(pool.map(piece, range(0, results.shape[1], size)))
    return results.reshape(len(results), *shape)


def called(listing: Listing, function: Callable[..., Any], *values: Value) -> Any:
    """Call a written function, and name the line in which it fails."""
    try:
        with np.errstate(all="raise", under="ignore"):
            return function(*values)
    except (ArithmeticError, ValueError) as error:
        row = next(row for frame, row in walk_tb(error.__traceback__) if frame.f_code.co_filename == FILE)
        line = listing.lines[(row - 3) % (len(listing.lines) + 1)]  # a row for each, and one to carry
        raise line.wrong(f"not a finite number ({error})") from None


@lru_cache
def compiled(listing: Listing, carried: Carried, arrays: bool, jit: bool) -> Any:
    """Return the function that takes a listing through n passes."""
    functions = in_machine_code(arrays) if jit else ON_ARRAYS if arrays else ON_FLOATS
    space = {"__builtins__": {}, "range": range, **functions}
    exec(compile(program(listing, carried, arrays, jit), FILE, "exec"), space)
    return compiler()(space["run"]) if jit else space["run"]


def reals(name: str, value: Value) -> Value:
    """Return a given value as a float or an array of floats, or raise a ValueError."""
    if type(value) is float and abs(value) <= LIMIT:
        return value  # the common answer, without the way through NumPy
    value = number(name, value)
    if np.iscomplexobj(value):
        raise ValueError(f"{name}: expected real numbers, got {shown(value)}")
    return value
