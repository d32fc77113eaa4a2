"""Arrays of a script's numbers: NumPy's own, of objects, none of them without room being asked for first.

>>> numbers = table([[1, 2], [3, 4]])
>>> product(numbers, table([0.5, 0.25])).tolist(), total(numbers, axis=0).tolist()
([1.0, 2.5], [4.0, 6.0])
>>> room(100, 100)
Traceback (most recent call last):
ValueError: expected arrays of up to 4000 numbers, got a shape of (100, 100): take fewer
"""

import math
from collections.abc import Callable, Sequence
from itertools import chain
from random import Random
from typing import Any

import numpy as np

from bplit.given import shorter
from workings.script.numbers import NOTES, Count, Number, kind_of, spend, whole_by, worth

CELLS = 4_000  # numbers in an array, parts of a list
CELLS_PER_STEP = 8  # so many cells are counted as one operation


def room(*shape: Any) -> tuple[int, ...]:
    """Return a shape as whole numbers, or raise a ValueError if it is too large."""
    sizes = wholes(*shape)
    if min(sizes, default=0) < 0 or math.prod(sizes) > CELLS:
        what = shorter(str(sizes), 40)
        raise ValueError(f"expected arrays of up to {CELLS} numbers, got a shape of {what}: take fewer")
    spend(math.prod(sizes) // CELLS_PER_STEP)
    return sizes


def wholes(*values: Any) -> tuple[int, ...]:
    """Return whole numbers, also those in lists and arrays, one after the other."""
    flat: list[int] = []
    for value in values:
        flat += wholes(*items(value)) if isinstance(value, tuple | list | np.ndarray) else [whole_by(value)]
    return tuple(flat)


def items(value: Any) -> list[Any]:
    """Return the parts of what can be gone through."""
    if isinstance(value, np.ndarray | list | tuple | dict | str | range | set):
        if isinstance(value, np.ndarray) and not value.ndim:
            raise ValueError("expected a list, got a number")
        room(len(value))
        return [Count(part) for part in value] if isinstance(value, range) else [*value]
    raise ValueError(f"expected a list, got {kind_of(value)}")


def table(value: Any) -> np.ndarray:
    """Return numbers in lists as an array, and an array as it is."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, range):
        value = items(value)
    leaves = [value]
    for _ in range(5):  # lists in lists
        leaves = [
            part for leaf in leaves for part in (items(leaf) if isinstance(leaf, list | tuple) else [leaf])
        ]
    room(sum(np.size(leaf) if isinstance(leaf, np.ndarray) else 1 for leaf in leaves))
    try:
        found = np.array(value, dtype=object)
    except ValueError:
        found = np.array([None])
    flat = found.ravel()
    for place, part in enumerate(flat):
        if not isinstance(part, Number | int | float):
            rows = " in rows of one length" if isinstance(part, list | tuple | None) else ""
            raise ValueError(f"expected an array of numbers{rows}, got {kind_of(part)} in it")
        flat[place] = float(part) if type(part) is int else part
    return flat.reshape(found.shape)


def single(value: Any) -> Any:
    """Return an array without axes as its number."""
    return value.item() if isinstance(value, np.ndarray) and not value.ndim else value


def lifted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of numbers as one of numbers and arrays."""

    def applied(*given: Any) -> Any:
        parts = [table(part) if isinstance(part, list | tuple | range) else part for part in given]
        if not any(isinstance(part, np.ndarray) for part in parts):
            return function(*parts)
        room(np.broadcast_shapes(*(part.shape for part in parts if isinstance(part, np.ndarray))))
        return single(np.frompyfunc(function, len(parts), 1)(*parts))

    return applied


def axes(axis: Any) -> Any:
    """Return an axis, several of them, or None, as NumPy takes it."""
    if axis is None:
        return None
    return wholes(axis) if isinstance(axis, tuple | list) else whole_by(axis)


def total(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """Return a sum along axes."""
    return single(np.add.reduce(table(a), axis=axes(axis), keepdims=bool(keepdims)))


def mean(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """Return a mean along axes."""
    sums = total(a, axis, keepdims)
    count = np.size(table(a)) // max(np.size(sums) if isinstance(sums, np.ndarray) else 1, 1)
    return lifted(lambda part: part / count)(sums)


def variance(a: Any, axis: Any = None, keepdims: Any = False, ddof: Any = 0) -> Any:
    """Return the mean of the squares of what lies between numbers and their mean."""
    off = table(a) - mean(a, axis, keepdims=True)
    sums = total(off * off, axis, keepdims)
    count = off.size // max(np.size(sums) if isinstance(sums, np.ndarray) else 1, 1) - whole_by(ddof)
    return lifted(lambda part: part / count)(sums)


def product(a: Any, b: Any) -> Any:
    """Return a product of matrices and vectors."""
    one, other = (table(part) if not isinstance(part, Number | int | float) else part for part in (a, b))
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return lifted(lambda x, y: x * y)(one, other)
    length = max(one.shape[-1:] or (1,))
    room(one.size // max(length, 1), other.size // max(length, 1))
    spend(one.size * other.size // max(length, 1) // CELLS_PER_STEP)
    one, other = (
        np.frompyfunc(lambda n: n if isinstance(n, Number) else float(n), 1, 1)(p) for p in (one, other)
    )
    return single(np.dot(one, other) if max(one.ndim, other.ndim) < 3 else np.matmul(one, other))


def outer(a: Any, b: Any) -> Any:
    """Return every number of one vector times every one of another."""
    one, other = table(a).reshape(-1, 1), table(b).reshape(1, -1)
    room(one.size, other.size)
    return one * other


def einsum(letters: Any, *given: Any) -> Any:
    """Return the sum of products that NumPy's letters say."""
    arrays = [table(part) for part in given]
    if not isinstance(letters, str) or "..." in letters or len(arrays) > 2:
        raise ValueError("expected letters and up to two arrays")
    wanted = letters.replace(" ", "").split("->")[0].split(",")
    sizes = dict(
        chain.from_iterable(
            zip(word, part.shape, strict=False) for word, part in zip(wanted, arrays, strict=True)
        )
    )
    room(*sizes.values())
    return single(np.asarray(np.einsum(letters, *arrays)))


def plainly(function: Callable[..., Any], kind: Callable[[Any], Any] = float) -> Callable[..., Any]:
    """Return a function of what numbers are worth: which is the largest is asked at the script's own only."""

    def applied(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
        whole = table(a)
        values = np.array([worth(part) for part in whole.flat], dtype=float).reshape(whole.shape)
        found = function(values, axis=axes(axis), **({"keepdims": True} if keepdims else {}))
        return np.frompyfunc(kind, 1, 1)(found)

    return applied


def arranged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy's that puts the numbers of an array in another order or shape."""

    def applied(a: Any, *given: Any, **options: Any) -> Any:
        shape = [axes(part) for part in given]
        if function in (np.reshape, np.transpose) and len(shape) > 1:
            shape = [wholes(*given)]
        found = function(table(a), *shape, **{key: axes(part) for key, part in options.items()})
        room(found.shape)
        return single(found)

    return applied


def joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy's that puts arrays together."""

    def applied(parts: Any, axis: Any = 0) -> Any:
        arrays = [
            table(part if isinstance(part, np.ndarray | list | tuple) else [part]) for part in items(parts)
        ]
        room(sum(part.size for part in arrays))
        return (
            function(arrays, axis=axes(axis)) if function in (np.concatenate, np.stack) else function(arrays)
        )

    return applied


def enlarged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of NumPy's that repeats the numbers of an array."""

    def applied(a: Any, times: Any, axis: Any = None) -> Any:
        room(table(a).size, *wholes(times))
        return function(
            table(a),
            wholes(times) if function is np.tile else whole_by(times),
            **({} if axis is None else {"axis": axes(axis)}),
        )

    return applied


def added(a: Any, more: Any, axis: Any = None) -> Any:
    """Return an array with numbers at its end."""
    return joined(np.concatenate)(
        [table(a).ravel(), table(more if np.ndim(more) else [more])] if axis is None else [a, more], axis or 0
    )


def inserted(a: Any, place: Any, more: Any, axis: Any = None) -> Any:
    """Return an array with numbers put into it."""
    room(table(a).size, 2)
    return np.insert(
        table(a),
        whole_by(place),
        more if isinstance(more, Number | int | float) else table(more),
        axis=axes(axis),
    )


def filled(value: Any) -> Callable[..., Any]:
    """Return a function that makes an array of one number."""
    return lambda *shape, size=None: full(shape if size is None else size, value)


def full(shape: Any, value: Any) -> Any:
    """Return an array of one number."""
    found = np.empty(room(shape), dtype=object)
    found[...] = float(value) if type(value) is int else value
    return single(found)


def alike(value: float | None) -> Callable[..., Any]:
    """Return a function that makes an array of one number, of the shape of another array."""
    return lambda a, *more: full(table(a).shape, more[0] if value is None else value)


def drawn(draw: Callable[..., float], options: Sequence[str] = ()) -> Callable[..., Any]:
    """Return a function that draws numbers, the same ones whenever a script is followed."""

    def applied(*given: Any, size: Any = None, **named: Any) -> Any:
        notes = NOTES.get()
        chance: Random = notes.chance if notes else Random(0)
        said = dict(zip(options, given, strict=False)) | named
        shape = given[len(options) :] if size is None else size
        sizes = room(shape) if not isinstance(shape, tuple) or shape not in ((), (None,)) else ()
        plain = {key: worth(part) for key, part in said.items()}
        values = [round(draw(chance, **plain), 6) for _ in range(math.prod(sizes))]
        return single(np.array(values, dtype=object).reshape(sizes))

    return applied


def evenly(start: Any, end: Any, count: Any = 50) -> Any:
    """Return numbers at equal steps."""
    return np.linspace(worth(start), worth(end), *room(count)).astype(object)


def counted_up(*given: Any) -> Any:
    """Return numbers from one to another, whole ones as those that count."""
    if all(worth(part) == int(worth(part)) for part in given):
        return table(range(*wholes(*given)))
    first, last, by = map(
        worth, (given if len(given) > 2 else (*given, 1) if len(given) > 1 else (0, *given, 1))
    )
    room(math.ceil((last - first) / by))
    return np.arange(first, last, by).astype(object)
