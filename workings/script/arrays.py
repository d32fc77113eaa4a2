"""Arrays of a script's numbers: NumPy's own, of objects, none of them without room being asked for first."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from bplit.given import shorter
from workings.script.numbers import RECORD, Count, Number, TooLargeError, Unread, kind_of, whole_by, worth

CELLS = 4_000  # numbers in an array, parts of a list
DEEPEST = 5  # lists in lists
TEXT_LENGTH = 1_000  # letters of a text
RAGGED = "expected an array of numbers in rows of one length"
CELLS_PER_STEP = 8  # so many of them are counted as one operation
LISTS = (list, tuple, dict, str, range)
Function = Callable[..., Any]


def room(*shape: Any) -> tuple[int, ...]:
    """Return a shape as whole numbers, or raise a ValueError if it is too large."""
    sizes, record = wholes(*shape), RECORD.get()
    record.seen.update(sizes)
    if min(sizes, default=0) < 0 or math.prod(sizes) > CELLS:
        what = shorter(str(sizes), 40)
        raise TooLargeError(f"expected arrays of up to {CELLS} numbers, got a shape of {what}: take fewer")
    record.spend(math.prod(sizes) // CELLS_PER_STEP + 1)
    return sizes


def flat(value: Any) -> Iterator[Any]:
    """Go through what is in lists and arrays, one after the other."""
    if isinstance(value, tuple | list) or (isinstance(value, np.ndarray) and value.ndim):
        RECORD.get().spend(len(value) // CELLS_PER_STEP + 1)
        for part in value.flat if isinstance(value, np.ndarray) else value:
            yield from flat(part)
    else:
        yield single(value)


def wholes(*values: Any) -> tuple[int, ...]:
    """Return whole numbers, also those in lists and arrays."""
    return tuple(map(whole_by, flat(values)))


def items(value: Any) -> list[Any]:
    """Return the parts of what can be gone through."""
    if isinstance(value, Unread):
        return [value]
    if walk := getattr(value, "walk", None):  # an object of the script
        value = walk()
    if np.shape(value) == () if isinstance(value, np.ndarray) else not isinstance(value, LISTS):
        raise ValueError(f"expected a list, got {kind_of(value)}")
    room(len(value))
    return [Count(part) for part in value] if isinstance(value, range) else [*value]


def as_array(value: Any) -> np.ndarray:
    """Return numbers in lists as an array, and an array as it is."""
    if isinstance(value, np.ndarray):
        return value
    leaves = [value]
    for _ in range(DEEPEST):
        rows = [items(leaf) if isinstance(leaf, list | tuple | range) else [leaf] for leaf in leaves]
        leaves = [part for row in rows for part in row]
        room(sum(np.size(leaf) if isinstance(leaf, np.ndarray) else 1 for leaf in leaves))
    try:
        if any(isinstance(leaf, list | tuple) for leaf in leaves):
            raise ValueError
        found = np.array(items(value) if isinstance(value, range) else value, dtype=object)
    except ValueError:  # lists too deep in each other, or rows of several lengths
        raise ValueError(RAGGED) from None
    for place, part in np.ndenumerate(found):
        if isinstance(part, list):
            raise ValueError(RAGGED)
        text = isinstance(part, str) and part.strip().lstrip("+-").replace(".", "", 1).isdecimal()
        if not (text or isinstance(part, Number | int | float)):
            raise ValueError(f"expected an array of numbers, got {kind_of(part)} in it")
        counts = isinstance(part, Count) and not isinstance(value, range)
        found[place] = float(part) if text or counts or type(part) is int else part
    return found


def single(value: Any) -> Any:
    """Return an array without axes as its number."""
    return value.item() if isinstance(value, np.ndarray) and not value.ndim else value


def lifted(function: Function, *given: Any) -> Any:
    """Return what a function of numbers gives of numbers and arrays."""
    parts = [as_array(part) if isinstance(part, list | tuple | range) else part for part in given]
    shapes = [part.shape for part in parts if isinstance(part, np.ndarray)]
    if not shapes:
        return function(*parts)
    room(np.broadcast_shapes(*shapes))
    return single(np.frompyfunc(function, len(parts), 1)(*parts))


def axes(axis: Any) -> Any:
    """Return an axis, several of them, or none, as NumPy takes it."""
    return wholes(axis) if isinstance(axis, tuple | list) else None if axis is None else whole_by(axis)


def sum_along(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    """Return a sum along axes."""
    return single(np.sum(as_array(a), axis=axes(axis), keepdims=bool(keepdims)))


def worths(a: Any) -> np.ndarray:
    """Return what the numbers of an array are worth."""
    return np.array(np.frompyfunc(worth, 1, 1)(as_array(a)), dtype=float)


def mean(a: Any, axis: Any = None, keepdims: Any = False, less: int = 0) -> Any:
    """Return a mean along axes: the sum by its size, or by some less."""
    sums = sum_along(a, axis, keepdims)
    count = as_array(a).size // max(as_array(sums).size, 1) - less
    return lifted(lambda part: part / count, sums)


def plainly(function: Function, kind: Function, a: Any, axis: Any = None, **options: Any) -> Any:
    """Return what NumPy gives of what numbers are worth: that is asked at the script's own."""
    return np.frompyfunc(kind, 1, 1)(function(worths(a), axis=axes(axis), **options))


def rearranged(function: Function, a: Any, *given: Any, axis: Any = None, shape: Any = None) -> Any:
    """Return the numbers of an array in another order or shape, as by a function of NumPy's."""
    options = {} if axis is None else {"axis": axes(axis)}
    several = len(given) > 1 and function in (np.reshape, np.transpose)
    said = [wholes(*given)] if several else [*map(axes, given if shape is None else [shape])]
    return single(function(as_array(a), *said, **options))


def put_together(function: Function, parts: Any, axis: Any = 0) -> Any:
    """Return arrays put together by a function of NumPy's."""
    arrays = [np.atleast_1d(as_array(part)) for part in items(parts)]
    room(sum(part.size for part in arrays))
    return function(arrays, **({"axis": axes(axis)} if function in (np.concatenate, np.stack) else {}))


def full(shape: Any, value: Any) -> Any:
    """Return an array of one number."""
    found = np.empty(room(shape), dtype=object)
    found[...] = float(value) if type(value) is int else value
    return single(found)


def by_chance(draw: Function, names: Sequence[str], *given: Any, size: Any = None, **more: Any) -> Any:
    """Return numbers by chance, the same ones whenever a script is followed."""
    plain = {k: worths(v) for k, v in (dict(zip(names, given, strict=False)) | more).items() if k in names}
    sizes = room(given[len(names) :] if size is None else size)
    sizes = room(*np.broadcast_shapes(sizes, *map(np.shape, plain.values())))
    wide = {key: np.broadcast_to(part, sizes).flat for key, part in plain.items()}
    each = ({key: part[n] for key, part in wide.items()} for n in range(math.prod(sizes)))
    values = [round(float(draw(RECORD.get().chance, **one)), 6) for one in each]
    return single(np.array(values, dtype=object).reshape(sizes))


def counted_up(*given: Any) -> Any:
    """Return numbers from one to another: whole ones are those that count."""
    if all(worth(part) == int(worth(part)) for part in given):
        return as_array(range(*wholes(*given)))
    first, last, by = [*map(worth, given), 1][:3] if len(given) > 1 else (0, worth(*given), 1)
    room(math.ceil((last - first) / by))
    return np.arange(first, last, by).astype(object)


def truth(value: Any) -> bool:
    """Return what a value decides, at the script's own numbers."""
    value = value.item() if isinstance(value, np.ndarray) else value
    return bool(value.value if isinstance(value, Number) else value)


def key_by(value: Any) -> Any:
    """Return a value as it points to a part: a number as what it is worth."""
    if isinstance(value, Number | int | float):
        number = worth(value)
        return int(number) if number % 1 == 0 and abs(number) < 1e15 else number
    if isinstance(value, list | tuple):
        return tuple(map(key_by, items(value)))
    return value if isinstance(value, str | None) else id(value)


def texted(parts: Any) -> str:
    """Return values as one text: numbers in a few digits, what else there is as nothing."""
    texts = (f"{worth(part):g}" if isinstance(part, Number | int | float) else part for part in parts)
    return "".join(part[:TEXT_LENGTH] for part in texts if isinstance(part, str))[:TEXT_LENGTH]


def filled_in(pattern: str, text: str, values: Any) -> str:
    """Return a text with values in its gaps."""
    left = [*values]
    return re.sub(pattern, lambda _: texted(left[:1] and [left.pop(0)]), text)[:TEXT_LENGTH]
