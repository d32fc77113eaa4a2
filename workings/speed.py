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
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from traceback import walk_tb
from typing import Any

import numpy as np

from bplit import byhand
from bplit.given import LIMIT, number, shown, whole
from bplit.line import KNOWN, OPERATORS, Value, exponent, names
from bplit.listing import Listing

# How many networks go through all passes together: so few that their numbers stay in a cache, and so many
# that a call of NumPy is long enough for another thread to work meanwhile.
PIECE, PIECE_JIT = 25_000, 1024
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
            jit also if one on the way to them is not, as in a division by zero.
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
    plain = not (arrays or jit)
    functions = {name: getattr(math if plain else np, name) for name in ("exp", "log", "sqrt", "tanh")}
    functions |= {} if plain else {function.__name__: function for function in INTO}
    own = {name: kinds[0 if plain else 1 if jit else 2] for name, kinds in CALLED.items()}
    if jit:
        try:
            import numba
        except ImportError:
            raise ImportError("jit: Numba is not installed: pip install bplit[fast]") from None
        # zeros divide as in NumPy: a loop that may stop at one cannot take several networks at once
        machine = numba.njit(error_model="numpy", nogil=True)
        own = {name: machine(own[name]) if name in KNOWN else own[name] for name in own}
    space = {"__builtins__": {}, "range": range, **functions, **own}
    exec(compile(written(listing, carried, arrays, jit), FILE, "exec"), space)
    return machine(space["run"]) if jit else space["run"]


def sigmoid(t: Value, out: Value = None) -> Value:
    """Squash as `bplit.byhand.sigmoid` does, in four operations, all of them into an array out if given."""
    with np.errstate(over="ignore"):  # e ** -t may be infinite: then its inverse is 0, as it should be
        e = np.exp(np.negative(t, out), out)
    return np.reciprocal(np.add(1, e, out), out)


# What else a written function may call: on floats, in machine code, on arrays.
CALLED: Mapping[str, tuple[Callable[..., Any], ...]] = {
    "power": (math.pow, np.power, np.power),
    "sigmoid": (byhand.sigmoid, lambda t: 1 / (1 + np.exp(-t)), sigmoid),
    "relu": (lambda t: max(t, 0.0), lambda t: np.maximum(t, 0.0), lambda t, out=None: np.fmax(t, 0.0, out)),
    "step": (lambda t: float(t > 0), lambda t: (t > 0) * 1.0, lambda t, out=None: np.heaviside(t, 0.0, out)),
}
INTO: tuple[Any, ...] = (*OPERATORS.values(), np.negative, np.positive, np.square)  # also into a given array


def written(listing: Listing, carried: Carried, arrays: bool, jit: bool) -> str:
    """Write the function: of n and a value for every input, or for Numba of arrays with a row for each.

    >>> print(written(Listing.read("b = 2 * n ** 2"), (("n", "b"),), arrays=False, jit=False))
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
    if arrays and not jit:
        steps, more = in_place(listing, carried)
        head = f"def run({', '.join(['n', *inputs, *more])}):"
        once = "\n  ".join([f"{head}\n for _ in range(n - 1):", *steps])
        return "\n ".join([once, *lines, f"return {', '.join(names)},"])
    if not arrays:
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


def in_place(listing: Listing, carried: Carried) -> tuple[list[str], list[str]]:
    """Write a pass before the last, as operations into few arrays: a row for each line, and one to carry.

    What no later pass needs is left out. An array is used again as soon as nothing needs its values, and
    the new values of an input go where its old ones were: so all of them stay in the cache. Returns the
    rows, and the names of the arrays that are not inputs.

    >>> rows, arrays = in_place(Listing.read("b = 2 * n + n ** 2"), (("n", "b"),))
    >>> print(*rows, arrays, sep="; ")
    r0 = multiply(2.0, v_n, r0); r1 = square(v_n, r1); v_n = add(r0, r1, v_n); pass; ['r0', 'r1']
    """
    left = Counter(new for _, new in carried)  # how often each name is still to be read
    for line in reversed(listing.lines):
        left.update(names(line.expression) if left[line.name] else ())
    place = {name: f"v_{name}" for name in listing.inputs}
    arrays, free, steps = list[str](), list[str](), list[str]()

    def write(node: ast.expr, line: str = "") -> str:
        """Write the steps of an expression, or of a whole line, and return where its value is."""
        match node:
            case ast.Name(id=name) if not line:
                left[name] -= 1
                return place[name] if left[name] else place.pop(name)
            case _ if not (line or any(names(node))):
                return ast.unparse(spelled(node))
            case ast.UnaryOp(operand=operand):
                name, parts = "negative", [operand]
            case ast.BinOp(left=one, op=ast.Pow(), right=power) if exponent(power) == 2:
                name, parts = "square", [one]
            case ast.BinOp(left=one, op=op, right=other):
                name, parts = OPERATORS[type(op)].__name__, [one, other]
            case ast.Call(func=ast.Name(id=name), args=parts):
                pass
            case _:
                name, parts = "positive", [node]
        # single names come last: until they are read, no other part may take up their arrays
        values = {part: write(part) for part in sorted(parts, key=lambda part: isinstance(part, ast.Name))}
        free.extend(a for a in dict.fromkeys(values.values()) if a in arrays and a not in place.values())
        own = [f"v_{old}" for old, new in carried if new == line and not left[old]]
        if not (own or free):
            arrays.append(f"r{len(arrays)}")
            free.append(arrays[-1])
        out = own[0] if own else free.pop()
        steps.append(f"{out} = {name}({', '.join([*(values[part] for part in parts), out])})")
        return out

    rows = []
    for line in listing.lines:
        if left[line.name]:
            place[line.name] = write(line.expression, line.name)
        rows.append("; ".join(steps))
        steps.clear()
    moved = [(f"v_{old}", place[new]) for old, new in carried if place[new] != f"v_{old}"]
    carry = f"{', '.join(a for a, _ in moved)}, = {', '.join(f'positive({b})' for _, b in moved)},"
    return [*rows, carry if moved else "pass"], arrays


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
